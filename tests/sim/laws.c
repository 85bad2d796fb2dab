/*
 * The laws of HAZARDS.md §3 that a store must keep at every moment, checked over all its rows.
 * Nothing here asks the ledger: sums and paths are made anew.
 */
#include <string.h>

#include "sim/audit.h"
#include "sim/laws.h"
#include "sim/world.h"

#define PAIRS_MAX 16

struct sums {
    struct world *world;
    struct store *store;
    struct uses uses;
    int64_t reserved_fen[WORLD_PARTIES_MAX];
    uint64_t unanswered[WORLD_PARTIES_MAX], unknown[WORLD_PARTIES_MAX],
        uncredited[WORLD_PARTIES_MAX];
    int64_t net_fen[WORLD_PARTIES_MAX]; /* + due to the bank */
    struct pair_net pairs[PAIRS_MAX];
    size_t pair_count;
    uint64_t owed[WORLD_PARTIES_MAX]; /* notices */
    uint64_t questions[WORLD_PARTIES_MAX];
    size_t cases_due;
    size_t transfers_due, links_due; /* rows that the deadlines must have */
};

static size_t index_of(struct sums *sums, bank_code code) {
    struct party *party = world_party(sums->world, code);
    ENSURE(party != NULL);
    return party->index;
}

/* ---- I4: histories are paths ---- */

static bool transfer_reaches(uint32_t from, uint32_t to) {
    enum transfer_state next;
    for (int event = 0; event < TRANSFER_EVENTS; event++) {
        if (transfer_next((enum transfer_state)from, (enum transfer_event)event, &next) &&
            (uint32_t)next == to)
            return true;
    }
    return false;
}

static bool link_reaches(uint32_t from, uint32_t to) {
    enum link_state next;
    for (int event = 0; event < LINK_EVENTS; event++) {
        if (link_next((enum link_state)from, (enum link_event)event, &next) && (uint32_t)next == to)
            return true;
    }
    return false;
}

/* What is looked at of an object's history: its whole life, spilled rows and all. */
struct life {
    enum object_kind kind;
    const struct id *id;
    const struct history *history;
    uint32_t state;
    bool (*reaches)(uint32_t from, uint32_t to);
    bool (*owes)(uint32_t before, const struct history_entry *entry);
};

static bool entry_at(struct sums *sums, const struct life *life, uint32_t index,
                     struct history_entry *entry_out) {
    const struct history_entry *entry = history_at(life->history, index);
    if (entry != NULL)
        *entry_out = *entry;
    return entry != NULL ||
           store_get_history(sums->store, life->kind, life->id, index, entry_out) == 0;
}

/* Counts the notices to both banks that it owes. */
static bool is_path(struct sums *sums, const struct life *life, uint64_t *owed_out) {
    struct history_entry before = {.state = 0};
    struct history_entry entry = before;
    *owed_out = 0;
    for (uint32_t i = 0; i < history_length(life->history); i++) {
        if (!entry_at(sums, life, i, &entry) || !life->reaches(before.state, entry.state) ||
            entry.at_ms < before.at_ms || entry.sequence < before.sequence)
            return false;
        *owed_out += life->owes(before.state, &entry);
        before = entry;
    }
    return entry.state == life->state && life->history->count > 0;
}

/* I13: final states once, and what a bank should hear of a link that goes on. */
static bool transfer_owes(uint32_t before, const struct history_entry *entry) {
    return before != entry->state && transfer_state_final((enum transfer_state)entry->state);
}

static bool link_owes(uint32_t before, const struct history_entry *entry) {
    static const bool told[LINK_EVENTS] = {
        [LINK_EVENT_HOLD] = true,       [LINK_EVENT_HOLD_LIFTED] = true,
        [LINK_EVENT_AMENDED] = true,    [LINK_EVENT_AMEND_DROPPED] = true,
        [LINK_EVENT_REVERIFIED] = true, [LINK_EVENT_ACTIVATED] = true,
    };
    if (entry->state == LINK_REQUESTED || entry->state == LINK_VERIFYING ||
        entry->state == LINK_AWAITING_AUTHENTICATION)
        return false;
    return entry->state != before || told[entry->event];
}

