/*
 * Rows that are sums, against what was summed up: I1 to I3, I10, I13, I17, I18, and the counters of
 * I15.
 *
 * Invariant: a sum without its row, and a row without its sum, are both compared: with zero.
 */
#include <string.h>

#include "verify/checks.h"

/* Ledger versions before it had no rows of windows. */
#define WINDOWS_SINCE_VERSION 2u
/* Twelve digits. */
#define BANK_CODE_MAX UINT64_C(999999999999)

/* ---- rows ---- */

static void check_meta(struct look *look, const struct store_meta *meta) {
    static const struct digest zero;
    struct window window;
    if (meta->boot_count == 0 || meta->open_window == 0 || meta->ledger_ms < 0 ||
        digest_equal(&meta->store_id, &zero))
        look_found(look, LAW_I14, about_bank(0), "meta is of a store that was never started");
    if (meta->ledger_version >= WINDOWS_SINCE_VERSION &&
        look_window(look, meta->open_window, &window) == GOT_NONE)
        look_found(look, LAW_I17, about_bank(0), "window %llu is open, and is not there",
                   (unsigned long long)meta->open_window);
}

static void check_pins(struct look *look, const struct bank *bank) {
    struct bank other = *bank;
    if (bank->code == 0 || bank->code > BANK_CODE_MAX || (bank->roles & ~BANK_ROLES_ALL) != 0)
        look_found(look, LAW_I15, about_bank(bank->code),
                   "a bank is registered without a code, or with roles that are none: %x",
                   bank->roles);
    while (look_got(look, store_next_bank(look->store, other.code, &other),
                    about_bank(bank->code)) == GOT) {
        for (uint32_t i = 0; i < other.pin_count; i++) {
            if (bank_pin_index(bank, &other.pins[i]) >= 0)
                look_found(look, LAW_I15, about_bank(bank->code),
                           "one pin stands at it and at bank %012llu",
                           (unsigned long long)other.code);
        }
    }
}

/* A net of an aborted window that was not settled goes on in its successor's. */
static void add_carried(struct look *look, const struct pair_net *row) {
    struct window window;
    struct pair_net to = *row;
    if (row->settled.at_ms != 0 || look_window(look, row->window, &window) != GOT ||
        window.state != WINDOW_ABORTED)
        return;
    to.window = window.successor;
    look_add(look, &look_net(look, &to)->sum.carried_fen, row->net_fen, about_bank(row->low));
}

void sums_row(struct look *look, const struct store_row *row) {
    struct bank_sum *bank;
    struct net_sum *net;
    const struct pair_position *pair;
    switch ((int)row->table) {
    case TABLE_META:
        check_meta(look, &row->value.meta);
        break;
    case TABLE_BANK:
        look_bank(look, row->bank)->registered = true;
        check_pins(look, &row->value.bank);
        break;
    case TABLE_BANK_COUNTERS:
        bank = look_bank(look, row->bank);
        bank->counters = row->value.counters;
        notice_first(look, bank);
        break;
    case TABLE_POSITION:
        look_money(look, row->bank, row->value.position.currency)->row = row->value.position;
        break;
    case TABLE_NET:
        net = look_net(look, &row->value.net);
        net->row = row->value.net;
        add_carried(look, &net->row);
        break;
    case TABLE_PAIR:
        pair = &row->value.pair;
        look_pair(look, pair->low, pair->high, pair->currency)->row = *pair;
        break;
    default:
        look_money(look, row->bank, row->value.exposure.currency)->terms = row->value.exposure;
        break;
    }
}

void sums_owed(struct look *look, struct about about, bank_code debtor, bank_code creditor,
               const struct money *amount, uint64_t window) {
    bool to_low = creditor < debtor;
    struct pair_net of = {
        .window = window,
        .low = to_low ? creditor : debtor,
        .high = to_low ? debtor : creditor,
    };
    memcpy(of.currency, amount->currency, CURRENCY_SIZE);
    struct pair_net *sum = &look_net(look, &of)->sum;
    look_add(look, to_low ? &sum->to_low_fen : &sum->to_high_fen, amount->fen, about);
    sum->count++;
}

