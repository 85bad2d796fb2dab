/*
 * The strict readers of what several requests hold.
 *
 * Every field is checked here, in the order of the fields' numbers, and none anywhere else: what
 * passes has banks with right check digits, accounts of the right class, a person who can exist, at
 * least one scope with the limits that it needs, a whole consent. Whether banks, accounts and
 * persons are known, and fit each other beyond one message, is not asked here.
 */
#include "wire/parts.h"

#include <string.h>

#include "domain/calendar.h"
#include "domain/identifier.h"
#include "util/text.h"
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

static void read_account(struct shape *shape, const struct account_side *side, bank_code other,
                         const Linkgate__V1__Account *account, struct account_ref *out) {
    if (account == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, side->whole);
        return;
    }
    shape_bank_code(shape, side->bank_fault, side->bank_code, account->bank_code, &out->bank);
    if (other != 0 && out->bank == other)
        shape_refuse(shape, REFUSAL_SAME_BANK, side->bank_code);
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

void part_class2_account(struct shape *shape, const Linkgate__V1__Account *account,
                         struct account_ref *out) {
    read_account(shape, &class2_side, 0, account, out);
}

void part_class1_account(struct shape *shape, const Linkgate__V1__Account *account, bank_code other,
                         struct account_ref *out) {
    read_account(shape, &class1_side, other, account, out);
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

void part_person(struct shape *shape, const Linkgate__V1__PersonElements *person,
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

uint32_t part_bits(struct shape *shape, const char *field, const void *numbers, size_t count,
                   int last) {
    const int *number = numbers;
    uint32_t bits = 0;
    if (count == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, field);
    for (size_t i = 0; i < count && shape_ok(shape); i++) {
        if (!shape_enum(shape, field, number[i], last))
            break;
        if ((bits & 1u << number[i]) != 0)
            shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
        bits |= 1u << number[i];
    }
    return bits;
}

static void check_limit(struct shape *shape, const char *field, int64_t fen) {
    if (fen < 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
}

void part_limits(struct shape *shape, uint32_t scopes, const Linkgate__V1__AgreedLimits *message,
                 struct agreed_limits *out) {
    const uint32_t moving = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT) | LINK_SCOPE_BIT(LINK_SCOPE_PAY);
    struct agreed_limits limits = value_read_limits(message);
    check_limit(shape, "limits.single_fen", limits.single_fen);
    check_limit(shape, "limits.daily_fen", limits.daily_fen);
    check_limit(shape, "limits.yearly_fen", limits.yearly_fen);
    if ((scopes & moving) != 0 && (limits.single_fen == 0 || limits.daily_fen == 0))
        shape_refuse(shape, REFUSAL_LIMITS_NEEDED, "limits");
    *out = limits;
}

static bool channel_known(struct span channel) {
    return span_equal(channel, SPAN_LITERAL("APP")) || span_equal(channel, SPAN_LITERAL("WEB")) ||
           span_equal(channel, SPAN_LITERAL("COUNTER"));
}

void part_agreement(struct shape *shape, const Linkgate__V1__Agreement *agreement, bool needed,
                    struct agreement_given *out) {
    if (agreement == NULL) {
        if (needed)
            shape_refuse(shape, REFUSAL_FIELD_MISSING, "agreement");
        return;
    }
    shape_clean(shape, "agreement.version", agreement->version, 1, AGREEMENT_VERSION_MAX,
                &out->version);
    shape_digest(shape, "agreement.text_sha256", &agreement->text_sha256, &out->sha256);
    if (agreement->accepted_at_ms <= 0)
        shape_refuse(shape,
                     agreement->accepted_at_ms == 0 ? REFUSAL_FIELD_MISSING : REFUSAL_FIELD_INVALID,
                     "agreement.accepted_at_ms");
    out->at_ms = agreement->accepted_at_ms;
    out->channel = shape_text(agreement->channel);
    if (out->channel.size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "agreement.channel");
    else if (!channel_known(out->channel))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "agreement.channel");
    struct span ends_on = shape_text(agreement->ends_on);
    if (ends_on.size > 0 && !date_parse(ends_on, &out->ends_day))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "agreement.ends_on");
    out->present = shape_ok(shape);
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

static uint32_t read_consent_fields(struct shape *shape, char *const *names, size_t count,
                                    uint32_t disclosed) {
    uint32_t bits = 0;
    for (size_t i = 0; i < count && shape_ok(shape); i++) {
        uint32_t bit = consent_field(shape_text(names[i]));
        if (bit == 0 || (bits & bit) != 0)
            shape_refuse(shape, REFUSAL_CONSENT, "consent.fields");
        bits |= bit;
    }
    if ((bits & disclosed) != disclosed)
        shape_refuse(shape, REFUSAL_CONSENT, "consent.fields");
    return bits;
}

/* The consent comes before any person data moves, so all of it must be there and name this
 * disclosure: these elements, to that bank. */
void part_consent(struct shape *shape, const Linkgate__V1__Consent *consent, uint32_t disclosed,
                  bank_code recipient, struct consent_given *out) {
    if (consent == NULL) {
        shape_refuse(shape, REFUSAL_CONSENT, "consent");
        return;
    }
    shape_bank_code(shape, REFUSAL_CONSENT, "consent.recipient_bank_code",
                    consent->recipient_bank_code, &out->recipient);
    if (recipient != 0 && out->recipient != recipient)
        shape_refuse(shape, REFUSAL_CONSENT, "consent.recipient_bank_code");
    struct span purpose = shape_text(consent->purpose);
    if (purpose.size == 0 || purpose.size > CONSENT_PURPOSE_MAX || !text_is_clean(purpose))
        shape_refuse(shape, REFUSAL_CONSENT, "consent.purpose");
    out->purpose = purpose;
    out->fields = read_consent_fields(shape, consent->fields, consent->n_fields, disclosed);
    if (consent->text_sha256.len != DIGEST_SIZE)
        shape_refuse(shape, REFUSAL_CONSENT, "consent.text_sha256");
    else
        memcpy(out->sha256.bytes, consent->text_sha256.data, DIGEST_SIZE);
    if (consent->given_at_ms <= 0)
        shape_refuse(shape, REFUSAL_CONSENT, "consent.given_at_ms");
    out->at_ms = consent->given_at_ms;
    out->present = shape_ok(shape);
}

void part_money(struct shape *shape, const struct part_money_names *names,
                const Linkgate__V1__Money *money, struct money *out) {
    if (money == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, names->money);
        return;
    }
    if (money->fen == 0)
        shape_refuse(shape, REFUSAL_AMOUNT_ZERO, names->fen);
    else if (money->fen < 0)
        shape_refuse(shape, REFUSAL_AMOUNT_NEGATIVE, names->fen);
    if (!span_equal(shape_text(money->currency), SPAN_LITERAL("CNY")))
        shape_refuse(shape, REFUSAL_CURRENCY, names->currency);
    *out = (struct money){money->fen, "CNY"};
}

