/*
 * What the tables share: keys, values that check, and the memory in which records are unpacked.
 * Private to store.
 */
#ifndef LG_STORE_TABLE_H
#define LG_STORE_TABLE_H

#include <protobuf-c/protobuf-c.h>

#include "store/tables.h"
#include "util/arena.h"

struct key {
    uint8_t bytes[KEY_SIZE_MAX];
    size_t size;
};

struct key key_of(enum table table);
struct key key_of_id(enum table table, const struct id *id);
void key_add_byte(struct key *key, uint8_t byte);
void key_add_u64(struct key *key, uint64_t value);
void key_add_id(struct key *key, const struct id *id);
void key_add_digest(struct key *key, const struct digest *digest); /* its first half */
void key_add_currency(struct key *key, const char *currency);      /* three letters */
struct span key_span(const struct key *key);

/* Knows the first deadline, so that asking for it costs nothing while it stands: nothing live lies
 * before floor. */
enum first_deadline { FIRST_UNKNOWN, FIRST_IS_FLOOR, FIRST_NONE };
struct deadline_floor {
    enum first_deadline first;
    struct key floor;
};

struct store {
    struct overlay *overlay;
    struct keyring *keyring;
    struct arena held;            /* spans given out: until the next store_begin */
    struct arena scratch;         /* one record being unpacked or packed: until the next one */
    ProtobufCAllocator allocator; /* over scratch */
    struct buf value;             /* record and checksum being put */
    struct deadline_floor deadlines, deadlines_at_begin;
};

/* Logs that this row cannot be used and gives STORE_DAMAGED. why is no data of the row. */
int table_damaged(struct span key, const char *why);

/* The record of that key, checked. 0, STORE_ABSENT, negative. */
int table_get(struct store *store, const struct key *key, struct span *record_out) MUST_USE;
/* Unpacked into scratch: until the next load or sealing. */
int table_load(struct store *store, const struct key *key,
               const ProtobufCMessageDescriptor *descriptor, const void **message_out) MUST_USE;
/* The first row at from, or strictly after it, whose first prefix_size bytes equal from's. */
int table_next(struct store *store, const struct key *from, size_t prefix_size, bool strict,
               struct span *key_out, struct span *record_out) MUST_USE;
/* The row behind after (NULL: the first) among those whose key is that prefix and an id. */
int table_next_id(struct store *store, const struct key *prefix, const struct id *after,
                  struct id *id_out) MUST_USE;
/* The next object of a table whose keys are ids alone, unpacked as by table_load. */
int table_next_object(struct store *store, enum table table, const struct id *after,
                      const ProtobufCMessageDescriptor *descriptor, struct key *key_out,
                      struct id *id_out, const void **message_out) MUST_USE;
int table_unpack(struct store *store, struct span key, struct span record,
                 const ProtobufCMessageDescriptor *descriptor, const void **message_out) MUST_USE;

/* A row that is all in its key. */
void table_put_empty(struct store *store, const struct key *key, bool fresh);
void table_put(struct store *store, const struct key *key, struct span record, bool fresh);
void table_put_message(struct store *store, const struct key *key, const ProtobufCMessage *message,
                       bool fresh);
int table_remove(struct store *store, const struct key *key) MUST_USE;

/* Texts of a transfer: the step-up's, the bank's word, another's account. */
#define TRANSFER_TEXTS 3

/* What finds a link by what it joins: the rows of a fresh one (table_live.c). */
void table_put_link_indexes(struct store *store, const struct link *link);

#endif
