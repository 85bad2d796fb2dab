/*
 * Files of reconciliation. Whatever comes, in whatever pieces, is taken or refused with clean words
 * that name the line; what is taken gives the same bytes when it is written again.
 *
 * Input: a byte with the size of the pieces, then the file.
 */
#include <string.h>

#include "recon/file.h"
#include "util/fatal.h"
#include "util/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct copy {
    struct recon_writer writer;
    struct buf bytes;
    bool begun;
};

static int append(void *context, struct span bytes) {
    buf_append_span(context, bytes);
    return 0;
}

static int on_header(void *context, const struct recon_header *header) {
    struct copy *copy = context;
    ENSURE(recon_header_fault(header) == NULL);
    copy->begun = true;
    return recon_writer_begin(&copy->writer, header);
}

static int on_row(void *context, uint64_t row, const struct recon_item *item) {
    struct copy *copy = context;
    struct recon_fault fault;
    (void)row;
    ENSURE(recon_writer_add(&copy->writer, item, &fault) == 0);
    return 0;
}

static int read_all(struct recon_reader *reader, struct span file, size_t piece,
                    struct digest *digest_out, struct recon_fault *fault_out) {
    int rc = 0;
    for (size_t at = 0; rc == 0 && at < file.size; at += piece) {
        size_t size = file.size - at < piece ? file.size - at : piece;
        rc = recon_reader_feed(reader, span_of(file.data + at, size), fault_out);
    }
    return rc != 0 ? rc : recon_reader_end(reader, digest_out, fault_out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct copy copy = {.begun = false};
    struct recon_file_sink sink = {.header = on_header, .row = on_row, .context = &copy};
    struct digest digest;
    struct recon_fault fault = {.text = ""};
    if (size == 0)
        return 0;
    copy.writer = (struct recon_writer){.write = append, .context = &copy.bytes};
    struct span file = span_of(data + 1, size - 1);
    struct recon_reader *reader = recon_reader_new(0, &sink);
    if (read_all(reader, file, (size_t)data[0] + 1, &digest, &fault) == 0) {
        ENSURE(recon_writer_end(&copy.writer, &fault) == 0);
        ENSURE(span_equal(buf_span(&copy.bytes), file));
    } else {
        ENSURE(fault.text[0] != '\0' && text_is_clean(span_text(fault.text)));
        ENSURE(strlen(fault.text) < RECON_FAULT_MAX - 1); /* none is cut */
    }
    recon_reader_free(reader);
    if (copy.begun)
        recon_writer_deinit(&copy.writer);
    buf_deinit(&copy.bytes);
    return 0;
}
