/*
 * Rules: loaded from a file, listed, shown as they are or will be in force.
 *
 * Invariant: what is shown comes from the documents that the gateway has, put together as the ledger
 * puts them together; nobody is asked to load what they were not shown.
 */
#include "tools/ctl_rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"
#include "domain/rulebook.h"
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_order.h"
#include "tools/ctl_values.h"
#include "util/clock.h"

/* ---- the list ---- */

CTL_PAGE(rules, rules)

static void rules_go_on(const ctl_reply *reply, ctl_request *request) {
    request->list_rules->after = reply->rules->next;
}

static void rules_set_max(ctl_request *request, uint32_t max) {
    request->list_rules->max = max;
}

static const struct ctl_list rules_pages = {.result = CTL_RESULT(RULES),
                                            .shape = &ctl_shape_rules,
                                            .page = rules_page,
                                            .go_on = rules_go_on,
                                            .set_max = rules_set_max,
                                            .row_key = "number"};

enum ctl_exit ctl_rules_list(struct ctl_session *session) {
    static const struct ctl_column columns[] = {
        {"NUMBER", "number", CTL_CELL_RIGHT},
        {"NAME", "name", CTL_CELL_TEXT},
        {"BEGINS", "begins", CTL_CELL_TEXT},
        {"PERIODS", "periods", CTL_CELL_RIGHT},
        {"LOADED", "loaded_at", CTL_CELL_TIME},
        {"UID", "uid", CTL_CELL_RIGHT},
        {"APPROVED", "approver", CTL_CELL_RIGHT},
        {"SOURCE", "source", CTL_CELL_TEXT},
        {NULL, NULL, CTL_CELL_TEXT},
    };
    Linkgate__Admin__V1__ListRules order;
    linkgate__admin__v1__list_rules__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_RULES));
    request.list_rules = &order;
    const char *after = session->args->values[CTL_AFTER];
    if (after != NULL && (after[strspn(after, "0123456789")] != '\0' || strlen(after) > 18))
        return ctl_wrong(session, "--after %s is no number, as rules list shows them", after);
    if (after != NULL)
        order.after = strtoull(after, NULL, 10);
    return ctl_list(session, &rules_pages, &request, columns);
}

/* ---- the book ---- */

static bool add_rows(struct ctl_session *session, struct rulebook *book) {
    const Linkgate__Admin__V1__RulesPage *page = session->reply->rules;
    struct rules_document *document = xcalloc(1, sizeof(*document));
    struct rules_problem problem;
    bool right = true;
    for (size_t i = 0; right && i < page->n_rows; i++) {
        const Linkgate__Admin__V1__RulesRow *row = page->rows[i];
        right = rules_document_decode(span_of(row->document.data, row->document.len), document) &&
                rulebook_add(book, row->number, document, &problem);
    }
    free(document);
    if (!right)
        fprintf(session->errors, "linkgatectl: the gateway has rules that this program cannot "
                                 "read; use the linkgatectl of its version\n");
    return right;
}

/* All that the gateway has. The book is the caller's to deinit, whatever comes. */
static enum ctl_exit get_book(struct ctl_session *session, struct rulebook *book) {
    Linkgate__Admin__V1__ListRules order;
    linkgate__admin__v1__list_rules__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_RULES));
    request.list_rules = &order;
    rulebook_init(book);
    bool more = true;
    while (more) {
        order.max = 100;
        enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(RULES));
        if (result != CTL_OK)
            return result;
        if (!add_rows(session, book))
            return CTL_UNREACHABLE;
        more = session->reply->rules->more;
        order.after = session->reply->rules->next;
    }
    return CTL_OK;
}

/* ---- what is in force ---- */

enum ctl_exit ctl_rules_settlement(struct ctl_session *session, const char *date,
                                   enum settlement *settlement_out) {
    struct rulebook book;
    int64_t day;
    if (!date_parse(span_text(date), &day)) {
        fprintf(session->errors, "linkgatectl: the gateway says what this program cannot read; "
                                 "use the linkgatectl of its version\n");
        return CTL_UNREACHABLE;
    }
    enum ctl_exit result = get_book(session, &book);
    if (result == CTL_OK)
        *settlement_out =
            (enum settlement)rulebook_at(&book, shanghai_day_start_ms(day))->settlement;
    rulebook_deinit(&book);
    return result;
}

static void add_rule(void *context, const char *name, const char *value) {
    json_t *rule = json_object();
    ctl_json_set(rule, "name", json_string(name));
    ctl_json_set(rule, "value", json_string(value));
    ctl_json_add(context, rule);
}

static json_t *values_of(const struct rules *rules) {
    struct rules_period *period = xcalloc(1, sizeof(*period));
    json_t *values = ctl_json_array();
    rules_period_of(rules, period);
    rules_period_tell(period, add_rule, values);
    free(period);
    return values;
}

static json_t *time_of(int64_t unix_ms) {
    char text[TIME_TEXT_SIZE];
    time_format_utc(unix_ms, text);
    return json_string(text);
}

static json_t *in_force(const struct rulebook *book, int64_t at_ms) {
    const struct rules *rules = rulebook_at(book, at_ms);
    const struct rules *next = rules + 1;
    bool replaced = next < book->rows + book->count;
    json_t *object = json_object();
    ctl_json_set(object, "at", time_of(at_ms));
    ctl_json_set(object, "from",
                 rules->document != 0 ? time_of(rules->effective_from_ms) : json_null());
    ctl_json_set(object, "until", replaced ? time_of(next->effective_from_ms) : json_null());
    ctl_json_set(object, "number",
                 rules->document != 0 ? json_integer((json_int_t)rules->document) : json_null());
    ctl_json_set(object, "rules", values_of(rules));
    return object;
}

