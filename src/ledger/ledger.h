/*
 * The ledger: a pure state machine over commands. Time, ids, rules and connections reach it only
 * through them; it reads no clock, no disk but the store's, no configuration. The same commands
 * with the same sequences and times give the same keys and values. DESIGN.md §2 and §4.
 */
#ifndef LG_LEDGER_LEDGER_H
#define LG_LEDGER_LEDGER_H

#include "crypto/keyring.h"
#include "domain/effect.h"
#include "store/store.h"
#include "wire/message.h"

/* Rises with every change that makes the same commands give other keys, values or effects. */
#define LEDGER_VERSION 2u

/* Objects that one TICK expires at most (DESIGN.md §4: 10,000 a second at 50 ms). */
#define LEDGER_TICK_MAX 500u
/* What one page of a list looks at, and the size from which on it takes no more. */
#define LEDGER_LIST_LOOK_MAX 256u
#define LEDGER_LIST_BYTES MESSAGE_PAGE_ENTRIES_MAX
/* The same of transfers, of which a page without a link passes over other banks'. */
#define LEDGER_TRANSFERS_LOOK_MAX 512u
/* Notices that one FETCH_NOTICES gives at most. */
#define LEDGER_NOTICE_PAGE_MAX 1024u
/* Notice rows that one AckNotices drops at most; the next one goes on. */
#define LEDGER_ACK_MAX 4096u

/* The command broke an invariant: it was rolled back, refused ED06 and recorded, its object is
 * frozen. An expected outcome: the batch goes on. */
#define LEDGER_POISONED 1

struct ledger;

/* Both borrowed; used by the calling thread alone. */
struct ledger *ledger_new(struct store *store, struct keyring *keyring);
void ledger_free(struct ledger *ledger);

/* The keyed hashes under which accounts and persons are found; no number stands in the store. */
struct digest ledger_account_key(const struct keyring *keyring, bank_code bank, struct span number);
struct digest ledger_person_key(const struct keyring *keyring, uint32_t id_type,
                                struct span number);

/* Applies one command under one savepoint. sequence is one above the last (queries: the last one's,
 * they take none); now_ms is ledger time and never goes back. Effects are appended; they may be told
 * only when the log holds the command. 0, LEDGER_POISONED, or negative: the store failed or is
 * damaged, the process must end. */
int ledger_apply(struct ledger *ledger, const struct command *command, uint64_t sequence,
                 int64_t now_ms, struct effects *effects) MUST_USE;

/* When the earliest deadline is due; INT64_MAX if there is none. */
int ledger_next_deadline(struct ledger *ledger, int64_t *at_ms_out) MUST_USE;

#endif
