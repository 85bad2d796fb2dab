/*
 * A shop in the ledger's tests: a product that B issues and A sells, a link of A and B with the scope
 * for it, and whole steps of orders.
 */
#ifndef LG_TESTS_LEDGER_SHOP_H
#define LG_TESTS_LEDGER_SHOP_H

#include "ledger/laws.h"
#include "ledger/money.h"
#include "store/catalogue.h"
#include "store/orders.h"

#define SHOP_MIN_FEN 100000

struct shop {
    struct world world;
    struct product_terms terms; /* of the next publication */
    struct product_sale sale;
    struct id link;
};

void shop_init(struct shop *shop);
/* Checks the laws, too. */
void shop_deinit(struct shop *shop);
/* Version version of the issuer's product "W-1", as terms and sale say. */
void shop_publish(struct shop *shop, bank_code issuer, uint32_t version, enum product_state state);
/* One more link of another person's accounts. */
struct id shop_link(struct shop *shop);

/* By A of B's product, from the Class II account. */
struct place_order shop_request(struct shop *shop, int64_t fen);
void shop_ask(struct shop *shop, bank_code bank, const struct place_order *request);
void shop_refused(struct shop *shop, bank_code bank, const struct place_order *request,
                  enum refusal_code code, const char *field);
/* The order in the one reply. */
struct product_order shop_told(struct shop *shop);
/* FUNDING; and PLACED, or OPEN. */
struct id shop_funding(struct shop *shop, bank_code bank, const struct place_order *request);
struct id shop_placed(struct shop *shop, bank_code bank, const struct place_order *request);
/* Paid by A's push; in-house at B. */
struct id shop_pushed(struct shop *shop, int64_t fen);
struct id shop_in_house(struct shop *shop, int64_t fen);
/* The bank that was instructed answers on its transfer. */
void shop_answer(struct shop *shop, const struct id *order, enum posting_outcome outcome);

struct order_result shop_result(struct shop *shop, const struct id *order, int64_t units,
                                int64_t price, int64_t fen);
struct order_result shop_decline(struct shop *shop, const struct id *order,
                                 enum order_decision decision);
void shop_decide(struct shop *shop, bank_code bank, const struct order_result *result);
void shop_cancel(struct shop *shop, bank_code bank, const struct id *order);
void shop_say(struct shop *shop, const struct id *order, enum order_outcome outcome);

struct product_order shop_order(struct shop *shop, const struct id *id);
void shop_expect(struct shop *shop, const struct id *id, enum product_order_state state);
struct quota shop_quota(struct shop *shop, bank_code issuer);
int64_t shop_held(struct shop *shop, bank_code issuer, const struct id *link);
/* Of that kind in its record. */
size_t shop_events(struct shop *shop, const struct id *id, enum product_order_event event);

#endif
