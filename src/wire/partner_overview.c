/*
 * A partner bank's side of the view of all links of one account. Conventions as in
 * partner_account.c.
 */
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
    for (uint32_t i = 0; i < read.count; i++)
        read_account(&shape, message->accounts[i], &read.accounts[i]);
    shape_id_or_none(&shape, "next_link_id", &message->next_link_id, &read.next);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}
