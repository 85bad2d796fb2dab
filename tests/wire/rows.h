/*
 * Tables of one change each to a golden message, and what the codec says to it.
 */
#ifndef LG_TESTS_WIRE_ROWS_H
#define LG_TESTS_WIRE_ROWS_H

#include "wire/edit.h"
#include "wire/goldens.h"

#define X10 "xxxxxxxxxx"
#define X32 X10 X10 X10 "xx"
#define X35 X32 "xxx"
#define X64 X32 X32
#define X128 X64 X64
#define X140 X128 "xxxxxxxxxxxx"
#define X280 X140 X140
#define UUID "\x01\x90\xa0\0\0\0\x70\0\x80\0\0\0\0\0\0"
#define ZERO15 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define ID_15 "\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11"
#define ID_16 ID_15 "\x11"

struct row {
    enum command_kind kind;
    unsigned path[EDIT_DEPTH];
    struct edit edit;
    enum refusal_code code; /* NONE: passes */
    const char *field;
};

/* hex: the message that is changed; NULL: the golden one of each row's kind. */
void check_rows(const struct row *rows, size_t count, const char *hex);

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]), NULL)
#define CHECK_OF(rows, hex) check_rows(rows, sizeof(rows) / sizeof((rows)[0]), hex)

#define REQUEST_ID(kind)                                                                           \
    {kind, {1}, DROP, REFUSAL_FIELD_MISSING, "request_id"},                                        \
        {kind, {1}, BYTES(""), REFUSAL_FIELD_MISSING, "request_id"},                               \
        {kind, {1}, BYTES(UUID), REFUSAL_FIELD_INVALID, "request_id"},                             \
        {kind, {1}, BYTES(UUID "\1\2"), REFUSAL_FIELD_INVALID, "request_id"},                      \
        {kind, {1}, BYTES(ZERO15 "\0"), REFUSAL_FIELD_INVALID, "request_id"}, {                    \
        kind, {1}, BYTES(ID_16), REFUSAL_FIELD_INVALID, "request_id"                               \
    } /* no UUIDv7 */
/* What is there must be an id. */
#define ANY_ID(kind, number, name)                                                                 \
    {kind, {number}, BYTES(ID_15), REFUSAL_FIELD_INVALID, name},                                   \
        {kind, {number}, BYTES(ID_15 "\x11\x11"), REFUSAL_FIELD_INVALID, name}, {                  \
        kind, {number}, BYTES(ZERO15 "\0"), REFUSAL_FIELD_INVALID, name                            \
    }
#define OBJECT_ID(kind, number, name)                                                              \
    {kind, {number}, DROP, REFUSAL_FIELD_MISSING, name}, ANY_ID(kind, number, name)
#define NO_ID_OR_ANY(kind, number, name)                                                           \
    {kind, {number}, DROP, REFUSAL_NONE, ""}, {kind, {number}, BYTES(ID_16), REFUSAL_NONE, ""},    \
        ANY_ID(kind, number, name)
#define REASON(kind, number, name)                                                                 \
    {kind, {number}, DROP, REFUSAL_FIELD_MISSING, name},                                           \
        {kind, {number}, BYTES("cust"), REFUSAL_FIELD_INVALID, name},                              \
        {kind, {number}, BYTES("MS003"), REFUSAL_FIELD_INVALID, name},                             \
        {kind, {number}, BYTES("MS0"), REFUSAL_FIELD_INVALID, name},                               \
        {kind, {number}, BYTES("MS03\0"), REFUSAL_FIELD_INVALID, name}, {                          \
        kind, {number}, BYTES("MS03"), REFUSAL_NONE, ""                                            \
    }
#define AMOUNT_OF(kind, number)                                                                    \
    {kind, {number}, DROP, REFUSAL_FIELD_MISSING, "amount"},                                       \
        {kind, {number, 1}, DROP, REFUSAL_AMOUNT_ZERO, "amount.fen"},                              \
        {kind, {number, 1}, NUMBER(0), REFUSAL_AMOUNT_ZERO, "amount.fen"},                         \
        {kind, {number, 1}, NUMBER(-1), REFUSAL_AMOUNT_NEGATIVE, "amount.fen"},                    \
        {kind, {number, 1}, NUMBER(INT64_MIN), REFUSAL_AMOUNT_NEGATIVE, "amount.fen"},             \
        {kind, {number, 1}, NUMBER(INT64_MAX), REFUSAL_NONE, ""},                                  \
        {kind, {number, 2}, DROP, REFUSAL_CURRENCY, "amount.currency"},                            \
        {kind, {number, 2}, BYTES("USD"), REFUSAL_CURRENCY, "amount.currency"},                    \
        {kind, {number, 2}, BYTES("cny"), REFUSAL_CURRENCY, "amount.currency"}, {                  \
        kind, {number, 2}, BYTES("CNY\0"), REFUSAL_CURRENCY, "amount.currency"                     \
    }

#endif
