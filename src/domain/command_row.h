/*
 * What is to be known of each kind of command: which message makes it, who may send it, whether it is
 * recorded, how many people it takes. One table, in domain/command_kinds.c.
 */
#ifndef LG_DOMAIN_COMMAND_ROW_H
#define LG_DOMAIN_COMMAND_ROW_H

#include <stddef.h>

#include "domain/command_kind.h"
#include "domain/message.h"

struct command_row {
    enum command_kind kind;
    const char *name;          /* as in MESSAGE names: "SUBMIT_TRANSFER" */
    enum message_kind message; /* NONE: no bank sends it */
    enum message_direction direction;
    uint32_t roles;    /* of banks: any one of these is enough; 0 where no bank sends it */
    bool order;        /* an operator's: each leaves a row in the audit */
    bool query;        /* changes nothing, takes no sequence and is not logged */
    bool two_people;   /* an order that a second operator must approve */
    size_t request_at; /* offset in struct command of its request id; 0: it carries none */
};

/* NULL: no such kind. */
const struct command_row *command_row(enum command_kind kind);
/* Rows in order of kinds; NULL past the end. */
const struct command_row *command_row_at(size_t index);
/* The command that a bank's message makes; NULL: a bank may not send that. Replies to
 * POST_INSTRUCTION, INQUIRE_POSTING and CANCEL_POSTING are POSTING_ANSWER, as is the request of
 * kind POSTING_RESULT. */
const struct command_row *command_row_of_message(uint32_t message,
                                                 enum message_direction direction);
/* "UNKNOWN" for what is no kind. */
const char *command_name(enum command_kind kind);
bool command_is_order(enum command_kind kind);
bool command_is_query(enum command_kind kind);
/* It is served beside the ledger, which never sees it. */
bool command_is_beside(enum command_kind kind);
/* Its payload holds what people wrote: it never stands in clear in the store. */
bool command_holds_words(enum command_kind kind);

#endif
