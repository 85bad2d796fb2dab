/*
 * Files of rules: JSON, as docs/operations.md says.
 */
#ifndef LG_TOOLS_CTL_RULES_H
#define LG_TOOLS_CTL_RULES_H

#include <stdbool.h>
#include <stdio.h>

#include "domain/rules_document.h"
#include "domain/window.h"
#include "tools/ctl.h"
#include "util/fatal.h"

/* Reads the file and checks it by itself. begin: first day instead of the file's; negative: the
 * file's. False: said on errors, with the line or the field and what would be right. */
bool ctl_rules_read(const char *path, int64_t begin, struct rules_document *document_out,
                    FILE *errors) MUST_USE;
/* How a window of that business date (YYYY-MM-DD) is settled, where its order does not say: by the
 * rules that are in force on it. */
enum ctl_exit ctl_rules_settlement(struct ctl_session *session, const char *date,
                                   enum settlement *settlement_out) MUST_USE;
/* Says what is wrong with the document of that file. */
void ctl_rules_wrong(const char *path, const struct rules_problem *problem, FILE *errors);

#endif
