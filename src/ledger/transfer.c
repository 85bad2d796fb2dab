/*
 * SubmitTransfer: from the request to the instruction on its way.
 *
 * Invariants: RECEIVED, RESERVED and PENDING are passed in one application; what is reserved follows
 * from the transfer's state alone; the instruction's bytes are kept with the transfer until a
 * definite answer, its deadline or its cancellation, so that what is sent again is the same. A
 * refused submission makes no transfer.
 * Order of checks: link -> state -> kind, way, amount, scope -> holds -> parties -> class, class limit
 * -> agreed limits -> other bank -> position. What is above the class limit and falls back to the
 * Class I account goes on as that: nothing is reserved between the banks.
 */
#include "ledger/bought.h"
#include "wire/message.h"

/* SUSPENDED depends on what the holds block. */
int transfer_check_link(struct apply *apply, const struct link *link) {
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

/* All that follows from the request and its link alone. */
struct submission {
    const struct submit_transfer *request;
    const struct transfer_way *way;
    struct link link;
    struct transfer transfer;
    struct sides sides;
    struct link_usage usage;      /* as it will be, with counted */
    struct account_limits limits; /* as they will be, with limited */
};

int transfer_check_amount(struct apply *apply, const struct kind_rule *rule, int64_t fen) {
    if (rule->min_fen && fen < rule->min_fen)
        return refuse(apply, REFUSAL_AMOUNT_BELOW, "amount.fen");
    if (rule->max_fen && fen > rule->max_fen)
        return refuse(apply, REFUSAL_AMOUNT_ABOVE, "amount.fen");
    return 0;
}

/* A return has a request of its own. */
static int check_kind(struct apply *apply, struct submission *submission) {
    const struct submit_transfer *request = submission->request;
    const struct link *link = &submission->link;
    const struct kind_rule *rule = &apply->rules->kinds[request->kind];
    bool of_class2 = apply->command->bank == link->class2_bank;
    if (transfer_kind_made(request->kind))
        return refuse(apply, REFUSAL_KIND_INTERNAL, "kind");
    if (request->kind == TRANSFER_RETURN || !rule->enabled)
        return refuse(apply, REFUSAL_KIND_DISABLED, "kind");
    submission->way = transfer_way(request->kind, request->direction,
                                   of_class2 ? ACCOUNT_CLASS_II : ACCOUNT_CLASS_I);
    if (submission->way == NULL || submission->way->made)
        return refuse(apply, REFUSAL_PAYMENT, "direction");
    if (submission->way->scope &&
        !(link->scopes & LINK_SCOPE_BIT((enum link_scope)submission->way->scope)))
        return refuse(apply, REFUSAL_SCOPE, "link_id");
    return transfer_check_amount(apply, rule, request->amount.fen);
}

int transfer_check_holds(struct apply *apply, const struct link *link,
                         const struct transfer *transfer) {
    if (link_blocked(link) & transfer_touches(transfer))
        return refuse(apply, REFUSAL_LINK_SUSPENDED, "link_id");
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

/* The instructed bank credits what is pushed to it, and debits what is pulled; what falls back to
 * its own customer's account it debits, too. */
static void encode_instruction(struct apply *apply, const struct transfer *transfer,
                               const struct sides *sides, struct post_instruction *instruction) {
    bool credit = transfer->direction == TRANSFER_PUSH && !transfer->fallback;
    instruction->transfer = transfer->id;
    instruction->link = transfer->link;
    instruction->side = credit ? POSTING_CREDIT : POSTING_DEBIT;
    instruction->amount = transfer->amount;
    instruction->account_number = credit ? sides->creditor_number : sides->debtor_number;
    instruction->counterparty_bank = transfer->submitter;
    instruction->counterparty_account_number =
        credit ? sides->debtor_number : sides->creditor_number;
    instruction->end_to_end_id = span_text(transfer->end_to_end_id);
    instruction->kind = transfer->kind;
    instruction->fallback = transfer->fallback;
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
    if (!id_is_zero(&transfer->request))
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
    if (transfer_kind_merchant(request->kind)) {
        instruction.creditor_bank = request->creditor_bank;
        instruction.creditor_account_number = request->creditor_account;
    }
    return transfer_instruct(apply, transfer, sides, &instruction, span_of(NULL, 0));
}

/* What the class says and the limits allow, and what falls back from there. */
static int check_limits(struct apply *apply, struct submission *submission) {
    const struct link *link = &submission->link;
    struct transfer *transfer = &submission->transfer;
    int result = class_limit_check(apply, link, submission->way, transfer, &submission->limits);
    if (result == 0 && transfer->fallback)
        result = transfer_fall_back(apply, link, transfer, &submission->sides);
    if (result == 0 && transfer->fallback)
        result = transfer_check_holds(apply, link, transfer);
    return result ? result : usage_check(apply, link, transfer, &submission->usage);
}

static int check_all(struct apply *apply, struct submission *submission) {
    struct transfer *transfer = &submission->transfer;
    int result = transfer_check_holds(apply, &submission->link, transfer);
    if (result == 0)
        result = transfer_sides(apply, transfer, &submission->sides);
    if (result == 0)
        result = transfer_check_parties(apply, submission->request, &submission->sides);
    if (result == 0)
        result = check_limits(apply, submission);
    if (result == 0)
        result = transfer_check_other_bank(apply, transfer);
    return result ? result : transfer_reserve(apply, transfer);
}

int transfer_submit(struct apply *apply) {
    const struct submit_transfer *request = &apply->command->body.submit_transfer;
    struct submission submission = {.request = request};
    int result = link_touch_own(apply, &request->link, &submission.link);
    if (result == 0)
        result = transfer_check_link(apply, &submission.link);
    if (result == 0)
        result = check_kind(apply, &submission);
    if (result)
        return result;
    struct transfer *transfer = &submission.transfer;
    *transfer = transfer_new(apply, &submission.link, request->direction, &request->amount,
                             &request->request, request->end_to_end_id);
    transfer->kind = request->kind;
    transfer->class2_pays = transfer->debtor_bank == submission.link.class2_bank;
    transfer_name_other(request, submission.way, transfer);
    result = check_all(apply, &submission);
    if (result)
        return result;
    if (transfer->counted)
        store_put_usage(apply->store, &submission.link.id, &submission.usage);
    if (transfer->limited)
        store_put_limits(apply->store, &submission.limits);
    apply_touch(apply, OBJECT_TRANSFER, &transfer->id);
    return instruct(apply, request, transfer, &submission.sides);
}
