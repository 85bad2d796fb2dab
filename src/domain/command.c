/*
 * The life of a command's memory.
 *
 * A command owns all that its spans point to: one arena, freed with it. What its payload means is
 * the codec's business, what it does the ledger's.
 */
#include "domain/command.h"

#include <stdlib.h>

#define COMMAND_CHUNK 2048 /* an ordinary transfer's payload and its values */

struct command *command_new(enum command_kind kind) {
    struct command *command = xcalloc(1, sizeof(*command));
    command->kind = kind;
    arena_init(&command->arena, COMMAND_CHUNK, COMMAND_ARENA_BUDGET);
    return command;
}

void command_free(struct command *command) {
    if (command == NULL)
        return;
    arena_deinit(&command->arena);
    free(command);
}
