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
#include "store/settlement.h"
#include "store/tables.h"

#define ROWS_BETWEEN 1024u /* after which memory is given back, and progress told */

struct comparing {
    const struct compare *compare;
    struct upload upload;
    struct window window; /* of money */
    struct spool_view *view;
    struct spool_place place; /* in their list */
    uint64_t beside[2];       /* uploads of the windows on both sides; 0: none */
    struct id ours;           /* ours that was read last */
    bool any_ours;
    uint64_t rows; /* of theirs, read */
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
        .window = upload->header.window,
        .id = item->id,
        .state = item->state,
        .what = item->what,
        .debtor = item->debtor,
        .creditor = item->creditor,
        .amount = item->amount,
    };
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

static int next_transfer(struct comparing *comparing, struct recon_item *item_out) {
    const struct recon_header *header = &comparing->upload.header;
    struct transfer transfer;
    int rc;
    while ((rc = store_next_of_window(comparing->compare->store, &comparing->window, 0,
                                      comparing->any_ours ? &comparing->ours : NULL, &transfer)) ==
           0) {
        comparing->ours = transfer.id;
        comparing->any_ours = true;
        if (transfer.debtor_bank == header->sender || transfer.creditor_bank == header->sender) {
            recon_item_of_transfer(&transfer, item_out);
            return 0;
        }
        if (!go_on(comparing))
            return SPOOL_FAILED;
    }
    return end_or_fault(rc);
}

static int next_link(struct comparing *comparing, struct recon_item *item_out) {
    struct store *store = comparing->compare->store;
    struct link link;
    int rc;
    while ((rc = store_next_link_of_bank(store, comparing->upload.header.sender,
                                         comparing->any_ours ? &comparing->ours : NULL,
                                         &comparing->ours)) == 0) {
        comparing->any_ours = true;
        rc = store_get_link(store, &comparing->ours, &link);
        if (rc != 0)
            return rc < 0 ? rc : STORE_DAMAGED;
        if (recon_link_is_listed(link.state)) {
            recon_item_of_link(&link, item_out);
            return 0;
        }
        if (!go_on(comparing))
            return SPOOL_FAILED;
    }
    return end_or_fault(rc);
}

static int next_ours(void *context, struct recon_item *item_out) {
    struct comparing *comparing = context;
    return comparing->upload.header.kind == RECON_LINKS ? next_link(comparing, item_out)
                                                        : next_transfer(comparing, item_out);
}

static int find_ours(void *context, const struct id *id, struct recon_item *item_out) {
    struct comparing *comparing = context;
    struct store *store = comparing->compare->store;
    struct transfer transfer;
    struct link link;
    int rc;
    if (comparing->upload.header.kind == RECON_LINKS) {
        rc = store_get_link(store, id, &link);
        if (rc == 0)
            recon_item_of_link(&link, item_out);
    } else {
        rc = store_get_transfer(store, id, &transfer);
        if (rc == 0)
            recon_item_of_transfer(&transfer, item_out);
    }
    return end_or_fault(rc);
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

static int next_case(struct comparing *comparing, const struct id *object, struct id *at,
                     struct inquiry_case *case_out) {
    struct store *store = comparing->compare->store;
    int rc = comparing->upload.header.kind == RECON_LINKS
                 ? store_next_case_of_link(store, object, at, at)
                 : store_next_case_of_transfer(store, object, at, at);
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
    if (header->kind != RECON_MONEY)
        return 0;
    /* A list of a window that is not there was refused when it came. */
    if (store_get_window(comparing->compare->store, header->window, &comparing->window) != 0)
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
        .window = comparing->upload.header.window,
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
