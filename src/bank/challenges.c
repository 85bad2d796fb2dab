/*
 * Verification and one-time codes.
 *
 * Invariant: a challenge id makes one code, an attempt id uses one try, whatever is asked how
 * often; a code is right at most once and only within its lifetime. The code leaves this file in
 * the SMS line only.
 */
#include "bank/challenges.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "bank/words.h"

struct challenge {
    struct id link;
    char code[BK_CODE_DIGITS + 1]; /* "": none was sent */
    char masked_mobile[16];
    char reason[REASON_SIZE];
    int64_t issued_at_ms;
    uint32_t lifetime_ms;
    uint32_t wrong;
    bool used;
};

static enum element_result compare(bool same) {
    return same ? ELEMENT_MATCH : ELEMENT_MISMATCH;
}

void bk_verify(const struct bk_accounts *accounts, const struct verify_account *message,
               struct verify_account_reply *reply_out) {
    const struct bk_account *account = bk_accounts_find(accounts, message->account_number);
    struct verify_account_reply reply = {.link = message->link,
                                         .verification = message->verification};
    reply.account = compare(account != NULL);
    if (account == NULL) {
        reply.name = reply.id_number = reply.mobile = ELEMENT_MISMATCH;
        reply.status = ACCOUNT_UNKNOWN;
        *reply_out = reply;
        return;
    }
    const struct person_elements *person = &message->person;
    reply.name = compare(span_equal(person->name, span_text(account->name)));
    reply.id_number = compare(person->id_type == ID_TYPE_RESIDENT &&
                              span_equal(person->id_number, span_text(account->id_number)));
    reply.mobile = compare(span_equal(person->mobile, span_text(account->mobile)));
    reply.account_class = account->account_class;
    reply.status = account->status;
    reply.joint = account->joint;
    reply.credit = account->credit;
    reply.minor = account->minor;
    *reply_out = reply;
}

void bk_recheck(const struct bk_accounts *accounts, const struct recheck_account *message,
                struct span holder, struct recheck_account_reply *reply_out) {
    const struct bk_account *account = bk_accounts_find(accounts, message->account_number);
    struct recheck_account_reply reply = {.link = message->link,
                                          .recheck = message->recheck,
                                          .status = ACCOUNT_UNKNOWN,
                                          .same_holder = ELEMENT_MISMATCH};
    if (account != NULL) {
        reply.account_class = account->account_class;
        reply.status = account->status;
        reply.same_holder = compare(span_equal(span_text(account->id_number), holder));
    }
    *reply_out = reply;
}

static void save(struct bk_challenges *challenges, const struct id *id,
                 const struct challenge *challenge) {
    uint8_t bytes[128];
    struct buf row = {bytes, 0, sizeof(bytes)};
    bk_row_id(&row, &challenge->link);
    bk_row_text(&row, span_text(challenge->code));
    bk_row_text(&row, span_text(challenge->masked_mobile));
    bk_row_text(&row, span_text(challenge->reason));
    buf_append_be64(&row, (uint64_t)challenge->issued_at_ms);
    buf_append_be32(&row, challenge->lifetime_ms);
    buf_append_be32(&row, challenge->wrong);
    buf_append_byte(&row, challenge->used);
    ENSURE(row.data == bytes);
    bk_db_put(challenges->db, BK_CHALLENGES, id_span(id), buf_span(&row));
}

static bool load(struct bk_challenges *challenges, const struct id *id,
                 struct challenge *challenge_out) {
    struct span row;
    if (!bk_db_get(challenges->db, BK_CHALLENGES, id_span(id), &row))
        return false;
    struct challenge *challenge = challenge_out;
    struct reader reader = reader_over(row);
    challenge->link = bk_row_read_id(&reader);
    (void)bk_row_read_string(&reader, challenge->code, sizeof(challenge->code));
    (void)bk_row_read_string(&reader, challenge->masked_mobile, sizeof(challenge->masked_mobile));
    (void)bk_row_read_string(&reader, challenge->reason, sizeof(challenge->reason));
    challenge->issued_at_ms = (int64_t)reader_be64(&reader);
    challenge->lifetime_ms = reader_be32(&reader);
    challenge->wrong = reader_be32(&reader);
    challenge->used = reader_u8(&reader) != 0;
    bk_row_done(&reader, "bk_challenge");
    return true;
}

static void make_code(char code_out[BK_CODE_DIGITS + 1]) {
    uint32_t chance;
    ENSURE(getrandom(&chance, sizeof(chance), 0) == (ssize_t)sizeof(chance));
    snprintf(code_out, BK_CODE_DIGITS + 1, "%06" PRIu32, chance % 1000000);
}

