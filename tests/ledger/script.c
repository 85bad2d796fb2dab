/*
 * See script.h. What is sent is chosen by chance alone, weighted so that links become active and
 * transfers end in every way.
 */
#include "ledger/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/money.h"

static uint64_t below(struct script *script, uint64_t bound) {
    return chance_below(&script->chance, bound);
}

static bool one_in(struct script *script, uint64_t n) {
    return below(script, n) == 0;
}

static bank_code any_bank(struct script *script) {
    static const bank_code banks[] = {BANK_A, BANK_B, BANK_C, BANK_D};
    return banks[below(script, one_in(script, 20) ? 4 : 3)];
}

/* Mostly that bank. */
static bank_code mostly(struct script *script, bank_code bank) {
    return one_in(script, 30) ? any_bank(script) : bank;
}

void script_init(struct script *script, struct world *world, uint64_t seed) {
    memset(script, 0, sizeof *script);
    script->world = world;
    script->chance = seed;
}

static void note(struct script *script) {
    struct world *world = script->world;
    for (size_t i = 0; i < world->effects->count; i++) {
        const struct effect *effect = &world->effects->items[i];
        if (effect->kind == EFFECT_ANSWER && effect->message == MESSAGE_SUBMIT_TRANSFER)
            script->outcomes[world_transfer_view(world, effect).state]++;
    }
}

static void send(struct script *script, bank_code bank, enum command_kind kind, const void *body) {
    assert_int_equal(world_send(script->world, bank, kind, body), 0);
    note(script);
}

static void answer(struct script *script, bank_code bank, enum command_kind kind,
                   const void *body) {
    struct world *world = script->world;
    bank_code from = mostly(script, bank);
    int times = one_in(script, 10) ? 2 : 1;
    for (int i = 0; i < times; i++) {
        assert_int_equal(one_in(script, 4) ? world_send(world, from, kind, body)
                                           : world_answer(world, from, kind, body),
                         0);
        note(script);
    }
}

static struct script_request *remember(struct script *script, bank_code bank,
                                       enum command_kind kind) {
    size_t slot = script->request_count++ % SCRIPT_REPEATS_MAX;
    script->repeats[slot] = (struct script_request){.kind = kind, .bank = bank};
    return &script->repeats[slot];
}

static const struct script_request *any_request(struct script *script) {
    size_t count =
        script->request_count < SCRIPT_REPEATS_MAX ? script->request_count : SCRIPT_REPEATS_MAX;
    return &script->repeats[below(script, count)];
}

static const struct id *any_link(struct script *script) {
    return &script->links[below(script, script->link_count)];
}

/* A link of that state, if a few looks find one. */
static struct link look_for(struct script *script, enum link_state state, int looks) {
    struct link link = world_get_link(script->world, any_link(script));
    while (looks-- > 0 && link.state != state)
        link = world_get_link(script->world, any_link(script));
    return link;
}

/* A link that waits for its Class I bank, if a few looks find one. */
static struct link look_for_exchange(struct script *script) {
    struct link link = world_get_link(script->world, any_link(script));
    for (int i = 0; i < 60 && link.exchange == LINK_EXCHANGE_NONE; i++)
        link = world_get_link(script->world, any_link(script));
    return link;
}

/* ---- links ---- */

/* When there is no room, in place of any other. */
static void keep_link(struct script *script, struct id link, const struct open_link *opened) {
    size_t slot = script->link_count < SCRIPT_LINKS_MAX ? script->link_count++
                                                        : below(script, SCRIPT_LINKS_MAX);
    script->links[slot] = link;
    script->opened[slot] = *opened;
}

