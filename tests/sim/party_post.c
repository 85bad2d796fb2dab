/*
 * A modelled bank as the instructed one: posts once per transfer id, never after the validity, bars
 * what it has not seen. Every decision is one transaction of its books; what it has in hand and did
 * not decide yet is lost in a crash.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "domain/calendar.h"
#include "sim/tally.h"
#include "sim/world.h"

#define FULL "AM14" /* the account would have more than it may */

struct in_hand {
    uint64_t serial, correlation;
    struct id transfer;
};

struct posting *posting_find(struct party *party, const struct id *transfer) {
    return hmap_get(party->postings_by_id, id_span(transfer));
}

static struct posting *posting_new(struct party *party, const struct id *transfer) {
    struct posting *posting = xcalloc(1, sizeof(*posting));
    posting->transfer = *transfer;
    *party->postings_end = posting;
    party->postings_end = &posting->next;
    hmap_put(party->postings_by_id, id_span(&posting->transfer), posting);
    return posting;
}

static bool is_in_hand(const struct party *party, const struct posting *posting) {
    return posting->state == POSTING_UNDECIDED && posting->life == party->life;
}

/* ---- is it what the other bank asked for? ---- */

static struct ask *origin_of(struct party *party, const struct post_instruction *message) {
    struct party *submitter = world_party(party->world, message->counterparty_bank);
    char text[ID_TEXT_SIZE] = "";
    struct id id;
    if (submitter == NULL || message->end_to_end_id.size != ID_TEXT_SIZE - 1)
        return NULL;
    memcpy(text, message->end_to_end_id.data, ID_TEXT_SIZE - 1);
    return id_parse(text, &id) ? ask_find(submitter, &id) : NULL;
}

static bool is_right(const struct party *party, const struct post_instruction *message,
                     const struct ask *ask) {
    enum side side = ask->side == SIDE_CLASS2 ? SIDE_CLASS1 : SIDE_CLASS2;
    bool back = message->fallback;
    bool credit = ask->direction == TRANSFER_PUSH && !back;
    bool of_it = (order_is_right(party, message, ask) && loan_is_right(party, message, ask));
    bool may_fall_back = ask->direction == TRANSFER_PUSH && transfer_kind_merchant(ask->purpose);
    const char *number = back ? bond_number(ask->person, side, ask->second) : ask_number(ask, side);
    return ask_moves(ask) && ask->sends > 0 && !ask->refused && message->kind == ask->purpose &&
           id_equal(&message->original, &ask->original) && of_it &&
           message->has_merchant == transfer_kind_merchant(ask->purpose) &&
           (!back || may_fall_back) && ask->person->homes[side] == party &&
           id_equal(&ask->link, &message->link) &&
           message->side == (credit ? POSTING_CREDIT : POSTING_DEBIT) &&
           message->amount.fen == ask->fen &&
           span_equal(message->account_number, span_text(number)) &&
           span_equal(message->counterparty_account_number, span_text(ask_number(ask, ask->side)));
}

/* ---- what a Class III account takes ---- */

/* From the account that it is linked with, by whichever bank's request. */
static bool has_money_of(const struct party *party, const struct person *person, enum side side,
                         enum posting_side moved) {
    for (const struct posting *it = party->postings; it != NULL; it = it->next) {
        if (it->person == person && it->account == side && it->side == moved &&
            it->purpose == TRANSFER_BOUND_PAIR && it->state == POSTING_DONE)
            return true;
    }
    return false;
}

/* Nothing in cash, and of others nothing before something came from the customer's own account. */
static void check_class3(const struct party *party, const struct posting *posting) {
    const struct person *person = posting->person;
    if (posting->account != SIDE_CLASS2 || posting->side != POSTING_CREDIT ||
        person->class2 != ACCOUNT_CLASS_III || party->world->malicious)
        return;
    bool cash = posting->purpose == TRANSFER_CASH_IN;
    bool others = posting->purpose == TRANSFER_NON_BOUND_IN ||
                  posting->purpose == TRANSFER_COUNTER_IN ||
                  posting->purpose == TRANSFER_LOAN_OTHER;
    bool funded = has_money_of(party, person, SIDE_CLASS2, POSTING_CREDIT) ||
                  has_money_of(person->homes[SIDE_CLASS1], person, SIDE_CLASS1, POSTING_DEBIT);
    if (cash || (others && !funded))
        world_fail(party->world, "bank %zu: transfer %s may not be credited to a Class III account",
                   party->index, world_id(&posting->transfer));
}

