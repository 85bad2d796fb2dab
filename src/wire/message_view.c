/*
 * What the gateway shows a bank of links and transfers: replies, notices, pages.
 *
 * Invariant: a page is a sequence of fields, so that its entries are written one by one as they
 * come, and what was written so far is a page at any time; one that is shorter than
 * MESSAGE_PAGE_ENTRIES_MAX has room for another entry and its end, within a frame. What a bank may
 * see of a link or a transfer was decided before: here all that the view holds is written.
 */
#include "domain/identifier.h"
#include "wire/frame.h"
#include "wire/message.h"
#include "wire/values.h"

/* No link's or transfer's text spills. */
_Static_assert(REASON_SIZE + 2 * BANK_CODE_TEXT_SIZE + 2 * (MASKED_ACCOUNT_MAX + 1) +
                       (MASKED_MOBILE_MAX + 1) + (EVENT_NAME_MAX + 1) +
                       HOLDS_MAX *
                           (REASON_SIZE + (LEGAL_REFERENCE_MAX + 1) + BANK_CODE_TEXT_SIZE) <=
                   PACK_TEXT_ROOM,
               "a link's text fits a pack's room");
_Static_assert(REASON_SIZE + (DETAIL_MAX + 1) + CURRENCY_SIZE + 2 * BANK_CODE_TEXT_SIZE +
                       2 * (REFERENCE_MAX + 1) + DATE_TEXT_SIZE + (STEP_UP_METHOD_MAX + 1) +
                       (STEP_UP_TEXT_MAX + 1) + (EVENT_NAME_MAX + 1) <=
                   PACK_TEXT_ROOM,
               "a transfer's text fits a pack's room");

/* What comes after the last of a page that was not full. */
#define PAGE_END_MAX 18  /* next */
#define ENVELOPE_MAX 128 /* everything around a payload */
_Static_assert(MESSAGE_PAGE_ENTRIES_MAX + LINK_ENTRY_MAX + PAGE_END_MAX + ENVELOPE_MAX <=
                       FRAME_BODY_MAX &&
                   TRANSFER_ENTRY_MAX <= LINK_ENTRY_MAX,
               "a page fits a frame");

/* ---- links ---- */

struct packed_hold {
    Linkgate__V1__Hold hold;
    int blocks[VALUE_BITS_MAX];
};

/* A LinkReply and what it points to. */
struct packed_link {
    Linkgate__V1__LinkReply reply;
    Linkgate__V1__AgreedLimits limits;
    Linkgate__V1__Challenge challenge;
    int scopes[VALUE_BITS_MAX];
    Linkgate__V1__Amendment amendment;
    Linkgate__V1__AgreedLimits amendment_limits;
    int amendment_scopes[VALUE_BITS_MAX];
    struct packed_hold holds[HOLDS_MAX];
    Linkgate__V1__Hold *hold_pointers[HOLDS_MAX];
};

static void pack_hold(struct pack *pack, const struct hold_view *hold, struct packed_hold *out) {
    Linkgate__V1__Hold *wire = &out->hold;
    linkgate__v1__hold__init(wire);
    wire->hold_id = pack_id(&hold->hold);
    wire->authority = (Linkgate__V1__HoldAuthority)hold->authority;
    wire->reason = pack_text(pack, hold->reason);
    wire->legal_reference = pack_text(pack, hold->legal_reference);
    wire->expires_at_ms = hold->expires_at_ms;
    wire->n_blocks = value_pack_bits(hold->blocks, out->blocks);
    wire->blocks = (Linkgate__V1__HoldBlock *)out->blocks;
    wire->placed_at_ms = hold->placed_at_ms;
    wire->bank_code = pack_bank(pack, hold->by);
}

static void pack_holds(struct pack *pack, const struct link_view *view, struct packed_link *out) {
    ENSURE(view->hold_count <= HOLDS_MAX);
    for (uint32_t i = 0; i < view->hold_count; i++) {
        pack_hold(pack, &view->holds[i], &out->holds[i]);
        out->hold_pointers[i] = &out->holds[i].hold;
    }
    out->reply.n_holds = view->hold_count;
    out->reply.holds = out->hold_pointers;
}

