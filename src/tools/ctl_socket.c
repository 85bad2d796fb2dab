/*
 * One question and its answer over the gateway's admin socket.
 *
 * Invariant: a frame's length is checked before it is waited for, and at most one frame is held. An
 * answer that does not come is told apart from a refusal: the exit status and the words say whether
 * the order may have been carried out. It never tries again by itself.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "tools/ctl_session.h"
#include "util/text.h"
#include "wire/frame.h"

#define ANSWER_SECONDS 30 /* a listing may wait for a flush; a bank's cut takes a moment */

enum ctl_exit ctl_wrong(struct ctl_session *session, const char *format, ...) {
    va_list arguments;
    if (session->quiet)
        return CTL_USAGE;
    fputs("linkgatectl: ", session->errors);
    va_start(arguments, format);
    vfprintf(session->errors, format, arguments);
    va_end(arguments);
    fputc('\n', session->errors);
    return CTL_USAGE;
}

bool ctl_is_terminal(FILE *file) {
    return file != NULL && fileno(file) >= 0 && isatty(fileno(file));
}

void ctl_dump(struct ctl_session *session, json_t *value) {
    ENSURE(value != NULL);
    json_dumpf(value, session->out, JSON_INDENT(2));
    fputc('\n', session->out);
    json_decref(value);
}

static enum ctl_exit unreachable(struct ctl_session *session, const char *what,
                                 const char *remedy) {
    if (session->quiet)
        return CTL_UNREACHABLE;
    fprintf(session->errors, "linkgatectl: %s: %s; %s\n", session->args->socket, what, remedy);
    return CTL_UNREACHABLE;
}

static enum ctl_exit cannot_connect(struct ctl_session *session, int error) {
    if (error == ENOENT)
        return unreachable(session, "there is no such socket",
                           "start the gateway (systemctl start linkgated), or name its [admin] "
                           "socket with --socket");
    if (error == ECONNREFUSED)
        return unreachable(session, "nobody listens there any more",
                           "the gateway has stopped: systemctl status linkgated tells why");
    if (error == EACCES || error == EPERM)
        return unreachable(session, "you may not open it",
                           "run this as root, or as a member of the group that [admin] group "
                           "names");
    return unreachable(session, strerror(error), "check the path given with --socket");
}

static enum ctl_exit connect_to(struct ctl_session *session) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = strlen(session->args->socket);
    if (size >= sizeof(address.sun_path))
        return ctl_wrong(session, "--socket is longer than %zu bytes",
                         sizeof(address.sun_path) - 1);
    memcpy(address.sun_path, session->args->socket, size);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return cannot_connect(session, errno);
    struct timeval patience = {.tv_sec =
                                   session->patience_s > 0 ? session->patience_s : ANSWER_SECONDS};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        int error = errno;
        close(fd);
        return cannot_connect(session, error);
    }
    session->fd = fd;
    return CTL_OK;
}

static enum ctl_exit lost(struct ctl_session *session) {
    return unreachable(session, "the gateway went away, or gave no answer in time",
                       "an order may or may not have been carried out: look before you repeat it");
}

static enum ctl_exit send_request(struct ctl_session *session, ctl_request *request) {
    struct buf frame;
    buf_init(&frame);
    request->correlation = ++session->correlation;
    size_t place = frame_begin(&frame);
    size_t size = linkgate__admin__v1__request__get_packed_size(request);
    frame.size += linkgate__admin__v1__request__pack(request, buf_reserve(&frame, size));
    frame_end(&frame, place);
    size_t sent = 0;
    while (sent < frame.size) {
        ssize_t part = send(session->fd, frame.data + sent, frame.size - sent, MSG_NOSIGNAL);
        if (part <= 0 && errno != EINTR)
            break;
        sent += part > 0 ? (size_t)part : 0;
    }
    bool whole = sent == frame.size;
    buf_deinit(&frame);
    return whole ? CTL_OK : lost(session);
}

/* ---- texts ---- */

static void make_clean(const ProtobufCMessage *message);

