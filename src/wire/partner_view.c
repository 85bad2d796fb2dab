/*
 * What a partner bank reads of links and transfers: replies, notices, pages.
 *
 * What a newer gateway adds is tolerated, and what cannot be read of texts for people arrives
 * empty; ids, banks and amounts must be right, since books are kept by them.
 */
#include "linkgate/v1/transfer.pb-c.h"
#include "wire/partner.h"
#include "wire/values.h"

static void read_bank(struct shape *shape, const char *field, const char *text, bank_code *out) {
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, field, text, out);
}

/* ---- links ---- */

static void read_hold(struct shape *shape, const Linkgate__V1__Hold *hold, struct hold_view *out) {
    *out = (struct hold_view){
        .authority = (enum hold_authority)shape_known((int)hold->authority, HOLD_BY_GATEWAY),
        .reason = shape_clean_or_empty(hold->reason, REASON_SIZE - 1),
        .legal_reference = shape_clean_or_empty(hold->legal_reference, LEGAL_REFERENCE_MAX),
        .placed_at_ms = hold->placed_at_ms,
        .expires_at_ms = hold->expires_at_ms,
        .blocks = value_read_bits(hold->blocks, hold->n_blocks, HOLD_BLOCK_ORDERS),
    };
    shape_id(shape, "holds.hold_id", &hold->hold_id, &out->hold);
    if (shape_text(hold->bank_code).size > 0)
        read_bank(shape, "holds.bank_code", hold->bank_code, &out->by);
}

/* What a newer gateway has above the present bound is left out. */
static void read_holds(struct shape *shape, const Linkgate__V1__LinkReply *message,
                       struct link_view *out) {
    while (out->hold_count < message->n_holds && out->hold_count < HOLDS_MAX) {
        read_hold(shape, message->holds[out->hold_count], &out->holds[out->hold_count]);
        out->hold_count++;
    }
}

static void read_amendment(const Linkgate__V1__Amendment *amendment, struct link_view *out) {
    if (amendment == NULL)
        return;
    out->has_amendment = true;
    out->amendment_scopes =
        value_read_bits(amendment->scopes, amendment->n_scopes, LINK_SCOPE_PRODUCTS);
    out->amendment_limits = value_read_limits(amendment->limits);
    out->amendment_expires_at_ms = amendment->expires_at_ms;
}

static void read_link_view(struct shape *shape, const Linkgate__V1__LinkReply *message,
                           struct link_view *out) {
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "link");
        return;
    }
    *out = (struct link_view){
        .state = (enum link_state)shape_known((int)message->state, LINK_EXPIRED),
        .reason = shape_clean_or_empty(message->reason, REASON_SIZE - 1),
        .class2_masked = shape_clean_or_empty(message->class2_account_masked, MASKED_ACCOUNT_MAX),
        .class1_masked = shape_clean_or_empty(message->class1_account_masked, MASKED_ACCOUNT_MAX),
        .scopes = value_read_bits(message->scopes, message->n_scopes, LINK_SCOPE_PRODUCTS),
        .limits = value_read_limits(message->limits),
        .requested_at_ms = message->requested_at_ms,
        .activated_at_ms = message->activated_at_ms,
        .deadline_ms = message->deadline_ms,
        .replayed = message->replayed != 0,
        .cool_down_until_ms = message->cool_down_until_ms,
        .recheck_due_ms = message->recheck_due_ms,
        .activation_reported_at_ms = message->activation_reported_at_ms,
        .open_transfers = message->open_transfers,
        .open_orders = message->open_orders,
        .open_loans = message->open_loans,
        .primary = message->primary != 0,
    };
    read_holds(shape, message, out);
    read_amendment(message->amendment, out);
    if (message->challenge != NULL) {
        out->has_challenge = true;
        out->challenge_mobile =
            shape_clean_or_empty(message->challenge->masked_mobile, MASKED_MOBILE_MAX);
        out->challenge_expires_in_ms = message->challenge->expires_in_ms;
        out->challenge_tries_left = message->challenge->tries_left;
    }
    shape_id(shape, "link_id", &message->link_id, &out->link);
    read_bank(shape, "class2_bank_code", message->class2_bank_code, &out->class2_bank);
    read_bank(shape, "class1_bank_code", message->class1_bank_code, &out->class1_bank);
    shape_id_or_none(shape, "replaces_link_id", &message->replaces_link_id, &out->replaces);
    shape_id_or_none(shape, "replaced_by_link_id", &message->replaced_by_link_id,
                     &out->replaced_by);
}