/* ---- comparing ---- */

static void compare(struct look *look, bank_code bank, const char *what, uint64_t says,
                    uint64_t is) {
    if (says != is)
        look_found(look, LAW_I15, about_bank(bank), "it counts %llu %s: they are %llu",
                   (unsigned long long)says, what, (unsigned long long)is);
}

static bool finish_bank(void *context, struct span key, void *value) {
    struct look *look = context;
    struct bank_sum *sum = value;
    const struct bank_counters *counters = &sum->counters;
    (void)key;
    if (!sum->registered)
        look_found(look, LAW_I15, about_bank(sum->code),
                   "rows tell of a bank that is not registered");
    compare(look, sum->code, "transfers without an outcome", counters->unanswered, sum->unanswered);
    compare(look, sum->code, "UNKNOWN transfers", counters->unknown, sum->unknown);
    compare(look, sum->code, "pulls to be confirmed", counters->uncredited, sum->uncredited);
    compare(look, sum->code, "questions", counters->questions, sum->questions);
    compare(look, sum->code, "events that wait", counters->events, sum->events);
    if (sum->events > sum->event_rows)
        look_found(look, LAW_I13, about_bank(sum->code),
                   "%llu events wait to be acknowledged, and %llu notices of events stand",
                   (unsigned long long)sum->events, (unsigned long long)sum->event_rows);
    notice_finish(look, sum);
    if (look->at_rest && counters->acked_notice != counters->last_notice)
        look_found(look, LAW_I18, about_bank(sum->code), "notices from %llu to %llu wait for it",
                   (unsigned long long)counters->acked_notice + 1,
                   (unsigned long long)counters->last_notice);
    return true;
}

void check_registered(struct look *look, bank_code code) {
    const struct bank_sum *sum = hmap_get(look->banks, span_of(&code, sizeof code));
    if (sum == NULL || !sum->registered)
        look_found(look, LAW_I15, about_bank(code), "it has money here and is not registered");
}

static bool finish_money(void *context, struct span key, void *value) {
    struct look *look = context;
    const struct money_sum *sum = value;
    (void)key;
    if (sum->row.reserved_outgoing_fen != sum->reserved_fen || sum->reserved_fen < 0)
        look_found(look, LAW_I3, about_bank(sum->bank),
                   "%lld fen %s are reserved; its open transfers are %lld",
                   (long long)sum->row.reserved_outgoing_fen, sum->currency,
                   (long long)sum->reserved_fen);
    if (sum->row.unsettled_net_fen != sum->net_fen)
        look_found(look, LAW_I2, about_bank(sum->bank),
                   "its net is %lld fen %s; its nets that are not settled are %lld",
                   (long long)sum->row.unsettled_net_fen, sum->currency, (long long)sum->net_fen);
    if (sum->row.reserved_outgoing_fen < 0)
        look_found(look, LAW_I3, about_bank(sum->bank), "%lld fen %s are reserved",
                   (long long)sum->row.reserved_outgoing_fen, sum->currency);
    if (!look_currency(sum->currency))
        look_found(look, LAW_I10, about_bank(sum->bank), "it has money of no currency");
    check_registered(look, sum->bank);
    return true;
}

/* What is not settled is in both positions; of an aborted window it is there with the successor. */
static void add_to_positions(struct look *look, const struct pair_net *row) {
    struct window window;
    struct about of = about_bank(row->low);
    if (row->settled.at_ms != 0 ||
        (look_window(look, row->window, &window) == GOT && window.state == WINDOW_ABORTED))
        return;
    look_add(look, &look_money(look, row->low, row->currency)->net_fen, row->net_fen, of);
    look_add(look, &look_money(look, row->high, row->currency)->net_fen, -row->net_fen, of);
    look_add(look, &look_pair(look, row->low, row->high, row->currency)->sum.unsettled_fen,
             row->net_fen, of);
}

