/*
 * A list as it grows row by row, and its writing as a file.
 *
 * Invariant: the digest is over the canonical bytes of the whole file before its last line, wherever
 * the rows come from; so one and the same list, sent as a file or in messages, has one name. Rows
 * stand in any order; sums are checked with each.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "recon/internal.h"

struct recon_list {
    struct recon_header header;
    struct recon_totals totals; /* of the rows so far */
    struct sha256_run *run;
    struct buf line;
};

int recon_fault_at(struct recon_fault *fault, uint64_t line, const char *text) {
    *fault = (struct recon_fault){.line = line};
    if (line != 0)
        snprintf(fault->text, sizeof(fault->text), "Line %" PRIu64 " %s.", line, text);
    else
        snprintf(fault->text, sizeof(fault->text), "%s", text);
    return RECON_FAULT;
}

static void add_line(struct recon_list *list) {
    buf_append_byte(&list->line, '\n');
    sha256_run_add(list->run, buf_span(&list->line));
}

struct recon_list *recon_list_new(const struct recon_header *header) {
    struct recon_list *list = xcalloc(1, sizeof(*list));
    list->header = *header;
    list->run = sha256_run_new();
    recon_header_format(header, &list->line);
    buf_append_byte(&list->line, '\n');
    buf_append_span(&list->line, span_text(recon_columns(header->kind)));
    add_line(list);
    return list;
}

void recon_list_free(struct recon_list *list) {
    if (list == NULL)
        return;
    struct digest unused;
    if (list->run != NULL)
        sha256_run_end(list->run, &unused);
    buf_deinit(&list->line);
    free(list);
}

const struct recon_header *recon_list_header(const struct recon_list *list) {
    return &list->header;
}

struct span recon_list_line(const struct recon_list *list) {
    return buf_span(&list->line);
}

uint64_t recon_list_next_line(const struct recon_list *list) {
    return list->totals.count + RECON_LINES_BEFORE + 1;
}

static bool is_wrong_window(const struct recon_list *list, const struct recon_item *item) {
    return list->header.kind == RECON_MONEY && item->window != list->header.window;
}

int recon_list_add(struct recon_list *list, const struct recon_item *item,
                   struct recon_fault *fault_out) {
    bank_code bank = recon_header_bank(&list->header);
    uint64_t line = recon_list_next_line(list);
    const char *fault = recon_item_fault(list->header.kind, item);
    if (fault != NULL)
        return recon_fault_at(fault_out, line, fault);
    if (item->debtor != bank && item->creditor != bank)
        return recon_fault_at(fault_out, line, "is between two other banks than the header's");
    if (is_wrong_window(list, item))
        return recon_fault_at(fault_out, line, "is of another window than the header");
    if (list->totals.count == list->header.totals.count) {
        (void)recon_fault_at(fault_out, line, "is one more row than the header counts");
        fault_out->totals = true;
        return RECON_FAULT;
    }
    if (!recon_totals_add(&list->totals, bank, item)) {
        (void)recon_fault_at(fault_out, line, "makes a total that no amount can hold");
        fault_out->totals = true;
        return RECON_FAULT;
    }
    buf_clear(&list->line);
    recon_item_format(list->header.kind, item, &list->line);
    add_line(list);
    return 0;
}

int recon_list_end(struct recon_list *list, struct digest *digest_out,
                   struct recon_fault *fault_out) {
    if (!recon_totals_equal(&list->totals, &list->header.totals)) {
        (void)recon_fault_at(fault_out, 0,
                             list->totals.count != list->header.totals.count
                                 ? "The list has fewer rows than its header counts."
                                 : "The rows do not add up to the totals of the header.");
        fault_out->totals = true;
        return RECON_FAULT;
    }
    sha256_run_end(list->run, digest_out);
    list->run = NULL;
    return 0;
}

/* ---- writing ---- */

int recon_writer_begin(struct recon_writer *writer, const struct recon_header *header) {
    writer->list = recon_list_new(header);
    return writer->write(writer->context, recon_list_line(writer->list));
}

int recon_writer_add(struct recon_writer *writer, const struct recon_item *item,
                     struct recon_fault *fault_out) {
    int rc = recon_list_add(writer->list, item, fault_out);
    return rc != 0 ? rc : writer->write(writer->context, recon_list_line(writer->list));
}

int recon_writer_end(struct recon_writer *writer, struct recon_fault *fault_out) {
    struct digest digest;
    char line[sizeof(RECON_TRAILER) + 2 * (size_t)DIGEST_SIZE + 1] = RECON_TRAILER;
    size_t front = sizeof(RECON_TRAILER) - 1;
    int rc = recon_list_end(writer->list, &digest, fault_out);
    if (rc != 0)
        return rc;
    hex_format(digest.bytes, DIGEST_SIZE, line + front);
    line[front + 2 * (size_t)DIGEST_SIZE] = '\n';
    return writer->write(writer->context, span_of(line, front + 2 * (size_t)DIGEST_SIZE + 1));
}

void recon_writer_deinit(struct recon_writer *writer) {
    recon_list_free(writer->list);
    writer->list = NULL;
}
