/*
 * What waits for somebody, counted: for the status that operators keep on their screens.
 *
 * Invariant: it looks at no more than ADMIN_PAGE_SCAN_MAX rows of a table, and says so when there were
 * more. Counts of transfers are the ledger's own and always whole.
 */
#include "daemon/admin_page.h"
#include "store/orders.h"

/* One of so many looks at a table; false when there are none left. */
static bool look(uint32_t *looks, Linkgate__Admin__V1__OpenWork *work) {
    if (*looks > 0) {
        *looks -= 1;
        return true;
    }
    work->counted_all = false;
    return false;
}

static int count_banks(struct store *store, Linkgate__Admin__V1__OpenWork *work) {
    struct bank bank = {0};
    int result;
    while ((result = store_next_bank(store, bank.code, &bank)) == 0) {
        struct bank_counters counters;
        if ((result = store_get_bank_counters(store, bank.code, &counters)) < 0)
            break;
        work->unknown += counters.unknown;
        work->uncredited += counters.uncredited;
        work->unanswered += counters.unanswered;
    }
    return result < 0 ? result : 0;
}

static int find_oldest(struct store *store, Linkgate__Admin__V1__OpenWork *work) {
    uint32_t looks = ADMIN_PAGE_SCAN_MAX;
    struct store_open_row row, after;
    const struct store_open_row *from = NULL;
    int result = 0;
    while (work->unknown > 0 &&
           (result = store_next_open(store, OBJECT_TRANSFER, from, &row)) == 0 &&
           look(&looks, work)) {
        struct transfer transfer;
        if ((result = store_get_transfer(store, &row.object, &transfer)) != 0)
            return result < 0 ? result : STORE_DAMAGED;
        int64_t since_ms = transfer.unknown_at_ms;
        if (transfer.state == TRANSFER_UNKNOWN && since_ms != 0 &&
            (work->oldest_unknown_at_ms == 0 || since_ms < work->oldest_unknown_at_ms))
            work->oldest_unknown_at_ms = since_ms;
        after = row;
        from = &after;
    }
    return result < 0 ? result : 0;
}

static int count_approvals(struct store *store, Linkgate__Admin__V1__OpenWork *work) {
    uint32_t looks = ADMIN_PAGE_SCAN_MAX;
    struct store_open_row row, after;
    const struct store_open_row *from = NULL;
    int result;
    while ((result = store_next_open(store, OBJECT_APPROVAL, from, &row)) == 0 &&
           look(&looks, work)) {
        work->approvals_waiting++;
        after = row;
        from = &after;
    }
    return result < 0 ? result : 0;
}

static int count_cases(struct store *store, Linkgate__Admin__V1__OpenWork *work) {
    uint32_t looks = ADMIN_PAGE_SCAN_MAX;
    struct inquiry_case inquiry = {0};
    int result;
    while ((result = store_next_case(store, &inquiry.id, &inquiry)) == 0 && look(&looks, work)) {
        work->cases_open += inquiry.state != CASE_CLOSED;
        work->cases_overdue += inquiry.overdue && inquiry.state == CASE_OPEN;
    }
    return result < 0 ? result : 0;
}

static void count_order(const struct product_order *order, Linkgate__Admin__V1__OpenWork *work) {
    work->orders_open++;
    work->orders_unknown += order->unknown;
    work->orders_late_confirmation += (order->late & PRODUCT_LATE_CONFIRMATION) != 0;
    work->orders_late_refund += (order->late & PRODUCT_LATE_REFUND) != 0;
    work->orders_late_payout += (order->late & PRODUCT_LATE_PAYOUT) != 0;
}

static void count_loan(const struct loan *loan, Linkgate__Admin__V1__OpenWork *work) {
    work->loans_open++;
    work->loans_unknown += loan->unknown;
    work->loans_overdue += loan->state == LOAN_OVERDUE;
}

/* Orders or loans, by the table of open objects. */
static int count_bought(struct store *store, enum object_kind kind,
                        Linkgate__Admin__V1__OpenWork *work) {
    uint32_t looks = ADMIN_PAGE_SCAN_MAX;
    struct store_open_row row, after;
    const struct store_open_row *from = NULL;
    struct product_order order;
    struct loan loan;
    int result;
    while ((result = store_next_open(store, kind, from, &row)) == 0 && look(&looks, work)) {
        bool of_order = kind == OBJECT_ORDER;
        result = of_order ? store_get_order(store, &row.object, &order)
                          : store_get_loan(store, &row.object, &loan);
        if (result != 0)
            return result < 0 ? result : STORE_DAMAGED;
        if (of_order)
            count_order(&order, work);
        else
            count_loan(&loan, work);
        after = row;
        from = &after;
    }
    return result < 0 ? result : 0;
}

int work_open(struct admin_listing *listing, struct store *store) {
    Linkgate__Admin__V1__OpenWork work;
    linkgate__admin__v1__open_work__init(&work);
    work.counted_all = true;
    int result = count_banks(store, &work);
    if (result == 0)
        result = find_oldest(store, &work);
    if (result == 0)
        result = count_approvals(store, &work);
    if (result == 0)
        result = count_cases(store, &work);
    if (result == 0)
        result = count_bought(store, OBJECT_ORDER, &work);
    if (result == 0)
        result = count_bought(store, OBJECT_LOAN, &work);
    if (result != 0)
        return result;
    struct page page;
    page_init(&page, 1);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(OPEN_WORK);
    reply.open_work = &work;
    page_finish(listing, &page, &reply);
    return 0;
}
