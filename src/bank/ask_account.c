/*
 * Commands about accounts: holds, reports, views.
 *
 * Invariant: as ask.c's. They tell the gateway, or ask through it; what the bank itself does to an
 * account is `account` (local.c), so that the two can differ where a test wants it.
 */
#include "bank/ask.h"
#include "bank/words.h"

void bk_command_hold(const struct bk_call *call) {
    uint32_t authority = HOLD_BY_BANK, in_ms = 0;
    struct place_hold message = {.blocks = HOLD_BLOCKS_ALL,
                                 .legal_reference = bk_call_text(call, "legal", "")};
    struct bk_item spec = {.kind = MESSAGE_PLACE_HOLD};
    if (!bk_ask_change_of(call, "link", &spec, &message.link) ||
        !bk_call_choice(call, "by", bk_words_authority, &authority) ||
        !bk_call_choices(call, "blocks", bk_words_block, &message.blocks) ||
        !bk_call_number(call, "expires_in_ms", &in_ms))
        return;
    message.request = spec.id;
    message.authority = (enum hold_authority)authority;
    message.reason = bk_call_text(call, "reason", authority == HOLD_BY_COURT ? "AM07" : "MS03");
    message.expires_at_ms = in_ms != 0 ? bk_wall_ms(call->session->bank) + in_ms : 0;
    partner_encode_place_hold(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_lift(const struct bk_call *call) {
    uint32_t authority = HOLD_BY_BANK;
    struct lift_hold message = {.reason = bk_call_text(call, "reason", "MS03")};
    struct bk_item spec = {.kind = MESSAGE_LIFT_HOLD};
    if (!bk_ask_change_of(call, "link", &spec, &message.link) ||
        !bk_call_word_id(call, 1, "hold", &message.hold) ||
        !bk_call_choice(call, "by", bk_words_authority, &authority))
        return;
    message.request = spec.id;
    message.authority = (enum hold_authority)authority;
    partner_encode_lift_hold(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

/* With LIMIT; what is not given is not said. */
static bool parse_left(const struct bk_call *call, struct remaining_limits *left) {
    *left = (struct remaining_limits){{LIMIT_NOT_SAID, LIMIT_NOT_SAID},
                                      {LIMIT_NOT_SAID, LIMIT_NOT_SAID}};
    return bk_call_fen(call, "in_day_fen", &left->in_fen[0]) &&
           bk_call_fen(call, "in_year_fen", &left->in_fen[1]) &&
           bk_call_fen(call, "out_day_fen", &left->out_fen[0]) &&
           bk_call_fen(call, "out_year_fen", &left->out_fen[1]);
}

void bk_command_report(const struct bk_call *call) {
    const char *number = bk_call_word(call, 0);
    const char *word = bk_call_word(call, 1);
    uint32_t event, account_class = ACCOUNT_CLASS_NONE, opening = ACCOUNT_OPENING_NONE;
    struct remaining_limits left;
    struct bk_item spec = {.kind = MESSAGE_REPORT_ACCOUNT};
    if (number == NULL || word == NULL || !bk_word_find(bk_words_report, word, &event)) {
        bk_session_error(
            call->session,
            "NUMBER EVENT are wanted: activated, card-refused, class, closed, blocked, "
            "unblocked, deceased, mobile, document, dormant, limit");
        return;
    }
    if (!bk_ask_change(call, &spec) ||
        !bk_call_choice(call, "class", bk_words_class, &account_class) ||
        !bk_call_choice(call, "opening", bk_words_opening, &opening) || !parse_left(call, &left))
        return;
    const struct report_account message = {.request = spec.id,
                                           .account_number = span_text(number),
                                           .event = (enum account_event)event,
                                           .account_class = (enum account_class)account_class,
                                           .opening = (enum account_opening)opening,
                                           .remaining = left};
    partner_encode_report_account(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

/* A view is not recorded: it is not kept, and not asked again by itself. */
static void view(const struct bk_call *call, uint32_t kind) {
    struct query_account message;
    struct bk_item spec = {.kind = kind};
    if (!bk_ask_change_of(call, "link", &spec, &message.link))
        return;
    spec.durable = false;
    message.request = spec.id;
    partner_encode_query_account(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_balance(const struct bk_call *call) {
    view(call, MESSAGE_QUERY_BALANCE);
}

void bk_command_overview(const struct bk_call *call) {
    struct query_overview message = {.account_number = bk_call_text(call, "account", "")};
    struct bk_item spec = {.kind = MESSAGE_QUERY_OVERVIEW};
    bool by_number = message.account_number.size > 0;
    if (!(by_number ? bk_ask_change(call, &spec)
                    : bk_ask_change_of(call, "link", &spec, &message.link)) ||
        !bk_call_id(call, "after", &message.after))
        return;
    spec.durable = false;
    message.request = spec.id;
    partner_encode_query_overview(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_position(const struct bk_call *call) {
    struct query_position message = {.currency = "CNY"};
    const struct bk_item spec = {.kind = MESSAGE_QUERY_POSITION};
    if (!bk_call_bank(call, "after", &message.after) || !bk_call_number(call, "max", &message.max))
        return;
    partner_encode_query_position(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_account_status(const struct bk_call *call) {
    view(call, MESSAGE_QUERY_ACCOUNT_STATUS);
}
