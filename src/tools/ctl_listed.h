/*
 * The gateway's own list of a bank: of a window's transfers, of links, holdings or loans.
 */
#ifndef LG_TOOLS_CTL_LISTED_H
#define LG_TOOLS_CTL_LISTED_H

#include "domain/recon_text.h"
#include "tools/ctl_commands.h"

struct ctl_listed {
    enum recon_kind kind;
    bank_code bank;
    uint64_t window; /* of transfers */
    /* Told each row, and its line; false: no list may have it. */
    bool (*take)(void *context, const struct recon_item *item, const char *line);
    void *context;
};

/* date_out is written when the list has a window: its business date. */
enum ctl_exit ctl_each_listed(struct ctl_session *session, const struct ctl_listed *listed,
                              char date_out[DATE_TEXT_SIZE]) MUST_USE;
/* What a bank's holdings and loans add up to now, of ctl_shape_report_holdings and _loans: new
 * references. */
enum ctl_exit ctl_gather_bought(struct ctl_session *session, bank_code bank, json_t **holdings_out,
                                json_t **loans_out) MUST_USE;

#endif
