/*
 * A partner bank's side of the link messages: its requests and answers written,
 * the gateway's instructions, replies and refusals read.
 *
 * Nothing is checked on the way out. On the way in an instruction is held to the schema, as the
 * gateway holds a request; in replies, notices and refusals what a newer gateway adds is tolerated.
 */
#include "wire/partner.h"

#include "domain/calendar.h"
#include "linkgate/v1/common.pb-c.h"
#include "wire/values.h"

/* ---- written ---- */

static void pack_account(struct pack *pack, const struct account_ref *account,
                         Linkgate__V1__Account *out) {
    linkgate__v1__account__init(out);
    out->bank_code = pack_bank(pack, account->bank);
    out->number = pack_text(pack, account->number);
    out->account_class = (Linkgate__V1__AccountClass)account->account_class;
    out->opening = (Linkgate__V1__AccountOpening)account->opening;
}

static void pack_agreement(struct pack *pack, const struct open_link *message,
                           Linkgate__V1__Agreement *out) {
    linkgate__v1__agreement__init(out);
    out->version = pack_text(pack, message->agreement.version);
    out->text_sha256 = pack_digest(&message->agreement.sha256);
    out->accepted_at_ms = message->agreement.at_ms;
    out->channel = pack_text(pack, message->agreement.channel);
    if (message->agreement.ends_day != 0) {
        char day[DATE_TEXT_SIZE];
        date_format(message->agreement.ends_day, day);
        out->ends_on = pack_text(pack, span_text(day));
    }
}

#define CONSENT_FIELDS_MAX 4

struct packed_consent {
    Linkgate__V1__Consent consent;
    char *fields[CONSENT_FIELDS_MAX];
};

static void pack_consent(struct pack *pack, const struct open_link *message,
                         struct packed_consent *out) {
    static const char *const names[CONSENT_FIELDS_MAX] = {"name", "id_number", "mobile",
                                                          "account"}; /* by bit */
    linkgate__v1__consent__init(&out->consent);
    out->consent.recipient_bank_code = pack_bank(pack, message->consent.recipient);
    out->consent.purpose = pack_text(pack, message->consent.purpose);
    for (unsigned i = 0; i < CONSENT_FIELDS_MAX; i++) {
        if ((message->consent.fields & 1u << i) != 0)
            out->fields[out->consent.n_fields++] = pack_text(pack, span_text(names[i]));
    }
    out->consent.fields = out->fields;
    out->consent.text_sha256 = pack_digest(&message->consent.sha256);
    out->consent.given_at_ms = message->consent.at_ms;
}

