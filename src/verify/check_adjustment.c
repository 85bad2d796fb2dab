/*
 * Adjustments: the path of each, its case and its rows, and what it adds to the sums: I2, I4, I9, I11,
 * I13 to I15, I17, I19.
 *
 * Invariant: one that is BOOKED stands in the sums of one window, as an accepted transfer does; no
 * other stands in any.
 */
#include "verify/checks.h"

static struct about of(const struct adjustment *adjustment) {
    return about(OBJECT_ADJUSTMENT, &adjustment->id);
}

/* Whose word leads there; 0: nobody's. */
static bank_code speaker(const struct adjustment *adjustment, enum adjustment_state state) {
    bank_code other =
        adjustment->proposed_by == adjustment->debtor ? adjustment->creditor : adjustment->debtor;
    if (state == ADJUSTMENT_PROPOSED || state == ADJUSTMENT_WITHDRAWN)
        return adjustment->proposed_by;
    return state == ADJUSTMENT_EXPIRED ? 0 : other;
}

static bool leads(enum adjustment_state before, enum adjustment_state after) {
    for (int event = 0; event < ADJUSTMENT_EVENTS; event++) {
        enum adjustment_state next;
        if (adjustment_next(before, (enum adjustment_event)event, &next) && next == after)
            return true;
    }
    return false;
}

static void check_path(struct look *look, const struct adjustment *adjustment) {
    struct adjustment_entry before = {.at_ms = id_ms(&adjustment->id)};
    for (uint32_t i = 0; i < adjustment->entry_count; i++) {
        const struct adjustment_entry *entry = &adjustment->entries[i];
        struct told told = {OBJECT_ADJUSTMENT, adjustment->id, i};
        if (!leads(before.state, entry->state) || entry->by != speaker(adjustment, entry->state))
            look_found(look, LAW_I4, of(adjustment), "entry %u: bank %012llu leads from %s to %s",
                       i, (unsigned long long)entry->by, adjustment_state_name(before.state),
                       adjustment_state_name(entry->state));
        if (i == 0)
            life_check_id(look, of(adjustment), entry->at_ms, entry->sequence);
        life_check_time(look, of(adjustment), entry->at_ms, entry->sequence, before.at_ms,
                        before.sequence);
        notice_owed(look, adjustment->debtor, &told, entry->sequence);
        notice_owed(look, adjustment->creditor, &told, entry->sequence);
        before = *entry;
    }
    if (before.state != adjustment->state || adjustment->entry_count == 0)
        look_found(look, LAW_I4, of(adjustment), "it is %s, and the last of its entries says %s",
                   adjustment_state_name(adjustment->state), adjustment_state_name(before.state));
}

static void check_case_of(struct look *look, const struct adjustment *adjustment) {
    struct inquiry_case inquiry;
    bool own = adjustment->proposed_by == adjustment->debtor ||
               adjustment->proposed_by == adjustment->creditor;
    enum got got = look_case(look, &adjustment->inquiry, &inquiry);
    if (got == GOT_NONE || !own || adjustment->debtor == adjustment->creditor)
        look_found(look, LAW_I15, of(adjustment), "it is of no case of two banks");
    if (got != GOT)
        return;
    bool right = (inquiry.owner == adjustment->debtor && inquiry.other == adjustment->creditor) ||
                 (inquiry.owner == adjustment->creditor && inquiry.other == adjustment->debtor);
    if (!right)
        look_found(look, LAW_I15, of(adjustment), "its banks are not those of its case");
    if (id_compare(&inquiry.adjustment, &adjustment->id) < 0)
        look_found(look, LAW_I15, of(adjustment), "its case does not know it");
    if (adjustment->state == ADJUSTMENT_PROPOSED && !id_equal(&inquiry.adjustment, &adjustment->id))
        look_found(look, LAW_I11, of(adjustment), "it waits, and its case has a later one");
}

static void check_booked(struct look *look, const struct adjustment *adjustment) {
    bool booked = adjustment->state == ADJUSTMENT_BOOKED;
    struct id before = look_before(&adjustment->id);
    struct id id;
    if (adjustment->amount.fen <= 0)
        look_found(look, LAW_I9, of(adjustment), "its amount is %lld fen",
                   (long long)adjustment->amount.fen);
    if (!look_currency(adjustment->amount.currency))
        look_found(look, LAW_I10, of(adjustment), "its amount is of no currency");
    uint64_t open = look->has_meta ? look->meta.open_window : UINT64_MAX;
    if (booked != (adjustment->window != 0) || adjustment->window > open)
        look_found(look, LAW_I17, of(adjustment), "it is %s in window %llu; %llu is open",
                   adjustment_state_name(adjustment->state), (unsigned long long)adjustment->window,
                   (unsigned long long)open);
    if (!booked || adjustment->amount.fen <= 0)
        return;
    int rc = store_next_adjustment_of_window(look->store, adjustment->window, &before, &id);
    enum got got = look_got(look, rc, of(adjustment));
    if (got == GOT_NONE || (got == GOT && !id_equal(&id, &adjustment->id)))
        look_found(look, LAW_I15, of(adjustment), "its row by window is not there");
    sums_owed(look, of(adjustment), adjustment->debtor, adjustment->creditor, &adjustment->amount,
              adjustment->window);
}

/* The window that holds it was open when it was booked: by time, and by command. */
static void check_booked_when(struct look *look, const struct adjustment *adjustment) {
    struct window window;
    if (adjustment->state != ADJUSTMENT_BOOKED || adjustment->entry_count == 0 ||
        look_window(look, adjustment->window, &window) != GOT)
        return; /* of a window that is missing the meta row tells */
    const struct adjustment_entry *booked = &adjustment->entries[adjustment->entry_count - 1];
    const struct history_entry *opened = history_at(&window.history, 0);
    const struct history_entry *closed = history_at(&window.history, 1);
    if (booked->at_ms < window.opened_at_ms || (opened && booked->sequence <= opened->sequence) ||
        (window.closing_at_ms != 0 && booked->at_ms > window.closing_at_ms) ||
        (closed && booked->sequence >= closed->sequence))
        look_found(look, LAW_I17, of(adjustment),
                   "it was booked by command %llu at %lld ms, when window %llu was not open",
                   (unsigned long long)booked->sequence, (long long)booked->at_ms,
                   (unsigned long long)window.number);
}

void check_adjustment(struct look *look, const struct adjustment *adjustment) {
    struct span text;
    bool waits = adjustment->state == ADJUSTMENT_PROPOSED;
    check_path(look, adjustment);
    check_case_of(look, adjustment);
    check_booked(look, adjustment);
    check_booked_when(look, adjustment);
    int rc = store_get_adjustment_text(look->store, &adjustment->id, &text);
    if (rc == STORE_DAMAGED)
        look_found(look, LAW_I19, of(adjustment), "its text does not open in its place");
    else
        (void)look_got(look, rc, of(adjustment));
    check_deadline_row(look, of(adjustment), waits ? adjustment->expires_at_ms : 0);
}
