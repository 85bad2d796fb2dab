/*
 * Releases: effects and commands of one batch, and the answers that the engine gives by itself.
 *
 * Invariant: a command is in exactly one place: the caller's, a queue, or one release. A refusal
 * made here was decided before the ledger saw the command; the ledger's own are among its effects.
 */
#include "engine/release.h"

#include <stdlib.h>

#include "wire/message.h"

struct release *release_new(void) {
    struct release *release = xcalloc(1, sizeof(*release));
    effects_init(&release->effects);
    return release;
}

void release_drop_commands(struct release *release) {
    while (release->commands != NULL) {
        struct command *command = release->commands;
        release->commands = command->next;
        command_free(command);
    }
    release->last = NULL;
    release->count = 0;
}

void release_free(struct release *release) {
    if (release == NULL)
        return;
    release_drop_commands(release);
    effects_deinit(&release->effects);
    free(release);
}

void release_clear(struct release *release) {
    release_drop_commands(release);
    effects_clear(&release->effects);
    release->next = NULL;
}

void release_add_command(struct release *release, struct command *command) {
    command->next = NULL;
    if (release->last != NULL)
        release->last->next = command;
    else
        release->commands = command;
    release->last = command;
    release->count++;
}

static enum message_kind reply_kind(const struct command *command) {
    if (command->kind == COMMAND_POSTING_ANSWER)
        return MESSAGE_POSTING_RESULT;
    const struct command_row *row = command_row(command->kind);
    return row ? row->message : MESSAGE_NONE;
}

void release_refuse(struct release *release, const struct command *command, enum refusal_code code,
                    const char *field) {
    if (command->origin.kind == ORIGIN_NONE)
        return;
    struct effect *effect = effects_add(&release->effects, EFFECT_REPLY);
    effect->origin = command->origin;
    effect->message = reply_kind(command);
    if (command->origin.kind == ORIGIN_ADMIN)
        effect->order = command->kind;
    effect->refused = true;
    effect->refusal = (struct refusal){.code = code, .field = field};
    if (command->origin.kind != ORIGIN_BANK)
        return;
    struct buf payload;
    buf_init(&payload);
    message_encode_refusal(&effect->refusal, &payload);
    effect->payload = arena_copy(&release->effects.arena, buf_span(&payload));
    buf_deinit(&payload);
}

void release_alarm(struct release *release, const char *text) {
    struct effect *effect = effects_add(&release->effects, EFFECT_ALARM);
    effect->text = text;
}
