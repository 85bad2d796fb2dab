/*
 * Questions from the admin socket: about the gateway itself (gathered on the ledger thread), and
 * pages of the store (made on the bulk thread).
 *
 * Invariant: nothing here changes anything; a page that is asked for has its bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/admin_asking.h"
#include "store/catalogue.h"

static int inquire(const struct asking *asking, enum admin_inquiry_kind kind) {
    struct admin_inquiry *inquiry =
        admin_inquiry_new(kind, asking->client, asking->request->correlation);
    if (asking->gateway->inquire(asking->gateway->context, inquiry))
        return ADMIN_PENDING;
    free(inquiry);
    return asking_refuse_busy(asking);
}

int question_status(const struct asking *asking) {
    return inquire(asking, ADMIN_STATUS);
}

int question_clock(const struct asking *asking) {
    return inquire(asking, ADMIN_CLOCK);
}

int question_quarantine(const struct asking *asking) {
    return inquire(asking, ADMIN_QUARANTINE_LIST);
}

int question_backup(const struct asking *asking) {
    struct admin_backup from;
    struct arena arena;
    admin_reply reply;
    Linkgate__Admin__V1__BackupState state;
    asking->gateway->backup(asking->gateway->context, &from);
    arena_init(&arena, 1024, 0);
    linkgate__admin__v1__backup_state__init(&state);
    state.state = admin_text(&arena, from.state);
    state.dir = admin_text(&arena, from.dir);
    state.stage = admin_text(&arena, from.stage);
    state.text = admin_text(&arena, from.text);
    state.done = from.done;
    state.of = from.of;
    state.sequence = from.sequence;
    state.bytes = from.bytes;
    state.files = from.files;
    state.started_at_ms = from.started_at_ms;
    state.ended_at_ms = from.ended_at_ms;
    linkgate__admin__v1__reply__init(&reply);
    reply.correlation = asking->request->correlation;
    reply.result_case = ADMIN_RESULT(BACKUP);
    reply.backup = &state;
    admin_reply_append(&reply, asking->out);
    arena_deinit(&arena);
    return ADMIN_ANSWERED;
}

/* ---- listings ---------------------------------------------------------------------------------- */

struct admin_listing *asking_listing(const struct asking *asking, enum admin_listing_kind kind,
                                     uint32_t max) {
    struct admin_listing *listing =
        admin_listing_new(kind, asking->client, asking->request->correlation);
    listing->now_ms = asking->gateway->wall_ms(asking->gateway->context);
    listing->going_on = asking->request->going_on;
    listing->max = max == 0 || max > ADMIN_PAGE_ROWS_MAX ? ADMIN_PAGE_ROWS_MAX : max;
    return listing;
}

int asking_list(const struct asking *asking, struct admin_listing *listing) {
    if (asking->gateway->list(asking->gateway->context, listing))
        return ADMIN_PENDING;
    admin_listing_free(listing);
    return asking_refuse_busy(asking);
}

/* An empty id is none; false: neither that nor an id. */
static bool take_id(ProtobufCBinaryData bytes, struct id *id_out) {
    return bytes.len == 0 || id_from_span(span_of(bytes.data, bytes.len), id_out);
}

static int drop_listing(const struct asking *asking, struct admin_listing *listing,
                        const char *field) {
    admin_listing_free(listing);
    return asking_refuse_field(asking, field, "An id has 16 bytes: 32 hex digits.");
}

/* From a place on, or the one that is named. */
static int list_or_show(const struct asking *asking, struct admin_listing *listing,
                        ProtobufCBinaryData after, ProtobufCBinaryData only) {
    if (!take_id(after, &listing->after))
        return drop_listing(asking, listing, "after");
    if (!take_id(only, &listing->only))
        return drop_listing(asking, listing, "id");
    return asking_list(asking, listing);
}

int question_banks(const struct asking *asking) {
    const Linkgate__Admin__V1__ListBanks *order = asking->request->list_banks;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_BANKS, order->max);
    listing->after_bank = order->after;
    return asking_list(asking, listing);
}

