/*
 * Commands about money: transfers, payments, returns, cancellations, lists, and many at once.
 *
 * Invariant: as ask.c's; what moves the books goes through submit.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/ask.h"
#include "bank/load.h"
#include "bank/submit.h"
#include "bank/words.h"

static bool parse_final(const struct bk_call *call) {
    uint32_t until_final = 0;
    if (!bk_call_number(call, "final", &until_final))
        return false;
    call->session->until_final = until_final != 0;
    return true;
}

static bool parse_payment(const struct bk_call *call, struct bk_transfer_order *order) {
    bool sells = transfer_kind_merchant(order->kind);
    order->other_account = bk_call_text(call, sells ? "payee" : "other", "");
    order->other_name = bk_call_text(call, sells ? "payee_name" : "other_name", "");
    order->merchant = (struct merchant){
        .name = bk_call_text(call, "merchant", ""),
        .id = bk_call_text(call, "merchant_id", "M1"),
        .category_code = bk_call_text(call, "category", "5411"),
        .order_id = bk_call_text(call, "order", ""),
        .terminal_id = bk_call_text(call, "terminal", ""),
    };
    if (order->other_name.size == 0)
        order->other_name = order->merchant.name;
    return bk_call_bank(call, "payee_bank", &order->payee_bank);
}

static bool parse_order(const struct bk_call *call, struct bk_transfer_order *order) {
    uint32_t kind = TRANSFER_BOUND_PAIR;
    if (!bk_call_choice(call, "kind", bk_words_kind, &kind))
        return false;
    order->kind = (enum transfer_kind)kind;
    const char *fallback = transfer_kind_merchant(order->kind) ? "pull" : "";
    const char *direction = bk_call_option(call, "dir");
    direction = direction != NULL ? direction : fallback;
    if (strcmp(direction, "push") != 0 && strcmp(direction, "pull") != 0) {
        bk_session_error(call->session, "dir: push or pull");
        return false;
    }
    order->direction = strcmp(direction, "push") == 0 ? TRANSFER_PUSH : TRANSFER_PULL;
    order->purpose = bk_call_text(call, "purpose", "");
    order->remittance = bk_call_text(call, "remittance", "");
    return bk_call_id(call, "link", &order->link) && bk_ask_money(call, &order->amount) &&
           parse_payment(call, order) && bk_call_number(call, "timeout_ms", &order->timeout_ms) &&
           bk_call_id(call, "request_id", &order->request) && parse_final(call);
}

void bk_command_transfer(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct bk_transfer_order order = {.waiter = {bk_ask_answered, session}};
    struct bk_local_refusal refusal;
    if (parse_order(call, &order) &&
        bk_submit_transfer(session->bank, &order, &session->item, &refusal))
        bk_ask_refused_here(session, &refusal);
}

void bk_command_return(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct bk_return_order order = {.reason = bk_call_text(call, "reason", "CUST"),
                                    .remittance = bk_call_text(call, "remittance", ""),
                                    .waiter = {bk_ask_answered, session}};
    struct bk_local_refusal refusal;
    if (bk_call_word_id(call, 0, "transfer", &order.original) &&
        bk_ask_money(call, &order.amount) &&
        bk_call_number(call, "timeout_ms", &order.timeout_ms) &&
        bk_call_id(call, "request_id", &order.request) && parse_final(call) &&
        bk_submit_return(session->bank, &order, &session->item, &refusal))
        bk_ask_refused_here(session, &refusal);
}

void bk_command_cancel(const struct bk_call *call) {
    struct cancel_transfer message = {.reason = bk_call_text(call, "reason", "CUST")};
    struct bk_item spec = {.kind = MESSAGE_CANCEL_TRANSFER};
    if (!bk_call_id(call, "submit", &message.submit))
        return;
    if (id_is_zero(&message.submit) && !bk_call_word_id(call, 0, "transfer", &message.transfer))
        return;
    if (!bk_ask_change(call, &spec))
        return;
    message.request = spec.id;
    partner_encode_cancel_transfer(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_confirm_credit(const struct bk_call *call) {
    struct bk_session *session = call->session;
    const struct bk_waiter waiter = {bk_ask_answered, session};
    struct id transfer;
    if (!bk_call_word_id(call, 0, "transfer", &transfer))
        return;
    session->item = bk_submit_confirm(session->bank, &transfer, &waiter);
    if (session->item == NULL)
        bk_session_error(session, "too many requests are open: wait for their answers");
}

void bk_command_get_transfer(const struct bk_call *call) {
    struct get_transfer message = {0};
    const struct bk_item spec = {.kind = MESSAGE_GET_TRANSFER};
    if (!bk_call_id(call, "request_id", &message.request))
        return;
    if (id_is_zero(&message.request) && !bk_call_word_id(call, 0, "transfer", &message.transfer))
        return;
    partner_encode_get_transfer(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_list_transfers(const struct bk_call *call) {
    struct list_transfers message = {0};
    const struct bk_item spec = {.kind = MESSAGE_LIST_TRANSFERS};
    const char *state = bk_call_option(call, "state");
    for (int i = 1; state != NULL && i < TRANSFER_STATES; i++) {
        if (strcmp(state, transfer_state_name((enum transfer_state)i)) == 0)
            message.state = (enum transfer_state)i;
    }
    if (state != NULL && message.state == TRANSFER_NONE) {
        bk_session_error(call->session, "state: the name of a transfer's state, as ACCEPTED");
        return;
    }
    if (!bk_call_id(call, "after", &message.after) || !bk_call_number(call, "max", &message.max) ||
        !bk_call_id(call, "link", &message.link) ||
        !bk_call_fen(call, "from_ms", &message.from_ms) ||
        !bk_call_fen(call, "to_ms", &message.to_ms) ||
        !bk_call_fen(call, "min_fen", &message.min_fen) ||
        !bk_call_fen(call, "max_fen", &message.max_fen))
        return;
    partner_encode_list_transfers(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

/* ---- many --------------------------------------------------------------------------------- */

