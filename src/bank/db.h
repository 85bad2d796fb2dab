/*
 * The simulated bank's own store: small rows under a table letter and a key, over kv. All writes of
 * one loop turn gather in memory and become durable in one commit; reads see them at once.
 * A failed commit ends the process: nothing was told that is not stored.
 *
 * Everything in this folder has the prefix bk_, for it shares a library with the gateway.
 */
#ifndef LG_BANK_DB_H
#define LG_BANK_DB_H

#include "util/bytes.h"
#include "util/fatal.h"
#include "util/id.h"

struct bk_db;

enum bk_table {
    BK_ACCOUNTS = 'A',    /* account number -> balance */
    BK_CASES = 'B',       /* case id -> the last notice about it */
    BK_CHALLENGES = 'C',  /* challenge id -> code and tries */
    BK_DONE = 'D',        /* request id -> what became of our transfer */
    BK_CARDS = 'E',       /* card id -> the last notice about it */
    BK_APPLIED = 'F',     /* card id -> answer */
    BK_EVENTS = 'G',      /* event id -> the notice about it */
    BK_CHANGES = 'H',     /* account number -> what changed since the accounts file */
    BK_PRODUCTS = 'I',    /* issuer, code -> the last notice about it */
    BK_ADJUSTMENTS = 'J', /* adjustment id -> the last notice about it */
    BK_JOURNAL = 'K',     /* window, transfer id -> what moved in it */
    BK_LINKS = 'L',       /* link id -> our account in it */
    BK_ORDERS = 'M',      /* order id -> the last notice about it */
    BK_NOTICES = 'N',     /* "" -> the last notice */
    BK_OUTBOX = 'O',      /* request id -> what is to be sent until answered */
    BK_POSTINGS = 'P',    /* transfer id -> posted, refused or barred */
    BK_LOTS = 'Q',        /* order id -> as this bank, its issuer, has it */
    BK_RECHECKED = 'R',   /* recheck id -> answer */
    BK_TOTALS = 'S',      /* "" -> sums */
    BK_ATTEMPTS = 'T',    /* attempt id -> answer */
    BK_INSTRUCTED = 'U',  /* order id, number -> answer */
    BK_VERIFIED = 'V',    /* verification id -> answer, and whom it was about */
    BK_WINDOWS = 'W',     /* number of a window -> the last notice about it */
    BK_TRANSFERS = 'X',   /* transfer id -> our request id, of those that were ours */
    BK_PAYEES = 'Y',      /* bank and account -> paid to that payee, or for that product */
    BK_OFFERED = 'Z',     /* product code -> what this bank sells under it */
    BK_ORDER_WORDS = 'a', /* request id -> what this bank asks or says of an order */
    BK_LOT_PAID = 'b',    /* transfer id -> the order that it paid for */
    BK_DEBTS = 'c',       /* loan id -> what this bank lent and got back */
    BK_LOANS = 'd',       /* loan id -> as the gateway told it last */
    BK_DRAWN = 'e'        /* transfer id -> the draw that it paid */
};

int bk_db_open(const char *dir, uint64_t map_bytes, struct bk_db **db_out, char *reason_out,
               size_t reason_size) MUST_USE;
void bk_db_close(struct bk_db *db); /* what was not committed is dropped */

/* Borrowed until the next commit. False: absent. */
bool bk_db_get(struct bk_db *db, enum bk_table table, struct span key, struct span *value_out);
void bk_db_put(struct bk_db *db, enum bk_table table, struct span key, struct span value);
void bk_db_delete(struct bk_db *db, enum bk_table table, struct span key);
bool bk_db_dirty(const struct bk_db *db);
void bk_db_commit(struct bk_db *db);
/* All committed rows of a table in order of their keys, from that key on, until visit returns false.
 * The visit may put and delete, which the walk does not see. */
void bk_db_each_from(struct bk_db *db, enum bk_table table, struct span from,
                     bool (*visit)(void *context, struct span key, struct span value),
                     void *context);
/* From the first one on. */
void bk_db_each(struct bk_db *db, enum bk_table table,
                bool (*visit)(void *context, struct span key, struct span value), void *context);

/* Rows: numbers big-endian, texts with a length of two bytes in front. */
void bk_row_text(struct buf *row, struct span text);
void bk_row_id(struct buf *row, const struct id *id);
struct span bk_row_read_text(struct reader *reader);
struct id bk_row_read_id(struct reader *reader); /* zero after a failure */
/* Copies a text with its NUL; false (and the reader failed) if it does not fit. */
bool bk_row_read_string(struct reader *reader, char *text_out, size_t size);
/* A row of our own that cannot be read is damage: ends the process, saying where. */
void bk_row_done(const struct reader *reader, const char *what);

#endif
