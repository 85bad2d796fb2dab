/*
 * The readers that message_decode_command chooses from, one for each kind of message that a bank
 * sends. Private to src/wire. Each reads payload with the shape's arena and fills its value; the
 * value is good if shape_ok() afterwards.
 */
#ifndef LG_WIRE_MESSAGE_READ_H
#define LG_WIRE_MESSAGE_READ_H

#include "domain/message.h"
#include "wire/shape.h"

/* Requests. */
void read_open_link(struct shape *shape, struct span payload, struct open_link *out);
void read_start_challenge(struct shape *shape, struct span payload, struct start_challenge *out);
void read_answer_challenge(struct shape *shape, struct span payload, struct answer_challenge *out);
void read_close_link(struct shape *shape, struct span payload, struct close_link *out);
void read_get_link(struct shape *shape, struct span payload, struct get_link *out);
void read_submit_transfer(struct shape *shape, struct span payload, struct submit_transfer *out);
void read_confirm_credit(struct shape *shape, struct span payload, struct confirm_credit *out);
void read_get_transfer(struct shape *shape, struct span payload, struct get_transfer *out);
void read_ack_notices(struct shape *shape, struct span payload, struct ack_notices *out);

/* Answers: only an unreadable message and a bad id are faults. */
void read_verify_answer(struct shape *shape, struct span payload, struct verify_account_reply *out);
void read_issue_answer(struct shape *shape, struct span payload, struct issue_challenge_reply *out);
void read_check_answer(struct shape *shape, struct span payload, struct check_challenge_reply *out);
void read_posting_answer(struct shape *shape, struct span payload, struct posting_result *out);

/* Exactly one of two ids, for GetLink and GetTransfer. */
void read_one_id(struct shape *shape, const char *object_field, const ProtobufCBinaryData *object,
                 struct id *object_out, const ProtobufCBinaryData *request, struct id *request_out);

#endif
