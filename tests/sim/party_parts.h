/*
 * A modelled bank's doings, one source file after another. Included by sim/party.h.
 */
#ifndef LG_TESTS_SIM_PARTY_PARTS_H
#define LG_TESTS_SIM_PARTY_PARTS_H

#include "sim/party.h"

struct store;

/* ---- party_ask.c: its requests ---- */
struct ask *ask_new(struct party *party, struct person *person, enum message_kind kind);
struct id ask_new_id(struct party *party, struct ask *ask);
/* Sends it now, or when there is a connection, and again until it is done. */
void ask_go(struct ask *ask);
void ask_done(struct ask *ask);
void ask_greeted(struct party *party);
void ask_answered(struct party *party, struct connection *connection,
                  const struct envelope *envelope);
/* serial: of the cable to ask over; 0: any. */
void ask_get_transfer(struct ask *about, uint64_t serial);
void ask_forget_volatile(struct party *party);
struct ask *ask_find(struct party *party, const struct id *id);
/* The payload of a SubmitTransfer as it stands in ask, but for the amount. */
void ask_encode_submit(const struct ask *ask, int64_t fen, struct buf *out);
/* SubmitTransfer or SubmitReturn. */
bool ask_submits(const struct ask *ask);
/* Of the account at that side: the person's, or who else is paid there or pays. */
const char *ask_number(const struct ask *ask, enum side side);

/* ---- party_learn.c: what it is told ---- */
void learn_transfer(struct party *party, const struct transfer_view *view);
/* Whether this bank submitted it. */
bool learn_is_own(const struct party *party, const struct transfer_view *view);
/* The creditor bank of a pull tells that it has credited; now, or late. */
void learn_credit(struct ask *about);
void learn_acknowledge(struct party *party);
void learn_refusal(struct ask *ask, const struct refusal_view *view);
void learn_notice(struct party *party, struct connection *connection,
                  const struct envelope *envelope);

/* ---- party_post.c: instructions ---- */
void post_instructed(struct party *party, struct connection *connection,
                     const struct envelope *envelope);
void post_inquired(struct party *party, struct connection *connection,
                   const struct envelope *envelope);
void post_cancelled(struct party *party, struct connection *connection,
                    const struct envelope *envelope);
struct posting *posting_find(struct party *party, const struct id *transfer);
/* It may have so much more: what is held may come back, what is expected may come. */
bool account_takes(const struct account *account, int64_t fen);
bool transfer_state_final(enum transfer_state state);
/* How far along: a bank that saw a state must never see one that ranks lower in the books. */
int transfer_state_rank(enum transfer_state state);

/* ---- party_back.c: money back, and what is not to be posted any more ---- */
/* A return of something accepted, if there is something. */
void back_return(struct party *party);
/* All of a pull that was accepted comes back at once: it is not credited. */
void back_return_owed(struct ask *about);
/* A cancellation of something that this bank submitted, if there is something. */
void back_cancel(struct party *party);
void back_cancel_refused(struct ask *ask, const struct refusal_view *view);
/* Has the submitter's customer wait for this bank's customer. */
void back_step_up(struct party *party, const struct posting *posting);

/* ---- party_answer.c: how answers travel ---- */
/* Answers a request of the gateway about object, as the books have it when the answer leaves. */
void answer_send(struct party *party, uint64_t serial, uint64_t correlation, uint32_t kind,
                 const struct id *object);
/* A PostingResult that is no reply. */
struct ask *answer_result(struct party *party, struct posting *posting,
                          enum posting_outcome outcome);
/* What was said first about that id; NULL: nothing yet. */
struct said *said_find(struct party *party, const struct id *id);
struct said *said_new(struct party *party, const struct id *id);

/* ---- party_bond.c: both sides of a link's life ---- */
void bond_verify(struct party *party, struct connection *connection,
                 const struct envelope *envelope);
void bond_issue(struct party *party, struct connection *connection,
                const struct envelope *envelope);
void bond_check(struct party *party, struct connection *connection,
                const struct envelope *envelope);
void bond_learn(struct party *party, const struct link_view *view);
enum side party_side(const struct party *party);
/* To the other number of the Class I account. */
void bond_rebind(struct party *party, struct bond *bond);
void bond_close(struct party *party, struct person *person, const struct id *link);
void bond_refused(struct ask *ask, const struct refusal_view *view);
/* The Class II bank's next step for this person, if there is one. */
void bond_step(struct person *person);
/* Asks for a link right behind what it asks to change about one. */
void bond_look_behind(struct ask *change);

/* What a link may be used for, and how much. */
uint32_t bond_scopes(struct party *party);
struct agreed_limits bond_limits(struct party *party);

/* The number of the Class I account to which that link is bound. */
const char *bond_number(const struct person *person, enum side side, bool second);

/* ---- party_told.c: what it keeps of what it was told ---- */
void told_transfer(struct party *party, struct sight *sight, const struct transfer_view *view);
/* Holds it against the store. */
void told_check(const struct party *party, const struct sight *sight,
                const struct transfer *transfer);
void told_system(struct party *party, struct connection *connection,
                 const struct system_notice *notice);
/* Every connection was told who takes part now, and which day it is. */
bool told_all(const struct party *party, struct store *store);
/* In some runs, before it says Hello: its notices are those of a later state of the store. */
void told_more(struct party *party, const struct connection *connection);

/* ---- party_list.c: looks at its own things ---- */
void list_look(struct party *party);
/* A page of its transfers, right behind one that it submits. */
void list_behind(struct ask *submit);
bool list_asks(enum message_kind kind);
void list_replied(struct ask *ask, struct span payload);
void list_refused(struct ask *ask, const struct refusal_view *view);

/* ---- party_desk.c: what a bank's people do beside the business ---- */
/* A hold, a report, a question, a case, an amendment: something about that link. */
void desk_work(struct party *party, struct bond *bond);
void desk_asked_balance(struct party *party, struct connection *connection,
                        const struct envelope *envelope);
void desk_asked_status(struct party *party, struct connection *connection,
                       const struct envelope *envelope);
void desk_recheck(struct party *party, struct connection *connection,
                  const struct envelope *envelope);
void desk_event_noticed(struct party *party, const struct event_view *view);
void desk_replied(struct ask *ask, struct span payload);
bool desk_asks(enum message_kind kind); /* it is answered by desk_replied */
bool desk_may_refuse(enum message_kind kind, struct span detail); /* it may come */
void desk_learn(struct party *party, const struct case_view *view);
bool desk_says_one_of(struct span detail, const char *const *details, size_t count);

/* ---- party_recon.c: comparing for itself; party_window.c: settlement ---- */
void recon_look(struct party *party);
bool recon_asks(enum message_kind kind);
void recon_replied(struct ask *ask, struct span payload);
void recon_refused(struct ask *ask, const struct refusal_view *view);
void window_look(struct party *party);
void window_learn(struct party *party, const struct window_view *view); /* it may have to speak */
bool window_asks(enum message_kind kind);
bool window_may_refuse(enum message_kind kind, struct span detail);
int window_replied(struct ask *ask, struct span payload); /* 0, or it cannot be read */

#endif
