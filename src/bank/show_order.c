/*
 * Commands that show orders: as the gateway told them last, and as the issuer's own book has them.
 *
 * Invariant: as show.c's.
 */
#include "bank/lots.h"
#include "bank/print.h"
#include "bank/show.h"

static bool show_order(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct arena arena;
    struct notice_place place;
    struct order_view view;
    struct span event;
    struct bk_json json;
    bool going = true;
    (void)key;
    arena_init(&arena, 4096, 0);
    if (partner_decode_order_notice(value, &arena, &place, &view, &event) == 0) {
        going = bk_listing_next(listing, &json);
        if (going) {
            bk_print_order(&json, &view);
            bk_json_text(&json, "event", event);
            bk_json_end(&json);
        }
    }
    arena_deinit(&arena);
    return going;
}

void bk_command_orders(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_ORDERS, show_order, &listing);
    bk_listing_end(&listing);
}

static bool show_lot(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct bk_lot lot;
    struct bk_json json;
    (void)key;
    if (!bk_lot_read(value, &lot))
        return true;
    if (!bk_listing_next(listing, &json))
        return false;
    bk_print_lot(&json, &lot);
    bk_json_end(&json);
    return true;
}

void bk_command_lots(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_LOTS, show_lot, &listing);
    bk_listing_end(&listing);
}
