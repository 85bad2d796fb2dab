/*
 * One run of linkgatectl: the connection to the gateway, and where answers go.
 */
#ifndef LG_TOOLS_CTL_SESSION_H
#define LG_TOOLS_CTL_SESSION_H

#include "domain/types.h"
#include "tools/ctl.h"

struct ctl_session {
    const struct ctl_args *args;
    FILE *in; /* person data, and a yes, are read from there */
    FILE *out;
    FILE *errors;
    int fd;         /* -1: not connected */
    bool quiet;     /* nothing is said of what goes wrong */
    int patience_s; /* for an answer; 0: the usual */
    struct buf received;
    uint64_t correlation;
    ctl_reply *reply; /* of the last ask */
};

typedef Linkgate__Admin__V1__Reply__ResultCase ctl_result;

/* Sends and waits; connects first. CTL_OK: session->reply is a result (never a refusal), valid until
 * the next ask; what the request points to may be part of the reply before. Otherwise it is said on
 * errors (and, with --json, a refusal on out as well). */
enum ctl_exit ctl_ask(struct ctl_session *session, ctl_request *request) MUST_USE;
/* ctl_ask for a reply of that sort. */
enum ctl_exit ctl_ask_for(struct ctl_session *session, ctl_request *request,
                          ctl_result wanted) MUST_USE;
/* The same for what an answer can do without: false, and nothing said, when there is none. */
bool ctl_ask_quietly(struct ctl_session *session, ctl_request *request, ctl_result wanted) MUST_USE;
/* Hangs up. The session may be asked again. */
void ctl_session_close(struct ctl_session *session);

/* Says what is wrong with the arguments. Always CTL_USAGE. */
enum ctl_exit ctl_wrong(struct ctl_session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Prints one JSON value and frees it. */
void ctl_dump(struct ctl_session *session, json_t *value);
bool ctl_is_terminal(FILE *file);

static inline ctl_request ctl_request_of(Linkgate__Admin__V1__Request__OrderCase order) {
    ctl_request request;
    linkgate__admin__v1__request__init(&request);
    request.order_case = order;
    return request;
}

static inline ProtobufCBinaryData ctl_id_bytes(struct id *id) {
    return (ProtobufCBinaryData){.len = ID_SIZE, .data = id->bytes};
}

#endif
