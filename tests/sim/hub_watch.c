/*
 * What the gateway says and when, held against what stands at that moment: its answers are the rows of
 * the store, a search finds all that there is, its deadlines run by the steady clock of the machine.
 *
 * Invariant: nothing here changes anything or draws a chance. The steady clock is the only one that is
 * asked: whatever the wall clock says meanwhile, a silent bank is parted with after its time and not
 * before, and ledger time moves by what passed, give or take 1 %.
 */
#include "sim/watch.h"

#include <string.h>

#include "sim/world.h"
#include "wire/frame.h"
#include "wire/message.h"

#define SLACK_MS (WATCH_DAWDLE_MS + 1)
#define HEARTBEATS_MISSED 3
#define SLEW 100 /* one part in so many */
#define ROUNDING_US 2000
#define NEWS_MS 1

static int64_t boot_ms(const struct hub *hub) {
    return clock_boot_ms(&hub->clock);
}

/* ---- deadlines of connections ---- */

static int64_t silence_max_ms(void) {
    return (int64_t)HEARTBEATS_MISSED * WATCH_HEARTBEAT_MS;
}

/* One whose time is over by so much: its session should have ended. */
static bool is_overdue(const struct hub *hub, const struct seat *seat, int64_t slack_ms) {
    int64_t now_ms = boot_ms(hub);
    if (seat->session == NULL || seat->waiting)
        return false;
    switch (session_state(seat->session)) {
    case SESSION_AWAIT_HELLO:
        return now_ms - seat->since_ms >= WATCH_HELLO_MS + slack_ms;
    case SESSION_OPEN:
    case SESSION_DRAINING:
        return now_ms - seat->heard_ms >= silence_max_ms() + slack_ms;
    case SESSION_HANDSHAKE:
    case SESSION_CLOSED:
        break;
    }
    return false;
}

static void check_overdue(struct hub *hub, int64_t slack_ms) {
    for (size_t i = 0; i < HUB_SEATS_MAX; i++) {
        const struct seat *seat = &hub->seats[i];
        if (is_overdue(hub, seat, slack_ms))
            world_fail(hub->world, "a connection of bank %012llu is silent for %lld ms, and stands",
                       (unsigned long long)session_bank(seat->session),
                       (long long)(boot_ms(hub) - seat->heard_ms));
    }
}

void watch_turn(struct hub *hub) {
    check_overdue(hub, 0);
}

void watch_between_turns(struct hub *hub) {
    if (hub->state != HUB_DOWN && hub->turn_at_us > hub->world->agenda.now_us)
        check_overdue(hub, SLACK_MS);
}

/* Whoever is told to go because it is late is late. */
static void check_parting(struct hub *hub, const struct seat *seat, struct span code) {
    int64_t silent_ms = boot_ms(hub) - seat->heard_ms;
    int64_t since_ms = boot_ms(hub) - seat->since_ms;
    bool early = (span_equal(code, SPAN_LITERAL("HEARTBEAT")) && silent_ms < silence_max_ms()) ||
                 (span_equal(code, SPAN_LITERAL("NO_HELLO")) && since_ms < WATCH_HELLO_MS);
    if (early)
        world_fail(hub->world, "bank %012llu was told %.*s %lld ms after its last word",
                   (unsigned long long)session_bank(seat->session), (int)code.size,
                   (const char *)code.data, (long long)silent_ms);
}

void watch_output(struct hub *hub, const struct seat *seat, struct span output) {
    struct arena arena;
    struct span body;
    struct envelope envelope;
    struct go_away message;
    size_t used;
    if (session_state(seat->session) != SESSION_CLOSED)
        return;
    arena_init(&arena, 1024, 0);
    while (frame_next(output, &body, &used) == 0) {
        if (envelope_decode(body, &arena, &envelope) == 0 && envelope.kind == MESSAGE_GO_AWAY &&
            message_decode_go_away(envelope.payload, &arena, &message) == 0)
            check_parting(hub, seat, message.code);
        output = span_of(output.data + used, output.size - used);
    }
    arena_deinit(&arena);
}

/* ---- ledger time ---- */

static bool is_accepted(const struct effects *effects, size_t from) {
    for (size_t i = from; i < effects->count; i++) {
        if (effects->items[i].kind == EFFECT_ORDER &&
            effects->items[i].order == COMMAND_CLOCK_ACCEPT)
            return true;
    }
    return false;
}

