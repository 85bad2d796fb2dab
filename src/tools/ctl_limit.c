/*
 * What a link's account used of the limits of its class, and the link of its agreed ones.
 *
 * Invariant: the account is shown by its last four digits; a number is read as for `link search`,
 * and its search is recorded.
 */
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_object.h"
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

static enum ctl_exit show(struct ctl_session *session, struct id *link) {
    Linkgate__Admin__V1__GetLimits order;
    linkgate__admin__v1__get_limits__init(&order);
    order.link = ctl_id_bytes(link);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_LIMITS));
    request.get_limits = &order;
    enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(LIMITS));
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

enum ctl_exit ctl_limit_show(struct ctl_session *session) {
    struct id id;
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    return result == CTL_OK ? show(session, &id) : result;
}

/* A link of which that is the Class II or III account: all of them share its limits. */
static bool choose(const Linkgate__Admin__V1__LinkPage *page, uint64_t bank, const char *number,
                   struct id *link_out) {
    size_t size = strlen(number);
    for (size_t i = 0; i < page->n_rows; i++) {
        const Linkgate__Admin__V1__LinkRow *row = page->rows[i];
        size_t shown = strlen(row->class2_masked);
        if (row->class2_bank == bank && shown <= size &&
            strcmp(number + size - shown, row->class2_masked) == 0)
            return id_from_span(span_of(row->id.data, row->id.len), link_out);
    }
    return false;
}

enum ctl_exit ctl_limit_search(struct ctl_session *session) {
    char number[CTL_NUMBER_SIZE] = "";
    struct id link = {{0}};
    Linkgate__Admin__V1__Search order;
    linkgate__admin__v1__search__init(&order);
    if (session->args->values[CTL_ACCOUNT] == NULL)
        return ctl_wrong(session, "search by what? give --account - with --bank CODE");
    enum ctl_exit result = ctl_take_account(session, number, &order);
    ctl_request request = ctl_request_of(CTL_ORDER(SEARCH));
    request.search = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(LINKS));
    bool found = result == CTL_OK && choose(session->reply->links, order.bank, number, &link);
    explicit_bzero(number, sizeof(number));
    if (result != CTL_OK)
        return result;
    if (found)
        return show(session, &link);
    fprintf(
        session->errors,
        "linkgatectl: no link has that as its Class II or III account; others have no limits\n");
    return CTL_REFUSED;
}
