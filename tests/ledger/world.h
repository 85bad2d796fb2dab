/*
 * A ledger over a store in a folder of its own, with banks, virtual time and sequence: what the
 * ledger's tests share. Commands go in as the bytes that a partner would send; what comes out is
 * read back with the partner's decoders.
 *
 * Memory: what a helper returns by span lives in the world's arena until world_deinit.
 */
#ifndef LG_TESTS_LEDGER_WORLD_H
#define LG_TESTS_LEDGER_WORLD_H

#include "kv/scratch.h"
#include "ledger/ledger.h"
#include "wire/partner.h"

#define BANK_A 999100000011u /* Class II, in the samples */
#define BANK_B 999100000020u /* Class I */
#define BANK_C 999100000038u /* both: nobody's partner unless a test says so */
#define BANK_D 999584000018u /* not in the registry */

#define WORLD_START_MS 1798000000000 /* 2026-12-23 */
#define SECOND_MS 1000
#define MINUTE_MS 60000
#define FEN_MAX INT64_MAX

/* One store with its ledger. */
struct side {
    struct scratch scratch;
    struct kv *kv;
    struct keyring *keyring;
    struct store *store;
    struct ledger *ledger;
    struct effects effects; /* of the last command */
    struct overlay_flush flushed;
    uint64_t flushes;
};

struct world {
    struct side side;
    struct side *twin; /* NULL, or a second store that gets the same commands and must agree */
    struct store *store;
    struct effects *effects;
    uint64_t sequence;
    int64_t now_ms;
    uint64_t chance;
    uint64_t people; /* made so far: persons, accounts, references */
    bool foreign_pin;
    uint32_t timeout_ms;
    struct arena arena;
    struct buf payload; /* of the last bank message */
};

void side_init(struct side *side);
void side_deinit(struct side *side);
/* Freezes, writes and thaws. */
void side_flush(struct side *side);
/* Flushes, closes, opens again. */
void side_reopen(struct side *side);

/* A store with BOOT applied and nothing else. */
void world_init_empty(struct world *world);
/* Banks A, B and C are registered and connected. */
void world_init(struct world *world);
void world_deinit(struct world *world);
/* Flushes, closes and opens the store again; BOOT is not applied. */
void world_reopen(struct world *world);

/* ---- commands. All return what ledger_apply does; its effects stand in world->effects. ---- */
int world_apply(struct world *world, struct command *command); /* frees the command */
/* Told each command that a log would hold, before it is applied; NULL: nobody is. */
extern void (*world_watch)(const struct command *command, uint64_t sequence, int64_t now_ms);
struct command *world_command(const struct world *world, enum command_kind kind, bank_code bank);
/* A bank's message of that kind; body is the message's value. Requests wait for a reply. */
int world_send(struct world *world, bank_code bank, enum command_kind kind, const void *body);
/* The same as an answer on a connection: nobody waits. */
int world_answer(struct world *world, bank_code bank, enum command_kind kind, const void *body);
/* False: it is about no loan. */
bool world_encode_loan(enum command_kind kind, const void *body, struct buf *out);
int world_boot(struct world *world);
int world_tick(struct world *world);
int world_up(struct world *world, bank_code bank);
int world_down(struct world *world, bank_code bank);
int world_bank_add(struct world *world, bank_code bank, uint32_t roles);
int world_bank_disable(struct world *world, bank_code bank);
int world_unfreeze(struct world *world, enum object_kind kind, const struct id *object);
int world_fetch(struct world *world, bank_code bank, uint64_t after, uint32_t max);
int world_ack(struct world *world, bank_code bank, uint64_t up_to);
struct digest world_pin(bank_code bank);

/* ---- requests and answers with the usual content ---- */
struct id world_request_id(struct world *world);
struct span world_text(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct submit_transfer world_submit(struct world *world, const struct id *link,
                                    enum transfer_direction direction, int64_t fen);
/* To a payee at bank C. */
void world_make_payment(struct submit_transfer *request);
struct posting_result world_posted(struct world *world, const struct id *transfer);
struct posting_result world_refused(const struct id *transfer, const char *reason);
struct posting_result world_outcome(const struct id *transfer, enum posting_outcome outcome);

/* ---- whole steps, each expected to work ---- */
struct id world_pending(struct world *world, const struct id *link,
                        enum transfer_direction direction, int64_t fen); /* submitted by A */
struct id world_transfer_in(struct world *world, const struct id *link,
                            enum transfer_direction direction, int64_t fen,
                            enum transfer_state state);

/* ---- what came out ---- */
const struct effect *world_effect(const struct world *world, enum effect_kind kind, size_t nth);
size_t world_count(const struct world *world, enum effect_kind kind);
/* The one effect of that kind. */
const struct effect *world_one(const struct world *world, enum effect_kind kind);
/* Nothing came out but a reply that refuses so; also the bytes say so. field NULL: any. */
void world_expect_refused(struct world *world, enum refusal_code code, const char *field);
void world_check_refused(struct world *world, const struct effect *effect, enum refusal_code code,
                         const char *field);
struct refusal_view world_refusal(struct world *world, const struct effect *effect);
struct link_view world_link_view(struct world *world, const struct effect *effect);
/* The name of what a notice tells. */
struct span world_link_event(struct world *world, const struct effect *notice);
struct transfer_view world_transfer_view(struct world *world, const struct effect *effect);
struct verify_account world_question(struct world *world);
struct issue_challenge world_issue(struct world *world);
struct check_challenge world_check(struct world *world);
struct post_instruction world_instruction(struct world *world);

/* ---- what is stored ---- */
struct link world_get_link(struct world *world, const struct id *id);
struct link_private world_get_private(struct world *world, const struct id *id);
struct transfer world_get_transfer(struct world *world, const struct id *id);
struct position world_position(struct world *world, bank_code bank);
struct pair_net world_net(struct world *world, bank_code low, bank_code high);
struct pair_position world_pair(struct world *world, bank_code low, bank_code high);
struct exposure_terms world_exposure(struct world *world, bank_code bank);
struct bank_counters world_counters(struct world *world, bank_code bank);
/* Replaces a record behind the ledger's back. */
void world_put_position(struct world *world, const struct position *position);
void world_put_pair(struct world *world, const struct pair_position *pair);
void world_put_exposure(struct world *world, const struct exposure_terms *terms);
void world_put_link(struct world *world, const struct link *link);
void world_put_transfer(struct world *world, const struct transfer *transfer);
/* No deadline is near: of links that are active only what comes round in months. */
bool world_is_idle(struct world *world);
struct digest world_digest(struct world *world);
struct digest side_digest(struct side *side);

#include "ledger/world_desk.h" // IWYU pragma: export
#include "ledger/world_link.h" // IWYU pragma: export

#endif
