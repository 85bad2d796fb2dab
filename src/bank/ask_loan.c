/*
 * Commands about loans that two banks lend together.
 *
 * Invariant: as ask.c's; what moves books goes through submit_loan.h.
 */
#include <stdlib.h>
#include <string.h>

#include "bank/ask.h"
#include "bank/loans.h"
#include "bank/submit_loan.h"
#include "domain/calendar.h"

static const struct bk_word rulings[] = {{"schedule", LOAN_STATUS_SCHEDULE},
                                         {"waived", LOAN_STATUS_WAIVED},
                                         {"written-off", LOAN_STATUS_WRITTEN_OFF},
                                         {"cancelled", LOAN_STATUS_CANCELLED},
                                         {NULL, 0}};

/* ---- the way to a loan -------------------------------------------------------------------- */

void bk_command_offer_loan(const struct bk_call *call) {
    struct offer_loan message = {.version = 1, .product = bk_call_text(call, "product", "")};
    struct bk_item spec = {.kind = MESSAGE_OFFER_LOAN};
    if (!bk_ask_change_of(call, "link", &spec, &message.link) ||
        !bk_ask_money(call, &message.maximum) ||
        !bk_call_number(call, "version", &message.version) ||
        !bk_call_fen(call, "until_ms", &message.until_ms))
        return;
    message.request = spec.id;
    partner_encode_offer_loan(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

/* Both lenders of what this bank was told of; else itself alone. */
static void authorise(struct bk_bank *bank, uint32_t count, struct apply_loan *message) {
    struct loan_view view;
    bool known = bk_loan_find(bank->db, &message->loan, &view);
    const bank_code banks[LOAN_LENDERS] = {known ? view.loan.lead : bank->config.code,
                                           known ? view.loan.terms.partner : bank->config.code};
    for (uint32_t i = 0; i < count && i < (known ? LOAN_LENDERS : 1); i++) {
        struct loan_authorisation *one = &message->authorisations[message->authorisation_count++];
        one->bank = banks[i];
        memset(one->sha256.bytes, (int)i + 1, DIGEST_SIZE);
    }
}

void bk_command_apply_loan(const struct bk_call *call) {
    struct apply_loan message = {.authorisation_count = 0};
    struct bk_item spec = {.kind = MESSAGE_APPLY_LOAN};
    uint32_t account = ACCOUNT_CLASS_II, authorisations = LOAN_LENDERS;
    memset(message.consent.bytes, 1, DIGEST_SIZE);
    if (!bk_ask_change_of(call, "loan", &spec, &message.loan) ||
        !bk_ask_money(call, &message.amount) ||
        !bk_call_choice(call, "account", bk_words_class, &account) ||
        !bk_ask_digest(call, "sha256", &message.terms) ||
        !bk_ask_digest(call, "consent", &message.consent) ||
        !bk_call_number(call, "authorisations", &authorisations))
        return;
    message.request = spec.id;
    message.class1_account = account == ACCOUNT_CLASS_I;
    authorise(call->session->bank, authorisations, &message);
    partner_encode_apply_loan(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_decide_loan(const struct bk_call *call) {
    struct decide_loan message = {.reason = bk_call_text(call, "decline", "")};
    struct bk_item spec = {.kind = MESSAGE_DECIDE_LOAN};
    if (!bk_ask_change_of(call, "loan", &spec, &message.loan) ||
        !bk_ask_money(call, &message.limit))
        return;
    message.request = spec.id;
    message.approved = message.reason.size == 0;
    partner_encode_decide_loan(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

/* ---- its money ---------------------------------------------------------------------------- */

void bk_command_draw_loan(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct draw_loan message = {.request = {{0}}};
    struct bk_submission how = {0};
    struct bk_local_refusal refusal;
    char reference[ID_TEXT_SIZE];
    if (!bk_call_word_id(call, 0, "loan", &message.loan) ||
        !bk_ask_submission(call, &message.request, &how) || !bk_ask_money(call, &message.amount))
        return;
    id_format(&message.request, reference);
    message.end_to_end_id = span_text(reference);
    if (bk_submit_draw(session->bank, &message, &how, &session->item, &refusal))
        bk_ask_refused_here(session, &refusal);
}

void bk_command_repay_loan(const struct bk_call *call) {
    struct bk_session *session = call->session;
    struct repay_loan message = {.request = {{0}}};
    struct bk_submission how = {0};
    struct bk_local_refusal refusal;
    char reference[ID_TEXT_SIZE];
    if (!bk_call_word_id(call, 0, "loan", &message.loan) ||
        !bk_ask_submission(call, &message.request, &how) || !bk_ask_money(call, &message.amount) ||
        !bk_call_fen(call, "interest_fen", &message.interest_fen))
        return;
    id_format(&message.request, reference);
    message.end_to_end_id = span_text(reference);
    if (bk_submit_repayment(session->bank, &message, &how, &session->item, &refusal))
        bk_ask_refused_here(session, &refusal);
}

void bk_command_quote_repayment(const struct bk_call *call) {
    struct quote_repayment message = {.day = 0};
    const struct bk_item spec = {.kind = MESSAGE_QUOTE_REPAYMENT};
    if (!bk_call_word_id(call, 0, "loan", &message.loan) ||
        !bk_call_day(call, "date", &message.day))
        return;
    partner_encode_quote_repayment(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

/* ---- ruled on, and looked at -------------------------------------------------------------- */

/* DATE:FEN, joined by commas. False: it is no such list. */
static bool take_schedule(const char *text, struct loan_schedule *schedule) {
    while (*text != '\0') {
        struct loan_instalment *one = &schedule->instalments[schedule->count];
        size_t size = strcspn(text, ":");
        char *end;
        if (schedule->count == PRODUCT_INSTALMENTS_MAX ||
            !date_parse(span_of(text, size), &one->due_day) || text[size] != ':')
            return false;
        one->due_fen = strtoll(text + size + 1, &end, 10);
        if (end == text + size + 1 || (*end != ',' && *end != '\0'))
            return false;
        schedule->count++;
        text = end + (*end == ',');
    }
    return true;
}

static bool take_ruling(const struct bk_call *call, struct loan_status *message,
                        struct loan_schedule *schedule) {
    const char *event = bk_call_word(call, 1);
    const char *instalments = bk_call_option(call, "instalments");
    uint32_t value = LOAN_STATUS_NONE;
    if (event == NULL || !bk_word_find(rulings, event, &value)) {
        bk_session_error(call->session,
                         "LOAN EVENT are wanted: schedule, waived, written-off or cancelled");
        return false;
    }
    bool ends = value == LOAN_STATUS_WRITTEN_OFF || value == LOAN_STATUS_CANCELLED;
    message->event = (enum loan_status_event)value;
    message->reason = bk_call_text(call, "reason", ends ? "NARR" : "");
    if (instalments != NULL && !take_schedule(instalments, schedule)) {
        bk_session_error(call->session, "instalments are DATE:FEN, joined by commas");
        return false;
    }
    if (instalments != NULL)
        message->schedule = schedule;
    return bk_call_fen(call, "fen", &message->waived_fen);
}

void bk_command_loan_status(const struct bk_call *call) {
    struct loan_status message = {.schedule = NULL};
    struct loan_schedule schedule = {.count = 0};
    struct bk_item spec = {.kind = MESSAGE_LOAN_STATUS};
    if (!bk_ask_change_of(call, "loan", &spec, &message.loan) ||
        !take_ruling(call, &message, &schedule))
        return;
    message.request = spec.id;
    partner_encode_loan_status(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_get_loan(const struct bk_call *call) {
    struct get_loan message;
    const struct bk_item spec = {.kind = MESSAGE_GET_LOAN};
    if (!bk_call_word_id(call, 0, "loan", &message.loan))
        return;
    partner_encode_get_loan(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}

void bk_command_list_loans(const struct bk_call *call) {
    struct list_loans message = {.max = 0};
    const struct bk_item spec = {.kind = MESSAGE_LIST_LOANS};
    if (!bk_call_word_id(call, 0, "link", &message.link) ||
        !bk_call_id(call, "after", &message.after) || !bk_call_number(call, "max", &message.max))
        return;
    partner_encode_list_loans(&message, bk_ask_scratch(call));
    bk_ask(call, &spec);
}
