/*
 * The books of a modelled bank, which survive its crashes: its customers, what it asked of the
 * gateway and was shown, what it posted, refused or barred, what it answered.
 */
#ifndef LG_TESTS_SIM_BOOKS_H
#define LG_TESTS_SIM_BOOKS_H

#include "util/bytes.h"
#include "wire/partner.h"

struct party;
struct ask;

enum side { SIDE_CLASS2, SIDE_CLASS1, SIDES };

struct account {
    int64_t balance_fen, cap_fen;   /* what it may have; 0: any */
    int64_t held_fen, expected_fen; /* for pushes, of pulls that are not final */
};

/* What a bank was told of a transfer and is told again for ever: when it was received, is due, was
 * accepted, credited; its window; when its cancellation was asked for. 0: not told yet. */
#define SIGHTS 6
struct sight {
    int64_t items[SIGHTS];
};

/* A customer with an account at either bank; each bank touches only what is its own. */
struct person {
    size_t index;
    struct party *homes[SIDES];
    char numbers[SIDES][20];
    char second[20]; /* another number of the Class I account, for links to be bound to anew */
    char name[24], id_number[19], mobile[12];
    struct account accounts[SIDES];
    int64_t opening_fen[SIDES];
    /* What the Class II bank knows of the link. */
    struct bond *bonds[SIDES]; /* the latest link, as either bank knows it; NULL: none */
    enum account_class class2; /* II or III */
    bool has_code, giving_up;
    bool unsure;   /* asks for the state before anything else */
    bool amending; /* an amendment waits for its code */
    unsigned opens;
    struct ask *link_ask;
    char code[8]; /* the last one-time code that the Class I bank sent */
};

/* A link as one bank knows it. */
struct bond {
    struct id link;
    struct person *person;
    enum link_state shown; /* the furthest */
    bool second;           /* bound to the second number */
    bool needs_person;     /* is held until the person was verified again */
    uint32_t hold_count;   /* of its own, when it was last told */
    struct hold_of {
        struct id id;
        enum hold_authority authority;
    } holds[HOLDS_MAX];
    struct bond *next;
};

/* A case as a bank knows it. */
struct matter {
    struct id id;
    uint32_t entries; /* that it knows of */
    struct matter *next;
};

/* What the bank asked of the gateway; changing requests are stored before they are sent. */
struct ask {
    struct party *party;
    struct person *person;
    enum message_kind kind;
    struct id id; /* request id; zero: changes nothing, or needs none */
    struct buf payload;
    uint32_t timeout_ms;
    bool done;                /* nobody waits for it any more */
    bool stray;               /* about something that is not there */
    bool blind;               /* GetTransfer: before anything was known of it */
    bool filtered, of_closed; /* a list of a state, or of a window that was closed already */
    struct id after;          /* a list: begins behind this */
    uint64_t window;          /* totals, rows: of it; 0: as the query has it */
    bool stranger;            /* a result that nobody asked this bank for */
    bool shared_id;           /* another bank uses this id as well */
    unsigned sends;
    uint64_t serial;   /* of the cable that it went over last, or is to go over first; 0: any */
    uint64_t retry;    /* which of its retry events counts */
    struct ask *about; /* ConfirmCredit, GetTransfer, CancelTransfer: the transfer's request */
    int64_t not_before_us;
    /* SubmitTransfer, SubmitReturn */
    enum transfer_kind purpose;
    struct id original; /* of a return */
    bool second;        /* of a link that is bound to the second number */
    bool other;         /* the Class I bank's side is somebody else's account there */
    bool fell_back;     /* the Class I account pays: what was held for it is free again */
    bool foreign;       /* in another currency: refused before it is recorded */
    bool owed;          /* a return of what was not credited: if it fails, it is credited */
    struct id link, transfer;
    enum side side; /* the person's account here */
    /* PlaceOrder, Payout, DrawLoan, RepayLoan, and what else is sent of an order or a loan */
    struct id bought;     /* the order or loan that it is about, once known */
    bool pooled;          /* the bank itself pays or is paid */
    bool in_house;        /* all of it stays at one bank */
    int64_t extra_fen;    /* what the bank then gives its customer of its own; negative: takes */
    int64_t units, price; /* of a result or a payout */
    bool answered, wrong; /* it was taken; it must not be */
    bool direct;          /* it is booked at once: no transfer is made */
    int64_t whole_fen, interest_fen; /* of a loan: of both lenders */
    enum transfer_direction direction;
    int64_t fen;
    enum transfer_state shown; /* the furthest state that we were shown */
    struct sight sight;
    bool refused;
    bool credit_confirmed;
    struct ask *next;
};

#include "sim/slips.h" // IWYU pragma: export

#endif
