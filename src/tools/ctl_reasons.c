/*
 * What ISO 20022 status reasons mean, for people. Banks may send others, which are shown as they
 * are.
 */
#include <string.h>

#include "tools/ctl_story.h"

static const struct {
    char code[REASON_SIZE];
    const char *meaning;
} reasons[] = {
    {"AB05", "no answer of the creditor's bank in time"},
    {"AB06", "no answer of the instructed bank in time"},
    {"AB07", "the other bank is offline"},
    {"AB08", "the creditor's bank is offline"},
    {"AB11", "no answer of the debtor's bank in time"},
    {"AC01", "the account number is wrong"},
    {"AC02", "the debtor's account number is wrong"},
    {"AC03", "the creditor's account number is wrong"},
    {"AC04", "the account is closed"},
    {"AC05", "the debtor's account is closed"},
    {"AC06", "the account is blocked"},
    {"AC07", "the creditor's account is closed"},
    {"AC13", "the debtor's account is of the wrong class"},
    {"AC14", "the creditor's account is of the wrong class"},
    {"AC16", "the card number is wrong"},
    {"AG01", "not allowed for this kind of account or role"},
    {"AG03", "this kind of transfer is not enabled"},
    {"AG08", "the right or scope is not granted"},
    {"AG10", "the bank is suspended"},
    {"AG11", "the other bank is suspended"},
    {"AGNT", "decided by the bank that was asked"},
    {"AM01", "the amount is zero"},
    {"AM02", "the amount is above the limit of one transfer"},
    {"AM03", "the currency is not accepted"},
    {"AM04", "insufficient funds"},
    {"AM06", "the amount is below the minimum"},
    {"AM07", "blocked by a court"},
    {"AM09", "more is returned than was received"},
    {"AM10", "control totals do not agree"},
    {"AM12", "the amount is negative or too great"},
    {"AM14", "an agreed limit of the link is reached"},
    {"AM21", "a limit is exceeded"},
    {"AM23", "the net debit cap, or the liquidity, is reached"},
    {"ARDT", "it was returned already"},
    {"BE01", "holder and account do not match"},
    {"CNOR", "the creditor's bank is not known"},
    {"CUST", "the customer wished it"},
    {"DNOR", "the debtor's bank is not known"},
    {"DS02", "cancelled by order"},
    {"DT01", "the date is not valid"},
    {"DUPL", "the same id was used for something else"},
    {"ED05", "the settlement failed"},
    {"ED06", "the gateway could not do it"},
    {"FF08", "a field is missing or malformed"},
    {"FR01", "fraud is suspected"},
    {"MD01", "there is no such link, or it does not allow it now"},
    {"MD02", "data of the link is missing"},
    {"MD07", "the customer has died"},
    {"MS02", "not said by the customer's side"},
    {"MS03", "not said by the bank"},
    {"NOCM", "the customer's identity must be verified again"},
    {"NOOR", "there is no original"},
    {"RR04", "a limit of the account's class is reached"},
    {"TM01", "after the cut-off"},
};

const char *ctl_reason_meaning(const char *code) {
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (strcmp(reasons[i].code, code) == 0)
            return reasons[i].meaning;
    }
    return NULL;
}
