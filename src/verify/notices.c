/*
 * I13: numbers of notices are given once and without a gap, in the order of the commands, and every
 * entry of a history that owes one has one: a row, or it was acknowledged.
 *
 * How, without remembering each: rows above the acknowledged number are looked at in order; each
 * leads to an entry that owes it, none to the same entry twice, and their commands never go back. So
 * many rows as there are entries owed after the first row's command, and so many numbers given as
 * there are entries owed in all, is then a row for each.
 */
#include <stdlib.h>

#include "verify/look.h"

/* The entry's sequence of a bank's notice; false: no right row. */
static bool row_sequence(struct look *look, bank_code bank, uint64_t number,
                         struct store_notice *row_out, uint64_t *sequence_out) {
    enum got got =
        look_got(look, store_get_notice(look->store, bank, number, row_out), about_bank(bank));
    return got == GOT && life_told(look, bank, row_out, sequence_out) == GOT;
}

void notice_first(struct look *look, struct bank_sum *sum) {
    struct store_notice row;
    uint64_t sequence;
    sum->number = sum->counters.acked_notice;
    if (sum->counters.last_notice > sum->counters.acked_notice &&
        row_sequence(look, sum->code, sum->counters.acked_notice + 1, &row, &sequence))
        sum->first_sequence = sequence;
}

/* ---- one entry: for a look at one object ---- */

/* The first number in (low, high] whose entry is of that command or a later one; high + 1: none. */
static uint64_t first_of(struct look *look, bank_code bank, uint64_t sequence, uint64_t low,
                         uint64_t high) {
    while (low < high) {
        uint64_t middle = low + (high - low) / 2 + 1;
        struct store_notice row;
        uint64_t at;
        if (!row_sequence(look, bank, middle, &row, &at))
            return high + 1;
        if (at >= sequence)
            high = middle - 1;
        else
            low = middle;
    }
    return low + 1;
}

static bool is_row_of(const struct store_notice *row, const struct told *told) {
    return row->kind == told->kind && row->entry == told->entry &&
           id_equal(&row->object, &told->object);
}

/* Looks for its row among those of the same command. What came before the first row, or with it, may
 * have been acknowledged. */
static void find_row(struct look *look, struct bank_sum *sum, const struct told *told,
                     uint64_t sequence) {
    uint64_t last = sum->counters.last_notice;
    if (sequence <= sum->first_sequence && sum->first_sequence != UINT64_MAX)
        return;
    uint64_t at = sequence;
    uint64_t number = first_of(look, sum->code, sequence, sum->counters.acked_notice, last);
    for (; number <= last && at == sequence; number++) {
        struct store_notice row;
        if (!row_sequence(look, sum->code, number, &row, &at))
            break;
        if (is_row_of(&row, told))
            return;
    }
    if (sum->first_sequence != UINT64_MAX)
        look_found(look, LAW_I13, (struct about){told->kind, told->object, sum->code},
                   "entry %u owes a notice, and there is none", told->entry);
}

void notice_owed(struct look *look, bank_code bank, const struct told *told, uint64_t sequence) {
    struct bank_sum *sum = look_bank(look, bank);
    sum->owed++;
    if (sequence > sum->first_sequence)
        sum->owed_after++;
    if (!look->whole)
        find_row(look, sum, told, sequence);
}

/* ---- all rows ---- */

static int compare_told(const void *a, const void *b) {
    const struct told *left = a;
    const struct told *right = b;
    int order = id_compare(&left->object, &right->object);
    if (order == 0)
        order = (left->kind > right->kind) - (left->kind < right->kind);
    return order != 0 ? order : (left->entry > right->entry) - (left->entry < right->entry);
}