static void open_link(struct script *script) {
    struct world *world = script->world;
    struct open_link open = world_open(world);
    if (one_in(script, 4))
        open.class1.bank = open.consent.recipient = BANK_C;
    else if (one_in(script, 4))
        open.class2.bank = BANK_C;
    if (one_in(script, 20))
        open.scopes = LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    if (one_in(script, 10) && script->request_count) { /* the same pair or person once more */
        const struct script_request *old = any_request(script);
        if (old->kind == COMMAND_OPEN_LINK) {
            open.person = old->body.open.person;
            open.class1.number = old->body.open.class1.number;
            if (one_in(script, 2))
                open.class2.number = old->body.open.class2.number;
        }
    }
    bank_code bank = mostly(script, open.class2.bank);
    remember(script, bank, COMMAND_OPEN_LINK)->body.open = open;
    world->timeout_ms = (uint32_t)below(script, 40000);
    send(script, bank, COMMAND_OPEN_LINK, &open);
    world->timeout_ms = 0;
    if (world_count(world, EFFECT_SEND) == 1)
        keep_link(script, world_question(world).link, &open);
}

static void answer_verification(struct script *script, const struct link *link, bool well) {
    struct verify_account question = {.link = link->id, .verification = link->exchange_id};
    struct verify_account_reply reply = world_match(&question);
    if (!well && one_in(script, 6))
        reply.name = (enum element_result)below(script, 3);
    if (!well && one_in(script, 8))
        reply.status =
            one_in(script, 2) ? ACCOUNT_NOT_ACTIVATED : (enum account_status)below(script, 6);
    if (!well && one_in(script, 20))
        reply.verification.bytes[5] ^= 1;
    answer(script, link->class1_bank, COMMAND_VERIFY_ANSWER, &reply);
}

static void answer_exchange(struct script *script, struct link *link, bool well) {
    if (id_is_zero(&link->exchange_id))
        link->exchange_id = link->id; /* an answer to nothing */
    if (link->exchange == LINK_EXCHANGE_ISSUE) {
        struct issue_challenge_reply reply = {
            .link = link->id,
            .challenge = link->exchange_id,
            .outcome = well || !one_in(script, 5) ? CHALLENGE_SENT
                                                  : (enum challenge_outcome)below(script, 4),
            .masked_mobile = SPAN_LITERAL("138****0001"),
            .lifetime_ms = (uint32_t)below(script, 900000),
        };
        answer(script, link->class1_bank, COMMAND_ISSUE_ANSWER, &reply);
    } else if (link->exchange == LINK_EXCHANGE_CHECK) {
        struct check_challenge_reply reply = {
            .link = link->id,
            .attempt = link->exchange_id,
            .outcome = CHALLENGE_RIGHT,
        };
        if (!well && one_in(script, 3))
            reply.outcome =
                one_in(script, 2) ? CHALLENGE_WRONG : (enum challenge_outcome)below(script, 7);
        answer(script, link->class1_bank, COMMAND_CHECK_ANSWER, &reply);
    } else {
        answer_verification(script, link, well);
    }
}

static void go_on_with_link(struct script *script) {
    struct world *world = script->world;
    enum link_state state = one_in(script, 4) ? LINK_ACTIVE : LINK_AWAITING_AUTHENTICATION;
    struct link link = one_in(script, 3) ? look_for(script, state, 40) : look_for_exchange(script);
    bank_code bank = mostly(script, link.class2_bank);
    if (link.exchange != LINK_EXCHANGE_NONE || one_in(script, 20)) {
        answer_exchange(script, &link, false);
    } else if (id_is_zero(&link.challenge.id) || one_in(script, 6)) {
        struct start_challenge start = world_start(world, &link.id);
        remember(script, bank, COMMAND_START_CHALLENGE)->body.start = start;
        send(script, bank, COMMAND_START_CHALLENGE, &start);
    } else {
        struct answer_challenge code = world_code(world, &link.id, "123456");
        remember(script, bank, COMMAND_ANSWER_CHALLENGE)->body.code = code;
        send(script, bank, COMMAND_ANSWER_CHALLENGE, &code);
    }
}

