/*
 * The codec of the admin socket.
 *
 * Invariant: what comes out of admin_request_unpack was read whole within a budget of memory;
 * strings in it may still hold any bytes, which the dispatcher looks at where it takes one. It
 * decides nothing.
 */
#include "daemon/admin_message.h"

#include <string.h>

#include "wire/frame.h"

static void *arena_alloc(void *context, size_t size) {
    return arena_try(context, size);
}

static void arena_release(void *context, void *memory) {
    (void)context;
    (void)memory;
}

/* Unknown fields of the one message inside; orders are flat, so this is all there is. */
bool admin_request_known(const admin_request *request) {
    const ProtobufCMessageDescriptor *descriptor = request->base.descriptor;
    if (request->base.n_unknown_fields > 0)
        return false;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE || field->id != (uint32_t)request->order_case)
            continue;
        const ProtobufCMessage *order;
        /* The pointer itself. NOLINTNEXTLINE(bugprone-sizeof-expression) */
        memcpy(&order, (const char *)request + field->offset, sizeof(order));
        return order != NULL && order->n_unknown_fields == 0;
    }
    return true;
}

admin_request *admin_request_unpack(struct span body, struct arena *arena) {
    ProtobufCAllocator allocator = {
        .alloc = arena_alloc, .free = arena_release, .allocator_data = arena};
    return linkgate__admin__v1__request__unpack(&allocator, body.size, body.data);
}

void admin_reply_append(const admin_reply *reply, struct buf *out) {
    size_t size = linkgate__admin__v1__reply__get_packed_size(reply);
    size_t place = frame_begin(out);
    size_t written = linkgate__admin__v1__reply__pack(reply, buf_reserve(out, size));
    ENSURE(written == size);
    out->size += size;
    frame_end(out, place);
}

void admin_append_done(uint64_t correlation, struct buf *out) {
    Linkgate__Admin__V1__Done done;
    linkgate__admin__v1__done__init(&done);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.correlation = correlation;
    reply.result_case = ADMIN_RESULT(DONE);
    reply.done = &done;
    admin_reply_append(&reply, out);
}

static const char *retry_name(enum retry retry) {
    switch (retry) {
    case RETRY_NEVER:
        return "NEVER";
    case RETRY_NEW_ID:
        return "NEW_ID";
    case RETRY_SAME_ID_LATER:
        return "SAME_ID_LATER";
    case RETRY_NONE:
        break;
    }
    return "";
}

void admin_refusal_fill(const struct refusal *refusal, const char *text, struct arena *arena,
                        Linkgate__Admin__V1__Refusal *message_out) {
    const struct refusal_row *row = refusal_row(refusal->code);
    linkgate__admin__v1__refusal__init(message_out);
    message_out->reason = admin_text(arena, row->reason);
    message_out->detail = admin_text(arena, row->detail);
    message_out->text = admin_text(arena, text != NULL ? text : row->text);
    message_out->field = admin_text(arena, refusal->field != NULL ? refusal->field : "");
    message_out->retry = admin_text(arena, retry_name(row->retry));
}

void admin_append_refusal(uint64_t correlation, const struct refusal *refusal, const char *text,
                          struct buf *out) {
    struct arena arena;
    arena_init(&arena, 1024, 0);
    Linkgate__Admin__V1__Refusal message;
    admin_refusal_fill(refusal, text, &arena, &message);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.correlation = correlation;
    reply.result_case = ADMIN_RESULT(REFUSAL);
    reply.refusal = &message;
    admin_reply_append(&reply, out);
    arena_deinit(&arena);
}

char *admin_text(struct arena *arena, const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = arena_take(arena, size);
    memcpy(copy, text, size);
    return copy;
}

ProtobufCBinaryData admin_bytes(struct arena *arena, const void *data, size_t size) {
    ProtobufCBinaryData bytes = {.len = size, .data = arena_take(arena, size)};
    if (size > 0)
        memcpy(bytes.data, data, size);
    return bytes;
}

ProtobufCBinaryData admin_id(struct arena *arena, const struct id *id) {
    return admin_bytes(arena, id->bytes, ID_SIZE);
}

ProtobufCBinaryData admin_id_if(struct arena *arena, const struct id *id) {
    ProtobufCBinaryData none = {0, NULL};
    return id_is_zero(id) ? none : admin_id(arena, id);
}
