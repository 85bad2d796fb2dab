/*
 * How far a long command is: a bar on a terminal, and nothing anywhere else.
 */
#ifndef LG_TOOLS_CTL_PROGRESS_H
#define LG_TOOLS_CTL_PROGRESS_H

#include "tools/ctl_session.h"

struct ctl_progress {
    FILE *errors;
    bool shows;
    char shown[32]; /* stage and percent that stand there */
};

void ctl_progress_init(struct ctl_progress *progress, const struct ctl_session *session);
/* of 0: not known. */
void ctl_progress_show(struct ctl_progress *progress, const char *stage, uint64_t done,
                       uint64_t of);
/* Clears the line. */
void ctl_progress_end(struct ctl_progress *progress);

#endif
