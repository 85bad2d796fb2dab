/*
 * Words of the command line as values. Each ctl_take_ gives CTL_OK, or CTL_USAGE after saying what
 * is wrong and what would be right; those that read an option leave its value as it was when it was
 * not given.
 */
#ifndef LG_TOOLS_CTL_VALUES_H
#define LG_TOOLS_CTL_VALUES_H

#include "domain/identifier.h"
#include "tools/ctl_session.h"

extern const struct ctl_names ctl_roles;  /* bits' numbers */
extern const struct ctl_names ctl_scopes; /* likewise */
extern const struct ctl_names ctl_blocks; /* likewise */
extern const struct ctl_names ctl_kinds;  /* of requests that a bank may send */
extern const struct ctl_names ctl_link_states, ctl_transfer_states, ctl_case_states,
    ctl_adjustment_states, ctl_card_states, ctl_event_states, ctl_product_states,
    ctl_product_order_states, ctl_loan_states;
extern const struct ctl_names ctl_funds_states;
extern const struct ctl_names ctl_approval_states, ctl_transfer_kinds;
extern const struct ctl_names ctl_lists; /* of reconciliation, that have neither window nor links */
extern const struct ctl_names ctl_orders; /* command kinds that operators give */

/* NULL: no request of a bank has that kind. */
const char *ctl_kind_name(uint32_t kind);
/* Names of the list that fit, joined by blanks and capped by size. */
void ctl_names_list(const struct ctl_names *names, char *text_out, size_t size);
/* The nearest of the names; NULL: none is near. */
const char *ctl_names_near(const struct ctl_names *names, const char *text);
/* How many letters must change for one to become the other, SIZE_MAX beyond a few dozen letters. */
size_t ctl_distance(const char *a, const char *b);

enum ctl_exit ctl_take_id(struct ctl_session *session, const char *text,
                          struct id *id_out) MUST_USE;
enum ctl_exit ctl_take_bank(struct ctl_session *session, const char *text,
                            uint64_t *code_out) MUST_USE;
enum ctl_exit ctl_take_pin(struct ctl_session *session, const char *text,
                           uint8_t pin_out[DIGEST_SIZE]) MUST_USE;
enum ctl_exit ctl_take_digest(struct ctl_session *session, const char *text,
                              uint8_t digest_out[DIGEST_SIZE]) MUST_USE;
/* One name; upper or lower case, "-" for "_". what: "state". */
enum ctl_exit ctl_take_name(struct ctl_session *session, enum ctl_option option,
                            const struct ctl_names *names, const char *what,
                            uint32_t *number_out) MUST_USE;
/* Several, joined by commas; take is called for each. */
enum ctl_exit ctl_take_names(struct ctl_session *session, enum ctl_option option,
                             const struct ctl_names *names, const char *what,
                             void (*take)(void *context, uint32_t number), void *context) MUST_USE;
enum ctl_exit ctl_take_bits(struct ctl_session *session, enum ctl_option option,
                            const struct ctl_names *names, const char *what,
                            uint32_t *bits_out) MUST_USE;
enum ctl_exit ctl_take_bank_option(struct ctl_session *session, uint64_t *code_out) MUST_USE;
enum ctl_exit ctl_take_number(struct ctl_session *session, enum ctl_option option, int64_t least,
                              int64_t most, int64_t *number_out) MUST_USE;
/* CNY with at most two decimals. */
enum ctl_exit ctl_take_fen(struct ctl_session *session, enum ctl_option option,
                           int64_t *fen_out) MUST_USE;

/* The same, of a word. */
enum ctl_exit ctl_take_amount(struct ctl_session *session, const char *text,
                              int64_t *fen_out) MUST_USE;

enum ctl_time {
    CTL_TIME_FROM, /* 2h: two hours ago; a day: from its start */
    CTL_TIME_TO,   /* likewise; a day: to its end */
    CTL_TIME_UNTIL /* 2h: in two hours; a day: to its end */
};
/* Shanghai's, unless it ends with Z. */
enum ctl_exit ctl_take_time(struct ctl_session *session, enum ctl_option option, enum ctl_time sort,
                            int64_t *unix_ms_out) MUST_USE;
/* The same without a session; false: it is no time. */
bool ctl_time_parse(const char *text, enum ctl_time sort, int64_t now_ms, int64_t *unix_ms_out);
#define CTL_TIME_SIZE 40
/* Shanghai's: "2026-12-31 23:59:59.000". */
void ctl_time_format(int64_t unix_ms, char text_out[CTL_TIME_SIZE]);

#endif
