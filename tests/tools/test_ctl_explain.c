/*
 * linkgatectl: the stories of links and transfers; and that every event every reason of ours can be told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "domain/link.h"
#include "domain/refusal.h"
#include "domain/transfer.h"
#include "stand_in.h"
#include "tools/ctl_story.h"

#define AT_MS 1782873000000 /* 2026-07-01 10:30:00 in Shanghai */
#define HOLDS 2

static uint8_t ids[4][16] = {{1}, {2}, {3}, {4}};
static uint8_t pin_bytes[32] = {0xab};

static ProtobufCBinaryData id_of(size_t i) {
    return (ProtobufCBinaryData){16, ids[i]};
}

static void every_event_has_a_sentence(void **state) {
    (void)state;
    for (int i = 0; i < LINK_EVENTS; i++) {
        const char *name = link_event_name((enum link_event)i);
        if (ctl_link_sentence(name) == NULL)
            fail_msg("no sentence for the link's event %s", name);
    }
    for (int i = 0; i < TRANSFER_EVENTS; i++) {
        const char *name = transfer_event_name((enum transfer_event)i);
        if (ctl_transfer_sentence(name) == NULL)
            fail_msg("no sentence for the transfer's event %s", name);
    }
    assert_null(ctl_link_sentence("FROB"));
    assert_null(ctl_transfer_sentence("HOLD"));
}

static void every_reason_of_ours_has_a_meaning(void **state) {
    (void)state;
    const struct refusal_row *row;
    for (size_t i = 0; (row = refusal_at(i)) != NULL; i++) {
        if (row->reason[0] != '\0' && ctl_reason_meaning(row->reason) == NULL)
            fail_msg("no meaning of %s", row->reason);
    }
    assert_null(ctl_reason_meaning("ZZZZ"));
}

/* ---- answers ---- */

static ctl_reply reply_of(Linkgate__Admin__V1__Reply__ResultCase result) {
    ctl_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = result;
    return reply;
}

static struct buf bank(uint64_t correlation, uint64_t code, char *name, bool online) {
    Linkgate__Admin__V1__BankRow row;
    linkgate__admin__v1__bank_row__init(&row);
    row.code = code;
    row.name = name;
    row.active = true;
    row.online = online;
    row.unknown = 3;
    ctl_reply reply = reply_of(CTL_RESULT(BANK));
    reply.bank = &row;
    return tool_frame(&reply, correlation);
}

static Linkgate__Admin__V1__HistoryRow step(uint32_t index, char *event, char *state, char *cause,
                                            uint64_t by) {
    Linkgate__Admin__V1__HistoryRow row;
    linkgate__admin__v1__history_row__init(&row);
    row.index = index;
    row.event = event;
    row.state = state;
    row.cause = cause;
    row.by = by;
    row.at_ms = AT_MS + index * 1000;
    row.sequence = 100 + index;
    return row;
}

static Linkgate__Admin__V1__TransferRow transfer_row(char *state) {
    Linkgate__Admin__V1__TransferRow row;
    linkgate__admin__v1__transfer_row__init(&row);
    row.id = id_of(0);
    row.link = id_of(1);
    row.state = state;
    row.kind = "BOUND_PAIR";
    row.direction = "PULL";
    row.debtor_bank = OTHER_NUMBER;
    row.creditor_bank = BANK_NUMBER;
    row.amount_fen = 123456;
    row.currency = "CNY";
    row.received_at_ms = AT_MS;
    return row;
}

