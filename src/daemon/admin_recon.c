/*
 * Banks' lists as operators see them: sending one, which lists came, what comparing them gave.
 *
 * Invariant: nothing of a list is looked at here before it leaves for the long thread; pages are
 * made from a view of the spool that stands still, and have the bounds of all pages. A spool that
 * cannot be read is told, and is no damage of the store.
 */
#include "daemon/admin_recon.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/admin_asking.h"
#include "daemon/admin_page.h"
#include "domain/link.h"
#include "domain/transfer.h"
#include "store/tables.h"

#define NO_SPOOL "Lists cannot be kept here: the journal of the gateway says why."

typedef Linkgate__Admin__V1__UploadRow upload_row;
typedef Linkgate__Admin__V1__DifferenceRow difference_row;

/* ---- sending ---- */

void admin_recon_free(struct admin_recon *recon) {
    if (recon == NULL)
        return;
    buf_deinit(&recon->content);
    buf_deinit(&recon->reply);
    free(recon);
}

static int leave(const struct asking *asking, struct admin_recon *recon) {
    recon->uid = asking->peer->uid;
    recon->client = asking->client;
    recon->correlation = asking->request->correlation;
    if (asking->gateway->recon(asking->gateway->context, recon))
        return ADMIN_PENDING;
    admin_recon_free(recon);
    return asking_refuse_busy(asking);
}

static struct admin_recon *recon_new(enum admin_recon_kind kind) {
    struct admin_recon *recon = xcalloc(1, sizeof(*recon));
    recon->kind = kind;
    return recon;
}

static int refuse_without(const struct asking *asking) {
    return asking_refuse(asking, REFUSAL_BUSY, "", NO_SPOOL);
}

int send_begin(const struct asking *asking) {
    if (asking->gateway->spool == NULL)
        return refuse_without(asking);
    return leave(asking, recon_new(ADMIN_RECON_BEGIN));
}

int send_part(const struct asking *asking) {
    const Linkgate__Admin__V1__ReconPart *order = asking->request->recon_part;
    if (asking->gateway->spool == NULL)
        return refuse_without(asking);
    if (order->content.len == 0 || order->content.len > ADMIN_RECON_PART_MAX)
        return asking_refuse_field(asking, "content", "A part has 1 to 32768 bytes.");
    struct admin_recon *recon = recon_new(ADMIN_RECON_PART);
    recon->sending = order->sending;
    recon->offset = order->offset;
    buf_append(&recon->content, order->content.data, order->content.len);
    return leave(asking, recon);
}

int send_end(const struct asking *asking) {
    if (asking->gateway->spool == NULL)
        return refuse_without(asking);
    struct admin_recon *recon = recon_new(ADMIN_RECON_END);
    recon->sending = asking->request->recon_end->sending;
    return leave(asking, recon);
}

/* ---- answers ---- */

static upload_row *row_of_upload(const struct upload *upload, struct arena *arena) {
    upload_row *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__upload_row__init(row);
    row->number = upload->number;
    row->sha256 = admin_bytes(arena, upload->digest.bytes, DIGEST_SIZE);
    row->bank = upload->header.sender;
    row->kind = admin_text(arena, recon_kind_name(upload->header.kind));
    row->window = upload->header.window;
    row->business_date = admin_text(arena, upload->header.business_date);
    row->count = upload->header.totals.count;
    row->debit_fen = upload->header.totals.debit_fen;
    row->credit_fen = upload->header.totals.credit_fen;
    row->state = admin_text(arena, upload_state_name(upload->state));
    row->came_at_ms = upload->came_at_ms;
    row->compared_at_ms = upload->compared_at_ms;
    row->differences = upload->differences;
    row->judged = upload->judged;
    const uint64_t *of = upload->counts.of;
    row->matched = of[RECON_MATCHED];
    row->amount_diff = of[RECON_AMOUNT_DIFF];
    row->status_diff = of[RECON_STATUS_DIFF];
    row->missing_here = of[RECON_MISSING_HERE];
    row->missing_there = of[RECON_MISSING_THERE];
    row->date_shift = of[RECON_DATE_SHIFT];
    row->duplicate = of[RECON_DUPLICATE];
    return row;
}

static admin_reply reply_to(const struct admin_recon *recon) {
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.correlation = recon->correlation;
    return reply;
}

