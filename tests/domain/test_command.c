/*
 * The table of command kinds: whole, in order, and at one with what
 * proto/linkgate/v1/envelope.proto says of each kind of message: who sends it, and whether a bank
 * may send it at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/command.h"

#define EITHER ((uint32_t)(BANK_ROLE_CLASS1 | BANK_ROLE_CLASS2))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void kinds_ascend_and_are_found(void **state) {
    (void)state;
    size_t count = 0;
    for (const struct command_row *row; (row = command_row_at(count)); count++) {
        if (count > 0)
            assert_true(row->kind > command_row_at(count - 1)->kind);
        assert_ptr_equal(command_row(row->kind), row);
        assert_string_equal(command_name(row->kind), row->name);
        assert_int_equal(command_is_query(row->kind), row->query);
        for (size_t i = 0; i < count; i++)
            assert_string_not_equal(row->name, command_row_at(i)->name);
    }
    assert_in_range(count, 50, 200);
    assert_null(command_row_at(SIZE_MAX));
}

static void what_is_no_kind_has_no_row(void **state) {
    (void)state;
    size_t rows = 0;
    for (int kind = 0; kind < 2000; kind++)
        rows += command_row((enum command_kind)kind) != NULL;
    assert_non_null(command_row_at(rows - 1));
    assert_null(command_row_at(rows));
    assert_null(command_row(COMMAND_NONE));
    assert_null(command_row((enum command_kind) - 1));
    assert_string_equal(command_name(COMMAND_NONE), "UNKNOWN");
    assert_false(command_is_query(COMMAND_NONE));
}

/* A bank's message is command 1000 and its number; inside the gateway and from operators lower. */
static void numbers_follow_the_messages(void **state) {
    (void)state;
    const struct command_row *row;
    for (size_t i = 0; (row = command_row_at(i)); i++) {
        if (row->message == MESSAGE_NONE) {
            assert_true(row->kind < 1000 && row->roles == 0 && row->request_at == 0);
            continue;
        }
        assert_int_equal(row->kind, 1000 + (int)row->message);
        assert_true((uint32_t)row->message < BANK_KINDS);
        assert_true(row->roles != 0 && (row->roles & ~BANK_ROLES_ALL) == 0);
        assert_false(row->two_people);
        assert_false(row->query && row->request_at != 0);
        assert_ptr_equal(command_row_of_message(row->message, row->direction), row);
    }
}

/* ---- roles, people: as the rules say, once more ---- */

static bool among(enum command_kind kind, const enum command_kind *kinds, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (kinds[i] == kind)
            return true;
    }
    return false;
}

static void roles_are_those_of_the_messages(void **state) {
    (void)state;
    static const enum command_kind class2[] = {
        COMMAND_OPEN_LINK,        COMMAND_START_CHALLENGE, COMMAND_RESEND_CHALLENGE,
        COMMAND_REBIND_LINK,      COMMAND_RESUME_LINK,     COMMAND_ANSWER_CHALLENGE,
        COMMAND_WITHDRAW_CONSENT, COMMAND_APPLY_CARD,      COMMAND_CANCEL_CARD,
    };
    static const enum command_kind class1[] = {COMMAND_VERIFY_ANSWER, COMMAND_ISSUE_ANSWER,
                                               COMMAND_CHECK_ANSWER,  COMMAND_RECHECK_ANSWER,
                                               COMMAND_CARD_ANSWER,   COMMAND_CARD_STATUS};
    static const enum command_kind any[] = {COMMAND_ACK_NOTICES, COMMAND_LIST_PRODUCTS,
                                            COMMAND_GET_PRODUCT};
    static const enum command_kind issuer[] = {COMMAND_PUBLISH_PRODUCT, COMMAND_OFFER_LOAN,
                                               COMMAND_ORDER_ANSWER, COMMAND_ORDER_RESULT,
                                               COMMAND_PAYOUT};
    const struct command_row *row;
    for (size_t i = 0; (row = command_row_at(i)); i++) {
        uint32_t expected = row->message == MESSAGE_NONE ? 0 : EITHER;
        if (among(row->kind, class2, COUNT(class2)))
            expected = BANK_ROLE_CLASS2;
        if (among(row->kind, class1, COUNT(class1)))
            expected = BANK_ROLE_CLASS1;
        if (among(row->kind, any, COUNT(any)))
            expected = BANK_ROLES_ALL;
        if (among(row->kind, issuer, COUNT(issuer)))
            expected = BANK_ROLE_ISSUER;
        if (row->roles != expected)
            fail_msg("roles of %s", row->name);
    }
}

