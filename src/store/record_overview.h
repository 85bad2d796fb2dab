/*
 * Between overviews and their records, as in store/record.h. Private to store.
 */
#ifndef LG_STORE_RECORD_OVERVIEW_H
#define LG_STORE_RECORD_OVERVIEW_H

#include "store/overview.h"
#include "store/record.h"

#define OVERVIEW_ANSWER_SIZE (3 * 8 + CURRENCY_SIZE + REASON_SIZE)

struct overview_records {
    Linkgate__Store__V1__Overview overview;
    Linkgate__Store__V1__OverviewPart parts[OVERVIEW_PARTS_MAX];
    Linkgate__Store__V1__OverviewPart *pointers[OVERVIEW_PARTS_MAX];
    uint8_t answers[OVERVIEW_PARTS_MAX][OVERVIEW_ANSWER_SIZE];
    ProtobufCBinaryData texts[OVERVIEW_PARTS_MAX]; /* of each part: empty, or its answer */
};
/* The sealed field is added by the table, from the texts. */
void overview_to_record(const struct store_overview *overview,
                        struct overview_records *records_out);
/* All but what was answered. */
bool overview_from_record(const Linkgate__Store__V1__Overview *record, const struct id *id,
                          struct store_overview *overview_out);
bool overview_take_answers(const texts_record *texts, struct store_overview *overview);

#endif
