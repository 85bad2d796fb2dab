/*
 * A partner bank's side of positions: asking for its own, and being told.
 *
 * What a newer gateway adds is tolerated; a reply with more pairs than there may be is not readable.
 */
#include <string.h>

#include "linkgate/v1/view.pb-c.h"
#include "wire/partner.h"
#include "wire/values.h"

void partner_encode_query_position(const struct query_position *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__QueryPosition wire;
    pack_init(&pack);
    linkgate__v1__query_position__init(&wire);
    wire.currency = pack_text(&pack, span_text(message->currency));
    wire.after_bank_code = pack_bank(&pack, message->after);
    wire.max = message->max;
    pack_finish(&pack, &wire.base, out);
}

/* Three letters, or nothing that is a currency. */
static void read_currency(struct shape *shape, const char *text, char out[CURRENCY_SIZE]) {
    struct span currency;
    shape_clean(shape, "currency", text, CURRENCY_SIZE - 1, CURRENCY_SIZE - 1, &currency);
    if (shape_ok(shape))
        memcpy(out, currency.data, CURRENCY_SIZE - 1);
    out[CURRENCY_SIZE - 1] = '\0';
}

static void read_pairs(struct shape *shape, const Linkgate__V1__PositionReply *message,
                       struct position_view *out) {
    for (uint32_t i = 0; i < out->pair_count; i++) {
        const Linkgate__V1__PairPosition *pair = message->pairs[i];
        out->pairs[i] = (struct pair_view){
            .reserved_outgoing_fen = pair->reserved_outgoing_fen,
            .reserved_incoming_fen = pair->reserved_incoming_fen,
            .unsettled_net_fen = pair->unsettled_net_fen,
            .has_cap = pair->has_cap != 0,
            .cap_fen = pair->cap_fen,
        };
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "pairs.bank_code", pair->bank_code,
                        &out->pairs[i].bank);
    }
    if (shape_text(message->next_bank_code).size > 0)
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "next_bank_code", message->next_bank_code,
                        &out->next);
}

static void read_terms(const Linkgate__V1__PositionReply *message, struct exposure_terms *out) {
    *out = (struct exposure_terms){
        .has_cap = message->has_cap != 0,
        .cap_fen = message->cap_fen,
        .prefunded = message->prefunded != 0,
        .balance_fen = message->balance_fen,
        .out_reserved_fen = message->out_reserved_fen,
        .level = message->level,
    };
    for (size_t i = 0; i < message->n_warn_percent && i < EXPOSURE_WARNINGS; i++)
        out->warn_percent[i] = message->warn_percent[i];
}

int partner_decode_position_reply(struct span payload, struct arena *arena,
                                  struct position_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__PositionReply *message = shape_read(
        &shape, payload, &linkgate__v1__position_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL || message->n_pairs > POSITION_PAIRS_MAX)
        return WIRE_REFUSED;
    memset(out, 0, sizeof(*out));
    out->position.reserved_outgoing_fen = message->reserved_outgoing_fen;
    out->position.unsettled_net_fen = message->unsettled_net_fen;
    out->exposure_fen = message->exposure_fen;
    out->free_fen = message->free_fen;
    out->as_of_ms = message->as_of_ms;
    out->pair_count = (uint32_t)message->n_pairs;
    read_terms(message, &out->terms);
    read_currency(&shape, message->currency, out->position.currency);
    read_pairs(&shape, message, out);
    return shape_ok(&shape) ? 0 : WIRE_REFUSED;
}

int partner_decode_position_alert(struct span payload, struct arena *arena,
                                  struct position_alert *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__PositionAlert *message = shape_read(
        &shape, payload, &linkgate__v1__position_alert__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    *out = (struct position_alert){
        .level = message->level,
        .warn_percent = message->warn_percent,
        .exposure_fen = message->exposure_fen,
        .bound_fen = message->bound_fen,
        .at_ms = message->at_ms,
    };
    read_currency(&shape, message->currency, out->currency);
    return shape_ok(&shape) ? 0 : WIRE_REFUSED;
}
