/*
 * The catalogue: an issuer publishes a product, or its next version.
 *
 * Invariants: only the issuer's own; versions count without gap, and each takes the command's sequence
 * as its number in the catalogue; a change names the version that it makes, so that none overwrites
 * what its sender never saw; the quota never falls below what is sold. Every bank that may see the
 * product before or after is told.
 */
#include "ledger/products.h"

#include <string.h>

#include "wire/message.h"

/* ---- how the new version looks ---- */

/* Banks that it names no more come back with product_keep_banks. */
static void drop_former(struct product_sale *sale) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sale->bank_count; i++) {
        if (!sale->banks[i].former)
            sale->banks[kept++] = sale->banks[i];
    }
    sale->bank_count = kept;
}

static void compose(struct apply *apply, const struct product *before, struct product *now) {
    const struct publish_product *request = &apply->command->body.publish_product;
    *now = *before;
    now->issuer = apply->command->bank;
    apply_copy_text(now->code, sizeof now->code, request->code);
    now->version = before->version + 1;
    now->state = request->state;
    now->sequence = apply->sequence;
    now->changed_at_ms = apply->now_ms;
    if (request->terms)
        now->terms = *request->terms;
    if (request->sale)
        now->sale = *request->sale;
    else
        drop_former(&now->sale);
    if (before->version == 0)
        now->published_at_ms = apply->now_ms;
    if (before->version == 0 || !product_same_terms(&now->terms, &before->terms) ||
        !digest_equal(&now->terms.sha256, &before->terms.sha256))
        now->terms_version = now->version;
}

/* ---- what it may be ---- */

static int check_version(struct apply *apply, const struct product *before) {
    const struct publish_product *request = &apply->command->body.publish_product;
    bool fresh = before->version == 0;
    if (fresh && request->version != 1)
        return refuse(apply, REFUSAL_NO_SUCH_PRODUCT, "code");
    if (!product_may_become(before->state, request->state))
        return refuse(apply, REFUSAL_PRODUCT_STATE, "state");
    if (request->version != before->version + 1) {
        apply->product_version = before->version;
        return refuse(apply, REFUSAL_PRODUCT_CHANGED, "version");
    }
    if (request->version > PRODUCT_VERSIONS_MAX && request->state != PRODUCT_WITHDRAWN)
        return refuse(apply, REFUSAL_PRODUCT_LIFE, "version");
    if (fresh && (!request->terms || !request->sale))
        return refuse(apply, REFUSAL_FIELD_MISSING, request->terms ? "sale" : "terms");
    return 0;
}

/* The partner of a loan, and the banks that sell, are partners of the gateway. */
static int check_banks(struct apply *apply, const struct product *now) {
    const struct loan_terms *loan = &now->terms.loan;
    const struct bank *bank;
    for (uint32_t i = 0; i < now->sale.bank_count; i++) {
        APPLY_TRY(apply_bank(apply, now->sale.banks[i].bank, &bank));
        if (!bank || bank->code == now->issuer)
            return refuse(apply, REFUSAL_FIELD_INVALID, "sale.distributor_bank_codes");
    }
    if (now->terms.kind != PRODUCT_LOAN)
        return 0;
    APPLY_TRY(apply_bank(apply, loan->partner, &bank));
    if (!bank || bank->code == now->issuer)
        return refuse(apply, REFUSAL_FIELD_INVALID, "terms.loan.partner_bank_code");
    if (apply->command->body.publish_product.terms &&
        loan->lead_share < apply->rules->lead_share_floor)
        return refuse(apply, REFUSAL_LEAD_SHARE, "terms.loan.lead_share");
    return 0;
}

static int check_quota(struct apply *apply, const struct id *id, const struct product *now) {
    struct quota quota;
    int64_t taken;
    int result = store_get_quota(apply->store, id, &quota);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0 && fen_add(quota.sold_fen, quota.reserved_fen, &taken));
    if (now->sale.quota_fen > 0 && now->sale.quota_fen < taken)
        return refuse(apply, REFUSAL_PRODUCT_QUOTA, "sale.quota_fen");
    return 0;
}

static int check(struct apply *apply, const struct id *id, const struct product *before,
                 struct product *now) {
    const char *field = "";
    enum refusal_code code = product_check_sale(&now->terms, &now->sale, &field);
    if (code == REFUSAL_NONE && before->version > 0)
        code = product_check_change(now, before, &field);
    if (code != REFUSAL_NONE)
        return refuse(apply, code, field);
    int result = check_banks(apply, now);
    if (result == 0 && before->version > 0)
        result = check_quota(apply, id, now);
    if (result)
        return result;
    if (!product_keep_banks(&now->sale, &before->sale))
        return refuse(apply, REFUSAL_PRODUCT_BANKS, "sale.distributor_bank_codes");
    return 0;
}

/* ---- handlers ---- */

static void reply(struct apply *apply, const struct product *product, bool replayed) {
    struct product_view view = product_view_of(product, apply->command->bank);
    view.replayed = replayed;
    buf_clear(&apply->ledger->scratch);
    message_encode_product_reply(&view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
}

static bool is(const struct product *product, bank_code issuer, struct span code) {
    return product->issuer == issuer && span_equal(code, span_text(product->code));
}

int product_publish(struct apply *apply) {
    const struct publish_product *request = &apply->command->body.publish_product;
    bank_code issuer = apply->command->bank;
    struct id id = store_product_id(issuer, request->code);
    struct product before = {.version = 0};
    struct product now;
    int result = store_get_product(apply->store, &id, &before);
    APPLY_TRY(result);
    bool fresh = result == STORE_ABSENT;
    APPLY_INVARIANT(fresh || is(&before, issuer, request->code));
    if (!fresh)
        apply_touch(apply, OBJECT_PRODUCT, &id);
    result = check_version(apply, &before);
    if (result)
        return result;
    compose(apply, &before, &now);
    result = check(apply, &id, &before, &now);
    if (result)
        return result;
    apply_touch(apply, OBJECT_PRODUCT, &id);
    APPLY_TRY(store_put_product(apply->store, &now, fresh ? NULL : &before));
    result = notice_product(apply, &now);
    if (result == 0)
        reply(apply, &now, false);
    return result;
}

int product_replay(struct apply *apply, const struct id *id) {
    struct product product;
    int result = store_get_product(apply->store, id, &product);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    reply(apply, &product, true);
    return 0;
}

/* A product tells its code; later versions may have taken the place of all else. */
int product_differs(struct apply *apply, const struct store_request *row, const char **field_out) {
    struct id now =
        store_product_id(apply->command->bank, apply->command->body.publish_product.code);
    *field_out = id_equal(&now, &row->object) ? "" : "code";
    return 0;
}