/* An UNKNOWN pull of BANK's from OTHER; the first step of its life is left out of the detail. */
static struct buf unknown_transfer(bool online) {
    Linkgate__Admin__V1__TransferRow row = transfer_row("UNKNOWN");
    Linkgate__Admin__V1__HistoryRow steps[] = {
        step(1, "RESERVE", "RESERVED", "REQUEST", BANK_NUMBER),
        step(2, "INSTRUCT", "PENDING", "REQUEST", BANK_NUMBER),
        step(3, "STEP_UP", "PENDING", "REQUEST", OTHER_NUMBER),
        step(4, "DEADLINE", "UNKNOWN", "DEADLINE", 0),
        step(5, "SLEEP", "UNKNOWN", "RULE", 0),
    };
    Linkgate__Admin__V1__HistoryRow *history[] = {&steps[0], &steps[1], &steps[2], &steps[3],
                                                  &steps[4]};
    Linkgate__Admin__V1__Exchange exchange;
    Linkgate__Admin__V1__TransferDetail detail;
    linkgate__admin__v1__exchange__init(&exchange);
    linkgate__admin__v1__transfer_detail__init(&detail);
    exchange.message = "INQUIRE_POSTING";
    exchange.bank = OTHER_NUMBER;
    exchange.bank_online = online;
    exchange.again_min_ms = 1000;
    exchange.again_max_ms = 60000;
    detail.row = &row;
    detail.submitter = BANK_NUMBER;
    detail.instructed = OTHER_NUMBER;
    detail.end_to_end_id = "E2E-1";
    detail.counted = true;
    detail.waits_for = "the instructed bank's answer to inquiries";
    detail.exchange = &exchange;
    detail.unknown_at_ms = AT_MS + 4000;
    detail.link_state = "ACTIVE";
    detail.n_history = 5;
    detail.history = history;
    detail.history_length = 6;
    ctl_reply reply = reply_of(CTL_RESULT(TRANSFER));
    reply.transfer = &detail;
    return tool_frame(&reply, 1);
}

static struct buf first_step(void) {
    Linkgate__Admin__V1__HistoryRow row = step(0, "RECEIVE", "RECEIVED", "REQUEST", BANK_NUMBER);
    Linkgate__Admin__V1__HistoryRow *rows[] = {&row};
    Linkgate__Admin__V1__HistoryPage page;
    linkgate__admin__v1__history_page__init(&page);
    page.n_rows = 1;
    page.rows = rows;
    page.more = true;
    page.next = 1;
    ctl_reply reply = reply_of(CTL_RESULT(HISTORY));
    reply.history = &page;
    return tool_frame(&reply, 2);
}

static void an_unknown_transfer(void **state) {
    (void)state;
    struct buf answers[] = {unknown_transfer(false), first_step(),
                            bank(3, BANK_NUMBER, "Bank A", true),
                            bank(4, OTHER_NUMBER, "Bank B", false)};
    assert_int_equal(tool_run_against("transfer explain " ID_TEXT, answers, 4), CTL_OK);
    assert_says(world.out, "transfer " ID_TEXT " is UNKNOWN\nTimes are Shanghai's (UTC+8).\n");
    assert_says(world.out, "A pull of 1234.56 CNY");
    assert_says(world.out, "2026-07-01 10:30:00.000  Bank 102100099996 (Bank A) submitted it.");
    assert_says(world.out, "-> UNKNOWN");
    assert_says(world.out, "No answer came in time.");
    assert_says(world.out, "SLEEP, by the gateway.");
    assert_says(world.out, "unknown since 2026-07-01 10:30:04");
    assert_says(world.out, "1234.56 CNY stay reserved");
    assert_says(world.out, "NOT connected");
    assert_says(world.out, "from 1 s to 60 s");
    assert_says(world.out, "barred for ever (then CANCELLED)");
    assert_says(world.out, "bank show " OTHER);
    assert_says(world.out, "transfer list --state UNKNOWN --bank " OTHER);
    assert_says(world.out, "What nobody may do");
    assert_says(world.out, "credit its customer while");
    assert_says(world.out, "would pay twice");
    for (const char *line = world.out; line != NULL; line = strchr(line + 1, '\n'))
        assert_true(strcspn(line + 1, "\n") <= 140);
}

