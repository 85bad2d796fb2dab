/*
 * SubmitTransfer: from the request to the instruction on its way.
 *
 * Invariants: RECEIVED, RESERVED and PENDING are passed in one application; what is reserved follows
 * from the transfer's state alone; the instruction's bytes are kept with the transfer until a
 * definite answer, so that what is sent again is the same. A refused submission makes no transfer.
 * Order of checks: link -> state -> kind, scope -> parties -> agreed limit -> other bank ->
 * position.
 */
#include "ledger/handler.h"
#include "wire/message.h"

static int check_state(struct apply *apply, const struct link *link) {
    switch (link->state) {
    case LINK_ACTIVE:
        return 0;
    case LINK_SUSPENDED:
        return refuse(apply, REFUSAL_LINK_SUSPENDED, "link_id");
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

static int check_link(struct apply *apply, const struct submit_transfer *request,
                      const struct link *link) {
    int result = check_state(apply, link);
    if (result)
        return result;
    if (request->kind != TRANSFER_BOUND_PAIR)
        return refuse(apply, REFUSAL_KIND_DISABLED, "kind");
    if (!(link->scopes & LINK_SCOPE_BIT(LINK_SCOPE_COLLECT)))
        return refuse(apply, REFUSAL_SCOPE, "link_id");
    return 0;
}

static int check_agreed(struct apply *apply, const struct submit_transfer *request,
                        const struct link *link) {
    if (link->limits.single_fen && request->amount.fen > link->limits.single_fen)
        return refuse(apply, REFUSAL_AGREED_LIMIT, "amount.fen");
    return 0;
}

/* The two sides: which account of the link pays, which is paid. */
struct sides {
    struct span debtor_number, creditor_number;
};

static int check_parties(struct apply *apply, const struct submit_transfer *request,
                         const struct sides *sides) {
    if (request->debtor_account.size && !span_equal(request->debtor_account, sides->debtor_number))
        return refuse(apply, REFUSAL_ACCOUNT_DEBTOR, "debtor.account_number");
    if (request->creditor_account.size &&
        !span_equal(request->creditor_account, sides->creditor_number))
        return refuse(apply, REFUSAL_ACCOUNT_CREDITOR, "creditor.account_number");
    return 0;
}

/* One that answers nothing must not make work without end: each of its transfers is inquired about
 * until it has an outcome. */
static int check_other_bank(struct apply *apply, const struct transfer *transfer) {
    int result =
        apply_check_peer(apply, transfer->instructed, "link_id",
                         transfer->direction == TRANSFER_PUSH ? REFUSAL_BANK_OFFLINE_CREDITOR
                                                              : REFUSAL_BANK_OFFLINE);
    if (result)
        return result;
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, transfer->instructed, &counters));
    if (counters.unanswered >= apply->rules->unanswered_per_bank)
        return refuse(apply, REFUSAL_UNANSWERED, "link_id");
    return 0;
}

static int count_unanswered(struct apply *apply, bank_code instructed) {
    struct bank_counters counters;
    APPLY_TRY(store_get_bank_counters(apply->store, instructed, &counters));
    counters.unanswered++;
    store_put_bank_counters(apply->store, instructed, &counters);
    return 0;
}

static struct transfer new_transfer(struct apply *apply, const struct submit_transfer *request,
                                    const struct link *link) {
    bank_code own = apply->command->bank;
    bank_code other = own == link->class2_bank ? link->class1_bank : link->class2_bank;
    bool push = request->direction == TRANSFER_PUSH;
    int64_t timeout_ms = apply_timeout_ms(apply, apply->rules->transfer_timeout_ms,
                                          apply->rules->transfer_timeout_min_ms,
                                          apply->rules->transfer_timeout_max_ms);
    struct transfer transfer = {
        .id = apply_new_id(apply),
        .kind = request->kind,
        .direction = request->direction,
        .link = link->id,
        .request = request->request,
        .submitter = own,
        .instructed = other,
        .debtor_bank = push ? own : other,
        .creditor_bank = push ? other : own,
        .amount = request->amount,
        .received_at_ms = apply->now_ms,
        .deadline_ms = apply->now_ms + timeout_ms,
    };
    apply_copy_text(transfer.end_to_end_id, sizeof transfer.end_to_end_id, request->end_to_end_id);
    return transfer;
}

