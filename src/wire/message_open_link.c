/*
 * Reading OpenLink: two accounts, the person, what is allowed, and on what word.
 *
 * Every field is checked here, in the order of the fields' numbers, and none anywhere else: what
 * passes has two different banks with right check digits, a Class I and a Class II or III account,
 * a person who can exist, at least one scope with the limits that it needs, and a whole consent.
 * Whether the banks and the accounts are known is not asked here.
 */
#include <string.h>

#include "domain/calendar.h"
#include "domain/identifier.h"
#include "util/text.h"
#include "wire/message_read.h"
#include "wire/values.h"

_Static_assert(ACCOUNT_CLASS_I == (int)LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_I &&
                   ACCOUNT_CLASS_II == (int)LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_II &&
                   ACCOUNT_CLASS_III == (int)LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_III,
               "wire values");
_Static_assert((int)ACCOUNT_OPENING_REMOTE ==
                       (int)LINKGATE__V1__ACCOUNT_OPENING__ACCOUNT_OPENING_REMOTE &&
                   (int)ACCOUNT_OPENING_FACE_TO_FACE ==
                       (int)LINKGATE__V1__ACCOUNT_OPENING__ACCOUNT_OPENING_FACE_TO_FACE,
               "wire values");
_Static_assert((int)LINK_SCOPE_COLLECT == (int)LINKGATE__V1__LINK_SCOPE__LINK_SCOPE_COLLECT &&
                   (int)LINK_SCOPE_PAY == (int)LINKGATE__V1__LINK_SCOPE__LINK_SCOPE_PAY &&
                   (int)LINK_SCOPE_PAY_FALLBACK ==
                       (int)LINKGATE__V1__LINK_SCOPE__LINK_SCOPE_PAY_FALLBACK &&
                   (int)LINK_SCOPE_BALANCE == (int)LINKGATE__V1__LINK_SCOPE__LINK_SCOPE_BALANCE &&
                   (int)LINK_SCOPE_PRODUCTS == (int)LINKGATE__V1__LINK_SCOPE__LINK_SCOPE_PRODUCTS,
               "wire values");
_Static_assert(ID_TYPE_RESIDENT == (unsigned)LINKGATE__V1__ID_TYPE__ID_TYPE_RESIDENT, "wire value");

/* Names and codes of the two accounts' fields. */
struct account_side {
    const char *whole, *bank_code, *number, *account_class, *opening;
    enum refusal_code bank_fault, number_fault, class_fault;
    enum account_class lowest, highest;
    int opening_min; /* whether it must be given */
};

static const struct account_side class2_side = {
    .whole = "class2_account",
    .bank_code = "class2_account.bank_code",
    .number = "class2_account.number",
    .account_class = "class2_account.account_class",
    .opening = "class2_account.opening",
    .bank_fault = REFUSAL_BANK_CODE_CREDITOR,
    .number_fault = REFUSAL_ACCOUNT_CREDITOR,
    .class_fault = REFUSAL_CLASS_CREDITOR,
    .lowest = ACCOUNT_CLASS_II,
    .highest = ACCOUNT_CLASS_III,
    .opening_min = ACCOUNT_OPENING_REMOTE,
};

static const struct account_side class1_side = {
    .whole = "class1_account",
    .bank_code = "class1_account.bank_code",
    .number = "class1_account.number",
    .account_class = "class1_account.account_class",
    .opening = "class1_account.opening",
    .bank_fault = REFUSAL_BANK_CODE_DEBTOR,
    .number_fault = REFUSAL_ACCOUNT_DEBTOR,
    .class_fault = REFUSAL_CLASS_DEBTOR,
    .lowest = ACCOUNT_CLASS_I,
    .highest = ACCOUNT_CLASS_I,
    .opening_min = ACCOUNT_OPENING_NONE,
};

