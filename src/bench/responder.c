/*
 * The stand-in Class I bank: answers everything with yes, at once, and keeps its books in memory.
 *
 * Invariant: a posting is on the books, once per transfer id, before its answer leaves. Ids are
 * remembered for the whole life of the process, so that an instruction that comes again is answered
 * and not booked again. It ends when its connection ends.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "domain/calendar.h"
#include "util/clock.h"
#include "util/hmap.h"
#include "wire/partner.h"

#define TURN_MS 200

struct responder {
    struct lg_session *session;
    struct bench_shared *shared;
    struct hmap *posted; /* transfer id -> itself: seen */
    struct arena arena;  /* of the message in hand */
    struct buf out;      /* and of its answer */
    char book_date[DATE_TEXT_SIZE];
};

static void reply(struct responder *responder, const struct lg_envelope *envelope,
                  const struct buf *payload) {
    (void)lg_client_reply(lg_session_client(responder->session), envelope->correlation,
                          envelope->kind, lg_bytes_of(payload->data, payload->size));
}

static int verify(struct responder *responder, const struct lg_envelope *envelope,
                  struct arena *arena, struct buf *out) {
    struct verify_account asked;
    if (partner_decode_verify_account(bench_payload(envelope), arena, &asked) != 0)
        return 1;
    struct verify_account_reply answer = {
        .link = asked.link,
        .verification = asked.verification,
        .name = ELEMENT_MATCH,
        .id_number = ELEMENT_MATCH,
        .mobile = ELEMENT_MATCH,
        .account = ELEMENT_MATCH,
        .account_class = ACCOUNT_CLASS_I,
        .status = ACCOUNT_OPEN,
    };
    partner_encode_verify_account_reply(&answer, out);
    reply(responder, envelope, out);
    return 0;
}

static int issue(struct responder *responder, const struct lg_envelope *envelope,
                 struct arena *arena, struct buf *out) {
    struct issue_challenge asked;
    if (partner_decode_issue_challenge(bench_payload(envelope), arena, &asked) != 0)
        return 1;
    struct issue_challenge_reply answer = {
        .link = asked.link,
        .challenge = asked.challenge,
        .outcome = CHALLENGE_SENT,
        .masked_mobile = SPAN_LITERAL("138****0000"),
        .lifetime_ms = 300000,
    };
    partner_encode_issue_challenge_reply(&answer, out);
    reply(responder, envelope, out);
    return 0;
}

static int check(struct responder *responder, const struct lg_envelope *envelope,
                 struct arena *arena, struct buf *out) {
    struct check_challenge asked;
    if (partner_decode_check_challenge(bench_payload(envelope), arena, &asked) != 0)
        return 1;
    struct check_challenge_reply answer = {
        .link = asked.link,
        .attempt = asked.attempt,
        .outcome = CHALLENGE_RIGHT,
        .tries_left = 3,
    };
    partner_encode_check_challenge_reply(&answer, out);
    reply(responder, envelope, out);
    return 0;
}

static void book(struct responder *responder, const struct post_instruction *asked) {
    if (hmap_put(responder->posted, id_span(&asked->transfer), responder))
        return;
    struct bench_books *books = &responder->shared->responder;
    if (asked->side == POSTING_DEBIT)
        books->debited_fen += asked->amount.fen;
    else
        books->credited_fen += asked->amount.fen;
    books->accepted++;
}

static int post(struct responder *responder, const struct lg_envelope *envelope,
                struct arena *arena, struct buf *out) {
    struct post_instruction asked;
    if (partner_decode_post_instruction(bench_payload(envelope), arena, &asked) != 0)
        return 1;
    book(responder, &asked);
    struct posting_result answer = {
        .transfer = asked.transfer,
        .outcome = POSTING_POSTED,
        .reference = SPAN_LITERAL("B1"),
        .book_date = span_text(responder->book_date),
    };
    partner_encode_posting_result(&answer, out);
    reply(responder, envelope, out);
    return 0;
}

static int inquire(struct responder *responder, const struct lg_envelope *envelope,
                   struct arena *arena, struct buf *out) {
    struct inquire_posting asked;
    if (partner_decode_inquire_posting(bench_payload(envelope), arena, &asked) != 0)
        return 1;
    bool seen = hmap_get(responder->posted, id_span(&asked.transfer)) != NULL;
    struct posting_result answer = {
        .transfer = asked.transfer,
        .outcome = seen ? POSTING_POSTED : POSTING_NOT_SEEN,
        .reference = SPAN_LITERAL("B1"),
        .book_date = span_text(responder->book_date),
    };
    partner_encode_posting_result(&answer, out);
    reply(responder, envelope, out);
    return 0;
}

static void on_request(void *context, const struct lg_envelope *envelope) {
    struct responder *responder = context;
    struct arena *arena = &responder->arena;
    struct buf *out = &responder->out;
    int failed = 1;
    arena_reset(arena);
    buf_clear(out);
    if (envelope->kind == MESSAGE_POST_INSTRUCTION)
        failed = post(responder, envelope, arena, out);
    else if (envelope->kind == MESSAGE_INQUIRE_POSTING)
        failed = inquire(responder, envelope, arena, out);
    else if (envelope->kind == MESSAGE_VERIFY_ACCOUNT)
        failed = verify(responder, envelope, arena, out);
    else if (envelope->kind == MESSAGE_ISSUE_CHALLENGE)
        failed = issue(responder, envelope, arena, out);
    else if (envelope->kind == MESSAGE_CHECK_CHALLENGE)
        failed = check(responder, envelope, arena, out);
    if (failed)
        bench_fail(responder->shared, "the Class I bank got a request that it cannot read");
}

static void on_notice(void *context, const struct lg_envelope *envelope) {
    struct responder *responder = context;
    uint64_t sequence;
    arena_reset(&responder->arena);
    if (bench_read_notice(envelope, &responder->arena, &sequence) != 0)
        bench_fail(responder->shared, "the Class I bank got a notice that it cannot read");
    else
        lg_client_noticed(lg_session_client(responder->session), sequence);
}

int bench_responder(const struct bench_files *files, struct bench_shared *shared) {
    struct responder responder = {.shared = shared, .posted = hmap_new()};
    const struct clock clock = clock_system();
    date_format(shanghai_day(clock_wall_ms(&clock)), responder.book_date);
    bench_arena_init(&responder.arena);
    const struct lg_handler handler = {
        .context = &responder, .request = on_request, .notice = on_notice};
    char reason[LG_REASON_SIZE];
    responder.session = bench_connect(files, files->responder, &handler, reason, sizeof(reason));
    if (responder.session == NULL)
        bench_fail(shared, reason);
    while (shared_load(&shared->order) != BENCH_QUIT && !shared_load(&shared->failed)) {
        if (lg_session_turn(responder.session, TURN_MS) != 0) {
            bench_fail(shared, lg_client_reason(lg_session_client(responder.session)));
            break;
        }
    }
    lg_session_free(responder.session);
    arena_deinit(&responder.arena);
    buf_deinit(&responder.out);
    hmap_free(responder.posted);
    return shared_load(&shared->failed);
}
