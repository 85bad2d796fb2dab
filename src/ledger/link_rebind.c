/*
 * The bound account is changed: a new link goes the whole way, and when it turns ACTIVE it takes the
 * place of the old one.
 *
 * Invariants: both links are of one person and one Class II account; the old one goes on as it is until
 * the new one is ACTIVE, and then turns CLOSING in the same application. If it came to its end before,
 * the new one goes on all the same.
 */
#include "ledger/handler.h"

int link_rebind(struct apply *apply) {
    const struct rebind_link *request = &apply->command->body.rebind_link;
    struct link old;
    int result = link_touch_class2(apply, &request->link, &old);
    if (result)
        return result;
    if (!link_runs(&old))
        return refuse(apply, REFUSAL_LINK_STATE, "link_id");
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &old.id, &secret));
    struct open_link open = {
        .request = request->request,
        .class2 = {old.class2_bank, secret.class2_number, old.class2_class, old.class2_opening},
        .class1 = request->class1,
        .person = request->person,
        .scopes = request->scopes,
        .limits = request->limits,
        .agreement = request->agreement,
        .consent = request->consent,
    };
    return link_make(apply, &open, &old);
}

int link_retire(struct apply *apply, struct link *link, const struct id *by) {
    int64_t due = link_due_ms(link);
    link->replaced_by = *by;
    if (link->frozen) { /* once it is unfrozen */
        apply_alarm(apply, "a frozen link was replaced: it closes when it is unfrozen", &link->id);
        return store_put_link(apply->store, link, NULL, false);
    }
    int result = link_wind_up(apply, link, LINK_EVENT_CLOSE, CAUSE_RULE, "CUST", by);
    return result ? result : link_store(apply, link, NULL, due);
}

/* The old link as it stands now. What came due for it may have made the new one the first of its
 * account, in the store alone. */
static int load_old(struct apply *apply, struct link *link, struct link *old_out) {
    int result = link_load(apply, &link->replaces, old_out);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (old_out->frozen)
        return 0;
    result = link_expire(apply, old_out);
    if (result)
        return result;
    struct link stored;
    result = store_get_link(apply->store, &link->id, &stored);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    link->primary = stored.primary;
    return 0;
}

int link_activate(struct apply *apply, struct link *link) {
    if (id_is_zero(&link->replaces))
        return link_step(apply, link, LINK_EVENT_CODE_RIGHT, CAUSE_ANSWER, "");
    struct link old;
    int result = load_old(apply, link, &old);
    if (result)
        return result;
    apply_touch(apply, OBJECT_LINK, &link->id);
    if (link_runs(&old) && !old.frozen && old.primary) {
        old.primary = false;
        link->primary = true;
    }
    link->cool_down_until_ms = apply->now_ms + apply->rules->cool_down_ms;
    result = link_step_about(apply, link, LINK_EVENT_CODE_RIGHT, CAUSE_ANSWER, "", &old.id);
    if (result == 0 && link_runs(&old))
        result = link_retire(apply, &old, &link->id);
    return result;
}
