/*
 * Banks' lists: sent to the gateway, which compares them, and what it found.
 *
 * Invariant: a file is sent as it is: what is wrong with it the gateway says, with the line. Exit
 * status 0 of a comparison means that the list was compared, and that what follows from each row that
 * differs has happened, not that nothing differs: how many rows do is what is printed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_list.h"
#include "tools/ctl_progress.h"
#include "tools/ctl_values.h"

#define PART_SIZE 32768u
#define LOOK_NS 100000000L /* between looks */

CTL_PAGES(uploads, uploads, list_uploads)
CTL_PAGES(differences, differences, list_differences)

static const struct ctl_list upload_pages = {.result = CTL_RESULT(UPLOADS),
                                             .shape = &ctl_shape_upload,
                                             .page = uploads_page,
                                             .go_on = uploads_go_on,
                                             .set_max = uploads_set_max,
                                             .row_key = "number"};

static const struct ctl_list difference_pages = {.result = CTL_RESULT(DIFFERENCES),
                                                 .shape = &ctl_shape_difference,
                                                 .page = differences_page,
                                                 .go_on = differences_go_on,
                                                 .set_max = differences_set_max,
                                                 .row_key = "index"};

static const struct ctl_column upload_columns[] = {
    {"LIST", "number", CTL_CELL_RIGHT},   {"CAME", "came_at", CTL_CELL_TIME},
    {"BANK", "bank", CTL_CELL_TEXT},      {"KIND", "kind", CTL_CELL_TEXT},
    {"WINDOW", "window", CTL_CELL_RIGHT}, {"ROWS", "count", CTL_CELL_RIGHT},
    {"STATE", "state", CTL_CELL_TEXT},    {"DIFFERENCES", "differences", CTL_CELL_RIGHT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column upload_card[] = {
    {"list", "number", CTL_CELL_TEXT},
    {"sha256", "sha256", CTL_CELL_TEXT},
    {"bank", "bank", CTL_CELL_TEXT},
    {"kind", "kind", CTL_CELL_TEXT},
    {"window", "window", CTL_CELL_TEXT},
    {"business date", "business_date", CTL_CELL_TEXT},
    {"rows", "count", CTL_CELL_TEXT},
    {"debit total", "debit_fen", CTL_CELL_FEN},
    {"credit total", "credit_fen", CTL_CELL_FEN},
    {"came", "came_at", CTL_CELL_TIME},
    {"compared", "compared_at", CTL_CELL_TIME},
    {"MATCHED", "matched", CTL_CELL_TEXT},
    {"DATE_SHIFT", "date_shift", CTL_CELL_TEXT},
    {"AMOUNT_DIFF", "amount_diff", CTL_CELL_TEXT},
    {"STATUS_DIFF", "status_diff", CTL_CELL_TEXT},
    {"MISSING_HERE", "missing_here", CTL_CELL_TEXT},
    {"MISSING_THERE", "missing_there", CTL_CELL_TEXT},
    {"DUPLICATE", "duplicate", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column difference_columns[] = {
    {"INDEX", "index", CTL_CELL_RIGHT},
    {"CLASS", "class", CTL_CELL_TEXT},
    {"ID", "id", CTL_CELL_TEXT},
    {"THEIR AMOUNT", "their_fen", CTL_CELL_FEN},
    {"OUR AMOUNT", "our_fen", CTL_CELL_FEN},
    {"THEIR STATE", "their_state", CTL_CELL_TEXT},
    {"OUR STATE", "our_state", CTL_CELL_TEXT},
    {"THEIR ACCOUNTS", "their_accounts", CTL_CELL_TEXT},
    {"OUR ACCOUNTS", "our_accounts", CTL_CELL_TEXT},
    {"REFERENCE", "reference", CTL_CELL_TEXT},
    {NULL, NULL, CTL_CELL_TEXT},
};

/* ---- sending ---- */

struct sending {
    struct ctl_session *session;
    FILE *file;
    uint64_t size;
    uint64_t number;
    struct ctl_progress progress;
};

static enum ctl_exit send_begin(struct sending *sending) {
    Linkgate__Admin__V1__ReconBegin order;
    linkgate__admin__v1__recon_begin__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(RECON_BEGIN));
    request.recon_begin = &order;
    enum ctl_exit result = ctl_ask_for(sending->session, &request, CTL_RESULT(RECON_BEGUN));
    if (result == CTL_OK)
        sending->number = sending->session->reply->recon_begun->sending;
    return result;
}

static enum ctl_exit send_parts(struct sending *sending) {
    static uint8_t bytes[PART_SIZE];
    Linkgate__Admin__V1__ReconPart order;
    linkgate__admin__v1__recon_part__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(RECON_PART));
    request.recon_part = &order;
    order.sending = sending->number;
    order.content.data = bytes;
    while ((order.content.len = fread(bytes, 1, sizeof(bytes), sending->file)) > 0) {
        enum ctl_exit result = ctl_ask_for(sending->session, &request, CTL_RESULT(DONE));
        if (result != CTL_OK)
            return result;
        order.offset += order.content.len;
        ctl_progress_show(&sending->progress, "sending", order.offset, sending->size);
    }
    if (ferror(sending->file) != 0)
        return ctl_wrong(sending->session, "the file cannot be read to its end");
    return CTL_OK;
}

/* session->reply is the upload. */
static enum ctl_exit send_end(struct sending *sending) {
    Linkgate__Admin__V1__ReconEnd order;
    linkgate__admin__v1__recon_end__init(&order);
    order.sending = sending->number;
    ctl_request request = ctl_request_of(CTL_ORDER(RECON_END));
    request.recon_end = &order;
    return ctl_ask_for(sending->session, &request, CTL_RESULT(UPLOAD));
}

/* Until it was compared; row_out is owned. */
static enum ctl_exit wait_for(struct sending *sending, uint64_t number, json_t **row_out) {
    struct ctl_session *session = sending->session;
    Linkgate__Admin__V1__ListUploads order;
    linkgate__admin__v1__list_uploads__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_UPLOADS));
    request.list_uploads = &order;
    for (;;) {
        order.after = number - 1;
        order.max = 1;
        enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(UPLOADS));
        if (result != CTL_OK)
            return result;
        const Linkgate__Admin__V1__UploadPage *page = session->reply->uploads;
        if (page->n_rows == 0 || page->rows[0]->number != number) {
            fprintf(session->errors, "linkgatectl: the list was not compared: there is no room for "
                                     "the result. The gateway's journal says more.\n");
            return CTL_REFUSED;
        }
        if (strcmp(page->rows[0]->state, "JUDGED") == 0) {
            *row_out = ctl_json(&ctl_shape_upload, page->rows[0]);
            return CTL_OK;
        }
        bool found = strcmp(page->rows[0]->state, "COMPARED") == 0;
        ctl_progress_show(&sending->progress, found ? "judging" : "comparing", page->rows[0]->done,
                          page->rows[0]->of);
        (void)nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
    }
}

