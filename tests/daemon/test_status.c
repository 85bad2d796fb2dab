/*
 * What a status tells beside the engine's figures: the latest alarms, and what expires soon.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "daemon/admin_inquiry.h"
#include "daemon/admin_message.h"
#include "session/stage.h"

#define DAY_MS 86400000LL
#define NOW_MS 1700000000000

static struct stage stage;
static struct admin_alarms alarms;

static int open_stage(void **state) {
    (void)state;
    stage_open(&stage);
    memset(&alarms, 0, sizeof(alarms));
    return 0;
}

static int close_stage(void **state) {
    (void)state;
    stage_close(&stage);
    return 0;
}

static admin_reply *answer(const struct admin_inquiry *inquiry, const struct tls_expiry *expiry) {
    struct admin_scene scene = {.name = "here",
                                .wall_ms = NOW_MS,
                                .expiry = *expiry,
                                .front = stage.front,
                                .store_free_bytes = 17,
                                .log_free_bytes = 18,
                                .alarms = &alarms};
    struct buf out;
    struct span body;
    size_t used;
    buf_init(&out);
    admin_inquiry_answer(inquiry, &scene, &out);
    assert_int_equal(frame_next(buf_span(&out), &body, &used), 0);
    admin_reply *reply = linkgate__admin__v1__reply__unpack(NULL, body.size, body.data);
    buf_deinit(&out);
    assert_non_null(reply);
    assert_int_equal(reply->result_case, ADMIN_RESULT(STATUS));
    return reply;
}

static void the_latest_alarms_are_told(void **state) {
    (void)state;
    static const struct tls_expiry far = {NOW_MS + 365 * DAY_MS, 0, INT64_MAX};
    static const uint64_t counts[] = {0, 1, ADMIN_ALARMS_MAX, ADMIN_ALARMS_MAX + 3};
    struct admin_inquiry *inquiry = admin_inquiry_new(ADMIN_STATUS, 1, 2);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        while (alarms.count < counts[i]) {
            struct effect effect = {.text = "something", .bank = BANK_A};
            admin_alarms_add(&alarms, &effect, (int64_t)alarms.count);
        }
        admin_reply *reply = answer(inquiry, &far);
        const admin_status *status = reply->status;
        size_t shown = counts[i] < ADMIN_ALARMS_MAX ? counts[i] : ADMIN_ALARMS_MAX;
        assert_int_equal(status->alarms, counts[i]);
        assert_int_equal(status->n_recent_alarms, shown);
        for (size_t j = 0; j < shown; j++)
            assert_int_equal(status->recent_alarms[j]->at_ms, counts[i] - shown + j);
        assert_int_equal(status->n_expiring, 0);
        assert_int_equal(status->store_free_bytes, 17);
        assert_int_equal(status->log_free_bytes, 18);
        linkgate__admin__v1__reply__free_unpacked(reply, NULL);
    }
    free(inquiry);
}

static void what_expires_within_a_month_is_told(void **state) {
    (void)state;
    struct tls_expiry own = {NOW_MS + 20 * DAY_MS, 0, NOW_MS - DAY_MS};
    struct admin_inquiry *inquiry = admin_inquiry_new(ADMIN_STATUS, 1, 2);
    static const int64_t days[] = {5, 30, 31};
    for (size_t i = 0; i < 3; i++)
        inquiry->expiring[i] = (struct admin_expiring){
            .what = "PIN", .bank = BANK_A, .expires_at_ms = NOW_MS + days[i] * DAY_MS};
    inquiry->expiring_count = 3;
    admin_reply *reply = answer(inquiry, &own);
    static const char *const wanted[] = {"CRL", "PIN", "CERTIFICATE", "PIN"};
    assert_int_equal(reply->status->n_expiring, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(reply->status->expiring[i]->what, wanted[i]);
    assert_int_equal(reply->status->expiring[1]->bank, BANK_A);
    assert_int_equal(reply->status->expiring[1]->pin.len, DIGEST_SIZE);
    assert_int_equal(reply->status->expiring[2]->pin.len, 0);
    linkgate__admin__v1__reply__free_unpacked(reply, NULL);

    /* full of what is sooner still: no more than fit */
    for (size_t i = 0; i < ADMIN_STATUS_EXPIRING_MAX; i++)
        inquiry->expiring[i] = inquiry->expiring[0];
    inquiry->expiring_count = ADMIN_STATUS_EXPIRING_MAX;
    reply = answer(inquiry, &own);
    assert_int_equal(reply->status->n_expiring, ADMIN_STATUS_EXPIRING_MAX);
    assert_string_equal(reply->status->expiring[0]->what, "CRL");
    linkgate__admin__v1__reply__free_unpacked(reply, NULL);
    free(inquiry);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_latest_alarms_are_told, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(what_expires_within_a_month_is_told, open_stage,
                                        close_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
