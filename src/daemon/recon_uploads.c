/*
 * Banks' lists, part by part.
 *
 *   part 0 (header) --> parts in their order --> the last one, with the list's digest: whole
 *
 * Invariant: a bank sends one list at a time; each part is taken once, whatever connection it comes
 * on, and the last one may come again; whatever is refused ends the list, and nothing of it stays. The
 * rows are those that a file of the same list would have: same checks, same digest.
 */
#include "daemon/recon_uploads.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto/digest.h"
#include "daemon/recon_desk.h"
#include "recon/file.h"
#include "util/logline.h"
#include "wire/message.h"

#define STORE_FAILED_HERE (-1)

/* ---- sendings ---- */

static struct recon_sending *sending_of(struct recon_uploads *uploads, bank_code bank) {
    for (size_t i = 0; i < RECON_UPLOADS_MAX; i++) {
        if (uploads->sendings[i].bank == bank)
            return &uploads->sendings[i];
    }
    return NULL;
}

static void give_up(struct recon_uploads *uploads, struct recon_sending *sending) {
    recon_list_free(sending->list);
    if (sending->number != 0 && spool_drop(uploads->spool, sending->number) != 0)
        log_line(LOG_ERR, "recon_failed", LOG_TEXT("remedy", "the next start drops the rest"));
    *sending = (struct recon_sending){.bank = 0};
}

void recon_uploads_deinit(struct recon_uploads *uploads) {
    for (size_t i = 0; i < RECON_UPLOADS_MAX; i++) {
        if (uploads->sendings[i].bank != 0)
            give_up(uploads, &uploads->sendings[i]);
    }
}

/* A place for a new one of that bank: its own, a free one, or of one that is over or idle. */
static struct recon_sending *make_room(struct recon_uploads *uploads, bank_code bank) {
    int64_t now_ms = clock_boot_ms(uploads->clock);
    struct recon_sending *place = sending_of(uploads, bank);
    if (place == NULL)
        place = sending_of(uploads, 0);
    for (size_t i = 0; place == NULL && i < RECON_UPLOADS_MAX; i++) {
        struct recon_sending *other = &uploads->sendings[i];
        if (other->number == 0 || now_ms - other->touched_ms >= RECON_UPLOAD_IDLE_MS)
            place = other;
    }
    if (place != NULL && place->bank != 0)
        give_up(uploads, place);
    return place;
}

/* ---- answers ---- */

static int refuse(struct recon_answer *answer, enum refusal_code code, const char *field) {
    answer->refusal = code;
    snprintf(answer->field, sizeof(answer->field), "%s", field);
    return 0;
}

static int of_spool(struct recon_answer *answer, int rc) {
    return rc == 0 ? 0 : refuse(answer, REFUSAL_BUSY, "");
}

static void tell(const struct recon_sending *sending, struct recon_answer *answer) {
    struct upload_reply reply = {
        .upload = sending->upload,
        .part = sending->part,
        .rows = sending->rows,
        .whole = sending->number == 0,
    };
    message_encode_upload_reply(&reply, &answer->payload);
}

/* ---- parts ---- */

static int begin(struct recon_uploads *uploads, const struct command *command, struct store *store,
                 struct recon_sending **sending_out, struct recon_answer *answer) {
    const struct upload_recon *part = &command->body.upload_recon;
    struct recon_header header = part->header;
    struct recon_header_fault fault;
    struct recon_sending *sending = make_room(uploads, command->bank);
    if (sending == NULL)
        return refuse(answer, REFUSAL_BUSY, "");
    header.sender = command->bank;
    header.receiver = RECON_GATEWAY;
    int rc = recon_desk_check_header(store, &header, clock_wall_ms(uploads->clock), &fault);
    if (rc < 0)
        return STORE_FAILED_HERE;
    if (rc != 0)
        return refuse(answer, REFUSAL_FIELD_INVALID, fault.field);
    *sending = (struct recon_sending){.bank = command->bank, .upload = part->upload};
    *sending_out = sending;
    rc = spool_begin(uploads->spool, &header, clock_wall_ms(uploads->clock), &sending->number);
    if (rc == 0)
        sending->list = recon_list_new(&header);
    else
        *sending = (struct recon_sending){.bank = 0};
    return of_spool(answer, rc);
}

static int add_row(struct recon_uploads *uploads, struct recon_sending *sending, uint32_t index,
                   struct recon_item row, struct recon_answer *answer) {
    const struct recon_header *header = recon_list_header(sending->list);
    struct recon_fault fault = {.totals = false};
    char field[sizeof(answer->field)];
    bool of_kind = row.kind == header->kind;
    snprintf(field, sizeof(field), "rows[%" PRIu32 "]", index);
    row.window = header->window;
    if (!of_kind)
        return refuse(answer, REFUSAL_FIELD_INVALID, field);
    if (recon_list_add(sending->list, &row, &fault) != 0)
        return refuse(answer, fault.totals ? REFUSAL_TOTALS : REFUSAL_FIELD_INVALID,
                      fault.totals ? "header" : field);
    int rc = spool_add(uploads->spool, sending->number, &row);
    if (rc == SPOOL_FULL)
        sending->number = 0; /* the spool dropped it */
    sending->rows++;
    return of_spool(answer, rc);
}

