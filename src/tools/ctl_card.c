/*
 * Applications for cards of the Class I bank. Operators look; only banks and customers decide. The
 * story of one is told in ctl_explain_card.c.
 */
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_object.h"
#include "tools/ctl_values.h"

CTL_PAGES(cards, cards, list_cards)

static const struct ctl_list card_pages = {.result = CTL_RESULT(CARDS),
                                           .shape = &ctl_shape_card,
                                           .page = cards_page,
                                           .go_on = cards_go_on,
                                           .set_max = cards_set_max,
                                           .row_key = "id",
                                           .by_id = true};

const struct ctl_column ctl_card_columns[] = {
    {"CARD", "id", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"CLASS II BANK", "class2_bank", CTL_CELL_TEXT},
    {"CLASS I BANK", "class1_bank", CTL_CELL_TEXT},
    {"NUMBER", "masked", CTL_CELL_TEXT},
    {"APPLIED AT", "applied_at", CTL_CELL_TIME},
    {"DUE AT", "due_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_card_list(struct ctl_session *session) {
    struct id place;
    Linkgate__Admin__V1__ListCards order;
    linkgate__admin__v1__list_cards__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_CARDS));
    request.list_cards = &order;
    enum ctl_exit result =
        ctl_take_which(session, &ctl_card_states, &order.state, &order.bank, &place, &order.after);
    return result == CTL_OK ? ctl_list(session, &card_pages, &request, ctl_card_columns) : result;
}

static const struct ctl_column card[] = {
    {"card", "id", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"reason", "reason", CTL_CELL_TEXT},
    {"waits for", "waits_for", CTL_CELL_TEXT},
    {"due at", "due_at", CTL_CELL_TIME},
    {"Class II bank", "class2_bank", CTL_CELL_TEXT},
    {"Class I bank", "class1_bank", CTL_CELL_TEXT},
    {"delivery", "delivery", CTL_CELL_TEXT},
    {"number ends with", "masked", CTL_CELL_TEXT},
    {"numbers issued", "issues", CTL_CELL_TEXT},
    {"link of its number", "link", CTL_CELL_TEXT},
    {"applied at", "applied_at", CTL_CELL_TIME},
    {"issued at", "issued_at", CTL_CELL_TIME},
    {"sent at", "dispatched_at", CTL_CELL_TIME},
    {"activated at", "activated_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column step_columns[] = {
    {"AT", "at", CTL_CELL_TIME},
    {"EVENT", "event", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"CAUSE", "cause", CTL_CELL_TEXT},
    {"BY BANK", "by", CTL_CELL_TEXT},
    {"REASON", "reason", CTL_CELL_TEXT},
    {"SEQUENCE", "sequence", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_get_card(struct ctl_session *session, json_t **card_out) {
    struct id id;
    Linkgate__Admin__V1__GetCard order;
    linkgate__admin__v1__get_card__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    order.id = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_CARD));
    request.get_card = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(CARD_DETAIL));
    if (result == CTL_OK)
        *card_out = ctl_json(&ctl_shape_card_detail, session->reply->card_detail);
    return result;
}

enum ctl_exit ctl_card_show(struct ctl_session *session) {
    json_t *detail;
    enum ctl_exit result = ctl_get_card(session, &detail);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, detail);
        return CTL_OK;
    }
    ctl_print_card(detail, card, session->out);
    fputc('\n', session->out);
    ctl_print_table(json_object_get(detail, "history"), step_columns, session->out);
    json_decref(detail);
    return CTL_OK;
}
