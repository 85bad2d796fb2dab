/*
 * Messages to JSON objects, by their tables of fields.
 *
 * Invariant: every object of a shape has the same keys in the same order, with null where there is
 * nothing, so that a script never has to ask whether a key is there; and no key is printed that
 * its table does not have.
 */
#include "tools/ctl_shape.h"

#include <protobuf-c/protobuf-c.h>
#include <string.h>

#include "tools/ctl_values.h"
#include "util/clock.h"
#include "util/fatal.h"

#define HEX_BYTES_MAX 64
#define CONDITION_SIZE 32

void ctl_json_set(json_t *object, const char *key, json_t *value) {
    ENSURE(value != NULL && json_object_set_new(object, key, value) == 0);
}

json_t *ctl_json_array(void) {
    json_t *array = json_array();
    ENSURE(array != NULL);
    return array;
}

void ctl_json_add(json_t *array, json_t *value) {
    ENSURE(value != NULL && json_array_append_new(array, value) == 0);
}

static json_t *text_value(const char *text) {
    json_t *value = json_string(text);
    return value != NULL ? value : json_string("(not UTF-8)");
}

static json_t *optional(const char *text) {
    return text[0] == '\0' ? json_null() : text_value(text);
}

static json_t *hex_value(const ProtobufCBinaryData *bytes) {
    char text[2 * HEX_BYTES_MAX + 1] = "";
    if (bytes->len <= HEX_BYTES_MAX)
        hex_format(bytes->data, bytes->len, text);
    return optional(text);
}

static json_t *time_value(int64_t unix_ms) {
    char text[TIME_TEXT_SIZE];
    time_format_utc(unix_ms, text);
    return optional(unix_ms == 0 ? "" : text);
}

static json_t *bank_value(uint64_t code) {
    char text[BANK_CODE_TEXT_SIZE] = "";
    if (code > 0)
        bank_code_format(code, text);
    return optional(text);
}

static json_t *bit_names(const struct ctl_names *names, uint32_t bits) {
    json_t *array = ctl_json_array();
    for (uint32_t i = 0; i < names->count; i++) {
        const char *name = names->name_of(i);
        if ((bits >> i & 1u) && name[0] != '\0')
            ctl_json_add(array, json_string(name));
    }
    return array;
}

static json_t *kind_names(const uint32_t *kinds, size_t count) {
    json_t *array = ctl_json_array();
    for (size_t i = 0; i < count; i++) {
        char number[16];
        const char *name = ctl_kind_name(kinds[i]);
        snprintf(number, sizeof(number), "%u", kinds[i]);
        ctl_json_add(array, json_string(name != NULL ? name : number));
    }
    return array;
}

static json_t *repeated(const struct ctl_field *field, const char *from, size_t count) {
    json_t *array = ctl_json_array();
    const void *first;
    memcpy(&first, from, sizeof(first));
    for (size_t i = 0; i < count; i++) {
        if (field->as == CTL_AS_TEXTS)
            ctl_json_add(array, text_value(((char *const *)first)[i]));
        else if (field->as == CTL_AS_HEXES)
            ctl_json_add(array, hex_value((const ProtobufCBinaryData *)first + i));
        else
            ctl_json_add(array, ctl_json(field->of, ((void *const *)first)[i]));
    }
    return array;
}

/* Members as they are in the generated structs. */
#define MEMBER(type) (*(type const *)(const void *)from)

static json_t *number(const struct ctl_field *field, const char *from) {
    switch ((int)field->as) {
    case CTL_AS_COUNT32:
        return json_integer(MEMBER(uint32_t));
    case CTL_AS_NUMBER:
        return MEMBER(uint64_t) == 0 ? json_null() : json_integer((json_int_t)MEMBER(uint64_t));
    case CTL_AS_COUNT:
        return json_integer((json_int_t)MEMBER(uint64_t));
    case CTL_AS_FLAG:
        return json_boolean(MEMBER(protobuf_c_boolean));
    case CTL_AS_TIME:
        return time_value(MEMBER(int64_t));
    default:
        return json_integer(MEMBER(int64_t));
    }
}

