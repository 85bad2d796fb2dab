/*
 * How a modelled bank's answers travel: late, twice, on another connection, unreadable, or not at
 * all. What an answer says is read from the books at the moment it leaves, so that honest answers
 * about one thing never differ.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"
#include "sim/world.h"

#define UNREADABLE_OUTCOME 99

struct answer {
    uint64_t serial; /* of the cable to answer on; 0: any */
    uint64_t correlation;
    uint32_t kind;
    bool unreadable;
    struct id object;
};

struct said *said_find(struct party *party, const struct id *id) {
    return hmap_get(party->says_by_id, id_span(id));
}

struct said *said_new(struct party *party, const struct id *id) {
    struct said *said = xcalloc(1, sizeof(*said));
    said->id = *id;
    said->next = party->says;
    party->says = said;
    hmap_put(party->says_by_id, id_span(&said->id), said);
    return said;
}

/* kind: what is answered. */
static enum posting_outcome outcome_of(const struct posting *posting, uint32_t kind) {
    switch (posting->state) {
    case POSTING_DONE:
        return POSTING_POSTED;
    case POSTING_DENIED:
        return POSTING_REFUSED;
    case POSTING_BARRED: /* an instruction that comes after the bar is refused */
        if (kind == MESSAGE_POST_INSTRUCTION)
            return POSTING_REFUSED;
        return kind == MESSAGE_CANCEL_POSTING && posting->instructed ? POSTING_UNDONE
                                                                     : POSTING_NOT_SEEN;
    case POSTING_BACK:
        return POSTING_UNDONE;
    case POSTING_UNDECIDED:
        break;
    }
    return POSTING_IN_PROGRESS;
}

static void encode_result(const struct posting *posting, enum posting_outcome outcome,
                          struct buf *out) {
    struct posting_result result = {.transfer = posting->transfer, .outcome = outcome};
    char date[DATE_TEXT_SIZE];
    if (outcome == POSTING_POSTED) {
        result.reference = span_text(posting->reference);
        date_format(posting->day, date);
        result.book_date = span_text(date);
    } else if (outcome == POSTING_REFUSED) {
        result.reason = span_text(posting->reason[0] != '\0' ? posting->reason : "AB06");
    }
    partner_encode_posting_result(&result, out);
}

struct ask *answer_result(struct party *party, struct posting *posting,
                          enum posting_outcome outcome) {
    struct ask *ask = ask_new(party, posting->person, MESSAGE_POSTING_RESULT);
    encode_result(posting, outcome, &ask->payload);
    ask_go(ask);
    return ask;
}

/* A definite answer left; a liar now says the contrary. */
static void contradict(struct party *party, struct posting *posting) {
    if (posting->excused || !party_hits(party, party->world->plan.contradict))
        return;
    if (posting->state != POSTING_DONE && posting->state != POSTING_DENIED)
        return;
    posting->excused = true;
    trace_note(&party->world->trace, "bank %zu lies about %s", party->index,
               world_id(&posting->transfer));
    if (posting->reference[0] == '\0')
        memcpy(posting->reference, "none", 5);
    (void)answer_result(party, posting,
                        posting->state == POSTING_DONE ? POSTING_REFUSED : POSTING_POSTED);
}

static void leave_posting(struct party *party, const struct answer *answer,
                          struct envelope *envelope, struct connection *connection) {
    struct posting *posting = posting_find(party, &answer->object);
    enum posting_outcome outcome = outcome_of(posting, answer->kind);
    posting->told = posting->told || outcome == POSTING_POSTED;
    if (connection->serial != answer->serial) {
        (void)answer_result(party, posting, outcome);
        return;
    }
    struct buf payload;
    buf_init(&payload);
    encode_result(posting, answer->unreadable ? (enum posting_outcome)UNREADABLE_OUTCOME : outcome,
                  &payload);
    envelope->payload = buf_span(&payload);
    party_put(party, connection, envelope);
    buf_deinit(&payload);
    contradict(party, posting);
}

static void leave(struct party *party, const void *data) {
    const struct answer *answer = data;
    struct connection *connection =
        answer->serial > 0 ? party_find(party, answer->serial) : party_any(party);
    if (connection == NULL || !connection->greeted)
        return; /* nobody hears it */
    struct envelope envelope = {
        .correlation = answer->serial > 0 ? answer->correlation : 0,
        .kind = answer->kind,
        .direction = MESSAGE_REPLY,
    };
    if (answer->kind == MESSAGE_POST_INSTRUCTION || answer->kind == MESSAGE_INQUIRE_POSTING ||
        answer->kind == MESSAGE_CANCEL_POSTING) {
        leave_posting(party, answer, &envelope, connection);
        return;
    }
    struct said *said = said_find(party, &answer->object);
    ENSURE(said != NULL);
    envelope.payload = answer->unreadable ? SPAN_LITERAL("\xff\xff") : buf_span(&said->payload);
    party_put(party, connection, &envelope);
}

void answer_send(struct party *party, uint64_t serial, uint64_t correlation, uint32_t kind,
                 const struct id *object) {
    const struct plan *plan = &party->world->plan;
    struct answer answer = {serial, correlation, kind, party_hits(party, plan->unreadable),
                            *object};
    if (party_hits(party, plan->lost))
        return;
    int64_t delay_us = chance_between(&party->chance, 50, 3000);
    if (party_hits(party, plan->late))
        delay_us = chance_between(&party->chance, 3000, 8000000);
    if (party_hits(party, plan->twice))
        party_after(party, delay_us + chance_between(&party->chance, 0, 3000000), leave, &answer,
                    sizeof(answer));
    if (party_hits(party, plan->elsewhere))
        answer.serial = 0;
    party_after(party, delay_us, leave, &answer, sizeof(answer));
}
