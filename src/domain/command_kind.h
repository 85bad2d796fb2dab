/*
 * The kinds of commands. What is to be known of each: domain/command_row.h.
 */
#ifndef LG_DOMAIN_COMMAND_KIND_H
#define LG_DOMAIN_COMMAND_KIND_H

/* Values are written to the log: never renumber. Bank messages are 1000 + their message kind. */
enum command_kind {
    COMMAND_NONE = 0,
    COMMAND_BOOT = 1,      /* first after recovery, and of a new ledger */
    COMMAND_TICK = 2,      /* made only when a deadline is due */
    COMMAND_BANK_UP = 3,   /* the bank's first session is open */
    COMMAND_BANK_DOWN = 4, /* its last one is gone */
    COMMAND_PIN_SEEN = 5,  /* a session opened with a certificate that the registry knows less of */
    COMMAND_RECON_ROW = 6, /* a row of a bank's list, compared: judged again by the ledger */
    /* operators' orders */
    COMMAND_BANK_ADD = 100,
    COMMAND_BANK_DISABLE = 101,
    COMMAND_UNFREEZE = 102,
    COMMAND_CLOCK_ACCEPT = 103,
    COMMAND_BANK_ENABLE = 104,
    COMMAND_BANK_SET = 105, /* name, roles, denied kinds */
    COMMAND_PIN_ADD = 106,
    COMMAND_PIN_REMOVE = 107,
    COMMAND_HOLD_PLACE = 108, /* by an operator */
    COMMAND_HOLD_LIFT = 109,  /* of an operator's or the gateway's hold */
    COMMAND_QUARANTINE_RELEASE = 110,
    COMMAND_APPROVE = 111,
    COMMAND_REJECT = 112,
    COMMAND_SEARCH = 113, /* links of an account or a person, by its keyed hash: recorded */
    COMMAND_UNMASK = 114, /* account numbers of a link, once, to two people */
    COMMAND_QUARANTINE_DROP = 115,
    COMMAND_READ_UNMASKED = 116, /* what an approved UNMASK allows: recorded */
    COMMAND_BANK_RESYNC = 117, /* a bank that has seen a later state of this store is reconciled */
    COMMAND_BACKUP = 118,      /* carried out beside the ledger: recorded */
    COMMAND_RULES_LOAD = 119,
    COMMAND_CAP_SET = 120, /* net debit cap, warnings, whether liquidity is looked at */
    COMMAND_PAIR_CAP_SET = 121,
    COMMAND_FUNDS_BEGIN = 122, /* a payment into a prefunded balance, or out of it */
    COMMAND_FUNDS_END = 123,   /* it is confirmed, or cancelled */
    COMMAND_WINDOW_CLOSE = 124,
    COMMAND_WINDOW_SETTLE = 125, /* one pair's net of a closed window, by its payment */
    COMMAND_WINDOW_ABORT = 126,
    COMMAND_TRANSFER_RESOLVE = 127, /* the outcome of an UNKNOWN transfer, by its bank's paper */
    COMMAND_RECON_COMPARE = 128,    /* a bank's list was handed in, to be compared: recorded */
    /* query by the router: notices of a bank from a sequence on, then one empty EFFECT_REPLY */
    COMMAND_FETCH_NOTICES = 200,
    COMMAND_OPEN_LINK = 1020,
    COMMAND_VERIFY_ANSWER = 1021,
    COMMAND_START_CHALLENGE = 1022,
    COMMAND_ISSUE_ANSWER = 1023,
    COMMAND_ANSWER_CHALLENGE = 1024,
    COMMAND_CHECK_ANSWER = 1025,
    COMMAND_CLOSE_LINK = 1026,
    COMMAND_GET_LINK = 1027, /* query */
    COMMAND_RESEND_CHALLENGE = 1029,
    COMMAND_AMEND_LINK = 1030,
    COMMAND_REBIND_LINK = 1031,
    COMMAND_RESUME_LINK = 1032,
    COMMAND_PLACE_HOLD = 1033,
    COMMAND_LIFT_HOLD = 1034,
    COMMAND_REPORT_ACCOUNT = 1035,
    COMMAND_RECHECK_ANSWER = 1036,
    COMMAND_LIST_LINKS = 1037, /* query */
    COMMAND_WITHDRAW_CONSENT = 1038,
    COMMAND_APPLY_CARD = 1039,
    COMMAND_CARD_STATUS = 1040,
    COMMAND_CARD_ANSWER = 1042,
    COMMAND_GET_CARD = 1043, /* query */
    COMMAND_CANCEL_CARD = 1044,
    COMMAND_SUBMIT_TRANSFER = 1060,
    /* reply to PostInstruction, InquirePosting or CancelPosting, or PostingResult */
    COMMAND_POSTING_ANSWER = 1061,
    COMMAND_CONFIRM_CREDIT = 1064,
    COMMAND_GET_TRANSFER = 1065, /* query */
    COMMAND_STEP_UP = 1067,
    COMMAND_CANCEL_TRANSFER = 1068,
    COMMAND_SUBMIT_RETURN = 1070,
    COMMAND_LIST_TRANSFERS = 1071, /* query */
    COMMAND_ACK_NOTICES = 1090,
    COMMAND_QUERY_BALANCE = 1110,
    COMMAND_QUERY_ACCOUNT_STATUS = 1111,
    COMMAND_QUERY_OVERVIEW = 1112,
    COMMAND_QUERY_POSITION = 1113, /* query */
    COMMAND_BALANCE_ANSWER = 1115,
    COMMAND_STATUS_ANSWER = 1116,
    COMMAND_CONFIRM_SETTLEMENT = 1131,
    COMMAND_QUERY_TOTALS = 1132, /* query, as the next */
    COMMAND_RECON_PAGE = 1133,
    COMMAND_UPLOAD_RECON = 1134, /* for the spool of lists: never before the ledger, as the next */
    COMMAND_RECON_RESULT = 1135,
    COMMAND_OPEN_CASE = 1136,
    COMMAND_ANSWER_CASE = 1137,
    COMMAND_PROPOSE_ADJUSTMENT = 1138,
    COMMAND_ACCEPT_ADJUSTMENT = 1139,
    COMMAND_GET_CASE = 1141,       /* query */
    COMMAND_GET_ADJUSTMENT = 1143, /* query */
    COMMAND_GET_WINDOW = 1144,     /* query */
    COMMAND_PUBLISH_PRODUCT = 1160,
    COMMAND_LIST_PRODUCTS = 1161, /* query */
    COMMAND_PLACE_ORDER = 1163,
    COMMAND_ORDER_ANSWER = 1164, /* answer of OrderInstruction */
    COMMAND_ORDER_RESULT = 1165,
    COMMAND_CANCEL_ORDER = 1166,
    COMMAND_REDEEM = 1167,
    COMMAND_PAYOUT = 1168,
    COMMAND_LIST_HOLDINGS = 1169, /* query */
    COMMAND_GET_ORDER = 1170,     /* query */
    COMMAND_GET_PRODUCT = 1172,   /* query */
    COMMAND_OFFER_LOAN = 1180,
    COMMAND_APPLY_LOAN = 1181,
    COMMAND_DECIDE_LOAN = 1182,
    COMMAND_DRAW_LOAN = 1183,
    COMMAND_REPAY_LOAN = 1185,
    COMMAND_QUOTE_REPAYMENT = 1186, /* query */
    COMMAND_LOAN_STATUS = 1187,
    COMMAND_GET_LOAN = 1188,   /* query */
    COMMAND_LIST_LOANS = 1190, /* query */
    COMMAND_OFFLINE_EVENT = 1200,
    COMMAND_REFERRAL = 1201
};

#endif
