/*
 * Links: lists, details, holds, unmasking. Searches are ctl_search.c's, their story is told in
 * ctl_explain_link.c.
 *
 * Invariant: accounts are shown by their last four digits, but for those that two people asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/link.h"
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_object.h"
#include "tools/ctl_order.h"
#include "tools/ctl_values.h"

CTL_PAGES(links, links, list_links)

static const struct ctl_list link_pages = {.result = CTL_RESULT(LINKS),
                                           .shape = &ctl_shape_link,
                                           .page = links_page,
                                           .go_on = links_go_on,
                                           .set_max = links_set_max,
                                           .row_key = "id",
                                           .by_id = true};

const struct ctl_column ctl_link_columns[] = {
    {"LINK", "id", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"FROZEN", "frozen", CTL_CELL_MARK},
    {"HOLDS", "holds", CTL_CELL_RIGHT},
    {"AMENDING", "amending", CTL_CELL_MARK},
    {"REASON", "reason", CTL_CELL_TEXT},
    {"CLASS II BANK", "class2_bank", CTL_CELL_TEXT},
    {"ACCOUNT", "class2_account", CTL_CELL_TEXT},
    {"CLASS I BANK", "class1_bank", CTL_CELL_TEXT},
    {"ACCOUNT", "class1_account", CTL_CELL_TEXT},
    {"REQUESTED", "requested_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_link_list(struct ctl_session *session) {
    struct id place;
    Linkgate__Admin__V1__ListLinks order;
    linkgate__admin__v1__list_links__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_LINKS));
    request.list_links = &order;
    order.held = session->args->values[CTL_HELD] != NULL;
    order.amending = session->args->values[CTL_AMENDING] != NULL;
    enum ctl_exit result =
        ctl_take_which(session, &ctl_link_states, &order.state, &order.bank, &place, &order.after);
    return result == CTL_OK ? ctl_list(session, &link_pages, &request, ctl_link_columns) : result;
}

static const struct ctl_column link_card[] = {
    {"link", "id", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"frozen", "frozen", CTL_CELL_YES},
    {"reason", "reason", CTL_CELL_TEXT},
    {"waits for", "waits_for", CTL_CELL_TEXT},
    {"waits until", "waits_until", CTL_CELL_TIME},
    {"Class II bank", "class2_bank", CTL_CELL_TEXT},
    {"Class II account", "class2_account", CTL_CELL_TEXT},
    {"account class", "class2_class", CTL_CELL_TEXT},
    {"Class I bank", "class1_bank", CTL_CELL_TEXT},
    {"Class I account", "class1_account", CTL_CELL_TEXT},
    {"scopes", "scopes", CTL_CELL_TEXT},
    {"limit, single", "limit_single_fen", CTL_CELL_LIMIT},
    {"limit, daily", "limit_daily_fen", CTL_CELL_LIMIT},
    {"limit, daily count", "limit_daily_count", CTL_CELL_LIMIT},
    {"limit, yearly", "limit_yearly_fen", CTL_CELL_LIMIT},
    {"agreement", "agreement_version", CTL_CELL_TEXT},
    {"agreed at", "agreement_at", CTL_CELL_TIME},
    {"agreed by", "agreement_channel", CTL_CELL_TEXT},
    {"agreement ends", "agreement_ends_at", CTL_CELL_TIME},
    {"consent to", "consent_purpose", CTL_CELL_TEXT},
    {"consent at", "consent_at", CTL_CELL_TIME},
    {"consent withdrawn", "consent_withdrawn_at", CTL_CELL_TIME},
    {"requested at", "requested_at", CTL_CELL_TIME},
    {"activated at", "activated_at", CTL_CELL_TIME},
    {"blocked by holds", "blocked", CTL_CELL_TEXT},
    {"cool-down until", "cool_down_until", CTL_CELL_TIME},
    {"asked again at", "recheck_due_at", CTL_CELL_TIME},
    {"takes the place of", "replaces", CTL_CELL_TEXT},
    {"replaced by", "replaced_by", CTL_CELL_TEXT},
    {"open transfers", "open_transfers", CTL_CELL_TEXT},
    {"open orders", "open_orders", CTL_CELL_TEXT},
    {"open loans", "open_loans", CTL_CELL_TEXT},
    {"request", "open_request", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column hold_columns[] = {
    {"HOLD", "id", CTL_CELL_TEXT},
    {"AUTHORITY", "authority", CTL_CELL_TEXT},
    {"BY BANK", "by", CTL_CELL_TEXT},
    {"REASON", "reason", CTL_CELL_TEXT},
    {"REFERENCE", "reference", CTL_CELL_TEXT},
    {"BLOCKS", "blocks", CTL_CELL_TEXT},
    {"PLACED", "placed_at", CTL_CELL_TIME},
    {"ENDS", "expires_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_link_show(struct ctl_session *session) {
    json_t *link;
    enum ctl_exit result = ctl_get_link(session, &link);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, link);
        return CTL_OK;
    }
    ctl_print_card(link, link_card, session->out);
    fputc('\n', session->out);
    if (json_array_size(json_object_get(link, "hold_list")) > 0) {
        ctl_print_table(json_object_get(link, "hold_list"), hold_columns, session->out);
        fputc('\n', session->out);
    }
    ctl_print_history(link, session->out);
    json_decref(link);
    return CTL_OK;
}

/* ---- orders ---- */

