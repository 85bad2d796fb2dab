/*
 * What a document of rules may say: the table of numbers, what a period makes of the row before it,
 * and all that is wrong with one.
 *
 * Invariant: what these checks let pass can be put into force as it stands, with any rules before it
 * for which rules_check holds. Days are not compared with today here.
 */
#include "domain/rules_document.h"

#include <string.h>

#include "domain/calendar.h"
#include "domain/window.h"
#include "util/text.h"

#define SECOND 1000LL
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define MINUTES_OF_DAY 1440
#define WEEK_ALL ((1u << WEEK_DAYS) - 1)

/* ---- numbers ----------------------------------------------------------------------------------- */

#define NUMBER(member, low, high)                                                                  \
    {                                                                                              \
#member, offsetof(struct rules, member), sizeof(((struct rules *)0)->member), low, high,   \
            NULL                                                                                   \
    }
#define WORD(member, low, high, words)                                                             \
    {                                                                                              \
#member, offsetof(struct rules, member), sizeof(((struct rules *)0)->member), low, high,   \
            words                                                                                  \
    }
#define ALARM(place)                                                                               \
    {                                                                                              \
        "unknown_alarm_" #place "_ms",                                                             \
            offsetof(struct rules, unknown_alarm_ms) + ((place)-1) * sizeof(int64_t),              \
            sizeof(int64_t), MINUTE, 30 * DAY_MS, NULL                                             \
    }

#define PRODUCT(kind)                                                                              \
    {                                                                                              \
        "products." #kind ".enabled",                                                              \
            offsetof(struct rules, products) + PRODUCT_##kind * sizeof(struct product_rule),       \
            sizeof(uint32_t), 0, 1, rules_switch                                                   \
    }
_Static_assert(sizeof(struct product_rule) == sizeof(uint32_t), "it is one number");

const char *const rules_switch[2] = {"false", "true"};
static const char *const settlements[] = {"bilateral", "multilateral"};

/* Highest values are those that rows and single steps of the ledger are made for. */
static const struct rules_number numbers[] = {
    NUMBER(code_tries, 1, 10),
    NUMBER(codes_per_link, 1, 100),
    NUMBER(code_lifetime_max_ms, MINUTE, HOUR),
    NUMBER(verifications_per_day, 1, 16),
    NUMBER(authentication_wait_ms, MINUTE, 30 * DAY_MS),
    NUMBER(activation_wait_ms, DAY_MS, 730 * DAY_MS),
    NUMBER(request_age_max_ms, HOUR, 30 * DAY_MS),
    NUMBER(request_ahead_max_ms, SECOND, HOUR),
    NUMBER(verify_timeout_ms, 100, 10 * MINUTE),
    NUMBER(verify_timeout_min_ms, 100, 10 * MINUTE),
    NUMBER(verify_timeout_max_ms, 100, 10 * MINUTE),
    NUMBER(challenge_timeout_ms, 100, 10 * MINUTE),
    NUMBER(challenge_timeout_min_ms, 100, 10 * MINUTE),
    NUMBER(challenge_timeout_max_ms, 100, 10 * MINUTE),
    NUMBER(unanswered_per_bank, 1, 1000000),
    NUMBER(transfer_timeout_ms, 100, 10 * MINUTE),
    NUMBER(transfer_timeout_min_ms, 100, 10 * MINUTE),
    NUMBER(transfer_timeout_max_ms, 100, 10 * MINUTE),
    NUMBER(query_timeout_ms, 100, 10 * MINUTE),
    NUMBER(query_timeout_min_ms, 100, 10 * MINUTE),
    NUMBER(query_timeout_max_ms, 100, 10 * MINUTE),
    NUMBER(questions_per_bank, 1, 65536),
    NUMBER(class2_per_person_and_bank, 1, 100),
    NUMBER(class3_per_person_and_bank, 1, 100),
    NUMBER(links_per_class2_account, 1, 32),
    NUMBER(links_per_class1_account, 1, 32),
    NUMBER(cool_down_ms, 0, 30 * DAY_MS),
    NUMBER(cool_down_cap_fen, 0, 1000000000000),
    NUMBER(recheck_after_ms, DAY_MS, 3650 * DAY_MS),
    NUMBER(recheck_timeout_ms, SECOND, HOUR),
    NUMBER(recheck_again_ms, MINUTE, 30 * DAY_MS),
    NUMBER(credit_due_ms, SECOND, DAY_MS),
    ALARM(1),
    ALARM(2),
    ALARM(3),
    NUMBER(freeze_cancels_max, 1, 1024),
    NUMBER(case_due_ms, HOUR, 365 * DAY_MS),
    NUMBER(approval_wait_ms, MINUTE, 30 * DAY_MS),
    NUMBER(approvals_waiting_max, 1, 256),
    NUMBER(unmask_read_ms, MINUTE, DAY_MS),
    WORD(settlement, SETTLEMENT_BILATERAL, SETTLEMENT_MULTILATERAL, settlements),
    NUMBER(event_keep_ms, HOUR, 365 * DAY_MS),
    NUMBER(events_per_bank, 1, 1000000),
    NUMBER(lead_share_floor, 0, 10000),
    PRODUCT(WEALTH),
    PRODUCT(FUND),
    PRODUCT(DEPOSIT),
    PRODUCT(LOAN),
    NUMBER(assessment_days, 1, 3650),
    WORD(deposits_through_others, 0, 1, rules_switch),
    NUMBER(order_grace_ms, 0, 30 * DAY_MS),
    NUMBER(loan_decision_wait_ms, HOUR, 365 * DAY_MS),
    NUMBER(loan_draw_wait_ms, HOUR, 365 * DAY_MS),
};

