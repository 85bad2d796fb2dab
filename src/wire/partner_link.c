/*
 * A partner bank's side of what makes, changes and ends a link: its requests and its answer to a
 * verification written, the verification read.
 *
 * Nothing is checked on the way out. On the way in an instruction is held to the schema, as the
 * gateway holds a request.
 */
#include "domain/calendar.h"
#include "wire/partner.h"
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

/* NULL for none. */
static Linkgate__V1__Agreement *pack_agreement(struct pack *pack,
                                               const struct agreement_given *agreement,
                                               Linkgate__V1__Agreement *out) {
    if (!agreement->present)
        return NULL;
    linkgate__v1__agreement__init(out);
    out->version = pack_text(pack, agreement->version);
    out->text_sha256 = pack_digest(&agreement->sha256);
    out->accepted_at_ms = agreement->at_ms;
    out->channel = pack_text(pack, agreement->channel);
    if (agreement->ends_day != 0) {
        char day[DATE_TEXT_SIZE];
        date_format(agreement->ends_day, day);
        out->ends_on = pack_text(pack, span_text(day));
    }
    return out;
}

/* What the customer's word comes with, in the messages that have all of it. */
struct packed_terms {
    Linkgate__V1__PersonElements person;
    Linkgate__V1__AgreedLimits limits;
    Linkgate__V1__Agreement agreement;
    struct value_consent consent;
    int scopes[VALUE_BITS_MAX];
};

void partner_encode_open_link(const struct open_link *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__OpenLink wire;
    Linkgate__V1__Account class2, class1;
    struct packed_terms terms;
    pack_init(&pack);
    linkgate__v1__open_link__init(&wire);
    pack_account(&pack, &message->class2, &class2);
    pack_account(&pack, &message->class1, &class1);
    value_pack_person(&pack, &message->person, &terms.person);
    value_pack_limits(&message->limits, &terms.limits);
    wire.request_id = pack_id(&message->request);
    wire.class2_account = &class2;
    wire.class1_account = &class1;
    wire.person = &terms.person;
    wire.n_scopes = value_pack_bits(message->scopes, terms.scopes);
    wire.scopes = (Linkgate__V1__LinkScope *)terms.scopes;
    wire.limits = &terms.limits;
    wire.agreement = pack_agreement(&pack, &message->agreement, &terms.agreement);
    wire.consent = value_pack_consent(&pack, &message->consent, &terms.consent);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_rebind_link(const struct rebind_link *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__RebindLink wire;
    Linkgate__V1__Account class1;
    struct packed_terms terms;
    pack_init(&pack);
    linkgate__v1__rebind_link__init(&wire);
    pack_account(&pack, &message->class1, &class1);
    value_pack_person(&pack, &message->person, &terms.person);
    value_pack_limits(&message->limits, &terms.limits);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.class1_account = &class1;
    wire.person = &terms.person;
    wire.n_scopes = value_pack_bits(message->scopes, terms.scopes);
    wire.scopes = (Linkgate__V1__LinkScope *)terms.scopes;
    wire.limits = &terms.limits;
    wire.agreement = pack_agreement(&pack, &message->agreement, &terms.agreement);
    wire.consent = value_pack_consent(&pack, &message->consent, &terms.consent);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_resume_link(const struct resume_link *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ResumeLink wire;
    struct packed_terms terms;
    pack_init(&pack);
    linkgate__v1__resume_link__init(&wire);
    value_pack_person(&pack, &message->person, &terms.person);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.person = &terms.person;
    wire.consent = value_pack_consent(&pack, &message->consent, &terms.consent);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_amend_link(const struct amend_link *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AmendLink wire;
    struct packed_terms terms;
    pack_init(&pack);
    linkgate__v1__amend_link__init(&wire);
    value_pack_limits(&message->limits, &terms.limits);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.n_scopes = value_pack_bits(message->scopes, terms.scopes);
    wire.scopes = (Linkgate__V1__LinkScope *)terms.scopes;
    wire.limits = &terms.limits;
    wire.agreement = pack_agreement(&pack, &message->agreement, &terms.agreement);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_withdraw_consent(const struct withdraw_consent *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__WithdrawConsent wire;
    pack_init(&pack);
    linkgate__v1__withdraw_consent__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
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

void partner_encode_list_links(const struct list_links *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ListLinks wire;
    pack_init(&pack);
    linkgate__v1__list_links__init(&wire);
    wire.after = pack_id(&message->after);
    wire.max = message->max;
    wire.state = (Linkgate__V1__LinkState)message->state;
    wire.account_number = pack_text(&pack, message->account_number);
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

/* ---- read ---- */

int partner_decode_verify_account(struct span payload, struct arena *arena,
                                  struct verify_account *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__VerifyAccount *message = shape_read(
        &shape, payload, &linkgate__v1__verify_account__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct verify_account read = {0};
    shape_id(&shape, "link_id", &message->link_id, &read.link);
    shape_id(&shape, "verification_id", &message->verification_id, &read.verification);
    shape_bank_code(&shape, REFUSAL_FIELD_INVALID, "requesting_bank_code",
                    message->requesting_bank_code, &read.requesting_bank);
    shape_account_number(&shape, REFUSAL_ACCOUNT, "account_number", message->account_number,
                         &read.account_number);
    value_read_person(&shape, message->person, &read.person);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}
