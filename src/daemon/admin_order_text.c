/*
 * Orders as fields that people read before they approve.
 *
 * Invariant: the text is made from the decoded payload and from nothing else, and every value that
 * the payload holds is shown: what is approved is what was read. No payload of an order of two people
 * holds a person's data.
 */
#include "daemon/admin_order_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "daemon/admin_message.h"
#include "domain/calendar.h"
#include "domain/identifier.h"
#include "util/clock.h"
#include "wire/message.h"

#define FIELDS_MAX 1200 /* rules name most */
#define VALUE_MAX 4096
#define LABEL_MAX 96

struct fields {
    struct arena *arena;
    Linkgate__Admin__V1__OrderField **rows;
    size_t count;
};

static void add(struct fields *fields, const char *name, const char *value) {
    ENSURE(fields->count < FIELDS_MAX);
    Linkgate__Admin__V1__OrderField *row = arena_take(fields->arena, sizeof(*row));
    linkgate__admin__v1__order_field__init(row);
    row->name = admin_text(fields->arena, name);
    row->value = admin_text(fields->arena, value);
    fields->rows[fields->count++] = row;
}

static void add_bank(struct fields *fields, bank_code code) {
    char text[BANK_CODE_TEXT_SIZE];
    bank_code_format(code, text);
    add(fields, "bank", text);
}

static void add_hex(struct fields *fields, const char *name, const uint8_t *bytes, size_t size) {
    char text[2 * DIGEST_SIZE + 1];
    ENSURE(size <= DIGEST_SIZE);
    hex_format(bytes, size, text);
    add(fields, name, text);
}

static void add_time(struct fields *fields, const char *name, int64_t at_ms) {
    char text[TIME_TEXT_SIZE];
    time_format_utc(at_ms, text);
    add(fields, name, at_ms != 0 ? text : "never");
}

static void add_number(struct fields *fields, const char *name, uint64_t number) {
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRIu64, number);
    add(fields, name, text);
}

/* Names of the bits that are set, joined by commas. */
static void add_bits(struct fields *fields, const char *name, uint32_t bits,
                     const char *const *names, size_t count) {
    char text[VALUE_MAX] = "";
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (bits >> i & 1)
            size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s", size ? "," : "",
                                     names[i]);
    }
    add(fields, name, text);
}

static void add_roles(struct fields *fields, uint32_t roles) {
    static const char *const names[] = {"class1", "class2", "issuer"};
    add_bits(fields, "roles", roles, names, 3);
}

static void add_denied(struct fields *fields, const struct bank_denied *denied) {
    char text[VALUE_MAX] = "";
    size_t size = 0;
    const struct command_row *row;
    for (size_t i = 0; (row = command_row_at(i)) != NULL; i++) {
        uint32_t kind = (uint32_t)row->message;
        if (row->direction == MESSAGE_REQUEST && kind != MESSAGE_NONE && kind < BANK_KINDS &&
            denied->bits[kind / 64] >> kind % 64 & 1)
            size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%s", size ? "," : "",
                                     row->name);
    }
    add(fields, "denied", size ? text : "nothing");
}

static void add_new_bank(struct fields *fields, const struct bank *bank) {
    add_bank(fields, bank->code);
    add(fields, "name", bank->name);
    add_roles(fields, bank->roles);
    for (uint32_t i = 0; i < bank->pin_count; i++)
        add_hex(fields, "pin", bank->pins[i].bytes, DIGEST_SIZE);
}

static void add_bank_set(struct fields *fields, const struct bank_set *set) {
    add_bank(fields, set->code);
    if (set->what & BANK_SET_NAME)
        add(fields, "name", set->name);
    if (set->what & BANK_SET_ROLES)
        add_roles(fields, set->roles);
    if (set->what & BANK_SET_DENIED)
        add_denied(fields, &set->denied);
}

struct told_period {
    struct fields *fields;
    uint32_t number;
};

static void add_told(void *context, const char *name, const char *value) {
    const struct told_period *told = context;
    char label[LABEL_MAX];
    (void)snprintf(label, sizeof(label), "period %u %s", told->number, name);
    add(told->fields, label, value);
}

