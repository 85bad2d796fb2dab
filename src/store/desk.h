/*
 * The tables of what people and banks ask each other: cases, adjustments, cards, questions, orders that
 * wait for a second person, the record of what operators did, and the rules that they loaded.
 * Conventions as in store/store.h.
 */
#ifndef LG_STORE_DESK_H
#define LG_STORE_DESK_H

#include "domain/adjustment.h"
#include "domain/card.h"
#include "domain/rulebook.h"
#include "store/store.h"

/* ---- cases; each entry's text stands sealed in the case's record ---- */
int store_get_case(struct store *store, const struct id *id,
                   struct inquiry_case *case_out) MUST_USE;
/* Text of entry index; empty if it had none. */
int store_get_case_text(struct store *store, const struct id *id, uint32_t index,
                        struct span *text_out) MUST_USE;
/* text: of the last entry, where that was added just now (fresh_text); other texts stay. fresh also
 * writes the index by what it is about. */
int store_put_case(struct store *store, const struct inquiry_case *inquiry, bool fresh_text,
                   struct span text, bool fresh) MUST_USE;
int store_next_case(struct store *store, const struct id *after,
                    struct inquiry_case *case_out) MUST_USE;
/* The cases that are about the same as that one: of its transfer, its link, or its owner's claim. */
int store_next_case_like(struct store *store, const struct inquiry_case *inquiry,
                         const struct id *after, struct id *id_out) MUST_USE;
/* The id under which a case stands in the index: its transfer's, its link's; of neither, one made of
 * its owner and what that bank's list claims, so that no bank's claims stand among another's. */
struct id store_case_parent(const struct inquiry_case *inquiry);
int store_next_case_of_transfer(struct store *store, const struct id *transfer,
                                const struct id *after, struct id *id_out) MUST_USE;
int store_next_case_of_link(struct store *store, const struct id *link, const struct id *after,
                            struct id *id_out) MUST_USE;

/* ---- adjustments; the text stands sealed in the record ---- */
int store_get_adjustment(struct store *store, const struct id *id,
                         struct adjustment *adjustment_out) MUST_USE;
int store_get_adjustment_text(struct store *store, const struct id *id,
                              struct span *text_out) MUST_USE;
/* text is read with fresh; else it stays. One that is BOOKED is put once, and then has its row by
 * window. */
int store_put_adjustment(struct store *store, const struct adjustment *adjustment, struct span text,
                         bool fresh) MUST_USE;
int store_next_adjustment(struct store *store, const struct id *after,
                          struct adjustment *adjustment_out) MUST_USE;
/* Those that are booked in that window, oldest first. */
int store_next_adjustment_of_window(struct store *store, uint64_t window, const struct id *after,
                                    struct id *id_out) MUST_USE;

/* ---- applications for cards; number and question stand sealed in the record ---- */
int store_get_card(struct store *store, const struct id *id, struct card *card_out) MUST_USE;
int store_get_card_private(struct store *store, const struct id *id,
                           struct card_private *private_out) MUST_USE;
/* secret NULL: the sealed part stays. fresh also writes the rows by person. One that came to its end
 * is put once as such, and then is open no more. */
int store_put_card(struct store *store, const struct card *card, const struct card_private *secret,
                   bool fresh) MUST_USE;
int store_next_card(struct store *store, const struct id *after, struct card *card_out) MUST_USE;
/* By a person key: all of that person. By live_person_key of the Class I bank and the person key:
 * those that are open there. */
int store_next_card_of_person(struct store *store, const struct digest *key, const struct id *after,
                              struct id *id_out) MUST_USE;

/* ---- questions: views of accounts that are out ---- */
int store_get_question(struct store *store, const struct id *id,
                       struct store_question *question_out) MUST_USE;
void store_put_question(struct store *store, const struct store_question *question);
int store_drop_question(struct store *store, const struct id *id) MUST_USE;

/* ---- orders of two people ---- */
int store_get_approval(struct store *store, const struct id *id,
                       struct approval *approval_out) MUST_USE;
/* The order's encoded payload. */
int store_get_approval_payload(struct store *store, const struct id *id,
                               struct span *payload_out) MUST_USE;
/* payload is read with fresh; else it stays. */
int store_put_approval(struct store *store, const struct approval *approval, struct span payload,
                       bool fresh) MUST_USE;
int store_next_approval(struct store *store, const struct id *after,
                        struct approval *approval_out) MUST_USE;

/* ---- what operators did, by sequence ---- */
void store_put_audit(struct store *store, const struct audit_row *row);
/* The first with a sequence above after. */
int store_next_audit(struct store *store, uint64_t after, struct audit_row *row_out) MUST_USE;

/* ---- rules that were loaded, by number ---- */
void store_put_rules(struct store *store, const struct store_rules *rules);
/* The first with a number above after. */
int store_next_rules(struct store *store, uint64_t after, struct store_rules *rules_out) MUST_USE;
/* Adds all of them to the book. STORE_DAMAGED: one of them cannot be. */
int store_load_rulebook(struct store *store, struct rulebook *book) MUST_USE;

#endif
