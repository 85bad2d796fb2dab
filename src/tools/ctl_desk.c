/*
 * Cases, approvals and the audit.
 *
 * Invariant: nobody approves what they were not shown: the order's own fields, as the gateway holds
 * them, are printed before the question is asked; without a terminal to ask on it takes --yes.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_order.h"
#include "tools/ctl_values.h"

/* ---- cases ---- */

CTL_PAGES(cases, cases, list_cases)

static const struct ctl_list case_pages = {.result = CTL_RESULT(CASES),
                                           .shape = &ctl_shape_case,
                                           .page = cases_page,
                                           .go_on = cases_go_on,
                                           .set_max = cases_set_max,
                                           .row_key = "id",
                                           .by_id = true};

static const struct ctl_column case_columns[] = {
    {"CASE", "id", CTL_CELL_TEXT},           {"STATE", "state", CTL_CELL_TEXT},
    {"OVERDUE", "overdue", CTL_CELL_MARK},   {"SUBJECT", "subject", CTL_CELL_TEXT},
    {"OUTCOME", "outcome", CTL_CELL_TEXT},   {"TRANSFER", "transfer", CTL_CELL_TEXT},
    {"LINK", "link", CTL_CELL_TEXT},         {"OPENED BY", "opened_by", CTL_CELL_TEXT},
    {"MUST ANSWER", "owner", CTL_CELL_TEXT}, {"OPENED", "opened_at", CTL_CELL_TIME},
    {"DUE", "due_at", CTL_CELL_TIME},        {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_case_list(struct ctl_session *session) {
    struct id place;
    Linkgate__Admin__V1__ListCases order;
    linkgate__admin__v1__list_cases__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_CASES));
    request.list_cases = &order;
    order.overdue = session->args->values[CTL_OVERDUE] != NULL;
    enum ctl_exit result =
        ctl_take_which(session, &ctl_case_states, &order.state, &order.bank, &place, &order.after);
    return result == CTL_OK ? ctl_list(session, &case_pages, &request, case_columns) : result;
}

