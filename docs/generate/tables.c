/*
 * Prints the tables that docs/protocol.md (refusals, kinds of messages, states and their events),
 * docs/features.md (orders, loans) and docs/operations.md (configuration keys) show as Markdown, from the
 * tables that the program itself decides by; those of docs/linkgatectl-json.md are in tool_tables.c.
 * docs/generate/update puts them into the pages.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "daemon/config.h"
#include "domain/command.h"
#include "domain/hold.h"
#include "domain/inquiry.h"
#include "domain/loan_state.h"
#include "domain/message_card.h"
#include "domain/product_order_state.h"
#include "domain/refusal.h"
#include "domain/rules.h"
#include "linkgate/v1/envelope.pb-c.h"
#include "router/router.h"
#include "tool_tables.h"
#include "wire/frame.h"

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
MACHINE(adjustment)
MACHINE(card)
MACHINE(product_order)
MACHINE(loan)

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

static void print_adjustment_states(void) {
    print_states(ADJUSTMENT_STATES, ADJUSTMENT_EVENTS, adjustment_step, adjustment_state_text,
                 adjustment_event_text);
}

static void print_card_states(void) {
    print_states(CARD_STATES, CARD_EVENTS, card_step, card_state_text, card_event_text);
}

static void print_order_states(void) {
    print_states(PRODUCT_ORDER_STATES, PRODUCT_ORDER_EVENTS, product_order_step,
                 product_order_state_text, product_order_event_text);
}

static void print_loan_states(void) {
    print_states(LOAN_STATES, LOAN_EVENTS, loan_step, loan_state_text, loan_event_text);
}

/* Of orders that were paid for, where that makes a difference. */
static void print_order_pairs(void) {
    printf("| state | money | product |\n| --- | --- | --- |\n");
    for (int state = PRODUCT_ORDER_CREATED; state < PRODUCT_ORDER_STATES; state++) {
        struct product_order_pair pair;
        if (product_order_pair_of((enum product_order_state)state, true, &pair))
            printf("| %s | %s | %s |\n", product_order_state_text(state),
                   product_order_money_name(pair.money), product_order_product_name(pair.product));
    }
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
    if (roles == BANK_ROLE_ISSUER)
        return "issuer";
    if (roles == BANK_ROLES_ALL)
        return "any";
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

/* ---- limits ---- */

#define TEXT_SIZE 64
#define SECOND_MS 1000
#define HOUR_MS (60LL * 60 * SECOND_MS)

/* In the largest unit that divides it, but days only from three on: "24 h", "180 days". */
static void duration(int64_t ms, char text_out[TEXT_SIZE]) {
    static const struct {
        int64_t from_ms, ms;
        const char *name;
    } units[] = {
        {72 * HOUR_MS, 24 * HOUR_MS, "days"},
        {HOUR_MS, HOUR_MS, "h"},
        {120LL * SECOND_MS + 1, 60LL * SECOND_MS, "minutes"},
        {SECOND_MS, SECOND_MS, "s"},
        {0, 1, "ms"},
    };
    size_t i = 0;
    while (ms < units[i].from_ms || ms % units[i].ms != 0)
        i++;
    (void)snprintf(text_out, TEXT_SIZE, "%" PRId64 " %s", ms / units[i].ms, units[i].name);
}

enum rule_unit { RULE_COUNT, RULE_TIME, RULE_FEN };

struct rule_row {
    const char *what;
    enum rule_unit unit;
    size_t at, size;
};

/* A wait that a request may name: standard, least and most stand side by side in struct rules. */
struct wait_row {
    const char *what;
    size_t standard, least, most;
};

#define RULE(unit, member, what)                                                                   \
    { what, RULE_##unit, offsetof(struct rules, member), sizeof(((struct rules *)0)->member) }
#define WAIT(name, what)                                                                           \
    {                                                                                              \
        what, offsetof(struct rules, name##_ms), offsetof(struct rules, name##_min_ms),            \
            offsetof(struct rules, name##_max_ms)                                                  \
    }

static const struct wait_row waits[] = {
    WAIT(verify_timeout, "`timeout_ms` of `OpenLink`, `RebindLink`, `ResumeLink`"),
    WAIT(challenge_timeout,
         "`timeout_ms` of `StartChallenge`, `ResendChallenge`, `AnswerChallenge`"),
    WAIT(transfer_timeout, "`timeout_ms` of `SubmitTransfer`, `SubmitReturn`"),
    WAIT(query_timeout, "`timeout_ms` of `QueryBalance`, `QueryAccountStatus`, `QueryOverview`"),
};

static const struct rule_row rule_rows[] = {
    RULE(TIME, request_age_max_ms, "age of a request id, by its own time"),
    RULE(TIME, request_ahead_max_ms, "a request id's time ahead of ledger time"),
    RULE(COUNT, verifications_per_day,
         "verifications of one account, and of one person, in 24 hours"),
    RULE(COUNT, codes_per_link, "one-time codes of one link or amendment"),
    RULE(COUNT, code_tries, "wrong one-time codes that end it"),
    RULE(TIME, code_lifetime_max_ms, "lifetime of a one-time code, at most"),
    RULE(TIME, authentication_wait_ms, "AWAITING_AUTHENTICATION, and an amendment that waits"),
    RULE(TIME, activation_wait_ms, "PENDING_ACTIVATION"),
    RULE(COUNT, class2_per_person_and_bank, "Class II accounts linked, per person and bank"),
    RULE(COUNT, class3_per_person_and_bank, "Class III accounts linked, per person and bank"),
    RULE(COUNT, links_per_class2_account, "accounts bound to one Class II or III account"),
    RULE(COUNT, links_per_class1_account, "links of one Class I account"),
    RULE(TIME, cool_down_ms, "cool-down after a rebind"),
    RULE(FEN, cool_down_cap_fen, "that may leave the Class II account during it"),
    RULE(TIME, recheck_after_ms, "between two re-checks of the bound account"),
    RULE(TIME, recheck_timeout_ms, "for the answer to a re-check"),
    RULE(TIME, credit_due_ms, "for `ConfirmCredit` after ACCEPTED"),
    RULE(COUNT, unanswered_per_bank, "transfers without an outcome at one bank"),
    RULE(COUNT, questions_per_bank, "views out at a time, per asking bank"),
    RULE(TIME, event_keep_ms, "for an event or referral to be acknowledged, then it is erased"),
    RULE(COUNT, events_per_bank, "events and referrals that wait for one bank"),
    RULE(TIME, case_due_ms, "for the answer to a case, and for the word on an adjustment"),
    RULE(COUNT, lead_share_floor, "share of the lead lender of a loan, in 1/10,000, at least"),
    RULE(COUNT, assessment_days, "days for which an assessment of a customer's level counts"),
    RULE(TIME, loan_decision_wait_ms,
         "for both lenders' word on a loan, and for an application where the offer says no end"),
    RULE(TIME, loan_draw_wait_ms, "for the first draw of a loan"),
};

static int64_t rule_value(const struct rules *rules, size_t at, size_t size) {
    const char *from = (const char *)rules + at;
    uint32_t narrow;
    int64_t wide;
    if (size == sizeof(narrow)) {
        memcpy(&narrow, from, sizeof(narrow));
        return narrow;
    }
    memcpy(&wide, from, sizeof(wide));
    return wide;
}

static void rule_duration(const struct rules *rules, size_t at, char text_out[TEXT_SIZE]) {
    duration(rule_value(rules, at, sizeof(int64_t)), text_out);
}

static void print_wait(const struct rules *rules, const struct wait_row *row) {
    char least[TEXT_SIZE];
    char most[TEXT_SIZE];
    char standard[TEXT_SIZE];
    rule_duration(rules, row->least, least);
    rule_duration(rules, row->most, most);
    rule_duration(rules, row->standard, standard);
    printf("| %s | %s to %s; 0 takes %s |\n", row->what, least, most, standard);
}

static void print_rule(const struct rules *rules, const struct rule_row *row) {
    int64_t value = rule_value(rules, row->at, row->size);
    char text[TEXT_SIZE] = "";
    if (row->unit == RULE_TIME)
        duration(value, text);
    else
        (void)snprintf(text, sizeof(text), "%" PRId64 "%s", value,
                       row->unit == RULE_FEN ? " fen" : "");
    printf("| %s | %s |\n", row->what, text);
}

static void print_setting(const char *section, const char *name, const char *what) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
            printf("| %s | %s%s%s, unless the operator set it otherwise |\n", what,
                   keys[i].standard, keys[i].unit[0] != '\0' ? " " : "", keys[i].unit);
    }
}

/* The rules that hold until others are loaded, and what never changes. */
static void print_limits(void) {
    const struct rules *rules = rules_compiled();
    printf("| what | bound |\n| --- | --- |\n");
    printf("| body of a frame | 1 to %d bytes |\n", FRAME_BODY_MAX);
    print_setting("limits", "window", "requests in flight on a connection, each way");
    print_setting("limits", "connections_per_bank", "connections of one bank");
    print_setting("limits", "refusals",
                  "refused requests of a bank, before all that it sends, its answers too, is read "
                  "more slowly");
    print_setting("session", "handshake_ms", "time for the TLS handshake");
    print_setting("session", "hello_ms", "time from then to Hello");
    print_setting("session", "heartbeat_ms", "silence before a heartbeat; three of it end all");
    printf("| amount | 1 to %" PRId64 " fen, CNY |\n", INT64_MAX);
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
        print_wait(rules, &waits[i]);
    for (size_t i = 0; i < sizeof(rule_rows) / sizeof(rule_rows[0]); i++)
        print_rule(rules, &rule_rows[i]);
    printf("| holds of one link that banks and operator placed | %d |\n", HOLDS_PLACED_MAX);
    printf("| entries of a case | %d |\n", CASE_ENTRIES_MAX);
    printf("| adjustments of a case, one after another | %u |\n", ADJUSTMENTS_OF_CASE_MAX);
    printf("| banks that one product names in its life | %u |\n", PRODUCT_BANKS_MAX);
    printf("| versions of a product, before it can only be withdrawn | %u |\n",
           PRODUCT_VERSIONS_MAX);
    printf("| products of a page of `ListProducts` | %u |\n", PRODUCT_PAGE_MAX);
    printf("| rows of a page of `ListLinks`, `ListTransfers`, `ReconPage`, `ReconResult` | %u |\n",
           LIST_MAX);
    printf("| other banks on a page of `QueryTotals`, `GetWindow`; of `QueryPosition` | %u; %u |\n",
           WINDOW_PAIRS_MAX, POSITION_PAIRS_MAX);
    printf("| rows of a part of `UploadRecon` | %u |\n", RECON_PART_ROWS_MAX);
    printf("| rows of a list of reconciliation | %u |\n", RECON_ROWS_MAX);
    print_setting("recon", "keep_days", "lists of reconciliation are kept for");
    printf("| notices sent ahead of their acknowledgement | %u |\n", ROUTER_NOTICES_MAX);
    printf("| registered keys (pins) of a bank at a time | %d |\n", BANK_PINS_MAX);
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
    {"refusals", print_refusals},
    {"kinds", print_kinds},
    {"limits", print_limits},
    {"link-states", print_link_states},
    {"transfer-states", print_transfer_states},
    {"case-states", print_case_states},
    {"adjustment-states", print_adjustment_states},
    {"card-states", print_card_states},
    {"order-states", print_order_states},
    {"order-pairs", print_order_pairs},
    {"loan-states", print_loan_states},
    {"configuration", print_configuration},
    {"tool-commands", print_tool_commands},
    {"tool-shapes", print_tool_shapes},
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
