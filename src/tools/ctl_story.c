/*
 * Stories: their parts, who did what, and how they are printed.
 *
 * Invariant: what is printed for people is the JSON of --json, line by line. Names of people are
 * not here, and accounts are their last four: the gateway sends nothing else.
 */
#include "tools/ctl_story.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "domain/product_units.h"
#include "tools/ctl_object.h"
#include "tools/ctl_order.h"
#include "tools/ctl_values.h"
#include "util/clock.h"

#define LINE_MAX_SIZE 640
#define WIDTH 96

/* ---- members ---- */

const char *ctl_text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

int64_t ctl_number_of(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

bool ctl_flag_of(const json_t *object, const char *key) {
    return json_is_true(json_object_get(object, key));
}

int64_t ctl_ms_of(const json_t *object, const char *key) {
    int64_t ms = 0;
    (void)ctl_time_parse(ctl_text_of(object, key), CTL_TIME_FROM, 0, &ms);
    return ms;
}

void ctl_time_of(const json_t *object, const char *key, char text_out[CTL_SHORT_TIME_SIZE]) {
    char text[CTL_TIME_SIZE] = "";
    int64_t ms = ctl_ms_of(object, key);
    if (ms != 0)
        ctl_time_format(ms, text);
    snprintf(text_out, CTL_SHORT_TIME_SIZE, "%.19s", text);
}

void ctl_money_of(const json_t *object, const char *key, char text_out[CTL_MONEY_SIZE]) {
    char amount[FEN_TEXT_SIZE];
    const char *currency = ctl_text_of(object, "currency");
    fen_format(ctl_number_of(object, key), amount);
    snprintf(text_out, CTL_MONEY_SIZE, "%s %s", amount, currency[0] != '\0' ? currency : "CNY");
}

static void parts_of(const json_t *object, const char *key, int64_t parts, int digits,
                     char text_out[CTL_MONEY_SIZE]) {
    int64_t number = ctl_number_of(object, key);
    snprintf(text_out, CTL_MONEY_SIZE, "%" PRId64 ".%0*" PRId64, number / parts, digits,
             number > 0 ? number % parts : 0);
}

void ctl_units_of(const json_t *object, const char *key, char text_out[CTL_MONEY_SIZE]) {
    parts_of(object, key, PRODUCT_UNIT_PARTS, 4, text_out);
}

void ctl_price_of(const json_t *object, const char *key, char text_out[CTL_MONEY_SIZE]) {
    parts_of(object, key, PRODUCT_PRICE_PARTS, 6, text_out);
}

void ctl_names_of(const json_t *array, char *text_out, size_t size) {
    size_t used = 0;
    snprintf(text_out, size, "nothing");
    for (size_t i = 0; i < json_array_size(array) && used < size; i++)
        used += (size_t)snprintf(text_out + used, size - used, "%s%s", i > 0 ? ", " : "",
                                 json_string_value(json_array_get(array, i)));
}

void ctl_span_text(int64_t ms, char text_out[CTL_SHORT_TIME_SIZE]) {
    int64_t seconds = ms > 0 ? ms / 1000 : 0;
    if (seconds < 60)
        snprintf(text_out, CTL_SHORT_TIME_SIZE, "%d s", (int)seconds);
    else if (seconds < 3600)
        snprintf(text_out, CTL_SHORT_TIME_SIZE, "%d min", (int)(seconds / 60));
    else if (seconds < 48 * 3600)
        snprintf(text_out, CTL_SHORT_TIME_SIZE, "%d h %d min", (int)(seconds / 3600),
                 (int)(seconds / 60 % 60));
    else
        snprintf(text_out, CTL_SHORT_TIME_SIZE, "%" PRId64 " days", seconds / 86400);
}

/* ---- banks ---- */

const struct ctl_story_bank *ctl_bank_of(const struct ctl_story *story, const char *code) {
    for (size_t i = 0; i < CTL_STORY_BANKS; i++) {
        if (story->banks[i].known && strcmp(story->banks[i].code, code) == 0)
            return &story->banks[i];
    }
    return NULL;
}

void ctl_bank_text(const struct ctl_story *story, const char *code,
                   char text_out[CTL_BANK_TEXT_SIZE]) {
    const struct ctl_story_bank *bank = ctl_bank_of(story, code);
    if (code[0] == '\0')
        snprintf(text_out, CTL_BANK_TEXT_SIZE, "the gateway");
    else if (bank != NULL)
        snprintf(text_out, CTL_BANK_TEXT_SIZE, "bank %s (%s)", code, bank->name);
    else
        snprintf(text_out, CTL_BANK_TEXT_SIZE, "bank %s", code);
}

static void ask_bank(struct ctl_session *session, const char *code, struct ctl_story_bank *bank) {
    Linkgate__Admin__V1__GetBank order;
    linkgate__admin__v1__get_bank__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_BANK));
    request.get_bank = &order;
    if (!bank_code_parse(span_text(code), &order.code) ||
        !ctl_ask_quietly(session, &request, CTL_RESULT(BANK)))
        return;
    const Linkgate__Admin__V1__BankRow *row = session->reply->bank;
    snprintf(bank->code, sizeof(bank->code), "%s", code);
    snprintf(bank->name, sizeof(bank->name), "%s", row->name);
    bank->known = true;
    bank->online = row->online;
    bank->active = row->active;
    bank->unknown = row->unknown;
    bank->held = row->held_notice != 0;
}

