/*
 * The shapes of links, transfers, cases and their histories.
 *
 * Invariant: no field here holds a whole account number, but for the one shape that two people asked
 * for, or a person's name.
 */
#include "tools/ctl_shape_macros.h"

const struct ctl_shape ctl_shape_history = {
    "history", "A step in an object's life.",
    (const struct ctl_field[]){
        ONE(HistoryRow, "index", COUNT32, index, "in the whole life, from 0"),
        ONE(HistoryRow, "at", TIME, at_ms, "ledger time"),
        ONE(HistoryRow, "event", WORD, event, "what happened: an event of docs/protocol.md"),
        ONE(HistoryRow, "state", WORD, state, "the state that it led to, or left as it was"),
        ONE(HistoryRow, "cause", WORD, cause, "REQUEST, ANSWER, DEADLINE, OPERATOR, RULE or RECON"),
        ONE(HistoryRow, "by", BANK, by,
            "the bank whose doing it was; null: the gateway's or an "
            "operator's"),
        ONLY(HistoryRow, "uid", COUNT32, uid, "cause=OPERATOR", "the operator, or null"),
        ONE(HistoryRow, "two", FLAG, two, "a second operator approved it"),
        ONLY(HistoryRow, "approver", COUNT32, approver, "two", "who; null: nobody had to"),
        ONE(HistoryRow, "reason", TEXT, reason, "ISO 20022 code"),
        ONE(HistoryRow, "about", HEX, about, "the hold, challenge, return or case concerned"),
        ONE(HistoryRow, "sequence", COUNT, sequence, "of the command that caused it"), END}};

const struct ctl_shape ctl_shape_limits = {
    "limits", "Agreed limits; 0 is none of that sort.",
    (const struct ctl_field[]){CNY, ONE(Limits, "single_fen", FEN, single_fen, "of one transfer"),
                               ONE(Limits, "daily_fen", FEN, daily_fen, "of a day in Shanghai"),
                               ONE(Limits, "daily_count", COUNT32, daily_count, "transfers a day"),
                               ONE(Limits, "yearly_fen", FEN, yearly_fen, "of a calendar year"),
                               END}};

static const struct ctl_shape hold = {
    "hold", "A hold on a link.",
    (const struct ctl_field[]){
        ONE(HoldRow, "id", HEX, id, ""),
        ONE(HoldRow, "authority", WORD, authority, "BANK, CUSTOMER, OPERATOR, COURT or GATEWAY"),
        ONE(HoldRow, "by", BANK, by, "the bank that placed it, or whose report made it"),
        ONE(HoldRow, "blocks", BLOCKS, blocks,
            "DEBIT_CLASS1, CREDIT_CLASS1, DEBIT_CLASS2, CREDIT_CLASS2, ORDERS"),
        ONE(HoldRow, "reason", TEXT, reason, "ISO 20022 code"),
        ONE(HoldRow, "reference", TEXT, reference, "of operators' holds only"),
        ONE(HoldRow, "placed_at", TIME, placed_at_ms, ""),
        ONE(HoldRow, "expires_at", TIME, expires_at_ms, "null: until it is lifted"), END}};

static const struct ctl_shape amendment = {
    "amendment", "A wider scope or limit that waits for the customer's code.",
    (const struct ctl_field[]){
        ONE(Amendment, "scopes", SCOPES, scopes, "as of *link detail*"),
        OBJECT(Amendment, "limits", limits, ctl_shape_limits, ""),
        ONE(Amendment, "agreement_version", TEXT, agreement_version, "of the new agreement"),
        ONE(Amendment, "agreement_channel", TEXT, agreement_channel, ""),
        ONE(Amendment, "agreement_at", TIME, agreement_at_ms, ""),
        ONE(Amendment, "expires_at", TIME, expires_at_ms, "when it is dropped without a code"),
        END}};

