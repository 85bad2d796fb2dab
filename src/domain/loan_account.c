/*
 * Principal, interest and instalments of a loan.
 *
 * Invariants: both lenders' principal is never negative and adds up to what the customer owes; interest
 * is unrounded until it is charged, with a repayment, and then begins again at nothing; the same days
 * are never charged twice. What the lenders agree on between them is not looked at.
 */
#include "domain/loan_account.h"

#include "domain/calendar.h"
#include "util/fatal.h"

_Static_assert(INTEREST_SHARES == PRODUCT_SHARES, "shares are parts of one whole");

struct shares loan_principal_of(const struct loan_account *account) {
    return (struct shares){account->drawn.lead_fen - account->repaid.lead_fen,
                           account->drawn.partner_fen - account->repaid.partner_fen};
}

int64_t loan_principal_fen(const struct loan_account *account) {
    struct shares principal = loan_principal_of(account);
    return principal.lead_fen + principal.partner_fen;
}

static bool shares_add(struct shares *sum, struct shares more) {
    struct shares next;
    int64_t whole_fen;
    if (!fen_add(sum->lead_fen, more.lead_fen, &next.lead_fen) ||
        !fen_add(sum->partner_fen, more.partner_fen, &next.partner_fen) ||
        !fen_add(next.lead_fen, next.partner_fen, &whole_fen))
        return false;
    *sum = next;
    return true;
}

/* Interest runs up to that day. */
static enum loan_outcome accrue(struct loan_account *account, const struct loan_terms *terms,
                                int64_t day) {
    int64_t days, principal_fen = loan_principal_fen(account);
    if (principal_fen > 0) {
        if (!interest_days(account->accrued_day, day, &days))
            return LOAN_DAY_PAST;
        if (!interest_accrue(principal_fen, terms->daily_rate, days, &account->accrued))
            return LOAN_TOO_LARGE;
    }
    account->accrued_day = day > account->accrued_day ? day : account->accrued_day;
    return LOAN_OK;
}

/* All that is charged on that day: what was due already, too. */
static enum loan_outcome charge(const struct loan_account *account, const struct loan_terms *terms,
                                int64_t day, int64_t *interest_fen_out) {
    struct loan_account then = *account;
    enum loan_outcome outcome = accrue(&then, terms, day);
    if (outcome != LOAN_OK)
        return outcome;
    int64_t interest_fen;
    if (!fen_add(interest_charged_fen(then.accrued), then.interest_due_fen, &interest_fen))
        return LOAN_TOO_LARGE;
    *interest_fen_out = interest_fen;
    return LOAN_OK;
}

enum loan_outcome loan_quote(const struct loan_account *account, const struct loan_terms *terms,
                             int64_t day, struct loan_quote *quote_out) {
    struct loan_quote quote = {.principal_fen = loan_principal_fen(account)};
    enum loan_outcome outcome = charge(account, terms, day, &quote.interest_fen);
    if (outcome != LOAN_OK)
        return outcome;
    if (!fen_add(quote.interest_fen, quote.principal_fen, &quote.total_fen))
        return LOAN_TOO_LARGE;
    *quote_out = quote;
    return LOAN_OK;
}

/* A draw that was posted before the day up to which interest runs already. */
static enum loan_outcome accrue_late(struct loan_account *account, const struct loan_terms *terms,
                                     int64_t amount_fen, int64_t day) {
    int64_t days;
    if (!interest_days(day, account->accrued_day, &days) ||
        !interest_accrue(amount_fen, terms->daily_rate, days, &account->accrued))
        return LOAN_TOO_LARGE;
    return LOAN_OK;
}

enum loan_outcome loan_drawn(struct loan_account *account, const struct loan_terms *terms,
                             int64_t amount_fen, int64_t day) {
    struct loan_account then = *account;
    if (amount_fen <= 0)
        return LOAN_NOT_POSITIVE;
    enum loan_outcome outcome = day < then.accrued_day ? accrue_late(&then, terms, amount_fen, day)
                                                       : accrue(&then, terms, day);
    if (outcome != LOAN_OK)
        return outcome;
    if (!shares_add(&then.drawn, shares_of(amount_fen, terms->lead_share)))
        return LOAN_TOO_LARGE;
    *account = then;
    return LOAN_OK;
}

