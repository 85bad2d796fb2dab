/*
 * A partner bank's side of reconciliation.
 *
 * Nothing is checked on the way out. A part of a list is made row by row, so that nobody holds five
 * hundred of them twice. On the way in what a newer gateway adds is tolerated.
 */
#include <string.h>

#include "linkgate/v1/recon.pb-c.h"
#include "wire/message.h"
#include "wire/partner.h"
#include "wire/recon_item.h"

/* ---- write ---- */

/* Other lists are told by their window. */
static Linkgate__V1__ReconList list_of(enum recon_kind kind) {
    return recon_is_by_day(kind) ? (Linkgate__V1__ReconList)kind : 0;
}

void partner_encode_query_totals(const struct query_totals *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__QueryTotals wire;
    pack_init(&pack);
    linkgate__v1__query_totals__init(&wire);
    wire.window = message->window;
    wire.after_bank_code = pack_bank(&pack, message->after);
    wire.list = list_of(message->kind);
    wire.after = pack_id(&message->after_id);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_recon_page(const struct recon_page_query *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ReconPage wire;
    pack_init(&pack);
    linkgate__v1__recon_page__init(&wire);
    wire.window = message->window;
    wire.after = pack_id(&message->after);
    wire.list = list_of(message->kind);
    wire.max = message->max;
    pack_finish(&pack, &wire.base, out);
}

static void append_row(const struct recon_item *item, struct buf *out) {
    struct pack pack;
    struct packed_item packed;
    Linkgate__V1__ReconItem *entries[] = {&packed.item};
    Linkgate__V1__UploadRecon wire;
    pack_init(&pack);
    linkgate__v1__upload_recon__init(&wire);
    recon_item_pack(&pack, item, &packed);
    wire.n_rows = 1;
    wire.rows = entries;
    pack_finish(&pack, &wire.base, out);
}

static Linkgate__V1__ReconHeader *pack_header(struct pack *pack, const struct recon_header *header,
                                              Linkgate__V1__ReconHeader *out) {
    linkgate__v1__recon_header__init(out);
    out->window = header->window;
    out->business_date = pack_text(pack, span_text(header->business_date));
    out->count = header->totals.count;
    out->debit_total_fen = header->totals.debit_fen;
    out->credit_total_fen = header->totals.credit_fen;
    out->list = list_of(header->kind);
    return out;
}

void partner_encode_upload_recon(const struct upload_recon *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ReconHeader header;
    Linkgate__V1__UploadRecon wire;
    pack_init(&pack);
    linkgate__v1__upload_recon__init(&wire);
    wire.upload_id = pack_id(&message->upload);
    wire.part = message->part;
    if (message->has_header)
        wire.header = pack_header(&pack, &message->header, &header);
    if (message->last)
        wire.sha256 = pack_digest(&message->list);
    pack_finish(&pack, &wire.base, out);
    for (uint32_t i = 0; i < message->row_count; i++)
        append_row(&message->rows[i], out);
}

void partner_encode_recon_result(const struct recon_result_query *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ReconResult wire;
    pack_init(&pack);
    linkgate__v1__recon_result__init(&wire);
    wire.list_sha256 = pack_digest(&message->list);
    wire.from = message->from;
    wire.max = message->max;
    pack_finish(&pack, &wire.base, out);
}

/* ---- read ---- */

/* Room for as many entries as a page may have; NULL: there are more, or there is no room. */
static void *room_for(struct arena *arena, size_t count, size_t max, size_t size) {
    return count <= max ? arena_try(arena, (count + 1) * size) : NULL;
}

static void read_pair(struct shape *shape, const Linkgate__V1__TotalsPair *pair,
                      struct totals_pair *out) {
    struct span currency = shape_clean_or_empty(pair->currency, CURRENCY_SIZE - 1);
    *out = (struct totals_pair){
        .count = pair->count, .debit_fen = pair->debit_fen, .credit_fen = pair->credit_fen};
    if (currency.size > 0)
        memcpy(out->currency, currency.data, currency.size);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "pairs.counterparty_bank_code",
                    pair->counterparty_bank_code, &out->counterparty);
}

int partner_decode_totals_reply(struct span payload, struct arena *arena, struct totals_page *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__TotalsReply *message = shape_read(
        &shape, payload, &linkgate__v1__totals_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct totals_pair *pairs = room_for(arena, message->n_pairs, TOTALS_PAIRS_MAX, sizeof(*pairs));
    if (pairs == NULL)
        return WIRE_REFUSED;
    for (size_t i = 0; i < message->n_pairs; i++)
        read_pair(&shape, message->pairs[i], &pairs[i]);
    struct totals_page page = {.window = message->window,
                               .pairs = pairs,
                               .count = (uint32_t)message->n_pairs,
                               .more = message->more != 0};
    shape_id_or_none(&shape, "next", &message->next, &page.next);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = page;
    return 0;
}

int partner_decode_recon_page(struct span payload, struct arena *arena, struct recon_page *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__ReconPageReply *message = shape_read(
        &shape, payload, &linkgate__v1__recon_page_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct recon_item *rows = room_for(arena, message->n_rows, LIST_MAX, sizeof(*rows));
    if (rows == NULL)
        return WIRE_REFUSED;
    struct recon_page page = {rows, (uint32_t)message->n_rows, {{0}}};
    for (size_t i = 0; i < message->n_rows; i++)
        recon_item_read(&shape, message->rows[i], &rows[i]);
    shape_id_or_none(&shape, "next", &message->next, &page.next);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = page;
    return 0;
}

int partner_decode_upload_reply(struct span payload, struct arena *arena,
                                struct upload_reply *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__UploadReply *message = shape_read(
        &shape, payload, &linkgate__v1__upload_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct upload_reply reply = {
        .part = message->part, .rows = message->rows, .whole = message->whole != 0};
    shape_id(&shape, "upload_id", &message->upload_id, &reply.upload);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = reply;
    return 0;
}

static void read_difference(struct shape *shape, const Linkgate__V1__ReconDifference *message,
                            struct recon_difference *out) {
    *out = (struct recon_difference){
        .class = (enum recon_class)shape_known((int)message->class_, RECON_DUPLICATE),
        .has_theirs = message->theirs != NULL,
        .has_ours = message->ours != NULL,
    };
    if (out->has_theirs)
        recon_item_read(shape, message->theirs, &out->theirs);
    if (out->has_ours)
        recon_item_read(shape, message->ours, &out->ours);
}

int partner_decode_result_reply(struct span payload, struct arena *arena, struct result_page *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__ResultReply *message = shape_read(
        &shape, payload, &linkgate__v1__result_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct recon_difference *rows = room_for(arena, message->n_rows, LIST_MAX, sizeof(*rows));
    if (rows == NULL)
        return WIRE_REFUSED;
    struct result_page page = {.rows = rows, .count = (uint32_t)message->n_rows};
    shape_digest(&shape, "list_sha256", &message->list_sha256, &page.result.list);
    page.result.state = (enum recon_state)shape_known((int)message->state, RECON_JUDGED);
    for (size_t i = 0; i < message->n_counts && i < RECON_CLASSES - 1; i++)
        page.result.counts.of[RECON_MATCHED + i] = message->counts[i];
    for (size_t i = 0; i < message->n_rows; i++)
        read_difference(&shape, message->rows[i], &rows[i]);
    page.result.next = message->next;
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = page;
    return 0;
}
