/*
 * Applications for cards, as operators see them.
 *
 * Invariant: a number stays at its last four; elements, address and question are not read here. What
 * a card waits for is told from its own record.
 */
#include "daemon/admin_message.h"
#include "daemon/admin_page.h"
#include "daemon/admin_rows.h"

/* No rule allows more live links of one account; of those that ended the latest is enough. */
#define LINKS_LOOKED_AT_MAX 256u

Linkgate__Admin__V1__CardRow *admin_card_row(const struct card *card, struct arena *arena) {
    static const char *const ways[] = {"NONE", "MAIL", "COUNTER"};
    bool known = (unsigned)card->delivery < sizeof(ways) / sizeof(ways[0]);
    Linkgate__Admin__V1__CardRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__card_row__init(row);
    row->id = admin_id(arena, &card->id);
    row->state = admin_text(arena, card_state_name(card->state));
    row->class2_bank = card->class2_bank;
    row->class1_bank = card->class1_bank;
    row->delivery = admin_text(arena, known ? ways[card->delivery] : "INVALID");
    row->masked = admin_text(arena, card->masked);
    row->issues = card->issues;
    row->reason = admin_text(arena, card->reason);
    row->applied_at_ms = card->applied_at_ms;
    row->issued_at_ms = card->issued_at_ms;
    row->dispatched_at_ms = card->dispatched_at_ms;
    row->activated_at_ms = card->activated_at_ms;
    row->due_at_ms = card_due_ms(card);
    return row;
}

static bool fits(const struct admin_listing *listing, const struct card *card) {
    const struct admin_filter *filter = &listing->filter;
    return (filter->state == 0 || filter->state == (uint32_t)card->state) &&
           (filter->bank == 0 || filter->bank == card->class2_bank ||
            filter->bank == card->class1_bank);
}

int card_list(struct admin_listing *listing, struct store *store) {
    struct page page;
    struct card card;
    struct id last = listing->after;
    int result;
    page_init(&page, listing->max);
    while ((result = store_next_card(store, &last, &card)) == 0 && page_look(&page)) {
        if (fits(listing, &card) && !page_add(&page, &admin_card_row(&card, &page.arena)->base))
            break;
        last = card.id;
    }
    Linkgate__Admin__V1__CardPage message;
    linkgate__admin__v1__card_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), CARDS, cards);
    return result < 0 ? result : 0;
}

/* ---- one ---- */

static const char *waits_for(const struct card *card) {
    switch (card->state) {
    case CARD_APPLIED:
        return "the Class I bank's answer to the application";
    case CARD_UNKNOWN:
        return "the Class I bank's word whether it has taken the application: it did not answer";
    case CARD_FORWARDED:
        return "the Class I bank to issue the card";
    case CARD_ISSUED:
        return card->dispatched_at_ms ? "the customer to activate the card in person"
                                      : "the Class I bank to send the card, or lay it ready";
    case CARD_LOST:
        return "the Class I bank to issue another card in place of the lost one";
    case CARD_ACTIVATED:
    case CARD_REFUSED:
    case CARD_CANCELLED:
    case CARD_EXPIRED:
    case CARD_NONE:
    case CARD_STATES:
        break;
    }
    return "";
}

/* The latest link of its number; zero: none. */
static int latest_link(struct store *store, const struct card *card, struct id *link_out) {
    struct id last = {{0}};
    struct id id = last;
    int result = STORE_ABSENT;
    for (uint32_t n = 0; card->issues > 0 && n < LINKS_LOOKED_AT_MAX; n++) {
        result = store_next_link_of_account(store, &card->class1_key, &last, &id);
        if (result != 0)
            break;
        last = id;
    }
    *link_out = last;
    return result < 0 ? result : 0;
}

int card_show(struct admin_listing *listing, struct store *store) {
    struct card card;
    struct id link = {{0}};
    int result = store_get_card(store, &listing->after, &card);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no card of that id. See `card list`.");
    if (result == 0)
        result = latest_link(store, &card, &link);
    if (result != 0)
        return result < 0 ? result : 0;
    struct page page;
    page_init(&page, 1);
    Linkgate__Admin__V1__CardDetail detail;
    linkgate__admin__v1__card_detail__init(&detail);
    detail.row = admin_card_row(&card, &page.arena);
    detail.waits_for = admin_text(&page.arena, waits_for(&card));
    detail.link = admin_id_if(&page.arena, &link);
    detail.n_history = card.history.count;
    detail.history = admin_history_rows(OBJECT_CARD, &card.history, &page.arena);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(CARD_DETAIL);
    reply.card_detail = &detail;
    page_finish(listing, &page, &reply);
    return 0;
}
