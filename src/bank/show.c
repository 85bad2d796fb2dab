/*
 * Commands that show what the bank itself holds. They change nothing.
 *
 * Invariant: lists are bounded by their limit; a list's last line counts what it shows and says
 * whether there is more.
 */
#include <stdio.h>
#include <string.h>

#include "bank/commands.h"
#include "bank/gateway.h"
#include "bank/notices.h"
#include "bank/print.h"
#include "bank/show.h"

#define LIST_LIMIT 1000
#define SMS_SIZE 640

struct bk_listing bk_listing_of(const struct bk_call *call) {
    return (struct bk_listing){.call = call, .limit = LIST_LIMIT};
}

void bk_listing_end(const struct bk_listing *listing) {
    struct bk_json json = bk_session_result(listing->call->session, "granted");
    bk_json_int(&json, "count", listing->count);
    bk_json_bool(&json, "more", listing->more);
    bk_session_end(listing->call->session, &json);
}

bool bk_listing_next(struct bk_listing *listing, struct bk_json *json_out) {
    if (listing->count == listing->limit) {
        listing->more = true;
        return false;
    }
    listing->count++;
    *json_out = bk_session_line(listing->call->session);
    return true;
}

static void show_account(struct bk_session *session, const struct bk_account *account) {
    struct bk_json json = bk_session_line(session);
    bk_json_string(&json, "account", account->number);
    bk_json_string(&json, "name", account->name);
    bk_json_string(&json, "class", bk_class_name(account->account_class));
    bk_json_string(&json, "status", bk_word_of(bk_words_status, account->status));
    bk_json_bool(&json, "deceased", account->deceased);
    bk_json_bool(&json, "dormant", account->dormant);
    bk_json_bool(&json, "step_up", account->step_up);
    bk_json_int(&json, "balance_fen", account->balance_fen);
    bk_json_int(&json, "held_fen", account->held_fen);
    bk_json_end(&json);
}

void bk_command_accounts(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    const struct bk_accounts *accounts = &call->session->bank->accounts;
    const char *number = bk_call_word(call, 0);
    for (size_t i = 0; i < accounts->count; i++) {
        const struct bk_account *account = &accounts->rows[i];
        if (number != NULL && strcmp(number, account->number) != 0)
            continue;
        show_account(call->session, account);
        listing.count++;
    }
    bk_listing_end(&listing);
}

void bk_command_payees(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    const struct bk_payees *payees = &call->session->bank->payees;
    for (size_t i = 0; i < payees->count; i++) {
        const struct bk_account *payee = payees->rows[i];
        if (payee->payee_at == BK_AT_PRODUCTS)
            continue;
        struct bk_json json = bk_session_line(call->session);
        bk_json_bank(&json, "bank", payee->payee_at);
        bk_json_string(&json, "account", payee->number);
        bk_json_string(&json, "name", payee->name);
        bk_json_int(&json, "paid_fen", payee->balance_fen);
        bk_json_int(&json, "held_fen", payee->held_fen);
        bk_json_end(&json);
        listing.count++;
    }
    bk_listing_end(&listing);
}

void bk_command_links(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    const struct bk_links *links = &call->session->bank->links;
    for (size_t i = 0; i < links->count; i++) {
        const struct bk_link *link = links->rows[i];
        struct bk_json json = bk_session_line(call->session);
        bk_json_id(&json, "link", &link->id);
        bk_json_string(&json, "state", link_state_name(link->state));
        bk_json_string(&json, "side", link->class2_side ? "class2" : "class1");
        bk_json_string(&json, "account", link->number);
        bk_json_bank(&json, "peer", link->peer);
        bk_json_end(&json);
        listing.count++;
    }
    bk_listing_end(&listing);
}

static const char *outcome_name(enum posting_outcome outcome) {
    switch (outcome) {
    case POSTING_POSTED:
        return "POSTED";
    case POSTING_REFUSED:
        return "REFUSED";
    case POSTING_NOT_SEEN:
        return "BARRED";
    case POSTING_IN_PROGRESS:
        return "IN_PROGRESS";
    case POSTING_UNDONE:
        return "UNDONE";
    case POSTING_NONE:
        break;
    }
    return "";
}

