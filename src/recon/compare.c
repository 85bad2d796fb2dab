/*
 * The comparison of one list with the store.
 *
 * Invariant: it reads one view of each and writes nothing but the upload's result; run again over the
 * same views it writes the same. Memory is that of a row of each side, whatever the lists' length.
 * What follows from a difference is decided elsewhere, by the ledger, from its own state.
 */
#include "recon/compare.h"

#include <stdio.h>
#include <string.h>

#include "store/desk.h"
#include "store/listed.h"
#include "store/settlement.h"
#include "store/tables.h"

#define ROWS_BETWEEN 1024u /* after which memory is given back, and progress told */

struct comparing {
    const struct compare *compare;
    struct upload upload;
    struct listed list; /* ours */
    struct spool_view *view;
    struct spool_place place; /* in their list */
    uint64_t beside[2];       /* uploads of the windows on both sides; 0: none */
    struct id ours;           /* ours that was read last; zero: none was */
    uint64_t rows;            /* of theirs, read */
    uint64_t seen, differences;
    bool stopped; /* go_on said so */
    bool full;    /* no room for the result */
};

void recon_row_of(const struct upload *upload, const struct recon_difference *difference,
                  struct recon_row *row_out) {
    const struct recon_item *item =
        difference->has_theirs ? &difference->theirs : &difference->ours;
    *row_out = (struct recon_row){
        .upload = upload->digest,
        .uploader = upload->header.sender,
        .kind = upload->header.kind,
        .class = difference->class,
        .window = recon_header_period(&upload->header),
        .id = item->id,
        .state = item->state,
        .what = item->what,
        .debtor = item->debtor,
        .creditor = item->creditor,
        .amount = item->amount,
        .units = item->units,
        .interest_fen = item->interest_fen,
    };
    memcpy(row_out->product, item->product, sizeof(row_out->product));
    memcpy(row_out->class2_tail, item->class2_tail, sizeof(row_out->class2_tail));
    memcpy(row_out->class1_tail, item->class1_tail, sizeof(row_out->class1_tail));
    if (!difference->has_theirs)
        return;
    memcpy(row_out->reference, item->reference, sizeof(row_out->reference));
    memcpy(row_out->book_date, item->book_date, sizeof(row_out->book_date));
}

/* ---- the sides ---- */

static int end_or_fault(int rc) {
    return rc > 0 ? RECON_END : rc;
}

static bool go_on(struct comparing *comparing) {
    const struct compare *compare = comparing->compare;
    if (++comparing->seen % ROWS_BETWEEN != 0)
        return true;
    store_release(compare->store);
    uint64_t of = comparing->upload.header.totals.count;
    uint64_t done = comparing->rows < of ? comparing->rows : of;
    comparing->stopped = !compare->go_on(compare->context, done, of);
    return !comparing->stopped;
}

static int next_theirs(void *context, struct recon_item *item_out) {
    struct comparing *comparing = context;
    comparing->rows++;
    if (!go_on(comparing))
        return SPOOL_FAILED;
    return end_or_fault(
        spool_next_row(comparing->view, comparing->upload.number, &comparing->place, item_out));
}

static int next_ours(void *context, struct recon_item *item_out) {
    struct comparing *comparing = context;
    bool has;
    int rc;
    while ((rc = store_next_listed(comparing->compare->store, &comparing->list, &comparing->ours,
                                   item_out, &has)) == 0) {
        if (has)
            return 0;
        if (!go_on(comparing))
            return SPOOL_FAILED;
    }
    return end_or_fault(rc);
}

static int find_ours(void *context, const struct id *id, struct recon_item *item_out) {
    struct comparing *comparing = context;
    return end_or_fault(
        store_find_listed(comparing->compare->store, &comparing->list, id, item_out));
}

static int find_beside(void *context, const struct id *id, struct recon_item *item_out) {
    struct comparing *comparing = context;
    for (size_t i = 0; i < 2; i++) {
        if (comparing->beside[i] == 0)
            continue;
        int rc = spool_find_row(comparing->view, comparing->beside[i], id, item_out);
        if (rc != SPOOL_ABSENT)
            return rc;
    }
    return RECON_END;
}

static bool can_resolve(const struct recon_item *theirs, const struct recon_item *ours) {
    return theirs != NULL && ours != NULL && ours->state == TRANSFER_UNKNOWN;
}

