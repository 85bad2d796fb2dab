/*
 * Reading and writing what belongs to a transfer.
 *
 * The gateway's hottest messages. Requests are held to the schema to the last bit; of an answer
 * only the id must be right: a word about money is never dropped, so whatever else cannot be read
 * arrives as nothing, and POSTED without its booking as POSTING_NONE.
 */
#include "domain/calendar.h"
#include "domain/identifier.h"
#include "linkgate/v1/notice.pb-c.h"
#include "linkgate/v1/transfer.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/parts.h"
#include "wire/posted_parts.h"
#include "wire/values.h"

#define PURPOSE_SIZE 4

_Static_assert(
    (int)TRANSFER_RECEIVED == (int)LINKGATE__V1__TRANSFER_STATE__TRANSFER_STATE_RECEIVED &&
        (int)TRANSFER_RESERVED == (int)LINKGATE__V1__TRANSFER_STATE__TRANSFER_STATE_RESERVED &&
        (int)TRANSFER_PENDING == (int)LINKGATE__V1__TRANSFER_STATE__TRANSFER_STATE_PENDING &&
        (int)TRANSFER_ACCEPTED == (int)LINKGATE__V1__TRANSFER_STATE__TRANSFER_STATE_ACCEPTED &&
        (int)TRANSFER_REJECTED == (int)LINKGATE__V1__TRANSFER_STATE__TRANSFER_STATE_REJECTED &&
        (int)TRANSFER_CANCELLED == (int)LINKGATE__V1__TRANSFER_STATE__TRANSFER_STATE_CANCELLED &&
        (int)TRANSFER_UNKNOWN == (int)LINKGATE__V1__TRANSFER_STATE__TRANSFER_STATE_UNKNOWN,
    "wire values");
#define SAME_KIND(name)                                                                            \
    _Static_assert((int)TRANSFER_##name == (int)LINKGATE__V1__TRANSFER_KIND__TRANSFER_KIND_##name, \
                   "wire values")
SAME_KIND(BOUND_PAIR);
SAME_KIND(PAYMENT);
SAME_KIND(RETURN);
SAME_KIND(NON_BOUND_IN);
SAME_KIND(NON_BOUND_OUT);
SAME_KIND(BILL);
SAME_KIND(CASH_IN);
SAME_KIND(CASH_OUT);
SAME_KIND(COUNTER_IN);
SAME_KIND(COUNTER_OUT);
SAME_KIND(LOAN_OWN);
SAME_KIND(LOAN_OTHER);
SAME_KIND(ORDER_BUY);
SAME_KIND(ORDER_PAYOUT);
SAME_KIND(LOAN_REPAYMENT);
_Static_assert((int)TRANSFER_PUSH ==
                       (int)LINKGATE__V1__TRANSFER_DIRECTION__TRANSFER_DIRECTION_PUSH &&
                   (int)TRANSFER_PULL ==
                       (int)LINKGATE__V1__TRANSFER_DIRECTION__TRANSFER_DIRECTION_PULL,
               "wire values");
_Static_assert((int)POSTING_DEBIT == (int)LINKGATE__V1__POSTING_SIDE__POSTING_SIDE_DEBIT &&
                   (int)POSTING_CREDIT == (int)LINKGATE__V1__POSTING_SIDE__POSTING_SIDE_CREDIT,
               "wire values");
_Static_assert(
    (int)POSTING_POSTED == (int)LINKGATE__V1__POSTING_OUTCOME__POSTING_OUTCOME_POSTED &&
        (int)POSTING_REFUSED == (int)LINKGATE__V1__POSTING_OUTCOME__POSTING_OUTCOME_REFUSED &&
        (int)POSTING_NOT_SEEN == (int)LINKGATE__V1__POSTING_OUTCOME__POSTING_OUTCOME_NOT_SEEN &&
        (int)POSTING_IN_PROGRESS ==
            (int)LINKGATE__V1__POSTING_OUTCOME__POSTING_OUTCOME_IN_PROGRESS &&
        (int)POSTING_UNDONE == (int)LINKGATE__V1__POSTING_OUTCOME__POSTING_OUTCOME_UNDONE,
    "wire values");

/* ---- requests ---- */

static void read_purpose(struct shape *shape, const char *text, struct span *out) {
    struct span purpose = shape_text(text);
    bool valid = purpose.size == 0 || purpose.size == PURPOSE_SIZE;
    for (size_t i = 0; valid && i < purpose.size; i++)
        valid = purpose.data[i] >= 'A' && purpose.data[i] <= 'Z';
    if (!valid)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "purpose");
    *out = purpose;
}

