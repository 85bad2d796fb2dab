/*
 * Values that several messages hold: limits, sets, persons, consents, merchants, money. Private to src/wire.
 */
#ifndef LG_WIRE_VALUES_H
#define LG_WIRE_VALUES_H

#include "domain/message.h"
#include "linkgate/v1/link.pb-c.h"
#include "linkgate/v1/transfer.pb-c.h"
#include "wire/pack.h"
#include "wire/shape.h"

#define VALUE_BITS_MAX 32 /* numbers of a set: one for each bit */

/* How long a text may be, in bytes; proto/linkgate/v1 says so to partners. */
#define AGREEMENT_VERSION_MAX 32
#define CONSENT_PURPOSE_MAX 64
#define CHALLENGE_CODE_MAX 64
#define MASKED_MOBILE_MAX 23
#define PERSON_ID_MAX 32
#define PERSON_MOBILE_MAX 20
#define REMITTANCE_MAX 140
#define CHANNEL_MAX 16
#define AUTHENTICATION_MAX 32
#define ANSWER_TEXT_MAX 140
#define MASKED_ACCOUNT_MAX 15
#define DETAIL_MAX 64
#define REFUSAL_TEXT_MAX 512
#define FIELD_NAME_MAX 64
#define EVENT_NAME_MAX 32
#define LIMIT_NAME_MAX 16
#define MERCHANT_ID_MAX 35
#define CATEGORY_CODE_SIZE 4
#define ORDER_ID_MAX 64
#define TERMINAL_ID_MAX 35
#define STEP_UP_METHOD_MAX 16
#define STEP_UP_TEXT_MAX 140

void value_pack_limits(const struct agreed_limits *limits, Linkgate__V1__AgreedLimits *out);
/* Scopes and what holds block are sets: bits here, numbers of an enum there, in their order. */
size_t value_pack_bits(uint32_t bits, int out[VALUE_BITS_MAX]);
void value_pack_person(struct pack *pack, const struct person_elements *person,
                       Linkgate__V1__PersonElements *out);

/* NULL for none; out is the room that it takes. */
#define CONSENT_FIELDS_MAX 4
struct value_consent {
    Linkgate__V1__Consent consent;
    char *fields[CONSENT_FIELDS_MAX];
};
Linkgate__V1__Consent *value_pack_consent(struct pack *pack, const struct consent_given *consent,
                                          struct value_consent *out);
void value_pack_money(struct pack *pack, const struct money *money, Linkgate__V1__Money *out);

/* NULL for none. */
Linkgate__V1__Merchant *value_pack_merchant(struct pack *pack, bool present,
                                            const struct merchant *merchant,
                                            Linkgate__V1__Merchant *out);

/* For what the gateway says and a bank reads: a missing part is zeros, numbers above last and below
 * 1 are left out. */
struct agreed_limits value_read_limits(const Linkgate__V1__AgreedLimits *limits);
uint32_t value_read_bits(const void *numbers, size_t count, int last);
/* As the gateway tells a bank: a whole person, or a fault. */
void value_read_person(struct shape *shape, const Linkgate__V1__PersonElements *person,
                       struct person_elements *out);
/* A positive amount of a currency's shape; a fault otherwise. */
void value_read_money(struct shape *shape, const Linkgate__V1__Money *money, struct money *out);

#endif
