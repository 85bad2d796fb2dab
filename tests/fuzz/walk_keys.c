/*
 * Everything of the store that reads keys, in one walk.
 */
#include "fuzz/walk_keys.h"

#include "store/catalogue.h"
#include "store/table.h"

#define WALKED_WINDOW 7

static void fine(int rc) {
    ENSURE(rc == 0 || rc == STORE_ABSENT || rc == STORE_DAMAGED);
}

void walk_keys(struct store *store, const struct id *id, const struct digest *of, bank_code bank) {
    union {
        struct link link;
        struct transfer transfer;
        struct bank bank;
        struct position position;
        struct pair_net net;
        struct inquiry_case inquiry;
        struct adjustment adjustment;
        struct product_order order;
        struct loan loan;
        struct card card;
        struct bank_event event;
        struct approval approval;
        struct audit_row audit;
        struct store_deadline deadline;
        struct store_open_row open;
        struct id id;
    } out;
    uint64_t number;
    fine(store_next_link(store, NULL, &out.link));
    fine(store_next_transfer(store, NULL, &out.transfer));
    fine(store_next_bank(store, 0, &out.bank));
    fine(store_next_position(store, NULL, &out.position));
    fine(store_next_net(store, NULL, &out.net));
    fine(store_next_case(store, NULL, &out.inquiry));
    fine(store_next_adjustment(store, NULL, &out.adjustment));
    fine(store_next_card(store, NULL, &out.card));
    fine(store_next_card_of_person(store, of, NULL, &out.id));
    fine(store_next_adjustment_of_window(store, WALKED_WINDOW, NULL, &out.id));
    fine(store_next_order(store, NULL, &out.order));
    fine(store_next_order_of_link(store, id, NULL, &out.id));
    fine(store_find_order_of_transfer(store, id, &out.id));
    fine(store_next_loan(store, NULL, &out.loan));
    fine(store_next_loan_of_link(store, id, NULL, &out.id));
    fine(store_find_loan_of_transfer(store, id, &out.id));
    fine(store_next_product_change(store, 0, &number, &out.id));
    fine(store_next_event(store, NULL, &out.event));
    fine(store_next_approval(store, NULL, &out.approval));
    fine(store_next_audit(store, 0, &out.audit));
    fine(store_first_deadline(store, &out.deadline));
    fine(store_next_deadline(store, NULL, &out.deadline));
    for (int kind = 0; kind <= OBJECT_EVENT; kind++)
        fine(store_next_open(store, (enum object_kind)kind, NULL, &out.open));
    fine(store_next_transfer_of_link(store, id, NULL, &out.id));
    fine(store_next_return(store, id, NULL, &out.id));
    fine(store_next_case_of_transfer(store, id, NULL, &out.id));
    fine(store_next_link_of_bank(store, bank, NULL, &out.id));
    fine(store_next_link_of_account(store, of, NULL, &out.id));
    fine(store_next_link_of_person(store, of, NULL, &out.id));
    for (int kind = LIVE_PERSON; kind <= LIVE_CLASS1; kind++)
        fine(store_next_live(store, (enum live_kind)kind, of, NULL, &out.id));
    fine(store_find_link_by_pair(store, of, of, &out.id));
    fine(store_any_open_under(store, OBJECT_TRANSFER, id));
}
