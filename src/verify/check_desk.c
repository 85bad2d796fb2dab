/*
 * Cases, questions, orders of two people, the audit and loaded rules, each with the rows that must stand for it:
 * I4, I6, I11, I13 to I15, I19.
 */
#include <stdlib.h>

#include "crypto/digest.h"
#include "domain/calendar.h"
#include "domain/command.h"
#include "store/listed.h"
#include "verify/checks.h"

/* ---- cases ---- */

static struct about of_case(const struct inquiry_case *inquiry) {
    return about(OBJECT_CASE, &inquiry->id);
}

static bool case_leads(enum case_state before, enum case_state after) {
    for (int event = 0; event < CASE_EVENTS; event++) {
        enum case_state next;
        if (case_next(before, (enum case_event)event, &next) && next == after)
            return true;
    }
    return false;
}

static void check_case_entry(struct look *look, const struct inquiry_case *inquiry, uint32_t i,
                             const struct case_entry *before) {
    const struct case_entry *entry = &inquiry->entries[i];
    if (!case_leads(before->state, entry->state))
        look_found(look, LAW_I4, of_case(inquiry), "entry %u: nothing leads from %s to %s", i,
                   case_state_name(before->state), case_state_name(entry->state));
    bool ends = entry->state == CASE_CLOSED && entry->by == 0;
    if (ends && (inquiry->opened_by != 0 || entry->outcome != CASE_EXPLAINED))
        look_found(look, LAW_I4, of_case(inquiry), "entry %u: the gateway ended a bank's case", i);
    if ((entry->outcome != CASE_OUTCOME_NONE) != (entry->state == CASE_ANSWERED || ends))
        look_found(look, LAW_I4, of_case(inquiry), "entry %u: %s with outcome %s", i,
                   case_state_name(entry->state), case_outcome_name(entry->outcome));
    life_check_time(look, of_case(inquiry), entry->at_ms, entry->sequence, before->at_ms,
                    before->sequence);
    struct told told = {OBJECT_CASE, inquiry->id, i};
    notice_owed(look, inquiry->owner, &told, entry->sequence);
    if (inquiry->other != 0)
        notice_owed(look, inquiry->other, &told, entry->sequence);
}

static void check_case_path(struct look *look, const struct inquiry_case *inquiry) {
    struct case_entry before = {.at_ms = inquiry->opened_at_ms};
    for (uint32_t i = 0; i < inquiry->entry_count; i++) {
        check_case_entry(look, inquiry, i, &before);
        before = inquiry->entries[i];
    }
    if (inquiry->entry_count > 0)
        life_check_id(look, of_case(inquiry), inquiry->opened_at_ms, inquiry->entries[0].sequence);
    bool open = inquiry->state == CASE_OPEN;
    if (inquiry->subject <= CASE_SUBJECT_NONE || inquiry->subject > CASE_SUBJECT_LAST)
        look_found(look, LAW_I4, of_case(inquiry), "it is of no subject");
    if (before.state != inquiry->state || inquiry->entry_count == 0 ||
        (inquiry->outcome == CASE_OUTCOME_NONE) != open || (inquiry->due_at_ms != 0) != open ||
        (inquiry->closed_at_ms != 0) != (inquiry->state == CASE_CLOSED) ||
        (inquiry->overdue && !open))
        look_found(look, LAW_I4, of_case(inquiry), "it is %s, and its record says otherwise",
                   case_state_name(inquiry->state));
}

