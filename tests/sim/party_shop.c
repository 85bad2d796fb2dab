/*
 * A modelled bank's part in the catalogue: as an issuer it publishes, changes, suspends and withdraws;
 * all list, ask for versions, and keep what they were shown.
 *
 * Invariants (A4): a version that was shown once is the same however it is shown again, by an answer, a
 * list or a notice; (A1) what was shown is in the store; (I13) a bank that has acknowledged all its
 * notices has been told of the present version of each product that it is told of.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "sim/world.h"
#include "store/catalogue.h"

#define PUBLISH_PER_MILLE 500
#define WITHDRAW_PER_MILLE 60
#define WRONG_PER_MILLE 120

bool shop_asks(enum message_kind kind) {
    return kind == MESSAGE_PUBLISH_PRODUCT || kind == MESSAGE_LIST_PRODUCTS ||
           kind == MESSAGE_GET_PRODUCT;
}

bool shop_may_refuse(const struct ask *ask, struct span detail) {
    static const char *const details[] = {"PRODUCT_CHANGED", "PRODUCT_STATE", "PRODUCT_TERMS",
                                          "NO_SUCH_PRODUCT", "PRODUCT_QUOTA", "LEAD_SHARE"};
    if (ask->kind == MESSAGE_GET_PRODUCT)
        return ask->stray && span_equal(detail, SPAN_LITERAL("NO_SUCH_PRODUCT"));
    return ask->kind == MESSAGE_PUBLISH_PRODUCT &&
           desk_says_one_of(detail, details, sizeof(details) / sizeof(details[0]));
}

/* ---- what it knows ---- */

static bool is_of(const struct shelf *shelf, bank_code issuer, const char *code) {
    return shelf->issuer == issuer && strcmp(shelf->code, code) == 0;
}

/* The highest version that it was shown; NULL: none. */
static const struct shelf *latest(const struct party *party, bank_code issuer, const char *code) {
    const struct shelf *found = NULL;
    for (const struct shelf *shelf = party->shelves; shelf != NULL; shelf = shelf->next) {
        if (is_of(shelf, issuer, code) && (found == NULL || shelf->version > found->version))
            found = shelf;
    }
    return found;
}

bool shelf_is_latest(const struct party *party, const struct shelf *shelf) {
    return latest(party, shelf->issuer, shelf->code) == shelf;
}

const struct shelf *shelf_of(const struct party *party, bank_code issuer, struct span code,
                             uint32_t version) {
    const struct shelf *shelf = party->shelves;
    while (shelf != NULL && (shelf->issuer != issuer || shelf->version != version ||
                             !span_equal(span_text(shelf->code), code)))
        shelf = shelf->next;
    return shelf;
}

static bool same(const struct shelf *shelf, const struct product *product) {
    return shelf->terms_version == product->terms_version && shelf->state == product->state &&
           shelf->sequence == product->sequence &&
           product_same_terms(&shelf->terms, &product->terms) &&
           digest_equal(&shelf->terms.sha256, &product->terms.sha256) &&
           shelf->price == product->sale.price;
}

static void learn(struct party *party, const struct product *product) {
    struct shelf *shelf = party->shelves;
    while (shelf != NULL &&
           (!is_of(shelf, product->issuer, product->code) || shelf->version != product->version))
        shelf = shelf->next;
    if (shelf == NULL) {
        shelf = xcalloc(1, sizeof(*shelf));
        *shelf = (struct shelf){.issuer = product->issuer,
                                .version = product->version,
                                .terms_version = product->terms_version,
                                .state = product->state,
                                .sequence = product->sequence,
                                .terms = product->terms,
                                .price = product->sale.price,
                                .next = party->shelves};
        memcpy(shelf->code, product->code, sizeof(shelf->code));
        party->shelves = shelf;
    }
    if (!same(shelf, product))
        world_fail(party->world, "A4: bank %zu was shown version %u of %s otherwise before",
                   party->index, product->version, product->code);
}

void shop_learn(struct party *party, const struct product_view *view) {
    learn(party, &view->product);
}

/* ---- as an issuer ---- */

/* A product's code is a letter of its kind: that never changes. */
static const char *const codes[] = {"W-1", "W-2", "F-1", "D-1", "D-2", "L-1", "L-2"};

static enum product_kind kind_of(const char *code) {
    switch (code[0]) {
    case 'F':
        return PRODUCT_FUND;
    case 'D':
        return PRODUCT_DEPOSIT;
    case 'L':
        return PRODUCT_LOAN;
    default:
        return PRODUCT_WEALTH;
    }
}

