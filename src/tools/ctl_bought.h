/*
 * What lists of orders, holdings and loans have in common.
 */
#ifndef LG_TOOLS_CTL_BOUGHT_H
#define LG_TOOLS_CTL_BOUGHT_H

#include "domain/order.h"
#include "domain/product.h"
#include "tools/ctl_list.h"

extern const struct ctl_column ctl_order_columns[], ctl_loan_columns[];

/* --link; *bytes_out points into link. */
enum ctl_exit ctl_take_of_link(struct ctl_session *session, struct id *link,
                               ProtobufCBinaryData *bytes_out) MUST_USE;
/* What orders and loans are asked for: those in a --state, of a --bank, between --from and --to, behind
 * --after; *after_out points into place. */
struct ctl_when {
    int64_t from_ms, until_ms;
};
enum ctl_exit ctl_take_these(struct ctl_session *session, const struct ctl_names *states,
                             uint32_t *state_out, uint64_t *bank_out, struct ctl_when *when_out,
                             struct id *place, ProtobufCBinaryData *after_out) MUST_USE;
/* --product; never to be written through. */
enum ctl_exit ctl_take_product(struct ctl_session *session, char **code_out) MUST_USE;
/* A member that is an object, and an empty line; nothing where it is null. */
void ctl_print_part(const json_t *object, const char *key, const struct ctl_column *columns,
                    FILE *to);

#endif
