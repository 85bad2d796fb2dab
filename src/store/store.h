/*
 * Typed tables over the overlay. Keys are a table byte and big-endian parts; values are protobuf
 * records (linkgate.store.v1) with a CRC32C over table, key and value. A record that does not check
 * is never used: STORE_DAMAGED, and the process ends. Person data stands sealed with AES-256-SIV,
 * with table, key and key id as associated data. DESIGN.md §5.
 *
 * Memory: what a get returns by span is borrowed until the next store_begin. Unless said otherwise
 * a get or next gives 0, STORE_ABSENT or negative; "after" may be NULL for the first.
 */
#ifndef LG_STORE_STORE_H
#define LG_STORE_STORE_H

#include "crypto/keyring.h"
#include "domain/approval.h"
#include "domain/bank.h"
#include "domain/inquiry.h"
#include "domain/link.h"
#include "domain/position.h"
#include "domain/product.h"
#include "domain/transfer.h"
#include "domain/window.h"
#include "store/overlay.h"
#include "store/rows.h"

#define STORE_ABSENT 1
#define STORE_DAMAGED (-2)

struct store;

/* Both borrowed, and must outlive the store; the keyring is used by the calling thread alone. */
int store_open(struct kv *kv, struct keyring *keyring, struct store **store_out, char *reason_out,
               size_t reason_size) MUST_USE;
void store_close(struct store *store);
struct overlay *store_overlay(struct store *store);

/* One command's savepoint. */
void store_begin(struct store *store);
void store_commit(struct store *store);
void store_rollback(struct store *store);

/* ---- meta; ABSENT: a new store ---- */
int store_get_meta(struct store *store, struct store_meta *meta_out) MUST_USE;
void store_put_meta(struct store *store, const struct store_meta *meta);

/* ---- banks ---- */
int store_get_bank(struct store *store, bank_code code, struct bank *bank_out) MUST_USE;
void store_put_bank(struct store *store, const struct bank *bank);
/* Smallest code > after (0 to start). */
int store_next_bank(struct store *store, bank_code after, struct bank *bank_out) MUST_USE;
/* Zeroes if none. */
int store_get_bank_counters(struct store *store, bank_code code,
                            struct bank_counters *counters_out) MUST_USE;
void store_put_bank_counters(struct store *store, bank_code code,
                             const struct bank_counters *counters);

/* ---- transfers ---- */
int store_get_transfer(struct store *store, const struct id *id,
                       struct transfer *transfer_out) MUST_USE;
/* The sealed instruction payload (PostInstruction) that is kept while it may be sent again. */
int store_get_transfer_kept(struct store *store, const struct id *id,
                            struct span *payload_out) MUST_USE;
/* payload is read with STORE_KEPT_SET. fresh also writes the index by link. */
int store_put_transfer(struct store *store, const struct transfer *transfer, enum store_kept kept,
                       struct span payload, bool fresh) MUST_USE;
int store_next_transfer(struct store *store, const struct id *after,
                        struct transfer *transfer_out) MUST_USE;
int store_next_transfer_of_link(struct store *store, const struct id *link, const struct id *after,
                                struct id *id_out) MUST_USE;
/* Returns of an original, in order of their ids; a row is written with a fresh return. */
int store_next_return(struct store *store, const struct id *original, const struct id *after,
                      struct id *id_out) MUST_USE;

/* ---- deadlines: (time, kind, object) ---- */
void store_put_deadline(struct store *store, const struct store_deadline *deadline);
int store_drop_deadline(struct store *store, const struct store_deadline *deadline) MUST_USE;
/* What stood at before_ms (0: nothing did) stands at due_ms from now on (0: nothing does). */
int store_move_deadline(struct store *store, enum object_kind kind, const struct id *object,
                        int64_t before_ms, int64_t due_ms) MUST_USE;
/* The earliest; cheap enough for every turn of a loop. */
int store_first_deadline(struct store *store, struct store_deadline *deadline_out) MUST_USE;
int store_next_deadline(struct store *store, const struct store_deadline *after,
                        struct store_deadline *deadline_out) MUST_USE;

/* ---- open objects: (kind, parent, object). Transfers with something reserved, under their link;
 * links with an exchange out or that wait to run off, under a zero parent. Found again at BOOT; a
 * row comes and goes with the state, and most never reach LMDB. ---- */
void store_put_open(struct store *store, const struct store_open_row *row);
int store_drop_open(struct store *store, const struct store_open_row *row) MUST_USE;
/* It stood there or not before, and does or does not from now on. */
int store_move_open(struct store *store, const struct store_open_row *row, bool before,
                    bool now) MUST_USE;
/* 0 if that row stands, STORE_ABSENT. */
int store_has_open(struct store *store, const struct store_open_row *row) MUST_USE;
/* 0 if any row stands under that parent. */
int store_any_open_under(struct store *store, enum object_kind kind,
                         const struct id *parent) MUST_USE;
/* In order of key; after NULL: the first of that kind. */
int store_next_open(struct store *store, enum object_kind kind, const struct store_open_row *after,
                    struct store_open_row *row_out) MUST_USE;

/* ---- requests: the replay table ---- */
int store_get_request(struct store *store, bank_code bank, const struct id *request,
                      struct store_request *request_out) MUST_USE;
void store_put_request(struct store *store, bank_code bank, const struct id *request,
                       const struct store_request *row, bool fresh);
/* Those of one bank, in the order of their ids, which banks make. */
int store_next_request(struct store *store, bank_code bank, const struct id *after,
                       struct id *request_out, struct store_request *row_out) MUST_USE;

/* ---- notices: (bank, number) -> object and history entry. A number is put once. ---- */
int store_get_notice(struct store *store, bank_code bank, uint64_t sequence,
                     struct store_notice *notice_out) MUST_USE;
void store_put_notice(struct store *store, bank_code bank, uint64_t sequence,
                      const struct store_notice *notice);
int store_drop_notice(struct store *store, bank_code bank, uint64_t sequence) MUST_USE;
/* Gives a row another number, under which none stands any more. */
int store_move_notice(struct store *store, bank_code bank, uint64_t from, uint64_t to) MUST_USE;

/* ---- the whole state as one digest: SHA-256 over all keys and values in order (overlay merged).
 * Two ledgers that applied the same commands give the same. ---- */
int store_digest(struct store *store, struct digest *digest_out) MUST_USE;

/* The rest of the tables; each of these headers may be included alone. */
#include "store/desk.h"       // IWYU pragma: export
#include "store/links.h"      // IWYU pragma: export
#include "store/money.h"      // IWYU pragma: export
#include "store/settlement.h" // IWYU pragma: export

#endif
