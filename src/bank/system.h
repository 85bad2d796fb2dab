/*
 * The state of the system, and of this bank's exposure, as the gateway last told it: SystemNotice and
 * PositionAlert. Volatile: it comes again with each connection.
 */
#ifndef LG_BANK_SYSTEM_H
#define LG_BANK_SYSTEM_H

#include "domain/message.h"

#define BK_PARTICIPANTS_MAX 10000

struct bk_participant {
    bank_code code;
    char name[PERSON_NAME_MAX + 1];
    bool active, class1, class2, issuer;
};

/* Zeroed is: nothing was told yet. */
struct bk_system {
    uint64_t told; /* notices taken in */
    int64_t ledger_time_ms, cut_off_at_ms;
    char business_date[DATE_TEXT_SIZE];
    uint32_t transfer_timeout_min_ms, transfer_timeout_max_ms;
    struct bk_participant *rows;
    size_t count, cap;
    bool open;                   /* the list is not complete yet */
    uint64_t alerts;             /* taken in */
    struct position_alert alert; /* the last one */
};

void bk_system_take(struct bk_system *system, const struct system_notice *notice);
void bk_system_take_alert(struct bk_system *system, const struct position_alert *alert);
void bk_system_deinit(struct bk_system *system);

#endif
