/*
 * Reading and writing the view of all links of one account. The answer is made account by account: a
 * protobuf message that is appended to another of its kind is one with both's entries.
 */
#include "linkgate/v1/view.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/values.h"

_Static_assert((int)OVERVIEW_ANSWERED ==
                       (int)LINKGATE__V1__OVERVIEW_STATUS__OVERVIEW_STATUS_ANSWERED &&
                   (int)OVERVIEW_NOT_ACTIVE ==
                       (int)LINKGATE__V1__OVERVIEW_STATUS__OVERVIEW_STATUS_NOT_ACTIVE,
               "wire values");

void read_query_overview(struct shape *shape, struct span payload, struct query_overview *out) {
    const Linkgate__V1__QueryOverview *message = shape_read(
        shape, payload, &linkgate__v1__query_overview__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct query_overview){0};
    bool numbered = shape_text(message->account_number).size > 0;
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    if (numbered)
        shape_account_number(shape, REFUSAL_ACCOUNT, "account_number", message->account_number,
                             &out->account_number);
    else
        shape_id(shape, "link_id", &message->link_id, &out->link);
    if (numbered && message->link_id.len > 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "account_number");
    shape_id_or_none(shape, "after_link_id", &message->after_link_id, &out->after);
}

static void pack_account(struct pack *pack, const struct overview_account *account,
                         Linkgate__V1__OverviewAccount *wire) {
    const struct balance_answer *balance = &account->balance;
    linkgate__v1__overview_account__init(wire);
    wire->link_id = pack_id(&balance->link);
    wire->link_state = (Linkgate__V1__LinkState)account->link_state;
    wire->bank_code = pack_bank(pack, balance->bank);
    wire->account_masked = pack_text(pack, balance->masked);
    wire->status = (Linkgate__V1__OverviewStatus)account->status;
    wire->available_fen = balance->available_fen;
    wire->booked_fen = balance->booked_fen;
    wire->currency = pack_text(pack, balance->currency);
    wire->as_of_ms = balance->as_of_ms;
    wire->reason = pack_text(pack, balance->reason);
}

/* What stands in one account besides itself. */
struct packed_bought {
    Linkgate__V1__OverviewHolding holdings[OVERVIEW_HOLDINGS_MAX];
    Linkgate__V1__OverviewHolding *holding_pointers[OVERVIEW_HOLDINGS_MAX];
    Linkgate__V1__OverviewLoan loans[OVERVIEW_LOANS_MAX];
    Linkgate__V1__OverviewLoan *loan_pointers[OVERVIEW_LOANS_MAX];
};

static void pack_holding(struct pack *pack, const struct overview_holding *holding,
                         Linkgate__V1__OverviewHolding *wire) {
    linkgate__v1__overview_holding__init(wire);
    wire->order_id = pack_id(&holding->order);
    wire->issuer_bank_code = pack_bank(pack, holding->issuer);
    wire->product_code = pack_text(pack, span_text(holding->product));
    wire->kind = (Linkgate__V1__ProductKind)holding->kind;
    wire->state = (Linkgate__V1__OrderState)holding->state;
    wire->units = holding->units;
    wire->cost_fen = holding->cost_fen;
    wire->currency = pack_text(pack, span_text(holding->currency));
    wire->matures_at_ms = holding->matures_at_ms;
}

static void pack_loan(struct pack *pack, const struct overview_loan *loan,
                      Linkgate__V1__OverviewLoan *wire) {
    linkgate__v1__overview_loan__init(wire);
    wire->loan_id = pack_id(&loan->loan);
    wire->lead_bank_code = pack_bank(pack, loan->lead);
    wire->product_code = pack_text(pack, span_text(loan->product));
    wire->state = (Linkgate__V1__LoanState)loan->state;
    wire->principal_fen = loan->principal_fen;
    wire->interest_due_fen = loan->interest_due_fen;
    wire->available_fen = loan->available_fen;
    wire->currency = pack_text(pack, span_text(loan->currency));
}

static void pack_bought(struct pack *pack, const struct overview_account *account,
                        struct packed_bought *bought, Linkgate__V1__OverviewAccount *wire) {
    ENSURE(account->holding_count <= OVERVIEW_HOLDINGS_MAX &&
           account->loan_count <= OVERVIEW_LOANS_MAX);
    for (uint32_t i = 0; i < account->holding_count; i++) {
        pack_holding(pack, &account->holdings[i], &bought->holdings[i]);
        bought->holding_pointers[i] = &bought->holdings[i];
    }
    for (uint32_t i = 0; i < account->loan_count; i++) {
        pack_loan(pack, &account->loans[i], &bought->loans[i]);
        bought->loan_pointers[i] = &bought->loans[i];
    }
    wire->n_holdings = account->holding_count;
    wire->holdings = bought->holding_pointers;
    wire->more_holdings = account->more_holdings;
    wire->n_loans = account->loan_count;
    wire->loans = bought->loan_pointers;
    wire->more_loans = account->more_loans;
}

static void append_account(const struct overview_account *account, struct buf *out) {
    struct pack pack;
    struct packed_bought bought;
    Linkgate__V1__OverviewAccount wire;
    Linkgate__V1__OverviewAccount *entries[] = {&wire};
    Linkgate__V1__OverviewReply reply;
    pack_init(&pack);
    linkgate__v1__overview_reply__init(&reply);
    pack_account(&pack, account, &wire);
    pack_bought(&pack, account, &bought, &wire);
    reply.n_accounts = 1;
    reply.accounts = entries;
    pack_finish(&pack, &reply.base, out);
}

void message_encode_overview_reply(const struct overview_view *view, struct buf *out) {
    struct pack pack;
    Linkgate__V1__OverviewReply wire;
    ENSURE(view->count <= OVERVIEW_PARTS_MAX);
    for (uint32_t i = 0; i < view->count; i++)
        append_account(&view->accounts[i], out);
    pack_init(&pack);
    linkgate__v1__overview_reply__init(&wire);
    wire.next_link_id = pack_id(&view->next);
    pack_finish(&pack, &wire.base, out);
}
