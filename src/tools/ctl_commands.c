/*
 * The table of commands, and those that give orders. Those that list and show are in ctl_lists.c.
 *
 * Invariant: arguments are checked before the gateway is asked, so that exit status 1 always means
 * its word and not ours.
 */
#include "tools/ctl_commands.h"

#include <stdlib.h>
#include <string.h>

#include "domain/bank.h"
#include "domain/identifier.h"

#define OPTION(name) (1u << CTL_##name)

void ctl_dump(struct ctl_session *session, json_t *value) {
    json_dumpf(value, session->out, JSON_INDENT(2));
    fputc('\n', session->out);
    json_decref(value);
}

enum ctl_exit ctl_take_id(struct ctl_session *session, const char *text, struct id *id_out) {
    if (id_parse(text, id_out))
        return CTL_OK;
    return ctl_wrong(session, "'%s' is no id; an id has 32 hex digits", text);
}

enum ctl_exit ctl_take_bank(struct ctl_session *session, const char *text, uint64_t *code_out) {
    if (bank_code_parse(span_text(text), code_out))
        return CTL_OK;
    return ctl_wrong(session,
                     "'%s' is no bank code; it has twelve digits, the last a check digit of the "
                     "others",
                     text);
}

enum ctl_exit ctl_ask_for(struct ctl_session *session, ctl_request *request,
                          Linkgate__Admin__V1__Reply__ResultCase wanted) {
    enum ctl_exit result = ctl_ask(session, request);
    if (result != CTL_OK || session->reply->result_case == wanted)
        return result;
    fprintf(session->errors, "linkgatectl: the gateway answered something else; use the "
                             "linkgatectl of its version\n");
    return CTL_UNREACHABLE;
}

/* Sends an order that is answered by done or a refusal. */
static enum ctl_exit give_order(struct ctl_session *session, ctl_request *request,
                                const char *done) {
    enum ctl_exit result = ctl_ask_for(session, request, CTL_RESULT(DONE));
    if (result != CTL_OK)
        return result;
    if (session->args->json)
        ctl_dump(session, json_pack("{s:s}", "result", "done"));
    else
        fprintf(session->out, "%s\n", done);
    return CTL_OK;
}

static enum ctl_exit take_roles(struct ctl_session *session, uint32_t *roles_out) {
    static const struct {
        const char *name;
        uint32_t bit;
    } names[] = {
        {"class1", BANK_ROLE_CLASS1}, {"class2", BANK_ROLE_CLASS2}, {"issuer", BANK_ROLE_ISSUER}};
    const char *text = session->args->values[CTL_ROLES];
    uint32_t roles = 0;
    while (text != NULL && *text != '\0') {
        size_t size = strcspn(text, ",");
        uint32_t bit = 0;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            if (strlen(names[i].name) == size && strncmp(names[i].name, text, size) == 0)
                bit = names[i].bit;
        }
        if (bit == 0)
            return ctl_wrong(session, "'%.*s' is no role; roles are class1, class2, issuer",
                             (int)size, text);
        roles |= bit;
        text += size + (text[size] == ',' ? 1 : 0);
    }
    if (roles == 0)
        return ctl_wrong(session, "a bank needs --roles: class1, class2, issuer, or several of "
                                  "them joined by commas");
    *roles_out = roles;
    return CTL_OK;
}

static enum ctl_exit take_pins(struct ctl_session *session, uint8_t pins[][DIGEST_SIZE],
                               ProtobufCBinaryData *data) {
    const struct ctl_args *args = session->args;
    if (args->pin_count == 0)
        return ctl_wrong(session, "a bank needs --pin: the SHA-256 of its certificate's public "
                                  "key, which certs/pin prints");
    for (size_t i = 0; i < args->pin_count; i++) {
        if (!hex_parse(args->pins[i], pins[i], DIGEST_SIZE))
            return ctl_wrong(session, "'%s' is no pin; a pin has 64 hex digits", args->pins[i]);
        data[i] = (ProtobufCBinaryData){.len = DIGEST_SIZE, .data = pins[i]};
    }
    return CTL_OK;
}

