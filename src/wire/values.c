/*
 * Limits, sets, persons, consents, merchants and money, each way, for the messages that hold them.
 *
 * A set (scopes, what a hold blocks) is bits in the domain and a list of numbers on the wire; both
 * ways keep their numbers' order. The strict checks of what banks send stand in parts.c, not here.
 */
#include "wire/values.h"

#include <string.h>

void value_pack_limits(const struct agreed_limits *limits, Linkgate__V1__AgreedLimits *out) {
    linkgate__v1__agreed_limits__init(out);
    out->single_fen = limits->single_fen;
    out->daily_fen = limits->daily_fen;
    out->daily_count = limits->daily_count;
    out->yearly_fen = limits->yearly_fen;
}

size_t value_pack_bits(uint32_t bits, int out[VALUE_BITS_MAX]) {
    size_t count = 0;
    for (int number = 0; number < VALUE_BITS_MAX; number++) {
        if ((bits & 1u << number) != 0)
            out[count++] = number;
    }
    return count;
}

void value_pack_person(struct pack *pack, const struct person_elements *person,
                       Linkgate__V1__PersonElements *out) {
    linkgate__v1__person_elements__init(out);
    out->name = pack_text(pack, person->name);
    out->id_type = (Linkgate__V1__IdType)person->id_type;
    out->id_number = pack_text(pack, person->id_number);
    out->mobile = pack_text(pack, person->mobile);
}

Linkgate__V1__Consent *value_pack_consent(struct pack *pack, const struct consent_given *consent,
                                          struct value_consent *out) {
    if (!consent->present)
        return NULL;
    static const char *const names[CONSENT_FIELDS_MAX] = {"name", "id_number", "mobile",
                                                          "account"}; /* by bit */
    linkgate__v1__consent__init(&out->consent);
    out->consent.recipient_bank_code = pack_bank(pack, consent->recipient);
    out->consent.purpose = pack_text(pack, consent->purpose);
    for (unsigned i = 0; i < CONSENT_FIELDS_MAX; i++) {
        if ((consent->fields & 1u << i) != 0)
            out->fields[out->consent.n_fields++] = pack_text(pack, span_text(names[i]));
    }
    out->consent.fields = out->fields;
    out->consent.text_sha256 = pack_digest(&consent->sha256);
    out->consent.given_at_ms = consent->at_ms;
    return &out->consent;
}

void value_pack_money(struct pack *pack, const struct money *money, Linkgate__V1__Money *out) {
    linkgate__v1__money__init(out);
    out->fen = money->fen;
    size_t size = strnlen(money->currency, sizeof(money->currency));
    out->currency = pack_text(pack, span_of(money->currency, size));
}

Linkgate__V1__Merchant *value_pack_merchant(struct pack *pack, bool present,
                                            const struct merchant *merchant,
                                            Linkgate__V1__Merchant *out) {
    if (!present)
        return NULL;
    linkgate__v1__merchant__init(out);
    out->name = pack_text(pack, merchant->name);
    out->id = pack_text(pack, merchant->id);
    out->category_code = pack_text(pack, merchant->category_code);
    out->order_id = pack_text(pack, merchant->order_id);
    out->terminal_id = pack_text(pack, merchant->terminal_id);
    return out;
}

struct agreed_limits value_read_limits(const Linkgate__V1__AgreedLimits *limits) {
    if (limits == NULL)
        return (struct agreed_limits){0};
    return (struct agreed_limits){
        .single_fen = limits->single_fen,
        .daily_fen = limits->daily_fen,
        .daily_count = limits->daily_count,
        .yearly_fen = limits->yearly_fen,
    };
}

uint32_t value_read_bits(const void *numbers, size_t count, int last) {
    const int *number = numbers;
    uint32_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        if (number[i] >= 1 && number[i] <= last)
            bits |= 1u << number[i];
    }
    return bits;
}

void value_read_person(struct shape *shape, const Linkgate__V1__PersonElements *person,
                       struct person_elements *out) {
    if (person == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "person");
        return;
    }
    out->id_type = (uint32_t)person->id_type;
    shape_clean(shape, "person.name", person->name, 1, PERSON_NAME_MAX, &out->name);
    shape_clean(shape, "person.id_number", person->id_number, 1, PERSON_ID_MAX, &out->id_number);
    shape_clean(shape, "person.mobile", person->mobile, 1, PERSON_MOBILE_MAX, &out->mobile);
}

void value_read_money(struct shape *shape, const Linkgate__V1__Money *money, struct money *out) {
    if (money == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "amount");
        return;
    }
    if (money->fen <= 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "amount.fen");
    struct span currency = {NULL, 0};
    shape_clean(shape, "amount.currency", money->currency, CURRENCY_SIZE - 1, CURRENCY_SIZE - 1,
                &currency);
    struct money read = {.fen = money->fen, .currency = ""};
    if (currency.size > 0)
        memcpy(read.currency, currency.data, currency.size);
    *out = read;
}
