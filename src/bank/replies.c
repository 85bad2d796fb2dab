/*
 * Reading replies, each as what its request is answered with.
 *
 * Invariant: a reply that cannot be read as that changes nothing. What one of a transfer or a link
 * means for the books is settle.c's; all others end their request here.
 */
#include "bank/replies.h"

#include "bank/lots.h"
#include "bank/settle.h"

static bool read_link(struct bk_bank *bank, struct bk_item *item, struct span payload,
                      struct arena *arena) {
    struct link_view view;
    if (partner_decode_link_reply(payload, arena, &view))
        return false;
    bk_settle_link(bank, item, &view);
    return true;
}

static bool read_links(struct bk_bank *bank, struct bk_item *item, struct span payload,
                       struct arena *arena) {
    struct link_page page;
    struct bk_answer answer = {.links = &page, .verdict = BK_GRANTED};
    if (partner_decode_link_page(payload, arena, &page))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_transfer(struct bk_bank *bank, struct bk_item *item, struct span payload,
                          struct arena *arena) {
    struct transfer_view view;
    if (partner_decode_transfer_reply(payload, arena, &view))
        return false;
    bk_settle_transfer(bank, item, &view);
    return true;
}

static bool read_transfers(struct bk_bank *bank, struct bk_item *item, struct span payload,
                           struct arena *arena) {
    struct transfer_page page;
    struct bk_answer answer = {.transfers = &page, .verdict = BK_GRANTED};
    if (partner_decode_transfer_page(payload, arena, &page))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_report(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct report_account_reply reply;
    struct bk_answer answer = {.report = &reply, .verdict = BK_GRANTED};
    if (partner_decode_report_account_reply(payload, arena, &reply))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_balance(struct bk_bank *bank, struct bk_item *item, struct span payload,
                         struct arena *arena) {
    struct balance_answer reply;
    struct bk_answer answer = {.balance = &reply, .verdict = BK_GRANTED};
    if (partner_decode_balance_reply(payload, arena, &reply))
        return false;
    if (reply.reason.size > 0)
        answer.verdict = BK_REFUSED;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_overview(struct bk_bank *bank, struct bk_item *item, struct span payload,
                          struct arena *arena) {
    struct overview_view view;
    struct bk_answer answer = {.overview = &view, .verdict = BK_GRANTED};
    if (partner_decode_overview_reply(payload, arena, &view))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_status(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct status_answer reply;
    struct bk_answer answer = {.status = &reply, .verdict = BK_GRANTED};
    if (partner_decode_account_status_reply(payload, arena, &reply))
        return false;
    if (reply.reason.size > 0)
        answer.verdict = BK_REFUSED;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_position(struct bk_bank *bank, struct bk_item *item, struct span payload,
                          struct arena *arena) {
    struct position_view view;
    struct bk_answer answer = {.position = &view, .verdict = BK_GRANTED};
    if (partner_decode_position_reply(payload, arena, &view))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_case(struct bk_bank *bank, struct bk_item *item, struct span payload,
                      struct arena *arena) {
    struct case_view view;
    struct bk_answer answer = {.inquiry = &view, .verdict = BK_GRANTED};
    if (partner_decode_case_reply(payload, arena, &view))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_adjustment(struct bk_bank *bank, struct bk_item *item, struct span payload,
                            struct arena *arena) {
    struct adjustment_view view;
    struct bk_answer answer = {.adjustment = &view, .verdict = BK_GRANTED};
    if (partner_decode_adjustment_reply(payload, arena, &view))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_card(struct bk_bank *bank, struct bk_item *item, struct span payload,
                      struct arena *arena) {
    struct card_view view;
    struct bk_answer answer = {.card = &view, .verdict = BK_GRANTED};
    if (partner_decode_card_reply(payload, arena, &view))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_event(struct bk_bank *bank, struct bk_item *item, struct span payload,
                       struct arena *arena) {
    struct event_view view;
    struct bk_answer answer = {.event = &view, .verdict = BK_GRANTED};
    if (partner_decode_event_reply(payload, arena, &view))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_product(struct bk_bank *bank, struct bk_item *item, struct span payload,
                         struct arena *arena) {
    struct product_view view;
    struct bk_answer answer = {.product = &view, .verdict = BK_GRANTED};
    if (partner_decode_product_reply(payload, arena, &view))
        return false;
    if (item->kind == MESSAGE_PUBLISH_PRODUCT && !view.replayed)
        bk_offered_save(bank->db, &view.product);
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_products(struct bk_bank *bank, struct bk_item *item, struct span payload,
                          struct arena *arena) {
    struct product_page page;
    struct bk_answer answer = {.products = &page, .verdict = BK_GRANTED};
    if (partner_decode_product_page(payload, arena, &page))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_order(struct bk_bank *bank, struct bk_item *item, struct span payload,
                       struct arena *arena) {
    struct order_view view;
    if (partner_decode_order_reply(payload, arena, &view))
        return false;
    bk_settle_order(bank, item, &view);
    return true;
}

static bool read_holdings(struct bk_bank *bank, struct bk_item *item, struct span payload,
                          struct arena *arena) {
    struct holdings_page page;
    struct bk_answer answer = {.holdings = &page, .verdict = BK_GRANTED};
    if (partner_decode_holdings_page(payload, arena, &page))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_loan(struct bk_bank *bank, struct bk_item *item, struct span payload,
                      struct arena *arena) {
    struct loan_view view;
    if (partner_decode_loan_reply(payload, arena, &view))
        return false;
    bk_settle_loan(bank, item, &view);
    return true;
}

static bool read_loans(struct bk_bank *bank, struct bk_item *item, struct span payload,
                       struct arena *arena) {
    struct loan_page page;
    struct bk_answer answer = {.loans = &page, .verdict = BK_GRANTED};
    if (partner_decode_loan_page(payload, arena, &page))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_quote(struct bk_bank *bank, struct bk_item *item, struct span payload,
                       struct arena *arena) {
    struct loan_quote_view view;
    struct bk_answer answer = {.quote = &view, .verdict = BK_GRANTED};
    if (partner_decode_loan_quote(payload, arena, &view))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_totals(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct totals_page page;
    struct bk_answer answer = {.totals = &page, .verdict = BK_GRANTED};
    if (partner_decode_totals_reply(payload, arena, &page))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_recon_page(struct bk_bank *bank, struct bk_item *item, struct span payload,
                            struct arena *arena) {
    struct recon_page page;
    struct bk_answer answer = {.recon = &page, .verdict = BK_GRANTED};
    if (partner_decode_recon_page(payload, arena, &page))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_upload(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct upload_reply reply;
    struct bk_answer answer = {.upload = &reply, .verdict = BK_GRANTED};
    if (partner_decode_upload_reply(payload, arena, &reply))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_result(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct result_page page;
    struct bk_answer answer = {.compared = &page, .verdict = BK_GRANTED};
    if (partner_decode_result_reply(payload, arena, &page))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static bool read_window(struct bk_bank *bank, struct bk_item *item, struct span payload,
                        struct arena *arena) {
    struct window_view view;
    struct bk_answer answer = {.window = &view, .verdict = BK_GRANTED};
    if (partner_decode_window_reply(payload, arena, &view))
        return false;
    bk_settle_end(bank, item, &answer);
    return true;
}

static const struct {
    uint32_t kind;
    /* False: not readable as that. */
    bool (*read)(struct bk_bank *bank, struct bk_item *item, struct span payload,
                 struct arena *arena);
} readers[] = {
    {MESSAGE_OPEN_LINK, read_link},
    {MESSAGE_REBIND_LINK, read_link},
    {MESSAGE_RESUME_LINK, read_link},
    {MESSAGE_AMEND_LINK, read_link},
    {MESSAGE_START_CHALLENGE, read_link},
    {MESSAGE_RESEND_CHALLENGE, read_link},
    {MESSAGE_ANSWER_CHALLENGE, read_link},
    {MESSAGE_CLOSE_LINK, read_link},
    {MESSAGE_WITHDRAW_CONSENT, read_link},
    {MESSAGE_PLACE_HOLD, read_link},
    {MESSAGE_LIFT_HOLD, read_link},
    {MESSAGE_GET_LINK, read_link},
    {MESSAGE_LIST_LINKS, read_links},
    {MESSAGE_REPORT_ACCOUNT, read_report},
    {MESSAGE_QUERY_BALANCE, read_balance},
    {MESSAGE_QUERY_ACCOUNT_STATUS, read_status},
    {MESSAGE_QUERY_OVERVIEW, read_overview},
    {MESSAGE_QUERY_POSITION, read_position},
    {MESSAGE_QUERY_TOTALS, read_totals},
    {MESSAGE_RECON_PAGE, read_recon_page},
    {MESSAGE_UPLOAD_RECON, read_upload},
    {MESSAGE_RECON_RESULT, read_result},
    {MESSAGE_SUBMIT_TRANSFER, read_transfer},
    {MESSAGE_SUBMIT_RETURN, read_transfer},
    {MESSAGE_CANCEL_TRANSFER, read_transfer},
    {MESSAGE_STEP_UP, read_transfer},
    {MESSAGE_CONFIRM_CREDIT, read_transfer},
    {MESSAGE_POSTING_RESULT, read_transfer},
    {MESSAGE_GET_TRANSFER, read_transfer},
    {MESSAGE_LIST_TRANSFERS, read_transfers},
    {MESSAGE_OPEN_CASE, read_case},
    {MESSAGE_ANSWER_CASE, read_case},
    {MESSAGE_GET_CASE, read_case},
    {MESSAGE_PROPOSE_ADJUSTMENT, read_adjustment},
    {MESSAGE_ACCEPT_ADJUSTMENT, read_adjustment},
    {MESSAGE_GET_ADJUSTMENT, read_adjustment},
    {MESSAGE_APPLY_CARD, read_card},
    {MESSAGE_CARD_STATUS, read_card},
    {MESSAGE_CANCEL_CARD, read_card},
    {MESSAGE_GET_CARD, read_card},
    {MESSAGE_PUBLISH_PRODUCT, read_product},
    {MESSAGE_GET_PRODUCT, read_product},
    {MESSAGE_LIST_PRODUCTS, read_products},
    {MESSAGE_PLACE_ORDER, read_order},
    {MESSAGE_CANCEL_ORDER, read_order},
    {MESSAGE_REDEEM, read_order},
    {MESSAGE_ORDER_RESULT, read_order},
    {MESSAGE_PAYOUT, read_order},
    {MESSAGE_GET_ORDER, read_order},
    {MESSAGE_LIST_HOLDINGS, read_holdings},
    {MESSAGE_OFFER_LOAN, read_loan},
    {MESSAGE_APPLY_LOAN, read_loan},
    {MESSAGE_DECIDE_LOAN, read_loan},
    {MESSAGE_DRAW_LOAN, read_loan},
    {MESSAGE_REPAY_LOAN, read_loan},
    {MESSAGE_LOAN_STATUS, read_loan},
    {MESSAGE_GET_LOAN, read_loan},
    {MESSAGE_LIST_LOANS, read_loans},
    {MESSAGE_QUOTE_REPAYMENT, read_quote},
    {MESSAGE_CONFIRM_SETTLEMENT, read_window},
    {MESSAGE_GET_WINDOW, read_window},
    {MESSAGE_OFFLINE_EVENT, read_event},
    {MESSAGE_REFERRAL, read_event},
};

bool bk_reply_read(struct bk_bank *bank, struct bk_item *item, const struct envelope *envelope,
                   struct arena *arena) {
    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
        if (readers[i].kind == envelope->kind)
            return readers[i].read(bank, item, envelope->payload, arena);
    }
    return false;
}
