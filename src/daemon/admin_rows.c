/*
 * Domain values as rows and details of admin messages.
 *
 * Invariant: every text that comes out is the domain's own name of a thing, a masked number or
 * something that a bank or an operator gave and wire checked; what is sealed is not opened here.
 */
#include "daemon/admin_rows.h"

#include "daemon/admin_message.h"
#include "domain/refusal.h"

static const char *cause_name(enum cause cause) {
    static const char *const names[] = {"NONE",     "REQUEST",  "ANSWER",
                                        "DEADLINE", "OPERATOR", "RULE"};
    return (unsigned)cause < sizeof(names) / sizeof(names[0]) ? names[cause] : "INVALID";
}

static const char *link_state_text(uint32_t state) {
    return link_state_name((enum link_state)state);
}

static const char *transfer_state_text(uint32_t state) {
    return transfer_state_name((enum transfer_state)state);
}

static Linkgate__Admin__V1__HistoryRow **history_rows(const struct history *history,
                                                      const char *(*state_text)(uint32_t),
                                                      struct arena *arena) {
    Linkgate__Admin__V1__HistoryRow **rows =
        arena_take(arena, (history->count + 1) * sizeof(Linkgate__Admin__V1__HistoryRow *));
    for (uint32_t i = 0; i < history->count; i++) {
        const struct history_entry *entry = &history->entries[i];
        rows[i] = arena_take(arena, sizeof(*rows[i]));
        linkgate__admin__v1__history_row__init(rows[i]);
        rows[i]->state = admin_text(arena, state_text(entry->state));
        rows[i]->at_ms = entry->at_ms;
        rows[i]->sequence = entry->sequence;
        rows[i]->cause = admin_text(arena, cause_name(entry->cause));
        rows[i]->by = entry->by;
        rows[i]->uid = entry->uid;
        rows[i]->reason = admin_text(arena, entry->reason);
    }
    return rows;
}

static Linkgate__Admin__V1__PinRow *pin_row(const struct bank *bank, uint32_t index,
                                            struct arena *arena) {
    Linkgate__Admin__V1__PinRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__pin_row__init(row);
    row->pin = admin_bytes(arena, bank->pins[index].bytes, DIGEST_SIZE);
    row->added_at_ms = bank->pin_added_at_ms[index];
    row->expires_at_ms = bank->pin_expires_at_ms[index];
    return row;
}

ProtobufCMessage *admin_bank_row(const struct bank *bank, bool online, struct arena *arena) {
    Linkgate__Admin__V1__BankRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__bank_row__init(row);
    row->code = bank->code;
    row->name = admin_text(arena, bank->name);
    row->active = bank->active;
    row->online = online;
    row->roles = bank->roles;
    row->n_pins = bank->pin_count;
    row->pins = arena_take(arena, BANK_PINS_MAX * sizeof(void *));
    for (uint32_t i = 0; i < bank->pin_count; i++)
        row->pins[i] = pin_row(bank, i, arena);
    row->added_at_ms = bank->added_at_ms;
    row->changed_at_ms = bank->changed_at_ms;
    return &row->base;
}

Linkgate__Admin__V1__LinkRow *admin_link_row(const struct link *link, struct arena *arena) {
    Linkgate__Admin__V1__LinkRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__link_row__init(row);
    row->id = admin_id(arena, &link->id);
    row->state = admin_text(arena, link_state_name(link->state));
    row->frozen = link->frozen;
    row->class2_bank = link->class2_bank;
    row->class1_bank = link->class1_bank;
    row->class2_masked = admin_text(arena, link->class2_masked);
    row->class1_masked = admin_text(arena, link->class1_masked);
    row->reason = admin_text(arena, link->reason);
    row->requested_at_ms = link->requested_at_ms;
    row->activated_at_ms = link->activated_at_ms;
    row->deadline_ms = link->deadline_ms;
    return row;
}

static const char *link_waits_for(const struct link *link) {
    if (link->frozen)
        return "an operator: a rule of the ledger was broken; look into it, then unfreeze";
    switch (link->exchange) {
    case LINK_EXCHANGE_VERIFY:
        return "the Class I bank's verification of the five elements";
    case LINK_EXCHANGE_ISSUE:
        return "the Class I bank to send a one-time code";
    case LINK_EXCHANGE_CHECK:
        return "the Class I bank to check the customer's code";
    case LINK_EXCHANGE_RECHECK:
        return "the Class I bank to say whether the account is still what it was";
    case LINK_EXCHANGE_NONE:
        break;
    }
    if (link->state == LINK_AWAITING_AUTHENTICATION)
        return id_is_zero(&link->challenge.id) ? "the Class II bank to ask for a one-time code"
                                               : "the customer's one-time code";
    if (link->state == LINK_PENDING_ACTIVATION)
        return "the customer to activate the Class I account in person";
    if (link->state == LINK_CLOSING)
        return "open transfers to run off";
    return "";
}

