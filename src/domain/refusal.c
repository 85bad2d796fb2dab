/*
 * The one table of refusals: what a partner's program gets (reason, detail, retry) and what its
 * people read (text).
 *
 * Invariants: every code has its row; a text says what to do and is the same for every request, so
 * that no name, number or amount of anyone can get into it. A refusal is retried under the same id
 * only if it was made before the ledger recorded that id. What is refused, and which field is to
 * blame, is decided elsewhere.
 */
#include "domain/refusal.h"

#include "util/fatal.h"

#define ROW(name, reason, detail, retry, text)                                                     \
    [REFUSAL_##name] = {REFUSAL_##name, reason, detail, text, RETRY_##retry}

static const struct refusal_row rows[] = {
    ROW(NONE, "", "NONE", NONE, "Nothing was refused."),
    ROW(UNSUPPORTED, "", "UNSUPPORTED", NEVER,
        "This version of the protocol has no such message. Compare the versions that Hello "
        "agreed on."),
    ROW(MALFORMED, "FF08", "MALFORMED", NEVER,
        "The payload is not a message of the envelope's kind. Encode it again from the "
        "published schema."),
    ROW(FIELD_MISSING, "FF08", "FIELD_MISSING", NEVER,
        "A required field is missing. Fill in the field named and send it under a new request "
        "id."),
    ROW(FIELD_INVALID, "FF08", "FIELD_INVALID", NEVER,
        "A field's value is not allowed. Correct the field named and send it under a new "
        "request id."),
    ROW(FIELD_UNKNOWN, "FF08", "FIELD_UNKNOWN", NEVER,
        "The message has a field that this version does not know. Leave it out, or agree on a "
        "newer version in Hello."),
    ROW(WINDOW, "", "WINDOW", SAME_ID_LATER,
        "More requests are in flight than the window allows. Wait for answers, then send the "
        "same request again."),
    ROW(BUSY, "ED06", "BUSY", SAME_ID_LATER,
        "The gateway has no room for new work at present. Wait, then send the same request "
        "again."),
    ROW(NOT_GRANTED, "AG08", "NOT_GRANTED", NEVER,
        "Your bank may not send this kind of message. Ask the gateway's operator for the "
        "right."),
    ROW(ROLE, "AG01", "ROLE", NEVER,
        "Your bank lacks the role that this needs. Ask the gateway's operator to register the "
        "role."),
    ROW(BANK_CODE_DEBTOR, "DNOR", "BANK_CODE_DEBTOR", NEVER,
        "The debtor's bank code is wrong or not registered. Check its twelve digits."),
    ROW(BANK_CODE_CREDITOR, "CNOR", "BANK_CODE_CREDITOR", NEVER,
        "The creditor's bank code is wrong or not registered. Check its twelve digits."),
    ROW(ACCOUNT, "AC01", "ACCOUNT", NEVER,
        "The account number is not well-formed. Check it with the customer."),
    ROW(ACCOUNT_DEBTOR, "AC02", "ACCOUNT_DEBTOR", NEVER,
        "The debtor's account number is not well-formed. Check it with the customer."),
    ROW(ACCOUNT_CREDITOR, "AC03", "ACCOUNT_CREDITOR", NEVER,
        "The creditor's account number is not well-formed. Check it with the customer."),
    ROW(AMOUNT_ZERO, "AM01", "AMOUNT_ZERO", NEVER,
        "The amount is zero. Send an amount of at least one fen."),
    ROW(AMOUNT_NEGATIVE, "AM12", "AMOUNT_NEGATIVE", NEVER,
        "The amount is negative, or so large that what the banks owe with it cannot be counted "
        "any more. Send a positive and smaller one; a return is a transfer of its own."),
    ROW(CURRENCY, "AM03", "CURRENCY", NEVER,
        "This currency is not handled here. Send the amount in CNY."),
    ROW(BANK_SUSPENDED, "AG10", "BANK_SUSPENDED", NEVER,
        "Your bank, or the certificate of this session, is not active. Ask the gateway's "
        "operator."),
    ROW(PEER_SUSPENDED, "AG11", "PEER_SUSPENDED", NEVER,
        "The other bank is not active at this gateway. Tell the customer; the gateway's "
        "operator knows until when."),
    ROW(REPLAY_TOO_OLD, "DT01", "REPLAY_TOO_OLD", NEVER,
        "The request id is dated more than 7 days back or 5 minutes ahead. Check your clock; "
        "for an older request, ask for the object's state."),
    ROW(DUPLICATE, "DUPL", "DUPLICATE", NEVER,
        "This request id was used before with other content. Ask for the first request's "
        "state; use a new id for a new request."),
    ROW(CONSENT, "MD02", "CONSENT", NEVER,
        "The consent record is missing, or does not cover this. Obtain the customer's consent "
        "and send it along under a new request id."),
    ROW(NO_SUCH_LINK, "MD01", "NO_SUCH_LINK", NEVER,
        "Your bank has no link of that id. Check the id, or ask by the request id that opened "
        "it."),
    ROW(LINK_NOT_ACTIVE, "MD01", "LINK_NOT_ACTIVE", NEVER,
        "The link is not active. Ask for its state; the customer may have to finish linking "
        "or link anew."),
    ROW(LINK_SUSPENDED, "MD01", "LINK_SUSPENDED", NEVER,
        "The link is suspended. Wait for the notice that it is active again."),
    ROW(LINK_CLOSING, "MD01", "LINK_CLOSING", NEVER,
        "The link is being closed: only what is open still runs off. The customer can link "
        "anew."),
    ROW(LINK_EXISTS, "MD02", "LINK_EXISTS", NEVER,
        "These two accounts have a live link already. Use that one, or close it first."),
    ROW(LINK_STATE, "MD01", "LINK_STATE", NEVER,
        "The link's state does not allow this. Ask for its state and go on from there."),
    ROW(SCOPE, "AG08", "SCOPE", NEVER,
        "The customer has not granted this scope for the link. Have the customer widen it "
        "first."),
    ROW(KIND_DISABLED, "AG03", "KIND_DISABLED", NEVER,
        "This kind of transfer is not enabled here. Use another way, or ask the gateway's "
        "operator."),
    ROW(AGREED_LIMIT, "AM14", "AGREED", NEVER,
        "The amount is above what was agreed for one transfer of this link. Send less, or have "
        "the customer raise the limit."),
    ROW(AGREED_DAY, "AM14", "AGREED_DAY", NEW_ID,
        "The amount is above what is left of the daily amount agreed for this link. "
        "Send it tomorrow (Shanghai), or have the customer raise the limit."),
    ROW(AGREED_COUNT, "AM14", "AGREED_COUNT", NEW_ID,
        "The link has had as many transfers today as were agreed. Send it tomorrow "
        "(Shanghai), or have the customer raise the limit."),
    ROW(AGREED_YEAR, "AM14", "AGREED_YEAR", NEW_ID,
        "The amount is above what is left of the yearly amount agreed for this link. "
        "Send it next year (Shanghai), or have the customer raise the limit."),
    ROW(COOL_DOWN, "AM14", "COOL_DOWN", NEW_ID,
        "The bound account was changed less than a day ago, and no more may leave for "
        "it until then. Ask for the link to see until when."),
    ROW(SAME_BANK, "CNOR", "SAME_BANK", NEVER,
        "Both accounts are at the same bank. A link joins accounts at two banks."),
    ROW(SAME_ACCOUNT, "MD02", "SAME_ACCOUNT", NEVER,
        "This account is the one that is bound already. Name the new one."),
    ROW(COUNT_CLASS2, "AG01", "COUNT_CLASS_II", NEVER,
        "The person has as many Class II accounts of your bank linked as are allowed. "
        "Close a link first."),
    ROW(COUNT_CLASS3, "AG01", "COUNT_CLASS_III", NEVER,
        "The person has as many Class III accounts of your bank linked as are allowed. "
        "Close a link first."),
    ROW(COUNT_BOUND, "AG01", "COUNT_BOUND", NEVER,
        "This account has as many bound accounts as are allowed. Close one of its "
        "links, or rebind it."),
    ROW(COUNT_CLASS1, "AG01", "COUNT_CLASS_I", NEVER,
        "The Class I account has as many links as are allowed. The customer can close "
        "one of them first."),
    ROW(LIMITS_NEEDED, "MD02", "LIMITS", NEVER,
        "The scopes COLLECT and PAY need a single and a daily limit. Agree on them with "
        "the customer and send them along."),
    ROW(AGREEMENT, "MD02", "AGREEMENT", NEVER,
        "This widens what the customer allowed, and needs the agreement that the "
        "customer accepted for it. Send it along."),
    ROW(HOLDS, "MS03", "HOLDS", NEVER,
        "The link has as many holds as it may have. Lift one of them first."),
    ROW(NO_SUCH_HOLD, "MD01", "NO_SUCH_HOLD", NEVER,
        "The link has no such hold, or it has ended. Ask for the link to see its holds."),
    ROW(AUTHORITY, "AG08", "AUTHORITY", NEVER,
        "Only the authority that placed a hold may lift it, through the bank that "
        "placed it. Ask there."),
    ROW(HISTORY, "MS03", "HISTORY", NEVER,
        "This object has been changed as often as it may be. Close the link and open a "
        "new one."),
    ROW(NO_SUCH_ACCOUNT, "AC01", "NO_SUCH_ACCOUNT", NEVER,
        "No live link has this account of your bank. Check the number; there is nothing "
        "to do here otherwise."),
    ROW(PERSON, "BE01", "PERSON", NEVER,
        "This is another person than the one the link is of. Check the ID number with "
        "the customer."),
    ROW(PAYMENT, "AG03", "PAYMENT", NEVER,
        "Transfers of this kind do not go this way: the table of kinds says which bank submits "
        "them, as a push or a pull. Submit it so."),
    ROW(MERCHANT, "FF08", "MERCHANT", NEVER,
        "A payment names its creditor (name, account) and the merchant (name, id), and "
        "other kinds name neither merchant nor the creditor's bank. Complete it."),
    ROW(BANK_OFFLINE, "AB07", "BANK_OFFLINE", NEW_ID,
        "The bank that must act is not connected. Try again later under a new request id."),
    ROW(BANK_OFFLINE_CREDITOR, "AB08", "BANK_OFFLINE_CREDITOR", NEW_ID,
        "The creditor's bank is not connected. Try again later under a new request id."),
    ROW(UNANSWERED, "ED06", "UNANSWERED", NEW_ID,
        "The bank that must act has too many transfers that it did not answer. Try again later "
        "under a new request id."),
    ROW(TIMEOUT_INSTRUCTED, "AB06", "TIMEOUT_INSTRUCTED", NEW_ID,
        "The instructed bank did not answer in time. Try again later under a new request id."),
    ROW(TIMEOUT_DEBTOR, "AB11", "TIMEOUT_DEBTOR", NEW_ID,
        "The debtor's bank did not answer in time. Try again later under a new request id."),
    ROW(NO_SUCH_TRANSFER, "NOOR", "NO_SUCH_TRANSFER", NEVER,
        "Your bank has no transfer of that id. Check the id, or ask by the request id that "
        "submitted it."),
    ROW(NOT_YOURS, "AG08", "NOT_YOURS", NEVER,
        "This is not for your bank to answer or confirm. Check which object was meant."),
    ROW(TRANSFER_STATE, "MS03", "TRANSFER_STATE", NEVER,
        "The transfer's state does not allow this. Ask for its state and go on from there."),
    ROW(POSTED, "AGNT", "POSTED", NEVER,
        "The other bank has posted it, so it cannot be cancelled. Ask that bank for a "
        "return."),
    ROW(RETURNED, "ARDT", "RETURNED", NEVER,
        "It was posted, and all of it has been returned already. There is nothing left "
        "to cancel."),
    ROW(RETURN_EXCEEDS, "AM09", "RETURN_EXCEEDS", NEVER,
        "The returns of this transfer would be more than the transfer itself. Ask for "
        "it to see what was returned."),
    ROW(RETURN_OF_RETURN, "AG03", "RETURN_OF_RETURN", NEVER,
        "A return cannot be returned. Send the money as a new transfer."),
    ROW(STEP_UP, "MS03", "STEP_UP", NEVER,
        "Only a debit that waits for your bank can be put off until the customer "
        "confirms. Ask for its state."),
    ROW(QUESTIONS, "ED06", "QUESTIONS", NEW_ID,
        "Your bank has too many questions about accounts without an answer. Ask again "
        "later."),
    ROW(NO_SUCH_CASE, "NOOR", "NO_SUCH_CASE", NEVER,
        "Your bank has no case of that id. Check the id."),
    ROW(CASE_EXISTS, "MS03", "CASE_EXISTS", NEVER,
        "A case on this subject is open for this transfer already. Go on with that one."),
    ROW(CASE_STATE, "MS03", "CASE_STATE", NEVER,
        "The case's state does not allow this. Ask for it and go on from there."),
    ROW(CASE_FULL, "MS03", "CASE_FULL", NEVER,
        "The case holds as many entries as it may. Close it and open another one."),
    ROW(CASE_ROLE, "AG08", "CASE_ROLE", NEVER,
        "The owner of a case answers it, and the bank that opened it asks on or closes "
        "it. Check who must act."),
    ROW(NO_CHALLENGE, "MS02", "NO_CHALLENGE", NEVER,
        "No one-time code is out for this link. Have a new one sent."),
    ROW(CODE_WRONG, "MS02", "CODE_WRONG", NEVER,
        "The one-time code is wrong. Let the customer type it again and send that under a new "
        "request id."),
    ROW(CODE_EXPIRED, "MS02", "CODE_EXPIRED", NEVER,
        "The one-time code is no longer good. Have a new one sent."),
    ROW(CODE_TOO_MANY, "MS02", "CODE_TOO_MANY", NEVER,
        "Too many wrong one-time codes; the link is rejected. The customer can start a new "
        "link."),
    ROW(TRIES, "BE01", "TRIES", NEVER,
        "Too many verifications of this account or person. Start again after 24 hours."),
    ROW(MISMATCH, "BE01", "MISMATCH", NEVER,
        "Holder and account do not match at the account's bank. Have the customer check what "
        "was typed."),
    ROW(CLASS_DEBTOR, "AC13", "CLASS_DEBTOR", NEVER,
        "The debtor's account is not of a class that this needs. Use an account of the right "
        "class."),
    ROW(CLASS_CREDITOR, "AC14", "CLASS_CREDITOR", NEVER,
        "The creditor's account is not of a class that this needs. Use an account of the "
        "right class."),
    ROW(CHALLENGE_NOT_SENT, "MS03", "NOT_SENT", NEW_ID,
        "The account's bank could not send the one-time code. Try again under a new request "
        "id."),
    ROW(FROZEN, "ED06", "FROZEN", NEVER,
        "This object is held back after an internal error. The gateway's operator must "
        "release it; ask there."),
    ROW(INVARIANT, "ED06", "INVARIANT", NEVER,
        "The gateway refused this because of an internal error, and changed nothing. Ask the "
        "gateway's operator."),
    ROW(QUARANTINED, "ED06", "QUARANTINED", NEVER,
        "This request is set aside after an internal error. The gateway's operator must "
        "decide on it; ask there."),
    ROW(BANK_EXISTS, "DUPL", "BANK_EXISTS", NEVER,
        "A bank of that code is registered already. List the banks, and change that entry "
        "instead."),
    ROW(NO_SUCH_BANK, "DNOR", "NO_SUCH_BANK", NEVER,
        "No bank of that code is registered. List the banks to find the right code."),
    ROW(NO_SUCH_OBJECT, "MD01", "NO_SUCH_OBJECT", NEVER,
        "There is no object of that kind and id. List the objects to find the right id."),
    ROW(NOT_FROZEN, "MS03", "NOT_FROZEN", NEVER,
        "The object is not frozen, so there is nothing to release. Show it to see its state."),
    ROW(BANK_STATE, "MS03", "BANK_STATE", NEVER,
        "The bank is in that state already. Show it to see."),
    ROW(PINS, "MS03", "PINS", NEVER,
        "The bank has two pins already. Remove the one that is no longer used first."),
    ROW(PIN_EXISTS, "DUPL", "PIN_EXISTS", NEVER,
        "This pin is registered already, for this bank or another. Every bank has keys "
        "of its own."),
    ROW(NO_SUCH_PIN, "MD01", "NO_SUCH_PIN", NEVER,
        "The bank has no such pin. Show the bank to see its pins."),
    ROW(NO_SUCH_APPROVAL, "MD01", "NO_SUCH_APPROVAL", NEVER,
        "No order of that id waits for a second person. List the approvals."),
    ROW(SAME_PERSON, "AG08", "SAME_PERSON", NEVER,
        "Who requested an order cannot approve it. Another operator must."),
    ROW(APPROVAL_STATE, "MS03", "APPROVAL_STATE", NEVER,
        "This order was decided already, or waited too long. Show it to see; request it "
        "anew if it is still wanted."),
    ROW(APPROVALS, "MS03", "APPROVALS", NEVER,
        "Too many orders wait for a second person. Have some of them approved or "
        "rejected first."),
    ROW(NOT_REQUESTER, "AG08", "NOT_REQUESTER", NEVER,
        "Only who asked for the account numbers may read them. Ask for them yourself."),
    ROW(BANK_HELD, "AG10", "BANK_HELD", SAME_ID_LATER,
        "The gateway was restored to a state older than what your bank has seen. Nothing "
        "new is taken in until that is reconciled; the gateway's operator knows more."),
    ROW(PEER_HELD, "AG11", "PEER_HELD", NEW_ID,
        "Nothing new goes to the other bank until the gateway is reconciled with it. Try "
        "again later under a new request id."),
    ROW(TOTALS, "AM10", "TOTALS", NEVER,
        "The list's rows are not those that its header counts and adds up. Nothing of it was "
        "kept; make it anew."),
    ROW(CLASS, "AG01", "CLASS", NEVER,
        "An account of this class, opened in this way, may not do this. Go by way of the bound "
        "account, or have the customer confirm the account in person."),
    ROW(NOT_FUNDED, "AG01", "NOT_FUNDED", NEVER,
        "A Class III account takes money from others only once money came in from the bound "
        "account. Let the customer pay in from there first."),
    ROW(AMOUNT_ABOVE, "AM02", "AMOUNT_ABOVE", NEVER,
        "The amount is above the largest that this kind of transfer may have. Send less."),
    ROW(AMOUNT_BELOW, "AM06", "AMOUNT_BELOW", NEVER,
        "The amount is below the smallest that this kind of transfer may have. Send more."),
    ROW(BUCKET, "RR04", "BUCKET", NEW_ID,
        "The limit of the account's class for the day or the year is used up. limit says which, "
        "what is left and when it begins anew; pay from the bound account, or later under a new "
        "request id."),
    ROW(FALLBACK, "AG03", "FALLBACK", NEVER,
        "The Class I account paid this over its bank's own rails, and nothing is owed between "
        "the two banks. That bank pays a refund over the same rails."),
    ROW(RULES, "FF08", "RULES", NEVER,
        "These rules cannot be put into force as they stand. Correct the named field and load "
        "the document again."),
    ROW(RULES_PAST, "DT01", "RULES_PAST", NEVER,
        "These rules begin today or earlier. Let them begin tomorrow or later: what was in "
        "force is never changed."),
    ROW(CAP, "AM23", "CAP", NEW_ID,
        "The debtor's bank would owe more than its net debit cap, or than its cap towards this "
        "bank, allows. Try again later under a new request id."),
    ROW(LIQUIDITY, "AM23", "LIQUIDITY", NEW_ID,
        "The bank has not paid in enough to cover this besides what it owes and takes out "
        "already. Look at its position, and try again later under a new request id."),
    ROW(FUNDS_STATE, "MS03", "FUNDS_STATE", NEVER,
        "This payment was confirmed or cancelled already. List the payments to see."),
    ROW(NO_SUCH_ADJUSTMENT, "NOOR", "NO_SUCH_ADJUSTMENT", NEVER,
        "Your bank has no adjustment of that id. Look at the case for the right one."),
    ROW(ADJUSTMENT_EXISTS, "MS03", "ADJUSTMENT_EXISTS", NEVER,
        "An adjustment of this case waits for the other bank's word. Accept, reject or withdraw "
        "that one first."),
    ROW(ADJUSTMENT_STATE, "MS03", "ADJUSTMENT_STATE", NEVER,
        "This adjustment has come to its end. Ask for it to see how; propose another one if it is "
        "still wanted."),
    ROW(ADJUSTMENT_ROLE, "AG08", "ADJUSTMENT_ROLE", NEVER,
        "Who proposed an adjustment cannot accept it: both banks must agree. The other bank "
        "accepts; yours may withdraw it."),
    ROW(ADJUSTMENTS, "MS03", "ADJUSTMENTS", NEVER,
        "This case has had as many adjustments as a case may have. Open another case for what is "
        "left."),
    ROW(NO_SUCH_WINDOW, "NOOR", "NO_SUCH_WINDOW", NEVER,
        "There is no settlement window of that number. Ask for the open one to see how far "
        "they go."),
    ROW(WINDOW_STATE, "MS03", "WINDOW_STATE", NEVER,
        "The settlement window's state does not allow this. Ask for it and go on from there."),
    ROW(NO_SUCH_NET, "NOOR", "NO_SUCH_NET", NEVER,
        "These two banks have no net in that settlement window. Ask for the window to see "
        "its nets."),
    ROW(NET_SETTLED, "MS03", "NET_SETTLED", NEVER,
        "This net is settled already. Ask for the window to see by which payment."),
    ROW(SETTLEMENT_AMOUNT, "AM09", "SETTLEMENT_AMOUNT", NEVER,
        "This is not the net of the two banks in that window. Ask for the window, and "
        "confirm exactly its net."),
    ROW(SETTLEMENT_REFERENCE, "MS03", "SETTLEMENT_REFERENCE", NEVER,
        "The other bank named the payment by another reference. Clear up which is right; "
        "either bank can confirm again."),
    ROW(SETTLEMENT_FUNDS, "ED05", "SETTLEMENT_FUNDS", NEVER,
        "This bank has not paid in what it owes in the window, so that nothing of it was settled. "
        "Let it pay in, settle the nets one by one, or abort the window."),
    ROW(NO_SUCH_CARD, "NOOR", "NO_SUCH_CARD", NEVER,
        "Your bank has no application for a card of that id. Check the id in the answer to "
        "ApplyCard or AskCard."),
    ROW(CARD_EXISTS, "MS03", "CARD_EXISTS", NEVER,
        "An application of this person for a card of that bank is open. Wait for its end, or "
        "cancel it first."),
    ROW(CARD_STATE, "MS03", "CARD_STATE", NEVER,
        "The application's state does not allow this. Ask for it (GetCard) and go on from there."),
    ROW(CARD_NUMBER, "AC16", "CARD_NUMBER", NEVER,
        "This is no card number, or the one that was lost. Send the 13 to 19 digits of the new "
        "card, its check digit right."),
    ROW(EVENTS, "ED06", "EVENTS", NEW_ID,
        "Too many events and referrals wait for that bank to acknowledge them. Send it under a new "
        "id when that bank has been connected."),
    ROW(NO_SUCH_PRODUCT, "NOOR", "NO_SUCH_PRODUCT", NEVER,
        "The catalogue has no product of that code that your bank may see, or no such version of "
        "it. List the products."),
    ROW(PRODUCT_CHANGED, "MS03", "PRODUCT_CHANGED", NEVER,
        "The product has changed since that version. product_version is the present one: look at "
        "it, and ask anew under a new request id."),
    ROW(PRODUCT_STATE, "MS03", "PRODUCT_STATE", NEVER,
        "The product's state does not allow this. One that is withdrawn stays so; publish a new "
        "one under another code."),
    ROW(PRODUCT_TERMS, "MS03", "PRODUCT_TERMS", NEVER,
        "The terms change, and the digest of their text does not. Send the digest of the text that "
        "customers will agree to from now on."),
    ROW(PRODUCT_QUOTA, "MS03", "PRODUCT_QUOTA", NEVER,
        "More than this quota is sold or reserved already. Set one that covers that, or suspend "
        "the product."),
    ROW(PRODUCT_BANKS, "MS03", "PRODUCT_BANKS", NEVER,
        "A product names at most 64 banks in its life, those that it no longer names included. "
        "Publish one of another code for the others."),
    ROW(PRODUCT_LIFE, "MS03", "PRODUCT_LIFE", NEVER,
        "This product has as many versions as one may have: it can be withdrawn, and nothing "
        "else. Publish one of another code."),
    ROW(LEAD_SHARE, "MS03", "LEAD_SHARE", NEVER,
        "The lead lender's share is below the floor that the rules set. Raise it."),
    ROW(KIND_INTERNAL, "AG03", "KIND_INTERNAL", NEVER,
        "This money moves with an order or a loan alone. Send what moves it: PlaceOrder or Payout, "
        "DrawLoan or RepayLoan."),
    ROW(PERSON_MAXIMUM, "MS03", "PERSON_MAXIMUM", NEVER,
        "With this the person would have more of the product than one may. Ask for less, or wait "
        "until some of it has ended."),
    ROW(NO_SUCH_LOAN, "NOOR", "NO_SUCH_LOAN", NEVER,
        "There is no loan of that id that your bank lends along. List the loans of the link."),
    ROW(LOAN_STATE, "MS03", "LOAN_STATE", NEVER,
        "The loan's state does not allow this, or another draw or repayment of it is on its way. "
        "Ask for the loan (GetLoan) and go on from there."),
    ROW(NO_SUCH_ORDER, "NOOR", "NO_SUCH_ORDER", NEVER,
        "Your bank has no order of that id. Check the id in the answer to PlaceOrder."),
    ROW(ORDER_STATE, "MS03", "ORDER_STATE", NEVER,
        "The order's state does not allow this. Ask for it and go on from there."),
    ROW(NOT_ON_SALE, "MS03", "NOT_ON_SALE", NEVER,
        "The product is not sold now: it is suspended or withdrawn, or its sale has not begun "
        "or is over. Look at it, and offer another one."),
    ROW(PRODUCT_DISABLED, "AG03", "PRODUCT_DISABLED", NEVER,
        "Products of this kind are not sold here. Offer another one, or ask the gateway's "
        "operator."),
    ROW(DISTRIBUTOR, "AG08", "DISTRIBUTOR", NEVER,
        "The product's issuer does not name your bank among those that sell it. Ask that "
        "bank."),
    ROW(DEPOSIT_CHANNEL, "AG01", "DEPOSIT_CHANNEL", NEVER,
        "A deposit is opened in its issuer's own channel. Lead the customer there."),
    ROW(SUITABILITY, "MS03", "SUITABILITY", NEVER,
        "The customer's level is below the product's risk, was not assessed in the last year, "
        "or other terms were accepted: the field says which. Assess anew, or offer another "
        "product."),
    ROW(INCREMENT, "AM12", "INCREMENT", NEVER,
        "The amount is not the product's smallest one and whole steps above that. Look at the "
        "product's terms."),
    ROW(QUOTA, "MS03", "QUOTA", NEW_ID,
        "Less is left of the product than this. Order less, or try again under a new request "
        "id: what others ordered may come back."),
    ROW(OWN_ACCOUNT, "AG03", "OWN_ACCOUNT", NEVER,
        "Product and account are both your bank's: there is nothing to do for the gateway. "
        "Place the order in your own systems."),
    ROW(ORDER_EXCEEDED, "AM09", "ORDER_EXCEEDED", NEVER,
        "More is confirmed than was ordered. Ask for the order, and confirm at most its "
        "amount."),
    ROW(WORTH, "AM12", "WORTH", NEVER,
        "Units times price, rounded half up to the fen, is not the amount: right_fen is. Send "
        "that under a new request id."),
    ROW(CUT_OFF, "TM01", "CUT_OFF", NEVER,
        "The cut-off of the order's day has passed. Wait for its confirmation, and redeem it "
        "then."),
    ROW(UNITS, "AM04", "UNITS", NEVER,
        "These are more units than the customer holds, or not those that are due. Look at the "
        "order."),
    ROW(LOAN_LIMIT, "AM14", "LOAN_LIMIT", NEVER,
        "This is more than may still be drawn. right_fen says how much may."),
    ROW(LOAN_ABOVE, "AM09", "LOAN_ABOVE", NEVER,
        "This is more than is owed. right_fen says how much is."),
    ROW(INTEREST, "AM09", "INTEREST", NEVER,
        "This is not the interest that is charged with this repayment. right_fen says how much "
        "is. Compare days, rate and rounding, or ask first (QuoteRepayment)."),
    ROW(INSTALMENTS, "AM10", "INSTALMENTS", NEVER,
        "The instalments are not what is owed of the principal: right_fen says how much that is. "
        "They are positive, and their days ascend."),
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) == REFUSAL_CODES, "a row for every code");

const struct refusal_row *refusal_row(enum refusal_code code) {
    ENSURE((unsigned)code < REFUSAL_CODES);
    return &rows[code];
}

const struct refusal_row *refusal_at(size_t index) {
    /* The row of REFUSAL_NONE is no refusal. */
    return index < REFUSAL_CODES - 1 ? &rows[index + 1] : NULL;
}
