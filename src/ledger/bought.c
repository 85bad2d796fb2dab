/*
 * Transfers that orders and loans make, and the way from a transfer back to its order or loan.
 *
 * Invariants: such a transfer has no request, and exactly one row says of what it is; it passes the
 * same checks as one that a bank submits, and is settled, inquired about, barred and returned by the
 * same code. What a change of it means is the order's or the loan's to say, in the same application.
 */
#include "ledger/loans.h"

#include "ledger/product_orders.h"

/* ---- making one ---- */

static struct transfer plan_transfer(struct apply *apply, const struct bought_plan *plan) {
    static const struct id nobody;
    struct transfer transfer = transfer_new(apply, plan->link, plan->direction, &plan->amount,
                                            &nobody, plan->end_to_end_id);
    transfer.kind = plan->kind;
    transfer.in_house = plan->in_house;
    if (plan->in_house)
        transfer.debtor_bank = transfer.creditor_bank = transfer.instructed;
    transfer.class2_pays = transfer_class2_pays(&transfer, plan->link->class2_bank);
    return transfer;
}

int bought_check_holds(struct apply *apply, const struct bought_plan *plan) {
    struct transfer transfer = plan_transfer(apply, plan);
    return transfer_check_holds(apply, plan->link, &transfer);
}

static int check_kind(struct apply *apply, const struct bought_plan *plan,
                      const struct transfer_way *way) {
    const struct kind_rule *rule = &apply->rules->kinds[plan->kind];
    APPLY_INVARIANT(way != NULL);
    if (!transfer_kind_made(plan->kind))
        return 0;
    return rule->enabled ? transfer_check_amount(apply, rule, plan->amount.fen)
                         : refuse(apply, REFUSAL_KIND_DISABLED, "");
}

/* The fields are those of the messages that make one, which have no kind. */
static int check_class(struct apply *apply, const struct bought_plan *plan,
                       const struct transfer_way *way, struct transfer *transfer,
                       struct account_limits *limits) {
    int result = class_limit_check(apply, plan->link, way, transfer, limits);
    if (result == REFUSAL_CLASS || result == REFUSAL_NOT_FUNDED)
        apply->field = "";
    return result;
}

static int check_all(struct apply *apply, const struct bought_plan *plan, struct transfer *transfer,
                     struct account_limits *limits) {
    const struct transfer_way *way = transfer_way_of(transfer);
    int result = check_kind(apply, plan, way);
    if (result == 0)
        result = transfer_check_holds(apply, plan->link, transfer);
    if (result == 0)
        result = check_class(apply, plan, way, transfer, limits);
    if (result == 0)
        result = transfer_check_other_bank(apply, transfer);
    return result ? result : transfer_reserve(apply, transfer);
}

int bought_pay(struct apply *apply, const struct bought_plan *plan, struct transfer *transfer_out) {
    struct transfer transfer = plan_transfer(apply, plan);
    struct account_limits limits;
    struct sides sides;
    int result = check_all(apply, plan, &transfer, &limits);
    if (result == 0)
        result = transfer_sides(apply, &transfer, &sides);
    if (result)
        return result;
    if (transfer.limited)
        store_put_limits(apply->store, &limits);
    struct post_instruction instruction = {.link = plan->link->id};
    if (plan->order)
        instruction.order = *plan->order;
    if (plan->loan)
        instruction.loan = *plan->loan;
    result = transfer_instruct(apply, &transfer, &sides, &instruction, span_of(NULL, 0));
    if (result == 0)
        *transfer_out = transfer;
    return result;
}

int bought_count(struct apply *apply, const struct id *product, const struct digest *person_key,
                 int64_t more_fen) {
    int64_t held_fen;
    if (more_fen == 0)
        return 0;
    APPLY_TRY(store_get_held(apply->store, product, person_key, &held_fen));
    APPLY_INVARIANT(fen_add(held_fen, more_fen, &held_fen) && held_fen >= 0);
    store_put_held(apply->store, product, person_key, held_fen);
    return 0;
}

/* ---- what becomes of it ---- */

/* Whose it is. Exactly one row says so. */
static int find(struct apply *apply, const struct transfer *transfer, enum object_kind *kind_out,
                struct id *id_out) {
    int result = store_find_order_of_transfer(apply->store, &transfer->id, id_out);
    APPLY_TRY(result);
    *kind_out = OBJECT_ORDER;
    if (result == 0)
        return 0;
    result = store_find_loan_of_transfer(apply->store, &transfer->id, id_out);
    APPLY_TRY(result);
    *kind_out = OBJECT_LOAN;
    APPLY_INVARIANT(result == 0);
    return 0;
}

int bought_moved(struct apply *apply, const struct transfer *transfer, enum bought_change change,
                 const struct transfer *back) {
    enum object_kind kind;
    struct id id;
    if (!id_is_zero(&transfer->request))
        return 0;
    APPLY_INVARIANT((back != NULL) == (change == BOUGHT_RETURNED));
    int result = find(apply, transfer, &kind, &id);
    if (result)
        return result;
    return kind == OBJECT_ORDER ? orders_moved(apply, &id, transfer, change, back)
                                : loans_moved(apply, &id, transfer, change, back);
}

int bought_check_return(struct apply *apply, const struct transfer *transfer, int64_t fen) {
    enum object_kind kind;
    struct id id;
    if (!id_is_zero(&transfer->request))
        return 0;
    int result = find(apply, transfer, &kind, &id);
    if (result)
        return result;
    return kind == OBJECT_ORDER ? orders_check_return(apply, &id, transfer, fen)
                                : loans_check_return(apply, &id, transfer, fen);
}

int bought_view(struct apply *apply, const struct transfer *transfer, struct id *order_out,
                struct id *loan_out) {
    enum object_kind kind;
    struct id id;
    if (!id_is_zero(&transfer->request))
        return 0;
    int result = find(apply, transfer, &kind, &id);
    if (result == 0)
        *(kind == OBJECT_ORDER ? order_out : loan_out) = id;
    return result;
}
