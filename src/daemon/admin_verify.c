/*
 * Whether objects of the running gateway's store are right, page by page.
 *
 * Invariant: a page looks at so many objects and no more, over one view that stands still, and says
 * where to go on. What is found is told in the verification's own words, which hold nobody's data.
 */
#include "daemon/admin_page.h"
#include "verify/verify.h"

/* An object costs more than a row of a list: all that hangs on it is read. */
#define VERIFY_OBJECTS_MAX 100u

struct verifying {
    struct page page;
    uint32_t looked;
};

static const char *kind_word(enum object_kind kind) {
    switch ((int)kind) {
    case OBJECT_LINK:
        return "link";
    case OBJECT_TRANSFER:
        return "transfer";
    case OBJECT_CASE:
        return "case";
    case OBJECT_APPROVAL:
        return "approval";
    case OBJECT_QUESTION:
        return "question";
    case OBJECT_WINDOW:
        return "window";
    case OBJECT_CARD:
        return "card";
    case OBJECT_EVENT:
        return "event";
    case OBJECT_ADJUSTMENT:
        return "adjustment";
    case OBJECT_PRODUCT:
        return "product";
    case OBJECT_ORDER:
        return "order";
    case OBJECT_LOAN:
        return "loan";
    default:
        return "";
    }
}

static void on_found(void *context, const struct verify_finding *finding) {
    struct verifying *verifying = context;
    struct page *page = &verifying->page;
    if (page->count == page->max) /* of one object: the rest would say the same */
        return;
    Linkgate__Admin__V1__Finding *row = arena_take(&page->arena, sizeof(*row));
    linkgate__admin__v1__finding__init(row);
    row->law = admin_text(&page->arena, law_name(finding->law));
    row->law_text = admin_text(&page->arena, law_text(finding->law));
    row->kind = admin_text(&page->arena, kind_word(finding->kind));
    row->object = admin_id_if(&page->arena, &finding->object);
    row->bank = finding->bank;
    row->text = admin_text(&page->arena, finding->text);
    (void)page_add(page, &row->base);
}

static int next_id(const struct admin_listing *listing, struct store *store, struct id *id) {
    int rc;
    if (listing->object == OBJECT_LINK) {
        struct link link;
        rc = store_next_link(store, id, &link);
        if (rc == 0)
            *id = link.id;
    } else {
        struct transfer transfer;
        rc = store_next_transfer(store, id, &transfer);
        if (rc == 0)
            *id = transfer.id;
    }
    return rc;
}

static int look_at(const struct admin_listing *listing, struct store *store, const struct id *id,
                   struct verifying *verifying) {
    struct verify_sink sink = {.found = on_found, .context = verifying};
    struct verify_counts counts = {0};
    verifying->looked++;
    return verify_object(store, listing->object, id, &sink, &counts);
}

static int look_at_all(struct admin_listing *listing, struct store *store,
                       struct verifying *verifying) {
    struct page *page = &verifying->page;
    int rc = 0;
    while (rc == 0 && !page->more) {
        struct id id = listing->after;
        rc = next_id(listing, store, &id);
        if (rc != 0)
            break;
        page->more = verifying->looked == listing->max || verifying->looked == VERIFY_OBJECTS_MAX ||
                     page->count == page->max;
        if (page->more)
            break;
        rc = look_at(listing, store, &id, verifying);
        listing->after = id;
    }
    return rc < 0 ? rc : 0;
}

int verify_page(struct admin_listing *listing, struct store *store) {
    struct verifying verifying = {.looked = 0};
    Linkgate__Admin__V1__VerifyPage message;
    int rc;
    page_init(&verifying.page, ADMIN_PAGE_ROWS_MAX);
    if (id_is_zero(&listing->only))
        rc = look_at_all(listing, store, &verifying);
    else
        rc = look_at(listing, store, &listing->only, &verifying);
    if (rc != 0) {
        arena_deinit(&verifying.page.arena);
        if (rc == STORE_ABSENT)
            page_absent(listing, "There is no such object. See `link list` or `transfer list`.");
        return rc < 0 ? rc : 0;
    }
    linkgate__admin__v1__verify_page__init(&message);
    message.looked = verifying.looked;
    PAGE_SEND(listing, &verifying.page, message, admin_id(&verifying.page.arena, &listing->after),
              VERIFIED, verified);
    return 0;
}
