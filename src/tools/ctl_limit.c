/*
 * What a link's account used of the limits of its class, and the link of its agreed ones.
 *
 * Invariant: the account is named by its link and shown by its last four digits; whoever has only
 * its number finds the link by `link search`.
 */
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_values.h"

static const struct ctl_column card[] = {
    {"link", "link", CTL_CELL_TEXT},
    {"Class II bank", "class2_bank", CTL_CELL_TEXT},
    {"account", "class2_account", CTL_CELL_TEXT},
    {"account class", "class2_class", CTL_CELL_TEXT},
    {"opened", "opening", CTL_CELL_TEXT},
    {"had money from the bound account", "funded", CTL_CELL_YES},
    {"at", "at", CTL_CELL_TIME},
    {"by rules", "rules", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column bucket_columns[] = {
    {"OF ITS CLASS", "bucket", CTL_CELL_TEXT},
    {"PERIOD", "period", CTL_CELL_TEXT},
    {"LIMIT", "limit_fen", CTL_CELL_FEN},
    {"USED", "used_fen", CTL_CELL_FEN},
    {"RESERVED", "reserved_fen", CTL_CELL_FEN},
    {"ITS BANK SAID", "word_fen", CTL_CELL_FEN},
    {"LEFT", "left_fen", CTL_CELL_FEN},
    {"BEGINS ANEW", "resets_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column agreed_columns[] = {
    {"AGREED", "period", CTL_CELL_TEXT},
    {"LIMIT", "limit_fen", CTL_CELL_FEN},
    {"USED OR RESERVED", "taken_fen", CTL_CELL_FEN},
    {"LEFT", "left_fen", CTL_CELL_FEN},
    {"AT MOST", "limit_count", CTL_CELL_LIMIT},
    {"TRANSFERS", "taken_count", CTL_CELL_RIGHT},
    {"BEGINS ANEW", "resets_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_limit_show(struct ctl_session *session) {
    struct id id;
    Linkgate__Admin__V1__GetLimits order;
    linkgate__admin__v1__get_limits__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    order.link = ctl_id_bytes(&id);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_LIMITS));
    request.get_limits = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(LIMITS));
    if (result != CTL_OK)
        return result;
    json_t *detail = ctl_json(&ctl_shape_limits_detail, session->reply->limits);
    if (session->args->json) {
        ctl_dump(session, detail);
        return CTL_OK;
    }
    ctl_print_card(detail, card, session->out);
    fputc('\n', session->out);
    ctl_print_table(json_object_get(detail, "buckets"), bucket_columns, session->out);
    fputc('\n', session->out);
    ctl_print_table(json_object_get(detail, "agreed"), agreed_columns, session->out);
    json_decref(detail);
    return CTL_OK;
}