static void add_rules(struct fields *fields, const struct rules_document *document) {
    add(fields, "name", document->name);
    add(fields, "source", document->source);
    for (uint32_t i = 0; i < document->count; i++) {
        const struct rules_period *period = &document->periods[i];
        struct told_period told = {fields, i + 1};
        char date[DATE_TEXT_SIZE];
        date_format(period->from_day, date);
        add_told(&told, "from", date);
        if (period->until_day != RULES_FOR_EVER) {
            date_format(period->until_day, date);
            add_told(&told, "until", date);
        }
        rules_period_tell(period, add_told, &told);
    }
}

static void add_resolve(struct fields *fields, const struct transfer_resolve *order) {
    static const char *const outcomes[] = {[POSTING_POSTED] = "it was posted",
                                           [POSTING_REFUSED] = "it was refused",
                                           [POSTING_UNDONE] = "it was undone, or never posted"};
    size_t outcome = (size_t)order->outcome;
    const char *name = outcome < sizeof(outcomes) / sizeof(outcomes[0]) ? outcomes[outcome] : NULL;
    add_hex(fields, "transfer", order->transfer.bytes, ID_SIZE);
    add(fields, "its bank says", name != NULL ? name : "nothing");
    if (order->reference[0] != '\0')
        add(fields, "booked as", order->reference);
    if (order->book_date[0] != '\0')
        add(fields, "book date", order->book_date);
    if (order->reason[0] != '\0')
        add(fields, "reason", order->reason);
    add(fields, "the bank's words", order->word);
    add_hex(fields, "document", order->document.bytes, DIGEST_SIZE);
}

static void add_fen(struct fields *fields, const char *name, int64_t fen, const char *currency) {
    char text[FEN_TEXT_SIZE], value[FEN_TEXT_SIZE + CURRENCY_SIZE + 1];
    fen_format(fen, text);
    (void)snprintf(value, sizeof(value), "%s %s", text, currency);
    add(fields, name, value);
}

static void add_cap(struct fields *fields, bool has_cap, int64_t cap_fen, const char *currency) {
    if (has_cap)
        add_fen(fields, "cap", cap_fen, currency);
    else
        add(fields, "cap", "none");
}

static void add_cap_set(struct fields *fields, const struct cap_set *set) {
    char text[VALUE_MAX] = "";
    size_t size = 0;
    add_bank(fields, set->code);
    if (set->what & CAP_SET_CAP)
        add_cap(fields, set->has_cap, set->cap_fen, set->currency);
    if (set->what & CAP_SET_PREFUNDED)
        add(fields, "prefunded", set->prefunded ? "yes" : "no");
    for (size_t i = 0; i < EXPOSURE_WARNINGS && set->warn_percent[i] != 0; i++)
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%u", size ? "," : "",
                                 set->warn_percent[i]);
    if (set->what & CAP_SET_WARN)
        add(fields, "warnings in per cent", size ? text : "none");
}

static void add_pair_cap(struct fields *fields, const struct pair_cap_set *set) {
    char text[BANK_CODE_TEXT_SIZE];
    add_bank(fields, set->code);
    bank_code_format(set->counterparty, text);
    add(fields, "may owe to bank", text);
    add_cap(fields, set->has_cap, set->cap_fen, set->currency);
}

static void add_funds(struct fields *fields, const struct funds_begin *order) {
    add_bank(fields, order->code);
    add_fen(fields, order->direction == FUNDS_IN ? "pays in" : "takes out", order->amount.fen,
            order->amount.currency);
    add(fields, "reference", order->reference);
}

/* Orders about what banks may owe, and have paid in. */
static void add_money(struct fields *fields, const struct command *command) {
    const struct funds_end *end = &command->body.funds_end;
    switch ((int)command->kind) {
    case COMMAND_CAP_SET:
        add_cap_set(fields, &command->body.cap_set);
        break;
    case COMMAND_PAIR_CAP_SET:
        add_pair_cap(fields, &command->body.pair_cap_set);
        break;
    case COMMAND_FUNDS_BEGIN:
        add_funds(fields, &command->body.funds_begin);
        break;
    case COMMAND_FUNDS_END:
        add_hex(fields, end->confirm ? "confirm payment" : "cancel payment", end->funds.bytes,
                ID_SIZE);
        if (end->confirm)
            add(fields, "reference", end->reference);
        break;
    default:
        add(fields, "payload", "this version cannot show it: do not approve it");
    }
}

