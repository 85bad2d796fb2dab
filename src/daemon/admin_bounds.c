/*
 * What banks may owe and what they have paid in, for operators: orders as commands of the ledger, and
 * listings.
 *
 * Invariant: as admin_order.c and admin_listing.c: what is not of the right shape is refused here, who
 * may order it and whether it may be carried out is not decided here.
 */
#include <string.h>

#include "daemon/admin_asking.h"
#include "daemon/admin_page.h"
#include "daemon/admin_rows.h"
#include "util/text.h"

#define NO_BANK_TEXT "That is not a bank code. See `bank list`."
#define FEN_TEXT "An amount is at least 0.01 CNY, and a cap at least 0. Give one that is."
#define REFERENCE_TEXT "A reference has 1 to 35 bytes of UTF-8."

/* ---- orders ---- */

/* "" is CNY, the one that there is. */
static bool take_currency(const char *text, char currency_out[CURRENCY_SIZE]) {
    if (text[0] != '\0' && strcmp(text, "CNY") != 0)
        return false;
    memcpy(currency_out, "CNY", CURRENCY_SIZE);
    return true;
}

static int refuse_currency(const struct asking *asking) {
    return asking_refuse_field(asking, "currency", "The currency is CNY.");
}

static bool warnings_right(const Linkgate__Admin__V1__CapSet *order) {
    for (size_t i = 0; i < order->n_warn_percent; i++) {
        uint32_t percent = order->warn_percent[i];
        if (percent < 1 || percent > 100 || (i > 0 && percent <= order->warn_percent[i - 1]))
            return false;
    }
    return order->n_warn_percent <= EXPOSURE_WARNINGS;
}

int order_cap_set(const struct asking *asking) {
    const Linkgate__Admin__V1__CapSet *order = asking->request->cap_set;
    struct cap_set set = {.code = order->code};
    if (!asking_bank_code_right(order->code))
        return asking_refuse_field(asking, "code", NO_BANK_TEXT);
    if (!take_currency(order->currency, set.currency))
        return refuse_currency(asking);
    if (!order->set_cap && !order->set_prefunded && !order->set_warn)
        return asking_refuse_field(asking, "", "Say what is to be set: cap, prefunded, warn.");
    if (order->cap_fen < 0)
        return asking_refuse_field(asking, "cap_fen", FEN_TEXT);
    if (!warnings_right(order))
        return asking_refuse_field(asking, "warn_percent",
                                   "Give up to three, ascending, from 1 to 100.");
    set.what = (order->set_cap ? CAP_SET_CAP : 0) | (order->set_prefunded ? CAP_SET_PREFUNDED : 0) |
               (order->set_warn ? CAP_SET_WARN : 0);
    set.has_cap = order->has_cap;
    set.cap_fen = order->has_cap ? order->cap_fen : 0;
    set.prefunded = order->prefunded;
    for (size_t i = 0; i < order->n_warn_percent; i++)
        set.warn_percent[i] = order->warn_percent[i];
    struct command *command = asking_command(asking, COMMAND_CAP_SET);
    command->body.cap_set = set;
    return asking_submit(asking, command);
}

int order_pair_cap_set(const struct asking *asking) {
    const Linkgate__Admin__V1__PairCapSet *order = asking->request->pair_cap_set;
    struct pair_cap_set set = {.code = order->code,
                               .counterparty = order->counterparty,
                               .has_cap = order->has_cap,
                               .cap_fen = order->has_cap ? order->cap_fen : 0};
    if (!asking_bank_code_right(order->code))
        return asking_refuse_field(asking, "code", NO_BANK_TEXT);
    if (!asking_bank_code_right(order->counterparty) || order->counterparty == order->code)
        return asking_refuse_field(asking, "counterparty",
                                   "That is not the code of another bank. See `bank list`.");
    if (!take_currency(order->currency, set.currency))
        return refuse_currency(asking);
    if (order->cap_fen < 0)
        return asking_refuse_field(asking, "cap_fen", FEN_TEXT);
    struct command *command = asking_command(asking, COMMAND_PAIR_CAP_SET);
    command->body.pair_cap_set = set;
    return asking_submit(asking, command);
}

static bool take_reference(const char *text, char out[REFERENCE_MAX + 1]) {
    struct span reference = span_text(text);
    if (reference.size == 0 || reference.size > REFERENCE_MAX || !text_is_clean(reference))
        return false;
    memcpy(out, text, reference.size + 1);
    return true;
}

