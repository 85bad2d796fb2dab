/*
 * Every decoder. An input is two bytes that choose one (a command's kind, or SESSION_KINDS and
 * PARTNER_KINDS on), then a payload.
 *
 * Nothing may crash, read past the end or take more than its budget. What a decoder accepts is
 * written by the other half of the codec and read again: that must be accepted, and written as the
 * same bytes.
 */
#include <string.h>

#include "fuzz/mutate.h"
#include "wire/partner.h"

#define PARTNER_KINDS 2000
#define SESSION_KINDS 3000
#define NOW_MS 1719792000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

typedef bool (*round_trip)(struct span payload, struct arena *arena, struct buf *out);

/* With a NUL behind it, as encoders take names. */
static const char *text_of(struct arena *arena, struct span text) {
    char *copy = arena_zero(arena, text.size + 1);
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    return copy;
}

/* Reads and, if it was accepted, writes. */
#define PARTNER(name, type)                                                                        \
    static bool pass_##name(struct span payload, struct arena *arena, struct buf *out) {           \
        struct type message;                                                                       \
        if (partner_decode_##name(payload, arena, &message) != 0)                                  \
            return false;                                                                          \
        message_encode_##name(&message, out);                                                      \
        return true;                                                                               \
    }
#define NOTICE(name, type)                                                                         \
    static bool pass_##name(struct span payload, struct arena *arena, struct buf *out) {           \
        struct notice_place place;                                                                 \
        struct type message;                                                                       \
        struct span event;                                                                         \
        if (partner_decode_##name(payload, arena, &place, &message, &event) != 0)                  \
            return false;                                                                          \
        message_encode_##name(&place, &message, text_of(arena, event), out);                       \
        return true;                                                                               \
    }
#define PAGE(name, member)                                                                         \
    static bool pass_##name(struct span payload, struct arena *arena, struct buf *out) {           \
        struct name page;                                                                          \
        if (partner_decode_##name(payload, arena, &page) != 0)                                     \
            return false;                                                                          \
        for (uint32_t i = 0; i < page.count; i++)                                                  \
            message_encode_##name##_entry(&page.member[i], out);                                   \
        message_encode_##name##_next(&page.next, out);                                             \
        return true;                                                                               \
    }
#define SESSION(name)                                                                              \
    static bool pass_##name(struct span payload, struct arena *arena, struct buf *out) {           \
        struct name message;                                                                       \
        if (message_decode_##name(payload, arena, &message) != 0)                                  \
            return false;                                                                          \
        message_encode_##name(&message, out);                                                      \
        return true;                                                                               \
    }

PARTNER(verify_account, verify_account)
PARTNER(issue_challenge, issue_challenge)
PARTNER(check_challenge, check_challenge)
PARTNER(post_instruction, post_instruction)
PARTNER(inquire_posting, inquire_posting)
PARTNER(cancel_posting, cancel_posting)
PARTNER(recheck_account, recheck_account)
PARTNER(ask_account, ask_account)
PARTNER(report_account_reply, report_account_reply)
PARTNER(balance_reply, balance_answer)
PARTNER(account_status_reply, status_answer)
PARTNER(overview_reply, overview_view)
PARTNER(event_reply, event_view)
PARTNER(case_reply, case_view)
PARTNER(window_reply, window_view)
PARTNER(product_reply, product_view)
PARTNER(loan_reply, loan_view)
PARTNER(loan_quote, loan_quote_view)
PARTNER(order_instruction, order_instruction)
PARTNER(order_reply, order_view)
PARTNER(totals_reply, totals_page)
PARTNER(upload_reply, upload_reply)
PARTNER(system_notice, system_notice)
PARTNER(position_reply, position_view)
PARTNER(position_alert, position_alert)
PARTNER(adjustment_reply, adjustment_view)
PARTNER(ask_card, ask_card)
PARTNER(card_reply, card_view)
PARTNER(link_reply, link_view)
PARTNER(transfer_reply, transfer_view)
NOTICE(link_notice, link_view)
NOTICE(transfer_notice, transfer_view)
NOTICE(card_notice, card_view)
NOTICE(loan_notice, loan_view)
NOTICE(order_notice, order_view)
PAGE(link_page, links)
PAGE(loan_page, loans)
PAGE(transfer_page, transfers)
PAGE(holdings_page, orders)
SESSION(hello_reply)
SESSION(heartbeat)
SESSION(go_away)

static bool pass_hello(struct span payload, struct arena *arena, struct buf *out) {
    struct hello message;
    struct refusal refusal;
    if (message_decode_hello(payload, arena, &message, &refusal) != 0)
        return false;
    message_encode_hello(&message, out);
    return true;
}