/* NULL when the run has failed. */
static struct posting *take_in(struct party *party, const struct post_instruction *message,
                               struct span payload) {
    struct posting *posting = posting_find(party, &message->transfer);
    struct digest digest;
    sha256(payload, &digest);
    if (posting != NULL && posting->instructed) {
        if (digest_equal(&digest, &posting->payload))
            return posting;
        world_fail(party->world, "bank %zu: transfer %s was sent again with other bytes",
                   party->index, world_id(&message->transfer));
        return NULL;
    }
    struct ask *ask = origin_of(party, message);
    if (ask == NULL || !is_right(party, message, ask)) {
        world_fail(party->world, "bank %zu was instructed to what nobody asked for: %s",
                   party->index, world_id(&message->transfer));
        return NULL;
    }
    if (posting == NULL)
        posting = posting_new(party, &message->transfer);
    posting->instructed = true;
    posting->payload = digest;
    posting->purpose = message->kind;
    posting->link = message->link;
    posting->second = ask->second;
    posting->other = ask->other && !message->fallback;
    posting->fallback = message->fallback;
    posting->fen = message->amount.fen;
    posting->side = message->side;
    posting->person = ask->person;
    posting->account = ask->side == SIDE_CLASS2 ? SIDE_CLASS1 : SIDE_CLASS2;
    posting->in_house = ask->in_house;
    order_instructed(party, message, posting);
    loan_instructed(party, message, posting);
    check_class3(party, posting);
    return posting;
}

/* ---- the decision ---- */

bool account_takes(const struct account *account, int64_t fen) {
    int64_t all_fen = account->balance_fen + account->held_fen + account->expected_fen + fen;
    return account->cap_fen == 0 || all_fen <= account->cap_fen;
}

/* What is to come to the person's account, or negative, to leave it. */
static int64_t posted_fen(const struct posting *posting) {
    bool debit = posting->side == POSTING_DEBIT;
    if (posting->pooled)
        return posting->extra_fen;
    return debit ? -posting->fen : posting->fen;
}

/* The bank's own money is what is left of it. */
static void move_posted(struct party *party, const struct posting *posting, int64_t sign) {
    struct account *account = &posting->person->accounts[posting->account];
    bool debit = posting->side == POSTING_DEBIT;
    account->balance_fen += sign * posted_fen(posting);
    if (!posting->pooled)
        return;
    party->pool.balance_fen -= sign * posting->extra_fen;
    if (!posting->in_house)
        party->pool.balance_fen += debit ? -sign * posting->fen : sign * posting->fen;
}

static void decide_books(struct party *party, struct posting *posting) {
    const struct plan *plan = &party->world->plan;
    struct account *account = &posting->person->accounts[posting->account];
    int64_t fen = posted_fen(posting);
    const char *reason = NULL;
    if (party->world->agenda.now_us > posting->valid_until_us)
        reason = "TM01";
    else if (fen < 0 && account->balance_fen < -fen)
        reason = "AM04";
    else if (fen > 0 && !account_takes(account, fen))
        reason = FULL;
    else if (party_hits(party, plan->refuse))
        reason = "AC06";
    if (reason != NULL) {
        if (strcmp(reason, FULL) == 0)
            tally_note(TALLY_CLASS3_FULL);
        posting->state = POSTING_DENIED;
        memcpy(posting->reason, reason, REASON_SIZE);
        return;
    }
    if (party_hits(party, plan->undo)) {
        posting->state = POSTING_BACK;
        return;
    }
    posting->state = POSTING_DONE;
    move_posted(party, posting, 1);
    party->railed_fen += posting->fallback ? posting->fen : 0;
    posting->day = shanghai_day(world_wall_ms(party->world));
    snprintf(posting->reference, sizeof(posting->reference), "P%zu-%llu", party->index,
             (unsigned long long)++party->postings_made);
}

static void decide(struct party *party, const void *data) {
    const struct in_hand *in_hand = data;
    struct posting *posting = posting_find(party, &in_hand->transfer);
    if (is_in_hand(party, posting)) {
        decide_books(party, posting);
        trace_note(&party->world->trace, "bank %zu: %s %lld fen is %d", party->index,
                   world_id(&posting->transfer), (long long)posting->fen, (int)posting->state);
    }
    struct connection *connection = party_find(party, in_hand->serial);
    if (connection != NULL && party_hits(party, party->world->plan.hang_up)) {
        party_hang_up(party, connection);
        return;
    }
    answer_send(party, in_hand->serial, in_hand->correlation, MESSAGE_POST_INSTRUCTION,
                &in_hand->transfer);
}

/* ---- what comes in ---- */

static void refuse_busy(struct party *party, struct connection *connection,
                        const struct envelope *request) {
    struct refusal refusal = {.code = REFUSAL_BUSY, .field = ""};
    struct buf payload;
    buf_init(&payload);
    message_encode_refusal(&refusal, &payload);
    struct envelope envelope = {
        request->correlation, request->kind, MESSAGE_REFUSAL, buf_span(&payload), 0, {NULL, 0}};
    party_put(party, connection, &envelope);
    buf_deinit(&payload);
}

