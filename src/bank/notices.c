/*
 * Taking in notices.
 *
 * Invariant: the mark stored is the last of a row without gaps, stored in the commit that holds
 * what the notices changed; so an acknowledgement, sent after it, never covers a notice whose
 * effect could be forgotten. Notices beyond a gap are applied (that is harmless) and remembered
 * until the gap is filled.
 */
#include "bank/notices.h"

#include <stdlib.h>
#include <string.h>

#include "bank/journal.h"
#include "bank/loans.h"
#include "bank/order_desk.h"
#include "bank/settle.h"
#include "bank/windows.h"
#include "bank/words.h"
#include "util/logline.h"

struct bk_notices {
    struct bk_bank *bank;
    struct bk_notice_mark last;
    struct bk_notice_mark ahead[BK_NOTICES_AHEAD];
    size_t ahead_count;
    struct bk_notice_seen seen[BK_NOTICES_KEPT]; /* a ring */
    uint64_t seen_count;                         /* of all since the start */
};

struct bk_notices *bk_notices_open(struct bk_bank *bank) {
    struct bk_notices *notices = xcalloc(1, sizeof(*notices));
    notices->bank = bank;
    struct span row;
    if (!bk_db_get(bank->db, BK_NOTICES, span_of(NULL, 0), &row))
        return notices;
    struct reader reader = reader_over(row);
    notices->last.sequence = reader_be64(&reader);
    struct span token = reader_bytes(&reader, DIGEST_SIZE);
    bk_row_done(&reader, "bk_notices");
    memcpy(notices->last.token.bytes, token.data, DIGEST_SIZE);
    return notices;
}

void bk_notices_free(struct bk_notices *notices) {
    free(notices);
}

const struct bk_notice_mark *bk_notices_last(const struct bk_notices *notices) {
    return &notices->last;
}

const struct bk_notice_seen *bk_notices_seen(const struct bk_notices *notices, size_t index) {
    uint64_t kept = notices->seen_count < BK_NOTICES_KEPT ? notices->seen_count : BK_NOTICES_KEPT;
    if (index >= kept)
        return NULL;
    return &notices->seen[(notices->seen_count - kept + index) % BK_NOTICES_KEPT];
}

static void save(struct bk_notices *notices) {
    uint8_t row[8 + DIGEST_SIZE];
    put_be64(row, notices->last.sequence);
    memcpy(row + 8, notices->last.token.bytes, DIGEST_SIZE);
    bk_db_put(notices->bank->db, BK_NOTICES, span_of(NULL, 0), span_of(row, sizeof(row)));
}

/* Advances over those beyond the gap that follow on now. */
static void close_gap(struct bk_notices *notices) {
    for (size_t i = 0; i < notices->ahead_count;) {
        struct bk_notice_mark *mark = &notices->ahead[i];
        bool next = mark->sequence == notices->last.sequence + 1;
        if (next)
            notices->last = *mark;
        if (next || mark->sequence <= notices->last.sequence) {
            *mark = notices->ahead[--notices->ahead_count];
            i = 0;
        } else {
            i++;
        }
    }
}

static void mark(struct bk_notices *notices, const struct notice_place *place) {
    const struct bk_notice_mark taken = {place->sequence, place->token};
    if (place->sequence == notices->last.sequence + 1) {
        notices->last = taken;
        close_gap(notices);
        save(notices);
    } else if (place->sequence > notices->last.sequence &&
               notices->ahead_count < BK_NOTICES_AHEAD) {
        notices->ahead[notices->ahead_count++] = taken;
    }
}

/* As the bank that was told to post: does the gateway's final word agree with our books? If it was
 * accepted, the window is in it. */
static void compare(struct bk_bank *bank, const struct transfer_view *view) {
    struct bk_posting posting;
    bool posted =
        bk_books_find(&bank->books, &view->transfer, &posting) && posting.outcome == POSTING_POSTED;
    bool accepted = view->state == TRANSFER_ACCEPTED;
    bool final = accepted || view->state == TRANSFER_REJECTED || view->state == TRANSFER_CANCELLED;
    if (final && posted != accepted)
        log_line(LOG_ERR, "books_differ", LOG_ID("transfer", &view->transfer),
                 LOG_TEXT("posted", posted ? "yes" : "no"), LOG_INT("state", view->state),
                 LOG_TEXT("remedy", "open a case with the gateway's operator"));
    if (accepted)
        bk_journal_accepted(bank, view);
}

/* ---- one of each kind --------------------------------------------------------------------- */

/* Each reads one, acts on it, and says what it was. False: not readable as that. */
static bool take_transfer(struct bk_bank *bank, struct span payload, struct arena *arena,
                          struct notice_place *place_out, struct bk_notice_seen *seen) {
    struct transfer_view view;
    struct span event;
    if (partner_decode_transfer_notice(payload, arena, place_out, &view, &event))
        return false;
    if (!bk_settle(bank, &view))
        compare(bank, &view);
    seen->object = view.transfer;
    bk_text_copy(seen->event, sizeof(seen->event), event);
    bk_text_copy(seen->state, sizeof(seen->state), span_text(transfer_state_name(view.state)));
    bk_text_copy(seen->reason, sizeof(seen->reason), view.reason);
    return true;
}

