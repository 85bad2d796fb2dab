/*
 * A partner bank's first program: it connects to a linkgate gateway, asks for one link, or listens
 * for notices and keeps where it is in a file. Read liblinkgate(3) beside it.
 *
 *   protos=$(pkg-config --variable=protodir linkgate)
 *   for name in common envelope link product order transfer; do
 *       protoc-c --proto_path="$protos" --c_out=. "$protos/linkgate/v1/$name.proto"
 *   done
 *   cc -I. -o partner partner.c $(find linkgate -name "*.c") \
 *       $(pkg-config --cflags --libs linkgate libprotobuf-c)
 *
 * What it leaves out: it answers no requests of the gateway (the library refuses them UNSUPPORTED,
 * since there is no handler for them), and it does not connect again when the connection ends.
 */
#include <errno.h>
#include <inttypes.h>
#include <linkgate/linkgate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linkgate/v1/envelope.pb-c.h"
#include "linkgate/v1/link.pb-c.h"
#include "linkgate/v1/transfer.pb-c.h"

#define ANSWER_MS 30000 /* how long an answer is waited for */
#define CLOSE_MS 5000   /* and how long what is in flight at the end */

/* The last notice that was stored, as the next Hello tells it. */
struct mark {
    uint64_t sequence;
    uint8_t token[LG_TOKEN_SIZE];
};

struct partner {
    struct lg_session *session;
    const char *mark_file; /* NULL: notices are not stored, and so not acknowledged */
    struct mark mark;
};

static int complain(const char *what, const char *why) {
    fprintf(stderr, "partner: %s: %s\n", what, why);
    return EXIT_FAILURE;
}

static const char *name_of(const ProtobufCEnumDescriptor *names, int value) {
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(names, value);
    return found != NULL ? found->name : "(of a later version)";
}

/* ---- notices ------------------------------------------------------------------------------- */

/* False: there is none yet. */
static bool load_mark(const char *path, struct mark *mark) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    bool read = fread(mark, sizeof(*mark), 1, file) == 1;
    fclose(file);
    return read;
}

/* A bank writes this in the same transaction as what the notice changed in its books. */
static bool store_mark(const char *path, const struct mark *mark) {
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return false;
    bool written = fwrite(mark, sizeof(*mark), 1, file) == 1;
    return fclose(file) == 0 && written;
}

static void stored(struct partner *partner, uint64_t sequence, ProtobufCBinaryData token) {
    if (partner->mark_file == NULL || token.len != LG_TOKEN_SIZE)
        return;
    partner->mark.sequence = sequence;
    memcpy(partner->mark.token, token.data, LG_TOKEN_SIZE);
    if (store_mark(partner->mark_file, &partner->mark))
        lg_client_noticed(lg_session_client(partner->session), sequence);
    else
        (void)complain(partner->mark_file, strerror(errno));
}

static void on_link_notice(struct partner *partner, struct lg_bytes payload) {
    Linkgate__V1__LinkNotice *notice =
        linkgate__v1__link_notice__unpack(NULL, payload.size, payload.data);
    if (notice == NULL || notice->link == NULL) {
        (void)complain("notice", lg_outcome_text(LG_UNREADABLE));
    } else {
        printf("notice %" PRIu64 ": a link, %s\n", notice->sequence,
               name_of(&linkgate__v1__link_state__descriptor, (int)notice->link->state));
        stored(partner, notice->sequence, notice->token);
    }
    linkgate__v1__link_notice__free_unpacked(notice, NULL);
}

static void on_transfer_notice(struct partner *partner, struct lg_bytes payload) {
    Linkgate__V1__TransferNotice *notice =
        linkgate__v1__transfer_notice__unpack(NULL, payload.size, payload.data);
    if (notice == NULL || notice->transfer == NULL) {
        (void)complain("notice", lg_outcome_text(LG_UNREADABLE));
    } else {
        printf("notice %" PRIu64 ": a transfer, %s\n", notice->sequence,
               name_of(&linkgate__v1__transfer_state__descriptor, (int)notice->transfer->state));
        stored(partner, notice->sequence, notice->token);
    }
    linkgate__v1__transfer_notice__free_unpacked(notice, NULL);
}

static void on_notice(void *context, const struct lg_envelope *envelope) {
    if (envelope->kind == LINKGATE__V1__KIND__KIND_LINK_NOTICE)
        on_link_notice(context, envelope->payload);
    else if (envelope->kind == LINKGATE__V1__KIND__KIND_TRANSFER_NOTICE)
        on_transfer_notice(context, envelope->payload);
}

/* ---- asking -------------------------------------------------------------------------------- */

