/*
 * A modelled bank's adjustments: what it proposes on a case, its word on what others propose, and what
 * it was told came of each.
 *
 * Invariant: what it knows of an adjustment does not change but for its state, which ends once.
 */
#include <stdlib.h>

#include "sim/world.h"

#define PROPOSE_PER_MILLE 300
#define ANSWER_PER_MILLE 850
#define REJECT_PER_MILLE 300
#define OWN_WORD_PER_MILLE 200 /* withdraws it, or tries to accept it itself */

static const char *const proposal_refusals[] = {
    "CASE_STATE",        "CASE_ROLE",   "NO_SUCH_CASE",   "BANK_CODE_DEBTOR", "BANK_CODE_CREDITOR",
    "ADJUSTMENT_EXISTS", "ADJUSTMENTS", "PEER_SUSPENDED", "PEER_HELD"};
static const char *const answer_refusals[] = {"ADJUSTMENT_STATE", "ADJUSTMENT_ROLE",
                                              "PEER_SUSPENDED", "PEER_HELD"};

bool adjust_asks(enum message_kind kind) {
    return kind == MESSAGE_PROPOSE_ADJUSTMENT || kind == MESSAGE_ACCEPT_ADJUSTMENT ||
           kind == MESSAGE_GET_ADJUSTMENT;
}

bool adjust_may_refuse(const struct ask *ask, struct span detail) {
    size_t proposals = sizeof(proposal_refusals) / sizeof(proposal_refusals[0]);
    size_t answers = sizeof(answer_refusals) / sizeof(answer_refusals[0]);
    if (ask->kind == MESSAGE_PROPOSE_ADJUSTMENT)
        return desk_says_one_of(detail, proposal_refusals, proposals);
    if (ask->stray)
        return span_equal(detail, SPAN_LITERAL("NO_SUCH_ADJUSTMENT"));
    return ask->kind == MESSAGE_ACCEPT_ADJUSTMENT &&
           desk_says_one_of(detail, answer_refusals, answers);
}

/* ---- asking ---- */

void adjust_propose(struct party *party, const struct case_view *view) {
    struct world *world = party->world;
    if (view->state == CASE_CLOSED || !party_hits(party, PROPOSE_PER_MILLE))
        return;
    bank_code other = view->owner != party->code ? view->owner : view->opened_by;
    if (other == 0) /* the gateway opened it: whom it asks besides, the view does not tell */
        other = world->parties[chance_below(&party->chance, world->party_count)].code;
    bool pays = chance_below(&party->chance, 2) == 0;
    struct ask *ask = ask_new(party, NULL, MESSAGE_PROPOSE_ADJUSTMENT);
    struct propose_adjustment message = {
        .request = ask_new_id(party, ask),
        .inquiry = view->inquiry,
        .debtor = pays ? party->code : other,
        .creditor = pays ? other : party->code,
        .amount = {chance_between(&party->chance, 1, 60000 * world->plan.unit_fen), "CNY"},
        .text = SPAN_LITERAL("agreed"),
    };
    partner_encode_propose_adjustment(&message, &ask->payload);
    ask_go(ask);
}

static void answer(struct party *party, const struct id *id, bool reject, bool stray) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_ACCEPT_ADJUSTMENT);
    struct accept_adjustment message = {ask_new_id(party, ask), *id, reject};
    ask->stray = stray;
    partner_encode_accept_adjustment(&message, &ask->payload);
    ask_go(ask);
}

void adjust_look(struct party *party) {
    const struct pact *found = NULL;
    uint64_t seen = 0;
    for (const struct pact *pact = party->pacts; pact != NULL; pact = pact->next) {
        if (chance_below(&party->chance, ++seen) == 0)
            found = pact;
    }
    if (found != NULL && party_hits(party, 300)) { /* what has ended, once more */
        answer(party, &found->id, party_hits(party, 500), false);
        return;
    }
    struct ask *ask = ask_new(party, NULL, MESSAGE_GET_ADJUSTMENT);
    uint8_t random[10];
    chance_bytes(&party->chance, random, sizeof(random));
    struct get_adjustment query = {uuid7_make(world_wall_ms(party->world), random)};
    ask->stray = found == NULL;
    if (found != NULL)
        query.adjustment = found->id;
    partner_encode_get_adjustment(&query, &ask->payload);
    ask_go(ask);
}

