/*
 * Histories of links, transfers, cards, orders and loans: I4, I14, and which notices they owe (I13).
 *
 * Invariant: each entry of the whole life is looked at once, in order, wherever it stands. The state
 * tables are the domain's; nothing else of what the ledger does is asked.
 */
#include "verify/look.h"

#include <string.h>

/* Bits: the bank that comes first in the life, the other one. */
#define TO_FIRST 1u
#define TO_SECOND 2u
#define TO_BOTH (TO_FIRST | TO_SECOND)

/* ---- what leads where, and who is told ---- */

static bool link_leads(const struct life *life, uint32_t before,
                       const struct history_entry *entry) {
    enum link_state next;
    if (!link_next((enum link_state)before, (enum link_event)entry->event, &next))
        return false;
    if (entry->event == LINK_EVENT_RUN_OFF && life->ends_expired)
        next = LINK_EXPIRED;
    return entry->state == (uint32_t)next;
}

static bool transfer_leads(uint32_t before, const struct history_entry *entry) {
    enum transfer_state next;
    return transfer_next((enum transfer_state)before, (enum transfer_event)entry->event, &next) &&
           entry->state == (uint32_t)next;
}

static bool card_leads(uint32_t before, const struct history_entry *entry) {
    enum card_state next;
    return card_next((enum card_state)before, (enum card_event)entry->event, &next) &&
           entry->state == (uint32_t)next;
}

static uint32_t link_owes(uint32_t before, const struct history_entry *entry) {
    static const bool told[LINK_EVENTS] = {
        [LINK_EVENT_HOLD] = true,       [LINK_EVENT_HOLD_LIFTED] = true,
        [LINK_EVENT_AMENDED] = true,    [LINK_EVENT_AMEND_DROPPED] = true,
        [LINK_EVENT_REVERIFIED] = true, [LINK_EVENT_ACTIVATED] = true,
    };
    if (entry->state == LINK_REQUESTED || entry->state == LINK_VERIFYING ||
        entry->state == LINK_AWAITING_AUTHENTICATION)
        return 0;
    bool owed = entry->state != before || (entry->event < LINK_EVENTS && told[entry->event]);
    return owed ? TO_BOTH : 0;
}

static uint32_t transfer_owes(uint32_t before, const struct history_entry *entry) {
    if (entry->state != before && transfer_final((enum transfer_state)entry->state))
        return TO_BOTH;
    return entry->event == TRANSFER_EVENT_STEP_UP ? TO_FIRST : 0;
}

static uint32_t card_owes(const struct history_entry *entry) {
    return entry->event == CARD_EVENT_APPLY ? 0 : TO_BOTH;
}

/* In which of the three it ends is looked at with the order. */
static bool order_leads(uint32_t before, const struct history_entry *entry) {
    enum product_order_state next;
    if (!product_order_next((enum product_order_state)before,
                            (enum product_order_event)entry->event, &next))
        return false;
    if (entry->event == PRODUCT_ORDER_EVENT_REFUNDED)
        return entry->state >= PRODUCT_ORDER_REJECTED && entry->state <= PRODUCT_ORDER_EXPIRED;
    return entry->state == (uint32_t)next;
}

static bool loan_leads(uint32_t before, const struct history_entry *entry) {
    enum loan_state next;
    return loan_next((enum loan_state)before, (enum loan_event)entry->event, &next) &&
           entry->state == (uint32_t)next;
}

static bool leads(const struct life *life, uint32_t before, const struct history_entry *entry) {
    switch ((int)life->about.kind) {
    case OBJECT_LINK:
        return link_leads(life, before, entry);
    case OBJECT_CARD:
        return card_leads(before, entry);
    case OBJECT_ORDER:
        return order_leads(before, entry);
    case OBJECT_LOAN:
        return loan_leads(before, entry);
    default:
        return transfer_leads(before, entry);
    }
}

