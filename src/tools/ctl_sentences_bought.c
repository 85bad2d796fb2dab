/*
 * What happened, in a sentence for each event of an order's, a loan's and a card's life.
 *
 * Invariant: as in ctl_sentences.c: every event of the state tables has its sentence.
 */
#include <string.h>

#include "domain/card.h"
#include "domain/loan_state.h"
#include "domain/product_order_state.h"
#include "tools/ctl_story.h"

static const char *const order_sentences[PRODUCT_ORDER_EVENTS] = {
    [PRODUCT_ORDER_EVENT_CREATE] =
        "{Who} placed it; link, suitability, version, amount and quota were checked.",
    [PRODUCT_ORDER_EVENT_FUND] =
        "The transfer that pays it went out; the instruction places it at the issuer as well.",
    [PRODUCT_ORDER_EVENT_REFUSE] = "The gateway refused it: a rule stood against it.",
    [PRODUCT_ORDER_EVENT_DEADLINE] = "It was not paid for in time.",
    [PRODUCT_ORDER_EVENT_PLACE] = "Its payment was posted: the issuer has the money and the order.",
    [PRODUCT_ORDER_EVENT_OPEN] =
        "Its payment was posted: the issuer has the money, the deposit is open.",
    [PRODUCT_ORDER_EVENT_NOT_PAID] = "Its payment was refused: nothing was paid.",
    [PRODUCT_ORDER_EVENT_BARRED] =
        "Its payment was cancelled before it was posted, and never will be: nothing was paid.",
    [PRODUCT_ORDER_EVENT_NOT_SEEN] =
        "The bank that was to post its payment never saw it, and never will: nothing was paid.",
    [PRODUCT_ORDER_EVENT_CONFIRM] = "{Who} confirmed units and price.",
    [PRODUCT_ORDER_EVENT_REFUSED] = "{Who} refused it after it was paid: the money must come back.",
    [PRODUCT_ORDER_EVENT_CANCEL] = "{Who} took the cancellation: the money must come back.",
    [PRODUCT_ORDER_EVENT_LAPSE] =
        "{Who} said that the sale did not come about: the money must come back.",
    [PRODUCT_ORDER_EVENT_REFUNDED] = "All of the money is back with the customer.",
    [PRODUCT_ORDER_EVENT_REDEEM] = "{Who} asked for units to be redeemed or withdrawn.",
    [PRODUCT_ORDER_EVENT_REDEEM_REFUSED] = "{Who} refused the redemption; the units stay.",
    [PRODUCT_ORDER_EVENT_MATURE] = "Its term was over: the payout of all is due.",
    [PRODUCT_ORDER_EVENT_PAID_PART] = "A payout was accepted; units are left.",
    [PRODUCT_ORDER_EVENT_PAID_ALL] = "A payout was accepted, and no units are left.",
    [PRODUCT_ORDER_EVENT_CANCEL_ASKED] = "{Who} asked to cancel it.",
    [PRODUCT_ORDER_EVENT_CANCEL_REFUSED] = "{Who} refused the cancellation; the order stands.",
    [PRODUCT_ORDER_EVENT_TAKEN] = "{Who} took the redemption; its payout is due.",
    [PRODUCT_ORDER_EVENT_PAYOUT] = "{Who} sent a payout, on its way by transfer {about}.",
    [PRODUCT_ORDER_EVENT_PAYOUT_FAILED] =
        "The payout by transfer {about} did not arrive: it is due again.",
    [PRODUCT_ORDER_EVENT_INCOME] = "A payout of income was accepted; it took no units.",
    [PRODUCT_ORDER_EVENT_RETURNED] = "A part of the money is back with the customer.",
    [PRODUCT_ORDER_EVENT_UNANSWERED] =
        "No answer came in time. What became of it is not known until there is one.",
    [PRODUCT_ORDER_EVENT_LATE] = "What was due had not come; that was alarmed.",
    [PRODUCT_ORDER_EVENT_CONFLICT] =
        "A bank contradicted its first answer. The first one stands, and nothing moved.",
};