/* Of one matter at most one is not closed. Each is told by the earlier of two. */
static void check_case_alone(struct look *look, const struct inquiry_case *inquiry) {
    struct id before = look_before(&inquiry->id);
    struct id id;
    int rc = store_next_case_like(look->store, inquiry, &before, &id);
    enum got got = look_got(look, rc, of_case(inquiry));
    if (got == GOT_NONE || (got == GOT && !id_equal(&id, &inquiry->id)))
        look_found(look, LAW_I15, of_case(inquiry), "its row by what it is about is not there");
    id = inquiry->id;
    while (inquiry->state != CASE_CLOSED &&
           store_next_case_like(look->store, inquiry, &id, &id) == 0) {
        struct inquiry_case other;
        if (look_case(look, &id, &other) == GOT && case_same_matter(&other, inquiry) &&
            other.state != CASE_CLOSED)
            look_found(look, LAW_I11, of_case(inquiry), "another of its subject is open too: %s",
                       case_subject_name(inquiry->subject));
    }
}

/* The two banks of what it is about; GOT_NONE: it is not there. */
static enum got banks_of(struct look *look, const struct inquiry_case *inquiry, bank_code *one_out,
                         bank_code *two_out) {
    struct transfer transfer;
    struct link link;
    enum got got;
    if (!id_is_zero(&inquiry->link)) {
        got = look_link(look, &inquiry->link, &link);
        if (got == GOT) {
            *one_out = link.class2_bank;
            *two_out = link.class1_bank;
        }
        return got;
    }
    got = look_transfer(look, &inquiry->transfer, &transfer);
    if (got == GOT) {
        *one_out = transfer.submitter;
        *two_out = transfer.instructed;
    }
    return got;
}

static void check_case_banks(struct look *look, const struct inquiry_case *inquiry) {
    bank_code one = 0;
    bank_code two = 0;
    enum got got = banks_of(look, inquiry, &one, &two);
    if (got == GOT_NONE)
        look_found(look, LAW_I15, of_case(inquiry), "what it is about is not there");
    if (got != GOT)
        return;
    bool right = (inquiry->owner == one && inquiry->other == two) ||
                 (inquiry->owner == two && inquiry->other == one);
    if (!right)
        look_found(look, LAW_I15, of_case(inquiry), "its banks are not those of what it is about");
}

/* An order or a loan, by the claim alone: the owner's list named it, and its other bank as well. */
static void check_case_claimed(struct look *look, const struct inquiry_case *inquiry) {
    struct listed list = {.kind = inquiry->claim.kind, .bank = inquiry->owner};
    struct recon_item item;
    int rc = store_find_listed(look->store, &list, &inquiry->claim.id, &item);
    enum got got = look_got(look, rc, of_case(inquiry));
    bool own = got == GOT && (item.debtor == inquiry->owner || item.creditor == inquiry->owner);
    if ((got == GOT || got == GOT_NONE) && !own)
        look_found(look, LAW_I15, of_case(inquiry), "what its claim names is not its owner's");
}

/* Who may open one on that, and what a list's case tells of the list. */
static void check_case_opener(struct look *look, const struct inquiry_case *inquiry) {
    bool of_link = !id_is_zero(&inquiry->link);
    bool of_transfer = !id_is_zero(&inquiry->transfer);
    bool listed = case_claim_present(&inquiry->claim);
    bool own = inquiry->opened_by == 0;
    bool may = own ? case_subject_of_gateway(inquiry->subject)
                   : case_subject_of_banks(inquiry->subject, of_link) &&
                         inquiry->opened_by == inquiry->other;
    if (!may || listed != (own && inquiry->subject != CASE_CONFLICT))
        look_found(look, LAW_I15, of_case(inquiry), "it is on %s, and was opened by another",
                   case_subject_name(inquiry->subject));
    if ((of_link && of_transfer) ||
        case_subject_of_claim(inquiry->subject) != (!of_link && !of_transfer) ||
        (inquiry->subject == CASE_LINK_DIFF && !of_link))
        look_found(look, LAW_I15, of_case(inquiry), "it is on %s, and about something else",
                   case_subject_name(inquiry->subject));
    if (of_link || of_transfer)
        check_case_banks(look, inquiry);
    else if (inquiry->owner == inquiry->other)
        look_found(look, LAW_I15, of_case(inquiry), "its two banks are one");
    if (inquiry->subject == CASE_HOLDING_DIFF || inquiry->subject == CASE_LOAN_DIFF)
        check_case_claimed(look, inquiry);
}

