/*
 * A part of a verification in a process of its own, which may die of what it reads. Private to
 * src/verify.
 */
#ifndef LG_VERIFY_CHILD_H
#define LG_VERIFY_CHILD_H

#include "verify/inside.h"

#define CHILD_DIED 1 /* by a signal, or it said nothing for CHILD_SILENCE_S */
#define CHILD_SILENCE_S 600

/* Runs look(inside) in a process of its own; what it finds and how far it is comes to inside->sink,
 * its report, note and reason are taken over. What look returned, CHILD_DIED (how, in died_out), or
 * VERIFY_UNREADABLE when no process could be made. */
int child_run(struct inside *inside, int (*look)(struct inside *inside), char *died_out,
              size_t died_size) MUST_USE;

#endif
