/*
 * Tables of a struct's fields, so that a test can fill all of them by chance and compare all of
 * them, padding left out.
 */
#ifndef LG_TESTS_STORE_FIELDS_H
#define LG_TESTS_STORE_FIELDS_H

#include <stddef.h>

#include "store/orders.h"

/* NUMBER: an integer or enum of that size; TEXT: NUL-terminated, zeroes behind; BYTES: an id or a
 * digest, or several numbers; NESTED: has a table of its own, and is neither filled nor compared
 * with the struct around it. */
enum field_kind { FIELD_NUMBER, FIELD_BOOL, FIELD_TEXT, FIELD_BYTES, FIELD_NESTED };

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset, size, align;
};

struct fields {
    const struct field *fields;
    size_t count, size, align;
};

#define MEMBER(type, member) (((type *)0)->member)
#define FIELD(type, member, kind_)                                                                 \
    {                                                                                              \
        .name = #member, .kind = kind_, .offset = offsetof(type, member),                          \
        .size = sizeof(MEMBER(type, member)), .align = _Alignof(__typeof__(MEMBER(type, member))), \
    }
#define TABLE(type, table)                                                                         \
    { table, sizeof(table) / sizeof(table[0]), sizeof(type), _Alignof(type) }

extern const struct fields link_fields, hold_fields, transfer_fields, history_fields,
    history_entry_fields, meta_fields, bank_fields, counters_fields, request_fields, usage_fields,
    bucket_sum_fields, case_fields, case_entry_fields, adjustment_fields, adjustment_entry_fields,
    card_fields, question_fields, approval_fields, audit_fields, exposure_fields, pair_fields,
    product_order_fields, loan_fields, loan_decision_fields, loan_instalment_fields;

/* About one field in eight stays zero. */
void fields_fill(const struct fields *fields, void *value, uint64_t *seed);
void fields_assert_equal(const struct fields *fields, const void *a, const void *b);
/* No more room between two fields, or behind the last, than alignment makes. */
void fields_assert_complete(const struct fields *fields);

/* An array with its count: so many are filled, the rest is zero. */
void fields_fill_array(const struct fields *fields, void *array, uint32_t *count, uint32_t room,
                       uint64_t *seed);
void fields_assert_arrays_equal(const struct fields *fields, const void *a, const void *b,
                                uint32_t count);
void fields_fill_history(struct history *history, uint64_t *seed);
void fields_assert_histories_equal(const struct history *a, const struct history *b);

void link_fill(struct link *link, uint64_t *seed);
void transfer_fill(struct transfer *transfer, uint64_t *seed);
void bank_fill(struct bank *bank, uint64_t *seed);
void case_fill(struct inquiry_case *inquiry, uint64_t *seed);
void adjustment_fill(struct adjustment *adjustment, uint64_t *seed);
void order_fill(struct product_order *order, uint64_t *seed);
void loan_fill(struct loan *loan, uint64_t *seed);
void card_fill(struct card *card, uint64_t *seed);
void card_assert_equal(const struct card *a, const struct card *b);
void link_assert_equal(const struct link *a, const struct link *b);
void transfer_assert_equal(const struct transfer *a, const struct transfer *b);
void case_assert_equal(const struct inquiry_case *a, const struct inquiry_case *b);
void adjustment_assert_equal(const struct adjustment *a, const struct adjustment *b);
void order_assert_equal(const struct product_order *a, const struct product_order *b);
void loan_assert_equal(const struct loan *a, const struct loan *b);

#endif