static bool show_posting(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct id transfer;
    struct bk_posting posting;
    struct bk_json json;
    if (!id_from_span(key, &transfer) || !bk_posting_read(value, &posting))
        return true;
    if (!bk_listing_next(listing, &json))
        return false;
    bk_json_id(&json, "transfer", &transfer);
    bk_json_string(&json, "outcome", outcome_name(posting.outcome));
    bk_json_string(&json, "side", bk_word_of(bk_words_side, posting.side));
    bk_json_string(&json, "kind", bk_word_of(bk_words_kind, posting.kind));
    bk_json_int(&json, "fen", posting.fen);
    bk_json_string(&json, "account", posting.account);
    bk_json_string(&json, "reference", posting.reference);
    bk_json_string(&json, "book_date", posting.book_date);
    bk_json_string(&json, "reason", posting.reason);
    bk_json_id(&json, "original", &posting.original);
    bk_json_bank(&json, "payee_bank", posting.payee_bank);
    bk_json_string(&json, "payee_account", posting.payee_account);
    bk_json_string(&json, "payee_name", posting.payee_name);
    bk_json_string(&json, "merchant", posting.merchant_name);
    bk_json_string(&json, "merchant_id", posting.merchant_id);
    bk_json_bool(&json, "fallback", posting.fallback && transfer_kind_merchant(posting.kind));
    bk_json_bool(&json, "in_house", posting.fallback);
    bk_json_end(&json);
    return true;
}

void bk_command_postings(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_POSTINGS, show_posting, &listing);
    bk_listing_end(&listing);
}

static bool show_transfer(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct bk_bank *bank = listing->call->session->bank;
    struct id request;
    struct bk_done done;
    struct bk_json json;
    (void)value;
    if (!id_from_span(key, &request) || !bk_done_find(bank->db, &request, &done) ||
        !bk_kind_is_money(done.kind))
        return true;
    if (!bk_listing_next(listing, &json))
        return false;
    bk_json_id(&json, "request_id", &request);
    bk_json_id(&json, "transfer", &done.transfer);
    bk_json_string(&json, "state", transfer_state_name(done.state));
    bk_json_string(&json, "kind", bk_word_of(bk_words_kind, done.transfer_kind));
    bk_json_string(&json, "direction", done.direction == TRANSFER_PUSH ? "push" : "pull");
    bk_json_int(&json, "fen", done.fen);
    bk_json_id(&json, "link", &done.link);
    bk_json_id(&json, "original", &done.original);
    bk_json_string(&json, "account", done.account);
    bk_json_string(&json, "reason", done.reason);
    bk_json_bool(&json, "fallback", done.fell_back && transfer_kind_merchant(done.transfer_kind));
    bk_json_bool(&json, "in_house", done.fell_back);
    bk_json_end(&json);
    return true;
}

void bk_command_transfers(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_DONE, show_transfer, &listing);
    bk_listing_end(&listing);
}

static bool show_case(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct arena arena;
    struct notice_place place;
    struct case_view view;
    struct bk_json json;
    bool going = true;
    (void)key;
    arena_init(&arena, 4096, 0);
    if (partner_decode_case_notice(value, &arena, &place, &view) == 0) {
        going = bk_listing_next(listing, &json);
        if (going) {
            bk_print_case(&json, &view);
            bk_json_end(&json);
        }
    }
    arena_deinit(&arena);
    return going;
}

void bk_command_cases(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_CASES, show_case, &listing);
    bk_listing_end(&listing);
}

static bool show_adjustment(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct arena arena;
    struct notice_place place;
    struct adjustment_view view;
    struct bk_json json;
    bool going = true;
    (void)key;
    arena_init(&arena, 4096, 0);
    if (partner_decode_adjustment_notice(value, &arena, &place, &view) == 0) {
        going = bk_listing_next(listing, &json);
        if (going) {
            bk_print_adjustment(&json, &view);
            bk_json_end(&json);
        }
    }
    arena_deinit(&arena);
    return going;
}

void bk_command_adjustments(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_ADJUSTMENTS, show_adjustment, &listing);
    bk_listing_end(&listing);
}

static bool show_event(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct arena arena;
    struct notice_place place;
    struct event_view view;
    struct bk_json json;
    bool going = true;
    (void)key;
    arena_init(&arena, 4096, 0);
    if (partner_decode_event_notice(value, &arena, &place, &view) == 0) {
        going = bk_listing_next(listing, &json);
        if (going) {
            bk_print_event(&json, &view);
            bk_json_end(&json);
        }
    }
    arena_deinit(&arena);
    return going;
}

void bk_command_events(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_EVENTS, show_event, &listing);
    bk_listing_end(&listing);
}

static bool show_product(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct arena arena;
    struct notice_place place;
    struct product_view view;
    struct bk_json json;
    bool going = true;
    (void)key;
    arena_init(&arena, 4096, 0);
    if (partner_decode_product_notice(value, &arena, &place, &view) == 0) {
        going = bk_listing_next(listing, &json);
        if (going) {
            bk_print_product(&json, &view);
            bk_json_end(&json);
        }
    }
    arena_deinit(&arena);
    return going;
}