/* Some bank with which it may have links. */
static bank_code draw_partner(struct party *party) {
    const struct world *world = party->world;
    const struct party *found = NULL;
    uint64_t seen = 0;
    for (size_t i = 0; i < world->party_count; i++) {
        const struct party *other = &world->parties[i];
        if (party_side(other) != party_side(party) && chance_below(&party->chance, ++seen) == 0)
            found = other;
    }
    return found != NULL ? found->code : 0;
}

static void fill_loan(struct party *party, struct product_terms *terms) {
    terms->risk = 0;
    terms->rate = 0;
    terms->min_fen = 50000;
    terms->person_max_fen = 20000000;
    terms->term_days = 90;
    terms->loan.partner = draw_partner(party);
    terms->loan.lead_share = (uint32_t)chance_between(&party->chance, 300, 900) * 10 + 1;
    terms->loan.lead_interest_share = party_hits(party, 500) ? 4567 : 0;
    terms->loan.daily_rate = (uint32_t)chance_between(&party->chance, 1, 5) * 100;
    terms->loan.instalments = (uint32_t)chance_between(&party->chance, 1, 4);
    terms->loan.grace_days = 3;
}

static void fill_terms(struct party *party, enum product_kind kind, struct product_terms *terms) {
    *terms = (struct product_terms){.kind = kind,
                                    .name = "Steady",
                                    .risk = kind == PRODUCT_DEPOSIT ? 1 : 2,
                                    .currency = "CNY",
                                    .min_fen = 100,
                                    .increment_fen = 1,
                                    .confirm_days = 1};
    terms->rate = (uint32_t)chance_between(&party->chance, 1, 5) * 1000;
    uint8_t text = (uint8_t)(terms->rate / 1000);
    if (kind == PRODUCT_LOAN)
        fill_loan(party, terms);
    if (kind != PRODUCT_LOAN && party_hits(party, 500))
        terms->term_days = (uint32_t)chance_between(&party->chance, 1, 5);
    if (kind != PRODUCT_LOAN && party_hits(party, 300))
        terms->person_max_fen = 30000 * party->world->plan.unit_fen + 100;
    /* The text says all of it; at times it says another thing than it should. */
    struct buf whole;
    buf_init(&whole);
    buf_append(&whole, &text, 1);
    buf_append(&whole, &terms->term_days, sizeof(terms->term_days));
    buf_append(&whole, &terms->person_max_fen, sizeof(terms->person_max_fen));
    buf_append(&whole, &terms->loan, sizeof(terms->loan));
    sha256(buf_span(&whole), &terms->sha256);
    buf_deinit(&whole);
    if (party_hits(party, WRONG_PER_MILLE))
        terms->sha256 = (struct digest){{1}};
}

static void fill_sale(struct party *party, enum product_kind kind, struct product_sale *sale) {
    const struct world *world = party->world;
    bool priced = kind == PRODUCT_WEALTH || kind == PRODUCT_FUND;
    *sale = (struct product_sale){.price = chance_between(&party->chance, 1, 9) * 100000};
    if (!priced)
        sale->price = 0;
    if (kind != PRODUCT_LOAN && party_hits(party, 300))
        sale->quota_fen = 30000 * world->plan.unit_fen + 100;
    sale->all_banks = party_hits(party, 500);
    for (size_t i = 0; i < world->party_count && !sale->all_banks; i++) {
        if (&world->parties[i] != party && party_hits(party, 600))
            sale->banks[sale->bank_count++].bank = world->parties[i].code;
    }
}

static uint32_t next_version(struct party *party, const char *code) {
    const struct shelf *known = latest(party, party->code, code);
    uint32_t version = known != NULL ? known->version + 1 : 1;
    if (party_hits(party, WRONG_PER_MILLE))
        version = (uint32_t)chance_between(&party->chance, 1, version + 1);
    return version;
}

static enum product_state next_state(struct party *party) {
    if (party_hits(party, WITHDRAW_PER_MILLE))
        return PRODUCT_WITHDRAWN;
    return party_hits(party, 300) ? PRODUCT_SUSPENDED : PRODUCT_ON_SALE;
}

static void code_of(struct party *party, char text_out[PRODUCT_CODE_MAX + 1]) {
    (void)snprintf(text_out, PRODUCT_CODE_MAX + 1, "%s",
                   codes[chance_below(&party->chance, sizeof(codes) / sizeof(codes[0]))]);
}

