/*
 * Memory that runs out: the allocations of the whole process, libraries included, fail from a chosen
 * one on. Only in tests that list starve.c among their sources, and not under sanitizers, which
 * have an allocator of their own.
 */
#ifndef LG_TESTS_SUPPORT_STARVE_H
#define LG_TESTS_SUPPORT_STARVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False: allocations cannot be made to fail in this build. */
bool starve_works(void);
/* From now on the at'th allocation fails (0: none), and all behind it if for_ever. */
void starve(uint64_t at, bool for_ever);
/* Allocations since then. */
uint64_t starve_count(void);

/* What became of a child that was starved. */
enum starved {
    STARVED_DONE,    /* went through */
    STARVED_REFUSED, /* said that it cannot go on: exit status 1 */
    STARVED_FATAL,   /* ended itself, with a line in the log that says why */
    STARVED_CRASHED  /* anything else */
};
/* Runs act(context) in a child whose at'th allocation fails; it returns whether it went through. A
 * failed assertion in it is a crash. Without core files, and with stderr in said (what the child
 * said last). *count_out: allocations of a child that went through. */
enum starved starve_child(bool (*act)(void *context), void *context, uint64_t at, bool for_ever,
                          uint64_t *count_out, char *said, size_t said_size);
/* The same for every allocation of act, or as many as LINKGATE_STARVE says (0: all; else that many,
 * evenly spread), each once and for ever; fails the test at a crash, and if none ran out. */
void starve_all(bool (*act)(void *context), void *context);

#endif
