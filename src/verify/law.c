/*
 * The laws by name, and each in a sentence.
 */
#include "verify/verify.h"

static const struct {
    const char *name, *text;
} laws[LAWS] = {
    [LAW_ROWS] = {"rows", "every row checks, decodes and belongs to a known table"},
    [LAW_I1] = {"I1", "nets sum to zero for each currency and window"},
    [LAW_I2] =
        {"I2",
         "each net follows from the accepted transfers of its window, and what was carried over"},
    [LAW_I3] = {"I3", "each reservation follows from the open transfers; none is negative"},
    [LAW_I4] = {"I4", "each history is a path to the object's state, with at most one end"},
    [LAW_I5] = {"I5", "a request has at most one effect"},
    [LAW_I6] = {"I6", "a request's digest is that of what was received"},
    [LAW_I7] = {"I7", "a stored answer does not change"},
    [LAW_I8] = {"I8", "each limit counter is the sum of what counts in it, within its limit"},
    [LAW_I9] = {"I9", "amounts are positive and bounded; no sum wraps"},
    [LAW_I10] = {"I10", "no sum mixes currencies"},
    [LAW_I11] = {"I11", "an active link joins one person's accounts at two banks, once"},
    [LAW_I12] = {"I12", "the log has no gap and gives the present rows when it is replayed"},
    [LAW_I13] = {"I13", "every notice that is owed stands or was acknowledged, without gap"},
    [LAW_I14] = {"I14", "time never goes back"},
    [LAW_I15] = {"I15", "indexes and objects match one to one"},
    [LAW_I16] = {"I16", "an order's money and product are in states that go together"},
    [LAW_I17] =
        {"I17",
         "each accepted transfer and booked adjustment is in one window, that was open then"},
    [LAW_I18] = {"I18", "at rest nothing is reserved and nothing waits to be told"},
    [LAW_I19] = {"I19", "every sealed field opens in its place"},
    [LAW_I20] = {"I20",
                 "each net that is settled was so by both banks' word, or by operators' order"},
};

const char *law_name(enum law law) {
    return laws[law].name;
}

const char *law_text(enum law law) {
    return laws[law].text;
}