/* Members as protobuf-c lays them out: a pointer, or a pointer to so many. */
static void make_field_clean(const char *place, const ProtobufCFieldDescriptor *field,
                             size_t count) {
    char **members;
    memcpy(&members, place, sizeof(members));
    for (size_t i = 0; i < count; i++) {
        char *member = field->label == PROTOBUF_C_LABEL_REPEATED ? members[i] : (char *)members;
        if (member == NULL)
            continue;
        if (field->type == PROTOBUF_C_TYPE_STRING)
            text_make_clean(member);
        else
            make_clean((const ProtobufCMessage *)(const void *)member);
    }
}

/* Nothing that anybody wrote reaches a terminal as a control or a mark that turns what is read,
 * whatever the gateway let pass. Replies are not recursive. */
static void make_clean(const ProtobufCMessage *message) {
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        const char *base = (const char *)message;
        size_t count = 1;
        uint32_t chosen = field->id;
        if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            memcpy(&count, base + field->quantifier_offset, sizeof(count));
        else if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
            memcpy(&chosen, base + field->quantifier_offset, sizeof(chosen));
        if (chosen == field->id)
            make_field_clean(base + field->offset, field, count);
    }
}

static enum ctl_exit receive_reply(struct ctl_session *session) {
    struct buf *received = &session->received;
    struct span body;
    size_t used;
    int state;
    while ((state = frame_next(buf_span(received), &body, &used)) == FRAME_INCOMPLETE) {
        ssize_t part = recv(session->fd, buf_reserve(received, 16384), 16384, 0);
        if (part <= 0 && !(part < 0 && errno == EINTR))
            return lost(session);
        received->size += part > 0 ? (size_t)part : 0;
    }
    ctl_reply *reply =
        state == 0 ? linkgate__admin__v1__reply__unpack(NULL, body.size, body.data) : NULL;
    if (reply == NULL || reply->correlation != session->correlation) {
        linkgate__admin__v1__reply__free_unpacked(reply, NULL);
        return unreachable(session, "what answers there is no linkgate gateway",
                           "check --socket, and that both have the same version");
    }
    linkgate__admin__v1__reply__free_unpacked(session->reply, NULL);
    session->reply = reply;
    make_clean(&reply->base);
    buf_consume(received, used);
    return CTL_OK;
}

static enum ctl_exit tell_refusal(struct ctl_session *session) {
    const Linkgate__Admin__V1__Refusal *refusal = session->reply->refusal;
    if (session->quiet)
        return CTL_REFUSED;
    fprintf(session->errors, "linkgatectl: refused (%s%s%s%s%s): %s\n", refusal->reason,
            refusal->reason[0] != '\0' ? " " : "", refusal->detail,
            refusal->field[0] != '\0' ? ", field " : "", refusal->field, refusal->text);
    if (session->args->json)
        ctl_dump(session, ctl_json(&ctl_shape_refusal, session->reply));
    return CTL_REFUSED;
}

enum ctl_exit ctl_ask(struct ctl_session *session, ctl_request *request) {
    enum ctl_exit result = session->fd < 0 ? connect_to(session) : CTL_OK;
    if (result == CTL_OK)
        result = send_request(session, request);
    if (result == CTL_OK)
        result = receive_reply(session);
    if (result != CTL_OK)
        return result;
    return session->reply->result_case == CTL_RESULT(REFUSAL) ? tell_refusal(session) : CTL_OK;
}

enum ctl_exit ctl_ask_for(struct ctl_session *session, ctl_request *request, ctl_result wanted) {
    enum ctl_exit result = ctl_ask(session, request);
    if (result != CTL_OK || session->reply->result_case == wanted)
        return result;
    return unreachable(session, "the gateway answered something else",
                       "use the linkgatectl of its version");
}

bool ctl_ask_quietly(struct ctl_session *session, ctl_request *request, ctl_result wanted) {
    bool quiet = session->quiet;
    session->quiet = true;
    enum ctl_exit result = ctl_ask_for(session, request, wanted);
    session->quiet = quiet;
    return result == CTL_OK;
}

void ctl_session_close(struct ctl_session *session) {
    if (session->fd >= 0)
        close(session->fd);
    session->fd = -1;
    linkgate__admin__v1__reply__free_unpacked(session->reply, NULL);
    session->reply = NULL;
    buf_deinit(&session->received);
}