/* It cannot be told while the start is under way, nor across an accepted jump. */
void watch_time(struct hub *hub, int64_t now_ms, const struct effects *effects, size_t from) {
    struct engine_status status = {.hold = LEDGER_CLOCK_HELD_BACK};
    int64_t boot_us = clock_boot_us(&hub->clock);
    if (hub->engine != NULL)
        engine_status(hub->engine, &status);
    bool runs = status.hold == LEDGER_CLOCK_RUNS;
    int64_t passed_us = boot_us - hub->timed_boot_us;
    int64_t off_us = (now_ms - hub->timed_ms) * 1000 - passed_us;
    int64_t limit_us = passed_us / SLEW + ROUNDING_US;
    if (runs && hub->timed_ms != 0 && (off_us > limit_us || off_us < -limit_us))
        world_fail(hub->world, "ledger time moved by %lld ms while %lld us passed",
                   (long long)(now_ms - hub->timed_ms), (long long)passed_us);
    hub->timed_boot_us = boot_us;
    hub->timed_ms = runs && !is_accepted(effects, from) ? now_ms : 0;
}

/* ---- answers ---- */

static bool same_text(struct span told, const char *text) {
    return span_equal(told, span_text(text));
}

static bool same_limits(const struct agreed_limits *a, const struct agreed_limits *b) {
    return a->single_fen == b->single_fen && a->daily_fen == b->daily_fen &&
           a->daily_count == b->daily_count && a->yearly_fen == b->yearly_fen;
}

/* What the viewer may not know of a hold is left out; what it blocks is never. */
static bool same_holds(const struct link_view *view, const struct link *link, bank_code viewer) {
    if (view->hold_count != link->hold_count)
        return false;
    for (uint32_t i = 0; i < link->hold_count; i++) {
        const struct hold_view *told = &view->holds[i];
        const struct hold *hold = &link->holds[i];
        bool whole = hold->by == viewer;
        if (!id_equal(&told->hold, &hold->id) || told->blocks != hold->blocks ||
            told->placed_at_ms != hold->placed_at_ms)
            return false;
        if (whole &&
            (told->authority != hold->authority || told->expires_at_ms != hold->expires_at_ms ||
             !same_text(told->reason, hold->reason) ||
             !same_text(told->legal_reference, hold->legal_reference)))
            return false;
        if (!whole && told->legal_reference.size > 0 && hold->by != 0)
            return false;
    }
    return true;
}

static bool same_link(const struct link_view *view, const struct link *link, bank_code viewer) {
    bool amends = link->amendment.present;
    int64_t due_ms = link->state == LINK_VERIFYING ? link->exchange_deadline_ms : link->deadline_ms;
    return view->state == link->state && same_text(view->reason, link->reason) &&
           view->class2_bank == link->class2_bank && view->class1_bank == link->class1_bank &&
           same_text(view->class2_masked, link->class2_masked) &&
           same_text(view->class1_masked, link->class1_masked) && view->scopes == link->scopes &&
           same_limits(&view->limits, &link->limits) &&
           view->has_challenge == !id_is_zero(&link->challenge.id) &&
           view->requested_at_ms == link->requested_at_ms &&
           view->activated_at_ms == link->activated_at_ms && view->deadline_ms == due_ms &&
           same_holds(view, link, viewer) && view->has_amendment == amends &&
           (!amends || (view->amendment_scopes == link->amendment.scopes &&
                        same_limits(&view->amendment_limits, &link->amendment.limits) &&
                        view->amendment_expires_at_ms == link->amendment.expires_at_ms)) &&
           id_equal(&view->replaces, &link->replaces) &&
           id_equal(&view->replaced_by, &link->replaced_by) &&
           view->cool_down_until_ms == link->cool_down_until_ms &&
           view->recheck_due_ms == link->recheck_due_ms &&
           view->activation_reported_at_ms == link->activation_reported_at_ms &&
           view->primary == link->primary;
}

static bool same_transfer(const struct transfer_view *view, const struct transfer *transfer) {
    return view->state == transfer->state && same_text(view->reason, transfer->reason) &&
           id_equal(&view->link, &transfer->link) && view->kind == transfer->kind &&
           view->direction == transfer->direction && view->amount.fen == transfer->amount.fen &&
           strcmp(view->amount.currency, transfer->amount.currency) == 0 &&
           view->debtor_bank == transfer->debtor_bank &&
           view->creditor_bank == transfer->creditor_bank &&
           same_text(view->end_to_end_id, transfer->end_to_end_id) &&
           same_text(view->reference, transfer->reference) &&
           same_text(view->book_date, transfer->book_date) &&
           view->received_at_ms == transfer->received_at_ms &&
           view->deadline_ms == transfer->deadline_ms &&
           view->accepted_at_ms == transfer->accepted_at_ms &&
           view->credited_at_ms == transfer->credited_at_ms && view->window == transfer->window &&
           id_equal(&view->original, &transfer->original) &&
           view->returned_fen == transfer->returned_fen &&
           same_text(view->step_up_method, transfer->step_up_method) &&
           same_text(view->step_up_text, transfer->step_up_text) &&
           view->cancel_requested_at_ms == transfer->cancel_asked_at_ms &&
           view->conflict == transfer->conflict && view->fallback == transfer->fallback &&
           view->account_debited == transfer_account_debited(transfer);
}

