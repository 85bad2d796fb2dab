/*
 * The shapes of what banks may owe, and have paid in.
 */
#include "tools/ctl_shape_macros.h"

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