static void add_bank_as(struct fields *fields, const char *name, bank_code code) {
    char text[BANK_CODE_TEXT_SIZE];
    bank_code_format(code, text);
    add(fields, name, code != 0 ? text : "none");
}

static const char *frozen_name(enum object_kind kind) {
    if (kind == OBJECT_LINK)
        return "link";
    if (kind == OBJECT_ORDER)
        return "order";
    return kind == OBJECT_LOAN ? "loan" : "transfer";
}

static void add_window(struct fields *fields, const struct command *command) {
    const struct window_order *order = &command->body.window_order;
    add_number(fields, "window", order->window);
    if (order->settlement == SETTLEMENT_MULTILATERAL) {
        add(fields, "settled", "all that is left, from what the banks have paid in");
    } else if (command->kind == COMMAND_WINDOW_SETTLE) {
        add_bank_as(fields, "bank", order->low);
        add_bank_as(fields, "with bank", order->high);
        add(fields, "reference of the payment", order->reference);
    } else if (command->kind == COMMAND_WINDOW_ABORT) {
        add_bank_as(fields, "defaulter, who is disabled", order->defaulter);
    }
}

static void add_body(struct fields *fields, const struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_BANK_ADD:
        add_new_bank(fields, &command->body.bank_add);
        break;
    case COMMAND_BANK_ENABLE:
        add_bank(fields, command->body.bank_enable.code);
        break;
    case COMMAND_BANK_RESYNC:
        add_bank(fields, command->body.bank_resync.code);
        add_number(fields, "notice that it has seen", command->body.bank_resync.notice);
        break;
    case COMMAND_BANK_SET:
        add_bank_set(fields, &command->body.bank_set);
        break;
    case COMMAND_PIN_ADD:
        add_bank(fields, command->body.bank_pin.code);
        add_hex(fields, "pin", command->body.bank_pin.pin.bytes, DIGEST_SIZE);
        break;
    case COMMAND_UNFREEZE:
        add_hex(fields, frozen_name(command->body.unfreeze.kind),
                command->body.unfreeze.object.bytes, ID_SIZE);
        break;
    case COMMAND_CLOCK_ACCEPT:
        add_time(fields, "wall clock when requested", command->body.clock_accept.wall_ms);
        break;
    case COMMAND_HOLD_LIFT:
        add_hex(fields, "link", command->body.hold_order.link.bytes, ID_SIZE);
        add_hex(fields, "hold", command->body.hold_order.hold.bytes, ID_SIZE);
        break;
    case COMMAND_QUARANTINE_RELEASE:
        add_hex(fields, "digest", command->body.quarantine_order.digest.bytes, DIGEST_SIZE);
        break;
    case COMMAND_RULES_LOAD:
        add_rules(fields, command->body.rules_load.document);
        break;
    case COMMAND_WINDOW_CLOSE:
    case COMMAND_WINDOW_SETTLE:
    case COMMAND_WINDOW_ABORT:
        add_window(fields, command);
        break;
    case COMMAND_UNMASK:
        add_hex(fields, "link", command->body.unmask.link.bytes, ID_SIZE);
        break;
    case COMMAND_TRANSFER_RESOLVE:
        add_resolve(fields, &command->body.transfer_resolve);
        break;
    default:
        add_money(fields, command);
    }
}

size_t admin_order_fields(enum command_kind kind, struct span payload, struct arena *arena,
                          Linkgate__Admin__V1__OrderField ***fields_out) {
    struct fields fields = {.arena = arena, .rows = arena_take(arena, FIELDS_MAX * sizeof(void *))};
    struct command *command = command_new(kind);
    command->payload = payload;
    if (message_decode_internal(command) == 0)
        add_body(&fields, command);
    else
        add(&fields, "payload", "it cannot be read: do not approve it");
    command_free(command);
    *fields_out = fields.rows;
    return fields.count;
}