static void pack_amendment(const struct link_view *view, struct packed_link *out) {
    if (!view->has_amendment)
        return;
    Linkgate__V1__Amendment *wire = &out->amendment;
    linkgate__v1__amendment__init(wire);
    wire->n_scopes = value_pack_bits(view->amendment_scopes, out->amendment_scopes);
    wire->scopes = (Linkgate__V1__LinkScope *)out->amendment_scopes;
    value_pack_limits(&view->amendment_limits, &out->amendment_limits);
    wire->limits = &out->amendment_limits;
    wire->expires_at_ms = view->amendment_expires_at_ms;
    out->reply.amendment = wire;
}

static void pack_link(struct pack *pack, const struct link_view *view, struct packed_link *out) {
    Linkgate__V1__LinkReply *wire = &out->reply;
    linkgate__v1__link_reply__init(wire);
    wire->link_id = pack_id(&view->link);
    wire->state = (Linkgate__V1__LinkState)view->state;
    wire->reason = pack_text(pack, view->reason);
    wire->class2_bank_code = pack_bank(pack, view->class2_bank);
    wire->class1_bank_code = pack_bank(pack, view->class1_bank);
    wire->class2_account_masked = pack_text(pack, view->class2_masked);
    wire->class1_account_masked = pack_text(pack, view->class1_masked);
    wire->n_scopes = value_pack_bits(view->scopes, out->scopes);
    wire->scopes = (Linkgate__V1__LinkScope *)out->scopes;
    value_pack_limits(&view->limits, &out->limits);
    wire->limits = &out->limits;
    if (view->has_challenge) {
        linkgate__v1__challenge__init(&out->challenge);
        out->challenge.masked_mobile = pack_text(pack, view->challenge_mobile);
        out->challenge.expires_in_ms = view->challenge_expires_in_ms;
        out->challenge.tries_left = view->challenge_tries_left;
        wire->challenge = &out->challenge;
    }
    wire->requested_at_ms = view->requested_at_ms;
    wire->activated_at_ms = view->activated_at_ms;
    wire->deadline_ms = view->deadline_ms;
    wire->replayed = view->replayed;
    pack_holds(pack, view, out);
    pack_amendment(view, out);
    wire->replaces_link_id = pack_id(&view->replaces);
    wire->replaced_by_link_id = pack_id(&view->replaced_by);
    wire->cool_down_until_ms = view->cool_down_until_ms;
    wire->recheck_due_ms = view->recheck_due_ms;
    wire->primary = view->primary;
    wire->activation_reported_at_ms = view->activation_reported_at_ms;
    wire->open_transfers = view->open_transfers;
    wire->open_orders = view->open_orders;
    wire->open_loans = view->open_loans;
}

void message_encode_link_reply(const struct link_view *view, struct buf *out) {
    struct pack pack;
    struct packed_link link;
    pack_init(&pack);
    pack_link(&pack, view, &link);
    pack_finish(&pack, &link.reply.base, out);
}

void message_encode_link_notice(const struct notice_place *place, const struct link_view *view,
                                const char *event, struct buf *out) {
    struct pack pack;
    struct packed_link link;
    Linkgate__V1__LinkNotice wire;
    pack_init(&pack);
    linkgate__v1__link_notice__init(&wire);
    pack_link(&pack, view, &link);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.link = &link.reply;
    wire.event = pack_text(&pack, span_text(event));
    pack_finish(&pack, &wire.base, out);
}

