/*
 * Commands that list and show.
 *
 * Invariant: a list is asked for page by page and holds at most --limit rows; when there are more
 * it says how to go on, so that a cut list is never taken for a whole one.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "domain/link.h"
#include "domain/transfer.h"
#include "tools/ctl_commands.h"
#include "tools/ctl_json.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 100000
#define PAGE_MAX 500

/* A list being gathered. */
struct listing {
    json_t *rows;
    int64_t limit;
    struct id after;
    bool started; /* after stands for a place */
    bool more;
};

static void add_row(struct listing *listing, json_t *row) {
    ENSURE(row != NULL && json_array_append_new(listing->rows, row) == 0);
}

static int64_t room(const struct listing *listing) {
    return listing->limit - (int64_t)json_array_size(listing->rows);
}

static uint32_t page_max(const struct listing *listing) {
    return (uint32_t)(room(listing) < PAGE_MAX ? room(listing) : PAGE_MAX);
}

static ProtobufCBinaryData after_bytes(struct listing *listing) {
    return (ProtobufCBinaryData){.len = listing->started ? ID_SIZE : 0,
                                 .data = listing->after.bytes};
}

/* True: ask for the next page. */
static bool go_on(struct listing *listing, bool more, ProtobufCBinaryData next) {
    listing->more = more;
    listing->started = id_from_span(span_of(next.data, next.len), &listing->after);
    return more && listing->started && room(listing) > 0;
}

static enum ctl_exit take_since(struct ctl_session *session, const char *text,
                                struct id *after_out) {
    static const char units[] = "smhd";
    static const int64_t unit_ms[] = {1000, 60000, 3600000, 86400000};
    char *end;
    long long count = strtoll(text, &end, 10);
    const char *unit = *end != '\0' ? strchr(units, *end) : NULL;
    if (end == text || count < 0 || count > 1000000 || unit == NULL || end[1] != '\0')
        return ctl_wrong(session, "--since %s is no time ago; say 90s, 10m, 2h or 3d", text);
    int64_t ago_ms = (int64_t)count * unit_ms[unit - units];
    int64_t now_ms = (int64_t)time(NULL) * 1000;
    *after_out = id_make(now_ms > ago_ms ? now_ms - ago_ms : 0, 0, 0);
    return CTL_OK;
}

static enum ctl_exit take_limit(struct ctl_session *session, int64_t *limit_out) {
    const char *text = session->args->values[CTL_LIMIT];
    char *end;
    if (text == NULL) {
        *limit_out = LIMIT_DEFAULT;
        return CTL_OK;
    }
    long long limit = strtoll(text, &end, 10);
    if (*end != '\0' || limit < 1 || limit > LIMIT_MAX)
        return ctl_wrong(session, "--limit %s is no number from 1 to %d", text, LIMIT_MAX);
    *limit_out = limit;
    return CTL_OK;
}

/* Reads --limit, --after and --since. On CTL_OK the rows are to be freed by finish. */
static enum ctl_exit begin(struct ctl_session *session, struct listing *listing) {
    const char *after = session->args->values[CTL_AFTER];
    const char *since = session->args->values[CTL_SINCE];
    *listing = (struct listing){0};
    if (after != NULL && since != NULL)
        return ctl_wrong(session, "give --after or --since, not both");
    enum ctl_exit result = take_limit(session, &listing->limit);
    if (result == CTL_OK && after != NULL)
        result = ctl_take_id(session, after, &listing->after);
    if (result == CTL_OK && since != NULL)
        result = take_since(session, since, &listing->after);
    if (result != CTL_OK)
        return result;
    listing->started = after != NULL || since != NULL;
    listing->rows = json_array();
    ENSURE(listing->rows != NULL);
    return CTL_OK;
}

static enum ctl_exit finish(struct ctl_session *session, struct listing *listing,
                            enum ctl_exit result, const char *key,
                            const struct ctl_column *columns) {
    char next[ID_TEXT_SIZE] = "";
    if (listing->more)
        id_format(&listing->after, next);
    if (result == CTL_OK && session->args->json) {
        ctl_dump(session, json_pack("{s:O, s:b, s:s?}", key, listing->rows, "more",
                                    (int)listing->more, "next", listing->more ? next : NULL));
    } else if (result == CTL_OK) {
        ctl_print_table(listing->rows, columns, session->out);
        if (listing->more)
            fprintf(session->errors, "There are more: go on with --after %s\n", next);
    }
    json_decref(listing->rows);
    return result;
}