static const struct ctl_column case_card[] = {
    {"case", "id", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"subject", "subject", CTL_CELL_TEXT},
    {"outcome", "outcome", CTL_CELL_TEXT},
    {"transfer", "transfer", CTL_CELL_TEXT},
    {"link", "link", CTL_CELL_TEXT},
    {"opened by", "opened_by", CTL_CELL_TEXT},
    {"must answer", "owner", CTL_CELL_TEXT},
    {"other bank", "other", CTL_CELL_TEXT},
    {"opened at", "opened_at", CTL_CELL_TIME},
    {"answer due", "due_at", CTL_CELL_TIME},
    {"overdue", "overdue", CTL_CELL_YES},
    {"closed at", "closed_at", CTL_CELL_TIME},
    {"bank's list", "list_sha256", CTL_CELL_TEXT},
    {"is of", "list_kind", CTL_CELL_TEXT},
    {"of window", "list_window", CTL_CELL_TEXT},
    {"it has the id", "list_id", CTL_CELL_TEXT},
    {"it has as amount", "list_fen", CTL_CELL_FEN},
    {"it has as state", "list_state", CTL_CELL_TEXT},
    {"adjustment", "adjustment", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column entry_columns[] = {
    {"AT", "at", CTL_CELL_TIME},
    {"BY BANK", "by", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"OUTCOME", "outcome", CTL_CELL_TEXT},
    {"SEQUENCE", "sequence", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_case_show(struct ctl_session *session) {
    struct id id;
    Linkgate__Admin__V1__GetCase order;
    linkgate__admin__v1__get_case__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    order.id = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_CASE));
    request.get_case = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(CASE_DETAIL));
    if (result != CTL_OK)
        return result;
    json_t *detail = ctl_json(&ctl_shape_case_detail, session->reply->case_detail);
    if (session->args->json) {
        ctl_dump(session, detail);
        return CTL_OK;
    }
    ctl_print_card(detail, case_card, session->out);
    fputc('\n', session->out);
    ctl_print_table(json_object_get(detail, "entries"), entry_columns, session->out);
    json_decref(detail);
    return CTL_OK;
}

/* ---- approvals ---- */

CTL_PAGES(approvals, approvals, list_approvals)

static const struct ctl_list approval_pages = {.result = CTL_RESULT(APPROVALS),
                                               .shape = &ctl_shape_approval,
                                               .page = approvals_page,
                                               .go_on = approvals_go_on,
                                               .set_max = approvals_set_max,
                                               .row_key = "id",
                                               .by_id = true};

static const struct ctl_column approval_columns[] = {
    {"APPROVAL", "id", CTL_CELL_TEXT},
    {"ORDER", "order", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"REQUESTED BY", "requested_by", CTL_CELL_RIGHT},
    {"AT", "requested_at", CTL_CELL_TIME},
    {"UNTIL", "expires_at", CTL_CELL_TIME},
    {"DECIDED BY", "decided_by", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_approval_list(struct ctl_session *session) {
    struct id place;
    uint32_t state = 0;
    Linkgate__Admin__V1__ListApprovals order;
    linkgate__admin__v1__list_approvals__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_APPROVALS));
    request.list_approvals = &order;
    enum ctl_exit result = ctl_take_name(session, CTL_STATE, &ctl_approval_states, "state", &state);
    if (result == CTL_OK)
        result = ctl_take_place(session, &place, &order.after);
    order.state = (Linkgate__Admin__V1__ApprovalState)state;
    return result == CTL_OK ? ctl_list(session, &approval_pages, &request, approval_columns)
                            : result;
}

/* The one that the command's first word names, as JSON; a new reference. */
static enum ctl_exit get_approval(struct ctl_session *session, json_t **approval_out) {
    struct id id;
    Linkgate__Admin__V1__GetApproval order;
    linkgate__admin__v1__get_approval__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    order.id = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_APPROVAL));
    request.get_approval = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(APPROVAL));
    if (result == CTL_OK)
        *approval_out = ctl_json(&ctl_shape_approval, session->reply->approval);
    return result;
}

enum ctl_exit ctl_approval_show(struct ctl_session *session) {
    static const struct ctl_column card[] = {
        {"approval", "id", CTL_CELL_TEXT},
        {"state", "state", CTL_CELL_TEXT},
        {"until", "expires_at", CTL_CELL_TIME},
        {"decided by uid", "decided_by", CTL_CELL_TEXT},
        {"decided at", "decided_at", CTL_CELL_TIME},
        {"exact order", "payload_sha256", CTL_CELL_TEXT},
        {NULL, NULL, CTL_CELL_TEXT},
    };
    static const struct ctl_column why[] = {
        {"refused", "reason", CTL_CELL_TEXT},
        {"detail", "detail", CTL_CELL_TEXT},
        {"because", "text", CTL_CELL_TEXT},
        {NULL, NULL, CTL_CELL_TEXT},
    };
    json_t *approval;
    enum ctl_exit result = get_approval(session, &approval);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, approval);
        return CTL_OK;
    }
    ctl_print_card(approval, card, session->out);
    if (json_is_object(json_object_get(approval, "refusal")))
        ctl_print_card(json_object_get(approval, "refusal"), why, session->out);
    fputc('\n', session->out);
    ctl_print_order(approval, session->out);
    json_decref(approval);
    return CTL_OK;
}

/* CTL_OK: whoever sits there saw what will be done, and wants it. */
static enum ctl_exit confirm(struct ctl_session *session) {
    json_t *approval;
    if (session->args->values[CTL_YES] != NULL)
        return CTL_OK;
    if (!ctl_is_terminal(session->in))
        return ctl_wrong(session,
                         "there is no terminal to ask on; look at it with linkgatectl "
                         "approval show %s, and give --yes",
                         session->args->words[0]);
    enum ctl_exit result = get_approval(session, &approval);
    if (result != CTL_OK)
        return result;
    fprintf(session->errors, "This will be done:\n\n");
    ctl_print_order(approval, session->errors);
    json_decref(approval);
    if (ctl_said_yes(session))
        return CTL_OK;
    fprintf(session->errors, "linkgatectl: not approved; it still waits\n");
    return CTL_REFUSED;
}