static uint64_t events(const struct history *history, uint32_t event) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < history->count; i++)
        count += history->entries[i].event == event;
    return count;
}

/* ---- transfers ---- */

static struct pair_net *pair_of(struct sums *sums, const struct transfer *transfer) {
    bank_code low = transfer->debtor_bank;
    bank_code high = transfer->creditor_bank;
    if (low > high) {
        low = transfer->creditor_bank;
        high = transfer->debtor_bank;
    }
    for (size_t i = 0; i < sums->pair_count; i++) {
        struct pair_net *pair = &sums->pairs[i];
        if (pair->window == transfer->window && pair->low == low && pair->high == high)
            return pair;
    }
    ENSURE(sums->pair_count < PAIRS_MAX);
    struct pair_net *pair = &sums->pairs[sums->pair_count++];
    *pair = (struct pair_net){.window = transfer->window, .low = low, .high = high};
    return pair;
}

static void add_accepted(struct sums *sums, const struct transfer *transfer) {
    struct pair_net *pair = pair_of(sums, transfer);
    int64_t fen = transfer->amount.fen;
    bool to_low = transfer->creditor_bank == pair->low;
    sums->net_fen[index_of(sums, transfer->creditor_bank)] += fen;
    sums->net_fen[index_of(sums, transfer->debtor_bank)] -= fen;
    pair->net_fen += to_low ? fen : -fen;
    pair->to_low_fen += to_low ? fen : 0;
    pair->to_high_fen += to_low ? 0 : fen;
    pair->count++;
}

static void check_rows(struct sums *sums, const struct transfer *transfer) {
    struct store_open_row open = {OBJECT_TRANSFER, transfer->link, transfer->id};
    struct store_request row;
    bool reserved = transfer_reserved(transfer->state);
    if ((store_has_open(sums->store, &open) == 0) != reserved)
        world_fail(sums->world, "I15: transfer %s is %s, and its open row does not say so",
                   world_id(&transfer->id), transfer_state_name(transfer->state));
    if (store_get_request(sums->store, transfer->submitter, &transfer->request, &row) != 0 ||
        !id_equal(&row.object, &transfer->id) || row.refusal != 0)
        world_fail(sums->world, "I5: transfer %s is not that of its request",
                   world_id(&transfer->id));
}

/* What a hold of its link blocks, and is open, is being barred. */
static void check_blocked(struct sums *sums, const struct transfer *transfer) {
    uint32_t debit = HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1);
    uint32_t credit = HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS2);
    struct link link;
    if (transfer->kind == TRANSFER_RETURN || transfer->cancel)
        return;
    if (transfer->class2_pays) {
        debit = HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS2);
        credit = HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS1);
    }
    if (transfer->kind == TRANSFER_PAYMENT)
        credit = 0;
    if (store_get_link(sums->store, &transfer->link, &link) != 0 ||
        (link_blocked(&link) & (debit | credit)) != 0)
        world_fail(sums->world, "I11: transfer %s is open, blocked by a hold, and not being barred",
                   world_id(&transfer->id));
}

