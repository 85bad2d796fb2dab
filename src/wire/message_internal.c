/*
 * Payloads of the commands that no bank sends: fixed big-endian layouts for this program's own log.
 *
 * Invariant: decode(encode(body)) gives the body again, and a payload that is a byte too short, a
 * byte too long or holds a value that encode never writes is damaged. The layouts are part of what
 * the log keeps for years: change one only together with LEDGER_VERSION.
 */
#include "wire/internal.h"

/* ---- writing ---- */

static void write_denied(struct writer *writer, const struct bank_denied *denied) {
    for (size_t i = 0; i < BANK_KINDS / 64; i++)
        write_be64(writer, denied->bits[i]);
}

static void write_bank(struct writer *writer, const struct bank *bank) {
    ENSURE(bank->pin_count <= BANK_PINS_MAX);
    write_be64(writer, bank->code);
    write_text(writer, bank->name, BANK_NAME_MAX);
    write_be32(writer, bank->roles);
    write_u8(writer, bank->active ? 1 : 0);
    write_u8(writer, (uint8_t)bank->pin_count);
    for (uint32_t i = 0; i < bank->pin_count; i++) {
        write_digest(writer, &bank->pins[i]);
        write_be64(writer, (uint64_t)bank->pin_expires_at_ms[i]);
    }
    write_denied(writer, &bank->denied);
}

static void write_bank_set(struct writer *writer, const struct bank_set *set) {
    write_be64(writer, set->code);
    write_be32(writer, set->what);
    if ((set->what & BANK_SET_NAME) != 0)
        write_text(writer, set->name, BANK_NAME_MAX);
    if ((set->what & BANK_SET_ROLES) != 0)
        write_be32(writer, set->roles);
    if ((set->what & BANK_SET_DENIED) != 0)
        write_denied(writer, &set->denied);
}

static void write_bank_pin(struct writer *writer, const struct bank_pin *pin) {
    write_be64(writer, pin->code);
    write_digest(writer, &pin->pin);
    write_be64(writer, (uint64_t)pin->expires_at_ms);
}

/* Placing and lifting have one layout. */
static void write_hold(struct writer *writer, const struct hold_order *order) {
    write_id(writer, &order->link);
    write_id(writer, &order->hold);
    write_be32(writer, order->blocks);
    write_text(writer, order->reason, REASON_SIZE - 1);
    write_text(writer, order->legal_reference, LEGAL_REFERENCE_MAX);
    write_be64(writer, (uint64_t)order->expires_at_ms);
}

static void write_recon_row(struct writer *writer, const struct recon_row *row) {
    write_digest(writer, &row->upload);
    write_be64(writer, row->uploader);
    write_u8(writer, (uint8_t)row->kind);
    write_u8(writer, (uint8_t)row->class);
    write_be64(writer, row->window);
    write_id(writer, &row->id);
    write_be32(writer, row->state);
    write_be64(writer, row->debtor);
    write_be64(writer, row->creditor);
    write_be64(writer, (uint64_t)row->amount.fen);
    write_text(writer, row->amount.currency, CURRENCY_SIZE - 1);
    write_text(writer, row->reference, REFERENCE_MAX);
    write_text(writer, row->book_date, DATE_TEXT_SIZE - 1);
    write_be32(writer, row->what);
    write_text(writer, row->class2_tail, RECON_TAIL_SIZE - 1);
    write_text(writer, row->class1_tail, RECON_TAIL_SIZE - 1);
    if (!recon_is_by_day(row->kind))
        return;
    write_text(writer, row->product, PRODUCT_CODE_MAX);
    write_be64(writer, (uint64_t)row->units);
    write_be64(writer, (uint64_t)row->interest_fen);
}

static void write_resolve(struct writer *writer, const struct transfer_resolve *order) {
    size_t size = strlen(order->word);
    ENSURE(size <= BANK_WORD_MAX);
    write_id(writer, &order->transfer);
    write_u8(writer, (uint8_t)order->outcome);
    write_text(writer, order->reference, REFERENCE_MAX);
    write_text(writer, order->book_date, DATE_TEXT_SIZE - 1);
    write_text(writer, order->reason, REASON_SIZE - 1);
    write_be32(writer, (uint32_t)size);
    write_bytes(writer, order->word, size);
    write_digest(writer, &order->document);
}

/* Closing, settling and aborting have one layout. */
static void write_window(struct writer *writer, const struct window_order *order) {
    write_be64(writer, order->window);
    write_be64(writer, order->low);
    write_be64(writer, order->high);
    write_text(writer, order->reference, REFERENCE_MAX);
    write_u8(writer, (uint8_t)order->settlement);
    write_be64(writer, order->defaulter);
}

