/*
 * Admin messages to JSON objects.
 *
 * Invariant: every object of a sort has the same keys in the same order, with null where there is
 * nothing, so that a script never has to ask whether a key is there.
 */
#include "tools/ctl_json.h"

#include <string.h>

#include "domain/bank.h"
#include "domain/identifier.h"
#include "domain/link.h"
#include "util/clock.h"
#include "util/fatal.h"

#define HEX_BYTES_MAX 64

static void set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

static void set_text(json_t *object, const char *key, const char *text) {
    json_t *value = json_string(text);
    set(object, key, value != NULL ? value : json_string("(not UTF-8)"));
}

/* Empty is null. */
static void set_optional(json_t *object, const char *key, const char *text) {
    if (text[0] == '\0')
        set(object, key, json_null());
    else
        set_text(object, key, text);
}

static void set_number(json_t *object, const char *key, int64_t number) {
    set(object, key, json_integer(number));
}

static void set_count(json_t *object, const char *key, uint64_t number) {
    set(object, key, json_integer((json_int_t)number));
}

static void set_flag(json_t *object, const char *key, bool value) {
    set(object, key, json_boolean(value));
}

static void set_time(json_t *object, const char *key, int64_t unix_ms) {
    char text[TIME_TEXT_SIZE];
    time_format_utc(unix_ms, text);
    set_optional(object, key, unix_ms == 0 ? "" : text);
}

static void set_bank(json_t *object, const char *key, uint64_t code) {
    char text[BANK_CODE_TEXT_SIZE];
    if (code > 0)
        bank_code_format(code, text);
    set_optional(object, key, code == 0 ? "" : text);
}

static json_t *hex(ProtobufCBinaryData bytes) {
    char text[2 * HEX_BYTES_MAX + 1] = "";
    if (bytes.len <= HEX_BYTES_MAX)
        hex_format(bytes.data, bytes.len, text);
    return json_string(text);
}

static void set_hex(json_t *object, const char *key, ProtobufCBinaryData bytes) {
    set(object, key, bytes.len == 0 ? json_null() : hex(bytes));
}

static json_t *new_object(void) {
    json_t *object = json_object();
    ENSURE(object != NULL);
    return object;
}

static json_t *new_array(void) {
    json_t *array = json_array();
    ENSURE(array != NULL);
    return array;
}

static void add(json_t *array, json_t *value) {
    ENSURE(value != NULL && json_array_append_new(array, value) == 0);
}

static json_t *roles(uint32_t bits) {
    json_t *array = new_array();
    if (bits & BANK_ROLE_CLASS1)
        add(array, json_string("class1"));
    if (bits & BANK_ROLE_CLASS2)
        add(array, json_string("class2"));
    if (bits & BANK_ROLE_ISSUER)
        add(array, json_string("issuer"));
    return array;
}

json_t *ctl_json_bank(const Linkgate__Admin__V1__BankRow *row) {
    json_t *object = new_object();
    json_t *pins = new_array();
    for (size_t i = 0; i < row->n_pins; i++)
        add(pins, hex(row->pins[i]->pin));
    set_bank(object, "code", row->code);
    set_text(object, "name", row->name);
    set_flag(object, "active", row->active);
    set_flag(object, "online", row->online);
    set(object, "roles", roles(row->roles));
    set(object, "pins", pins);
    set_time(object, "added_at", row->added_at_ms);
    set_time(object, "changed_at", row->changed_at_ms);
    return object;
}

json_t *ctl_json_link(const Linkgate__Admin__V1__LinkRow *row) {
    json_t *object = new_object();
    set_hex(object, "id", row->id);
    set_text(object, "state", row->state);
    set_flag(object, "frozen", row->frozen);
    set_optional(object, "reason", row->reason);
    set_bank(object, "class2_bank", row->class2_bank);
    set_text(object, "class2_account", row->class2_masked);
    set_bank(object, "class1_bank", row->class1_bank);
    set_text(object, "class1_account", row->class1_masked);
    set_time(object, "requested_at", row->requested_at_ms);
    set_time(object, "activated_at", row->activated_at_ms);
    set_time(object, "deadline_at", row->deadline_ms);
    return object;
}

