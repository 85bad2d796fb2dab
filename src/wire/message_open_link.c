/*
 * Reading what the customer's word starts or changes: OpenLink, RebindLink, ResumeLink, AmendLink,
 * WithdrawConsent.
 *
 * The parts are checked in parts.c; here stands what must come with what. Which bank the other
 * account of a link that exists is at, and whose it is, the ledger knows.
 */
#include "wire/message_read.h"
#include "wire/parts.h"

void read_open_link(struct shape *shape, struct span payload, struct open_link *out) {
    const Linkgate__V1__OpenLink *message =
        shape_read(shape, payload, &linkgate__v1__open_link__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct open_link){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    part_class2_account(shape, message->class2_account, &out->class2);
    part_class1_account(shape, message->class1_account, out->class2.bank, &out->class1);
    part_person(shape, message->person, &out->person);
    out->scopes =
        part_bits(shape, "scopes", message->scopes, message->n_scopes, LINK_SCOPE_PRODUCTS);
    part_limits(shape, out->scopes, message->limits, &out->limits);
    part_agreement(shape, message->agreement, true, &out->agreement);
    part_consent(shape, message->consent, CONSENT_FIELDS_ALL, out->class1.bank, &out->consent);
}

void read_rebind_link(struct shape *shape, struct span payload, struct rebind_link *out) {
    const Linkgate__V1__RebindLink *message =
        shape_read(shape, payload, &linkgate__v1__rebind_link__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct rebind_link){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    part_class1_account(shape, message->class1_account, 0, &out->class1);
    part_person(shape, message->person, &out->person);
    out->scopes =
        part_bits(shape, "scopes", message->scopes, message->n_scopes, LINK_SCOPE_PRODUCTS);
    part_limits(shape, out->scopes, message->limits, &out->limits);
    part_agreement(shape, message->agreement, true, &out->agreement);
    part_consent(shape, message->consent, CONSENT_FIELDS_ALL, out->class1.bank, &out->consent);
}

void read_resume_link(struct shape *shape, struct span payload, struct resume_link *out) {
    const Linkgate__V1__ResumeLink *message =
        shape_read(shape, payload, &linkgate__v1__resume_link__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct resume_link){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    part_person(shape, message->person, &out->person);
    part_consent(shape, message->consent, CONSENT_FIELDS_ALL, 0, &out->consent);
}

void read_amend_link(struct shape *shape, struct span payload, struct amend_link *out) {
    const Linkgate__V1__AmendLink *message =
        shape_read(shape, payload, &linkgate__v1__amend_link__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct amend_link){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    out->scopes =
        part_bits(shape, "scopes", message->scopes, message->n_scopes, LINK_SCOPE_PRODUCTS);
    part_limits(shape, out->scopes, message->limits, &out->limits);
    part_agreement(shape, message->agreement, false, &out->agreement);
}

void read_withdraw_consent(struct shape *shape, struct span payload, struct withdraw_consent *out) {
    const Linkgate__V1__WithdrawConsent *message = shape_read(
        shape, payload, &linkgate__v1__withdraw_consent__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct withdraw_consent){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
}
