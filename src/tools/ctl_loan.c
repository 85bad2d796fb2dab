/*
 * Loans of two lenders: lists and details. Operators look; the lenders decide. The story of a loan is
 * told in ctl_explain_loan.c.
 */
#include "tools/ctl_bought.h"
#include "tools/ctl_commands.h"
#include "tools/ctl_object.h"
#include "tools/ctl_values.h"

CTL_PAGES(loans, loans, list_loans)

/* As of orders. */
static const struct ctl_list loan_pages = {.result = CTL_RESULT(LOANS),
                                           .shape = &ctl_shape_loan,
                                           .page = loans_page,
                                           .go_on = loans_go_on,
                                           .set_max = loans_set_max,
                                           .row_key = "id"};

const struct ctl_column ctl_loan_columns[] = {
    {"LOAN", "id", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"UNKNOWN", "unknown", CTL_CELL_MARK},
    {"REASON", "reason", CTL_CELL_TEXT},
    {"LEAD", "lead", CTL_CELL_TEXT},
    {"PARTNER", "partner", CTL_CELL_TEXT},
    {"PRODUCT", "product", CTL_CELL_TEXT},
    {"LIMIT", "limit_fen", CTL_CELL_FEN},
    {"PRINCIPAL", "principal_fen", CTL_CELL_FEN},
    {"ON ITS WAY", "on_its_way", CTL_CELL_TEXT},
    {"OFFERED", "offered_at", CTL_CELL_TIME},
    {"DUE AT", "due_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_loan_list(struct ctl_session *session) {
    struct id place, link;
    struct ctl_when when;
    Linkgate__Admin__V1__ListLoans order;
    linkgate__admin__v1__list_loans__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_LOANS));
    request.list_loans = &order;
    order.unknown = session->args->values[CTL_UNKNOWN] != NULL;
    order.open = session->args->values[CTL_OPEN] != NULL;
    enum ctl_exit result = ctl_take_these(session, &ctl_loan_states, &order.state, &order.bank,
                                          &when, &place, &order.after);
    order.from_ms = when.from_ms;
    order.until_ms = when.until_ms;
    if (result == CTL_OK)
        result = ctl_take_of_link(session, &link, &order.link);
    if (result == CTL_OK)
        result = ctl_take_product(session, &order.product);
    return result == CTL_OK ? ctl_list(session, &loan_pages, &request, ctl_loan_columns) : result;
}

enum ctl_exit ctl_get_loan(struct ctl_session *session, json_t **loan_out) {
    struct id id;
    Linkgate__Admin__V1__GetLoan order;
    linkgate__admin__v1__get_loan__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    order.id = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_LOAN));
    request.get_loan = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(LOAN_DETAIL));
    if (result == CTL_OK)
        *loan_out = ctl_json(&ctl_shape_loan_detail, session->reply->loan_detail);
    return result;
}

static const struct ctl_column card[] = {
    {"loan", "id", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"unknown", "unknown", CTL_CELL_YES},
    {"conflict", "conflict", CTL_CELL_YES},
    {"frozen", "frozen", CTL_CELL_YES},
    {"reason", "reason", CTL_CELL_TEXT},
    {"waits for", "waits_for", CTL_CELL_TEXT},
    {"waits until", "waits_until", CTL_CELL_TIME},
    {"product", "product", CTL_CELL_TEXT},
    {"version", "version", CTL_CELL_TEXT},
    {"lead", "lead", CTL_CELL_TEXT},
    {"partner", "partner", CTL_CELL_TEXT},
    {"lead's share, 1/10000", "lead_share", CTL_CELL_TEXT},
    {"of the interest", "lead_interest_share", CTL_CELL_LIMIT},
    {"rate a day, 1/1000000", "daily_rate", CTL_CELL_TEXT},
    {"link", "link", CTL_CELL_TEXT},
    {"link is", "link_state", CTL_CELL_TEXT},
    {"Class I account", "class1_account", CTL_CELL_YES},
    {"applied through", "applicant", CTL_CELL_TEXT},
    {"offered at", "offered_at", CTL_CELL_TIME},
    {"applied for at", "applied_at", CTL_CELL_TIME},
    {"offered", "offered_fen", CTL_CELL_FEN},
    {"asked for", "asked_fen", CTL_CELL_FEN},
    {"limit", "limit_fen", CTL_CELL_FEN},
    {"may still be drawn", "available_fen", CTL_CELL_FEN},
    {"drawn, lead's share", "drawn_lead_fen", CTL_CELL_FEN},
    {"drawn, partner's share", "drawn_partner_fen", CTL_CELL_FEN},
    {"repaid to the lead", "repaid_lead_fen", CTL_CELL_FEN},
    {"repaid to the partner", "repaid_partner_fen", CTL_CELL_FEN},
    {"interest to the lead", "interest_lead_fen", CTL_CELL_FEN},
    {"interest to the partner", "interest_partner_fen", CTL_CELL_FEN},
    {"waived", "waived_fen", CTL_CELL_FEN},
    {"owed on", "owed_date", CTL_CELL_TEXT},
    {"interest owed", "owed_interest_fen", CTL_CELL_FEN},
    {"principal owed", "owed_principal_fen", CTL_CELL_FEN},
    {"owed in all", "owed_fen", CTL_CELL_FEN},
    {"overdue from", "overdue_date", CTL_CELL_TEXT},
    {"written off at", "written_off_at", CTL_CELL_TIME},
    {"on its way", "on_its_way", CTL_CELL_TEXT},
    {"of both lenders", "on_its_way_fen", CTL_CELL_FEN},
    {"case", "case", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column decision_columns[] = {
    {"LENDER", "lender", CTL_CELL_TEXT},     {"DECIDED AT", "at", CTL_CELL_TIME},
    {"APPROVED", "approved", CTL_CELL_MARK}, {"LIMIT", "limit_fen", CTL_CELL_FEN},
    {"REASON", "reason", CTL_CELL_TEXT},     {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column instalment_columns[] = {
    {"INSTALMENT DUE", "due_date", CTL_CELL_TEXT},
    {"PRINCIPAL", "due_fen", CTL_CELL_FEN},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column transfer_card[] = {
    {"transfer on its way", "id", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"amount", "amount_fen", CTL_CELL_FEN},
    {"debtor bank", "debtor_bank", CTL_CELL_TEXT},
    {"creditor bank", "creditor_bank", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static void print_rows(const json_t *loan, const char *key, const struct ctl_column *columns,
                       FILE *to) {
    const json_t *rows = json_object_get(loan, key);
    if (json_array_size(rows) == 0)
        return;
    ctl_print_table(rows, columns, to);
    fputc('\n', to);
}

enum ctl_exit ctl_loan_show(struct ctl_session *session) {
    json_t *loan;
    enum ctl_exit result = ctl_get_loan(session, &loan);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, loan);
        return CTL_OK;
    }
    ctl_print_card(loan, card, session->out);
    fputc('\n', session->out);
    print_rows(loan, "decisions", decision_columns, session->out);
    print_rows(loan, "instalments", instalment_columns, session->out);
    ctl_print_part(loan, "transfer", transfer_card, session->out);
    ctl_print_history(loan, session->out);
    json_decref(loan);
    return CTL_OK;
}
