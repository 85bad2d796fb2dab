/*
 * The golden payload of each command that a bank can cause, for tests that change it.
 */
#ifndef LG_TESTS_WIRE_GOLDENS_H
#define LG_TESTS_WIRE_GOLDENS_H

#include <protobuf-c/protobuf-c.h>

#include "domain/command.h"
#include "domain/refusal.h"
#include "wire/message.h"

struct golden {
    enum command_kind kind;
    const char *hex;
    const ProtobufCMessageDescriptor *descriptor;
    bool answer; /* what the asked bank says: tolerated as far as it can be read */
};

/* NULL past the last. */
const struct golden *golden_at(size_t index);
const struct golden *golden_of(enum command_kind kind);
/* The golden bytes, appended. */
void golden_bytes(const struct golden *golden, struct buf *out);
/* A command of that kind with a copy of payload, read; *verdict_out as message_decode_command says.
 * The caller frees it. */
struct command *golden_read(enum command_kind kind, struct span payload, int *verdict_out,
                            struct refusal *refusal_out);

#endif