/* Cases of orders and loans have no object of their own: their claim names it. */
static int next_case(struct comparing *comparing, const struct id *object, struct id *at,
                     struct inquiry_case *case_out) {
    struct store *store = comparing->compare->store;
    struct inquiry_case like = {.owner = comparing->upload.header.sender};
    if (comparing->list.kind == RECON_LINKS)
        like.link = *object;
    else if (comparing->list.kind == RECON_MONEY)
        like.transfer = *object;
    else
        like.claim.id = *object;
    int rc = store_next_case_like(store, &like, at, at);
    if (rc != 0)
        return rc;
    rc = store_get_case(store, at, case_out);
    return rc == STORE_ABSENT ? STORE_DAMAGED : rc;
}

/* 1: the gateway waits for that bank's answer about it, which this list may be. */
static int is_asked(struct comparing *comparing, const struct id *object) {
    struct inquiry_case inquiry;
    struct id at = {{0}};
    int rc;
    while ((rc = next_case(comparing, object, &at, &inquiry)) == 0) {
        if (inquiry.state != CASE_CLOSED && inquiry.opened_by == 0 &&
            inquiry.owner == comparing->upload.header.sender)
            return 1;
    }
    return rc < 0 ? rc : 0;
}

/* 1: the ledger should look at it. */
static int matters(struct comparing *comparing, enum recon_class class,
                   const struct recon_item *theirs, const struct recon_item *ours) {
    if (recon_opens_case(class))
        return 1;
    if (comparing->upload.header.kind == RECON_MONEY && can_resolve(theirs, ours))
        return 1;
    return theirs != NULL && ours != NULL ? is_asked(comparing, &ours->id) : 0;
}

static int found(void *context, enum recon_class class, const struct recon_item *theirs,
                 const struct recon_item *ours) {
    struct comparing *comparing = context;
    enum recon_kind kind = comparing->upload.header.kind;
    int wanted = matters(comparing, class, theirs, ours);
    if (wanted <= 0)
        return wanted;
    struct recon_difference difference = {
        .index = comparing->differences++,
        .class = class,
        .has_theirs = theirs != NULL,
        .has_ours = ours != NULL,
    };
    if (theirs != NULL)
        difference.theirs = *theirs;
    if (ours != NULL)
        difference.ours = *ours;
    int rc =
        spool_result_add(comparing->compare->spool, comparing->upload.number, kind, &difference);
    comparing->full = rc == SPOOL_FULL;
    return rc > 0 ? SPOOL_FAILED : rc;
}

/* ---- the whole ---- */

static int look_beside(struct comparing *comparing) {
    const struct recon_header *header = &comparing->upload.header;
    struct upload upload;
    comparing->list.kind = header->kind;
    comparing->list.bank = header->sender;
    if (header->kind != RECON_MONEY)
        return 0;
    /* A list of a window that is not there was refused when it came. */
    if (store_get_window(comparing->compare->store, header->window, &comparing->list.window) != 0)
        return STORE_DAMAGED;
    for (size_t i = 0; i < 2; i++) {
        uint64_t window = i == 0 ? header->window - 1 : header->window + 1;
        int rc = spool_latest_upload(comparing->view, header->sender, RECON_MONEY, window, &upload);
        if (rc < 0)
            return rc;
        comparing->beside[i] = rc == 0 ? upload.number : 0;
    }
    return 0;
}

static int compare_all(struct comparing *comparing) {
    const struct compare *compare = comparing->compare;
    struct recon_sides sides = {
        .bank = comparing->upload.header.sender,
        .window = recon_header_period(&comparing->upload.header),
        .next_theirs = next_theirs,
        .next_ours = next_ours,
        .find_ours = find_ours,
        .find_beside = find_beside,
        .found = found,
        .context = comparing,
    };
    struct recon_counts counts;
    int rc = recon_compare(&sides, &counts);
    if (rc == 0)
        rc = spool_result_end(compare->spool, comparing->upload.number, comparing->differences,
                              &counts, compare->now_ms);
    if (comparing->stopped)
        return COMPARE_STOPPED;
    if (comparing->full)
        return SPOOL_FULL;
    return rc == RECON_DISORDER ? SPOOL_DAMAGED : rc;
}

int compare_run(const struct compare *compare) {
    struct comparing comparing = {.compare = compare};
    int rc = spool_look(compare->spool, compare->keyring, &comparing.view);
    if (rc != 0)
        return rc;
    rc = spool_get_upload(comparing.view, compare->number, &comparing.upload);
    if (rc == 0 && comparing.upload.state == UPLOAD_COMING)
        rc = SPOOL_ABSENT;
    if (rc == 0)
        rc = look_beside(&comparing);
    if (rc == 0)
        rc = spool_result_begin(compare->spool, compare->number);
    if (rc == 0)
        rc = compare_all(&comparing);
    spool_view_close(comparing.view);
    return rc;
}
