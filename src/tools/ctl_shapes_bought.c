/*
 * The shapes of orders of products, of what customers hold by them, of loans, and of what a search finds.
 *
 * Invariant: as in ctl_shapes_life.c: no person's name, no whole number of an account.
 */
#include "tools/ctl_shape_macros.h"

const struct ctl_shape ctl_shape_product_order = {
    "product order", "An order of a product, as lists show it.",
    (const struct ctl_field[]){
        ONE(OrderRow, "id", HEX, id, ""),
        ONE(OrderRow, "state", WORD, state, "a state of docs/features.md"),
        ONE(OrderRow, "ends", TEXT, ends, "of REFUNDING: the state that it comes to"),
        ONE(OrderRow, "frozen", FLAG, frozen, "a rule of the ledger was broken on it"),
        ONE(OrderRow, "conflict", FLAG, conflict,
            "the issuer contradicted its first answer, which stands"),
        ONE(OrderRow, "unknown", FLAG, unknown, "nobody has answered what is out for it"),
        MANY(OrderRow, "late", TEXTS, late, "CONFIRMATION, REFUND, PAYOUT: due, and alarmed"),
        ONE(OrderRow, "open", FLAG, open, "something is still to come"),
        ONE(OrderRow, "money", WORD, money,
            "where its money stands: no, open, done, returning or returned"),
        ONE(OrderRow, "product_stands", WORD, placed,
            "where its product stands: no, open, done or refused"),
        ONE(OrderRow, "kind", WORD, kind, "WEALTH, FUND or DEPOSIT"),
        ONE(OrderRow, "link", HEX, link, ""),
        ONE(OrderRow, "distributor", BANK, distributor, "which placed it"),
        ONE(OrderRow, "issuer", BANK, issuer, "whose product it is"),
        ONE(OrderRow, "product", WORD, product, "the issuer's code"),
        ONE(OrderRow, "version", COUNT32, version, ""),
        ONE(OrderRow, "amount_fen", FEN, amount_fen, "ordered"),
        ONE(OrderRow, "currency", WORD, currency, ""),
        ONE(OrderRow, "units", SIGNED, units, "left, in 1/10,000"),
        ONE(OrderRow, "reason", TEXT, reason, "ISO 20022 code"),
        ONE(OrderRow, "created_at", TIME, created_at_ms, ""),
        ONE(OrderRow, "due_at", TIME, due_at_ms,
            "when the gateway looks at it next; null: it waits for others, or for nothing"),
        END}};

static const struct ctl_shape instruction = {
    "order instruction", "What the issuer was told of an order after it was placed.",
    (const struct ctl_field[]){
        ONE(OrderInstruction, "number", COUNT32, number, "known to the issuer by the order and it"),
        ONE(OrderInstruction, "action", WORD, action, "CANCEL, REDEEM or WITHDRAW"),
        ONE(OrderInstruction, "taken", FLAG, taken, "its payout is due; else its answer"),
        ONE(OrderInstruction, "units", SIGNED, units, "in 1/10,000"),
        ONE(OrderInstruction, "asked_at", TIME, asked_at_ms, ""),
        ONE(OrderInstruction, "deadline_at", TIME, deadline_ms, "of the answer"), END}};

static const struct ctl_shape payout = {
    "order payout", "A payout that is on its way.",
    (const struct ctl_field[]){
        ONE(OrderPayout, "purpose", WORD, purpose, "REDEMPTION, INCOME or MATURITY"),
        ONE(OrderPayout, "transfer", HEX, transfer, ""),
        ONE(OrderPayout, "units", SIGNED, units, "in 1/10,000"),
        ONE(OrderPayout, "price", SIGNED, price, "of a unit, in 1/1,000,000 CNY"),
        ONE(OrderPayout, "amount_fen", FEN, fen, ""), CNY, END}};

