/*
 * The gateway's own list of a bank, row by row, and what its holdings and loans add up to.
 *
 * Invariant: rows come page by page, each once, in order of ids; memory is that of a page. A sum that
 * does not fit is refused, never wrapped.
 */
#include "tools/ctl_listed.h"

#include <stdlib.h>
#include <string.h>

#include "domain/loan_state.h"
#include "tools/ctl_object.h"

#define PAGE_ROWS 500u

struct taking {
    struct ctl_session *session;
    const struct ctl_listed *listed;
};

static enum ctl_exit take_page(const struct taking *taking,
                               const Linkgate__Admin__V1__ListedPage *page) {
    const struct ctl_listed *listed = taking->listed;
    for (size_t i = 0; i < page->n_rows; i++) {
        struct recon_item item;
        const char *fault;
        if (!recon_item_parse(listed->kind, span_text(page->rows[i]->line), &item, &fault) ||
            !listed->take(listed->context, &item, page->rows[i]->line))
            return ctl_wrong(taking->session, "the gateway gave a row that no list may have");
    }
    return CTL_OK;
}

enum ctl_exit ctl_each_listed(struct ctl_session *session, const struct ctl_listed *listed,
                              char date_out[DATE_TEXT_SIZE]) {
    struct taking taking = {session, listed};
    Linkgate__Admin__V1__ListWindowTransfers order;
    linkgate__admin__v1__list_window_transfers__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_WINDOW_TRANSFERS));
    request.list_window_transfers = &order;
    char *kind = xstrdup(recon_kind_name(listed->kind));
    enum ctl_exit result;
    bool more = false;
    order.kind = kind;
    order.bank = listed->bank;
    order.window = listed->window;
    order.max = PAGE_ROWS;
    do {
        result = ctl_ask_for(session, &request, CTL_RESULT(LISTED));
        if (result != CTL_OK)
            break;
        const Linkgate__Admin__V1__ListedPage *page = session->reply->listed;
        result = take_page(&taking, page);
        if (strlen(page->business_date) == DATE_TEXT_SIZE - 1)
            memcpy(date_out, page->business_date, DATE_TEXT_SIZE);
        more = page->more;
        order.after = page->next;
        request.going_on = true;
    } while (result == CTL_OK && more);
    free(kind);
    return result;
}

/* ---- sums ---- */

struct sums {
    bank_code bank;
    struct recon_totals totals;
    struct recon_totals overdue; /* of loans */
};

static bool add(void *context, const struct recon_item *item, const char *line) {
    struct sums *sums = context;
    (void)line;
    if (item->kind == RECON_LOANS && item->state == LOAN_OVERDUE &&
        !recon_totals_add(&sums->overdue, sums->bank, item))
        return false;
    return recon_totals_add(&sums->totals, sums->bank, item);
}

static enum ctl_exit sum_up(struct ctl_session *session, enum recon_kind kind, bank_code bank,
                            struct sums *sums_out) {
    struct ctl_listed listed = {.kind = kind, .bank = bank, .take = add, .context = sums_out};
    char unused[DATE_TEXT_SIZE];
    *sums_out = (struct sums){.bank = bank};
    return ctl_each_listed(session, &listed, unused);
}

enum ctl_exit ctl_gather_bought(struct ctl_session *session, bank_code bank, json_t **holdings_out,
                                json_t **loans_out) {
    struct sums holdings, loans;
    enum ctl_exit result = sum_up(session, RECON_HOLDINGS, bank, &holdings);
    if (result == CTL_OK)
        result = sum_up(session, RECON_LOANS, bank, &loans);
    if (result != CTL_OK)
        return result;
    *holdings_out = json_pack("{s:I, s:I, s:I}", "count", (json_int_t)holdings.totals.count,
                              "distributed_fen", (json_int_t)holdings.totals.debit_fen,
                              "issued_fen", (json_int_t)holdings.totals.credit_fen);
    *loans_out =
        json_pack("{s:I, s:I, s:I, s:I, s:I}", "count", (json_int_t)loans.totals.count,
                  "principal_fen", (json_int_t)loans.totals.debit_fen, "interest_paid_fen",
                  (json_int_t)loans.totals.credit_fen, "overdue", (json_int_t)loans.overdue.count,
                  "overdue_fen", (json_int_t)loans.overdue.debit_fen);
    return CTL_OK;
}
