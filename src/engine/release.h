/*
 * What one batch tells the world, after its log write: the effects in order, and the commands that
 * caused them, to be freed.
 */
#ifndef LG_ENGINE_RELEASE_H
#define LG_ENGINE_RELEASE_H

#include "domain/effect.h"

struct release {
    struct effects effects;
    struct command *commands; /* chain, in the order of application; released with it */
    struct command *last;
    size_t count;
    struct release *next; /* in whatever queue holds it */
};

struct release *release_new(void);
void release_free(struct release *release);
/* Frees the commands (on the thread that made them, which spares the allocator a hand-over). */
void release_drop_commands(struct release *release);
/* Empty again, with the memory kept for the next batch. */
void release_clear(struct release *release);
void release_add_command(struct release *release, struct command *command);
/* Answers the command's origin, if it has one that waits. Not a word of it is in the ledger. */
void release_refuse(struct release *release, const struct command *command, enum refusal_code code,
                    const char *field);
void release_alarm(struct release *release, const char *text);

#endif