const struct ctl_shape ctl_shape_product_order_detail = {
    "product order detail", "All of an order of a product.",
    (const struct ctl_field[]){
        INLINE(OrderDetail, row, ctl_shape_product_order),
        ONE(OrderDetail, "product_name", TEXT, product_name, ""),
        ONE(OrderDetail, "request", HEX, request, "request id of the bank that placed it"),
        ONE(OrderDetail, "class1_pays", FLAG, class1_pays,
            "the link's Class I account; else its Class II account"),
        ONE(OrderDetail, "link_state", TEXT, link_state, "state of its link now"),
        ONE(OrderDetail, "risk", COUNT32, risk, "R1 to R5 of that version"),
        ONE(OrderDetail, "level", COUNT32, level, "C1 to C5 of the customer"),
        ONE(OrderDetail, "assessed_date", TEXT, assessed_date, "of that level"),
        ONE(OrderDetail, "terms_sha256", HEX, terms_sha256, "that the customer accepted"),
        ONE(OrderDetail, "consent_sha256", HEX, consent_sha256, ""),
        ONE(OrderDetail, "reference", TEXT, reference, "the issuer's"),
        ONE(OrderDetail, "detail", TEXT, detail, "when a rule of the gateway refused it"),
        ONE(OrderDetail, "deadline_at", TIME, deadline_ms, "of the transfer that pays it"),
        OBJECT(OrderDetail, "funding", funding, ctl_shape_transfer, "the transfer that pays it"),
        ONE(OrderDetail, "placed_at", TIME, placed_at_ms, "null: it was never paid"),
        ONE(OrderDetail, "trade_date", TEXT, trade_date, "for which it counts"),
        ONE(OrderDetail, "cancel_until", TIME, cancel_until_ms, ""),
        ONE(OrderDetail, "confirm_due_at", TIME, confirm_due_ms, ""),
        ONE(OrderDetail, "confirmed_at", TIME, confirmed_at_ms, ""),
        ONE(OrderDetail, "confirmed_date", TEXT, confirmed_date, "the issuer's"),
        ONE(OrderDetail, "confirmed_units", SIGNED, confirmed_units, "in 1/10,000"),
        ONE(OrderDetail, "confirmed_price", SIGNED, confirmed_price, "in 1/1,000,000 CNY"),
        ONE(OrderDetail, "confirmed_fen", FEN, confirmed_fen, "what they are worth"),
        ONE(OrderDetail, "refund_fen", FEN, refund_fen, "to come back of the amount"),
        ONE(OrderDetail, "refunded_fen", FEN, refunded_fen, "what of it is back"),
        ONE(OrderDetail, "refund_due_at", TIME, refund_due_ms, ""),
        ONE(OrderDetail, "paid_out_fen", FEN, paid_out_fen, "by accepted payouts"),
        ONE(OrderDetail, "matures_at", TIME, matures_at_ms, "null: open-ended"),
        ONE(OrderDetail, "payout_due_at", TIME, payout_due_ms, "null: none is"),
        OBJECT(OrderDetail, "instruction", instruction, instruction, "null: none is out"),
        OBJECT(OrderDetail, "payout", payout, payout, "null: none is on its way"),
        ONE(OrderDetail, "unknown_at", TIME, unknown_at_ms, "since when it is unknown"),
        ONE(OrderDetail, "unknown_alarm_at", TIME, unknown_alarm_ms,
            "when its age is alarmed next"),
        ONE(OrderDetail, "case", HEX, inquiry, "about it"),
        ONE(OrderDetail, "waits_for", TEXT, waits_for, "for people"),
        ONE(OrderDetail, "waits_until", TIME, waits_until_ms, ""),
        ONE(OrderDetail, "distributor_online", FLAG, distributor_online, "it has a session"),
        ONE(OrderDetail, "issuer_online", FLAG, issuer_online, ""),
        ROWS(OrderDetail, "history", history, ctl_shape_history, "the latest steps"),
        ONE(OrderDetail, "history_length", COUNT32, history_length, "of the whole life"),
        END}};

const struct ctl_shape ctl_shape_holding = {
    "holding", "What a customer holds of a product by one order.",
    (const struct ctl_field[]){
        ONE(HoldingRow, "order", HEX, order, ""), ONE(HoldingRow, "state", WORD, state, "of it"),
        ONE(HoldingRow, "link", HEX, link, ""),
        ONE(HoldingRow, "distributor", BANK, distributor, "which placed it"),
        ONE(HoldingRow, "issuer", BANK, issuer, ""),
        ONE(HoldingRow, "product", WORD, product, "the issuer's code"),
        ONE(HoldingRow, "name", WORD, name, "of the product"),
        ONE(HoldingRow, "kind", WORD, kind, "WEALTH, FUND or DEPOSIT"),
        ONE(HoldingRow, "currency", WORD, currency, ""),
        ONE(HoldingRow, "units", SIGNED, units, "in 1/10,000"),
        ONE(HoldingRow, "price", SIGNED, price, "the latest, in 1/1,000,000 CNY; 0: none"),
        ONE(HoldingRow, "price_date", TEXT, price_date, "null: a deposit, or no price"),
        ONE(HoldingRow, "worth_fen", FEN, worth_fen, "the units at that price"),
        ONE(HoldingRow, "bought_fen", FEN, bought_fen,
            "what all of the order's units were worth when it was confirmed"),
        ONE(HoldingRow, "matures_at", TIME, matures_at_ms, "null: open-ended"), END}};

