/*
 * Transfers, nets, positions and settlement windows for operators.
 *
 * Invariant: transfers that are open (reserved, pending, UNKNOWN) are found by the table of open
 * objects, under their links: how long the history of all others is does not matter.
 */
#include "daemon/admin_page.h"
#include "daemon/admin_rows.h"

static bool transfer_fits(const struct admin_filter *filter, const struct transfer *transfer) {
    return (filter->state == 0 || filter->state == (uint32_t)transfer->state) &&
           (filter->bank == 0 || filter->bank == transfer->debtor_bank ||
            filter->bank == transfer->creditor_bank) &&
           (filter->kind == 0 || filter->kind == (uint32_t)transfer->kind) &&
           transfer->received_at_ms >= filter->from_ms &&
           (filter->until_ms == 0 || transfer->received_at_ms < filter->until_ms) &&
           transfer->amount.fen >= filter->min_fen &&
           (filter->max_fen == 0 || transfer->amount.fen <= filter->max_fen) &&
           (!filter->conflict || transfer->conflict);
}

/* Whether all of that state stand in the table of open objects. */
static bool is_open_state(uint32_t state) {
    return state != 0 && transfer_reserved((enum transfer_state)state);
}

/* Open rows are in order of links: where to go on is the place of the last one, gone or not. */
static int next_open(struct store *store, const struct id *after, struct transfer *transfer_out) {
    struct store_open_row from = {.kind = OBJECT_TRANSFER, .object = *after};
    struct store_open_row row;
    struct transfer last;
    int result = 0;
    if (!id_is_zero(after) && (result = store_get_transfer(store, after, &last)) == 0)
        from.parent = last.link;
    if (result == 0)
        result = store_next_open(store, OBJECT_TRANSFER, id_is_zero(after) ? NULL : &from, &row);
    return result == 0 ? store_get_transfer(store, &row.object, transfer_out) : result;
}

/* The next transfer, of all, of the open ones, or of one link. */
static int next_transfer(const struct admin_listing *listing, struct store *store,
                         const struct id *after, struct transfer *transfer_out) {
    const struct admin_filter *filter = &listing->filter;
    if (id_is_zero(&filter->link))
        return is_open_state(filter->state) ? next_open(store, after, transfer_out)
                                            : store_next_transfer(store, after, transfer_out);
    struct id id;
    int result = store_next_transfer_of_link(store, &filter->link, after, &id);
    return result == 0 ? store_get_transfer(store, &id, transfer_out) : result;
}

/* Ids are in order of time, so that a time is a place to begin at; but for open rows. */
static struct id begin_at(const struct admin_listing *listing) {
    const struct admin_filter *filter = &listing->filter;
    if (filter->from_ms <= 0 || is_open_state(filter->state))
        return listing->after;
    struct id from = id_make(filter->from_ms, 0, 0);
    return id_compare(&listing->after, &from) > 0 ? listing->after : from;
}

static bool is_past(const struct admin_listing *listing, const struct transfer *transfer) {
    const struct admin_filter *filter = &listing->filter;
    return filter->until_ms != 0 && transfer->received_at_ms >= filter->until_ms &&
           !is_open_state(filter->state);
}

int money_transfers(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct id last = begin_at(listing);
    struct transfer transfer;
    int result;
    while ((result = next_transfer(listing, store, &last, &transfer)) == 0 &&
           !is_past(listing, &transfer) && page_look(&page)) {
        if (transfer_fits(&listing->filter, &transfer) &&
            !page_add(&page, &admin_transfer_row(&transfer, &page.arena)->base))
            break;
        last = transfer.id;
    }
    Linkgate__Admin__V1__TransferPage message;
    linkgate__admin__v1__transfer_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), TRANSFERS, transfers);
    return result < 0 ? result : 0;
}

int money_transfer(struct admin_listing *listing, struct store *store) {
    struct transfer transfer;
    int result = store_get_transfer(store, &listing->after, &transfer);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no transfer of that id. See `transfer list`.");
    if (result != 0)
        return result < 0 ? result : 0;
    struct page page;
    page_init(&page, 1);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(TRANSFER);
    result = admin_transfer_detail(store, &transfer, &page.arena, &reply.transfer);
    if (result == 0)
        page_finish(listing, &page, &reply);
    else
        arena_deinit(&page.arena);
    return result;
}

/* window 0: of any. */
static int next_net(struct store *store, uint64_t window, const struct pair_net *after,
                    struct pair_net *net_out) {
    return window == 0 ? store_next_net(store, after, net_out)
                       : store_next_net_of_window(store, window, after, net_out);
}

int money_nets(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct pair_net last = listing->after_net;
    uint64_t window = listing->filter.window;
    bool begun = listing->after_is_given;
    struct pair_net net;
    int result;
    while ((result = next_net(store, window, begun ? &last : NULL, &net)) == 0 &&
           page_look(&page)) {
        bank_code bank = listing->filter.bank;
        if ((bank == 0 || bank == net.low || bank == net.high) &&
            !page_add(&page, admin_net_row(&net, &page.arena)))
            break;
        last = net;
        begun = true;
    }
    Linkgate__Admin__V1__NetPage message;
    linkgate__admin__v1__net_page__init(&message);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__NetRow **)(void *)page.rows;
    message.more = page.more;
    message.last = begun ? (void *)admin_net_row(&last, &page.arena) : NULL;
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(NETS);
    reply.nets = &message;
    page_finish(listing, &page, &reply);
    return result < 0 ? result : 0;
}

int money_positions(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct position last = listing->after_position;
    bool begun = listing->after_is_given;
    struct position position;
    int result;
    while ((result = store_next_position(store, begun ? &last : NULL, &position)) == 0 &&
           page_look(&page)) {
        if ((listing->filter.bank == 0 || listing->filter.bank == position.bank) &&
            !page_add(&page, admin_position_row(&position, &page.arena)))
            break;
        last = position;
        begun = true;
    }
    Linkgate__Admin__V1__PositionPage message;
    linkgate__admin__v1__position_page__init(&message);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__PositionRow **)(void *)page.rows;
    message.more = page.more;
    message.last = begun ? (void *)admin_position_row(&last, &page.arena) : NULL;
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(POSITIONS);
    reply.positions = &message;
    page_finish(listing, &page, &reply);
    return result < 0 ? result : 0;
}

int money_windows(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    uint64_t last = listing->after_sequence;
    struct window window;
    int result;
    while ((result = store_next_window(store, last, &window)) == 0 && page_look(&page)) {
        if (!page_add(&page, admin_window_row(&window, &page.arena)))
            break;
        last = window.number;
    }
    Linkgate__Admin__V1__WindowPage message;
    linkgate__admin__v1__window_page__init(&message);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__WindowRow **)(void *)page.rows;
    message.more = page.more;
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(WINDOWS);
    reply.windows = &message;
    page_finish(listing, &page, &reply);
    return result < 0 ? result : 0;
}
