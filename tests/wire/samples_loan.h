/*
 * The sample values of loans. Part of wire/samples.h.
 */
#ifndef LG_TESTS_WIRE_SAMPLES_LOAN_H
#define LG_TESTS_WIRE_SAMPLES_LOAN_H

#include "wire/partner.h"

struct offer_loan sample_offer_loan(void);
struct apply_loan sample_apply_loan(void);
struct decide_loan sample_decide_loan(void);
struct decide_loan sample_decline_loan(void);
struct draw_loan sample_draw_loan(void);
struct repay_loan sample_repay_loan(void);
struct quote_repayment sample_quote_repayment(void);
struct loan_status sample_loan_status(void); /* tells instalments */
struct loan_status sample_loan_waived(void);
struct loan_status sample_loan_written_off(void);
struct get_loan sample_get_loan(void);
struct list_loans sample_list_loans(void);
struct loan_view sample_loan_view(void);
struct notice_place sample_loan_place(void);
struct loan_quote_view sample_loan_quote(void);

#endif
