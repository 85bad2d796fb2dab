/*
 * What judging the rows of banks' lists shares (RECON_ROW). Internal to src/ledger.
 */
#ifndef LG_LEDGER_RECON_ROWS_H
#define LG_LEDGER_RECON_ROWS_H

#include "ledger/cases.h"

/* ---- recon_row.c ---- */
/* Opens the case with the row as its claim. text is cut where a case's text ends. */
int recon_open_case(struct apply *apply, struct inquiry_case *inquiry, const char *text) MUST_USE;
/* The gateway has nothing of that id that is this bank's. */
int recon_missing_here(struct apply *apply) MUST_USE;
/* The other bank that the row names, if it is one here; else 0. */
int recon_other_bank(struct apply *apply, bank_code *other_out) MUST_USE;

/* ---- recon_bought.c ---- */
/* A row of holdings, or of loans. */
int recon_bought_row(struct apply *apply) MUST_USE;

#endif