/* Who is no account of the link must be named. */
static void needed_of_other(struct shape *shape, bool other, const char *name_field,
                            const char *number_field, const Linkgate__V1__Party *party) {
    if (!other)
        return;
    if (party == NULL || shape_text(party->name).size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, name_field);
    if (party == NULL || shape_text(party->account_number).size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, number_field);
}

static void read_debtor(struct shape *shape, const Linkgate__V1__Party *party,
                        struct submit_transfer *out) {
    needed_of_other(shape, transfer_kind_other(out->kind) == CLASS_FLOW_IN, "debtor.name",
                    "debtor.account_number", party);
    if (party == NULL)
        return;
    shape_clean(shape, "debtor.name", party->name, 0, PERSON_NAME_MAX, &out->debtor_name);
    if (shape_text(party->account_number).size > 0)
        shape_account_number(shape, REFUSAL_ACCOUNT_DEBTOR, "debtor.account_number",
                             party->account_number, &out->debtor_account);
    if (shape_text(party->bank_code).size > 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "debtor.bank_code");
}

/* What a payment or bill cannot do without, and what tells others from one. */
static void needed_of_payment(struct shape *shape, bool payment, const char *field,
                              const char *text) {
    if (payment && shape_text(text).size == 0)
        shape_refuse(shape, REFUSAL_MERCHANT, field);
}

static void read_creditor(struct shape *shape, const Linkgate__V1__Party *party,
                          struct submit_transfer *out) {
    bool payment = transfer_kind_merchant(out->kind);
    if (party == NULL && payment)
        shape_refuse(shape, REFUSAL_MERCHANT, "creditor");
    needed_of_other(shape, !payment && transfer_kind_other(out->kind) == CLASS_FLOW_OUT,
                    "creditor.name", "creditor.account_number", party);
    if (party == NULL)
        return;
    needed_of_payment(shape, payment, "creditor.name", party->name);
    shape_clean(shape, "creditor.name", party->name, 0, PERSON_NAME_MAX, &out->creditor_name);
    needed_of_payment(shape, payment, "creditor.account_number", party->account_number);
    if (shape_text(party->account_number).size > 0)
        shape_account_number(shape, REFUSAL_ACCOUNT_CREDITOR, "creditor.account_number",
                             party->account_number, &out->creditor_account);
    needed_of_payment(shape, payment, "creditor.bank_code", party->bank_code);
    if (shape_text(party->bank_code).size == 0)
        return;
    if (!payment)
        shape_refuse(shape, REFUSAL_MERCHANT, "creditor.bank_code");
    shape_bank_code(shape, REFUSAL_BANK_CODE_CREDITOR, "creditor.bank_code", party->bank_code,
                    &out->creditor_bank);
}

/* A payment or bill has a merchant, and nothing else has. */
static void read_merchant(struct shape *shape, const Linkgate__V1__Merchant *merchant,
                          struct submit_transfer *out) {
    out->has_merchant = merchant != NULL;
    if (out->has_merchant != transfer_kind_merchant(out->kind))
        shape_refuse(shape, REFUSAL_MERCHANT, "merchant");
    else if (merchant != NULL)
        part_merchant(shape, merchant, &out->merchant);
}

