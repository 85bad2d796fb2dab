/*
 * A real ledger behind a front, in one thread: two banks with active links, whose sessions a test
 * opens, cuts and opens again. The banks' keys, persons and links are the engine's rig's.
 */
#ifndef LG_TESTS_SESSION_GATE_H
#define LG_TESTS_SESSION_GATE_H

#include "session/stage.h"

enum gate_bank { GATE_CLASS2, GATE_CLASS1 };

struct gate;

struct gate *gate_new(void);
/* Stops it cleanly, replays its whole log and checks the laws before it removes the files. */
void gate_free(struct gate *gate);
/* Batches, flushes and deliveries until nothing is left to do. */
void gate_run(struct gate *gate);
/* Opens a session of that bank, as far as Hello. */
void gate_line(struct gate *gate, struct line *line, enum gate_bank bank);
/* A right SubmitTransfer of the Class II bank with a request id of its own, appended. */
void gate_submit_transfer(struct gate *gate, struct buf *out);

#endif
