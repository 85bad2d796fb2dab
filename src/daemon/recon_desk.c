/*
 * The desk at which operators hand in banks' lists.
 *
 * Invariant: one sending at a time; its bytes are read in their order, each once; whatever is wrong
 * ends it, and nothing of it stays in the spool. What it was is told with the line. A new list is
 * whole before anybody hears of it.
 */
#include "daemon/recon_desk.h"

#include <string.h>

#include "domain/calendar.h"
#include "store/settlement.h"

#include "util/logline.h"

#define SINK_REFUSED 60
#define SINK_FULL 61
#define SINK_FAILED 62
#define SINK_STORE 63

static void give_up(struct recon_desk *desk) {
    recon_reader_free(desk->reader);
    desk->reader = NULL;
    if (desk->upload != 0 && spool_drop(desk->spool, desk->upload) != 0)
        log_line(LOG_ERR, "recon_failed", LOG_TEXT("remedy", "the next start drops the rest"));
    desk->upload = 0;
    desk->open = false;
}

void recon_desk_deinit(struct recon_desk *desk) {
    give_up(desk);
}

/* ---- what the file's reader tells ---- */

static int refuse(struct recon_desk *desk, const char *why) {
    desk->why = why;
    return SINK_REFUSED;
}

static int of_spool(int rc) {
    return rc == 0 ? 0 : rc == SPOOL_FULL ? SINK_FULL : SINK_FAILED;
}

static int fault_of(struct recon_header_fault *fault_out, const char *field, const char *text) {
    *fault_out = (struct recon_header_fault){field, text};
    return 1;
}

/* The window of a list of transfers; the day of one that is of a day. */
static int check_period(struct store *store, const struct recon_header *header, int64_t now_ms,
                        struct recon_header_fault *fault_out) {
    struct window window = {.number = 0};
    char date[DATE_TEXT_SIZE];
    if (header->kind == RECON_LINKS)
        return 0;
    if (recon_is_by_day(header->kind))
        return (int64_t)recon_header_period(header) <= shanghai_day(now_ms)
                   ? 0
                   : fault_of(fault_out, "header.business_date",
                              "Line 1 names a day that has not begun in Shanghai.");
    int rc = store_get_window(store, header->window, &window);
    if (rc < 0)
        return rc;
    if (rc != 0)
        return fault_of(fault_out, "header.window",
                        "Line 1 names a window that was not opened yet.");
    date_format(window.business_day, date);
    return strcmp(header->business_date, date) == 0
               ? 0
               : fault_of(fault_out, "header.business_date",
                          "Line 1 has another business date than that window.");
}

int recon_desk_check_header(struct store *store, const struct recon_header *header, int64_t now_ms,
                            struct recon_header_fault *fault_out) {
    struct bank bank;
    const char *shape = recon_header_fault(header);
    if (shape != NULL)
        return fault_of(fault_out, "header", "Line 1 is no header of a list.");
    int rc = store_get_bank(store, header->sender, &bank);
    if (rc == STORE_ABSENT)
        return fault_of(fault_out, "header", "Line 1 names a sender that is not in the registry.");
    return rc < 0 ? rc : check_period(store, header, now_ms, fault_out);
}

static int on_header(void *context, const struct recon_header *header) {
    struct recon_desk *desk = context;
    struct recon_header_fault fault = {"", ""};
    int rc = recon_desk_check_header(desk->store, header, clock_wall_ms(desk->clock), &fault);
    if (rc < 0)
        return SINK_STORE;
    if (rc != 0)
        return refuse(desk, fault.text);
    return of_spool(spool_begin(desk->spool, header, clock_wall_ms(desk->clock), &desk->upload));
}

static int on_row(void *context, uint64_t row, const struct recon_item *item) {
    struct recon_desk *desk = context;
    (void)row;
    int rc = spool_add(desk->spool, desk->upload, item);
    if (rc == SPOOL_FULL)
        desk->upload = 0; /* the spool dropped it */
    return of_spool(rc);
}

/* ---- what the operator says ---- */