static enum ctl_exit bank_add(struct ctl_session *session) {
    const struct ctl_args *args = session->args;
    Linkgate__Admin__V1__BankAdd order;
    linkgate__admin__v1__bank_add__init(&order);
    uint8_t pins[CTL_PINS_MAX][DIGEST_SIZE];
    ProtobufCBinaryData data[CTL_PINS_MAX];
    enum ctl_exit result = ctl_take_bank(session, args->words[0], &order.code);
    if (result == CTL_OK && args->values[CTL_NAME] == NULL)
        result = ctl_wrong(session, "a bank needs --name");
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
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(BANK_ADD);
    request.bank_add = &order;
    result = give_order(session, &request, "The bank is registered and may connect.");
    free(name);
    return result;
}

static enum ctl_exit bank_disable(struct ctl_session *session) {
    Linkgate__Admin__V1__BankDisable order;
    linkgate__admin__v1__bank_disable__init(&order);
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &order.code);
    if (result != CTL_OK)
        return result;
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(BANK_DISABLE);
    request.bank_disable = &order;
    return give_order(session, &request, "The bank is disabled, and its connections are cut.");
}

static enum ctl_exit object_unfreeze(struct ctl_session *session) {
    Linkgate__Admin__V1__Unfreeze order;
    linkgate__admin__v1__unfreeze__init(&order);
    const char *kind = session->args->words[0];
    struct id id;
    if (strcmp(kind, "link") == 0)
        order.kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_LINK;
    else if (strcmp(kind, "transfer") == 0)
        order.kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_TRANSFER;
    else
        return ctl_wrong(session, "'%s' is neither link nor transfer", kind);
    enum ctl_exit result = ctl_take_id(session, session->args->words[1], &id);
    if (result != CTL_OK)
        return result;
    order.id = (ProtobufCBinaryData){.len = ID_SIZE, .data = id.bytes};
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(UNFREEZE);
    request.unfreeze = &order;
    return give_order(session, &request, "It goes on from where it stood.");
}

static enum ctl_exit clock_accept(struct ctl_session *session) {
    Linkgate__Admin__V1__ClockAccept order;
    linkgate__admin__v1__clock_accept__init(&order);
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(CLOCK_ACCEPT);
    request.clock_accept = &order;
    return give_order(session, &request, "The wall clock's time is accepted.");
}

static enum ctl_exit take_digest(struct ctl_session *session, uint8_t *digest_out) {
    const char *text = session->args->words[0];
    if (hex_parse(text, digest_out, DIGEST_SIZE))
        return CTL_OK;
    return ctl_wrong(session, "'%s' is no digest; `quarantine list` shows them, 64 hex digits",
                     text);
}

static enum ctl_exit quarantine_release(struct ctl_session *session) {
    Linkgate__Admin__V1__QuarantineRelease order;
    linkgate__admin__v1__quarantine_release__init(&order);
    uint8_t digest[DIGEST_SIZE];
    enum ctl_exit result = take_digest(session, digest);
    if (result != CTL_OK)
        return result;
    order.digest = (ProtobufCBinaryData){.len = DIGEST_SIZE, .data = digest};
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(QUARANTINE_RELEASE);
    request.quarantine_release = &order;
    return give_order(session, &request, "It is forgotten; sent again, it is applied again.");
}

static enum ctl_exit quarantine_drop(struct ctl_session *session) {
    Linkgate__Admin__V1__QuarantineDrop order;
    linkgate__admin__v1__quarantine_drop__init(&order);
    uint8_t digest[DIGEST_SIZE];
    enum ctl_exit result = take_digest(session, digest);
    if (result != CTL_OK)
        return result;
    order.digest = (ProtobufCBinaryData){.len = DIGEST_SIZE, .data = digest};
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(QUARANTINE_DROP);
    request.quarantine_drop = &order;
    return give_order(session, &request, "It stays refused for good.");
}

