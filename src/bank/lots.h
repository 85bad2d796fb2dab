/*
 * The issuer's own book of orders: what was paid for, what became units, what went back and what was
 * paid out. It is kept from the instructions that this bank posted and from its own words that the
 * gateway took, never from what the gateway tells of an order, so that the two can be compared.
 */
#ifndef LG_BANK_LOTS_H
#define LG_BANK_LOTS_H

#include "bank/db.h"
#include "domain/product_order.h"

/* What was done for it already (order_desk.h): bits of bk_lot.done. */
#define BK_LOT_ANSWERED 1u /* it was confirmed or refused */
#define BK_LOT_REFUNDED 2u
#define BK_LOT_MATURED 4u

struct bk_lot {
    struct id order, link;
    struct id funding; /* the transfer that paid it */
    enum product_kind kind;
    char product[PRODUCT_CODE_MAX + 1];
    char account[ACCOUNT_NUMBER_MAX + 1]; /* our customer's, that paid; "": the other bank has it */
    int64_t amount_fen;                   /* paid */
    bool decided;                         /* confirmed, refused, lapsed or cancelled */
    int64_t confirmed_fen, price;
    int64_t refund_fen, refunded_fen; /* to go back, and gone back */
    int64_t paid_out_fen;
    int64_t units;         /* left */
    int64_t taken_units;   /* of a redemption that was taken and is not paid out yet */
    uint32_t done, number; /* the last instruction whose payout was sent */
};

/* False: no order of a product of ours, or not one that was paid. */
bool bk_lot_find(struct bk_db *db, const struct id *order, struct bk_lot *lot_out);
bool bk_lot_paid_by(struct bk_db *db, const struct id *transfer, struct bk_lot *lot_out);
void bk_lot_save(struct bk_db *db, const struct bk_lot *lot);
/* False: not a lot. */
bool bk_lot_read(struct span row, struct bk_lot *lot_out);
/* The most units that so much buys; 0: none. */
int64_t bk_units_for(int64_t fen, int64_t price);
/* At a rate a year, in 1/1,000,000, for so many days of 365, rounded down. */
int64_t bk_interest_for(int64_t fen, uint32_t rate, uint32_t days);

/* What this bank sells under a code: as it published it last. */
struct bk_offered {
    enum product_kind kind;
    uint32_t version, rate, term_days;
    struct digest terms;
};
bool bk_offered_find(struct bk_db *db, struct span code, struct bk_offered *offered_out);
void bk_offered_save(struct bk_db *db, const struct product *product);

/* What a request of ours asks or says of an order, until it is answered. */
struct bk_order_word {
    struct id order;                    /* zero: it is to be placed */
    char product[PRODUCT_CODE_MAX + 1]; /* of one that is placed */
    uint32_t what;                      /* enum order_decision or product_payout */
    int64_t units, price, fen;
};
bool bk_order_word_find(struct bk_db *db, const struct id *request, struct bk_order_word *word_out);
void bk_order_word_save(struct bk_db *db, const struct id *request,
                        const struct bk_order_word *word);
void bk_order_word_forget(struct bk_db *db, const struct id *request);

#endif
