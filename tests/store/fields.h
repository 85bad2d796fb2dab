/*
 * Tables of a struct's fields, so that a test can fill all of them by chance and compare all of
 * them, padding left out.
 */
#ifndef LG_TESTS_STORE_FIELDS_H
#define LG_TESTS_STORE_FIELDS_H

#include "store/store.h"

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

extern const struct fields link_fields, hold_fields, transfer_fields, history_fields,
    history_entry_fields, meta_fields, bank_fields, counters_fields, request_fields, usage_fields,
    bucket_sum_fields, case_fields, case_entry_fields, adjustment_fields, adjustment_entry_fields,
    card_fields, question_fields, approval_fields, audit_fields, exposure_fields, pair_fields;

/* About one field in eight stays zero. */
void fields_fill(const struct fields *fields, void *value, uint64_t *seed);
void fields_assert_equal(const struct fields *fields, const void *a, const void *b);
/* No more room between two fields, or behind the last, than alignment makes. */
void fields_assert_complete(const struct fields *fields);

void link_fill(struct link *link, uint64_t *seed);
void transfer_fill(struct transfer *transfer, uint64_t *seed);
void bank_fill(struct bank *bank, uint64_t *seed);
void case_fill(struct inquiry_case *inquiry, uint64_t *seed);
void adjustment_fill(struct adjustment *adjustment, uint64_t *seed);
void card_fill(struct card *card, uint64_t *seed);
void card_assert_equal(const struct card *a, const struct card *b);
void link_assert_equal(const struct link *a, const struct link *b);
void transfer_assert_equal(const struct transfer *a, const struct transfer *b);
void case_assert_equal(const struct inquiry_case *a, const struct inquiry_case *b);
void adjustment_assert_equal(const struct adjustment *a, const struct adjustment *b);

#endif
