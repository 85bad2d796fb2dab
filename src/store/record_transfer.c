/*
 * Transfers as records. Each field of struct transfer stands here once in each direction, but for
 * its id, which is the key; the sealed instruction and the sealed texts are added by the table.
 */
#include "store/record.h"

/* What a record of an accepted transfer means that names no other. */
#define CREDIT_WAIT_UNWRITTEN_MS 60000

/* What may happen to a transfer besides its straight way: mostly all zero. */
static void events_to_record(const struct transfer *transfer, transfer_record *record) {
    record->original = record_id(&transfer->original);
    record->returned_fen = transfer->returned_fen;
    record->came_back_fen = transfer->came_back_fen;
    record->cancel = transfer->cancel;
    record->cancel_request = record_id(&transfer->cancel_request);
    record->cancel_asked_at_ms = transfer->cancel_asked_at_ms;
    record->cancel_reason = record_text(transfer->cancel_reason);
    record->step_up_at_ms = transfer->step_up_at_ms;
    record->step_up_method = record_text(transfer->step_up_method);
    record->credit_late = transfer->credit_late;
    record->unknown_at_ms = transfer->unknown_at_ms;
    record->unknown_alarm_ms = transfer->unknown_alarm_ms;
    record->case_id = record_id(&transfer->case_id);
}

void transfer_to_record(const struct transfer *transfer, struct transfer_records *records_out) {
    transfer_record *record = &records_out->transfer;
    linkgate__store__v1__transfer__init(record);
    record->state = transfer->state;
    record->frozen = transfer->frozen;
    record->conflict = transfer->conflict;
    record->kind = transfer->kind;
    record->direction = transfer->direction;
    record->link = record_id(&transfer->link);
    record->request = record_id(&transfer->request);
    record->submitter = transfer->submitter;
    record->instructed = transfer->instructed;
    record->debtor_bank = transfer->debtor_bank;
    record->creditor_bank = transfer->creditor_bank;
    record->amount_fen = transfer->amount.fen;
    record->currency = record_text(transfer->amount.currency);
    record->end_to_end_id = record_text(transfer->end_to_end_id);
    record->received_at_ms = transfer->received_at_ms;
    record->deadline_ms = transfer->deadline_ms;
    record->accepted_at_ms = transfer->accepted_at_ms;
    record->credit_wait_ms =
        transfer->credit_wait_ms == CREDIT_WAIT_UNWRITTEN_MS ? 0 : transfer->credit_wait_ms;
    record->credited_at_ms = transfer->credited_at_ms;
    record->window = transfer->window;
    record->reference = record_text(transfer->reference);
    record->book_date = record_text(transfer->book_date);
    record->reason = record_text(transfer->reason);
    record->refusal = transfer->refusal;
    record->answer_pin = record_digest(&transfer->answer_pin);
    record->evidence = record_digest(&transfer->evidence);
    record->class2_pays = transfer->class2_pays;
    record->counted = transfer->counted;
    record->in_cool_down = transfer->in_cool_down;
    record->limited = transfer->limited;
    record->funds = transfer->funds;
    record->fallback = transfer->fallback;
    record->in_house = transfer->in_house;
    events_to_record(transfer, record);
    record->history_spilled = transfer->history.spilled;
    history_to_records(&transfer->history, transfer->received_at_ms, &records_out->history);
    record->n_history = transfer->history.count;
    record->history = records_out->history.pointers;
}

static bool texts_from_record(const transfer_record *record, struct transfer *transfer) {
    struct money *amount = &transfer->amount;
    return text_from_record(record->currency, amount->currency, sizeof(amount->currency)) &&
           text_from_record(record->end_to_end_id, transfer->end_to_end_id,
                            sizeof(transfer->end_to_end_id)) &&
           text_from_record(record->reference, transfer->reference, sizeof(transfer->reference)) &&
           text_from_record(record->book_date, transfer->book_date, sizeof(transfer->book_date)) &&
           text_from_record(record->reason, transfer->reason, sizeof(transfer->reason));
}

static bool events_from_record(const transfer_record *record, struct transfer *transfer) {
    transfer->returned_fen = record->returned_fen;
    transfer->came_back_fen = record->came_back_fen;
    transfer->cancel = record->cancel;
    transfer->cancel_asked_at_ms = record->cancel_asked_at_ms;
    transfer->step_up_at_ms = record->step_up_at_ms;
    transfer->credit_late = record->credit_late;
    transfer->unknown_at_ms = record->unknown_at_ms;
    transfer->unknown_alarm_ms = record->unknown_alarm_ms;
    return id_from_record(record->original, &transfer->original) &&
           id_from_record(record->cancel_request, &transfer->cancel_request) &&
           id_from_record(record->case_id, &transfer->case_id) &&
           text_from_record(record->cancel_reason, transfer->cancel_reason,
                            sizeof(transfer->cancel_reason)) &&
           text_from_record(record->step_up_method, transfer->step_up_method,
                            sizeof(transfer->step_up_method));
}

bool transfer_from_record(const transfer_record *record, const struct id *id,
                          struct transfer *transfer_out) {
    struct transfer *transfer = transfer_out;
    *transfer = (struct transfer){.id = *id};
    transfer->state = (enum transfer_state)record->state;
    transfer->frozen = record->frozen;
    transfer->conflict = record->conflict;
    transfer->kind = (enum transfer_kind)record->kind;
    transfer->direction = (enum transfer_direction)record->direction;
    transfer->submitter = record->submitter;
    transfer->instructed = record->instructed;
    transfer->debtor_bank = record->debtor_bank;
    transfer->creditor_bank = record->creditor_bank;
    transfer->amount.fen = record->amount_fen;
    transfer->received_at_ms = record->received_at_ms;
    transfer->deadline_ms = record->deadline_ms;
    transfer->accepted_at_ms = record->accepted_at_ms;
    transfer->credit_wait_ms = record->credit_wait_ms;
    if (transfer->accepted_at_ms != 0 && transfer->credit_wait_ms == 0)
        transfer->credit_wait_ms = CREDIT_WAIT_UNWRITTEN_MS;
    transfer->credited_at_ms = record->credited_at_ms;
    transfer->window = record->window;
    transfer->refusal = record->refusal;
    transfer->class2_pays = record->class2_pays;
    transfer->counted = record->counted;
    transfer->in_cool_down = record->in_cool_down;
    transfer->limited = record->limited;
    transfer->funds = record->funds;
    transfer->fallback = record->fallback;
    transfer->in_house = record->in_house;
    transfer->history.spilled = record->history_spilled;
    return id_from_record(record->link, &transfer->link) &&
           id_from_record(record->request, &transfer->request) &&
           digest_from_record(record->answer_pin, &transfer->answer_pin) &&
           digest_from_record(record->evidence, &transfer->evidence) &&
           texts_from_record(record, transfer) && events_from_record(record, transfer) &&
           history_from_records(record->n_history, record->history, record->received_at_ms,
                                &transfer->history);
}
