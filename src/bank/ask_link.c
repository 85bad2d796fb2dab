/*
 * Commands about links: their whole life from opening to closing.
 *
 * Invariant: as ask.c's. A person's data are the account holder's where the call does not give
 * others; agreement and consent are always the same texts.
 */
#include "bank/ask.h"
#include "bank/words.h"

#define AGREEMENT_VERSION "1"
#define CONSENT_PURPOSE "ACCOUNT_LINK"

/* SHA-256 of "linkgate simulated bank: account link agreement, version 1" and of "linkgate
 * simulated bank: consent to disclose name, id number, mobile and account for linking". */
static const char agreement_sha256[] =
    "ecc68e09332816f60729d0d3916adc645ddf6706ddd4f81579a3071c7192e646";
static const char consent_sha256[] =
    "a26e2ca79555cc9c5d397c29bfe5ba38d3160169469f8a609f700d0bc5cb4f6e";

/* What OpenLink and RebindLink have in common. */
struct terms {
    struct account_ref class1;
    struct person_elements person;
    uint32_t scopes;
    struct agreed_limits limits;
    struct agreement_given agreement;
    struct consent_given consent;
};

static struct digest digest_of_hex(const char *hex) {
    struct digest digest = {{0}};
    ENSURE(hex_parse(hex, digest.bytes, DIGEST_SIZE));
    return digest;
}

static bool fill_limits(const struct bk_call *call, uint32_t *scopes,
                        struct agreed_limits *limits) {
    return bk_call_fen(call, "single_fen", &limits->single_fen) &&
           bk_call_fen(call, "daily_fen", &limits->daily_fen) &&
           bk_call_fen(call, "yearly_fen", &limits->yearly_fen) &&
           bk_call_number(call, "daily_count", &limits->daily_count) &&
           bk_call_choices(call, "scopes", bk_words_scope, scopes);
}

void bk_ask_person(const struct bk_call *call, const struct bk_account *account,
                   struct person_elements *person) {
    person->name = bk_call_text(call, "name", account != NULL ? account->name : "");
    person->id_type = ID_TYPE_RESIDENT;
    person->id_number = bk_call_text(call, "id", account != NULL ? account->id_number : "");
    person->mobile = bk_call_text(call, "mobile", account != NULL ? account->mobile : "");
}

static bool fill_agreement(const struct bk_call *call, struct agreement_given *agreement) {
    uint32_t present = 1;
    if (!bk_call_number(call, "agreement", &present))
        return false;
    agreement->present = present != 0;
    agreement->version = SPAN_LITERAL(AGREEMENT_VERSION);
    agreement->sha256 = digest_of_hex(agreement_sha256);
    agreement->at_ms = bk_wall_ms(call->session->bank);
    agreement->channel = SPAN_LITERAL("APP");
    return bk_call_day(call, "ends_on", &agreement->ends_day);
}

bool bk_ask_consent(const struct bk_call *call, bank_code recipient,
                    struct consent_given *consent) {
    uint32_t present = 1;
    if (!bk_call_number(call, "consent", &present))
        return false;
    consent->present = present != 0;
    consent->recipient = recipient;
    consent->purpose = SPAN_LITERAL(CONSENT_PURPOSE);
    consent->fields = CONSENT_FIELDS_ALL;
    consent->sha256 = digest_of_hex(consent_sha256);
    consent->at_ms = bk_wall_ms(call->session->bank);
    return true;
}

static bool fill_terms(const struct bk_call *call, const struct bk_account *account,
                       struct terms *terms) {
    *terms = (struct terms){
        .class1 = {.number = bk_call_text(call, "class1", ""),
                   .account_class = ACCOUNT_CLASS_I,
                   .opening = ACCOUNT_OPENING_FACE_TO_FACE},
        .scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT),
        .limits = {.single_fen = 5000000, .daily_fen = 20000000},
    };
    bk_ask_person(call, account, &terms->person);
    return bk_call_bank(call, "class1_bank", &terms->class1.bank) &&
           fill_limits(call, &terms->scopes, &terms->limits) &&
           fill_agreement(call, &terms->agreement) &&
           bk_ask_consent(call, terms->class1.bank, &terms->consent);
}