static void check_transfer(struct sums *sums, const struct transfer *transfer) {
    struct world *world = sums->world;
    uint64_t owed;
    struct life life = {OBJECT_TRANSFER, &transfer->id,    &transfer->history,
                        transfer->state, transfer_reaches, transfer_owes};
    if (!is_path(sums, &life, &owed))
        world_fail(world, "I4: transfer %s has a history that is no path", world_id(&transfer->id));
    sums->owed[index_of(sums, transfer->submitter)] +=
        owed + events(&transfer->history, TRANSFER_EVENT_STEP_UP);
    sums->owed[index_of(sums, transfer->instructed)] += owed;
    uses_add(&sums->uses, transfer);
    if (transfer->frozen || (transfer->conflict && !world->malicious))
        world_fail(world, "transfer %s is %s", world_id(&transfer->id),
                   transfer->frozen ? "frozen" : "in conflict, and nobody lied");
    if (transfer->amount.fen <= 0)
        world_fail(world, "I9: transfer %s has no amount", world_id(&transfer->id));
    if (transfer_reserved(transfer->state)) {
        sums->reserved_fen[index_of(sums, transfer->debtor_bank)] += transfer->amount.fen;
        sums->unanswered[index_of(sums, transfer->instructed)]++;
        check_blocked(sums, transfer);
        sums->unknown[index_of(sums, transfer->instructed)] += transfer->state == TRANSFER_UNKNOWN;
    }
    if (transfer->credit_late && !transfer->credited_at_ms && !transfer_came_back(transfer))
        sums->uncredited[index_of(sums, transfer->creditor_bank)]++;
    if (transfer->state == TRANSFER_ACCEPTED)
        add_accepted(sums, transfer);
    sums->transfers_due += transfer_due_ms(transfer) != 0;
    check_rows(sums, transfer);
}

static void check_transfers(struct sums *sums) {
    struct transfer transfer;
    struct id after;
    const struct id *from = NULL;
    while (!sums->world->failed && store_next_transfer(sums->store, from, &transfer) == 0) {
        check_transfer(sums, &transfer);
        after = transfer.id;
        from = &after;
    }
}

/* ---- links ---- */

static bool has_open(struct sums *sums, const struct link *link, bool *returns_only_out) {
    struct store_open_row at = {.kind = OBJECT_TRANSFER, .parent = link->id};
    struct store_open_row row;
    struct transfer transfer;
    bool any = false;
    *returns_only_out = true;
    while (store_next_open(sums->store, OBJECT_TRANSFER, &at, &row) == 0 &&
           id_equal(&row.parent, &link->id)) {
        any = true;
        if (store_get_transfer(sums->store, &row.object, &transfer) != 0 ||
            transfer.kind != TRANSFER_RETURN)
            *returns_only_out = false;
        at = row;
    }
    return any;
}

static bool has_live(struct sums *sums, enum live_kind kind, const struct digest *key,
                     const struct id *link) {
    struct id id = {{0}};
    while (store_next_live(sums->store, kind, key, &id, &id) == 0) {
        if (id_equal(&id, link))
            return true;
    }
    return false;
}

/* I11: what finds the live links, and which of them is the primary. */
static void check_live(struct sums *sums, const struct link *link) {
    struct digest person = live_person_key(link->class2_bank, &link->person_key);
    bool live = !link_final(link->state);
    if (has_live(sums, LIVE_PERSON, &person, &link->id) != live ||
        has_live(sums, LIVE_CLASS2, &link->class2_key, &link->id) != live ||
        has_live(sums, LIVE_CLASS1, &link->class1_key, &link->id) != live)
        world_fail(sums->world, "I11: link %s is %s, and its live rows do not say so",
                   world_id(&link->id), link_state_name(link->state));
    struct id id = {{0}};
    struct link other;
    unsigned primaries = 0;
    while (live && store_next_live(sums->store, LIVE_CLASS2, &link->class2_key, &id, &id) == 0)
        primaries += store_get_link(sums->store, &id, &other) == 0 && other.primary;
    if (live ? primaries != 1 : link->primary)
        world_fail(sums->world, "I11: link %s is %s, and of its account's %u are the primary",
                   world_id(&link->id), link_state_name(link->state), primaries);
}