static enum ctl_exit take_hold(struct ctl_session *session, Linkgate__Admin__V1__HoldPlace *order) {
    const char *reason = session->args->values[CTL_REASON];
    order->blocks = HOLD_BLOCKS_ALL;
    enum ctl_exit result = ctl_take_bits(session, CTL_BLOCK, &ctl_blocks, "block", &order->blocks);
    if (result == CTL_OK && reason != NULL && !reason_code_valid(span_text(reason)))
        result = ctl_wrong(session,
                           "--reason %s is no ISO 20022 code: four capital letters or "
                           "digits, such as FR01 or AM07",
                           reason);
    if (result == CTL_OK)
        result = ctl_take_time(session, CTL_UNTIL, CTL_TIME_UNTIL, &order->expires_at_ms);
    return result;
}

enum ctl_exit ctl_link_hold(struct ctl_session *session) {
    const char *const *values = session->args->values;
    struct id link;
    Linkgate__Admin__V1__HoldPlace order;
    linkgate__admin__v1__hold_place__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &link);
    if (result == CTL_OK)
        result = take_hold(session, &order);
    if (result != CTL_OK)
        return result;
    char *reason = xstrdup(values[CTL_REASON] != NULL ? values[CTL_REASON] : "");
    char *reference = xstrdup(values[CTL_REFERENCE] != NULL ? values[CTL_REFERENCE] : "");
    order.link = ctl_id_bytes(&link);
    order.reason = reason;
    order.reference = reference;
    ctl_request request = ctl_request_of(CTL_ORDER(HOLD_PLACE));
    request.hold_place = &order;
    result = ctl_give(session, &request, "The link is held; link show has the hold's id.");
    free(reason);
    free(reference);
    return result;
}

enum ctl_exit ctl_link_lift(struct ctl_session *session) {
    struct id link, hold;
    Linkgate__Admin__V1__HoldLift order;
    linkgate__admin__v1__hold_lift__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &link);
    if (result == CTL_OK)
        result = ctl_take_id(session, session->args->words[1], &hold);
    if (result != CTL_OK)
        return result;
    order.link = ctl_id_bytes(&link);
    order.hold = ctl_id_bytes(&hold);
    ctl_request request = ctl_request_of(CTL_ORDER(HOLD_LIFT));
    request.hold_lift = &order;
    return ctl_give(session, &request, "The hold is lifted.");
}

enum ctl_exit ctl_link_unmask(struct ctl_session *session) {
    struct id link;
    Linkgate__Admin__V1__Unmask order;
    linkgate__admin__v1__unmask__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &link);
    order.link = ctl_id_bytes(&link);
    ctl_request request = ctl_request_of(CTL_ORDER(UNMASK));
    request.unmask = &order;
    return result == CTL_OK ? ctl_give(session, &request, "It can be read now.") : result;
}

static const struct ctl_column number_card[] = {
    {"link", "link", CTL_CELL_TEXT},
    {"Class II bank", "class2_bank", CTL_CELL_TEXT},
    {"Class II account", "class2_number", CTL_CELL_TEXT},
    {"Class I bank", "class1_bank", CTL_CELL_TEXT},
    {"Class I account", "class1_number", CTL_CELL_TEXT},
    {"readable until", "until", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_link_numbers(struct ctl_session *session) {
    struct id approval;
    Linkgate__Admin__V1__ReadUnmasked order;
    linkgate__admin__v1__read_unmasked__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &approval);
    order.approval = ctl_id_bytes(&approval);
    ctl_request request = ctl_request_of(CTL_ORDER(READ_UNMASKED));
    request.read_unmasked = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(UNMASKED));
    if (result != CTL_OK)
        return result;
    json_t *numbers = ctl_json(&ctl_shape_unmasked, session->reply->unmasked);
    if (session->args->json) {
        ctl_dump(session, numbers);
        return CTL_OK;
    }
    ctl_print_card(numbers, number_card, session->out);
    json_decref(numbers);
    return CTL_OK;
}
