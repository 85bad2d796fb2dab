/*
 * Positions, under (bank, currency), and the nets of each window, under (window, low bank, high
 * bank, currency). Sums are the domain's; these rows only keep them.
 */
#include <string.h>

#include "store/record_settlement.h"
#include "store/table.h"

#define POSITION_KEY_SIZE (1 + 8 + 3)
#define NET_KEY_SIZE (1 + 8 + 8 + 8 + 3)

static struct key position_key(bank_code bank, const char *currency) {
    struct key key = key_of(TABLE_POSITION);
    key_add_u64(&key, bank);
    key_add_currency(&key, currency);
    return key;
}

/* The key's fields; the key has the right size. */
static struct position position_of(struct span key) {
    struct position position = {.bank = get_be64(key.data + 1)};
    memcpy(position.currency, key.data + 9, CURRENCY_SIZE - 1);
    return position;
}

static void fill_position(const Linkgate__Store__V1__Position *record, struct position *position) {
    position->reserved_outgoing_fen = record->reserved_outgoing_fen;
    position->reserved_incoming_fen = record->reserved_incoming_fen;
    position->unsettled_net_fen = record->unsettled_net_fen;
}

int store_get_position(struct store *store, bank_code bank, const char *currency,
                       struct position *position_out) {
    struct key key = position_key(bank, currency);
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__position__descriptor, &record);
    if (rc < 0)
        return rc;
    *position_out = position_of(key_span(&key));
    if (rc == 0)
        fill_position(record, position_out);
    return 0;
}

void store_put_position(struct store *store, const struct position *position) {
    struct key key = position_key(position->bank, position->currency);
    Linkgate__Store__V1__Position record = LINKGATE__STORE__V1__POSITION__INIT;
    record.reserved_outgoing_fen = position->reserved_outgoing_fen;
    record.reserved_incoming_fen = position->reserved_incoming_fen;
    record.unsettled_net_fen = position->unsettled_net_fen;
    table_put_message(store, &key, &record.base, false);
}

int store_next_position(struct store *store, const struct position *after,
                        struct position *position_out) {
    struct key from = key_of(TABLE_POSITION);
    struct span key, bytes;
    const void *record;
    if (after != NULL)
        from = position_key(after->bank, after->currency);
    int rc = table_next(store, &from, 1, after != NULL, &key, &bytes);
    if (rc == 0 && key.size != POSITION_KEY_SIZE)
        rc = table_damaged(key, "key of a position");
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__position__descriptor, &record);
    if (rc != 0)
        return rc;
    *position_out = position_of(key);
    fill_position(record, position_out);
    return 0;
}

/* ---- nets ---- */

static struct key net_key(uint64_t window, bank_code low, bank_code high, const char *currency) {
    struct key key = key_of(TABLE_NET);
    key_add_u64(&key, window);
    key_add_u64(&key, low);
    key_add_u64(&key, high);
    key_add_currency(&key, currency);
    return key;
}

static struct pair_net net_of(struct span key) {
    struct pair_net net = {
        .window = get_be64(key.data + 1),
        .low = get_be64(key.data + 9),
        .high = get_be64(key.data + 17),
    };
    memcpy(net.currency, key.data + 25, CURRENCY_SIZE - 1);
    return net;
}

int store_get_net(struct store *store, uint64_t window, bank_code low, bank_code high,
                  const char *currency, struct pair_net *net_out) {
    struct key key = net_key(window, low, high, currency);
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__pair_net__descriptor, &record);
    if (rc < 0)
        return rc;
    struct pair_net net = net_of(key_span(&key));
    if (rc == 0 && !net_from_record(record, &net))
        return table_damaged(key_span(&key), "net");
    *net_out = net;
    return 0;
}

void store_put_net(struct store *store, const struct pair_net *net) {
    struct key key = net_key(net->window, net->low, net->high, net->currency);
    struct net_records records;
    net_to_record(net, &records);
    table_put_message(store, &key, &records.net.base, false);
}

/* The first net at from, or strictly after it. */
static int net_from(struct store *store, const struct key *from, bool strict,
                    struct pair_net *net_out) {
    struct span key, bytes;
    const void *record;
    int rc = table_next(store, from, 1, strict, &key, &bytes);
    if (rc == 0 && key.size != NET_KEY_SIZE)
        rc = table_damaged(key, "key of a net");
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__pair_net__descriptor, &record);
    if (rc != 0)
        return rc;
    struct pair_net net = net_of(key);
    if (!net_from_record(record, &net))
        return table_damaged(key, "net");
    *net_out = net;
    return 0;
}

int store_next_net(struct store *store, const struct pair_net *after, struct pair_net *net_out) {
    struct key from = key_of(TABLE_NET);
    if (after != NULL)
        from = net_key(after->window, after->low, after->high, after->currency);
    return net_from(store, &from, after != NULL, net_out);
}

int store_next_net_of_window(struct store *store, uint64_t window, const struct pair_net *after,
                             struct pair_net *net_out) {
    struct key from = key_of(TABLE_NET);
    struct pair_net net = {.low = 0};
    key_add_u64(&from, window);
    if (after != NULL)
        from = net_key(window, after->low, after->high, after->currency);
    int rc = net_from(store, &from, after != NULL, &net);
    if (rc == 0 && net.window != window)
        return STORE_ABSENT;
    if (rc == 0)
        *net_out = net;
    return rc;
}

/* The first net at these banks or above them. */
static int net_at(struct store *store, uint64_t window, bank_code low, bank_code high,
                  struct pair_net *net_out) {
    struct key from = key_of(TABLE_NET);
    key_add_u64(&from, window);
    key_add_u64(&from, low);
    key_add_u64(&from, high);
    int rc = net_from(store, &from, false, net_out);
    return rc == 0 && net_out->window != window ? STORE_ABSENT : rc;
}

/* Rows stand under the lower bank: those below it are gone through one after the other. */
int store_next_net_of_bank(struct store *store, uint64_t window, bank_code bank, bank_code other,
                           struct pair_net *net_out) {
    struct pair_net net = {.low = 0};
    int rc = 0;
    while (other < bank) {
        rc = net_at(store, window, other + 1, 0, &net);
        if (rc != 0 || net.low >= bank)
            break;
        other = net.low;
        rc = net_at(store, window, other, bank, &net);
        if (rc != 0)
            break;
        if (net.low == other && net.high == bank) {
            *net_out = net;
            return 0;
        }
    }
    if (rc >= 0)
        rc = net_at(store, window, bank, other < bank ? 0 : other + 1, &net);
    if (rc == 0 && net.low != bank)
        rc = STORE_ABSENT;
    if (rc == 0)
        *net_out = net;
    return rc;
}
