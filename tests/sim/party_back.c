/*
 * Money back, and what is not to be posted any more: returns of what was accepted, cancellations of
 * what is under way, and the instructed bank that waits for its customer first.
 *
 * Invariant: a return is a push of the bank that was credited; its money is held like any other's.
 */
#include "sim/world.h"

/* Something that a bank may send back: its own pull, or a push that it posted. */
struct taken {
    struct person *person;
    enum side side;
    struct id transfer, link;
    int64_t fen;
    bool second, other, pooled;
};

static struct ask *send_back(struct party *party, const struct taken *taken, int64_t fen,
                             struct ask *owed_for) {
    struct ask *ask = ask_new(party, taken->person, MESSAGE_SUBMIT_RETURN);
    (void)ask_new_id(party, ask);
    ask->purpose = TRANSFER_RETURN;
    ask->original = taken->transfer;
    ask->link = taken->link;
    ask->second = taken->second;
    ask->other = taken->other;
    ask->side = taken->side;
    ask->direction = TRANSFER_PUSH;
    ask->fen = fen;
    ask->owed = owed_for != NULL;
    ask->about = owed_for;
    ask->pooled = taken->pooled;
    struct account *account = pool_account(ask);
    account->balance_fen -= fen;
    account->held_fen += fen;
    ask_encode_submit(ask, fen, &ask->payload);
    ask_go(ask);
    return ask;
}

void back_refund(struct party *party, const struct lot *lot, int64_t fen) {
    struct taken taken = {.person = lot->person,
                          .side = party_side(party),
                          .transfer = lot->transfer,
                          .link = lot->link,
                          .second = bond_is_second(party, &lot->link),
                          .pooled = true};
    send_back(party, &taken, fen, NULL)->bought = lot->order;
}

static struct taken of_ask(const struct ask *ask) {
    return (struct taken){ask->person, ask->side,   ask->transfer, ask->link,
                          ask->fen,    ask->second, ask->other,    ask->pooled};
}

void back_return_owed(struct ask *about) {
    struct taken taken = of_ask(about);
    (void)send_back(about->party, &taken, about->fen, about);
}

/* One of all that this bank took, each as likely as the others. */
static bool draw_taken(struct party *party, struct taken *taken_out) {
    uint64_t seen = 0;
    for (struct ask *ask = party->asks; ask != NULL; ask = ask->next) {
        if (ask->kind == MESSAGE_SUBMIT_TRANSFER && ask->direction == TRANSFER_PULL &&
            ask->shown == TRANSFER_ACCEPTED && chance_below(&party->chance, ++seen) == 0)
            *taken_out = of_ask(ask);
    }
    for (struct posting *posting = party->postings; posting != NULL; posting = posting->next) {
        if (posting->side == POSTING_CREDIT && posting->purpose != TRANSFER_RETURN &&
            id_is_zero(&posting->bought) && posting->state == POSTING_DONE &&
            posting->shown == TRANSFER_ACCEPTED && chance_below(&party->chance, ++seen) == 0)
            *taken_out =
                (struct taken){posting->person, posting->account, posting->transfer, posting->link,
                               posting->fen,    posting->second,  posting->other,    false};
    }
    return seen > 0;
}

void back_return(struct party *party) {
    struct taken taken;
    if (!draw_taken(party, &taken))
        return;
    int64_t fen = taken.fen;
    if (!party_hits(party, 300)) /* sometimes more than it was */
        fen = chance_between(&party->chance, 1, taken.fen + taken.fen / 8);
    if (taken.person->accounts[taken.side].balance_fen >= fen)
        (void)send_back(party, &taken, fen, NULL);
}

/* ---- cancellations ---- */

void back_cancel(struct party *party) {
    struct ask *about = NULL;
    uint64_t seen = 0;
    bool late = party_hits(party, 100);
    for (struct ask *ask = party->asks; ask != NULL; ask = ask->next) {
        bool open = !ask->done && !transfer_state_final(ask->shown);
        if (ask_submits(ask) && ask->sends > 0 && (open || late) &&
            chance_below(&party->chance, ++seen) == 0)
            about = ask;
    }
    if (about == NULL)
        return;
    struct ask *ask = ask_new(party, about->person, MESSAGE_CANCEL_TRANSFER);
    struct cancel_transfer message = {.request = ask_new_id(party, ask),
                                      .reason = SPAN_LITERAL("CUST")};
    if (id_is_zero(&about->transfer) || party_hits(party, 500))
        message.submit = about->id;
    else
        message.transfer = about->transfer;
    ask->about = about;
    partner_encode_cancel_transfer(&message, &ask->payload);
    ask_go(ask);
}

void back_cancel_refused(struct ask *ask, const struct refusal_view *view) {
    struct party *party = ask->party;
    bool unknown = span_equal(view->detail, SPAN_LITERAL("NO_SUCH_TRANSFER"));
    bool posted = span_equal(view->detail, SPAN_LITERAL("POSTED")) ||
                  span_equal(view->detail, SPAN_LITERAL("RETURNED"));
    enum transfer_state shown = ask->about->shown;
    if (!unknown && !posted)
        world_fail(party->world, "bank %zu: a cancellation was refused %.*s", party->index,
                   (int)view->detail.size, (const char *)view->detail.data);
    if (posted && (shown == TRANSFER_REJECTED || shown == TRANSFER_CANCELLED))
        world_fail(party->world, "bank %zu: %s cannot be cancelled, and was shown as %s",
                   party->index, world_id(&ask->about->transfer), transfer_state_name(shown));
    ask->refused = true;
    ask_done(ask);
}

/* ---- the instructed bank's customer ---- */

void back_step_up(struct party *party, const struct posting *posting) {
    struct ask *ask = ask_new(party, posting->person, MESSAGE_STEP_UP);
    struct step_up message = {posting->transfer, SPAN_LITERAL("APP"), SPAN_LITERAL("look at it")};
    if (party_hits(party, 300))
        message.method = SPAN_LITERAL("SMS");
    partner_encode_step_up(&message, &ask->payload);
    ask_go(ask);
}
