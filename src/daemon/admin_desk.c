/*
 * What waits for operators and what they did, what banks ask each other, and objects' whole lives.
 *
 * Invariant: an order is shown from the very payload that would be carried out (admin_order_text.c).
 * What banks write to each other in a case is not opened.
 */
#include <stdlib.h>

#include "daemon/admin_order_text.h"
#include "daemon/admin_page.h"
#include "daemon/admin_rows.h"
#include "domain/calendar.h"
#include "store/orders.h"

/* ---- approvals --------------------------------------------------------------------------------- */

static Linkgate__Admin__V1__Refusal *refusal_of(uint32_t code, struct arena *arena) {
    Linkgate__Admin__V1__Refusal *message = arena_take(arena, sizeof(*message));
    const struct refusal *refusal = &(struct refusal){.code = (enum refusal_code)code, .field = ""};
    admin_refusal_fill(refusal, NULL, arena, message);
    return message;
}

static int approval_row(struct store *store, const struct approval *approval, struct arena *arena,
                        Linkgate__Admin__V1__ApprovalRow **row_out) {
    struct span payload;
    int result = store_get_approval_payload(store, &approval->id, &payload);
    if (result != 0)
        return result < 0 ? result : STORE_DAMAGED;
    Linkgate__Admin__V1__ApprovalRow *row = arena_take(arena, sizeof(*row));
    linkgate__admin__v1__approval_row__init(row);
    row->id = admin_id(arena, &approval->id);
    row->order = admin_text(arena, command_name((enum command_kind)approval->order));
    row->state = admin_text(arena, approval_state_name(approval->state));
    row->requested_by = approval->requested_by;
    row->requested_at_ms = approval->requested_at_ms;
    row->expires_at_ms = approval->expires_at_ms;
    row->decided_by = approval->decided_by;
    row->decided_at_ms = approval->decided_at_ms;
    if (approval->refusal > REFUSAL_NONE && approval->refusal < REFUSAL_CODES)
        row->refusal = refusal_of(approval->refusal, arena);
    row->payload_sha256 = admin_bytes(arena, approval->payload.bytes, DIGEST_SIZE);
    row->n_fields =
        admin_order_fields((enum command_kind)approval->order, payload, arena, &row->fields);
    *row_out = row;
    return 0;
}

/* The next one; of those that wait only, which are found without looking at the others. */
static int next_approval(const struct admin_listing *listing, struct store *store,
                         const struct id *after, struct approval *approval_out) {
    if (listing->filter.state != APPROVAL_WAITING)
        return store_next_approval(store, after, approval_out);
    struct store_open_row from = {.kind = OBJECT_APPROVAL, .object = *after};
    struct store_open_row row;
    int result = store_next_open(store, OBJECT_APPROVAL, &from, &row);
    return result == 0 ? store_get_approval(store, &row.object, approval_out) : result;
}

int desk_approvals(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct id last = listing->after;
    struct approval approval;
    int result;
    while ((result = next_approval(listing, store, &last, &approval)) == 0 && page_look(&page)) {
        Linkgate__Admin__V1__ApprovalRow *row;
        if (listing->filter.state == 0 || listing->filter.state == (uint32_t)approval.state) {
            if ((result = approval_row(store, &approval, &page.arena, &row)) < 0 ||
                !page_add(&page, &row->base))
                break;
        }
        last = approval.id;
    }
    Linkgate__Admin__V1__ApprovalPage message;
    linkgate__admin__v1__approval_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), APPROVALS, approvals);
    return result < 0 ? result : 0;
}

int desk_approval(struct admin_listing *listing, struct store *store) {
    struct approval approval;
    int result = store_get_approval(store, &listing->after, &approval);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no order of that id. See `approval list`.");
    if (result != 0)
        return result < 0 ? result : 0;
    struct page page;
    page_init(&page, 1);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(APPROVAL);
    result = approval_row(store, &approval, &page.arena, &reply.approval);
    if (result == 0)
        page_finish(listing, &page, &reply);
    else
        arena_deinit(&page.arena);
    return result;
}

/* ---- the audit --------------------------------------------------------------------------------- */

static bool audit_fits(const struct admin_filter *filter, const struct audit_row *row) {
    return row->at_ms >= filter->from_ms &&
           (filter->until_ms == 0 || row->at_ms < filter->until_ms) &&
           (filter->kind == 0 || filter->kind == row->order) &&
           (!filter->of_uid || row->uid == filter->uid ||
            (row->two && row->approver == filter->uid));
}

