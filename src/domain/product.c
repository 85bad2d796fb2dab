/*
 * Products: what one may say, and how one version may follow another.
 *
 *   (none) --> ON_SALE <--> SUSPENDED
 *                 |             |
 *                 `--> WITHDRAWN <
 *
 * Invariants: each publication is a version; a withdrawn product has no later one; terms change only
 * together with the digest of their text; kind and currency never do; who once could see a product
 * sees it for good. Who publishes, and what was sold of it, is for the caller.
 */
#include "domain/product.h"

#include <string.h>

static const bool successors[PRODUCT_STATES][PRODUCT_STATES] = {
    [PRODUCT_NONE] = {[PRODUCT_ON_SALE] = true, [PRODUCT_SUSPENDED] = true},
    [PRODUCT_ON_SALE] =
        {[PRODUCT_ON_SALE] = true, [PRODUCT_SUSPENDED] = true, [PRODUCT_WITHDRAWN] = true},
    [PRODUCT_SUSPENDED] =
        {[PRODUCT_ON_SALE] = true, [PRODUCT_SUSPENDED] = true, [PRODUCT_WITHDRAWN] = true},
};

bool product_may_become(enum product_state from, enum product_state to) {
    return (unsigned)from < PRODUCT_STATES && (unsigned)to < PRODUCT_STATES && successors[from][to];
}

bool product_code_valid(struct span code) {
    if (code.size == 0 || code.size > PRODUCT_CODE_MAX)
        return false;
    for (size_t i = 0; i < code.size; i++) {
        uint8_t byte = code.data[i];
        bool letter = byte >= 'A' && byte <= 'Z';
        bool digit = byte >= '0' && byte <= '9';
        if (!letter && !digit && byte != '-' && byte != '_')
            return false;
    }
    return true;
}

/* ---- terms ---- */

/* One check of many: the first that fails stands. */
struct verdict {
    enum refusal_code code;
    const char *field;
};

static void need(struct verdict *verdict, bool good, enum refusal_code code, const char *field) {
    if (good || verdict->code != REFUSAL_NONE)
        return;
    *verdict = (struct verdict){code, field};
}

static void need_amount(struct verdict *verdict, int64_t fen, const char *field) {
    need(verdict, fen != 0, REFUSAL_AMOUNT_ZERO, field);
    need(verdict, fen > 0, REFUSAL_AMOUNT_NEGATIVE, field);
}

static void need_at_most(struct verdict *verdict, uint32_t value, uint32_t max, const char *field) {
    need(verdict, value <= max, REFUSAL_FIELD_INVALID, field);
}

static enum refusal_code say(const struct verdict *verdict, const char **field_out) {
    if (verdict->code != REFUSAL_NONE)
        *field_out = verdict->field;
    return verdict->code;
}

/* A deposit is insured, and of the lowest risk; who borrows runs none. */
static bool risk_fits(const struct product_terms *terms) {
    if (terms->kind == PRODUCT_LOAN)
        return terms->risk == 0;
    if (terms->kind == PRODUCT_DEPOSIT)
        return terms->risk == 1;
    return terms->risk >= 1 && terms->risk <= PRODUCT_RISK_MAX;
}

static void check_loan(struct verdict *verdict, const struct product_terms *terms) {
    const struct loan_terms *loan = &terms->loan;
    need(verdict, terms->min_fen >= PRODUCT_LOAN_MIN_FEN, REFUSAL_FIELD_INVALID,
         "terms.minimum_fen");
    need(verdict, terms->person_max_fen > 0 && terms->person_max_fen <= PRODUCT_LOAN_MAX_FEN,
         REFUSAL_FIELD_INVALID, "terms.person_maximum_fen");
    need(verdict, terms->term_days > 0, REFUSAL_FIELD_INVALID, "terms.term_days");
    need(verdict, terms->rate == 0, REFUSAL_FIELD_INVALID, "terms.rate");
    need(verdict, loan->partner != 0, REFUSAL_FIELD_MISSING, "terms.loan.partner_bank_code");
    need(verdict, loan->lead_share > 0 && loan->lead_share < PRODUCT_SHARES, REFUSAL_FIELD_INVALID,
         "terms.loan.lead_share");
    need(verdict, loan->lead_interest_share < PRODUCT_SHARES, REFUSAL_FIELD_INVALID,
         "terms.loan.lead_interest_share");
    need(verdict, loan->daily_rate > 0 && loan->daily_rate <= PRODUCT_DAILY_RATE_MAX,
         REFUSAL_FIELD_INVALID, "terms.loan.daily_rate");
    need(verdict, loan->instalments > 0 && loan->instalments <= PRODUCT_INSTALMENTS_MAX,
         REFUSAL_FIELD_INVALID, "terms.loan.instalments");
    need_at_most(verdict, loan->grace_days, PRODUCT_GRACE_DAYS_MAX, "terms.loan.grace_days");
}

