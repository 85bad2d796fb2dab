/*
 * Prints the tables that docs/protocol.md (refusals, states and their events) and
 * docs/operations.md (configuration keys) show as Markdown, from the tables that the program itself
 * decides by. docs/generate/update puts them into the pages.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "domain/link.h"
#include "domain/refusal.h"
#include "domain/transfer.h"

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

static void print_link_states(void) {
    printf("| state | event | next |\n| --- | --- | --- |\n");
    for (int state = LINK_NONE; state < LINK_STATES; state++) {
        for (int event = 0; event < LINK_EVENTS; event++) {
            enum link_state next;
            if (link_next((enum link_state)state, (enum link_event)event, &next))
                printf("| %s | %s | %s |\n", link_state_name((enum link_state)state),
                       link_event_name((enum link_event)event), link_state_name(next));
        }
    }
}

static void print_transfer_states(void) {
    printf("| state | event | next |\n| --- | --- | --- |\n");
    for (int state = TRANSFER_NONE; state < TRANSFER_STATES; state++) {
        for (int event = 0; event < TRANSFER_EVENTS; event++) {
            enum transfer_state next;
            if (transfer_next((enum transfer_state)state, (enum transfer_event)event, &next))
                printf("| %s | %s | %s |\n", transfer_state_name((enum transfer_state)state),
                       transfer_event_name((enum transfer_event)event), transfer_state_name(next));
        }
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

int main(int argc, char **argv) {
    const char *table = argc == 2 ? argv[1] : "";
    if (strcmp(table, "refusals") == 0) {
        print_refusals();
    } else if (strcmp(table, "link-states") == 0) {
        print_link_states();
    } else if (strcmp(table, "transfer-states") == 0) {
        print_transfer_states();
    } else if (strcmp(table, "configuration") == 0) {
        print_configuration();
    } else {
        (void)fprintf(stderr,
                      "usage: doc-tables refusals|link-states|transfer-states|configuration\n");
        return 2;
    }
    return 0;
}
