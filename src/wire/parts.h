/*
 * The parts that several requests hold, each read and checked in one place: accounts, persons, what
 * is allowed and on what word, amounts, merchants, pages. Private to src/wire. Faults stand in the
 * shape (shape.h); field names are those of the messages, which all agree.
 */
#ifndef LG_WIRE_PARTS_H
#define LG_WIRE_PARTS_H

#include "domain/message.h"
#include "linkgate/v1/common.pb-c.h"
#include "linkgate/v1/link.pb-c.h"
#include "linkgate/v1/transfer.pb-c.h"
#include "wire/shape.h"

/* A Class II or III account, with how it was opened. */
void part_class2_account(struct shape *shape, const Linkgate__V1__Account *account,
                         struct account_ref *out);
/* A Class I account. other: the bank that it may not be at; 0: not known here. */
void part_class1_account(struct shape *shape, const Linkgate__V1__Account *account, bank_code other,
                         struct account_ref *out);
void part_person(struct shape *shape, const Linkgate__V1__PersonElements *person,
                 struct person_elements *out);
/* A set: at least one number, each 1 to last, none twice. Numbers are those of a generated enum. */
uint32_t part_bits(struct shape *shape, const char *field, const void *numbers, size_t count,
                   int last);
/* Not negative; COLLECT and PAY among the scopes need a single and a daily one. */
void part_limits(struct shape *shape, uint32_t scopes, const Linkgate__V1__AgreedLimits *message,
                 struct agreed_limits *out);
/* Missing is a fault where it is needed; else out says that it is not present. */
void part_agreement(struct shape *shape, const Linkgate__V1__Agreement *agreement, bool needed,
                    struct agreement_given *out);
/* All of it must be there: these elements (bits of CONSENT_FIELD_*) at least, to that bank. recipient
 * 0: not known here, and for the ledger to compare. */
void part_consent(struct shape *shape, const Linkgate__V1__Consent *consent, uint32_t disclosed,
                  bank_code recipient, struct consent_given *out);
/* A positive amount of yuan; names of the field, its fen and its currency. */
struct part_money_names {
    const char *money, *fen, *currency;
};
void part_money(struct shape *shape, const struct part_money_names *names,
                const Linkgate__V1__Money *money, struct money *out);
/* The same, of a field of that name. */
void part_amount(struct shape *shape, const Linkgate__V1__Money *amount, struct money *out);
void part_merchant(struct shape *shape, const Linkgate__V1__Merchant *merchant,
                   struct merchant *out);
/* Where a page starts, and how long it may be. */
void part_page(struct shape *shape, const ProtobufCBinaryData *after, uint32_t max,
               struct id *after_out, uint32_t *max_out);

#endif
