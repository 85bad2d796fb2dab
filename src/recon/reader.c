/*
 * Reads a file line by line.
 *
 * Invariant: header, columns, as many rows as the header counts, the trailer, nothing behind it:
 * anything else is a fault, and named with its line. A line is held until its newline came, and is
 * no longer than RECON_LINE_MAX. Since every line has one form only, the digest that the list makes
 * of its values is that of the bytes read.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "recon/internal.h"

enum reader_part { PART_HEADER, PART_COLUMNS, PART_ROWS, PART_BEHIND };

struct recon_reader {
    bank_code sender;
    struct recon_file_sink sink;
    enum reader_part part;
    uint64_t line; /* that is being read, from 1 on */
    struct recon_header header;
    struct recon_list *list; /* from the header on */
    uint64_t rows;
    struct digest digest; /* of the trailer, behind it */
    uint8_t held[RECON_LINE_MAX];
    size_t held_size;
};

struct recon_reader *recon_reader_new(bank_code sender, const struct recon_file_sink *sink) {
    struct recon_reader *reader = xcalloc(1, sizeof(*reader));
    reader->sender = sender;
    reader->sink = *sink;
    reader->line = 1;
    return reader;
}

void recon_reader_free(struct recon_reader *reader) {
    if (reader == NULL)
        return;
    recon_list_free(reader->list);
    free(reader);
}

static int fault_here(const struct recon_reader *reader, struct recon_fault *fault,
                      const char *text) {
    return recon_fault_at(fault, reader->line, text);
}

static int take_header(struct recon_reader *reader, struct span line, struct recon_fault *fault) {
    const char *why;
    if (!recon_header_parse(line, &reader->header, &why))
        return fault_here(reader, fault, why);
    if (reader->header.sender == RECON_GATEWAY)
        return fault_here(reader, fault, "says that the gateway wrote it: this is no bank's list");
    if (reader->sender != 0 && reader->header.sender != reader->sender)
        return fault_here(reader, fault, "says that another bank wrote it");
    reader->part = PART_COLUMNS;
    return reader->sink.header(reader->sink.context, &reader->header);
}

static int take_columns(struct recon_reader *reader, struct span line, struct recon_fault *fault) {
    if (!span_equal(line, span_text(recon_columns(reader->header.kind))))
        return fault_here(reader, fault, "is not the line of columns");
    reader->list = recon_list_new(&reader->header);
    reader->part = PART_ROWS;
    return 0;
}

static int take_trailer(struct recon_reader *reader, struct span line, struct recon_fault *fault) {
    size_t front = sizeof(RECON_TRAILER) - 1;
    char hex[2 * DIGEST_SIZE + 1] = "";
    struct digest digest;
    if (line.size != front + 2 * (size_t)DIGEST_SIZE)
        return fault_here(reader, fault, "is no SHA-256 in hex");
    memcpy(hex, line.data + front, 2 * (size_t)DIGEST_SIZE);
    if (strspn(hex, "0123456789abcdef") != 2 * (size_t)DIGEST_SIZE ||
        !hex_parse(hex, digest.bytes, DIGEST_SIZE))
        return fault_here(reader, fault, "is no SHA-256 in hex");
    int rc = recon_list_end(reader->list, &reader->digest, fault);
    if (rc != 0)
        return rc;
    if (!digest_equal(&digest, &reader->digest))
        return fault_here(reader, fault, "is not the SHA-256 of the lines before it");
    reader->part = PART_BEHIND;
    return 0;
}

static int take_row(struct recon_reader *reader, struct span line, struct recon_fault *fault) {
    struct recon_item item;
    const char *why;
    size_t front = sizeof(RECON_TRAILER) - 1;
    if (line.size >= front && memcmp(line.data, RECON_TRAILER, front) == 0)
        return take_trailer(reader, line, fault);
    if (!recon_item_parse(reader->header.kind, line, &item, &why))
        return fault_here(reader, fault, why);
    int rc = recon_list_add(reader->list, &item, fault);
    if (rc != 0)
        return rc;
    return reader->sink.row(reader->sink.context, reader->rows++, &item);
}

static int take_line(struct recon_reader *reader, struct span line, struct recon_fault *fault) {
    int rc;
    switch (reader->part) {
    case PART_HEADER:
        rc = take_header(reader, line, fault);
        break;
    case PART_COLUMNS:
        rc = take_columns(reader, line, fault);
        break;
    case PART_ROWS:
        rc = take_row(reader, line, fault);
        break;
    case PART_BEHIND:
    default:
        rc = fault_here(reader, fault,
                        "stands behind the last line: the file is there twice, or "
                        "more than the file");
        break;
    }
    reader->line++;
    return rc;
}

/* A line that stands in two pieces. */
static int hold(struct recon_reader *reader, struct span piece, struct recon_fault *fault) {
    if (piece.size > RECON_LINE_MAX - reader->held_size)
        return fault_here(reader, fault, "is longer than a line may be");
    if (piece.size > 0)
        memcpy(reader->held + reader->held_size, piece.data, piece.size);
    reader->held_size += piece.size;
    return 0;
}

int recon_reader_feed(struct recon_reader *reader, struct span bytes,
                      struct recon_fault *fault_out) {
    int rc = 0;
    while (rc == 0 && bytes.size > 0) {
        const uint8_t *end = memchr(bytes.data, '\n', bytes.size);
        size_t size = end != NULL ? (size_t)(end - bytes.data) : bytes.size;
        rc = hold(reader, span_of(bytes.data, size), fault_out);
        if (rc == 0 && end != NULL) {
            size_t held = reader->held_size;
            reader->held_size = 0;
            rc = take_line(reader, span_of(reader->held, held), fault_out);
        }
        size += end != NULL;
        bytes = span_of(bytes.data + size, bytes.size - size);
    }
    return rc;
}

int recon_reader_end(struct recon_reader *reader, struct digest *digest_out,
                     struct recon_fault *fault_out) {
    if (reader->held_size > 0)
        return fault_here(reader, fault_out,
                          reader->part == PART_BEHIND ? "stands behind the last line"
                                                      : "does not end: the file is cut off");
    if (reader->part != PART_BEHIND)
        return fault_here(reader, fault_out,
                          "is missing: the file is cut off, its last line is the SHA-256");
    *digest_out = reader->digest;
    return 0;
}
