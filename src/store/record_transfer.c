/*
 * Transfers as records. Each field of struct transfer stands here once in each direction, but for
 * its id, which is the key; the sealed instruction is added by the table.
 */
#include "store/record.h"

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
    record->credited_at_ms = transfer->credited_at_ms;
    record->window = transfer->window;
    record->reference = record_text(transfer->reference);
    record->book_date = record_text(transfer->book_date);
    record->reason = record_text(transfer->reason);
    record->refusal = transfer->refusal;
    record->answer_pin = record_digest(&transfer->answer_pin);
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
    transfer->credited_at_ms = record->credited_at_ms;
    transfer->window = record->window;
    transfer->refusal = record->refusal;
    return id_from_record(record->link, &transfer->link) &&
           id_from_record(record->request, &transfer->request) &&
           digest_from_record(record->answer_pin, &transfer->answer_pin) &&
           texts_from_record(record, transfer) &&
           history_from_records(record->n_history, record->history, record->received_at_ms,
                                &transfer->history);
}