static json_t *history(Linkgate__Admin__V1__HistoryRow *const *rows, size_t count) {
    json_t *array = new_array();
    for (size_t i = 0; i < count; i++) {
        json_t *object = new_object();
        set_time(object, "at", rows[i]->at_ms);
        set_text(object, "state", rows[i]->state);
        set_text(object, "cause", rows[i]->cause);
        set_bank(object, "by", rows[i]->by);
        bool operator_did = strcmp(rows[i]->cause, "OPERATOR") == 0;
        set(object, "uid", operator_did ? json_integer(rows[i]->uid) : json_null());
        set_optional(object, "reason", rows[i]->reason);
        set_count(object, "sequence", rows[i]->sequence);
        add(array, object);
    }
    return array;
}

static json_t *scopes(uint32_t bits) {
    static const struct {
        enum link_scope scope;
        const char *name;
    } names[] = {{LINK_SCOPE_COLLECT, "COLLECT"},
                 {LINK_SCOPE_PAY, "PAY"},
                 {LINK_SCOPE_PAY_FALLBACK, "PAY_FALLBACK"},
                 {LINK_SCOPE_BALANCE, "BALANCE"},
                 {LINK_SCOPE_PRODUCTS, "PRODUCTS"}};
    json_t *array = new_array();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (bits & LINK_SCOPE_BIT(names[i].scope))
            add(array, json_string(names[i].name));
    }
    return array;
}

json_t *ctl_json_link_detail(const Linkgate__Admin__V1__LinkDetail *detail) {
    json_t *object = ctl_json_link(detail->row);
    set_count(object, "class2_class", detail->class2_class);
    set(object, "scopes", scopes(detail->scopes));
    set_text(object, "currency", "CNY");
    set_number(object, "limit_single_fen", detail->limit_single_fen);
    set_number(object, "limit_daily_fen", detail->limit_daily_fen);
    set_count(object, "limit_daily_count", detail->limit_daily_count);
    set_number(object, "limit_yearly_fen", detail->limit_yearly_fen);
    set_optional(object, "agreement_version", detail->agreement_version);
    set_optional(object, "agreement_channel", detail->agreement_channel);
    set_time(object, "agreement_at", detail->agreement_at_ms);
    set_optional(object, "consent_purpose", detail->consent_purpose);
    set_time(object, "consent_at", detail->consent_at_ms);
    set_hex(object, "open_request", detail->open_request);
    set_optional(object, "waits_for", detail->waits_for);
    set_time(object, "waits_until", detail->waits_until_ms);
    set(object, "history", history(detail->history, detail->n_history));
    return object;
}

json_t *ctl_json_transfer(const Linkgate__Admin__V1__TransferRow *row) {
    json_t *object = new_object();
    set_hex(object, "id", row->id);
    set_text(object, "state", row->state);
    set_flag(object, "frozen", row->frozen);
    set_flag(object, "conflict", row->conflict);
    set_optional(object, "reason", row->reason);
    set_text(object, "kind", row->kind);
    set_text(object, "direction", row->direction);
    set_hex(object, "link", row->link);
    set_bank(object, "debtor_bank", row->debtor_bank);
    set_bank(object, "creditor_bank", row->creditor_bank);
    set_number(object, "amount_fen", row->amount_fen);
    set_text(object, "currency", row->currency);
    set_time(object, "received_at", row->received_at_ms);
    set_time(object, "accepted_at", row->accepted_at_ms);
    return object;
}

json_t *ctl_json_transfer_detail(const Linkgate__Admin__V1__TransferDetail *detail) {
    json_t *object = ctl_json_transfer(detail->row);
    set_hex(object, "request", detail->request);
    set_bank(object, "submitter", detail->submitter);
    set_bank(object, "instructed", detail->instructed);
    set_optional(object, "end_to_end_id", detail->end_to_end_id);
    set_optional(object, "reference", detail->reference);
    set_optional(object, "book_date", detail->book_date);
    set_optional(object, "detail", detail->detail);
    set_time(object, "deadline_at", detail->deadline_ms);
    set_time(object, "credited_at", detail->credited_at_ms);
    set(object, "window",
        detail->window == 0 ? json_null() : json_integer((json_int_t)detail->window));
    set_optional(object, "waits_for", detail->waits_for);
    set(object, "history", history(detail->history, detail->n_history));
    return object;
}

json_t *ctl_json_net(const Linkgate__Admin__V1__NetRow *row) {
    json_t *object = new_object();
    set_count(object, "window", row->window);
    set_bank(object, "low", row->low);
    set_bank(object, "high", row->high);
    set_text(object, "currency", row->currency);
    set_number(object, "net_fen", row->net_fen);
    set_number(object, "to_low_fen", row->to_low_fen);
    set_number(object, "to_high_fen", row->to_high_fen);
    set_count(object, "count", row->count);
    return object;
}

