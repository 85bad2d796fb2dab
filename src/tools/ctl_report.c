/*
 * A bank's day, gathered from listings.
 *
 * Invariant: what is kept are sums, not rows, so that memory does not grow with the day; each page is
 * one question, and the gateway answers others in between. A sum that does not fit is refused, never
 * wrapped. Objects that change while they are listed are counted once, as they were when their page
 * was made.
 */
#include "tools/ctl_report.h"

#include <string.h>

#include "domain/calendar.h"
#include "domain/inquiry.h"
#include "domain/link_state.h"
#include "domain/transfer.h"
#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_listed.h"
#include "tools/ctl_object.h"
#include "tools/ctl_progress.h"
#include "tools/ctl_values.h"
#include "util/clock.h"

#define PAGE_ROWS 500u
#define REFUSALS_MAX 512u /* different ones; a gateway has fewer */
#define SIDES 2u          /* IN, OUT */
#define DIRECTIONS 3u

struct sum {
    uint64_t count;
    int64_t fen;
};

struct report {
    struct ctl_session *session;
    uint64_t bank;
    int64_t day, from_ms, until_ms, now_ms;
    struct ctl_progress progress;
    bool too_large; /* a sum does not fit */
    uint64_t links_opened, links_activated, links_ended, links_live, links_active;
    uint64_t cases_opened, cases_closed, cases_open, cases_overdue;
    struct sum transfers[TRANSFER_KINDS][DIRECTIONS][SIDES][TRANSFER_STATES];
    json_t *refusals;
    json_t *holdings, *loans; /* NULL until they are gathered */
};

static bool on_the_day(const struct report *report, int64_t at_ms) {
    return at_ms >= report->from_ms && at_ms < report->until_ms;
}

static bool before_its_end(const struct report *report, int64_t at_ms) {
    return at_ms != 0 && at_ms < report->until_ms;
}

/* ---- rows ---- */

static void take_link(struct report *report, const void *message) {
    const Linkgate__Admin__V1__LinkRow *row = message;
    report->links_opened += on_the_day(report, row->requested_at_ms);
    report->links_activated += on_the_day(report, row->activated_at_ms);
    report->links_ended += on_the_day(report, row->ended_at_ms);
    if (before_its_end(report, row->requested_at_ms) && !before_its_end(report, row->ended_at_ms)) {
        report->links_live++;
        report->links_active += before_its_end(report, row->activated_at_ms);
    }
}

static void take_case(struct report *report, const void *message) {
    const Linkgate__Admin__V1__CaseRow *row = message;
    report->cases_opened += on_the_day(report, row->opened_at_ms);
    report->cases_closed += on_the_day(report, row->closed_at_ms);
    report->cases_open +=
        before_its_end(report, row->opened_at_ms) && !before_its_end(report, row->closed_at_ms);
    report->cases_overdue += row->overdue && strcmp(row->state, case_state_name(CASE_OPEN)) == 0;
}

/* Numbers of names, 0 for what this program does not know. */
static uint32_t kind_of(const char *name) {
    for (uint32_t i = 1; i < TRANSFER_KINDS; i++) {
        if (strcmp(transfer_kind_name((enum transfer_kind)i), name) == 0)
            return i;
    }
    return 0;
}

static uint32_t direction_of(const char *name) {
    for (uint32_t i = 1; i < DIRECTIONS; i++) {
        if (strcmp(transfer_direction_name((enum transfer_direction)i), name) == 0)
            return i;
    }
    return 0;
}

static uint32_t state_of(const char *name) {
    for (uint32_t i = 1; i < TRANSFER_STATES; i++) {
        if (strcmp(transfer_state_name((enum transfer_state)i), name) == 0)
            return i;
    }
    return 0;
}

static void take_transfer(struct report *report, const void *message) {
    const Linkgate__Admin__V1__TransferRow *row = message;
    bool out = row->debtor_bank == report->bank;
    struct sum *sum = &report->transfers[kind_of(row->kind)][direction_of(row->direction)][out]
                                        [state_of(row->state)];
    sum->count++;
    if (__builtin_add_overflow(sum->fen, row->amount_fen, &sum->fen))
        report->too_large = true;
}

