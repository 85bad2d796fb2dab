/*
 * Settlement windows: what the gateway told of them, and the bank's word that a net was paid.
 */
#ifndef LG_BANK_WINDOWS_H
#define LG_BANK_WINDOWS_H

#include "bank/bank.h"

/* Keeps the notice, and with `settle = auto` confirms the nets of a window that was closed. */
void bk_windows_take(struct bk_bank *bank, const struct window_view *view, struct span notice);
/* The reference that two banks that settle by themselves both give to the payment of their net. */
struct span bk_windows_reference(uint64_t window, bank_code one, bank_code other,
                                 char text_out[REFERENCE_MAX + 1]);

#endif