static void close_link(struct script *script) {
    struct link link = world_get_link(script->world, any_link(script));
    bank_code bank = mostly(script, one_in(script, 2) ? link.class1_bank : link.class2_bank);
    struct close_link close = world_close(script->world, &link.id);
    remember(script, bank, COMMAND_CLOSE_LINK)->body.close = close;
    send(script, bank, COMMAND_CLOSE_LINK, &close);
}

/* The request that opened it; of one that is not kept any more, any. */
static const struct open_link *opening(struct script *script, const struct link *link) {
    size_t slot = 0;
    while (slot + 1 < script->link_count && !id_equal(&script->links[slot], &link->id))
        slot++;
    return &script->opened[slot];
}

static void amend(struct script *script, const struct link *link, bank_code bank) {
    struct amend_link amend = world_amend(script->world, &link->id);
    if (one_in(script, 2)) {
        amend.scopes ^= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE + below(script, 2));
        amend.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_COLLECT);
    } else {
        amend.limits.daily_count = 1000000 - (uint32_t)below(script, 1000);
    }
    if (!one_in(script, 5))
        amend.agreement = world_agreement(script->world);
    send(script, bank, COMMAND_AMEND_LINK, &amend);
}

static void rebind(struct script *script, const struct link *link, bank_code bank) {
    struct open_link opened = *opening(script, link);
    struct rebind_link rebind = world_rebind(script->world, &link->id, &opened);
    send(script, bank, COMMAND_REBIND_LINK, &rebind);
    if (world_count(script->world, EFFECT_SEND) == 1)
        keep_link(script, world_question(script->world).link, &opened);
}

/* What a bank wants of a link, besides opening and closing it. */
static void change_link(struct script *script) {
    struct world *world = script->world;
    enum link_state state = one_in(script, 4) ? LINK_PENDING_ACTIVATION : LINK_ACTIVE;
    struct link link = look_for(script, state, 30);
    bank_code bank = mostly(script, link.class2_bank);
    struct resume_link resume = world_resume(world, &link.id, opening(script, &link));
    struct start_challenge start = world_start(world, &link.id);
    struct withdraw_consent withdraw = {world_request_id(world), link.id};
    resume.consent.recipient = link.class1_bank;
    if (state == LINK_PENDING_ACTIVATION)
        send(script, bank, COMMAND_RESUME_LINK, &resume);
    else if (one_in(script, 3))
        rebind(script, &link, bank);
    else if (one_in(script, 2))
        amend(script, &link, one_in(script, 4) ? link.class1_bank : bank);
    else if (one_in(script, 3))
        send(script, bank, COMMAND_RESEND_CHALLENGE, &start);
    else if (one_in(script, 8))
        send(script, bank, COMMAND_WITHDRAW_CONSENT, &withdraw);
    else
        send(script, bank, COMMAND_START_CHALLENGE, &start);
}

/* ---- transfers ---- */

static void submit(struct script *script) {
    struct world *world = script->world;
    struct link link = look_for(script, LINK_ACTIVE, one_in(script, 20) ? 0 : 20);
    bank_code bank = mostly(script, one_in(script, 2) ? link.class1_bank : link.class2_bank);
    int64_t fen = 1 + (int64_t)below(script, 1000000);
    struct submit_transfer request =
        world_submit(world, &link.id, one_in(script, 2) ? TRANSFER_PUSH : TRANSFER_PULL, fen);
    if (one_in(script, 50))
        world_make_payment(&request);
    remember(script, bank, COMMAND_SUBMIT_TRANSFER)->body.submit = request;
    world->timeout_ms = (uint32_t)below(script, 20000);
    send(script, bank, COMMAND_SUBMIT_TRANSFER, &request);
    world->timeout_ms = 0;
    if (world_count(world, EFFECT_SEND) == 1 && script->transfer_count < SCRIPT_TRANSFERS_MAX)
        script->transfers[script->transfer_count++] = world_instruction(world).transfer;
}