const struct ctl_shape ctl_shape_loan = {
    "loan", "An invitation, an application or a loan of two lenders, as lists show it.",
    (const struct ctl_field[]){
        ONE(LoanRow, "id", HEX, id, ""),
        ONE(LoanRow, "state", WORD, state, "a state of docs/features.md"),
        ONE(LoanRow, "frozen", FLAG, frozen, "a rule of the ledger was broken on it"),
        ONE(LoanRow, "conflict", FLAG, conflict, "a bank contradicted its first answer"),
        ONE(LoanRow, "unknown", FLAG, unknown, "what is on its way has no outcome"),
        ONE(LoanRow, "open", FLAG, open, "it keeps its link open"),
        ONE(LoanRow, "link", HEX, link, ""),
        ONE(LoanRow, "lead", BANK, lead, "which issues the product"),
        ONE(LoanRow, "partner", BANK, partner, "which lends along"),
        ONE(LoanRow, "product", WORD, product, "the lead's code"),
        ONE(LoanRow, "version", COUNT32, version, ""),
        ONE(LoanRow, "currency", WORD, currency, ""),
        ONE(LoanRow, "offered_fen", FEN, offered_fen, "at most"),
        ONE(LoanRow, "asked_fen", FEN, asked_fen, "0: nobody applied"),
        ONE(LoanRow, "limit_fen", FEN, limit_fen, "the lower of both lenders'; 0: not approved"),
        ONE(LoanRow, "principal_fen", FEN, principal_fen, "owed"),
        ONE(LoanRow, "on_its_way", TEXT, on_its_way, "DRAW or REPAYMENT"),
        ONE(LoanRow, "reason", TEXT, reason, "ISO 20022 code"),
        ONE(LoanRow, "offered_at", TIME, offered_at_ms, ""),
        ONE(LoanRow, "due_at", TIME, due_at_ms, "when the gateway looks at it next"),
        ONE(LoanRow, "written_off_at", TIME, written_off_at_ms, ""),
        END}};

static const struct ctl_shape decision = {
    "loan decision", "A lender's word on an application.",
    (const struct ctl_field[]){ONE(LoanDecision, "lender", BANK, lender, ""),
                               ONE(LoanDecision, "made", FLAG, made, ""),
                               ONLY(LoanDecision, "approved", FLAG, approved, "made", ""),
                               ONE(LoanDecision, "limit_fen", FEN, limit_fen, "0: none"), CNY,
                               ONE(LoanDecision, "at", TIME, at_ms, ""),
                               ONE(LoanDecision, "reason", TEXT, reason, "why it declined"), END}};

static const struct ctl_shape instalment = {
    "loan instalment", "A part of the principal that is to be paid back.",
    (const struct ctl_field[]){ONE(LoanInstalment, "due_date", WORD, due_date, ""),
                               ONE(LoanInstalment, "due_fen", FEN, due_fen, ""), CNY, END}};