/* One line of the SMS file: mobile, code, what the customer reads. */
static void write_sms(struct bk_challenges *challenges, const struct bk_account *account,
                      const char *code, const struct issue_challenge *message) {
    char bank[BANK_CODE_TEXT_SIZE];
    char single[FEN_TEXT_SIZE], daily[FEN_TEXT_SIZE];
    char scopes[BK_WORDS_SIZE];
    char line[640];
    bank_code_format(message->requesting_bank, bank);
    fen_format(message->limits.single_fen, single);
    fen_format(message->limits.daily_fen, daily);
    bk_words_list(bk_words_scope, message->scopes, scopes);
    int size = snprintf(
        line, sizeof(line),
        "%s %s Bank %s wants to %s%s: %s; limits CNY %s each, CNY %s a day. Code "
        "%s%s. Tell nobody.\n",
        account->mobile, code, bank,
        message->amendment ? "widen what the link with your account allows" : "link your account",
        message->amendment ? " (it stays as it is without the code)" : "", scopes, single, daily,
        code, id_is_zero(&message->replaces) ? "" : ", in place of the one before");
    ENSURE(size > 0 && (size_t)size < sizeof(line));
    buf_append(&challenges->sms, line, (size_t)size);
}

/* The code that the new one takes the place of ends; its wrong tries count on. */
static void replace(struct bk_challenges *challenges, const struct issue_challenge *message,
                    struct challenge *challenge) {
    struct challenge before;
    if (id_is_zero(&message->replaces) || !load(challenges, &message->replaces, &before) ||
        !id_equal(&before.link, &message->link))
        return;
    challenge->wrong = before.wrong;
    before.used = true;
    save(challenges, &message->replaces, &before);
}

static void make(struct bk_challenges *challenges, const struct issue_challenge *message,
                 int64_t wall_ms, struct challenge *challenge_out) {
    const struct bk_account *account =
        bk_accounts_find(challenges->accounts, message->account_number);
    const char *reason = account != NULL ? bk_account_refusal(account, false) : "AC01";
    struct challenge challenge = {
        .link = message->link, .issued_at_ms = wall_ms, .lifetime_ms = challenges->lifetime_ms};
    if (*reason != '\0') {
        bool closed = account != NULL && account->status == ACCOUNT_CLOSED;
        snprintf(challenge.reason, sizeof(challenge.reason), "%s", closed ? "AC04" : reason);
    } else {
        make_code(challenge.code);
        snprintf(challenge.masked_mobile, sizeof(challenge.masked_mobile), "%.3s****%.4s",
                 account->mobile, account->mobile + 7);
        write_sms(challenges, account, challenge.code, message);
        replace(challenges, message, &challenge);
    }
    save(challenges, &message->challenge, &challenge);
    *challenge_out = challenge;
}

void bk_challenge_issue(struct bk_challenges *challenges, const struct issue_challenge *message,
                        int64_t wall_ms, struct issue_challenge_reply *reply_out) {
    struct challenge challenge;
    if (!load(challenges, &message->challenge, &challenge))
        make(challenges, message, wall_ms, &challenge);
    memcpy(challenges->masked_mobile, challenge.masked_mobile, sizeof(challenge.masked_mobile));
    memcpy(challenges->reason, challenge.reason, sizeof(challenge.reason));
    bool sent = *challenge.code != '\0';
    *reply_out = (struct issue_challenge_reply){
        .link = message->link,
        .challenge = message->challenge,
        .outcome = sent ? CHALLENGE_SENT : CHALLENGE_NOT_SENT,
        .masked_mobile = span_text(challenges->masked_mobile),
        .lifetime_ms = sent ? challenge.lifetime_ms : 0,
        .reason = span_text(challenges->reason),
    };
}

static enum challenge_outcome judge(struct bk_challenges *challenges,
                                    const struct check_challenge *message, int64_t wall_ms,
                                    uint32_t *tries_left_out) {
    struct challenge challenge;
    *tries_left_out = 0;
    if (!load(challenges, &message->challenge, &challenge) ||
        !id_equal(&challenge.link, &message->link) || *challenge.code == '\0')
        return CHALLENGE_EXPIRED;
    if (challenge.wrong >= challenges->tries)
        return CHALLENGE_TOO_MANY;
    if (challenge.used || wall_ms - challenge.issued_at_ms >= challenge.lifetime_ms)
        return CHALLENGE_EXPIRED;
    challenge.used = span_equal(message->code, span_text(challenge.code));
    if (!challenge.used)
        challenge.wrong++;
    save(challenges, &message->challenge, &challenge);
    *tries_left_out = challenges->tries - challenge.wrong;
    if (challenge.used)
        return CHALLENGE_RIGHT;
    return *tries_left_out > 0 ? CHALLENGE_WRONG : CHALLENGE_TOO_MANY;
}

void bk_challenge_check(struct bk_challenges *challenges, const struct check_challenge *message,
                        int64_t wall_ms, struct check_challenge_reply *reply_out) {
    struct check_challenge_reply reply = {.link = message->link, .attempt = message->attempt};
    struct span key = id_span(&message->attempt);
    struct span row;
    if (bk_db_get(challenges->db, BK_ATTEMPTS, key, &row)) {
        struct reader reader = reader_over(row);
        reply.outcome = (enum challenge_outcome)reader_u8(&reader);
        reply.tries_left = reader_be32(&reader);
        bk_row_done(&reader, "bk_attempt");
    } else {
        uint8_t bytes[5];
        reply.outcome = judge(challenges, message, wall_ms, &reply.tries_left);
        bytes[0] = (uint8_t)reply.outcome;
        put_be32(bytes + 1, reply.tries_left);
        bk_db_put(challenges->db, BK_ATTEMPTS, key, span_of(bytes, sizeof(bytes)));
    }
    *reply_out = reply;
}
