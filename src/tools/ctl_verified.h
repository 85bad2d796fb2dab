/*
 * Findings of a verification as they come in: gathered, and told with how far it is.
 */
#ifndef LG_TOOLS_CTL_VERIFIED_H
#define LG_TOOLS_CTL_VERIFIED_H

#include "tools/ctl_progress.h"
#include "verify/verify.h"

/* Findings that are kept; more are counted. A damaged store may have millions. */
#define CTL_FINDINGS_MAX 1000

struct ctl_verified {
    struct ctl_session *session;
    json_t *findings; /* owned */
    uint64_t count;   /* of all */
    struct ctl_progress progress;
};

void ctl_verified_init(struct ctl_verified *verified, struct ctl_session *session);
void ctl_verified_deinit(struct ctl_verified *verified);

/* A struct verify_sink's; the context is the struct ctl_verified. */
void ctl_verified_found(void *context, const struct verify_finding *finding);
void ctl_verified_progress(void *context, const char *stage, uint64_t done, uint64_t of);

/* One more, by names: kind "" and id "" or bank 0 where there is none. */
void ctl_verified_add(struct ctl_verified *verified, const char *law, const char *law_text,
                      const char *kind, const char *id, bank_code bank, const char *text);

/* An object of the shape ctl_shape_verification with all its keys; those that only a folder has are
 * null. A new reference. */
json_t *ctl_verified_json(const struct ctl_verified *verified);
/* The table of findings, if there are any. */
void ctl_verified_print(const struct ctl_verified *verified, FILE *to);
/* The last line: right, or how many findings. what: "The store". */
void ctl_verified_print_end(const struct ctl_verified *verified, const char *what, FILE *to);

#endif