json_t *ctl_json_position(const Linkgate__Admin__V1__PositionRow *row) {
    json_t *object = new_object();
    set_bank(object, "bank", row->bank);
    set_text(object, "currency", row->currency);
    set_number(object, "reserved_outgoing_fen", row->reserved_outgoing_fen);
    set_number(object, "unsettled_net_fen", row->unsettled_net_fen);
    return object;
}

json_t *ctl_json_quarantine(const Linkgate__Admin__V1__QuarantineRow *row) {
    json_t *object = new_object();
    set_hex(object, "digest", row->digest);
    set_text(object, "state", row->state);
    set_text(object, "command", row->command);
    set_bank(object, "bank", row->bank);
    set_time(object, "since", row->since_ms);
    set_count(object, "crashes", row->crashes);
    return object;
}

json_t *ctl_json_clock(const Linkgate__Admin__V1__Clock *clock) {
    json_t *object = new_object();
    set_text(object, "state", clock->state);
    set_time(object, "ledger_time", clock->ledger_ms);
    set_time(object, "wall_time", clock->wall_ms);
    set_number(object, "difference_ms", clock->difference_ms);
    set_text(object, "text", clock->text);
    return object;
}

static void set_status_store(json_t *object, const Linkgate__Admin__V1__Status *status) {
    set_count(object, "sequence_applied", status->sequence_applied);
    set_count(object, "sequence_flushed", status->sequence_flushed);
    set_count(object, "batch_durable", status->batch_durable);
    set_count(object, "batch_flushed", status->batch_flushed);
    set_count(object, "commands", status->commands);
    set_count(object, "queries", status->queries);
    set_count(object, "refused", status->refused);
    set_count(object, "batches", status->batches);
    set_count(object, "poisoned", status->poisoned);
    set_count(object, "quarantined", status->quarantined);
    set_count(object, "queue_commands", status->queue_commands);
    set_count(object, "overlay_keys", status->overlay_keys);
    set_count(object, "overlay_bytes", status->overlay_bytes);
    set_count(object, "flushes", status->flushes);
    set_count(object, "flushed_puts", status->flushed_puts);
    set_count(object, "flushed_deletes", status->flushed_deletes);
    set_count(object, "flushed_bytes", status->flushed_bytes);
    set_count(object, "log_segments", status->log_segments);
    set_count(object, "log_spares", status->log_spares);
    set_count(object, "log_bytes", status->log_bytes);
    set_count(object, "log_max_bytes", status->log_max_bytes);
    set_count(object, "log_appended_bytes", status->log_appended_bytes);
    set_count(object, "log_write_us", status->log_write_us);
    set_count(object, "map_bytes", status->map_bytes);
    set_count(object, "map_used_bytes", status->map_used_bytes);
}

static json_t *bank_sessions(const Linkgate__Admin__V1__Status *status) {
    json_t *array = new_array();
    for (size_t i = 0; i < status->n_banks; i++) {
        json_t *object = new_object();
        set_bank(object, "bank", status->banks[i]->bank);
        set_count(object, "sessions", status->banks[i]->sessions);
        set_time(object, "certificate_expires_at", status->banks[i]->certificate_expires_ms);
        add(array, object);
    }
    return array;
}

json_t *ctl_json_status(const Linkgate__Admin__V1__Status *status) {
    json_t *object = new_object();
    json_t *trouble = new_array();
    for (size_t i = 0; i < status->n_trouble; i++)
        add(trouble, json_string(status->trouble[i]));
    set_text(object, "version", status->version);
    set_text(object, "name", status->name);
    set_text(object, "state", status->state);
    set(object, "trouble", trouble);
    set_count(object, "port", status->port);
    set_time(object, "started_at", status->started_at_ms);
    set_count(object, "ledger_version", status->ledger_version);
    set_hex(object, "store_id", status->store_id);
    set_count(object, "boot_count", status->boot_count);
    set(object, "clock", status->clock != NULL ? ctl_json_clock(status->clock) : json_null());
    set_status_store(object, status);
    set_count(object, "connections", status->connections);
    set_count(object, "sessions", status->sessions);
    set_count(object, "banks_up", status->banks_up);
    set_count(object, "in_flight", status->in_flight);
    set_count(object, "outstanding", status->outstanding);
    set_count(object, "waiting", status->waiting);
    set_count(object, "exchanges", status->exchanges);
    set(object, "banks", bank_sessions(status));
    set_time(object, "certificate_expires_at", status->certificate_expires_ms);
    set_time(object, "crl_expires_at", status->crl_expires_ms);
    return object;
}
