/*
 * The one dispatcher of the admin socket.
 *
 * Invariant: nothing is done for a request before its row in the table below was found and its
 * right checked against the peer; an order without a row cannot be carried out. Orders that change
 * the ledger leave as commands with the operator's uid and are not answered here; listings leave
 * for the bulk thread. It does not know sockets or threads.
 */
#include "daemon/admin.h"

#include "daemon/admin_asking.h"
#include "domain/identifier.h"

bool admin_may(const struct admin_policy *policy, const struct admin_peer *peer,
               enum admin_right right) {
    if (peer->uid == 0 || peer->uid == policy->daemon_uid)
        return true;
    for (size_t i = 0; i <= peer->group_count && i <= ADMIN_GROUPS_MAX; i++) {
        uint32_t gid = i == peer->group_count ? peer->gid : peer->groups[i];
        if (policy->has_group && gid == policy->group)
            return true;
        if (right == ADMIN_READ && policy->has_read_group && gid == policy->read_group)
            return true;
    }
    return false;
}

int asking_refuse(const struct asking *asking, enum refusal_code code, const char *field,
                  const char *text) {
    struct refusal refusal = {.code = code, .field = field};
    admin_append_refusal(asking->request->correlation, &refusal, text, asking->out);
    return ADMIN_ANSWERED;
}

int asking_refuse_field(const struct asking *asking, const char *field, const char *text) {
    return asking_refuse(asking, REFUSAL_FIELD_INVALID, field, text);
}

int asking_refuse_busy(const struct asking *asking) {
    return asking_refuse(asking, REFUSAL_BUSY, "",
                         "The gateway is busy with other orders. Try again in a moment.");
}

bool asking_bank_code_right(uint64_t code) {
    char text[BANK_CODE_TEXT_SIZE];
    bank_code parsed;
    if (code > 999999999999u)
        return false;
    bank_code_format(code, text);
    return bank_code_parse(span_of(text, BANK_CODE_DIGITS), &parsed) && parsed == code;
}

enum object_kind asking_object_kind(Linkgate__Admin__V1__ObjectKind kind) {
    switch ((int)kind) {
    case LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_LINK:
        return OBJECT_LINK;
    case LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_TRANSFER:
        return OBJECT_TRANSFER;
    case LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_ORDER:
        return OBJECT_ORDER;
    case LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_LOAN:
        return OBJECT_LOAN;
    default:
        return OBJECT_NONE;
    }
}

bool asking_take_id(ProtobufCBinaryData bytes, struct id *id_out) {
    return id_from_span(span_of(bytes.data, bytes.len), id_out);
}

/* ---- the table --------------------------------------------------------------------------------- */

