/*
 * What the scripted gateway of tests says to the bank about one link and its transfers.
 */
#include "bank/scene.h"

#include <string.h>

const struct id scene_link = {{0xaa, 1}};

struct id scene_transfer(uint8_t number) {
    return (struct id){{0xbb, number}};
}

void scene_ask(struct stage *stage, uint64_t correlation, uint32_t kind, const struct buf *payload,
               uint32_t timeout_ms) {
    peer_say(&stage->peer, correlation, kind, MESSAGE_REQUEST, buf_span(payload), timeout_ms);
}

void scene_post(struct stage *stage, uint8_t number, enum posting_side side, int64_t fen,
                uint32_t timeout_ms) {
    const struct post_instruction message = {.transfer = scene_transfer(number),
                                             .link = scene_link,
                                             .side = side,
                                             .amount = {fen, "CNY"},
                                             .account_number = SPAN_LITERAL(STAGE_ACCOUNT),
                                             .counterparty_bank = 999100000020,
                                             .counterparty_account_number = SPAN_LITERAL("II00001"),
                                             .end_to_end_id = SPAN_LITERAL("e2e"),
                                             .channel = SPAN_LITERAL("APP"),
                                             .kind = TRANSFER_BOUND_PAIR};
    struct buf *payload = peer_payload();
    message_encode_post_instruction(&message, payload);
    scene_ask(stage, 1000u + number, MESSAGE_POST_INSTRUCTION, payload, timeout_ms);
}

void scene_inquire(struct stage *stage, uint8_t number) {
    const struct inquire_posting message = {scene_transfer(number)};
    struct buf *payload = peer_payload();
    message_encode_inquire_posting(&message, payload);
    scene_ask(stage, 2000u + number, MESSAGE_INQUIRE_POSTING, payload, 0);
}

struct posting_result scene_result(struct stage *stage, uint32_t kind) {
    stage_flush(stage);
    return stage_decode(stage, stage_expect(stage, kind))->body.posting_answer;
}

void scene_books(struct stage *stage, const char *expected) {
    stage_await(stage, "books", expected);
}

void scene_learn_link(struct stage *stage) {
    const struct verify_account message = {
        .link = scene_link,
        .verification = {{0xcc}},
        .requesting_bank = 999100000020,
        .account_number = SPAN_LITERAL(STAGE_ACCOUNT),
        .person = {.name = SPAN_LITERAL("Wang Min"),
                   .id_type = ID_TYPE_RESIDENT,
                   .id_number = SPAN_LITERAL("999999199001010016"),
                   .mobile = SPAN_LITERAL("13800000001")}};
    struct buf *payload = peer_payload();
    message_encode_verify_account(&message, payload);
    scene_ask(stage, 1, MESSAGE_VERIFY_ACCOUNT, payload, 1000);
    stage_flush(stage);
    const struct command *command =
        stage_decode(stage, stage_expect(stage, MESSAGE_VERIFY_ACCOUNT));
    assert_int_equal(command->body.verify_answer.mobile, ELEMENT_MATCH);
}

void scene_order(struct stage *stage, const char *direction, int fen, const char *options) {
    char hex[ID_TEXT_SIZE];
    char line[256];
    id_format(&scene_link, hex);
    snprintf(line, sizeof(line), "transfer link=%s dir=%s fen=%d %s", hex, direction, fen, options);
    stage_order(stage, line);
}

struct transfer_view scene_view(const struct submit_transfer *request, enum transfer_state state) {
    bool push = request->direction == TRANSFER_PUSH;
    return (struct transfer_view){.transfer = scene_transfer(99),
                                  .state = state,
                                  .link = request->link,
                                  .kind = request->kind,
                                  .direction = request->direction,
                                  .amount = request->amount,
                                  .debtor_bank = push ? 999100000011 : 999100000020,
                                  .creditor_bank = push ? 999100000020 : 999100000011,
                                  .end_to_end_id = request->end_to_end_id};
}

void scene_answer(struct stage *stage, const struct envelope *envelope, enum transfer_state state) {
    const struct command *command = stage_decode(stage, envelope);
    const struct transfer_view view = scene_view(&command->body.submit_transfer, state);
    struct buf *payload = peer_payload();
    message_encode_transfer_reply(&view, payload);
    peer_say(&stage->peer, envelope->correlation, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REPLY,
             buf_span(payload), 0);
    stage_flush(stage);
}

void scene_notice(struct stage *stage, uint64_t sequence, const struct transfer_view *view) {
    const struct notice_place place = {.sequence = sequence, .token = {{(uint8_t)sequence}}};
    struct buf *payload = peer_payload();
    message_encode_transfer_notice(&place, view, "POSTED", payload);
    peer_say(&stage->peer, 0, MESSAGE_TRANSFER_NOTICE, MESSAGE_NOTICE, buf_span(payload), 0);
    stage_flush(stage);
}

void scene_refuse(struct stage *stage, const struct envelope *envelope, enum refusal_code code) {
    const struct refusal refusal = {.code = code, .field = ""};
    struct buf *payload = peer_payload();
    message_encode_refusal(&refusal, payload);
    peer_say(&stage->peer, envelope->correlation, envelope->kind, MESSAGE_REFUSAL,
             buf_span(payload), 0);
    stage_flush(stage);
}
