/*
 * Overviews as records. Each field stands here once in each direction, but for the key's. What was
 * answered is a text of fixed size for each part: three numbers, the currency, the reason.
 */
#include "store/record_overview.h"

#include <string.h>

static bool is_answered(const struct store_overview_part *part) {
    return part->status == OVERVIEW_ANSWERED || part->status == OVERVIEW_DECLINED;
}

static void write_answer(const struct store_overview_part *part, uint8_t *out) {
    put_be64(out, (uint64_t)part->available_fen);
    put_be64(out + 8, (uint64_t)part->booked_fen);
    put_be64(out + 16, (uint64_t)part->as_of_ms);
    memcpy(out + 24, part->currency, CURRENCY_SIZE);
    memcpy(out + 24 + CURRENCY_SIZE, part->reason, REASON_SIZE);
}

static bool read_answer(ProtobufCBinaryData text, struct store_overview_part *part) {
    if (text.len != OVERVIEW_ANSWER_SIZE)
        return false;
    part->available_fen = (int64_t)get_be64(text.data);
    part->booked_fen = (int64_t)get_be64(text.data + 8);
    part->as_of_ms = (int64_t)get_be64(text.data + 16);
    memcpy(part->currency, text.data + 24, CURRENCY_SIZE);
    memcpy(part->reason, text.data + 24 + CURRENCY_SIZE, REASON_SIZE);
    return part->currency[CURRENCY_SIZE - 1] == '\0' && part->reason[REASON_SIZE - 1] == '\0';
}

void overview_to_record(const struct store_overview *overview, struct overview_records *out) {
    Linkgate__Store__V1__Overview *record = &out->overview;
    linkgate__store__v1__overview__init(record);
    record->asked_by = overview->asked_by;
    record->request = record_id(&overview->request);
    record->next = record_id(&overview->next);
    ENSURE(overview->count <= OVERVIEW_PARTS_MAX);
    for (uint32_t i = 0; i < overview->count; i++) {
        const struct store_overview_part *part = &overview->parts[i];
        linkgate__store__v1__overview_part__init(&out->parts[i]);
        out->parts[i].link = record_id(&part->link);
        out->parts[i].question = record_id(&part->question);
        out->parts[i].status = part->status;
        out->pointers[i] = &out->parts[i];
        out->texts[i] = (ProtobufCBinaryData){0, NULL};
        if (is_answered(part)) {
            write_answer(part, out->answers[i]);
            out->texts[i] = record_bytes(span_of(out->answers[i], OVERVIEW_ANSWER_SIZE));
        }
    }
    record->n_parts = overview->count;
    record->parts = out->pointers;
}

bool overview_from_record(const Linkgate__Store__V1__Overview *record, const struct id *id,
                          struct store_overview *out) {
    *out = (struct store_overview){.id = *id, .asked_by = record->asked_by};
    if (record->n_parts > OVERVIEW_PARTS_MAX || !id_from_record(record->request, &out->request) ||
        !id_from_record(record->next, &out->next))
        return false;
    out->count = (uint32_t)record->n_parts;
    for (uint32_t i = 0; i < out->count; i++) {
        struct store_overview_part *part = &out->parts[i];
        part->status = (enum overview_status)record->parts[i]->status;
        if (!id_from_record(record->parts[i]->link, &part->link) ||
            !id_from_record(record->parts[i]->question, &part->question))
            return false;
    }
    return true;
}

bool overview_take_answers(const texts_record *texts, struct store_overview *overview) {
    if (texts->n_texts > overview->count)
        return false;
    for (uint32_t i = 0; i < overview->count; i++) {
        struct store_overview_part *part = &overview->parts[i];
        bool there = i < texts->n_texts && texts->texts[i].len > 0;
        if (there != is_answered(part) || (there && !read_answer(texts->texts[i], part)))
            return false;
    }
    return true;
}
