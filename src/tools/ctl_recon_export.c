/*
 * The gateway's own list of a bank's window, links, holdings or loans, as a file that the bank can
 * compare with.
 *
 * Invariant: the file is there when it is whole, and not before; it is the list of one reading: rows
 * are gathered first, because the header has their number and totals. Memory: a page.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "domain/calendar.h"
#include "domain/identifier.h"
#include "recon/file.h"
#include "tools/ctl_commands.h"
#include "tools/ctl_listed.h"
#include "tools/ctl_progress.h"
#include "tools/ctl_values.h"

struct export {
    struct ctl_session *session;
    struct recon_header header;
    FILE *rows; /* gathered */
    bool full;  /* not all of them */
    FILE *file;
    struct ctl_progress progress;
};

/* ---- gathering ---- */

static bool keep_row(void *context, const struct recon_item *item, const char *line) {
    struct export *export = context;
    struct recon_totals *totals = &export->header.totals;
    if (!recon_totals_add(totals, recon_header_bank(&export->header), item))
        return false;
    export->full = export->full || fprintf(export->rows, "%s\n", line) < 0;
    ctl_progress_show(&export->progress, "reading", totals->count, 0);
    return true;
}

static enum ctl_exit gather(struct export *export) {
    struct ctl_listed listed = {.kind = export->header.kind,
                                .bank = export->header.receiver,
                                .window = export->header.window,
                                .take = keep_row,
                                .context = export};
    enum ctl_exit result = ctl_each_listed(export->session, &listed, export->header.business_date);
    if (result == CTL_OK && export->full)
        return ctl_wrong(export->session, "there is no room for the rows: %s", strerror(ENOSPC));
    return result;
}

/* ---- writing ---- */

static int write_span(void *context, struct span bytes) {
    return fwrite(bytes.data, 1, bytes.size, context) == bytes.size ? 0 : -1;
}

static int write_rows(struct export *export, struct recon_writer *writer) {
    char line[RECON_LINE_MAX + 2];
    struct recon_fault fault;
    struct recon_item item;
    const char *why;
    int rc = 0;
    while (rc == 0 && fgets(line, sizeof(line), export->rows) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (!recon_item_parse(export->header.kind, span_text(line), &item, &why))
            return RECON_FAULT;
        rc = recon_writer_add(writer, &item, &fault);
    }
    return ferror(export->rows) != 0 ? -1 : rc;
}

static int write_file(struct export *export) {
    struct recon_writer writer = {.write = write_span, .context = export->file};
    struct recon_fault fault;
    rewind(export->rows);
    int rc = recon_writer_begin(&writer, &export->header);
    if (rc == 0)
        rc = write_rows(export, &writer);
    if (rc == 0)
        rc = recon_writer_end(&writer, &fault);
    recon_writer_deinit(&writer);
    if (rc == 0 && (fflush(export->file) != 0 || fsync(fileno(export->file)) != 0))
        rc = -1;
    return rc;
}

static enum ctl_exit put_file(struct export *export, const char *path) {
    size_t size = strlen(path) + sizeof(".partial");
    char *partial = xmalloc(size);
    snprintf(partial, size, "%s.partial", path);
    enum ctl_exit result = CTL_OK;
    export->file = fopen(partial, "wxe");
    bool written = export->file != NULL && write_file(export) == 0;
    int number = errno;
    if (export->file != NULL && fclose(export->file) != 0)
        written = false;
    if (!written || rename(partial, path) != 0) {
        result = ctl_wrong(export->session, "%s cannot be written: %s", path,
                           strerror(written ? errno : number));
        if (export->file != NULL)
            (void)unlink(partial);
    }
    free(partial);
    return result;
}

static enum ctl_exit tell(struct export *export) {
    const struct recon_header *header = &export->header;
    struct ctl_session *session = export->session;
    if (session->args->json) {
        ctl_dump(session, json_pack("{s:I, s:I, s:I}", "count", (json_int_t)header->totals.count,
                                    "debit_fen", (json_int_t)header->totals.debit_fen, "credit_fen",
                                    (json_int_t)header->totals.credit_fen));
        return CTL_OK;
    }
    fprintf(session->out, "%llu rows.\n", (unsigned long long)header->totals.count);
    return CTL_OK;
}

/* ---- */

static enum ctl_exit take_header(struct ctl_session *session, struct recon_header *header) {
    const char *window = session->args->values[CTL_WINDOW];
    uint32_t kind = window != NULL ? RECON_MONEY : RECON_LINKS;
    int64_t number = 0;
    enum ctl_exit result = ctl_take_bank(session, session->args->words[0], &header->receiver);
    if (result == CTL_OK && window != NULL)
        result = ctl_take_number(session, CTL_WINDOW, 1, INT64_MAX, &number);
    if (result == CTL_OK)
        result = ctl_take_name(session, CTL_LIST_OF, &ctl_lists, "list", &kind);
    if (result == CTL_OK && window != NULL && kind != RECON_MONEY)
        result = ctl_wrong(session, "--window or --list, not both");
    header->sender = RECON_GATEWAY;
    header->window = (uint64_t)number;
    header->kind = (enum recon_kind)kind;
    date_format(shanghai_day((int64_t)time(NULL) * 1000), header->business_date);
    return result;
}

enum ctl_exit ctl_recon_export(struct ctl_session *session) {
    struct export export = {.session = session};
    enum ctl_exit result = take_header(session, &export.header);
    if (result != CTL_OK)
        return result;
    export.rows = tmpfile();
    if (export.rows == NULL)
        return ctl_wrong(session, "there is no room for the rows: %s", strerror(errno));
    ctl_progress_init(&export.progress, session);
    result = gather(&export);
    ctl_progress_end(&export.progress);
    if (result == CTL_OK)
        result = put_file(&export, session->args->words[1]);
    (void)fclose(export.rows);
    return result == CTL_OK ? tell(&export) : result;
}
