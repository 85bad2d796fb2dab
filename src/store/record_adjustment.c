/*
 * Adjustments as records. Each field stands here once in each direction, but for the key's; the text
 * is added by the table.
 */
#include "store/record_adjustment.h"

void adjustment_to_record(const struct adjustment *adjustment, struct adjustment_records *out) {
    Linkgate__Store__V1__Adjustment *record = &out->adjustment;
    linkgate__store__v1__adjustment__init(record);
    record->inquiry = record_id(&adjustment->inquiry);
    record->state = adjustment->state;
    record->debtor = adjustment->debtor;
    record->creditor = adjustment->creditor;
    record->proposed_by = adjustment->proposed_by;
    record->amount_fen = adjustment->amount.fen;
    record->currency = record_text(adjustment->amount.currency);
    record->expires_at_ms = adjustment->expires_at_ms;
    record->window = adjustment->window;
    ENSURE(adjustment->entry_count <= ADJUSTMENT_ENTRIES_MAX);
    for (uint32_t i = 0; i < adjustment->entry_count; i++) {
        const struct adjustment_entry *entry = &adjustment->entries[i];
        linkgate__store__v1__adjustment_entry__init(&out->entries[i]);
        out->entries[i].state = entry->state;
        out->entries[i].by = entry->by;
        out->entries[i].at_ms = entry->at_ms;
        out->entries[i].sequence = entry->sequence;
        out->pointers[i] = &out->entries[i];
    }
    record->n_entries = adjustment->entry_count;
    record->entries = out->pointers;
}

bool adjustment_from_record(const Linkgate__Store__V1__Adjustment *record, const struct id *id,
                            struct adjustment *out) {
    *out = (struct adjustment){
        .id = *id,
        .state = (enum adjustment_state)record->state,
        .debtor = record->debtor,
        .creditor = record->creditor,
        .proposed_by = record->proposed_by,
        .amount.fen = record->amount_fen,
        .expires_at_ms = record->expires_at_ms,
        .window = record->window,
    };
    if (record->n_entries > ADJUSTMENT_ENTRIES_MAX)
        return false;
    out->entry_count = (uint32_t)record->n_entries;
    for (size_t i = 0; i < record->n_entries; i++) {
        const Linkgate__Store__V1__AdjustmentEntry *entry = record->entries[i];
        out->entries[i] = (struct adjustment_entry){(enum adjustment_state)entry->state, entry->by,
                                                    entry->at_ms, entry->sequence};
    }
    return id_from_record(record->inquiry, &out->inquiry) &&
           text_from_record(record->currency, out->amount.currency, sizeof(out->amount.currency));
}
