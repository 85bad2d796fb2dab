/*
 * Commands about what one bank tells another besides money: events at its counters, referrals.
 *
 * Invariant: as ask.c's. A person's data are the account holder's where the call does not give
 * others; the consent is the bank's own to have.
 */
#include "bank/ask.h"

#include <string.h>

#define CONSENT_BYTE 0x5c /* of the digest of a text that every customer here has agreed to */

void bk_command_event(const struct bk_call *call) {
    uint32_t type = EVENT_COUNTER_SERVICE, ago_ms = 0;
    struct offline_event message = {.amount.currency = "CNY"};
    struct bk_item spec = {.kind = MESSAGE_OFFLINE_EVENT};
    if (!bk_ask_change_of(call, "link", &spec, &message.link) ||
        !bk_call_choice(call, "type", bk_words_event, &type) ||
        !bk_call_fen(call, "fen", &message.amount.fen) || !bk_call_number(call, "ago_ms", &ago_ms))
        return;
    message.request = spec.id;
    message.type = (enum event_type)type;
    message.at_ms = bk_wall_ms(call->session->bank) - ago_ms;
    message.place = bk_call_text(call, "place", "");
    partner_encode_offline_event(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_refer(const struct bk_call *call) {
    struct bk_bank *bank = call->session->bank;
    const struct bk_account *account =
        bk_accounts_find(&bank->accounts, bk_call_text(call, "account", ""));
    struct bk_item spec = {.kind = MESSAGE_REFERRAL};
    struct referral message = {.bank = 0};
    uint32_t consent = 1;
    if (!bk_ask_change(call, &spec) || !bk_call_bank(call, "bank", &message.bank) ||
        !bk_call_number(call, "consent", &consent))
        return;
    message.request = spec.id;
    message.person = (struct person_elements){
        .name = bk_call_text(call, "name", account != NULL ? account->name : ""),
        .id_type = ID_TYPE_RESIDENT,
        .id_number = bk_call_text(call, "id", account != NULL ? account->id_number : ""),
        .mobile = bk_call_text(call, "mobile", account != NULL ? account->mobile : ""),
    };
    message.consent = (struct consent_given){
        .present = consent != 0,
        .recipient = message.bank,
        .purpose = bk_call_text(call, "purpose", "REFERRAL"),
        .fields = CONSENT_FIELD_NAME | CONSENT_FIELD_ID_NUMBER | CONSENT_FIELD_MOBILE,
        .at_ms = bk_wall_ms(bank),
    };
    memset(message.consent.sha256.bytes, CONSENT_BYTE, DIGEST_SIZE);
    partner_encode_referral(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}