int question_links(const struct asking *asking) {
    const Linkgate__Admin__V1__ListLinks *order = asking->request->list_links;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_LINKS, order->max);
    listing->filter = (struct admin_filter){.state = order->state,
                                            .bank = order->bank,
                                            .held = order->held,
                                            .amending = order->amending};
    if (!take_id(order->after, &listing->after))
        return drop_listing(asking, listing, "after");
    return asking_list(asking, listing);
}

int question_transfers(const struct asking *asking) {
    const Linkgate__Admin__V1__ListTransfers *order = asking->request->list_transfers;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_TRANSFERS, order->max);
    listing->filter = (struct admin_filter){.state = order->state,
                                            .bank = order->bank,
                                            .kind = order->kind,
                                            .from_ms = order->from_ms,
                                            .until_ms = order->until_ms,
                                            .min_fen = order->min_fen,
                                            .max_fen = order->max_fen,
                                            .conflict = order->conflict};
    if (!take_id(order->after, &listing->after))
        return drop_listing(asking, listing, "after");
    if (!take_id(order->link, &listing->filter.link))
        return drop_listing(asking, listing, "link");
    return asking_list(asking, listing);
}

static int show(const struct asking *asking, enum admin_listing_kind kind,
                ProtobufCBinaryData bytes) {
    struct admin_listing *listing = asking_listing(asking, kind, 1);
    if (!id_from_span(span_of(bytes.data, bytes.len), &listing->after))
        return drop_listing(asking, listing, "id");
    return asking_list(asking, listing);
}

int question_link(const struct asking *asking) {
    return show(asking, ADMIN_SHOW_LINK, asking->request->get_link->id);
}

int question_transfer(const struct asking *asking) {
    return show(asking, ADMIN_SHOW_TRANSFER, asking->request->get_transfer->id);
}

/* Copies a currency that may be empty; false: it is none. */
static bool take_currency(const char *text, char currency_out[CURRENCY_SIZE]) {
    size_t size = strlen(text);
    if (size >= CURRENCY_SIZE)
        return false;
    memcpy(currency_out, text, size + 1);
    return true;
}

static int drop_currency(const struct asking *asking, struct admin_listing *listing) {
    admin_listing_free(listing);
    return asking_refuse_field(asking, "after_currency", "A currency has three letters.");
}

int question_nets(const struct asking *asking) {
    const Linkgate__Admin__V1__ListNets *order = asking->request->list_nets;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_NETS, order->max);
    listing->filter.bank = order->bank;
    listing->filter.window = order->window;
    listing->after_is_given = order->after_low != 0;
    listing->after_net.window = order->after_window;
    listing->after_net.low = order->after_low;
    listing->after_net.high = order->after_high;
    if (!take_currency(order->after_currency, listing->after_net.currency))
        return drop_currency(asking, listing);
    return asking_list(asking, listing);
}

int question_windows(const struct asking *asking) {
    const Linkgate__Admin__V1__ListWindows *order = asking->request->list_windows;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_WINDOWS, order->max);
    listing->after_sequence = order->after;
    return asking_list(asking, listing);
}

int question_positions(const struct asking *asking) {
    const Linkgate__Admin__V1__ListPositions *order = asking->request->list_positions;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_POSITIONS, order->max);
    listing->filter.bank = order->bank;
    listing->after_is_given = order->after_bank != 0;
    listing->after_position.bank = order->after_bank;
    if (!take_currency(order->after_currency, listing->after_position.currency))
        return drop_currency(asking, listing);
    return asking_list(asking, listing);
}

int question_approvals(const struct asking *asking) {
    const Linkgate__Admin__V1__ListApprovals *order = asking->request->list_approvals;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_APPROVALS, order->max);
    listing->filter.state = order->state;
    if (!take_id(order->after, &listing->after))
        return drop_listing(asking, listing, "after");
    return asking_list(asking, listing);
}

int question_approval(const struct asking *asking) {
    return show(asking, ADMIN_SHOW_APPROVAL, asking->request->get_approval->id);
}

int question_bank(const struct asking *asking) {
    struct admin_listing *listing = asking_listing(asking, ADMIN_SHOW_BANK, 1);
    listing->after_bank = asking->request->get_bank->code;
    return asking_list(asking, listing);
}

