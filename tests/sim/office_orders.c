/*
 * What operators order besides the clock: of banks and their certificates, holds, searches, numbers
 * to be read, commands that were set aside. Each of them at random, some of them wrong.
 *
 * A bank's key is rolled in three steps that each look at the registry: the new pin is added, the bank
 * connects with it, the old one is removed. A disabled bank is enabled again before long.
 */
#include <string.h>

#include "crypto/digest.h"
#include "domain/calendar.h"
#include "sim/world.h"

#define HOLD_MS 600000
#define PICKS 8
#define UNKNOWN_BANK 999100000046u

static struct party *some_party(struct office *office) {
    struct world *world = office->world;
    return &world->parties[chance_below(office_chance(office), world->party_count)];
}

bool office_some_link(struct office *office, struct link *link_out) {
    struct link link;
    struct id at = {{0}};
    uint64_t seen = 0;
    while (store_next_link(office_store(office), &at, &link) == 0) {
        at = link.id;
        if (chance_below(office_chance(office), ++seen) == 0)
            *link_out = link;
    }
    return seen > 0;
}

/* ---- banks and their certificates ---- */

static void set_bank(struct office *office) {
    struct party *party = some_party(office);
    struct command *command = command_new(COMMAND_BANK_SET);
    struct bank_set *order = &command->body.bank_set;
    order->code = office_hits(office, 400) ? UNKNOWN_BANK : party->code;
    order->what = BANK_SET_NAME;
    memcpy(order->name, "Renamed", 8);
    office_give(office, command);
}

static void disable(struct office *office) {
    struct command *command = command_new(COMMAND_BANK_DISABLE);
    struct party *party = some_party(office);
    bool wrong = office_hits(office, 300);
    command->body.bank_disable.code = wrong ? UNKNOWN_BANK : party->code;
    if (!wrong)
        party->registry_moves = true;
    office_give(office, command);
}

static void enable(struct office *office, const struct party *party) {
    struct command *command = command_new(COMMAND_BANK_ENABLE);
    command->body.bank_enable.code = party->code;
    office_give(office, command);
}

static void enable_any(struct office *office) {
    enable(office, some_party(office));
}

static void add_bank(struct office *office) {
    struct party *party = some_party(office);
    struct command *command = command_new(COMMAND_BANK_ADD);
    command->body.bank_add =
        (struct bank){.code = party->code, .roles = party->roles, .pin_count = 1};
    memcpy(command->body.bank_add.name, "Again", 6);
    command->body.bank_add.pins[0] = party->pin;
    office_give(office, command);
}

static void add_pin(struct office *office) {
    struct party *party = some_party(office);
    struct command *command = command_new(COMMAND_PIN_ADD);
    struct bank_pin *order = &command->body.bank_pin;
    order->code = party->code;
    order->pin = office_hits(office, 400) ? party->pin : party->next_pin;
    party->registry_moves = true;
    office_give(office, command);
}

static void remove_pin(struct office *office, const struct party *party, const struct digest *pin) {
    struct command *command = command_new(COMMAND_PIN_REMOVE);
    command->body.bank_pin = (struct bank_pin){.code = party->code, .pin = *pin};
    office_give(office, command);
}

/* One that it has not. */
static void remove_no_pin(struct office *office) {
    const struct party *party = some_party(office);
    struct digest pin;
    chance_bytes(office_chance(office), pin.bytes, DIGEST_SIZE);
    remove_pin(office, party, &pin);
}

/* The bank uses its new key once the registry has it; then the old pin goes. */
static void see_to_pins(struct office *office, struct party *party, const struct bank *bank) {
    if (bank_pin_index(bank, &party->next_pin) >= 0) {
        party->pin = party->next_pin;
        sha256(digest_span(&party->pin), &party->next_pin);
        trace_note(&office->world->trace, "bank %zu has a new certificate", party->index);
    }
    for (uint32_t i = 0; i < bank->pin_count; i++) {
        if (!digest_equal(&bank->pins[i], &party->pin) && office_hits(office, 200))
            remove_pin(office, party, &bank->pins[i]);
    }
}

static void resync(struct office *office, const struct party *party, uint64_t notice) {
    struct command *command = command_new(COMMAND_BANK_RESYNC);
    command->body.bank_resync = (struct bank_resync){party->code, notice};
    office_give(office, command);
}

/* One that is not held, for the most part. */
static void resync_any(struct office *office) {
    resync(office, some_party(office), 1);
}

/* All kinds, and limits that a few transfers come to. */
static void name_limits(struct office *office, struct rules_period *period) {
    int64_t day_fen = chance_between(office_chance(office), 1, 100000);
    day_fen *= office->world->plan.unit_fen;
    for (size_t i = 0; i < BUCKET_CLASSES * BUCKET_FLOWS; i++)
        period->values.buckets[i / BUCKET_FLOWS][i % BUCKET_FLOWS] =
            (struct bucket_limit){day_fen, 3 * day_fen};
    for (int kind = TRANSFER_BOUND_PAIR; kind < TRANSFER_KINDS; kind++)
        period->values.kinds[kind].enabled = kind <= TRANSFER_RETURN ||
                                             transfer_kind_made((enum transfer_kind)kind) ||
                                             office_hits(office, 700);
    period->buckets = true;
    period->kinds = (1u << TRANSFER_KINDS) - 2;
}