#define NUMBERS (sizeof numbers / sizeof numbers[0])
_Static_assert(NUMBERS <= 64, "a period names them by the bits of one word");

const struct rules_number *rules_number_at(size_t index) {
    return index < NUMBERS ? &numbers[index] : NULL;
}

int64_t rules_number_get(const struct rules *rules, size_t index) {
    const uint8_t *at = (const uint8_t *)rules + numbers[index].at;
    uint32_t small;
    int64_t large;
    if (numbers[index].size == sizeof small) {
        memcpy(&small, at, sizeof small);
        return small;
    }
    memcpy(&large, at, sizeof large);
    return large;
}

void rules_number_set(struct rules *rules, size_t index, int64_t value) {
    uint8_t *at = (uint8_t *)rules + numbers[index].at;
    uint32_t small = (uint32_t)value;
    if (numbers[index].size == sizeof small)
        memcpy(at, &small, sizeof small);
    else
        memcpy(at, &value, sizeof value);
}

/* ---- what is wrong ------------------------------------------------------------------------------ */

static bool wrong(struct rules_problem *problem_out, const char *field, const char *what) {
    *problem_out = (struct rules_problem){RULES_PERIODS_MAX, field, what};
    return false;
}

static bool check_days(const struct rules_document *document, uint32_t i,
                       struct rules_problem *problem_out) {
    const struct rules_period *period = &document->periods[i];
    bool last = i + 1 == document->count;
    if (period->until_day < period->from_day)
        return wrong(problem_out, "until", "It ends before it begins.");
    if (i > 0 && period->from_day <= document->periods[i - 1].until_day)
        return wrong(problem_out, "from",
                     "It overlaps the period before it: begin on the day after that one's last.");
    if (i > 0 && period->from_day > document->periods[i - 1].until_day + 1)
        return wrong(problem_out, "from",
                     "A gap is before it: begin on the day after the last of the period before.");
    if (last && period->until_day != RULES_FOR_EVER)
        return wrong(problem_out, "until",
                     "The last period has no last day: rules hold until others are loaded.");
    return true;
}