/* What goes with the state, and only with it. */
static void check_link_parts(struct sums *sums, const struct link *link) {
    bool coded = link->state == LINK_AWAITING_AUTHENTICATION || link->amendment.present;
    bool holds = link->state == LINK_SUSPENDED || link->state == LINK_CLOSING;
    if ((link->hold_count > 0 && !holds) ||
        (link->hold_count == 0 && link->state == LINK_SUSPENDED))
        world_fail(sums->world, "I11: link %s is %s with %u holds", world_id(&link->id),
                   link_state_name(link->state), link->hold_count);
    if ((link->amendment.present && link->state != LINK_ACTIVE) ||
        (!id_is_zero(&link->challenge.id) && !coded) ||
        (link->recheck_due_ms != 0) != link_runs(link) ||
        (link_final(link->state) && link_due_ms(link) != 0))
        world_fail(sums->world, "I11: link %s is %s, and has parts that are not of that",
                   world_id(&link->id), link_state_name(link->state));
}

static void check_link_rows(struct sums *sums, const struct link *link) {
    struct world *world = sums->world;
    struct store_open_row row = {.kind = OBJECT_LINK, .object = link->id};
    bool returns_only;
    bool busy = has_open(sums, link, &returns_only);
    bool wants = link->exchange != LINK_EXCHANGE_NONE || link->state == LINK_CLOSING;
    struct id live;
    bool found =
        store_find_link_by_pair(sums->store, &link->class2_key, &link->class1_key, &live) == 0 &&
        id_equal(&live, &link->id);
    if ((store_has_open(sums->store, &row) == 0) != wants)
        world_fail(world, "I15: link %s and its open row differ", world_id(&link->id));
    if (found == link_final(link->state))
        world_fail(world, "I11: link %s is %s, and the row of its pair does not say so",
                   world_id(&link->id), link_state_name(link->state));
    if (busy && !returns_only && link_final(link->state))
        world_fail(world, "I11: link %s is final with transfers open", world_id(&link->id));
    if (!busy && link->state == LINK_CLOSING)
        world_fail(world, "link %s is CLOSING with nothing open", world_id(&link->id));
}

static void check_link(struct sums *sums, const struct link *link) {
    struct world *world = sums->world;
    uint64_t owed;
    struct life life = {OBJECT_LINK, &link->id,    &link->history,
                        link->state, link_reaches, link_owes};
    bool path = is_path(sums, &life, &owed);
    sums->owed[index_of(sums, link->class1_bank)] += owed;
    sums->owed[index_of(sums, link->class2_bank)] += owed;
    if (!path)
        world_fail(world, "I4: link %s has a history that is no path", world_id(&link->id));
    if (link->frozen)
        world_fail(world, "link %s is frozen", world_id(&link->id));
    if (link->state == LINK_ACTIVE &&
        (!link->evidence.present || link->evidence.account_class != ACCOUNT_CLASS_I ||
         link->class1_bank == link->class2_bank))
        world_fail(world, "I11: link %s is ACTIVE without evidence", world_id(&link->id));
    sums->links_due += link_due_ms(link) != 0;
    check_link_rows(sums, link);
    check_live(sums, link);
    check_link_parts(sums, link);
    uses_check_link(&sums->uses, sums->world, sums->store, link);
}

static void check_links(struct sums *sums) {
    struct link link;
    struct id after;
    const struct id *from = NULL;
    while (!sums->world->failed && store_next_link(sums->store, from, &link) == 0) {
        check_link(sums, &link);
        after = link.id;
        from = &after;
    }
}

/* ---- cases ---- */

static bool case_is_path(const struct inquiry_case *inquiry) {
    enum case_state at = CASE_NONE;
    for (uint32_t i = 0; i < inquiry->entry_count; i++) {
        bool leads = false;
        for (int event = 0; event < CASE_EVENTS; event++) {
            enum case_state next;
            leads = leads || (case_next(at, (enum case_event)event, &next) &&
                              next == inquiry->entries[i].state);
        }
        if (!leads)
            return false;
        at = inquiry->entries[i].state;
    }
    return at == inquiry->state && inquiry->entry_count > 0;
}

