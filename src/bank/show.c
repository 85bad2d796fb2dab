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

#define LIST_LIMIT 1000

struct listing {
    const struct bk_call *call;
    uint32_t limit, count;
    bool more;
};

static struct listing listing_of(const struct bk_call *call) {
    return (struct listing){.call = call, .limit = LIST_LIMIT};
}

static void end_listing(const struct listing *listing) {
    struct bk_json json = bk_session_result(listing->call->session, "granted");
    bk_json_int(&json, "count", listing->count);
    bk_json_bool(&json, "more", listing->more);
    bk_session_end(listing->call->session, &json);
}

/* False: the list is full. */
static bool next_line(struct listing *listing, struct bk_json *json_out) {
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
    bk_json_string(&json, "status", bk_status_name(account->status));
    bk_json_int(&json, "balance_fen", account->balance_fen);
    bk_json_int(&json, "held_fen", account->held_fen);
    bk_json_end(&json);
}

void bk_command_accounts(const struct bk_call *call) {
    struct listing listing = listing_of(call);
    const struct bk_accounts *accounts = &call->session->bank->accounts;
    const char *number = bk_call_word(call, 0);
    for (size_t i = 0; i < accounts->count; i++) {
        const struct bk_account *account = &accounts->rows[i];
        if (number != NULL && strcmp(number, account->number) != 0)
            continue;
        show_account(call->session, account);
        listing.count++;
    }
    end_listing(&listing);
}

void bk_command_links(const struct bk_call *call) {
    struct listing listing = listing_of(call);
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
    end_listing(&listing);
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
    struct listing *listing = context;
    struct id transfer;
    struct bk_posting posting;
    struct bk_json json;
    if (!id_from_span(key, &transfer) || !bk_posting_read(value, &posting))
        return true;
    if (!next_line(listing, &json))
        return false;
    bool decided = posting.side != 0;
    bk_json_id(&json, "transfer", &transfer);
    bk_json_string(&json, "outcome", outcome_name(posting.outcome));
    bk_json_string(&json, "side",
                   !decided                        ? ""
                   : posting.side == POSTING_DEBIT ? "debit"
                                                   : "credit");
    bk_json_int(&json, "fen", posting.fen);
    bk_json_string(&json, "account", posting.account);
    bk_json_string(&json, "reference", posting.reference);
    bk_json_string(&json, "book_date", posting.book_date);
    bk_json_string(&json, "reason", posting.reason);
    bk_json_end(&json);
    return true;
}

void bk_command_postings(const struct bk_call *call) {
    struct listing listing = listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_POSTINGS, show_posting, &listing);
    end_listing(&listing);
}

static bool show_transfer(void *context, struct span key, struct span value) {
    struct listing *listing = context;
    struct bk_bank *bank = listing->call->session->bank;
    struct id request;
    struct bk_done done;
    struct bk_json json;
    (void)value;
    if (!id_from_span(key, &request) || !bk_done_find(bank->db, &request, &done) ||
        done.kind != MESSAGE_SUBMIT_TRANSFER)
        return true;
    if (!next_line(listing, &json))
        return false;
    bk_json_id(&json, "request_id", &request);
    bk_json_id(&json, "transfer", &done.transfer);
    bk_json_string(&json, "state", transfer_state_name(done.state));
    bk_json_string(&json, "direction", done.direction == TRANSFER_PUSH ? "push" : "pull");
    bk_json_int(&json, "fen", done.fen);
    bk_json_id(&json, "link", &done.link);
    bk_json_string(&json, "account", done.account);
    bk_json_string(&json, "reason", done.reason);
    bk_json_end(&json);
    return true;
}

void bk_command_transfers(const struct bk_call *call) {
    struct listing listing = listing_of(call);
    if (!bk_call_number(call, "limit", &listing.limit))
        return;
    bk_db_each(call->session->bank->db, BK_DONE, show_transfer, &listing);
    end_listing(&listing);
}

static void put_sum(struct bk_json *json, const char *count_key, const char *fen_key,
                    const struct bk_sum *sum) {
    bk_json_int(json, count_key, (int64_t)sum->count);
    bk_json_int(json, fen_key, sum->fen);
}

void bk_command_books(const struct bk_call *call) {
    const struct bk_bank *bank = call->session->bank;
    const struct bk_totals *totals = &bank->books.totals;
    int64_t balance_fen = 0, held_fen = 0;
    for (size_t i = 0; i < bank->accounts.count; i++) {
        ENSURE(fen_add(balance_fen, bank->accounts.rows[i].balance_fen, &balance_fen));
        ENSURE(fen_add(held_fen, bank->accounts.rows[i].held_fen, &held_fen));
    }
    struct bk_json json = bk_session_result(call->session, "granted");
    put_sum(&json, "pushed_count", "pushed_fen", &totals->pushed);
    put_sum(&json, "pulled_count", "pulled_fen", &totals->pulled);
    put_sum(&json, "paid_count", "paid_fen", &totals->paid);
    put_sum(&json, "received_count", "received_fen", &totals->received);
    bk_json_int(&json, "net_fen", bk_totals_net_fen(totals));
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
    char line[512];
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
    char line[512];
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
