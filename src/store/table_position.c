/*
 * Positions, under (bank, currency), and the nets of each window, under (window, low bank, high
 * bank, currency). Sums are the domain's; these rows only keep them.
 */
#include <string.h>

#include "store/record.h"
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

static void fill_net(const Linkgate__Store__V1__PairNet *record, struct pair_net *net) {
    net->net_fen = record->net_fen;
    net->to_low_fen = record->to_low_fen;
    net->to_high_fen = record->to_high_fen;
    net->count = record->count;
}

int store_get_net(struct store *store, uint64_t window, bank_code low, bank_code high,
                  const char *currency, struct pair_net *net_out) {
    struct key key = net_key(window, low, high, currency);
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__pair_net__descriptor, &record);
    if (rc < 0)
        return rc;
    *net_out = net_of(key_span(&key));
    if (rc == 0)
        fill_net(record, net_out);
    return 0;
}

void store_put_net(struct store *store, const struct pair_net *net) {
    struct key key = net_key(net->window, net->low, net->high, net->currency);
    Linkgate__Store__V1__PairNet record = LINKGATE__STORE__V1__PAIR_NET__INIT;
    record.net_fen = net->net_fen;
    record.to_low_fen = net->to_low_fen;
    record.to_high_fen = net->to_high_fen;
    record.count = net->count;
    table_put_message(store, &key, &record.base, false);
}

int store_next_net(struct store *store, const struct pair_net *after, struct pair_net *net_out) {
    struct key from = key_of(TABLE_NET);
    struct span key, bytes;
    const void *record;
    if (after != NULL)
        from = net_key(after->window, after->low, after->high, after->currency);
    int rc = table_next(store, &from, 1, after != NULL, &key, &bytes);
    if (rc == 0 && key.size != NET_KEY_SIZE)
        rc = table_damaged(key, "key of a net");
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__pair_net__descriptor, &record);
    if (rc != 0)
        return rc;
    *net_out = net_of(key);
    fill_net(record, net_out);
    return 0;
}
