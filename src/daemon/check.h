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

/* 0, or -1 with one line per fault added to faults. Changes nothing. */
int check_config(const struct config *config, struct buf *faults) MUST_USE;
/* The server's TLS context, or a line in faults. */
int check_make_tls(const struct config *config, struct tls_context **context_out,
                   struct buf *faults) MUST_USE;
/* Who may use the admin socket; a group that does not exist is a fault. */
int check_make_policy(const struct config *config, struct admin_policy *policy_out,
                      struct buf *faults) MUST_USE;

#endif
