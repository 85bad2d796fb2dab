/*
 * What the gateway's answers look like as JSON: tables of fields, from which the JSON is made and
 * docs/linkgatectl-json.md is generated. The names are a promise to scripts: they are only ever
 * added to. Every object of a sort has all its keys, with null where there is nothing.
 */
#ifndef LG_TOOLS_CTL_SHAPE_H
#define LG_TOOLS_CTL_SHAPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* How a member of the message becomes a value. */
enum ctl_as {
    CTL_AS_TEXT,    /* char *; empty is null */
    CTL_AS_WORD,    /* char *, never null */
    CTL_AS_TEXTS,   /* repeated char * */
    CTL_AS_HEX,     /* bytes; empty is null */
    CTL_AS_HEXES,   /* repeated bytes */
    CTL_AS_BANK,    /* uint64: twelve digits; 0 is null */
    CTL_AS_COUNT,   /* uint64 */
    CTL_AS_COUNT32, /* uint32 */
    CTL_AS_NUMBER,  /* uint64; 0 is null */
    CTL_AS_SIGNED,  /* int64 */
    CTL_AS_FEN,     /* int64 */
    CTL_AS_FLAG,    /* bool */
    CTL_AS_TIME,    /* int64, ms since 1970; 0 is null */
    CTL_AS_ROLES,   /* uint32, bits */
    CTL_AS_SCOPES,  /* uint32, bits */
    CTL_AS_BLOCKS,  /* uint32, bits */
    CTL_AS_KINDS,   /* repeated uint32: kinds of messages */
    CTL_AS_CNY,     /* no member: always "CNY" */
    CTL_AS_OBJECT,  /* a message; null when it is not there */
    CTL_AS_ROWS,    /* repeated messages */
    CTL_AS_INLINE,  /* a message whose fields stand among these */
    CTL_AS_MADE     /* no member: the command makes it; help says of what */
};

struct ctl_shape;

struct ctl_field {
    const char *key;
    enum ctl_as as;
    size_t at;                  /* offset of the member */
    size_t count_at;            /* and of its count, where it is repeated */
    const struct ctl_shape *of; /* of OBJECT, ROWS, INLINE */
    const char *only_with; /* null unless this key, which stands before, has a value that is neither
                            * null nor false ("two"), or that one ("cause=OPERATOR"); NULL: always
                            * there */
    const char *help;
};

struct ctl_shape {
    const char *name;
    const char *help;
    const struct ctl_field *fields; /* the last has no key */
};

/* A new reference. The message is one of the shape's sort. */
json_t *ctl_json(const struct ctl_shape *shape, const void *message);
/* Sets one more key, MADE in the shape; takes the reference. */
void ctl_json_set(json_t *object, const char *key, json_t *value);
json_t *ctl_json_array(void);
void ctl_json_add(json_t *array, json_t *value);
/* The type, for people: "time". */
const char *ctl_as_name(enum ctl_as as);
/* All shapes; NULL past the end. */
const struct ctl_shape *ctl_shape_at(size_t index);

extern const struct ctl_shape ctl_shape_done, ctl_shape_refusal;
extern const struct ctl_shape ctl_shape_bank, ctl_shape_pin;
extern const struct ctl_shape ctl_shape_link, ctl_shape_link_detail, ctl_shape_unmasked;
extern const struct ctl_shape ctl_shape_transfer, ctl_shape_transfer_detail;
extern const struct ctl_shape ctl_shape_history, ctl_shape_story;
extern const struct ctl_shape ctl_shape_case, ctl_shape_case_detail, ctl_shape_adjustment;
extern const struct ctl_shape ctl_shape_card, ctl_shape_card_detail, ctl_shape_event;
extern const struct ctl_shape ctl_shape_product, ctl_shape_product_order,
    ctl_shape_product_order_detail, ctl_shape_holding, ctl_shape_loan, ctl_shape_loan_detail,
    ctl_shape_found;
extern const struct ctl_shape ctl_shape_approval, ctl_shape_audit;
extern const struct ctl_shape ctl_shape_rules, ctl_shape_rules_in_force;
extern const struct ctl_shape ctl_shape_limits_detail;
extern const struct ctl_shape ctl_shape_nets, ctl_shape_net, ctl_shape_position;
extern const struct ctl_shape ctl_shape_window, ctl_shape_window_detail;
extern const struct ctl_shape ctl_shape_report;
extern const struct ctl_shape ctl_shape_exposure, ctl_shape_funds;
extern const struct ctl_shape ctl_shape_verification, ctl_shape_finding;
extern const struct ctl_shape ctl_shape_quarantine, ctl_shape_clock;
extern const struct ctl_shape ctl_shape_backup, ctl_shape_restored;
extern const struct ctl_shape ctl_shape_upload, ctl_shape_difference, ctl_shape_export;
extern const struct ctl_shape ctl_shape_status, ctl_shape_alarm, ctl_shape_open_work;

#endif