void office_load_rules(struct office *office) {
    struct command *command = command_new(COMMAND_RULES_LOAD);
    struct rules_document *document = arena_zero(&command->arena, sizeof *document);
    struct rules_period *period = &document->periods[0];
    size_t number = 0;
    while (strcmp(rules_number_at(number)->name, "questions_per_bank") != 0)
        number++;
    memcpy(document->name, "simulated", sizeof "simulated");
    document->count = 1;
    period->from_day =
        shanghai_day(office->world->hub.last_ms) + (office_hits(office, 800) ? 1 : 0);
    period->until_day = RULES_FOR_EVER;
    period->numbers = UINT64_C(1) << number;
    rules_number_set(
        &period->values, number,
        office_hits(office, 900) ? (int64_t)chance_between(office_chance(office), 4096, 65536) : 0);
    if (office_hits(office, 700))
        name_limits(office, period);
    command->body.rules_load.document = document;
    office_give(office, command);
}

static void back_up(struct office *office) {
    office_give(office, command_new(COMMAND_BACKUP));
}

/* Of a list that nobody compares here: this is the record of it. */
static void hand_in_list(struct office *office) {
    struct command *command = command_new(COMMAND_RECON_COMPARE);
    command->body.recon_order.bank = some_party(office)->code;
    chance_bytes(office_chance(office), command->body.recon_order.upload.bytes, DIGEST_SIZE);
    office_give(office, command);
}

/* Held, because it has seen a later state: they have agreed on what is missing. */
static void see_to_held(struct office *office, const struct party *party) {
    struct bank_counters counters;
    if (store_get_bank_counters(office_store(office), party->code, &counters) >= 0 &&
        counters.held_notice != 0 && office_hits(office, 200))
        resync(office, party, counters.held_notice);
}

void office_see_to_banks(struct office *office) {
    struct world *world = office->world;
    for (size_t i = 0; i < world->party_count; i++) {
        struct party *party = &world->parties[i];
        struct bank bank;
        if (store_get_bank(office_store(office), party->code, &bank) != 0)
            continue;
        see_to_pins(office, party, &bank);
        see_to_held(office, party);
        if (!bank.active && office_hits(office, 300))
            enable(office, party);
    }
}

/* ---- links ---- */

/* Mostly on a link that runs. */
static void place_hold(struct office *office) {
    struct link link;
    bool found = office_some_link(office, &link);
    for (int i = 0; found && i < PICKS && !link_runs(&link); i++)
        found = office_some_link(office, &link);
    if (!found)
        return;
    struct command *command = command_new(COMMAND_HOLD_PLACE);
    struct hold_order *order = &command->body.hold_order;
    order->link = link.id;
    order->blocks = (uint32_t)chance_between(office_chance(office), 1, 31) << 1;
    memcpy(order->reason, "FR01", 5);
    if (office_hits(office, 700))
        order->expires_at_ms = office->world->hub.last_ms + HOLD_MS;
    office_give(office, command);
}

/* The last hold that operators placed, on links that run where there is one. */
static bool some_hold(struct office *office, struct id *link_out, struct id *hold_out) {
    struct link link;
    struct id at = {{0}};
    bool runs = false;
    bool found = false;
    while (store_next_link(office_store(office), &at, &link) == 0) {
        at = link.id;
        for (size_t i = 0; i < link.hold_count && !runs; i++) {
            if (link.holds[i].authority != HOLD_BY_OPERATOR)
                continue;
            *link_out = link.id;
            *hold_out = link.holds[i].id;
            found = true;
            runs = link_runs(&link);
        }
    }
    return found;
}

/* Mostly one that operators placed. */
static void lift_hold(struct office *office) {
    struct link link;
    struct id on;
    struct id hold;
    if (!office_some_link(office, &link))
        return;
    if (!some_hold(office, &on, &hold) || office_hits(office, 300)) {
        on = link.id;
        hold = link.id; /* no hold's */
        if (link.hold_count > 0)
            hold = link.holds[chance_below(office_chance(office), link.hold_count)].id;
    }
    struct command *command = command_new(COMMAND_HOLD_LIFT);
    struct hold_order *order = &command->body.hold_order;
    order->link = on;
    order->hold = hold;
    memcpy(order->reason, "CUST", 5);
    office_give(office, command);
}