void bk_command_open_link(const struct bk_call *call) {
    struct bk_bank *bank = call->session->bank;
    struct bk_item spec = {.kind = MESSAGE_OPEN_LINK};
    struct terms terms;
    struct span number = bk_call_text(call, "class2", "");
    const struct bk_account *account = bk_accounts_find(&bank->accounts, number);
    uint32_t class2 = account != NULL ? account->account_class : ACCOUNT_CLASS_II;
    uint32_t opening = account != NULL ? account->opening : ACCOUNT_OPENING_REMOTE;
    if (!bk_ask_change(call, &spec) || !fill_terms(call, account, &terms) ||
        !bk_call_number(call, "class", &class2) || !bk_call_number(call, "opening", &opening))
        return;
    const struct open_link message = {.request = spec.id,
                                      .class2 = {.bank = bank->config.code,
                                                 .number = number,
                                                 .account_class = (enum account_class)class2,
                                                 .opening = (enum account_opening)opening},
                                      .class1 = terms.class1,
                                      .person = terms.person,
                                      .scopes = terms.scopes,
                                      .limits = terms.limits,
                                      .agreement = terms.agreement,
                                      .consent = terms.consent};
    spec.account = bk_accounts_find(&bank->accounts, number);
    partner_encode_open_link(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

/* Our account in a link; NULL: not known. */
static struct bk_account *account_in(const struct bk_call *call, const struct id *link) {
    const struct bk_link *known = bk_links_find(&call->session->bank->links, link);
    return known != NULL ? known->account : NULL;
}

void bk_command_rebind(const struct bk_call *call) {
    struct bk_item spec = {.kind = MESSAGE_REBIND_LINK};
    struct terms terms;
    struct id link;
    if (!bk_ask_change_of(call, "link", &spec, &link))
        return;
    spec.account = account_in(call, &link);
    if (!fill_terms(call, spec.account, &terms))
        return;
    const struct rebind_link message = {.request = spec.id,
                                        .link = link,
                                        .class1 = terms.class1,
                                        .person = terms.person,
                                        .scopes = terms.scopes,
                                        .limits = terms.limits,
                                        .agreement = terms.agreement,
                                        .consent = terms.consent};
    partner_encode_rebind_link(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_resume(const struct bk_call *call) {
    struct resume_link message = {0};
    struct bk_item spec = {.kind = MESSAGE_RESUME_LINK};
    if (!bk_ask_change_of(call, "link", &spec, &message.link))
        return;
    const struct bk_link *link = bk_links_find(&call->session->bank->links, &message.link);
    bank_code recipient = link != NULL ? link->peer : 0;
    message.request = spec.id;
    bk_ask_person(call, account_in(call, &message.link), &message.person);
    if (!bk_ask_consent(call, recipient, &message.consent))
        return;
    partner_encode_resume_link(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_amend(const struct bk_call *call) {
    struct amend_link message = {.scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT)};
    struct bk_item spec = {.kind = MESSAGE_AMEND_LINK};
    if (!bk_ask_change_of(call, "link", &spec, &message.link) ||
        !fill_limits(call, &message.scopes, &message.limits) ||
        !fill_agreement(call, &message.agreement))
        return;
    message.request = spec.id;
    partner_encode_amend_link(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

static void send_code(const struct bk_call *call, uint32_t kind) {
    struct start_challenge message;
    struct bk_item spec = {.kind = kind};
    if (!bk_ask_change_of(call, "link", &spec, &message.link))
        return;
    message.request = spec.id;
    partner_encode_start_challenge(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_challenge(const struct bk_call *call) {
    send_code(call, MESSAGE_START_CHALLENGE);
}

void bk_command_resend_code(const struct bk_call *call) {
    send_code(call, MESSAGE_RESEND_CHALLENGE);
}

void bk_command_answer(const struct bk_call *call) {
    struct answer_challenge message;
    struct bk_item spec = {.kind = MESSAGE_ANSWER_CHALLENGE};
    const char *code = bk_call_word(call, 1);
    if (!bk_ask_change_of(call, "link", &spec, &message.link))
        return;
    message.request = spec.id;
    message.code = span_text(code != NULL ? code : "");
    partner_encode_answer_challenge(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_withdraw_consent(const struct bk_call *call) {
    struct withdraw_consent message;
    struct bk_item spec = {.kind = MESSAGE_WITHDRAW_CONSENT};
    if (!bk_ask_change_of(call, "link", &spec, &message.link))
        return;
    message.request = spec.id;
    partner_encode_withdraw_consent(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_close_link(const struct bk_call *call) {
    struct close_link message;
    struct bk_item spec = {.kind = MESSAGE_CLOSE_LINK};
    if (!bk_ask_change_of(call, "link", &spec, &message.link))
        return;
    message.request = spec.id;
    message.reason = bk_call_text(call, "reason", "CUST");
    partner_encode_close_link(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_get_link(const struct bk_call *call) {
    struct get_link message = {0};
    const struct bk_item spec = {.kind = MESSAGE_GET_LINK};
    if (!bk_call_id(call, "request_id", &message.request))
        return;
    if (id_is_zero(&message.request) && !bk_call_word_id(call, 0, "link", &message.link))
        return;
    partner_encode_get_link(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_list_links(const struct bk_call *call) {
    struct list_links message = {.account_number = bk_call_text(call, "account", "")};
    const struct bk_item spec = {.kind = MESSAGE_LIST_LINKS};
    const char *state = bk_call_option(call, "state");
    for (int i = 1; state != NULL && i < LINK_STATES; i++) {
        if (span_equal(span_text(state), span_text(link_state_name((enum link_state)i))))
            message.state = (enum link_state)i;
    }
    if (state != NULL && message.state == LINK_NONE) {
        bk_session_error(call->session, "state: the name of a link's state, as ACTIVE");
        return;
    }
    if (!bk_call_id(call, "after", &message.after) || !bk_call_number(call, "max", &message.max))
        return;
    partner_encode_list_links(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}
