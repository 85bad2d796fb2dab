/*
 * The gateway's answers as JSON, for controllers.
 */
#ifndef LG_BANK_PRINT_H
#define LG_BANK_PRINT_H

#include "bank/control.h"

/* Pages print a line for each entry before the last line. */
void bk_print_answer(struct bk_session *session, const struct bk_answer *answer);
/* Its keys, into an object that is begun. */
void bk_print_case(struct bk_json *json, const struct case_view *view);
void bk_print_card(struct bk_json *json, const struct card_view *view);
void bk_print_adjustment(struct bk_json *json, const struct adjustment_view *view);
void bk_print_order(struct bk_json *json, const struct order_view *view); /* print_order.c */
void bk_print_loan(struct bk_json *json, const struct loan_view *view);   /* print_loan.c */
void bk_print_quote(struct bk_json *json, const struct loan_quote_view *view);
struct bk_debt;
void bk_print_debt(struct bk_json *json, const struct bk_debt *debt);
struct bk_lot;
void bk_print_lot(struct bk_json *json, const struct bk_lot *lot);
void bk_print_product(struct bk_json *json, const struct product_view *view);
void bk_print_totals(struct bk_json *json, const struct totals_page *page);
void bk_print_recon_page(struct bk_json *json, const struct recon_page *page);
void bk_print_recon_result(struct bk_json *json, const struct result_page *page);
void bk_print_event(struct bk_json *json, const struct event_view *view);
void bk_print_window(struct bk_json *json, const struct window_view *view);

#endif
