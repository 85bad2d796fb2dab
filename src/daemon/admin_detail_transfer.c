/*
 * All that is to be said of one transfer: whose word it waits for, what became of it, what came of it
 * later (returns, cases). And what links and transfers have in common.
 *
 * Invariant: of what the banks wrote for their customers nothing is shown, of accounts nothing at all.
 */
#include "daemon/admin_message.h"
#include "daemon/admin_rows.h"
#include "domain/refusal.h"
#include "router/router.h"
#include "store/orders.h"

#define RETURNS_SHOWN 32
#define CASES_SHOWN 16

/* ---- shared with links ---- */

Linkgate__Admin__V1__HistoryRow **admin_history_rows(enum object_kind kind,
                                                     const struct history *history,
                                                     struct arena *arena) {
    Linkgate__Admin__V1__HistoryRow **rows =
        arena_take(arena, (history->count + 1) * sizeof(void *));
    for (uint32_t i = 0; i < history->count; i++)
        rows[i] =
            (void *)admin_history_row(kind, history->spilled + i, &history->entries[i], arena);
    return rows;
}

int admin_bank_online(struct store *store, bank_code bank, bool *online_out) {
    struct bank_counters counters;
    int result = store_get_bank_counters(store, bank, &counters);
    if (result < 0)
        return result;
    *online_out = counters.online;
    return 0;
}

Linkgate__Admin__V1__Exchange *admin_exchange(const char *message, const struct id *id,
                                              bank_code bank, int64_t deadline_ms,
                                              struct arena *arena) {
    Linkgate__Admin__V1__Exchange *exchange = arena_take(arena, sizeof(*exchange));
    linkgate__admin__v1__exchange__init(exchange);
    exchange->message = admin_text(arena, message);
    exchange->id = admin_id(arena, id);
    exchange->bank = bank;
    exchange->deadline_ms = deadline_ms;
    return exchange;
}

/* ---- transfers ---- */

static bool waits_for_credit(const struct transfer *transfer) {
    return transfer->state == TRANSFER_ACCEPTED && transfer->credited_at_ms == 0 &&
           transfer_credit_due_ms(transfer) != 0;
}

static const char *transfer_waits_for(const struct transfer *transfer) {
    if (transfer->frozen)
        return "an operator: a rule of the ledger was broken; look into it, then unfreeze";
    if (transfer->cancel && transfer_reserved(transfer->state))
        return "the instructed bank to say whether it could still be cancelled";
    if (transfer->state == TRANSFER_PENDING)
        return transfer->step_up_at_ms != 0
                   ? "the customer, whom the instructed bank asked to confirm"
                   : "the instructed bank's answer";
    if (transfer->state == TRANSFER_UNKNOWN)
        return "the instructed bank's answer to inquiries; the money stays reserved until then";
    if (waits_for_credit(transfer))
        return "the creditor's bank to confirm its customer's credit";
    return "";
}

static int64_t transfer_waits_until(const struct transfer *transfer) {
    if (transfer->frozen)
        return 0;
    if (transfer->state == TRANSFER_PENDING)
        return transfer->deadline_ms;
    return waits_for_credit(transfer) ? transfer_credit_due_ms(transfer) : 0;
}

static void fill_facts(const struct transfer *transfer, struct arena *arena,
                       Linkgate__Admin__V1__TransferDetail *detail) {
    static const struct digest none;
    detail->request = admin_id_if(arena, &transfer->request);
    detail->submitter = transfer->submitter;
    detail->instructed = transfer->instructed;
    detail->end_to_end_id = admin_text(arena, transfer->end_to_end_id);
    detail->reference = admin_text(arena, transfer->reference);
    detail->book_date = admin_text(arena, transfer->book_date);
    detail->deadline_ms = transfer->deadline_ms;
    detail->credited_at_ms = transfer->credited_at_ms;
    detail->window = transfer->window;
    bool ours = transfer->refusal > REFUSAL_NONE && transfer->refusal < REFUSAL_CODES;
    detail->detail =
        admin_text(arena, ours ? refusal_row((enum refusal_code)transfer->refusal)->detail : "");
    if (!digest_equal(&transfer->answer_pin, &none))
        detail->answer_pin = admin_bytes(arena, transfer->answer_pin.bytes, DIGEST_SIZE);
    if (!digest_equal(&transfer->evidence, &none))
        detail->evidence = admin_bytes(arena, transfer->evidence.bytes, DIGEST_SIZE);
    detail->word = admin_text(arena, transfer->word);
    detail->class2_pays = transfer->class2_pays;
    detail->counted = transfer->counted;
    detail->limited = transfer->limited;
    detail->fallback = transfer->fallback;
    detail->in_house = transfer->in_house;
    detail->original = admin_id_if(arena, &transfer->original);
    detail->returned_fen = transfer->returned_fen;
}

