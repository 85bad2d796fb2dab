/*
 * What operators order about banks, and what the sessions saw of their certificates.
 *
 * Invariants: a pin stands at one bank only, and a bank has BANK_PINS_MAX at most; every change is
 * told as the whole entry, before the order is answered, so that whoever cuts sessions has done so by
 * then. Nothing is ever removed: banks that are disabled keep their links and their history.
 */
#include <string.h>

#include "ledger/handler.h"

/* Loads the bank that an order is about. */
static int find(struct apply *apply, bank_code code, struct bank *bank_out) {
    const struct bank *present;
    memset(bank_out, 0, sizeof *bank_out);
    APPLY_TRY(apply_bank(apply, code, &present));
    apply->audit.bank = code;
    if (!present)
        return refuse(apply, REFUSAL_NO_SUCH_BANK, "code");
    *bank_out = *present;
    return 0;
}

static void keep(struct apply *apply, const struct bank *bank) {
    store_put_bank(apply->store, bank);
    apply_forget_banks(apply->ledger);
    bank_tell(apply, bank);
}

static int change(struct apply *apply, struct bank *bank) {
    bank->changed_at_ms = apply->now_ms;
    keep(apply, bank);
    apply_granted(apply);
    return 0;
}

/* Refuses a pin that stands at any bank. */
static int check_pin_free(struct apply *apply, const struct digest *pin, const char *field) {
    struct bank bank = {0};
    for (;;) {
        int result = store_next_bank(apply->store, bank.code, &bank);
        APPLY_TRY(result);
        if (result)
            return 0;
        if (bank_pin_index(&bank, pin) >= 0)
            return refuse(apply, REFUSAL_PIN_EXISTS, field);
    }
}

int bank_add(struct apply *apply) {
    struct bank bank = apply->command->body.bank_add;
    const struct bank *present;
    apply->audit.bank = bank.code;
    APPLY_TRY(apply_bank(apply, bank.code, &present));
    if (present)
        return refuse(apply, REFUSAL_BANK_EXISTS, "code");
    for (uint32_t i = 0; i < bank.pin_count; i++) {
        int result = check_pin_free(apply, &bank.pins[i], "pins");
        if (result)
            return result;
        bank.pin_added_at_ms[i] = apply->now_ms;
    }
    bank.active = true;
    bank.added_at_ms = apply->now_ms;
    return change(apply, &bank);
}

int bank_disable(struct apply *apply) {
    struct bank bank;
    int result = find(apply, apply->command->body.bank_disable.code, &bank);
    if (result)
        return result;
    if (bank.active) {
        bank.active = false;
        return change(apply, &bank);
    }
    bank_tell(apply, &bank);
    apply_granted(apply);
    return 0;
}

int bank_suspend(struct apply *apply, bank_code code, const char *field) {
    struct bank bank;
    int result = find(apply, code, &bank);
    if (result)
        return result < 0 ? result : refuse(apply, (enum refusal_code)result, field);
    if (bank.active) {
        bank.active = false;
        bank.changed_at_ms = apply->now_ms;
        keep(apply, &bank);
    }
    return 0;
}

int bank_enable(struct apply *apply) {
    struct bank bank;
    int result = find(apply, apply->command->body.bank_enable.code, &bank);
    if (result)
        return result;
    if (bank.active)
        return refuse(apply, REFUSAL_BANK_STATE, "code");
    bank.active = true;
    return change(apply, &bank);
}

int bank_set(struct apply *apply) {
    const struct bank_set *order = &apply->command->body.bank_set;
    struct bank bank;
    int result = find(apply, order->code, &bank);
    if (result)
        return result;
    if (order->what & BANK_SET_NAME)
        apply_copy_text(bank.name, sizeof bank.name, span_text(order->name));
    if (order->what & BANK_SET_ROLES)
        bank.roles = order->roles;
    if (order->what & BANK_SET_DENIED)
        bank.denied = order->denied;
    return change(apply, &bank);
}

int bank_pin_add(struct apply *apply) {
    const struct bank_pin *order = &apply->command->body.bank_pin;
    struct bank bank;
    int result = find(apply, order->code, &bank);
    if (result == 0)
        result = check_pin_free(apply, &order->pin, "pin");
    if (result)
        return result;
    if (bank.pin_count >= BANK_PINS_MAX)
        return refuse(apply, REFUSAL_PINS, "pin");
    bank.pins[bank.pin_count] = order->pin;
    bank.pin_added_at_ms[bank.pin_count] = apply->now_ms;
    bank.pin_expires_at_ms[bank.pin_count] = 0;
    bank.pin_count++;
    return change(apply, &bank);
}

static void remove_pin(struct bank *bank, uint32_t index) {
    bank->pin_count--;
    for (uint32_t i = index; i < bank->pin_count; i++) {
        bank->pins[i] = bank->pins[i + 1];
        bank->pin_added_at_ms[i] = bank->pin_added_at_ms[i + 1];
        bank->pin_expires_at_ms[i] = bank->pin_expires_at_ms[i + 1];
    }
    memset(&bank->pins[bank->pin_count], 0, sizeof bank->pins[0]);
    bank->pin_added_at_ms[bank->pin_count] = 0;
    bank->pin_expires_at_ms[bank->pin_count] = 0;
}

int bank_pin_remove(struct apply *apply) {
    const struct bank_pin *order = &apply->command->body.bank_pin;
    struct bank bank;
    int result = find(apply, order->code, &bank);
    if (result)
        return result;
    int index = bank_pin_index(&bank, &order->pin);
    if (index < 0)
        return refuse(apply, REFUSAL_NO_SUCH_PIN, "pin");
    remove_pin(&bank, (uint32_t)index);
    return change(apply, &bank);
}

/* The registry may have changed since the session looked: what no longer stands is nothing to say. */
int bank_pin_seen(struct apply *apply) {
    const struct bank_pin *seen = &apply->command->body.bank_pin;
    const struct bank *present;
    APPLY_TRY(apply_bank(apply, seen->code, &present));
    int index = present ? bank_pin_index(present, &seen->pin) : -1;
    if (index < 0 || present->pin_expires_at_ms[index] == seen->expires_at_ms)
        return 0;
    struct bank bank = *present;
    bank.pin_expires_at_ms[index] = seen->expires_at_ms;
    keep(apply, &bank);
    return 0;
}