/* It happened in this batch, or just before. */
static bool is_news(const struct hub *hub, int64_t at_ms) {
    return at_ms + NEWS_MS >= hub->last_ms;
}

static void check_link(struct hub *hub, const struct link_view *view, bank_code viewer) {
    struct link link;
    hub->showing |= is_news(hub, view->requested_at_ms) || is_news(hub, view->activated_at_ms);
    if (store_get_link(engine_store(hub->engine), &view->link, &link) != 0 ||
        !same_link(view, &link, viewer))
        world_fail(hub->world, "A4: bank %012llu is told what link %s is not",
                   (unsigned long long)viewer, world_id(&view->link));
}

static void check_transfer(struct hub *hub, const struct transfer_view *view, bank_code viewer) {
    struct transfer transfer;
    hub->showing |= is_news(hub, view->received_at_ms) || is_news(hub, view->accepted_at_ms);
    if (store_get_transfer(engine_store(hub->engine), &view->transfer, &transfer) != 0 ||
        !same_transfer(view, &transfer))
        world_fail(hub->world, "A4: bank %012llu is told what transfer %s is not",
                   (unsigned long long)viewer, world_id(&view->transfer));
}

static void check_answer(struct hub *hub, enum command_kind kind, const struct effect *effect,
                         bank_code viewer, struct arena *arena) {
    struct link_view link;
    struct transfer_view transfer;
    struct link_page links;
    struct transfer_page transfers;
    if (kind == COMMAND_GET_LINK) {
        ENSURE(partner_decode_link_reply(effect->payload, arena, &link) == 0);
        check_link(hub, &link, viewer);
    } else if (kind == COMMAND_GET_TRANSFER) {
        ENSURE(partner_decode_transfer_reply(effect->payload, arena, &transfer) == 0);
        check_transfer(hub, &transfer, viewer);
    } else if (kind == COMMAND_LIST_LINKS) {
        ENSURE(partner_decode_link_page(effect->payload, arena, &links) == 0);
        for (uint32_t i = 0; i < links.count; i++)
            check_link(hub, &links.links[i], viewer);
    } else if (kind == COMMAND_LIST_TRANSFERS) {
        ENSURE(partner_decode_transfer_page(effect->payload, arena, &transfers) == 0);
        for (uint32_t i = 0; i < transfers.count; i++)
            check_transfer(hub, &transfers.transfers[i], viewer);
    }
}

/* ---- searches ---- */

static bool is_sought(const struct search *search, const struct link *link) {
    if (search->by == SEARCH_BY_PERSON)
        return digest_equal(&link->person_key, &search->key);
    return digest_equal(&link->class2_key, &search->key) ||
           digest_equal(&link->class1_key, &search->key);
}

static void check_search(struct hub *hub, const struct search *search, struct span found) {
    struct store *store = engine_store(hub->engine);
    struct link link;
    struct id at = {{0}};
    size_t size = 0;
    bool same = true;
    while (store_next_link(store, &at, &link) == 0 && size < found.size + ID_SIZE) {
        at = link.id;
        if (!is_sought(search, &link))
            continue;
        same = same && size + ID_SIZE <= found.size &&
               memcmp(found.data + size, link.id.bytes, ID_SIZE) == 0;
        size += ID_SIZE;
    }
    if (!same || size != found.size)
        world_fail(hub->world, "an operator's search found %zu links, not those that there are",
                   found.size / ID_SIZE);
}

void watch_answers(struct hub *hub, const struct command *command, const struct effects *effects,
                   size_t from) {
    struct arena arena;
    if (hub->engine == NULL)
        return;
    hub->showing = false;
    arena_init(&arena, 4096, 0);
    for (size_t i = from; i < effects->count; i++) {
        const struct effect *effect = &effects->items[i];
        if (effect->kind != EFFECT_REPLY || effect->refused)
            continue;
        if (command->kind == COMMAND_SEARCH)
            check_search(hub, &command->body.search, effect->payload);
        else
            check_answer(hub, command->kind, effect, command->bank, &arena);
    }
    arena_deinit(&arena);
    if (hub->showing)
        hub->shown = command->origin;
}