static bool parse_id(const char *hex, uint8_t id[LG_ID_SIZE]) {
    for (size_t i = 0; i < LG_ID_SIZE; i++) {
        if (strspn(hex + 2 * i, "0123456789abcdef") < 2)
            return false;
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        id[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return hex[2 * LG_ID_SIZE] == '\0';
}

static int print_link(const struct lg_envelope *answer) {
    struct lg_refusal refusal;
    if (answer->direction == LG_REFUSAL) {
        if (lg_refusal_decode(answer->payload, &refusal))
            return complain("refusal", lg_outcome_text(LG_UNREADABLE));
        printf("refused: %s %s: %s\n", refusal.reason, refusal.detail, refusal.text);
        return EXIT_SUCCESS;
    }
    Linkgate__V1__LinkReply *link =
        linkgate__v1__link_reply__unpack(NULL, answer->payload.size, answer->payload.data);
    if (link == NULL)
        return complain("answer", lg_outcome_text(LG_UNREADABLE));
    printf("link: %s, from %s to %s\n",
           name_of(&linkgate__v1__link_state__descriptor, (int)link->state),
           link->class2_account_masked, link->class1_account_masked);
    linkgate__v1__link_reply__free_unpacked(link, NULL);
    return EXIT_SUCCESS;
}

static int ask(struct partner *partner, const char *hex) {
    uint8_t id[LG_ID_SIZE];
    uint8_t payload[64];
    if (!parse_id(hex, id))
        return complain(hex, "a link's id has 32 digits of 0-9 and a-f");
    Linkgate__V1__GetLink message = LINKGATE__V1__GET_LINK__INIT;
    message.link_id.data = id;
    message.link_id.len = sizeof(id);
    size_t size = linkgate__v1__get_link__pack(&message, payload);
    const struct lg_request request = {.kind = LINKGATE__V1__KIND__KIND_GET_LINK,
                                       .payload = lg_bytes_of(payload, size)};
    struct lg_envelope answer;
    int outcome = lg_session_call(partner->session, &request, ANSWER_MS, &answer);
    if (outcome == LG_ENDED)
        return complain("connection", lg_client_reason(lg_session_client(partner->session)));
    if (outcome != 0)
        return complain("request", lg_outcome_text(outcome));
    return print_link(&answer);
}

static int serve(struct partner *partner, const char *seconds) {
    int outcome = lg_session_wait(partner->session, NULL, NULL, 1000 * atoll(seconds));
    if (outcome == LG_ENDED)
        return complain("connection", lg_client_reason(lg_session_client(partner->session)));
    return EXIT_SUCCESS;
}

/* ---- connecting ---------------------------------------------------------------------------- */

static int open_context(const char *folder, const char *bank, struct lg_context **context) {
    char ca[256];
    char certificate[256];
    char key[256];
    char reason[LG_REASON_SIZE];
    snprintf(ca, sizeof(ca), "%s/ca.crt", folder);
    snprintf(certificate, sizeof(certificate), "%s/%s.crt", folder, bank);
    snprintf(key, sizeof(key), "%s/%s.key", folder, bank);
    const struct lg_files files = {.ca = ca, .certificate = certificate, .key = key};
    if (lg_context_new(&files, context, reason, sizeof(reason)))
        return complain("certificates", reason);
    return EXIT_SUCCESS;
}

static int open_session(struct partner *partner, char **words) {
    struct lg_context *context;
    char reason[LG_REASON_SIZE];
    if (open_context(words[3], words[4], &context))
        return EXIT_FAILURE;
    const struct lg_target target = {.host = words[1], .port = (uint16_t)atoi(words[2])};
    struct lg_config config = {.software = "partner example"};
    if (partner->mark_file != NULL && load_mark(partner->mark_file, &partner->mark)) {
        config.last_notice_sequence = partner->mark.sequence;
        memcpy(config.last_notice_token, partner->mark.token, LG_TOKEN_SIZE);
    }
    const struct lg_handler handler = {.context = partner, .notice = on_notice};
    int failed = lg_session_open(&target, context, &config, &handler, &partner->session, reason,
                                 sizeof(reason));
    lg_context_free(context); /* the session keeps what it needs */
    return failed ? complain("connection", reason) : EXIT_SUCCESS;
}

int main(int count, char **words) {
    bool asking = count == 7 && strcmp(words[5], "link") == 0;
    bool listening = (count == 7 || count == 8) && strcmp(words[5], "listen") == 0;
    struct partner partner = {.mark_file = count == 8 ? words[7] : NULL};
    if (!asking && !listening) {
        fputs("usage: partner HOST PORT FOLDER BANK link LINK-ID\n"
              "       partner HOST PORT FOLDER BANK listen SECONDS [FILE]\n"
              "FOLDER holds ca.crt, BANK.crt and BANK.key; FILE keeps the last notice stored\n",
              stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (open_session(&partner, words))
        return EXIT_FAILURE;
    int status = asking ? ask(&partner, words[6]) : serve(&partner, words[6]);
    lg_session_close(partner.session, CLOSE_MS);
    lg_session_free(partner.session);
    return status;
}
