/*
 * The lines of a reconciliation file, each in its one canonical form: what is read is what would be
 * written, byte for byte. The file as a whole (order of lines, totals, digest) is recon/file.h's.
 * Format: docs/reconciliation.md.
 */
#ifndef LG_DOMAIN_RECON_TEXT_H
#define LG_DOMAIN_RECON_TEXT_H

#include "domain/recon.h"

#define RECON_LINE_MAX 400 /* without its newline; the longest right one is shorter */
#define RECON_VERSION 1
#define RECON_GATEWAY ((bank_code)0) /* as sender or receiver: twelve zeroes */

struct recon_header {
    bank_code sender;
    bank_code receiver;
    char business_date[DATE_TEXT_SIZE];
    enum recon_kind kind;
    uint64_t window; /* of transfers; else 0 */
    struct recon_totals totals;
};

/* What the rows of a list are held against in time: its window; of holdings and loans its day, in
 * days since 1970; of links 0. */
uint64_t recon_header_period(const struct recon_header *header);

/* The bank of a list that one of its ends is; 0: both ends are banks, or none is. */
bank_code recon_header_bank(const struct recon_header *header);

/* Lines come and go without their newline. False: fault_out says what is wrong with it (static). */
bool recon_header_parse(struct span line, struct recon_header *header_out,
                        const char **fault_out) MUST_USE;
bool recon_item_parse(enum recon_kind kind, struct span line, struct recon_item *item_out,
                      const char **fault_out) MUST_USE;
/* Behind what is in the buffer. */
void recon_header_format(const struct recon_header *header, struct buf *line);
void recon_item_format(enum recon_kind kind, const struct recon_item *item, struct buf *line);
/* Of such an object; "INVALID" for what is none. */
const char *recon_state_name(enum recon_kind kind, uint32_t state);
/* The line of columns. */
const char *recon_columns(enum recon_kind kind);

/* Whether a value could stand in a list of that kind; NULL, or what is wrong with it (static). What
 * does not come from a line (a bank's message) is checked with it. */
const char *recon_item_fault(enum recon_kind kind, const struct recon_item *item);
const char *recon_header_fault(const struct recon_header *header);

#endif