/* ---- telling ---- */

void ctl_story_begin(struct ctl_story *story, struct ctl_session *session, const char *kind,
                     const json_t *subject, const char *bank_key, const char *other_key) {
    struct clock clock = clock_system();
    *story = (struct ctl_story){.session = session, .subject = subject};
    story->now_ms = clock_wall_ms(&clock);
    story->told =
        json_pack("{s:s, s:s, s:s, s:[], s:[], s:[], s:[], s:[], s:[]}", "id",
                  ctl_text_of(subject, "id"), "kind", kind, "state", ctl_text_of(subject, "state"),
                  "is", "happened", "stands", "waits", "can", "never");
    ENSURE(story->told != NULL);
    ask_bank(session, ctl_text_of(subject, bank_key), &story->banks[0]);
    ask_bank(session, ctl_text_of(subject, other_key), &story->banks[1]);
}

/* Lines begin with whatever stands first in them: a bank, mostly. */
static void begin_large(char *line) {
    if (line[0] >= 'a' && line[0] <= 'z')
        line[0] = (char)(line[0] - 'a' + 'A');
}

void ctl_tell(struct ctl_story *story, const char *part, const char *format, ...) {
    char line[LINE_MAX_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    begin_large(line);
    ctl_json_add(json_object_get(story->told, part), json_string(line));
}

void ctl_tell_order(struct ctl_story *story, const char *command, const char *format, ...) {
    char line[LINE_MAX_SIZE];
    char program[LINE_MAX_SIZE] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    begin_large(line);
    if (command != NULL) {
        ctl_program(story->session, program, sizeof(program));
        size_t used = strlen(program);
        snprintf(program + used, sizeof(program) - used, " %s", command);
    }
    ctl_json_add(
        json_object_get(story->told, "can"),
        json_pack("{s:s, s:s?}", "text", line, "command", command != NULL ? program : NULL));
}

void ctl_reason_text(const char *code, char *text_out, size_t size) {
    const char *meaning = ctl_reason_meaning(code);
    text_out[0] = '\0';
    if (code[0] != '\0')
        snprintf(text_out, size, " Reason %s%s%s.", code, meaning != NULL ? ": " : "",
                 meaning != NULL ? meaning : "");
}

void ctl_tell_exchange(struct ctl_story *story) {
    const json_t *exchange = json_object_get(story->subject, "exchange");
    char bank[CTL_BANK_TEXT_SIZE], until[CTL_SHORT_TIME_SIZE];
    if (!json_is_object(exchange))
        return;
    int64_t first = ctl_number_of(exchange, "again_min_ms") / 1000;
    int64_t last = ctl_number_of(exchange, "again_max_ms") / 1000;
    bool online = ctl_flag_of(exchange, "bank_online");
    ctl_bank_text(story, ctl_text_of(exchange, "bank"), bank);
    ctl_time_of(exchange, "deadline_at", until);
    ctl_tell(story, "waits", "%s was asked for it (%s); it is %s.%s%s%s", bank,
             ctl_text_of(exchange, "message"),
             online ? "connected" : "NOT connected, so that it cannot be asked now",
             until[0] != '\0' ? " Its answer counts until " : " It is asked until it answers.",
             until, until[0] != '\0' ? "." : "");
    if (last > 0)
        ctl_tell(story, "waits",
                 "%s it is asked again after pauses that grow from %" PRId64 " s to %" PRId64 " s.",
                 online ? "Without an answer" : "Once it is connected", first, last);
}

void ctl_tell_held(struct ctl_story *story) {
    for (size_t i = 0; i < CTL_STORY_BANKS; i++) {
        const struct ctl_story_bank *bank = &story->banks[i];
        char command[sizeof(bank->code) + sizeof("bank show ")];
        if (!bank->held)
            continue;
        snprintf(command, sizeof(command), "bank show %s", bank->code);
        ctl_tell(
            story, "waits",
            "bank %s (%s) is held: it has seen a later state of this store, which was put back "
            "from an old backup. Nothing new goes through it until it is reconciled.",
            bank->code, bank->name);
        ctl_tell_order(story, command,
                       "Compare its books with ours, as docs/operations.md says; then bank resync "
                       "(takes two people).");
    }
}

/* ---- history ---- */

static void who_text(const struct ctl_story *story, const json_t *step,
                     char text_out[CTL_BANK_TEXT_SIZE]) {
    const char *by = ctl_text_of(step, "by");
    const char *cause = ctl_text_of(step, "cause");
    int64_t uid = ctl_number_of(step, "uid");
    if (strcmp(cause, "OPERATOR") == 0 && ctl_flag_of(step, "two"))
        snprintf(text_out, CTL_BANK_TEXT_SIZE,
                 "operators (requested by uid %" PRId64 ", approved by uid %" PRId64 ")", uid,
                 ctl_number_of(step, "approver"));
    else if (strcmp(cause, "OPERATOR") == 0)
        snprintf(text_out, CTL_BANK_TEXT_SIZE, "an operator (uid %" PRId64 ")", uid);
    else if (strcmp(cause, "DEADLINE") == 0)
        snprintf(text_out, CTL_BANK_TEXT_SIZE, "the gateway, as time had passed,");
    else
        ctl_bank_text(story, by, text_out);
}

/* The sentence with {Who} and {about} filled in. */
static void fill_in(const char *sentence, const char *who, const char *about, char *text_out,
                    size_t size) {
    size_t used = 0;
    for (const char *at = sentence; *at != '\0' && used + 1 < size;) {
        const char *word = strncmp(at, "{Who}", 5) == 0     ? who
                           : strncmp(at, "{about}", 7) == 0 ? about
                                                            : NULL;
        if (word == NULL) {
            text_out[used++] = *at++;
            continue;
        }
        int part = snprintf(text_out + used, size - used, "%s", word);
        used += (size_t)part < size - used ? (size_t)part : size - used - 1;
        at += strcspn(at, "}") + 1;
    }
    text_out[used] = '\0';
    begin_large(text_out);
}

static json_t *step_of(const struct ctl_story *story, const json_t *step, const char *sentence) {
    char who[CTL_BANK_TEXT_SIZE], line[LINE_MAX_SIZE], reason[160], unknown[96];
    const char *event = ctl_text_of(step, "event");
    snprintf(unknown, sizeof(unknown), "%s, by {Who}.", event);
    who_text(story, step, who);
    fill_in(sentence != NULL ? sentence : unknown, who, ctl_text_of(step, "about"), line,
            sizeof(line));
    ctl_reason_text(ctl_text_of(step, "reason"), reason, sizeof(reason));
    size_t used = strlen(line);
    snprintf(line + used, sizeof(line) - used, "%s", reason);
    return json_pack("{s:O, s:O, s:O, s:s, s:O}", "at", json_object_get(step, "at"), "event",
                     json_object_get(step, "event"), "state", json_object_get(step, "state"),
                     "text", line, "sequence", json_object_get(step, "sequence"));
}

void ctl_story_history(struct ctl_story *story, const char *(*sentence_of)(const char *event)) {
    const json_t *steps = json_object_get(story->subject, "history");
    json_t *happened = json_object_get(story->told, "happened");
    for (size_t i = 0; i < json_array_size(steps); i++) {
        const json_t *step = json_array_get(steps, i);
        ctl_json_add(happened, step_of(story, step, sentence_of(ctl_text_of(step, "event"))));
    }
}

/* ---- printing ---- */

/* The text in lines of WIDTH, all but the first indented. */
static void print_wrapped(const char *first, const char *indent, const char *text, FILE *to) {
    size_t room = WIDTH - strlen(indent);
    const char *lead = first;
    while (*text != '\0') {
        size_t size = strlen(text);
        if (size > room) {
            size = room;
            while (size > 0 && text[size] != ' ')
                size--;
            size = size > 0 ? size : strcspn(text, " ");
        }
        fprintf(to, "%s%.*s\n", lead, (int)size, text);
        text += size;
        text += *text == ' ';
        lead = indent;
    }
}

static void print_part(const json_t *told, const char *part, const char *heading, FILE *to) {
    const json_t *lines = json_object_get(told, part);
    if (json_array_size(lines) > 0)
        fprintf(to, "\n%s\n", heading);
    for (size_t i = 0; i < json_array_size(lines); i++)
        print_wrapped("  - ", "    ", json_string_value(json_array_get(lines, i)), to);
}

static void print_happened(const json_t *told, FILE *to) {
    const json_t *steps = json_object_get(told, "happened");
    const char *state = "";
    fprintf(to, "\nWhat happened\n");
    for (size_t i = 0; i < json_array_size(steps); i++) {
        const json_t *step = json_array_get(steps, i);
        char at[CTL_TIME_SIZE], first[CTL_TIME_SIZE + 8];
        ctl_time_format(ctl_ms_of(step, "at"), at);
        snprintf(first, sizeof(first), "  %s  ", at);
        print_wrapped(first, "                           ", ctl_text_of(step, "text"), to);
        if (strcmp(state, ctl_text_of(step, "state")) != 0)
            fprintf(to, "                           -> %s\n", ctl_text_of(step, "state"));
        state = ctl_text_of(step, "state");
    }
}

static void print_orders(const json_t *told, FILE *to) {
    const json_t *orders = json_object_get(told, "can");
    if (json_array_size(orders) > 0)
        fprintf(to, "\nWhat you can do\n");
    for (size_t i = 0; i < json_array_size(orders); i++) {
        const json_t *order = json_array_get(orders, i);
        print_wrapped("  - ", "    ", ctl_text_of(order, "text"), to);
        if (ctl_text_of(order, "command")[0] != '\0')
            fprintf(to, "        %s\n", ctl_text_of(order, "command"));
    }
}

enum ctl_exit ctl_story_end(struct ctl_story *story) {
    FILE *to = story->session->out;
    if (story->session->args->json) {
        ctl_dump(story->session, story->told);
        return CTL_OK;
    }
    fprintf(to, "%s %s is %s\nTimes are Shanghai's (UTC+8).\n", ctl_text_of(story->told, "kind"),
            ctl_text_of(story->told, "id"), ctl_text_of(story->told, "state"));
    print_part(story->told, "is", "What it is", to);
    print_happened(story->told, to);
    print_part(story->told, "stands", "How it stands", to);
    print_part(story->told, "waits", "What it waits for", to);
    if (json_array_size(json_object_get(story->told, "waits")) == 0)
        fprintf(to, "\nIt waits for nothing.\n");
    print_orders(story->told, to);
    print_part(story->told, "never", "What nobody may do", to);
    json_decref(story->told);
    return CTL_OK;
}

enum ctl_exit ctl_explain(struct ctl_session *session, enum object_kind kind,
                          enum ctl_exit (*get)(struct ctl_session *session, json_t **detail_out),
                          void (*tell)(struct ctl_session *session, const json_t *detail)) {
    json_t *detail;
    enum ctl_exit result = get(session, &detail);
    if (result != CTL_OK)
        return result;
    result = ctl_complete_history(session, kind, detail);
    if (result == CTL_OK)
        tell(session, detail);
    json_decref(detail);
    return result;
}