/* A bank that was not asked says that it has posted. */
static void meddle(struct party *party, struct posting *posting) {
    struct world *world = party->world;
    struct party *other = &world->parties[chance_below(&party->chance, world->party_count)];
    if (other == party || !other->up || !party_hits(party, world->plan.stranger))
        return;
    struct posting claim = {.transfer = posting->transfer, .person = posting->person};
    memcpy(claim.reference, "claim", 6);
    answer_result(other, &claim, POSTING_POSTED)->stranger = true;
}

static void begin(struct party *party, struct posting *posting, const struct envelope *envelope,
                  uint64_t serial) {
    const struct plan *plan = &party->world->plan;
    struct in_hand in_hand = {serial, envelope->correlation, posting->transfer};
    int64_t delay_us = chance_between(&party->chance, 100, 5000);
    posting->life = party->life;
    posting->valid_until_us = party->world->agenda.now_us + (int64_t)envelope->timeout_ms * 1000;
    if (posting->side == POSTING_DEBIT && party_hits(party, plan->step_up))
        back_step_up(party, posting);
    if (party_hits(party, plan->late))
        delay_us = chance_between(&party->chance, 5000, 7000000);
    if (party_hits(party, plan->premature)) {
        posting->premature = true;
        (void)answer_result(party, posting, POSTING_NOT_SEEN);
        delay_us = chance_between(&party->chance, 20000, 300000);
    } else if (party_hits(party, plan->in_progress)) {
        answer_send(party, serial, envelope->correlation, MESSAGE_POST_INSTRUCTION,
                    &posting->transfer);
        in_hand.serial = 0;
        delay_us = chance_between(&party->chance, 5000, 9000000);
    }
    party_after(party, delay_us, decide, &in_hand, sizeof(in_hand));
}

void post_instructed(struct party *party, struct connection *connection,
                     const struct envelope *envelope) {
    const struct plan *plan = &party->world->plan;
    struct post_instruction message;
    if (partner_decode_post_instruction(envelope->payload, &party->arena, &message) != 0) {
        world_fail(party->world, "bank %zu: an instruction cannot be read", party->index);
        return;
    }
    struct posting *posting = take_in(party, &message, envelope->payload);
    if (posting == NULL)
        return;
    meddle(party, posting);
    if (party_hits(party, plan->hang_up)) {
        party_hang_up(party, connection);
        return;
    }
    if (posting->state != POSTING_UNDECIDED) {
        answer_send(party, connection->serial, envelope->correlation, envelope->kind,
                    &posting->transfer);
        return;
    }
    if (!is_in_hand(party, posting) && party_hits(party, plan->busy))
        refuse_busy(party, connection, envelope);
    else if (!is_in_hand(party, posting))
        begin(party, posting, envelope, connection->serial);
}

void post_inquired(struct party *party, struct connection *connection,
                   const struct envelope *envelope) {
    struct inquire_posting message;
    if (partner_decode_inquire_posting(envelope->payload, &party->arena, &message) != 0) {
        world_fail(party->world, "bank %zu: an inquiry cannot be read", party->index);
        return;
    }
    struct posting *posting = posting_find(party, &message.transfer);
    if (posting == NULL)
        posting = posting_new(party, &message.transfer);
    if (posting->state == POSTING_UNDECIDED &&
        (!is_in_hand(party, posting) || chance_below(&party->chance, 2) == 0))
        posting->state = POSTING_BARRED;
    trace_note(&party->world->trace, "bank %zu: inquired about %s, is %d", party->index,
               world_id(&posting->transfer), (int)posting->state);
    answer_send(party, connection->serial, envelope->correlation, envelope->kind,
                &posting->transfer);
}

/* As long as nobody was told that it stands posted, the bank may take it back itself. */
static void take_back(struct party *party, struct posting *posting) {
    const struct account *account = &posting->person->accounts[posting->account];
    if (account->balance_fen < posted_fen(posting) || !id_is_zero(&posting->bought))
        return;
    move_posted(party, posting, -1);
    party->railed_fen -= posting->fallback ? posting->fen : 0;
    posting->state = POSTING_BACK;
}

void post_cancelled(struct party *party, struct connection *connection,
                    const struct envelope *envelope) {
    struct cancel_posting message;
    if (partner_decode_cancel_posting(envelope->payload, &party->arena, &message) != 0) {
        world_fail(party->world, "bank %zu: a CancelPosting cannot be read", party->index);
        return;
    }
    struct posting *posting = posting_find(party, &message.transfer);
    if (posting == NULL)
        posting = posting_new(party, &message.transfer);
    if (posting->state == POSTING_UNDECIDED)
        posting->state = POSTING_BARRED;
    else if (posting->state == POSTING_DONE && !posting->told &&
             chance_below(&party->chance, 2) == 0)
        take_back(party, posting);
    trace_note(&party->world->trace, "bank %zu: cancelled %s, is %d", party->index,
               world_id(&posting->transfer), (int)posting->state);
    answer_send(party, connection->serial, envelope->correlation, envelope->kind,
                &posting->transfer);
}
