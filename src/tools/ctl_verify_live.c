/*
 * Whether the objects of a running gateway are right: asked of it, page by page.
 *
 * Invariant: all links, then all transfers, or the one that was named; each page is one question, so
 * that the gateway answers others in between.
 */
#include <inttypes.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_values.h"
#include "tools/ctl_verified.h"

static void take_page(const Linkgate__Admin__V1__VerifyPage *page, struct ctl_verified *verified) {
    for (size_t i = 0; i < page->n_rows; i++) {
        const Linkgate__Admin__V1__Finding *row = page->rows[i];
        char id[2 * ID_SIZE + 1] = "";
        if (row->object.len == ID_SIZE)
            hex_format(row->object.data, ID_SIZE, id);
        ctl_verified_add(verified, row->law, row->law_text, row->kind, id, row->bank, row->text);
    }
}

/* All of a kind, or the one of that id. */
static enum ctl_exit look(struct ctl_session *session, enum object_kind kind, struct id *only,
                          struct ctl_verified *verified, uint64_t *looked) {
    Linkgate__Admin__V1__Verify order;
    linkgate__admin__v1__verify__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(VERIFY));
    request.verify = &order;
    order.kind = kind == OBJECT_LINK ? LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_LINK
                                     : LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_TRANSFER;
    if (only != NULL)
        order.id = ctl_id_bytes(only);
    enum ctl_exit result;
    do {
        result = ctl_ask_for(session, &request, CTL_RESULT(VERIFIED));
        if (result != CTL_OK)
            return result;
        const Linkgate__Admin__V1__VerifyPage *page = session->reply->verified;
        take_page(page, verified);
        *looked += page->looked;
        order.after = page->next;
        ctl_verified_progress(verified, kind == OBJECT_LINK ? "links" : "transfers", *looked, 0);
    } while (session->reply->verified->more);
    return CTL_OK;
}

static enum ctl_exit tell(struct ctl_session *session, struct ctl_verified *verified,
                          uint64_t links, uint64_t transfers) {
    if (session->args->json) {
        json_t *object = ctl_verified_json(verified);
        ctl_json_set(object, "links", json_integer((json_int_t)links));
        ctl_json_set(object, "transfers", json_integer((json_int_t)transfers));
        ctl_dump(session, object);
    } else {
        ctl_verified_print(verified, session->out);
        fprintf(session->out,
                "%" PRIu64 " links and %" PRIu64 " transfers of the running gateway.\n", links,
                transfers);
        ctl_verified_print_end(verified, "What was looked at", session->out);
    }
    return verified->count == 0 ? CTL_OK : CTL_REFUSED;
}

enum ctl_exit ctl_verify_live(struct ctl_session *session) {
    const struct ctl_args *args = session->args;
    const char *words[] = {args->values[CTL_LINK], args->values[CTL_TRANSFER]};
    static const enum object_kind kinds[] = {OBJECT_LINK, OBJECT_TRANSFER};
    bool all = words[0] == NULL && words[1] == NULL;
    uint64_t looked[2] = {0, 0};
    struct ctl_verified verified;
    enum ctl_exit result = CTL_OK;
    ctl_verified_init(&verified, session);
    for (size_t i = 0; i < 2 && result == CTL_OK; i++) {
        struct id only;
        if (!all && words[i] == NULL)
            continue;
        if (!all)
            result = ctl_take_id(session, words[i], &only);
        if (result == CTL_OK)
            result = look(session, kinds[i], all ? NULL : &only, &verified, &looked[i]);
    }
    ctl_progress_end(&verified.progress);
    if (result == CTL_OK)
        result = tell(session, &verified, looked[0], looked[1]);
    ctl_verified_deinit(&verified);
    return result;
}
