/*
 * What a run had on its disks, as files: for other programs to look at.
 */
#ifndef LG_TESTS_SIM_KEEP_H
#define LG_TESTS_SIM_KEEP_H

struct world;

/* Writes folder/seed-N/name/{keys,store/data.mdb,log/...} as they are now, also while the gateway
 * runs: what it has in memory alone is not there. Does nothing without world->keep; what cannot be
 * written ends the run as a failure. */
void keep_store(struct world *world, const char *name);

#endif