static const struct ctl_shape evidence = {
    "evidence", "What the Class I bank said when it was asked about the account.",
    (const struct ctl_field[]){
        ONE(Evidence, "name", WORD, name, "MATCH, MISMATCH, or NONE: it did not say"),
        ONE(Evidence, "id_number", WORD, id_number, "likewise"),
        ONE(Evidence, "mobile", WORD, mobile, "likewise"),
        ONE(Evidence, "account", WORD, account, "likewise"),
        ONE(Evidence, "account_class", COUNT32, account_class, "1 to 3; 0: it did not say"),
        ONE(Evidence, "status", WORD, status, "of the account: OPEN, CLOSED, ..."),
        ONE(Evidence, "joint", FLAG, joint, ""), ONE(Evidence, "credit", FLAG, credit, ""),
        ONE(Evidence, "minor", FLAG, minor, ""),
        ONE(Evidence, "at", TIME, at_ms, "when it said so"),
        ONE(Evidence, "verification", HEX, verification, "the question's id"),
        ONE(Evidence, "answer_sha256", HEX, answer_sha256, "of the exact answer"),
        ONE(Evidence, "pin", HEX, pin, "of the session that it came on"), END}};

static const struct ctl_shape exchange = {
    "exchange", "A request of the gateway's that a bank has not answered.",
    (const struct ctl_field[]){
        ONE(Exchange, "message", WORD, message, "its kind"), ONE(Exchange, "id", HEX, id, ""),
        ONE(Exchange, "bank", BANK, bank, "that must answer"),
        ONE(Exchange, "bank_online", FLAG, bank_online, "it has a session"),
        ONE(Exchange, "deadline_at", TIME, deadline_ms, "null: it is asked until it answers"),
        ONE(Exchange, "again_min_ms", COUNT32, again_min_ms,
            "first pause before it is sent again; 0: it is not"),
        ONE(Exchange, "again_max_ms", COUNT32, again_max_ms, "longest pause"), END}};

static const struct ctl_shape challenge = {
    "challenge", "The one-time code that is out.",
    (const struct ctl_field[]){
        ONE(Challenge, "id", HEX, id, ""), ONE(Challenge, "expires_at", TIME, expires_at_ms, ""),
        ONE(Challenge, "attempts", COUNT32, attempts, "codes checked, or being checked"),
        ONE(Challenge, "issued", COUNT32, issued, "codes sent for this link"), END}};

static const struct ctl_shape usage = {
    "usage", "What counts against the link's limits now.",
    (const struct ctl_field[]){CNY, ONE(Usage, "day_fen", FEN, day_fen, ""),
                               ONE(Usage, "day_count", COUNT32, day_count, ""),
                               ONE(Usage, "year_fen", FEN, year_fen, ""),
                               ONE(Usage, "cool_down_fen", FEN, cool_down_fen,
                                   "left the Class II account during the cool-down"),
                               END}};

const struct ctl_shape ctl_shape_link = {
    "link", "A link, as lists show it.",
    (const struct ctl_field[]){
        ONE(LinkRow, "id", HEX, id, ""),
        ONE(LinkRow, "state", WORD, state, "a state of docs/protocol.md"),
        ONE(LinkRow, "frozen", FLAG, frozen, "refuses all until an operator unfreezes it"),
        ONE(LinkRow, "reason", TEXT, reason, "ISO 20022 code of REJECTED, EXPIRED, CLOSED"),
        ONE(LinkRow, "class2_bank", BANK, class2_bank, ""),
        ONE(LinkRow, "class2_account", TEXT, class2_masked, "last four digits"),
        ONE(LinkRow, "class1_bank", BANK, class1_bank, ""),
        ONE(LinkRow, "class1_account", TEXT, class1_masked, "last four digits"),
        ONE(LinkRow, "requested_at", TIME, requested_at_ms, ""),
        ONE(LinkRow, "activated_at", TIME, activated_at_ms, ""),
        ONE(LinkRow, "deadline_at", TIME, deadline_ms, "when the waiting state ends by itself"),
        ONE(LinkRow, "holds", COUNT32, holds, "how many stand"),
        ONE(LinkRow, "amending", FLAG, amending, "an amendment waits for its code"),
        ONE(LinkRow, "ended_at", TIME, ended_at_ms, "when it became REJECTED, EXPIRED or CLOSED"),
        END}};