static void a_story_as_json(void **state) {
    (void)state;
    struct buf answers[] = {unknown_transfer(true), first_step(), tool_refusal(3), tool_refusal(4)};
    assert_int_equal(tool_run_against("transfer explain --json " ID_TEXT, answers, 4), CTL_OK);
    json_t *root = tool_json();
    size_t count = 0;
    for (const struct ctl_field *field = ctl_shape_story.fields; field->key != NULL; field++) {
        if (json_object_get(root, field->key) == NULL)
            fail_msg("no key %s", field->key);
        count++;
    }
    assert_int_equal(json_object_size(root), count);
    assert_int_equal(json_array_size(json_object_get(root, "happened")), 6);
    const json_t *first = json_array_get(json_object_get(root, "happened"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "event")), "RECEIVE");
    assert_string_equal(json_string_value(json_object_get(first, "text")),
                        "Bank 102100099996 submitted it.");
    json_decref(root);
    assert_string_equal(world.errors, "");
}

/* A payment above the class limit, which the other bank is to pay. */
static void a_payment_that_fell_back(void **state) {
    (void)state;
    Linkgate__Admin__V1__TransferRow row = transfer_row("PENDING");
    Linkgate__Admin__V1__TransferDetail detail;
    linkgate__admin__v1__transfer_detail__init(&detail);
    row.kind = "PAYMENT";
    row.direction = "PUSH";
    row.debtor_bank = row.creditor_bank = OTHER_NUMBER;
    detail.row = &row;
    detail.submitter = BANK_NUMBER;
    detail.instructed = OTHER_NUMBER;
    detail.fallback = detail.counted = true;
    ctl_reply reply = reply_of(CTL_RESULT(TRANSFER));
    reply.transfer = &detail;
    struct buf answers[] = {tool_frame(&reply, 1), tool_refusal(2), tool_refusal(3)};
    assert_int_equal(tool_run_against("transfer explain " ID_TEXT, answers, 3), CTL_OK);
    assert_says(world.out, "A payment of 1234.56 CNY from the Class II account");
    assert_says(world.out, "above the limit of the Class II account's class");
    assert_says(world.out, "Nothing is reserved between the banks");
    assert_says(world.out, "tell its customer that it was, or was not, paid");
}

static void each_kind_is_told(void **state) {
    (void)state;
    for (int kind = TRANSFER_BOUND_PAIR; kind < TRANSFER_KINDS; kind++) {
        Linkgate__Admin__V1__TransferRow row = transfer_row("PENDING");
        Linkgate__Admin__V1__TransferDetail detail;
        linkgate__admin__v1__transfer_detail__init(&detail);
        char *name = xstrdup(transfer_kind_name((enum transfer_kind)kind));
        row.kind = name;
        detail.row = &row;
        detail.limited = true;
        ctl_reply reply = reply_of(CTL_RESULT(TRANSFER));
        reply.transfer = &detail;
        struct buf answers[] = {tool_frame(&reply, 1)};
        assert_int_equal(tool_run_against("transfer explain " ID_TEXT, answers, 1), CTL_OK);
        assert_says(world.out, "1234.56 CNY");
        assert_says(world.out, "counted in the limits");
        assert_silent_on(world.out, "{amount}");
        if (kind != TRANSFER_BOUND_PAIR)
            assert_silent_on(world.out, "A pull of");
        free(name);
    }
}

static void an_orders_transfer_within_a_bank(void **state) {
    (void)state;
    Linkgate__Admin__V1__TransferRow row = transfer_row("PENDING");
    Linkgate__Admin__V1__TransferDetail detail;
    linkgate__admin__v1__transfer_detail__init(&detail);
    row.kind = "ORDER_BUY";
    detail.row = &row;
    detail.in_house = true;
    detail.order = id_of(2);
    detail.loan = id_of(3);
    detail.instructed = OTHER_NUMBER;
    ctl_reply reply = reply_of(CTL_RESULT(TRANSFER));
    reply.transfer = &detail;
    struct buf answers[] = {tool_frame(&reply, 1)};
    assert_int_equal(tool_run_against("transfer explain " ID_TEXT, answers, 1), CTL_OK);
    assert_says(world.out, "1234.56 CNY that pay for an order of a product");
    assert_says(world.out, "Made by order 03000000000000000000000000000000");
    assert_says(world.out, "Made by loan 04000000000000000000000000000000");
    assert_says(world.out, "It stays within bank " OTHER);
    assert_says(world.out, "Nothing is reserved between the banks.");
    assert_says(world.out, "order explain 03000000000000000000000000000000");
    assert_says(world.out, "loan explain 04000000000000000000000000000000");
    assert_says(world.out, "Asked for by");
}