/* Of a loan both lenders are told each step. */
static uint32_t owes(enum object_kind kind, uint32_t before, const struct history_entry *entry) {
    if (kind == OBJECT_LOAN)
        return TO_BOTH;
    if (kind == OBJECT_ORDER)
        return product_order_told((enum product_order_event)entry->event) ? TO_BOTH : 0;
    if (kind == OBJECT_LINK)
        return link_owes(before, entry);
    return kind == OBJECT_CARD ? card_owes(entry) : transfer_owes(before, entry);
}

static const char *state_name(enum object_kind kind, uint32_t state) {
    switch ((int)kind) {
    case OBJECT_LINK:
        return link_state_name((enum link_state)state);
    case OBJECT_CARD:
        return card_state_name((enum card_state)state);
    case OBJECT_ORDER:
        return product_order_state_name((enum product_order_state)state);
    case OBJECT_LOAN:
        return loan_state_name((enum loan_state)state);
    default:
        return transfer_state_name((enum transfer_state)state);
    }
}

static const char *event_name(enum object_kind kind, uint32_t event) {
    switch ((int)kind) {
    case OBJECT_LINK:
        return link_event_name((enum link_event)event);
    case OBJECT_CARD:
        return card_event_name((enum card_event)event);
    case OBJECT_ORDER:
        return product_order_event_name((enum product_order_event)event);
    case OBJECT_LOAN:
        return loan_event_name((enum loan_event)event);
    default:
        return transfer_event_name((enum transfer_event)event);
    }
}

/* ---- one life ---- */

static enum got entry_at(struct look *look, struct about about, const struct history *history,
                         uint32_t index, struct history_entry *entry_out) {
    const struct history_entry *here = history_at(history, index);
    if (here != NULL) {
        *entry_out = *here;
        return GOT;
    }
    return look_got(look, store_get_history(look->store, about.kind, &about.id, index, entry_out),
                    about);
}

void life_check_time(struct look *look, struct about about, int64_t at_ms, uint64_t sequence,
                     int64_t before_ms, uint64_t before_sequence) {
    if (at_ms < before_ms || sequence < before_sequence)
        look_found(look, LAW_I14, about,
                   "command %llu at %lld ms comes after command %llu at %lld ms",
                   (unsigned long long)sequence, (long long)at_ms,
                   (unsigned long long)before_sequence, (long long)before_ms);
    if (look->dated && (at_ms > look->meta.ledger_ms || sequence > look->meta.applied_sequence))
        look_found(look, LAW_I14, about,
                   "command %llu at %lld ms is later than the store: command %llu at %lld ms",
                   (unsigned long long)sequence, (long long)at_ms,
                   (unsigned long long)look->meta.applied_sequence,
                   (long long)look->meta.ledger_ms);
}

void life_check_id(struct look *look, struct about about, int64_t at_ms, uint64_t sequence) {
    uint64_t of_id = get_be64(about.id.bytes + 6);
    if (id_ms(&about.id) != at_ms || of_id != sequence)
        look_found(look, LAW_I14, about,
                   "its id is of command %llu at %lld ms, it was made by %llu at %lld ms",
                   (unsigned long long)of_id, (long long)id_ms(&about.id),
                   (unsigned long long)sequence, (long long)at_ms);
    struct id *latest = &look->latest[about.kind];
    uint64_t before = get_be64(latest->bytes + 6);
    if (look->whole && before > of_id)
        look_found(look, LAW_I14, about, "its command %llu is later, but before command %llu",
                   (unsigned long long)of_id, (unsigned long long)before);
    *latest = about.id;
}

static void check_entry(struct look *look, const struct life *life, uint32_t index,
                        const struct history_entry *before, const struct history_entry *entry) {
    enum object_kind kind = life->about.kind;
    if (!leads(life, before->state, entry))
        look_found(look, LAW_I4, life->about, "entry %u: %s does not lead from %s to %s", index,
                   event_name(kind, entry->event), state_name(kind, before->state),
                   state_name(kind, entry->state));
    if (entry->cause <= CAUSE_NONE || entry->cause > CAUSE_RECON)
        look_found(look, LAW_I4, life->about, "entry %u has no cause", index);
    life_check_time(look, life->about, entry->at_ms, entry->sequence, before->at_ms,
                    before->sequence);
    struct told told = {kind, life->about.id, index};
    uint32_t to = owes(kind, before->state, entry);
    if (to & TO_FIRST)
        notice_owed(look, life->first, &told, entry->sequence);
    if (to & TO_SECOND)
        notice_owed(look, life->second, &told, entry->sequence);
}