static bool check_numbers(const struct rules_period *period, struct rules_problem *problem_out) {
    for (size_t i = 0; i < NUMBERS; i++) {
        int64_t value = rules_number_get(&period->values, i);
        if ((period->numbers >> i & 1) && (value < numbers[i].min || value > numbers[i].max))
            return wrong(problem_out, numbers[i].name, "It is out of range.");
    }
    return true;
}

static bool ascending(const int32_t *days, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        if (days[i] <= days[i - 1])
            return false;
    }
    return true;
}

static bool share_a_day(const struct calendar_rules *calendar) {
    uint32_t work = 0;
    for (uint32_t i = 0; i < calendar->holiday_count; i++) {
        while (work < calendar->make_up_count && calendar->make_up[work] < calendar->holidays[i])
            work++;
        if (work < calendar->make_up_count && calendar->make_up[work] == calendar->holidays[i])
            return true;
    }
    return false;
}

static bool check_cut_offs(const struct calendar_rules *calendar,
                           struct rules_problem *problem_out) {
    if (calendar->cut_off_count > CUT_OFFS_MAX)
        return wrong(problem_out, "cut_offs", "A day has at most eight.");
    for (uint32_t i = 0; i < calendar->cut_off_count; i++) {
        if (calendar->cut_offs[i] < 1 || calendar->cut_offs[i] > MINUTES_OF_DAY)
            return wrong(problem_out, "cut_offs", "A cut-off is from 00:01 to 24:00.");
        if (i > 0 && calendar->cut_offs[i] <= calendar->cut_offs[i - 1])
            return wrong(problem_out, "cut_offs", "Give them in ascending order, each once.");
    }
    return true;
}

static bool check_calendar(const struct calendar_rules *calendar,
                           struct rules_problem *problem_out) {
    if (calendar->week == 0 || calendar->week > WEEK_ALL)
        return wrong(problem_out, "week", "Name at least one day of the week that is worked.");
    if (calendar->holiday_count > CALENDAR_DAYS_MAX || calendar->make_up_count > CALENDAR_DAYS_MAX)
        return wrong(problem_out, "holidays", "A calendar names at most 64 days of a sort.");
    if (!ascending(calendar->holidays, calendar->holiday_count))
        return wrong(problem_out, "holidays", "Give them in ascending order, each once.");
    if (!ascending(calendar->make_up, calendar->make_up_count))
        return wrong(problem_out, "working_days", "Give them in ascending order, each once.");
    if (share_a_day(calendar))
        return wrong(problem_out, "working_days", "A day is a holiday and worked as well.");
    return check_cut_offs(calendar, problem_out);
}

static bool check_period(const struct rules_document *document, uint32_t i,
                         struct rules_problem *problem_out) {
    const struct rules_period *period = &document->periods[i];
    const struct calendar_rules *calendar = &period->values.calendar;
    if (period->from_day < 0 || period->from_day >= RULES_FOR_EVER)
        return wrong(problem_out, "from", "It begins on no day that the gateway can know.");
    if (period->numbers == 0 && period->kinds == 0 && !period->buckets && !period->calendar)
        return wrong(problem_out, "", "It names nothing that it changes.");
    return check_days(document, i, problem_out) && check_numbers(period, problem_out) &&
           (!period->calendar || !calendar->present || check_calendar(calendar, problem_out));
}

bool rules_document_check(const struct rules_document *document,
                          struct rules_problem *problem_out) {
    struct span name = span_text(document->name);
    if (name.size == 0 || !text_is_clean(name))
        return wrong(problem_out, "name", "A name has 1 to 64 bytes of plain UTF-8.");
    if (!text_is_clean(span_text(document->source)))
        return wrong(problem_out, "source", "A source has up to 255 bytes of plain UTF-8.");
    if (document->count < 1 || document->count > RULES_PERIODS_MAX)
        return wrong(problem_out, "periods", "A document has 1 to 16 periods.");
    for (uint32_t i = 0; i < document->count; i++) {
        if (!check_period(document, i, problem_out)) {
            problem_out->period = i;
            return false;
        }
    }
    return true;
}