const struct ctl_shape ctl_shape_link_detail = {
    "link detail", "All of a link.",
    (const struct ctl_field[]){
        INLINE(LinkDetail, row, ctl_shape_link),
        ONE(LinkDetail, "class2_class", COUNT32, class2_class, "2 or 3"),
        ONE(LinkDetail, "primary", FLAG, primary, "first live link of its Class II account"),
        ONE(LinkDetail, "scopes", SCOPES, scopes, "COLLECT, PAY, PAY_FALLBACK, BALANCE, PRODUCTS"),
        CNY,
        ONE(LinkDetail, "limit_single_fen", FEN, limit_single_fen, "0: none agreed"),
        ONE(LinkDetail, "limit_daily_fen", FEN, limit_daily_fen, "likewise"),
        ONE(LinkDetail, "limit_daily_count", COUNT32, limit_daily_count, "likewise"),
        ONE(LinkDetail, "limit_yearly_fen", FEN, limit_yearly_fen, "likewise"),
        OBJECT(LinkDetail, "usage", usage, usage, ""),
        ONE(LinkDetail, "agreement_version", TEXT, agreement_version, ""),
        ONE(LinkDetail, "agreement_sha256", HEX, agreement_sha256, "of its text"),
        ONE(LinkDetail, "agreement_channel", TEXT, agreement_channel, "APP, WEB or COUNTER"),
        ONE(LinkDetail, "agreement_at", TIME, agreement_at_ms, ""),
        ONE(LinkDetail, "agreement_ends_at", TIME, agreement_ends_at_ms, "null: without end"),
        ONE(LinkDetail, "consent_purpose", TEXT, consent_purpose, ""),
        ONE(LinkDetail, "consent_sha256", HEX, consent_sha256, "of its text"),
        ONE(LinkDetail, "consent_at", TIME, consent_at_ms, ""),
        ONE(LinkDetail, "consent_withdrawn_at", TIME, consent_withdrawn_at_ms, "null: it stands"),
        ONE(LinkDetail, "open_request", HEX, open_request, "request id of OpenLink or RebindLink"),
        ONE(LinkDetail, "waits_for", TEXT, waits_for, "for people"),
        ONE(LinkDetail, "waits_until", TIME, waits_until_ms, ""),
        OBJECT(LinkDetail, "exchange", exchange, exchange, "asked of a bank and not answered"),
        OBJECT(LinkDetail, "evidence", evidence, evidence, "null: it was not verified"),
        OBJECT(LinkDetail, "challenge", challenge, challenge, "null: none was sent"),
        OBJECT(LinkDetail, "amendment", amendment, amendment, "null: none waits"),
        ROWS(LinkDetail, "hold_list", holds, hold, "those that stand"),
        ONE(LinkDetail, "blocked", BLOCKS, blocked, "by all holds together"),
        ONE(LinkDetail, "replaces", HEX, replaces, "the link whose place this one takes"),
        ONE(LinkDetail, "replaced_by", HEX, replaced_by, ""),
        ONE(LinkDetail, "cool_down_until", TIME, cool_down_until_ms,
            "what leaves the Class II account is capped until then"),
        ONE(LinkDetail, "recheck_due_at", TIME, recheck_due_ms,
            "when the Class I bank is asked again about the account"),
        ONE(LinkDetail, "activation_reported_at", TIME, activation_reported_at_ms,
            "while PENDING_ACTIVATION"),
        ONE(LinkDetail, "class2_bank_online", FLAG, class2_bank_online, "it has a session"),
        ONE(LinkDetail, "class1_bank_online", FLAG, class1_bank_online, ""),
        MANY(LinkDetail, "open_transfers", HEXES, open_transfers,
             "with something reserved; the first 32"),
        ONE(LinkDetail, "more_open_transfers", FLAG, more_open_transfers, ""),
        MANY(LinkDetail, "open_orders", HEXES, open_orders,
             "of products, that are not over; the first 32"),
        MANY(LinkDetail, "open_loans", HEXES, open_loans, "likewise"),
        ONE(LinkDetail, "more_open_bought", FLAG, more_open_bought, "of these two"),
        ROWS(LinkDetail, "history", history, ctl_shape_history, "the latest steps"),
        ONE(LinkDetail, "history_length", COUNT32, history_length, "of the whole life"),
        END}};

