/*
 * Faults that are planted in a lively store, each against one law.
 */
#ifndef LG_TESTS_VERIFY_PLANTED_H
#define LG_TESTS_VERIFY_PLANTED_H

#include "verify/lively.h"

struct planted {
    enum law law;
    const char *name;
    /* Does it, and says about which object, or bank in bank_out, a finding must be. */
    struct id (*plant)(struct lively *lively, bank_code *bank_out);
    bool keep; /* on the disk: laws of time look at nothing else */
    bool at_rest;
};

/* Each ends with one without plant. */
extern const struct planted planted_money[], planted_objects[], planted_rows[];

#endif
