/*
 * Notices: numbered per bank from 1 without gaps, kept until acknowledged.
 *
 * Invariant: rows acked + 1 .. last of a bank are in the table, and no others; each names an object
 * and the history entry that it tells. The body is made anew from the object when it is sent. A
 * token is HMAC(store id, bank, number): what it is for, says resync.c. To a bank that is held
 * nothing goes.
 */
#include "ledger/adjustments.h"
#include "ledger/cards.h"
#include "ledger/events.h"
#include "ledger/loans.h"
#include "ledger/product_orders.h"
#include "ledger/products.h"
#include "ledger/settlement.h"

#include "crypto/digest.h"
#include "wire/message.h"

bool notice_token(struct apply *apply, bank_code bank, uint64_t sequence,
                  struct digest *token_out) {
    struct store_meta meta;
    if (store_get_meta(apply->store, &meta) != 0)
        return false;
    uint8_t place[16];
    put_be64(place, bank);
    put_be64(place + 8, sequence);
    struct span parts[] = {span_of(meta.store_id.bytes, DIGEST_SIZE), span_of(place, sizeof place)};
    keyring_hash(apply->ledger->keyring, KEYRING_NOTICE, parts, 2, token_out);
    return true;
}

/* ---- the kinds of objects that notices tell of ---- */

union noticed {
    struct link link;
    struct transfer transfer;
    struct inquiry_case inquiry;
    struct adjustment adjustment;
    struct window window;
    struct card card;
    struct bank_event event;
    struct product product;
    struct loan loan;
    struct product_order order;
};

/* A notice as one bank gets it. */
struct told {
    bank_code bank;
    struct notice_place place;
    uint32_t entry;
};

struct noticed_kind {
    enum object_kind kind;
    enum message_kind message;
    int (*load)(struct store *store, const struct id *id, union noticed *object_out);
    /* Appends the notice to ledger->notice. */
    int (*encode)(struct apply *apply, const void *object, const struct told *told);
};

static int load_link(struct store *store, const struct id *id, union noticed *object_out) {
    return store_get_link(store, id, &object_out->link);
}

static int encode_link(struct apply *apply, const void *object, const struct told *told) {
    const struct link *link = object;
    struct history_entry entry;
    int result =
        apply_history_at(apply, OBJECT_LINK, &link->id, &link->history, told->entry, &entry);
    if (result)
        return result;
    struct link_view view;
    result = link_view_load(apply, link, told->bank, &view);
    if (result)
        return result;
    view.state = (enum link_state)entry.state;
    const char *event = link_event_name((enum link_event)entry.event);
    message_encode_link_notice(&told->place, &view, event, &apply->ledger->notice);
    return 0;
}

static int load_transfer(struct store *store, const struct id *id, union noticed *object_out) {
    return store_get_transfer(store, id, &object_out->transfer);
}

static int encode_transfer(struct apply *apply, const void *object, const struct told *told) {
    const struct transfer *transfer = object;
    struct history_entry entry;
    int result = apply_history_at(apply, OBJECT_TRANSFER, &transfer->id, &transfer->history,
                                  told->entry, &entry);
    if (result)
        return result;
    struct transfer_view view;
    result = transfer_view_load(apply, transfer, &view);
    if (result)
        return result;
    view.state = (enum transfer_state)entry.state;
    const char *event = transfer_event_name((enum transfer_event)entry.event);
    message_encode_transfer_notice(&told->place, &view, event, &apply->ledger->notice);
    return 0;
}

static int load_case(struct store *store, const struct id *id, union noticed *object_out) {
    return store_get_case(store, id, &object_out->inquiry);
}

static int encode_case(struct apply *apply, const void *object, const struct told *told) {
    struct case_view view;
    int result = case_view_load(apply, object, &view);
    if (result)
        return result;
    message_encode_case_notice(&told->place, &view, &apply->ledger->notice);
    return 0;
}

static int load_adjustment(struct store *store, const struct id *id, union noticed *object_out) {
    return store_get_adjustment(store, id, &object_out->adjustment);
}

/* As it was at that entry. */
static int encode_adjustment(struct apply *apply, const void *object, const struct told *told) {
    struct adjustment then = *(const struct adjustment *)object;
    struct adjustment_view view;
    APPLY_INVARIANT(told->entry < then.entry_count);
    then.entry_count = told->entry + 1;
    then.state = then.entries[told->entry].state;
    if (then.state != ADJUSTMENT_BOOKED)
        then.window = 0;
    int result = adjustment_view_load(apply, &then, &view);
    if (result)
        return result;
    message_encode_adjustment_notice(&told->place, &view, &apply->ledger->notice);
    return 0;
}