static bool pass_case_notice(struct span payload, struct arena *arena, struct buf *out) {
    struct notice_place place;
    struct case_view message;
    if (partner_decode_case_notice(payload, arena, &place, &message) != 0)
        return false;
    message_encode_case_notice(&place, &message, out);
    return true;
}

static bool pass_adjustment_notice(struct span payload, struct arena *arena, struct buf *out) {
    struct notice_place place;
    struct adjustment_view message;
    if (partner_decode_adjustment_notice(payload, arena, &place, &message) != 0)
        return false;
    message_encode_adjustment_notice(&place, &message, out);
    return true;
}

static bool pass_event_notice(struct span payload, struct arena *arena, struct buf *out) {
    struct notice_place place;
    struct event_view message;
    if (partner_decode_event_notice(payload, arena, &place, &message) != 0)
        return false;
    message_encode_event_notice(&place, &message, out);
    return true;
}

static bool pass_window_notice(struct span payload, struct arena *arena, struct buf *out) {
    struct notice_place place;
    struct window_view message;
    if (partner_decode_window_notice(payload, arena, &place, &message) != 0)
        return false;
    message_encode_window_notice(&place, &message, out);
    return true;
}

static bool pass_product_notice(struct span payload, struct arena *arena, struct buf *out) {
    struct notice_place place;
    struct product_view message;
    if (partner_decode_product_notice(payload, arena, &place, &message) != 0)
        return false;
    message_encode_product_notice(&place, &message, out);
    return true;
}

static bool pass_product_page(struct span payload, struct arena *arena, struct buf *out) {
    struct product_page page;
    if (partner_decode_product_page(payload, arena, &page) != 0)
        return false;
    for (uint32_t i = 0; i < page.count; i++)
        message_encode_product_page_entry(&page.products[i], out);
    message_encode_product_page_end(page.next_sequence, page.more, out);
    return true;
}

static bool pass_recon_page(struct span payload, struct arena *arena, struct buf *out) {
    struct recon_page page;
    if (partner_decode_recon_page(payload, arena, &page) != 0)
        return false;
    for (uint32_t i = 0; i < page.count; i++)
        message_encode_recon_page_entry(&page.rows[i], out);
    message_encode_recon_page_next(&page.next, out);
    return true;
}

static bool pass_result_reply(struct span payload, struct arena *arena, struct buf *out) {
    struct result_page page;
    if (partner_decode_result_reply(payload, arena, &page) != 0)
        return false;
    for (uint32_t i = 0; i < page.count; i++)
        message_encode_result_entry(&page.rows[i], out);
    message_encode_result_end(&page.result, out);
    return true;
}

/* The gateway writes refusals from its table only, so there is nothing to write again. */
static bool pass_refusal(struct span payload, struct arena *arena, struct buf *out) {
    struct refusal_view view;
    (void)out;
    if (partner_decode_refusal(payload, arena, &view) == 0)
        ENSURE(view.retry >= RETRY_NONE && view.retry <= RETRY_SAME_ID_LATER);
    return false;
}

static const round_trip partner_kinds[] = {
    pass_verify_account,    pass_issue_challenge,
    pass_check_challenge,   pass_post_instruction,
    pass_inquire_posting,   pass_link_reply,
    pass_transfer_reply,    pass_link_notice,
    pass_transfer_notice,   pass_refusal,
    pass_cancel_posting,    pass_recheck_account,
    pass_ask_account,       pass_report_account_reply,
    pass_balance_reply,     pass_account_status_reply,
    pass_case_reply,        pass_case_notice,
    pass_link_page,         pass_transfer_page,
    pass_system_notice,     pass_position_reply,
    pass_position_alert,    pass_adjustment_reply,
    pass_adjustment_notice, pass_window_reply,
    pass_window_notice,     pass_totals_reply,
    pass_upload_reply,      pass_recon_page,
    pass_result_reply,      pass_overview_reply,
    pass_ask_card,          pass_card_reply,
    pass_card_notice,       pass_event_reply,
    pass_event_notice,      pass_product_reply,
    pass_product_notice,    pass_product_page,
    pass_loan_reply,        pass_loan_quote,
    pass_loan_notice,       pass_loan_page,
    pass_order_instruction, pass_order_reply,
    pass_order_notice,      pass_holdings_page,
};
static const round_trip session_kinds[] = {
    pass_hello,
    pass_hello_reply,
    pass_heartbeat,
    pass_go_away,
};

