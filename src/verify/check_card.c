/*
 * Applications for cards: the path of each, what goes with its state, the rows that stand for it, its
 * request and its sealed part: I4, I5, I11, I13 to I15, I19.
 *
 * Invariant: the question, with the person's elements, is kept exactly while its answer is waited
 * for; a number belongs to its key. Rows that stand for none are found by check_index.c.
 */
#include <string.h>

#include "domain/command.h"
#include "ledger/ledger.h"
#include "verify/checks.h"

static struct about of_card(const struct card *card) {
    return about(OBJECT_CARD, &card->id);
}

/* ---- what its history says ---- */

struct story {
    uint32_t issues;
    int64_t issued_at_ms, dispatched_at_ms, activated_at_ms;
    const struct card *card;
};

static void note(void *context, uint32_t before, const struct history_entry *entry) {
    struct story *story = context;
    (void)before;
    if (entry->event == CARD_EVENT_ISSUED) {
        story->issues++;
        story->issued_at_ms = entry->at_ms;
        story->dispatched_at_ms = 0;
    } else if (entry->event == CARD_EVENT_DISPATCHED) {
        story->dispatched_at_ms = entry->at_ms;
    } else if (entry->event == CARD_EVENT_ACTIVATED) {
        story->activated_at_ms = entry->at_ms;
    }
}

/* Why it was refused, or cancelled: as its last entry has it. */
static bool reason_is_right(const struct card *card) {
    const struct history_entry *last = &card->history.entries[card->history.count - 1];
    bool ended = card->state == CARD_REFUSED || card->state == CARD_CANCELLED;
    return strcmp(card->reason, ended ? last->reason : "") == 0;
}

static void check_parts(struct look *look, const struct story *story) {
    const struct card *card = story->card;
    static const struct digest none;
    if (card->class1_bank == card->class2_bank || !card->class1_bank || !card->class2_bank)
        look_found(look, LAW_I11, of_card(card), "bank %012llu asks bank %012llu",
                   (unsigned long long)card->class2_bank, (unsigned long long)card->class1_bank);
    if (card->delivery != CARD_DELIVERY_MAIL && card->delivery != CARD_DELIVERY_COUNTER)
        look_found(look, LAW_I11, of_card(card), "it is delivered in no way: %d",
                   (int)card->delivery);
    if (story->issues != card->issues || story->issued_at_ms != card->issued_at_ms ||
        story->dispatched_at_ms != card->dispatched_at_ms ||
        story->activated_at_ms != card->activated_at_ms || !reason_is_right(card))
        look_found(look, LAW_I4, of_card(card),
                   "%u numbers, last at %lld ms; by its history %u, at %lld ms, or another step",
                   card->issues, (long long)card->issued_at_ms, story->issues,
                   (long long)story->issued_at_ms);
    bool numbered = card->issues > 0;
    if (numbered == digest_equal(&card->class1_key, &none) ||
        strlen(card->masked) != (numbered ? 4 : 0))
        look_found(look, LAW_I11, of_card(card), "it has %u numbers, and a key and a mask %s",
                   card->issues, numbered ? "of none" : "all the same");
    int64_t since_ms = numbered ? card->issued_at_ms : card->applied_at_ms;
    if (card->expires_at_ms <= since_ms || card->answer_due_ms <= card->applied_at_ms)
        look_found(look, LAW_I11, of_card(card), "its times were over when they began");
}

/* ---- rows that stand for it ---- */

static bool is_of(struct look *look, const struct card *card, const struct digest *key) {
    struct id before = look_before(&card->id);
    struct id id;
    int rc = store_next_card_of_person(look->store, key, &before, &id);
    return look_got(look, rc, of_card(card)) == GOT && id_equal(&id, &card->id);
}

static void check_rows(struct look *look, const struct card *card) {
    struct digest open_key = live_person_key(card->class1_bank, &card->person_key);
    struct verification_tries tries;
    struct id id;
    bool open = !card_final(card->state);
    if (!is_of(look, card, &card->person_key))
        look_found(look, LAW_I15, of_card(card), "its row by person is not there");
    if (is_of(look, card, &open_key) != open)
        look_found(look, LAW_I15, of_card(card), "it is %s, and its row as an open one %s",
                   card_state_name(card->state), open ? "is not there" : "still stands");
    int rc = store_next_card_of_person(look->store, &open_key, &card->id, &id);
    if (open && look_got(look, rc, of_card(card)) == GOT)
        look_found(look, LAW_I11, of_card(card), "the person has another one open at that bank");
    rc = store_get_tries(look->store, &card->person_key, &tries);
    if (look_got(look, rc, of_card(card)) == GOT && tries.count == 0)
        look_found(look, LAW_I15, of_card(card), "no try of its person is counted");
    check_open_row(look, of_card(card), &(struct id){{0}}, card->state == CARD_APPLIED);
    check_deadline_row(look, of_card(card), card_due_ms(card));
    if (look->at_rest && card->state == CARD_APPLIED)
        look_found(look, LAW_I18, of_card(card), "it waits for an answer");
}

static void check_made_by(struct look *look, const struct card *card) {
    struct store_request row;
    int rc = store_get_request(look->store, card->class2_bank, &card->request, &row);
    enum got got = look_got(look, rc, of_card(card));
    bool made = got == GOT && row.refusal == 0 && id_equal(&row.object, &card->id) &&
                row.message == COMMAND_APPLY_CARD;
    if (got != GOT_DAMAGED && !made)
        look_found(look, LAW_I5, of_card(card), "it is not what its request made");
}

static void check_private(struct look *look, const struct card *card) {
    struct card_private secret;
    int rc = store_get_card_private(look->store, &card->id, &secret);
    if (rc == STORE_DAMAGED) {
        look_found(look, LAW_I19, of_card(card), "its sealed part does not open in its place");
        return;
    }
    if (look_got(look, rc, of_card(card)) != GOT)
        return;
    if ((secret.asked.size > 0) != (card->state == CARD_APPLIED))
        look_found(look, LAW_I7, of_card(card), "it is %s, and %s the question",
                   card_state_name(card->state), secret.asked.size > 0 ? "keeps" : "has lost");
    struct digest none = {{0}};
    struct digest key = none;
    if (secret.number.size > 0)
        key = ledger_account_key(store_keyring(look->store), card->class1_bank, secret.number);
    if (!digest_equal(&key, &card->class1_key))
        look_found(look, LAW_I15, of_card(card), "the sealed number is not that of its key");
}

void check_card(struct look *look, const struct card *card) {
    struct story story = {.card = card};
    struct life life = {
        .about = of_card(card),
        .history = &card->history,
        .state = card->state,
        .born_ms = card->applied_at_ms,
        .first = card->class2_bank,
        .second = card->class1_bank,
    };
    if (life_check(look, &life, note, &story) && card->history.count > 0)
        check_parts(look, &story);
    check_rows(look, card);
    check_made_by(look, card);
    check_private(look, card);
}