static void answer_posting(struct script *script) {
    struct world *world = script->world;
    /* mostly one of the latest */
    size_t back = (size_t)below(script, one_in(script, 10)            ? script->transfer_count
                                        : script->transfer_count < 12 ? script->transfer_count
                                                                      : 12);
    struct id *id = &script->transfers[script->transfer_count - 1 - back];
    struct transfer transfer = world_get_transfer(world, id);
    struct posting_result result = world_posted(world, id);
    if (one_in(script, 4))
        result = world_refused(id, "AM04");
    else if (one_in(script, 4))
        result = world_outcome(id, (enum posting_outcome)below(script, 7));
    answer(script, transfer.instructed, COMMAND_POSTING_ANSWER, &result);
}

static void return_some(struct script *script, const struct transfer *transfer) {
    struct world *world = script->world;
    int64_t fen = one_in(script, 3) ? transfer->amount.fen
                                    : 1 + (int64_t)below(script, (uint64_t)transfer->amount.fen);
    struct submit_return request = money_return(world, &transfer->id, fen);
    bank_code bank = mostly(script, transfer->creditor_bank);
    remember(script, bank, COMMAND_SUBMIT_RETURN)->body.back = request;
    send(script, bank, COMMAND_SUBMIT_RETURN, &request);
    if (world_count(world, EFFECT_SEND) == 1 && script->transfer_count < SCRIPT_TRANSFERS_MAX)
        script->transfers[script->transfer_count++] = world_instruction(world).transfer;
}

static void cancel(struct script *script, const struct transfer *transfer) {
    struct cancel_transfer request = money_cancel(script->world, &transfer->id);
    if (one_in(script, 3)) {
        memset(&request.transfer, 0, sizeof request.transfer);
        request.submit = transfer->request;
    }
    bank_code bank = mostly(script, transfer->submitter);
    remember(script, bank, COMMAND_CANCEL_TRANSFER)->body.cancel = request;
    send(script, bank, COMMAND_CANCEL_TRANSFER, &request);
}

/* One of the latest, or an old one: returned, cancelled, put off. */
static void change_transfer(struct script *script) {
    size_t recent = script->transfer_count < 8 ? script->transfer_count : 8;
    size_t back = (size_t)below(script, one_in(script, 3) ? script->transfer_count : recent);
    struct transfer transfer =
        world_get_transfer(script->world, &script->transfers[script->transfer_count - 1 - back]);
    struct step_up demand = {transfer.id,
                             one_in(script, 2) ? SPAN_LITERAL("APP") : SPAN_LITERAL("SMS"),
                             SPAN_LITERAL("")};
    if (one_in(script, 2))
        return_some(script, &transfer);
    else if (one_in(script, 2))
        cancel(script, &transfer);
    else
        send(script, mostly(script, transfer.instructed), COMMAND_STEP_UP, &demand);
}

static void confirm(struct script *script) {
    struct id *id = &script->transfers[below(script, script->transfer_count)];
    struct confirm_credit request = {*id};
    struct transfer transfer = world_get_transfer(script->world, id);
    send(script, mostly(script, transfer.creditor_bank), COMMAND_CONFIRM_CREDIT, &request);
}

static void ask(struct script *script) {
    struct get_transfer transfer = {.transfer =
                                        script->transfers[below(script, script->transfer_count)]};
    struct get_link link = {.link = *any_link(script)};
    struct list_transfers list = {.max = 20, .state = (enum transfer_state)below(script, 8)};
    if (one_in(script, 2))
        send(script, any_bank(script), COMMAND_GET_TRANSFER, &transfer);
    else if (one_in(script, 2))
        send(script, any_bank(script), COMMAND_LIST_TRANSFERS, &list);
    else
        send(script, any_bank(script), COMMAND_GET_LINK, &link);
}

