/*
 * Sending a list file to the gateway.
 *
 *   read rows --> a part is full, or the file is whole --> send it --> answered: the next one
 *
 * Invariant: one part is on its way at a time; one whose answer was lost, or for which there was no
 * room, goes again with the same bytes, UPLOAD_TRIES times; any other refusal ends it. Memory is that
 * of a part, however long the list is. The session hears one answer, at the end.
 */
#include "bank/upload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/ask.h"
#include "bank/print.h"
#include "bank/submit.h"
#include "recon/file.h"

#define READ_SIZE 4096u
#define LINE_MIN 40u /* no row is shorter: so many more may come with one read */
#define ROOM (RECON_PART_ROWS_MAX + 1 + READ_SIZE / LINE_MIN)
#define UPLOAD_TRIES 50u
#define UPLOAD_PAUSE_MS 100

struct bk_upload {
    struct bk_session *session;
    FILE *file;
    struct recon_reader *reader;
    struct recon_fault fault;
    bool whole; /* the file was read to its end: digest is its list's */
    struct digest digest;
    struct recon_header header;
    struct recon_item *rows; /* ROOM of them, count are there */
    uint32_t count;
    struct id id;
    uint32_t part, in_part;
    struct buf payload; /* of the part that is on its way */
    uint32_t tries;
};

void bk_upload_free(struct bk_upload *upload) {
    if (upload == NULL)
        return;
    recon_reader_free(upload->reader);
    if (upload->file != NULL)
        fclose(upload->file);
    buf_deinit(&upload->payload);
    free(upload->rows);
    free(upload);
}

/* ---- reading ---- */

static int on_header(void *context, const struct recon_header *header) {
    struct bk_upload *upload = context;
    upload->header = *header;
    return 0;
}

static int on_row(void *context, uint64_t row, const struct recon_item *item) {
    struct bk_upload *upload = context;
    (void)row;
    ENSURE(upload->count < ROOM);
    upload->rows[upload->count++] = *item;
    return 0;
}

static int read_some(struct bk_upload *upload) {
    uint8_t bytes[READ_SIZE];
    size_t size = fread(bytes, 1, sizeof(bytes), upload->file);
    if (size > 0)
        return recon_reader_feed(upload->reader, span_of(bytes, size), &upload->fault);
    upload->whole = true;
    return recon_reader_end(upload->reader, &upload->digest, &upload->fault);
}

/* A whole part, and one row more if there is one. */
static int read_part(struct bk_upload *upload) {
    int rc = 0;
    while (rc == 0 && !upload->whole && upload->count <= RECON_PART_ROWS_MAX)
        rc = read_some(upload);
    return rc;
}

/* ---- sending ---- */

static void answered(void *context, const struct bk_answer *answer);

static void finish(struct bk_upload *upload) {
    upload->session->upload = NULL;
    bk_upload_free(upload);
}

static void fail(struct bk_upload *upload, const char *text) {
    bk_session_error(upload->session, text);
    finish(upload);
}

static void send_part(struct bk_upload *upload, int64_t pause_ms) {
    struct bk_session *session = upload->session;
    const struct bk_item spec = {.kind = MESSAGE_UPLOAD_RECON, .waiter = {answered, session}};
    session->item = bk_submit_request(session->bank, &spec, buf_span(&upload->payload));
    if (session->item == NULL)
        fail(upload, "too many requests are open: wait for their answers");
    else if (pause_ms > 0)
        bk_outbox_pause(&session->bank->outbox, session->item, bk_now_ms(session->bank) + pause_ms);
}

static void next_part(struct bk_upload *upload) {
    if (read_part(upload) != 0) {
        fail(upload, upload->fault.text);
        return;
    }
    bool last = upload->count <= RECON_PART_ROWS_MAX;
    upload->in_part = last ? upload->count : RECON_PART_ROWS_MAX;
    upload->tries = 0;
    const struct upload_recon message = {.upload = upload->id,
                                         .part = upload->part,
                                         .has_header = upload->part == 0,
                                         .header = upload->header,
                                         .rows = upload->rows,
                                         .row_count = upload->in_part,
                                         .last = last,
                                         .list = upload->digest};
    buf_clear(&upload->payload);
    partner_encode_upload_recon(&message, &upload->payload);
    send_part(upload, 0);
}

static void taken(struct bk_upload *upload, const struct upload_reply *reply) {
    if (!reply->whole) {
        upload->count -= upload->in_part;
        memmove(upload->rows, upload->rows + upload->in_part,
                upload->count * sizeof(*upload->rows));
        upload->part++;
        next_part(upload);
        return;
    }
    struct bk_json json = bk_session_result(upload->session, "granted");
    bk_json_hex(&json, "sha256", span_of(upload->digest.bytes, DIGEST_SIZE));
    bk_json_int(&json, "count", (int64_t)reply->rows);
    bk_json_int(&json, "parts", upload->part + 1);
    bk_session_end(upload->session, &json);
    finish(upload);
}

static bool goes_again(const struct bk_upload *upload, const struct bk_answer *answer) {
    bool later = answer->refusal != NULL && answer->refusal->retry == RETRY_SAME_ID_LATER;
    return (later || answer->verdict == BK_FAILED) && upload->tries < UPLOAD_TRIES;
}

static void answered(void *context, const struct bk_answer *answer) {
    struct bk_session *session = context;
    struct bk_upload *upload = session->upload;
    session->item = NULL;
    if (answer->upload != NULL) {
        taken(upload, answer->upload);
    } else if (goes_again(upload, answer)) {
        upload->tries++;
        send_part(upload, UPLOAD_PAUSE_MS);
    } else {
        bk_print_answer(session, answer);
        finish(upload);
    }
}

void bk_command_recon_upload(const struct bk_call *call) {
    struct bk_session *session = call->session;
    const char *path = bk_call_word(call, 0);
    FILE *file = path != NULL ? fopen(path, "re") : NULL;
    if (file == NULL) {
        bk_session_error(session, path == NULL ? "FILE: a list" : strerror(errno));
        return;
    }
    struct bk_upload *upload = xcalloc(1, sizeof(*upload));
    const struct recon_file_sink sink = {on_header, on_row, upload};
    *upload = (struct bk_upload){.session = session,
                                 .file = file,
                                 .reader = recon_reader_new(session->bank->config.code, &sink),
                                 .rows = xcalloc(ROOM, sizeof(struct recon_item)),
                                 .id = bk_new_request_id(session->bank)};
    session->upload = upload;
    next_part(upload);
}