/* Command, what writes it, its body. */
#define WRITERS(WRITE)                                                                             \
    WRITE(OPEN_LINK, open_link, open_link)                                                         \
    WRITE(VERIFY_ANSWER, verify_account_reply, verify_answer)                                      \
    WRITE(START_CHALLENGE, start_challenge, start_challenge)                                       \
    WRITE(ISSUE_ANSWER, issue_challenge_reply, issue_answer)                                       \
    WRITE(ANSWER_CHALLENGE, answer_challenge, answer_challenge)                                    \
    WRITE(CHECK_ANSWER, check_challenge_reply, check_answer)                                       \
    WRITE(CLOSE_LINK, close_link, close_link)                                                      \
    WRITE(GET_LINK, get_link, get_link)                                                            \
    WRITE(RESEND_CHALLENGE, start_challenge, resend_challenge)                                     \
    WRITE(AMEND_LINK, amend_link, amend_link)                                                      \
    WRITE(REBIND_LINK, rebind_link, rebind_link)                                                   \
    WRITE(RESUME_LINK, resume_link, resume_link)                                                   \
    WRITE(PLACE_HOLD, place_hold, place_hold)                                                      \
    WRITE(LIFT_HOLD, lift_hold, lift_hold)                                                         \
    WRITE(REPORT_ACCOUNT, report_account, report_account)                                          \
    WRITE(RECHECK_ANSWER, recheck_account_reply, recheck_answer)                                   \
    WRITE(LIST_LINKS, list_links, list_links)                                                      \
    WRITE(WITHDRAW_CONSENT, withdraw_consent, withdraw_consent)                                    \
    WRITE(SUBMIT_TRANSFER, submit_transfer, submit_transfer)                                       \
    WRITE(POSTING_ANSWER, posting_result, posting_answer)                                          \
    WRITE(CONFIRM_CREDIT, confirm_credit, confirm_credit)                                          \
    WRITE(GET_TRANSFER, get_transfer, get_transfer)                                                \
    WRITE(STEP_UP, step_up, step_up)                                                               \
    WRITE(CANCEL_TRANSFER, cancel_transfer, cancel_transfer)                                       \
    WRITE(SUBMIT_RETURN, submit_return, submit_return)                                             \
    WRITE(LIST_TRANSFERS, list_transfers, list_transfers)                                          \
    WRITE(ACK_NOTICES, ack_notices, ack_notices)                                                   \
    WRITE(QUERY_BALANCE, query_account, query_account)                                             \
    WRITE(OFFLINE_EVENT, offline_event, offline_event)                                             \
    WRITE(REFERRAL, referral, referral)                                                            \
    WRITE(QUERY_OVERVIEW, query_overview, query_overview)                                          \
    WRITE(QUERY_POSITION, query_position, query_position)                                          \
    WRITE(QUERY_ACCOUNT_STATUS, query_account, query_account)                                      \
    WRITE(BALANCE_ANSWER, balance_answer, balance_answer)                                          \
    WRITE(STATUS_ANSWER, status_answer, status_answer)                                             \
    WRITE(QUERY_TOTALS, query_totals, query_totals)                                                \
    WRITE(RECON_PAGE, recon_page, recon_page)                                                      \
    WRITE(UPLOAD_RECON, upload_recon, upload_recon)                                                \
    WRITE(RECON_RESULT, recon_result, recon_result)                                                \
    WRITE(OPEN_CASE, open_case, open_case)                                                         \
    WRITE(ANSWER_CASE, answer_case, answer_case)                                                   \
    WRITE(PROPOSE_ADJUSTMENT, propose_adjustment, propose_adjustment)                              \
    WRITE(ACCEPT_ADJUSTMENT, accept_adjustment, accept_adjustment)                                 \
    WRITE(GET_CASE, get_case, get_case)                                                            \
    WRITE(GET_ADJUSTMENT, get_adjustment, get_adjustment)                                          \
    WRITE(APPLY_CARD, apply_card, apply_card)                                                      \
    WRITE(CARD_STATUS, card_status, card_status)                                                   \
    WRITE(CARD_ANSWER, ask_card_reply, card_answer)                                                \
    WRITE(GET_CARD, get_card, get_card)                                                            \
    WRITE(CANCEL_CARD, cancel_card, cancel_card)                                                   \
    WRITE(CONFIRM_SETTLEMENT, confirm_settlement, confirm_settlement)                              \
    WRITE(GET_WINDOW, get_window, get_window)                                                      \
    WRITE(OFFER_LOAN, offer_loan, loan.offer)                                                      \
    WRITE(APPLY_LOAN, apply_loan, loan.apply)                                                      \
    WRITE(DECIDE_LOAN, decide_loan, loan.decide)                                                   \
    WRITE(DRAW_LOAN, draw_loan, loan.draw)                                                         \
    WRITE(REPAY_LOAN, repay_loan, loan.repay)                                                      \
    WRITE(QUOTE_REPAYMENT, quote_repayment, loan.quote)                                            \
    WRITE(LOAN_STATUS, loan_status, loan.status)                                                   \
    WRITE(GET_LOAN, get_loan, loan.get)                                                            \
    WRITE(LIST_LOANS, list_loans, loan.list)                                                       \
    WRITE(PUBLISH_PRODUCT, publish_product, publish_product)                                       \
    WRITE(LIST_PRODUCTS, list_products, list_products)                                             \
    WRITE(GET_PRODUCT, get_product, get_product)                                                   \
    WRITE(PLACE_ORDER, place_order, order.place)                                                   \
    WRITE(ORDER_ANSWER, order_instruction_reply, order.instruction_answer)                         \
    WRITE(ORDER_RESULT, order_result, order.result)                                                \
    WRITE(CANCEL_ORDER, cancel_order, order.cancel)                                                \
    WRITE(REDEEM, redeem, order.redeem)                                                            \
    WRITE(PAYOUT, payout, order.payout)                                                            \
    WRITE(LIST_HOLDINGS, list_holdings, order.list_holdings)                                       \
    WRITE(GET_ORDER, get_order, order.get)

