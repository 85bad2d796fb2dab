/*
 * The program linkgated as it will be when LEDGER_VERSION was raised once more: what test_versions.py
 * starts on the store of the present one. Nothing else is different.
 */
#include "ledger/ledger.h"

enum { PRESENT_VERSION = LEDGER_VERSION };
#undef LEDGER_VERSION
#define LEDGER_VERSION (PRESENT_VERSION + 1u)

#include "daemon/main.c"
