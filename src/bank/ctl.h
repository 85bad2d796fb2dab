/*
 * `linkgate-bank ctl SOCKET COMMAND...`: one command to a running bank.
 */
#ifndef LG_BANK_CTL_H
#define LG_BANK_CTL_H

/* Sends the words as one line, copies the answer's lines to standard output. Returns the exit
 * status: 0 granted, 1 refused, 2 error, 3 not decided yet. */
int bk_ctl(const char *path, int count, char **words);

#endif
