/*
 * The way to a loan: the lead invites the customer of a link, the customer applies at either bank, and
 * each lender decides.
 *
 * Invariants: who is not invited cannot apply; the terms are those of the version that the customer
 * was offered, and later versions change nothing; nothing is lent without the customer's consent, an
 * authorisation for each lender's credit inquiry, and the word of both lenders; what one person may
 * borrow of a product is bounded over all links.
 * Order of checks: link or loan -> state -> product -> account -> amount -> the person's maximum.
 */
#include "ledger/loans.h"
#include "ledger/products.h"

#include <string.h>

/* The longest invitation. */
#define OFFER_MAX_MS (366 * 24 * 60 * 60 * 1000LL)

/* ---- the product ---- */

static int check_product(struct apply *apply, const struct product *product, uint32_t version,
                         const char *field) {
    bool from = product->sale.from_ms == 0 || product->sale.from_ms <= apply->now_ms;
    bool until = product->sale.until_ms == 0 || apply->now_ms < product->sale.until_ms;
    if (!apply->rules->products[PRODUCT_LOAN].enabled)
        return refuse(apply, REFUSAL_PRODUCT_DISABLED, field);
    if (product->state != PRODUCT_ON_SALE || !from || !until)
        return refuse(apply, REFUSAL_NOT_ON_SALE, field);
    if (version < product->terms_version || version > product->version) {
        apply->product_version = product->version;
        return refuse(apply, REFUSAL_PRODUCT_CHANGED, field);
    }
    if (product->terms.loan.lead_share < apply->rules->lead_share_floor)
        return refuse(apply, REFUSAL_LEAD_SHARE, field);
    return 0;
}

/* The sender's own, with the other bank of the link. */
static int find_product(struct apply *apply, const struct offer_loan *request,
                        const struct link *link, struct product *product_out) {
    bank_code lead = apply->command->bank;
    bank_code other = lead == link->class2_bank ? link->class1_bank : link->class2_bank;
    int result = product_present(apply, lead, request->product, lead, "product_code", product_out);
    if (result)
        return result;
    if (product_out->terms.kind != PRODUCT_LOAN || product_out->terms.loan.partner != other)
        return refuse(apply, REFUSAL_FIELD_INVALID, "product_code");
    result = check_product(apply, product_out, request->version, "product_version");
    return result ? result : apply_check_served(apply, other, "link_id");
}

static int check_sum(struct apply *apply, int64_t fen, int64_t min_fen, int64_t max_fen,
                     const char *field) {
    if (fen < min_fen)
        return refuse(apply, REFUSAL_AMOUNT_BELOW, field);
    return fen > max_fen ? refuse(apply, REFUSAL_AMOUNT_ABOVE, field) : 0;
}

static int check_currency(struct apply *apply, const struct money *amount, const char *currency,
                          const char *field) {
    bool same = span_equal(span_text(amount->currency), span_text(currency));
    return same ? 0 : refuse(apply, REFUSAL_CURRENCY, field);
}

/* ---- OfferLoan ---- */

static int check_offer(struct apply *apply, const struct offer_loan *request,
                       const struct product_terms *terms) {
    int result = check_currency(apply, &request->maximum, terms->currency, "maximum.currency");
    if (result == 0)
        result = check_sum(apply, request->maximum.fen, terms->min_fen, terms->person_max_fen,
                           "maximum.fen");
    if (result)
        return result;
    bool ends = request->until_ms == 0 || (request->until_ms > apply->now_ms &&
                                           request->until_ms <= apply->now_ms + OFFER_MAX_MS);
    return ends ? 0 : refuse(apply, REFUSAL_FIELD_INVALID, "until_ms");
}

