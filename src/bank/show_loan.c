/*
 * Commands that show loans: as the gateway told them last, and as this lender's own book has them.
 *
 * Invariant: as show.c's.
 */
#include "bank/debts.h"
#include "bank/print.h"
#include "bank/show.h"

static bool show_loan(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct arena arena;
    struct loan_view view;
    struct bk_json json;
    bool going = true;
    (void)key;
    arena_init(&arena, 4096, 0);
    if (partner_decode_loan_reply(value, &arena, &view) == 0) {
        going = bk_listing_next(listing, &json);
        if (going) {
            bk_print_loan(&json, &view);
            bk_json_end(&json);
        }
    }
    arena_deinit(&arena);
    return going;
}

void bk_command_loans(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_LOANS, show_loan, &listing);
    bk_listing_end(&listing);
}

static bool show_debt(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct bk_debt debt;
    struct bk_json json;
    (void)key;
    if (!bk_debt_read(value, &debt))
        return true;
    if (!bk_listing_next(listing, &json))
        return false;
    bk_print_debt(&json, &debt);
    bk_json_end(&json);
    return true;
}

void bk_command_debts(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_DEBTS, show_debt, &listing);
    bk_listing_end(&listing);
}
