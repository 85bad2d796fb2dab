/*
 * What a bank asks about its own position, and what it is told of it.
 *
 * Invariant: a reply holds no more than POSITION_PAIRS_MAX pairs and so fits a frame; the numbers are
 * those of one moment.
 */
#include <string.h>

#include "linkgate/v1/view.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/pack.h"
#include "wire/shape.h"

static void read_currency(struct shape *shape, const char *text, char out[CURRENCY_SIZE]) {
    struct span currency = shape_text(text);
    if (currency.size == 0 || span_equal(currency, SPAN_LITERAL("CNY")))
        memcpy(out, "CNY", CURRENCY_SIZE);
    else
        shape_refuse(shape, REFUSAL_CURRENCY, "currency");
}

void read_query_position(struct shape *shape, struct span payload, struct query_position *out) {
    const Linkgate__V1__QueryPosition *message = shape_read(
        shape, payload, &linkgate__v1__query_position__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct query_position){.max = message->max != 0 ? message->max : POSITION_PAIRS_MAX};
    read_currency(shape, message->currency, out->currency);
    if (shape_text(message->after_bank_code).size > 0)
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "after_bank_code", message->after_bank_code,
                        &out->after);
    if (out->max > POSITION_PAIRS_MAX)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "max");
}

struct packed_pairs {
    Linkgate__V1__PairPosition items[POSITION_PAIRS_MAX];
    Linkgate__V1__PairPosition *pointers[POSITION_PAIRS_MAX];
};

static void pack_pairs(struct pack *pack, const struct position_view *view,
                       struct packed_pairs *out) {
    ENSURE(view->pair_count <= POSITION_PAIRS_MAX);
    for (uint32_t i = 0; i < view->pair_count; i++) {
        const struct pair_view *pair = &view->pairs[i];
        Linkgate__V1__PairPosition *wire = &out->items[i];
        linkgate__v1__pair_position__init(wire);
        wire->bank_code = pack_bank(pack, pair->bank);
        wire->reserved_outgoing_fen = pair->reserved_outgoing_fen;
        wire->reserved_incoming_fen = pair->reserved_incoming_fen;
        wire->unsettled_net_fen = pair->unsettled_net_fen;
        wire->has_cap = pair->has_cap;
        wire->cap_fen = pair->cap_fen;
        out->pointers[i] = wire;
    }
}

static void pack_terms(const struct exposure_terms *terms, uint32_t warnings[EXPOSURE_WARNINGS],
                       Linkgate__V1__PositionReply *wire) {
    wire->has_cap = terms->has_cap;
    wire->cap_fen = terms->cap_fen;
    wire->prefunded = terms->prefunded;
    wire->balance_fen = terms->balance_fen;
    wire->out_reserved_fen = terms->out_reserved_fen;
    wire->level = terms->level;
    wire->warn_percent = warnings;
    for (size_t i = 0; i < EXPOSURE_WARNINGS && terms->warn_percent[i] != 0; i++)
        warnings[wire->n_warn_percent++] = terms->warn_percent[i];
}

void message_encode_position_reply(const struct position_view *view, struct buf *out) {
    struct pack pack;
    struct packed_pairs pairs;
    uint32_t warnings[EXPOSURE_WARNINGS];
    Linkgate__V1__PositionReply wire;
    pack_init(&pack);
    linkgate__v1__position_reply__init(&wire);
    wire.currency = pack_text(&pack, span_text(view->position.currency));
    wire.reserved_outgoing_fen = view->position.reserved_outgoing_fen;
    wire.unsettled_net_fen = view->position.unsettled_net_fen;
    wire.exposure_fen = view->exposure_fen;
    wire.free_fen = view->free_fen;
    pack_terms(&view->terms, warnings, &wire);
    pack_pairs(&pack, view, &pairs);
    wire.n_pairs = view->pair_count;
    wire.pairs = pairs.pointers;
    wire.next_bank_code = pack_bank(&pack, view->next);
    wire.as_of_ms = view->as_of_ms;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_position_alert(const struct position_alert *alert, struct buf *out) {
    struct pack pack;
    Linkgate__V1__PositionAlert wire;
    pack_init(&pack);
    linkgate__v1__position_alert__init(&wire);
    wire.currency = pack_text(&pack, span_text(alert->currency));
    wire.level = alert->level;
    wire.warn_percent = alert->warn_percent;
    wire.exposure_fen = alert->exposure_fen;
    wire.bound_fen = alert->bound_fen;
    wire.at_ms = alert->at_ms;
    pack_finish(&pack, &wire.base, out);
}