static void encode_instruction(struct apply *apply, const struct submit_transfer *request,
                               const struct transfer *transfer, const struct sides *sides) {
    bool push = transfer->direction == TRANSFER_PUSH;
    struct post_instruction instruction = {
        .transfer = transfer->id,
        .link = transfer->link,
        .side = push ? POSTING_CREDIT : POSTING_DEBIT,
        .amount = transfer->amount,
        .account_number = push ? sides->creditor_number : sides->debtor_number,
        .counterparty_bank = transfer->submitter,
        .counterparty_account_number = push ? sides->debtor_number : sides->creditor_number,
        .debtor_name = request->debtor_name,
        .creditor_name = request->creditor_name,
        .end_to_end_id = request->end_to_end_id,
        .purpose = request->purpose,
        .remittance = request->remittance,
        .channel = request->channel,
        .authentication = request->authentication,
        .kind = transfer->kind,
    };
    buf_clear(&apply->ledger->scratch);
    message_encode_post_instruction(&instruction, &apply->ledger->scratch);
}

/* Nothing is instructed that could not be booked: every sum must still hold once all that this
 * debtor has reserved, and this, has been posted, to the same creditor at worst. */
static int reserve(struct apply *apply, const struct transfer *transfer) {
    struct books books;
    int result = books_load(apply, transfer, &books);
    if (result)
        return result;
    int64_t fen = transfer->amount.fen;
    int64_t exposure;
    if (!position_reserve(&books.debtor, fen) || !position_exposure(&books.debtor, &exposure))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    struct position after = books.debtor;
    if (!position_accept(&after, &books.creditor, &books.net, after.reserved_outgoing_fen))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    store_put_position(apply->store, &books.debtor);
    return 0;
}

/* RECEIVED, RESERVED, PENDING. */
static int advance(struct apply *apply, struct transfer *transfer) {
    struct history_entry entry = apply_entry(apply, CAUSE_REQUEST, "");
    APPLY_INVARIANT(transfer_move(transfer, TRANSFER_EVENT_RECEIVE, &entry));
    APPLY_INVARIANT(transfer_move(transfer, TRANSFER_EVENT_RESERVE, &entry));
    APPLY_INVARIANT(transfer_move(transfer, TRANSFER_EVENT_INSTRUCT, &entry));
    return 0;
}

static int instruct(struct apply *apply, const struct submit_transfer *request,
                    struct transfer *transfer, const struct sides *sides) {
    int result = advance(apply, transfer);
    if (result == 0)
        result = count_unanswered(apply, transfer->instructed);
    if (result)
        return result;
    encode_instruction(apply, request, transfer, sides);
    struct store_deadline due = {transfer->deadline_ms, OBJECT_TRANSFER, transfer->id};
    store_put_deadline(apply->store, &due);
    struct store_open_row open = {OBJECT_TRANSFER, transfer->link, transfer->id};
    store_put_open(apply->store, &open);
    apply_send(apply, transfer->instructed, MESSAGE_POST_INSTRUCTION, &transfer->id,
               transfer->deadline_ms, buf_span(&apply->ledger->scratch));
    apply_wait(apply, &transfer->request);
    return store_put_transfer(apply->store, transfer, STORE_KEPT_SET,
                              buf_span(&apply->ledger->scratch), true);
}

int transfer_submit(struct apply *apply) {
    const struct submit_transfer *request = &apply->command->body.submit_transfer;
    struct link link;
    int result = link_touch_own(apply, &request->link, &link);
    if (result == 0)
        result = check_link(apply, request, &link);
    if (result)
        return result;
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link.id, &secret));
    struct transfer transfer = new_transfer(apply, request, &link);
    bool class2_pays = transfer.debtor_bank == link.class2_bank;
    struct sides sides = {
        .debtor_number = class2_pays ? secret.class2_number : secret.class1_number,
        .creditor_number = class2_pays ? secret.class1_number : secret.class2_number,
    };
    result = check_parties(apply, request, &sides);
    if (result == 0)
        result = check_agreed(apply, request, &link);
    if (result == 0)
        result = check_other_bank(apply, &transfer);
    if (result == 0)
        result = reserve(apply, &transfer);
    if (result)
        return result;
    apply_touch(apply, OBJECT_TRANSFER, &transfer.id);
    return instruct(apply, request, &transfer, &sides);
}

int transfer_get(struct apply *apply) {
    const struct get_transfer *query = &apply->command->body.get_transfer;
    bank_code bank = apply->command->bank;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    struct id id = query->transfer;
    const char *field = "transfer_id";
    if (id_is_zero(&id)) {
        struct store_request row;
        field = "request_id";
        result = store_get_request(apply->store, bank, &query->request, &row);
        APPLY_TRY(result);
        if (result || row.kind != OBJECT_TRANSFER)
            return refuse(apply, REFUSAL_NO_SUCH_TRANSFER, field);
        id = row.object;
    }
    struct transfer transfer;
    result = store_get_transfer(apply->store, &id, &transfer);
    APPLY_TRY(result);
    if (result || (transfer.submitter != bank && transfer.instructed != bank))
        return refuse(apply, REFUSAL_NO_SUCH_TRANSFER, field);
    apply_reply_transfer(apply, &transfer, false);
    return 0;
}