int order_funds_begin(const struct asking *asking) {
    const Linkgate__Admin__V1__FundsBegin *order = asking->request->funds_begin;
    struct funds_begin begin = {.code = order->code, .amount.fen = order->amount_fen};
    if (!asking_bank_code_right(order->code))
        return asking_refuse_field(asking, "code", NO_BANK_TEXT);
    if (order->direction != LINKGATE__ADMIN__V1__FUNDS_DIRECTION__FUNDS_DIRECTION_IN &&
        order->direction != LINKGATE__ADMIN__V1__FUNDS_DIRECTION__FUNDS_DIRECTION_OUT)
        return asking_refuse_field(asking, "direction", "Money goes in or out.");
    begin.direction = (enum funds_direction)order->direction;
    if (!take_currency(order->currency, begin.amount.currency))
        return refuse_currency(asking);
    if (order->amount_fen <= 0)
        return asking_refuse_field(asking, "amount_fen", FEN_TEXT);
    if (!take_reference(order->reference, begin.reference))
        return asking_refuse_field(asking, "reference", REFERENCE_TEXT);
    struct command *command = asking_command(asking, COMMAND_FUNDS_BEGIN);
    command->body.funds_begin = begin;
    return asking_submit(asking, command);
}

int order_funds_end(const struct asking *asking) {
    const Linkgate__Admin__V1__FundsEnd *order = asking->request->funds_end;
    struct funds_end end = {.confirm = order->confirm};
    if (!asking_take_id(order->funds, &end.funds))
        return asking_refuse_field(asking, "funds", "An id has 16 bytes: 32 hex digits.");
    if (order->confirm ? !take_reference(order->reference, end.reference)
                       : order->reference[0] != '\0')
        return asking_refuse_field(asking, "reference", REFERENCE_TEXT);
    struct command *command = asking_command(asking, COMMAND_FUNDS_END);
    command->body.funds_end = end;
    return asking_submit(asking, command);
}

/* ---- questions ---- */

int question_exposure(const struct asking *asking) {
    const Linkgate__Admin__V1__GetExposure *order = asking->request->get_exposure;
    char currency[CURRENCY_SIZE];
    if (!asking_bank_code_right(order->bank))
        return asking_refuse_field(asking, "bank", NO_BANK_TEXT);
    if (!take_currency(order->currency, currency))
        return refuse_currency(asking);
    struct admin_listing *listing = asking_listing(asking, ADMIN_SHOW_EXPOSURE, 1);
    listing->after_position.bank = order->bank;
    memcpy(listing->after_position.currency, currency, CURRENCY_SIZE);
    return asking_list(asking, listing);
}

int question_funds(const struct asking *asking) {
    const Linkgate__Admin__V1__ListFunds *order = asking->request->list_funds;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_FUNDS, order->max);
    listing->filter = (struct admin_filter){.state = order->state, .bank = order->bank};
    if (order->after.len == 0 || asking_take_id(order->after, &listing->after))
        return asking_list(asking, listing);
    admin_listing_free(listing);
    return asking_refuse_field(asking, "after", "An id has 16 bytes: 32 hex digits.");
}

/* ---- listings ---- */

static Linkgate__Admin__V1__PairRow *pair_row(const struct pair_position *pair, bank_code bank,
                                              struct arena *arena) {
    Linkgate__Admin__V1__PairRow *row = arena_take(arena, sizeof(*row));
    bool low = bank == pair->low;
    linkgate__admin__v1__pair_row__init(row);
    row->bank = low ? pair->high : pair->low;
    row->reserved_outgoing_fen = low ? pair->reserved_to_high_fen : pair->reserved_to_low_fen;
    row->reserved_incoming_fen = low ? pair->reserved_to_low_fen : pair->reserved_to_high_fen;
    row->unsettled_net_fen = low ? pair->unsettled_fen : -pair->unsettled_fen;
    row->has_cap = low ? pair->low_has_cap : pair->high_has_cap;
    row->cap_fen = low ? pair->low_cap_fen : pair->high_cap_fen;
    return row;
}

/* Rows of pairs that are of this bank, as far as a page goes. */
static int add_pairs(struct store *store, const struct position *of, struct page *page) {
    struct pair_position pair;
    int result = store_next_pair(store, NULL, &pair);
    while (result == 0 && page_look(page)) {
        struct pair_position last = pair;
        if ((pair.low == of->bank || pair.high == of->bank) &&
            currency_is(pair.currency, of->currency) &&
            !page_add(page, &pair_row(&pair, of->bank, &page->arena)->base))
            return 0;
        result = store_next_pair(store, &last, &pair);
    }
    return result < 0 ? result : 0;
}

