/*
 * Payloads of the commands that no bank sends: fixed big-endian layouts for this program's own log.
 *
 * Invariant: decode(encode(body)) gives the body again, and a payload that is a byte too short, a
 * byte too long or holds a value that encode never writes is damaged. The layouts are part of what
 * the log keeps for years: change one only together with LEDGER_VERSION.
 */
#include <string.h>

#include "util/text.h"
#include "wire/message.h"

#define BANK_FIXED_SIZE 15 /* code, size of the name, roles, active, number of pins */
#define BANK_ROLES_ALL ((uint32_t)(BANK_ROLE_CLASS1 | BANK_ROLE_CLASS2 | BANK_ROLE_ISSUER))
#define INTERNAL_MAX (BANK_FIXED_SIZE + BANK_NAME_MAX + BANK_PINS_MAX * DIGEST_SIZE)

/* ---- writing ---- */

struct writer {
    uint8_t bytes[INTERNAL_MAX];
    size_t size;
};

static uint8_t *room(struct writer *writer, size_t size) {
    ENSURE(size <= sizeof(writer->bytes) - writer->size);
    uint8_t *place = writer->bytes + writer->size;
    writer->size += size;
    return place;
}

static void write_u8(struct writer *writer, uint8_t value) {
    *room(writer, 1) = value;
}

static void write_be32(struct writer *writer, uint32_t value) {
    put_be32(room(writer, 4), value);
}

static void write_be64(struct writer *writer, uint64_t value) {
    put_be64(room(writer, 8), value);
}

static void write_bytes(struct writer *writer, const void *bytes, size_t size) {
    memcpy(room(writer, size), bytes, size);
}

static void write_bank(struct writer *writer, const struct bank *bank) {
    size_t name_size = strlen(bank->name);
    ENSURE(name_size <= BANK_NAME_MAX && bank->pin_count <= BANK_PINS_MAX);
    write_be64(writer, bank->code);
    write_u8(writer, (uint8_t)name_size);
    write_bytes(writer, bank->name, name_size);
    write_be32(writer, bank->roles);
    write_u8(writer, bank->active ? 1 : 0);
    write_u8(writer, (uint8_t)bank->pin_count);
    for (uint32_t i = 0; i < bank->pin_count; i++)
        write_bytes(writer, bank->pins[i].bytes, DIGEST_SIZE);
}

static void write_body(struct writer *writer, const struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_BOOT:
        write_bytes(writer, command->body.boot.store_id.bytes, DIGEST_SIZE);
        write_be32(writer, command->body.boot.software_version);
        break;
    case COMMAND_BANK_UP:
        write_be64(writer, command->body.bank_up.last_notice_sequence);
        write_u8(writer, command->body.bank_up.has_token ? 1 : 0);
        if (command->body.bank_up.has_token)
            write_bytes(writer, command->body.bank_up.last_notice_token.bytes, DIGEST_SIZE);
        break;
    case COMMAND_BANK_ADD:
        write_bank(writer, &command->body.bank_add);
        break;
    case COMMAND_BANK_DISABLE:
        write_be64(writer, command->body.bank_disable.code);
        break;
    case COMMAND_UNFREEZE:
        write_u8(writer, (uint8_t)command->body.unfreeze.kind);
        write_bytes(writer, command->body.unfreeze.object.bytes, ID_SIZE);
        break;
    case COMMAND_CLOCK_ACCEPT:
        write_be64(writer, (uint64_t)command->body.clock_accept.wall_ms);
        break;
    case COMMAND_FETCH_NOTICES:
        write_be64(writer, command->body.fetch_notices.after_sequence);
        write_be32(writer, command->body.fetch_notices.max);
        break;
    case COMMAND_TICK:
    case COMMAND_BANK_DOWN:
        break;
    default:
        fatal(__func__, "no internal command: kind=%d", (int)command->kind);
    }
}

void message_encode_internal(struct command *command) {
    struct writer writer;
    writer.size = 0;
    write_body(&writer, command);
    command->payload = arena_copy(&command->arena, span_of(writer.bytes, writer.size));
}

/* ---- reading ---- */

static void read_into(struct reader *reader, void *bytes, size_t size) {
    struct span read = reader_bytes(reader, size);
    if (!reader->failed && size > 0)
        memcpy(bytes, read.data, size);
}

static bool read_bool(struct reader *reader) {
    uint8_t value = reader_u8(reader);
    if (value > 1)
        reader->failed = true;
    return value == 1;
}

static void read_bank(struct reader *reader, struct bank *bank) {
    bank->code = reader_be64(reader);
    struct span name = reader_bytes(reader, reader_u8(reader));
    if (name.size > BANK_NAME_MAX || !text_is_clean(name)) {
        reader->failed = true;
        return;
    }
    if (name.size > 0)
        memcpy(bank->name, name.data, name.size);
    bank->name[name.size] = '\0';
    bank->roles = reader_be32(reader);
    bank->active = read_bool(reader);
    bank->pin_count = reader_u8(reader);
    if ((bank->roles & ~BANK_ROLES_ALL) != 0 || bank->pin_count > BANK_PINS_MAX) {
        reader->failed = true;
        return;
    }
    for (uint32_t i = 0; i < bank->pin_count; i++)
        read_into(reader, bank->pins[i].bytes, DIGEST_SIZE);
}

static void read_unfreeze(struct reader *reader, struct unfreeze *unfreeze) {
    uint8_t kind = reader_u8(reader);
    if (kind < OBJECT_LINK || kind > OBJECT_BANK)
        reader->failed = true;
    unfreeze->kind = (enum object_kind)kind;
    read_into(reader, unfreeze->object.bytes, ID_SIZE);
}

static void read_body(struct reader *reader, struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_BOOT:
        read_into(reader, command->body.boot.store_id.bytes, DIGEST_SIZE);
        command->body.boot.software_version = reader_be32(reader);
        break;
    case COMMAND_BANK_UP:
        command->body.bank_up.last_notice_sequence = reader_be64(reader);
        command->body.bank_up.has_token = read_bool(reader);
        if (command->body.bank_up.has_token)
            read_into(reader, command->body.bank_up.last_notice_token.bytes, DIGEST_SIZE);
        break;
    case COMMAND_BANK_ADD:
        read_bank(reader, &command->body.bank_add);
        break;
    case COMMAND_BANK_DISABLE:
        command->body.bank_disable.code = reader_be64(reader);
        break;
    case COMMAND_UNFREEZE:
        read_unfreeze(reader, &command->body.unfreeze);
        break;
    case COMMAND_CLOCK_ACCEPT:
        command->body.clock_accept.wall_ms = (int64_t)reader_be64(reader);
        break;
    case COMMAND_FETCH_NOTICES:
        command->body.fetch_notices.after_sequence = reader_be64(reader);
        command->body.fetch_notices.max = reader_be32(reader);
        break;
    case COMMAND_TICK:
    case COMMAND_BANK_DOWN:
        break;
    default:
        reader->failed = true;
    }
}

int message_decode_internal(struct command *command) {
    memset(&command->body, 0, sizeof(command->body));
    struct reader reader = reader_over(command->payload);
    read_body(&reader, command);
    return reader.failed || reader.rest.size > 0 ? WIRE_REFUSED : 0;
}