static const struct row {
    Linkgate__Admin__V1__Request__OrderCase order;
    enum admin_right right;
    asking_handler *carry_out;
} table[] = {
    {ADMIN_ORDER(BANK_ADD), ADMIN_CHANGE, order_bank_add},
    {ADMIN_ORDER(BANK_DISABLE), ADMIN_CHANGE, order_bank_disable},
    {ADMIN_ORDER(BANK_ENABLE), ADMIN_CHANGE, order_bank_enable},
    {ADMIN_ORDER(BANK_SET), ADMIN_CHANGE, order_bank_set},
    {ADMIN_ORDER(PIN_ADD), ADMIN_CHANGE, order_pin_add},
    {ADMIN_ORDER(PIN_REMOVE), ADMIN_CHANGE, order_pin_remove},
    {ADMIN_ORDER(UNFREEZE), ADMIN_CHANGE, order_unfreeze},
    {ADMIN_ORDER(CLOCK_ACCEPT), ADMIN_CHANGE, order_clock_accept_now},
    {ADMIN_ORDER(QUARANTINE_RELEASE), ADMIN_CHANGE, order_quarantine_release},
    {ADMIN_ORDER(QUARANTINE_DROP), ADMIN_CHANGE, order_quarantine_drop},
    {ADMIN_ORDER(HOLD_PLACE), ADMIN_CHANGE, order_hold_place},
    {ADMIN_ORDER(HOLD_LIFT), ADMIN_CHANGE, order_hold_lift},
    {ADMIN_ORDER(APPROVE), ADMIN_CHANGE, order_approve},
    {ADMIN_ORDER(REJECT), ADMIN_CHANGE, order_reject},
    {ADMIN_ORDER(UNMASK), ADMIN_CHANGE, order_unmask},
    {ADMIN_ORDER(READ_UNMASKED), ADMIN_CHANGE, order_read_unmasked},
    {ADMIN_ORDER(SEARCH), ADMIN_CHANGE, order_search},
    {ADMIN_ORDER(BANK_RESYNC), ADMIN_CHANGE, order_bank_resync},
    {ADMIN_ORDER(BACKUP), ADMIN_CHANGE, order_backup},
    {ADMIN_ORDER(RULES_LOAD), ADMIN_CHANGE, order_rules_load},
    {ADMIN_ORDER(CAP_SET), ADMIN_CHANGE, order_cap_set},
    {ADMIN_ORDER(PAIR_CAP_SET), ADMIN_CHANGE, order_pair_cap_set},
    {ADMIN_ORDER(FUNDS_BEGIN), ADMIN_CHANGE, order_funds_begin},
    {ADMIN_ORDER(FUNDS_END), ADMIN_CHANGE, order_funds_end},
    {ADMIN_ORDER(WINDOW_CLOSE), ADMIN_CHANGE, order_window_close},
    {ADMIN_ORDER(WINDOW_SETTLE), ADMIN_CHANGE, order_window_settle},
    {ADMIN_ORDER(WINDOW_ABORT), ADMIN_CHANGE, order_window_abort},
    {ADMIN_ORDER(TRANSFER_RESOLVE), ADMIN_CHANGE, order_transfer_resolve},
    {ADMIN_ORDER(GET_STATUS), ADMIN_READ, question_status},
    {ADMIN_ORDER(GET_CLOCK), ADMIN_READ, question_clock},
    {ADMIN_ORDER(LIST_BANKS), ADMIN_READ, question_banks},
    {ADMIN_ORDER(LIST_LINKS), ADMIN_READ, question_links},
    {ADMIN_ORDER(GET_LINK), ADMIN_READ, question_link},
    {ADMIN_ORDER(LIST_TRANSFERS), ADMIN_READ, question_transfers},
    {ADMIN_ORDER(GET_TRANSFER), ADMIN_READ, question_transfer},
    {ADMIN_ORDER(LIST_NETS), ADMIN_READ, question_nets},
    {ADMIN_ORDER(LIST_POSITIONS), ADMIN_READ, question_positions},
    {ADMIN_ORDER(LIST_QUARANTINE), ADMIN_READ, question_quarantine},
    {ADMIN_ORDER(LIST_APPROVALS), ADMIN_READ, question_approvals},
    {ADMIN_ORDER(GET_APPROVAL), ADMIN_READ, question_approval},
    {ADMIN_ORDER(GET_BANK), ADMIN_READ, question_bank},
    {ADMIN_ORDER(LIST_HISTORY), ADMIN_READ, question_history},
    {ADMIN_ORDER(LIST_AUDIT), ADMIN_READ, question_audit},
    {ADMIN_ORDER(LIST_CASES), ADMIN_READ, question_cases},
    {ADMIN_ORDER(GET_CASE), ADMIN_READ, question_case},
    {ADMIN_ORDER(LIST_ADJUSTMENTS), ADMIN_READ, question_adjustments},
    {ADMIN_ORDER(LIST_EVENTS), ADMIN_READ, question_events},
    {ADMIN_ORDER(LIST_CARDS), ADMIN_READ, question_cards},
    {ADMIN_ORDER(GET_CARD), ADMIN_READ, question_card},
    {ADMIN_ORDER(GET_OPEN_WORK), ADMIN_READ, question_open_work},
    {ADMIN_ORDER(GET_BACKUP), ADMIN_READ, question_backup},
    {ADMIN_ORDER(VERIFY), ADMIN_READ, question_verify},
    {ADMIN_ORDER(GET_EXPOSURE), ADMIN_READ, question_exposure},
    {ADMIN_ORDER(LIST_FUNDS), ADMIN_READ, question_funds},
    {ADMIN_ORDER(LIST_WINDOWS), ADMIN_READ, question_windows},
    {ADMIN_ORDER(RECON_BEGIN), ADMIN_CHANGE, send_begin},
    {ADMIN_ORDER(RECON_PART), ADMIN_CHANGE, send_part},
    {ADMIN_ORDER(RECON_END), ADMIN_CHANGE, send_end},
    {ADMIN_ORDER(LIST_UPLOADS), ADMIN_READ, question_uploads},
    {ADMIN_ORDER(LIST_DIFFERENCES), ADMIN_READ, question_differences},
    {ADMIN_ORDER(LIST_WINDOW_TRANSFERS), ADMIN_READ, question_listed},
    {ADMIN_ORDER(LIST_REFUSALS), ADMIN_READ, question_refusals},
    {ADMIN_ORDER(LIST_RULES), ADMIN_READ, question_rules},
    {ADMIN_ORDER(GET_LIMITS), ADMIN_READ, question_limits},
    {ADMIN_ORDER(LIST_PRODUCTS), ADMIN_READ, question_products},
    {ADMIN_ORDER(GET_PRODUCT), ADMIN_READ, question_product},
    {ADMIN_ORDER(LIST_ORDERS), ADMIN_READ, question_orders},
    {ADMIN_ORDER(GET_ORDER), ADMIN_READ, question_order},
    {ADMIN_ORDER(LIST_HOLDINGS), ADMIN_READ, question_holdings},
    {ADMIN_ORDER(LIST_LOANS), ADMIN_READ, question_loans},
    {ADMIN_ORDER(GET_LOAN), ADMIN_READ, question_loan},
};

static const struct row *row_of(const admin_request *request) {
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (table[i].order == request->order_case)
            return &table[i];
    }
    return NULL;
}

static int decide(const struct asking *asking, const struct admin_policy *policy) {
    const struct row *row = row_of(asking->request);
    if (row == NULL || !admin_request_known(asking->request))
        return asking_refuse(
            asking, REFUSAL_UNSUPPORTED, "",
            "This gateway knows no such order. Use the linkgatectl of its version.");
    if (!admin_may(policy, asking->peer, row->right))
        return asking_refuse(
            asking, REFUSAL_NOT_GRANTED, "",
            row->right == ADMIN_CHANGE
                ? "Your user may not give orders here. Be root, the daemon's user, or a "
                  "member of the group that [admin] group names."
                : "Your user may not ask here. Be root, the daemon's user, or a member "
                  "of a group that [admin] group or read_group names.");
    return row->carry_out(asking);
}

int admin_dispatch(const struct admin_gateway *gateway, const struct admin_policy *policy,
                   const struct admin_peer *peer, uint64_t client, struct span body,
                   struct buf *out) {
    struct arena received;
    arena_init(&received, 4096, ADMIN_REQUEST_BUDGET);
    int outcome = ADMIN_MALFORMED;
    const admin_request *request = admin_request_unpack(body, &received);
    if (request != NULL) {
        struct asking asking = {gateway, peer, client, request, out};
        outcome = decide(&asking, policy);
    }
    arena_deinit(&received);
    return outcome;
}
