/*
 * What reading and writing of lists share. Private to recon.
 */
#ifndef LG_RECON_INTERNAL_H
#define LG_RECON_INTERNAL_H

#include <stdio.h>

#include "recon/file.h"

#define RECON_TRAILER "sha256,"
#define RECON_LINES_BEFORE 2u /* header and columns */

/* RECON_FAULT. text: what is wrong with that line, or with line 0 a sentence. */
int recon_fault_at(struct recon_fault *fault, uint64_t line, const char *text);
/* The canonical bytes of what was added last, with newline; at first: header and columns. */
struct span recon_list_line(const struct recon_list *list);
/* The number of the line that the next row would be. */
uint64_t recon_list_next_line(const struct recon_list *list);

#endif