static void fill_exposure(const struct position *position, const struct exposure_terms *terms,
                          struct page *page, Linkgate__Admin__V1__ExposureDetail *detail) {
    int64_t bound_fen;
    linkgate__admin__v1__exposure_detail__init(detail);
    detail->bank = position->bank;
    detail->currency = admin_text(&page->arena, position->currency);
    detail->reserved_outgoing_fen = position->reserved_outgoing_fen;
    detail->unsettled_net_fen = position->unsettled_net_fen;
    if (!position_exposure(position, &detail->exposure_fen))
        detail->exposure_fen = INT64_MAX;
    detail->has_cap = terms->has_cap;
    detail->cap_fen = terms->cap_fen;
    detail->prefunded = terms->prefunded;
    detail->balance_fen = terms->balance_fen;
    detail->out_reserved_fen = terms->out_reserved_fen;
    detail->free_fen = exposure_free_fen(position, terms);
    detail->level = terms->level;
    detail->bounded = exposure_bound(terms, &bound_fen);
    if (detail->bounded && fen_subtract(bound_fen, detail->exposure_fen, &detail->left_fen) &&
        detail->left_fen < 0)
        detail->left_fen = 0;
    detail->warn_percent = arena_take(&page->arena, sizeof(terms->warn_percent));
    for (size_t i = 0; i < EXPOSURE_WARNINGS && terms->warn_percent[i] != 0; i++)
        detail->warn_percent[detail->n_warn_percent++] = terms->warn_percent[i];
    detail->n_pairs = page->count;
    detail->pairs = (Linkgate__Admin__V1__PairRow **)(void *)page->rows;
    detail->more_pairs = page->more;
}

int bounds_exposure(struct admin_listing *listing, struct store *store) {
    const struct position *of = &listing->after_position;
    struct position position;
    struct exposure_terms terms;
    struct bank bank;
    struct page page;
    int result = store_get_bank(store, of->bank, &bank);
    if (result == STORE_ABSENT) {
        struct refusal refusal = {.code = REFUSAL_NO_SUCH_BANK, .field = "bank"};
        admin_append_refusal(listing->correlation, &refusal, NULL, &listing->reply);
        return 0;
    }
    if (result == 0)
        result = store_get_position(store, of->bank, of->currency, &position);
    if (result == 0)
        result = store_get_exposure(store, of->bank, of->currency, &terms);
    if (result)
        return result;
    page_init(&page, ADMIN_PAGE_ROWS_MAX);
    result = add_pairs(store, of, &page);
    Linkgate__Admin__V1__ExposureDetail detail;
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    fill_exposure(&position, &terms, &page, &detail);
    reply.result_case = ADMIN_RESULT(EXPOSURE);
    reply.exposure = &detail;
    page_finish(listing, &page, &reply);
    return result;
}

static Linkgate__Admin__V1__FundsRow *funds_row(const struct funds *funds, struct arena *arena) {
    Linkgate__Admin__V1__FundsRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__funds_row__init(row);
    row->id = admin_id(arena, &funds->id);
    row->bank = funds->bank;
    row->state = admin_text(arena, funds_state_name(funds->state));
    row->direction = admin_text(arena, funds_direction_name(funds->direction));
    row->amount_fen = funds->amount.fen;
    row->currency = admin_text(arena, funds->amount.currency);
    row->reference = admin_text(arena, funds->reference);
    row->end_reference = admin_text(arena, funds->end_reference);
    row->begun_at_ms = funds->begun_at_ms;
    row->ended_at_ms = funds->ended_at_ms;
    if (funds->history.count > 0) {
        row->begun_by = funds->history.entries[0].uid;
        row->begun_approver = funds->history.entries[0].approver;
    }
    if (funds->history.count > 1) {
        row->ended_by = funds->history.entries[1].uid;
        row->ended_approver = funds->history.entries[1].approver;
    }
    return row;
}

int bounds_funds(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    const struct admin_filter *filter = &listing->filter;
    struct id last = listing->after;
    struct funds funds;
    int result;
    while ((result = store_next_funds(store, &last, &funds)) == 0 && page_look(&page)) {
        bool fits = (filter->state == 0 || filter->state == (uint32_t)funds.state) &&
                    (filter->bank == 0 || filter->bank == funds.bank);
        if (fits && !page_add(&page, &funds_row(&funds, &page.arena)->base))
            break;
        last = funds.id;
    }
    Linkgate__Admin__V1__FundsPage message;
    linkgate__admin__v1__funds_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), FUNDS, funds);
    return result < 0 ? result : 0;
}
