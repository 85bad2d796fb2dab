/*
 * Questions about the running gateway itself. Made on the event thread, gathered on the ledger thread
 * (between two batches), answered on the event thread.
 */
#ifndef LG_DAEMON_ADMIN_INQUIRY_H
#define LG_DAEMON_ADMIN_INQUIRY_H

#include "engine/engine.h"
#include "session/front.h"
#include "tls/tls.h"

/* Banks whose sessions a status names; the rest is in the sum. */
#define ADMIN_STATUS_BANKS_MAX 256u

/* Certificates that a status warns of, and how long before their end. */
#define ADMIN_STATUS_EXPIRING_MAX 64u
#define ADMIN_STATUS_EXPIRING_MS (30 * 86400000LL)

/* The latest alarms, for the status; the journal has all. */
#define ADMIN_ALARMS_MAX 64u
struct admin_alarm {
    int64_t at_ms;
    const char *text; /* static */
    struct id object;
    bank_code bank;
};
struct admin_alarms {
    uint64_t count; /* since the start; the next one stands at count % ADMIN_ALARMS_MAX */
    struct admin_alarm ring[ADMIN_ALARMS_MAX];
};

struct admin_expiring {
    const char *what; /* static */
    bank_code bank;
    struct digest pin;
    int64_t expires_at_ms;
};

enum admin_inquiry_kind { ADMIN_STATUS, ADMIN_CLOCK, ADMIN_QUARANTINE_LIST };

struct admin_inquiry {
    enum admin_inquiry_kind kind;
    uint64_t client;
    uint64_t correlation;
    /* What was gathered: */
    struct engine_status status;
    struct store_meta meta;
    struct kv_stats map;
    struct quarantine_row rows[QUARANTINE_MAX];
    size_t row_count;
    bank_code banks[ADMIN_STATUS_BANKS_MAX];
    size_t bank_count;
    uint32_t banks_held;
    struct admin_expiring expiring[ADMIN_STATUS_EXPIRING_MAX]; /* pins; the soonest first */
    size_t expiring_count;
};

/* What only the event thread knows. Texts are borrowed. */
struct admin_scene {
    const char *name;
    int port;
    bool draining;
    int64_t started_at_ms;
    int64_t wall_ms;
    uint64_t log_max_bytes;
    bool backup_required;
    uint32_t connections;
    struct tls_expiry expiry;
    struct front *front;
    uint64_t store_free_bytes, log_free_bytes; /* where they stand; 0: not known */
    const struct admin_alarms *alarms;
};

void admin_alarms_add(struct admin_alarms *alarms, const struct effect *effect, int64_t wall_ms);

struct admin_inquiry *admin_inquiry_new(enum admin_inquiry_kind kind, uint64_t client,
                                        uint64_t correlation);
/* On the ledger thread. 0; negative: the store or the quarantine file failed, the process ends. */
int admin_inquiry_gather(struct admin_inquiry *inquiry, struct engine *engine) MUST_USE;
/* Appends the answer's frame. */
void admin_inquiry_answer(const struct admin_inquiry *inquiry, const struct admin_scene *scene,
                          struct buf *out);

#endif