const struct ctl_shape ctl_shape_unmasked = {
    "account numbers", "The one place where account numbers are whole; each reading is recorded.",
    (const struct ctl_field[]){ONE(Unmasked, "link", HEX, link, ""),
                               ONE(Unmasked, "class2_bank", BANK, class2_bank, ""),
                               ONE(Unmasked, "class2_number", WORD, class2_number, ""),
                               ONE(Unmasked, "class1_bank", BANK, class1_bank, ""),
                               ONE(Unmasked, "class1_number", WORD, class1_number, ""),
                               ONE(Unmasked, "until", TIME, until_ms, "readable until then"), END}};

const struct ctl_shape ctl_shape_transfer = {
    "transfer", "A transfer, as lists show it.",
    (const struct ctl_field[]){
        ONE(TransferRow, "id", HEX, id, ""),
        ONE(TransferRow, "state", WORD, state, "a state of docs/protocol.md"),
        ONE(TransferRow, "frozen", FLAG, frozen, "refuses all until an operator unfreezes it"),
        ONE(TransferRow, "conflict", FLAG, conflict,
            "the bank contradicted its first answer, which stands"),
        ONE(TransferRow, "reason", TEXT, reason, "ISO 20022 code of REJECTED, CANCELLED"),
        ONE(TransferRow, "kind", WORD, kind, "a kind of docs/protocol.md"),
        ONE(TransferRow, "direction", WORD, direction, "PUSH or PULL"),
        ONE(TransferRow, "link", HEX, link, ""),
        ONE(TransferRow, "debtor_bank", BANK, debtor_bank, ""),
        ONE(TransferRow, "creditor_bank", BANK, creditor_bank, ""),
        ONE(TransferRow, "amount_fen", FEN, amount_fen, ""),
        ONE(TransferRow, "currency", WORD, currency, ""),
        ONE(TransferRow, "received_at", TIME, received_at_ms, ""),
        ONE(TransferRow, "accepted_at", TIME, accepted_at_ms, ""), END}};