void message_encode_link_page_entry(const struct link_view *view, struct buf *out) {
    struct pack pack;
    struct packed_link link;
    Linkgate__V1__LinkPage wire;
    Linkgate__V1__LinkReply *replies[] = {&link.reply};
    pack_init(&pack);
    linkgate__v1__link_page__init(&wire);
    pack_link(&pack, view, &link);
    wire.n_links = 1;
    wire.links = replies;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_link_page_next(const struct id *next, struct buf *out) {
    struct pack pack;
    Linkgate__V1__LinkPage wire;
    pack_init(&pack);
    linkgate__v1__link_page__init(&wire);
    wire.next = pack_id(next);
    pack_finish(&pack, &wire.base, out);
}

/* ---- transfers ---- */

/* A TransferReply and what it points to. */
struct packed_transfer {
    Linkgate__V1__TransferReply reply;
    Linkgate__V1__Money amount;
};

static void pack_transfer(struct pack *pack, const struct transfer_view *view,
                          struct packed_transfer *out) {
    Linkgate__V1__TransferReply *wire = &out->reply;
    linkgate__v1__transfer_reply__init(wire);
    wire->transfer_id = pack_id(&view->transfer);
    wire->state = (Linkgate__V1__TransferState)view->state;
    wire->reason = pack_text(pack, view->reason);
    wire->detail = pack_text(pack, view->detail);
    wire->link_id = pack_id(&view->link);
    wire->kind = (Linkgate__V1__TransferKind)view->kind;
    wire->direction = (Linkgate__V1__TransferDirection)view->direction;
    value_pack_money(pack, &view->amount, &out->amount);
    wire->amount = &out->amount;
    wire->debtor_bank_code = pack_bank(pack, view->debtor_bank);
    wire->creditor_bank_code = pack_bank(pack, view->creditor_bank);
    wire->end_to_end_id = pack_text(pack, view->end_to_end_id);
    wire->reference = pack_text(pack, view->reference);
    wire->book_date = pack_text(pack, view->book_date);
    wire->received_at_ms = view->received_at_ms;
    wire->deadline_ms = view->deadline_ms;
    wire->accepted_at_ms = view->accepted_at_ms;
    wire->credited_at_ms = view->credited_at_ms;
    wire->window = view->window;
    wire->replayed = view->replayed;
    wire->original_transfer_id = pack_id(&view->original);
    wire->returned_fen = view->returned_fen;
    wire->step_up_method = pack_text(pack, view->step_up_method);
    wire->step_up_text = pack_text(pack, view->step_up_text);
    wire->cancel_requested_at_ms = view->cancel_requested_at_ms;
    wire->credit_due_ms = view->credit_due_ms;
    wire->settled_at_ms = view->settled_at_ms;
    wire->conflict = view->conflict;
    wire->account_debited = (Linkgate__V1__AccountClass)view->account_debited;
    wire->fallback = view->fallback;
    wire->order_id = pack_id(&view->order);
    wire->loan_id = pack_id(&view->loan);
}

void message_encode_transfer_reply(const struct transfer_view *view, struct buf *out) {
    struct pack pack;
    struct packed_transfer transfer;
    pack_init(&pack);
    pack_transfer(&pack, view, &transfer);
    pack_finish(&pack, &transfer.reply.base, out);
}

void message_encode_transfer_notice(const struct notice_place *place,
                                    const struct transfer_view *view, const char *event,
                                    struct buf *out) {
    struct pack pack;
    struct packed_transfer transfer;
    Linkgate__V1__TransferNotice wire;
    pack_init(&pack);
    linkgate__v1__transfer_notice__init(&wire);
    pack_transfer(&pack, view, &transfer);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.transfer = &transfer.reply;
    wire.event = pack_text(&pack, span_text(event));
    pack_finish(&pack, &wire.base, out);
}

void message_encode_transfer_page_entry(const struct transfer_view *view, struct buf *out) {
    struct pack pack;
    struct packed_transfer transfer;
    Linkgate__V1__TransferPage wire;
    Linkgate__V1__TransferReply *replies[] = {&transfer.reply};
    pack_init(&pack);
    linkgate__v1__transfer_page__init(&wire);
    pack_transfer(&pack, view, &transfer);
    wire.n_transfers = 1;
    wire.transfers = replies;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_transfer_page_next(const struct id *next, struct buf *out) {
    struct pack pack;
    Linkgate__V1__TransferPage wire;
    pack_init(&pack);
    linkgate__v1__transfer_page__init(&wire);
    wire.next = pack_id(next);
    pack_finish(&pack, &wire.base, out);
}