static int load_card(struct store *store, const struct id *id, union noticed *object_out) {
    return store_get_card(store, id, &object_out->card);
}

/* The number goes with the step that made it. */
static int encode_card(struct apply *apply, const void *object, const struct told *told) {
    const struct card *card = object;
    const struct history_entry *entry = history_at(&card->history, told->entry);
    struct card_view view;
    APPLY_INVARIANT(entry != NULL);
    int result = card_view_load(apply, card, told->bank, &view);
    if (result)
        return result;
    view.state = (enum card_state)entry->state;
    if (view.state != CARD_ISSUED)
        view.number = span_of(NULL, 0);
    message_encode_card_notice(&told->place, &view, card_event_name((enum card_event)entry->event),
                               &apply->ledger->notice);
    return 0;
}

static int load_window(struct store *store, const struct id *id, union noticed *object_out) {
    return store_get_window(store, window_number(id), &object_out->window);
}

static int encode_window(struct apply *apply, const void *object, const struct told *told) {
    const struct window *window = object;
    const struct history_entry *entry = history_at(&window->history, told->entry);
    struct window_view view;
    APPLY_INVARIANT(entry != NULL);
    int result = window_view_load(apply, window, told->bank, &view);
    if (result)
        return result;
    view.state = (enum window_state)entry->state;
    message_encode_window_notice(&told->place, &view, &apply->ledger->notice);
    return 0;
}

static int load_event(struct store *store, const struct id *id, union noticed *object_out) {
    return store_get_event(store, id, &object_out->event);
}

static int encode_event(struct apply *apply, const void *object, const struct told *told) {
    struct event_view view;
    int result = event_view_load(apply, object, &view);
    if (result)
        return result;
    message_encode_event_notice(&told->place, &view, &apply->ledger->notice);
    return 0;
}

static int load_product(struct store *store, const struct id *id, union noticed *object_out) {
    return store_get_product(store, id, &object_out->product);
}

/* Of a product an entry is a version. */
static int encode_product(struct apply *apply, const void *object, const struct told *told) {
    const struct product *present = object;
    struct product then;
    int result = product_version_at(apply, present, told->entry, "", &then);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    struct product_view view = product_view_of(&then, told->bank);
    message_encode_product_notice(&told->place, &view, &apply->ledger->notice);
    return 0;
}

static int load_loan(struct store *store, const struct id *id, union noticed *object_out) {
    return store_get_loan(store, id, &object_out->loan);
}

/* As it is now, but for the state: that of the step. */
static int encode_loan(struct apply *apply, const void *object, const struct told *told) {
    struct loan_view view = {.loan = *(const struct loan *)object};
    const struct loan *loan = &view.loan;
    struct history_entry entry;
    int result =
        apply_history_at(apply, OBJECT_LOAN, &loan->id, &loan->history, told->entry, &entry);
    if (result)
        return result;
    view.loan.state = (enum loan_state)entry.state;
    message_encode_loan_notice(&told->place, &view, loan_event_name((enum loan_event)entry.event),
                               &apply->ledger->notice);
    return 0;
}

static int load_order(struct store *store, const struct id *id, union noticed *object_out) {
    return store_get_order(store, id, &object_out->order);
}

/* As it is now, in the state to which the step led. */
static int encode_order(struct apply *apply, const void *object, const struct told *told) {
    const struct product_order *order = object;
    struct history_entry entry;
    int result =
        apply_history_at(apply, OBJECT_ORDER, &order->id, &order->history, told->entry, &entry);
    if (result)
        return result;
    struct order_view view = {.order = *order};
    view.order.state = (enum product_order_state)entry.state;
    const char *event = product_order_event_name((enum product_order_event)entry.event);
    message_encode_order_notice(&told->place, &view, event, &apply->ledger->notice);
    return 0;
}

static const struct noticed_kind kinds[] = {
    {OBJECT_TRANSFER, MESSAGE_TRANSFER_NOTICE, load_transfer, encode_transfer},
    {OBJECT_LINK, MESSAGE_LINK_NOTICE, load_link, encode_link},
    {OBJECT_CASE, MESSAGE_CASE_NOTICE, load_case, encode_case},
    {OBJECT_ADJUSTMENT, MESSAGE_ADJUSTMENT_NOTICE, load_adjustment, encode_adjustment},
    {OBJECT_WINDOW, MESSAGE_WINDOW_NOTICE, load_window, encode_window},
    {OBJECT_CARD, MESSAGE_CARD_NOTICE, load_card, encode_card},
    {OBJECT_EVENT, MESSAGE_EVENT_NOTICE, load_event, encode_event},
    {OBJECT_PRODUCT, MESSAGE_PRODUCT_NOTICE, load_product, encode_product},
    {OBJECT_LOAN, MESSAGE_LOAN_NOTICE, load_loan, encode_loan},
    {OBJECT_ORDER, MESSAGE_ORDER_NOTICE, load_order, encode_order},
};