int question_history(const struct asking *asking) {
    const Linkgate__Admin__V1__ListHistory *order = asking->request->list_history;
    enum object_kind kind = asking_object_kind(order->kind);
    if (kind == OBJECT_NONE)
        return asking_refuse_field(asking, "kind",
                                   "Links, transfers, orders and loans have histories.");
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_HISTORY, order->max);
    listing->object = kind;
    listing->from = order->from;
    if (!asking_take_id(order->id, &listing->after))
        return drop_listing(asking, listing, "id");
    return asking_list(asking, listing);
}

/* Of an order's name; COMMAND_NONE: there is no such order. */
static enum command_kind order_of(const char *name) {
    const struct command_row *row;
    for (size_t i = 0; (row = command_row_at(i)) != NULL; i++) {
        if (row->order && strcmp(row->name, name) == 0)
            return row->kind;
    }
    return COMMAND_NONE;
}

int question_audit(const struct asking *asking) {
    const Linkgate__Admin__V1__ListAudit *order = asking->request->list_audit;
    enum command_kind kind = order_of(order->order);
    if (order->order[0] != '\0' && kind == COMMAND_NONE)
        return asking_refuse_field(asking, "order", "There is no order of that name.");
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_AUDIT, order->max);
    listing->after_sequence = order->after;
    listing->filter = (struct admin_filter){.from_ms = order->from_ms,
                                            .until_ms = order->until_ms,
                                            .of_uid = order->of_uid,
                                            .uid = order->uid,
                                            .kind = (uint32_t)kind};
    return asking_list(asking, listing);
}

int question_rules(const struct asking *asking) {
    const Linkgate__Admin__V1__ListRules *order = asking->request->list_rules;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_RULES, order->max);
    listing->after_sequence = order->after;
    return asking_list(asking, listing);
}

int question_limits(const struct asking *asking) {
    return show(asking, ADMIN_SHOW_LIMITS, asking->request->get_limits->link);
}

int question_cases(const struct asking *asking) {
    const Linkgate__Admin__V1__ListCases *order = asking->request->list_cases;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_CASES, order->max);
    listing->filter = (struct admin_filter){
        .state = order->state, .bank = order->bank, .overdue = order->overdue};
    if (!take_id(order->after, &listing->after))
        return drop_listing(asking, listing, "after");
    return asking_list(asking, listing);
}

int question_case(const struct asking *asking) {
    return show(asking, ADMIN_SHOW_CASE, asking->request->get_case->id);
}

int question_cards(const struct asking *asking) {
    const Linkgate__Admin__V1__ListCards *order = asking->request->list_cards;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_CARDS, order->max);
    listing->filter = (struct admin_filter){.state = order->state, .bank = order->bank};
    if (!take_id(order->after, &listing->after))
        return drop_listing(asking, listing, "after");
    return asking_list(asking, listing);
}

int question_card(const struct asking *asking) {
    return show(asking, ADMIN_SHOW_CARD, asking->request->get_card->id);
}

int question_events(const struct asking *asking) {
    const Linkgate__Admin__V1__ListEvents *order = asking->request->list_events;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_EVENTS, order->max);
    listing->filter = (struct admin_filter){.state = order->state, .bank = order->bank};
    return list_or_show(asking, listing, order->after, order->id);
}

int question_adjustments(const struct asking *asking) {
    const Linkgate__Admin__V1__ListAdjustments *order = asking->request->list_adjustments;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_ADJUSTMENTS, order->max);
    listing->filter = (struct admin_filter){.state = order->state, .bank = order->bank};
    return list_or_show(asking, listing, order->after, order->id);
}

int question_products(const struct asking *asking) {
    const Linkgate__Admin__V1__ListProducts *order = asking->request->list_products;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_PRODUCTS, order->max);
    listing->filter = (struct admin_filter){.state = order->state, .bank = order->bank};
    listing->after_sequence = order->after;
    return asking_list(asking, listing);
}

int question_product(const struct asking *asking) {
    const Linkgate__Admin__V1__GetProduct *order = asking->request->get_product;
    struct admin_listing *listing = asking_listing(asking, ADMIN_SHOW_PRODUCT, order->max);
    listing->only = store_product_id(order->issuer, span_text(order->code));
    listing->after_sequence = order->after;
    listing->present = order->present;
    return asking_list(asking, listing);
}