const struct ctl_shape ctl_shape_loan_detail = {
    "loan detail", "All of a loan.",
    (const struct ctl_field[]){
        INLINE(LoanDetail, row, ctl_shape_loan),
        ONE(LoanDetail, "offer_request", HEX, offer_request, "request id of OfferLoan"),
        ONE(LoanDetail, "request", HEX, request, "of ApplyLoan"),
        ONE(LoanDetail, "applicant", BANK, applicant, "which sent that"),
        ONE(LoanDetail, "class1_account", FLAG, class1_account,
            "the link's Class I account is paid and pays; else its Class II account"),
        ONE(LoanDetail, "link_state", TEXT, link_state, "state of its link now"),
        ONE(LoanDetail, "lead_share", COUNT32, lead_share, "of the principal, in 1/10,000"),
        ONE(LoanDetail, "lead_interest_share", COUNT32, lead_interest_share,
            "likewise; 0: as the principal's"),
        ONE(LoanDetail, "daily_rate", COUNT32, daily_rate, "in 1/1,000,000"),
        ONE(LoanDetail, "grace_days", COUNT32, grace_days, "of an instalment"),
        ONE(LoanDetail, "minimum_fen", FEN, minimum_fen, "of a draw"),
        ONE(LoanDetail, "terms_sha256", HEX, terms_sha256, "that the customer accepted"),
        ONE(LoanDetail, "consent_sha256", HEX, consent_sha256, ""),
        ROWS(LoanDetail, "decisions", decisions, decision, "the lead's, the partner's"),
        ONE(LoanDetail, "applied_at", TIME, applied_at_ms, ""),
        ONE(LoanDetail, "deadline_at", TIME, deadline_ms, "of offer, decision or approval"),
        ONE(LoanDetail, "available_fen", FEN, available_fen, "may still be drawn"),
        ONE(LoanDetail, "drawn_date", TEXT, drawn_date, "the first draw's"),
        ONE(LoanDetail, "drawn_lead_fen", FEN, drawn_lead_fen, "the lead's share of all draws"),
        ONE(LoanDetail, "drawn_partner_fen", FEN, drawn_partner_fen, "the partner's"),
        ONE(LoanDetail, "repaid_lead_fen", FEN, repaid_lead_fen, "of the principal, to the lead"),
        ONE(LoanDetail, "repaid_partner_fen", FEN, repaid_partner_fen, "to the partner"),
        ONE(LoanDetail, "interest_lead_fen", FEN, interest_lead_fen, "paid to the lead"),
        ONE(LoanDetail, "interest_partner_fen", FEN, interest_partner_fen, "to the partner"),
        ONE(LoanDetail, "waived_fen", FEN, waived_fen, "of interest"),
        ONE(LoanDetail, "owed_date", TEXT, owed_date,
            "the day for which the next three are; null: they cannot be told"),
        ONLY(LoanDetail, "owed_interest_fen", FEN, owed_interest_fen, "owed_date", ""),
        ONLY(LoanDetail, "owed_principal_fen", FEN, owed_principal_fen, "owed_date", ""),
        ONLY(LoanDetail, "owed_fen", FEN, owed_fen, "owed_date", "both"),
        ROWS(LoanDetail, "instalments", instalments, instalment, "that are not paid yet"),
        ONE(LoanDetail, "overdue_date", TEXT, overdue_date,
            "the first day on which it is overdue if nothing is paid"),
        OBJECT(LoanDetail, "transfer", transfer, ctl_shape_transfer, "that is on its way"),
        ONE(LoanDetail, "on_its_way_fen", FEN, on_its_way_fen, "both lenders' shares of it"),
        ONE(LoanDetail, "unknown_at", TIME, unknown_at_ms, "since when it is unknown"),
        ONE(LoanDetail, "case", HEX, inquiry, "about it"),
        ONE(LoanDetail, "waits_for", TEXT, waits_for, "for people"),
        ONE(LoanDetail, "waits_until", TIME, waits_until_ms, ""),
        ONE(LoanDetail, "lead_online", FLAG, lead_online, "it has a session"),
        ONE(LoanDetail, "partner_online", FLAG, partner_online, ""),
        ROWS(LoanDetail, "history", history, ctl_shape_history, "the latest steps"),
        ONE(LoanDetail, "history_length", COUNT32, history_length, "of the whole life"),
        END}};

const struct ctl_shape ctl_shape_found = {
    "found", "What a search found; at most a hundred of each sort.",
    (const struct ctl_field[]){
        ROWS(LinkPage, "links", rows, ctl_shape_link, ""),
        ROWS(LinkPage, "cards", cards, ctl_shape_card, "that the person applied for"),
        ROWS(LinkPage, "orders", orders, ctl_shape_product_order, "over these links"),
        ROWS(LinkPage, "loans", loans, ctl_shape_loan, "over these links"),
        ONE(LinkPage, "more_links", FLAG, more, "there are more of them"),
        ONE(LinkPage, "more_else", FLAG, more_else, "likewise of the others"), END}};
