/*
 * Reading and writing the catalogue, on the gateway's side.
 *
 * What terms may be by themselves is judged here, before any id is recorded; how a version may follow
 * another one, and who sees it, is the ledger's.
 */
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/product_parts.h"

_Static_assert((int)PRODUCT_ON_SALE == (int)LINKGATE__V1__PRODUCT_STATE__PRODUCT_STATE_ON_SALE &&
                   (int)PRODUCT_SUSPENDED ==
                       (int)LINKGATE__V1__PRODUCT_STATE__PRODUCT_STATE_SUSPENDED &&
                   (int)PRODUCT_WITHDRAWN ==
                       (int)LINKGATE__V1__PRODUCT_STATE__PRODUCT_STATE_WITHDRAWN,
               "wire values");

/* ---- requests ---- */

static void read_terms(struct shape *shape, const Linkgate__V1__ProductTerms *message,
                       const struct product_terms **out) {
    const char *field = "";
    struct product_terms *terms = arena_try(shape->arena, sizeof(*terms));
    if (terms == NULL) {
        shape_refuse(shape, REFUSAL_MALFORMED, "");
        return;
    }
    product_read_terms(shape, message, terms);
    enum refusal_code code = product_check_terms(terms, &field);
    if (code != REFUSAL_NONE)
        shape_refuse(shape, code, field);
    *out = terms;
}

static void read_sale(struct shape *shape, const Linkgate__V1__ProductSale *message,
                      const struct product_sale **out) {
    struct product_sale *sale = arena_try(shape->arena, sizeof(*sale));
    if (sale == NULL) {
        shape_refuse(shape, REFUSAL_MALFORMED, "");
        return;
    }
    product_read_sale(shape, message, sale);
    *out = sale;
}

void read_publish_product(struct shape *shape, struct span payload, struct publish_product *out) {
    const Linkgate__V1__PublishProduct *message = shape_read(
        shape, payload, &linkgate__v1__publish_product__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct publish_product){.version = message->version};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    product_read_code(shape, "code", message->code, &out->code);
    if (message->version == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "version");
    if (shape_enum(shape, "state", (int)message->state, PRODUCT_WITHDRAWN))
        out->state = (enum product_state)message->state;
    if (message->terms != NULL)
        read_terms(shape, message->terms, &out->terms);
    if (message->sale != NULL)
        read_sale(shape, message->sale, &out->sale);
}

void read_get_product(struct shape *shape, struct span payload, struct get_product *out) {
    const Linkgate__V1__GetProduct *message =
        shape_read(shape, payload, &linkgate__v1__get_product__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct get_product){.version = message->version};
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "issuer_bank_code", message->issuer_bank_code,
                    &out->issuer);
    product_read_code(shape, "code", message->code, &out->code);
}

void read_list_products(struct shape *shape, struct span payload, struct list_products *out) {
    const Linkgate__V1__ListProducts *message =
        shape_read(shape, payload, &linkgate__v1__list_products__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct list_products){.after_sequence = message->after_sequence,
                                  .max = message->max > 0 ? message->max : PRODUCT_PAGE_STANDARD,
                                  .risk_max = message->risk_max};
    if (message->max > PRODUCT_PAGE_MAX)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "max");
    if (message->kind != 0 && shape_enum(shape, "kind", (int)message->kind, PRODUCT_LOAN))
        out->kind = (enum product_kind)message->kind;
    if (message->risk_max > PRODUCT_RISK_MAX)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "risk_max");
    if (shape_text(message->issuer_bank_code).size > 0)
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "issuer_bank_code", message->issuer_bank_code,
                        &out->issuer);
}

/* ---- what the gateway says ---- */

struct packed_product {
    Linkgate__V1__ProductReply reply;
    struct packed_terms terms;
    struct packed_sale sale;
};

static void pack_product(struct pack *pack, const struct product_view *view,
                         struct packed_product *out) {
    const struct product *product = &view->product;
    Linkgate__V1__ProductReply *wire = &out->reply;
    linkgate__v1__product_reply__init(wire);
    wire->issuer_bank_code = pack_bank(pack, product->issuer);
    wire->code = pack_text(pack, span_text(product->code));
    wire->version = product->version;
    wire->terms_version = product->terms_version;
    wire->state = (Linkgate__V1__ProductState)product->state;
    wire->catalogue_sequence = product->sequence;
    wire->published_at_ms = product->published_at_ms;
    wire->changed_at_ms = product->changed_at_ms;
    product_pack_terms(pack, &product->terms, &out->terms);
    wire->terms = &out->terms.terms;
    product_pack_sale(pack, &product->sale, view->distributors, &out->sale);
    wire->sale = &out->sale.sale;
    wire->sold_by_you = view->sold_by_you;
    wire->replayed = view->replayed;
}

void message_encode_product_reply(const struct product_view *view, struct buf *out) {
    struct pack pack;
    struct packed_product packed;
    pack_init(&pack);
    pack_product(&pack, view, &packed);
    pack_finish(&pack, &packed.reply.base, out);
}

void message_encode_product_notice(const struct notice_place *place,
                                   const struct product_view *view, struct buf *out) {
    struct pack pack;
    struct packed_product packed;
    Linkgate__V1__ProductNotice wire;
    pack_init(&pack);
    linkgate__v1__product_notice__init(&wire);
    pack_product(&pack, view, &packed);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.product = &packed.reply;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_product_page_entry(const struct product_view *view, struct buf *out) {
    struct pack pack;
    struct packed_product packed;
    Linkgate__V1__ProductPage wire;
    Linkgate__V1__ProductReply *replies[] = {&packed.reply};
    pack_init(&pack);
    linkgate__v1__product_page__init(&wire);
    pack_product(&pack, view, &packed);
    wire.n_products = 1;
    wire.products = replies;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_product_page_end(uint64_t next_sequence, bool more, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ProductPage wire;
    pack_init(&pack);
    linkgate__v1__product_page__init(&wire);
    wire.next_sequence = next_sequence;
    wire.more = more;
    pack_finish(&pack, &wire.base, out);
}
