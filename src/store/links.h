/*
 * The tables of links: records, what finds them, what they used, and the older part of histories.
 * Conventions as in store/store.h.
 */
#ifndef LG_STORE_LINKS_H
#define LG_STORE_LINKS_H

#include "store/store.h"

int store_get_link(struct store *store, const struct id *id, struct link *link_out) MUST_USE;
/* Opens the sealed part of the link as it is now in the store. */
int store_get_link_private(struct store *store, const struct id *id,
                           struct link_private *private_out) MUST_USE;
/* secret NULL: the sealed part stays as it is. fresh: also writes the indexes by pair, by person
 * and by either account. */
int store_put_link(struct store *store, const struct link *link, const struct link_private *secret,
                   bool fresh) MUST_USE;
/* The live link of this pair of accounts; the row is dropped when the link becomes final. */
int store_find_link_by_pair(struct store *store, const struct digest *class2_key,
                            const struct digest *class1_key, struct id *id_out) MUST_USE;
/* The link is final: drops the pair's row (not when another link holds the pair by now) and the
 * live rows, all of which store_put_link with fresh wrote. */
int store_drop_link_live(struct store *store, const struct link *link) MUST_USE;
int store_next_link(struct store *store, const struct id *after, struct link *link_out) MUST_USE;

/* Zeroes if none. */
int store_get_tries(struct store *store, const struct digest *key,
                    struct verification_tries *tries_out) MUST_USE;
void store_put_tries(struct store *store, const struct digest *key,
                     const struct verification_tries *tries);

/* The next live link (id above after) of that key. LIVE_PERSON: key is live_person_key. */
int store_next_live(struct store *store, enum live_kind kind, const struct digest *key,
                    const struct id *after, struct id *id_out) MUST_USE;
/* The key of a person's links at one Class II bank. */
struct digest live_person_key(bank_code class2_bank, const struct digest *person_key);

/* Links that a bank is part of, live or not, oldest first. */
int store_next_link_of_bank(struct store *store, bank_code bank, const struct id *after,
                            struct id *id_out) MUST_USE;
/* Links of an account (on whichever side) or a person, live or not, oldest first. */
int store_next_link_of_account(struct store *store, const struct digest *account_key,
                               const struct id *after, struct id *id_out) MUST_USE;
int store_next_link_of_person(struct store *store, const struct digest *person_key,
                              const struct id *after, struct id *id_out) MUST_USE;

/* What a link's transfers used of its limits; zeroes if none. */
int store_get_usage(struct store *store, const struct id *link,
                    struct link_usage *usage_out) MUST_USE;
void store_put_usage(struct store *store, const struct id *link, const struct link_usage *usage);

/* What the transfers of a Class II or III account used of the limits of its class; zeroes (but for
 * the account) if none. */
int store_get_limits(struct store *store, const struct digest *account,
                     struct account_limits *limits_out) MUST_USE;
void store_put_limits(struct store *store, const struct account_limits *limits);

/* Entry index of an object's whole life, once it no longer stands in its record. Put once. */
void store_put_history(struct store *store, enum object_kind kind, const struct id *object,
                       uint32_t index, const struct history_entry *entry);
int store_get_history(struct store *store, enum object_kind kind, const struct id *object,
                      uint32_t index, struct history_entry *entry_out) MUST_USE;

#endif