bool life_check(struct look *look, const struct life *life, life_visit *visit, void *context) {
    struct history_entry before = {.at_ms = life->born_ms};
    uint32_t length = history_length(life->history);
    for (uint32_t i = 0; i < length; i++) {
        struct history_entry entry;
        enum got got = entry_at(look, life->about, life->history, i, &entry);
        if (got == GOT_NONE)
            look_found(look, LAW_I15, life->about,
                       "entry %u of its history is not there: %u stand in rows of their own", i,
                       life->history->spilled);
        if (got != GOT)
            return false;
        if (i == 0)
            life_check_id(look, life->about, life->born_ms, entry.sequence);
        check_entry(look, life, i, &before, &entry);
        visit(context, before.state, &entry);
        before = entry;
    }
    if (before.state != life->state || length == 0)
        look_found(look, LAW_I4, life->about, "it is %s, and the last of its %u entries says %s",
                   state_name(life->about.kind, life->state), length,
                   state_name(life->about.kind, before.state));
    return true;
}

/* ---- what a notice tells ---- */

struct spoken {
    bank_code first, second;
    struct history history;
};

static enum got load_order(struct look *look, const struct id *id, struct spoken *spoken_out) {
    struct product_order order;
    struct link link;
    enum got got =
        look_got(look, store_get_order(look->store, id, &order), about(OBJECT_ORDER, id));
    if (got == GOT)
        got = look_link(look, &order.link, &link);
    if (got == GOT)
        *spoken_out = (struct spoken){link.class2_bank, link.class1_bank, order.history};
    return got;
}

static enum got load(struct look *look, enum object_kind kind, const struct id *id,
                     struct spoken *spoken_out) {
    struct link link;
    struct transfer transfer;
    struct card card;
    struct loan loan;
    enum got got;
    if (kind == OBJECT_ORDER)
        return load_order(look, id, spoken_out);
    if (kind == OBJECT_LOAN) {
        got = look_got(look, store_get_loan(look->store, id, &loan), about(kind, id));
        if (got == GOT)
            *spoken_out = (struct spoken){loan.lead, loan.terms.partner, loan.history};
    } else if (kind == OBJECT_CARD) {
        got = look_card(look, id, &card);
        if (got == GOT)
            *spoken_out = (struct spoken){card.class2_bank, card.class1_bank, card.history};
    } else if (kind == OBJECT_LINK) {
        got = look_link(look, id, &link);
        if (got == GOT)
            *spoken_out = (struct spoken){link.class2_bank, link.class1_bank, link.history};
    } else {
        got = look_transfer(look, id, &transfer);
        if (got == GOT)
            *spoken_out =
                (struct spoken){transfer.submitter, transfer.instructed, transfer.history};
    }
    return got;
}

static enum got case_told(struct look *look, bank_code bank, const struct store_notice *notice,
                          uint64_t *sequence_out) {
    struct inquiry_case inquiry;
    enum got got = look_case(look, &notice->object, &inquiry);
    if (got != GOT)
        return got;
    if ((inquiry.owner != bank && inquiry.other != bank) || notice->entry >= inquiry.entry_count)
        return GOT_NONE;
    *sequence_out = inquiry.entries[notice->entry].sequence;
    return GOT;
}

/* Each of its entries is told to both of its banks. */
static enum got adjustment_told(struct look *look, bank_code bank,
                                const struct store_notice *notice, uint64_t *sequence_out) {
    struct adjustment adjustment;
    enum got got = look_adjustment(look, &notice->object, &adjustment);
    if (got != GOT)
        return got;
    if ((adjustment.debtor != bank && adjustment.creditor != bank) ||
        notice->entry >= adjustment.entry_count)
        return GOT_NONE;
    *sequence_out = adjustment.entries[notice->entry].sequence;
    return GOT;
}