const struct ctl_shape ctl_shape_transfer_detail = {
    "transfer detail", "All of a transfer.",
    (const struct ctl_field[]){
        INLINE(TransferDetail, row, ctl_shape_transfer),
        ONE(TransferDetail, "request", HEX, request,
            "request id of the submitting bank; null: an order or a loan made it"),
        ONE(TransferDetail, "submitter", BANK, submitter, ""),
        ONE(TransferDetail, "instructed", BANK, instructed, "the bank that posts"),
        ONE(TransferDetail, "class2_pays", FLAG, class2_pays,
            "the debited account is the link's Class II account"),
        ONE(TransferDetail, "link_state", TEXT, link_state, "state of its link now"),
        ONE(TransferDetail, "end_to_end_id", TEXT, end_to_end_id, "the submitting bank's"),
        ONE(TransferDetail, "reference", TEXT, reference, "the instructed bank's booking"),
        ONE(TransferDetail, "book_date", TEXT, book_date, "likewise"),
        ONE(TransferDetail, "detail", TEXT, detail, "when a rule of the gateway refused it"),
        ONE(TransferDetail, "deadline_at", TIME, deadline_ms, "of the instruction"),
        ONE(TransferDetail, "credit_due_at", TIME, credit_due_ms, "ConfirmCredit of a pull"),
        ONE(TransferDetail, "credited_at", TIME, credited_at_ms, ""),
        ONE(TransferDetail, "credit_late", FLAG, credit_late, "it did not come in time"),
        ONE(TransferDetail, "window", NUMBER, window, "that holds it, once ACCEPTED"),
        ONE(TransferDetail, "counted", FLAG, counted, "stands in the link's usage"),
        ONE(TransferDetail, "limited", FLAG, limited,
            "stands in the limits of its account's class"),
        ONE(TransferDetail, "fallback", FLAG, fallback,
            "above them: the Class I account pays it, over its bank's own rails"),
        ONE(TransferDetail, "in_house", FLAG, in_house,
            "of an order or a loan: between accounts of the instructed bank alone"),
        ONE(TransferDetail, "original", HEX, original, "of a return"),
        ONE(TransferDetail, "order", HEX, order,
            "of a product, that made it, or made what it returns"),
        ONE(TransferDetail, "loan", HEX, loan, "likewise"),
        ONE(TransferDetail, "returned_fen", FEN, returned_fen,
            "by returns that are accepted or on their way"),
        ROWS(TransferDetail, "returns", returns, ctl_shape_transfer, "the first 32"),
        ONE(TransferDetail, "more_returns", FLAG, more_returns, ""),
        ONE(TransferDetail, "cancel_asked_at", TIME, cancel_asked_at_ms, ""),
        ONE(TransferDetail, "cancel_reason", TEXT, cancel_reason, "ISO 20022 code"),
        ONE(TransferDetail, "step_up_at", TIME, step_up_at_ms,
            "when the bank asked its customer to confirm"),
        ONE(TransferDetail, "step_up_method", TEXT, step_up_method, ""),
        ONE(TransferDetail, "unknown_at", TIME, unknown_at_ms, "since when UNKNOWN"),
        ONE(TransferDetail, "unknown_alarm_at", TIME, unknown_alarm_ms,
            "when its age is alarmed next"),
        ONE(TransferDetail, "answer_pin", HEX, answer_pin,
            "of the session that the definite answer came on"),
        ONE(TransferDetail, "evidence", HEX, evidence,
            "SHA-256 of the list or document that settled it"),
        ONE(TransferDetail, "word", TEXT, word, "what the bank's people wrote"),
        ONE(TransferDetail, "waits_for", TEXT, waits_for, "for people"),
        ONE(TransferDetail, "waits_until", TIME, waits_until_ms, ""),
        OBJECT(TransferDetail, "exchange", exchange, exchange, "asked of a bank and not answered"),
        MANY(TransferDetail, "cases", HEXES, cases, "the first 16"),
        ROWS(TransferDetail, "history", history, ctl_shape_history, "the latest steps"),
        ONE(TransferDetail, "history_length", COUNT32, history_length, "of the whole life"),
        END}};

const struct ctl_shape ctl_shape_case = {
    "case", "An inquiry between two banks about a transfer, a link, or what only one has.",
    (const struct ctl_field[]){
        ONE(CaseRow, "id", HEX, id, ""),
        ONE(CaseRow, "transfer", HEX, transfer, ""),
        ONE(CaseRow, "link", HEX, link, ""),
        ONE(CaseRow, "subject", WORD, subject, "CONFLICT, OUTCOME, AMOUNT, NOT_CREDITED, ..."),
        ONE(CaseRow, "state", WORD, state, "OPEN, ANSWERED or CLOSED"),
        ONE(CaseRow, "outcome", WORD, outcome, "NONE, EXPLAINED, ADMITTED or DENIED"),
        ONE(CaseRow, "opened_by", BANK, opened_by, "null: the gateway"),
        ONE(CaseRow, "owner", BANK, owner, "who must answer"),
        ONE(CaseRow, "other", BANK, other, "the other bank of what it is about"),
        ONE(CaseRow, "opened_at", TIME, opened_at_ms, ""),
        ONE(CaseRow, "due_at", TIME, due_at_ms, "null once answered"),
        ONE(CaseRow, "overdue", FLAG, overdue, ""),
        ONE(CaseRow, "closed_at", TIME, closed_at_ms, ""),
        ONE(CaseRow, "list_sha256", HEX, list_sha256, "the bank's list that opened it"),
        ONE(CaseRow, "list_window", NUMBER, list_window, "of a list of transfers"),
        ONE(CaseRow, "list_kind", TEXT, list_kind, "MONEY, LINKS, HOLDINGS or LOANS"),
        ONE(CaseRow, "list_id", HEX, list_id, "of what it is about, as the list has it"),
        ONE(CaseRow, "list_fen", FEN, list_fen, "as the list has it"),
        ONE(CaseRow, "list_state", TEXT, list_state, "as the list has it"),
        ONE(CaseRow, "adjustment", HEX, adjustment, "the latest that was proposed on it"),
        END}};

