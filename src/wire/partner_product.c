/*
 * A partner bank's side of the catalogue.
 *
 * Nothing is checked on the way out. On the way in what a newer gateway adds is tolerated: a kind or a
 * state that is not known here is none.
 */
#include <string.h>

#include "wire/partner.h"
#include "wire/product_parts.h"

void partner_encode_publish_product(const struct publish_product *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__PublishProduct wire;
    struct packed_terms terms;
    struct packed_sale sale;
    pack_init(&pack);
    linkgate__v1__publish_product__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.code = pack_text(&pack, message->code);
    wire.version = message->version;
    wire.state = (Linkgate__V1__ProductState)message->state;
    if (message->terms != NULL) {
        product_pack_terms(&pack, message->terms, &terms);
        wire.terms = &terms.terms;
    }
    if (message->sale != NULL) {
        product_pack_sale(&pack, message->sale, true, &sale);
        wire.sale = &sale.sale;
    }
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_get_product(const struct get_product *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__GetProduct wire;
    pack_init(&pack);
    linkgate__v1__get_product__init(&wire);
    wire.issuer_bank_code = pack_bank(&pack, message->issuer);
    wire.code = pack_text(&pack, message->code);
    wire.version = message->version;
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_list_products(const struct list_products *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ListProducts wire;
    pack_init(&pack);
    linkgate__v1__list_products__init(&wire);
    wire.after_sequence = message->after_sequence;
    wire.max = message->max;
    wire.kind = (Linkgate__V1__ProductKind)message->kind;
    wire.risk_max = message->risk_max;
    wire.issuer_bank_code = pack_bank(&pack, message->issuer);
    pack_finish(&pack, &wire.base, out);
}

static void read_view(struct shape *shape, const Linkgate__V1__ProductReply *message,
                      struct product_view *out) {
    struct span code = {NULL, 0};
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "product");
        return;
    }
    *out = (struct product_view){
        .product = {.version = message->version,
                    .terms_version = message->terms_version,
                    .state =
                        (enum product_state)shape_known((int)message->state, PRODUCT_WITHDRAWN),
                    .sequence = message->catalogue_sequence,
                    .published_at_ms = message->published_at_ms,
                    .changed_at_ms = message->changed_at_ms},
        .sold_by_you = message->sold_by_you != 0,
        .replayed = message->replayed != 0,
    };
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "issuer_bank_code", message->issuer_bank_code,
                    &out->product.issuer);
    product_read_code(shape, "code", message->code, &code);
    if (code.size > 0)
        memcpy(out->product.code, code.data, code.size);
    product_read_terms(shape, message->terms, &out->product.terms);
    product_read_sale(shape, message->sale, &out->product.sale);
    out->distributors = out->product.sale.bank_count > 0;
}

int partner_decode_product_reply(struct span payload, struct arena *arena,
                                 struct product_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__ProductReply *message = shape_read(
        &shape, payload, &linkgate__v1__product_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct product_view read = {.sold_by_you = false};
    read_view(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_product_notice(struct span payload, struct arena *arena,
                                  struct notice_place *place_out, struct product_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__ProductNotice *message = shape_read(
        &shape, payload, &linkgate__v1__product_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct product_view read = {.sold_by_you = false};
    shape_digest(&shape, "token", &message->token, &place.token);
    read_view(&shape, message->product, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    return 0;
}

int partner_decode_product_page(struct span payload, struct arena *arena,
                                struct product_page *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__ProductPage *message = shape_read(
        &shape, payload, &linkgate__v1__product_page__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL || message->n_products > PRODUCT_PAGE_MAX)
        return WIRE_REFUSED;
    struct product_view *products = arena_try(arena, message->n_products * sizeof(*products));
    if (products == NULL)
        return WIRE_REFUSED;
    struct product_page read = {products, (uint32_t)message->n_products, message->next_sequence,
                                message->more != 0};
    for (size_t i = 0; i < message->n_products; i++)
        read_view(&shape, message->products[i], &products[i]);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}