/* It has one entry, which is told to the bank that it is for. */
static enum got event_told(struct look *look, bank_code bank, const struct store_notice *notice,
                           uint64_t *sequence_out) {
    struct bank_event event;
    enum got got = look_event(look, &notice->object, &event);
    if (got != GOT)
        return got;
    if (event.to != bank || notice->entry != 0)
        return GOT_NONE;
    *sequence_out = event.sequence;
    return GOT;
}

/* Each bank that has a net in it is told how a window ends. */
static enum got window_told(struct look *look, bank_code bank, const struct store_notice *notice,
                            uint64_t *sequence_out) {
    struct window window;
    struct pair_net net;
    enum got got = look_window(look, window_number(&notice->object), &window);
    const struct history_entry *entry =
        got == GOT ? history_at(&window.history, notice->entry) : NULL;
    if (got != GOT)
        return got;
    if (entry == NULL || !window_tells((enum window_event)entry->event))
        return GOT_NONE;
    *sequence_out = entry->sequence;
    return look_got(look, store_next_net_of_bank(look->store, window.number, bank, 0, &net),
                    about(OBJECT_WINDOW, &notice->object));
}

/* Each version of a product, to whom it is owed. */
static enum got product_told(struct look *look, bank_code bank, const struct store_notice *notice,
                             uint64_t *sequence_out) {
    struct about of = about(OBJECT_PRODUCT, &notice->object);
    struct product product;
    struct bank registered;
    enum got got = look_product(look, &notice->object, &product);
    if (got == GOT && notice->entry != product.version)
        got = look_got(
            look, store_get_product_version(look->store, &notice->object, notice->entry, &product),
            of);
    if (got == GOT)
        got = look_got(look, store_get_bank(look->store, bank, &registered), about_bank(bank));
    if (got != GOT)
        return got;
    *sequence_out = product.sequence;
    return product_told_to(&product, bank, registered.added_at_ms) ? GOT : GOT_NONE;
}

enum got life_told(struct look *look, bank_code bank, const struct store_notice *notice,
                   uint64_t *sequence_out) {
    struct history_entry before = {.state = 0};
    struct history_entry entry;
    struct spoken spoken;
    struct about of = about(notice->kind, &notice->object);
    if (notice->kind == OBJECT_CASE)
        return case_told(look, bank, notice, sequence_out);
    if (notice->kind == OBJECT_ADJUSTMENT)
        return adjustment_told(look, bank, notice, sequence_out);
    if (notice->kind == OBJECT_EVENT)
        return event_told(look, bank, notice, sequence_out);
    if (notice->kind == OBJECT_WINDOW)
        return window_told(look, bank, notice, sequence_out);
    if (notice->kind == OBJECT_PRODUCT)
        return product_told(look, bank, notice, sequence_out);
    if (notice->kind != OBJECT_LINK && notice->kind != OBJECT_TRANSFER &&
        notice->kind != OBJECT_CARD && notice->kind != OBJECT_LOAN && notice->kind != OBJECT_ORDER)
        return GOT_NONE;
    enum got got = load(look, notice->kind, &notice->object, &spoken);
    if (got == GOT && notice->entry >= history_length(&spoken.history))
        got = GOT_NONE;
    if (got == GOT && notice->entry > 0)
        got = entry_at(look, of, &spoken.history, notice->entry - 1, &before);
    if (got == GOT)
        got = entry_at(look, of, &spoken.history, notice->entry, &entry);
    if (got != GOT)
        return got;
    uint32_t to = owes(notice->kind, before.state, &entry);
    bool owed =
        ((to & TO_FIRST) && spoken.first == bank) || ((to & TO_SECOND) && spoken.second == bank);
    *sequence_out = entry.sequence;
    return owed ? GOT : GOT_NONE;
}