static bool has_loan(const struct loan_terms *loan) {
    return loan->partner || loan->lead_share || loan->lead_interest_share || loan->daily_rate ||
           loan->instalments || loan->grace_days;
}

enum refusal_code product_check_terms(const struct product_terms *terms, const char **field_out) {
    struct verdict verdict = {REFUSAL_NONE, ""};
    need(&verdict, terms->kind > PRODUCT_KIND_NONE && terms->kind < PRODUCT_KINDS,
         REFUSAL_FIELD_INVALID, "terms.kind");
    need(&verdict, risk_fits(terms), REFUSAL_FIELD_INVALID, "terms.risk");
    need(&verdict, currency_is(terms->currency, "CNY"), REFUSAL_CURRENCY, "terms.currency");
    need_amount(&verdict, terms->min_fen, "terms.minimum_fen");
    need_amount(&verdict, terms->increment_fen, "terms.increment_fen");
    need(&verdict, terms->person_max_fen == 0 || terms->person_max_fen >= terms->min_fen,
         REFUSAL_FIELD_INVALID, "terms.person_maximum_fen");
    need_at_most(&verdict, terms->term_days, PRODUCT_TERM_DAYS_MAX, "terms.term_days");
    need_at_most(&verdict, terms->rate, PRODUCT_RATE_MAX, "terms.rate");
    need_at_most(&verdict, terms->cut_off, PRODUCT_DAY_MINUTES - 1, "terms.cut_off_minute");
    need_at_most(&verdict, terms->confirm_days, PRODUCT_SETTLE_DAYS_MAX, "terms.confirm_days");
    need_at_most(&verdict, terms->payout_days, PRODUCT_SETTLE_DAYS_MAX, "terms.payout_days");
    if (terms->kind == PRODUCT_LOAN)
        check_loan(&verdict, terms);
    else
        need(&verdict, !has_loan(&terms->loan), REFUSAL_FIELD_INVALID, "terms.loan");
    return say(&verdict, field_out);
}

bool product_same_terms(const struct product_terms *a, const struct product_terms *b) {
    const struct loan_terms *loan = &a->loan;
    const struct loan_terms *other = &b->loan;
    return a->kind == b->kind && strcmp(a->name, b->name) == 0 && a->risk == b->risk &&
           strcmp(a->currency, b->currency) == 0 && a->min_fen == b->min_fen &&
           a->increment_fen == b->increment_fen && a->person_max_fen == b->person_max_fen &&
           a->term_days == b->term_days && a->rate == b->rate && a->cut_off == b->cut_off &&
           a->confirm_days == b->confirm_days && a->payout_days == b->payout_days &&
           loan->partner == other->partner && loan->lead_share == other->lead_share &&
           loan->lead_interest_share == other->lead_interest_share &&
           loan->daily_rate == other->daily_rate && loan->instalments == other->instalments &&
           loan->grace_days == other->grace_days;
}

/* ---- sale ---- */

static bool named_once(const struct product_sale *sale) {
    for (uint32_t i = 0; i < sale->bank_count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (sale->banks[i].bank == sale->banks[j].bank)
                return false;
        }
    }
    return true;
}

/* Only what has units has a price. */
static bool price_fits(const struct product_terms *terms, const struct product_sale *sale) {
    if (terms->kind == PRODUCT_FUND && sale->price == 0)
        return false;
    if (terms->kind == PRODUCT_WEALTH && sale->price == 0 && terms->rate == 0)
        return false;
    bool units = terms->kind == PRODUCT_FUND || terms->kind == PRODUCT_WEALTH;
    return sale->price >= 0 && sale->price <= PRODUCT_PRICE_MAX && (units || sale->price == 0);
}