static void fill_course(const struct transfer *transfer, struct arena *arena,
                        Linkgate__Admin__V1__TransferDetail *detail) {
    detail->cancel_asked_at_ms = transfer->cancel_asked_at_ms;
    detail->cancel_reason = admin_text(arena, transfer->cancel_reason);
    detail->step_up_at_ms = transfer->step_up_at_ms;
    detail->step_up_method = admin_text(arena, transfer->step_up_method);
    detail->credit_due_ms = transfer_credit_due_ms(transfer);
    detail->credit_late = transfer->credit_late;
    detail->unknown_at_ms = transfer->unknown_at_ms;
    if (transfer->state == TRANSFER_UNKNOWN)
        detail->unknown_alarm_ms = transfer->unknown_alarm_ms;
    detail->waits_for = admin_text(arena, transfer_waits_for(transfer));
    detail->waits_until_ms = transfer_waits_until(transfer);
    detail->n_history = transfer->history.count;
    detail->history = admin_history_rows(OBJECT_TRANSFER, &transfer->history, arena);
    detail->history_length = history_length(&transfer->history);
}

/* What is out at the instructed bank, and whether it is there to answer. */
static int fill_exchange(struct store *store, const struct transfer *transfer, struct arena *arena,
                         Linkgate__Admin__V1__TransferDetail *detail) {
    bool instructed = transfer->state == TRANSFER_PENDING;
    if (transfer->frozen || (!instructed && transfer->state != TRANSFER_UNKNOWN))
        return 0;
    bool online;
    int result = admin_bank_online(store, transfer->instructed, &online);
    if (result != 0)
        return result;
    const char *message = instructed ? "POST_INSTRUCTION" : "INQUIRE_POSTING";
    if (transfer->cancel)
        message = "CANCEL_POSTING";
    detail->exchange =
        admin_exchange(message, &transfer->id, transfer->instructed,
                       instructed && !transfer->cancel ? transfer->deadline_ms : 0, arena);
    detail->exchange->bank_online = online;
    if (detail->exchange->deadline_ms == 0) {
        detail->exchange->again_min_ms = ROUTER_BACKOFF_MIN_MS;
        detail->exchange->again_max_ms = ROUTER_BACKOFF_MAX_MS;
    }
    return 0;
}

static int fill_returns(struct store *store, const struct transfer *transfer, struct arena *arena,
                        Linkgate__Admin__V1__TransferDetail *detail) {
    detail->returns = arena_take(arena, RETURNS_SHOWN * sizeof(void *));
    struct id id = {{0}};
    struct transfer one;
    int result;
    while ((result = store_next_return(store, &transfer->id, &id, &id)) == 0) {
        if (detail->n_returns == RETURNS_SHOWN) {
            detail->more_returns = true;
            break;
        }
        result = store_get_transfer(store, &id, &one);
        if (result != 0)
            return result < 0 ? result : STORE_DAMAGED;
        detail->returns[detail->n_returns++] = admin_transfer_row(&one, arena);
    }
    return result < 0 ? result : 0;
}

static int fill_cases(struct store *store, const struct transfer *transfer, struct arena *arena,
                      Linkgate__Admin__V1__TransferDetail *detail) {
    detail->cases = arena_take(arena, CASES_SHOWN * sizeof(detail->cases[0]));
    struct id id = {{0}};
    int result = 0;
    while (detail->n_cases < CASES_SHOWN &&
           (result = store_next_case_of_transfer(store, &transfer->id, &id, &id)) == 0)
        detail->cases[detail->n_cases++] = admin_id(arena, &id);
    return result < 0 ? result : 0;
}

static int fill_link(struct store *store, const struct transfer *transfer, struct arena *arena,
                     Linkgate__Admin__V1__TransferDetail *detail) {
    struct link link;
    int result = store_get_link(store, &transfer->link, &link);
    if (result == 0)
        detail->link_state = admin_text(arena, link_state_name(link.state));
    return result < 0 ? result : 0;
}

/* What made it; of a return, what made the transfer that it returns. */
static int fill_bought(struct store *store, const struct transfer *transfer, struct arena *arena,
                       Linkgate__Admin__V1__TransferDetail *detail) {
    bool returns = !id_is_zero(&transfer->original);
    const struct id *made = returns ? &transfer->original : &transfer->id;
    struct id id;
    int result = store_find_order_of_transfer(store, made, &id);
    if (result == 0)
        detail->order = admin_id(arena, &id);
    if (result >= 0)
        result = store_find_loan_of_transfer(store, made, &id);
    if (result == 0)
        detail->loan = admin_id(arena, &id);
    return result < 0 ? result : 0;
}

int admin_transfer_detail(struct store *store, const struct transfer *transfer, struct arena *arena,
                          Linkgate__Admin__V1__TransferDetail **detail_out) {
    Linkgate__Admin__V1__TransferDetail *detail = arena_take(arena, sizeof(*detail));
    linkgate__admin__v1__transfer_detail__init(detail);
    detail->row = admin_transfer_row(transfer, arena);
    fill_facts(transfer, arena, detail);
    fill_course(transfer, arena, detail);
    int result = fill_exchange(store, transfer, arena, detail);
    if (result == 0)
        result = fill_returns(store, transfer, arena, detail);
    if (result == 0)
        result = fill_cases(store, transfer, arena, detail);
    if (result == 0)
        result = fill_link(store, transfer, arena, detail);
    if (result == 0)
        result = fill_bought(store, transfer, arena, detail);
    if (result == 0)
        *detail_out = detail;
    return result;
}