static bool take_link(struct bk_bank *bank, struct span payload, struct arena *arena,
                      struct notice_place *place_out, struct bk_notice_seen *seen) {
    struct link_view view;
    struct span event;
    if (partner_decode_link_notice(payload, arena, place_out, &view, &event))
        return false;
    bk_links_hear(&bank->links, &view);
    seen->object = view.link;
    bk_text_copy(seen->event, sizeof(seen->event), event);
    bk_text_copy(seen->state, sizeof(seen->state), span_text(link_state_name(view.state)));
    bk_text_copy(seen->reason, sizeof(seen->reason), view.reason);
    return true;
}

/* Kept whole, for `cases`. */
static bool take_case(struct bk_bank *bank, struct span payload, struct arena *arena,
                      struct notice_place *place_out, struct bk_notice_seen *seen) {
    struct case_view view;
    if (partner_decode_case_notice(payload, arena, place_out, &view))
        return false;
    bk_db_put(bank->db, BK_CASES, id_span(&view.inquiry), payload);
    seen->object = view.inquiry;
    bk_text_copy(seen->event, sizeof(seen->event), span_text(case_subject_name(view.subject)));
    bk_text_copy(seen->state, sizeof(seen->state), span_text(case_state_name(view.state)));
    return true;
}

/* Kept whole, for `adjustments`. */
static bool take_adjustment(struct bk_bank *bank, struct span payload, struct arena *arena,
                            struct notice_place *place_out, struct bk_notice_seen *seen) {
    struct adjustment_view view;
    if (partner_decode_adjustment_notice(payload, arena, place_out, &view))
        return false;
    bk_db_put(bank->db, BK_ADJUSTMENTS, id_span(&view.adjustment), payload);
    seen->object = view.adjustment;
    bk_text_copy(seen->state, sizeof(seen->state), span_text(adjustment_state_name(view.state)));
    return true;
}

/* Kept whole, for `cards`. */
static bool take_card(struct bk_bank *bank, struct span payload, struct arena *arena,
                      struct notice_place *place_out, struct bk_notice_seen *seen) {
    struct card_view view;
    struct span event;
    if (partner_decode_card_notice(payload, arena, place_out, &view, &event))
        return false;
    bk_db_put(bank->db, BK_CARDS, id_span(&view.card), payload);
    seen->object = view.card;
    bk_text_copy(seen->event, sizeof(seen->event), event);
    bk_text_copy(seen->state, sizeof(seen->state), span_text(card_state_name(view.state)));
    return true;
}

/* Kept whole, for `products`. */
static bool take_product(struct bk_bank *bank, struct span payload, struct arena *arena,
                         struct notice_place *place_out, struct bk_notice_seen *seen) {
    struct product_view view;
    if (partner_decode_product_notice(payload, arena, place_out, &view))
        return false;
    uint8_t key[8 + PRODUCT_CODE_MAX];
    size_t size = strlen(view.product.code);
    put_be64(key, view.product.issuer);
    memcpy(key + 8, view.product.code, size);
    bk_db_put(bank->db, BK_PRODUCTS, span_of(key, 8 + size), payload);
    bk_text_copy(seen->event, sizeof(seen->event), span_text(view.product.code));
    bk_text_copy(seen->state, sizeof(seen->state),
                 span_text(product_state_name(view.product.state)));
    return true;
}

/* Kept whole, for `orders`; the issuer goes on with it. */
static bool take_order(struct bk_bank *bank, struct span payload, struct arena *arena,
                       struct notice_place *place_out, struct bk_notice_seen *seen) {
    struct order_view view;
    struct span event;
    if (partner_decode_order_notice(payload, arena, place_out, &view, &event))
        return false;
    bk_db_put(bank->db, BK_ORDERS, id_span(&view.order.id), payload);
    bk_desk_hear(bank, &view, event);
    seen->object = view.order.id;
    bk_text_copy(seen->event, sizeof(seen->event), event);
    bk_text_copy(seen->state, sizeof(seen->state),
                 span_text(product_order_state_name(view.order.state)));
    bk_text_copy(seen->reason, sizeof(seen->reason), span_text(view.order.reason));
    return true;
}

/* Kept, for `loans`; a lender may decide on it. */
static bool take_loan(struct bk_bank *bank, struct span payload, struct arena *arena,
                      struct notice_place *place_out, struct bk_notice_seen *seen) {
    struct loan_view view;
    struct span event;
    if (partner_decode_loan_notice(payload, arena, place_out, &view, &event))
        return false;
    bk_loans_hear(bank, &view);
    seen->object = view.loan.id;
    bk_text_copy(seen->event, sizeof(seen->event), event);
    bk_text_copy(seen->state, sizeof(seen->state), span_text(loan_state_name(view.loan.state)));
    bk_text_copy(seen->reason, sizeof(seen->reason), span_text(view.loan.reason));
    return true;
}