static const struct ctl_shape case_entry = {
    "case entry", "A step of a case. What was written is between the banks and is not shown.",
    (const struct ctl_field[]){ONE(CaseEntry, "at", TIME, at_ms, ""),
                               ONE(CaseEntry, "by", BANK, by, "null: the gateway"),
                               ONE(CaseEntry, "state", WORD, state, "that it led to"),
                               ONE(CaseEntry, "outcome", WORD, outcome, ""),
                               ONE(CaseEntry, "sequence", COUNT, sequence, "of the command"), END}};

const struct ctl_shape ctl_shape_case_detail = {
    "case detail", "All of a case.",
    (const struct ctl_field[]){INLINE(CaseDetail, row, ctl_shape_case),
                               ROWS(CaseDetail, "entries", entries, case_entry, ""), END}};

const struct ctl_shape ctl_shape_card = {
    "card", "An application for a card of the Class I bank, as lists show it.",
    (const struct ctl_field[]){
        ONE(CardRow, "id", HEX, id, ""),
        ONE(CardRow, "state", WORD, state, "APPLIED, UNKNOWN, FORWARDED, ISSUED, LOST, ..."),
        ONE(CardRow, "class2_bank", BANK, class2_bank, "which forwarded it"),
        ONE(CardRow, "class1_bank", BANK, class1_bank, "whose card it is"),
        ONE(CardRow, "delivery", WORD, delivery, "MAIL or COUNTER"),
        ONE(CardRow, "masked", TEXT, masked, "the last four of the latest number"),
        ONE(CardRow, "issues", COUNT32, issues, "numbers that were issued"),
        ONE(CardRow, "reason", TEXT, reason, "why it was refused or cancelled"),
        ONE(CardRow, "applied_at", TIME, applied_at_ms, ""),
        ONE(CardRow, "issued_at", TIME, issued_at_ms, "the latest"),
        ONE(CardRow, "dispatched_at", TIME, dispatched_at_ms, "of the latest number"),
        ONE(CardRow, "activated_at", TIME, activated_at_ms, ""),
        ONE(CardRow, "due_at", TIME, due_at_ms,
            "APPLIED: then it is UNKNOWN; later: then it is EXPIRED; null: it has ended"),
        END}};

const struct ctl_shape ctl_shape_card_detail = {
    "card detail", "All of an application for a card.",
    (const struct ctl_field[]){INLINE(CardDetail, row, ctl_shape_card),
                               ONE(CardDetail, "waits_for", TEXT, waits_for, "null: nothing"),
                               ONE(CardDetail, "link", HEX, link, "the latest link of its number"),
                               ROWS(CardDetail, "history", history, ctl_shape_history, "its steps"),
                               END}};

