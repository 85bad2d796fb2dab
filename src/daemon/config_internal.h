/*
 * What the files of the configuration share: config.c (values), config_text.c (lines), and
 * config_print.c. Private to them.
 */
#ifndef LG_DAEMON_CONFIG_INTERNAL_H
#define LG_DAEMON_CONFIG_INTERNAL_H

#include "daemon/config.h"

#define SECTIONS_MAX 16u
#define CONFIG_LINES_MAX 4096          /* a file of ours has some hundred */
#define CONFIG_BYTES_MAX (1024 * 1024) /* and some thousand bytes */
#define CONFIG_LINE_BYTES_MAX 190      /* what inih's line buffer takes whole */
#define CONFIG_NAME_SIZE 50            /* of a section or key in inih, with its NUL */

struct loading {
    const char *path;
    struct buf text; /* the whole file */
    size_t at;       /* start of the next line in it */
    int line;        /* that is being looked at */
    const char *sections[SECTIONS_MAX];
    int section_line[SECTIONS_MAX]; /* of its header; 0: not yet */
    size_t section_count;
    int fault_count;
    struct config *config; /* line_of: where a key was given */
    struct buf *faults;
};

/* A line for people; line 0: of the file as a whole. */
void config_fault(struct loading *loading, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The text if it is fit to be shown, else a word for it: what a file holds must not reach a
 * terminal unseen. */
const char *config_shown(const char *text);

/* ---- config_text.c ---- */
/* Reads the whole file. False after a fault. */
bool config_text_open(struct loading *loading);
/* The next line for inih, as fgets would give it; what is no section, key or comment is told and
 * comes out empty. */
char *config_text_line(char *line, int size, void *context);

#endif
