/*
 * Partner banks: the registry's rows, rights and pins.
 *
 * Invariant: codes and pins are checked before anything is sent. `bank set` sends the whole set of
 * denied requests, made from what the gateway has now: the second person sees the set that will be.
 */
#include <stdlib.h>

#include "domain/bank.h"
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_object.h"
#include "tools/ctl_order.h"
#include "tools/ctl_values.h"

CTL_PAGES(banks, banks, list_banks)

static const struct ctl_list bank_pages = {.result = CTL_RESULT(BANKS),
                                           .shape = &ctl_shape_bank,
                                           .page = banks_page,
                                           .go_on = banks_go_on,
                                           .set_max = banks_set_max};

static const struct ctl_column bank_columns[] = {
    {"BANK", "code", CTL_CELL_TEXT},
    {"NAME", "name", CTL_CELL_TEXT},
    {"ACTIVE", "active", CTL_CELL_YES},
    {"ONLINE", "online", CTL_CELL_YES},
    {"ROLES", "roles", CTL_CELL_TEXT},
    {"PINS", "pins", CTL_CELL_COUNT},
    {"HELD SINCE", "held_since", CTL_CELL_TIME},
    {"UNANSWERED", "unanswered", CTL_CELL_RIGHT},
    {"UNKNOWN", "unknown", CTL_CELL_RIGHT},
    {"CHANGED", "changed_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column bank_card[] = {
    {"bank", "code", CTL_CELL_TEXT},
    {"name", "name", CTL_CELL_TEXT},
    {"active", "active", CTL_CELL_YES},
    {"online", "online", CTL_CELL_YES},
    {"roles", "roles", CTL_CELL_TEXT},
    {"may not send", "denied", CTL_CELL_TEXT},
    {"added", "added_at", CTL_CELL_TIME},
    {"changed", "changed_at", CTL_CELL_TIME},
    {"last notice", "last_notice", CTL_CELL_TEXT},
    {"acknowledged", "acked_notice", CTL_CELL_TEXT},
    {"owes an answer to", "unanswered", CTL_CELL_TEXT},
    {"of these UNKNOWN", "unknown", CTL_CELL_TEXT},
    {"credits not confirmed", "uncredited", CTL_CELL_TEXT},
    {"questions out", "questions", CTL_CELL_TEXT},
    {"held since", "held_since", CTL_CELL_TIME},
    {"by its token of notice", "held_notice", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column pin_columns[] = {
    {"PIN", "pin", CTL_CELL_TEXT},
    {"ADDED", "added_at", CTL_CELL_TIME},
    {"CERTIFICATE UNTIL", "certificate_expires_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_bank_list(struct ctl_session *session) {
    Linkgate__Admin__V1__ListBanks order;
    linkgate__admin__v1__list_banks__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_BANKS));
    request.list_banks = &order;
    struct ctl_rows rows;
    enum ctl_exit result = ctl_gather(session, &bank_pages, &request, CTL_LIMIT_MAX, &rows);
    if (result != CTL_OK)
        return result;
    if (session->args->json)
        ctl_dump(session, json_pack("{s:O}", session->args->command->rows, rows.rows));
    else
        ctl_print_table(rows.rows, bank_columns, session->out);
    ctl_rows_deinit(&rows);
    return CTL_OK;
}

enum ctl_exit ctl_ask_bank(struct ctl_session *session) {
    Linkgate__Admin__V1__GetBank order;
    linkgate__admin__v1__get_bank__init(&order);
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &order.code);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_BANK));
    request.get_bank = &order;
    return result == CTL_OK ? ctl_ask_for(session, &request, CTL_RESULT(BANK)) : result;
}

enum ctl_exit ctl_bank_show(struct ctl_session *session) {
    enum ctl_exit result = ctl_ask_bank(session);
    if (result != CTL_OK)
        return result;
    json_t *bank = ctl_json(&ctl_shape_bank, session->reply->bank);
    if (session->args->json) {
        ctl_dump(session, bank);
        return CTL_OK;
    }
    ctl_print_card(bank, bank_card, session->out);
    fputc('\n', session->out);
    ctl_print_table(json_object_get(bank, "pins"), pin_columns, session->out);
    json_decref(bank);
    return CTL_OK;
}

