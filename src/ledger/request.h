/*
 * A bank's recorded request: what is looked at before its handler, and its row. Internal to
 * src/ledger.
 */
#ifndef LG_LEDGER_REQUEST_H
#define LG_LEDGER_REQUEST_H

#include "ledger/apply.h"

/* The order of checks: bank and pin active -> id's date -> replay -> handler. */
int request_apply(struct apply *apply, int (*handler)(struct apply *apply)) MUST_USE;
/* Rewrites the row of a request that was pending and is refused after all. */
int request_refuse_late(struct apply *apply, bank_code bank, const struct id *request,
                        enum refusal_code code) MUST_USE;
/* The kind of message that a recorded request came as. */
int request_message(struct apply *apply, bank_code bank, const struct id *request,
                    enum message_kind *message_out) MUST_USE;

#endif
