/*
 * RECON_ROW: one row of a bank's own list, which the comparison of a snapshot found worth a look.
 *
 * The comparison may be old by now: what the row means is judged again from the store as it is. The
 * class says only what no row by itself can: that the list has it not, or more than once.
 *
 * Invariants: the instructed bank's own row is that bank's word on the transfer, as its answer is:
 * it settles one that is UNKNOWN, and contradicts an outcome of another sort as a CONFLICT. All
 * other differences open a case that the list's bank must answer, and move nothing. The same row
 * again changes nothing. What is on its way is left to its answer or its deadline.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "domain/recon.h"
#include "ledger/recon_rows.h"

#define TEXT_SIZE 200

#define BIT(subject) (1u << (subject))

static bool is_money(const struct recon_row *row) {
    return row->kind == RECON_MONEY;
}

/* ---- opening ---- */

int recon_open_case(struct apply *apply, struct inquiry_case *inquiry, const char *text) {
    const struct recon_row *row = &apply->command->body.recon_row;
    inquiry->claim = (struct case_claim){.upload = row->upload,
                                         .kind = recon_is_by_day(row->kind) ? row->kind : 0,
                                         .window = is_money(row) ? row->window : 0,
                                         .id = row->id,
                                         .amount = row->amount,
                                         .state = row->state};
    return case_open_listed(apply, inquiry, span_text(text));
}

int recon_other_bank(struct apply *apply, bank_code *other_out) {
    const struct recon_row *row = &apply->command->body.recon_row;
    bank_code other = row->debtor == row->uploader ? row->creditor : row->debtor;
    const struct bank *bank;
    *other_out = 0;
    int result = apply_bank(apply, other, &bank);
    if (result == 0 && bank && other != row->uploader)
        *other_out = other;
    return result;
}

int recon_missing_here(struct apply *apply) {
    static const char *const names[RECON_KINDS] = {
        [RECON_MONEY] = "transfer",
        [RECON_LINKS] = "link",
        [RECON_HOLDINGS] = "order",
        [RECON_LOANS] = "loan",
    };
    const struct recon_row *row = &apply->command->body.recon_row;
    struct inquiry_case inquiry = {
        .id = apply_new_id(apply),
        .subject = CASE_MISSING_HERE,
        .owner = row->uploader,
        .opened_at_ms = apply->now_ms,
    };
    if (row->class == RECON_MISSING_THERE) /* nobody has it any more */
        return 0;
    char text[TEXT_SIZE];
    int result = recon_other_bank(apply, &inquiry.other);
    if (result)
        return result;
    snprintf(text, sizeof text,
             "Your list has this %s; the gateway knows no %s of this id that is yours. What is it?",
             names[row->kind], names[row->kind]);
    return recon_open_case(apply, &inquiry, text);
}

/* ---- transfers ---- */

static int open_of_transfer(struct apply *apply, const struct transfer *transfer,
                            enum case_subject subject, const char *text) {
    bank_code uploader = apply->command->body.recon_row.uploader;
    struct inquiry_case inquiry = case_of_transfer(apply, transfer, subject, uploader);
    return recon_open_case(apply, &inquiry, text);
}

static int explain_of_transfer(struct apply *apply, const struct transfer *transfer,
                               uint32_t subjects) {
    struct inquiry_case like = {.transfer = transfer->id,
                                .owner = apply->command->body.recon_row.uploader};
    return case_explain(apply, &like, subjects);
}

static int amount_diff(struct apply *apply, const struct transfer *transfer) {
    const struct recon_row *row = &apply->command->body.recon_row;
    char text[TEXT_SIZE];
    bool amount = row->amount.fen != transfer->amount.fen;
    if (amount)
        snprintf(text, sizeof text,
                 "Your list has %" PRId64 " fen for this transfer; the gateway has %" PRId64
                 " fen. Which is right?",
                 row->amount.fen, transfer->amount.fen);
    else
        snprintf(text, sizeof text,
                 "Your list has other banks, or another currency, for this transfer than the "
                 "gateway has. Which is right?");
    return open_of_transfer(apply, transfer, CASE_AMOUNT_DIFF, text);
}

