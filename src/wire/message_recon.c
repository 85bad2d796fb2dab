/*
 * Reading and writing the messages of reconciliation, the gateway's side.
 *
 * Which rows may stand in which list, whether they add up, and whether parts come in their order is
 * decided where lists are kept. Pages are made entry by entry: a protobuf message that is appended to
 * another of its kind is one with both's entries.
 */
#include <string.h>

#include "domain/calendar.h"
#include "linkgate/v1/recon.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/parts.h"
#include "wire/recon_item.h"

_Static_assert(
    (int)RECON_MATCHED == (int)LINKGATE__V1__RECON_CLASS__RECON_CLASS_MATCHED &&
        (int)RECON_AMOUNT_DIFF == (int)LINKGATE__V1__RECON_CLASS__RECON_CLASS_AMOUNT_DIFF &&
        (int)RECON_STATUS_DIFF == (int)LINKGATE__V1__RECON_CLASS__RECON_CLASS_STATUS_DIFF &&
        (int)RECON_MISSING_HERE == (int)LINKGATE__V1__RECON_CLASS__RECON_CLASS_MISSING_HERE &&
        (int)RECON_MISSING_THERE == (int)LINKGATE__V1__RECON_CLASS__RECON_CLASS_MISSING_THERE &&
        (int)RECON_DATE_SHIFT == (int)LINKGATE__V1__RECON_CLASS__RECON_CLASS_DATE_SHIFT &&
        (int)RECON_DUPLICATE == (int)LINKGATE__V1__RECON_CLASS__RECON_CLASS_DUPLICATE,
    "wire values");
_Static_assert((int)RECON_WAITS == (int)LINKGATE__V1__RECON_STATE__RECON_STATE_WAITS &&
                   (int)RECON_COMPARED == (int)LINKGATE__V1__RECON_STATE__RECON_STATE_COMPARED &&
                   (int)RECON_JUDGED == (int)LINKGATE__V1__RECON_STATE__RECON_STATE_JUDGED,
               "wire values");
_Static_assert((int)RECON_HOLDINGS == (int)LINKGATE__V1__RECON_LIST__RECON_LIST_HOLDINGS &&
                   (int)RECON_LOANS == (int)LINKGATE__V1__RECON_LIST__RECON_LIST_LOANS,
               "wire values");

/* ---- requests ---- */

void read_query_totals(struct shape *shape, struct span payload, struct query_totals *out) {
    const Linkgate__V1__QueryTotals *message =
        shape_read(shape, payload, &linkgate__v1__query_totals__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct query_totals){.kind = RECON_MONEY, .window = message->window};
    if (message->list != 0)
        out->kind = recon_list_kind(shape, "list", (int)message->list, message->window != 0);
    if (shape_text(message->after_bank_code).size > 0)
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "after_bank_code", message->after_bank_code,
                        &out->after);
    if (recon_is_by_day(out->kind) && out->after != 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "after_bank_code");
    shape_id_or_none(shape, "after", &message->after, &out->after_id);
    if (!recon_is_by_day(out->kind) && message->after.len > 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "after");
}

void read_recon_page(struct shape *shape, struct span payload, struct recon_page_query *out) {
    const Linkgate__V1__ReconPage *message =
        shape_read(shape, payload, &linkgate__v1__recon_page__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct recon_page_query){
        .kind = recon_list_kind(shape, "list", (int)message->list, message->window != 0),
        .window = message->window,
    };
    part_page(shape, &message->after, message->max, &out->after, &out->max);
}

static void read_header(struct shape *shape, const Linkgate__V1__ReconHeader *message,
                        struct recon_header *out) {
    struct span date = shape_text(message->business_date);
    int64_t day;
    *out = (struct recon_header){
        .kind = recon_list_kind(shape, "header.list", (int)message->list, message->window != 0),
        .window = message->window,
        .totals = {.count = message->count,
                   .debit_fen = message->debit_total_fen,
                   .credit_fen = message->credit_total_fen},
    };
    if (!date_parse(date, &day) || date.size != DATE_TEXT_SIZE - 1)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "header.business_date");
    else
        memcpy(out->business_date, date.data, date.size);
}

static void read_rows(struct shape *shape, const Linkgate__V1__UploadRecon *message,
                      struct upload_recon *out) {
    size_t count = message->n_rows;
    if (count > RECON_PART_ROWS_MAX) {
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "rows");
        return;
    }
    struct recon_item *rows = arena_try(shape->arena, (count + 1) * sizeof(*rows));
    if (rows == NULL) {
        shape_refuse(shape, REFUSAL_MALFORMED, "");
        return;
    }
    for (size_t i = 0; i < count && shape_ok(shape); i++)
        recon_item_read(shape, message->rows[i], &rows[i]);
    out->rows = rows;
    out->row_count = (uint32_t)count;
}

