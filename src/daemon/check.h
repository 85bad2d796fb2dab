/*
 * What a configuration names, looked at before anything is built on it: certificates, keys,
 * folders, groups. Used by --check, by every start and by every reload.
 */
#ifndef LG_DAEMON_CHECK_H
#define LG_DAEMON_CHECK_H

#include "crypto/keyring.h"
#include "daemon/admin.h"
#include "daemon/config.h"
#include "tls/tls.h"

/* What is built from files that a configuration names. */
struct check_made {
    struct tls_context *tls;
    struct admin_policy policy;
};

/* 0, or -1 with one line per fault added to faults. Changes nothing. Dates are not looked at: what
 * expired is no reason not to start, for the ledger's deadlines must go on. */
int check_config(const struct config *config, struct buf *faults) MUST_USE;
/* The same with dates, for what is to replace something that works, and without the store, of which a
 * reload changes nothing: what was looked at is what comes out, no file is read twice. */
int check_renewal(const struct config *config, struct check_made *made_out,
                  struct buf *faults) MUST_USE;
/* The key file and the store's folder alone. */
int check_store(const struct config *config, struct buf *faults) MUST_USE;
void check_made_free(struct check_made *made);

/* Where the server's TLS is read from; points into config. */
struct tls_config check_tls_files(const struct config *config);
/* Who may use the admin socket; a group that does not exist is a fault. */
int check_make_policy(const struct config *config, struct admin_policy *policy_out,
                      struct buf *faults) MUST_USE;

#endif
