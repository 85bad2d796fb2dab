/*
 * The bar of commands that take long.
 *
 * Invariant: it is drawn on a terminal only, never together with --json, and no more often than it
 * changes.
 */
#include "tools/ctl_progress.h"

#include <string.h>

#define BAR_WIDTH 30

void ctl_progress_init(struct ctl_progress *progress, const struct ctl_session *session) {
    *progress = (struct ctl_progress){
        .errors = session->errors,
        .shows = !session->args->json && ctl_is_terminal(session->errors),
    };
}

void ctl_progress_show(struct ctl_progress *progress, const char *stage, uint64_t done,
                       uint64_t of) {
    char shown[sizeof(progress->shown)];
    char bar[BAR_WIDTH + 1];
    if (!progress->shows)
        return;
    unsigned percent = of == 0 ? 0 : done >= of ? 100 : (unsigned)(done * 100 / of);
    snprintf(shown, sizeof(shown), "%-9.9s %3u", stage, percent);
    if (strcmp(shown, progress->shown) == 0)
        return;
    memcpy(progress->shown, shown, sizeof(shown));
    for (unsigned i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < percent * BAR_WIDTH / 100 ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(progress->errors, "\r%-9.9s [%s] %3u %%", stage, bar, percent);
    fflush(progress->errors);
}

void ctl_progress_end(struct ctl_progress *progress) {
    if (!progress->shows || progress->shown[0] == '\0')
        return;
    fprintf(progress->errors, "\r%*s\r", BAR_WIDTH + 24, "");
    fflush(progress->errors);
    progress->shown[0] = '\0';
}