int desk_audit(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    uint64_t last = listing->after_sequence;
    struct audit_row audit;
    int result;
    while ((result = store_next_audit(store, last, &audit)) == 0 && page_look(&page)) {
        if (audit_fits(&listing->filter, &audit) &&
            !page_add(&page, admin_audit_row(&audit, &page.arena)))
            break;
        last = audit.sequence;
    }
    Linkgate__Admin__V1__AuditPage message;
    linkgate__admin__v1__audit_page__init(&message);
    PAGE_SEND(listing, &page, message, last, AUDIT, audit);
    return result < 0 ? result : 0;
}

/* ---- rules ------------------------------------------------------------------------------------- */

static Linkgate__Admin__V1__RulesRow *rules_row(const struct store_rules *rules,
                                                const struct rules_document *document,
                                                struct arena *arena) {
    Linkgate__Admin__V1__RulesRow *row = arena_take(arena, sizeof(*row));
    char begins[DATE_TEXT_SIZE];
    linkgate__admin__v1__rules_row__init(row);
    date_format(document->periods[0].from_day, begins);
    row->number = rules->number;
    row->loaded_at_ms = rules->loaded_at_ms;
    row->uid = rules->uid;
    row->approver = rules->approver;
    row->name = admin_text(arena, document->name);
    row->source = admin_text(arena, document->source);
    row->begins = admin_text(arena, begins);
    row->periods = document->count;
    row->document = admin_bytes(arena, rules->document.data, rules->document.size);
    return row;
}

int desk_rules(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    uint64_t last = listing->after_sequence;
    struct rules_document *document = xcalloc(1, sizeof *document);
    struct store_rules rules;
    int result;
    while ((result = store_next_rules(store, last, &rules)) == 0 && page_look(&page)) {
        if (!rules_document_decode(rules.document, document)) {
            result = STORE_DAMAGED;
            break;
        }
        if (!page_add(&page, &rules_row(&rules, document, &page.arena)->base))
            break;
        last = rules.number;
    }
    free(document);
    Linkgate__Admin__V1__RulesPage message;
    linkgate__admin__v1__rules_page__init(&message);
    PAGE_SEND(listing, &page, message, last, RULES, rules);
    return result < 0 ? result : 0;
}

/* ---- cases ------------------------------------------------------------------------------------- */

static bool case_fits(const struct admin_filter *filter, const struct inquiry_case *inquiry) {
    return (filter->state == 0 || filter->state == (uint32_t)inquiry->state) &&
           (filter->bank == 0 || filter->bank == inquiry->opened_by ||
            filter->bank == inquiry->owner) &&
           (!filter->overdue || (inquiry->overdue && inquiry->state == CASE_OPEN));
}

int desk_cases(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct id last = listing->after;
    struct inquiry_case inquiry;
    int result;
    while ((result = store_next_case(store, &last, &inquiry)) == 0 && page_look(&page)) {
        if (case_fits(&listing->filter, &inquiry) &&
            !page_add(&page, &admin_case_row(&inquiry, &page.arena)->base))
            break;
        last = inquiry.id;
    }
    Linkgate__Admin__V1__CasePage message;
    linkgate__admin__v1__case_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), CASES, cases);
    return result < 0 ? result : 0;
}

static Linkgate__Admin__V1__CaseEntry *case_entry(const struct case_entry *entry,
                                                  struct arena *arena) {
    Linkgate__Admin__V1__CaseEntry *message = arena_take(arena, sizeof(*message));
    linkgate__admin__v1__case_entry__init(message);
    message->by = entry->by;
    message->state = admin_text(arena, case_state_name(entry->state));
    message->outcome = admin_text(arena, case_outcome_name(entry->outcome));
    message->at_ms = entry->at_ms;
    message->sequence = entry->sequence;
    return message;
}

int desk_case(struct admin_listing *listing, struct store *store) {
    struct inquiry_case inquiry;
    int result = store_get_case(store, &listing->after, &inquiry);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no case of that id. See `case list`.");
    if (result != 0)
        return result < 0 ? result : 0;
    struct page page;
    page_init(&page, CASE_ENTRIES_MAX);
    Linkgate__Admin__V1__CaseDetail detail;
    linkgate__admin__v1__case_detail__init(&detail);
    detail.row = admin_case_row(&inquiry, &page.arena);
    detail.entries = (Linkgate__Admin__V1__CaseEntry **)(void *)page.rows;
    detail.n_entries = inquiry.entry_count;
    for (uint32_t i = 0; i < inquiry.entry_count; i++)
        detail.entries[i] = case_entry(&inquiry.entries[i], &page.arena);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(CASE_DETAIL);
    reply.case_detail = &detail;
    page_finish(listing, &page, &reply);
    return 0;
}

