/*
 * Reading and writing cases: inquiry and answer between two banks about a transfer or a link.
 *
 * Whose turn it is, and what an answer does to a case, is the ledger's. A case is told whole, with
 * all that was said: sixteen texts are more than a pack's room, and take its arena.
 */
#include "linkgate/v1/case.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/pack.h"
#include "wire/values.h"

_Static_assert(
    (int)CASE_CONFLICT == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_CONFLICT &&
        (int)CASE_OUTCOME_OTHER == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_OUTCOME &&
        (int)CASE_AMOUNT == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_AMOUNT &&
        (int)CASE_NOT_CREDITED == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_NOT_CREDITED &&
        (int)CASE_NOT_AUTHORISED == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_NOT_AUTHORISED &&
        (int)CASE_OTHER == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_OTHER &&
        (int)CASE_AMOUNT_DIFF == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_AMOUNT_DIFF &&
        (int)CASE_STATUS_DIFF == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_STATUS_DIFF &&
        (int)CASE_MISSING_HERE == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_MISSING_HERE &&
        (int)CASE_MISSING_THERE == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_MISSING_THERE &&
        (int)CASE_DUPLICATE == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_DUPLICATE &&
        (int)CASE_LINK_DIFF == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_LINK_DIFF &&
        (int)CASE_HOLDING_DIFF == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_HOLDING_DIFF &&
        (int)CASE_LOAN_DIFF == (int)LINKGATE__V1__CASE_SUBJECT__CASE_SUBJECT_LOAN_DIFF,
    "wire values");
_Static_assert((int)CASE_OPEN == (int)LINKGATE__V1__CASE_STATE__CASE_STATE_OPEN &&
                   (int)CASE_ANSWERED == (int)LINKGATE__V1__CASE_STATE__CASE_STATE_ANSWERED &&
                   (int)CASE_CLOSED == (int)LINKGATE__V1__CASE_STATE__CASE_STATE_CLOSED,
               "wire values");
_Static_assert((int)CASE_EXPLAINED == (int)LINKGATE__V1__CASE_OUTCOME__CASE_OUTCOME_EXPLAINED &&
                   (int)CASE_ADMITTED == (int)LINKGATE__V1__CASE_OUTCOME__CASE_OUTCOME_ADMITTED &&
                   (int)CASE_DENIED == (int)LINKGATE__V1__CASE_OUTCOME__CASE_OUTCOME_DENIED,
               "wire values");

/* ---- requests ---- */

void read_open_case(struct shape *shape, struct span payload, struct open_case *out) {
    const Linkgate__V1__OpenCase *message =
        shape_read(shape, payload, &linkgate__v1__open_case__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct open_case){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    bool of_link = message->link_id.len > 0;
    if (!of_link)
        shape_id(shape, "transfer_id", &message->transfer_id, &out->transfer);
    else if (message->transfer_id.len > 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "link_id");
    if (shape_enum(shape, "subject", (int)message->subject, CASE_SUBJECT_LAST))
        out->subject = (enum case_subject)message->subject;
    if (out->subject != CASE_SUBJECT_NONE && !case_subject_of_banks(out->subject, of_link))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "subject");
    shape_clean(shape, "text", message->text, 1, CASE_TEXT_MAX, &out->text);
    shape_id_or_none(shape, "link_id", &message->link_id, &out->link);
}

void read_answer_case(struct shape *shape, struct span payload, struct answer_case *out) {
    const Linkgate__V1__AnswerCase *message =
        shape_read(shape, payload, &linkgate__v1__answer_case__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct answer_case){.close = message->close != 0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "case_id", &message->case_id, &out->inquiry);
    if (message->outcome != 0 && shape_enum(shape, "outcome", (int)message->outcome, CASE_DENIED))
        out->outcome = (enum case_outcome)message->outcome;
    shape_clean(shape, "text", message->text, out->close ? 0 : 1, CASE_TEXT_MAX, &out->text);
    if (out->close && out->outcome != CASE_OUTCOME_NONE)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "close");
}