const struct ctl_shape ctl_shape_event = {
    "event", "What one bank told another of its counters, or whom it referred.",
    (const struct ctl_field[]){
        ONE(EventRow, "id", HEX, id, ""), ONE(EventRow, "kind", WORD, kind, "OFFLINE or REFERRAL"),
        ONE(EventRow, "state", WORD, state, "WAITING, DELIVERED or EXPIRED"),
        ONE(EventRow, "from", BANK, from, ""), ONE(EventRow, "to", BANK, to, ""),
        ONE(EventRow, "received_at", TIME, received_at_ms, ""),
        ONE(EventRow, "expires_at", TIME, expires_at_ms, "then what it says is erased"),
        ONE(EventRow, "ended_at", TIME, ended_at_ms, "null: it waits"),
        ONE(EventRow, "link", HEX, link, "null: a referral"),
        ONE(EventRow, "type", TEXT, type, "CASH_DEPOSIT, ...; null: a referral"),
        ONE(EventRow, "at", TIME, at_ms, "when it happened"),
        ONE(EventRow, "amount_fen", FEN, fen, "0: none was said"),
        ONE(EventRow, "purpose", TEXT, purpose, "of the consent to a referral"),
        ONE(EventRow, "consent_sha256", HEX, consent_sha256, "of its text"),
        ONE(EventRow, "consent_at", TIME, consent_at_ms, "when it was given"),
        ONE(EventRow, "sequence", COUNT, sequence, "of the command"), END}};

const struct ctl_shape ctl_shape_adjustment = {
    "adjustment", "What two banks agree that one owes the other, besides all transfers.",
    (const struct ctl_field[]){
        ONE(AdjustmentRow, "id", HEX, id, ""),
        ONE(AdjustmentRow, "case", HEX, inquiry, "that it is of"),
        ONE(AdjustmentRow, "state", WORD, state,
            "PROPOSED, BOOKED, REJECTED, WITHDRAWN or EXPIRED"),
        ONE(AdjustmentRow, "debtor", BANK, debtor, "which owes so much more"),
        ONE(AdjustmentRow, "creditor", BANK, creditor, ""),
        ONE(AdjustmentRow, "proposed_by", BANK, proposed_by, "the other one may accept"),
        ONE(AdjustmentRow, "amount_fen", FEN, fen, ""),
        ONE(AdjustmentRow, "currency", TEXT, currency, ""),
        ONE(AdjustmentRow, "proposed_at", TIME, proposed_at_ms, ""),
        ONE(AdjustmentRow, "expires_at", TIME, expires_at_ms, "unless it is accepted"),
        ONE(AdjustmentRow, "ended_at", TIME, ended_at_ms, "null: it waits"),
        ONE(AdjustmentRow, "window", NUMBER, window, "whose nets hold it; null: not booked"),
        ONE(AdjustmentRow, "sequence", COUNT, sequence, "of the latest command"), END}};

static const struct ctl_shape story_step = {
    "story step", "A step of the history, with its sentence.",
    (const struct ctl_field[]){
        MADE("at", NULL, "time or null: ledger time"), MADE("event", NULL, "text: as of *history*"),
        MADE("state", NULL, "text: likewise"), MADE("text", NULL, "text: who did what, and why"),
        MADE("sequence", NULL, "number: of the command"), END}};

static const struct ctl_shape story_order = {
    "story order", "What an operator can do.",
    (const struct ctl_field[]){MADE("text", NULL, "text: what it is good for"),
                               MADE("command", NULL, "text: the command line; or null"), END}};

const struct ctl_shape ctl_shape_story = {
    "story",
    "The story of a link, transfer, order, loan or card. Its texts are for people and may change.",
    (const struct ctl_field[]){
        MADE("id", NULL, "hex"), MADE("kind", NULL, "text: link, transfer, order, loan or card"),
        MADE("state", NULL, "text"), MADE("is", NULL, "array of texts: what it is"),
        MADE("happened", &story_step, "array of objects, the oldest first"),
        MADE("stands", NULL, "array of texts: how it stands, and on which evidence"),
        MADE("waits", NULL, "array of texts: what it waits for, until when; empty: nothing"),
        MADE("can", &story_order, "array of objects: what an operator can do"),
        MADE("never", NULL, "array of texts: what nobody may do now"), END}};