/* From one balance to the other. */
static void add_to_balances(struct look *look, const struct pair_net *row) {
    struct about of = about_bank(row->low);
    if (!row->multilateral || row->settled.at_ms == 0)
        return;
    look_add(look, &look_money(look, row->low, row->currency)->paid_in_fen, row->net_fen, of);
    look_add(look, &look_money(look, row->high, row->currency)->paid_in_fen, -row->net_fen, of);
}

/* The sum says what its transfers, and what was carried over, give together. */
static void sum_up(struct look *look, struct pair_net *sum) {
    sum->net_fen = sum->carried_fen;
    look_add(look, &sum->net_fen, sum->to_low_fen, about_bank(sum->low));
    look_add(look, &sum->net_fen, -sum->to_high_fen, about_bank(sum->low));
}

static bool finish_net(void *context, struct span key, void *value) {
    struct look *look = context;
    struct net_sum *net = value;
    const struct pair_net *row = &net->row;
    struct pair_net *sum = &net->sum;
    struct about of = about_bank(sum->low);
    (void)key;
    sum_up(look, sum);
    /* Its banks may be nobody's when there is no row. */
    struct pair_net counted = *sum;
    counted.settled = row->settled;
    add_to_positions(look, &counted);
    add_to_balances(look, row);
    check_registered(look, sum->low);
    check_registered(look, sum->high);
    if (!look_currency(sum->currency))
        look_found(look, LAW_I10, of, "it has a net of no currency");
    if (sum->low >= sum->high)
        look_found(look, LAW_I1, of, "a net is of bank %012llu and bank %012llu",
                   (unsigned long long)sum->low, (unsigned long long)sum->high);
    if (row->net_fen != sum->net_fen || row->to_low_fen != sum->to_low_fen ||
        row->to_high_fen != sum->to_high_fen || row->count != sum->count ||
        row->carried_fen != sum->carried_fen)
        look_found(look, LAW_I2, of,
                   "with bank %012llu in window %llu it says %lld fen (%lld - %lld + %lld, %llu "
                   "transfers %s): they are %lld (%lld - %lld + %lld, %llu)",
                   (unsigned long long)sum->high, (unsigned long long)sum->window,
                   (long long)row->net_fen, (long long)row->to_low_fen, (long long)row->to_high_fen,
                   (long long)row->carried_fen, (unsigned long long)row->count, sum->currency,
                   (long long)sum->net_fen, (long long)sum->to_low_fen, (long long)sum->to_high_fen,
                   (long long)sum->carried_fen, (unsigned long long)sum->count);
    return true;
}

/* ---- I1 ---- */

struct total {
    struct look *look;
    const struct money_sum *first; /* of the currency at hand */
    int64_t fen;
};

static bool add_same(void *context, struct span key, void *value) {
    struct total *total = context;
    const struct money_sum *sum = value;
    (void)key;
    if (currency_is(sum->currency, total->first->currency))
        look_add(total->look, &total->fen, sum->row.unsettled_net_fen, about_bank(sum->bank));
    return true;
}

struct seen {
    struct look *look;
    const struct money_sum *until;
    bool before;
};

static bool same_before(void *context, struct span key, void *value) {
    struct seen *seen = context;
    const struct money_sum *sum = value;
    (void)key;
    if (sum == seen->until)
        return false;
    seen->before = seen->before || currency_is(sum->currency, seen->until->currency);
    return true;
}

/* Each currency once, with the first sum of it. */
static bool total_up(void *context, struct span key, void *value) {
    struct look *look = context;
    struct seen seen = {.until = value};
    struct total total = {.look = look, .first = value};
    (void)key;
    hmap_each(look->moneys, same_before, &seen);
    if (seen.before)
        return true;
    hmap_each(look->moneys, add_same, &total);
    if (total.fen != 0)
        look_found(look, LAW_I1, about_bank(0), "the nets sum to %lld fen %s", (long long)total.fen,
                   total.first->currency);
    return true;
}

void sums_finish(struct look *look) {
    hmap_each(look->banks, finish_bank, look);
    hmap_each(look->nets, finish_net, look);
    bounds_finish(look);
    hmap_each(look->moneys, finish_money, look);
    hmap_each(look->moneys, total_up, look);
}