static void check_cases(struct sums *sums) {
    struct inquiry_case inquiry;
    struct id after = {{0}};
    while (store_next_case(sums->store, &after, &inquiry) == 0) {
        after = inquiry.id;
        if (!case_is_path(&inquiry) || (inquiry.due_at_ms != 0) != (inquiry.state == CASE_OPEN))
            world_fail(sums->world, "I4: case %s has a life that is no path",
                       world_id(&inquiry.id));
        if (inquiry.subject == CASE_CONFLICT && !sums->world->malicious)
            world_fail(sums->world, "case %s is of a conflict, and nobody lied",
                       world_id(&inquiry.id));
        sums->owed[index_of(sums, inquiry.owner)] += inquiry.entry_count;
        sums->owed[index_of(sums, inquiry.other)] += inquiry.entry_count;
        sums->cases_due += inquiry.due_at_ms != 0 && !inquiry.overdue;
    }
}

/* ---- I15: deadlines ---- */

static bool is_due(struct sums *sums, const struct store_deadline *due) {
    struct inquiry_case inquiry;
    struct store_question question;
    struct transfer transfer;
    struct link link;
    if (due->kind == OBJECT_TRANSFER)
        return store_get_transfer(sums->store, &due->object, &transfer) == 0 &&
               transfer_due_ms(&transfer) == due->at_ms;
    if (due->kind == OBJECT_CASE)
        return store_get_case(sums->store, &due->object, &inquiry) == 0 &&
               inquiry.due_at_ms == due->at_ms && !inquiry.overdue;
    if (due->kind == OBJECT_QUESTION) {
        if (store_get_question(sums->store, &due->object, &question) != 0 ||
            question.deadline_ms != due->at_ms)
            return false;
        sums->questions[index_of(sums, question.asked_by)]++;
        return true;
    }
    return store_get_link(sums->store, &due->object, &link) == 0 &&
           link_due_ms(&link) == due->at_ms;
}

static void check_deadlines(struct sums *sums) {
    struct store_deadline due;
    struct store_deadline after;
    const struct store_deadline *from = NULL;
    size_t transfers = 0;
    size_t links = 0;
    size_t cases = 0;
    while (store_next_deadline(sums->store, from, &due) == 0) {
        if (!is_due(sums, &due)) {
            world_fail(sums->world, "I15: a deadline of %s that it does not have",
                       world_id(&due.object));
            return;
        }
        transfers += due.kind == OBJECT_TRANSFER;
        links += due.kind == OBJECT_LINK;
        cases += due.kind == OBJECT_CASE;
        after = due;
        from = &after;
    }
    if (transfers != sums->transfers_due || links != sums->links_due || cases != sums->cases_due)
        world_fail(sums->world,
                   "I15: %zu of %zu transfers, %zu of %zu links, %zu of %zu cases have deadlines",
                   transfers, sums->transfers_due, links, sums->links_due, cases, sums->cases_due);
}

/* ---- I1, I2, I3 ---- */

static void check_positions(struct sums *sums) {
    int64_t sum = 0;
    for (size_t i = 0; i < sums->world->party_count; i++) {
        const struct party *party = &sums->world->parties[i];
        struct position position;
        if (store_get_position(sums->store, party->code, "CNY", &position) < 0) {
            world_fail(sums->world, "the position of bank %zu cannot be read", i);
            return;
        }
        sum += position.unsettled_net_fen;
        if (position.reserved_outgoing_fen != sums->reserved_fen[i])
            world_fail(sums->world, "I3: bank %zu has %lld fen reserved, its open transfers %lld",
                       i, (long long)position.reserved_outgoing_fen,
                       (long long)sums->reserved_fen[i]);
        if (position.unsettled_net_fen != sums->net_fen[i])
            world_fail(sums->world, "I2: bank %zu has a net of %lld fen, its transfers say %lld", i,
                       (long long)position.unsettled_net_fen, (long long)sums->net_fen[i]);
    }
    if (sum != 0)
        world_fail(sums->world, "I1: the nets sum to %lld fen", (long long)sum);
}