/* The latest of its adjustments is one of it. */
static void check_case_adjustment(struct look *look, const struct inquiry_case *inquiry) {
    struct adjustment adjustment;
    bool any = inquiry->adjustments > 0;
    if (inquiry->adjustments > ADJUSTMENTS_OF_CASE_MAX || any == id_is_zero(&inquiry->adjustment))
        look_found(look, LAW_I15, of_case(inquiry), "it counts %u adjustments",
                   inquiry->adjustments);
    else if (any && (look_adjustment(look, &inquiry->adjustment, &adjustment) == GOT_NONE ||
                     !id_equal(&adjustment.inquiry, &inquiry->id)))
        look_found(look, LAW_I15, of_case(inquiry), "its adjustment is not there");
}

void check_case(struct look *look, const struct inquiry_case *inquiry) {
    struct span text;
    check_case_path(look, inquiry);
    check_case_alone(look, inquiry);
    check_case_opener(look, inquiry);
    check_case_adjustment(look, inquiry);
    int rc = store_get_case_text(look->store, &inquiry->id, 0, &text);
    if (rc == STORE_DAMAGED)
        look_found(look, LAW_I19, of_case(inquiry), "its texts do not open in their place");
    else
        (void)look_got(look, rc, of_case(inquiry));
    check_deadline_row(look, of_case(inquiry), inquiry->overdue ? 0 : inquiry->due_at_ms);
}

/* ---- questions ---- */

void check_question(struct look *look, const struct store_question *question) {
    struct about of = about(OBJECT_QUESTION, &question->id);
    struct link link;
    int64_t asked_at_ms = id_ms(&question->id);
    uint64_t sequence = get_be64(question->id.bytes + 6);
    life_check_id(look, of, asked_at_ms, sequence);
    life_check_time(look, of, asked_at_ms, sequence, 0, 0);
    look_bank(look, question->asked_by)->questions++;
    enum got got = look_link(look, &question->link, &link);
    bool of_link =
        got == GOT &&
        ((question->asked == link.class1_bank && question->asked_by == link.class2_bank) ||
         (question->asked == link.class2_bank && question->asked_by == link.class1_bank));
    if (got != GOT_DAMAGED && !of_link)
        look_found(look, LAW_I15, of, "its link is not there, or not of its banks");
    bool alone = question->message == MESSAGE_QUERY_BALANCE ||
                 question->message == MESSAGE_QUERY_ACCOUNT_STATUS;
    if (!alone && question->message != MESSAGE_QUERY_OVERVIEW)
        look_found(look, LAW_I15, of, "message %u is no question", question->message);
    if (alone != id_is_zero(&question->overview) || (!alone && !check_part_of(look, question)))
        look_found(look, LAW_I15, of, "it is not the part of an overview that it says");
    check_deadline_row(look, of, question->deadline_ms);
    if (look->at_rest)
        look_found(look, LAW_I18, of, "it is still out");
}

/* ---- orders of two people ---- */

static void check_decision(struct look *look, const struct approval *approval) {
    struct about of = about(OBJECT_APPROVAL, &approval->id);
    bool waits = approval->state == APPROVAL_WAITING;
    bool approved = approval->state == APPROVAL_DONE || approval->state == APPROVAL_REFUSED;
    const struct command_row *order = command_row((enum command_kind)approval->order);
    if (approval->state <= APPROVAL_NONE || approval->state >= APPROVAL_STATES || order == NULL ||
        !order->two_people)
        look_found(look, LAW_I4, of, "it is %s, of order %u, which needs no two people",
                   approval_state_name(approval->state), approval->order);
    if ((approval->decided_at_ms == 0) != waits ||
        (!waits && approval->decided_at_ms < approval->requested_at_ms) ||
        (approval->refusal != 0) != (approval->state == APPROVAL_REFUSED))
        look_found(look, LAW_I4, of, "it is %s, and its record says otherwise",
                   approval_state_name(approval->state));
    if (approved && approval->decided_by == approval->requested_by)
        look_found(look, LAW_I4, of, "who requested it approved it");
}

