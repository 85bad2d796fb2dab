/*
 * A partner bank's side of cases.
 *
 * Nothing is checked on the way out. On the way in what a newer gateway adds is tolerated, and texts
 * that cannot be read arrive empty.
 */
#include "linkgate/v1/case.pb-c.h"
#include "wire/partner.h"
#include "wire/values.h"

/* ---- written ---- */

void partner_encode_open_case(const struct open_case *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__OpenCase wire;
    pack_init(&pack);
    linkgate__v1__open_case__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.transfer_id = pack_id(&message->transfer);
    wire.subject = (Linkgate__V1__CaseSubject)message->subject;
    wire.text = pack_text(&pack, message->text);
    wire.link_id = pack_id(&message->link);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_answer_case(const struct answer_case *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AnswerCase wire;
    pack_init(&pack);
    linkgate__v1__answer_case__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.case_id = pack_id(&message->inquiry);
    wire.outcome = (Linkgate__V1__CaseOutcome)message->outcome;
    wire.text = pack_text(&pack, message->text);
    wire.close = message->close;
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_get_case(const struct get_case *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__GetCase wire;
    pack_init(&pack);
    linkgate__v1__get_case__init(&wire);
    wire.case_id = pack_id(&message->inquiry);
    pack_finish(&pack, &wire.base, out);
}

/* ---- read ---- */

/* Empty: the gateway. */
static void read_whose(struct shape *shape, const char *field, const char *text, bank_code *out) {
    if (shape_text(text).size > 0)
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, field, text, out);
}

static void read_entry(struct shape *shape, const Linkgate__V1__CaseEntry *entry,
                       struct case_entry_view *out) {
    *out = (struct case_entry_view){
        .at_ms = entry->at_ms,
        .state = (enum case_state)shape_known((int)entry->state, CASE_CLOSED),
        .outcome = (enum case_outcome)shape_known((int)entry->outcome, CASE_DENIED),
        .text = shape_clean_or_empty(entry->text, CASE_TEXT_MAX),
    };
    read_whose(shape, "entries.bank_code", entry->bank_code, &out->by);
}

static void read_claim(struct shape *shape, const Linkgate__V1__CaseClaim *claim,
                       struct case_claim *out) {
    if (claim == NULL)
        return;
    shape_digest(shape, "claim.list_sha256", &claim->list_sha256, &out->upload);
    shape_id(shape, "claim.id", &claim->id, &out->id);
    if (claim->amount != NULL)
        value_read_money(shape, claim->amount, &out->amount);
    out->window = claim->window;
    out->state = claim->state;
    out->kind = (enum recon_kind)shape_known((int)claim->list, RECON_LOANS);
}

static void read_case_view(struct shape *shape, const Linkgate__V1__CaseReply *message,
                           struct case_view *out) {
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "inquiry");
        return;
    }
    *out = (struct case_view){
        .subject = (enum case_subject)shape_known((int)message->subject, CASE_SUBJECT_LAST),
        .state = (enum case_state)shape_known((int)message->state, CASE_CLOSED),
        .outcome = (enum case_outcome)shape_known((int)message->outcome, CASE_DENIED),
        .opened_at_ms = message->opened_at_ms,
        .due_at_ms = message->due_at_ms,
        .closed_at_ms = message->closed_at_ms,
        .replayed = message->replayed != 0,
    };
    shape_id(shape, "case_id", &message->case_id, &out->inquiry);
    shape_id_or_none(shape, "transfer_id", &message->transfer_id, &out->transfer);
    shape_id_or_none(shape, "link_id", &message->link_id, &out->link);
    shape_id_or_none(shape, "adjustment_id", &message->adjustment_id, &out->adjustment);
    read_claim(shape, message->claim, &out->claim);
    read_whose(shape, "opened_by_bank_code", message->opened_by_bank_code, &out->opened_by);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "owner_bank_code", message->owner_bank_code,
                    &out->owner);
    /* What a newer gateway has above the present bound is left out. */
    while (out->entry_count < message->n_entries && out->entry_count < CASE_ENTRIES_MAX) {
        read_entry(shape, message->entries[out->entry_count], &out->entries[out->entry_count]);
        out->entry_count++;
    }
}

int partner_decode_case_reply(struct span payload, struct arena *arena, struct case_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__CaseReply *message =
        shape_read(&shape, payload, &linkgate__v1__case_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct case_view read = {0};
    read_case_view(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_case_notice(struct span payload, struct arena *arena,
                               struct notice_place *place_out, struct case_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__CaseNotice *message = shape_read(
        &shape, payload, &linkgate__v1__case_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct case_view read = {0};
    shape_digest(&shape, "token", &message->token, &place.token);
    read_case_view(&shape, message->inquiry, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    return 0;
}
