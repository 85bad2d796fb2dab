/*
 * Reading and writing the view of all links of one account.
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

void message_encode_overview_reply(const struct overview_view *view, struct buf *out) {
    struct pack pack;
    Linkgate__V1__OverviewReply wire;
    Linkgate__V1__OverviewAccount accounts[OVERVIEW_PARTS_MAX];
    Linkgate__V1__OverviewAccount *pointers[OVERVIEW_PARTS_MAX];
    ENSURE(view->count <= OVERVIEW_PARTS_MAX);
    pack_init(&pack);
    linkgate__v1__overview_reply__init(&wire);
    for (uint32_t i = 0; i < view->count; i++) {
        pack_account(&pack, &view->accounts[i], &accounts[i]);
        pointers[i] = &accounts[i];
    }
    wire.n_accounts = view->count;
    wire.accounts = pointers;
    wire.next_link_id = pack_id(&view->next);
    pack_finish(&pack, &wire.base, out);
}