static void check_nets(struct sums *sums) {
    struct pair_net net;
    struct pair_net after;
    const struct pair_net *from = NULL;
    size_t found = 0;
    while (store_next_net(sums->store, from, &net) == 0) {
        bool right = false;
        for (size_t i = 0; i < sums->pair_count; i++) {
            const struct pair_net *pair = &sums->pairs[i];
            right = right ||
                    (pair->window == net.window && pair->low == net.low && pair->high == net.high &&
                     pair->net_fen == net.net_fen && pair->to_low_fen == net.to_low_fen &&
                     pair->to_high_fen == net.to_high_fen && pair->count == net.count);
        }
        if (!right)
            world_fail(sums->world, "I2: the net of %012llu and %012llu does not follow",
                       (unsigned long long)net.low, (unsigned long long)net.high);
        found++;
        after = net;
        from = &after;
    }
    if (found != sums->pair_count)
        world_fail(sums->world, "I2: %zu nets, and transfers for %zu", found, sums->pair_count);
}

/* ---- I13 ---- */

static bool notice_is_right(struct sums *sums, bank_code bank, uint64_t sequence) {
    struct store_notice notice;
    struct transfer transfer;
    struct link link;
    struct inquiry_case inquiry;
    if (store_get_notice(sums->store, bank, sequence, &notice) != 0)
        return false;
    if (notice.kind == OBJECT_TRANSFER)
        return store_get_transfer(sums->store, &notice.object, &transfer) == 0 &&
               (transfer.submitter == bank || transfer.instructed == bank) &&
               notice.entry < history_length(&transfer.history);
    if (notice.kind == OBJECT_CASE)
        return store_get_case(sums->store, &notice.object, &inquiry) == 0 &&
               (inquiry.owner == bank || inquiry.other == bank) &&
               notice.entry < inquiry.entry_count;
    return store_get_link(sums->store, &notice.object, &link) == 0 &&
           (link.class1_bank == bank || link.class2_bank == bank) &&
           notice.entry < history_length(&link.history);
}

static void check_notices(struct sums *sums) {
    for (size_t i = 0; i < sums->world->party_count; i++) {
        bank_code code = sums->world->parties[i].code;
        struct bank_counters counters;
        struct store_notice notice;
        if (store_get_bank_counters(sums->store, code, &counters) < 0 ||
            counters.acked_notice > counters.last_notice ||
            counters.unanswered != sums->unanswered[i] || counters.unknown != sums->unknown[i] ||
            counters.uncredited != sums->uncredited[i] ||
            counters.questions != sums->questions[i]) {
            world_fail(sums->world, "I13: the counters of bank %zu are wrong", i);
            return;
        }
        if (counters.last_notice != sums->owed[i])
            world_fail(sums->world, "I13: bank %zu was given %llu notices, and is owed %llu", i,
                       (unsigned long long)counters.last_notice, (unsigned long long)sums->owed[i]);
        for (uint64_t n = counters.acked_notice + 1; n <= counters.last_notice; n++) {
            if (!notice_is_right(sums, code, n))
                world_fail(sums->world, "I13: bank %zu has no right notice %llu", i,
                           (unsigned long long)n);
        }
        uint64_t beyond[2] = {counters.acked_notice, counters.last_notice + 1};
        for (size_t n = 0; n < 2; n++) {
            if (store_get_notice(sums->store, code, beyond[n], &notice) == 0)
                world_fail(sums->world, "I13: bank %zu has notice %llu, which it should not", i,
                           (unsigned long long)beyond[n]);
        }
    }
}

void laws_check(struct world *world, struct store *store) {
    struct sums sums = {.world = world, .store = store};
    check_transfers(&sums);
    uses_check_returns(&sums.uses, world);
    check_links(&sums);
    check_cases(&sums);
    check_deadlines(&sums);
    check_positions(&sums);
    check_nets(&sums);
    check_notices(&sums);
    uses_deinit(&sums.uses);
}