/* The same id again: the same content, or another. */
static void repeat(struct script *script) {
    struct script_request request = *any_request(script);
    if (one_in(script, 4) && request.kind == COMMAND_SUBMIT_TRANSFER)
        request.body.submit.amount.fen++;
    if (one_in(script, 4) && request.kind == COMMAND_CLOSE_LINK)
        request.body.close.reason = SPAN_LITERAL("MS03");
    struct world *world = script->world;
    struct digest before = world_digest(world);
    send(script, request.bank, request.kind, &request.body);
    struct digest after = world_digest(world);
    assert_true(digest_equal(&before, &after));
}

/* ---- the rest ---- */

static void acknowledge(struct script *script) {
    bank_code bank = any_bank(script);
    struct bank_counters counters = world_counters(script->world, bank);
    assert_int_equal(world_ack(script->world, bank, below(script, counters.last_notice + 2)), 0);
}

static void all_up(struct script *script) {
    assert_int_equal(world_up(script->world, BANK_A), 0);
    assert_int_equal(world_up(script->world, BANK_B), 0);
    assert_int_equal(world_up(script->world, BANK_C), 0);
}

static void tick(struct script *script) {
    assert_int_equal(world_tick(script->world), 0);
    note(script);
}

static void come_and_go(struct script *script) {
    struct world *world = script->world;
    if (one_in(script, 8)) {
        assert_int_equal(world_boot(world), 0);
        all_up(script);
    } else if (one_in(script, 2)) {
        assert_int_equal(world_down(world, any_bank(script)), 0);
    } else {
        all_up(script);
    }
}

static void operate(struct script *script) {
    struct world *world = script->world;
    const struct id *link = any_link(script);
    if (one_in(script, 2))
        assert_int_equal(world_unfreeze(world, OBJECT_LINK, link), 0);
    else
        assert_int_equal(world_bank_add(world, BANK_A, BANK_ROLE_CLASS1), 0);
}

void script_step(struct script *script) {
    struct world *world = script->world;
    world->now_ms += (int64_t)below(script, one_in(script, 50) ? 20000 : 200);
    uint64_t what = below(script, 100);
    bool can_move = script->transfer_count > 0;
    if (script->link_count < 3 || what < 4)
        open_link(script);
    else if (what < 20)
        go_on_with_link(script);
    else if (what < 26)
        change_link(script);
    else if (what < 50)
        submit(script);
    else if (what < 76 && can_move)
        answer_posting(script);
    else if (what < 78 && can_move)
        confirm(script);
    else if (what < 82 && can_move)
        change_transfer(script);
    else if (what < 84 && can_move)
        ask(script);
    else if (what < 89)
        repeat(script);
    else if (what < 91)
        acknowledge(script);
    else if (what < 92)
        assert_int_equal(world_fetch(world, any_bank(script), below(script, 50), 20), 0);
    else if (what < 97)
        tick(script);
    else if (what < 98)
        come_and_go(script);
    else if (what < 99 && one_in(script, 3))
        close_link(script);
    else
        operate(script);
}

/* Every open transfer is decided, every exchange answered or over. */
static void answer_open(struct script *script) {
    struct world *world = script->world;
    struct store_open_row row;
    while (store_next_open(world->store, OBJECT_TRANSFER, NULL, &row) == 0) {
        struct transfer transfer = world_get_transfer(world, &row.object);
        struct posting_result result = world_posted(world, &transfer.id);
        assert_int_equal(world_answer(world, transfer.instructed, COMMAND_POSTING_ANSWER, &result),
                         0);
    }
}

void script_settle(struct script *script) {
    struct world *world = script->world;
    int64_t due;
    all_up(script);
    answer_open(script);
    while (!world_is_idle(world)) {
        assert_int_equal(ledger_next_deadline(world->side.ledger, &due), 0);
        if (world->now_ms < due)
            world->now_ms = due;
        tick(script);
    }
}