static void what_makes_things_less_safe_takes_two(void **state) {
    (void)state;
    static const enum command_kind two[] = {
        COMMAND_BANK_ADD,         COMMAND_BANK_ENABLE,
        COMMAND_BANK_SET,         COMMAND_PIN_ADD,
        COMMAND_HOLD_LIFT,        COMMAND_UNFREEZE,
        COMMAND_UNMASK,           COMMAND_QUARANTINE_RELEASE,
        COMMAND_CLOCK_ACCEPT,     COMMAND_BANK_RESYNC,
        COMMAND_CAP_SET,          COMMAND_PAIR_CAP_SET,
        COMMAND_FUNDS_BEGIN,      COMMAND_FUNDS_END,
        COMMAND_TRANSFER_RESOLVE, COMMAND_RULES_LOAD,
        COMMAND_WINDOW_CLOSE,     COMMAND_WINDOW_SETTLE,
        COMMAND_WINDOW_ABORT,
    };
    const struct command_row *row;
    for (size_t i = 0; (row = command_row_at(i)); i++)
        assert_int_equal(row->two_people, among(row->kind, two, COUNT(two)));
}

/* ---- request ids ---- */

/* Where the request id of that kind's body stands; NULL: it has none, or is not recorded. */
static const struct id *request_of(const struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_OPEN_LINK:
        return &command->body.open_link.request;
    case COMMAND_START_CHALLENGE:
        return &command->body.start_challenge.request;
    case COMMAND_ANSWER_CHALLENGE:
        return &command->body.answer_challenge.request;
    case COMMAND_CLOSE_LINK:
        return &command->body.close_link.request;
    case COMMAND_RESEND_CHALLENGE:
        return &command->body.resend_challenge.request;
    case COMMAND_AMEND_LINK:
        return &command->body.amend_link.request;
    case COMMAND_REBIND_LINK:
        return &command->body.rebind_link.request;
    case COMMAND_RESUME_LINK:
        return &command->body.resume_link.request;
    case COMMAND_PLACE_HOLD:
        return &command->body.place_hold.request;
    case COMMAND_LIFT_HOLD:
        return &command->body.lift_hold.request;
    case COMMAND_REPORT_ACCOUNT:
        return &command->body.report_account.request;
    case COMMAND_WITHDRAW_CONSENT:
        return &command->body.withdraw_consent.request;
    case COMMAND_APPLY_CARD:
        return &command->body.apply_card.request;
    case COMMAND_CARD_STATUS:
        return &command->body.card_status.request;
    case COMMAND_CANCEL_CARD:
        return &command->body.cancel_card.request;
    case COMMAND_SUBMIT_TRANSFER:
        return &command->body.submit_transfer.request;
    case COMMAND_CANCEL_TRANSFER:
        return &command->body.cancel_transfer.request;
    case COMMAND_SUBMIT_RETURN:
        return &command->body.submit_return.request;
    case COMMAND_OPEN_CASE:
        return &command->body.open_case.request;
    case COMMAND_ANSWER_CASE:
        return &command->body.answer_case.request;
    case COMMAND_PROPOSE_ADJUSTMENT:
        return &command->body.propose_adjustment.request;
    case COMMAND_ACCEPT_ADJUSTMENT:
        return &command->body.accept_adjustment.request;
    case COMMAND_OFFLINE_EVENT:
        return &command->body.offline_event.request;
    case COMMAND_REFERRAL:
        return &command->body.referral.request;
    case COMMAND_CONFIRM_SETTLEMENT:
        return &command->body.confirm_settlement.request;
    case COMMAND_PUBLISH_PRODUCT:
        return &command->body.publish_product.request;
    case COMMAND_OFFER_LOAN:
        return &command->body.loan.offer.request;
    case COMMAND_APPLY_LOAN:
        return &command->body.loan.apply.request;
    case COMMAND_DECIDE_LOAN:
        return &command->body.loan.decide.request;
    case COMMAND_DRAW_LOAN:
        return &command->body.loan.draw.request;
    case COMMAND_REPAY_LOAN:
        return &command->body.loan.repay.request;
    case COMMAND_LOAN_STATUS:
        return &command->body.loan.status.request;
    case COMMAND_PLACE_ORDER:
        return &command->body.order.place.request;
    case COMMAND_ORDER_RESULT:
        return &command->body.order.result.request;
    case COMMAND_CANCEL_ORDER:
        return &command->body.order.cancel.request;
    case COMMAND_REDEEM:
        return &command->body.order.redeem.request;
    case COMMAND_PAYOUT:
        return &command->body.order.payout.request;
    default:
        return NULL;
    }
}

static void request_ids_are_where_they_stand(void **state) {
    (void)state;
    const struct command_row *row;
    for (size_t i = 0; (row = command_row_at(i)); i++) {
        struct command *command = command_new(row->kind);
        if (command_request_id(command) != request_of(command))
            fail_msg("request id of %s", row->name);
        assert_int_equal(command_request_id(command) != NULL, row->request_at != 0);
        command_free(command);
    }
    struct command none = {.kind = COMMAND_NONE};
    assert_null(command_request_id(&none));
}