/* Pages count what they looked at: one reason may come again. */
static void take_refusal(struct report *report, const void *message) {
    const Linkgate__Admin__V1__RefusalCount *row = message;
    for (size_t i = 0; i < json_array_size(report->refusals); i++) {
        const json_t *known = json_array_get(report->refusals, i);
        json_t *count = json_object_get(known, "count");
        if (strcmp(json_string_value(json_object_get(known, "detail")), row->detail) == 0) {
            ENSURE(json_integer_set(count, json_integer_value(count) + (json_int_t)row->count) ==
                   0);
            return;
        }
    }
    if (json_array_size(report->refusals) == REFUSALS_MAX)
        report->too_large = true;
    else
        ctl_json_add(report->refusals, ctl_json(&ctl_shape_report_refusals, row));
}

/* ---- pages ---- */

CTL_PAGES(links, links, list_links)
CTL_PAGES(transfers, transfers, list_transfers)
CTL_PAGES(cases, cases, list_cases)
CTL_PAGE(refusals, refusals)

static void refusals_go_on(const ctl_reply *reply, ctl_request *request) {
    request->list_refusals->after = reply->refusals->next;
}

static void refusals_set_max(ctl_request *request, uint32_t max) {
    (void)request;
    (void)max;
}

static const struct part {
    const char *stage;
    struct ctl_list list;
    void (*take)(struct report *report, const void *row);
} link_part = {"links",
               {.result = CTL_RESULT(LINKS),
                .page = links_page,
                .go_on = links_go_on,
                .set_max = links_set_max},
               take_link},
  transfer_part = {"transfers",
                   {.result = CTL_RESULT(TRANSFERS),
                    .page = transfers_page,
                    .go_on = transfers_go_on,
                    .set_max = transfers_set_max},
                   take_transfer},
  refusal_part = {"refusals",
                  {.result = CTL_RESULT(REFUSALS),
                   .page = refusals_page,
                   .go_on = refusals_go_on,
                   .set_max = refusals_set_max},
                  take_refusal},
  case_part = {"cases",
               {.result = CTL_RESULT(CASES),
                .page = cases_page,
                .go_on = cases_go_on,
                .set_max = cases_set_max},
               take_case};

/* Where the listing stands, by the time in the id that the next page goes on behind; from 0: from the
 * first page's place on. */
static void show_place(struct report *report, const struct part *part,
                       const ProtobufCBinaryData *place, int64_t *from_ms, int64_t until_ms) {
    struct id id;
    if (!id_from_span(span_of(place->data, place->len), &id))
        return;
    if (*from_ms == 0)
        *from_ms = id_ms(&id);
    if (until_ms > report->now_ms)
        until_ms = report->now_ms;
    int64_t done_ms = id_ms(&id) - *from_ms;
    ctl_progress_show(&report->progress, part->stage, done_ms > 0 ? (uint64_t)done_ms : 0,
                      until_ms > *from_ms ? (uint64_t)(until_ms - *from_ms) : 0);
}

/* Takes all rows of the part; place: the request's own member for where to go on. */
static enum ctl_exit gather(struct report *report, const struct part *part, ctl_request *request,
                            const ProtobufCBinaryData *place, int64_t from_ms) {
    struct ctl_page page = {.more = true};
    part->list.set_max(request, PAGE_ROWS);
    while (page.more) {
        enum ctl_exit result = ctl_ask_for(report->session, request, part->list.result);
        if (result != CTL_OK)
            return result;
        part->list.page(report->session->reply, &page);
        for (size_t i = 0; i < page.count; i++)
            part->take(report, page.rows[i]);
        part->list.go_on(report->session->reply, request);
        request->going_on = true;
        show_place(report, part, place, &from_ms, from_ms == 0 ? report->now_ms : report->until_ms);
    }
    return CTL_OK;
}

