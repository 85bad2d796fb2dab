/*
 * The tools of every handler: ids, the registry's cache, history entries, effects.
 *
 * Invariant: nothing here depends on anything but the command, its sequence, its ledger time and
 * the store. The registry's cache holds what the store holds; it is emptied whenever a command
 * that changes a bank was applied or rolled back.
 */
#include "ledger/apply.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "wire/message.h"

#define FIRST_BANK_KIND 1000 /* enum command_kind: banks' messages are 1000 + their kind */

struct id apply_new_id(struct apply *apply) {
    return id_make(apply->now_ms, apply->sequence, apply->next_index++);
}

void apply_touch(struct apply *apply, enum object_kind kind, const struct id *object) {
    apply->object_kind = kind;
    apply->object = *object;
}

void apply_restart(struct apply *apply) {
    effects_truncate(apply->effects, apply->effects_before);
    store_rollback(apply->store);
    apply_forget_all(apply->ledger);
    store_begin(apply->store);
}

int refuse(struct apply *apply, enum refusal_code code, const char *field) {
    apply->field = field;
    return (int)code;
}

int refuse_limit(struct apply *apply, enum refusal_code code, const char *field,
                 const struct limit_left *limit) {
    apply->limit = *limit;
    return refuse(apply, code, field);
}

int apply_bank(struct apply *apply, bank_code code, const struct bank **bank_out) {
    struct ledger *ledger = apply->ledger;
    struct span key = span_of(&code, sizeof code);
    struct bank *bank = hmap_get(ledger->banks, key);
    if (!bank) {
        struct bank stored;
        int result = store_get_bank(apply->store, code, &stored);
        APPLY_TRY(result);
        if (result == STORE_ABSENT) {
            *bank_out = NULL;
            return 0;
        }
        bank = xmalloc(sizeof *bank);
        *bank = stored;
        (void)hmap_put(ledger->banks, key, bank);
    }
    *bank_out = bank;
    return 0;
}

int apply_check_bank(struct apply *apply) {
    const struct bank *bank;
    APPLY_TRY(apply_bank(apply, apply->command->bank, &bank));
    if (!bank || !bank_pin_active(bank, &apply->command->pin))
        return refuse(apply, REFUSAL_BANK_SUSPENDED, "");
    return 0;
}

static int check_served(struct apply *apply, bank_code peer, const char *field,
                        struct bank_counters *counters_out) {
    const struct bank *bank;
    APPLY_TRY(apply_bank(apply, peer, &bank));
    if (!bank || !bank->active)
        return refuse(apply, REFUSAL_PEER_SUSPENDED, field);
    APPLY_TRY(store_get_bank_counters(apply->store, peer, counters_out));
    return counters_out->held_notice ? refuse(apply, REFUSAL_PEER_HELD, field) : 0;
}

int apply_check_served(struct apply *apply, bank_code peer, const char *field) {
    struct bank_counters counters;
    return check_served(apply, peer, field, &counters);
}

int apply_check_peer(struct apply *apply, bank_code peer, const char *field,
                     enum refusal_code offline) {
    struct bank_counters counters;
    int result = check_served(apply, peer, field, &counters);
    if (result)
        return result;
    return counters.online ? 0 : refuse(apply, offline, "");
}

static bool forget(void *context, struct span key, void *value) {
    struct hmap *banks = context;
    free(value);
    (void)hmap_remove(banks, key);
    return true;
}

void apply_forget_banks(struct ledger *ledger) {
    hmap_each(ledger->banks, forget, ledger->banks);
}

void apply_forget_rules(struct ledger *ledger) {
    ledger->book_read = false;
}

void apply_forget_window(struct ledger *ledger) {
    ledger->open_read = false;
}

void apply_forget_all(struct ledger *ledger) {
    apply_forget_banks(ledger);
    apply_forget_rules(ledger);
    apply_forget_window(ledger);
}

void apply_copy_text(char *to, size_t size, struct span text) {
    size_t length = text.size < size ? text.size : size - 1;
    if (length)
        memcpy(to, text.data, length);
    memset(to + length, 0, size - length);
}

struct history_entry apply_entry(const struct apply *apply, enum cause cause, const char *reason) {
    struct history_entry entry = {
        .at_ms = apply->now_ms,
        .sequence = apply->sequence,
        .cause = cause,
        .by = cause == CAUSE_REQUEST || cause == CAUSE_ANSWER ? apply->command->bank : 0,
        .uid = cause == CAUSE_OPERATOR ? apply->command->uid : 0,
        .two = cause == CAUSE_OPERATOR && apply->approval,
        .approver = cause == CAUSE_OPERATOR && apply->approval ? apply->approval->uid : 0,
    };
    size_t size = strnlen(reason, REASON_SIZE - 1);
    memcpy(entry.reason, reason, size);
    return entry;
}

void apply_make_room(struct apply *apply, enum object_kind kind, const struct id *id,
                     struct history *history) {
    if (!history_full(history))
        return;
    for (uint32_t i = 0; i < HISTORY_SPILL; i++)
        store_put_history(apply->store, kind, id, history->spilled + i, &history->entries[i]);
    history_spill(history);
}

int apply_check_life(struct apply *apply, const struct history *history, const char *field) {
    if (history_length(history) < HISTORY_LIFE_MAX)
        return 0;
    return refuse(apply, REFUSAL_HISTORY, field);
}

int apply_history_at(struct apply *apply, enum object_kind kind, const struct id *id,
                     const struct history *history, uint32_t index,
                     struct history_entry *entry_out) {
    const struct history_entry *here = history_at(history, index);
    if (here) {
        *entry_out = *here;
        return 0;
    }
    APPLY_INVARIANT(index < history->spilled);
    int result = store_get_history(apply->store, kind, id, index, entry_out);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return 0;
}