/* ---- adjustments ------------------------------------------------------------------------------ */

static bool adjustment_fits(const struct admin_listing *listing,
                            const struct adjustment *adjustment) {
    const struct admin_filter *filter = &listing->filter;
    return (filter->state == 0 || filter->state == (uint32_t)adjustment->state) &&
           (filter->bank == 0 || filter->bank == adjustment->debtor ||
            filter->bank == adjustment->creditor);
}

static int add_only(struct admin_listing *listing, struct store *store, struct page *page) {
    struct adjustment adjustment;
    int result = store_get_adjustment(store, &listing->only, &adjustment);
    if (result == 0)
        (void)page_add(page, admin_adjustment_row(&adjustment, &page->arena));
    return result < 0 ? result : 0;
}

static int add_all(struct admin_listing *listing, struct store *store, struct page *page,
                   struct id *last) {
    struct adjustment adjustment;
    int result;
    while ((result = store_next_adjustment(store, last, &adjustment)) == 0 && page_look(page)) {
        if (adjustment_fits(listing, &adjustment) &&
            !page_add(page, admin_adjustment_row(&adjustment, &page->arena)))
            break;
        *last = adjustment.id;
    }
    return result < 0 ? result : 0;
}

int desk_adjustments(struct admin_listing *listing, struct store *store) {
    struct page page;
    struct id last = listing->after;
    page_init(&page, listing->max);
    int result = id_is_zero(&listing->only) ? add_all(listing, store, &page, &last)
                                            : add_only(listing, store, &page);
    Linkgate__Admin__V1__AdjustmentPage message;
    linkgate__admin__v1__adjustment_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), ADJUSTMENTS, adjustments);
    return result;
}

/* ---- lives ------------------------------------------------------------------------------------- */

static int get_history(struct store *store, enum object_kind kind, const struct id *id,
                       struct history *history_out) {
    int result;
    if (kind == OBJECT_LINK) {
        struct link link;
        result = store_get_link(store, id, &link);
        if (result == 0)
            *history_out = link.history;
    } else if (kind == OBJECT_ORDER) {
        struct product_order order;
        result = store_get_order(store, id, &order);
        if (result == 0)
            *history_out = order.history;
    } else if (kind == OBJECT_LOAN) {
        struct loan loan;
        result = store_get_loan(store, id, &loan);
        if (result == 0)
            *history_out = loan.history;
    } else {
        struct transfer transfer;
        result = store_get_transfer(store, id, &transfer);
        if (result == 0)
            *history_out = transfer.history;
    }
    return result;
}

/* Entry index, from the record or from its own row. */
static int get_entry(struct store *store, const struct admin_listing *listing,
                     const struct history *history, uint32_t index,
                     struct history_entry *entry_out) {
    const struct history_entry *here = history_at(history, index);
    if (here == NULL) {
        int result = store_get_history(store, listing->object, &listing->after, index, entry_out);
        return result > 0 ? STORE_DAMAGED : result;
    }
    *entry_out = *here;
    return 0;
}

static int fill_history(struct admin_listing *listing, struct store *store, struct page *page,
                        const struct history *history, uint32_t *next_out) {
    uint32_t index = listing->from;
    int result = 0;
    while (result == 0 && index < history_length(history) && page_look(page)) {
        struct history_entry entry;
        result = get_entry(store, listing, history, index, &entry);
        if (result != 0 ||
            !page_add(page, admin_history_row(listing->object, index, &entry, &page->arena)))
            break;
        index++;
    }
    *next_out = index;
    return result;
}

int desk_history(struct admin_listing *listing, struct store *store) {
    struct history history;
    int result = get_history(store, listing->object, &listing->after, &history);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no object of that kind and id.");
    if (result != 0)
        return result < 0 ? result : 0;
    struct page page;
    page_init(&page, listing->max);
    Linkgate__Admin__V1__HistoryPage message;
    linkgate__admin__v1__history_page__init(&message);
    result = fill_history(listing, store, &page, &history, &message.next);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__HistoryRow **)(void *)page.rows;
    message.more = page.more;
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(HISTORY);
    reply.history = &message;
    page_finish(listing, &page, &reply);
    return result;
}