void admin_recon_begun(struct admin_recon *recon, uint64_t sending) {
    Linkgate__Admin__V1__ReconBegun begun;
    admin_reply reply = reply_to(recon);
    linkgate__admin__v1__recon_begun__init(&begun);
    begun.sending = sending;
    reply.result_case = ADMIN_RESULT(RECON_BEGUN);
    reply.recon_begun = &begun;
    admin_reply_append(&reply, &recon->reply);
}

void admin_recon_done(struct admin_recon *recon) {
    admin_append_done(recon->correlation, &recon->reply);
}

void admin_recon_taken(struct admin_recon *recon, const struct upload *upload) {
    struct arena arena;
    admin_reply reply = reply_to(recon);
    arena_init(&arena, 1024, 0);
    reply.result_case = ADMIN_RESULT(UPLOAD);
    reply.upload = row_of_upload(upload, &arena);
    admin_reply_append(&reply, &recon->reply);
    arena_deinit(&arena);
}

void admin_recon_refuse(struct admin_recon *recon, enum refusal_code code, const char *field,
                        const char *text) {
    struct refusal refusal = {.code = code, .field = field};
    admin_append_refusal(recon->correlation, &refusal, text, &recon->reply);
}

/* ---- pages ---- */

static int list_with_spool(const struct asking *asking, enum admin_listing_kind kind,
                           uint64_t upload, uint64_t after, uint32_t max) {
    if (asking->gateway->spool == NULL)
        return refuse_without(asking);
    struct admin_listing *listing = asking_listing(asking, kind, max);
    listing->spool = asking->gateway->spool;
    listing->upload = upload;
    asking->gateway->recon_progress(asking->gateway->context, &listing->progress);
    listing->after_sequence = after;
    return asking_list(asking, listing);
}

int question_uploads(const struct asking *asking) {
    const Linkgate__Admin__V1__ListUploads *order = asking->request->list_uploads;
    return list_with_spool(asking, ADMIN_LIST_UPLOADS, 0, order->after, order->max);
}

int question_differences(const struct asking *asking) {
    const Linkgate__Admin__V1__ListDifferences *order = asking->request->list_differences;
    return list_with_spool(asking, ADMIN_LIST_DIFFERENCES, order->upload, order->after, order->max);
}

/* The spool failed; the listing is answered all the same. */
static int refuse_page(struct admin_listing *listing) {
    struct refusal refusal = {.code = REFUSAL_BUSY, .field = ""};
    admin_append_refusal(listing->correlation, &refusal, NO_SPOOL, &listing->reply);
    return 0;
}

/* The first that waits to be compared is the one that is compared. */
static bool is_first_whole(struct spool_view *view, uint64_t number) {
    struct upload upload = {.number = 0};
    int rc;
    do
        rc = spool_next_upload(view, upload.number, &upload);
    while (rc == 0 && upload.state != UPLOAD_WHOLE);
    return rc == 0 && upload.number == number;
}

static void fill_progress(const struct admin_recon_progress *progress, struct spool_view *view,
                          const struct upload *upload, upload_row *row) {
    if (upload->state == UPLOAD_COMPARED && progress->judging == upload->number) {
        row->done = progress->judged;
        row->of = upload->differences;
    } else if (upload->state == UPLOAD_WHOLE && progress->of != 0 &&
               is_first_whole(view, upload->number)) {
        row->done = progress->done;
        row->of = progress->of;
    }
}

int recon_uploads(struct admin_listing *listing, struct store *store) {
    struct spool_view *view;
    struct upload upload;
    struct page page;
    uint64_t last = listing->after_sequence;
    int rc;
    if (spool_look(listing->spool, store_keyring(store), &view) != 0)
        return refuse_page(listing);
    page_init(&page, listing->max);
    while ((rc = spool_next_upload(view, last, &upload)) == 0 && page_look(&page)) {
        upload_row *row = row_of_upload(&upload, &page.arena);
        fill_progress(&listing->progress, view, &upload, row);
        if (!page_add(&page, &row->base))
            break;
        last = upload.number;
    }
    spool_view_close(view);
    if (rc < 0) {
        arena_deinit(&page.arena);
        return refuse_page(listing);
    }
    Linkgate__Admin__V1__UploadPage message;
    linkgate__admin__v1__upload_page__init(&message);
    PAGE_SEND(listing, &page, message, last, UPLOADS, uploads);
    return 0;
}

