/*
 * What operators order, as values: the bodies of their commands.
 */
#ifndef LG_DOMAIN_ORDER_H
#define LG_DOMAIN_ORDER_H

#include "domain/bank.h"
#include "domain/funds.h"
#include "domain/link.h"
#include "domain/message_transfer.h"
#include "domain/rules_document.h"
#include "domain/transfer.h"
#include "domain/window.h"

struct unfreeze {
    enum object_kind kind;
    struct id object;
};
struct bank_disable {
    bank_code code;
};
struct clock_accept {
    int64_t wall_ms;
};
/* BANK_ENABLE. */
struct bank_enable {
    bank_code code;
};
/* notice: of the token that holds it, so that what is approved is what was looked at. */
struct bank_resync {
    bank_code code;
    uint64_t notice;
};
#define BANK_SET_NAME 1u
#define BANK_SET_ROLES 2u
#define BANK_SET_DENIED 4u
struct rules_load {
    const struct rules_document *document; /* in the command's arena */
};
struct bank_set {
    bank_code code;
    uint32_t what; /* bits of BANK_SET_*: which of these are set */
    char name[BANK_NAME_MAX + 1];
    uint32_t roles;
    struct bank_denied denied;
};
/* PIN_ADD, PIN_REMOVE, PIN_SEEN. */
struct bank_pin {
    bank_code code;
    struct digest pin;
    int64_t expires_at_ms; /* of its certificate; 0: not known */
};
struct hold_order {
    struct id link;
    struct id hold;  /* HOLD_LIFT */
    uint32_t blocks; /* HOLD_PLACE, as the rest */
    char reason[REASON_SIZE];
    char legal_reference[LEGAL_REFERENCE_MAX + 1];
    int64_t expires_at_ms;
};
struct quarantine_order {
    struct digest digest;
};
/* APPROVE, REJECT and READ_UNMASKED. */
struct decision {
    struct id approval;
    int64_t wall_ms; /* now, for a clock that is accepted */
};
#define CAP_SET_CAP 1u
#define CAP_SET_PREFUNDED 2u
#define CAP_SET_WARN 4u
#define CAP_SET_ALL (CAP_SET_CAP | CAP_SET_PREFUNDED | CAP_SET_WARN)
struct cap_set {
    bank_code code;
    char currency[CURRENCY_SIZE];
    uint32_t what; /* bits of CAP_SET_*: which of these are set */
    bool has_cap;
    int64_t cap_fen; /* 0 without a cap */
    bool prefunded;
    uint32_t warn_percent[EXPOSURE_WARNINGS]; /* ascending, 1 to 100; 0: no further ones */
};
/* What code may owe to counterparty. */
struct pair_cap_set {
    bank_code code, counterparty;
    char currency[CURRENCY_SIZE];
    bool has_cap;
    int64_t cap_fen;
};
struct funds_begin {
    bank_code code;
    enum funds_direction direction;
    struct money amount;
    char reference[REFERENCE_MAX + 1];
};
struct funds_end {
    struct id funds;
    bool confirm;                      /* else it is cancelled */
    char reference[REFERENCE_MAX + 1]; /* of a confirmed one */
};
/* WINDOW_CLOSE, WINDOW_SETTLE and WINDOW_ABORT. */
struct window_order {
    uint64_t window;
    bank_code low, high;               /* SETTLE: the pair */
    char reference[REFERENCE_MAX + 1]; /* and by which payment */
    enum settlement settlement;        /* SETTLE: MULTILATERAL is all at once */
    bank_code defaulter;               /* ABORT; 0: none */
};
enum search_by { SEARCH_BY_ACCOUNT = 1, SEARCH_BY_PERSON = 2 };
#define SEARCH_FOUND_MAX 100u
struct search {
    enum search_by by;
    struct digest key; /* HMAC of bank and account, or of id type and number: never the number */
};
struct unmask {
    struct id link;
};
/* The instructed bank's word on an UNKNOWN transfer, as its people gave it to operators. */
struct transfer_resolve {
    struct id transfer;
    enum posting_outcome outcome;      /* POSTED, REFUSED or UNDONE */
    char reference[REFERENCE_MAX + 1]; /* of POSTED; as book_date */
    char book_date[DATE_TEXT_SIZE];
    char reason[REASON_SIZE]; /* of the others; of UNDONE it may be empty */
    char word[BANK_WORD_MAX + 1];
    struct digest document; /* SHA-256 of what the bank wrote */
};
/* RECON_COMPARE. */
struct recon_order {
    bank_code bank;       /* whose list it is */
    struct digest upload; /* SHA-256 of the list */
};
/* What READ_UNMASKED gives, in memory only. */
struct unmasked {
    struct id link;
    bank_code class2_bank, class1_bank;
    char class2_number[ACCOUNT_NUMBER_MAX + 1];
    char class1_number[ACCOUNT_NUMBER_MAX + 1];
    int64_t until_ms; /* readable until then */
};
#endif