void read_get_case(struct shape *shape, struct span payload, struct get_case *out) {
    const Linkgate__V1__GetCase *message =
        shape_read(shape, payload, &linkgate__v1__get_case__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct get_case){0};
    shape_id(shape, "case_id", &message->case_id, &out->inquiry);
}

/* ---- what the gateway says ---- */

/* A CaseReply and what it points to. */
struct packed_case {
    Linkgate__V1__CaseReply reply;
    Linkgate__V1__CaseClaim claim;
    Linkgate__V1__Money amount;
    Linkgate__V1__CaseEntry entries[CASE_ENTRIES_MAX];
    Linkgate__V1__CaseEntry *entry_pointers[CASE_ENTRIES_MAX];
};

static void pack_entry(struct pack *pack, const struct case_entry_view *entry,
                       Linkgate__V1__CaseEntry *out) {
    linkgate__v1__case_entry__init(out);
    out->bank_code = pack_bank(pack, entry->by);
    out->at_ms = entry->at_ms;
    out->state = (Linkgate__V1__CaseState)entry->state;
    out->outcome = (Linkgate__V1__CaseOutcome)entry->outcome;
    out->text = pack_text(pack, entry->text);
}

static void pack_claim(struct pack *pack, const struct case_claim *claim, struct packed_case *out) {
    if (!case_claim_present(claim))
        return;
    linkgate__v1__case_claim__init(&out->claim);
    out->claim.list_sha256 = pack_digest(&claim->upload);
    out->claim.window = claim->window;
    out->claim.id = pack_id(&claim->id);
    out->claim.state = claim->state;
    out->claim.list = (Linkgate__V1__ReconList)claim->kind;
    if (claim->amount.fen > 0) {
        value_pack_money(pack, &claim->amount, &out->amount);
        out->claim.amount = &out->amount;
    }
    out->reply.claim = &out->claim;
}

static void pack_case(struct pack *pack, const struct case_view *view, struct packed_case *out) {
    Linkgate__V1__CaseReply *wire = &out->reply;
    ENSURE(view->entry_count <= CASE_ENTRIES_MAX);
    linkgate__v1__case_reply__init(wire);
    wire->case_id = pack_id(&view->inquiry);
    wire->transfer_id = pack_id(&view->transfer);
    wire->subject = (Linkgate__V1__CaseSubject)view->subject;
    wire->state = (Linkgate__V1__CaseState)view->state;
    wire->outcome = (Linkgate__V1__CaseOutcome)view->outcome;
    wire->opened_by_bank_code = pack_bank(pack, view->opened_by);
    wire->owner_bank_code = pack_bank(pack, view->owner);
    wire->opened_at_ms = view->opened_at_ms;
    wire->due_at_ms = view->due_at_ms;
    wire->closed_at_ms = view->closed_at_ms;
    for (uint32_t i = 0; i < view->entry_count; i++) {
        pack_entry(pack, &view->entries[i], &out->entries[i]);
        out->entry_pointers[i] = &out->entries[i];
    }
    wire->n_entries = view->entry_count;
    wire->entries = out->entry_pointers;
    wire->replayed = view->replayed;
    wire->link_id = pack_id(&view->link);
    wire->adjustment_id = pack_id(&view->adjustment);
    pack_claim(pack, &view->claim, out);
}

void message_encode_case_reply(const struct case_view *view, struct buf *out) {
    struct pack pack;
    struct packed_case packed;
    pack_init(&pack);
    pack_case(&pack, view, &packed);
    pack_finish(&pack, &packed.reply.base, out);
}

void message_encode_case_notice(const struct notice_place *place, const struct case_view *view,
                                struct buf *out) {
    struct pack pack;
    struct packed_case packed;
    Linkgate__V1__CaseNotice wire;
    pack_init(&pack);
    linkgate__v1__case_notice__init(&wire);
    pack_case(&pack, view, &packed);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.inquiry = &packed.reply;
    pack_finish(&pack, &wire.base, out);
}
