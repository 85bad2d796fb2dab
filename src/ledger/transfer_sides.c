/*
 * The two sides of a transfer: which account is debited and which credited, at which banks, and
 * which of them are the link's.
 *
 * Invariants: the link's accounts come from its sealed numbers, never from a request; a request may
 * repeat them, and then they must agree. A side that is no account of the link is taken from the
 * request and kept with the transfer, sealed, so that a return finds its way back. What falls back
 * to the Class I account has both its sides there.
 */
#include <string.h>

#include "ledger/transfers.h"

static int link_numbers(struct apply *apply, const struct id *link, struct span *class2_out,
                        struct span *class1_out) {
    struct link_private secret;
    int result = store_get_link_private(apply->store, link, &secret);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    *class2_out = secret.class2_number;
    *class1_out = secret.class1_number;
    return 0;
}

int transfer_sides(struct apply *apply, const struct transfer *transfer, struct sides *sides_out) {
    struct span class2, class1;
    int result = link_numbers(apply, &transfer->link, &class2, &class1);
    if (result)
        return result;
    struct span other = span_text(transfer->other_account);
    struct span there = other.size > 0 ? other : class1;
    sides_out->debtor_number = transfer->class2_pays ? class2 : there;
    sides_out->creditor_number = transfer->class2_pays ? there : class2;
    return 0;
}

void transfer_name_other(const struct submit_transfer *request, const struct transfer_way *way,
                         struct transfer *transfer) {
    if (!way->third_party || way->flow == CLASS_FLOW_NONE)
        return;
    apply_copy_text(transfer->other_account, sizeof transfer->other_account,
                    way->flow == CLASS_FLOW_IN ? request->debtor_account
                                               : request->creditor_account);
}

/* A payee is whoever the request says. */
int transfer_check_parties(struct apply *apply, const struct submit_transfer *request,
                           const struct sides *sides) {
    bool payee = transfer_kind_other(request->kind) == CLASS_FLOW_OUT;
    if (request->debtor_account.size && !span_equal(request->debtor_account, sides->debtor_number))
        return refuse(apply, REFUSAL_ACCOUNT_DEBTOR, "debtor.account_number");
    if (!payee && request->creditor_account.size &&
        !span_equal(request->creditor_account, sides->creditor_number))
        return refuse(apply, REFUSAL_ACCOUNT_CREDITOR, "creditor.account_number");
    return 0;
}

uint32_t transfer_touches(const struct transfer *transfer) {
    const struct transfer_way *way = transfer_way_of(transfer);
    bool back = way == NULL;        /* a return touches what its original did */
    bool bank = !back && way->made; /* the other side of it is a bank */
    bool class1 =
        back || transfer->fallback || way->scope != 0 || (bank && way->flow == CLASS_FLOW_NONE);
    bool class2 = back || (!transfer->fallback && way->flow != CLASS_FLOW_NONE);
    uint32_t touches = transfer->kind == TRANSFER_ORDER_BUY ? HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS) : 0;
    if (class1)
        touches |= HOLD_BLOCK_BIT(transfer->class2_pays ? HOLD_BLOCK_CREDIT_CLASS1
                                                        : HOLD_BLOCK_DEBIT_CLASS1);
    if (class2)
        touches |= HOLD_BLOCK_BIT(transfer->class2_pays ? HOLD_BLOCK_DEBIT_CLASS2
                                                        : HOLD_BLOCK_CREDIT_CLASS2);
    return touches;
}

int transfer_fall_back(struct apply *apply, const struct link *link, struct transfer *transfer,
                       struct sides *sides_out) {
    transfer->debtor_bank = link->class1_bank;
    transfer->creditor_bank = link->class1_bank;
    transfer->class2_pays = false;
    memset(transfer->other_account, 0, sizeof transfer->other_account);
    return transfer_sides(apply, transfer, sides_out);
}
