/*
 * Products as records. Each field stands here once in each direction. A version that was is written
 * like the present one.
 */
#include "store/record_product.h"

static void loan_to_record(const struct loan_terms *loan, struct product_records *out) {
    if (loan->partner == 0)
        return;
    linkgate__store__v1__loan_terms__init(&out->loan);
    out->loan.partner = loan->partner;
    out->loan.lead_share = loan->lead_share;
    out->loan.lead_interest_share = loan->lead_interest_share;
    out->loan.daily_rate = loan->daily_rate;
    out->loan.instalments = loan->instalments;
    out->loan.grace_days = loan->grace_days;
    out->terms.loan = &out->loan;
}

static void terms_to_record(const struct product_terms *terms, struct product_records *out) {
    Linkgate__Store__V1__ProductTerms *record = &out->terms;
    linkgate__store__v1__product_terms__init(record);
    record->kind = terms->kind;
    record->name = record_text(terms->name);
    record->risk = terms->risk;
    record->sha256 = record_digest(&terms->sha256);
    record->currency = record_text(terms->currency);
    record->min_fen = terms->min_fen;
    record->increment_fen = terms->increment_fen;
    record->person_max_fen = terms->person_max_fen;
    record->term_days = terms->term_days;
    record->rate = terms->rate;
    record->cut_off = terms->cut_off;
    record->confirm_days = terms->confirm_days;
    record->payout_days = terms->payout_days;
    loan_to_record(&terms->loan, out);
}

static void sale_to_record(const struct product_sale *sale, struct product_records *out) {
    Linkgate__Store__V1__ProductSale *record = &out->sale;
    linkgate__store__v1__product_sale__init(record);
    record->quota_fen = sale->quota_fen;
    record->from_ms = sale->from_ms;
    record->until_ms = sale->until_ms;
    record->price = sale->price;
    record->price_day = sale->price_day;
    record->all_banks = sale->all_banks;
    record->all_banks_once = sale->all_banks_once;
    record->banks = out->banks;
    record->former_banks = out->former;
    ENSURE(sale->bank_count <= PRODUCT_BANKS_MAX);
    for (uint32_t i = 0; i < sale->bank_count; i++) {
        if (sale->banks[i].former)
            out->former[record->n_former_banks++] = sale->banks[i].bank;
        else
            out->banks[record->n_banks++] = sale->banks[i].bank;
    }
}

void product_to_record(const struct product *product, struct product_records *records_out) {
    Linkgate__Store__V1__Product *record = &records_out->product;
    linkgate__store__v1__product__init(record);
    record->issuer = product->issuer;
    record->code = record_text(product->code);
    record->version = product->version;
    record->terms_version = product->terms_version;
    record->state = product->state;
    record->sequence = product->sequence;
    record->published_at_ms = product->published_at_ms;
    record->changed_at_ms = product->changed_at_ms;
    terms_to_record(&product->terms, records_out);
    record->terms = &records_out->terms;
    sale_to_record(&product->sale, records_out);
    record->sale = &records_out->sale;
}

/* One without a partner would not be written. */
static bool loan_from_record(const Linkgate__Store__V1__LoanTerms *record,
                             struct loan_terms *loan_out) {
    if (record == NULL)
        return true;
    *loan_out = (struct loan_terms){
        .partner = record->partner,
        .lead_share = record->lead_share,
        .lead_interest_share = record->lead_interest_share,
        .daily_rate = record->daily_rate,
        .instalments = record->instalments,
        .grace_days = record->grace_days,
    };
    return record->partner != 0;
}

static bool terms_from_record(const Linkgate__Store__V1__ProductTerms *record,
                              struct product_terms *terms_out) {
    if (record == NULL)
        return false;
    *terms_out = (struct product_terms){
        .kind = (enum product_kind)record->kind,
        .risk = record->risk,
        .min_fen = record->min_fen,
        .increment_fen = record->increment_fen,
        .person_max_fen = record->person_max_fen,
        .term_days = record->term_days,
        .rate = record->rate,
        .cut_off = record->cut_off,
        .confirm_days = record->confirm_days,
        .payout_days = record->payout_days,
    };
    return text_from_record(record->name, terms_out->name, sizeof(terms_out->name)) &&
           digest_from_record(record->sha256, &terms_out->sha256) &&
           text_from_record(record->currency, terms_out->currency, sizeof(terms_out->currency)) &&
           loan_from_record(record->loan, &terms_out->loan);
}

static bool sale_from_record(const Linkgate__Store__V1__ProductSale *record,
                             struct product_sale *sale_out) {
    if (record == NULL || record->n_banks > PRODUCT_BANKS_MAX ||
        record->n_former_banks > PRODUCT_BANKS_MAX - record->n_banks)
        return false;
    *sale_out = (struct product_sale){
        .quota_fen = record->quota_fen,
        .from_ms = record->from_ms,
        .until_ms = record->until_ms,
        .price = record->price,
        .price_day = record->price_day,
        .all_banks = record->all_banks != 0,
        .all_banks_once = record->all_banks_once != 0,
    };
    for (size_t i = 0; i < record->n_banks; i++)
        sale_out->banks[sale_out->bank_count++].bank = record->banks[i];
    for (size_t i = 0; i < record->n_former_banks; i++)
        sale_out->banks[sale_out->bank_count++] =
            (struct product_bank){record->former_banks[i], true};
    return true;
}

bool product_from_record(const Linkgate__Store__V1__Product *record, struct product *product_out) {
    *product_out = (struct product){
        .issuer = record->issuer,
        .version = record->version,
        .terms_version = record->terms_version,
        .state = (enum product_state)record->state,
        .sequence = record->sequence,
        .published_at_ms = record->published_at_ms,
        .changed_at_ms = record->changed_at_ms,
    };
    return text_from_record(record->code, product_out->code, sizeof(product_out->code)) &&
           terms_from_record(record->terms, &product_out->terms) &&
           sale_from_record(record->sale, &product_out->sale);
}