static bool add_link(struct bk_load_plan *plan, const struct id *link) {
    if (plan->links_count == BK_LOAD_LINKS_MAX)
        return false;
    plan->links[plan->links_count++] = *link;
    return true;
}

/* The ids of a comma-separated list, or all active links. */
static void parse_links(const struct bk_call *call, struct bk_load_plan *plan) {
    const struct bk_links *links = &call->session->bank->links;
    const char *text = bk_call_option(call, "link");
    plan->links = xcalloc(BK_LOAD_LINKS_MAX, sizeof(struct id));
    if (text != NULL && strcmp(text, "all") == 0) {
        for (size_t i = 0; i < links->count; i++) {
            if (links->rows[i]->state == LINK_ACTIVE && !add_link(plan, &links->rows[i]->id))
                return;
        }
        return;
    }
    char *copy = xstrdup(text != NULL ? text : "");
    for (char *rest = copy; rest != NULL;) {
        struct id link;
        if (!id_parse(strsep(&rest, ","), &link) || !add_link(plan, &link)) {
            plan->links_count = 0;
            break;
        }
    }
    free(copy);
}

static bool parse_plan(const struct bk_call *call, struct bk_load_plan *plan) {
    uint32_t push = 50, returns = 0, cancels = 0;
    int64_t count = 0, in_flight = 32;
    if (!bk_call_fen(call, "count", &count) || !bk_call_fen(call, "inflight", &in_flight) ||
        !bk_call_number(call, "push", &push) || !bk_call_number(call, "returns", &returns) ||
        !bk_call_number(call, "cancels", &cancels) || !bk_call_fen(call, "amount", &plan->fen) ||
        !bk_call_number(call, "timeout_ms", &plan->timeout_ms))
        return false;
    if (count < 1 || in_flight < 1 || in_flight > BK_LOAD_IN_FLIGHT_MAX || push > 100 ||
        returns > 100 || cancels > 100 || plan->fen < 1) {
        bk_session_error(call->session, "count, inflight (to 32768) and amount from 1; push, "
                                        "returns and cancels 0 to 100 are wanted");
        return false;
    }
    plan->count = (uint64_t)count;
    plan->in_flight = (uint64_t)in_flight;
    plan->push_percent = push;
    plan->returns_percent = returns;
    plan->cancels_percent = cancels;
    return true;
}

void bk_command_load(const struct bk_call *call) {
    struct bk_load_plan plan = {.fen = 100};
    if (!parse_plan(call, &plan))
        return;
    parse_links(call, &plan);
    if (plan.links_count == 0) {
        free(plan.links);
        bk_session_error(call->session, "link: ids of active links with commas between, or all");
        return;
    }
    call->session->load = bk_load_new(call->session, &plan);
    call->session->bank->again = true;
}