static int status_diff(struct apply *apply, const struct transfer *transfer) {
    const struct recon_row *row = &apply->command->body.recon_row;
    char text[TEXT_SIZE];
    snprintf(text, sizeof text,
             "Your list has this transfer as %s; the gateway has it as %s. Which is right?",
             transfer_state_name((enum transfer_state)row->state),
             transfer_state_name(transfer->state));
    return open_of_transfer(apply, transfer, CASE_STATUS_DIFF, text);
}

static bool same_sides(const struct recon_row *row, const struct transfer *transfer) {
    return row->amount.fen == transfer->amount.fen &&
           strcmp(row->amount.currency, transfer->amount.currency) == 0 &&
           row->debtor == transfer->debtor_bank && row->creditor == transfer->creditor_bank;
}

/* The word of the bank that was instructed, on what has no outcome, or has another one. */
static int instructed_says(struct apply *apply, struct transfer *transfer) {
    const struct recon_row *row = &apply->command->body.recon_row;
    struct outcome outcome = {
        .event = row->state == TRANSFER_ACCEPTED ? TRANSFER_EVENT_POSTED : TRANSFER_EVENT_REFUSED,
        .cause = CAUSE_RECON,
        .reference = span_text(row->reference),
        .book_date = span_text(row->book_date),
    };
    bool posted = outcome.event == TRANSFER_EVENT_POSTED;
    if (!transfer_reserved(transfer->state))
        return posting_outcome(apply, transfer, &outcome);
    if (!posted || row->reference[0] == '\0' || row->book_date[0] == '\0')
        return status_diff(apply, transfer);
    transfer->evidence = row->upload;
    return posting_outcome(apply, transfer, &outcome);
}

/* What a transfer is does not change: its bank has it wrong, or the gateway. */
static int kind_diff(struct apply *apply, const struct transfer *transfer) {
    const struct recon_row *row = &apply->command->body.recon_row;
    char text[TEXT_SIZE];
    snprintf(text, sizeof text,
             "Your list has this transfer as a %s; the gateway has it as a %s. Which is right?",
             transfer_kind_name((enum transfer_kind)row->what), transfer_kind_name(transfer->kind));
    return open_of_transfer(apply, transfer, CASE_STATUS_DIFF, text);
}

/* The list has it once, with the same amount and sides. */
static int judge_state(struct apply *apply, struct transfer *transfer) {
    const struct recon_row *row = &apply->command->body.recon_row;
    bool posted = row->state == TRANSFER_ACCEPTED;
    bool ended = transfer->state == TRANSFER_ACCEPTED || transfer_final(transfer->state);
    if (row->what != (uint32_t)transfer->kind)
        return kind_diff(apply, transfer);
    if (ended && posted == (transfer->state == TRANSFER_ACCEPTED))
        return explain_of_transfer(apply, transfer, BIT(CASE_STATUS_DIFF));
    if (row->uploader == transfer->instructed)
        return instructed_says(apply, transfer);
    return status_diff(apply, transfer);
}

static int judge_there(struct apply *apply, struct transfer *transfer) {
    const struct recon_row *row = &apply->command->body.recon_row;
    int result = explain_of_transfer(apply, transfer, BIT(CASE_MISSING_THERE));
    if (result)
        return result;
    if (!same_sides(row, transfer))
        return amount_diff(apply, transfer);
    result = explain_of_transfer(apply, transfer, BIT(CASE_AMOUNT_DIFF));
    return result ? result : judge_state(apply, transfer);
}

static int judge_transfer(struct apply *apply, struct transfer *transfer) {
    const struct recon_row *row = &apply->command->body.recon_row;
    if (row->class == RECON_MISSING_THERE)
        return transfer->state == TRANSFER_ACCEPTED
                   ? open_of_transfer(apply, transfer, CASE_MISSING_THERE,
                                      "The gateway has this transfer as ACCEPTED; your list of its "
                                      "window has it not. Why?")
                   : 0;
    if (row->class == RECON_DUPLICATE)
        return open_of_transfer(apply, transfer, CASE_DUPLICATE,
                                "Your list has this transfer more than once. Was it booked more "
                                "than once?");
    return judge_there(apply, transfer);
}

