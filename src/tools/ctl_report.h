/*
 * A bank's day, as JSON of ctl_shape_report: gathered in ctl_report.c, printed in
 * ctl_report_print.c.
 */
#ifndef LG_TOOLS_CTL_REPORT_H
#define LG_TOOLS_CTL_REPORT_H

#include "tools/ctl_table.h"

/* The parts of the shape that are objects of their own. */
extern const struct ctl_shape ctl_shape_report_links, ctl_shape_report_transfers;
extern const struct ctl_shape ctl_shape_report_refusals, ctl_shape_report_cases;
extern const struct ctl_shape ctl_shape_report_holdings, ctl_shape_report_loans;

/* For people, and as the CSV that docs/operations.md describes. */
void ctl_report_print(const json_t *report, FILE *to);
void ctl_report_csv(const json_t *report, FILE *to);

#endif
