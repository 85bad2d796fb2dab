/*
 * What the spool's files share. Private to recon.
 */
#ifndef LG_RECON_SPOOL_INSIDE_H
#define LG_RECON_SPOOL_INSIDE_H

#include "recon/spool_row.h"

struct kv *spool_kv(struct spool *spool);

#endif