void read_upload_recon(struct shape *shape, struct span payload, struct upload_recon *out) {
    const Linkgate__V1__UploadRecon *message =
        shape_read(shape, payload, &linkgate__v1__upload_recon__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct upload_recon){
        .part = message->part,
        .has_header = message->header != NULL,
        .last = message->sha256.len > 0,
    };
    shape_id(shape, "upload_id", &message->upload_id, &out->upload);
    if (out->has_header != (out->part == 0))
        shape_refuse(shape, out->has_header ? REFUSAL_FIELD_INVALID : REFUSAL_FIELD_MISSING,
                     "header");
    else if (message->header != NULL)
        read_header(shape, message->header, &out->header);
    read_rows(shape, message, out);
    if (out->last)
        shape_digest(shape, "sha256", &message->sha256, &out->list);
    else if (out->row_count == 0 && !out->has_header)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "rows");
}

void read_recon_result(struct shape *shape, struct span payload, struct recon_result_query *out) {
    const Linkgate__V1__ReconResult *message =
        shape_read(shape, payload, &linkgate__v1__recon_result__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct recon_result_query){.from = message->from};
    shape_digest(shape, "list_sha256", &message->list_sha256, &out->list);
    if (message->from > INT64_MAX)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "from");
    if (message->max > LIST_MAX)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "max");
    out->max = message->max == 0 ? LIST_STANDARD : message->max;
}

/* ---- what the gateway says ---- */

static void append_pair(const struct totals_pair *pair, struct buf *out) {
    struct pack pack;
    Linkgate__V1__TotalsPair wire;
    Linkgate__V1__TotalsPair *entries[] = {&wire};
    Linkgate__V1__TotalsReply reply;
    pack_init(&pack);
    linkgate__v1__totals_reply__init(&reply);
    linkgate__v1__totals_pair__init(&wire);
    wire.counterparty_bank_code = pack_bank(&pack, pair->counterparty);
    wire.currency = pack_text(&pack, span_text(pair->currency));
    wire.count = pair->count;
    wire.debit_fen = pair->debit_fen;
    wire.credit_fen = pair->credit_fen;
    reply.n_pairs = 1;
    reply.pairs = entries;
    pack_finish(&pack, &reply.base, out);
}

void message_encode_totals_reply(const struct totals_page *page, struct buf *out) {
    struct pack pack;
    Linkgate__V1__TotalsReply reply;
    for (uint32_t i = 0; i < page->count; i++)
        append_pair(&page->pairs[i], out);
    pack_init(&pack);
    linkgate__v1__totals_reply__init(&reply);
    reply.window = page->window;
    reply.more = page->more;
    reply.next = pack_id(&page->next);
    pack_finish(&pack, &reply.base, out);
}

void message_encode_recon_page_entry(const struct recon_item *item, struct buf *out) {
    struct pack pack;
    struct packed_item packed;
    Linkgate__V1__ReconItem *entries[] = {&packed.item};
    Linkgate__V1__ReconPageReply reply;
    pack_init(&pack);
    linkgate__v1__recon_page_reply__init(&reply);
    recon_item_pack(&pack, item, &packed);
    reply.n_rows = 1;
    reply.rows = entries;
    pack_finish(&pack, &reply.base, out);
}

void message_encode_recon_page_next(const struct id *next, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ReconPageReply reply;
    pack_init(&pack);
    linkgate__v1__recon_page_reply__init(&reply);
    reply.next = pack_id(next);
    pack_finish(&pack, &reply.base, out);
}

void message_encode_upload_reply(const struct upload_reply *reply, struct buf *out) {
    struct pack pack;
    Linkgate__V1__UploadReply wire;
    pack_init(&pack);
    linkgate__v1__upload_reply__init(&wire);
    wire.upload_id = pack_id(&reply->upload);
    wire.part = reply->part;
    wire.rows = reply->rows;
    wire.whole = reply->whole;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_result_entry(const struct recon_difference *difference, struct buf *out) {
    struct pack pack;
    struct packed_item theirs, ours;
    Linkgate__V1__ReconDifference wire;
    Linkgate__V1__ReconDifference *entries[] = {&wire};
    Linkgate__V1__ResultReply reply;
    pack_init(&pack);
    linkgate__v1__result_reply__init(&reply);
    linkgate__v1__recon_difference__init(&wire);
    wire.class_ = (Linkgate__V1__ReconClass)difference->class;
    if (difference->has_theirs) {
        recon_item_pack(&pack, &difference->theirs, &theirs);
        wire.theirs = &theirs.item;
    }
    if (difference->has_ours) {
        recon_item_pack(&pack, &difference->ours, &ours);
        wire.ours = &ours.item;
    }
    reply.n_rows = 1;
    reply.rows = entries;
    pack_finish(&pack, &reply.base, out);
}

void message_encode_result_end(const struct result_reply *reply, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ResultReply wire;
    uint64_t counts[RECON_CLASSES - 1];
    pack_init(&pack);
    linkgate__v1__result_reply__init(&wire);
    wire.list_sha256 = pack_digest(&reply->list);
    wire.state = (Linkgate__V1__ReconState)reply->state;
    if (reply->state >= RECON_COMPARED) {
        memcpy(counts, &reply->counts.of[RECON_MATCHED], sizeof(counts));
        wire.n_counts = RECON_CLASSES - 1;
        wire.counts = counts;
    }
    wire.next = reply->next;
    pack_finish(&pack, &wire.base, out);
}
