/*
 * Every write, sync and change of name that this process makes below one folder, by the log or by
 * LMDB, is made on a modelled disk as well, in the same order; and may fail. The real files are what
 * a process that goes on reads; the model knows what a power loss would leave of them.
 *
 * The program is linked with --wrap for the calls (see meson.build) and with LMDB's archive. It
 * never syncs for real. One mirror at a time, one thread.
 */
#ifndef LG_TESTS_CRASH_MIRROR_H
#define LG_TESTS_CRASH_MIRROR_H

#include "log/model_disk.h"

/* What becomes of a call that is reported as failed (EIO). */
enum mirror_harm {
    MIRROR_NOT_DONE, /* a sync: as the next */
    MIRROR_IN_PART,
    MIRROR_DONE,
    MIRROR_HARMS
};

/* The nth such call from now on a file with that in its name. */
struct mirror_fault {
    enum model_call call; /* MODEL_WRITE or MODEL_SYNC; a write through O_DSYNC is a write */
    const char *file;
    bool durable_only; /* writes through O_DSYNC: LMDB's meta pages */
    uint64_t nth;
    bool for_ever;
    enum mirror_harm harm;
};

/* hook is called ahead of each call that changes something. The model's names begin with "r" where
 * the real ones begin with root, which is borrowed. */
void mirror_start(const char *root, struct model_disk *disk, void (*hook)(void *context),
                  void *context);
void mirror_stop(void);
void mirror_arm(const struct mirror_fault *fault); /* copied but for the name; NULL: none */
bool mirror_struck(void);                          /* a fault happened since it was armed */

/* The folder with all that a reader of the model sees; made. */
void mirror_write_out(struct model_disk *disk, const char *root);
/* Whether the real files hold what a reader of the model sees. */
bool mirror_agrees(struct model_disk *disk, const char *root);

#endif
