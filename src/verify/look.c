/*
 * Reading a store for the laws, and telling what was found.
 *
 * Invariant: what is remembered grows with the number of banks and products, and of commands' own rows
 * at most, never with the number of other objects. A row that cannot be read is told once and does not end the
 * look; a store that cannot be read does.
 */
#include "verify/look.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void look_init(struct look *look, struct store *store, const struct verify_sink *sink,
               struct verify_counts *counts) {
    *look = (struct look){.store = store, .sink = sink, .counts = counts};
    look->banks = hmap_new();
    look->moneys = hmap_new();
    look->nets = hmap_new();
    rulebook_init(&look->book);
    rulebook_init(&look->walked);
    look->pairs = hmap_new();
    look->sold = hmap_new();
    memset(counts, 0, sizeof *counts);
    int rc = store_get_meta(store, &look->meta);
    look->has_meta = rc == 0;
    if (rc < 0 && rc != STORE_DAMAGED)
        look->failed = rc;
    rc = store_load_rulebook(store, &look->book); /* damage is told where it stands */
    if (rc < 0 && rc != STORE_DAMAGED)
        look->failed = rc;
    /* It is written with every freeze: what is still in the overlay may be later. */
    struct overlay *overlay = store_overlay(store);
    look->dated = look->has_meta && look->meta.applied_sequence > 0 && overlay_keys(overlay) == 0 &&
                  !overlay_is_frozen(overlay);
}

static bool forget(void *context, struct span key, void *value) {
    (void)context;
    (void)key;
    free(value);
    return true;
}

static bool forget_bank(void *context, struct span key, void *value) {
    free(((struct bank_sum *)value)->told);
    return forget(context, key, value);
}

void look_deinit(struct look *look) {
    hmap_each(look->banks, forget_bank, NULL);
    hmap_each(look->moneys, forget, NULL);
    hmap_each(look->nets, forget, NULL);
    hmap_each(look->pairs, forget, NULL);
    hmap_each(look->sold, forget, NULL);
    hmap_free(look->banks);
    hmap_free(look->moneys);
    hmap_free(look->nets);
    rulebook_deinit(&look->book);
    rulebook_deinit(&look->walked);
    hmap_free(look->pairs);
    hmap_free(look->sold);
}

void look_found(struct look *look, enum law law, struct about about, const char *format, ...) {
    struct verify_finding finding = {
        .law = law, .kind = about.kind, .object = about.id, .bank = about.bank};
    va_list list;
    va_start(list, format);
    /* The analyzer does not see va_start. NOLINTNEXTLINE(clang-analyzer-valist*) */
    vsnprintf(finding.text, sizeof finding.text, format, list);
    va_end(list);
    look->counts->findings++;
    look->sink->found(look->sink->context, &finding);
}

enum got look_got(struct look *look, int rc, struct about about) {
    if (rc == 0)
        return GOT;
    if (rc == STORE_ABSENT)
        return GOT_NONE;
    if (rc != STORE_DAMAGED)
        look->failed = rc;
    else if (!look->whole)
        look_found(look, LAW_ROWS, about, "a row of it is damaged");
    return GOT_DAMAGED;
}

enum got look_link(struct look *look, const struct id *id, struct link *link_out) {
    return look_got(look, store_get_link(look->store, id, link_out), about(OBJECT_LINK, id));
}

enum got look_transfer(struct look *look, const struct id *id, struct transfer *transfer_out) {
    return look_got(look, store_get_transfer(look->store, id, transfer_out),
                    about(OBJECT_TRANSFER, id));
}

enum got look_case(struct look *look, const struct id *id, struct inquiry_case *case_out) {
    return look_got(look, store_get_case(look->store, id, case_out), about(OBJECT_CASE, id));
}

enum got look_adjustment(struct look *look, const struct id *id,
                         struct adjustment *adjustment_out) {
    return look_got(look, store_get_adjustment(look->store, id, adjustment_out),
                    about(OBJECT_ADJUSTMENT, id));
}

enum got look_event(struct look *look, const struct id *id, struct bank_event *event_out) {
    return look_got(look, store_get_event(look->store, id, event_out), about(OBJECT_EVENT, id));
}