void part_amount(struct shape *shape, const Linkgate__V1__Money *amount, struct money *out) {
    static const struct part_money_names names = {"amount", "amount.fen", "amount.currency"};
    part_money(shape, &names, amount, out);
}

static void read_category(struct shape *shape, const char *text, struct span *out) {
    struct span code = shape_text(text);
    if (code.size > 0 && (code.size != CATEGORY_CODE_SIZE || !text_is_digits(code)))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "merchant.category_code");
    *out = code;
}

/* Without a name and a number of the merchant a payment is as incomplete as without the merchant. */
static void needed_of_merchant(struct shape *shape, const char *field, const char *text, size_t max,
                               struct span *out) {
    if (shape_text(text).size == 0)
        shape_refuse(shape, REFUSAL_MERCHANT, field);
    shape_clean(shape, field, text, 1, max, out);
}

void part_merchant(struct shape *shape, const Linkgate__V1__Merchant *merchant,
                   struct merchant *out) {
    needed_of_merchant(shape, "merchant.name", merchant->name, PERSON_NAME_MAX, &out->name);
    needed_of_merchant(shape, "merchant.id", merchant->id, MERCHANT_ID_MAX, &out->id);
    read_category(shape, merchant->category_code, &out->category_code);
    shape_clean(shape, "merchant.order_id", merchant->order_id, 0, ORDER_ID_MAX, &out->order_id);
    shape_clean(shape, "merchant.terminal_id", merchant->terminal_id, 0, TERMINAL_ID_MAX,
                &out->terminal_id);
}

void part_page(struct shape *shape, const ProtobufCBinaryData *after, uint32_t max,
               struct id *after_out, uint32_t *max_out) {
    shape_id_or_none(shape, "after", after, after_out);
    if (max > LIST_MAX)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "max");
    *max_out = max == 0 ? LIST_STANDARD : max;
}
