/*
 * Warnings of what expires.
 *
 * Invariant: each threshold of each thing is told once while the thing stays the same; a renewed
 * one (another end) begins anew. What a bank was last connected with is remembered while its pin
 * stands in the registry, so that a bank which comes and goes is not warned of again and again: at
 * most two for a bank. It is forgotten when the process ends.
 */
#include "daemon/expiry.h"

#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/hmap.h"
#include "util/logline.h"

#define DAY_MS 86400000LL
#define PIN_SHOWN_BYTES 8

static const int64_t thresholds_days[] = {30, 14, 7, 1, 0};
#define THRESHOLDS (sizeof(thresholds_days) / sizeof(thresholds_days[0]))

struct thing {
    int64_t expires_ms;
    size_t told; /* thresholds */
};

/* Of one pin of a bank. */
struct seen {
    bank_code bank;
    struct digest pin;
    struct thing thing;
    int64_t latest_ms; /* of the connections of this look; 0: none */
};

struct expiry {
    struct thing certificate;
    struct thing crl;
    struct hmap *seen; /* bank and pin -> seen */
    const struct front *front;
    int64_t now_ms;
};

struct expiry *expiry_new(void) {
    struct expiry *expiry = xcalloc(1, sizeof(*expiry));
    expiry->seen = hmap_new();
    return expiry;
}

static bool free_one(void *context, struct span key, void *value) {
    (void)context;
    (void)key;
    free(value);
    return true;
}

void expiry_free(struct expiry *expiry) {
    if (expiry == NULL)
        return;
    hmap_each(expiry->seen, free_one, NULL);
    hmap_free(expiry->seen);
    free(expiry);
}

/* How many thresholds are reached; those further off than max_ms do not count. */
static size_t reached(int64_t left_ms, int64_t max_ms) {
    size_t count = 0;
    for (size_t i = 0; i < THRESHOLDS; i++) {
        int64_t at_ms = thresholds_days[i] * DAY_MS;
        count += at_ms <= max_ms && left_ms <= at_ms;
    }
    return count;
}

/* True if there is something new to tell. */
static bool look(struct thing *thing, int64_t expires_ms, int64_t now_ms, int64_t max_ms) {
    if (thing->expires_ms != expires_ms)
        *thing = (struct thing){.expires_ms = expires_ms};
    size_t count = reached(expires_ms - now_ms, max_ms);
    if (count <= thing->told)
        return false;
    thing->told = count;
    return true;
}

static void tell(const char *what, const struct seen *seen, int64_t expires_ms, int64_t now_ms) {
    char until[TIME_TEXT_SIZE];
    char pin[2 * PIN_SHOWN_BYTES + 1] = "";
    int64_t left_ms = expires_ms - now_ms;
    int priority = left_ms <= 0 ? LOG_ALERT : left_ms <= DAY_MS ? LOG_ERR : LOG_WARNING;
    time_format_utc(expires_ms, until);
    if (seen == NULL) {
        log_line(priority, "expiry", LOG_TEXT("what", what),
                 LOG_INT("days_left", left_ms > 0 ? left_ms / DAY_MS : 0), LOG_TEXT("until", until),
                 LOG_TEXT("remedy", "renew the file and reload"));
        return;
    }
    hex_format(seen->pin.bytes, PIN_SHOWN_BYTES, pin);
    log_line(priority, "expiry", LOG_TEXT("what", what), LOG_BANK("bank", seen->bank),
             LOG_TEXT("pin", pin), LOG_INT("days_left", left_ms > 0 ? left_ms / DAY_MS : 0),
             LOG_TEXT("until", until),
             LOG_TEXT("remedy", "the bank must connect with a new certificate"));
}

static struct seen *seen_of(struct expiry *expiry, bank_code bank, const struct digest *pin) {
    uint8_t key[sizeof(bank) + DIGEST_SIZE];
    memcpy(key, &bank, sizeof(bank));
    memcpy(key + sizeof(bank), pin->bytes, DIGEST_SIZE);
    struct seen *seen = hmap_get(expiry->seen, span_of(key, sizeof(key)));
    if (seen == NULL) {
        seen = xcalloc(1, sizeof(*seen));
        seen->bank = bank;
        seen->pin = *pin;
        hmap_put(expiry->seen, span_of(key, sizeof(key)), seen);
    }
    return seen;
}

/* A key may have been certified anew: what counts is the certificate that holds longest. */
static void on_certificate(void *context, bank_code bank, const struct digest *pin,
                           int64_t expires_ms) {
    struct seen *seen = seen_of(context, bank, pin);
    if (expires_ms > seen->latest_ms)
        seen->latest_ms = expires_ms;
}

static bool look_at_seen(void *context, struct span key, void *value) {
    struct expiry *expiry = context;
    struct seen *seen = value;
    const struct bank *bank = router_bank(front_router(expiry->front), seen->bank);
    if (bank == NULL || !bank_pin_active(bank, &seen->pin)) {
        (void)hmap_remove(expiry->seen, key);
        free(seen);
        return true;
    }
    int64_t expires_ms = seen->latest_ms != 0 ? seen->latest_ms : seen->thing.expires_ms;
    seen->latest_ms = 0;
    if (expires_ms != 0 && look(&seen->thing, expires_ms, expiry->now_ms, INT64_MAX))
        tell("bank certificate", seen, expires_ms, expiry->now_ms);
    return true;
}

void expiry_look(struct expiry *expiry, const struct tls_expiry *own, const struct front *front,
                 int64_t now_ms) {
    expiry->front = front;
    expiry->now_ms = now_ms;
    if (look(&expiry->certificate, own->certificate_unix_ms, now_ms, INT64_MAX))
        tell("certificate", NULL, own->certificate_unix_ms, now_ms);
    if (own->crl_unix_ms != INT64_MAX && look(&expiry->crl, own->crl_unix_ms, now_ms,
                                              (own->crl_unix_ms - own->crl_from_unix_ms) / 2))
        tell("crl", NULL, own->crl_unix_ms, now_ms);
    front_certificates(front, on_certificate, expiry);
    hmap_each(expiry->seen, look_at_seen, expiry);
}