/* Kept whole, for `windows`. */
static bool take_window(struct bk_bank *bank, struct span payload, struct arena *arena,
                        struct notice_place *place_out, struct bk_notice_seen *seen) {
    struct window_view view;
    if (partner_decode_window_notice(payload, arena, place_out, &view))
        return false;
    bk_windows_take(bank, &view, payload);
    seen->object = window_id(view.number);
    bk_text_copy(seen->state, sizeof(seen->state), span_text(window_state_name(view.state)));
    return true;
}

/* Kept whole, for `events`: the first time, since what came again may be erased by now. */
static bool take_event(struct bk_bank *bank, struct span payload, struct arena *arena,
                       struct notice_place *place_out, struct bk_notice_seen *seen) {
    struct event_view view;
    struct span old;
    if (partner_decode_event_notice(payload, arena, place_out, &view))
        return false;
    if (!bk_db_get(bank->db, BK_EVENTS, id_span(&view.event), &old))
        bk_db_put(bank->db, BK_EVENTS, id_span(&view.event), payload);
    seen->object = view.event;
    bk_text_copy(seen->event, sizeof(seen->event), span_text(event_kind_name(view.kind)));
    bk_text_copy(seen->state, sizeof(seen->state), span_text(event_state_name(view.state)));
    return true;
}

/* True: understood. */
static bool take_system(struct bk_bank *bank, struct span payload, struct arena *arena) {
    struct system_notice notice;
    if (partner_decode_system_notice(payload, arena, &notice))
        return false;
    bk_system_take(&bank->system, &notice);
    return true;
}

static bool take_alert(struct bk_bank *bank, struct span payload, struct arena *arena) {
    struct position_alert alert;
    if (partner_decode_position_alert(payload, arena, &alert))
        return false;
    bk_system_take_alert(&bank->system, &alert);
    log_line(LOG_WARNING, "position_alert", LOG_INT("level", alert.level),
             LOG_INT("exposure_fen", alert.exposure_fen), LOG_INT("bound_fen", alert.bound_fen));
    return true;
}

/* What has no number is not acknowledged. True: it was that, and understood. */
static bool take_unnumbered(struct bk_bank *bank, const struct envelope *envelope,
                            struct arena *arena) {
    if (envelope->kind == MESSAGE_SYSTEM_NOTICE)
        return take_system(bank, envelope->payload, arena);
    return envelope->kind == MESSAGE_POSITION_ALERT && take_alert(bank, envelope->payload, arena);
}

static bool take(struct bk_bank *bank, const struct envelope *envelope, struct arena *arena,
                 struct notice_place *place_out, struct bk_notice_seen *seen) {
    switch (envelope->kind) {
    case MESSAGE_TRANSFER_NOTICE:
        return take_transfer(bank, envelope->payload, arena, place_out, seen);
    case MESSAGE_LINK_NOTICE:
        return take_link(bank, envelope->payload, arena, place_out, seen);
    case MESSAGE_CASE_NOTICE:
        return take_case(bank, envelope->payload, arena, place_out, seen);
    case MESSAGE_ADJUSTMENT_NOTICE:
        return take_adjustment(bank, envelope->payload, arena, place_out, seen);
    case MESSAGE_CARD_NOTICE:
        return take_card(bank, envelope->payload, arena, place_out, seen);
    case MESSAGE_EVENT_NOTICE:
        return take_event(bank, envelope->payload, arena, place_out, seen);
    case MESSAGE_PRODUCT_NOTICE:
        return take_product(bank, envelope->payload, arena, place_out, seen);
    case MESSAGE_ORDER_NOTICE:
        return take_order(bank, envelope->payload, arena, place_out, seen);
    case MESSAGE_LOAN_NOTICE:
        return take_loan(bank, envelope->payload, arena, place_out, seen);
    case MESSAGE_WINDOW_NOTICE:
        return take_window(bank, envelope->payload, arena, place_out, seen);
    default:
        return false;
    }
}

bool bk_notices_take(struct bk_notices *notices, const struct envelope *envelope,
                     struct arena *arena) {
    struct bk_bank *bank = notices->bank;
    struct bk_notice_seen seen = {.kind = envelope->kind};
    struct notice_place place;
    if (take_unnumbered(bank, envelope, arena))
        return false;
    if (!take(bank, envelope, arena, &place, &seen)) {
        log_line(LOG_WARNING, "notice_unreadable", LOG_INT("kind", envelope->kind),
                 LOG_TEXT("remedy", "it stays unacknowledged: is this program too old?"));
        return false;
    }
    seen.sequence = place.sequence;
    notices->seen[notices->seen_count++ % BK_NOTICES_KEPT] = seen;
    mark(notices, &place);
    return true;
}
