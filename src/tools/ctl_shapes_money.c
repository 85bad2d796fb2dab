/*
 * The shapes of what banks owe each other in windows, may owe, and have paid in.
 */
#include "tools/ctl_shape_macros.h"

/* ---- what they owe ---- */

const struct ctl_shape ctl_shape_net = {
    "net", "What a pair of banks owes each other in a window.",
    (const struct ctl_field[]){
        ONE(NetRow, "window", COUNT, window, ""),
        ONE(NetRow, "low", BANK, low, "the bank with the lower code"),
        ONE(NetRow, "high", BANK, high, "the other one"),
        ONE(NetRow, "currency", WORD, currency, ""),
        ONE(NetRow, "net_fen", FEN, net_fen, "+ when due to low"),
        ONE(NetRow, "to_low_fen", FEN, to_low_fen, ""),
        ONE(NetRow, "to_high_fen", FEN, to_high_fen, ""),
        ONE(NetRow, "count", COUNT, count, "transfers"),
        ONE(NetRow, "carried_fen", FEN, carried_fen,
            "of windows that were aborted: it is in net_fen"),
        ONE(NetRow, "settled_at", TIME, settled_at_ms, "null: not yet"),
        ONE(NetRow, "reference", TEXT, reference, "of the payment that settled it"),
        ONE(NetRow, "low_confirmed_at", TIME, low_confirmed_at_ms, "its word that it was paid"),
        ONE(NetRow, "low_reference", TEXT, low_reference, "the payment's, by its word"),
        ONE(NetRow, "high_confirmed_at", TIME, high_confirmed_at_ms, ""),
        ONE(NetRow, "high_reference", TEXT, high_reference, ""), END}};

const struct ctl_shape ctl_shape_window = {
    "window", "A settlement window.",
    (const struct ctl_field[]){
        ONE(WindowRow, "number", COUNT, number, ""),
        ONE(WindowRow, "state", WORD, state, "OPEN, CLOSING, CLOSED, SETTLED, ABORTED"),
        ONE(WindowRow, "business_date", WORD, business_date, ""),
        ONE(WindowRow, "cut_off_at", TIME, cut_off_at_ms, "closes by itself then; null: does not"),
        ONE(WindowRow, "opened_at", TIME, opened_at_ms, ""),
        ONE(WindowRow, "closing_at", TIME, closing_at_ms, "what came later is in the next one"),
        ONE(WindowRow, "closed_at", TIME, closed_at_ms, "banks were told their nets"),
        ONE(WindowRow, "ended_at", TIME, ended_at_ms, "SETTLED or ABORTED"),
        ONE(WindowRow, "settlement", TEXT, settlement, "BILATERAL: each pair paid its net"),
        ONE(WindowRow, "open_pairs", COUNT, open_pairs, "nets that are not settled"),
        ONE(WindowRow, "successor", NUMBER, successor, "that took its nets, or null"),
        ONE(WindowRow, "defaulter", BANK, defaulter, "for which it was aborted"), END}};

const struct ctl_shape ctl_shape_window_detail = {
    "window detail", "A settlement window and its nets.",
    (const struct ctl_field[]){MADE("window", &ctl_shape_window, "object"),
                               MADE("mode", NULL,
                                    "text: BILATERAL or MULTILATERAL: how it is settled where "
                                    "the order does not say, by the rules of its business date"),
                               MADE("nets", &ctl_shape_net, "array of objects"), END}};

const struct ctl_shape ctl_shape_position = {
    "position", "A bank's position.",
    (const struct ctl_field[]){
        ONE(PositionRow, "bank", BANK, bank, ""), ONE(PositionRow, "currency", WORD, currency, ""),
        ONE(PositionRow, "reserved_outgoing_fen", FEN, reserved_outgoing_fen, ""),
        ONE(PositionRow, "unsettled_net_fen", FEN, unsettled_net_fen, "+ when due to the bank"),
        END}};

const struct ctl_shape ctl_shape_nets = {
    "nets", "Nets and positions.",
    (const struct ctl_field[]){MADE("nets", &ctl_shape_net, "array of objects"),
                               MADE("positions", &ctl_shape_position, "array of objects"), END}};

