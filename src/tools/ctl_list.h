/*
 * Lists: gathered page by page, shown as a table or as JSON.
 */
#ifndef LG_TOOLS_CTL_LIST_H
#define LG_TOOLS_CTL_LIST_H

#include "tools/ctl_session.h"
#include "tools/ctl_table.h"

#define CTL_LIMIT_STANDARD 100
#define CTL_LIMIT_MAX 1000000

/* A page, as every reply with one has it. */
struct ctl_page {
    size_t count;
    void *const *rows;
    bool more;
};

/* What is to be known of a sort of lists. */
struct ctl_list {
    ctl_result result;
    const struct ctl_shape *shape;
    void (*page)(const ctl_reply *reply, struct ctl_page *page_out);
    /* Sets in the request the place behind that page, and how many rows are wanted. */
    void (*go_on)(const ctl_reply *reply, ctl_request *request);
    void (*set_max)(ctl_request *request, uint32_t max);
    const char *row_key; /* --after takes its value of the last row; NULL: there is no --after */
    bool by_id;          /* and that is an id, so that --to ends the list */
};

struct ctl_rows {
    json_t *rows; /* owned */
    bool more;
    json_t *next; /* owned; what --after wants, null unless there is more */
};

/* Asks until there is no more, --limit (limit where it is not given) is reached, or --to. On CTL_OK
 * rows_out is to be freed by ctl_rows_deinit. The place of --after and --from is the caller's. */
enum ctl_exit ctl_gather(struct ctl_session *session, const struct ctl_list *list,
                         ctl_request *request, int64_t limit, struct ctl_rows *rows_out) MUST_USE;
void ctl_rows_deinit(struct ctl_rows *rows);
/* ctl_gather, and prints them under the command's key for rows. */
enum ctl_exit ctl_list(struct ctl_session *session, const struct ctl_list *list,
                       ctl_request *request, const struct ctl_column *columns) MUST_USE;
/* The nets of a window (0: of all), or of one bank in it (0: of all). To be freed likewise. */
enum ctl_exit ctl_gather_window_nets(struct ctl_session *session, uint64_t window, uint64_t bank,
                                     struct ctl_rows *nets) MUST_USE;
/* All nets and positions, or one bank's (0: all). Both are to be freed by ctl_rows_deinit. */
enum ctl_exit ctl_gather_nets(struct ctl_session *session, uint64_t bank, struct ctl_rows *nets,
                              struct ctl_rows *positions) MUST_USE;
/* What a bank owes and may owe, of ctl_shape_exposure: a new reference; and the lines of it that say
 * what it may. */
enum ctl_exit ctl_gather_exposure(struct ctl_session *session, uint64_t bank,
                                  json_t **exposure_out) MUST_USE;
extern const struct ctl_column ctl_link_columns[], ctl_card_columns[];
extern const struct ctl_column ctl_net_columns[], ctl_position_columns[], ctl_bounds_card[];
/* --after or --from as a place, the later one; *after_out points into place. */
enum ctl_exit ctl_take_place(struct ctl_session *session, struct id *place,
                             ProtobufCBinaryData *after_out) MUST_USE;
/* What most lists are asked for: those in a --state, of a --bank, behind a place. */
enum ctl_exit ctl_take_which(struct ctl_session *session, const struct ctl_names *states,
                             uint32_t *state_out, uint64_t *bank_out, struct id *place,
                             ProtobufCBinaryData *after_out) MUST_USE;

/* The three functions of a list whose pages are alike, but for their types. */
#define CTL_PAGE(name, member)                                                                     \
    static void name##_page(const ctl_reply *reply, struct ctl_page *page_out) {                   \
        page_out->count = reply->member->n_rows;                                                   \
        page_out->rows = (void *const *)reply->member->rows;                                       \
        page_out->more = reply->member->more;                                                      \
    }
#define CTL_PAGES(name, member, order)                                                             \
    CTL_PAGE(name, member)                                                                         \
    static void name##_go_on(const ctl_reply *reply, ctl_request *request) {                       \
        request->order->after = reply->member->next;                                               \
    }                                                                                              \
    static void name##_set_max(ctl_request *request, uint32_t max) {                               \
        request->order->max = max;                                                                 \
    }

#endif
