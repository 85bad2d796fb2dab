/*
 * Admin messages between bytes and protobuf-c structs, and short names for those structs.
 */
#ifndef LG_DAEMON_ADMIN_MESSAGE_H
#define LG_DAEMON_ADMIN_MESSAGE_H

#include "domain/refusal.h"
#include "linkgate/admin/v1/admin.pb-c.h"
#include "util/arena.h"

#define ADMIN_ORDER(name) LINKGATE__ADMIN__V1__REQUEST__ORDER_##name
#define ADMIN_RESULT(name) LINKGATE__ADMIN__V1__REPLY__RESULT_##name

typedef Linkgate__Admin__V1__Request admin_request;
typedef Linkgate__Admin__V1__Reply admin_reply;
typedef Linkgate__Admin__V1__Status admin_status;
typedef Linkgate__Admin__V1__Clock admin_clock;
typedef Linkgate__Admin__V1__QuarantinePage admin_quarantine_page;

/* A request's memory, all of it: protobuf-c can take up to 96 bytes for one received. */
#define ADMIN_REQUEST_BUDGET (1u << 20)

/* NULL when the body is no Request or would take more than the arena's budget. Lives in the arena. */
admin_request *admin_request_unpack(struct span body, struct arena *arena);
/* False when it has fields that this version does not know. */
bool admin_request_known(const admin_request *request);
/* Appends one frame. The reply must fit a frame: whoever fills it keeps to ADMIN_PAGE_BYTES_MAX. */
#define ADMIN_PAGE_BYTES_MAX 60000u
void admin_reply_append(const admin_reply *reply, struct buf *out);

/* Appends a frame that grants. */
void admin_append_done(uint64_t correlation, struct buf *out);
/* Fills the message; texts in the arena. text NULL: the row's own. */
void admin_refusal_fill(const struct refusal *refusal, const char *text, struct arena *arena,
                        Linkgate__Admin__V1__Refusal *message_out);
/* Appends a frame that refuses by the table's row; text NULL: the row's own. */
void admin_append_refusal(uint64_t correlation, const struct refusal *refusal, const char *text,
                          struct buf *out);

/* Texts and bytes in the arena, as protobuf-c wants them. */
char *admin_text(struct arena *arena, const char *text);
ProtobufCBinaryData admin_bytes(struct arena *arena, const void *data, size_t size);
/* Empty for the zero id. */
ProtobufCBinaryData admin_id_if(struct arena *arena, const struct id *id);
ProtobufCBinaryData admin_id(struct arena *arena, const struct id *id);

#endif
