/*
 * Taking in SystemNotice and PositionAlert.
 *
 * Invariant: the list is that of the last notice, or of the last row of notices that ended with one
 * that says complete; what is beyond BK_PARTICIPANTS_MAX is left out.
 */
#include "bank/system.h"

#include <stdlib.h>

#include "bank/words.h"
#include "util/fatal.h"

static void add(struct bk_system *system, const struct participant *from) {
    if (system->count == BK_PARTICIPANTS_MAX)
        return;
    if (system->count == system->cap) {
        system->cap = system->cap > 0 ? system->cap * 2 : 16;
        system->rows = xrealloc(system->rows, system->cap * sizeof(*system->rows));
    }
    struct bk_participant *row = &system->rows[system->count++];
    *row = (struct bk_participant){.code = from->code,
                                   .active = from->active,
                                   .class1 = from->class1,
                                   .class2 = from->class2,
                                   .issuer = from->issuer};
    bk_text_copy(row->name, sizeof(row->name), from->name);
}

void bk_system_take(struct bk_system *system, const struct system_notice *notice) {
    system->told++;
    system->ledger_time_ms = notice->ledger_time_ms;
    system->cut_off_at_ms = notice->cut_off_at_ms;
    system->transfer_timeout_min_ms = notice->transfer_timeout_min_ms;
    system->transfer_timeout_max_ms = notice->transfer_timeout_max_ms;
    bk_text_copy(system->business_date, sizeof(system->business_date), notice->business_date);
    if (!system->open)
        system->count = 0;
    for (uint32_t i = 0; i < notice->participant_count; i++)
        add(system, &notice->participants[i]);
    system->open = !notice->complete;
}

void bk_system_take_alert(struct bk_system *system, const struct position_alert *alert) {
    system->alerts++;
    system->alert = *alert;
}

void bk_system_deinit(struct bk_system *system) {
    free(system->rows);
    *system = (struct bk_system){0};
}