/* ---- what it is told ---- */

static bool same_terms(const struct pact *pact, const struct adjustment_view *view) {
    return pact->debtor == view->debtor && pact->creditor == view->creditor &&
           pact->fen == view->amount.fen && pact->proposed_by == view->proposed_by &&
           id_equal(&pact->inquiry, &view->inquiry);
}

static struct pact *know(struct party *party, const struct adjustment_view *view) {
    struct pact *pact = party->pacts;
    while (pact != NULL && !id_equal(&pact->id, &view->adjustment))
        pact = pact->next;
    if (pact != NULL)
        return pact;
    pact = xcalloc(1, sizeof(*pact));
    *pact = (struct pact){
        .id = view->adjustment,
        .inquiry = view->inquiry,
        .debtor = view->debtor,
        .creditor = view->creditor,
        .proposed_by = view->proposed_by,
        .fen = view->amount.fen,
        .shown = ADJUSTMENT_NONE,
        .next = party->pacts,
    };
    party->pacts = pact;
    return pact;
}

static void consider(struct party *party, const struct pact *pact) {
    if (party->world->calm)
        return;
    if (pact->proposed_by != party->code && party_hits(party, ANSWER_PER_MILLE))
        answer(party, &pact->id, party_hits(party, REJECT_PER_MILLE), false);
    else if (pact->proposed_by == party->code && party_hits(party, OWN_WORD_PER_MILLE))
        answer(party, &pact->id, party_hits(party, 500), false);
}

void adjust_learn(struct party *party, const struct adjustment_view *view) {
    struct pact *pact = know(party, view);
    bool ended = pact->shown > ADJUSTMENT_PROPOSED;
    if (!same_terms(pact, view) ||
        (ended && view->state != pact->shown && view->state != ADJUSTMENT_PROPOSED))
        world_fail(party->world, "A4: bank %zu was shown adjustment %s as %s, and now as %s",
                   party->index, world_id(&pact->id), adjustment_state_name(pact->shown),
                   adjustment_state_name(view->state));
    bool fresh = pact->shown == ADJUSTMENT_NONE;
    if (!ended)
        pact->shown = view->state;
    if (fresh && pact->shown == ADJUSTMENT_PROPOSED)
        consider(party, pact);
}

/* What it has come to be owed by them; of one that only the other bank was told, by that one's word. */
int64_t adjust_owed_fen(const struct party *party) {
    const struct world *world = party->world;
    int64_t fen = 0;
    for (size_t i = 0; i < world->party_count; i++) {
        const struct party *teller = &world->parties[i];
        for (const struct pact *pact = teller->pacts; pact != NULL; pact = pact->next) {
            bool concerns = pact->debtor == party->code || pact->creditor == party->code;
            if (!concerns || pact->shown != ADJUSTMENT_BOOKED)
                continue;
            const struct pact *own = party->pacts;
            while (own != NULL && (!id_equal(&own->id, &pact->id) || own->shown != pact->shown))
                own = own->next;
            if (teller == party || own == NULL)
                fen += pact->creditor == party->code ? pact->fen : -pact->fen;
        }
    }
    return fen;
}

void adjust_check(const struct party *party, struct store *store) {
    struct adjustment adjustment;
    for (const struct pact *pact = party->pacts; pact != NULL; pact = pact->next) {
        bool there = store_get_adjustment(store, &pact->id, &adjustment) == 0;
        if (!there || adjustment.amount.fen != pact->fen ||
            (pact->shown > ADJUSTMENT_PROPOSED && adjustment.state != pact->shown))
            world_fail(party->world, "A1: adjustment %s was shown to bank %zu as %s, and is %s",
                       world_id(&pact->id), party->index, adjustment_state_name(pact->shown),
                       there ? adjustment_state_name(adjustment.state) : "not there");
    }
}