static int invite(struct apply *apply, const struct offer_loan *request, const struct link *link,
                  const struct product *product) {
    struct loan loan = {
        .id = apply_new_id(apply),
        .link = link->id,
        .offer_request = request->request,
        .lead = apply->command->bank,
        .version = request->version,
        .terms = product->terms.loan,
        .min_fen = product->terms.min_fen,
        .offered = request->maximum,
        .person_key = link->person_key,
        .offered_at_ms = apply->now_ms,
        .deadline_ms = request->until_ms ? request->until_ms
                                         : apply->now_ms + apply->rules->loan_decision_wait_ms,
    };
    memcpy(loan.product, product->code, sizeof loan.product);
    apply_touch(apply, OBJECT_LOAN, &loan.id);
    int result = loans_step(apply, &loan, LOAN_EVENT_OFFER, CAUSE_REQUEST, "", NULL);
    if (result == 0)
        result = loans_store(apply, &loan, NULL);
    if (result == 0)
        loans_answer(apply, &loan, false);
    return result;
}

int loans_offer(struct apply *apply) {
    const struct offer_loan *request = &apply->command->body.loan.offer;
    struct link link;
    struct product product;
    int result = link_touch_own(apply, &request->link, &link);
    if (result == 0)
        result = loans_check_link(apply, &link, "link_id");
    if (result == 0)
        result = find_product(apply, request, &link, &product);
    if (result == 0)
        result = check_offer(apply, request, &product.terms);
    if (result)
        return result;
    return invite(apply, request, &link, &product);
}

/* ---- ApplyLoan ---- */

/* Link and product as they are now. */
static int check_ground(struct apply *apply, const struct loan *loan,
                        const struct apply_loan *request, struct product *product_out) {
    struct link link;
    int result = link_touch_own(apply, &loan->link, &link);
    apply_touch(apply, OBJECT_LOAN, &loan->id);
    if (result == 0)
        result = loans_check_link(apply, &link, "loan_id");
    if (result == 0)
        result = product_present(apply, loan->lead, span_text(loan->product), loan->lead, "loan_id",
                                 product_out);
    if (result == 0)
        result = check_product(apply, product_out, loan->version, "loan_id");
    if (result)
        return result;
    if (!request->class1_account && link.class2_class != ACCOUNT_CLASS_II)
        return refuse(apply, REFUSAL_CLASS, "account");
    return 0;
}

static int check_consent(struct apply *apply, const struct loan *loan,
                         const struct apply_loan *request, const struct product *product) {
    if (!digest_equal(&request->terms, &product->terms.sha256))
        return refuse(apply, REFUSAL_FIELD_INVALID, "terms_sha256");
    for (uint32_t i = 0; i < request->authorisation_count; i++) {
        if (loan_lender_of(loan, request->authorisations[i].bank) == LOAN_LENDERS)
            return refuse(apply, REFUSAL_FIELD_INVALID, "authorisations.bank_code");
    }
    if (request->authorisation_count < LOAN_LENDERS)
        return refuse(apply, REFUSAL_CONSENT, "authorisations");
    return 0;
}

static int check_asked(struct apply *apply, const struct loan *loan,
                       const struct apply_loan *request, const struct product_terms *terms) {
    int64_t fen = request->amount.fen, held_fen, together_fen;
    int result = check_currency(apply, &request->amount, loan->offered.currency, "amount.currency");
    if (result == 0)
        result = check_sum(apply, fen, loan->min_fen, loan->offered.fen, "amount.fen");
    if (result)
        return result;
    if ((fen - loan->min_fen) % terms->increment_fen != 0)
        return refuse(apply, REFUSAL_INCREMENT, "amount.fen");
    struct id product = store_product_id(loan->lead, span_text(loan->product));
    APPLY_TRY(store_get_held(apply->store, &product, &loan->person_key, &held_fen));
    if (!fen_add(held_fen, fen, &together_fen) || together_fen > terms->person_max_fen)
        return refuse(apply, REFUSAL_PERSON_MAXIMUM, "amount.fen");
    return 0;
}

