/*
 * Checks and masks for text from outside.
 */
#ifndef LG_UTIL_TEXT_H
#define LG_UTIL_TEXT_H

#include <stdbool.h>

#include "util/bytes.h"

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF). */
bool text_is_utf8(struct span text);
/* UTF-8 without NUL, C0 and C1 controls, DEL, and without the bidirectional marks and line
 * separators (U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069) that would forge what a person
 * reads. Rare Chinese characters up to U+10FFFF are right. */
bool text_is_clean(struct span text);
/* In place: each byte that begins no clean character becomes '?'. For words to people that repeat
 * what somebody else wrote; never for what is stored or sent. */
void text_make_clean(char *text);
/* ASCII digits only, and at least one. */
bool text_is_digits(struct span text);

#define MASK_TEXT_SIZE 16
/* "****1234": the last four bytes of an ASCII number; fewer than eight bytes give "****". */
void text_mask(struct span number, char text_out[MASK_TEXT_SIZE]);

#endif
