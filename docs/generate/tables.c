/*
 * Prints the tables that docs/protocol.md (refusals, kinds of messages, states and their events)
 * and docs/operations.md (configuration keys) show as Markdown, from the tables that the program itself
 * decides by. docs/generate/update puts them into the pages.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "domain/command.h"
#include "domain/refusal.h"
#include "linkgate/v1/envelope.pb-c.h"

static const char *retry_name(enum retry retry) {
    switch (retry) {
    case RETRY_NEVER:
        return "NEVER";
    case RETRY_NEW_ID:
        return "NEW_ID";
    case RETRY_SAME_ID_LATER:
        return "SAME_ID_LATER";
    case RETRY_NONE:
        break;
    }
    return "";
}

static void print_refusals(void) {
    const struct refusal_row *row;
    printf("| reason | detail | retry | what it says |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; (row = refusal_at(i)); i++)
        printf("| %s | %s | %s | %s |\n", row->reason, row->detail, retry_name(row->retry),
               row->text);
}

typedef bool next_of(int state, int event, int *next_out);

/* One machine's table; names as the messages' events and states have them. */
static void print_states(int states, int events, next_of *next_of_state,
                         const char *(*state_name)(int), const char *(*event_name)(int)) {
    printf("| state | event | next |\n| --- | --- | --- |\n");
    for (int state = 0; state < states; state++) {
        for (int event = 0; event < events; event++) {
            int next;
            if (next_of_state(state, event, &next))
                printf("| %s | %s | %s |\n", state_name(state), event_name(event),
                       state_name(next));
        }
    }
}

/* The machines behind one shape. */
#define MACHINE(machine)                                                                           \
    static bool machine##_step(int state, int event, int *next_out) {                              \
        enum machine##_state next;                                                                 \
        bool moved =                                                                               \
            machine##_next((enum machine##_state)state, (enum machine##_event)event, &next);       \
        if (moved)                                                                                 \
            *next_out = (int)next;                                                                 \
        return moved;                                                                              \
    }                                                                                              \
    static const char *machine##_state_text(int state) {                                           \
        return machine##_state_name((enum machine##_state)state);                                  \
    }                                                                                              \
    static const char *machine##_event_text(int event) {                                           \
        return machine##_event_name((enum machine##_event)event);                                  \
    }

MACHINE(link)
MACHINE(transfer)
MACHINE(case)

static void print_link_states(void) {
    print_states(LINK_STATES, LINK_EVENTS, link_step, link_state_text, link_event_text);
}

static void print_transfer_states(void) {
    print_states(TRANSFER_STATES, TRANSFER_EVENTS, transfer_step, transfer_state_text,
                 transfer_event_text);
}

static void print_case_states(void) {
    print_states(CASE_STATES, CASE_EVENTS, case_step, case_state_text, case_event_text);
}

/* ---- who may send what ---- */

static const char *direction_name(enum message_direction direction) {
    switch (direction) {
    case MESSAGE_REQUEST:
        return "request";
    case MESSAGE_REPLY:
        return "reply";
    case MESSAGE_NOTICE:
        return "notice";
    case MESSAGE_REFUSAL:
        break;
    }
    return "";
}

static const char *roles_name(uint32_t roles) {
    if (roles == BANK_ROLE_CLASS1)
        return "Class I";
    if (roles == BANK_ROLE_CLASS2)
        return "Class II";
    return "Class I or II";
}

static void print_kind(const ProtobufCEnumValue *kind, enum message_direction direction) {
    const struct command_row *row = command_row_of_message((uint32_t)kind->value, direction);
    if (row)
        printf("| %s | %d | %s | %s | %s |\n", kind->name, kind->value, direction_name(direction),
               roles_name(row->roles), row->request_at != 0 ? "yes" : "no");
}

static void print_kinds(void) {
    static const enum message_direction directions[] = {MESSAGE_REQUEST, MESSAGE_REPLY,
                                                        MESSAGE_NOTICE};
    printf("| kind | number | sent as | by a bank with the role | recorded |\n"
           "| --- | --- | --- | --- | --- |\n");
    const ProtobufCEnumDescriptor *kinds = &linkgate__v1__kind__descriptor;
    for (unsigned kind = 0; kind < kinds->n_values; kind++) {
        for (size_t i = 0; i < sizeof(directions) / sizeof(directions[0]); i++)
            print_kind(&kinds->values[kind], directions[i]);
    }
}

static void print_configuration(void) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    const char *section = "";
    for (size_t i = 0; i < count; i++) {
        const struct config_key *key = &keys[i];
        char range[CONFIG_RANGE_SIZE];
        char value[256];
        config_range(key, range);
        if (strcmp(section, key->section) != 0)
            printf("%s**[%s]**\n\n| key | default | takes | by a reload | what it is |\n"
                   "| --- | --- | --- | --- | --- |\n",
                   i > 0 ? "\n" : "", key->section);
        section = key->section;
        if (key->standard != NULL)
            (void)snprintf(value, sizeof(value), "`%s`",
                           key->standard[0] != '\0' ? key->standard : "(none)");
        else
            (void)snprintf(value, sizeof(value), "must be given: `%s`", key->example);
        printf("| `%s` | %s | %s | %s | %s |\n", key->name, value, range,
               key->reloadable ? "yes" : "no", key->help);
    }
}

static const struct {
    const char *name;
    void (*print)(void);
} tables[] = {
    {"refusals", print_refusals},       {"kinds", print_kinds},
    {"link-states", print_link_states}, {"transfer-states", print_transfer_states},
    {"case-states", print_case_states}, {"configuration", print_configuration},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc == 2 && i < sizeof(tables) / sizeof(tables[0]); i++) {
        if (strcmp(tables[i].name, argv[1]) != 0)
            continue;
        tables[i].print();
        return 0;
    }
    (void)fprintf(stderr, "usage: doc-tables TABLE, one of:");
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        (void)fprintf(stderr, " %s", tables[i].name);
    (void)fprintf(stderr, "\n");
    return 2;
}