static struct buf ended_transfer(char *state, bool frozen) {
    Linkgate__Admin__V1__TransferRow row = transfer_row(state);
    Linkgate__Admin__V1__TransferDetail detail;
    linkgate__admin__v1__transfer_detail__init(&detail);
    ProtobufCBinaryData cases[] = {id_of(2)};
    row.direction = "PUSH";
    row.reason = "AM04";
    row.conflict = true;
    row.frozen = frozen;
    detail.row = &row;
    detail.submitter = BANK_NUMBER;
    detail.instructed = OTHER_NUMBER;
    detail.reference = "b77";
    detail.book_date = "2026-07-01";
    detail.window = 4;
    detail.answer_pin = (ProtobufCBinaryData){32, pin_bytes};
    detail.n_cases = 1;
    detail.cases = cases;
    detail.returned_fen = 100;
    ctl_reply reply = reply_of(CTL_RESULT(TRANSFER));
    reply.transfer = &detail;
    return tool_frame(&reply, 1);
}

static void ended_transfers(void **state) {
    (void)state;
    struct buf accepted[] = {ended_transfer("ACCEPTED", false), tool_refusal(2), tool_refusal(3)};
    assert_int_equal(tool_run_against("transfer explain " ID_TEXT, accepted, 3), CTL_OK);
    assert_says(world.out, "its booking is b77, of book date 2026-07-01");
    assert_says(world.out, "settlement window 4");
    assert_says(world.out, "    ab0000000000");
    assert_says(world.out, "1.00 CNY are returned");
    assert_says(world.out, "contradicted its first answer");
    assert_says(world.out, "case show 03000000000000000000000000000000");
    assert_says(world.out, "It waits for nothing.");
    assert_says(world.out, "Cancel it: it is final.");
    struct buf rejected[] = {ended_transfer("REJECTED", true), tool_refusal(2), tool_refusal(3)};
    assert_int_equal(tool_run_against("transfer explain " ID_TEXT, rejected, 3), CTL_OK);
    assert_says(world.out, "No money moved");
    assert_says(world.out, "Reason AM04: insufficient funds.");
    assert_says(world.out, "FROZEN");
    assert_says(world.out, "object unfreeze transfer " ID_TEXT);
}

/* ---- a link ---- */

static void fill_holds(Linkgate__Admin__V1__HoldRow *holds) {
    for (size_t i = 0; i < HOLDS; i++) {
        linkgate__admin__v1__hold_row__init(&holds[i]);
        holds[i].id = id_of(2 + i);
        holds[i].placed_at_ms = AT_MS;
        holds[i].reason = "FR01";
    }
    holds[0].authority = "OPERATOR";
    holds[0].blocks = HOLD_BLOCKS_ALL;
    holds[0].reference = "Notice 7";
    holds[1].authority = "COURT";
    holds[1].by = OTHER_NUMBER;
    holds[1].blocks = HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1);
    holds[1].expires_at_ms = AT_MS + 1000;
}

static void fill_evidence(Linkgate__Admin__V1__Evidence *evidence) {
    linkgate__admin__v1__evidence__init(evidence);
    evidence->name = "MATCH";
    evidence->id_number = "MATCH";
    evidence->mobile = "MISMATCH";
    evidence->account = "MATCH";
    evidence->account_class = 1;
    evidence->status = "OPEN";
    evidence->joint = true;
    evidence->at_ms = AT_MS;
    evidence->pin = (ProtobufCBinaryData){32, pin_bytes};
}

static void fill_link(Linkgate__Admin__V1__LinkRow *row, char *state) {
    linkgate__admin__v1__link_row__init(row);
    row->id = id_of(0);
    row->state = state;
    row->class2_bank = BANK_NUMBER;
    row->class1_bank = OTHER_NUMBER;
    row->class2_masked = "0009";
    row->class1_masked = "7896";
    row->requested_at_ms = AT_MS;
}

