/*
 * The commands of the control socket; `help` lists them.
 */
#ifndef LG_BANK_COMMANDS_H
#define LG_BANK_COMMANDS_H

#include "bank/control.h"

/* A line, split. Options are words of the form name=value. */
struct bk_call {
    struct bk_session *session;
    int count;
    char **words;
};

/* Runs words[0]; the session gets its last line now or later. */
void bk_command_run(struct bk_session *session, int count, char **words);

/* NULL: not given. */
const char *bk_call_option(const struct bk_call *call, const char *name);
/* The index-th word after the command that is no option; NULL: not there. */
const char *bk_call_word(const struct bk_call *call, int index);

/* Each takes an option's value, or keeps what value_out holds where it is not given. False: it is
 * wrong, and the session has been answered with an error. */
bool bk_call_fen(const struct bk_call *call, const char *name, int64_t *value_out) MUST_USE;
bool bk_call_number(const struct bk_call *call, const char *name, uint32_t *value_out) MUST_USE;
bool bk_call_id(const struct bk_call *call, const char *name, struct id *value_out) MUST_USE;
/* An id that must stand there as a word. */
bool bk_call_word_id(const struct bk_call *call, int index, const char *what,
                     struct id *value_out) MUST_USE;

/* Commands of ask.c: what goes to the gateway. */
void bk_command_open_link(const struct bk_call *call);
void bk_command_challenge(const struct bk_call *call);
void bk_command_answer(const struct bk_call *call);
void bk_command_close_link(const struct bk_call *call);
void bk_command_get_link(const struct bk_call *call);
void bk_command_transfer(const struct bk_call *call);
void bk_command_get_transfer(const struct bk_call *call);
void bk_command_load(const struct bk_call *call);
void bk_command_raw_request(const struct bk_call *call);
void bk_command_raw_frame(const struct bk_call *call);

/* Commands of show.c: what the bank itself holds. */
void bk_command_accounts(const struct bk_call *call);
void bk_command_links(const struct bk_call *call);
void bk_command_postings(const struct bk_call *call);
void bk_command_transfers(const struct bk_call *call);
void bk_command_books(const struct bk_call *call);
void bk_command_sms(const struct bk_call *call);
void bk_command_status(const struct bk_call *call);

#endif