static const struct noticed_kind *kind_of(enum object_kind kind) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].kind == kind)
            return &kinds[i];
    }
    return NULL;
}

/* ---- giving them ---- */

static int send(struct apply *apply, const struct noticed_kind *kind, const void *object,
                struct told *told) {
    APPLY_INVARIANT(notice_token(apply, told->bank, told->place.sequence, &told->place.token));
    buf_clear(&apply->ledger->notice);
    int result = kind->encode(apply, object, told);
    if (result)
        return result;
    struct effect *effect = effects_add(apply->effects, EFFECT_NOTICE);
    effect->payload = arena_copy(&apply->effects->arena, buf_span(&apply->ledger->notice));
    effect->message = kind->message;
    effect->bank = told->bank;
    effect->sequence = told->place.sequence;
    return 0;
}

/* Gives the next number of a bank and stores its row; online_out: worth sending now. */
static int take_number(struct apply *apply, bank_code bank, const struct store_notice *row,
                       uint64_t *sequence_out, bool *online_out) {
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    counters.last_notice++;
    store_put_bank_counters(apply->store, bank, &counters);
    store_put_notice(apply->store, bank, counters.last_notice, row);
    *sequence_out = counters.last_notice;
    *online_out = counters.online && !counters.held_notice;
    return 0;
}

/* To one bank: numbered, stored, and sent if the bank is there. */
static int give(struct apply *apply, bank_code bank, const struct store_notice *row,
                const void *object) {
    const struct noticed_kind *kind = kind_of(row->kind);
    struct told told = {.bank = bank, .entry = row->entry};
    bool online;
    APPLY_INVARIANT(kind != NULL);
    APPLY_TRY(take_number(apply, bank, row, &told.place.sequence, &online));
    return online ? send(apply, kind, object, &told) : 0;
}

int notice_link(struct apply *apply, const struct link *link) {
    APPLY_INVARIANT(history_length(&link->history) > 0);
    struct store_notice row = {OBJECT_LINK, link->id, history_length(&link->history) - 1};
    int result = give(apply, link->class2_bank, &row, link);
    return result ? result : give(apply, link->class1_bank, &row, link);
}

int notice_transfer(struct apply *apply, const struct transfer *transfer) {
    APPLY_INVARIANT(history_length(&transfer->history) > 0);
    struct store_notice row = {OBJECT_TRANSFER, transfer->id,
                               history_length(&transfer->history) - 1};
    int result = give(apply, transfer->submitter, &row, transfer);
    return result ? result : give(apply, transfer->instructed, &row, transfer);
}

int notice_submitter(struct apply *apply, const struct transfer *transfer) {
    APPLY_INVARIANT(history_length(&transfer->history) > 0);
    struct store_notice row = {OBJECT_TRANSFER, transfer->id,
                               history_length(&transfer->history) - 1};
    return give(apply, transfer->submitter, &row, transfer);
}

int notice_case(struct apply *apply, const struct inquiry_case *inquiry) {
    APPLY_INVARIANT(inquiry->entry_count > 0);
    struct store_notice row = {OBJECT_CASE, inquiry->id, inquiry->entry_count - 1};
    int result = give(apply, inquiry->owner, &row, inquiry);
    if (result || inquiry->other == 0)
        return result;
    return give(apply, inquiry->other, &row, inquiry);
}

int notice_adjustment(struct apply *apply, const struct adjustment *adjustment) {
    APPLY_INVARIANT(adjustment->entry_count > 0);
    struct store_notice row = {OBJECT_ADJUSTMENT, adjustment->id, adjustment->entry_count - 1};
    int result = give(apply, adjustment->debtor, &row, adjustment);
    return result ? result : give(apply, adjustment->creditor, &row, adjustment);
}

int notice_card(struct apply *apply, const struct card *card) {
    APPLY_INVARIANT(history_length(&card->history) > 0);
    struct store_notice row = {OBJECT_CARD, card->id, history_length(&card->history) - 1};
    int result = give(apply, card->class2_bank, &row, card);
    return result ? result : give(apply, card->class1_bank, &row, card);
}

int notice_loan(struct apply *apply, const struct loan *loan) {
    APPLY_INVARIANT(history_length(&loan->history) > 0);
    struct store_notice row = {OBJECT_LOAN, loan->id, history_length(&loan->history) - 1};
    int result = give(apply, loan->lead, &row, loan);
    return result ? result : give(apply, loan->terms.partner, &row, loan);
}