void partner_encode_open_link(const struct open_link *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__OpenLink wire;
    Linkgate__V1__Account class2, class1;
    Linkgate__V1__PersonElements person;
    Linkgate__V1__LinkScope scopes[VALUE_SCOPES_MAX];
    Linkgate__V1__AgreedLimits limits;
    Linkgate__V1__Agreement agreement;
    struct packed_consent consent;
    pack_init(&pack);
    linkgate__v1__open_link__init(&wire);
    pack_account(&pack, &message->class2, &class2);
    pack_account(&pack, &message->class1, &class1);
    value_pack_person(&pack, &message->person, &person);
    value_pack_limits(&message->limits, &limits);
    pack_agreement(&pack, message, &agreement);
    wire.request_id = pack_id(&message->request);
    wire.class2_account = &class2;
    wire.class1_account = &class1;
    wire.person = &person;
    wire.n_scopes = value_pack_scopes(message->scopes, scopes);
    wire.scopes = scopes;
    wire.limits = &limits;
    wire.agreement = &agreement;
    if (message->consent.present) {
        pack_consent(&pack, message, &consent);
        wire.consent = &consent.consent;
    }
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_verify_account_reply(const struct verify_account_reply *message,
                                         struct buf *out) {
    struct pack pack;
    Linkgate__V1__VerifyAccountReply wire;
    pack_init(&pack);
    linkgate__v1__verify_account_reply__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.verification_id = pack_id(&message->verification);
    wire.name = (Linkgate__V1__ElementResult)message->name;
    wire.id_number = (Linkgate__V1__ElementResult)message->id_number;
    wire.mobile = (Linkgate__V1__ElementResult)message->mobile;
    wire.account = (Linkgate__V1__ElementResult)message->account;
    wire.account_class = (Linkgate__V1__AccountClass)message->account_class;
    wire.status = (Linkgate__V1__AccountStatus)message->status;
    wire.joint = message->joint;
    wire.credit = message->credit;
    wire.minor = message->minor;
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_start_challenge(const struct start_challenge *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__StartChallenge wire;
    pack_init(&pack);
    linkgate__v1__start_challenge__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_issue_challenge_reply(const struct issue_challenge_reply *message,
                                          struct buf *out) {
    struct pack pack;
    Linkgate__V1__IssueChallengeReply wire;
    pack_init(&pack);
    linkgate__v1__issue_challenge_reply__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.challenge_id = pack_id(&message->challenge);
    wire.outcome = (Linkgate__V1__ChallengeOutcome)message->outcome;
    wire.masked_mobile = pack_text(&pack, message->masked_mobile);
    wire.lifetime_ms = message->lifetime_ms;
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_answer_challenge(const struct answer_challenge *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AnswerChallenge wire;
    pack_init(&pack);
    linkgate__v1__answer_challenge__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.code = pack_bytes(message->code);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_check_challenge_reply(const struct check_challenge_reply *message,
                                          struct buf *out) {
    struct pack pack;
    Linkgate__V1__CheckChallengeReply wire;
    pack_init(&pack);
    linkgate__v1__check_challenge_reply__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.attempt_id = pack_id(&message->attempt);
    wire.outcome = (Linkgate__V1__ChallengeOutcome)message->outcome;
    wire.tries_left = message->tries_left;
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_close_link(const struct close_link *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__CloseLink wire;
    pack_init(&pack);
    linkgate__v1__close_link__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_get_link(const struct get_link *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__GetLink wire;
    pack_init(&pack);
    linkgate__v1__get_link__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.request_id = pack_id(&message->request);
    pack_finish(&pack, &wire.base, out);
}

/* ---- read ---- */

static int verdict(const struct shape *shape) {
    return shape_ok(shape) ? 0 : WIRE_REFUSED;
}

static void read_bank(struct shape *shape, const char *field, const char *text, bank_code *out) {
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, field, text, out);
}

static void read_account_number(struct shape *shape, const char *text, struct span *out) {
    shape_account_number(shape, REFUSAL_ACCOUNT, "account_number", text, out);
}

int partner_decode_verify_account(struct span payload, struct arena *arena,
                                  struct verify_account *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__VerifyAccount *message = shape_read(
        &shape, payload, &linkgate__v1__verify_account__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL || message->person == NULL)
        return WIRE_REFUSED;
    const Linkgate__V1__PersonElements *person = message->person;
    struct verify_account read = {0};
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    shape_id(&shape, "verification_id", &message->verification_id, &read.verification);
    read_bank(&shape, "requesting_bank_code", message->requesting_bank_code, &read.requesting_bank);
    read_account_number(&shape, message->account_number, &read.account_number);
    shape_clean(&shape, "person.name", person->name, 1, PERSON_NAME_MAX, &read.person.name);
    read.person.id_type = (uint32_t)person->id_type;
    shape_clean(&shape, "person.id_number", person->id_number, 1, PERSON_ID_MAX,
                &read.person.id_number);
    shape_clean(&shape, "person.mobile", person->mobile, 1, PERSON_MOBILE_MAX, &read.person.mobile);
    if (shape_ok(&shape))
        *out = read;
    return verdict(&shape);
}

int partner_decode_issue_challenge(struct span payload, struct arena *arena,
                                   struct issue_challenge *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__IssueChallenge *message = shape_read(
        &shape, payload, &linkgate__v1__issue_challenge__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct issue_challenge read = {
        .scopes = value_read_scopes(message->scopes, message->n_scopes),
        .limits = value_read_limits(message->limits),
    };
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    shape_id(&shape, "challenge_id", &message->challenge_id, &read.challenge);
    read_bank(&shape, "requesting_bank_code", message->requesting_bank_code, &read.requesting_bank);
    read_account_number(&shape, message->account_number, &read.account_number);
    if (shape_ok(&shape))
        *out = read;
    return verdict(&shape);
}

int partner_decode_check_challenge(struct span payload, struct arena *arena,
                                   struct check_challenge *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__CheckChallenge *message = shape_read(
        &shape, payload, &linkgate__v1__check_challenge__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct check_challenge read = {.code = shape_bytes(&message->code)};
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    shape_id(&shape, "challenge_id", &message->challenge_id, &read.challenge);
    shape_id(&shape, "attempt_id", &message->attempt_id, &read.attempt);
    if (shape_ok(&shape))
        *out = read;
    return verdict(&shape);
}

static void read_link_view(struct shape *shape, const Linkgate__V1__LinkReply *message,
                           struct link_view *out) {
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "link");
        return;
    }
    *out = (struct link_view){
        .state = (enum link_state)shape_known((int)message->state, LINK_EXPIRED),
        .reason = shape_clean_or_empty(message->reason, REASON_SIZE - 1),
        .class2_masked = shape_clean_or_empty(message->class2_account_masked, MASKED_ACCOUNT_MAX),
        .class1_masked = shape_clean_or_empty(message->class1_account_masked, MASKED_ACCOUNT_MAX),
        .scopes = value_read_scopes(message->scopes, message->n_scopes),
        .limits = value_read_limits(message->limits),
        .requested_at_ms = message->requested_at_ms,
        .activated_at_ms = message->activated_at_ms,
        .deadline_ms = message->deadline_ms,
        .replayed = message->replayed != 0,
    };
    if (message->challenge != NULL) {
        out->has_challenge = true;
        out->challenge_mobile =
            shape_clean_or_empty(message->challenge->masked_mobile, MASKED_MOBILE_MAX);
        out->challenge_expires_in_ms = message->challenge->expires_in_ms;
        out->challenge_tries_left = message->challenge->tries_left;
    }
    shape_id(shape, "link_id", &message->link_id, &out->link);
    read_bank(shape, "class2_bank_code", message->class2_bank_code, &out->class2_bank);
    read_bank(shape, "class1_bank_code", message->class1_bank_code, &out->class1_bank);
}

int partner_decode_link_reply(struct span payload, struct arena *arena, struct link_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__LinkReply *message =
        shape_read(&shape, payload, &linkgate__v1__link_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    struct link_view read = {0};
    if (message != NULL)
        read_link_view(&shape, message, &read);
    if (shape_ok(&shape))
        *out = read;
    return verdict(&shape);
}

int partner_decode_link_notice(struct span payload, struct arena *arena,
                               struct notice_place *place_out, struct link_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__LinkNotice *message = shape_read(
        &shape, payload, &linkgate__v1__link_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct link_view read = {0};
    shape_digest(&shape, "token", &message->token, &place.token);
    read_link_view(&shape, message->link, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    return 0;
}

int partner_decode_refusal(struct span payload, struct arena *arena, struct refusal_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__Refusal *message =
        shape_read(&shape, payload, &linkgate__v1__refusal__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    *out = (struct refusal_view){
        .reason = shape_clean_or_empty(message->reason, REASON_SIZE - 1),
        .detail = shape_clean_or_empty(message->detail, DETAIL_MAX),
        .text = shape_clean_or_empty(message->text, REFUSAL_TEXT_MAX),
        .field = shape_clean_or_empty(message->field, FIELD_NAME_MAX),
        .retry = (enum retry)shape_known((int)message->retry, RETRY_SAME_ID_LATER),
        .replayed = message->replayed != 0,
    };
    return 0;
}