enum ctl_exit ctl_pin_list(struct ctl_session *session) {
    enum ctl_exit result = ctl_ask_bank(session);
    if (result != CTL_OK)
        return result;
    json_t *bank = ctl_json(&ctl_shape_bank, session->reply->bank);
    json_t *pins = json_object_get(bank, "pins");
    if (session->args->json)
        ctl_dump(session, json_pack("{s:O}", session->args->command->rows, pins));
    else
        ctl_print_table(pins, pin_columns, session->out);
    json_decref(bank);
    return CTL_OK;
}

/* ---- orders ---- */

static enum ctl_exit take_roles(struct ctl_session *session, uint32_t *roles_out) {
    return ctl_take_bits(session, CTL_ROLES, &ctl_roles, "role", roles_out);
}

static enum ctl_exit take_pins(struct ctl_session *session, uint8_t pins[][DIGEST_SIZE],
                               ProtobufCBinaryData *data) {
    const struct ctl_args *args = session->args;
    if (args->pin_count == 0)
        return ctl_wrong(session, "a bank needs --pin: the SHA-256 of its certificate's public "
                                  "key, which certs/pin prints");
    for (size_t i = 0; i < args->pin_count; i++) {
        enum ctl_exit result = ctl_take_pin(session, args->pins[i], pins[i]);
        if (result != CTL_OK)
            return result;
        data[i] = (ProtobufCBinaryData){.len = DIGEST_SIZE, .data = pins[i]};
    }
    return CTL_OK;
}

enum ctl_exit ctl_bank_add(struct ctl_session *session) {
    const struct ctl_args *args = session->args;
    Linkgate__Admin__V1__BankAdd order;
    linkgate__admin__v1__bank_add__init(&order);
    uint8_t pins[CTL_PINS_MAX][DIGEST_SIZE];
    ProtobufCBinaryData data[CTL_PINS_MAX];
    enum ctl_exit result = ctl_take_bank(session, args->words[0], &order.code);
    if (result == CTL_OK && args->values[CTL_NAME] == NULL)
        result = ctl_wrong(session, "a bank needs --name: what people call it");
    if (result == CTL_OK && args->values[CTL_ROLES] == NULL)
        result = ctl_wrong(session, "a bank needs --roles: class1, class2, issuer, or several of "
                                    "them joined by commas");
    if (result == CTL_OK)
        result = take_roles(session, &order.roles);
    if (result == CTL_OK)
        result = take_pins(session, pins, data);
    if (result != CTL_OK)
        return result;
    char *name = xstrdup(args->values[CTL_NAME]);
    order.name = name;
    order.n_pins = args->pin_count;
    order.pins = data;
    ctl_request request = ctl_request_of(CTL_ORDER(BANK_ADD));
    request.bank_add = &order;
    result = ctl_give(session, &request, "The bank is registered and may connect.");
    free(name);
    return result;
}

/* ---- bank set ---- */

static void deny(void *context, uint32_t kind) {
    bank_deny_kind(context, kind, true);
}

static void allow(void *context, uint32_t kind) {
    bank_deny_kind(context, kind, false);
}

/* What the bank may not send, with --deny and --allow: the whole set. kinds has BANK_KINDS. */
static enum ctl_exit take_denied(struct ctl_session *session, uint32_t *kinds,
                                 Linkgate__Admin__V1__BankSet *order) {
    const struct ctl_args *args = session->args;
    struct bank bank = {0};
    struct bank words = {0}; /* so that wrong ones are told before anybody is asked */
    enum ctl_exit result = ctl_take_names(session, CTL_DENY, &ctl_kinds, "request", deny, &words);
    if (result == CTL_OK)
        result = ctl_take_names(session, CTL_ALLOW, &ctl_kinds, "request", allow, &words);
    if (result != CTL_OK || (args->values[CTL_DENY] == NULL && args->values[CTL_ALLOW] == NULL))
        return result;
    result = ctl_ask_bank(session);
    if (result != CTL_OK)
        return result;
    for (size_t i = 0; i < session->reply->bank->n_denied; i++)
        bank_deny_kind(&bank, session->reply->bank->denied[i], true);
    (void)!ctl_take_names(session, CTL_DENY, &ctl_kinds, "request", deny, &bank);
    (void)!ctl_take_names(session, CTL_ALLOW, &ctl_kinds, "request", allow, &bank);
    for (uint32_t kind = 1; kind < BANK_KINDS; kind++) {
        if (bank_kind_denied(&bank, kind))
            kinds[order->n_denied++] = kind;
    }
    order->denied = kinds;
    order->set_denied = true;
    return CTL_OK;
}

