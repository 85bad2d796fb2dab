/*
 * A partner bank's side of the view of all links of one account. Conventions as in
 * partner_account.c.
 */
#include <string.h>

#include "linkgate/v1/view.pb-c.h"
#include "wire/partner.h"
#include "wire/values.h"

void partner_encode_query_overview(const struct query_overview *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__QueryOverview wire;
    pack_init(&pack);
    linkgate__v1__query_overview__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.account_number = pack_text(&pack, message->account_number);
    wire.after_link_id = pack_id(&message->after);
    pack_finish(&pack, &wire.base, out);
}

static void read_text(const char *text, char *out, size_t size) {
    struct span clean = shape_clean_or_empty(text, size - 1);
    if (clean.size > 0)
        memcpy(out, clean.data, clean.size);
}

static void read_holding(struct shape *shape, const Linkgate__V1__OverviewHolding *message,
                         struct overview_holding *out) {
    *out = (struct overview_holding){
        .kind = (enum product_kind)shape_known((int)message->kind, PRODUCT_LOAN),
        .state =
            (enum product_order_state)shape_known((int)message->state, PRODUCT_ORDER_STATES - 1),
        .units = message->units,
        .cost_fen = message->cost_fen,
        .matures_at_ms = message->matures_at_ms,
    };
    shape_id(shape, "holdings.order_id", &message->order_id, &out->order);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "holdings.issuer_bank_code",
                    message->issuer_bank_code, &out->issuer);
    read_text(message->product_code, out->product, sizeof(out->product));
    read_text(message->currency, out->currency, sizeof(out->currency));
}

static void read_loan(struct shape *shape, const Linkgate__V1__OverviewLoan *message,
                      struct overview_loan *out) {
    *out = (struct overview_loan){
        .state = (enum loan_state)shape_known((int)message->state, LOAN_STATES - 1),
        .principal_fen = message->principal_fen,
        .interest_due_fen = message->interest_due_fen,
        .available_fen = message->available_fen,
    };
    shape_id(shape, "loans.loan_id", &message->loan_id, &out->loan);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "loans.lead_bank_code", message->lead_bank_code,
                    &out->lead);
    read_text(message->product_code, out->product, sizeof(out->product));
    read_text(message->currency, out->currency, sizeof(out->currency));
}

/* False: there are more than there may be, or no room. */
static bool read_bought(struct shape *shape, const Linkgate__V1__OverviewAccount *account,
                        struct overview_account *out) {
    if (account->n_holdings > OVERVIEW_HOLDINGS_MAX || account->n_loans > OVERVIEW_LOANS_MAX)
        return false;
    struct overview_holding *holdings =
        arena_try(shape->arena, (account->n_holdings + 1) * sizeof(*holdings));
    struct overview_loan *loans = arena_try(shape->arena, (account->n_loans + 1) * sizeof(*loans));
    if (holdings == NULL || loans == NULL)
        return false;
    for (size_t i = 0; i < account->n_holdings; i++)
        read_holding(shape, account->holdings[i], &holdings[i]);
    for (size_t i = 0; i < account->n_loans; i++)
        read_loan(shape, account->loans[i], &loans[i]);
    out->holdings = holdings;
    out->holding_count = (uint32_t)account->n_holdings;
    out->more_holdings = account->more_holdings != 0;
    out->loans = loans;
    out->loan_count = (uint32_t)account->n_loans;
    out->more_loans = account->more_loans != 0;
    return true;
}

static void read_account(struct shape *shape, const Linkgate__V1__OverviewAccount *account,
                         struct overview_account *out) {
    *out = (struct overview_account){
        .link_state = (enum link_state)shape_known((int)account->link_state, LINK_STATES - 1),
        .status = (enum overview_status)shape_known((int)account->status, OVERVIEW_NOT_ACTIVE),
        .balance = {
            .masked = shape_clean_or_empty(account->account_masked, MASKED_ACCOUNT_MAX),
            .available_fen = account->available_fen,
            .booked_fen = account->booked_fen,
            .currency = shape_clean_or_empty(account->currency, CURRENCY_SIZE - 1),
            .as_of_ms = account->as_of_ms,
            .reason = shape_reason_or_empty(account->reason),
        }};
    shape_id(shape, "accounts.link_id", &account->link_id, &out->balance.link);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "accounts.bank_code", account->bank_code,
                    &out->balance.bank);
}

int partner_decode_overview_reply(struct span payload, struct arena *arena,
                                  struct overview_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__OverviewReply *message = shape_read(
        &shape, payload, &linkgate__v1__overview_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL || message->n_accounts > OVERVIEW_PARTS_MAX)
        return WIRE_REFUSED;
    struct overview_view read = {.count = (uint32_t)message->n_accounts};
    for (uint32_t i = 0; i < read.count; i++) {
        read_account(&shape, message->accounts[i], &read.accounts[i]);
        if (!read_bought(&shape, message->accounts[i], &read.accounts[i]))
            return WIRE_REFUSED;
    }
    shape_id_or_none(&shape, "next_link_id", &message->next_link_id, &read.next);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}
