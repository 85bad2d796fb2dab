/*
 * Packing with protobuf-c without an allocation for each message.
 *
 * Invariant: everything that a generated struct points to is borrowed, either from the value that
 * is encoded or from the pack, and lives until pack_finish. Nothing is checked here: outgoing
 * values were checked when they came, and a partner's test must be able to send what is wrong.
 */
#include "wire/pack.h"

#include <string.h>

#include "domain/identifier.h"

#define SPILL_CHUNK 4096

void pack_init(struct pack *pack) {
    arena_init(&pack->spill, SPILL_CHUNK, 0);
    pack->used = 0;
}

static char *take(struct pack *pack, size_t size) {
    if (size > PACK_TEXT_ROOM - pack->used)
        return arena_take(&pack->spill, size);
    char *place = pack->room + pack->used;
    pack->used += size;
    return place;
}

static char *empty_text(void) {
    return (char *)(uintptr_t)protobuf_c_empty_string; /* never written through */
}

char *pack_text(struct pack *pack, struct span text) {
    if (text.size == 0)
        return empty_text();
    char *copy = take(pack, text.size + 1);
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return copy;
}

char *pack_bank(struct pack *pack, bank_code bank) {
    if (bank == 0)
        return empty_text();
    char *copy = take(pack, BANK_CODE_TEXT_SIZE);
    bank_code_format(bank, copy);
    return copy;
}

ProtobufCBinaryData pack_bytes(struct span bytes) {
    return (ProtobufCBinaryData){bytes.size, (uint8_t *)(uintptr_t)bytes.data};
}

ProtobufCBinaryData pack_id(const struct id *id) {
    return pack_bytes(id_is_zero(id) ? span_of(NULL, 0) : id_span(id));
}

ProtobufCBinaryData pack_digest(const struct digest *digest) {
    return pack_bytes(span_of(digest->bytes, DIGEST_SIZE));
}

void pack_finish(struct pack *pack, const ProtobufCMessage *message, struct buf *out) {
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *place = buf_reserve(out, size);
    ENSURE(protobuf_c_message_pack(message, place) == size);
    out->size += size;
    arena_deinit(&pack->spill);
}
