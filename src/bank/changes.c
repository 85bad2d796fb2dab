/*
 * Changes of accounts.
 *
 * Invariant: a row of BK_CHANGES holds all that may differ from the file, so that the last one
 * stands; an account without a row is as the file says. Balances are the books' and not touched.
 */
#include "bank/changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/words.h"
#include "util/text.h"

const char bk_change_names[] = "block, unblock, close, reopen, activate, class, mobile, holder, "
                               "deceased, dormant, awake, step-up, no-step-up";

static void save(struct bk_db *db, const struct bk_account *account) {
    uint8_t bytes[256];
    struct buf row = {bytes, 0, sizeof(bytes)};
    buf_append_byte(&row, (uint8_t)account->account_class);
    buf_append_byte(&row, (uint8_t)account->status);
    buf_append_byte(&row, account->deceased);
    buf_append_byte(&row, account->dormant);
    buf_append_byte(&row, account->step_up);
    bk_row_text(&row, span_text(account->mobile));
    bk_row_text(&row, span_text(account->id_number));
    bk_row_text(&row, span_text(account->name));
    ENSURE(row.data == bytes);
    bk_db_put(db, BK_CHANGES, span_text(account->number), buf_span(&row));
}

static void rename_holder(struct bk_account *account, const char *name) {
    char *copy = xstrdup(name);
    free(account->name);
    account->name = copy;
}

static bool load(void *context, struct span key, struct span value) {
    const struct bk_accounts *accounts = context;
    struct bk_account *account = bk_accounts_find(accounts, key);
    if (account == NULL)
        return true;
    char name[PERSON_NAME_MAX + 1];
    struct reader reader = reader_over(value);
    account->account_class = (enum account_class)reader_u8(&reader);
    account->status = (enum account_status)reader_u8(&reader);
    account->deceased = reader_u8(&reader) != 0;
    account->dormant = reader_u8(&reader) != 0;
    account->step_up = reader_u8(&reader) != 0;
    (void)bk_row_read_string(&reader, account->mobile, sizeof(account->mobile));
    (void)bk_row_read_string(&reader, account->id_number, sizeof(account->id_number));
    (void)bk_row_read_string(&reader, name, sizeof(name));
    bk_row_done(&reader, "bk_change");
    rename_holder(account, name);
    return true;
}

void bk_changes_open(struct bk_db *db, struct bk_accounts *accounts) {
    bk_db_each(db, BK_CHANGES, load, accounts);
}

static const char *change_class(struct bk_account *account, const char *value) {
    uint32_t account_class;
    if (value == NULL || !bk_word_find(bk_words_class, value, &account_class))
        return "to: 1, 2 or 3";
    account->account_class = (enum account_class)account_class;
    return NULL;
}

static const char *change_mobile(struct bk_account *account, const char *value) {
    if (value == NULL || !mobile_valid(span_text(value)))
        return "to: 11 digits that begin with 13 to 19";
    snprintf(account->mobile, sizeof(account->mobile), "%s", value);
    return NULL;
}

/* Another person: the ID number, then the name. */
static const char *change_holder(struct bk_account *account, const char *value, int64_t now_ms) {
    const char *name = value != NULL ? strchr(value, ',') : NULL;
    size_t size = name != NULL ? strlen(name + 1) : 0;
    if (size == 0 || size > PERSON_NAME_MAX || !text_is_clean(span_text(name + 1)) ||
        !resident_id_parse(span_of(value, (size_t)(name - value)), now_ms, account->id_number))
        return "to: ID-NUMBER,NAME";
    rename_holder(account, name + 1);
    return NULL;
}

static const struct {
    const char *name;
    enum account_status status;
} statuses[] = {{"block", ACCOUNT_BLOCKED},
                {"unblock", ACCOUNT_OPEN},
                {"close", ACCOUNT_CLOSED},
                {"reopen", ACCOUNT_OPEN},
                {"activate", ACCOUNT_OPEN}};

static bool change_status(struct bk_account *account, const char *change) {
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (strcmp(change, statuses[i].name) != 0)
            continue;
        account->status = statuses[i].status;
        return true;
    }
    return false;
}

static bool change_flag(struct bk_account *account, const char *change) {
    bool *const flags[] = {&account->deceased, &account->dormant, &account->dormant,
                           &account->step_up, &account->step_up};
    static const char *const names[] = {"deceased", "dormant", "awake", "step-up", "no-step-up"};
    static const bool values[] = {true, true, false, true, false};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (strcmp(change, names[i]) != 0)
            continue;
        *flags[i] = values[i];
        return true;
    }
    return false;
}

const char *bk_change(struct bk_db *db, struct bk_account *account, const char *change,
                      const char *value, int64_t now_ms) {
    const char *wrong = NULL;
    if (strcmp(change, "class") == 0)
        wrong = change_class(account, value);
    else if (strcmp(change, "mobile") == 0)
        wrong = change_mobile(account, value);
    else if (strcmp(change, "holder") == 0)
        wrong = change_holder(account, value, now_ms);
    else if (!change_status(account, change) && !change_flag(account, change))
        wrong = bk_change_names;
    if (wrong == NULL)
        save(db, account);
    return wrong;
}