static enum ctl_exit gather_links(struct report *report) {
    Linkgate__Admin__V1__ListLinks order;
    linkgate__admin__v1__list_links__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_LINKS));
    request.list_links = &order;
    order.bank = report->bank;
    return gather(report, &link_part, &request, &order.after, 0);
}

static enum ctl_exit gather_transfers(struct report *report) {
    Linkgate__Admin__V1__ListTransfers order;
    linkgate__admin__v1__list_transfers__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_TRANSFERS));
    request.list_transfers = &order;
    order.bank = report->bank;
    order.from_ms = report->from_ms;
    order.until_ms = report->until_ms;
    return gather(report, &transfer_part, &request, &order.after, report->from_ms);
}

static enum ctl_exit gather_refusals(struct report *report) {
    Linkgate__Admin__V1__ListRefusals order;
    linkgate__admin__v1__list_refusals__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_REFUSALS));
    request.list_refusals = &order;
    order.bank = report->bank;
    order.from_ms = report->from_ms;
    order.until_ms = report->until_ms;
    return gather(report, &refusal_part, &request, &order.after, report->from_ms);
}

static enum ctl_exit gather_cases(struct report *report) {
    Linkgate__Admin__V1__ListCases order;
    linkgate__admin__v1__list_cases__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_CASES));
    request.list_cases = &order;
    order.bank = report->bank;
    return gather(report, &case_part, &request, &order.after, 0);
}

/* ---- the whole ---- */

static json_t *time_of(int64_t unix_ms) {
    char text[TIME_TEXT_SIZE];
    time_format_utc(unix_ms, text);
    return json_string(text);
}

static json_t *links_json(const struct report *report) {
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "opened", (json_int_t)report->links_opened,
                     "activated", (json_int_t)report->links_activated, "ended",
                     (json_int_t)report->links_ended, "live", (json_int_t)report->links_live,
                     "active", (json_int_t)report->links_active);
}

static json_t *cases_json(const struct report *report) {
    return json_pack("{s:I, s:I, s:I, s:I}", "opened", (json_int_t)report->cases_opened, "closed",
                     (json_int_t)report->cases_closed, "open", (json_int_t)report->cases_open,
                     "overdue", (json_int_t)report->cases_overdue);
}

static void add_transfers(json_t *rows, uint32_t kind, uint32_t direction, uint32_t side,
                          const struct sum sums[TRANSFER_STATES]) {
    for (uint32_t state = 0; state < TRANSFER_STATES; state++) {
        if (sums[state].count > 0)
            ctl_json_add(rows,
                         json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:I}", "kind",
                                   transfer_kind_name((enum transfer_kind)kind), "direction",
                                   transfer_direction_name((enum transfer_direction)direction),
                                   "side", side == 1 ? "OUT" : "IN", "state",
                                   transfer_state_name((enum transfer_state)state), "count",
                                   (json_int_t)sums[state].count, "currency", "CNY", "sum_fen",
                                   (json_int_t)sums[state].fen));
    }
}

static json_t *transfers_json(const struct report *report) {
    json_t *rows = ctl_json_array();
    for (uint32_t kind = 0; kind < TRANSFER_KINDS; kind++) {
        for (uint32_t direction = 0; direction < DIRECTIONS; direction++) {
            for (uint32_t side = 0; side < SIDES; side++)
                add_transfers(rows, kind, direction, side,
                              report->transfers[kind][direction][side]);
        }
    }
    return rows;
}

