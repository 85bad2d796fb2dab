/*
 * What the parts of the ledger share while one command is applied. Internal to src/ledger.
 * A handler returns 0 (done), a negative number (forwarded), APPLY_BROKEN, or an enum refusal_code:
 * the request is refused and nothing of it stays.
 */
#ifndef LG_LEDGER_APPLY_H
#define LG_LEDGER_APPLY_H

#include "domain/rulebook.h"
#include "domain/window.h"
#include "ledger/ledger.h"
#include "util/hmap.h"

#define APPLY_BROKEN 100000 /* an invariant does not hold */
#define APPLY_STALE 100001  /* an answer to nothing that is out: no effect */

struct ledger {
    struct store *store;
    struct keyring *keyring;
    struct hmap *banks;   /* bank_code -> struct bank: what the store holds, read once */
    struct rulebook book; /* likewise; what is loaded is never in force at once */
    bool book_read;
    struct window open; /* likewise: the window that is open */
    bool open_read;
    struct buf scratch; /* one encoded payload */
    struct buf notice;
};

struct apply {
    struct ledger *ledger;
    struct store *store;
    const struct command *command;
    const struct rulebook *book;
    const struct rules *rules; /* in force at now_ms */
    uint64_t sequence;
    int64_t now_ms;
    struct effects *effects;
    size_t effects_before; /* of them, made before this command */
    /* The APPROVE under which the operator's order that is command is carried out; NULL: none. */
    const struct command *approval;
    struct audit_row audit;   /* of an order: bank, key and found are the handler's to fill in */
    uint16_t next_index;      /* of ids made by this command */
    const char *field;        /* of the refusal that is about to be returned */
    struct limit_left limit;  /* that it came upon; of NONE: no limit */
    uint32_t product_version; /* that it names; else 0 */
    int64_t right_fen;        /* that it says; else 0 */
    struct digest payload;    /* SHA-256 of the command's payload */
    /* What the request made or touched: stands in its replay row, and is frozen when an invariant
     * breaks. */
    enum object_kind object_kind;
    struct id object;
    struct id detail; /* challenge or attempt id of this request */
};

#define APPLY_TRY(expression)                                                                      \
    do {                                                                                           \
        int try_result = (expression);                                                             \
        if (try_result < 0)                                                                        \
            return try_result;                                                                     \
    } while (0)

#define APPLY_INVARIANT(condition)                                                                 \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return APPLY_BROKEN;                                                                   \
    } while (0)

/* ---- apply.c: ids, banks, history, effects ---- */
struct id apply_new_id(struct apply *apply);
void apply_touch(struct apply *apply, enum object_kind kind, const struct id *object);
/* Undoes all that this command put and said so far. */
void apply_restart(struct apply *apply);
/* Returns code, for `return refuse(...)`. field is static. */
int refuse(struct apply *apply, enum refusal_code code, const char *field);
/* The same, of a limit. */
int refuse_limit(struct apply *apply, enum refusal_code code, const char *field,
                 const struct limit_left *limit);
/* Borrowed until the next change of the registry; NULL in bank_out if unknown. */
int apply_bank(struct apply *apply, bank_code code, const struct bank **bank_out) MUST_USE;
void apply_forget_banks(struct ledger *ledger);
/* The book is read anew before the next command. */
void apply_forget_rules(struct ledger *ledger);
/* A window was put. */
void apply_forget_window(struct ledger *ledger);
/* What was read may have been rolled back. */
void apply_forget_all(struct ledger *ledger);
/* Refuses unless the command's bank and pin are active. */
int apply_check_bank(struct apply *apply) MUST_USE;
/* Refuses unless the other bank is active (else PEER_SUSPENDED on field) and not held (else
 * PEER_HELD). */
int apply_check_served(struct apply *apply, bank_code peer, const char *field) MUST_USE;
/* The same, and unless it is connected (else offline). */
int apply_check_peer(struct apply *apply, bank_code peer, const char *field,
                     enum refusal_code offline) MUST_USE;
/* Cuts what does not fit; always ends with NUL. */
void apply_copy_text(char *to, size_t size, struct span text);
struct history_entry apply_entry(const struct apply *apply, enum cause cause, const char *reason);
struct digest apply_account_key(struct ledger *ledger, bank_code bank, struct span number);
struct digest apply_person_key(struct ledger *ledger, uint32_t id_type, struct span number);
/* Room for one entry more: the oldest go into rows of their own once the record is full. Call it
 * before each move of a link or transfer; it never refuses. */
void apply_make_room(struct apply *apply, enum object_kind kind, const struct id *id,
                     struct history *history);
/* Refuses HISTORY on field when the life is as long as it may be. For what can be refused: closing,
 * deadlines and answers always go. */
int apply_check_life(struct apply *apply, const struct history *history,
                     const char *field) MUST_USE;
/* Entry index of the whole life, wherever it stands; APPLY_BROKEN when there is none. */
int apply_history_at(struct apply *apply, enum object_kind kind, const struct id *id,
                     const struct history *history, uint32_t index,
                     struct history_entry *entry_out) MUST_USE;
/* timeout_ms of the envelope within bounds, 0 for the default. */
int64_t apply_timeout_ms(const struct apply *apply, int64_t standard_ms, int64_t min_ms,
                         int64_t max_ms);

void apply_reply(struct apply *apply, enum message_kind message, struct span payload);
/* To an operator: done. */
void apply_granted(struct apply *apply);
void apply_reply_refused(struct apply *apply, const struct refusal *refusal);
/* The command's own request waits for its answer. */
void apply_wait(struct apply *apply, const struct id *request);
void apply_answer(struct apply *apply, bank_code bank, const struct id *request,
                  enum message_kind message, struct span payload);
void apply_answer_refused(struct apply *apply, bank_code bank, const struct id *request,
                          enum message_kind message, enum refusal_code code);
void apply_send(struct apply *apply, bank_code bank, enum message_kind message,
                const struct id *exchange, int64_t deadline_ms, struct span payload);
void apply_done(struct apply *apply, bank_code bank, const struct id *exchange);
void apply_alarm(struct apply *apply, const char *text, const struct id *object);

/* ---- notice.c: numbers and stores one notice for each of both banks, about the object's last history entry. */
int notice_link(struct apply *apply, const struct link *link) MUST_USE;
int notice_transfer(struct apply *apply, const struct transfer *transfer) MUST_USE;
int notice_case(struct apply *apply, const struct inquiry_case *inquiry) MUST_USE;
/* The same for the submitter alone. */
int notice_submitter(struct apply *apply, const struct transfer *transfer) MUST_USE;
/* Sends a row that stands. */
int notice_send_row(struct apply *apply, bank_code bank, uint64_t sequence) MUST_USE;
bool notice_token(struct apply *apply, bank_code bank, uint64_t sequence,
                  struct digest *token_out) MUST_USE; /* false: no store id yet */

#include "ledger/view.h" // IWYU pragma: export

#endif