/* other: the bank that this one may not be; 0 for none. */
static void read_account(struct shape *shape, const struct account_side *side, bank_code other,
                         const Linkgate__V1__Account *account, struct account_ref *out) {
    if (account == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, side->whole);
        return;
    }
    shape_bank_code(shape, side->bank_fault, side->bank_code, account->bank_code, &out->bank);
    if (other != 0 && out->bank == other)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, side->bank_code);
    shape_account_number(shape, side->number_fault, side->number, account->number, &out->number);
    int account_class = (int)account->account_class;
    if (account_class < (int)side->lowest || account_class > (int)side->highest)
        shape_refuse(shape, side->class_fault, side->account_class);
    int opening = (int)account->opening;
    if (opening < side->opening_min || opening > ACCOUNT_OPENING_FACE_TO_FACE)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, side->opening);
    out->account_class = (enum account_class)account_class;
    out->opening = (enum account_opening)opening;
}

static void read_id_number(struct shape *shape, const char *text, struct span *out) {
    struct span number = shape_text(text);
    char canonical[RESIDENT_ID_SIZE + 1];
    if (number.size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "person.id_number");
    else if (!resident_id_parse(number, shape->now_ms, canonical))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "person.id_number");
    if (!shape_ok(shape))
        return;
    uint8_t *kept = arena_try(shape->arena, RESIDENT_ID_SIZE);
    if (kept == NULL) {
        shape_refuse(shape, REFUSAL_MALFORMED, "");
        return;
    }
    memcpy(kept, canonical, RESIDENT_ID_SIZE);
    *out = span_of(kept, RESIDENT_ID_SIZE);
}

static void read_person(struct shape *shape, const Linkgate__V1__PersonElements *person,
                        struct person_elements *out) {
    if (person == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "person");
        return;
    }
    shape_clean(shape, "person.name", person->name, 1, PERSON_NAME_MAX, &out->name);
    if (shape_enum(shape, "person.id_type", (int)person->id_type, ID_TYPE_RESIDENT))
        out->id_type = (uint32_t)person->id_type;
    read_id_number(shape, person->id_number, &out->id_number);
    struct span mobile = shape_text(person->mobile);
    if (mobile.size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "person.mobile");
    else if (!mobile_valid(mobile))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "person.mobile");
    out->mobile = mobile;
}

static uint32_t read_scopes(struct shape *shape, const Linkgate__V1__LinkScope *scopes,
                            size_t count) {
    uint32_t bits = 0;
    if (count == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "scopes");
    for (size_t i = 0; i < count && shape_ok(shape); i++) {
        int scope = (int)scopes[i];
        if (!shape_enum(shape, "scopes", scope, LINK_SCOPE_PRODUCTS))
            break;
        if ((bits & LINK_SCOPE_BIT(scope)) != 0)
            shape_refuse(shape, REFUSAL_FIELD_INVALID, "scopes");
        bits |= LINK_SCOPE_BIT(scope);
    }
    return bits;
}

static void check_limit(struct shape *shape, const char *field, int64_t fen, bool needed) {
    if (fen < 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
    else if (fen == 0 && needed)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, field);
}

static void read_limits(struct shape *shape, uint32_t scopes,
                        const Linkgate__V1__AgreedLimits *message, struct agreed_limits *out) {
    const uint32_t moving = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT) | LINK_SCOPE_BIT(LINK_SCOPE_PAY);
    bool needed = (scopes & moving) != 0;
    struct agreed_limits limits = value_read_limits(message);
    check_limit(shape, "limits.single_fen", limits.single_fen, needed);
    check_limit(shape, "limits.daily_fen", limits.daily_fen, needed);
    check_limit(shape, "limits.yearly_fen", limits.yearly_fen, false);
    *out = limits;
}

static bool channel_known(struct span channel) {
    return span_equal(channel, SPAN_LITERAL("APP")) || span_equal(channel, SPAN_LITERAL("WEB")) ||
           span_equal(channel, SPAN_LITERAL("COUNTER"));
}