#define PAGING (OPTION(LIMIT) | OPTION(AFTER) | OPTION(SINCE))

static const struct ctl_command commands[] = {
    {"status", "", "", 0, 0, "How the gateway is: state, clock, queues, log, store, banks.",
     ctl_status_show},
    {"bank", "add", "CODE", 1, OPTION(NAME) | OPTION(ROLES) | OPTION(PIN),
     "Register a partner bank.\nCODE is its 12-digit bank code; the bank may connect with a "
     "certificate for\nurn:linkgate:bank:CODE whose key has one of the pins.",
     bank_add},
    {"bank", "list", "", 0, 0, "All banks of the registry.", ctl_bank_list},
    {"bank", "disable", "CODE", 1, 0,
     "Cut a bank off, at once.\nIts connections are closed before this returns, and its requests "
     "are refused.",
     bank_disable},
    {"link", "list", "", 0, OPTION(STATE) | OPTION(BANK) | PAGING,
     "Links, oldest first.\nStates: REQUESTED VERIFYING AWAITING_AUTHENTICATION "
     "PENDING_ACTIVATION ACTIVE SUSPENDED\nCLOSING CLOSED REJECTED EXPIRED",
     ctl_link_list},
    {"link", "show", "ID", 1, 0, "One link: its terms, what it waits for, its history.",
     ctl_link_show},
    {"transfer", "list", "", 0, OPTION(STATE) | OPTION(LINK) | PAGING,
     "Transfers, oldest first.\nStates: RECEIVED RESERVED PENDING ACCEPTED REJECTED CANCELLED "
     "UNKNOWN",
     ctl_transfer_list},
    {"transfer", "show", "ID", 1, 0, "One transfer: what it waits for, its history.",
     ctl_transfer_show},
    {"net", "list", "", 0, 0,
     "What banks owe each other, and each bank's position.\nA net is + when due to the first "
     "bank of the pair, a position's net when due to the bank.",
     ctl_net_list},
    {"object", "unfreeze", "KIND ID", 2, 0,
     "Let a frozen link or transfer go on.\nKIND is link or transfer. An object is frozen when a "
     "rule of the ledger was broken on\nit: find out why first.",
     object_unfreeze},
    {"quarantine", "list", "", 0, 0,
     "Commands that crashed the gateway.\nHELD ones are refused until released or dropped.",
     ctl_quarantine_list},
    {"quarantine", "release", "DIGEST", 1, 0, "Let a command that was set aside be sent again.",
     quarantine_release},
    {"quarantine", "drop", "DIGEST", 1, 0, "Refuse a command that was set aside for good.",
     quarantine_drop},
    {"clock", "show", "", 0, 0, "Ledger time, wall time, and whether one follows the other.",
     ctl_clock_show},
    {"clock", "accept", "", 0, 0,
     "Say that the wall clock is right.\nEnds a hold at start, or lets ledger time follow a "
     "difference above a minute.",
     clock_accept},
};

const struct ctl_command *ctl_commands(size_t *count_out) {
    *count_out = sizeof(commands) / sizeof(commands[0]);
    return commands;
}

enum ctl_exit ctl_main(int argc, char **argv, FILE *out, FILE *errors) {
    struct ctl_args args;
    if (ctl_parse(argc, argv, &args, errors) != 0)
        return CTL_USAGE;
    if (args.version) {
        fprintf(out, "linkgatectl %s\n", LINKGATE_VERSION);
        return CTL_OK;
    }
    if (args.help) {
        ctl_print_help(args.command, out);
        return CTL_OK;
    }
    struct ctl_session session = {.args = &args, .out = out, .errors = errors, .fd = -1};
    enum ctl_exit result = args.command->run(&session);
    ctl_session_deinit(&session);
    return result;
}
