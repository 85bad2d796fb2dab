/*
 * Transfers: lists and details. Their story is told in ctl_explain_transfer.c.
 *
 * Invariant: as everywhere in this tool, tables are made from the JSON of the same answer.
 */
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_object.h"
#include "tools/ctl_order.h"
#include "tools/ctl_values.h"

CTL_PAGES(transfers, transfers, list_transfers)

/* Not in order of time where only open ones are asked for: the gateway looks at the times. */
static const struct ctl_list transfer_pages = {.result = CTL_RESULT(TRANSFERS),
                                               .shape = &ctl_shape_transfer,
                                               .page = transfers_page,
                                               .go_on = transfers_go_on,
                                               .set_max = transfers_set_max,
                                               .row_key = "id"};

static const struct ctl_column transfer_columns[] = {
    {"TRANSFER", "id", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"FROZEN", "frozen", CTL_CELL_MARK},
    {"CONFLICT", "conflict", CTL_CELL_MARK},
    {"REASON", "reason", CTL_CELL_TEXT},
    {"KIND", "kind", CTL_CELL_TEXT},
    {"DIRECTION", "direction", CTL_CELL_TEXT},
    {"DEBTOR BANK", "debtor_bank", CTL_CELL_TEXT},
    {"CREDITOR BANK", "creditor_bank", CTL_CELL_TEXT},
    {"AMOUNT", "amount_fen", CTL_CELL_FEN},
    {"RECEIVED", "received_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

static enum ctl_exit take_filters(struct ctl_session *session,
                                  Linkgate__Admin__V1__ListTransfers *order) {
    order->conflict = session->args->values[CTL_CONFLICT] != NULL;
    enum ctl_exit result =
        ctl_take_name(session, CTL_STATE, &ctl_transfer_states, "state", &order->state);
    if (result == CTL_OK)
        result = ctl_take_name(session, CTL_KIND, &ctl_transfer_kinds, "kind", &order->kind);
    if (result == CTL_OK)
        result = ctl_take_bank_option(session, &order->bank);
    if (result == CTL_OK)
        result = ctl_take_time(session, CTL_FROM, CTL_TIME_FROM, &order->from_ms);
    if (result == CTL_OK)
        result = ctl_take_time(session, CTL_TO, CTL_TIME_TO, &order->until_ms);
    if (result == CTL_OK)
        result = ctl_take_fen(session, CTL_MIN, &order->min_fen);
    if (result == CTL_OK)
        result = ctl_take_fen(session, CTL_MAX, &order->max_fen);
    if (result == CTL_OK && order->max_fen > 0 && order->max_fen < order->min_fen)
        result = ctl_wrong(session, "--max is below --min: no transfer has such an amount");
    return result;
}

enum ctl_exit ctl_transfer_list(struct ctl_session *session) {
    struct id link, after;
    const char *link_text = session->args->values[CTL_LINK];
    const char *after_text = session->args->values[CTL_AFTER];
    Linkgate__Admin__V1__ListTransfers order;
    linkgate__admin__v1__list_transfers__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_TRANSFERS));
    request.list_transfers = &order;
    enum ctl_exit result = take_filters(session, &order);
    if (result == CTL_OK && link_text != NULL) {
        result = ctl_take_id(session, link_text, &link);
        order.link = ctl_id_bytes(&link);
    }
    if (result == CTL_OK && after_text != NULL) {
        result = ctl_take_id(session, after_text, &after);
        order.after = ctl_id_bytes(&after);
    }
    return result == CTL_OK ? ctl_list(session, &transfer_pages, &request, transfer_columns)
                            : result;
}

static const struct ctl_column transfer_card[] = {
    {"transfer", "id", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"frozen", "frozen", CTL_CELL_YES},
    {"conflict", "conflict", CTL_CELL_YES},
    {"reason", "reason", CTL_CELL_TEXT},
    {"detail", "detail", CTL_CELL_TEXT},
    {"waits for", "waits_for", CTL_CELL_TEXT},
    {"waits until", "waits_until", CTL_CELL_TIME},
    {"kind", "kind", CTL_CELL_TEXT},
    {"direction", "direction", CTL_CELL_TEXT},
    {"amount", "amount_fen", CTL_CELL_FEN},
    {"debtor bank", "debtor_bank", CTL_CELL_TEXT},
    {"creditor bank", "creditor_bank", CTL_CELL_TEXT},
    {"submitted by", "submitter", CTL_CELL_TEXT},
    {"instructed", "instructed", CTL_CELL_TEXT},
    {"link", "link", CTL_CELL_TEXT},
    {"link is", "link_state", CTL_CELL_TEXT},
    {"return of", "original", CTL_CELL_TEXT},
    {"within the bank", "in_house", CTL_CELL_MARK},
    {"of order", "order", CTL_CELL_TEXT},
    {"of loan", "loan", CTL_CELL_TEXT},
    {"request", "request", CTL_CELL_TEXT},
    {"end-to-end id", "end_to_end_id", CTL_CELL_TEXT},
    {"bank's reference", "reference", CTL_CELL_TEXT},
    {"book date", "book_date", CTL_CELL_TEXT},
    {"received at", "received_at", CTL_CELL_TIME},
    {"deadline", "deadline_at", CTL_CELL_TIME},
    {"UNKNOWN since", "unknown_at", CTL_CELL_TIME},
    {"accepted at", "accepted_at", CTL_CELL_TIME},
    {"credit due", "credit_due_at", CTL_CELL_TIME},
    {"credited at", "credited_at", CTL_CELL_TIME},
    {"cancel asked at", "cancel_asked_at", CTL_CELL_TIME},
    {"customer asked at", "step_up_at", CTL_CELL_TIME},
    {"window", "window", CTL_CELL_TEXT},
    {"cases", "cases", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_transfer_show(struct ctl_session *session) {
    json_t *transfer;
    enum ctl_exit result = ctl_get_transfer(session, &transfer);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, transfer);
        return CTL_OK;
    }
    ctl_print_card(transfer, transfer_card, session->out);
    fputc('\n', session->out);
    if (json_array_size(json_object_get(transfer, "returns")) > 0) {
        fprintf(session->out, "Returns:\n");
        ctl_print_table(json_object_get(transfer, "returns"), transfer_columns, session->out);
        fputc('\n', session->out);
    }
    ctl_print_history(transfer, session->out);
    json_decref(transfer);
    return CTL_OK;
}

enum ctl_exit ctl_object_unfreeze(struct ctl_session *session) {
    Linkgate__Admin__V1__Unfreeze order;
    linkgate__admin__v1__unfreeze__init(&order);
    const char *kind = session->args->words[0];
    struct id id;
    if (strcmp(kind, "link") == 0)
        order.kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_LINK;
    else if (strcmp(kind, "transfer") == 0)
        order.kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_TRANSFER;
    else if (strcmp(kind, "order") == 0)
        order.kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_ORDER;
    else if (strcmp(kind, "loan") == 0)
        order.kind = LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_LOAN;
    else
        return ctl_wrong(session, "'%s' is neither link, transfer, order nor loan", kind);
    enum ctl_exit result = ctl_take_id(session, session->args->words[1], &id);
    if (result != CTL_OK)
        return result;
    order.id = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(UNFREEZE));
    request.unfreeze = &order;
    return ctl_give(session, &request, "It goes on from where it stood.");
}
