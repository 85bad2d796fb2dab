/*
 * Domain values as rows of admin messages.
 *
 * Invariant: every text that comes out is the domain's own name of a thing, a masked number or
 * something that a bank or an operator gave and wire checked; what is sealed is not opened here.
 */
#include "daemon/admin_rows.h"

#include "daemon/admin_message.h"
#include "domain/calendar.h"
#include "domain/command_row.h"
#include "domain/loan_state.h"
#include "domain/product_order_state.h"
#include "domain/refusal.h"

/* Numbers above what the names are for are a record's of a later version: INVALID. */
#define NAME(names, value)                                                                         \
    ((unsigned)(value) < sizeof(names) / sizeof((names)[0]) ? (names)[(unsigned)(value)]           \
                                                            : "INVALID")

static const char *state_name(enum object_kind kind, uint32_t state) {
    if (kind == OBJECT_CARD)
        return card_state_name((enum card_state)state);
    if (kind == OBJECT_ORDER)
        return product_order_state_name((enum product_order_state)state);
    if (kind == OBJECT_LOAN)
        return loan_state_name((enum loan_state)state);
    return kind == OBJECT_LINK ? link_state_name((enum link_state)state)
                               : transfer_state_name((enum transfer_state)state);
}

static const char *event_name(enum object_kind kind, uint32_t event) {
    if (kind == OBJECT_CARD)
        return card_event_name((enum card_event)event);
    if (kind == OBJECT_ORDER)
        return product_order_event_name((enum product_order_event)event);
    if (kind == OBJECT_LOAN)
        return loan_event_name((enum loan_event)event);
    return kind == OBJECT_LINK ? link_event_name((enum link_event)event)
                               : transfer_event_name((enum transfer_event)event);
}