static json_t *report_json(const struct report *report, const json_t *bank,
                           const struct ctl_rows *nets, const struct ctl_rows *positions,
                           json_t *exposure) {
    char date[DATE_TEXT_SIZE];
    json_t *object = json_object();
    date_format(report->day, date);
    ctl_json_set(object, "bank", json_incref(json_object_get(bank, "code")));
    ctl_json_set(object, "name", json_incref(json_object_get(bank, "name")));
    ctl_json_set(object, "date", json_string(date));
    ctl_json_set(object, "from", time_of(report->from_ms));
    ctl_json_set(object, "until", time_of(report->until_ms));
    ctl_json_set(object, "made_at", time_of(report->now_ms));
    ctl_json_set(object, "complete", json_boolean(report->now_ms >= report->until_ms));
    ctl_json_set(object, "links", links_json(report));
    ctl_json_set(object, "transfers", transfers_json(report));
    ctl_json_set(object, "refusals", json_incref(report->refusals));
    ctl_json_set(object, "positions", json_incref(positions->rows));
    ctl_json_set(object, "exposure", exposure);
    ctl_json_set(object, "nets", json_incref(nets->rows));
    ctl_json_set(object, "cases", cases_json(report));
    ctl_json_set(object, "holdings", json_incref(report->holdings));
    ctl_json_set(object, "loans", json_incref(report->loans));
    return object;
}

static enum ctl_exit gather_parts(struct report *report) {
    enum ctl_exit result = gather_links(report);
    if (result == CTL_OK)
        result = gather_transfers(report);
    if (result == CTL_OK)
        result = gather_refusals(report);
    if (result == CTL_OK)
        result = gather_cases(report);
    if (result == CTL_OK)
        result =
            ctl_gather_bought(report->session, report->bank, &report->holdings, &report->loans);
    ctl_progress_end(&report->progress);
    if (result == CTL_OK && report->too_large) {
        fprintf(report->session->errors,
                "linkgatectl: a sum of that day does not fit 63 bits; ask for `transfer list`\n");
        result = CTL_REFUSED;
    }
    return result;
}

static enum ctl_exit tell(struct report *report, const json_t *bank) {
    struct ctl_session *session = report->session;
    struct ctl_rows nets, positions;
    json_t *exposure;
    enum ctl_exit result = ctl_gather_exposure(session, report->bank, &exposure);
    if (result != CTL_OK)
        return result;
    result = ctl_gather_nets(session, report->bank, &nets, &positions);
    if (result != CTL_OK) {
        json_decref(exposure);
        return result;
    }
    json_t *object = report_json(report, bank, &nets, &positions, exposure);
    ctl_rows_deinit(&nets);
    ctl_rows_deinit(&positions);
    if (session->args->json) {
        ctl_dump(session, object);
        return CTL_OK;
    }
    if (session->args->values[CTL_CSV] != NULL)
        ctl_report_csv(object, session->out);
    else
        ctl_report_print(object, session->out);
    json_decref(object);
    return CTL_OK;
}

static enum ctl_exit take_day(struct report *report) {
    const char *date = report->session->args->values[CTL_DATE];
    struct clock clock = clock_system();
    report->now_ms = clock_wall_ms(&clock);
    report->day = shanghai_day(report->now_ms);
    if (date != NULL && !date_parse(span_text(date), &report->day))
        return ctl_wrong(report->session, "--date %s is no day; say 2026-07-01", date);
    if (report->day > shanghai_day(report->now_ms))
        return ctl_wrong(report->session, "--date %s has not begun yet in Shanghai", date);
    report->from_ms = shanghai_day_start_ms(report->day);
    report->until_ms = shanghai_day_start_ms(report->day + 1);
    return CTL_OK;
}

enum ctl_exit ctl_report(struct ctl_session *session) {
    struct report report = {.session = session};
    json_t *bank;
    if (session->args->json && session->args->values[CTL_CSV] != NULL)
        return ctl_wrong(session, "--json or --csv, not both");
    enum ctl_exit result = take_day(&report);
    if (result == CTL_OK)
        result = ctl_ask_bank(session);
    if (result != CTL_OK)
        return result;
    report.bank = session->reply->bank->code;
    bank = ctl_json(&ctl_shape_bank, session->reply->bank);
    ctl_progress_init(&report.progress, session);
    report.refusals = ctl_json_array();
    result = gather_parts(&report);
    if (result == CTL_OK)
        result = tell(&report, bank);
    json_decref(report.refusals);
    json_decref(report.holdings);
    json_decref(report.loans);
    json_decref(bank);
    return result;
}