static char *accounts_of(const struct recon_item *item, struct arena *arena) {
    char text[2 * RECON_TAIL_SIZE + 1];
    snprintf(text, sizeof(text), "%s/%s", item->class2_tail, item->class1_tail);
    return admin_text(arena, text);
}

/* What one side has; the empty text and 0 are what a list of that kind does not tell. */
struct side {
    char *state, *kind, *accounts, *product;
};

static struct side side_of(const struct recon_item *item, enum recon_kind kind,
                           struct arena *arena) {
    bool money = kind == RECON_MONEY;
    return (struct side){
        .state = admin_text(arena, recon_state_name(kind, item->state)),
        .kind = admin_text(arena, money ? transfer_kind_name((enum transfer_kind)item->what) : ""),
        .accounts = kind == RECON_LINKS ? accounts_of(item, arena) : admin_text(arena, ""),
        .product = admin_text(arena, item->product),
    };
}

static void fill_theirs(const struct recon_item *item, enum recon_kind kind, struct arena *arena,
                        difference_row *row) {
    struct side side = side_of(item, kind, arena);
    row->their_fen = item->amount.fen;
    row->reference = admin_text(arena, item->reference);
    row->book_date = admin_text(arena, item->book_date);
    row->their_state = side.state;
    row->their_kind = side.kind;
    row->their_accounts = side.accounts;
    row->their_product = side.product;
    row->their_units = item->units;
    row->their_interest_fen = item->interest_fen;
}

static void fill_ours(const struct recon_item *item, enum recon_kind kind, struct arena *arena,
                      difference_row *row) {
    struct side side = side_of(item, kind, arena);
    row->our_fen = item->amount.fen;
    row->our_window = item->window;
    row->our_state = side.state;
    row->our_kind = side.kind;
    row->our_accounts = side.accounts;
    row->our_product = side.product;
    row->our_units = item->units;
    row->our_interest_fen = item->interest_fen;
}

static difference_row *row_of_difference(const struct recon_difference *difference,
                                         enum recon_kind kind, struct arena *arena) {
    difference_row *row = arena_take(arena, sizeof(*row));
    const struct recon_item *theirs = &difference->theirs;
    const struct recon_item *ours = &difference->ours;
    const struct recon_item *any = difference->has_theirs ? theirs : ours;
    linkgate__admin__v1__difference_row__init(row);
    row->index = difference->index;
    row->class_ = admin_text(arena, recon_class_name(difference->class));
    row->id = admin_id(arena, &any->id);
    row->debtor = any->debtor;
    row->creditor = any->creditor;
    row->currency = admin_text(arena, any->amount.currency);
    if (difference->has_theirs)
        fill_theirs(theirs, kind, arena, row);
    if (difference->has_ours)
        fill_ours(ours, kind, arena, row);
    return row;
}

static int add_differences(const struct admin_listing *listing, struct spool_view *view,
                           struct page *page, uint64_t *next) {
    struct recon_difference difference;
    struct upload upload;
    int rc = spool_get_upload(view, listing->upload, &upload);
    if (rc != 0)
        return rc;
    while ((rc = spool_next_difference(view, listing->upload, *next, &difference)) == 0 &&
           page_look(page)) {
        difference_row *row = row_of_difference(&difference, upload.header.kind, &page->arena);
        if (!page_add(page, &row->base))
            break;
        *next = difference.index + 1;
    }
    return rc < 0 ? rc : 0;
}

int recon_differences(struct admin_listing *listing, struct store *store) {
    struct spool_view *view;
    struct page page;
    uint64_t next = listing->after_sequence;
    if (spool_look(listing->spool, store_keyring(store), &view) != 0)
        return refuse_page(listing);
    page_init(&page, listing->max);
    int rc = add_differences(listing, view, &page, &next);
    spool_view_close(view);
    if (rc != 0) {
        arena_deinit(&page.arena);
        if (rc < 0)
            return refuse_page(listing);
        page_absent(listing, "There is no such list (any more). See `recon list`.");
        return 0;
    }
    Linkgate__Admin__V1__DifferencePage message;
    linkgate__admin__v1__difference_page__init(&message);
    PAGE_SEND(listing, &page, message, next, DIFFERENCES, differences);
    return 0;
}
