/*
 * A partner bank's side of the transfer messages: submitting, being instructed, telling the
 * outcome, and reading what became of it.
 *
 * Nothing is checked on the way out. On the way in an instruction is held to the schema, since the
 * bank will move money on it; in replies and notices what a newer gateway adds is tolerated.
 */
#include "linkgate/v1/notice.pb-c.h"
#include "linkgate/v1/transfer.pb-c.h"
#include "wire/partner.h"
#include "wire/values.h"

/* ---- written ---- */

/* NULL for a party of whom nothing is said. */
static Linkgate__V1__Party *pack_party(struct pack *pack, struct span name, struct span account,
                                       Linkgate__V1__Party *out) {
    if (name.size == 0 && account.size == 0)
        return NULL;
    linkgate__v1__party__init(out);
    out->name = pack_text(pack, name);
    out->account_number = pack_text(pack, account);
    return out;
}

void partner_encode_submit_transfer(const struct submit_transfer *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__SubmitTransfer wire;
    Linkgate__V1__Money amount;
    Linkgate__V1__Party debtor, creditor;
    pack_init(&pack);
    linkgate__v1__submit_transfer__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.kind = (Linkgate__V1__TransferKind)message->kind;
    wire.direction = (Linkgate__V1__TransferDirection)message->direction;
    if (message->amount.fen != 0 || message->amount.currency[0] != '\0') {
        value_pack_money(&pack, &message->amount, &amount);
        wire.amount = &amount;
    }
    wire.end_to_end_id = pack_text(&pack, message->end_to_end_id);
    wire.purpose = pack_text(&pack, message->purpose);
    wire.remittance = pack_text(&pack, message->remittance);
    wire.debtor = pack_party(&pack, message->debtor_name, message->debtor_account, &debtor);
    wire.creditor = pack_party(&pack, message->creditor_name, message->creditor_account, &creditor);
    wire.channel = pack_text(&pack, message->channel);
    wire.authentication = pack_text(&pack, message->authentication);
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

void partner_encode_ack_notices(const struct ack_notices *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AckNotices wire;
    pack_init(&pack);
    linkgate__v1__ack_notices__init(&wire);
    wire.up_to_sequence = message->up_to_sequence;
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
    if (shape_enum(&shape, "kind", (int)message->kind, TRANSFER_RETURN))
        read.kind = (enum transfer_kind)message->kind;
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

static void read_transfer_view(struct shape *shape, const Linkgate__V1__TransferReply *message,
                               struct transfer_view *out) {
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "transfer");
        return;
    }
    *out = (struct transfer_view){
        .state = (enum transfer_state)shape_known((int)message->state, TRANSFER_UNKNOWN),
        .reason = shape_clean_or_empty(message->reason, REASON_SIZE - 1),
        .detail = shape_clean_or_empty(message->detail, DETAIL_MAX),
        .kind = (enum transfer_kind)shape_known((int)message->kind, TRANSFER_RETURN),
        .direction = (enum transfer_direction)shape_known((int)message->direction, TRANSFER_PULL),
        .end_to_end_id = shape_clean_or_empty(message->end_to_end_id, REFERENCE_MAX),
        .reference = shape_clean_or_empty(message->reference, REFERENCE_MAX),
        .book_date = shape_clean_or_empty(message->book_date, DATE_TEXT_SIZE - 1),
        .received_at_ms = message->received_at_ms,
        .deadline_ms = message->deadline_ms,
        .accepted_at_ms = message->accepted_at_ms,
        .credited_at_ms = message->credited_at_ms,
        .window = message->window,
        .replayed = message->replayed != 0,
    };
    shape_id(shape, "transfer_id", &message->transfer_id, &out->transfer);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    value_read_money(shape, message->amount, &out->amount);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "debtor_bank_code", message->debtor_bank_code,
                    &out->debtor_bank);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "creditor_bank_code", message->creditor_bank_code,
                    &out->creditor_bank);
}

int partner_decode_transfer_reply(struct span payload, struct arena *arena,
                                  struct transfer_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__TransferReply *message = shape_read(
        &shape, payload, &linkgate__v1__transfer_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct transfer_view read = {0};
    read_transfer_view(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_transfer_notice(struct span payload, struct arena *arena,
                                   struct notice_place *place_out, struct transfer_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__TransferNotice *message = shape_read(
        &shape, payload, &linkgate__v1__transfer_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct transfer_view read = {0};
    shape_digest(&shape, "token", &message->token, &place.token);
    read_transfer_view(&shape, message->transfer, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    return 0;
}
