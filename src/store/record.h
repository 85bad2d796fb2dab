/*
 * Between the domain's values and the records. Private to store.
 *
 * to_record fills a record that borrows from the value and is packed before the value changes.
 * from_record gives false when the record holds what the value cannot: then it is damaged.
 */
#ifndef LG_STORE_RECORD_H
#define LG_STORE_RECORD_H

#include "linkgate/store/v1/records.pb-c.h"
#include "store/store.h"

typedef Linkgate__Store__V1__Sealed sealed_record;
typedef Linkgate__Store__V1__HistoryEntry history_record;
typedef Linkgate__Store__V1__Link link_record;
typedef Linkgate__Store__V1__Transfer transfer_record;
typedef Linkgate__Store__V1__Texts texts_record;
typedef Linkgate__Store__V1__LimitLeft limit_record;

/* ---- fields ---- */
char *record_text(const char *text);
/* All zero: empty, and so not written. */
ProtobufCBinaryData record_id(const struct id *id);
ProtobufCBinaryData record_digest(const struct digest *digest);
ProtobufCBinaryData record_bytes(struct span bytes);

bool text_from_record(const char *field, char *text_out, size_t room);
bool id_from_record(ProtobufCBinaryData field, struct id *id_out);
bool digest_from_record(ProtobufCBinaryData field, struct digest *digest_out);
struct span bytes_from_record(ProtobufCBinaryData field);

/* ---- histories ---- */
/* A single entry, as differences from what stands before it. */
void history_entry_to_record(const struct history_entry *entry, int64_t base_ms,
                             uint64_t base_sequence, history_record *record_out);
bool history_entry_from_record(const history_record *record, int64_t base_ms,
                               uint64_t base_sequence, struct history_entry *entry_out);

struct history_records {
    history_record entries[HISTORY_MAX];
    history_record *pointers[HISTORY_MAX];
};

void history_to_records(const struct history *history, int64_t base_ms,
                        struct history_records *records_out);
bool history_from_records(size_t count, history_record *const *records, int64_t base_ms,
                          struct history *history_out);

/* ---- objects; the sealed part is the table's business ---- */
struct link_records {
    link_record link;
    Linkgate__Store__V1__AgreedLimits limits;
    Linkgate__Store__V1__Agreement agreement;
    Linkgate__Store__V1__Consent consent;
    Linkgate__Store__V1__Exchange exchange;
    Linkgate__Store__V1__Challenge challenge;
    Linkgate__Store__V1__Evidence evidence;
    Linkgate__Store__V1__Hold holds[HOLDS_MAX];
    Linkgate__Store__V1__Hold *hold_pointers[HOLDS_MAX];
    Linkgate__Store__V1__Amendment amendment;
    Linkgate__Store__V1__AgreedLimits amendment_limits;
    Linkgate__Store__V1__Agreement amendment_agreement;
    struct history_records history;
};

void link_to_record(const struct link *link, struct link_records *records_out);
bool link_from_record(const link_record *record, const struct id *id, struct link *link_out);

struct transfer_records {
    transfer_record transfer;
    struct history_records history;
};

void transfer_to_record(const struct transfer *transfer, struct transfer_records *records_out);
bool transfer_from_record(const transfer_record *record, const struct id *id,
                          struct transfer *transfer_out);

void meta_to_record(const struct store_meta *meta, Linkgate__Store__V1__Meta *record_out);
bool meta_from_record(const Linkgate__Store__V1__Meta *record, struct store_meta *meta_out);

struct bank_records {
    Linkgate__Store__V1__Bank bank;
    ProtobufCBinaryData pins[BANK_PINS_MAX];
    int64_t pin_added_at_ms[BANK_PINS_MAX];
    int64_t pin_expires_at_ms[BANK_PINS_MAX];
    uint32_t denied[BANK_KINDS];
};
void bank_to_record(const struct bank *bank, struct bank_records *records_out);
bool bank_from_record(const Linkgate__Store__V1__Bank *record, bank_code code,
                      struct bank *bank_out);

struct request_records {
    Linkgate__Store__V1__Request request;
    limit_record limit;
};
void request_to_record(const struct store_request *request, struct request_records *records_out);
bool request_from_record(const Linkgate__Store__V1__Request *record,
                         struct store_request *request_out);

/* ---- what people and banks ask each other; payloads and texts are the table's business ---- */
struct case_records {
    Linkgate__Store__V1__Case inquiry;
    Linkgate__Store__V1__CaseClaim claim;
    Linkgate__Store__V1__CaseEntry entries[CASE_ENTRIES_MAX];
    Linkgate__Store__V1__CaseEntry *pointers[CASE_ENTRIES_MAX];
};
void case_to_record(const struct inquiry_case *inquiry, struct case_records *records_out);
bool case_from_record(const Linkgate__Store__V1__Case *record, const struct id *id,
                      struct inquiry_case *case_out);

void question_to_record(const struct store_question *question,
                        Linkgate__Store__V1__Question *record_out);
bool question_from_record(const Linkgate__Store__V1__Question *record, const struct id *id,
                          struct store_question *question_out);

void approval_to_record(const struct approval *approval, Linkgate__Store__V1__Approval *record_out);
bool approval_from_record(const Linkgate__Store__V1__Approval *record, const struct id *id,
                          struct approval *approval_out);

void audit_to_record(const struct audit_row *row, Linkgate__Store__V1__Audit *record_out);
bool audit_from_record(const Linkgate__Store__V1__Audit *record, uint64_t sequence,
                       struct audit_row *row_out);

/* ---- sealed fields ---- */
/* Under the ring's present key, in scratch memory; into held memory: 0 or STORE_DAMAGED. */
void record_seal(struct store *store, struct span key, struct span plain,
                 sealed_record *sealed_out);
int record_unseal(struct store *store, struct span key, const sealed_record *sealed,
                  struct span *plain_out) MUST_USE;

/* ---- texts of people: one sealed field, a list in an order that the object gives ---- */
/* Under the ring's present key, in scratch memory; NULL when all are empty. */
sealed_record *texts_seal(struct store *store, struct span key, ProtobufCBinaryData *texts,
                          size_t count, sealed_record *room);
/* Unpacked into scratch; an empty list for NULL. 0 or STORE_DAMAGED, also for more than max. */
int texts_open(struct store *store, struct span key, const sealed_record *sealed, size_t max,
               const texts_record **texts_out) MUST_USE;
/* One of them, empty if it is not in the list. False: it does not fit. */
bool texts_copy(const texts_record *texts, size_t index, char *text_out, size_t room) MUST_USE;

#endif
