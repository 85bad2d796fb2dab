/*
 * What the sample values are made of.
 */
#ifndef LG_TESTS_WIRE_SAMPLES_PARTS_H
#define LG_TESTS_WIRE_SAMPLES_PARTS_H

#include <string.h>

#include "wire/samples.h"

#define NAME "张·三"
#define SHOP "茶馆"
#define CLASS2_NUMBER "6226220000000009"
#define CLASS1_NUMBER "6226221234567896"
#define PAYEE_NUMBER "62280000000000017"

static inline struct id id_of(uint8_t byte) {
    struct id id;
    memset(id.bytes, byte, sizeof(id.bytes));
    return id;
}

static inline struct digest digest_of(uint8_t byte) {
    struct digest digest;
    memset(digest.bytes, byte, sizeof(digest.bytes));
    return digest;
}

#define REQUEST ((struct id){{0x01, 0x90, 0xa0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}})
#define LINK id_of(0x11)
#define OTHER id_of(0x22)
#define THIRD id_of(0x33)
#define SCOPES (LINK_SCOPE_BIT(LINK_SCOPE_COLLECT) | LINK_SCOPE_BIT(LINK_SCOPE_BALANCE))
#define LIMITS ((struct agreed_limits){1000000, 5000000, 20, 90000000})
#define AMOUNT ((struct money){500000, "CNY"})
#define CLASS1_ACCOUNT                                                                             \
    ((struct account_ref){SAMPLE_CLASS1_BANK, SPAN_LITERAL(CLASS1_NUMBER), ACCOUNT_CLASS_I,        \
                          ACCOUNT_OPENING_NONE})

static inline struct person_elements sample_person(void) {
    return (struct person_elements){
        .name = SPAN_LITERAL(NAME),
        .id_type = ID_TYPE_RESIDENT,
        .id_number = SPAN_LITERAL("999999199001010016"),
        .mobile = SPAN_LITERAL("13800000001"),
    };
}

static inline struct agreement_given sample_agreement(void) {
    return (struct agreement_given){
        .present = true,
        .version = SPAN_LITERAL("2024-1"),
        .sha256 = digest_of(0xaa),
        .at_ms = 1719791999000,
        .channel = SPAN_LITERAL("APP"),
        .ends_day = 22279, /* 2030-12-31 */
    };
}

static inline struct consent_given sample_consent(void) {
    return (struct consent_given){
        .present = true,
        .recipient = SAMPLE_CLASS1_BANK,
        .purpose = SPAN_LITERAL("ACCOUNT_LINK"),
        .fields = CONSENT_FIELDS_ALL,
        .sha256 = digest_of(0xbb),
        .at_ms = 1719791998000,
    };
}

static inline struct merchant sample_merchant(void) {
    return (struct merchant){
        .name = SPAN_LITERAL(SHOP),
        .id = SPAN_LITERAL("M-104"),
        .category_code = SPAN_LITERAL("5812"),
        .order_id = SPAN_LITERAL("O-9"),
        .terminal_id = SPAN_LITERAL("T-3"),
    };
}

#endif