int notice_order(struct apply *apply, const struct product_order *order) {
    struct store_notice row = {OBJECT_ORDER, order->id, history_length(&order->history) - 1};
    struct link link;
    int result = store_get_link(apply->store, &order->link, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0 && history_length(&order->history) > 0);
    result = give(apply, link.class2_bank, &row, order);
    return result ? result : give(apply, link.class1_bank, &row, order);
}

int notice_event(struct apply *apply, const struct bank_event *event) {
    struct store_notice row = {OBJECT_EVENT, event->id, 0};
    return give(apply, event->to, &row, event);
}

int notice_window(struct apply *apply, const struct window *window) {
    struct store_notice row = {OBJECT_WINDOW, window_id(window->number),
                               history_length(&window->history) - 1};
    struct bank bank = {.code = 0};
    int result;
    while ((result = store_next_bank(apply->store, bank.code, &bank)) == 0) {
        struct pair_net net;
        result = store_next_net_of_bank(apply->store, window->number, bank.code, 0, &net);
        if (result == 0)
            result = give(apply, bank.code, &row, window);
        if (result < 0 || result == APPLY_BROKEN)
            return result;
    }
    return result < 0 ? result : 0;
}

int notice_product(struct apply *apply, const struct product *product) {
    struct store_notice row = {OBJECT_PRODUCT,
                               store_product_id(product->issuer, span_text(product->code)),
                               product->version};
    struct bank bank = {.code = 0};
    int result;
    while ((result = store_next_bank(apply->store, bank.code, &bank)) == 0) {
        if (product_told_to(product, bank.code, bank.added_at_ms))
            result = give(apply, bank.code, &row, product);
        if (result)
            return result;
    }
    return result < 0 ? result : 0;
}

/* The row goes, and with it what an event waits for: only a bank for which one waits has its rows
 * read. */
static int acknowledge(struct apply *apply, bank_code bank, struct bank_counters *counters) {
    uint64_t sequence = counters->acked_notice + 1;
    if (counters->events > 0) {
        struct store_notice row;
        int result = store_get_notice(apply->store, bank, sequence, &row);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
        if (row.kind == OBJECT_EVENT)
            result = event_delivered(apply, &row.object, counters);
        if (result)
            return result;
    }
    counters->acked_notice = sequence;
    return store_drop_notice(apply->store, bank, sequence);
}

int notice_acknowledge(struct apply *apply) {
    bank_code bank = apply->command->bank;
    uint64_t up_to = apply->command->body.ack_notices.up_to_sequence;
    struct bank_counters counters;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    if (counters.held_notice)
        return 0; /* of a notice that another life of this store gave */
    if (up_to > counters.last_notice) {
        apply_alarm(apply, "a bank acknowledged notices that were never given", &(struct id){{0}});
        return 0;
    }
    uint64_t from = counters.acked_notice;
    for (uint32_t n = 0; counters.acked_notice < up_to && n < LEDGER_ACK_MAX; n++) {
        result = acknowledge(apply, bank, &counters);
        if (result)
            return result;
    }
    if (counters.acked_notice != from)
        store_put_bank_counters(apply->store, bank, &counters);
    return 0;
}

int notice_send_row(struct apply *apply, bank_code bank, uint64_t sequence) {
    struct store_notice row;
    int result = store_get_notice(apply->store, bank, sequence, &row);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    const struct noticed_kind *kind = kind_of(row.kind);
    APPLY_INVARIANT(kind != NULL);
    union noticed object;
    result = kind->load(apply->store, &row.object, &object);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    struct told told = {.bank = bank, .place.sequence = sequence, .entry = row.entry};
    return send(apply, kind, &object, &told);
}

int notice_fetch(struct apply *apply) {
    const struct fetch_notices *fetch = &apply->command->body.fetch_notices;
    bank_code bank = apply->command->bank;
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    uint64_t sequence = fetch->after_sequence > counters.acked_notice ? fetch->after_sequence
                                                                      : counters.acked_notice;
    uint32_t max = fetch->max < LEDGER_NOTICE_PAGE_MAX ? fetch->max : LEDGER_NOTICE_PAGE_MAX;
    if (counters.held_notice)
        max = 0;
    for (uint32_t n = 0; n < max && sequence < counters.last_notice; n++) {
        int result = notice_send_row(apply, bank, ++sequence);
        if (result)
            return result;
    }
    apply_reply(apply, MESSAGE_ACK_NOTICES, (struct span){NULL, 0}); /* the page ends here */
    return 0;
}