int partner_decode_link_reply(struct span payload, struct arena *arena, struct link_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__LinkReply *message =
        shape_read(&shape, payload, &linkgate__v1__link_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    struct link_view read = {0};
    if (message != NULL)
        read_link_view(&shape, message, &read);
    if (shape_ok(&shape))
        *out = read;
    return shape_ok(&shape) ? 0 : WIRE_REFUSED;
}

int partner_decode_link_notice(struct span payload, struct arena *arena,
                               struct notice_place *place_out, struct link_view *out,
                               struct span *event_out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__LinkNotice *message = shape_read(
        &shape, payload, &linkgate__v1__link_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct link_view read = {0};
    shape_digest(&shape, "token", &message->token, &place.token);
    read_link_view(&shape, message->link, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    *event_out = shape_clean_or_empty(message->event, EVENT_NAME_MAX);
    return 0;
}

int partner_decode_link_page(struct span payload, struct arena *arena, struct link_page *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__LinkPage *message =
        shape_read(&shape, payload, &linkgate__v1__link_page__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL || message->n_links > LIST_MAX)
        return WIRE_REFUSED;
    struct link_view *links = arena_try(arena, message->n_links * sizeof(*links));
    if (links == NULL)
        return WIRE_REFUSED;
    struct link_page read = {links, (uint32_t)message->n_links, {{0}}};
    for (size_t i = 0; i < message->n_links; i++)
        read_link_view(&shape, message->links[i], &links[i]);
    shape_id_or_none(&shape, "next", &message->next, &read.next);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

/* ---- transfers ---- */

static void read_transfer_view(struct shape *shape, const Linkgate__V1__TransferReply *message,
                               struct transfer_view *out) {
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "transfer");
        return;
    }
    *out = (struct transfer_view){
        .state = (enum transfer_state)shape_known((int)message->state, TRANSFER_UNKNOWN),
        .reason = shape_clean_or_empty(message->reason, REASON_SIZE - 1),
        .detail = shape_clean_or_empty(message->detail, DETAIL_MAX),
        .kind = (enum transfer_kind)shape_known((int)message->kind, TRANSFER_KINDS - 1),
        .direction = (enum transfer_direction)shape_known((int)message->direction, TRANSFER_PULL),
        .end_to_end_id = shape_clean_or_empty(message->end_to_end_id, REFERENCE_MAX),
        .reference = shape_clean_or_empty(message->reference, REFERENCE_MAX),
        .book_date = shape_clean_or_empty(message->book_date, DATE_TEXT_SIZE - 1),
        .received_at_ms = message->received_at_ms,
        .deadline_ms = message->deadline_ms,
        .accepted_at_ms = message->accepted_at_ms,
        .credited_at_ms = message->credited_at_ms,
        .window = message->window,
        .replayed = message->replayed != 0,
        .returned_fen = message->returned_fen,
        .step_up_method = shape_clean_or_empty(message->step_up_method, STEP_UP_METHOD_MAX),
        .step_up_text = shape_clean_or_empty(message->step_up_text, STEP_UP_TEXT_MAX),
        .cancel_requested_at_ms = message->cancel_requested_at_ms,
        .credit_due_ms = message->credit_due_ms,
        .settled_at_ms = message->settled_at_ms,
        .conflict = message->conflict != 0,
        .account_debited =
            (enum account_class)shape_known((int)message->account_debited, ACCOUNT_CLASS_III),
        .fallback = message->fallback != 0,
    };
    shape_id(shape, "transfer_id", &message->transfer_id, &out->transfer);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    value_read_money(shape, message->amount, &out->amount);
    read_bank(shape, "debtor_bank_code", message->debtor_bank_code, &out->debtor_bank);
    read_bank(shape, "creditor_bank_code", message->creditor_bank_code, &out->creditor_bank);
    shape_id_or_none(shape, "original_transfer_id", &message->original_transfer_id, &out->original);
    shape_id_or_none(shape, "order_id", &message->order_id, &out->order);
    shape_id_or_none(shape, "loan_id", &message->loan_id, &out->loan);
}

int partner_decode_transfer_reply(struct span payload, struct arena *arena,
                                  struct transfer_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__TransferReply *message = shape_read(
        &shape, payload, &linkgate__v1__transfer_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct transfer_view read = {0};
    read_transfer_view(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_transfer_notice(struct span payload, struct arena *arena,
                                   struct notice_place *place_out, struct transfer_view *out,
                                   struct span *event_out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__TransferNotice *message = shape_read(
        &shape, payload, &linkgate__v1__transfer_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct transfer_view read = {0};
    shape_digest(&shape, "token", &message->token, &place.token);
    read_transfer_view(&shape, message->transfer, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    *event_out = shape_clean_or_empty(message->event, EVENT_NAME_MAX);
    return 0;
}

int partner_decode_transfer_page(struct span payload, struct arena *arena,
                                 struct transfer_page *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__TransferPage *message = shape_read(
        &shape, payload, &linkgate__v1__transfer_page__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL || message->n_transfers > LIST_MAX)
        return WIRE_REFUSED;
    struct transfer_view *transfers = arena_try(arena, message->n_transfers * sizeof(*transfers));
    if (transfers == NULL)
        return WIRE_REFUSED;
    struct transfer_page read = {transfers, (uint32_t)message->n_transfers, {{0}}};
    for (size_t i = 0; i < message->n_transfers; i++)
        read_transfer_view(&shape, message->transfers[i], &transfers[i]);
    shape_id_or_none(&shape, "next", &message->next, &read.next);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}