/* ---- against the published list of kinds ---- */

/* What a bank sends of a kind of message. */
enum sent { SENT_NOT_YET, SENT_BY_GATEWAY, SENT_REQUEST, SENT_REPLY, SENT_NOTICE };

static enum sent sent_by_bank(const char *comment, enum sent before) {
    if (comment == NULL)
        return SENT_NOT_YET;
    if (strstr(comment, "likewise"))
        return before;
    if (strstr(comment, "(a notice"))
        return SENT_NOTICE;
    if (strstr(comment, "gateway to both") || strstr(comment, "gateway to all") ||
        strstr(comment, "not numbered"))
        return SENT_BY_GATEWAY;
    return strstr(comment, "gateway to") ? SENT_REPLY : SENT_REQUEST;
}

static void check_message(const char *name, uint32_t number, enum sent sent) {
    static const enum sent by_direction[] = {
        [MESSAGE_REQUEST] = SENT_REQUEST,
        [MESSAGE_REPLY] = SENT_REPLY,
        [MESSAGE_NOTICE] = SENT_NOTICE,
        [MESSAGE_REFUSAL] = SENT_BY_GATEWAY,
    };
    for (unsigned direction = 0; direction < COUNT(by_direction); direction++) {
        const struct command_row *row =
            command_row_of_message(number, (enum message_direction)direction);
        bool wanted =
            direction > 0 && direction != MESSAGE_REFUSAL && by_direction[direction] == sent;
        if (wanted != (row != NULL))
            fail_msg("KIND_%s in direction %u", name, direction);
        if (row && sent != SENT_REPLY && number != MESSAGE_POSTING_RESULT)
            assert_string_equal(row->name, name);
    }
}

static FILE *open_published_list(void) {
    char path[4096];
    const char *tree = getenv("LINKGATE_SOURCE");
    assert_non_null(tree);
    (void)snprintf(path, sizeof(path), "%s/proto/linkgate/v1/envelope.proto", tree);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    return file;
}

#define SESSION_KINDS 20u /* below: Hello, heartbeats: no commands */

static void every_message_of_a_bank_has_a_row(void **state) {
    (void)state;
    FILE *file = open_published_list();
    char line[400], name[100];
    unsigned number;
    size_t seen = 0, rows = 0;
    enum sent sent = SENT_NOT_YET;
    while (fgets(line, sizeof(line), file)) {
        if (sscanf(line, " KIND_%99[A-Z_0-9] = %u;", name, &number) != 2)
            continue;
        sent = number < SESSION_KINDS ? SENT_BY_GATEWAY : sent_by_bank(strstr(line, "//"), sent);
        check_message(name, number, sent);
        seen += sent != SENT_NOT_YET && sent != SENT_BY_GATEWAY;
    }
    (void)fclose(file);
    const struct command_row *row;
    for (size_t i = 0; (row = command_row_at(i)); i++)
        rows += row->message != MESSAGE_NONE;
    /* replies to INQUIRE_POSTING and CANCEL_POSTING, and POSTING_RESULT, make POSTING_ANSWER */
    assert_int_equal(seen, rows + 3);
}

static void all_words_about_a_posting_are_one_command(void **state) {
    (void)state;
    const struct command_row *answer = command_row(COMMAND_POSTING_ANSWER);
    assert_ptr_equal(command_row_of_message(MESSAGE_POST_INSTRUCTION, MESSAGE_REPLY), answer);
    assert_ptr_equal(command_row_of_message(MESSAGE_INQUIRE_POSTING, MESSAGE_REPLY), answer);
    assert_ptr_equal(command_row_of_message(MESSAGE_CANCEL_POSTING, MESSAGE_REPLY), answer);
    assert_ptr_equal(command_row_of_message(MESSAGE_POSTING_RESULT, MESSAGE_REQUEST), answer);
    assert_null(command_row_of_message(MESSAGE_POST_INSTRUCTION, MESSAGE_REQUEST));
    assert_null(command_row_of_message(MESSAGE_POSTING_RESULT, MESSAGE_REPLY));
    assert_null(command_row_of_message(MESSAGE_NONE, MESSAGE_REQUEST));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_ascend_and_are_found),
        cmocka_unit_test(what_is_no_kind_has_no_row),
        cmocka_unit_test(numbers_follow_the_messages),
        cmocka_unit_test(roles_are_those_of_the_messages),
        cmocka_unit_test(what_makes_things_less_safe_takes_two),
        cmocka_unit_test(request_ids_are_where_they_stand),
        cmocka_unit_test(every_message_of_a_bank_has_a_row),
        cmocka_unit_test(all_words_about_a_posting_are_one_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
