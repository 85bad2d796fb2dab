/*
 * Notices: numbered per bank from 1 without gaps, kept until acknowledged.
 *
 * Invariant: rows acked + 1 .. last of a bank are in the table, and no others; each names an object
 * and the history entry that it tells. The body is made anew from the object when it is sent. A
 * token is HMAC(store id, bank, number): a bank that shows a right token above our last number has
 * seen a later state of this store than we have (an old backup was put back).
 */
#include "ledger/handler.h"

#include "crypto/digest.h"
#include "crypto/secret.h"
#include "wire/message.h"

bool notice_token(struct apply *apply, bank_code bank, uint64_t sequence,
                  struct digest *token_out) {
    struct store_meta meta;
    if (store_get_meta(apply->store, &meta) != 0)
        return false;
    uint8_t place[16];
    put_be64(place, bank);
    put_be64(place + 8, sequence);
    struct span parts[] = {span_of(meta.store_id.bytes, DIGEST_SIZE), span_of(place, sizeof place)};
    keyring_hash(apply->ledger->keyring, KEYRING_NOTICE, parts, 2, token_out);
    return true;
}

static int send_link(struct apply *apply, bank_code bank, uint64_t sequence,
                     const struct link *link, uint32_t entry) {
    struct notice_place place = {.sequence = sequence};
    APPLY_INVARIANT(entry < link->history.count);
    APPLY_INVARIANT(notice_token(apply, bank, sequence, &place.token));
    struct link_view view = link_view_of(link, apply->now_ms);
    view.state = (enum link_state)link->history.entries[entry].state;
    buf_clear(&apply->ledger->notice);
    const char *event = link_event_name((enum link_event)link->history.entries[entry].event);
    message_encode_link_notice(&place, &view, event, &apply->ledger->notice);
    struct effect *effect = effects_add(apply->effects, EFFECT_NOTICE);
    effect->payload = arena_copy(&apply->effects->arena, buf_span(&apply->ledger->notice));
    effect->message = MESSAGE_LINK_NOTICE;
    effect->bank = bank;
    effect->sequence = sequence;
    return 0;
}

static int send_transfer(struct apply *apply, bank_code bank, uint64_t sequence,
                         const struct transfer *transfer, uint32_t entry) {
    struct notice_place place = {.sequence = sequence};
    APPLY_INVARIANT(entry < transfer->history.count);
    APPLY_INVARIANT(notice_token(apply, bank, sequence, &place.token));
    struct transfer_view view = transfer_view_of(transfer);
    view.state = (enum transfer_state)transfer->history.entries[entry].state;
    buf_clear(&apply->ledger->notice);
    const char *event =
        transfer_event_name((enum transfer_event)transfer->history.entries[entry].event);
    message_encode_transfer_notice(&place, &view, event, &apply->ledger->notice);
    struct effect *effect = effects_add(apply->effects, EFFECT_NOTICE);
    effect->payload = arena_copy(&apply->effects->arena, buf_span(&apply->ledger->notice));
    effect->message = MESSAGE_TRANSFER_NOTICE;
    effect->bank = bank;
    effect->sequence = sequence;
    return 0;
}

/* Gives the next number of a bank and stores its row; online_out: worth sending now. */
static int take_number(struct apply *apply, bank_code bank, const struct store_notice *row,
                       uint64_t *sequence_out, bool *online_out) {
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    counters.last_notice++;
    store_put_bank_counters(apply->store, bank, &counters);
    store_put_notice(apply->store, bank, counters.last_notice, row);
    *sequence_out = counters.last_notice;
    *online_out = counters.online;
    return 0;
}

int notice_link(struct apply *apply, const struct link *link) {
    APPLY_INVARIANT(link->history.count > 0);
    struct store_notice row = {OBJECT_LINK, link->id, link->history.count - 1};
    const bank_code banks[] = {link->class2_bank, link->class1_bank};
    for (size_t i = 0; i < 2; i++) {
        uint64_t sequence;
        bool online;
        APPLY_TRY(take_number(apply, banks[i], &row, &sequence, &online));
        if (online) {
            int result = send_link(apply, banks[i], sequence, link, row.entry);
            if (result)
                return result;
        }
    }
    return 0;
}

int notice_transfer(struct apply *apply, const struct transfer *transfer) {
    APPLY_INVARIANT(transfer->history.count > 0);
    struct store_notice row = {OBJECT_TRANSFER, transfer->id, transfer->history.count - 1};
    const bank_code banks[] = {transfer->submitter, transfer->instructed};
    for (size_t i = 0; i < 2; i++) {
        uint64_t sequence;
        bool online;
        APPLY_TRY(take_number(apply, banks[i], &row, &sequence, &online));
        if (online) {
            int result = send_transfer(apply, banks[i], sequence, transfer, row.entry);
            if (result)
                return result;
        }
    }
    return 0;
}

int notice_acknowledge(struct apply *apply) {
    bank_code bank = apply->command->bank;
    uint64_t up_to = apply->command->body.ack_notices.up_to_sequence;
    struct bank_counters counters;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    if (up_to > counters.last_notice) {
        apply_alarm(apply, "a bank acknowledged notices that were never given", &(struct id){{0}});
        return 0;
    }
    uint64_t from = counters.acked_notice;
    for (uint32_t n = 0; counters.acked_notice < up_to && n < LEDGER_ACK_MAX; n++)
        APPLY_TRY(store_drop_notice(apply->store, bank, ++counters.acked_notice));
    if (counters.acked_notice != from)
        store_put_bank_counters(apply->store, bank, &counters);
    return 0;
}

static int send_row(struct apply *apply, bank_code bank, uint64_t sequence) {
    struct store_notice row;
    int result = store_get_notice(apply->store, bank, sequence, &row);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (row.kind == OBJECT_LINK) {
        struct link link;
        result = store_get_link(apply->store, &row.object, &link);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
        return send_link(apply, bank, sequence, &link, row.entry);
    }
    struct transfer transfer;
    result = store_get_transfer(apply->store, &row.object, &transfer);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return send_transfer(apply, bank, sequence, &transfer, row.entry);
}

int notice_fetch(struct apply *apply) {
    const struct fetch_notices *fetch = &apply->command->body.fetch_notices;
    bank_code bank = apply->command->bank;
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, bank, &counters));
    uint64_t sequence = fetch->after_sequence > counters.acked_notice ? fetch->after_sequence
                                                                      : counters.acked_notice;
    uint32_t max = fetch->max < LEDGER_NOTICE_PAGE_MAX ? fetch->max : LEDGER_NOTICE_PAGE_MAX;
    for (uint32_t n = 0; n < max && sequence < counters.last_notice; n++) {
        int result = send_row(apply, bank, ++sequence);
        if (result)
            return result;
    }
    apply_reply(apply, MESSAGE_ACK_NOTICES, (struct span){NULL, 0}); /* the page ends here */
    return 0;
}