enum ctl_exit ctl_rules_show(struct ctl_session *session) {
    static const struct ctl_column card[] = {
        {"at", "at", CTL_CELL_TIME},       {"in force from", "from", CTL_CELL_TIME},
        {"until", "until", CTL_CELL_TIME}, {"document", "number", CTL_CELL_TEXT},
        {NULL, NULL, CTL_CELL_TEXT},
    };
    static const struct ctl_column columns[] = {
        {"RULE", "name", CTL_CELL_TEXT},
        {"IS", "value", CTL_CELL_TEXT},
        {NULL, NULL, CTL_CELL_TEXT},
    };
    struct clock clock = clock_system();
    int64_t at_ms = clock_wall_ms(&clock);
    struct rulebook book;
    enum ctl_exit result = ctl_take_time(session, CTL_AT, CTL_TIME_FROM, &at_ms);
    if (result != CTL_OK)
        return result;
    result = get_book(session, &book);
    json_t *object = result == CTL_OK ? in_force(&book, at_ms) : NULL;
    rulebook_deinit(&book);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, object);
        return CTL_OK;
    }
    ctl_print_card(object, card, session->out);
    fputc('\n', session->out);
    ctl_print_table(json_object_get(object, "rules"), columns, session->out);
    json_decref(object);
    return CTL_OK;
}

/* ---- loading ---- */

static const char *value_named(const json_t *values, const char *name) {
    for (size_t i = 0; i < json_array_size(values); i++) {
        const json_t *rule = json_array_get(values, i);
        if (strcmp(json_string_value(json_object_get(rule, "name")), name) == 0)
            return json_string_value(json_object_get(rule, "value"));
    }
    return "none";
}

/* A line for each value that is another than in the row before. */
static void print_changes(const struct rules *before, const struct rules *after, FILE *to) {
    json_t *old = values_of(before);
    json_t *new = values_of(after);
    size_t changed = 0;
    for (size_t i = 0; i < json_array_size(new); i++) {
        const json_t *rule = json_array_get(new, i);
        const char *name = json_string_value(json_object_get(rule, "name"));
        const char *value = json_string_value(json_object_get(rule, "value"));
        const char *was = value_named(old, name);
        if (strcmp(was, value) == 0)
            continue;
        fprintf(to, "  %s\n    is    %s\n    was   %s\n", name, value, was);
        changed++;
    }
    if (changed == 0)
        fprintf(to, "  nothing changes\n");
    json_decref(old);
    json_decref(new);
}

/* Each period against what is in force on the day before it. */
static void print_document(const struct rulebook *after, const struct rules_document *document,
                           FILE *to) {
    fprintf(to, "%s%s%s\n", document->name, document->source[0] != '\0' ? ": " : "",
            document->source);
    for (uint32_t i = 0; i < document->count; i++) {
        int64_t from_ms = shanghai_day_start_ms(document->periods[i].from_day);
        char date[DATE_TEXT_SIZE];
        date_format(document->periods[i].from_day, date);
        fprintf(to, "\nFrom %s on:\n", date);
        print_changes(rulebook_at(after, from_ms - 1), rulebook_at(after, from_ms), to);
    }
}

/* What will be in force is shown, and agreed on. Adds it to the book. */
static enum ctl_exit agree(struct ctl_session *session, struct rulebook *book,
                           const struct rules_document *document) {
    const char *path = session->args->words[0];
    struct rules_problem problem;
    bool asks = session->args->values[CTL_YES] == NULL;
    if (!rulebook_add(book, UINT64_MAX, document, &problem)) {
        ctl_rules_wrong(path, &problem, session->errors);
        return CTL_USAGE;
    }
    if (asks && !ctl_is_terminal(session->in))
        return ctl_wrong(session, "there is no terminal to ask on; give --yes");
    if (!session->args->json)
        print_document(book, document, session->errors);
    if (asks && !ctl_said_yes(session)) {
        fprintf(session->errors, "linkgatectl: nothing was loaded\n");
        return CTL_REFUSED;
    }
    return CTL_OK;
}

static enum ctl_exit give(struct ctl_session *session, const struct rules_document *document) {
    struct buf bytes;
    buf_init(&bytes);
    rules_document_encode(document, &bytes);
    Linkgate__Admin__V1__RulesLoad order;
    linkgate__admin__v1__rules_load__init(&order);
    order.document = (ProtobufCBinaryData){.len = bytes.size, .data = bytes.data};
    ctl_request request = ctl_request_of(CTL_ORDER(RULES_LOAD));
    request.rules_load = &order;
    enum ctl_exit result = ctl_give(session, &request, "Loaded.");
    buf_deinit(&bytes);
    return result;
}

static enum ctl_exit load(struct ctl_session *session, int64_t begin,
                          struct rules_document *document) {
    struct rulebook book;
    if (!ctl_rules_read(session->args->words[0], begin, document, session->errors))
        return CTL_USAGE;
    enum ctl_exit result = get_book(session, &book);
    if (result == CTL_OK)
        result = agree(session, &book, document);
    rulebook_deinit(&book);
    return result == CTL_OK ? give(session, document) : result;
}

enum ctl_exit ctl_rules_load(struct ctl_session *session) {
    const char *text = session->args->values[CTL_BEGIN];
    int64_t begin = -1;
    if (text != NULL && !date_parse(span_text(text), &begin))
        return ctl_wrong(session, "--begin %s is no day: YYYY-MM-DD", text);
    struct rules_document *document = xcalloc(1, sizeof(*document));
    enum ctl_exit result = load(session, begin, document);
    free(document);
    return result;
}
