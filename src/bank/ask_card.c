/*
 * Commands about cards: applying for one at another bank, and what becomes of those of this one.
 *
 * Invariant: as ask.c's. A report changes nothing at the bank itself: its account is made by the
 * accounts file and activated by `account`; the gateway hears of it by `card-status` alone.
 */
#include "bank/ask.h"

void bk_command_apply_card(const struct bk_call *call) {
    struct bk_bank *bank = call->session->bank;
    struct apply_card message = {.delivery = CARD_DELIVERY_MAIL,
                                 .deliver_to = bk_call_text(call, "to", "1 Example Street")};
    struct bk_item spec = {.kind = MESSAGE_APPLY_CARD};
    uint32_t delivery = CARD_DELIVERY_MAIL;
    const struct bk_account *account =
        bk_accounts_find(&bank->accounts, bk_call_text(call, "class2", ""));
    if (!bk_ask_change(call, &spec) || !bk_call_bank(call, "class1_bank", &message.class1_bank) ||
        !bk_call_choice(call, "delivery", bk_words_delivery, &delivery) ||
        !bk_ask_consent(call, message.class1_bank, &message.consent))
        return;
    message.request = spec.id;
    message.delivery = (enum card_delivery)delivery;
    bk_ask_person(call, account, &message.person);
    partner_encode_apply_card(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_card_status(const struct bk_call *call) {
    struct card_status message = {.number = bk_call_text(call, "number", ""),
                                  .reason = bk_call_text(call, "reason", "")};
    struct bk_item spec = {.kind = MESSAGE_CARD_STATUS};
    const char *event = bk_call_word(call, 1);
    uint32_t value = 0;
    if (!bk_ask_change_of(call, "card", &spec, &message.card))
        return;
    if (event == NULL || !bk_word_find(bk_words_card, event, &value)) {
        bk_session_error(call->session, "CARD EVENT are wanted: taken, issued, dispatched, lost, "
                                        "activated or refused");
        return;
    }
    message.request = spec.id;
    message.event = (enum card_event)value;
    partner_encode_card_status(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_cancel_card(const struct bk_call *call) {
    struct cancel_card message = {.reason = bk_call_text(call, "reason", "CUST")};
    struct bk_item spec = {.kind = MESSAGE_CANCEL_CARD};
    if (!bk_ask_change_of(call, "card", &spec, &message.card))
        return;
    message.request = spec.id;
    partner_encode_cancel_card(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_get_card(const struct bk_call *call) {
    struct get_card message;
    const struct bk_item spec = {.kind = MESSAGE_GET_CARD};
    if (!bk_call_word_id(call, 0, "card", &message.card))
        return;
    partner_encode_get_card(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}