static const char *const loan_sentences[LOAN_EVENTS] = {
    [LOAN_EVENT_OFFER] = "{Who} invited the customer to apply.",
    [LOAN_EVENT_APPLY] =
        "{Who} sent the customer's application, with consent and an authorisation for each lender.",
    [LOAN_EVENT_APPROVE] = "{Who} approved; no lender's word was missing any more.",
    [LOAN_EVENT_DECLINE] = "{Who} declined.",
    [LOAN_EVENT_CANCEL] = "{Who} ended it before anything was drawn.",
    [LOAN_EVENT_DEADLINE] = "The time for what it waited for was over.",
    [LOAN_EVENT_DRAW] =
        "{Who} sent a draw; the other lender's share is on its way by transfer {about}.",
    [LOAN_EVENT_DRAWN] = "The draw was booked: interest runs on it.",
    [LOAN_EVENT_DRAW_FAILED] = "The draw was not booked: nothing was lent by it.",
    [LOAN_EVENT_OVERDUE] = "An instalment was not paid, and its days of grace were over.",
    [LOAN_EVENT_CAUGHT_UP] = "What was overdue is paid, or told anew.",
    [LOAN_EVENT_SETTLED] = "Nothing is owed any more.",
    [LOAN_EVENT_DECIDED] = "{Who} approved; the other lender had not decided yet.",
    [LOAN_EVENT_REPAY] =
        "{Who} sent a repayment; the other lender's share is on its way by transfer {about}.",
    [LOAN_EVENT_REPAYMENT] = "The repayment was booked.",
    [LOAN_EVENT_REPAY_FAILED] = "The repayment was not booked: what was owed stays owed.",
    [LOAN_EVENT_RETURNED] = "A draw came back, since it could not be paid out: it is not owed.",
    [LOAN_EVENT_STATUS] = "{Who} told the instalments anew.",
    [LOAN_EVENT_WAIVED] = "{Who} waived interest.",
    [LOAN_EVENT_WRITTEN_OFF] =
        "{Who} wrote it off: it can still be repaid, and no longer keeps its link open.",
    [LOAN_EVENT_UNANSWERED] =
        "No answer came in time. What became of it is not known until there is one.",
    [LOAN_EVENT_CONFLICT] =
        "A bank contradicted its first answer. The first one stands, and nothing moved.",
};

static const char *const card_sentences[CARD_EVENTS] = {
    [CARD_EVENT_APPLY] = "{Who} sent the customer's application; the Class I bank was asked.",
    [CARD_EVENT_TAKEN] = "{Who} took the application.",
    [CARD_EVENT_ISSUED] = "{Who} issued a card: it has a number, and cannot be used yet.",
    [CARD_EVENT_DISPATCHED] = "{Who} mailed the card, or laid it ready.",
    [CARD_EVENT_LOST] = "{Who} said that the card was lost on its way.",
    [CARD_EVENT_ACTIVATED] = "{Who} said that the customer activated the card in person.",
    [CARD_EVENT_REFUSED] = "{Who} refused the application.",
    [CARD_EVENT_UNANSWERED] =
        "No answer came in time: the Class I bank may have the application or not.",
    [CARD_EVENT_CANCEL] = "{Who} cancelled it for the customer.",
    [CARD_EVENT_EXPIRE] = "It was not activated in time.",
};

const char *ctl_order_sentence(const char *event) {
    for (int i = 0; i < PRODUCT_ORDER_EVENTS; i++) {
        if (strcmp(product_order_event_name((enum product_order_event)i), event) == 0)
            return order_sentences[i];
    }
    return NULL;
}

const char *ctl_loan_sentence(const char *event) {
    for (int i = 0; i < LOAN_EVENTS; i++) {
        if (strcmp(loan_event_name((enum loan_event)i), event) == 0)
            return loan_sentences[i];
    }
    return NULL;
}

const char *ctl_card_sentence(const char *event) {
    for (int i = 0; i < CARD_EVENTS; i++) {
        if (strcmp(card_event_name((enum card_event)i), event) == 0)
            return card_sentences[i];
    }
    return NULL;
}
