/*
 * What happened, in a sentence for each event of a link's and a transfer's life.
 *
 * Invariant: every event of the state tables has its sentence (tests/tools goes through them all).
 * Reasons are added behind it, and the state that it led to, by whoever prints it.
 */
#include <string.h>

#include "domain/link.h"
#include "domain/transfer.h"
#include "tools/ctl_story.h"

static const char *const link_sentences[LINK_EVENTS] = {
    [LINK_EVENT_REQUEST] = "{Who} asked for the link, with the customer's consent and agreement.",
    [LINK_EVENT_ASKED] = "The gateway asked the Class I bank to verify the customer's elements.",
    [LINK_EVENT_NOT_ACTIVATED] =
        "{Who} said that the Class I account is not activated yet; that is done in person.",
    [LINK_EVENT_RESUME] = "{Who} went on with fresh elements of the customer.",
    [LINK_EVENT_VERIFIED] =
        "{Who} said that all elements match, and that the account is Class I and open.",
    [LINK_EVENT_MISMATCH] = "The verification failed: {Who} ended it.",
    [LINK_EVENT_CODE_RIGHT] = "{Who} said that the customer's one-time code was right.",
    [LINK_EVENT_CODE_TOO_MANY] = "The one-time code was answered wrongly too often ({Who}).",
    [LINK_EVENT_DEADLINE] = "The time for what it waited for was over.",
    [LINK_EVENT_HOLD] = "{Who} placed hold {about}: the link is suspended in what the hold blocks.",
    [LINK_EVENT_HOLDS_LIFTED] = "{Who} lifted hold {about}, the last one.",
    [LINK_EVENT_CLOSE] = "{Who} ended the link: no new business, and what is open runs off.",
    [LINK_EVENT_AGREEMENT_END] = "The agreement's last day was over.",
    [LINK_EVENT_RUN_OFF] = "Nothing was open any more.",
    [LINK_EVENT_CARD_REFUSED] = "{Who} reported that the card was refused or cancelled.",
    [LINK_EVENT_ACTIVATED] =
        "{Who} reported the account's activation; the Class II bank was told to go on.",
    [LINK_EVENT_CODE_SENT] = "{Who} sent the customer one-time code {about}.",
    [LINK_EVENT_CODE_WRONG] = "{Who} said that the customer's code was wrong; tries are left.",
    [LINK_EVENT_AMEND_ASKED] =
        "{Who} asked for a wider scope or limit, which waits for the customer's code.",
    [LINK_EVENT_AMENDED] = "Scopes and limits were changed ({Who}).",
    [LINK_EVENT_AMEND_DROPPED] = "The amendment that waited for its code was dropped ({Who}).",
    [LINK_EVENT_HOLD_LIFTED] = "{Who} lifted hold {about}; others stand.",
    [LINK_EVENT_RECHECKED] =
        "{Who} was asked again about the bound account, and all was as it had been.",
    [LINK_EVENT_REVERIFYING] =
        "{Who} sent fresh elements of the customer, which are with the Class I bank.",
    [LINK_EVENT_REVERIFIED] = "{Who} said that the fresh elements match.",
    [LINK_EVENT_REVERIFY_FAILED] = "The fresh elements were not confirmed ({Who}).",
    [LINK_EVENT_REPORTED] = "{Who} reported a change of the account.",
};

static const char *const transfer_sentences[TRANSFER_EVENTS] = {
    [TRANSFER_EVENT_RECEIVE] = "{Who} submitted it.",
    [TRANSFER_EVENT_RESERVE] =
        "The gateway checked link, limits and exposure, and reserved the amount.",
    [TRANSFER_EVENT_REFUSE] = "The gateway refused it: a rule stood against it.",
    [TRANSFER_EVENT_INSTRUCT] = "The gateway instructed the other bank to post it.",
    [TRANSFER_EVENT_POSTED] = "{Who} said that it has posted it: that is final.",
    [TRANSFER_EVENT_REFUSED] = "{Who} refused to post it; the reservation was released.",
    [TRANSFER_EVENT_BARRED] = "{Who} said that it never posted it, or undid it, and never will: it "
                              "is barred for ever, and "
                              "the reservation was released.",
    [TRANSFER_EVENT_DEADLINE] =
        "No answer came in time. The outcome is not known, and the amount stays reserved.",
    [TRANSFER_EVENT_STEP_UP] = "{Who} asked its customer to confirm it there first.",
    [TRANSFER_EVENT_CANCEL_ASKED] =
        "{Who} asked to cancel it: the instructed bank was told to bar it, or to say that it was "
        "posted.",
    [TRANSFER_EVENT_CREDITED] = "{Who} confirmed that its customer has the money.",
    [TRANSFER_EVENT_CREDIT_LATE] =
        "The creditor's bank had not confirmed its customer's credit in time; that was alarmed.",
    [TRANSFER_EVENT_CONFLICT] = "{Who} contradicted its first answer. The first one stands, "
                                "nothing moved, and case {about} "
                                "was opened.",
    [TRANSFER_EVENT_RETURNED] = "Return {about} of it was accepted.",
};

const char *ctl_link_sentence(const char *event) {
    for (int i = 0; i < LINK_EVENTS; i++) {
        if (strcmp(link_event_name((enum link_event)i), event) == 0)
            return link_sentences[i];
    }
    return NULL;
}

const char *ctl_transfer_sentence(const char *event) {
    for (int i = 0; i < TRANSFER_EVENTS; i++) {
        if (strcmp(transfer_event_name((enum transfer_event)i), event) == 0)
            return transfer_sentences[i];
    }
    return NULL;
}