static struct buf suspended_link(void) {
    Linkgate__Admin__V1__LinkRow row;
    Linkgate__Admin__V1__HoldRow holds[HOLDS];
    Linkgate__Admin__V1__HoldRow *hold_list[HOLDS] = {&holds[0], &holds[1]};
    Linkgate__Admin__V1__Evidence evidence;
    Linkgate__Admin__V1__Usage usage;
    Linkgate__Admin__V1__Challenge challenge;
    Linkgate__Admin__V1__Amendment amendment;
    Linkgate__Admin__V1__Limits limits;
    Linkgate__Admin__V1__LinkDetail detail;
    Linkgate__Admin__V1__HistoryRow steps[] = {
        step(0, "REQUEST", "REQUESTED", "REQUEST", BANK_NUMBER),
        step(1, "HOLD", "SUSPENDED", "OPERATOR", 0),
        step(2, "HOLD_LIFTED", "SUSPENDED", "OPERATOR", 0),
    };
    Linkgate__Admin__V1__HistoryRow *history[] = {&steps[0], &steps[1], &steps[2]};
    fill_link(&row, "SUSPENDED");
    fill_holds(holds);
    fill_evidence(&evidence);
    linkgate__admin__v1__usage__init(&usage);
    linkgate__admin__v1__challenge__init(&challenge);
    linkgate__admin__v1__amendment__init(&amendment);
    linkgate__admin__v1__limits__init(&limits);
    linkgate__admin__v1__link_detail__init(&detail);
    steps[1].uid = 1000;
    steps[1].about = id_of(2);
    steps[1].reason = "FR01";
    steps[2].two = true;
    steps[2].approver = 1001;
    usage.day_fen = 5000;
    usage.day_count = 2;
    challenge.issued = 3;
    challenge.expires_at_ms = AT_MS;
    amendment.limits = &limits;
    amendment.scopes = LINK_SCOPE_BIT(LINK_SCOPE_PAY);
    amendment.expires_at_ms = AT_MS;
    detail.row = &row;
    detail.class2_class = 2;
    detail.primary = true;
    detail.scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT) | LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    detail.limit_daily_fen = 100000;
    detail.limit_daily_count = 9;
    detail.agreement_version = "v3";
    detail.agreement_channel = "APP";
    detail.agreement_at_ms = AT_MS;
    detail.consent_purpose = "ACCOUNT_LINK";
    detail.consent_at_ms = AT_MS;
    detail.n_holds = HOLDS;
    detail.holds = hold_list;
    detail.evidence = &evidence;
    detail.usage = &usage;
    detail.challenge = &challenge;
    detail.amendment = &amendment;
    detail.replaces = id_of(3);
    detail.cool_down_until_ms = INT64_C(9000000000000);
    detail.recheck_due_ms = AT_MS;
    detail.n_history = 3;
    detail.history = history;
    detail.history_length = 3;
    ctl_reply reply = reply_of(CTL_RESULT(LINK));
    reply.link = &detail;
    return tool_frame(&reply, 1);
}

static void a_suspended_link(void **state) {
    (void)state;
    static const char *const says[] = {
        "link 01000000000000000000000000000000 is SUSPENDED",
        "Class II account that ends in 0009, at bank 102100099996 (Bank A)",
        "It takes the place of link 04",
        "An operator (uid 1000) placed hold 03000000000000000000000000000000",
        "Reason FR01: fraud is suspected.",
        "Operators (requested by uid 0, approved by uid 1001) lifted hold",
        "consented to ACCOUNT_LINK",
        "version v3 of the agreement (APP",
        "The customer allows: COLLECT, BALANCE.",
        "Agreed limit of a day: 1000.00 CNY, of which 50.00 CNY are used.",
        "transfers a day: 9, of which 2 are used.",
        "mobile MISMATCH",
        "a joint account",
        "One-time codes sent: 3.",
        "by authority of OPERATOR",
        "until it is lifted.",
        "Reference: Notice 7.",
        "by authority of COURT, through bank 305100000013 (Bank B): blocks",
        "An amendment waits for the customer's code",
        "capped until",
        "asked again about the account",
        "01000000000000000000000000000000 03000000000000000000000000000000\n",
        "can be lifted only by bank 305100000013",
        "Stop what moves on it, at once",
        "other bank is told MS03",
    };
    struct buf answers[] = {suspended_link(), bank(2, BANK_NUMBER, "Bank A", true),
                            bank(3, OTHER_NUMBER, "Bank B", true)};
    assert_int_equal(tool_run_against("link explain " ID_TEXT, answers, 3), CTL_OK);
    /* lines are broken for the terminal: joined again here */
    for (char *at = world.out; (at = strstr(at, "\n    ")) != NULL; at++) {
        size_t blanks = 1 + strspn(at + 1, " ");
        if (at[blanks] != '-')
            memmove(at + 1, at + blanks, strlen(at + blanks) + 1);
        *at = at[1] == '-' ? '\n' : ' ';
    }
    for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++)
        assert_says(world.out, says[i]);
}