static int money_row(struct apply *apply) {
    const struct recon_row *row = &apply->command->body.recon_row;
    struct transfer transfer;
    int result = store_get_transfer(apply->store, &row->id, &transfer);
    APPLY_TRY(result);
    if (result || (transfer.submitter != row->uploader && transfer.instructed != row->uploader))
        return recon_missing_here(apply);
    apply_touch(apply, OBJECT_TRANSFER, &transfer.id);
    if (transfer.frozen)
        return 0;
    if (transfer.state == TRANSFER_PENDING && transfer.deadline_ms <= apply->now_ms) {
        result = posting_expire(apply, &transfer, CAUSE_DEADLINE);
        if (result)
            return result;
    }
    if (transfer.state == TRANSFER_PENDING || transfer.state == TRANSFER_RESERVED ||
        transfer.state == TRANSFER_RECEIVED)
        return 0;
    return judge_transfer(apply, &transfer);
}

/* ---- links ---- */

/* ACTIVE, SUSPENDED or CLOSING: both banks have it. */
static bool link_stands(const struct link *link) {
    return !link_final(link->state) && !link_waiting(link->state);
}

static bool same_accounts(const struct recon_row *row, const struct link *link) {
    return strcmp(row->class2_tail, link->class2_masked) == 0 &&
           strcmp(row->class1_tail, link->class1_masked) == 0;
}

static int link_row(struct apply *apply) {
    const struct recon_row *row = &apply->command->body.recon_row;
    struct link link;
    char text[TEXT_SIZE];
    int result = store_get_link(apply->store, &row->id, &link);
    APPLY_TRY(result);
    if (result || (link.class1_bank != row->uploader && link.class2_bank != row->uploader))
        return recon_missing_here(apply);
    apply_touch(apply, OBJECT_LINK, &link.id);
    struct inquiry_case inquiry = case_of_link(apply, &link, CASE_LINK_DIFF, row->uploader);
    bool missing = row->class == RECON_MISSING_THERE;
    if (link.frozen || (missing && !link_stands(&link)))
        return 0;
    if (missing)
        snprintf(text, sizeof text, "The gateway has this link as %s; your list has it not. Why?",
                 link_state_name(link.state));
    else if (row->class == RECON_DUPLICATE)
        snprintf(text, sizeof text, "Your list has this link more than once. Why?");
    else if (row->debtor != link.class2_bank || row->creditor != link.class1_bank)
        snprintf(text, sizeof text, "Your list has other banks for this link. Which are right?");
    else if (row->state != (uint32_t)link.state)
        snprintf(text, sizeof text,
                 "Your list has this link as %s; the gateway has it as %s. Which is right?",
                 link_state_name((enum link_state)row->state), link_state_name(link.state));
    else if (!same_accounts(row, &link))
        snprintf(text, sizeof text,
                 "Your list has other accounts for this link, by their last digits. Which are "
                 "right?");
    else
        return case_explain(apply, &inquiry, BIT(CASE_LINK_DIFF));
    return recon_open_case(apply, &inquiry, text);
}

static int judge_row(struct apply *apply, enum recon_kind kind) {
    switch (kind) {
    case RECON_LINKS:
        return link_row(apply);
    case RECON_HOLDINGS:
    case RECON_LOANS:
        return recon_bought_row(apply);
    case RECON_KIND_NONE:
    case RECON_MONEY:
        break;
    }
    return money_row(apply);
}

int recon_row(struct apply *apply) {
    const struct recon_row *row = &apply->command->body.recon_row;
    const struct bank *bank;
    int result = apply_bank(apply, row->uploader, &bank);
    if (result == 0 && bank)
        result = judge_row(apply, row->kind);
    if (result == 0)
        apply_granted(apply);
    return result;
}
