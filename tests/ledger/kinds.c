/*
 * See kinds.h.
 */
#include "ledger/kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/world_people.h"
#include "util/fatal.h"

void kinds_change(struct world *world, const struct rules *rules) {
    struct command *command = world_order(world, COMMAND_RULES_LOAD, UID_ONE);
    struct rules_document *document = xcalloc(1, sizeof *document);
    int64_t tomorrow = shanghai_day(world->now_ms) + 1;
    strcpy(document->name, "kinds");
    document->count = 1;
    rules_period_of(rules, &document->periods[0]);
    document->periods[0].from_day = tomorrow;
    document->periods[0].until_day = RULES_FOR_EVER;
    struct span copy = arena_copy(&command->arena, span_of(document, sizeof *document));
    command->body.rules_load.document = (const struct rules_document *)(const void *)copy.data;
    free(document);
    assert_int_equal(world_give(world, command), 0);
    assert_false(world_one(world, EFFECT_REPLY)->refused);
    world->now_ms = shanghai_day_start_ms(tomorrow);
}

struct rules kinds_rules(const struct world *world) {
    struct rulebook book;
    rulebook_init(&book);
    assert_int_equal(store_load_rulebook(world->store, &book), 0);
    struct rules rules = *rulebook_at(&book, world->now_ms);
    rulebook_deinit(&book);
    return rules;
}

void kinds_init(struct world *world) {
    world_init(world);
    struct rules rules = kinds_rules(world);
    for (size_t kind = TRANSFER_BOUND_PAIR; kind < TRANSFER_KINDS; kind++)
        rules.kinds[kind] = (struct kind_rule){.enabled = true};
    kinds_change(world, &rules);
}

struct id kinds_link(struct world *world, enum account_class class, enum account_opening opening) {
    struct open_link open = world_open(world);
    open.class2.account_class = class;
    open.class2.opening = opening;
    struct id id = world_link_of(world, &open);
    struct link link = world_get_link(world, &id);
    link.limits = (struct agreed_limits){0};
    link.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PAY);
    world_put_link(world, &link);
    return id;
}

bank_code kinds_submitter(const struct transfer_way *way) {
    return way->submitter == ACCOUNT_CLASS_I ? BANK_B : BANK_A;
}

struct submit_transfer kinds_request(struct world *world, const struct id *link,
                                     const struct transfer_way *way, int64_t fen) {
    struct submit_transfer request = world_submit(world, link, way->direction, fen);
    request.kind = way->kind;
    if (way->merchant) {
        world_make_payment(&request);
        request.kind = way->kind;
    } else if (way->third_party && way->flow == CLASS_FLOW_IN) {
        request.debtor_name = SPAN_LITERAL("Li Si");
        request.debtor_account = SPAN_LITERAL("62280000000000025");
    } else if (way->third_party) {
        request.creditor_name = SPAN_LITERAL("Li Si");
        request.creditor_account = SPAN_LITERAL("62280000000000025");
    }
    return request;
}

const struct transfer_way *kinds_way(enum transfer_kind kind, enum class_flow flow) {
    const struct transfer_way *way;
    for (size_t i = 0; (way = transfer_way_at(i)) != NULL; i++) {
        if (way->kind == kind && way->flow == flow && !way->made)
            return way;
    }
    fail_msg("%s goes no such way", transfer_kind_name(kind));
    return NULL;
}

void kinds_send(struct world *world, const struct id *link, enum transfer_kind kind,
                enum class_flow flow, int64_t fen) {
    const struct transfer_way *way = kinds_way(kind, flow);
    struct submit_transfer request = kinds_request(world, link, way, fen);
    assert_int_equal(world_send(world, kinds_submitter(way), COMMAND_SUBMIT_TRANSFER, &request), 0);
}

struct id kinds_granted(struct world *world, const struct id *link, enum transfer_kind kind,
                        enum class_flow flow, int64_t fen) {
    kinds_send(world, link, kind, flow, fen);
    /* A re-check may go out with it, when months have passed. */
    for (size_t i = 0; i < world_count(world, EFFECT_SEND); i++) {
        const struct effect *sent = world_effect(world, EFFECT_SEND, i);
        if (sent->message == MESSAGE_POST_INSTRUCTION)
            return sent->exchange;
    }
    fail_msg("%s of %lld fen was not granted", transfer_kind_name(kind), (long long)fen);
    return (struct id){{0}};
}

struct id kinds_posted(struct world *world, const struct id *link, enum transfer_kind kind,
                       enum class_flow flow, int64_t fen) {
    struct id id = kinds_granted(world, link, kind, flow, fen);
    money_answer(world, &id, POSTING_POSTED);
    return id;
}

struct account_limits kinds_limits(struct world *world, const struct id *link) {
    struct link record = world_get_link(world, link);
    struct account_limits limits;
    assert_int_equal(store_get_limits(world->store, &record.class2_key, &limits), 0);
    return limits;
}

int64_t kinds_taken(struct world *world, const struct id *link, enum bucket_flow flow) {
    struct account_limits limits = kinds_limits(world, link);
    struct bucket now = limit_at(&limits.buckets[flow], world->now_ms);
    return now.of_day.used_fen + now.of_day.reserved_fen;
}

static void assert_same_sum(const struct bucket_sum *a, const struct bucket_sum *b) {
    assert_true(a->used_fen == b->used_fen && a->reserved_fen == b->reserved_fen &&
                a->has_cap == b->has_cap && a->cap_fen == b->cap_fen);
}

static void assert_same_limits(const struct account_limits *a, const struct account_limits *b) {
    assert_true(digest_equal(&a->account, &b->account) && a->funded == b->funded);
    for (int flow = 0; flow < BUCKET_FLOWS; flow++) {
        assert_true(a->buckets[flow].day == b->buckets[flow].day &&
                    a->buckets[flow].year == b->buckets[flow].year);
        assert_same_sum(&a->buckets[flow].of_day, &b->buckets[flow].of_day);
        assert_same_sum(&a->buckets[flow].of_year, &b->buckets[flow].of_year);
    }
}

void kinds_refused(struct world *world, const struct id *link, enum transfer_kind kind,
                   enum class_flow flow, int64_t fen, enum refusal_code code) {
    struct account_limits before = kinds_limits(world, link);
    kinds_send(world, link, kind, flow, fen);
    world_expect_refused(world, code, NULL);
    struct account_limits after = kinds_limits(world, link);
    assert_same_limits(&before, &after);
}
