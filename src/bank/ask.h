/*
 * What all commands that ask the gateway share.
 */
#ifndef LG_BANK_ASK_H
#define LG_BANK_ASK_H

#include "bank/commands.h"
#include "bank/submit.h"

/* The bank's scratch buffer, emptied: the request is encoded there. */
struct buf *bk_ask_scratch(const struct bk_call *call);
/* What every changing request takes: an id, its own or a new one, and a timeout. False: answered
 * with an error. */
bool bk_ask_change(const struct bk_call *call, struct bk_item *spec) MUST_USE;
/* The same for a request about one object, whose id is the first word. */
bool bk_ask_change_of(const struct bk_call *call, const char *what, struct bk_item *spec,
                      struct id *object_out) MUST_USE;
/* A person: what the call gives, else the account's holder (NULL: nobody). */
void bk_ask_person(const struct bk_call *call, const struct bk_account *account,
                   struct person_elements *person);
/* The consent to disclose that person to recipient, unless the call has consent=0. */
bool bk_ask_consent(const struct bk_call *call, bank_code recipient,
                    struct consent_given *consent) MUST_USE;
/* An amount: fen= and currency=. */
bool bk_ask_money(const struct bk_call *call, struct money *amount) MUST_USE;
/* 64 hex digits, if they are given. */
bool bk_ask_digest(const struct bk_call *call, const char *name, struct digest *digest) MUST_USE;
/* For what goes through submit.h: its request id (its own, or a new one), its timeout, and whether to
 * wait for what comes of it. */
bool bk_ask_submission(const struct bk_call *call, struct id *request,
                       struct bk_submission *how) MUST_USE;
/* Answers with what could not be sent at all. */
void bk_ask_refused_here(struct bk_session *session, const struct bk_local_refusal *refusal);
/* Sends what stands in the scratch buffer and makes the session wait for its answer. */
void bk_ask(const struct bk_call *call, const struct bk_item *spec);
/* Answers the session; its context. */
void bk_ask_answered(void *context, const struct bk_answer *answer);

#endif