struct digest ledger_account_key(const struct keyring *keyring, bank_code bank,
                                 struct span number) {
    uint8_t code[8];
    put_be64(code, bank);
    struct span parts[] = {span_of(code, sizeof code), number};
    struct digest key;
    keyring_hash(keyring, KEYRING_ACCOUNT, parts, 2, &key);
    return key;
}

struct digest ledger_person_key(const struct keyring *keyring, uint32_t id_type,
                                struct span number) {
    uint8_t type[4];
    put_be32(type, id_type);
    struct span parts[] = {span_of(type, sizeof type), number};
    struct digest key;
    keyring_hash(keyring, KEYRING_PERSON, parts, 2, &key);
    return key;
}

struct digest apply_account_key(struct ledger *ledger, bank_code bank, struct span number) {
    return ledger_account_key(ledger->keyring, bank, number);
}

struct digest apply_person_key(struct ledger *ledger, uint32_t id_type, struct span number) {
    return ledger_person_key(ledger->keyring, id_type, number);
}

int64_t apply_timeout_ms(const struct apply *apply, int64_t standard_ms, int64_t min_ms,
                         int64_t max_ms) {
    int64_t asked = apply->command->timeout_ms;
    if (asked == 0)
        return standard_ms;
    if (asked < min_ms)
        return min_ms;
    return asked > max_ms ? max_ms : asked;
}

/* ---- effects ---- */

static struct effect *add(struct apply *apply, enum effect_kind kind, struct span payload) {
    struct effect *effect = effects_add(apply->effects, kind);
    effect->payload = arena_copy(&apply->effects->arena, payload);
    return effect;
}

/* The message kind that a bank's command came as, and its reply goes as; none for operators'. */
static enum message_kind reply_kind(const struct command *command) {
    if (command->kind == COMMAND_POSTING_ANSWER)
        return MESSAGE_POSTING_RESULT;
    if (command->kind < FIRST_BANK_KIND)
        return MESSAGE_NONE;
    return (enum message_kind)(command->kind - FIRST_BANK_KIND);
}

void apply_reply(struct apply *apply, enum message_kind message, struct span payload) {
    if (apply->command->origin.kind == ORIGIN_NONE)
        return;
    struct effect *effect = add(apply, EFFECT_REPLY, payload);
    effect->message = message ? message : reply_kind(apply->command);
    effect->origin = apply->command->origin;
    if (effect->origin.kind == ORIGIN_ADMIN)
        effect->order = apply->command->kind;
}

void apply_granted(struct apply *apply) {
    apply_reply(apply, MESSAGE_NONE, span_of(NULL, 0));
}

void apply_reply_refused(struct apply *apply, const struct refusal *refusal) {
    if (apply->command->origin.kind == ORIGIN_NONE)
        return;
    buf_clear(&apply->ledger->scratch);
    if (apply->command->origin.kind == ORIGIN_BANK)
        message_encode_refusal(refusal, &apply->ledger->scratch);
    struct effect *effect = add(apply, EFFECT_REPLY, buf_span(&apply->ledger->scratch));
    effect->message = reply_kind(apply->command);
    effect->origin = apply->command->origin;
    if (effect->origin.kind == ORIGIN_ADMIN)
        effect->order = apply->command->kind;
    effect->refused = true;
    effect->refusal = *refusal;
    struct span field = span_of(refusal->field, strlen(refusal->field) + 1);
    effect->refusal.field = (const char *)arena_copy(&apply->effects->arena, field).data;
}

void apply_wait(struct apply *apply, const struct id *request) {
    if (apply->command->origin.kind != ORIGIN_BANK)
        return;
    struct effect *effect = effects_add(apply->effects, EFFECT_WAIT);
    effect->origin = apply->command->origin;
    effect->bank = apply->command->bank;
    effect->request = *request;
}

void apply_answer(struct apply *apply, bank_code bank, const struct id *request,
                  enum message_kind message, struct span payload) {
    struct effect *effect = add(apply, EFFECT_ANSWER, payload);
    effect->message = message;
    effect->bank = bank;
    effect->request = *request;
}

void apply_answer_refused(struct apply *apply, bank_code bank, const struct id *request,
                          enum message_kind message, enum refusal_code code) {
    struct refusal refusal = {.code = code, .field = ""};
    buf_clear(&apply->ledger->scratch);
    message_encode_refusal(&refusal, &apply->ledger->scratch);
    apply_answer(apply, bank, request, message, buf_span(&apply->ledger->scratch));
    struct effect *effect = &apply->effects->items[apply->effects->count - 1];
    effect->refused = true;
    effect->refusal = refusal;
}

void apply_send(struct apply *apply, bank_code bank, enum message_kind message,
                const struct id *exchange, int64_t deadline_ms, struct span payload) {
    bool asks =
        message == MESSAGE_INQUIRE_POSTING || message == MESSAGE_CANCEL_POSTING ||
        (message == MESSAGE_ORDER_INSTRUCTION && deadline_ms == 0); /* until it is answered */
    enum effect_kind kind = asks ? EFFECT_INQUIRE : EFFECT_SEND;
    struct effect *effect = add(apply, kind, payload);
    effect->message = message;
    effect->bank = bank;
    effect->exchange = *exchange;
    effect->deadline_ms = deadline_ms;
}

void apply_done(struct apply *apply, bank_code bank, const struct id *exchange) {
    struct effect *effect = effects_add(apply->effects, EFFECT_DONE);
    effect->bank = bank;
    effect->exchange = *exchange;
}

void apply_alarm(struct apply *apply, const char *text, const struct id *object) {
    struct effect *effect = effects_add(apply->effects, EFFECT_ALARM);
    effect->text = text;
    effect->bank = apply->command->bank;
    effect->object = *object;
}
