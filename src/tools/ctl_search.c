/*
 * Searches: links of an account or a person, and what else the person has.
 *
 * Invariant: an account's or an identity card's number is read from the terminal or a pipe and goes
 * to the gateway alone: it never stands in the command line, in what is printed, or in an error.
 */
#include <string.h>

#include "domain/link.h"
#include "tools/ctl_bought.h"
#include "tools/ctl_commands.h"
#include "tools/ctl_object.h"
#include "tools/ctl_values.h"
#include "util/clock.h"

/* A line of `in`, without its end, into text; asked for on a terminal. */
static enum ctl_exit read_number(struct ctl_session *session, const char *what,
                                 char text[CTL_NUMBER_SIZE]) {
    if (ctl_is_terminal(session->in))
        fprintf(session->errors, "%s: ", what);
    if (fgets(text, CTL_NUMBER_SIZE, session->in) == NULL)
        return ctl_wrong(session, "no %s came; type it, or pipe it in", what);
    text[strcspn(text, "\r\n")] = '\0';
    return CTL_OK;
}

/* The option was given as "-", and nothing else. */
static enum ctl_exit only_dash(struct ctl_session *session, enum ctl_option option) {
    if (strcmp(session->args->values[option], "-") == 0)
        return CTL_OK;
    return ctl_wrong(session,
                     "numbers of people do not belong into a command line: others see it, and the "
                     "shell keeps it (take it out of your history); give %s - and type the number "
                     "when asked",
                     ctl_option_row(option)->name);
}

enum ctl_exit ctl_take_account(struct ctl_session *session, char number[CTL_NUMBER_SIZE],
                               Linkgate__Admin__V1__Search *order) {
    enum ctl_exit result = only_dash(session, CTL_ACCOUNT);
    if (result == CTL_OK && session->args->values[CTL_BANK] == NULL)
        result = ctl_wrong(session, "--account needs --bank: whose account it is");
    if (result == CTL_OK)
        result = ctl_take_bank_option(session, &order->bank);
    if (result == CTL_OK)
        result = read_number(session, "account number", number);
    if (result == CTL_OK && !account_number_valid(span_text(number)))
        result =
            ctl_wrong(session, "that is no account number: 5 to 34 digits and capital letters, "
                               "without blanks");
    order->account = number;
    return result;
}

static enum ctl_exit take_person(struct ctl_session *session, char number[CTL_NUMBER_SIZE],
                                 Linkgate__Admin__V1__Search *order) {
    char canonical[RESIDENT_ID_SIZE + 1];
    struct clock clock = clock_system();
    enum ctl_exit result = only_dash(session, CTL_ID_NUMBER);
    if (result == CTL_OK && session->args->values[CTL_BANK] != NULL)
        result = ctl_wrong(session, "--bank belongs to --account; a person is looked for at all "
                                    "banks");
    if (result == CTL_OK)
        result = read_number(session, "identity card's number", number);
    if (result == CTL_OK && !resident_id_parse(span_text(number), clock_wall_ms(&clock), canonical))
        result = ctl_wrong(session, "that is no identity card's number: 17 digits and a check "
                                    "character, which does not fit the others, or the birth date "
                                    "does not exist");
    if (result != CTL_OK)
        return result;
    memcpy(number, canonical, sizeof(canonical));
    order->id_type = ID_TYPE_RESIDENT;
    order->id_number = number;
    return CTL_OK;
}

enum ctl_exit ctl_ask_search(struct ctl_session *session) {
    const char *const *values = session->args->values;
    char number[CTL_NUMBER_SIZE];
    Linkgate__Admin__V1__Search order;
    linkgate__admin__v1__search__init(&order);
    if ((values[CTL_ACCOUNT] == NULL) == (values[CTL_ID_NUMBER] == NULL))
        return ctl_wrong(session, "search by what? give --account - with --bank CODE, or "
                                  "--id-number -");
    enum ctl_exit result = values[CTL_ACCOUNT] != NULL ? ctl_take_account(session, number, &order)
                                                       : take_person(session, number, &order);
    ctl_request request = ctl_request_of(CTL_ORDER(SEARCH));
    request.search = &order;
    if (result == CTL_OK)
        result = ctl_ask_for(session, &request, CTL_RESULT(LINKS));
    explicit_bzero(number, sizeof(number));
    return result;
}

enum ctl_exit ctl_link_search(struct ctl_session *session) {
    enum ctl_exit result = ctl_ask_search(session);
    if (result != CTL_OK)
        return result;
    const Linkgate__Admin__V1__LinkPage *page = session->reply->links;
    json_t *rows = ctl_json_array();
    for (size_t i = 0; i < page->n_rows; i++)
        ctl_json_add(rows, ctl_json(&ctl_shape_link, page->rows[i]));
    if (session->args->json)
        ctl_dump(session, json_pack("{s:O, s:b, s:n}", session->args->command->rows, rows, "more",
                                    (int)page->more, "next"));
    else
        ctl_print_table(rows, ctl_link_columns, session->out);
    if (page->more && !session->args->json)
        fprintf(session->errors, "There are more, which a search does not show\n");
    json_decref(rows);
    return CTL_OK;
}

/* ---- all that a person has ---- */

static void print_found(const json_t *found, const char *key, const char *heading,
                        const struct ctl_column *columns, FILE *to) {
    const json_t *rows = json_object_get(found, key);
    fprintf(to, "%s%s\n", heading, json_array_size(rows) == 0 ? ": none" : ":");
    if (json_array_size(rows) > 0)
        ctl_print_table(rows, columns, to);
}

enum ctl_exit ctl_search(struct ctl_session *session) {
    enum ctl_exit result = ctl_ask_search(session);
    if (result != CTL_OK)
        return result;
    const Linkgate__Admin__V1__LinkPage *page = session->reply->links;
    bool more = page->more || page->more_else;
    json_t *found = ctl_json(&ctl_shape_found, page);
    if (session->args->json) {
        ctl_dump(session, found);
        return CTL_OK;
    }
    print_found(found, "links", "Links", ctl_link_columns, session->out);
    print_found(found, "cards", "Applications for cards", ctl_card_columns, session->out);
    print_found(found, "orders", "Orders of products", ctl_order_columns, session->out);
    print_found(found, "loans", "Loans", ctl_loan_columns, session->out);
    if (more)
        fprintf(session->errors, "There are more, which a search does not show\n");
    json_decref(found);
    return CTL_OK;
}
