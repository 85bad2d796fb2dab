/*
 * Commands into log entries and back.
 *
 * Invariant: what entry_read gives, applied at its sequence and time, does what the command did when
 * it was appended: bodies are decoded again from the same bytes by the same decoder. The origin is
 * not kept: nobody waits for an answer at replay. Numbering and order are the caller's to check.
 */
#include "ledger/entry.h"

#include <string.h>

#include "wire/message.h"

#define FIRST_BANK_COMMAND 1000
/* Sessions read requests by an estimate of ledger time, which may be ahead of it by a little. What
 * the ledger has acted on must be read again, so it is read by a time that no estimate reaches. */
#define ESTIMATE_AHEAD_MS 3600000

size_t entry_size(const struct command *command) {
    return ENTRY_HEADER_SIZE + command->payload.size;
}

void entry_append(struct buf *to, const struct command *command, uint64_t sequence,
                  int64_t ledger_ms) {
    ENSURE(command->payload.size <= ENTRY_PAYLOAD_MAX);
    uint8_t *at = buf_reserve(to, entry_size(command));
    put_be64(at, sequence);
    put_be64(at + 8, (uint64_t)ledger_ms);
    put_be32(at + 16, (uint32_t)command->kind);
    put_be64(at + 20, command->bank);
    memcpy(at + 28, command->pin.bytes, DIGEST_SIZE);
    put_be32(at + 60, command->uid);
    put_be32(at + 64, command->timeout_ms);
    put_be32(at + 68, (uint32_t)command->payload.size);
    if (command->payload.size > 0)
        memcpy(at + ENTRY_HEADER_SIZE, command->payload.data, command->payload.size);
    to->size += entry_size(command);
}

static int decode(struct command *command, int64_t ledger_ms) {
    struct refusal refusal;
    if ((int)command->kind < FIRST_BANK_COMMAND)
        return message_decode_internal(command);
    int64_t latest_ms;
    if (__builtin_add_overflow(ledger_ms, (int64_t)ESTIMATE_AHEAD_MS, &latest_ms))
        return ENTRY_DAMAGED;
    return message_decode_command(command, latest_ms, &refusal);
}

int entry_read(struct reader *reader, struct entry *entry_out) {
    *entry_out = (struct entry){.sequence = reader_be64(reader)};
    entry_out->ledger_ms = (int64_t)reader_be64(reader);
    uint32_t kind = reader_be32(reader);
    if (reader->failed || kind > INT32_MAX)
        return ENTRY_DAMAGED;
    struct command *command = command_new((enum command_kind)kind);
    command->bank = reader_be64(reader);
    struct span pin = reader_bytes(reader, DIGEST_SIZE);
    command->uid = reader_be32(reader);
    command->timeout_ms = reader_be32(reader);
    command->payload = reader_bytes(reader, reader_be32(reader));
    bool whole = !reader->failed && command->payload.size <= ENTRY_PAYLOAD_MAX;
    if (whole)
        memcpy(command->pin.bytes, pin.data, DIGEST_SIZE);
    if (!whole || decode(command, entry_out->ledger_ms) != 0) {
        command_free(command);
        return ENTRY_DAMAGED;
    }
    entry_out->command = command;
    return 0;
}