static int end(struct recon_uploads *uploads, struct recon_sending *sending,
               const struct digest *list, struct recon_answer *answer) {
    struct recon_fault fault;
    struct digest digest;
    if (recon_list_end(sending->list, &digest, &fault) != 0)
        return refuse(answer, REFUSAL_TOTALS, "header");
    if (!digest_equal(&digest, list))
        return refuse(answer, REFUSAL_FIELD_INVALID, "sha256");
    int rc = spool_end(uploads->spool, sending->number, &digest);
    if (rc != 0 && rc != SPOOL_AGAIN)
        return of_spool(answer, rc);
    answer->whole = rc == 0;
    sending->number = 0;
    recon_list_free(sending->list);
    sending->list = NULL;
    return 0;
}

static int take_rows(struct recon_uploads *uploads, struct recon_sending *sending,
                     const struct upload_recon *part, struct recon_answer *answer) {
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && answer->refusal == REFUSAL_NONE && i < part->row_count; i++)
        rc = add_row(uploads, sending, i, part->rows[i], answer);
    if (rc == 0 && answer->refusal == REFUSAL_NONE && part->last)
        rc = end(uploads, sending, &part->list, answer);
    return rc;
}

/* True: it came before, and is answered as it was. */
static bool is_again(const struct recon_sending *sending, const struct upload_recon *part,
                     const struct digest *digest) {
    return sending != NULL && id_equal(&sending->upload, &part->upload) &&
           sending->part == part->part && digest_equal(&sending->part_digest, digest);
}

/* Why a part that is not the first is out of place; NULL: it is not. */
static const char *misplaced(const struct recon_sending *sending, const struct upload_recon *part) {
    if (sending == NULL || !id_equal(&sending->upload, &part->upload))
        return "upload_id";
    if (sending->number == 0 || part->part != sending->part + 1)
        return "part";
    return NULL;
}

static int take(struct recon_uploads *uploads, const struct command *command, struct store *store,
                struct recon_sending **sending, struct recon_answer *answer) {
    const struct upload_recon *part = &command->body.upload_recon;
    struct digest digest;
    sha256(command->payload, &digest);
    if (is_again(*sending, part, &digest)) {
        tell(*sending, answer);
        return 0;
    }
    const char *field = part->has_header ? NULL : misplaced(*sending, part);
    if (field != NULL)
        return refuse(answer, REFUSAL_FIELD_INVALID, field);
    int rc = part->has_header ? begin(uploads, command, store, sending, answer) : 0;
    if (rc == 0 && answer->refusal == REFUSAL_NONE)
        rc = take_rows(uploads, *sending, part, answer);
    if (rc != 0 || answer->refusal != REFUSAL_NONE)
        return rc;
    (*sending)->part = part->part;
    (*sending)->part_digest = digest;
    (*sending)->touched_ms = clock_boot_ms(uploads->clock);
    tell(*sending, answer);
    return 0;
}

int recon_uploads_take(struct recon_uploads *uploads, const struct command *command,
                       struct store *store, struct recon_answer *answer) {
    struct recon_sending *sending = sending_of(uploads, command->bank);
    int rc = take(uploads, command, store, &sending, answer);
    /* What is whole already is not undone by what comes after it. */
    if (answer->refusal != REFUSAL_NONE && sending != NULL && sending->bank != 0 &&
        (sending->list != NULL || sending->number != 0))
        give_up(uploads, sending);
    return rc;
}

/* ---- results ---- */

static enum recon_state state_of(const struct upload *upload) {
    if (upload->state == UPLOAD_JUDGED)
        return RECON_JUDGED;
    return upload->state == UPLOAD_COMPARED ? RECON_COMPARED : RECON_WAITS;
}

static int add_differences(struct spool_view *view, const struct upload *upload,
                           const struct recon_result_query *query, struct result_reply *reply,
                           struct buf *out) {
    struct recon_difference difference;
    uint64_t at = query->from;
    uint32_t taken = 0;
    int rc;
    while ((rc = spool_next_difference(view, upload->number, at, &difference)) == 0) {
        if (taken == query->max || out->size >= MESSAGE_PAGE_ENTRIES_MAX - RECON_ENTRY_MAX) {
            reply->next = difference.index;
            return 0;
        }
        message_encode_result_entry(&difference, out);
        at = difference.index + 1;
        taken++;
    }
    return rc == SPOOL_ABSENT ? 0 : rc;
}

static int fill_result(struct spool_view *view, const struct command *command,
                       struct recon_answer *answer) {
    const struct recon_result_query *query = &command->body.recon_result;
    struct upload upload;
    int rc = spool_find_upload(view, &query->list, &upload);
    if (rc == SPOOL_ABSENT || (rc == 0 && upload.header.sender != command->bank))
        return refuse(answer, REFUSAL_NO_SUCH_OBJECT, "list_sha256");
    if (rc != 0)
        return rc;
    struct result_reply reply = {
        .list = query->list, .state = state_of(&upload), .counts = upload.counts};
    if (reply.state >= RECON_COMPARED)
        rc = add_differences(view, &upload, query, &reply, &answer->payload);
    if (rc == 0)
        message_encode_result_end(&reply, &answer->payload);
    return rc;
}

void recon_result_page(struct spool *spool, struct keyring *keyring, const struct command *command,
                       struct recon_answer *answer) {
    struct spool_view *view;
    int rc = spool_look(spool, keyring, &view);
    if (rc == 0) {
        rc = fill_result(view, command, answer);
        spool_view_close(view);
    }
    if (rc != 0)
        (void)refuse(answer, REFUSAL_BUSY, "");
}
