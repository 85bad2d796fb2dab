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

#include "util/logline.h"

struct bk_notices {
    struct bk_bank *bank;
    struct bk_notice_mark last;
    struct bk_notice_mark ahead[BK_NOTICES_AHEAD];
    size_t ahead_count;
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

/* As the bank that was told to post: does the gateway's final word agree with our books? */
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
}

void bk_notices_take(struct bk_notices *notices, const struct envelope *envelope,
                     struct arena *arena) {
    struct bk_bank *bank = notices->bank;
    struct notice_place place;
    struct span event;
    struct transfer_view transfer;
    struct link_view link;
    if (envelope->kind == MESSAGE_TRANSFER_NOTICE &&
        partner_decode_transfer_notice(envelope->payload, arena, &place, &transfer, &event) == 0) {
        if (!bk_submit_settle(bank, &transfer))
            compare(bank, &transfer);
    } else if (envelope->kind == MESSAGE_LINK_NOTICE &&
               partner_decode_link_notice(envelope->payload, arena, &place, &link, &event) == 0) {
        bk_links_move(&bank->links, &link.link, link.state);
    } else {
        log_line(LOG_WARNING, "notice_unreadable", LOG_INT("kind", envelope->kind),
                 LOG_TEXT("remedy", "it stays unacknowledged: is this program too old?"));
        return;
    }
    mark(notices, &place);
}
