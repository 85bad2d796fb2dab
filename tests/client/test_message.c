/*
 * The helpers around messages: refusals read and cut, request ids, outcomes in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <linkgate/linkgate.h>

#include "util/id.h"
#include "wire/message.h"

static int decode(const struct refusal *refusal, struct lg_refusal *refusal_out) {
    struct buf payload = {NULL, 0, 0};
    message_encode_refusal(refusal, &payload);
    int outcome = lg_refusal_decode(lg_bytes_of(payload.data, payload.size), refusal_out);
    buf_deinit(&payload);
    return outcome;
}

static void reads_every_refusal_whole(void **state) {
    const struct refusal_row *row;
    (void)state;
    for (size_t i = 0; (row = refusal_at(i)) != NULL; i++) {
        const struct refusal refusal = {.code = row->code, .field = "amount.fen", .replayed = true};
        struct lg_refusal read;
        assert_int_equal(decode(&refusal, &read), 0);
        assert_string_equal(read.reason, row->reason);
        assert_string_equal(read.detail, row->detail);
        assert_string_equal(read.text, row->text);
        assert_string_equal(read.field, "amount.fen");
        assert_int_equal(read.retry, row->retry);
        assert_true(read.replayed);
    }
}

/* Of field 2, detail, with 47 bytes of room. */
static void read_detail(const char *detail, struct lg_refusal *read) {
    uint8_t bytes[256] = {0x12, (uint8_t)strlen(detail)};
    memcpy(bytes + 2, detail, strlen(detail));
    assert_int_equal(lg_refusal_decode(lg_bytes_of(bytes, 2 + strlen(detail)), read), 0);
}

#define TEN "0123456789"

static void cuts_between_characters(void **state) {
    struct lg_refusal read;
    (void)state;
    read_detail(TEN TEN TEN TEN "0123456", &read);
    assert_string_equal(read.detail, TEN TEN TEN TEN "0123456");
    read_detail(TEN TEN TEN TEN "01234567", &read);
    assert_string_equal(read.detail, TEN TEN TEN TEN "0123456");
    read_detail(TEN TEN TEN TEN "01234\xe5\xbc\xa0", &read);
    assert_string_equal(read.detail, TEN TEN TEN TEN "01234");
    read_detail(TEN TEN TEN TEN "0123\xe5\xbc\xa0z", &read);
    assert_string_equal(read.detail, TEN TEN TEN TEN "0123\xe5\xbc\xa0");
}

static void says_what_it_cannot_read(void **state) {
    struct lg_refusal read;
    (void)state;
    assert_int_equal(lg_refusal_decode(lg_bytes_of("\xff", 1), &read), LG_UNREADABLE);
    assert_int_equal(lg_refusal_decode(lg_bytes_of(NULL, 0), &read), 0);
    assert_string_equal(read.reason, "");
}

static void makes_request_ids(void **state) {
    uint8_t ids[2][LG_ID_SIZE];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct id id;
        lg_request_id(ids[i]);
        assert_true(id_from_span(span_of(ids[i], LG_ID_SIZE), &id));
        assert_true(uuid7_is(&id));
    }
    assert_memory_not_equal(ids[0], ids[1], LG_ID_SIZE);
}

static void has_words_for_each_outcome(void **state) {
    (void)state;
    for (int outcome = LG_FAILED; outcome <= LG_UNREADABLE + 1; outcome++) {
        assert_true(strlen(lg_outcome_text(outcome)) > 0);
        for (int other = 0; other < outcome && outcome <= LG_UNREADABLE; other++)
            assert_string_not_equal(lg_outcome_text(outcome), lg_outcome_text(other));
    }
    assert_true(strlen(lg_version()) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_refusal_whole),  cmocka_unit_test(cuts_between_characters),
        cmocka_unit_test(says_what_it_cannot_read),   cmocka_unit_test(makes_request_ids),
        cmocka_unit_test(has_words_for_each_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