void read_submit_transfer(struct shape *shape, struct span payload, struct submit_transfer *out) {
    const Linkgate__V1__SubmitTransfer *message = shape_read(
        shape, payload, &linkgate__v1__submit_transfer__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct submit_transfer){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    /* A return has a request of its own: refused as a kind that is not for this one, not as a typo. */
    if (shape_enum(shape, "kind", (int)message->kind, TRANSFER_KINDS - 1))
        out->kind = (enum transfer_kind)message->kind;
    if (shape_enum(shape, "direction", (int)message->direction, TRANSFER_PULL))
        out->direction = (enum transfer_direction)message->direction;
    part_amount(shape, message->amount, &out->amount);
    shape_clean(shape, "end_to_end_id", message->end_to_end_id, 1, REFERENCE_MAX,
                &out->end_to_end_id);
    read_purpose(shape, message->purpose, &out->purpose);
    shape_clean(shape, "remittance", message->remittance, 0, REMITTANCE_MAX, &out->remittance);
    read_debtor(shape, message->debtor, out);
    read_creditor(shape, message->creditor, out);
    shape_clean(shape, "channel", message->channel, 0, CHANNEL_MAX, &out->channel);
    shape_clean(shape, "authentication", message->authentication, 0, AUTHENTICATION_MAX,
                &out->authentication);
    read_merchant(shape, message->merchant, out);
}

void read_submit_return(struct shape *shape, struct span payload, struct submit_return *out) {
    const Linkgate__V1__SubmitReturn *message =
        shape_read(shape, payload, &linkgate__v1__submit_return__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct submit_return){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "transfer_id", &message->transfer_id, &out->transfer);
    part_amount(shape, message->amount, &out->amount);
    shape_clean(shape, "end_to_end_id", message->end_to_end_id, 1, REFERENCE_MAX,
                &out->end_to_end_id);
    shape_reason(shape, "reason", message->reason, &out->reason);
    shape_clean(shape, "remittance", message->remittance, 0, REMITTANCE_MAX, &out->remittance);
}

void read_cancel_transfer(struct shape *shape, struct span payload, struct cancel_transfer *out) {
    const Linkgate__V1__CancelTransfer *message = shape_read(
        shape, payload, &linkgate__v1__cancel_transfer__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct cancel_transfer){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_one_id(shape, "transfer_id", &message->transfer_id, &out->transfer, "submit_request_id",
                 &message->submit_request_id, &out->submit);
    shape_reason(shape, "reason", message->reason, &out->reason);
}

void read_step_up(struct shape *shape, struct span payload, struct step_up *out) {
    const Linkgate__V1__StepUp *message =
        shape_read(shape, payload, &linkgate__v1__step_up__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct step_up){0};
    shape_id(shape, "transfer_id", &message->transfer_id, &out->transfer);
    shape_clean(shape, "method", message->method, 1, STEP_UP_METHOD_MAX, &out->method);
    shape_clean(shape, "text", message->text, 0, STEP_UP_TEXT_MAX, &out->text);
}

void read_confirm_credit(struct shape *shape, struct span payload, struct confirm_credit *out) {
    const Linkgate__V1__ConfirmCredit *message = shape_read(
        shape, payload, &linkgate__v1__confirm_credit__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct confirm_credit){0};
    shape_id(shape, "transfer_id", &message->transfer_id, &out->transfer);
}

void read_get_transfer(struct shape *shape, struct span payload, struct get_transfer *out) {
    const Linkgate__V1__GetTransfer *message =
        shape_read(shape, payload, &linkgate__v1__get_transfer__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct get_transfer){0};
    shape_one_id(shape, "transfer_id", &message->transfer_id, &out->transfer, "request_id",
                 &message->request_id, &out->request);
}

/* Both ends not negative, and not the wrong way round; an end of 0 is none. */
static void check_range(struct shape *shape, const char *low_field, int64_t low,
                        const char *high_field, int64_t high) {
    if (low < 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, low_field);
    if (high < 0 || (high != 0 && high < low))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, high_field);
}

void read_list_transfers(struct shape *shape, struct span payload, struct list_transfers *out) {
    const Linkgate__V1__ListTransfers *message = shape_read(
        shape, payload, &linkgate__v1__list_transfers__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct list_transfers){
        .from_ms = message->from_ms,
        .to_ms = message->to_ms,
        .min_fen = message->min_fen,
        .max_fen = message->max_fen,
    };
    part_page(shape, &message->after, message->max, &out->after, &out->max);
    shape_id_or_none(shape, "link_id", &message->link_id, &out->link);
    if (message->state != 0 && shape_enum(shape, "state", (int)message->state, TRANSFER_UNKNOWN))
        out->state = (enum transfer_state)message->state;
    check_range(shape, "from_ms", message->from_ms, "to_ms", message->to_ms);
    check_range(shape, "min_fen", message->min_fen, "max_fen", message->max_fen);
}

void read_ack_notices(struct shape *shape, struct span payload, struct ack_notices *out) {
    const Linkgate__V1__AckNotices *message =
        shape_read(shape, payload, &linkgate__v1__ack_notices__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message != NULL)
        *out = (struct ack_notices){message->up_to_sequence};
}

/* ---- the answer ---- */

void read_posting_answer(struct shape *shape, struct span payload, struct posting_result *out) {
    const Linkgate__V1__PostingResult *message = shape_read(
        shape, payload, &linkgate__v1__posting_result__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return;
    *out = (struct posting_result){
        .outcome = (enum posting_outcome)shape_known((int)message->outcome, POSTING_UNDONE),
        .reference = shape_clean_or_empty(message->reference, REFERENCE_MAX),
        .book_date = shape_text(message->book_date),
        .reason = shape_reason_or_empty(message->reason),
        .text = shape_clean_or_empty(message->text, ANSWER_TEXT_MAX),
    };
    int64_t day;
    if (!date_parse(out->book_date, &day))
        out->book_date = (struct span){NULL, 0};
    bool booked = out->reference.size > 0 && out->book_date.size > 0;
    if (out->outcome == POSTING_POSTED && !booked)
        out->outcome = POSTING_NONE;
    shape_id(shape, "transfer_id", &message->transfer_id, &out->transfer);
}

/* ---- what the gateway says ---- */

_Static_assert(3 * (ACCOUNT_NUMBER_MAX + 1) + 2 * BANK_CODE_TEXT_SIZE + 3 * (PERSON_NAME_MAX + 1) +
                       (REFERENCE_MAX + 1) + (PURPOSE_SIZE + 1) + (REMITTANCE_MAX + 1) +
                       (CHANNEL_MAX + 1) + (AUTHENTICATION_MAX + 1) + (MERCHANT_ID_MAX + 1) +
                       (CATEGORY_CODE_SIZE + 1) + (ORDER_ID_MAX + 1) + (TERMINAL_ID_MAX + 1) +
                       REASON_SIZE + CURRENCY_SIZE + POSTED_ORDER_TEXT + POSTED_LOAN_TEXT <=
                   PACK_TEXT_ROOM,
               "an instruction's text fits a pack's room");

void message_encode_post_instruction(const struct post_instruction *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__PostInstruction wire;
    Linkgate__V1__Money amount;
    Linkgate__V1__Merchant merchant;
    struct packed_order order;
    struct packed_loan loan;
    pack_init(&pack);
    linkgate__v1__post_instruction__init(&wire);
    value_pack_money(&pack, &message->amount, &amount);
    wire.transfer_id = pack_id(&message->transfer);
    wire.link_id = pack_id(&message->link);
    wire.side = (Linkgate__V1__PostingSide)message->side;
    wire.amount = &amount;
    wire.account_number = pack_text(&pack, message->account_number);
    wire.counterparty_bank_code = pack_bank(&pack, message->counterparty_bank);
    wire.counterparty_account_number = pack_text(&pack, message->counterparty_account_number);
    wire.debtor_name = pack_text(&pack, message->debtor_name);
    wire.creditor_name = pack_text(&pack, message->creditor_name);
    wire.end_to_end_id = pack_text(&pack, message->end_to_end_id);
    wire.purpose = pack_text(&pack, message->purpose);
    wire.remittance = pack_text(&pack, message->remittance);
    wire.channel = pack_text(&pack, message->channel);
    wire.authentication = pack_text(&pack, message->authentication);
    wire.kind = (Linkgate__V1__TransferKind)message->kind;
    wire.merchant =
        value_pack_merchant(&pack, message->has_merchant, &message->merchant, &merchant);
    wire.creditor_bank_code = pack_bank(&pack, message->creditor_bank);
    wire.creditor_account_number = pack_text(&pack, message->creditor_account_number);
    wire.original_transfer_id = pack_id(&message->original);
    wire.return_reason = pack_text(&pack, message->return_reason);
    wire.fallback = message->fallback;
    wire.order = posted_pack_order(&pack, &message->order, &order);
    wire.loan = posted_pack_loan(&pack, &message->loan, &loan);
    pack_finish(&pack, &wire.base, out);
}

void message_encode_inquire_posting(const struct inquire_posting *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__InquirePosting wire;
    pack_init(&pack);
    linkgate__v1__inquire_posting__init(&wire);
    wire.transfer_id = pack_id(&message->transfer);
    pack_finish(&pack, &wire.base, out);
}

void message_encode_cancel_posting(const struct cancel_posting *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__CancelPosting wire;
    pack_init(&pack);
    linkgate__v1__cancel_posting__init(&wire);
    wire.transfer_id = pack_id(&message->transfer);
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void message_encode_unread_posting(const struct id *transfer, struct buf *out) {
    struct pack pack;
    Linkgate__V1__PostingResult wire;
    pack_init(&pack);
    linkgate__v1__posting_result__init(&wire);
    wire.transfer_id = pack_id(transfer);
    pack_finish(&pack, &wire.base, out);
}
