/*
 * Orders: sent, and answered by done, by a refusal, or by waiting for a second person.
 */
#ifndef LG_TOOLS_CTL_ORDER_H
#define LG_TOOLS_CTL_ORDER_H

#include "tools/ctl_session.h"

/* CTL_OK: carried out, and `done` said. CTL_WAITS: told what was requested and how it is approved. */
enum ctl_exit ctl_give(struct ctl_session *session, ctl_request *request,
                       const char *done) MUST_USE;
/* Asks on the terminal whether it is to be carried out, and reads the answer. */
bool ctl_said_yes(struct ctl_session *session) MUST_USE;
/* What an approval's order is and says, for people. */
void ctl_print_order(const json_t *approval, FILE *to);
/* "linkgatectl ", with --socket where another one than the usual is meant. */
void ctl_program(const struct ctl_session *session, char *text_out, size_t size);

#endif
