/*
 * Lists of banks, row by row, as the comparison hands them to the ledger: from the books of the modelled
 * banks, and at times wrong ones, which must settle nothing.
 *
 * Invariant: what the bank that was instructed says of itself is what its books say; what the other
 * bank claims may be anything.
 */
#include <string.h>

#include "sim/world.h"

#define WRONG_PER_MILLE 400
#define LINK_PER_MILLE 150

static struct command *row_by(struct office *office, bank_code uploader, enum recon_kind kind) {
    struct command *command = command_new(COMMAND_RECON_ROW);
    struct recon_row *row = &command->body.recon_row;
    row->uploader = uploader;
    row->kind = kind;
    row->class = RECON_MATCHED;
    chance_bytes(office_chance(office), row->upload.bytes, DIGEST_SIZE);
    return command;
}

/* One that has no outcome, if there is one; else any. */
static bool some_transfer(struct office *office, struct transfer *transfer_out) {
    struct transfer transfer;
    struct id at = {{0}};
    uint64_t seen = 0;
    while (store_next_transfer(office_store(office), &at, &transfer) == 0) {
        at = transfer.id;
        bool better = transfer.state == TRANSFER_UNKNOWN &&
                      (seen == 0 || transfer_out->state != TRANSFER_UNKNOWN);
        bool worse = seen > 0 && transfer.state != TRANSFER_UNKNOWN &&
                     transfer_out->state == TRANSFER_UNKNOWN;
        if (++seen == 1 || better || (!worse && chance_below(office_chance(office), seen) == 0))
            *transfer_out = transfer;
    }
    return seen > 0;
}

/* False: its books do not say yet. */
static bool as_booked(struct office *office, const struct transfer *transfer,
                      struct recon_row *row) {
    struct party *party = world_party(office->world, transfer->instructed);
    struct posting *posting = posting_find(party, &transfer->id);
    if (posting == NULL || posting->state == POSTING_UNDECIDED)
        return false;
    row->state = posting->state == POSTING_DONE ? TRANSFER_ACCEPTED : TRANSFER_REJECTED;
    if (posting->state == POSTING_DONE) {
        memcpy(row->reference, posting->reference, sizeof(posting->reference));
        memcpy(row->book_date, "2026-12-23", DATE_TEXT_SIZE);
        posting->told = true;
    }
    return true;
}

/* What the bank that submitted it claims: any outcome, with a reference of its own. */
static void as_claimed(struct office *office, struct recon_row *row) {
    row->state = office_hits(office, 700) ? TRANSFER_ACCEPTED : TRANSFER_REJECTED;
    memcpy(row->reference, "CLAIMED", 8);
    memcpy(row->book_date, "2026-12-23", DATE_TEXT_SIZE);
    if (office_hits(office, 100))
        row->amount.fen++;
    else if (office_hits(office, 100))
        row->class = office_hits(office, 500) ? RECON_DUPLICATE : RECON_MISSING_THERE;
    else if (office_hits(office, 50))
        row->id.bytes[ID_SIZE - 1] ^= 1; /* nobody's */
}

static void money_row(struct office *office) {
    struct transfer transfer;
    if (!some_transfer(office, &transfer))
        return;
    bool claims = office_hits(office, WRONG_PER_MILLE);
    struct command *command =
        row_by(office, claims ? transfer.submitter : transfer.instructed, RECON_MONEY);
    struct recon_row *row = &command->body.recon_row;
    row->window = 1;
    row->id = transfer.id;
    row->what = transfer.kind;
    row->debtor = transfer.debtor_bank;
    row->creditor = transfer.creditor_bank;
    row->amount = transfer.amount;
    if (claims) {
        as_claimed(office, row);
    } else if (!as_booked(office, &transfer, row)) {
        command_free(command);
        return;
    }
    office_give(office, command);
}

static void link_row(struct office *office) {
    struct link link;
    if (!office_some_link(office, &link))
        return;
    bool first = office_hits(office, 500);
    struct command *command =
        row_by(office, first ? link.class1_bank : link.class2_bank, RECON_LINKS);
    struct recon_row *row = &command->body.recon_row;
    row->id = link.id;
    memcpy(row->class2_tail, link.class2_masked, sizeof(row->class2_tail));
    memcpy(row->class1_tail, link.class1_masked, sizeof(row->class1_tail));
    row->debtor = link.class2_bank;
    row->creditor = link.class1_bank;
    row->state = office_hits(office, WRONG_PER_MILLE) ? LINK_SUSPENDED : (uint32_t)link.state;
    office_give(office, command);
}

void office_hand_in_row(struct office *office) {
    if (office_hits(office, LINK_PER_MILLE))
        link_row(office);
    else
        money_row(office);
}
