/*
 * What waits for operators, and what they did: orders of two people.
 *
 * Invariant: an order is shown from the very payload that would be carried out (admin_order_text.c).
 */
#include "daemon/admin_order_text.h"
#include "daemon/admin_page.h"

/* ---- approvals --------------------------------------------------------------------------------- */

static Linkgate__Admin__V1__Refusal *refusal_of(uint32_t code, struct arena *arena) {
    Linkgate__Admin__V1__Refusal *message = arena_take(arena, sizeof(*message));
    const struct refusal *refusal = &(struct refusal){.code = (enum refusal_code)code, .field = ""};
    admin_refusal_fill(refusal, NULL, arena, message);
    return message;
}

static int approval_row(struct store *store, const struct approval *approval, struct arena *arena,
                        Linkgate__Admin__V1__ApprovalRow **row_out) {
    struct span payload;
    int result = store_get_approval_payload(store, &approval->id, &payload);
    if (result != 0)
        return result < 0 ? result : STORE_DAMAGED;
    Linkgate__Admin__V1__ApprovalRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__approval_row__init(row);
    row->id = admin_id(arena, &approval->id);
    row->order = admin_text(arena, command_name((enum command_kind)approval->order));
    row->state = admin_text(arena, approval_state_name(approval->state));
    row->requested_by = approval->requested_by;
    row->requested_at_ms = approval->requested_at_ms;
    row->expires_at_ms = approval->expires_at_ms;
    row->decided_by = approval->decided_by;
    row->decided_at_ms = approval->decided_at_ms;
    if (approval->refusal > REFUSAL_NONE && approval->refusal < REFUSAL_CODES)
        row->refusal = refusal_of(approval->refusal, arena);
    row->payload_sha256 = admin_bytes(arena, approval->payload.bytes, DIGEST_SIZE);
    row->n_fields =
        admin_order_fields((enum command_kind)approval->order, payload, arena, &row->fields);
    *row_out = row;
    return 0;
}

/* The next one; of those that wait only, which are found without looking at the others. */
static int next_approval(const struct admin_listing *listing, struct store *store,
                         const struct id *after, struct approval *approval_out) {
    if (listing->state != APPROVAL_WAITING)
        return store_next_approval(store, after, approval_out);
    struct store_open_row from = {.kind = OBJECT_APPROVAL, .object = *after};
    struct store_open_row row;
    int result = store_next_open(store, OBJECT_APPROVAL, &from, &row);
    return result == 0 ? store_get_approval(store, &row.object, approval_out) : result;
}

int desk_approvals(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct id last = listing->after;
    struct approval approval;
    int result;
    while ((result = next_approval(listing, store, &last, &approval)) == 0 && page_look(&page)) {
        Linkgate__Admin__V1__ApprovalRow *row;
        if (listing->state == 0 || listing->state == (uint32_t)approval.state) {
            if ((result = approval_row(store, &approval, &page.arena, &row)) < 0 ||
                !page_add(&page, &row->base))
                break;
        }
        last = approval.id;
    }
    Linkgate__Admin__V1__ApprovalPage message;
    linkgate__admin__v1__approval_page__init(&message);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__ApprovalRow **)(void *)page.rows;
    message.more = page.more;
    message.next = admin_id(&page.arena, &last);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(APPROVALS);
    reply.approvals = &message;
    page_finish(listing, &page, &reply);
    return result < 0 ? result : 0;
}

int desk_approval(struct admin_listing *listing, struct store *store) {
    struct approval approval;
    int result = store_get_approval(store, &listing->after, &approval);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no order of that id. See `approval list`.");
    if (result != 0)
        return result < 0 ? result : 0;
    struct page page;
    page_init(&page, 1);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(APPROVAL);
    result = approval_row(store, &approval, &page.arena, &reply.approval);
    if (result == 0)
        page_finish(listing, &page, &reply);
    else
        arena_deinit(&page.arena);
    return result;
}
