/*
 * A partner bank's side of the transfer messages: submitting, being instructed, telling the outcome.
 *
 * Nothing is checked on the way out. On the way in an instruction is held to the schema, since the
 * bank will move money on it: that includes what belongs to its kind, and to no other.
 */
#include "wire/partner.h"
#include "wire/parts.h"
#include "wire/posted_parts.h"
#include "wire/values.h"

/* ---- written ---- */

/* NULL for a party of whom nothing is said. */
static Linkgate__V1__Party *pack_party(struct pack *pack, struct span name, struct span account,
                                       bank_code bank, Linkgate__V1__Party *out) {
    if (name.size == 0 && account.size == 0 && bank == 0)
        return NULL;
    linkgate__v1__party__init(out);
    out->name = pack_text(pack, name);
    out->account_number = pack_text(pack, account);
    out->bank_code = pack_bank(pack, bank);
    return out;
}

/* NULL for none. */
static Linkgate__V1__Money *pack_amount(struct pack *pack, const struct money *money,
                                        Linkgate__V1__Money *out) {
    if (money->fen == 0 && money->currency[0] == '\0')
        return NULL;
    value_pack_money(pack, money, out);
    return out;
}

void partner_encode_submit_transfer(const struct submit_transfer *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__SubmitTransfer wire;
    Linkgate__V1__Money amount;
    Linkgate__V1__Party debtor, creditor;
    Linkgate__V1__Merchant merchant;
    pack_init(&pack);
    linkgate__v1__submit_transfer__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.kind = (Linkgate__V1__TransferKind)message->kind;
    wire.direction = (Linkgate__V1__TransferDirection)message->direction;
    wire.amount = pack_amount(&pack, &message->amount, &amount);
    wire.end_to_end_id = pack_text(&pack, message->end_to_end_id);
    wire.purpose = pack_text(&pack, message->purpose);
    wire.remittance = pack_text(&pack, message->remittance);
    wire.debtor = pack_party(&pack, message->debtor_name, message->debtor_account, 0, &debtor);
    wire.creditor = pack_party(&pack, message->creditor_name, message->creditor_account,
                               message->creditor_bank, &creditor);
    wire.channel = pack_text(&pack, message->channel);
    wire.authentication = pack_text(&pack, message->authentication);
    wire.merchant =
        value_pack_merchant(&pack, message->has_merchant, &message->merchant, &merchant);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_submit_return(const struct submit_return *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__SubmitReturn wire;
    Linkgate__V1__Money amount;
    pack_init(&pack);
    linkgate__v1__submit_return__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.transfer_id = pack_id(&message->transfer);
    wire.amount = pack_amount(&pack, &message->amount, &amount);
    wire.end_to_end_id = pack_text(&pack, message->end_to_end_id);
    wire.reason = pack_text(&pack, message->reason);
    wire.remittance = pack_text(&pack, message->remittance);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_cancel_transfer(const struct cancel_transfer *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__CancelTransfer wire;
    pack_init(&pack);
    linkgate__v1__cancel_transfer__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.transfer_id = pack_id(&message->transfer);
    wire.submit_request_id = pack_id(&message->submit);
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_step_up(const struct step_up *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__StepUp wire;
    pack_init(&pack);
    linkgate__v1__step_up__init(&wire);
    wire.transfer_id = pack_id(&message->transfer);
    wire.method = pack_text(&pack, message->method);
    wire.text = pack_text(&pack, message->text);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_posting_result(const struct posting_result *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__PostingResult wire;
    pack_init(&pack);
    linkgate__v1__posting_result__init(&wire);
    wire.transfer_id = pack_id(&message->transfer);
    wire.outcome = (Linkgate__V1__PostingOutcome)message->outcome;
    wire.reference = pack_text(&pack, message->reference);
    wire.book_date = pack_text(&pack, message->book_date);
    wire.reason = pack_text(&pack, message->reason);
    wire.text = pack_text(&pack, message->text);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_confirm_credit(const struct confirm_credit *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ConfirmCredit wire;
    pack_init(&pack);
    linkgate__v1__confirm_credit__init(&wire);
    wire.transfer_id = pack_id(&message->transfer);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_get_transfer(const struct get_transfer *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__GetTransfer wire;
    pack_init(&pack);
    linkgate__v1__get_transfer__init(&wire);
    wire.transfer_id = pack_id(&message->transfer);
    wire.request_id = pack_id(&message->request);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_list_transfers(const struct list_transfers *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ListTransfers wire;
    pack_init(&pack);
    linkgate__v1__list_transfers__init(&wire);
    wire.after = pack_id(&message->after);
    wire.max = message->max;
    wire.link_id = pack_id(&message->link);
    wire.state = (Linkgate__V1__TransferState)message->state;
    wire.from_ms = message->from_ms;
    wire.to_ms = message->to_ms;
    wire.min_fen = message->min_fen;
    wire.max_fen = message->max_fen;
    pack_finish(&pack, &wire.base, out);
}

/* ---- read ---- */

static void read_posting_words(struct shape *shape, const Linkgate__V1__PostInstruction *message,
                               struct post_instruction *out) {
    shape_clean(shape, "debtor_name", message->debtor_name, 0, PERSON_NAME_MAX, &out->debtor_name);
    shape_clean(shape, "creditor_name", message->creditor_name, 0, PERSON_NAME_MAX,
                &out->creditor_name);
    shape_clean(shape, "end_to_end_id", message->end_to_end_id, 1, REFERENCE_MAX,
                &out->end_to_end_id);
    shape_clean(shape, "purpose", message->purpose, 0, REASON_SIZE - 1, &out->purpose);
    shape_clean(shape, "remittance", message->remittance, 0, REMITTANCE_MAX, &out->remittance);
    shape_clean(shape, "channel", message->channel, 0, CHANNEL_MAX, &out->channel);
    shape_clean(shape, "authentication", message->authentication, 0, AUTHENTICATION_MAX,
                &out->authentication);
}

/* Who is paid in the end: of a payment or bill all of it, of anything else nothing. */
static void read_payee(struct shape *shape, const Linkgate__V1__PostInstruction *message,
                       struct post_instruction *out) {
    bool payment = transfer_kind_merchant(out->kind);
    out->has_merchant = message->merchant != NULL;
    if (out->has_merchant != payment)
        shape_refuse(shape, REFUSAL_MERCHANT, "merchant");
    else if (payment)
        part_merchant(shape, message->merchant, &out->merchant);
    if (payment || shape_text(message->creditor_bank_code).size > 0)
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "creditor_bank_code",
                        message->creditor_bank_code, &out->creditor_bank);
    if (payment || shape_text(message->creditor_account_number).size > 0)
        shape_account_number(shape, REFUSAL_ACCOUNT, "creditor_account_number",
                             message->creditor_account_number, &out->creditor_account_number);
    if (!payment && (out->creditor_bank != 0 || out->creditor_account_number.size > 0))
        shape_refuse(shape, REFUSAL_MERCHANT, "creditor_bank_code");
}

/* What is returned and why: of a return both, of anything else neither. */
static void read_original(struct shape *shape, const Linkgate__V1__PostInstruction *message,
                          struct post_instruction *out) {
    bool is_return = out->kind == TRANSFER_RETURN;
    if (is_return || message->original_transfer_id.len > 0)
        shape_id(shape, "original_transfer_id", &message->original_transfer_id, &out->original);
    if (is_return || shape_text(message->return_reason).size > 0)
        shape_reason(shape, "return_reason", message->return_reason, &out->return_reason);
    if (!is_return && (!id_is_zero(&out->original) || out->return_reason.size > 0))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "original_transfer_id");
}

/* For what it posts: of an order or a loan what its kind says, and of anything else nothing. A payout of
 * a loan may be of none. */
static void read_posted(struct shape *shape, const Linkgate__V1__PostInstruction *message,
                        struct post_instruction *out) {
    bool buys = out->kind == TRANSFER_ORDER_BUY, repays = out->kind == TRANSFER_LOAN_REPAYMENT;
    bool of_order = buys || out->kind == TRANSFER_ORDER_PAYOUT;
    bool draws = out->kind == TRANSFER_LOAN_OWN || out->kind == TRANSFER_LOAN_OTHER;
    posted_read_order(shape, message->order, &out->order);
    posted_read_loan(shape, message->loan, &out->loan);
    if (of_order != (message->order != NULL) ||
        (of_order && buys != (out->order.purpose == PRODUCT_PAYOUT_NONE)))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "order");
    if ((repays && message->loan == NULL) ||
        (message->loan != NULL && (!(repays || draws) || out->loan.repayment != repays)))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "loan");
}

int partner_decode_post_instruction(struct span payload, struct arena *arena,
                                    struct post_instruction *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__PostInstruction *message = shape_read(
        &shape, payload, &linkgate__v1__post_instruction__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct post_instruction read = {0};
    shape_id(&shape, "transfer_id", &message->transfer_id, &read.transfer);
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    if (shape_enum(&shape, "side", (int)message->side, POSTING_CREDIT))
        read.side = (enum posting_side)message->side;
    value_read_money(&shape, message->amount, &read.amount);
    shape_account_number(&shape, REFUSAL_ACCOUNT, "account_number", message->account_number,
                         &read.account_number);
    shape_bank_code(&shape, REFUSAL_FIELD_INVALID, "counterparty_bank_code",
                    message->counterparty_bank_code, &read.counterparty_bank);
    shape_account_number(&shape, REFUSAL_ACCOUNT, "counterparty_account_number",
                         message->counterparty_account_number, &read.counterparty_account_number);
    read_posting_words(&shape, message, &read);
    if (shape_enum(&shape, "kind", (int)message->kind, TRANSFER_KINDS - 1))
        read.kind = (enum transfer_kind)message->kind;
    read.fallback = message->fallback != 0;
    if (read.fallback && (!transfer_kind_merchant(read.kind) || read.side != POSTING_DEBIT))
        shape_refuse(&shape, REFUSAL_FIELD_INVALID, "fallback");
    read_payee(&shape, message, &read);
    read_original(&shape, message, &read);
    read_posted(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_inquire_posting(struct span payload, struct arena *arena,
                                   struct inquire_posting *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__InquirePosting *message = shape_read(
        &shape, payload, &linkgate__v1__inquire_posting__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct inquire_posting read = {0};
    shape_id(&shape, "transfer_id", &message->transfer_id, &read.transfer);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_cancel_posting(struct span payload, struct arena *arena,
                                  struct cancel_posting *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__CancelPosting *message = shape_read(
        &shape, payload, &linkgate__v1__cancel_posting__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct cancel_posting read = {0};
    shape_id(&shape, "transfer_id", &message->transfer_id, &read.transfer);
    shape_reason(&shape, "reason", message->reason, &read.reason);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}
