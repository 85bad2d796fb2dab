/*
 * Payloads of orders about what banks may owe, and have paid in. See message_internal.c.
 *
 * Invariant: as there: what is read is what was written, and what is never written is damaged.
 */
#include "wire/internal.h"

static void write_currency(struct writer *writer, const char *currency) {
    ENSURE(strlen(currency) == CURRENCY_SIZE - 1);
    write_bytes(writer, currency, CURRENCY_SIZE - 1);
}

static void write_cap(struct writer *writer, bool has_cap, int64_t cap_fen) {
    write_u8(writer, has_cap ? 1 : 0);
    if (has_cap)
        write_be64(writer, (uint64_t)cap_fen);
}

static void write_cap_set(struct writer *writer, const struct cap_set *set) {
    write_be64(writer, set->code);
    write_currency(writer, set->currency);
    write_be32(writer, set->what);
    if ((set->what & CAP_SET_CAP) != 0)
        write_cap(writer, set->has_cap, set->cap_fen);
    if ((set->what & CAP_SET_PREFUNDED) != 0)
        write_u8(writer, set->prefunded ? 1 : 0);
    for (size_t i = 0; (set->what & CAP_SET_WARN) != 0 && i < EXPOSURE_WARNINGS; i++)
        write_u8(writer, (uint8_t)set->warn_percent[i]);
}

bool internal_write_money(struct writer *writer, const struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_CAP_SET:
        write_cap_set(writer, &command->body.cap_set);
        return true;
    case COMMAND_PAIR_CAP_SET:
        write_be64(writer, command->body.pair_cap_set.code);
        write_be64(writer, command->body.pair_cap_set.counterparty);
        write_currency(writer, command->body.pair_cap_set.currency);
        write_cap(writer, command->body.pair_cap_set.has_cap, command->body.pair_cap_set.cap_fen);
        return true;
    case COMMAND_FUNDS_BEGIN:
        write_be64(writer, command->body.funds_begin.code);
        write_u8(writer, (uint8_t)command->body.funds_begin.direction);
        write_currency(writer, command->body.funds_begin.amount.currency);
        write_be64(writer, (uint64_t)command->body.funds_begin.amount.fen);
        write_text(writer, command->body.funds_begin.reference, REFERENCE_MAX);
        return true;
    case COMMAND_FUNDS_END:
        write_id(writer, &command->body.funds_end.funds);
        write_u8(writer, command->body.funds_end.confirm ? 1 : 0);
        write_text(writer, command->body.funds_end.reference, REFERENCE_MAX);
        return true;
    default:
        return false;
    }
}

/* Three capital letters. */
static void read_currency(struct reader *reader, char out[CURRENCY_SIZE]) {
    read_into(reader, out, CURRENCY_SIZE - 1);
    for (size_t i = 0; i < CURRENCY_SIZE - 1; i++)
        reader->failed = reader->failed || out[i] < 'A' || out[i] > 'Z';
}

static void read_cap(struct reader *reader, bool *has_cap, int64_t *cap_fen) {
    *has_cap = read_bool(reader);
    *cap_fen = *has_cap ? (int64_t)reader_be64(reader) : 0;
    reader->failed = reader->failed || *cap_fen < 0;
}

/* Ascending, and nothing behind the last. */
static void read_warnings(struct reader *reader, uint32_t percent[EXPOSURE_WARNINGS]) {
    for (size_t i = 0; i < EXPOSURE_WARNINGS; i++) {
        percent[i] = reader_u8(reader);
        bool behind = i == 0 || (percent[i - 1] != 0 && percent[i] > percent[i - 1]);
        if (percent[i] > 100 || (percent[i] != 0 && !behind))
            reader->failed = true;
    }
}

static void read_cap_set(struct reader *reader, struct cap_set *set) {
    set->code = reader_be64(reader);
    read_currency(reader, set->currency);
    set->what = read_set(reader, CAP_SET_ALL);
    if ((set->what & CAP_SET_CAP) != 0)
        read_cap(reader, &set->has_cap, &set->cap_fen);
    if ((set->what & CAP_SET_PREFUNDED) != 0)
        set->prefunded = read_bool(reader);
    if ((set->what & CAP_SET_WARN) != 0)
        read_warnings(reader, set->warn_percent);
}

static void read_pair_cap_set(struct reader *reader, struct pair_cap_set *set) {
    set->code = reader_be64(reader);
    set->counterparty = reader_be64(reader);
    read_currency(reader, set->currency);
    read_cap(reader, &set->has_cap, &set->cap_fen);
    reader->failed = reader->failed || set->code == set->counterparty;
}

static void read_funds_begin(struct reader *reader, struct funds_begin *order) {
    order->code = reader_be64(reader);
    order->direction = (enum funds_direction)read_enum(reader, FUNDS_IN, FUNDS_OUT);
    read_currency(reader, order->amount.currency);
    order->amount.fen = (int64_t)reader_be64(reader);
    reader->failed = reader->failed || order->amount.fen <= 0;
    read_text(reader, order->reference, REFERENCE_MAX);
}

void internal_read_money(struct reader *reader, struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_CAP_SET:
        read_cap_set(reader, &command->body.cap_set);
        break;
    case COMMAND_PAIR_CAP_SET:
        read_pair_cap_set(reader, &command->body.pair_cap_set);
        break;
    case COMMAND_FUNDS_BEGIN:
        read_funds_begin(reader, &command->body.funds_begin);
        break;
    case COMMAND_FUNDS_END:
        read_id(reader, &command->body.funds_end.funds);
        command->body.funds_end.confirm = read_bool(reader);
        read_text(reader, command->body.funds_end.reference, REFERENCE_MAX);
        break;
    default:
        reader->failed = true;
    }
}
