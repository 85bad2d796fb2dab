/*
 * The row that holds from the beginning. Values marked P in DOMAIN.md are ours to choose.
 *
 * Invariant: it is never edited, so that a replay decides as it did: a change is a document that is
 * loaded (domain/rulebook.h).
 */
#include "domain/rules.h"

#include "domain/calendar.h"
#include "domain/window.h"

static const struct rules compiled = {
    .effective_from_ms = 0,
    .code_tries = 3,
    .codes_per_link = 5,
    .code_lifetime_max_ms = 10LL * 60 * 1000,
    .verifications_per_day = 5,
    .authentication_wait_ms = 30LL * 60 * 1000,
    .activation_wait_ms = 183 * DAY_MS,
    .request_age_max_ms = 7 * DAY_MS,
    .request_ahead_max_ms = 5LL * 60 * 1000,
    .verify_timeout_ms = 30 * 1000,
    .verify_timeout_min_ms = 1000,
    .verify_timeout_max_ms = 120 * 1000,
    .challenge_timeout_ms = 10 * 1000,
    .challenge_timeout_min_ms = 1000,
    .challenge_timeout_max_ms = 60 * 1000,
    .unanswered_per_bank = 65536, /* all windows of 16 connections */
    .transfer_timeout_ms = 10 * 1000,
    .transfer_timeout_min_ms = 100,
    .transfer_timeout_max_ms = 60 * 1000,
    .query_timeout_ms = 5 * 1000,
    .query_timeout_min_ms = 1000,
    .query_timeout_max_ms = 30 * 1000,
    .questions_per_bank = 4096,
    .class2_per_person_and_bank = 5,
    .class3_per_person_and_bank = 5,
    .links_per_class2_account = 5,
    .links_per_class1_account = 32,
    .cool_down_ms = DAY_MS,
    .cool_down_cap_fen = 1000000, /* one day of the II-OUT bucket */
    .recheck_after_ms = 180 * DAY_MS,
    .recheck_timeout_ms = 60LL * 1000,
    .recheck_again_ms = DAY_MS,
    .credit_due_ms = 60LL * 1000,
    .unknown_alarm_ms = {5LL * 60 * 1000, 60LL * 60 * 1000, DAY_MS},
    .freeze_cancels_max = 1024,
    .event_keep_ms = 30 * DAY_MS,
    .events_per_bank = 10000,
    .case_due_ms = 3 * DAY_MS,
    .approval_wait_ms = DAY_MS,
    .approvals_waiting_max = 256,
    .unmask_read_ms = 15LL * 60 * 1000,
    .settlement = SETTLEMENT_BILATERAL,
    .lead_share_floor = 3000,
    .products = {[PRODUCT_WEALTH] = {1},
                 [PRODUCT_FUND] = {1},
                 [PRODUCT_DEPOSIT] = {1},
                 [PRODUCT_LOAN] = {1}},
    .assessment_days = 365,
    .deposits_through_others = 0, /* a bank's deposits are taken in its own channels */
    .order_grace_ms = 2LL * 60 * 60 * 1000,
    .loan_decision_wait_ms = 7 * DAY_MS,
    .loan_draw_wait_ms = 30 * DAY_MS,
    /* Third parties, cash, bills and loans go over other systems until somebody turns them on. */
    .kinds = {[TRANSFER_BOUND_PAIR] = {.enabled = true},
              [TRANSFER_PAYMENT] = {.enabled = true},
              [TRANSFER_RETURN] = {.enabled = true},
              [TRANSFER_ORDER_BUY] = {.enabled = true},
              [TRANSFER_ORDER_PAYOUT] = {.enabled = true},
              [TRANSFER_LOAN_REPAYMENT] = {.enabled = true}},
    .buckets =
        {[BUCKET_CLASS_II] =
             {[BUCKET_IN] = {1000000, 20000000}, [BUCKET_OUT] = {1000000, 20000000}},
         [BUCKET_CLASS_III] = {[BUCKET_IN] = {500000, 10000000}, [BUCKET_OUT] = {200000, 5000000}}},
};

const struct rules *rules_compiled(void) {
    return &compiled;
}
