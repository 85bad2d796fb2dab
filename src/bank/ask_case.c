/*
 * Commands about cases: questions and answers between the two banks' people.
 *
 * Invariant: as ask.c's. What is known of cases without asking stands in `cases` (show.c).
 */
#include "bank/ask.h"
#include "bank/words.h"

void bk_command_case_open(const struct bk_call *call) {
    uint32_t subject = CASE_OTHER, of_link = 0;
    struct open_case message = {.text = bk_call_text(call, "text", "")};
    struct bk_item spec = {.kind = MESSAGE_OPEN_CASE};
    if (!bk_call_number(call, "link", &of_link) ||
        !bk_ask_change_of(call, of_link ? "link" : "transfer", &spec,
                          of_link ? &message.link : &message.transfer) ||
        !bk_call_choice(call, "subject", bk_words_subject, &subject))
        return;
    message.request = spec.id;
    message.subject = (enum case_subject)subject;
    partner_encode_open_case(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_case_answer(const struct bk_call *call) {
    uint32_t outcome = CASE_OUTCOME_NONE, close = 0;
    struct answer_case message = {.text = bk_call_text(call, "text", "")};
    struct bk_item spec = {.kind = MESSAGE_ANSWER_CASE};
    if (!bk_ask_change_of(call, "case", &spec, &message.inquiry) ||
        !bk_call_choice(call, "outcome", bk_words_outcome, &outcome) ||
        !bk_call_number(call, "close", &close))
        return;
    message.request = spec.id;
    message.outcome = (enum case_outcome)outcome;
    message.close = close != 0;
    partner_encode_answer_case(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_case_get(const struct bk_call *call) {
    struct get_case message;
    const struct bk_item spec = {.kind = MESSAGE_GET_CASE};
    if (!bk_call_word_id(call, 0, "case", &message.inquiry))
        return;
    partner_encode_get_case(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}