void check_approval(struct look *look, const struct approval *approval) {
    struct about of = about(OBJECT_APPROVAL, &approval->id);
    bool waits = approval->state == APPROVAL_WAITING;
    struct digest digest;
    struct span payload;
    life_check_id(look, of, approval->requested_at_ms, get_be64(approval->id.bytes + 6));
    life_check_time(look, of, approval->decided_at_ms, 0, 0, 0);
    check_decision(look, approval);
    int rc = store_get_approval_payload(look->store, &approval->id, &payload);
    if (look_got(look, rc, of) == GOT) {
        sha256(payload, &digest);
        if (!digest_equal(&digest, &approval->payload))
            look_found(look, LAW_I6, of, "its payload is not what was asked for");
    }
    check_open_row(look, of, &(struct id){{0}}, waits);
    check_deadline_row(look, of, waits ? approval->expires_at_ms : 0);
}

/* ---- what operators did ---- */

static enum got load(struct look *look, const struct about *of) {
    struct link link;
    struct transfer transfer;
    struct approval approval;
    if (of->kind == OBJECT_LINK)
        return look_link(look, &of->id, &link);
    if (of->kind == OBJECT_TRANSFER)
        return look_transfer(look, &of->id, &transfer);
    if (of->kind == OBJECT_APPROVAL)
        return look_got(look, store_get_approval(look->store, &of->id, &approval), *of);
    return GOT;
}

void check_audit(struct look *look, const struct audit_row *row) {
    struct about of = about(row->kind, &row->object);
    const struct command_row *order = command_row((enum command_kind)row->order);
    if (order == NULL || !order->order)
        look_found(look, LAW_I15, of, "audit row %llu is of command %u, which is no order",
                   (unsigned long long)row->sequence, row->order);
    if (row->two && row->uid == row->approver && row->refusal == 0)
        look_found(look, LAW_I4, of, "audit row %llu: one person did both",
                   (unsigned long long)row->sequence);
    if (row->refusal == 0 && load(look, &of) == GOT_NONE)
        look_found(look, LAW_I15, of, "audit row %llu is about what is not there",
                   (unsigned long long)row->sequence);
    life_check_time(look, of, row->at_ms, row->sequence, look->audit.at_ms, look->audit.sequence);
    look->audit = *row;
}

/* ---- rules ---- */

static void check_document(struct look *look, const struct store_rules *rules,
                           const struct rules_document *document) {
    struct rules_problem problem;
    unsigned long long number = rules->number;
    if (!rulebook_add(&look->walked, rules->number, document, &problem))
        look_found(look, LAW_ROWS, about_bank(0), "rules %llu cannot be in force: %s: %s", number,
                   problem.field, problem.what);
    else if (document->periods[0].from_day <= shanghai_day(rules->loaded_at_ms))
        look_found(look, LAW_I14, about_bank(0), "rules %llu begin before they were loaded",
                   number);
}

void check_rules(struct look *look, const struct store_rules *rules) {
    struct rules_document *document = xcalloc(1, sizeof *document);
    if (rules_document_decode(rules->document, document))
        check_document(look, rules, document);
    else
        look_found(look, LAW_ROWS, about_bank(0), "rules %llu cannot be read",
                   (unsigned long long)rules->number);
    free(document);
    if (rules->uid == rules->approver)
        look_found(look, LAW_I4, about_bank(0), "rules %llu: one person did both",
                   (unsigned long long)rules->number);
    life_check_time(look, about_bank(0), rules->loaded_at_ms, rules->number, 0, 0);
}