static void write_command(struct command *command, struct buf *out) {
#define CASE_OF(kind, encoder, member)                                                             \
    case COMMAND_##kind:                                                                           \
        partner_encode_##encoder(&command->body.member, out);                                      \
        break;
    switch ((int)command->kind) {
        WRITERS(CASE_OF)
    default:
        if (command->kind >= COMMAND_OPEN_LINK)
            fatal(__func__, "a kind that nobody sends was accepted: kind=%d", (int)command->kind);
        message_encode_internal(command);
        buf_append_span(out, command->payload);
    }
#undef CASE_OF
}

/* Every kind that a bank may send is in the table above. */
static void check_kinds(void) {
#define KIND_OF(kind, encoder, member) COMMAND_##kind,
    static const enum command_kind written[] = {WRITERS(KIND_OF)};
#undef KIND_OF
    const struct command_row *row;
    size_t found = 0;
    for (size_t i = 0; (row = command_row_at(i)) != NULL; i++) {
        for (size_t k = 0; k < sizeof(written) / sizeof(written[0]); k++)
            found += written[k] == row->kind;
        ENSURE(row->message == MESSAGE_NONE || found > 0);
        found = 0;
    }
}

static bool pass_command(enum command_kind kind, struct span payload, struct buf *out) {
    struct refusal refusal = {.field = NULL};
    struct command *command = command_new(kind);
    command->payload = payload;
    int verdict = message_decode_command(command, NOW_MS, &refusal);
    ENSURE(command->arena.used <= COMMAND_ARENA_BUDGET);
    if (verdict == 0)
        write_command(command, out);
    else
        ENSURE(verdict == WIRE_REFUSED && refusal.code > REFUSAL_NONE &&
               refusal.code < REFUSAL_CODES && refusal.field != NULL);
    command_free(command);
    return verdict == 0;
}

static bool pass(uint16_t kind, struct span payload, struct buf *out) {
    round_trip chosen = NULL;
    if (kind >= SESSION_KINDS && kind < SESSION_KINDS + sizeof(session_kinds) / sizeof(chosen))
        chosen = session_kinds[kind - SESSION_KINDS];
    else if (kind >= PARTNER_KINDS && kind < PARTNER_KINDS + sizeof(partner_kinds) / sizeof(chosen))
        chosen = partner_kinds[kind - PARTNER_KINDS];
    if (chosen == NULL)
        return pass_command((enum command_kind)kind, payload, out);
    struct arena arena;
    arena_init(&arena, 4096, COMMAND_ARENA_BUDGET);
    bool accepted = chosen(payload, &arena, out);
    arena_deinit(&arena);
    return accepted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    static bool checked;
    if (!checked)
        check_kinds();
    checked = true;
    uint16_t kind = get_be16(data);
    struct buf once, twice;
    buf_init(&once);
    buf_init(&twice);
    if (pass(kind, span_of(data + 2, size - 2), &once)) {
        ENSURE(pass(kind, buf_span(&once), &twice));
        ENSURE(span_equal(buf_span(&once), buf_span(&twice)));
    }
    buf_deinit(&once);
    buf_deinit(&twice);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
    return mutate_message(data, size, max, 2, seed);
}