void bk_command_products(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_PRODUCTS, show_product, &listing);
    bk_listing_end(&listing);
}

static bool show_window(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct arena arena;
    struct notice_place place;
    struct window_view view;
    struct bk_json json;
    bool going = true;
    (void)key;
    arena_init(&arena, 4096, 0);
    if (partner_decode_window_notice(value, &arena, &place, &view) == 0) {
        going = bk_listing_next(listing, &json);
        if (going) {
            bk_print_window(&json, &view);
            bk_json_end(&json);
        }
    }
    arena_deinit(&arena);
    return going;
}

void bk_command_windows(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_WINDOWS, show_window, &listing);
    bk_listing_end(&listing);
}

static bool show_card(void *context, struct span key, struct span value) {
    struct bk_listing *listing = context;
    struct arena arena;
    struct notice_place place;
    struct card_view view;
    struct span event;
    struct bk_json json;
    bool going = true;
    (void)key;
    arena_init(&arena, 4096, 0);
    if (partner_decode_card_notice(value, &arena, &place, &view, &event) == 0) {
        going = bk_listing_next(listing, &json);
        if (going) {
            bk_print_card(&json, &view);
            bk_json_end(&json);
        }
    }
    arena_deinit(&arena);
    return going;
}

void bk_command_cards(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_CARDS, show_card, &listing);
    bk_listing_end(&listing);
}

static const char *notice_kind_name(uint32_t kind) {
    if (kind == MESSAGE_WINDOW_NOTICE)
        return "window";
    if (kind == MESSAGE_CARD_NOTICE)
        return "card";
    if (kind == MESSAGE_CASE_NOTICE)
        return "case";
    if (kind == MESSAGE_EVENT_NOTICE)
        return "event";
    if (kind == MESSAGE_ADJUSTMENT_NOTICE)
        return "adjustment";
    if (kind == MESSAGE_ORDER_NOTICE)
        return "order";
    if (kind == MESSAGE_LOAN_NOTICE)
        return "loan";
    if (kind == MESSAGE_PRODUCT_NOTICE)
        return "product";
    return kind == MESSAGE_LINK_NOTICE ? "link" : "transfer";
}

void bk_command_notices(const struct bk_call *call) {
    struct bk_listing listing = bk_listing_of(call);
    const struct bk_notices *notices = call->session->bank->notices;
    const struct bk_notice_seen *seen;
    struct bk_json json;
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    for (size_t i = 0; (seen = bk_notices_seen(notices, i)) != NULL; i++) {
        if (!bk_listing_next(&listing, &json))
            break;
        bk_json_int(&json, "sequence", (int64_t)seen->sequence);
        bk_json_string(&json, "kind", notice_kind_name(seen->kind));
        bk_json_id(&json, "id", &seen->object);
        bk_json_string(&json, "event", seen->event);
        bk_json_string(&json, "state", seen->state);
        bk_json_string(&json, "reason", seen->reason);
        bk_json_end(&json);
    }
    bk_listing_end(&listing);
}

void bk_command_system(const struct bk_call *call) {
    const struct bk_system *system = &call->session->bank->system;
    for (size_t i = 0; i < system->count; i++) {
        const struct bk_participant *row = &system->rows[i];
        struct bk_json json = bk_session_line(call->session);
        bk_json_bank(&json, "bank", row->code);
        bk_json_string(&json, "name", row->name);
        bk_json_bool(&json, "active", row->active);
        bk_json_bool(&json, "class1", row->class1);
        bk_json_bool(&json, "class2", row->class2);
        bk_json_bool(&json, "issuer", row->issuer);
        bk_json_end(&json);
    }
    struct bk_json json = bk_session_result(call->session, "granted");
    bk_json_int(&json, "count", (int64_t)system->count);
    bk_json_bool(&json, "more", system->open);
    bk_json_int(&json, "notices", (int64_t)system->told);
    bk_json_string(&json, "business_date", system->business_date);
    bk_json_int(&json, "cut_off_at_ms", system->cut_off_at_ms);
    bk_json_int(&json, "ledger_time_ms", system->ledger_time_ms);
    bk_json_int(&json, "alerts", (int64_t)system->alerts);
    bk_json_int(&json, "alert_level", system->alert.level);
    bk_json_int(&json, "alert_exposure_fen", system->alert.exposure_fen);
    bk_json_int(&json, "alert_bound_fen", system->alert.bound_fen);
    bk_json_int(&json, "transfer_timeout_min_ms", system->transfer_timeout_min_ms);
    bk_json_int(&json, "transfer_timeout_max_ms", system->transfer_timeout_max_ms);
    bk_session_end(call->session, &json);
}