enum loan_outcome loan_undrawn(struct loan_account *account, const struct loan_terms *terms,
                               int64_t amount_fen, int64_t day) {
    int64_t days, accrued = 0;
    if (amount_fen <= 0)
        return LOAN_NOT_POSITIVE;
    struct shares draw = shares_of(amount_fen, terms->lead_share);
    struct shares left = loan_principal_of(account);
    if (draw.lead_fen > left.lead_fen || draw.partner_fen > left.partner_fen)
        return LOAN_ABOVE;
    if (interest_days(day, account->accrued_day, &days) &&
        !interest_accrue(amount_fen, terms->daily_rate, days, &accrued))
        return LOAN_TOO_LARGE;
    if (accrued > account->accrued) /* some of it was charged */
        return LOAN_ABOVE;
    account->accrued -= accrued;
    account->drawn.lead_fen -= draw.lead_fen;
    account->drawn.partner_fen -= draw.partner_fen;
    return LOAN_OK;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* By the product's shares, but to none more than it has lent. */
static struct shares principal_shares(const struct loan_account *account,
                                      const struct loan_terms *terms, int64_t fen) {
    struct shares lent = loan_principal_of(account);
    struct shares shares = shares_of(fen, terms->lead_share);
    if (shares.partner_fen > lent.partner_fen)
        return (struct shares){fen - lent.partner_fen, lent.partner_fen};
    if (shares.lead_fen > lent.lead_fen)
        return (struct shares){lent.lead_fen, fen - lent.lead_fen};
    return shares;
}

enum loan_outcome loan_repayment(const struct loan_account *account, const struct loan_terms *terms,
                                 int64_t amount_fen, int64_t day,
                                 struct loan_repayment *repayment_out) {
    struct loan_quote owed;
    enum loan_outcome outcome = loan_quote(account, terms, day, &owed);
    if (outcome != LOAN_OK)
        return outcome;
    if (amount_fen <= 0)
        return LOAN_NOT_POSITIVE;
    if (amount_fen > owed.total_fen)
        return LOAN_ABOVE;
    uint32_t of_interest =
        terms->lead_interest_share != 0 ? terms->lead_interest_share : terms->lead_share;
    int64_t interest_fen = smaller(amount_fen, owed.interest_fen);
    *repayment_out = (struct loan_repayment){
        .day = day,
        .amount_fen = amount_fen,
        .interest_left_fen = owed.interest_fen - interest_fen,
        .interest = shares_of(interest_fen, of_interest),
        .principal = principal_shares(account, terms, amount_fen - interest_fen),
    };
    return LOAN_OK;
}

enum loan_outcome loan_repaid(struct loan_account *account, const struct loan_terms *terms,
                              const struct loan_repayment *repayment) {
    struct loan_account then = *account;
    struct shares lent = loan_principal_of(account);
    if (repayment->principal.lead_fen > lent.lead_fen ||
        repayment->principal.partner_fen > lent.partner_fen)
        return LOAN_ABOVE;
    enum loan_outcome outcome = accrue(&then, terms, repayment->day);
    if (outcome != LOAN_OK)
        return outcome;
    then.accrued = 0;
    then.interest_due_fen = repayment->interest_left_fen;
    if (!shares_add(&then.interest_paid, repayment->interest) ||
        !shares_add(&then.repaid, repayment->principal))
        return LOAN_TOO_LARGE;
    *account = then;
    return LOAN_OK;
}

enum loan_outcome loan_waive(struct loan_account *account, int64_t fen) {
    int64_t waived_fen;
    if (fen <= 0)
        return LOAN_NOT_POSITIVE;
    if (fen > account->interest_due_fen)
        return LOAN_ABOVE;
    if (!fen_add(account->waived_fen, fen, &waived_fen))
        return LOAN_TOO_LARGE;
    account->waived_fen = waived_fen;
    account->interest_due_fen -= fen;
    return LOAN_OK;
}

/* ---- instalments ---- */

/* The same day so many months later, or the last one of a month that is shorter. */
static int64_t months_later(int64_t day, uint32_t months) {
    struct civil_date date = civil_from_day(day);
    int64_t month = (int64_t)date.month - 1 + months;
    date.year += (int)(month / 12);
    date.month = (int)(month % 12) + 1;
    while (!civil_valid(date) && date.day > 28)
        date.day--;
    return day_from_civil(date);
}

/* The last of so many equal parts takes the rest. */
static int64_t part_of(int64_t principal_fen, uint32_t count, uint32_t index) {
    int64_t part_fen = principal_fen / count;
    return index + 1 < count ? part_fen : principal_fen - part_fen * (count - 1);
}

void loan_schedule_make(int64_t principal_fen, int64_t day, uint32_t count,
                        struct loan_schedule *schedule_out) {
    ENSURE(principal_fen >= 0 && count <= PRODUCT_INSTALMENTS_MAX);
    schedule_out->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        int64_t due_fen = part_of(principal_fen, count, i);
        if (due_fen > 0)
            schedule_out->instalments[schedule_out->count++] =
                (struct loan_instalment){months_later(day, i + 1), due_fen};
    }
}

void loan_schedule_spread(struct loan_schedule *schedule, int64_t principal_fen) {
    uint32_t kept = 0;
    ENSURE(principal_fen >= 0 && schedule->count <= PRODUCT_INSTALMENTS_MAX);
    for (uint32_t i = 0; i < schedule->count; i++) {
        int64_t due_fen = part_of(principal_fen, schedule->count, i);
        if (due_fen > 0)
            schedule->instalments[kept++] =
                (struct loan_instalment){schedule->instalments[i].due_day, due_fen};
    }
    schedule->count = kept;
}

bool loan_schedule_valid(const struct loan_schedule *schedule, int64_t principal_fen) {
    int64_t sum_fen = 0;
    if (schedule->count > PRODUCT_INSTALMENTS_MAX)
        return false;
    for (uint32_t i = 0; i < schedule->count; i++) {
        const struct loan_instalment *one = &schedule->instalments[i];
        if (one->due_fen <= 0 || (i > 0 && one->due_day <= one[-1].due_day) ||
            !fen_add(sum_fen, one->due_fen, &sum_fen))
            return false;
    }
    return sum_fen == principal_fen;
}

void loan_schedule_pay(struct loan_schedule *schedule, int64_t principal_fen) {
    int64_t left_fen = principal_fen;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < schedule->count; i++) {
        struct loan_instalment one = schedule->instalments[i];
        int64_t paid_fen = smaller(left_fen, one.due_fen);
        left_fen -= paid_fen;
        one.due_fen -= paid_fen;
        if (one.due_fen > 0)
            schedule->instalments[kept++] = one;
    }
    schedule->count = kept;
}

int64_t loan_schedule_overdue_day(const struct loan_schedule *schedule, uint32_t grace_days) {
    return schedule->count > 0 ? schedule->instalments[0].due_day + grace_days + 1 : 0;
}
