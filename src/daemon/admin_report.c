/*
 * What a bank's day adds up to and no other listing has: its refused requests, by why.
 *
 * Invariant: a page looks at no more than ADMIN_PAGE_SCAN_MAX rows, and each request is counted on
 * one page. Requests that were refused before the ledger recorded them (no session, no message, a
 * date that is off) have no row and are not counted; what the gateway rejected later is a state of
 * its transfer.
 */
#include "daemon/admin_page.h"
#include "daemon/admin_rows.h"
#include "domain/rules_document.h"

/* Rows stand in the order of the times that banks gave their ids; the rules say how much earlier or
 * later than recorded that may be: here the most that any rules can. */
static int64_t most(size_t member) {
    size_t i = 0;
    while (rules_number_at(i)->at != member)
        i++;
    return rules_number_at(i)->max;
}

static struct id begin_at(const struct admin_listing *listing) {
    int64_t age_ms = most(offsetof(struct rules, request_age_max_ms));
    int64_t from_ms = listing->filter.from_ms - age_ms - 1;
    struct id from = id_make(from_ms > 0 ? from_ms : 0, 0, 0);
    return id_compare(&listing->after, &from) > 0 ? listing->after : from;
}

static bool is_past(const struct admin_listing *listing, const struct id *request) {
    int64_t until_ms = listing->filter.until_ms;
    return until_ms != 0 &&
           id_ms(request) - until_ms > most(offsetof(struct rules, request_ahead_max_ms));
}

static bool refusal_fits(const struct admin_filter *filter, const struct store_request *row) {
    return row->refusal > REFUSAL_NONE && row->refusal < REFUSAL_CODES &&
           row->at_ms >= filter->from_ms &&
           (filter->until_ms == 0 || row->at_ms < filter->until_ms);
}

static bool add_counts(struct page *page, const uint64_t counts[REFUSAL_CODES]) {
    for (int code = REFUSAL_NONE + 1; code < REFUSAL_CODES; code++) {
        if (counts[code] == 0)
            continue;
        const struct refusal_row *refusal = refusal_row((enum refusal_code)code);
        Linkgate__Admin__V1__RefusalCount *row = arena_take(&page->arena, sizeof(*row));
        linkgate__admin__v1__refusal_count__init(row);
        row->reason = admin_text(&page->arena, refusal->reason);
        row->detail = admin_text(&page->arena, refusal->detail);
        row->count = counts[code];
        if (!page_add(page, &row->base))
            return false;
    }
    return true;
}

int report_refusals(struct admin_listing *listing, struct store *store) {
    uint64_t counts[REFUSAL_CODES] = {0};
    struct page page;
    page_init(&page, REFUSAL_CODES);
    struct id last = begin_at(listing);
    struct id request;
    struct store_request row;
    int result;
    while ((result = store_next_request(store, listing->filter.bank, &last, &request, &row)) == 0 &&
           !is_past(listing, &request) && page_look(&page)) {
        if (refusal_fits(&listing->filter, &row))
            counts[row.refusal]++;
        last = request;
    }
    bool room = add_counts(&page, counts);
    ENSURE(room); /* a row a code, of a few dozen bytes */
    Linkgate__Admin__V1__RefusalPage message;
    linkgate__admin__v1__refusal_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), REFUSALS, refusals);
    return result < 0 ? result : 0;
}