static json_t *value_of(const struct ctl_field *field, const char *message) {
    const char *from = message + field->at;
    const size_t *count = (const void *)(message + field->count_at);
    switch (field->as) {
    case CTL_AS_TEXT:
        return optional(MEMBER(char *));
    case CTL_AS_WORD:
        return text_value(MEMBER(char *));
    case CTL_AS_HEX:
        return hex_value(&MEMBER(ProtobufCBinaryData));
    case CTL_AS_BANK:
        return bank_value(MEMBER(uint64_t));
    case CTL_AS_ROLES:
        return bit_names(&ctl_roles, MEMBER(uint32_t));
    case CTL_AS_SCOPES:
        return bit_names(&ctl_scopes, MEMBER(uint32_t));
    case CTL_AS_BLOCKS:
        return bit_names(&ctl_blocks, MEMBER(uint32_t));
    case CTL_AS_KINDS:
        return kind_names(MEMBER(uint32_t *), *count);
    case CTL_AS_TEXTS:
    case CTL_AS_HEXES:
    case CTL_AS_ROWS:
        return repeated(field, from, *count);
    case CTL_AS_OBJECT:
        return MEMBER(void *) == NULL ? json_null() : ctl_json(field->of, MEMBER(void *));
    case CTL_AS_CNY:
        return json_string("CNY");
    case CTL_AS_MADE:
    case CTL_AS_INLINE:
        return json_null();
    case CTL_AS_COUNT:
    case CTL_AS_COUNT32:
    case CTL_AS_NUMBER:
    case CTL_AS_SIGNED:
    case CTL_AS_FEN:
    case CTL_AS_FLAG:
    case CTL_AS_TIME:
        break;
    }
    return number(field, from);
}

/* "two": that key has something; "cause=OPERATOR": it has that. */
static bool there(const json_t *object, const char *condition) {
    char key[CONDITION_SIZE];
    if (condition == NULL)
        return true;
    size_t size = strcspn(condition, "=");
    ENSURE(size < sizeof(key));
    memcpy(key, condition, size);
    key[size] = '\0';
    const json_t *value = json_object_get(object, key);
    if (condition[size] == '=')
        return json_is_string(value) && strcmp(json_string_value(value), condition + size + 1) == 0;
    return value != NULL && !json_is_null(value) && !json_is_false(value);
}

static void fill(json_t *object, const struct ctl_shape *shape, const char *message) {
    for (const struct ctl_field *field = shape->fields; field->key != NULL; field++) {
        if (field->as == CTL_AS_INLINE)
            fill(object, field->of, *(char *const *)(const void *)(message + field->at));
        else if (there(object, field->only_with))
            ctl_json_set(object, field->key, value_of(field, message));
        else
            ctl_json_set(object, field->key, json_null());
    }
}

json_t *ctl_json(const struct ctl_shape *shape, const void *message) {
    json_t *object = json_object();
    ENSURE(object != NULL);
    fill(object, shape, message);
    return object;
}

const char *ctl_as_name(enum ctl_as as) {
    static const char *const names[] = {
        [CTL_AS_TEXT] = "text or null",
        [CTL_AS_WORD] = "text",
        [CTL_AS_TEXTS] = "array of texts",
        [CTL_AS_HEX] = "hex or null",
        [CTL_AS_HEXES] = "array of hex",
        [CTL_AS_BANK] = "bank code or null",
        [CTL_AS_COUNT] = "number",
        [CTL_AS_COUNT32] = "number",
        [CTL_AS_NUMBER] = "number or null",
        [CTL_AS_SIGNED] = "number",
        [CTL_AS_FEN] = "fen",
        [CTL_AS_FLAG] = "true or false",
        [CTL_AS_TIME] = "time or null",
        [CTL_AS_ROLES] = "array of texts",
        [CTL_AS_SCOPES] = "array of texts",
        [CTL_AS_BLOCKS] = "array of texts",
        [CTL_AS_KINDS] = "array of texts",
        [CTL_AS_CNY] = "text",
        [CTL_AS_OBJECT] = "object or null",
        [CTL_AS_ROWS] = "array of objects",
        [CTL_AS_INLINE] = "",
        [CTL_AS_MADE] = "",
    };
    return names[as];
}