/* The product's code that a list is of; false: it is none, and not empty. */
static bool take_product(const char *code, struct admin_filter *filter) {
    struct span text = span_text(code);
    if (text.size > 0 && !product_code_valid(text))
        return false;
    memcpy(filter->product, code, text.size + 1);
    return true;
}

/* Of orders, holdings or loans, whose filter is set but for these. */
static int list_bought(const struct asking *asking, struct admin_listing *listing,
                       const char *product, ProtobufCBinaryData link, ProtobufCBinaryData after) {
    if (!take_product(product, &listing->filter)) {
        admin_listing_free(listing);
        return asking_refuse_field(asking, "product",
                                   "A product's code has 1 to 32 of A-Z, 0-9, - and _.");
    }
    if (!take_id(link, &listing->filter.link))
        return drop_listing(asking, listing, "link");
    if (!take_id(after, &listing->after))
        return drop_listing(asking, listing, "after");
    return asking_list(asking, listing);
}

int question_orders(const struct asking *asking) {
    const Linkgate__Admin__V1__ListOrders *order = asking->request->list_orders;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_ORDERS, order->max);
    listing->filter = (struct admin_filter){.state = order->state,
                                            .bank = order->bank,
                                            .issuer = order->issuer,
                                            .from_ms = order->from_ms,
                                            .until_ms = order->until_ms,
                                            .late = order->late,
                                            .unknown = order->unknown,
                                            .open = order->open};
    return list_bought(asking, listing, order->product, order->link, order->after);
}

int question_order(const struct asking *asking) {
    return show(asking, ADMIN_SHOW_ORDER, asking->request->get_order->id);
}

int question_holdings(const struct asking *asking) {
    const Linkgate__Admin__V1__ListHoldings *order = asking->request->list_holdings;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_HOLDINGS, order->max);
    listing->filter = (struct admin_filter){.bank = order->bank, .issuer = order->issuer};
    return list_bought(asking, listing, order->product, order->link, order->after);
}

int question_loans(const struct asking *asking) {
    const Linkgate__Admin__V1__ListLoans *order = asking->request->list_loans;
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_LOANS, order->max);
    listing->filter = (struct admin_filter){.state = order->state,
                                            .bank = order->bank,
                                            .from_ms = order->from_ms,
                                            .until_ms = order->until_ms,
                                            .unknown = order->unknown,
                                            .open = order->open};
    return list_bought(asking, listing, order->product, order->link, order->after);
}

int question_loan(const struct asking *asking) {
    return show(asking, ADMIN_SHOW_LOAN, asking->request->get_loan->id);
}

int question_open_work(const struct asking *asking) {
    return asking_list(asking, asking_listing(asking, ADMIN_OPEN_WORK, 1));
}

int question_verify(const struct asking *asking) {
    const Linkgate__Admin__V1__Verify *order = asking->request->verify;
    bool link = order->kind == LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_LINK;
    if (!link && order->kind != LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_TRANSFER)
        return asking_refuse_field(asking, "kind", "Links or transfers.");
    struct admin_listing *listing = asking_listing(asking, ADMIN_VERIFY, order->max);
    listing->object = link ? OBJECT_LINK : OBJECT_TRANSFER;
    if (!take_id(order->after, &listing->after))
        return drop_listing(asking, listing, "after");
    if (!take_id(order->id, &listing->only))
        return drop_listing(asking, listing, "id");
    return asking_list(asking, listing);
}

int question_refusals(const struct asking *asking) {
    const Linkgate__Admin__V1__ListRefusals *order = asking->request->list_refusals;
    if (!asking_bank_code_right(order->bank))
        return asking_refuse_field(asking, "bank",
                                   "A bank code has 12 digits, the last a check digit.");
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_REFUSALS, 0);
    listing->filter = (struct admin_filter){
        .bank = order->bank, .from_ms = order->from_ms, .until_ms = order->until_ms};
    if (!take_id(order->after, &listing->after))
        return drop_listing(asking, listing, "after");
    return asking_list(asking, listing);
}
