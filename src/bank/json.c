/*
 * JSON, as far as the control socket speaks it.
 *
 * Invariant: whatever the values hold, each object is one line of well-formed JSON. Keys are our
 * own words and are not escaped.
 */
#include "bank/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "domain/identifier.h"
#include "util/text.h"

static void put(struct bk_json *json, const char *text) {
    buf_append(json->out, text, strlen(text));
}

struct bk_json bk_json_begin(struct buf *out) {
    buf_append_byte(out, '{');
    return (struct bk_json){.out = out};
}

static void key_of(struct bk_json *json, const char *key) {
    put(json, json->comma ? ",\"" : "\"");
    put(json, key);
    put(json, "\":");
    json->comma = true;
}

static size_t character_size(struct span text) {
    for (size_t size = 1; size <= 4 && size <= text.size; size++) {
        if (text_is_utf8(span_of(text.data, size)))
            return size;
    }
    return 0;
}

static void put_escaped(struct bk_json *json, uint8_t byte) {
    char text[8];
    if (byte == '"' || byte == '\\')
        snprintf(text, sizeof(text), "\\%c", byte);
    else if (byte < 0x20 || byte == 0x7f)
        snprintf(text, sizeof(text), "\\u%04x", byte);
    else
        snprintf(text, sizeof(text), "%c", byte);
    put(json, text);
}

void bk_json_text(struct bk_json *json, const char *key, struct span value) {
    key_of(json, key);
    buf_append_byte(json->out, '"');
    while (value.size > 0) {
        size_t size = character_size(value);
        if (size == 0)
            put(json, "\\ufffd");
        else if (size == 1)
            put_escaped(json, value.data[0]);
        else
            buf_append(json->out, value.data, size);
        size = size > 0 ? size : 1;
        value = span_of(value.data + size, value.size - size);
    }
    buf_append_byte(json->out, '"');
}

void bk_json_string(struct bk_json *json, const char *key, const char *value) {
    bk_json_text(json, key, span_text(value));
}

void bk_json_int(struct bk_json *json, const char *key, int64_t value) {
    char text[24];
    key_of(json, key);
    snprintf(text, sizeof(text), "%" PRId64, value);
    put(json, text);
}

void bk_json_bool(struct bk_json *json, const char *key, bool value) {
    key_of(json, key);
    put(json, value ? "true" : "false");
}

void bk_json_id(struct bk_json *json, const char *key, const struct id *value) {
    char text[ID_TEXT_SIZE];
    id_format(value, text);
    bk_json_string(json, key, text);
}

void bk_json_hex(struct bk_json *json, const char *key, struct span value) {
    char digits[3];
    key_of(json, key);
    buf_append_byte(json->out, '"');
    for (size_t i = 0; i < value.size; i++) {
        hex_format(value.data + i, 1, digits);
        buf_append(json->out, digits, 2);
    }
    buf_append_byte(json->out, '"');
}

void bk_json_bank(struct bk_json *json, const char *key, bank_code value) {
    char text[BANK_CODE_TEXT_SIZE] = "";
    if (value != 0)
        bank_code_format(value, text);
    bk_json_string(json, key, text);
}

void bk_json_list(struct bk_json *json, const char *key) {
    key_of(json, key);
    put(json, "[");
    json->comma = false;
}

void bk_json_object(struct bk_json *json) {
    put(json, json->comma ? ",{" : "{");
    json->comma = false;
}

void bk_json_object_end(struct bk_json *json) {
    put(json, "}");
    json->comma = true;
}

void bk_json_list_end(struct bk_json *json) {
    put(json, "]");
    json->comma = true;
}

void bk_json_end(struct bk_json *json) {
    put(json, "}\n");
}
