/*
 * Cases: inquiry and answer between the two banks of a transfer. None is opened yet; a contradiction
 * stands in its transfer.
 */
#include "ledger/handler.h"

int case_open_conflict(struct apply *apply, struct transfer *transfer) {
    (void)apply;
    (void)transfer;
    return 0;
}