static enum ctl_exit compare(struct sending *sending, json_t **row_out) {
    enum ctl_exit result = send_begin(sending);
    if (result == CTL_OK)
        result = send_parts(sending);
    if (result == CTL_OK)
        result = send_end(sending);
    if (result == CTL_OK)
        result = wait_for(sending, sending->session->reply->upload->number, row_out);
    ctl_progress_end(&sending->progress);
    return result;
}

enum ctl_exit ctl_recon_compare(struct ctl_session *session) {
    const char *path = session->args->words[0];
    struct sending sending = {.session = session};
    struct stat status;
    json_t *row;
    sending.file = fopen(path, "rbe");
    if (sending.file == NULL || fstat(fileno(sending.file), &status) != 0) {
        enum ctl_exit wrong = ctl_wrong(session, "%s: %s", path, strerror(errno));
        if (sending.file != NULL)
            (void)fclose(sending.file);
        return wrong;
    }
    sending.size = (uint64_t)status.st_size;
    ctl_progress_init(&sending.progress, session);
    enum ctl_exit result = compare(&sending, &row);
    (void)fclose(sending.file);
    if (result != CTL_OK)
        return result;
    if (session->args->json) {
        ctl_dump(session, row);
        return CTL_OK;
    }
    ctl_print_card(row, upload_card, session->out);
    fprintf(session->out, "\nWhat differs, row by row: linkgatectl recon show %" PRId64 "\n",
            (int64_t)json_integer_value(json_object_get(row, "number")));
    json_decref(row);
    return CTL_OK;
}

/* ---- looking ---- */

/* A number of at most 18 digits. */
static enum ctl_exit take_count(struct ctl_session *session, const char *text, const char *what,
                                uint64_t *number_out) {
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0' || strlen(text) > 18)
        return ctl_wrong(session, "%s is no number of a %s, as the list shows them", text, what);
    *number_out = strtoull(text, NULL, 10);
    return CTL_OK;
}

enum ctl_exit ctl_recon_list(struct ctl_session *session) {
    Linkgate__Admin__V1__ListUploads order;
    linkgate__admin__v1__list_uploads__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_UPLOADS));
    request.list_uploads = &order;
    const char *after = session->args->values[CTL_AFTER];
    enum ctl_exit result = CTL_OK;
    if (after != NULL)
        result = take_count(session, after, "list", &order.after);
    if (result != CTL_OK)
        return result;
    return ctl_list(session, &upload_pages, &request, upload_columns);
}

enum ctl_exit ctl_recon_show(struct ctl_session *session) {
    Linkgate__Admin__V1__ListDifferences order;
    linkgate__admin__v1__list_differences__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(LIST_DIFFERENCES));
    request.list_differences = &order;
    const char *after = session->args->values[CTL_AFTER];
    enum ctl_exit result = take_count(session, session->args->words[0], "list", &order.upload);
    if (result == CTL_OK && after != NULL) {
        result = take_count(session, after, "row", &order.after);
        order.after++;
    }
    if (result != CTL_OK)
        return result;
    return ctl_list(session, &difference_pages, &request, difference_columns);
}
