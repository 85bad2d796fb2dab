/*
 * The catalogue as banks look at it. Nothing here changes anything.
 *
 * Invariant: a bank is told of a product only if it may see it; who sells besides, only the issuer is.
 */
#include "ledger/products.h"

#include "wire/message.h"

struct product_view product_view_of(const struct product *product, bank_code viewer) {
    return (struct product_view){.product = *product,
                                 .distributors = viewer == product->issuer,
                                 .sold_by_you = product_sold_by(product, viewer)};
}

int product_present(struct apply *apply, bank_code issuer, struct span code, bank_code viewer,
                    const char *field, struct product *product_out) {
    struct id id = store_product_id(issuer, code);
    int result = store_get_product(apply->store, &id, product_out);
    APPLY_TRY(result);
    if (result || !product_seen_by(product_out, viewer))
        return refuse(apply, REFUSAL_NO_SUCH_PRODUCT, field);
    APPLY_INVARIANT(product_out->issuer == issuer &&
                    span_equal(code, span_text(product_out->code)));
    return 0;
}

int product_version_at(struct apply *apply, const struct product *present, uint32_t version,
                       const char *field, struct product *product_out) {
    *product_out = *present;
    if (version == 0 || version == present->version)
        return 0;
    if (version > present->version)
        return refuse(apply, REFUSAL_NO_SUCH_PRODUCT, field);
    struct id id = store_product_id(present->issuer, span_text(present->code));
    int result = store_get_product_version(apply->store, &id, version, product_out);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return 0;
}

int product_get(struct apply *apply) {
    const struct get_product *query = &apply->command->body.get_product;
    bank_code bank = apply->command->bank;
    struct product present, product;
    int result = apply_check_bank(apply);
    if (result == 0)
        result = product_present(apply, query->issuer, query->code, bank, "code", &present);
    if (result == 0)
        result = product_version_at(apply, &present, query->version, "version", &product);
    if (result)
        return result;
    struct product_view view = product_view_of(&product, bank);
    view.sold_by_you = product_sold_by(&present, bank);
    buf_clear(&apply->ledger->scratch);
    message_encode_product_reply(&view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return 0;
}

static bool wanted(const struct list_products *query, const struct product *product) {
    return (query->kind == PRODUCT_KIND_NONE || query->kind == product->terms.kind) &&
           (query->risk_max == 0 || product->terms.risk <= query->risk_max) &&
           (query->issuer == 0 || query->issuer == product->issuer);
}

/* 1: it is on the page. */
static int take(struct apply *apply, const struct id *id) {
    struct product product;
    int result = store_get_product(apply->store, id, &product);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (!wanted(&apply->command->body.list_products, &product) ||
        !product_seen_by(&product, apply->command->bank))
        return 0;
    struct product_view view = product_view_of(&product, apply->command->bank);
    message_encode_product_page_entry(&view, &apply->ledger->scratch);
    return 1;
}

int product_list(struct apply *apply) {
    const struct list_products *query = &apply->command->body.list_products;
    struct buf *page = &apply->ledger->scratch;
    uint64_t last = query->after_sequence;
    uint64_t next;
    struct id id;
    uint32_t taken = 0;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    buf_clear(page);
    int more = store_next_product_change(apply->store, last, &next, &id);
    for (uint32_t looked = 0; more == 0 && taken < query->max && page->size < LEDGER_LIST_BYTES &&
                              looked < LEDGER_LIST_LOOK_MAX;
         looked++) {
        result = take(apply, &id);
        if (result < 0 || result == APPLY_BROKEN)
            return result;
        taken += (uint32_t)result;
        last = next;
        more = store_next_product_change(apply->store, last, &next, &id);
    }
    APPLY_TRY(more);
    message_encode_product_page_end(last, more == 0, page);
    apply_reply(apply, MESSAGE_NONE, buf_span(page));
    return 0;
}