static void put_totals(struct bk_json *json, const struct bk_totals *totals) {
    const struct {
        const char *count_key, *fen_key;
        const struct bk_sum *sum;
    } sums[BK_SUMS] = {
        {"pushed_count", "pushed_fen", &totals->pushed},
        {"pulled_count", "pulled_fen", &totals->pulled},
        {"paid_count", "paid_fen", &totals->paid},
        {"received_count", "received_fen", &totals->received},
        {"payments_count", "payments_fen", &totals->payments},
        {"spent_count", "spent_fen", &totals->spent},
        {"returned_count", "returned_fen", &totals->returned},
        {"refunded_count", "refunded_fen", &totals->refunded},
        {"fell_back_count", "fell_back_fen", &totals->fell_back},
    };
    for (size_t i = 0; i < BK_SUMS; i++) {
        bk_json_int(json, sums[i].count_key, (int64_t)sums[i].sum->count);
        bk_json_int(json, sums[i].fen_key, sums[i].sum->fen);
        if (sums[i].sum == &totals->received)
            bk_json_int(json, "net_fen", bk_totals_net_fen(totals));
    }
}

void bk_command_books(const struct bk_call *call) {
    const struct bk_bank *bank = call->session->bank;
    int64_t balance_fen = 0, payees_fen = 0, products_fen = 0, held_fen = 0;
    for (size_t i = 0; i < bank->accounts.count; i++) {
        ENSURE(fen_add(balance_fen, bank->accounts.rows[i].balance_fen, &balance_fen));
        ENSURE(fen_add(held_fen, bank->accounts.rows[i].held_fen, &held_fen));
    }
    for (size_t i = 0; i < bank->payees.count; i++) {
        const struct bk_account *payee = bank->payees.rows[i];
        int64_t *sum = payee->payee_at == BK_AT_PRODUCTS ? &products_fen : &payees_fen;
        ENSURE(fen_add(*sum, payee->balance_fen, sum));
        ENSURE(fen_add(held_fen, payee->held_fen, &held_fen));
    }
    struct bk_json json = bk_session_result(call->session, "granted");
    put_totals(&json, &bank->books.totals);
    bk_json_int(&json, "payees_fen", payees_fen);
    bk_json_int(&json, "products_fen", products_fen);
    bk_json_int(&json, "balance_fen", balance_fen);
    bk_json_int(&json, "held_fen", held_fen);
    bk_json_int(&json, "open_requests", (int64_t)bank->outbox.count);
    bk_session_end(call->session, &json);
}

/* The last line of the SMS file for that mobile: mobile, code, text. */
static bool last_sms(const char *path, const char *mobile, char *line_out, size_t size) {
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    char line[SMS_SIZE];
    bool found = false;
    size_t mobile_size = strlen(mobile);
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, mobile, mobile_size) != 0 || line[mobile_size] != ' ')
            continue;
        found = true;
        snprintf(line_out, size, "%s", line + mobile_size + 1);
    }
    fclose(file);
    return found;
}

void bk_command_sms(const struct bk_call *call) {
    struct bk_session *session = call->session;
    const char *mobile = bk_call_word(call, 0);
    char path[BK_PATH_SIZE + 16];
    char line[SMS_SIZE];
    snprintf(path, sizeof(path), "%s/sms.txt", session->bank->config.data_dir);
    if (mobile == NULL || !last_sms(path, mobile, line, sizeof(line))) {
        struct bk_json json = bk_session_result(session, "refused");
        bk_json_string(&json, "text", "no message was sent to this mobile");
        bk_session_end(session, &json);
        return;
    }
    struct bk_json json = bk_session_result(session, "granted");
    char *text = strchr(line, ' ');
    bk_json_text(&json, "code", span_of(line, text != NULL ? (size_t)(text - line) : 0));
    bk_json_string(&json, "text", text != NULL ? text + 1 : "");
    bk_session_end(session, &json);
}

void bk_command_status(const struct bk_call *call) {
    struct bk_bank *bank = call->session->bank;
    struct bk_json json = bk_session_result(call->session, "granted");
    bk_json_bank(&json, "bank", bank->config.code);
    bk_json_int(&json, "connections", bk_gateway_ready(bank->gateway));
    bk_json_string(&json, "trouble", bk_gateway_trouble(bank->gateway));
    bk_json_int(&json, "open_requests", (int64_t)bank->outbox.count);
    bk_json_int(&json, "last_notice", (int64_t)bk_notices_last(bank->notices)->sequence);
    bk_json_int(&json, "links", (int64_t)bank->links.count);
    bk_json_int(&json, "accounts", (int64_t)bank->accounts.count);
    bk_session_end(call->session, &json);
}