static void fill_in(const struct apply *apply, const struct apply_loan *request,
                    struct loan *loan) {
    loan->request = request->request;
    loan->applicant = apply->command->bank;
    loan->class1_account = request->class1_account;
    loan->asked_fen = request->amount.fen;
    loan->terms_sha256 = request->terms;
    loan->consent = request->consent;
    for (uint32_t i = 0; i < request->authorisation_count; i++) {
        const struct loan_authorisation *one = &request->authorisations[i];
        loan->authorisations[loan_lender_of(loan, one->bank)] = one->sha256;
    }
    loan->applied_at_ms = apply->now_ms;
    loan->deadline_ms = apply->now_ms + apply->rules->loan_decision_wait_ms;
}

/* Steps, stores and answers. */
static int finish(struct apply *apply, struct loan *loan, enum loan_event event, const char *reason,
                  const struct loans_before *before) {
    int result = loans_step(apply, loan, event, CAUSE_REQUEST, reason, NULL);
    if (result == 0)
        result = loans_store(apply, loan, before);
    if (result == 0)
        loans_answer(apply, loan, false);
    return result;
}

int loans_apply(struct apply *apply) {
    const struct apply_loan *request = &apply->command->body.loan.apply;
    struct loan loan;
    struct product product;
    int result = loans_touch(apply, &request->loan, &loan);
    if (result)
        return result;
    if (loan.state != LOAN_OFFERED)
        return refuse(apply, REFUSAL_LOAN_STATE, "loan_id");
    result = check_ground(apply, &loan, request, &product);
    if (result == 0)
        result = check_consent(apply, &loan, request, &product);
    if (result == 0)
        result = check_asked(apply, &loan, request, &product.terms);
    if (result)
        return result;
    struct loans_before before = loans_before(&loan);
    fill_in(apply, request, &loan);
    return finish(apply, &loan, LOAN_EVENT_APPLY, "", &before);
}

/* ---- DecideLoan ---- */

static int check_decision(struct apply *apply, const struct loan *loan,
                          const struct decide_loan *request) {
    struct link link;
    if (!request->approved)
        return 0;
    int result = link_touch_own(apply, &loan->link, &link);
    apply_touch(apply, OBJECT_LOAN, &loan->id);
    if (result == 0)
        result = loans_check_link(apply, &link, "loan_id");
    if (result == 0)
        result = check_currency(apply, &request->limit, loan->offered.currency, "limit.currency");
    if (result == 0)
        result = check_sum(apply, request->limit.fen, loan->min_fen, loan->asked_fen, "limit.fen");
    return result;
}

static void approve(const struct apply *apply, struct loan *loan) {
    for (int i = LOAN_LEAD; i < LOAN_LENDERS; i++) {
        const struct loan_decision *one = &loan->decisions[i];
        if (one->approved && (loan->limit_fen == 0 || one->limit_fen < loan->limit_fen))
            loan->limit_fen = one->limit_fen;
    }
    loan->deadline_ms = apply->now_ms + apply->rules->loan_draw_wait_ms;
}

int loans_decide(struct apply *apply) {
    const struct decide_loan *request = &apply->command->body.loan.decide;
    struct loan loan;
    int result = loans_touch(apply, &request->loan, &loan);
    if (result)
        return result;
    struct loan_decision *decision = &loan.decisions[loan_lender_of(&loan, apply->command->bank)];
    if (loan.state != LOAN_APPLIED || decision->made)
        return refuse(apply, REFUSAL_LOAN_STATE, "loan_id");
    result = check_decision(apply, &loan, request);
    if (result)
        return result;
    struct loans_before before = loans_before(&loan);
    *decision = (struct loan_decision){
        .made = true,
        .approved = request->approved,
        .limit_fen = request->approved ? request->limit.fen : 0,
        .at_ms = apply->now_ms,
    };
    apply_copy_text(decision->reason, sizeof decision->reason, request->reason);
    enum loan_event event = LOAN_EVENT_DECIDED;
    if (!request->approved) {
        event = LOAN_EVENT_DECLINE;
        memcpy(loan.reason, decision->reason, sizeof loan.reason);
    } else if (loan_approved(&loan)) {
        event = LOAN_EVENT_APPROVE;
        approve(apply, &loan);
    }
    return finish(apply, &loan, event, decision->reason, &before);
}