const struct ctl_shape ctl_shape_product = {
    "product", "A version of a product of the catalogue.",
    (const struct ctl_field[]){
        ONE(ProductRow, "issuer", BANK, issuer, ""),
        ONE(ProductRow, "code", WORD, code, "the issuer's own"),
        ONE(ProductRow, "version", COUNT32, version, ""),
        ONE(ProductRow, "terms_version", COUNT32, terms_version,
            "since which the terms are these: orders name a version from there on"),
        ONE(ProductRow, "state", WORD, state, "ON_SALE, SUSPENDED or WITHDRAWN"),
        ONE(ProductRow, "kind", WORD, kind, "WEALTH, FUND, DEPOSIT or LOAN"),
        ONE(ProductRow, "name", WORD, name, ""),
        ONE(ProductRow, "risk", COUNT32, risk, "1 to 5; 0: a loan"),
        ONE(ProductRow, "text_sha256", HEX, text_sha256, "of the terms' text"),
        ONE(ProductRow, "currency", WORD, currency, ""),
        ONE(ProductRow, "minimum_fen", FEN, minimum_fen, "the smallest order"),
        ONE(ProductRow, "increment_fen", FEN, increment_fen, "and the steps above it"),
        ONE(ProductRow, "person_maximum_fen", FEN, person_maximum_fen, "0: no such bound"),
        ONE(ProductRow, "term_days", COUNT32, term_days, "0: open-ended"),
        ONE(ProductRow, "rate", COUNT32, rate, "a year, in 1/1,000,000"),
        ONE(ProductRow, "cut_off_minute", COUNT32, cut_off_minute, "since midnight in Shanghai"),
        ONE(ProductRow, "confirm_days", COUNT32, confirm_days, "T+n"),
        ONE(ProductRow, "payout_days", COUNT32, payout_days, "T+n"),
        ONE(ProductRow, "partner", BANK, partner, "that lends along; null: it is no loan"),
        ONLY(ProductRow, "lead_share", COUNT32, lead_share, "partner", "the issuer's, in 1/10,000"),
        ONLY(ProductRow, "lead_interest_share", COUNT32, lead_interest_share, "partner",
             "likewise; 0: as the principal's"),
        ONLY(ProductRow, "daily_rate", COUNT32, daily_rate, "partner", "in 1/1,000,000"),
        ONLY(ProductRow, "instalments", COUNT32, instalments, "partner", ""),
        ONLY(ProductRow, "grace_days", COUNT32, grace_days, "partner", ""),
        ONE(ProductRow, "quota_fen", FEN, quota_fen, "0: no such bound"),
        ONE(ProductRow, "sold_fen", FEN, sold_fen, "of the product, at present"),
        ONE(ProductRow, "reserved_fen", FEN, reserved_fen, "likewise"),
        ONE(ProductRow, "on_sale_from", TIME, from_ms, "null: not bounded"),
        ONE(ProductRow, "on_sale_until", TIME, until_ms, "likewise"),
        ONE(ProductRow, "price", SIGNED, price, "of a unit, in 1/1,000,000 CNY; 0: none"),
        ONE(ProductRow, "price_date", TEXT, price_date, ""),
        ONE(ProductRow, "all_banks", FLAG, all_banks, "every bank may sell it"),
        ONE(ProductRow, "all_banks_once", FLAG, all_banks_once,
            "every bank might, and still sees it"),
        MANY(ProductRow, "banks", TEXTS, banks, "that may sell it besides the issuer"),
        MANY(ProductRow, "former_banks", TEXTS, former_banks,
             "that an earlier version named, and that still see it"),
        ONE(ProductRow, "published_at", TIME, published_at_ms, "version 1"),
        ONE(ProductRow, "changed_at", TIME, changed_at_ms, "this version"),
        ONE(ProductRow, "sequence", COUNT, sequence, "its number in the catalogue"),
        END}};