static void publish(struct party *party) {
    struct product_terms terms;
    struct product_sale sale;
    char code[PRODUCT_CODE_MAX + 1];
    struct ask *ask = ask_new(party, NULL, MESSAGE_PUBLISH_PRODUCT);
    code_of(party, code);
    enum product_kind kind = kind_of(code);
    fill_terms(party, kind, &terms);
    fill_sale(party, kind, &sale);
    struct publish_product message = {.request = ask_new_id(party, ask),
                                      .code = span_text(code),
                                      .version = next_version(party, code),
                                      .state = next_state(party),
                                      .terms = &terms,
                                      .sale = &sale};
    partner_encode_publish_product(&message, &ask->payload);
    ask_go(ask);
}

/* ---- looking ---- */

static void list(struct party *party) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_LIST_PRODUCTS);
    struct list_products query = {.max = (uint32_t)chance_between(&party->chance, 1, 3)};
    if (party->shelves != NULL && party_hits(party, 500))
        query.after_sequence = party->shelves->sequence;
    partner_encode_list_products(&query, &ask->payload);
    ask_go(ask);
}

/* A version that it knows, or of a product that nobody has. */
static void get(struct party *party) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_GET_PRODUCT);
    const struct shelf *shelf = party->shelves;
    ask->stray = shelf == NULL || party_hits(party, 200);
    struct get_product query = {.issuer = party->code, .code = SPAN_LITERAL("NONE")};
    if (!ask->stray)
        query = (struct get_product){shelf->issuer, span_text(shelf->code), shelf->version};
    partner_encode_get_product(&query, &ask->payload);
    ask_go(ask);
}

void shop_look(struct party *party) {
    if ((party->roles & BANK_ROLE_ISSUER) && party_hits(party, PUBLISH_PER_MILLE))
        publish(party);
    else if (party_hits(party, 700))
        list(party);
    else
        get(party);
}

int shop_replied(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct product_view view;
    struct product_page page;
    if (ask->kind != MESSAGE_LIST_PRODUCTS) {
        int rc = partner_decode_product_reply(payload, &party->arena, &view);
        if (rc == 0)
            shop_learn(party, &view);
        return rc;
    }
    if (partner_decode_product_page(payload, &party->arena, &page) != 0)
        return -1;
    uint64_t last = 0;
    for (uint32_t i = 0; i < page.count; i++) {
        const struct product *product = &page.products[i].product;
        if (product->sequence <= last || product->sequence > page.next_sequence)
            world_fail(party->world, "bank %zu: a page of the catalogue is out of order",
                       party->index);
        last = product->sequence;
        shop_learn(party, &page.products[i]);
    }
    return 0;
}

/* ---- against the store ---- */

static void check_shown(const struct party *party, struct store *store, const struct shelf *shelf) {
    struct id id = store_product_id(shelf->issuer, span_text(shelf->code));
    struct product product;
    bool there = store_get_product(store, &id, &product) == 0;
    if (there && product.version != shelf->version)
        there = store_get_product_version(store, &id, shelf->version, &product) == 0;
    if (!there || !same(shelf, &product))
        world_fail(party->world,
                   "A1: version %u of product %s was shown to bank %zu, and is not so",
                   shelf->version, shelf->code, party->index);
}

/* It has heard all that it is told. */
static void check_heard(const struct party *party, struct store *store) {
    struct bank bank;
    struct product product;
    struct id id;
    uint64_t sequence = 0;
    if (store_get_bank(store, party->code, &bank) != 0)
        return;
    while (store_next_product_change(store, sequence, &sequence, &id) == 0) {
        if (store_get_product(store, &id, &product) != 0 ||
            !product_told_to(&product, party->code, bank.added_at_ms))
            continue;
        const struct shelf *shelf = latest(party, product.issuer, product.code);
        if (shelf == NULL || shelf->version != product.version)
            world_fail(party->world, "I13: bank %zu has all its notices, and not version %u of %s",
                       party->index, product.version, product.code);
    }
}

void shop_check(const struct party *party, struct store *store) {
    struct bank_counters counters;
    for (const struct shelf *shelf = party->shelves; shelf != NULL; shelf = shelf->next)
        check_shown(party, store, shelf);
    if (store_get_bank_counters(store, party->code, &counters) == 0 && !party->false_acks &&
        !counters.held_notice && counters.acked_notice == counters.last_notice)
        check_heard(party, store);
}

void shop_forget(struct party *party) {
    while (party->shelves != NULL) {
        struct shelf *shelf = party->shelves;
        party->shelves = shelf->next;
        free(shelf);
    }
}