enum ctl_exit ctl_bank_set(struct ctl_session *session) {
    const struct ctl_args *args = session->args;
    Linkgate__Admin__V1__BankSet order;
    linkgate__admin__v1__bank_set__init(&order);
    uint32_t kinds[BANK_KINDS];
    enum ctl_exit result = ctl_take_bank(session, args->words[0], &order.code);
    if (result == CTL_OK)
        result = take_roles(session, &order.roles);
    if (result == CTL_OK && args->values[CTL_NAME] == NULL && args->values[CTL_ROLES] == NULL &&
        args->values[CTL_DENY] == NULL && args->values[CTL_ALLOW] == NULL)
        result = ctl_wrong(session, "nothing to set: give --name, --roles, --deny or --allow");
    if (result == CTL_OK)
        result = take_denied(session, kinds, &order);
    if (result != CTL_OK)
        return result;
    char *name = xstrdup(args->values[CTL_NAME] != NULL ? args->values[CTL_NAME] : "");
    order.set_name = args->values[CTL_NAME] != NULL;
    order.name = name;
    order.set_roles = args->values[CTL_ROLES] != NULL;
    ctl_request request = ctl_request_of(CTL_ORDER(BANK_SET));
    request.bank_set = &order;
    result = ctl_give(session, &request, "The bank is changed.");
    free(name);
    return result;
}

enum ctl_exit ctl_bank_enable(struct ctl_session *session) {
    Linkgate__Admin__V1__BankEnable order;
    linkgate__admin__v1__bank_enable__init(&order);
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &order.code);
    ctl_request request = ctl_request_of(CTL_ORDER(BANK_ENABLE));
    request.bank_enable = &order;
    return result == CTL_OK ? ctl_give(session, &request, "The bank may connect again.") : result;
}

/* The number goes along, so that what is approved is what was looked at. */
enum ctl_exit ctl_bank_resync(struct ctl_session *session) {
    Linkgate__Admin__V1__BankResync order;
    linkgate__admin__v1__bank_resync__init(&order);
    enum ctl_exit result = ctl_ask_bank(session);
    if (result != CTL_OK)
        return result;
    order.code = session->reply->bank->code;
    order.notice = session->reply->bank->held_notice;
    if (order.notice == 0) {
        fprintf(session->errors,
                "linkgatectl: this bank is not held: nothing is to be reconciled\n");
        return CTL_REFUSED;
    }
    ctl_request request = ctl_request_of(CTL_ORDER(BANK_RESYNC));
    request.bank_resync = &order;
    return ctl_give(session, &request,
                    "The bank is reconciled: its traffic goes on, and its notices above the number "
                    "that it has seen.");
}

enum ctl_exit ctl_bank_disable(struct ctl_session *session) {
    Linkgate__Admin__V1__BankDisable order;
    linkgate__admin__v1__bank_disable__init(&order);
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &order.code);
    ctl_request request = ctl_request_of(CTL_ORDER(BANK_DISABLE));
    request.bank_disable = &order;
    if (result != CTL_OK)
        return result;
    return ctl_give(session, &request, "The bank is disabled, and its connections are cut.");
}

enum ctl_exit ctl_pin_add(struct ctl_session *session) {
    Linkgate__Admin__V1__PinAdd order;
    linkgate__admin__v1__pin_add__init(&order);
    uint8_t pin[DIGEST_SIZE];
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &order.code);
    if (result == CTL_OK)
        result = ctl_take_pin(session, session->args->words[1], pin);
    if (result != CTL_OK)
        return result;
    order.pin = (ProtobufCBinaryData){.len = DIGEST_SIZE, .data = pin};
    ctl_request request = ctl_request_of(CTL_ORDER(PIN_ADD));
    request.pin_add = &order;
    return ctl_give(session, &request, "The bank may connect with that key, too.");
}

enum ctl_exit ctl_pin_remove(struct ctl_session *session) {
    Linkgate__Admin__V1__PinRemove order;
    linkgate__admin__v1__pin_remove__init(&order);
    uint8_t pin[DIGEST_SIZE];
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &order.code);
    if (result == CTL_OK)
        result = ctl_take_pin(session, session->args->words[1], pin);
    if (result != CTL_OK)
        return result;
    order.pin = (ProtobufCBinaryData){.len = DIGEST_SIZE, .data = pin};
    ctl_request request = ctl_request_of(CTL_ORDER(PIN_REMOVE));
    request.pin_remove = &order;
    return ctl_give(session, &request, "That key is good no more; sessions with it are cut.");
}
