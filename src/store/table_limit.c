/*
 * What the transfers of a Class II or III account used of the limits of its class: one row an
 * account, whatever links it is part of.
 *
 * Invariant: a row that is not there is one of zeroes. Which sums are right, and what they are
 * measured by, is not known here.
 */
#include "store/record.h"
#include "store/table.h"

typedef Linkgate__Store__V1__BucketSum sum_record;
typedef Linkgate__Store__V1__Bucket bucket_record;

struct bucket_records {
    bucket_record bucket;
    sum_record of_day, of_year;
};

static void sum_to_record(const struct bucket_sum *sum, sum_record *record_out) {
    linkgate__store__v1__bucket_sum__init(record_out);
    record_out->used_fen = sum->used_fen;
    record_out->reserved_fen = sum->reserved_fen;
    record_out->has_cap = sum->has_cap;
    record_out->cap_fen = sum->cap_fen;
}

static struct bucket_sum sum_from_record(const sum_record *record) {
    if (record == NULL)
        return (struct bucket_sum){0};
    return (struct bucket_sum){
        .used_fen = record->used_fen,
        .reserved_fen = record->reserved_fen,
        .has_cap = record->has_cap,
        .cap_fen = record->cap_fen,
    };
}

static bool empty_sum(const struct bucket_sum *sum) {
    return sum->used_fen == 0 && sum->reserved_fen == 0 && !sum->has_cap && sum->cap_fen == 0;
}

/* NULL: nothing is in it. */
static bucket_record *bucket_to_record(const struct bucket *bucket, struct bucket_records *room) {
    if (bucket->day == 0 && bucket->year == 0 && empty_sum(&bucket->of_day) &&
        empty_sum(&bucket->of_year))
        return NULL;
    linkgate__store__v1__bucket__init(&room->bucket);
    sum_to_record(&bucket->of_day, &room->of_day);
    sum_to_record(&bucket->of_year, &room->of_year);
    room->bucket.day = bucket->day;
    room->bucket.of_day = empty_sum(&bucket->of_day) ? NULL : &room->of_day;
    room->bucket.year = bucket->year;
    room->bucket.of_year = empty_sum(&bucket->of_year) ? NULL : &room->of_year;
    return &room->bucket;
}

static struct bucket bucket_from_record(const bucket_record *record) {
    if (record == NULL)
        return (struct bucket){0};
    return (struct bucket){
        .day = record->day,
        .of_day = sum_from_record(record->of_day),
        .year = record->year,
        .of_year = sum_from_record(record->of_year),
    };
}

static struct key limit_key(const struct digest *account) {
    struct key key = key_of(TABLE_LIMIT);
    key_add_digest(&key, account);
    return key;
}

int store_get_limits(struct store *store, const struct digest *account,
                     struct account_limits *limits_out) {
    struct key key = limit_key(account);
    const void *message;
    int rc = table_load(store, &key, &linkgate__store__v1__account_limits__descriptor, &message);
    if (rc < 0)
        return rc;
    *limits_out = (struct account_limits){.account = *account};
    if (rc == STORE_ABSENT)
        return 0;
    const Linkgate__Store__V1__AccountLimits *record = message;
    limits_out->buckets[BUCKET_IN] = bucket_from_record(record->in);
    limits_out->buckets[BUCKET_OUT] = bucket_from_record(record->out);
    limits_out->funded = record->funded;
    return 0;
}

void store_put_limits(struct store *store, const struct account_limits *limits) {
    struct key key = limit_key(&limits->account);
    struct bucket_records in, out;
    Linkgate__Store__V1__AccountLimits record = LINKGATE__STORE__V1__ACCOUNT_LIMITS__INIT;
    record.in = bucket_to_record(&limits->buckets[BUCKET_IN], &in);
    record.out = bucket_to_record(&limits->buckets[BUCKET_OUT], &out);
    record.funded = limits->funded;
    table_put_message(store, &key, &record.base, false);
}
