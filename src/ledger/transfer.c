/*
 * SubmitTransfer: from the request to the instruction on its way.
 *
 * Invariants: RECEIVED, RESERVED and PENDING are passed in one application; what is reserved follows
 * from the transfer's state alone; the instruction's bytes are kept with the transfer until a
 * definite answer, its deadline or its cancellation, so that what is sent again is the same. A
 * refused submission makes no transfer.
 * Order of checks: link -> state -> kind, scope -> holds -> parties -> agreed limits -> other bank
 * -> position.
 */
#include "ledger/transfers.h"
#include "wire/message.h"

/* SUSPENDED depends on what the holds block: see check_holds. */
static int check_state(struct apply *apply, const struct link *link) {
    switch (link->state) {
    case LINK_ACTIVE:
    case LINK_SUSPENDED:
        return 0;
    case LINK_CLOSING:
        return refuse(apply, REFUSAL_LINK_CLOSING, "link_id");
    case LINK_NONE:
    case LINK_REQUESTED:
    case LINK_VERIFYING:
    case LINK_AWAITING_AUTHENTICATION:
    case LINK_CLOSED:
    case LINK_PENDING_ACTIVATION:
    case LINK_REJECTED:
    case LINK_EXPIRED:
    case LINK_STATES:
        break;
    }
    return refuse(apply, REFUSAL_LINK_NOT_ACTIVE, "link_id");
}

/* A payment is debited from the Class I account, and leaves for a payee at once. */
static int check_kind(struct apply *apply, const struct submit_transfer *request,
                      const struct link *link) {
    enum link_scope scope = LINK_SCOPE_COLLECT;
    if (request->kind == TRANSFER_PAYMENT) {
        scope = LINK_SCOPE_PAY;
        if (apply->command->bank != link->class2_bank || request->direction != TRANSFER_PULL)
            return refuse(apply, REFUSAL_PAYMENT, "direction");
    } else if (request->kind != TRANSFER_BOUND_PAIR) {
        return refuse(apply, REFUSAL_KIND_DISABLED, "kind");
    }
    if (!(link->scopes & LINK_SCOPE_BIT(scope)))
        return refuse(apply, REFUSAL_SCOPE, "link_id");
    return 0;
}

uint32_t transfer_touches(const struct transfer *transfer) {
    if (transfer->kind == TRANSFER_PAYMENT)
        return HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1);
    if (transfer->class2_pays)
        return HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS2) | HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS1);
    return HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1) | HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS2);
}

static int check_holds(struct apply *apply, const struct link *link,
                       const struct transfer *transfer) {
    if (link_blocked(link) & transfer_touches(transfer))
        return refuse(apply, REFUSAL_LINK_SUSPENDED, "link_id");
    return 0;
}

int transfer_sides(struct apply *apply, const struct id *link, bool class2_pays,
                   struct sides *sides_out) {
    struct link_private secret;
    int result = store_get_link_private(apply->store, link, &secret);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    sides_out->debtor_number = class2_pays ? secret.class2_number : secret.class1_number;
    sides_out->creditor_number = class2_pays ? secret.class1_number : secret.class2_number;
    return 0;
}

/* A payment's creditor is the payee, not the link's account. */
static int check_parties(struct apply *apply, const struct submit_transfer *request,
                         const struct sides *sides) {
    if (request->debtor_account.size && !span_equal(request->debtor_account, sides->debtor_number))
        return refuse(apply, REFUSAL_ACCOUNT_DEBTOR, "debtor.account_number");
    if (request->kind != TRANSFER_PAYMENT && request->creditor_account.size &&
        !span_equal(request->creditor_account, sides->creditor_number))
        return refuse(apply, REFUSAL_ACCOUNT_CREDITOR, "creditor.account_number");
    return 0;
}

/* One that answers nothing must not make work without end: each of its transfers is inquired about
 * until it has an outcome. */
int transfer_check_other_bank(struct apply *apply, const struct transfer *transfer) {
    const char *field = transfer->kind == TRANSFER_RETURN ? "transfer_id" : "link_id";
    int result =
        apply_check_peer(apply, transfer->instructed, field,
                         transfer->direction == TRANSFER_PUSH ? REFUSAL_BANK_OFFLINE_CREDITOR
                                                              : REFUSAL_BANK_OFFLINE);
    if (result)
        return result;
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, transfer->instructed, &counters));
    if (counters.unanswered >= apply->rules->unanswered_per_bank)
        return refuse(apply, REFUSAL_UNANSWERED, field);
    return 0;
}

struct transfer transfer_new(struct apply *apply, const struct link *link,
                             enum transfer_direction direction, const struct money *amount,
                             const struct id *request, struct span end_to_end_id) {
    bank_code own = apply->command->bank;
    bank_code other = own == link->class2_bank ? link->class1_bank : link->class2_bank;
    bool push = direction == TRANSFER_PUSH;
    int64_t timeout_ms = apply_timeout_ms(apply, apply->rules->transfer_timeout_ms,
                                          apply->rules->transfer_timeout_min_ms,
                                          apply->rules->transfer_timeout_max_ms);
    struct transfer transfer = {
        .id = apply_new_id(apply),
        .direction = direction,
        .link = link->id,
        .request = *request,
        .submitter = own,
        .instructed = other,
        .debtor_bank = push ? own : other,
        .creditor_bank = push ? other : own,
        .amount = *amount,
        .received_at_ms = apply->now_ms,
        .deadline_ms = apply->now_ms + timeout_ms,
    };
    apply_copy_text(transfer.end_to_end_id, sizeof transfer.end_to_end_id, end_to_end_id);
    return transfer;
}

