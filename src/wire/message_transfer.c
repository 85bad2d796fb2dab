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
_Static_assert((int)TRANSFER_BOUND_PAIR ==
                       (int)LINKGATE__V1__TRANSFER_KIND__TRANSFER_KIND_BOUND_PAIR &&
                   (int)TRANSFER_PAYMENT ==
                       (int)LINKGATE__V1__TRANSFER_KIND__TRANSFER_KIND_PAYMENT &&
                   (int)TRANSFER_RETURN == (int)LINKGATE__V1__TRANSFER_KIND__TRANSFER_KIND_RETURN,
               "wire values");
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

static void read_amount(struct shape *shape, const Linkgate__V1__Money *amount, struct money *out) {
    if (amount == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "amount");
        return;
    }
    if (amount->fen == 0)
        shape_refuse(shape, REFUSAL_AMOUNT_ZERO, "amount.fen");
    else if (amount->fen < 0)
        shape_refuse(shape, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    if (!span_equal(shape_text(amount->currency), SPAN_LITERAL("CNY")))
        shape_refuse(shape, REFUSAL_CURRENCY, "amount.currency");
    *out = (struct money){amount->fen, "CNY"};
}

static void read_purpose(struct shape *shape, const char *text, struct span *out) {
    struct span purpose = shape_text(text);
    bool valid = purpose.size == 0 || purpose.size == PURPOSE_SIZE;
    for (size_t i = 0; valid && i < purpose.size; i++)
        valid = purpose.data[i] >= 'A' && purpose.data[i] <= 'Z';
    if (!valid)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "purpose");
    *out = purpose;
}

struct party_side {
    const char *name, *account_number;
    enum refusal_code number_fault;
};

static const struct party_side debtor_side = {"debtor.name", "debtor.account_number",
                                              REFUSAL_ACCOUNT_DEBTOR};
static const struct party_side creditor_side = {"creditor.name", "creditor.account_number",
                                                REFUSAL_ACCOUNT_CREDITOR};

static void read_party(struct shape *shape, const struct party_side *side,
                       const Linkgate__V1__Party *party, struct span *name_out,
                       struct span *account_out) {
    if (party == NULL)
        return;
    shape_clean(shape, side->name, party->name, 0, PERSON_NAME_MAX, name_out);
    if (shape_text(party->account_number).size > 0)
        shape_account_number(shape, side->number_fault, side->account_number, party->account_number,
                             account_out);
}

void read_submit_transfer(struct shape *shape, struct span payload, struct submit_transfer *out) {
    const Linkgate__V1__SubmitTransfer *message = shape_read(
        shape, payload, &linkgate__v1__submit_transfer__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct submit_transfer){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    if (shape_enum(shape, "kind", (int)message->kind, TRANSFER_RETURN))
        out->kind = (enum transfer_kind)message->kind;
    if (shape_enum(shape, "direction", (int)message->direction, TRANSFER_PULL))
        out->direction = (enum transfer_direction)message->direction;
    read_amount(shape, message->amount, &out->amount);
    shape_clean(shape, "end_to_end_id", message->end_to_end_id, 1, REFERENCE_MAX,
                &out->end_to_end_id);
    read_purpose(shape, message->purpose, &out->purpose);
    shape_clean(shape, "remittance", message->remittance, 0, REMITTANCE_MAX, &out->remittance);
    read_party(shape, &debtor_side, message->debtor, &out->debtor_name, &out->debtor_account);
    read_party(shape, &creditor_side, message->creditor, &out->creditor_name,
               &out->creditor_account);
    shape_clean(shape, "channel", message->channel, 0, CHANNEL_MAX, &out->channel);
    shape_clean(shape, "authentication", message->authentication, 0, AUTHENTICATION_MAX,
                &out->authentication);
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
    read_one_id(shape, "transfer_id", &message->transfer_id, &out->transfer, &message->request_id,
                &out->request);
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
        .reason = shape_text(message->reason),
        .text = shape_clean_or_empty(message->text, ANSWER_TEXT_MAX),
    };
    int64_t day;
    if (!date_parse(out->book_date, &day))
        out->book_date = (struct span){NULL, 0};
    if (!reason_code_valid(out->reason))
        out->reason = (struct span){NULL, 0};
    bool booked = out->reference.size > 0 && out->book_date.size > 0;
    if (out->outcome == POSTING_POSTED && !booked)
        out->outcome = POSTING_NONE;
    shape_id(shape, "transfer_id", &message->transfer_id, &out->transfer);
}

/* ---- what the gateway says ---- */

void message_encode_post_instruction(const struct post_instruction *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__PostInstruction wire;
    Linkgate__V1__Money amount;
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

/* A TransferReply and what it points to. */
struct packed_transfer {
    Linkgate__V1__TransferReply reply;
    Linkgate__V1__Money amount;
};

static void pack_transfer(struct pack *pack, const struct transfer_view *view,
                          struct packed_transfer *out) {
    Linkgate__V1__TransferReply *wire = &out->reply;
    linkgate__v1__transfer_reply__init(wire);
    wire->transfer_id = pack_id(&view->transfer);
    wire->state = (Linkgate__V1__TransferState)view->state;
    wire->reason = pack_text(pack, view->reason);
    wire->detail = pack_text(pack, view->detail);
    wire->link_id = pack_id(&view->link);
    wire->kind = (Linkgate__V1__TransferKind)view->kind;
    wire->direction = (Linkgate__V1__TransferDirection)view->direction;
    value_pack_money(pack, &view->amount, &out->amount);
    wire->amount = &out->amount;
    wire->debtor_bank_code = pack_bank(pack, view->debtor_bank);
    wire->creditor_bank_code = pack_bank(pack, view->creditor_bank);
    wire->end_to_end_id = pack_text(pack, view->end_to_end_id);
    wire->reference = pack_text(pack, view->reference);
    wire->book_date = pack_text(pack, view->book_date);
    wire->received_at_ms = view->received_at_ms;
    wire->deadline_ms = view->deadline_ms;
    wire->accepted_at_ms = view->accepted_at_ms;
    wire->credited_at_ms = view->credited_at_ms;
    wire->window = view->window;
    wire->replayed = view->replayed;
}

void message_encode_transfer_reply(const struct transfer_view *view, struct buf *out) {
    struct pack pack;
    struct packed_transfer transfer;
    pack_init(&pack);
    pack_transfer(&pack, view, &transfer);
    pack_finish(&pack, &transfer.reply.base, out);
}

void message_encode_transfer_notice(const struct notice_place *place,
                                    const struct transfer_view *view, const char *event,
                                    struct buf *out) {
    struct pack pack;
    struct packed_transfer transfer;
    Linkgate__V1__TransferNotice wire;
    pack_init(&pack);
    linkgate__v1__transfer_notice__init(&wire);
    pack_transfer(&pack, view, &transfer);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.transfer = &transfer.reply;
    wire.event = pack_text(&pack, span_text(event));
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
