/*
 * Terms and sale of a product, both ways.
 *
 * Every field is read in the order of the fields' numbers, for gateway and partner alike; nothing is
 * judged here that one field does not tell by itself.
 */
#include "wire/product_parts.h"

#include <string.h>

#include "domain/calendar.h"
#include "wire/values.h"

_Static_assert((int)PRODUCT_WEALTH == (int)LINKGATE__V1__PRODUCT_KIND__PRODUCT_KIND_WEALTH &&
                   (int)PRODUCT_FUND == (int)LINKGATE__V1__PRODUCT_KIND__PRODUCT_KIND_FUND &&
                   (int)PRODUCT_DEPOSIT == (int)LINKGATE__V1__PRODUCT_KIND__PRODUCT_KIND_DEPOSIT &&
                   (int)PRODUCT_LOAN == (int)LINKGATE__V1__PRODUCT_KIND__PRODUCT_KIND_LOAN,
               "wire values");

static void copy_text(struct span text, char *out, size_t room) {
    if (text.size == 0 || text.size >= room)
        return;
    memcpy(out, text.data, text.size);
    out[text.size] = '\0';
}

void product_read_code(struct shape *shape, const char *field, const char *text, struct span *out) {
    struct span code = shape_text(text);
    if (code.size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, field);
    else if (!product_code_valid(code))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
    else
        *out = code;
}

static void read_loan(struct shape *shape, const Linkgate__V1__LoanTerms *message,
                      struct loan_terms *out) {
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "terms.loan.partner_bank_code",
                    message->partner_bank_code, &out->partner);
    out->lead_share = message->lead_share;
    out->lead_interest_share = message->lead_interest_share;
    out->daily_rate = message->daily_rate;
    out->instalments = message->instalments;
    out->grace_days = message->grace_days;
}

void product_read_terms(struct shape *shape, const Linkgate__V1__ProductTerms *message,
                        struct product_terms *out) {
    struct span name = {NULL, 0};
    *out = (struct product_terms){0};
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "terms");
        return;
    }
    out->kind = (enum product_kind)shape_known((int)message->kind, PRODUCT_LOAN);
    shape_clean(shape, "terms.name", message->name, 1, PRODUCT_NAME_MAX, &name);
    copy_text(name, out->name, sizeof(out->name));
    out->risk = message->risk;
    shape_digest(shape, "terms.text_sha256", &message->text_sha256, &out->sha256);
    copy_text(shape_clean_or_empty(message->currency, CURRENCY_SIZE - 1), out->currency,
              sizeof(out->currency));
    out->min_fen = message->minimum_fen;
    out->increment_fen = message->increment_fen;
    out->person_max_fen = message->person_maximum_fen;
    out->term_days = message->term_days;
    out->rate = message->rate;
    out->cut_off = message->cut_off_minute;
    out->confirm_days = message->confirm_days;
    out->payout_days = message->payout_days;
    if (message->loan != NULL)
        read_loan(shape, message->loan, &out->loan);
}

static void read_net_value(struct shape *shape, const Linkgate__V1__NetValue *message,
                           struct product_sale *out) {
    if (message->price <= 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "sale.net_value.price");
    if (!date_parse(shape_text(message->date), &out->price_day))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "sale.net_value.date");
    out->price = message->price;
}

void product_read_sale(struct shape *shape, const Linkgate__V1__ProductSale *message,
                       struct product_sale *out) {
    *out = (struct product_sale){0};
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "sale");
        return;
    }
    out->quota_fen = message->quota_fen;
    out->from_ms = message->from_ms;
    out->until_ms = message->until_ms;
    out->all_banks = message->all_banks != 0;
    if (message->n_distributor_bank_codes > PRODUCT_BANKS_MAX)
        shape_refuse(shape, REFUSAL_PRODUCT_BANKS, "sale.distributor_bank_codes");
    for (size_t i = 0; i < message->n_distributor_bank_codes && shape_ok(shape); i++)
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "sale.distributor_bank_codes",
                        message->distributor_bank_codes[i], &out->banks[out->bank_count++].bank);
    if (message->net_value != NULL)
        read_net_value(shape, message->net_value, out);
}

/* ---- writing ---- */

void product_pack_terms(struct pack *pack, const struct product_terms *terms,
                        struct packed_terms *out) {
    Linkgate__V1__ProductTerms *wire = &out->terms;
    linkgate__v1__product_terms__init(wire);
    wire->kind = (Linkgate__V1__ProductKind)terms->kind;
    wire->name = pack_text(pack, span_text(terms->name));
    wire->risk = terms->risk;
    wire->text_sha256 = pack_digest(&terms->sha256);
    wire->currency = pack_text(pack, span_text(terms->currency));
    wire->minimum_fen = terms->min_fen;
    wire->increment_fen = terms->increment_fen;
    wire->person_maximum_fen = terms->person_max_fen;
    wire->term_days = terms->term_days;
    wire->rate = terms->rate;
    wire->cut_off_minute = terms->cut_off;
    wire->confirm_days = terms->confirm_days;
    wire->payout_days = terms->payout_days;
    if (terms->loan.partner == 0)
        return;
    linkgate__v1__loan_terms__init(&out->loan);
    out->loan.partner_bank_code = pack_bank(pack, terms->loan.partner);
    out->loan.lead_share = terms->loan.lead_share;
    out->loan.lead_interest_share = terms->loan.lead_interest_share;
    out->loan.daily_rate = terms->loan.daily_rate;
    out->loan.instalments = terms->loan.instalments;
    out->loan.grace_days = terms->loan.grace_days;
    wire->loan = &out->loan;
}

void product_pack_sale(struct pack *pack, const struct product_sale *sale, bool distributors,
                       struct packed_sale *out) {
    Linkgate__V1__ProductSale *wire = &out->sale;
    linkgate__v1__product_sale__init(wire);
    wire->quota_fen = sale->quota_fen;
    wire->from_ms = sale->from_ms;
    wire->until_ms = sale->until_ms;
    wire->all_banks = sale->all_banks;
    wire->distributor_bank_codes = out->banks;
    for (uint32_t i = 0; distributors && i < sale->bank_count; i++) {
        if (!sale->banks[i].former)
            out->banks[wire->n_distributor_bank_codes++] = pack_bank(pack, sale->banks[i].bank);
    }
    if (sale->price == 0)
        return;
    linkgate__v1__net_value__init(&out->net_value);
    out->net_value.price = sale->price;
    date_format(sale->price_day, out->date);
    out->net_value.date = pack_text(pack, span_text(out->date));
    wire->net_value = &out->net_value;
}
