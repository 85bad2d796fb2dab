/*
 * The messages between banks and gateway as values. Spans are borrowed from whatever the message
 * was decoded from (usually a command's arena). Kinds' numbers equal the wire's. The meaning of
 * each field stands in proto/linkgate/v1.
 */
#ifndef LG_DOMAIN_MESSAGE_H
#define LG_DOMAIN_MESSAGE_H

#include "domain/message_link.h"
#include "domain/message_session.h"
#include "domain/message_transfer.h"

enum message_kind {
    MESSAGE_NONE = 0,
    MESSAGE_HELLO = 1,
    MESSAGE_HEARTBEAT = 2,
    MESSAGE_GO_AWAY = 3,
    MESSAGE_OPEN_LINK = 20,
    MESSAGE_VERIFY_ACCOUNT = 21,
    MESSAGE_START_CHALLENGE = 22,
    MESSAGE_ISSUE_CHALLENGE = 23,
    MESSAGE_ANSWER_CHALLENGE = 24,
    MESSAGE_CHECK_CHALLENGE = 25,
    MESSAGE_CLOSE_LINK = 26,
    MESSAGE_GET_LINK = 27,
    MESSAGE_LINK_NOTICE = 28,
    MESSAGE_SUBMIT_TRANSFER = 60,
    MESSAGE_POST_INSTRUCTION = 61,
    MESSAGE_POSTING_RESULT = 62,
    MESSAGE_INQUIRE_POSTING = 63,
    MESSAGE_CONFIRM_CREDIT = 64,
    MESSAGE_GET_TRANSFER = 65,
    MESSAGE_TRANSFER_NOTICE = 66,
    MESSAGE_ACK_NOTICES = 90
};

enum message_direction {
    MESSAGE_REQUEST = 1,
    MESSAGE_REPLY = 2,
    MESSAGE_NOTICE = 3,
    MESSAGE_REFUSAL = 4
};

#endif