enum ctl_exit ctl_approval_approve(struct ctl_session *session) {
    struct id id;
    Linkgate__Admin__V1__Approve order;
    linkgate__admin__v1__approve__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    if (result == CTL_OK)
        result = confirm(session);
    if (result != CTL_OK)
        return result;
    order.approval = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(APPROVE));
    request.approve = &order;
    return ctl_give(session, &request, "Approved and carried out.");
}

enum ctl_exit ctl_approval_reject(struct ctl_session *session) {
    struct id id;
    Linkgate__Admin__V1__Reject order;
    linkgate__admin__v1__reject__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    if (result != CTL_OK)
        return result;
    order.approval = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(REJECT));
    request.reject = &order;
    return ctl_give(session, &request, "Rejected; it will not be carried out.");
}

/* ---- the audit ---- */

CTL_PAGES(audit, audit, list_audit)

static const struct ctl_list audit_pages = {.result = CTL_RESULT(AUDIT),
                                            .shape = &ctl_shape_audit,
                                            .page = audit_page,
                                            .go_on = audit_go_on,
                                            .set_max = audit_set_max,
                                            .row_key = "sequence"};

static const struct ctl_column audit_columns[] = {
    {"SEQUENCE", "sequence", CTL_CELL_RIGHT},
    {"AT", "at", CTL_CELL_TIME},
    {"ORDER", "order", CTL_CELL_TEXT},
    {"UID", "uid", CTL_CELL_RIGHT},
    {"APPROVED", "approver", CTL_CELL_RIGHT},
    {"REFUSED", "refusal", CTL_CELL_TEXT},
    {"KIND", "kind", CTL_CELL_TEXT},
    {"OBJECT", "object", CTL_CELL_TEXT},
    {"BANK", "bank", CTL_CELL_TEXT},
    {"FOUND", "found", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static enum ctl_exit take_audit(struct ctl_session *session,
                                Linkgate__Admin__V1__ListAudit *order) {
    int64_t after = 0;
    int64_t uid = 0;
    enum ctl_exit result = CTL_OK;
    const char *text = session->args->values[CTL_AFTER];
    if (text != NULL && (text[strspn(text, "0123456789")] != '\0' || strlen(text) > 18))
        result = ctl_wrong(session, "--after %s is no sequence, as audit list shows them", text);
    else if (text != NULL)
        after = strtoll(text, NULL, 10);
    if (result == CTL_OK)
        result = ctl_take_number(session, CTL_UID, 0, UINT32_MAX, &uid);
    if (result == CTL_OK)
        result = ctl_take_time(session, CTL_FROM, CTL_TIME_FROM, &order->from_ms);
    if (result == CTL_OK)
        result = ctl_take_time(session, CTL_TO, CTL_TIME_TO, &order->until_ms);
    order->after = (uint64_t)after;
    order->of_uid = session->args->values[CTL_UID] != NULL;
    order->uid = (uint32_t)uid;
    return result;
}

enum ctl_exit ctl_audit_list(struct ctl_session *session) {
    uint32_t kind = 0;
    Linkgate__Admin__V1__ListAudit order;
    linkgate__admin__v1__list_audit__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_AUDIT));
    request.list_audit = &order;
    enum ctl_exit result = take_audit(session, &order);
    if (result == CTL_OK)
        result = ctl_take_name(session, CTL_OF_ORDER, &ctl_orders, "order", &kind);
    if (result != CTL_OK)
        return result;
    char *name = xstrdup(kind != 0 ? ctl_orders.name_of(kind) : "");
    order.order = name;
    result = ctl_list(session, &audit_pages, &request, audit_columns);
    free(name);
    return result;
}
