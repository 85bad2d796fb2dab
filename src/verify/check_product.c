/*
 * The catalogue: the versions of each product, its rows, and what was sold: I4, I9, I13 to I16.
 *
 * Invariant: versions stand without gap, each a change that the rules allow; the order of changes has
 * each product once, by its present version; no more is sold and reserved than the quota.
 */
#include <string.h>

#include "verify/checks.h"

/* ---- versions ---- */

/* As its issuer gave it. */
static struct product_sale given(const struct product *product) {
    struct product_sale sale = product->sale;
    sale.bank_count = 0;
    for (uint32_t i = 0; i < product->sale.bank_count; i++) {
        if (!product->sale.banks[i].former)
            sale.banks[sale.bank_count++] = product->sale.banks[i];
    }
    return sale;
}

static bool terms_follow(const struct product *now, const struct product *then) {
    const char *field;
    struct product_sale sale = given(now);
    uint32_t since = then->terms_version;
    if (then->version == 0 || !product_same_terms(&now->terms, &then->terms) ||
        !digest_equal(&now->terms.sha256, &then->terms.sha256))
        since = now->version;
    return now->terms_version == since &&
           product_check_terms(&now->terms, &field) == REFUSAL_NONE &&
           product_check_sale(&now->terms, &sale, &field) == REFUSAL_NONE &&
           (then->version == 0 || product_check_change(now, then, &field) == REFUSAL_NONE);
}

/* Who saw the version before sees this one. */
static bool banks_follow(const struct product *now, const struct product *then) {
    struct product again = *now;
    again.sale = given(now);
    if (!product_keep_banks(&again.sale, &then->sale) ||
        again.sale.bank_count != now->sale.bank_count ||
        again.sale.all_banks_once != now->sale.all_banks_once)
        return false;
    for (uint32_t i = 0; i < again.sale.bank_count; i++) {
        if (again.sale.banks[i].bank != now->sale.banks[i].bank ||
            again.sale.banks[i].former != now->sale.banks[i].former)
            return false;
    }
    return true;
}

static void owe(struct look *look, struct about of, const struct product *product) {
    struct told told = {OBJECT_PRODUCT, of.id, product->version};
    struct bank bank = {.code = 0};
    int rc;
    while ((rc = store_next_bank(look->store, bank.code, &bank)) == 0) {
        if (product_told_to(product, bank.code, bank.added_at_ms))
            notice_owed(look, bank.code, &told, product->sequence);
    }
    (void)look_got(look, rc, of);
}

static void check_version(struct look *look, struct about of, const struct product *now,
                          const struct product *then) {
    if (!product_may_become(then->state, now->state))
        look_found(look, LAW_I4, of, "version %u leads from %s to %s", now->version,
                   product_state_name(then->state), product_state_name(now->state));
    if (!terms_follow(now, then))
        look_found(look, LAW_I4, of, "version %u has terms that it cannot have", now->version);
    if (!banks_follow(now, then))
        look_found(look, LAW_I4, of, "version %u has lost banks that saw the one before",
                   now->version);
    life_check_time(look, of, now->changed_at_ms, now->sequence, then->changed_at_ms,
                    then->sequence);
    owe(look, of, now);
}

/* Each in its turn, from the first; then is the one before it. */
static void check_versions(struct look *look, struct about of, const struct product *present) {
    struct product then = {.version = 0};
    for (uint32_t version = 1; version <= present->version; version++) {
        struct product now = *present;
        enum got got = GOT;
        if (version < present->version)
            got = look_got(look, store_get_product_version(look->store, &of.id, version, &now), of);
        if (got == GOT_NONE)
            look_found(look, LAW_I4, of, "version %u is not there, of %u", version,
                       present->version);
        if (got != GOT)
            return;
        if (now.version != version || now.issuer != present->issuer ||
            strcmp(now.code, present->code) != 0 ||
            now.published_at_ms != present->published_at_ms) {
            look_found(look, LAW_I4, of, "what stands for version %u is of another product or time",
                       version);
            return;
        }
        check_version(look, of, &now, &then);
        then = now;
    }
}

/* ---- its rows ---- */

static void check_rows(struct look *look, struct about of, const struct product *product) {
    struct quota quota;
    struct id id = {{0}};
    uint64_t sequence = 0;
    int64_t taken = 0;
    enum got got = look_got(
        look, store_next_product_change(look->store, product->sequence - 1, &sequence, &id), of);
    if (got == GOT_NONE ||
        (got == GOT && (sequence != product->sequence || !id_equal(&id, &of.id))))
        look_found(look, LAW_I15, of, "its row in the order of changes is not there");
    got = look_got(look, store_get_quota(look->store, &of.id, &quota), of);
    if (got == GOT_NONE)
        look_found(look, LAW_I15, of, "its quota is not there");
    if (got != GOT)
        return;
    if (quota.sold_fen < 0 || quota.reserved_fen < 0 ||
        !fen_add(quota.sold_fen, quota.reserved_fen, &taken))
        look_found(look, LAW_I9, of, "%lld fen are sold of it, and %lld reserved",
                   (long long)quota.sold_fen, (long long)quota.reserved_fen);
    else if (product->sale.quota_fen > 0 && taken > product->sale.quota_fen)
        look_found(look, LAW_I16, of, "%lld fen are sold or reserved, and its quota is %lld",
                   (long long)taken, (long long)product->sale.quota_fen);
}

void check_product(struct look *look, const struct id *id, const struct product *product) {
    struct about of = about(OBJECT_PRODUCT, id);
    struct id made = store_product_id(product->issuer, span_text(product->code));
    if (!id_equal(&made, id) || !product_code_valid(span_text(product->code)))
        look_found(look, LAW_I15, of, "its key is not that of its issuer and its code");
    if (product->version == 0 || product->version > PRODUCT_VERSIONS_MAX + 1) {
        look_found(look, LAW_I4, of, "its version is %u", product->version);
        return;
    }
    check_registered(look, product->issuer);
    check_versions(look, of, product);
    check_rows(look, of, product);
}

void check_of_product(struct look *look, const struct store_row *row) {
    struct product product;
    enum got got = look_product(look, &row->id, &product);
    bool right = got == GOT;
    if (right && row->table == TABLE_PRODUCT_VERSION)
        right = row->number > 0 && row->number < product.version;
    else if (right && row->table == TABLE_PRODUCT_CHANGE)
        right = row->number == product.sequence;
    if (got != GOT_DAMAGED && !right)
        look_found(look, LAW_I15, about(OBJECT_PRODUCT, &row->id), "a row of table \"%s\" %s",
                   table_name(row->table),
                   got == GOT ? "stands that it does not have" : "leads to nothing");
}