/* Orders of operators; false: it is none. */
static bool write_order(struct writer *writer, const struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_BANK_ADD:
        write_bank(writer, &command->body.bank_add);
        return true;
    case COMMAND_BANK_DISABLE:
        write_be64(writer, command->body.bank_disable.code);
        return true;
    case COMMAND_BANK_ENABLE:
        write_be64(writer, command->body.bank_enable.code);
        return true;
    case COMMAND_BANK_SET:
        write_bank_set(writer, &command->body.bank_set);
        return true;
    case COMMAND_BANK_RESYNC:
        write_be64(writer, command->body.bank_resync.code);
        write_be64(writer, command->body.bank_resync.notice);
        return true;
    case COMMAND_BACKUP:
        return true;
    case COMMAND_PIN_ADD:
    case COMMAND_PIN_REMOVE:
        write_bank_pin(writer, &command->body.bank_pin);
        return true;
    case COMMAND_UNFREEZE:
        write_u8(writer, (uint8_t)command->body.unfreeze.kind);
        write_id(writer, &command->body.unfreeze.object);
        return true;
    case COMMAND_CLOCK_ACCEPT:
        write_be64(writer, (uint64_t)command->body.clock_accept.wall_ms);
        return true;
    case COMMAND_HOLD_PLACE:
    case COMMAND_HOLD_LIFT:
        write_hold(writer, &command->body.hold_order);
        return true;
    case COMMAND_QUARANTINE_RELEASE:
    case COMMAND_QUARANTINE_DROP:
        write_digest(writer, &command->body.quarantine_order.digest);
        return true;
    case COMMAND_APPROVE:
    case COMMAND_REJECT:
    case COMMAND_READ_UNMASKED:
        write_id(writer, &command->body.decision.approval);
        write_be64(writer, (uint64_t)command->body.decision.wall_ms);
        return true;
    case COMMAND_SEARCH:
        write_u8(writer, (uint8_t)command->body.search.by);
        write_digest(writer, &command->body.search.key);
        return true;
    case COMMAND_UNMASK:
        write_id(writer, &command->body.unmask.link);
        return true;
    case COMMAND_TRANSFER_RESOLVE:
        write_resolve(writer, &command->body.transfer_resolve);
        return true;
    case COMMAND_RECON_COMPARE:
        write_be64(writer, command->body.recon_order.bank);
        write_digest(writer, &command->body.recon_order.upload);
        return true;
    case COMMAND_WINDOW_CLOSE:
    case COMMAND_WINDOW_SETTLE:
    case COMMAND_WINDOW_ABORT:
        write_window(writer, &command->body.window_order);
        return true;
    default:
        return internal_write_money(writer, command);
    }
}

static void write_body(struct writer *writer, const struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_BOOT:
        write_digest(writer, &command->body.boot.store_id);
        write_be32(writer, command->body.boot.software_version);
        break;
    case COMMAND_BANK_UP:
        write_be64(writer, command->body.bank_up.last_notice_sequence);
        write_u8(writer, command->body.bank_up.has_token ? 1 : 0);
        if (command->body.bank_up.has_token)
            write_digest(writer, &command->body.bank_up.last_notice_token);
        break;
    case COMMAND_PIN_SEEN:
        write_bank_pin(writer, &command->body.bank_pin);
        break;
    case COMMAND_RECON_ROW:
        write_recon_row(writer, &command->body.recon_row);
        break;
    case COMMAND_FETCH_NOTICES:
        write_be64(writer, command->body.fetch_notices.after_sequence);
        write_be32(writer, command->body.fetch_notices.max);
        break;
    case COMMAND_TICK:
    case COMMAND_BANK_DOWN:
        break;
    default:
        if (!write_order(writer, command))
            fatal(__func__, "no internal command: kind=%d", (int)command->kind);
    }
}

/* By far the longest. */
static void encode_rules(struct command *command) {
    struct buf bytes;
    buf_init(&bytes);
    rules_document_encode(command->body.rules_load.document, &bytes);
    command->payload = arena_copy(&command->arena, buf_span(&bytes));
    buf_deinit(&bytes);
}

void message_encode_internal(struct command *command) {
    struct writer writer;
    if (command->kind == COMMAND_RULES_LOAD) {
        encode_rules(command);
        return;
    }
    writer.size = 0;
    write_body(&writer, command);
    command->payload = arena_copy(&command->arena, span_of(writer.bytes, writer.size));
}

