/*
 * A partner bank's side of settlement.
 *
 * Nothing is checked on the way out. On the way in what a newer gateway adds is tolerated, and texts
 * that cannot be read arrive empty.
 */
#include <string.h>

#include "linkgate/v1/window.pb-c.h"
#include "wire/partner.h"
#include "wire/values.h"

/* ---- written ---- */

void partner_encode_confirm_settlement(const struct confirm_settlement *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ConfirmSettlement wire;
    Linkgate__V1__Money amount;
    pack_init(&pack);
    linkgate__v1__confirm_settlement__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.window = message->window;
    wire.counterparty_bank_code = pack_bank(&pack, message->counterparty);
    value_pack_money(&pack, &message->amount, &amount);
    wire.amount = &amount;
    wire.reference = pack_text(&pack, message->reference);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_get_window(const struct get_window *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__GetWindow wire;
    pack_init(&pack);
    linkgate__v1__get_window__init(&wire);
    wire.window = message->window;
    wire.after_bank_code = pack_bank(&pack, message->after);
    pack_finish(&pack, &wire.base, out);
}

/* ---- read ---- */

static struct word_view read_word(int64_t at_ms, const char *reference) {
    return (struct word_view){at_ms, shape_clean_or_empty(reference, REFERENCE_MAX)};
}

static void read_pair(struct shape *shape, const Linkgate__V1__WindowPair *pair,
                      struct window_pair *out) {
    struct span currency = shape_clean_or_empty(pair->currency, CURRENCY_SIZE - 1);
    *out = (struct window_pair){
        .net_fen = pair->net_fen,
        .received_fen = pair->received_fen,
        .sent_fen = pair->sent_fen,
        .transfers = pair->transfers,
        .carried_fen = pair->carried_fen,
        .settled = read_word(pair->settled_at_ms, pair->reference),
        .own = read_word(pair->confirmed_at_ms, pair->confirmed_reference),
        .other =
            read_word(pair->counterparty_confirmed_at_ms, pair->counterparty_confirmed_reference),
    };
    if (currency.size > 0)
        memcpy(out->currency, currency.data, currency.size);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "pairs.counterparty_bank_code",
                    pair->counterparty_bank_code, &out->counterparty);
}

static void read_window(struct shape *shape, const Linkgate__V1__WindowReply *message,
                        struct window_view *out) {
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "window");
        return;
    }
    if (message->n_pairs > WINDOW_PAIRS_MAX) {
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "pairs");
        return;
    }
    struct window_pair *pairs = arena_try(shape->arena, message->n_pairs * sizeof(*pairs));
    if (pairs == NULL) {
        shape_refuse(shape, REFUSAL_MALFORMED, "");
        return;
    }
    for (size_t i = 0; i < message->n_pairs; i++)
        read_pair(shape, message->pairs[i], &pairs[i]);
    *out = (struct window_view){
        .number = message->window,
        .state = (enum window_state)shape_known((int)message->state, WINDOW_STATES - 1),
        .settlement =
            (enum settlement)shape_known((int)message->settlement, SETTLEMENT_MULTILATERAL),
        .business_date = shape_clean_or_empty(message->business_date, DATE_TEXT_SIZE - 1),
        .cut_off_at_ms = message->cut_off_at_ms,
        .opened_at_ms = message->opened_at_ms,
        .closing_at_ms = message->closing_at_ms,
        .closed_at_ms = message->closed_at_ms,
        .ended_at_ms = message->ended_at_ms,
        .successor = message->successor,
        .pairs = pairs,
        .pair_count = (uint32_t)message->n_pairs,
        .more = message->more != 0,
        .replayed = message->replayed != 0,
    };
}

int partner_decode_window_reply(struct span payload, struct arena *arena, struct window_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__WindowReply *message = shape_read(
        &shape, payload, &linkgate__v1__window_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct window_view read = {0};
    read_window(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_window_notice(struct span payload, struct arena *arena,
                                 struct notice_place *place_out, struct window_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__WindowNotice *message = shape_read(
        &shape, payload, &linkgate__v1__window_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct window_view read = {0};
    shape_digest(&shape, "token", &message->token, &place.token);
    read_window(&shape, message->window, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    return 0;
}
