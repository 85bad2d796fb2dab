/*
 * A reconciliation file as a stream of bytes: header, line of columns, rows, and a last line with
 * the SHA-256 of all before it. Nothing of it is believed before its end was seen. Memory: one line.
 * Format: docs/reconciliation.md.
 */
#ifndef LG_RECON_FILE_H
#define LG_RECON_FILE_H

#include "domain/recon_text.h"

#define RECON_FAULT 1
#define RECON_FAULT_MAX 200

/* Why a file was refused, for people: names the line, never what stands in it. */
struct recon_fault {
    uint64_t line; /* from 1 on; 0: the file as a whole */
    bool totals;   /* count or totals are not those of the rows (AM10) */
    char text[RECON_FAULT_MAX];
};

/* Told as the file is read. 0, or anything else, which ends the reading and is handed on. */
struct recon_file_sink {
    int (*header)(void *context, const struct recon_header *header);
    int (*row)(void *context, uint64_t row, const struct recon_item *item); /* from 0 on */
    void *context;
};

/* ---- reading ---- */
struct recon_reader;

/* sender: whose list it has to be; 0: any bank's. */
struct recon_reader *recon_reader_new(bank_code sender, const struct recon_file_sink *sink);
void recon_reader_free(struct recon_reader *reader);
/* 0, RECON_FAULT (fault_out is filled in; no more may be fed), or what the sink gave. */
int recon_reader_feed(struct recon_reader *reader, struct span bytes,
                      struct recon_fault *fault_out) MUST_USE;
/* No more comes. 0: the file is whole, and digest_out is that of its last line. */
int recon_reader_end(struct recon_reader *reader, struct digest *digest_out,
                     struct recon_fault *fault_out) MUST_USE;

/* ---- a list that comes as values: the same digest as the file's that it would be ---- */
struct recon_list;

struct recon_list *recon_list_new(const struct recon_header *header);
void recon_list_free(struct recon_list *list);
const struct recon_header *recon_list_header(const struct recon_list *list);
/* 0, or RECON_FAULT with the row's line. */
int recon_list_add(struct recon_list *list, const struct recon_item *item,
                   struct recon_fault *fault_out) MUST_USE;
/* All rows were added: 0, or RECON_FAULT when they do not add up. */
int recon_list_end(struct recon_list *list, struct digest *digest_out,
                   struct recon_fault *fault_out) MUST_USE;

/* ---- writing ---- */
struct recon_writer {
    struct recon_list *list;
    int (*write)(void *context, struct span bytes); /* 0, or an error that is handed on */
    void *context;
};

/* The header is one that recon_header_fault finds nothing wrong with. */
int recon_writer_begin(struct recon_writer *writer, const struct recon_header *header) MUST_USE;
/* 0, what write gave, or RECON_FAULT. */
int recon_writer_add(struct recon_writer *writer, const struct recon_item *item,
                     struct recon_fault *fault_out) MUST_USE;
/* The last line. RECON_FAULT: the rows are not those that the header counts. */
int recon_writer_end(struct recon_writer *writer, struct recon_fault *fault_out) MUST_USE;
void recon_writer_deinit(struct recon_writer *writer);

#endif