enum refusal_code product_check_sale(const struct product_terms *terms,
                                     const struct product_sale *sale, const char **field_out) {
    struct verdict verdict = {REFUSAL_NONE, ""};
    need(&verdict, sale->quota_fen >= 0, REFUSAL_AMOUNT_NEGATIVE, "sale.quota_fen");
    need(&verdict, sale->quota_fen == 0 || sale->quota_fen >= terms->min_fen, REFUSAL_FIELD_INVALID,
         "sale.quota_fen");
    need(&verdict, sale->from_ms >= 0, REFUSAL_FIELD_INVALID, "sale.from_ms");
    need(&verdict, sale->until_ms == 0 || sale->until_ms > sale->from_ms, REFUSAL_FIELD_INVALID,
         "sale.until_ms");
    need(&verdict, !sale->all_banks || sale->bank_count == 0, REFUSAL_FIELD_INVALID,
         "sale.all_banks");
    need(&verdict, named_once(sale), REFUSAL_FIELD_INVALID, "sale.distributor_bank_codes");
    need(&verdict, price_fits(terms, sale), REFUSAL_FIELD_INVALID, "sale.net_value");
    return say(&verdict, field_out);
}

static struct product_bank *find(struct product_sale *sale, bank_code bank) {
    for (uint32_t i = 0; i < sale->bank_count; i++) {
        if (sale->banks[i].bank == bank)
            return &sale->banks[i];
    }
    return NULL;
}

bool product_keep_banks(struct product_sale *now, const struct product_sale *then) {
    struct product_sale kept = *now;
    kept.all_banks_once = then->all_banks_once || (then->all_banks && !now->all_banks);
    for (uint32_t i = 0; i < then->bank_count; i++) {
        if (find(&kept, then->banks[i].bank))
            continue;
        if (kept.bank_count == PRODUCT_BANKS_MAX)
            return false;
        kept.banks[kept.bank_count++] = (struct product_bank){then->banks[i].bank, true};
    }
    *now = kept;
    return true;
}

static const struct product_bank *named(const struct product *product, bank_code bank) {
    const struct product_sale *sale = &product->sale;
    for (uint32_t i = 0; i < sale->bank_count; i++) {
        if (sale->banks[i].bank == bank)
            return &sale->banks[i];
    }
    return NULL;
}

bool product_sold_by(const struct product *product, bank_code bank) {
    const struct product_bank *entry = named(product, bank);
    return bank == product->issuer || product->sale.all_banks || (entry && !entry->former);
}

bool product_seen_by(const struct product *product, bank_code bank) {
    return product_sold_by(product, bank) || product->sale.all_banks_once || named(product, bank);
}

bool product_told_to(const struct product *product, bank_code bank, int64_t added_at_ms) {
    if (bank == product->issuer)
        return false;
    if (named(product, bank))
        return true;
    return product_seen_by(product, bank) && added_at_ms < product->changed_at_ms;
}

/* ---- versions ---- */

enum refusal_code product_check_change(const struct product *now, const struct product *then,
                                       const char **field_out) {
    struct verdict verdict = {REFUSAL_NONE, ""};
    bool same = product_same_terms(&now->terms, &then->terms);
    need(&verdict, now->terms.kind == then->terms.kind, REFUSAL_FIELD_INVALID, "terms.kind");
    need(&verdict, currency_is(now->terms.currency, then->terms.currency), REFUSAL_CURRENCY,
         "terms.currency");
    need(&verdict,
         same || memcmp(now->terms.sha256.bytes, then->terms.sha256.bytes, DIGEST_SIZE) != 0,
         REFUSAL_PRODUCT_TERMS, "terms.text_sha256");
    return say(&verdict, field_out);
}

/* ---- names ---- */

const char *product_kind_name(enum product_kind kind) {
    static const char *const names[PRODUCT_KINDS] = {
        [PRODUCT_KIND_NONE] = "NONE",  [PRODUCT_WEALTH] = "WEALTH", [PRODUCT_FUND] = "FUND",
        [PRODUCT_DEPOSIT] = "DEPOSIT", [PRODUCT_LOAN] = "LOAN",
    };
    return (unsigned)kind < PRODUCT_KINDS ? names[kind] : "INVALID";
}

const char *product_state_name(enum product_state state) {
    static const char *const names[PRODUCT_STATES] = {
        [PRODUCT_NONE] = "NONE",
        [PRODUCT_ON_SALE] = "ON_SALE",
        [PRODUCT_SUSPENDED] = "SUSPENDED",
        [PRODUCT_WITHDRAWN] = "WITHDRAWN",
    };
    return (unsigned)state < PRODUCT_STATES ? names[state] : "INVALID";
}