static int tell_fault(struct recon_desk *desk, struct admin_recon *recon, int rc,
                      const struct recon_fault *fault) {
    give_up(desk);
    switch (rc) {
    case RECON_FAULT:
        admin_recon_refuse(recon, fault->totals ? REFUSAL_TOTALS : REFUSAL_FIELD_INVALID, "file",
                           fault->text);
        return 0;
    case SINK_REFUSED:
        admin_recon_refuse(recon, REFUSAL_FIELD_INVALID, "file", desk->why);
        return 0;
    case SINK_FULL:
        admin_recon_refuse(recon, REFUSAL_BUSY, "",
                           "There is no room for this list: [recon] max_mib is used up, too many "
                           "lists are there, or the disk is full.");
        return 0;
    case SINK_STORE:
        return STORE_DAMAGED;
    default:
        admin_recon_refuse(recon, REFUSAL_BUSY, "",
                           "The list could not be written: the disk of [store] dir failed.");
        return 0;
    }
}

static int begin(struct recon_desk *desk, struct admin_recon *recon) {
    int64_t now_ms = clock_boot_ms(desk->clock);
    if (desk->open && now_ms - desk->touched_ms < RECON_DESK_IDLE_MS) {
        admin_recon_refuse(recon, REFUSAL_BUSY, "",
                           "Another list is being sent. Try again when it is through.");
        return 0;
    }
    give_up(desk);
    struct recon_file_sink sink = {.header = on_header, .row = on_row, .context = desk};
    desk->reader = recon_reader_new(0, &sink);
    desk->sending++;
    desk->open = true;
    desk->taken = 0;
    desk->touched_ms = now_ms;
    admin_recon_begun(recon, desk->sending);
    return 0;
}

static bool is_this(struct recon_desk *desk, struct admin_recon *recon) {
    if (desk->open && recon->sending == desk->sending) {
        desk->touched_ms = clock_boot_ms(desk->clock);
        return true;
    }
    admin_recon_refuse(recon, REFUSAL_FIELD_INVALID, "sending",
                       "This sending is over: it was refused, or gave way to another. Begin anew.");
    return false;
}

static int take_part(struct recon_desk *desk, struct admin_recon *recon) {
    struct recon_fault fault;
    if (!is_this(desk, recon))
        return 0;
    if (recon->offset > desk->taken ||
        (recon->offset < desk->taken && recon->offset + recon->content.size != desk->taken)) {
        admin_recon_refuse(recon, REFUSAL_FIELD_INVALID, "offset",
                           "Parts come in the order of the file; the last one may come again.");
        return 0;
    }
    int rc = recon->offset < desk->taken
                 ? 0
                 : recon_reader_feed(desk->reader, buf_span(&recon->content), &fault);
    if (rc != 0)
        return tell_fault(desk, recon, rc, &fault);
    desk->taken = recon->offset + recon->content.size;
    admin_recon_done(recon);
    return 0;
}

/* It is there, new or again. */
static int tell_upload(struct recon_desk *desk, struct admin_recon *recon,
                       const struct digest *digest) {
    struct spool_view *view;
    struct upload upload;
    int rc = spool_look(desk->spool, desk->keyring, &view);
    if (rc != 0)
        return rc;
    rc = spool_find_upload(view, digest, &upload);
    spool_view_close(view);
    if (rc != 0)
        return rc;
    recon->whole = true;
    recon->bank = upload.header.sender;
    recon->digest = *digest;
    admin_recon_taken(recon, &upload);
    return 0;
}

static int end(struct recon_desk *desk, struct admin_recon *recon) {
    struct recon_fault fault;
    struct digest digest;
    if (!is_this(desk, recon))
        return 0;
    int rc = recon_reader_end(desk->reader, &digest, &fault);
    if (rc != 0)
        return tell_fault(desk, recon, rc, &fault);
    rc = spool_end(desk->spool, desk->upload, &digest);
    if (rc == 0 || rc == SPOOL_AGAIN) {
        desk->upload = 0;
        rc = tell_upload(desk, recon, &digest);
    }
    if (rc != 0)
        return tell_fault(desk, recon, SINK_FAILED, &fault);
    give_up(desk);
    return 0;
}

int recon_desk_serve(struct recon_desk *desk, struct admin_recon *recon, struct store *store) {
    static int (*const serves[])(struct recon_desk * desk, struct admin_recon * recon) = {
        [ADMIN_RECON_BEGIN] = begin,
        [ADMIN_RECON_PART] = take_part,
        [ADMIN_RECON_END] = end,
    };
    desk->store = store;
    int rc = serves[recon->kind](desk, recon);
    desk->store = NULL;
    return rc;
}
