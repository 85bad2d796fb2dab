/*
 * The shapes and check digits of bank codes, ID numbers, card and account numbers, mobiles and
 * reason codes.
 *
 * Invariant: a text is right in every character or refused; nothing is trimmed, padded or
 * normalised, but for the lower-case x of an ID number. Whether a bank, an account or a person of
 * that number exists is for the registry and the banks to say, so region codes and issuers'
 * prefixes are not looked at.
 */
#include "domain/identifier.h"

#include <string.h>

#include "domain/calendar.h"
#include "util/text.h"

#define CARD_DIGITS_MIN 13
#define CARD_DIGITS_MAX 19
#define MOBILE_DIGITS 11
#define REASON_LENGTH (REASON_SIZE - 1)
#define RESIDENT_BODY_DIGITS (RESIDENT_ID_SIZE - 1)
#define RESIDENT_BIRTH_AT 6 /* six digits of region, then YYYYMMDD */

static unsigned digit_at(struct span text, size_t at) {
    return (unsigned)(text.data[at] - '0');
}

static struct span front(struct span text, size_t size) {
    return span_of(text.data, size);
}

static bool is_digits_or_capitals(struct span text) {
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z'))
            return false;
    }
    return true;
}

/* ISO 7064 MOD 11,10 over all digits but the last. */
static unsigned bank_code_check_digit(struct span text) {
    unsigned product = 10;
    for (size_t i = 0; i + 1 < text.size; i++) {
        unsigned sum = (product + digit_at(text, i)) % 10;
        if (sum == 0)
            sum = 10;
        product = sum * 2 % 11;
    }
    return (11 - product) % 10;
}

bool bank_code_parse(struct span text, bank_code *code_out) {
    if (text.size != BANK_CODE_DIGITS || !text_is_digits(text) ||
        digit_at(text, BANK_CODE_DIGITS - 1) != bank_code_check_digit(text))
        return false;
    bank_code code = 0;
    for (size_t i = 0; i < text.size; i++)
        code = code * 10 + digit_at(text, i);
    if (code == 0) /* stands for "no bank" */
        return false;
    *code_out = code;
    return true;
}

void bank_code_format(bank_code code, char text_out[BANK_CODE_TEXT_SIZE]) {
    for (size_t i = BANK_CODE_DIGITS; i > 0; i--) {
        text_out[i - 1] = (char)('0' + code % 10);
        code /= 10;
    }
    text_out[BANK_CODE_DIGITS] = '\0';
}

/* ISO 7064 MOD 11-2. */
static char resident_check(struct span body) {
    static const unsigned weights[RESIDENT_BODY_DIGITS] = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                                                           3, 7, 9,  10, 5, 8, 4, 2};
    unsigned sum = 0;
    for (size_t i = 0; i < RESIDENT_BODY_DIGITS; i++)
        sum += weights[i] * digit_at(body, i);
    return "10X98765432"[sum % 11];
}

static int number_at(struct span text, size_t at, size_t count) {
    int number = 0;
    for (size_t i = at; i < at + count; i++)
        number = number * 10 + (int)digit_at(text, i);
    return number;
}

bool resident_id_parse(struct span text, int64_t now_ms, char canonical_out[RESIDENT_ID_SIZE + 1]) {
    if (text.size != RESIDENT_ID_SIZE || !text_is_digits(front(text, RESIDENT_BODY_DIGITS)))
        return false;
    char check = (char)text.data[RESIDENT_BODY_DIGITS];
    if (check == 'x')
        check = 'X';
    if (check != resident_check(text))
        return false;
    struct civil_date birth = {
        .year = number_at(text, RESIDENT_BIRTH_AT, 4),
        .month = number_at(text, RESIDENT_BIRTH_AT + 4, 2),
        .day = number_at(text, RESIDENT_BIRTH_AT + 6, 2),
    };
    if (!civil_valid(birth) || day_from_civil(birth) > shanghai_day(now_ms))
        return false;
    memcpy(canonical_out, text.data, RESIDENT_BODY_DIGITS);
    canonical_out[RESIDENT_BODY_DIGITS] = check;
    canonical_out[RESIDENT_ID_SIZE] = '\0';
    return true;
}

bool card_number_valid(struct span text) {
    if (text.size < CARD_DIGITS_MIN || text.size > CARD_DIGITS_MAX || !text_is_digits(text))
        return false;
    unsigned sum = 0;
    for (size_t i = 0; i < text.size; i++) {
        /* Luhn doubles every second digit, counted from the check digit. */
        bool doubled = (text.size - i) % 2 == 0;
        unsigned value = digit_at(text, i) * (doubled ? 2U : 1U);
        sum += value > 9 ? value - 9 : value;
    }
    return sum % 10 == 0;
}

bool account_number_valid(struct span text) {
    return text.size >= ACCOUNT_NUMBER_MIN && text.size <= ACCOUNT_NUMBER_MAX &&
           is_digits_or_capitals(text);
}

bool mobile_valid(struct span text) {
    return text.size == MOBILE_DIGITS && text_is_digits(text) && text.data[0] == '1' &&
           text.data[1] >= '3';
}

bool reason_code_valid(struct span text) {
    return text.size == REASON_LENGTH && is_digits_or_capitals(text);
}