static bool check_timeouts(const struct rules *rules, struct rules_problem *problem_out) {
    static const char between[] = "A timeout is not between its smallest and its largest.";
    if (rules->verify_timeout_min_ms > rules->verify_timeout_ms ||
        rules->verify_timeout_ms > rules->verify_timeout_max_ms)
        return wrong(problem_out, "verify_timeout_ms", between);
    if (rules->challenge_timeout_min_ms > rules->challenge_timeout_ms ||
        rules->challenge_timeout_ms > rules->challenge_timeout_max_ms)
        return wrong(problem_out, "challenge_timeout_ms", between);
    if (rules->transfer_timeout_min_ms > rules->transfer_timeout_ms ||
        rules->transfer_timeout_ms > rules->transfer_timeout_max_ms)
        return wrong(problem_out, "transfer_timeout_ms", between);
    if (rules->query_timeout_min_ms > rules->query_timeout_ms ||
        rules->query_timeout_ms > rules->query_timeout_max_ms)
        return wrong(problem_out, "query_timeout_ms", between);
    if (rules->unknown_alarm_ms[0] >= rules->unknown_alarm_ms[1] ||
        rules->unknown_alarm_ms[1] >= rules->unknown_alarm_ms[2])
        return wrong(problem_out, "unknown_alarm_2_ms", "The three alarms are not ascending.");
    return true;
}

static bool check_kinds(const struct rules *rules, struct rules_problem *problem_out) {
    for (int kind = TRANSFER_BOUND_PAIR; kind < TRANSFER_KINDS; kind++) {
        const struct kind_rule *rule = &rules->kinds[kind];
        const char *name = transfer_kind_name((enum transfer_kind)kind);
        if (rule->min_fen < 0 || rule->max_fen < 0)
            return wrong(problem_out, name, "An amount is not negative.");
        if (rule->max_fen > 0 && rule->min_fen > rule->max_fen)
            return wrong(problem_out, name, "Its smallest amount is above its largest.");
    }
    return true;
}

bool rules_check(const struct rules *rules, struct rules_problem *problem_out) {
    for (int class = 0; class < BUCKET_CLASSES; class ++) {
        for (int flow = 0; flow < BUCKET_FLOWS; flow++) {
            const struct bucket_limit *limit = &rules->buckets[class][flow];
            const char *name = bucket_name((enum bucket_class) class, (enum bucket_flow)flow);
            if (limit->day_fen < 0 || limit->year_fen < 0)
                return wrong(problem_out, name, "A limit is not negative.");
            if (limit->day_fen > limit->year_fen)
                return wrong(problem_out, name, "The day's limit is above the year's.");
        }
    }
    return check_timeouts(rules, problem_out) && check_kinds(rules, problem_out);
}

/* ---- what a period makes of the row before it ---------------------------------------------------- */

void rules_period_apply(const struct rules_period *period, const struct rules *before,
                        struct rules *rules_out) {
    *rules_out = *before;
    rules_out->effective_from_ms = shanghai_day_start_ms(period->from_day);
    for (size_t i = 0; i < NUMBERS; i++) {
        if (period->numbers >> i & 1)
            rules_number_set(rules_out, i, rules_number_get(&period->values, i));
    }
    for (int kind = TRANSFER_BOUND_PAIR; kind < TRANSFER_KINDS; kind++) {
        if (period->kinds >> kind & 1)
            rules_out->kinds[kind] = period->values.kinds[kind];
    }
    if (period->buckets)
        memcpy(rules_out->buckets, period->values.buckets, sizeof rules_out->buckets);
    if (period->calendar)
        rules_out->calendar = period->values.calendar;
}