/* ---- reading ---- */

static void read_denied(struct reader *reader, struct bank_denied *denied) {
    for (size_t i = 0; i < BANK_KINDS / 64; i++)
        denied->bits[i] = reader_be64(reader);
}

static void read_bank(struct reader *reader, struct bank *bank) {
    bank->code = reader_be64(reader);
    read_text(reader, bank->name, BANK_NAME_MAX);
    bank->roles = read_set(reader, BANK_ROLES_ALL);
    bank->active = read_bool(reader);
    bank->pin_count = reader_u8(reader);
    if (bank->pin_count > BANK_PINS_MAX) {
        reader->failed = true;
        return;
    }
    for (uint32_t i = 0; i < bank->pin_count; i++) {
        read_digest(reader, &bank->pins[i]);
        bank->pin_expires_at_ms[i] = (int64_t)reader_be64(reader);
    }
    read_denied(reader, &bank->denied);
}

static void read_bank_set(struct reader *reader, struct bank_set *set) {
    set->code = reader_be64(reader);
    set->what = read_set(reader, BANK_SET_ALL);
    if ((set->what & BANK_SET_NAME) != 0)
        read_text(reader, set->name, BANK_NAME_MAX);
    if ((set->what & BANK_SET_ROLES) != 0)
        set->roles = read_set(reader, BANK_ROLES_ALL);
    if ((set->what & BANK_SET_DENIED) != 0)
        read_denied(reader, &set->denied);
}

static void read_bank_pin(struct reader *reader, struct bank_pin *pin) {
    pin->code = reader_be64(reader);
    read_digest(reader, &pin->pin);
    pin->expires_at_ms = (int64_t)reader_be64(reader);
}

static void read_hold(struct reader *reader, struct hold_order *order) {
    read_id(reader, &order->link);
    read_id(reader, &order->hold);
    order->blocks = read_set(reader, HOLD_BLOCKS_ALL);
    read_text(reader, order->reason, REASON_SIZE - 1);
    read_text(reader, order->legal_reference, LEGAL_REFERENCE_MAX);
    order->expires_at_ms = (int64_t)reader_be64(reader);
}

static void read_recon_row(struct reader *reader, struct recon_row *row) {
    read_digest(reader, &row->upload);
    row->uploader = reader_be64(reader);
    row->kind = (enum recon_kind)read_enum(reader, RECON_MONEY, RECON_LOANS);
    row->class = (enum recon_class)read_enum(reader, RECON_MATCHED, RECON_DUPLICATE);
    row->window = reader_be64(reader);
    read_id(reader, &row->id);
    row->state = reader_be32(reader);
    row->debtor = reader_be64(reader);
    row->creditor = reader_be64(reader);
    row->amount.fen = (int64_t)reader_be64(reader);
    read_text(reader, row->amount.currency, CURRENCY_SIZE - 1);
    read_text(reader, row->reference, REFERENCE_MAX);
    read_text(reader, row->book_date, DATE_TEXT_SIZE - 1);
    row->what = reader_be32(reader);
    read_text(reader, row->class2_tail, RECON_TAIL_SIZE - 1);
    read_text(reader, row->class1_tail, RECON_TAIL_SIZE - 1);
    if (!recon_is_by_day(row->kind))
        return;
    read_text(reader, row->product, PRODUCT_CODE_MAX);
    row->units = (int64_t)reader_be64(reader);
    row->interest_fen = (int64_t)reader_be64(reader);
}

static void read_unfreeze(struct reader *reader, struct unfreeze *unfreeze) {
    unfreeze->kind = (enum object_kind)read_enum(reader, OBJECT_LINK, OBJECT_LOAN);
    read_id(reader, &unfreeze->object);
}

static void read_rules(struct reader *reader, struct command *command) {
    struct rules_document *document = arena_take(&command->arena, sizeof *document);
    struct span bytes = reader_bytes(reader, reader->rest.size);
    if (!rules_document_decode(bytes, document))
        reader->failed = true;
    command->body.rules_load.document = document;
}

static void read_resolve(struct reader *reader, struct transfer_resolve *order) {
    read_id(reader, &order->transfer);
    order->outcome = (enum posting_outcome)read_enum(reader, POSTING_NONE, POSTING_UNDONE);
    read_text(reader, order->reference, REFERENCE_MAX);
    read_text(reader, order->book_date, DATE_TEXT_SIZE - 1);
    read_text(reader, order->reason, REASON_SIZE - 1);
    read_sized(reader, reader_be32(reader), order->word, BANK_WORD_MAX);
    read_digest(reader, &order->document);
}

