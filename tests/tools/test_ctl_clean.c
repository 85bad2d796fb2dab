/*
 * linkgatectl under a gateway that lets everything through: each command against each sort of
 * answer, with every text of it full of controls, marks that turn what is read, and bytes that are
 * no UTF-8. What is printed, for people and as JSON, has none of them, and no text begins a line of
 * its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "stand_in.h"
#include "util/text.h"

#define ROWS 2  /* of each list */
#define ASKED 6 /* requests of one command, at most */
#define FORGED "forged=1"

/* All bytes but NUL, then bidirectional marks and line separators. */
static char hostile[400];

static void make_hostile(void) {
    size_t size = 0;
    for (int byte = 1; byte < 256; byte++)
        hostile[size++] = (char)byte;
    strcpy(hostile + size, "\r\n" FORGED "\r\x1b[2J\x1b]0;x\a\xe2\x80\xae\xe2\x80\x8f\xe2\x80\xa8"
                           "\xe2\x81\xa6\xc2\x85\xc2\x9b");
}

/* ---- answers of any sort ---- */

static uint8_t some_bytes[32] = {1};
static struct {
    void *members[4096];
    size_t count;
} owned;

static void *own(size_t size) {
    void *memory = calloc(1, size);
    assert_non_null(memory);
    assert_true(owned.count < sizeof(owned.members) / sizeof(owned.members[0]));
    return owned.members[owned.count++] = memory;
}

static void disown(void) {
    while (owned.count > 0)
        free(owned.members[--owned.count]);
}

static void *filled(const ProtobufCMessageDescriptor *descriptor);

/* The member's value, at place. */
static void fill(const ProtobufCFieldDescriptor *field, char *place) {
    const ProtobufCBinaryData bytes = {strcmp(field->name, "pin") == 0 ? 32 : 16, some_bytes};
    const void *message;
    char *text = hostile;
    uint64_t number = 1;
    switch ((int)field->type) {
    case PROTOBUF_C_TYPE_STRING:
        memcpy(place, &text, sizeof(text));
        break;
    case PROTOBUF_C_TYPE_BYTES:
        memcpy(place, &bytes, sizeof(bytes));
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        message = filled(field->descriptor);
        memcpy(place, &message, sizeof(message));
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
        memcpy(place, &number, 8);
        break;
    default:
        memcpy(place, &number, 4);
    }
}

static size_t size_of(ProtobufCType type) {
    return type == PROTOBUF_C_TYPE_BYTES ? sizeof(ProtobufCBinaryData) : sizeof(uint64_t);
}

static void *filled(const ProtobufCMessageDescriptor *descriptor) {
    char *message = own(descriptor->sizeof_message);
    protobuf_c_message_init(descriptor, message);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        bool numbers = field->type != PROTOBUF_C_TYPE_STRING &&
                       field->type != PROTOBUF_C_TYPE_BYTES &&
                       field->type != PROTOBUF_C_TYPE_MESSAGE;
        if (field->label != PROTOBUF_C_LABEL_REPEATED) {
            fill(field, message + field->offset);
        } else if (!numbers) {
            const size_t count = ROWS;
            char *rows = own(count * size_of(field->type));
            for (size_t k = 0; k < count; k++)
                fill(field, rows + k * size_of(field->type));
            memcpy(message + field->offset, &rows, sizeof(rows));
            memcpy(message + field->quantifier_offset, &count, sizeof(count));
        }
    }
    return message;
}

static struct buf answer_of(const ProtobufCFieldDescriptor *result, uint64_t correlation) {
    ctl_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = (Linkgate__Admin__V1__Reply__ResultCase)result->id;
    const void *message = filled(result->descriptor);
    memcpy((char *)&reply + result->offset, &message, sizeof(message));
    struct buf frame = tool_frame(&reply, correlation);
    disown();
    return frame;
}

/* ---- what is printed ---- */

static void assert_clean(const char *line, const char *text) {
    for (const char *at = text; *at != '\0';) {
        size_t size = strcspn(at, "\n");
        if (!text_is_clean(span_of(at, size)))
            fail_msg("%s prints: %.*s", line, (int)size, at);
        if (strncmp(at, FORGED, strlen(FORGED)) == 0)
            fail_msg("%s: a text began a line", line);
        at += size + (at[size] == '\n');
    }
}

static void try(const char *command, const ProtobufCFieldDescriptor *result) {
    char line[256];
    assert_non_null(result);
    for (int json = 0; json < 2; json++) {
        struct buf answers[ASKED];
        for (uint64_t i = 0; i < ASKED; i++)
            answers[i] = answer_of(result, i + 1);
        snprintf(line, sizeof(line), "%s%s", json != 0 ? "--json " : "", command);
        world.input = "6222020000000000017\n";
        (void)tool_run_against(line, answers, ASKED);
        assert_clean(line, world.out);
        assert_clean(line, world.errors);
        if (json != 0 && world.out[0] != '\0')
            json_decref(tool_json());
    }
}

/* Each command with the answers that it takes, and with a refusal. */
static void nothing_that_is_printed_is_a_control(void **state) {
    (void)state;
    static const struct {
        const char *line, *results;
    } commands[] = {
        {"status", "status open_work"},
        {"alarms", "status"},
        {"bank list", "banks"},
        {"bank show " BANK, "bank"},
        {"bank pin list " BANK, "bank"},
        {"bank disable " BANK, "done waits"},
        {"link list", "links"},
        {"link show " ID_TEXT, "link"},
        {"link explain " ID_TEXT, "link history"},
        {"link search --account - --bank " BANK, "links"},
        {"link numbers " ID_TEXT, "unmasked"},
        {"transfer list", "transfers"},
        {"transfer show " ID_TEXT, "transfer"},
        {"transfer explain " ID_TEXT, "transfer history"},
        {"net list", "nets positions"},
        {"report " BANK, "bank"},
        {"case list", "cases"},
        {"case show " ID_TEXT, "case_detail"},
        {"approval list", "approvals"},
        {"approval show " ID_TEXT, "approval"},
        {"audit list", "audit"},
        {"clock show", "clock"},
        {"quarantine list", "quarantine"},
    };
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        char results[64];
        char *rest = results;
        char *name;
        snprintf(results, sizeof(results), "%s refusal", commands[i].results);
        while ((name = strsep(&rest, " ")) != NULL)
            try(commands[i].line, protobuf_c_message_descriptor_get_field_by_name(
                                      &linkgate__admin__v1__reply__descriptor, name));
    }
}

int main(void) {
    make_hostile();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_that_is_printed_is_a_control, tool_set_up,
                                        tool_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