/* The number of a state's name; upper or lower case. */
static enum ctl_exit take_state(struct ctl_session *session, const char *(*name_of)(uint32_t),
                                uint32_t count, uint32_t *state_out) {
    const char *text = session->args->values[CTL_STATE];
    *state_out = 0;
    if (text == NULL)
        return CTL_OK;
    for (uint32_t i = 1; i < count; i++) {
        if (strcasecmp(name_of(i), text) == 0) {
            *state_out = i;
            return CTL_OK;
        }
    }
    const struct ctl_command *command = session->args->command;
    return ctl_wrong(session, "'%s' is no state; linkgatectl %s %s --help names them", text,
                     command->noun, command->verb);
}

static const char *link_name(uint32_t state) {
    return link_state_name((enum link_state)state);
}

static const char *transfer_name(uint32_t state) {
    return transfer_state_name((enum transfer_state)state);
}

/* ---- links ---- */

static const struct ctl_column link_columns[] = {
    {"LINK", "id", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"FROZEN", "frozen", CTL_CELL_MARK},
    {"REASON", "reason", CTL_CELL_TEXT},
    {"CLASS II BANK", "class2_bank", CTL_CELL_TEXT},
    {"ACCOUNT", "class2_account", CTL_CELL_TEXT},
    {"CLASS I BANK", "class1_bank", CTL_CELL_TEXT},
    {"ACCOUNT", "class1_account", CTL_CELL_TEXT},
    {"REQUESTED", "requested_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_link_list(struct ctl_session *session) {
    struct listing listing;
    Linkgate__Admin__V1__ListLinks order;
    linkgate__admin__v1__list_links__init(&order);
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(LIST_LINKS);
    request.list_links = &order;
    const char *bank = session->args->values[CTL_BANK];
    enum ctl_exit result = take_state(session, link_name, LINK_STATES, &order.state);
    if (result == CTL_OK && bank != NULL)
        result = ctl_take_bank(session, bank, &order.bank);
    if (result == CTL_OK)
        result = begin(session, &listing);
    if (result != CTL_OK)
        return result;
    bool again = true;
    while (again) {
        order.after = after_bytes(&listing);
        order.max = page_max(&listing);
        result = ctl_ask_for(session, &request, CTL_RESULT(LINKS));
        if (result != CTL_OK)
            break;
        const Linkgate__Admin__V1__LinkPage *page = session->reply->links;
        for (size_t i = 0; i < page->n_rows && room(&listing) > 0; i++)
            add_row(&listing, ctl_json_link(page->rows[i]));
        again = go_on(&listing, page->more, page->next);
    }
    return finish(session, &listing, result, "links", link_columns);
}

static const struct ctl_column history_columns[] = {
    {"AT", "at", CTL_CELL_TIME},
    {"STATE", "state", CTL_CELL_TEXT},
    {"CAUSE", "cause", CTL_CELL_TEXT},
    {"BY BANK", "by", CTL_CELL_TEXT},
    {"UID", "uid", CTL_CELL_RIGHT},
    {"REASON", "reason", CTL_CELL_TEXT},
    {"SEQUENCE", "sequence", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

/* One object, as JSON or as a card with its history. */
static enum ctl_exit print_object(struct ctl_session *session, json_t *object,
                                  const struct ctl_column *columns) {
    if (session->args->json) {
        ctl_dump(session, object);
        return CTL_OK;
    }
    ctl_print_card(object, columns, session->out);
    fputc('\n', session->out);
    ctl_print_table(json_object_get(object, "history"), history_columns, session->out);
    json_decref(object);
    return CTL_OK;
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
    {"limit, single", "limit_single_fen", CTL_CELL_FEN},
    {"limit, daily", "limit_daily_fen", CTL_CELL_FEN},
    {"limit, daily count", "limit_daily_count", CTL_CELL_TEXT},
    {"limit, yearly", "limit_yearly_fen", CTL_CELL_FEN},
    {"agreement", "agreement_version", CTL_CELL_TEXT},
    {"agreed at", "agreement_at", CTL_CELL_TIME},
    {"agreed by", "agreement_channel", CTL_CELL_TEXT},
    {"consent to", "consent_purpose", CTL_CELL_TEXT},
    {"consent at", "consent_at", CTL_CELL_TIME},
    {"requested at", "requested_at", CTL_CELL_TIME},
    {"activated at", "activated_at", CTL_CELL_TIME},
    {"request", "open_request", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_link_show(struct ctl_session *session) {
    struct id id;
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    if (result != CTL_OK)
        return result;
    Linkgate__Admin__V1__GetLink order;
    linkgate__admin__v1__get_link__init(&order);
    order.id = (ProtobufCBinaryData){.len = ID_SIZE, .data = id.bytes};
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(GET_LINK);
    request.get_link = &order;
    result = ctl_ask_for(session, &request, CTL_RESULT(LINK));
    if (result != CTL_OK)
        return result;
    return print_object(session, ctl_json_link_detail(session->reply->link), link_card);
}

/* ---- transfers ---- */

static const struct ctl_column transfer_columns[] = {
    {"TRANSFER", "id", CTL_CELL_TEXT},
    {"STATE", "state", CTL_CELL_TEXT},
    {"FROZEN", "frozen", CTL_CELL_MARK},
    {"CONFLICT", "conflict", CTL_CELL_MARK},
    {"REASON", "reason", CTL_CELL_TEXT},
    {"DIRECTION", "direction", CTL_CELL_TEXT},
    {"DEBTOR BANK", "debtor_bank", CTL_CELL_TEXT},
    {"CREDITOR BANK", "creditor_bank", CTL_CELL_TEXT},
    {"AMOUNT", "amount_fen", CTL_CELL_FEN},
    {"RECEIVED", "received_at", CTL_CELL_TIME},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_transfer_list(struct ctl_session *session) {
    struct listing listing;
    struct id link;
    Linkgate__Admin__V1__ListTransfers order;
    linkgate__admin__v1__list_transfers__init(&order);
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(LIST_TRANSFERS);
    request.list_transfers = &order;
    const char *link_text = session->args->values[CTL_LINK];
    enum ctl_exit result = take_state(session, transfer_name, TRANSFER_STATES, &order.state);
    if (result == CTL_OK && link_text != NULL) {
        result = ctl_take_id(session, link_text, &link);
        order.link = (ProtobufCBinaryData){.len = ID_SIZE, .data = link.bytes};
    }
    if (result == CTL_OK)
        result = begin(session, &listing);
    if (result != CTL_OK)
        return result;
    bool again = true;
    while (again) {
        order.after = after_bytes(&listing);
        order.max = page_max(&listing);
        result = ctl_ask_for(session, &request, CTL_RESULT(TRANSFERS));
        if (result != CTL_OK)
            break;
        const Linkgate__Admin__V1__TransferPage *page = session->reply->transfers;
        for (size_t i = 0; i < page->n_rows && room(&listing) > 0; i++)
            add_row(&listing, ctl_json_transfer(page->rows[i]));
        again = go_on(&listing, page->more, page->next);
    }
    return finish(session, &listing, result, "transfers", transfer_columns);
}

static const struct ctl_column transfer_card[] = {
    {"transfer", "id", CTL_CELL_TEXT},
    {"state", "state", CTL_CELL_TEXT},
    {"frozen", "frozen", CTL_CELL_YES},
    {"conflict", "conflict", CTL_CELL_YES},
    {"reason", "reason", CTL_CELL_TEXT},
    {"detail", "detail", CTL_CELL_TEXT},
    {"waits for", "waits_for", CTL_CELL_TEXT},
    {"kind", "kind", CTL_CELL_TEXT},
    {"direction", "direction", CTL_CELL_TEXT},
    {"amount", "amount_fen", CTL_CELL_FEN},
    {"debtor bank", "debtor_bank", CTL_CELL_TEXT},
    {"creditor bank", "creditor_bank", CTL_CELL_TEXT},
    {"submitted by", "submitter", CTL_CELL_TEXT},
    {"instructed", "instructed", CTL_CELL_TEXT},
    {"link", "link", CTL_CELL_TEXT},
    {"request", "request", CTL_CELL_TEXT},
    {"end-to-end id", "end_to_end_id", CTL_CELL_TEXT},
    {"bank's reference", "reference", CTL_CELL_TEXT},
    {"book date", "book_date", CTL_CELL_TEXT},
    {"received at", "received_at", CTL_CELL_TIME},
    {"deadline", "deadline_at", CTL_CELL_TIME},
    {"accepted at", "accepted_at", CTL_CELL_TIME},
    {"credited at", "credited_at", CTL_CELL_TIME},
    {"window", "window", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_transfer_show(struct ctl_session *session) {
    struct id id;
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &id);
    if (result != CTL_OK)
        return result;
    Linkgate__Admin__V1__GetTransfer order;
    linkgate__admin__v1__get_transfer__init(&order);
    order.id = (ProtobufCBinaryData){.len = ID_SIZE, .data = id.bytes};
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(GET_TRANSFER);
    request.get_transfer = &order;
    result = ctl_ask_for(session, &request, CTL_RESULT(TRANSFER));
    if (result != CTL_OK)
        return result;
    return print_object(session, ctl_json_transfer_detail(session->reply->transfer), transfer_card);
}

/* ---- banks, nets and positions: tables that are read whole, ROWS_MAX at most ---- */

#define ROWS_MAX 100000

static const struct ctl_column bank_columns[] = {
    {"BANK", "code", CTL_CELL_TEXT},          {"NAME", "name", CTL_CELL_TEXT},
    {"ACTIVE", "active", CTL_CELL_YES},       {"ONLINE", "online", CTL_CELL_YES},
    {"ROLES", "roles", CTL_CELL_TEXT},        {"PINS", "pins", CTL_CELL_TEXT},
    {"CHANGED", "changed_at", CTL_CELL_TIME}, {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_bank_list(struct ctl_session *session) {
    struct listing listing = {.rows = json_array(), .limit = ROWS_MAX};
    Linkgate__Admin__V1__ListBanks order;
    linkgate__admin__v1__list_banks__init(&order);
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(LIST_BANKS);
    request.list_banks = &order;
    enum ctl_exit result;
    do {
        result = ctl_ask_for(session, &request, CTL_RESULT(BANKS));
        if (result != CTL_OK)
            break;
        const Linkgate__Admin__V1__BankPage *page = session->reply->banks;
        for (size_t i = 0; i < page->n_rows; i++)
            add_row(&listing, ctl_json_bank(page->rows[i]));
        order.after = page->next;
        listing.more = page->more;
    } while (listing.more && room(&listing) > 0);
    if (result == CTL_OK && session->args->json)
        ctl_dump(session, json_pack("{s:O}", "banks", listing.rows));
    else if (result == CTL_OK)
        ctl_print_table(listing.rows, bank_columns, session->out);
    json_decref(listing.rows);
    return result;
}

static enum ctl_exit gather_nets(struct ctl_session *session, struct listing *listing) {
    Linkgate__Admin__V1__ListNets order;
    linkgate__admin__v1__list_nets__init(&order);
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(LIST_NETS);
    request.list_nets = &order;
    char currency[CURRENCY_SIZE] = "";
    do {
        enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(NETS));
        if (result != CTL_OK)
            return result;
        const Linkgate__Admin__V1__NetPage *page = session->reply->nets;
        for (size_t i = 0; i < page->n_rows; i++) {
            const Linkgate__Admin__V1__NetRow *row = page->rows[i];
            add_row(listing, ctl_json_net(row));
            order.after_window = row->window;
            order.after_low = row->low;
            order.after_high = row->high;
            snprintf(currency, sizeof(currency), "%s", row->currency);
            order.after_currency = currency;
        }
        listing->more = page->more && page->n_rows > 0;
    } while (listing->more && room(listing) > 0);
    return CTL_OK;
}

static enum ctl_exit gather_positions(struct ctl_session *session, struct listing *listing) {
    Linkgate__Admin__V1__ListPositions order;
    linkgate__admin__v1__list_positions__init(&order);
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = CTL_ORDER(LIST_POSITIONS);
    request.list_positions = &order;
    char currency[CURRENCY_SIZE] = "";
    do {
        enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(POSITIONS));
        if (result != CTL_OK)
            return result;
        const Linkgate__Admin__V1__PositionPage *page = session->reply->positions;
        for (size_t i = 0; i < page->n_rows; i++) {
            add_row(listing, ctl_json_position(page->rows[i]));
            order.after_bank = page->rows[i]->bank;
            snprintf(currency, sizeof(currency), "%s", page->rows[i]->currency);
            order.after_currency = currency;
        }
        listing->more = page->more && page->n_rows > 0;
    } while (listing->more && room(listing) > 0);
    return CTL_OK;
}

static const struct ctl_column net_columns[] = {
    {"WINDOW", "window", CTL_CELL_RIGHT},    {"BANK", "low", CTL_CELL_TEXT},
    {"WITH", "high", CTL_CELL_TEXT},         {"NET", "net_fen", CTL_CELL_FEN},
    {"TO BANK", "to_low_fen", CTL_CELL_FEN}, {"TO OTHER", "to_high_fen", CTL_CELL_FEN},
    {"TRANSFERS", "count", CTL_CELL_RIGHT},  {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column position_columns[] = {
    {"BANK", "bank", CTL_CELL_TEXT},
    {"RESERVED", "reserved_outgoing_fen", CTL_CELL_FEN},
    {"UNSETTLED NET", "unsettled_net_fen", CTL_CELL_FEN},
    {NULL, NULL, CTL_CELL_TEXT},
};

enum ctl_exit ctl_net_list(struct ctl_session *session) {
    struct listing nets = {.rows = json_array(), .limit = ROWS_MAX};
    struct listing positions = {.rows = json_array(), .limit = ROWS_MAX};
    enum ctl_exit result = gather_nets(session, &nets);
    if (result == CTL_OK)
        result = gather_positions(session, &positions);
    if (result == CTL_OK && session->args->json) {
        ctl_dump(session, json_pack("{s:O, s:O}", "nets", nets.rows, "positions", positions.rows));
    } else if (result == CTL_OK) {
        ctl_print_table(nets.rows, net_columns, session->out);
        fputc('\n', session->out);
        ctl_print_table(positions.rows, position_columns, session->out);
    }
    json_decref(nets.rows);
    json_decref(positions.rows);
    return result;
}