enum got look_product(struct look *look, const struct id *id, struct product *product_out) {
    return look_got(look, store_get_product(look->store, id, product_out),
                    about(OBJECT_PRODUCT, id));
}

enum got look_window(struct look *look, uint64_t number, struct window *window_out) {
    struct id id = window_id(number);
    return look_got(look, store_get_window(look->store, number, window_out),
                    about(OBJECT_WINDOW, &id));
}

enum got look_card(struct look *look, const struct id *id, struct card *card_out) {
    return look_got(look, store_get_card(look->store, id, card_out), about(OBJECT_CARD, id));
}

struct id look_before(const struct id *id) {
    struct id before = *id;
    for (size_t i = ID_SIZE; i-- > 0;) {
        if (before.bytes[i]-- != 0)
            break;
    }
    return before;
}

/* ---- sums ---- */

struct bank_sum *look_bank(struct look *look, bank_code code) {
    struct span key = span_of(&code, sizeof code);
    struct bank_sum *sum = hmap_get(look->banks, key);
    if (sum == NULL) {
        sum = xcalloc(1, sizeof *sum);
        sum->code = code;
        sum->first_sequence = UINT64_MAX;
        (void)hmap_put(look->banks, key, sum);
        if (!look->whole &&
            look_got(look, store_get_bank_counters(look->store, code, &sum->counters),
                     about_bank(code)) == GOT)
            notice_first(look, sum);
    }
    return sum;
}

struct money_sum *look_money(struct look *look, bank_code code, const char *currency) {
    uint8_t bytes[sizeof code + CURRENCY_SIZE] = {0};
    struct span key = span_of(bytes, sizeof bytes);
    memcpy(bytes, &code, sizeof code);
    memcpy(bytes + sizeof code, currency, CURRENCY_SIZE);
    struct money_sum *sum = hmap_get(look->moneys, key);
    if (sum == NULL) {
        sum = xcalloc(1, sizeof *sum);
        sum->bank = code;
        memcpy(sum->currency, currency, CURRENCY_SIZE);
        (void)hmap_put(look->moneys, key, sum);
    }
    return sum;
}

struct net_sum *look_net(struct look *look, const struct pair_net *of) {
    uint8_t bytes[24 + CURRENCY_SIZE] = {0};
    struct span key = span_of(bytes, sizeof bytes);
    put_be64(bytes, of->window);
    put_be64(bytes + 8, of->low);
    put_be64(bytes + 16, of->high);
    memcpy(bytes + 24, of->currency, CURRENCY_SIZE);
    struct net_sum *sum = hmap_get(look->nets, key);
    if (sum == NULL) {
        sum = xcalloc(1, sizeof *sum);
        sum->sum.window = of->window;
        sum->sum.low = of->low;
        sum->sum.high = of->high;
        memcpy(sum->sum.currency, of->currency, CURRENCY_SIZE);
        (void)hmap_put(look->nets, key, sum);
    }
    return sum;
}

struct pair_sum *look_pair(struct look *look, bank_code low, bank_code high, const char *currency) {
    uint8_t bytes[16 + CURRENCY_SIZE] = {0};
    struct span key = span_of(bytes, sizeof bytes);
    put_be64(bytes, low);
    put_be64(bytes + 8, high);
    memcpy(bytes + 16, currency, CURRENCY_SIZE);
    struct pair_sum *sum = hmap_get(look->pairs, key);
    if (sum == NULL) {
        sum = xcalloc(1, sizeof *sum);
        sum->sum.low = low;
        sum->sum.high = high;
        memcpy(sum->sum.currency, currency, CURRENCY_SIZE);
        (void)hmap_put(look->pairs, key, sum);
    }
    return sum;
}

bool look_currency(const char *currency) {
    bool letters = strlen(currency) == CURRENCY_SIZE - 1;
    for (size_t i = 0; letters && i < CURRENCY_SIZE - 1; i++)
        letters = currency[i] >= 'A' && currency[i] <= 'Z';
    return letters;
}

void look_add(struct look *look, int64_t *sum, int64_t fen, struct about about) {
    if (!fen_add(*sum, fen, sum))
        look_found(look, LAW_I9, about, "a sum wraps at %lld and %lld fen", (long long)*sum,
                   (long long)fen);
}
