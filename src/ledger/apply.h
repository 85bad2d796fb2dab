/*
 * What the parts of the ledger share while one command is applied. Internal to src/ledger.
 * A handler returns 0 (done), a negative number (forwarded), APPLY_BROKEN, or an enum refusal_code:
 * the request is refused and nothing of it stays.
 */
#ifndef LG_LEDGER_APPLY_H
#define LG_LEDGER_APPLY_H

#include "domain/rules.h"
#include "ledger/ledger.h"
#include "util/hmap.h"

#define APPLY_BROKEN 100000 /* an invariant does not hold */
#define APPLY_STALE 100001  /* an answer to nothing that is out: no effect */

struct ledger {
    struct store *store;
    struct keyring *keyring;
    struct hmap *banks; /* bank_code -> struct bank: what the store holds, read once */
    struct buf scratch; /* one encoded payload */
    struct buf notice;
};

struct apply {
    struct ledger *ledger;
    struct store *store;
    const struct command *command;
    const struct rules *rules;
    uint64_t sequence;
    int64_t now_ms;
    struct effects *effects;
    uint16_t next_index;   /* of ids made by this command */
    const char *field;     /* of the refusal that is about to be returned */
    struct digest payload; /* SHA-256 of the command's payload */
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
/* Returns code, for `return refuse(...)`. field is static. */
int refuse(struct apply *apply, enum refusal_code code, const char *field);
/* Borrowed until the next change of the registry; NULL in bank_out if unknown. */
int apply_bank(struct apply *apply, bank_code code, const struct bank **bank_out) MUST_USE;
void apply_forget_banks(struct ledger *ledger);
/* Refuses unless the command's bank and pin are active. */
int apply_check_bank(struct apply *apply) MUST_USE;
/* Refuses unless the other bank is active (else PEER_SUSPENDED on field) and connected (else
 * offline). */
int apply_check_peer(struct apply *apply, bank_code peer, const char *field,
                     enum refusal_code offline) MUST_USE;
/* Cuts what does not fit; always ends with NUL. */
void apply_copy_text(char *to, size_t size, struct span text);
struct history_entry apply_entry(const struct apply *apply, enum cause cause, const char *reason);
struct digest apply_account_key(struct ledger *ledger, bank_code bank, struct span number);
struct digest apply_person_key(struct ledger *ledger, uint32_t id_type, struct span number);
/* timeout_ms of the envelope within bounds, 0 for the default. */
int64_t apply_timeout_ms(const struct apply *apply, int64_t standard_ms, int64_t min_ms,
                         int64_t max_ms);

void apply_reply(struct apply *apply, enum message_kind message, struct span payload);
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

/* ---- view.c: objects as banks see them; spans point into the object and static text ---- */
struct link_view link_view_of(const struct link *link, int64_t now_ms);
struct transfer_view transfer_view_of(const struct transfer *transfer);
void apply_reply_link(struct apply *apply, const struct link *link, bool replayed);
void apply_reply_transfer(struct apply *apply, const struct transfer *transfer, bool replayed);
void apply_answer_link(struct apply *apply, const struct link *link, const struct id *request,
                       enum message_kind message);
void apply_answer_transfer(struct apply *apply, const struct transfer *transfer);

/* ---- notice.c: numbers and stores one notice for each of both banks, about the object's last history entry. */
int notice_link(struct apply *apply, const struct link *link) MUST_USE;
int notice_transfer(struct apply *apply, const struct transfer *transfer) MUST_USE;
bool notice_token(struct apply *apply, bank_code bank, uint64_t sequence,
                  struct digest *token_out) MUST_USE; /* false: no store id yet */

/* ---- request.c: the order of checks of a bank's request: bank and pin active -> id's date -> replay -> handler. */
int request_apply(struct apply *apply, int (*handler)(struct apply *apply)) MUST_USE;
/* Rewrites the row of a request that was pending and is refused after all. */
int request_refuse_late(struct apply *apply, bank_code bank, const struct id *request,
                        enum refusal_code code) MUST_USE;

/* ---- link.c ---- */
int link_load(struct apply *apply, const struct id *id, struct link *link_out) MUST_USE;
/* Loads a link that the command's bank is part of, else refuses NO_SUCH_LINK; refuses frozen. */
int link_load_own(struct apply *apply, const struct id *id, struct link *link_out) MUST_USE;
/* The same for what may change it: what is due is done first. */
int link_touch_own(struct apply *apply, const struct id *id, struct link *link_out) MUST_USE;
/* Puts the link and keeps its deadline row in step: due_before is link_due_ms before the change. */
int link_store(struct apply *apply, const struct link *link, const struct link_private *secret,
               int64_t due_before_ms) MUST_USE;
/* The same, with nothing kept any more: what an ended exchange leaves. */
int link_store_ended(struct apply *apply, const struct link *link, int64_t due_before_ms) MUST_USE;
/* Earliest of the waiting state's end and the exchange's end; 0 if neither. */
int64_t link_due_ms(const struct link *link);
/* Moves, notices where the new state owes one, and drops what a final state leaves behind. */
int link_step(struct apply *apply, struct link *link, enum link_event event, enum cause cause,
              const char *reason) MUST_USE;
/* Starts and ends the one exchange with the Class I bank. The payload is in ledger->scratch. */
int link_exchange_start(struct apply *apply, struct link *link, enum link_exchange exchange,
                        const struct id *id, const struct id *request, int64_t timeout_ms) MUST_USE;
int link_exchange_end(struct apply *apply, struct link *link) MUST_USE;
/* Sends what is out once more, with the same bytes, if it is still valid. */
int link_resend(struct apply *apply, const struct link *link) MUST_USE;
/* After a transfer ended: a CLOSING link with nothing open any more goes on to its end. */
int link_run_off(struct apply *apply, const struct id *link_id) MUST_USE;
/* What a due link does: its exchange or its waiting state is over. */
int link_expire(struct apply *apply, struct link *link) MUST_USE;

#endif