/* All rows of one command were come upon: none tells what another one does. */
static void end_group(struct look *look, struct bank_sum *sum) {
    if (sum->told_count > 1)
        qsort(sum->told, sum->told_count, sizeof sum->told[0], compare_told);
    for (size_t i = 1; i < sum->told_count; i++) {
        const struct told *told = &sum->told[i];
        if (compare_told(told - 1, told) == 0)
            look_found(look, LAW_I13, (struct about){told->kind, told->object, sum->code},
                       "entry %u is told by more than one notice", told->entry);
    }
    sum->told_count = 0;
}

static void remember(struct bank_sum *sum, const struct store_notice *row) {
    if (sum->told_count == sum->told_cap) {
        sum->told_cap = sum->told_cap > 0 ? sum->told_cap * 2 : 8;
        sum->told = xrealloc(sum->told, sum->told_cap * sizeof sum->told[0]);
    }
    sum->told[sum->told_count++] = (struct told){row->kind, row->object, row->entry};
}

static void check_number(struct look *look, struct bank_sum *sum, uint64_t number) {
    uint64_t acked = sum->counters.acked_notice;
    uint64_t last = sum->counters.last_notice;
    if (number <= acked || number > last)
        look_found(look, LAW_I13, about_bank(sum->code),
                   "notice %llu stands, though %llu are acknowledged and %llu were given",
                   (unsigned long long)number, (unsigned long long)acked, (unsigned long long)last);
    else if (number != sum->number + 1)
        look_found(look, LAW_I13, about_bank(sum->code), "notice %llu is followed by %llu",
                   (unsigned long long)sum->number, (unsigned long long)number);
    sum->number = number;
}

void notice_row(struct look *look, const struct store_row *row) {
    struct bank_sum *sum = look_bank(look, row->bank);
    const struct store_notice *notice = &row->value.notice;
    uint64_t sequence;
    look->counts->notices++;
    sum->rows++;
    sum->event_rows += notice->kind == OBJECT_EVENT;
    check_number(look, sum, row->number);
    enum got got = life_told(look, row->bank, notice, &sequence);
    if (got == GOT_NONE)
        look_found(look, LAW_I13, (struct about){notice->kind, notice->object, row->bank},
                   "notice %llu tells entry %u, which owes that bank none",
                   (unsigned long long)row->number, notice->entry);
    if (got != GOT)
        return;
    if (sequence < sum->sequence)
        look_found(look, LAW_I13, (struct about){notice->kind, notice->object, row->bank},
                   "notice %llu is of command %llu, the one before it of %llu",
                   (unsigned long long)row->number, (unsigned long long)sequence,
                   (unsigned long long)sum->sequence);
    if (sequence != sum->sequence)
        end_group(look, sum);
    remember(sum, notice);
    sum->rows_after += sequence > sum->first_sequence;
    sum->sequence = sequence;
}

void notice_finish(struct look *look, struct bank_sum *sum) {
    const struct bank_counters *counters = &sum->counters;
    struct about of = about_bank(sum->code);
    end_group(look, sum);
    if (counters->acked_notice > counters->last_notice)
        look_found(look, LAW_I13, of, "%llu notices are acknowledged of %llu",
                   (unsigned long long)counters->acked_notice,
                   (unsigned long long)counters->last_notice);
    else if (sum->rows != counters->last_notice - counters->acked_notice)
        look_found(look, LAW_I13, of, "%llu notices stand; from %llu to %llu there are others",
                   (unsigned long long)sum->rows, (unsigned long long)counters->acked_notice,
                   (unsigned long long)counters->last_notice);
    uint64_t given = counters->last_notice - counters->skipped_notices;
    if (sum->owed != given)
        look_found(look, LAW_I13, of, "%llu notices were given, histories owe %llu",
                   (unsigned long long)given, (unsigned long long)sum->owed);
    else if (sum->owed_after != sum->rows_after)
        look_found(look, LAW_I13, of, "%llu notices stand after command %llu, histories owe %llu",
                   (unsigned long long)sum->rows_after, (unsigned long long)sum->first_sequence,
                   (unsigned long long)sum->owed_after);
}