static void read_agreement(struct shape *shape, const Linkgate__V1__Agreement *agreement,
                           struct open_link *out) {
    if (agreement == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "agreement");
        return;
    }
    shape_clean(shape, "agreement.version", agreement->version, 1, AGREEMENT_VERSION_MAX,
                &out->agreement.version);
    shape_digest(shape, "agreement.text_sha256", &agreement->text_sha256, &out->agreement.sha256);
    if (agreement->accepted_at_ms <= 0)
        shape_refuse(shape,
                     agreement->accepted_at_ms == 0 ? REFUSAL_FIELD_MISSING : REFUSAL_FIELD_INVALID,
                     "agreement.accepted_at_ms");
    out->agreement.at_ms = agreement->accepted_at_ms;
    out->agreement.channel = shape_text(agreement->channel);
    if (out->agreement.channel.size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "agreement.channel");
    else if (!channel_known(out->agreement.channel))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "agreement.channel");
    struct span ends_on = shape_text(agreement->ends_on);
    if (ends_on.size > 0 && !date_parse(ends_on, &out->agreement.ends_day))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "agreement.ends_on");
}

/* Bit of a disclosed element's name; 0 if there is none of that name. */
static uint32_t consent_field(struct span name) {
    static const struct {
        const char *name;
        uint32_t bit;
    } fields[] = {
        {"name", CONSENT_FIELD_NAME},
        {"id_number", CONSENT_FIELD_ID_NUMBER},
        {"mobile", CONSENT_FIELD_MOBILE},
        {"account", CONSENT_FIELD_ACCOUNT},
    };
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (span_equal(name, span_text(fields[i].name)))
            return fields[i].bit;
    }
    return 0;
}

static uint32_t read_consent_fields(struct shape *shape, char *const *names, size_t count) {
    uint32_t bits = 0;
    for (size_t i = 0; i < count && shape_ok(shape); i++) {
        uint32_t bit = consent_field(shape_text(names[i]));
        if (bit == 0 || (bits & bit) != 0)
            shape_refuse(shape, REFUSAL_CONSENT, "consent.fields");
        bits |= bit;
    }
    if (bits != CONSENT_FIELDS_ALL)
        shape_refuse(shape, REFUSAL_CONSENT, "consent.fields");
    return bits;
}

/* The consent comes before any person data moves, so all of it must be there and name this
 * disclosure: these elements, to that bank. */
static void read_consent(struct shape *shape, const Linkgate__V1__Consent *consent,
                         struct open_link *out) {
    if (consent == NULL) {
        shape_refuse(shape, REFUSAL_CONSENT, "consent");
        return;
    }
    shape_bank_code(shape, REFUSAL_CONSENT, "consent.recipient_bank_code",
                    consent->recipient_bank_code, &out->consent.recipient);
    if (out->consent.recipient != out->class1.bank)
        shape_refuse(shape, REFUSAL_CONSENT, "consent.recipient_bank_code");
    struct span purpose = shape_text(consent->purpose);
    if (purpose.size == 0 || purpose.size > CONSENT_PURPOSE_MAX || !text_is_clean(purpose))
        shape_refuse(shape, REFUSAL_CONSENT, "consent.purpose");
    out->consent.purpose = purpose;
    out->consent.fields = read_consent_fields(shape, consent->fields, consent->n_fields);
    if (consent->text_sha256.len != DIGEST_SIZE)
        shape_refuse(shape, REFUSAL_CONSENT, "consent.text_sha256");
    else
        memcpy(out->consent.sha256.bytes, consent->text_sha256.data, DIGEST_SIZE);
    if (consent->given_at_ms <= 0)
        shape_refuse(shape, REFUSAL_CONSENT, "consent.given_at_ms");
    out->consent.at_ms = consent->given_at_ms;
    out->consent.present = shape_ok(shape);
}

void read_open_link(struct shape *shape, struct span payload, struct open_link *out) {
    const Linkgate__V1__OpenLink *message =
        shape_read(shape, payload, &linkgate__v1__open_link__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct open_link){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    read_account(shape, &class2_side, 0, message->class2_account, &out->class2);
    read_account(shape, &class1_side, out->class2.bank, message->class1_account, &out->class1);
    read_person(shape, message->person, &out->person);
    out->scopes = read_scopes(shape, message->scopes, message->n_scopes);
    read_limits(shape, out->scopes, message->limits, &out->limits);
    read_agreement(shape, message->agreement, out);
    read_consent(shape, message->consent, out);
}
