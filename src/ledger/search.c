/*
 * Looking for people: links by the keyed hash of an account or an ID number, and the account numbers
 * of a link for who two people say may read them.
 *
 * Invariant: every search and every reading leaves its row in the audit, found or not; numbers leave
 * only to the uid that asked for them, for the link that was approved, while the time lasts. Nothing
 * here is ever told to a bank.
 */
#include <string.h>

#include "ledger/handler.h"

static int next_found(struct apply *apply, const struct search *search, const struct id *after,
                      struct id *id_out) {
    if (search->by == SEARCH_BY_ACCOUNT)
        return store_next_link_of_account(apply->store, &search->key, after, id_out);
    return store_next_link_of_person(apply->store, &search->key, after, id_out);
}

int search_links(struct apply *apply) {
    const struct search *search = &apply->command->body.search;
    struct id found[SEARCH_FOUND_MAX + 1];
    uint32_t count = 0;
    while (count <= SEARCH_FOUND_MAX) {
        int result = next_found(apply, search, count ? &found[count - 1] : NULL, &found[count]);
        APPLY_TRY(result);
        if (result)
            break;
        count++;
    }
    apply->audit.key = search->key;
    apply->audit.found = count;
    apply_reply(apply, MESSAGE_NONE, span_of(found, count * sizeof found[0]));
    if (apply->command->origin.kind == ORIGIN_ADMIN)
        apply->effects->items[apply->effects->count - 1].digest = search->key;
    return 0;
}

int search_unmask(struct apply *apply) {
    const struct id *id = &apply->command->body.unmask.link;
    struct link link;
    int result = store_get_link(apply->store, id, &link);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_OBJECT, "link");
    apply_touch(apply, OBJECT_LINK, id);
    apply_granted(apply);
    return 0;
}

/* The approval that allows it: of an UNMASK, done, of this uid, and not too long ago. */
static int load_permission(struct apply *apply, struct approval *approval_out) {
    const struct id *id = &apply->command->body.decision.approval;
    int result = store_get_approval(apply->store, id, approval_out);
    APPLY_TRY(result);
    if (result || approval_out->order != (uint32_t)COMMAND_UNMASK)
        return refuse(apply, REFUSAL_NO_SUCH_APPROVAL, "approval");
    apply_touch(apply, OBJECT_APPROVAL, id);
    if (approval_out->requested_by != apply->command->uid)
        return refuse(apply, REFUSAL_NOT_REQUESTER, "approval");
    if (approval_out->state != APPROVAL_DONE ||
        apply->now_ms >= approval_out->decided_at_ms + apply->rules->unmask_read_ms)
        return refuse(apply, REFUSAL_APPROVAL_STATE, "approval");
    return 0;
}

static int read_numbers(struct apply *apply, struct unmasked *unmasked) {
    struct link link;
    struct link_private secret;
    int result = store_get_link(apply->store, &unmasked->link, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    result = store_get_link_private(apply->store, &unmasked->link, &secret);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    unmasked->class2_bank = link.class2_bank;
    unmasked->class1_bank = link.class1_bank;
    apply_copy_text(unmasked->class2_number, sizeof unmasked->class2_number, secret.class2_number);
    apply_copy_text(unmasked->class1_number, sizeof unmasked->class1_number, secret.class1_number);
    return 0;
}

int search_read_unmasked(struct apply *apply) {
    struct approval approval;
    int result = load_permission(apply, &approval);
    if (result)
        return result;
    struct command *order;
    result = approval_order(apply, &approval, &order);
    if (result)
        return result;
    struct unmasked unmasked;
    memset(&unmasked, 0, sizeof unmasked); /* padding is told too */
    unmasked.link = order->body.unmask.link;
    command_free(order);
    result = read_numbers(apply, &unmasked);
    if (result)
        return result;
    unmasked.until_ms = approval.decided_at_ms + apply->rules->unmask_read_ms;
    apply_touch(apply, OBJECT_LINK, &unmasked.link);
    apply_reply(apply, MESSAGE_NONE, span_of(&unmasked, sizeof unmasked));
    return 0;
}
