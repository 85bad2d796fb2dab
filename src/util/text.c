/*
 * Checks of text from outside: one decoder of UTF-8, on which both checks stand.
 *
 * What comes in is never repaired, normalised or shortened: it is right or it is refused. Only what
 * is shown to people, and may repeat what was refused, is made fit for a terminal.
 */
#include "util/text.h"

#include <stdio.h>
#include <string.h>

#define MASK_SHOWN 4
#define MASK_SHORTEST 8

/* Length of the sequence that starts with lead, 0 if none does. */
static size_t sequence_length(uint8_t lead) {
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* Takes one code point off the front; false when it is not well-formed. */
static bool next_point(struct span *rest, uint32_t *point_out) {
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t lead = rest->data[0];
    size_t length = sequence_length(lead);
    if (length == 0 || length > rest->size)
        return false;
    uint32_t point = length == 1 ? lead : lead & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((rest->data[i] & 0xc0) != 0x80)
            return false;
        point = point << 6 | (rest->data[i] & 0x3fU);
    }
    bool surrogate = point >= 0xd800 && point <= 0xdfff;
    if (point < smallest[length] || point > 0x10ffff || surrogate)
        return false;
    rest->data += length;
    rest->size -= length;
    *point_out = point;
    return true;
}

static bool point_is_clean(uint32_t point) {
    if (point < 0x20 || (point >= 0x7f && point <= 0x9f))
        return false;
    if (point == 0x200e || point == 0x200f)
        return false;
    return !(point >= 0x2028 && point <= 0x202e) && !(point >= 0x2066 && point <= 0x2069);
}

bool text_is_utf8(struct span text) {
    uint32_t point;
    while (text.size > 0) {
        if (!next_point(&text, &point))
            return false;
    }
    return true;
}

bool text_is_clean(struct span text) {
    uint32_t point;
    while (text.size > 0) {
        if (!next_point(&text, &point) || !point_is_clean(point))
            return false;
    }
    return true;
}

void text_make_clean(char *text) {
    struct span rest = span_text(text);
    for (char *at = text; rest.size > 0; at = text + (rest.data - (const uint8_t *)text)) {
        struct span behind = rest;
        uint32_t point;
        if (next_point(&behind, &point) && point_is_clean(point)) {
            rest = behind;
            continue;
        }
        *at = '?';
        rest = span_of(rest.data + 1, rest.size - 1);
    }
}

bool text_is_digits(struct span text) {
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    }
    return text.size > 0;
}

void text_mask(struct span number, char text_out[MASK_TEXT_SIZE]) {
    char shown[MASK_SHOWN + 1] = "";
    if (number.size >= MASK_SHORTEST)
        memcpy(shown, number.data + number.size - MASK_SHOWN, MASK_SHOWN);
    snprintf(text_out, MASK_TEXT_SIZE, "****%s", shown);
}
