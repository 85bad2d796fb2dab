/*
 * The catalogue as operators see it: every product, whoever may see it.
 *
 * Invariant: rows come in the order in which products changed last, or, of one product, in the order of
 * its versions; each is a version as it was published.
 */
#include <string.h>

#include "daemon/admin_page.h"
#include "daemon/admin_rows.h"
#include "domain/calendar.h"
#include "domain/identifier.h"
#include "store/catalogue.h"

static char **bank_list(const struct product_sale *sale, bool former, struct arena *arena,
                        size_t *count_out) {
    char **banks = arena_take(arena, (sale->bank_count + 1) * sizeof(*banks));
    char text[BANK_CODE_TEXT_SIZE];
    *count_out = 0;
    for (uint32_t i = 0; i < sale->bank_count; i++) {
        if (sale->banks[i].former != former)
            continue;
        bank_code_format(sale->banks[i].bank, text);
        banks[(*count_out)++] = admin_text(arena, text);
    }
    return banks;
}

static void fill_terms(const struct product_terms *terms, struct arena *arena,
                       Linkgate__Admin__V1__ProductRow *row) {
    row->kind = admin_text(arena, product_kind_name(terms->kind));
    row->name = admin_text(arena, terms->name);
    row->risk = terms->risk;
    row->text_sha256 = admin_bytes(arena, terms->sha256.bytes, DIGEST_SIZE);
    row->currency = admin_text(arena, terms->currency);
    row->minimum_fen = terms->min_fen;
    row->increment_fen = terms->increment_fen;
    row->person_maximum_fen = terms->person_max_fen;
    row->term_days = terms->term_days;
    row->rate = terms->rate;
    row->cut_off_minute = terms->cut_off;
    row->confirm_days = terms->confirm_days;
    row->payout_days = terms->payout_days;
    row->partner = terms->loan.partner;
    row->lead_share = terms->loan.lead_share;
    row->lead_interest_share = terms->loan.lead_interest_share;
    row->daily_rate = terms->loan.daily_rate;
    row->instalments = terms->loan.instalments;
    row->grace_days = terms->loan.grace_days;
}

static void fill_sale(const struct product_sale *sale, struct arena *arena,
                      Linkgate__Admin__V1__ProductRow *row) {
    char day[DATE_TEXT_SIZE] = "";
    if (sale->price > 0)
        date_format(sale->price_day, day);
    row->quota_fen = sale->quota_fen;
    row->from_ms = sale->from_ms;
    row->until_ms = sale->until_ms;
    row->price = sale->price;
    row->price_date = admin_text(arena, day);
    row->all_banks = sale->all_banks;
    row->all_banks_once = sale->all_banks_once;
    row->banks = bank_list(sale, false, arena, &row->n_banks);
    row->former_banks = bank_list(sale, true, arena, &row->n_former_banks);
}

static ProtobufCMessage *row_of(const struct product *product, const struct quota *quota,
                                struct arena *arena) {
    Linkgate__Admin__V1__ProductRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__product_row__init(row);
    row->issuer = product->issuer;
    row->code = admin_text(arena, product->code);
    row->version = product->version;
    row->terms_version = product->terms_version;
    row->state = admin_text(arena, product_state_name(product->state));
    row->sequence = product->sequence;
    row->published_at_ms = product->published_at_ms;
    row->changed_at_ms = product->changed_at_ms;
    fill_terms(&product->terms, arena, row);
    fill_sale(&product->sale, arena, row);
    row->sold_fen = quota->sold_fen;
    row->reserved_fen = quota->reserved_fen;
    return &row->base;
}

/* ---- all of them ---- */

static bool fits(const struct admin_listing *listing, const struct product *product) {
    const struct admin_filter *filter = &listing->filter;
    return (filter->state == 0 || filter->state == (uint32_t)product->state) &&
           (filter->kind == 0 || filter->kind == (uint32_t)product->terms.kind) &&
           (filter->bank == 0 || product_seen_by(product, filter->bank));
}

/* 0 also where the page is full: more then says so. */
static int add_all(struct admin_listing *listing, struct store *store, struct page *page,
                   uint64_t *last) {
    struct product product;
    struct quota quota;
    uint64_t sequence;
    struct id id;
    int result;
    while ((result = store_next_product_change(store, *last, &sequence, &id)) == 0 &&
           page_look(page)) {
        result = store_get_product(store, &id, &product);
        if (result == 0)
            result = store_get_quota(store, &id, &quota);
        if (result != 0)
            break;
        if (fits(listing, &product) && !page_add(page, row_of(&product, &quota, &page->arena)))
            break;
        *last = sequence;
    }
    return result < 0 ? result : 0;
}

int catalogue_products(struct admin_listing *listing, struct store *store) {
    struct page page;
    uint64_t last = listing->after_sequence;
    page_init(&page, listing->max);
    int result = add_all(listing, store, &page, &last);
    Linkgate__Admin__V1__ProductPage message;
    linkgate__admin__v1__product_page__init(&message);
    PAGE_SEND(listing, &page, message, last, PRODUCTS, products);
    return result;
}

/* ---- the versions of one ---- */

static int load_version(struct store *store, const struct id *id, const struct product *present,
                        uint64_t version, struct product *product_out) {
    *product_out = *present;
    if (version == present->version)
        return 0;
    return store_get_product_version(store, id, (uint32_t)version, product_out);
}

int catalogue_product(struct admin_listing *listing, struct store *store) {
    struct page page;
    struct product present, product;
    struct quota quota;
    uint64_t last = listing->after_sequence;
    int result = store_get_product(store, &listing->only, &present);
    if (result == 0)
        result = store_get_quota(store, &listing->only, &quota);
    if (result == STORE_ABSENT) {
        page_absent(listing, "The catalogue has no such product. List the products.");
        return 0;
    }
    if (listing->present)
        last = present.version - 1;
    page_init(&page, listing->max);
    while (result == 0 && last < present.version && page_look(&page)) {
        result = load_version(store, &listing->only, &present, last + 1, &product);
        if (result != 0 || !page_add(&page, row_of(&product, &quota, &page.arena)))
            break;
        last++;
    }
    Linkgate__Admin__V1__ProductPage message;
    linkgate__admin__v1__product_page__init(&message);
    PAGE_SEND(listing, &page, message, last, PRODUCTS, products);
    return result < 0 ? result : 0;
}