/* RECEIVED, RESERVED, PENDING. */
static int advance(struct apply *apply, struct transfer *transfer, struct span reason) {
    char code[REASON_SIZE];
    apply_copy_text(code, sizeof code, reason);
    struct history_entry entry = apply_entry(apply, CAUSE_REQUEST, code);
    int result = transfer_step(apply, transfer, TRANSFER_EVENT_RECEIVE, &entry);
    if (result == 0)
        result = transfer_step(apply, transfer, TRANSFER_EVENT_RESERVE, &entry);
    if (result == 0)
        result = transfer_step(apply, transfer, TRANSFER_EVENT_INSTRUCT, &entry);
    return result ? result : transfer_tally(apply, transfer->instructed, TALLY_UNANSWERED, true);
}

static void encode_instruction(struct apply *apply, const struct transfer *transfer,
                               const struct sides *sides, struct post_instruction *instruction) {
    bool push = transfer->direction == TRANSFER_PUSH;
    instruction->transfer = transfer->id;
    instruction->link = transfer->link;
    instruction->side = push ? POSTING_CREDIT : POSTING_DEBIT;
    instruction->amount = transfer->amount;
    instruction->account_number = push ? sides->creditor_number : sides->debtor_number;
    instruction->counterparty_bank = transfer->submitter;
    instruction->counterparty_account_number = push ? sides->debtor_number : sides->creditor_number;
    instruction->end_to_end_id = span_text(transfer->end_to_end_id);
    instruction->kind = transfer->kind;
    buf_clear(&apply->ledger->scratch);
    message_encode_post_instruction(instruction, &apply->ledger->scratch);
}

int transfer_instruct(struct apply *apply, struct transfer *transfer, const struct sides *sides,
                      struct post_instruction *instruction, struct span reason) {
    int result = advance(apply, transfer, reason);
    if (result)
        return result;
    encode_instruction(apply, transfer, sides, instruction);
    struct store_deadline due = {transfer_due_ms(transfer), OBJECT_TRANSFER, transfer->id};
    store_put_deadline(apply->store, &due);
    struct store_open_row open = {OBJECT_TRANSFER, transfer->link, transfer->id};
    store_put_open(apply->store, &open);
    apply_send(apply, transfer->instructed, MESSAGE_POST_INSTRUCTION, &transfer->id,
               transfer->deadline_ms, buf_span(&apply->ledger->scratch));
    apply_wait(apply, &transfer->request);
    return store_put_transfer(apply->store, transfer, STORE_KEPT_SET,
                              buf_span(&apply->ledger->scratch), true);
}

static int instruct(struct apply *apply, const struct submit_transfer *request,
                    struct transfer *transfer, const struct sides *sides) {
    struct post_instruction instruction = {
        .debtor_name = request->debtor_name,
        .creditor_name = request->creditor_name,
        .purpose = request->purpose,
        .remittance = request->remittance,
        .channel = request->channel,
        .authentication = request->authentication,
        .has_merchant = request->has_merchant,
        .merchant = request->merchant,
    };
    if (request->kind == TRANSFER_PAYMENT) {
        instruction.creditor_bank = request->creditor_bank;
        instruction.creditor_account_number = request->creditor_account;
    }
    return transfer_instruct(apply, transfer, sides, &instruction, span_of(NULL, 0));
}

int transfer_submit(struct apply *apply) {
    const struct submit_transfer *request = &apply->command->body.submit_transfer;
    struct link link;
    int result = link_touch_own(apply, &request->link, &link);
    if (result == 0)
        result = check_state(apply, &link);
    if (result == 0)
        result = check_kind(apply, request, &link);
    if (result)
        return result;
    struct transfer transfer = transfer_new(apply, &link, request->direction, &request->amount,
                                            &request->request, request->end_to_end_id);
    transfer.kind = request->kind;
    transfer.class2_pays = transfer.debtor_bank == link.class2_bank;
    struct sides sides;
    struct link_usage usage;
    result = check_holds(apply, &link, &transfer);
    if (result == 0)
        result = transfer_sides(apply, &link.id, transfer.class2_pays, &sides);
    if (result == 0)
        result = check_parties(apply, request, &sides);
    if (result == 0)
        result = usage_check(apply, &link, &transfer, &usage);
    if (result == 0)
        result = transfer_check_other_bank(apply, &transfer);
    if (result == 0)
        result = transfer_reserve(apply, &transfer);
    if (result)
        return result;
    store_put_usage(apply->store, &link.id, &usage);
    apply_touch(apply, OBJECT_TRANSFER, &transfer.id);
    return instruct(apply, request, &transfer, &sides);
}
