/*
 * What a link's Class II or III account used of the limits of its class, and the link of its agreed
 * ones.
 *
 * Invariant: what is left is told as the ledger would decide it now: by the rules in force at this
 * moment and by what the account's bank said last.
 */
#include "daemon/admin_message.h"
#include "daemon/admin_page.h"
#include "daemon/admin_rows.h"
#include "domain/agreed.h"

#define BUCKET_ROWS (BUCKET_FLOWS * 2u) /* a day and a year each */
#define AGREED_ROWS 3u

static Linkgate__Admin__V1__BucketRow *bucket_row(const char *name, const struct limit_left *left,
                                                  const struct bucket_sum *sum,
                                                  struct arena *arena) {
    Linkgate__Admin__V1__BucketRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__bucket_row__init(row);
    row->bucket = admin_text(arena, name);
    row->period = admin_text(arena, limit_period_name(left->period));
    row->limit_fen = left->limit_fen;
    row->used_fen = sum->used_fen;
    row->reserved_fen = sum->reserved_fen;
    row->has_word = sum->has_cap;
    row->word_fen = sum->cap_fen;
    row->left_fen = left->left_fen;
    row->resets_at_ms = left->resets_at_ms;
    return row;
}

static void fill_buckets(const struct rules *rules, const struct link *link,
                         const struct account_limits *limits, int64_t now_ms, struct arena *arena,
                         Linkgate__Admin__V1__LimitsDetail *detail) {
    enum bucket_class class =
        link->class2_class == ACCOUNT_CLASS_III ? BUCKET_CLASS_III : BUCKET_CLASS_II;
    detail->buckets = arena_take(arena, BUCKET_ROWS * sizeof(void *));
    for (enum bucket_flow flow = BUCKET_IN; flow < BUCKET_FLOWS; flow++) {
        const struct bucket_limit *limit = &rules->buckets[class][flow];
        const char *name = bucket_name(class, flow);
        struct bucket now = limit_at(&limits->buckets[flow], now_ms);
        struct limit_left day = limit_day_left(limit, &now, now_ms);
        struct limit_left year = limit_year_left(limit, &now, now_ms);
        detail->buckets[detail->n_buckets++] = bucket_row(name, &day, &now.of_day, arena);
        detail->buckets[detail->n_buckets++] = bucket_row(name, &year, &now.of_year, arena);
    }
}

/* ---- what the banks and the customer agreed on ---- */

static void add_agreed(const char *period, int64_t limit_fen, int64_t taken_fen,
                       int64_t resets_at_ms, struct arena *arena,
                       Linkgate__Admin__V1__LimitsDetail *detail) {
    Linkgate__Admin__V1__AgreedRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__agreed_row__init(row);
    row->period = admin_text(arena, period);
    row->agreed = limit_fen > 0;
    row->limit_fen = limit_fen;
    row->taken_fen = taken_fen;
    if (limit_fen > taken_fen)
        row->left_fen = limit_fen - taken_fen;
    row->resets_at_ms = resets_at_ms;
    detail->agreed[detail->n_agreed++] = row;
}

static void fill_agreed(const struct link *link, const struct link_usage *usage, int64_t now_ms,
                        struct arena *arena, Linkgate__Admin__V1__LimitsDetail *detail) {
    const struct agreed_limits *limits = &link->limits;
    struct link_usage now = agreed_usage_at(usage, now_ms);
    detail->agreed = arena_take(arena, AGREED_ROWS * sizeof(void *));
    add_agreed("SINGLE", limits->single_fen, 0, 0, arena, detail);
    add_agreed(limit_period_name(LIMIT_DAY), limits->daily_fen, now.day_fen,
               limit_day_resets_ms(now_ms), arena, detail);
    detail->agreed[1]->limit_count = limits->daily_count;
    detail->agreed[1]->taken_count = now.day_count;
    add_agreed(limit_period_name(LIMIT_YEAR), limits->yearly_fen, now.year_fen,
               limit_year_resets_ms(now_ms), arena, detail);
}

/* ---- the whole ---- */

static const char *opening_name(enum account_opening opening) {
    return opening == ACCOUNT_OPENING_FACE_TO_FACE ? "FACE_TO_FACE" : "REMOTE";
}

static int fill(struct store *store, const struct link *link, const struct rules *rules,
                int64_t now_ms, struct arena *arena, Linkgate__Admin__V1__LimitsDetail *detail) {
    struct account_limits limits;
    struct link_usage usage;
    int result = store_get_limits(store, &link->class2_key, &limits);
    if (result == 0)
        result = store_get_usage(store, &link->id, &usage);
    if (result != 0)
        return result;
    detail->link = admin_id(arena, &link->id);
    detail->class2_bank = link->class2_bank;
    detail->class2_masked = admin_text(arena, link->class2_masked);
    detail->class2_class = link->class2_class;
    detail->opening = admin_text(arena, opening_name(link->class2_opening));
    detail->funded = limits.funded;
    detail->at_ms = now_ms;
    detail->rules = rules->document;
    fill_buckets(rules, link, &limits, now_ms, arena, detail);
    fill_agreed(link, &usage, now_ms, arena, detail);
    return 0;
}

static int answer(struct admin_listing *listing, struct store *store, const struct link *link,
                  const struct rules *rules) {
    struct page page;
    admin_reply reply;
    Linkgate__Admin__V1__LimitsDetail detail;
    linkgate__admin__v1__limits_detail__init(&detail);
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(LIMITS);
    reply.limits = &detail;
    page_init(&page, 1);
    int result = fill(store, link, rules, listing->now_ms, &page.arena, &detail);
    if (result == 0)
        page_finish(listing, &page, &reply);
    else
        arena_deinit(&page.arena);
    return result;
}

int limits_show(struct admin_listing *listing, struct store *store) {
    struct link link;
    struct rulebook book;
    int result = store_get_link(store, &listing->after, &link);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no link of that id. See `link list`.");
    if (result != 0)
        return result < 0 ? result : 0;
    rulebook_init(&book);
    result = store_load_rulebook(store, &book);
    if (result == 0)
        result = answer(listing, store, &link, rulebook_at(&book, listing->now_ms));
    rulebook_deinit(&book);
    return result;
}