static struct buf waiting_link(char *state, bool asked) {
    Linkgate__Admin__V1__LinkRow row;
    Linkgate__Admin__V1__Exchange exchange;
    Linkgate__Admin__V1__LinkDetail detail;
    ProtobufCBinaryData open[] = {id_of(3)};
    fill_link(&row, state);
    linkgate__admin__v1__exchange__init(&exchange);
    linkgate__admin__v1__link_detail__init(&detail);
    exchange.message = "VERIFY_ACCOUNT";
    exchange.bank = OTHER_NUMBER;
    exchange.deadline_ms = AT_MS;
    detail.row = &row;
    detail.waits_for = "somebody";
    detail.waits_until_ms = AT_MS;
    detail.exchange = asked ? &exchange : NULL;
    detail.n_open_transfers = asked ? 0 : 1;
    detail.open_transfers = open;
    ctl_reply reply = reply_of(CTL_RESULT(LINK));
    reply.link = &detail;
    return tool_frame(&reply, 1);
}

static void explain_waiting(char *state, bool asked) {
    struct buf answers[] = {waiting_link(state, asked), tool_refusal(2), tool_refusal(3)};
    assert_int_equal(tool_run_against("link explain " ID_TEXT, answers, 3), CTL_OK);
    assert_says(world.out, state);
}

static void links_that_wait(void **state) {
    (void)state;
    explain_waiting("VERIFYING", true);
    assert_says(world.out, "For somebody, until 2026-07-01 10:30:00.");
    assert_says(world.out, "NOT connected");
    assert_says(world.out, "Its answer counts until 2026-07-01 10:30:00.");
    assert_says(world.out, "has not said anything about the account yet");
    assert_says(world.out, "Decide here that elements");
    explain_waiting("AWAITING_AUTHENTICATION", true);
    assert_says(world.out, "the customer types the code");
    explain_waiting("PENDING_ACTIVATION", true);
    assert_says(world.out, "at the Class I bank's counter");
    explain_waiting("CLOSING", false);
    assert_says(world.out, "Transfer 04000000000000000000000000000000 is open on it.");
    assert_says(world.out, "Take the closing back");
    explain_waiting("CLOSED", false);
    assert_says(world.out, "It has ended.");
    assert_says(world.out, "Open it again");
}

static void nothing_of_that_id(void **state) {
    (void)state;
    struct buf answers[] = {tool_refusal(1)};
    assert_int_equal(tool_run_against("link explain " ID_TEXT, answers, 1), CTL_REFUSED);
    assert_string_equal(world.out, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_a_sentence),
        cmocka_unit_test(every_reason_of_ours_has_a_meaning),
        cmocka_unit_test_setup_teardown(an_unknown_transfer, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(a_story_as_json, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(a_payment_that_fell_back, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(each_kind_is_told, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(an_orders_transfer_within_a_bank, tool_set_up,
                                        tool_tear_down),
        cmocka_unit_test_setup_teardown(ended_transfers, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(a_suspended_link, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(links_that_wait, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(nothing_of_that_id, tool_set_up, tool_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
