/*
 * Links in the ledger's tests: requests with the usual content, and whole steps of a link's life, each
 * of which must work. Part of world.h.
 */
#ifndef LG_TESTS_LEDGER_WORLD_LINK_H
#define LG_TESTS_LEDGER_WORLD_LINK_H

#include "ledger/world.h"

struct open_link world_open(struct world *world);
/* By the same person, of the same Class II account, with an account at that bank. */
struct open_link world_open_beside(struct world *world, const struct open_link *open,
                                   bank_code class1_bank);
struct start_challenge world_start(struct world *world, const struct id *link);
struct answer_challenge world_code(struct world *world, const struct id *link, const char *code);
struct close_link world_close(struct world *world, const struct id *link);
struct verify_account_reply world_match(const struct verify_account *question);
/* Nothing changed yet. */
struct amend_link world_amend(struct world *world, const struct id *link);
struct agreement_given world_agreement(struct world *world);
/* Of the person that opened; to another account of bank B. */
struct rebind_link world_rebind(struct world *world, const struct id *link,
                                const struct open_link *opened);
struct resume_link world_resume(struct world *world, const struct id *link,
                                const struct open_link *opened);

/* ---- whole steps ---- */
struct id world_open_link(struct world *world);                   /* VERIFYING */
void world_verify(struct world *world, const struct id *link);    /* AWAITING_AUTHENTICATION */
void world_challenge(struct world *world, const struct id *link); /* a code is out */
/* Types the code that is out; the Class I bank's word on it. */
void world_type(struct world *world, const struct id *link, enum challenge_outcome outcome);
struct id world_link(struct world *world); /* ACTIVE, A with B */
/* The same of that request, whatever its banks. */
struct id world_link_of(struct world *world, const struct open_link *open);
/* The link that is verifying goes on to ACTIVE. */
void world_finish(struct world *world, const struct id *link);
/* By the record itself: SUSPENDED with one hold. */
void world_hold(struct world *world, const struct id *link, enum hold_authority authority,
                const char *reason);
/* Any state; REQUESTED and SUSPENDED by the record itself. */
struct id world_link_in(struct world *world, enum link_state state);
struct id world_link_from(struct world *world, const struct open_link *open, enum link_state state);

#endif
