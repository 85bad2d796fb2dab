/*
 * Writing messages: generated structs are filled with borrowed bytes, and packed into room that
 * the buffer has reserved. Private to src/wire.
 *
 * protobuf-c wants strings to end in NUL and our spans do not, so a pack copies them to room of
 * its own on the stack; what does not fit there (only partners send so much, when they test us)
 * goes to an arena, and so do the gateway's two messages that are longer and rare: cases and the
 * state of the system.
 */
#ifndef LG_WIRE_PACK_H
#define LG_WIRE_PACK_H

#include <protobuf-c/protobuf-c.h>

#include "domain/types.h"
#include "util/arena.h"

/* Enough for all the text of a link (1,448 bytes at most), an instruction (1,010) and a transfer (371):
 * asserted where they are written. */
#define PACK_TEXT_ROOM 1536

struct pack {
    struct arena spill;
    size_t used;
    char room[PACK_TEXT_ROOM];
};

/* Only what needs it is initialised. */
void pack_init(struct pack *pack);
/* Both borrow from pack. Empty for an empty span and for no bank. */
char *pack_text(struct pack *pack, struct span text);
char *pack_bank(struct pack *pack, bank_code bank);
/* Borrowed. A zero id is no id: empty. */
ProtobufCBinaryData pack_bytes(struct span bytes);
ProtobufCBinaryData pack_id(const struct id *id);
ProtobufCBinaryData pack_digest(const struct digest *digest);
/* Appends the message to out and ends the pack. */
void pack_finish(struct pack *pack, const ProtobufCMessage *message, struct buf *out);

#endif