ProtobufCMessage *admin_history_row(enum object_kind kind, uint32_t index,
                                    const struct history_entry *entry, struct arena *arena) {
    static const char *const causes[] = {"NONE",     "REQUEST", "ANSWER", "DEADLINE",
                                         "OPERATOR", "RULE",    "RECON"};
    Linkgate__Admin__V1__HistoryRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__history_row__init(row);
    row->index = index;
    row->state = admin_text(arena, state_name(kind, entry->state));
    row->event = admin_text(arena, event_name(kind, entry->event));
    row->at_ms = entry->at_ms;
    row->sequence = entry->sequence;
    row->cause = admin_text(arena, NAME(causes, entry->cause));
    row->by = entry->by;
    row->uid = entry->uid;
    row->reason = admin_text(arena, entry->reason);
    row->about = admin_id_if(arena, &entry->about);
    row->two = entry->two;
    row->approver = entry->approver;
    return &row->base;
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

static void fill_denied(const struct bank_denied *denied, struct arena *arena,
                        Linkgate__Admin__V1__BankRow *row) {
    row->denied = arena_take(arena, BANK_KINDS * sizeof(row->denied[0]));
    for (uint32_t kind = 0; kind < BANK_KINDS; kind++) {
        if (denied->bits[kind / 64] >> kind % 64 & 1)
            row->denied[row->n_denied++] = kind;
    }
}

Linkgate__Admin__V1__BankRow *admin_bank_row(const struct bank *bank,
                                             const struct bank_counters *counters,
                                             struct arena *arena) {
    Linkgate__Admin__V1__BankRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__bank_row__init(row);
    row->code = bank->code;
    row->name = admin_text(arena, bank->name);
    row->active = bank->active;
    row->roles = bank->roles;
    row->n_pins = bank->pin_count;
    row->pins = arena_take(arena, BANK_PINS_MAX * sizeof(void *));
    for (uint32_t i = 0; i < bank->pin_count; i++)
        row->pins[i] = pin_row(bank, i, arena);
    row->added_at_ms = bank->added_at_ms;
    row->changed_at_ms = bank->changed_at_ms;
    fill_denied(&bank->denied, arena, row);
    row->online = counters->online;
    row->last_notice = counters->last_notice;
    row->acked_notice = counters->acked_notice;
    row->unanswered = counters->unanswered;
    row->unknown = counters->unknown;
    row->uncredited = counters->uncredited;
    row->questions = counters->questions;
    row->held_notice = counters->held_notice;
    row->held_since_ms = counters->held_since_ms;
    return row;
}

/* When its final state began: entries that stand behind it do not change it. */
static int64_t link_ended_ms(const struct link *link) {
    const struct history *history = &link->history;
    int64_t at_ms = 0;
    for (uint32_t i = history->count; i > 0; i--) {
        if (!link_final((enum link_state)history->entries[i - 1].state))
            break;
        at_ms = history->entries[i - 1].at_ms;
    }
    return at_ms;
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
    row->holds = link->hold_count;
    row->amending = link->amendment.present;
    row->ended_at_ms = link_ended_ms(link);
    return row;
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
    row->carried_fen = net->carried_fen;
    row->settled_at_ms = net->settled.at_ms;
    row->reference = admin_text(arena, net->settled.reference);
    row->low_confirmed_at_ms = net->low_said.at_ms;
    row->low_reference = admin_text(arena, net->low_said.reference);
    row->high_confirmed_at_ms = net->high_said.at_ms;
    row->high_reference = admin_text(arena, net->high_said.reference);
    return &row->base;
}

ProtobufCMessage *admin_window_row(const struct window *window, struct arena *arena) {
    Linkgate__Admin__V1__WindowRow *row = arena_take(arena, sizeof(*row));
    char date[DATE_TEXT_SIZE];
    date_format(window->business_day, date);
    linkgate__admin__v1__window_row__init(row);
    row->number = window->number;
    row->state = admin_text(arena, window_state_name(window->state));
    row->business_date = admin_text(arena, date);
    row->cut_off_at_ms = window->cut_off_at_ms;
    row->opened_at_ms = window->opened_at_ms;
    row->closing_at_ms = window->closing_at_ms;
    row->closed_at_ms = window->closed_at_ms;
    row->ended_at_ms = window->ended_at_ms;
    row->settlement = admin_text(
        arena, window->settlement == SETTLEMENT_NONE ? "" : settlement_name(window->settlement));
    row->open_pairs = window->open_pairs;
    row->successor = window->successor;
    row->defaulter = window->defaulter;
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

/* What the list of its owner says, of a case that it opened. A list of links has no window. */
static void fill_claim(const struct inquiry_case *inquiry, struct arena *arena,
                       Linkgate__Admin__V1__CaseRow *row) {
    const struct case_claim *claim = &inquiry->claim;
    if (!case_claim_present(claim))
        return;
    row->list_sha256 = admin_bytes(arena, claim->upload.bytes, DIGEST_SIZE);
    row->list_window = claim->window;
    row->list_id = admin_id(arena, &claim->id);
    row->list_fen = claim->amount.fen;
    enum recon_kind kind = claim->kind;
    if (kind == RECON_KIND_NONE)
        kind = claim->window != 0 ? RECON_MONEY : RECON_LINKS;
    row->list_kind = admin_text(arena, recon_kind_name(kind));
    row->list_state = admin_text(arena, recon_state_name(kind, claim->state));
}

Linkgate__Admin__V1__CaseRow *admin_case_row(const struct inquiry_case *inquiry,
                                             struct arena *arena) {
    Linkgate__Admin__V1__CaseRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__case_row__init(row);
    row->id = admin_id(arena, &inquiry->id);
    row->transfer = admin_id_if(arena, &inquiry->transfer);
    row->link = admin_id_if(arena, &inquiry->link);
    row->subject = admin_text(arena, case_subject_name(inquiry->subject));
    row->state = admin_text(arena, case_state_name(inquiry->state));
    row->outcome = admin_text(arena, case_outcome_name(inquiry->outcome));
    row->opened_by = inquiry->opened_by;
    row->owner = inquiry->owner;
    row->other = inquiry->other;
    row->opened_at_ms = inquiry->opened_at_ms;
    row->due_at_ms = inquiry->due_at_ms;
    row->overdue = inquiry->overdue;
    row->closed_at_ms = inquiry->closed_at_ms;
    row->adjustment = admin_id_if(arena, &inquiry->adjustment);
    fill_claim(inquiry, arena, row);
    return row;
}

ProtobufCMessage *admin_adjustment_row(const struct adjustment *adjustment, struct arena *arena) {
    const struct adjustment_entry *last = &adjustment->entries[adjustment->entry_count - 1];
    Linkgate__Admin__V1__AdjustmentRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__adjustment_row__init(row);
    ENSURE(adjustment->entry_count > 0);
    row->id = admin_id(arena, &adjustment->id);
    row->inquiry = admin_id(arena, &adjustment->inquiry);
    row->state = admin_text(arena, adjustment_state_name(adjustment->state));
    row->debtor = adjustment->debtor;
    row->creditor = adjustment->creditor;
    row->proposed_by = adjustment->proposed_by;
    row->fen = adjustment->amount.fen;
    row->currency = admin_text(arena, adjustment->amount.currency);
    row->proposed_at_ms = adjustment->entries[0].at_ms;
    row->expires_at_ms = adjustment->expires_at_ms;
    row->ended_at_ms = adjustment->state == ADJUSTMENT_PROPOSED ? 0 : last->at_ms;
    row->window = adjustment->window;
    row->sequence = last->sequence;
    return &row->base;
}

static const char *refusal_detail(uint32_t code) {
    return code > REFUSAL_NONE && code < REFUSAL_CODES
               ? refusal_row((enum refusal_code)code)->detail
               : "";
}

ProtobufCMessage *admin_audit_row(const struct audit_row *audit, struct arena *arena) {
    static const char *const kinds[] = {
        "",      "LINK",       "TRANSFER", "BANK",    "CASE",  "APPROVAL", "QUESTION", "WINDOW",
        "FUNDS", "ADJUSTMENT", "RULES",    "PRODUCT", "ORDER", "LOAN",     "CARD",     "EVENT"};
    Linkgate__Admin__V1__AuditRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__audit_row__init(row);
    row->sequence = audit->sequence;
    row->at_ms = audit->at_ms;
    row->order = admin_text(arena, command_name((enum command_kind)audit->order));
    row->uid = audit->uid;
    row->two = audit->two;
    row->approver = audit->approver;
    row->refusal = admin_text(arena, refusal_detail(audit->refusal));
    row->kind = admin_text(arena, NAME(kinds, audit->kind));
    row->object = admin_id_if(arena, &audit->object);
    row->bank = audit->bank;
    if (audit->order == (uint32_t)COMMAND_SEARCH)
        row->key = admin_bytes(arena, audit->key.bytes, DIGEST_SIZE);
    row->found = audit->found;
    return &row->base;
}
