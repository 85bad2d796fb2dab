/*
 * Orders in the ledger's tests, from the request to the units that a customer holds: bank A has the
 * Class II account and sells, bank B has the Class I account and issues. What a helper does must
 * work.
 */
#ifndef LG_TESTS_LEDGER_REDEEMED_H
#define LG_TESTS_LEDGER_REDEEMED_H

#include "domain/product_units.h"
#include "ledger/shop.h"

#define ORDERED_FEN 500000 /* 5,000 units at 1 CNY */
#define UNITS(whole) ((int64_t)(whole)*PRODUCT_UNIT_PARTS)
#define PAR PRODUCT_PRICE_PARTS

/* B publishes it by the shop's terms, but with that term; A may sell it. */
void redeemed_publish(struct shop *shop, const char *code, enum product_kind kind,
                      uint32_t term_days);

/* Placed by a bank, paid by the Class II account at A or the Class I account at B. */
struct place_order redeemed_request(struct shop *shop, const char *code, bool class1_pays);
/* The instruction that is out is posted. */
void redeemed_post(struct shop *shop, bank_code bank);
struct id redeemed_placed(struct shop *shop, const char *code, bool class1_pays);
/* And confirmed at one CNY a unit: A's customer holds 5,000. */
struct id redeemed_held(struct shop *shop, const char *code, bool class1_pays);
/* By its issuer alone, from the account at A. */
struct id redeemed_deposit(struct shop *shop, const char *code);

/* ---- requests: as they are sent, whatever becomes of them ---- */
void redeemed_redeem(struct shop *shop, bank_code bank, const struct id *order, int64_t units);
/* B's answer to the instruction of that number. */
void redeemed_answer(struct shop *shop, const struct id *order, uint32_t number,
                     enum order_outcome outcome);
struct payout redeemed_payout(struct shop *shop, const struct id *order,
                              enum product_payout purpose, int64_t units, int64_t price,
                              int64_t fen);
void redeemed_pay(struct shop *shop, const struct payout *payout);

/* ---- what came of it ---- */
/* Of the one reply. */
struct order_view redeemed_reply(struct shop *shop);
/* The event of the last notice to that bank. */
struct span redeemed_told(struct shop *shop, bank_code bank);
/* The bytes of the instruction that went to B just now. */
struct span redeemed_instruction(struct shop *shop);

#endif
