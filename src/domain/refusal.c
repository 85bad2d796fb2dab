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
        "The amount is negative or cannot be represented. Send a positive amount; a return is "
        "a transfer of its own."),
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
        "The amount or count is above what was agreed for this link. Send less, or have the "
        "customer raise the limit."),
    ROW(NET_DEBIT_CAP, "AM23", "CAP", NEW_ID,
        "The debtor's bank has reached its net debit cap. Try again later under a new request "
        "id."),
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