/* ---- what they may owe, and have paid in ---- */

static const struct ctl_shape pair = {
    "pair", "What a bank has with another one.",
    (const struct ctl_field[]){
        ONE(PairRow, "bank", BANK, bank, "the other one"),
        ONE(PairRow, "reserved_outgoing_fen", FEN, reserved_outgoing_fen, "on its way to that one"),
        ONE(PairRow, "reserved_incoming_fen", FEN, reserved_incoming_fen, "and from it"),
        ONE(PairRow, "unsettled_net_fen", FEN, unsettled_net_fen,
            "+ when due to the bank that was asked for"),
        ONE(PairRow, "has_cap", FLAG, has_cap, "there is a cap towards that one"),
        ONLY(PairRow, "cap_fen", FEN, cap_fen, "has_cap", "what it may owe to that one"), END}};

const struct ctl_shape ctl_shape_exposure = {
    "exposure", "What a bank owes and may owe: exposure = reserved outgoing - unsettled net.",
    (const struct ctl_field[]){
        ONE(ExposureDetail, "bank", BANK, bank, ""),
        ONE(ExposureDetail, "currency", WORD, currency, ""),
        ONE(ExposureDetail, "reserved_outgoing_fen", FEN, reserved_outgoing_fen, ""),
        ONE(ExposureDetail, "unsettled_net_fen", FEN, unsettled_net_fen, "+ when due to the bank"),
        ONE(ExposureDetail, "exposure_fen", FEN, exposure_fen, ""),
        ONE(ExposureDetail, "has_cap", FLAG, has_cap, "there is a net debit cap"),
        ONLY(ExposureDetail, "cap_fen", FEN, cap_fen, "has_cap", "the net debit cap"),
        ONE(ExposureDetail, "prefunded", FLAG, prefunded, "liquidity is looked at"),
        ONE(ExposureDetail, "balance_fen", FEN, balance_fen, "paid in, less what was paid out"),
        ONE(ExposureDetail, "out_reserved_fen", FEN, out_reserved_fen, "of it, on its way out"),
        MADE("liquidity_fen", NULL, "fen: balance less what is on its way out"),
        ONE(ExposureDetail, "free_fen", FEN, free_fen, "of the balance may be paid out"),
        ONE(ExposureDetail, "bounded", FLAG, bounded, "there is a cap, or it is prefunded"),
        ONLY(ExposureDetail, "left_fen", FEN, left_fen, "bounded", "what it may still owe"),
        MADE("warn_percent", NULL, "array of numbers: parts of the bound at which it is told"),
        ONE(ExposureDetail, "level", COUNT32, level, "how many of these it stands above"),
        ROWS(ExposureDetail, "pairs", pairs, pair, ""),
        ONE(ExposureDetail, "more_pairs", FLAG, more_pairs, "there are others"), END}};

const struct ctl_shape ctl_shape_funds = {
    "funds", "A payment into a prefunded balance, or out of it.",
    (const struct ctl_field[]){
        ONE(FundsRow, "id", HEX, id, ""), ONE(FundsRow, "bank", BANK, bank, ""),
        ONE(FundsRow, "state", WORD, state, "PENDING, CONFIRMED or CANCELLED"),
        ONE(FundsRow, "direction", WORD, direction, "IN or OUT"),
        ONE(FundsRow, "amount_fen", FEN, amount_fen, ""),
        ONE(FundsRow, "currency", WORD, currency, ""),
        ONE(FundsRow, "reference", WORD, reference, "of the payment"),
        ONE(FundsRow, "end_reference", TEXT, end_reference, "of the payment that was seen"),
        ONE(FundsRow, "begun_at", TIME, begun_at_ms, ""),
        ONE(FundsRow, "begun_by", COUNT32, begun_by, "uid"),
        ONE(FundsRow, "begun_approver", COUNT32, begun_approver, "uid of the second person"),
        ONE(FundsRow, "ended_at", TIME, ended_at_ms, "null: it is PENDING"),
        ONLY(FundsRow, "ended_by", COUNT32, ended_by, "ended_at", "uid"),
        ONLY(FundsRow, "ended_approver", COUNT32, ended_approver, "ended_at",
             "uid of the second person"),
        END}};
