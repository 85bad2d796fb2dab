/*
 * The stand-in Class I bank: answers everything with yes, at once, and keeps its books in memory.
 *
 * Invariant: a posting is on the books, once per transfer id, before its answer leaves. Ids are
 * remembered for the whole life of the process, so that an instruction that comes again is answered
 * and not booked again. It ends when its connection ends.
 */
#include <stdlib.h>
#include <string.h>

#include "client/loop.h"
#include "domain/calendar.h"
#include "tools/bench.h"
#include "util/hmap.h"
#include "wire/partner.h"

#define TURN_MS 200

struct responder {
    struct client_socket *socket;
    struct bench_shared *shared;
    struct hmap *posted; /* transfer id -> itself: seen */
    struct clock clock;
    char book_date[DATE_TEXT_SIZE];
};

static void reply(struct responder *responder, const struct envelope *envelope,
                  const struct buf *payload) {
    client_reply(client_socket_client(responder->socket), envelope->correlation, envelope->kind,
                 buf_span(payload));
}

static int verify(struct responder *responder, const struct envelope *envelope, struct arena *arena,
                  struct buf *out) {
    struct verify_account asked;
    if (partner_decode_verify_account(envelope->payload, arena, &asked) != 0)
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

static int issue(struct responder *responder, const struct envelope *envelope, struct arena *arena,
                 struct buf *out) {
    struct issue_challenge asked;
    if (partner_decode_issue_challenge(envelope->payload, arena, &asked) != 0)
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

static int check(struct responder *responder, const struct envelope *envelope, struct arena *arena,
                 struct buf *out) {
    struct check_challenge asked;
    if (partner_decode_check_challenge(envelope->payload, arena, &asked) != 0)
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

static int post(struct responder *responder, const struct envelope *envelope, struct arena *arena,
                struct buf *out) {
    struct post_instruction asked;
    if (partner_decode_post_instruction(envelope->payload, arena, &asked) != 0)
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

static int inquire(struct responder *responder, const struct envelope *envelope,
                   struct arena *arena, struct buf *out) {
    struct inquire_posting asked;
    if (partner_decode_inquire_posting(envelope->payload, arena, &asked) != 0)
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

static void on_request(void *context, const struct envelope *envelope) {
    struct responder *responder = context;
    struct client *client = client_socket_client(responder->socket);
    struct arena *arena = client_arena(client);
    struct buf *out = client_scratch(client);
    int failed = 1;
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

static void on_notice(void *context, const struct envelope *envelope) {
    struct responder *responder = context;
    struct client *client = client_socket_client(responder->socket);
    struct notice_place place;
    struct transfer_view transfer;
    struct link_view link;
    int rc =
        envelope->kind == MESSAGE_LINK_NOTICE
            ? partner_decode_link_notice(envelope->payload, client_arena(client), &place, &link)
            : partner_decode_transfer_notice(envelope->payload, client_arena(client), &place,
                                             &transfer);
    if (rc != 0)
        bench_fail(responder->shared, "the Class I bank got a notice that it cannot read");
    else
        client_noticed(client, place.sequence, clock_boot_ms(&responder->clock));
}

static void on_answer(void *context, void *tag, const struct envelope *envelope) {
    (void)context;
    (void)tag;
    (void)envelope;
}

static void on_lost(void *context, void *tag) {
    (void)context;
    (void)tag;
}

static void on_ready(void *context, const struct hello_reply *hello) {
    (void)context;
    (void)hello;
}

int bench_responder(const struct bench_files *files, struct bench_shared *shared) {
    struct responder responder = {.shared = shared, .posted = hmap_new(), .clock = clock_system()};
    date_format(shanghai_day(clock_wall_ms(&responder.clock)), responder.book_date);
    struct client_handler handler = {.context = &responder,
                                     .ready = on_ready,
                                     .answer = on_answer,
                                     .lost = on_lost,
                                     .request = on_request,
                                     .notice = on_notice};
    char reason[CLIENT_REASON_SIZE];
    struct client_context *context = NULL;
    responder.socket =
        bench_connect(files, files->responder, &handler, &context, reason, sizeof(reason));
    if (responder.socket == NULL) {
        bench_fail(shared, reason);
        return 1;
    }
    while (shared_load(&shared->order) != BENCH_QUIT && !shared_load(&shared->failed)) {
        if (client_loop_turn(responder.socket, &responder.clock, TURN_MS) != 0) {
            bench_fail(shared, client_reason(client_socket_client(responder.socket)));
            break;
        }
    }
    client_socket_free(responder.socket);
    client_context_free(context);
    hmap_free(responder.posted);
    return 0;
}