Linkgate__Admin__V1__LinkDetail *admin_link_detail(const struct link *link, struct arena *arena) {
    Linkgate__Admin__V1__LinkDetail *detail = arena_take(arena, sizeof(*detail));
    linkgate__admin__v1__link_detail__init(detail);
    detail->row = admin_link_row(link, arena);
    detail->class2_class = link->class2_class;
    detail->scopes = link->scopes;
    detail->limit_single_fen = link->limits.single_fen;
    detail->limit_daily_fen = link->limits.daily_fen;
    detail->limit_daily_count = link->limits.daily_count;
    detail->limit_yearly_fen = link->limits.yearly_fen;
    detail->agreement_version = admin_text(arena, link->agreement.version);
    detail->agreement_channel = admin_text(arena, link->agreement.channel);
    detail->agreement_at_ms = link->agreement.at_ms;
    detail->consent_purpose = admin_text(arena, link->consent_purpose);
    detail->consent_at_ms = link->consent_at_ms;
    detail->open_request = admin_id(arena, &link->open_request);
    detail->waits_for = admin_text(arena, link_waits_for(link));
    detail->waits_until_ms =
        link->exchange != LINK_EXCHANGE_NONE ? link->exchange_deadline_ms : link->deadline_ms;
    detail->n_history = link->history.count;
    detail->history = history_rows(&link->history, link_state_text, arena);
    return detail;
}

Linkgate__Admin__V1__TransferRow *admin_transfer_row(const struct transfer *transfer,
                                                     struct arena *arena) {
    Linkgate__Admin__V1__TransferRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__transfer_row__init(row);
    row->id = admin_id(arena, &transfer->id);
    row->state = admin_text(arena, transfer_state_name(transfer->state));
    row->frozen = transfer->frozen;
    row->conflict = transfer->conflict;
    row->kind = admin_text(arena, transfer_kind_name(transfer->kind));
    row->direction = admin_text(arena, transfer_direction_name(transfer->direction));
    row->link = admin_id(arena, &transfer->link);
    row->debtor_bank = transfer->debtor_bank;
    row->creditor_bank = transfer->creditor_bank;
    row->amount_fen = transfer->amount.fen;
    row->currency = admin_text(arena, transfer->amount.currency);
    row->reason = admin_text(arena, transfer->reason);
    row->received_at_ms = transfer->received_at_ms;
    row->accepted_at_ms = transfer->accepted_at_ms;
    return row;
}

static const char *transfer_waits_for(const struct transfer *transfer) {
    if (transfer->frozen)
        return "an operator: a rule of the ledger was broken; look into it, then unfreeze";
    if (transfer->state == TRANSFER_PENDING)
        return "the instructed bank's answer";
    if (transfer->state == TRANSFER_UNKNOWN)
        return "the instructed bank's answer to inquiries; the money stays reserved until then";
    if (transfer->state == TRANSFER_ACCEPTED && transfer->direction == TRANSFER_PULL &&
        transfer->credited_at_ms == 0)
        return "the creditor's bank to confirm its customer's credit";
    return "";
}

Linkgate__Admin__V1__TransferDetail *admin_transfer_detail(const struct transfer *transfer,
                                                           struct arena *arena) {
    Linkgate__Admin__V1__TransferDetail *detail = arena_take(arena, sizeof(*detail));
    linkgate__admin__v1__transfer_detail__init(detail);
    detail->row = admin_transfer_row(transfer, arena);
    detail->request = admin_id(arena, &transfer->request);
    detail->submitter = transfer->submitter;
    detail->instructed = transfer->instructed;
    detail->end_to_end_id = admin_text(arena, transfer->end_to_end_id);
    detail->reference = admin_text(arena, transfer->reference);
    detail->book_date = admin_text(arena, transfer->book_date);
    detail->deadline_ms = transfer->deadline_ms;
    detail->credited_at_ms = transfer->credited_at_ms;
    detail->window = transfer->window;
    bool ours = transfer->refusal > REFUSAL_NONE && transfer->refusal < REFUSAL_CODES;
    detail->detail =
        admin_text(arena, ours ? refusal_row((enum refusal_code)transfer->refusal)->detail : "");
    detail->waits_for = admin_text(arena, transfer_waits_for(transfer));
    detail->n_history = transfer->history.count;
    detail->history = history_rows(&transfer->history, transfer_state_text, arena);
    return detail;
}

ProtobufCMessage *admin_net_row(const struct pair_net *net, struct arena *arena) {
    Linkgate__Admin__V1__NetRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__net_row__init(row);
    row->window = net->window;
    row->low = net->low;
    row->high = net->high;
    row->currency = admin_text(arena, net->currency);
    row->net_fen = net->net_fen;
    row->to_low_fen = net->to_low_fen;
    row->to_high_fen = net->to_high_fen;
    row->count = net->count;
    return &row->base;
}

ProtobufCMessage *admin_position_row(const struct position *position, struct arena *arena) {
    Linkgate__Admin__V1__PositionRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__position_row__init(row);
    row->bank = position->bank;
    row->currency = admin_text(arena, position->currency);
    row->reserved_outgoing_fen = position->reserved_outgoing_fen;
    row->unsettled_net_fen = position->unsettled_net_fen;
    return &row->base;
}