/* What the instructed bank decided, on paper; false: it did not. */
static bool written(struct office *office, const struct transfer *transfer,
                    struct transfer_resolve *order) {
    struct party *party = world_party(office->world, transfer->instructed);
    struct posting *posting = posting_find(party, &transfer->id);
    if (transfer->state != TRANSFER_UNKNOWN || posting == NULL)
        return false;
    order->transfer = transfer->id;
    if (posting->state == POSTING_DONE) {
        order->outcome = POSTING_POSTED;
        memcpy(order->reference, posting->reference, sizeof(posting->reference));
        memcpy(order->book_date, "2026-12-23", DATE_TEXT_SIZE);
        posting->told = true;
        return true;
    }
    order->outcome = POSTING_REFUSED;
    memcpy(order->reason, posting->reason, REASON_SIZE);
    return posting->state == POSTING_DENIED;
}

/* A transfer whose bank's people can say what became of it; at times any, which is refused. */
static void resolve(struct office *office) {
    struct command *command = command_new(COMMAND_TRANSFER_RESOLVE);
    struct transfer_resolve *order = &command->body.transfer_resolve;
    struct transfer transfer = {.state = TRANSFER_NONE};
    struct id at = {{0}};
    bool found = false;
    while (!found && store_next_transfer(office_store(office), &at, &transfer) == 0) {
        at = transfer.id;
        found = written(office, &transfer, order);
    }
    if (!found) {
        *order = (struct transfer_resolve){.transfer = at, .outcome = POSTING_UNDONE};
        if (transfer.state == TRANSFER_UNKNOWN) /* nobody knows yet */
            chance_bytes(office_chance(office), order->transfer.bytes, ID_SIZE);
    }
    memcpy(order->word, "So it is.", 10);
    order->document.bytes[0] = 1;
    office_give(office, command);
}

static void unfreeze(struct office *office) {
    struct link link;
    if (!office_some_link(office, &link))
        return;
    struct command *command = command_new(COMMAND_UNFREEZE);
    command->body.unfreeze = (struct unfreeze){OBJECT_LINK, link.id};
    office_give(office, command);
}

static void search(struct office *office) {
    struct link link;
    if (!office_some_link(office, &link))
        return;
    struct command *command = command_new(COMMAND_SEARCH);
    command->body.search = (struct search){SEARCH_BY_ACCOUNT, link.class2_key};
    if (office_hits(office, 300))
        command->body.search = (struct search){SEARCH_BY_PERSON, link.person_key};
    office_give(office, command);
}

static void unmask(struct office *office) {
    struct link link;
    if (!office_some_link(office, &link))
        return;
    struct command *command = command_new(COMMAND_UNMASK);
    command->body.unmask.link = link.id;
    if (office_hits(office, 400))
        chance_bytes(office_chance(office), command->body.unmask.link.bytes, ID_SIZE);
    office_give(office, command);
}

/* ---- approvals ---- */

/* One that is gone, or waits because its asker forgot it. */
static void decide_again(struct office *office) {
    static const enum command_kind kinds[] = {COMMAND_APPROVE, COMMAND_REJECT,
                                              COMMAND_READ_UNMASKED};
    struct approval approval;
    struct approval found = {0};
    struct id at = {{0}};
    uint64_t seen = 0;
    while (store_next_approval(office_store(office), &at, &approval) == 0) {
        at = approval.id;
        if (chance_below(office_chance(office), ++seen) == 0)
            found = approval;
    }
    if (seen == 0 || found.order == COMMAND_CLOCK_ACCEPT)
        return;
    struct command *command = command_new(kinds[chance_below(office_chance(office), 3)]);
    command->body.decision.approval = found.id;
    office_give(office, command);
}

/* ---- what was set aside ---- */

/* A command that nobody sends is set aside, as if two processes had died of it. */
static void decide_quarantine(struct office *office) {
    struct hub *hub = &office->world->hub;
    struct quarantine_row row;
    struct digest digest;
    chance_bytes(office_chance(office), digest.bytes, DIGEST_SIZE);
    bool there = office_hits(office, 700);
    for (int i = 0; there && i < 2; i++) {
        if (quarantine_count(engine_quarantine(hub->engine), &digest, COMMAND_UNFREEZE, 0,
                             world_wall_ms(office->world), &row) != 0)
            return;
    }
    bool drop = office_hits(office, 500);
    struct command *command =
        command_new(drop ? COMMAND_QUARANTINE_DROP : COMMAND_QUARANTINE_RELEASE);
    command->body.quarantine_order.digest = digest;
    office_give(office, command);
}

void office_work(struct office *office) {
    static void (*const works[])(struct office * office) = {
        set_bank,
        disable,
        add_bank,
        add_pin,
        place_hold,
        place_hold,
        lift_hold,
        unfreeze,
        back_up,
        search,
        unmask,
        unmask,
        unmask,
        decide_again,
        decide_quarantine,
        enable_any,
        remove_no_pin,
        resync_any,
        office_money,
        office_money,
        lift_hold,
        decide_quarantine,
        resolve,
        resolve,
        office_load_rules,
        hand_in_list,
        office_hand_in_row,
        office_money,
        office_window,
        office_window,
        office_window,
        office_window,
        office_window,
        office_money,
    };
    works[office_pick(office, sizeof(works) / sizeof(works[0]))](office);
}
