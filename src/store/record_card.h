/*
 * Between applications for cards and their records, as in store/record.h. Private to store.
 */
#ifndef LG_STORE_RECORD_CARD_H
#define LG_STORE_RECORD_CARD_H

#include "store/record.h"

typedef Linkgate__Store__V1__Card card_record;

struct card_records {
    card_record card;
    Linkgate__Store__V1__Consent consent;
    struct history_records history;
};
void card_to_record(const struct card *card, struct card_records *records_out);
bool card_from_record(const card_record *record, const struct id *id, struct card *card_out);

#endif