static void read_window(struct reader *reader, struct window_order *order) {
    order->window = reader_be64(reader);
    order->low = reader_be64(reader);
    order->high = reader_be64(reader);
    read_text(reader, order->reference, REFERENCE_MAX);
    order->settlement = (enum settlement)reader_u8(reader);
    if ((unsigned)order->settlement > SETTLEMENT_MULTILATERAL)
        reader->failed = true;
    order->defaulter = reader_be64(reader);
}

static void read_order(struct reader *reader, struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_BANK_ADD:
        read_bank(reader, &command->body.bank_add);
        break;
    case COMMAND_BANK_DISABLE:
        command->body.bank_disable.code = reader_be64(reader);
        break;
    case COMMAND_BANK_ENABLE:
        command->body.bank_enable.code = reader_be64(reader);
        break;
    case COMMAND_BANK_SET:
        read_bank_set(reader, &command->body.bank_set);
        break;
    case COMMAND_BANK_RESYNC:
        command->body.bank_resync.code = reader_be64(reader);
        command->body.bank_resync.notice = reader_be64(reader);
        break;
    case COMMAND_BACKUP:
        break;
    case COMMAND_PIN_ADD:
    case COMMAND_PIN_REMOVE:
        read_bank_pin(reader, &command->body.bank_pin);
        break;
    case COMMAND_UNFREEZE:
        read_unfreeze(reader, &command->body.unfreeze);
        break;
    case COMMAND_CLOCK_ACCEPT:
        command->body.clock_accept.wall_ms = (int64_t)reader_be64(reader);
        break;
    case COMMAND_HOLD_PLACE:
    case COMMAND_HOLD_LIFT:
        read_hold(reader, &command->body.hold_order);
        break;
    case COMMAND_QUARANTINE_RELEASE:
    case COMMAND_QUARANTINE_DROP:
        read_digest(reader, &command->body.quarantine_order.digest);
        break;
    case COMMAND_APPROVE:
    case COMMAND_REJECT:
    case COMMAND_READ_UNMASKED:
        read_id(reader, &command->body.decision.approval);
        command->body.decision.wall_ms = (int64_t)reader_be64(reader);
        break;
    case COMMAND_SEARCH:
        command->body.search.by =
            (enum search_by)read_enum(reader, SEARCH_BY_ACCOUNT, SEARCH_BY_PERSON);
        read_digest(reader, &command->body.search.key);
        break;
    case COMMAND_UNMASK:
        read_id(reader, &command->body.unmask.link);
        break;
    case COMMAND_RULES_LOAD:
        read_rules(reader, command);
        break;
    case COMMAND_TRANSFER_RESOLVE:
        read_resolve(reader, &command->body.transfer_resolve);
        break;
    case COMMAND_RECON_COMPARE:
        command->body.recon_order.bank = reader_be64(reader);
        read_digest(reader, &command->body.recon_order.upload);
        break;
    case COMMAND_WINDOW_CLOSE:
    case COMMAND_WINDOW_SETTLE:
    case COMMAND_WINDOW_ABORT:
        read_window(reader, &command->body.window_order);
        break;
    default:
        internal_read_money(reader, command);
    }
}

static void read_body(struct reader *reader, struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_BOOT:
        read_digest(reader, &command->body.boot.store_id);
        command->body.boot.software_version = reader_be32(reader);
        break;
    case COMMAND_BANK_UP:
        command->body.bank_up.last_notice_sequence = reader_be64(reader);
        command->body.bank_up.has_token = read_bool(reader);
        if (command->body.bank_up.has_token)
            read_digest(reader, &command->body.bank_up.last_notice_token);
        break;
    case COMMAND_PIN_SEEN:
        read_bank_pin(reader, &command->body.bank_pin);
        break;
    case COMMAND_RECON_ROW:
        read_recon_row(reader, &command->body.recon_row);
        break;
    case COMMAND_FETCH_NOTICES:
        command->body.fetch_notices.after_sequence = reader_be64(reader);
        command->body.fetch_notices.max = reader_be32(reader);
        break;
    case COMMAND_TICK:
    case COMMAND_BANK_DOWN:
        break;
    default:
        read_order(reader, command);
    }
}

int message_decode_internal(struct command *command) {
    memset(&command->body, 0, sizeof(command->body));
    struct reader reader = reader_over(command->payload);
    read_body(&reader, command);
    return reader.failed || reader.rest.size > 0 ? WIRE_REFUSED : 0;
}
