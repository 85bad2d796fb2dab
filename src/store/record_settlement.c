/*
 * Nets and settlement windows as records. Each field stands here once in each direction, but for those
 * in the key.
 */
#include "store/record_settlement.h"

typedef Linkgate__Store__V1__PaymentWord word_record;

/* NULL for none. */
static word_record *word_to_record(const struct payment_word *word, word_record *record) {
    if (word->at_ms == 0)
        return NULL;
    linkgate__store__v1__payment_word__init(record);
    record->at_ms = word->at_ms;
    record->reference = record_text(word->reference);
    record->amount_fen = word->amount_fen;
    return record;
}

static bool word_from_record(const word_record *record, struct payment_word *word) {
    *word = (struct payment_word){0};
    if (record == NULL)
        return true;
    word->at_ms = record->at_ms;
    word->amount_fen = record->amount_fen;
    return record->at_ms != 0 &&
           text_from_record(record->reference, word->reference, sizeof(word->reference));
}

void net_to_record(const struct pair_net *net, struct net_records *records_out) {
    Linkgate__Store__V1__PairNet *record = &records_out->net;
    linkgate__store__v1__pair_net__init(record);
    record->net_fen = net->net_fen;
    record->to_low_fen = net->to_low_fen;
    record->to_high_fen = net->to_high_fen;
    record->count = net->count;
    record->carried_fen = net->carried_fen;
    record->multilateral = net->multilateral;
    record->order = record_id(&net->order);
    record->low_said = word_to_record(&net->low_said, &records_out->words[0]);
    record->high_said = word_to_record(&net->high_said, &records_out->words[1]);
    record->settled = word_to_record(&net->settled, &records_out->words[2]);
}

bool net_from_record(const Linkgate__Store__V1__PairNet *record, struct pair_net *net_out) {
    net_out->net_fen = record->net_fen;
    net_out->to_low_fen = record->to_low_fen;
    net_out->to_high_fen = record->to_high_fen;
    net_out->count = record->count;
    net_out->carried_fen = record->carried_fen;
    net_out->multilateral = record->multilateral != 0;
    return id_from_record(record->order, &net_out->order) &&
           word_from_record(record->low_said, &net_out->low_said) &&
           word_from_record(record->high_said, &net_out->high_said) &&
           word_from_record(record->settled, &net_out->settled);
}

void window_to_record(const struct window *window, struct window_records *records_out) {
    Linkgate__Store__V1__Window *record = &records_out->window;
    linkgate__store__v1__window__init(record);
    record->state = window->state;
    record->settlement = window->settlement;
    record->business_day = window->business_day;
    record->cut_off_at_ms = window->cut_off_at_ms;
    record->opened_at_ms = window->opened_at_ms;
    record->closing_at_ms = window->closing_at_ms;
    record->closed_at_ms = window->closed_at_ms;
    record->ended_at_ms = window->ended_at_ms;
    record->successor = window->successor;
    record->defaulter = window->defaulter;
    record->open_pairs = window->open_pairs;
    history_to_records(&window->history, window->opened_at_ms, &records_out->history);
    record->n_history = window->history.count;
    record->history = records_out->history.pointers;
}

bool window_from_record(const Linkgate__Store__V1__Window *record, uint64_t number,
                        struct window *window_out) {
    *window_out = (struct window){
        .number = number,
        .state = (enum window_state)record->state,
        .settlement = (enum settlement)record->settlement,
        .business_day = record->business_day,
        .cut_off_at_ms = record->cut_off_at_ms,
        .opened_at_ms = record->opened_at_ms,
        .closing_at_ms = record->closing_at_ms,
        .closed_at_ms = record->closed_at_ms,
        .ended_at_ms = record->ended_at_ms,
        .successor = record->successor,
        .defaulter = record->defaulter,
        .open_pairs = record->open_pairs,
    };
    return number != 0 && record->n_history > 0 &&
           history_from_records(record->n_history, record->history, record->opened_at_ms,
                                &window_out->history);
}
