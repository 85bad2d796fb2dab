/*
 * Reading the accounts file.
 *
 * Invariant: what was loaded is well-formed (identifiers with their check digits, amounts not
 * negative, numbers unique); a file with one bad line is refused whole, and says which line. The
 * file is never written: balances that moved live in the bank's store.
 */
#include "bank/accounts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/words.h"
#include "util/hmap.h"
#include "util/text.h"

#define FIELDS 11
#define LINE_SIZE 1024

struct loading {
    const char *path;
    unsigned line;
    int64_t now_ms;
    struct bk_accounts accounts;
    size_t cap;
    char *reason;
    size_t reason_size;
};

static int refuse(const struct loading *loading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(const struct loading *loading, const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    /* The analyzer does not know va_start here. NOLINTNEXTLINE(clang-analyzer-valist*) */
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    text_make_clean(text);
    snprintf(loading->reason, loading->reason_size, "%s:%u: %s", loading->path, loading->line,
             text);
    return -1;
}

static bool parse_fen(const char *text, int64_t *fen_out) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < 0)
        return false;
    *fen_out = value;
    return true;
}

static int parse_person(struct loading *loading, char **fields, struct bk_account *account) {
    struct span name = span_text(fields[0]);
    if (name.size == 0 || name.size > PERSON_NAME_MAX || !text_is_clean(name))
        return refuse(loading, "name: 1 to %d bytes of clean UTF-8", PERSON_NAME_MAX);
    if (!resident_id_parse(span_text(fields[1]), loading->now_ms, account->id_number))
        return refuse(loading, "id_number: no resident ID number (18 characters, check digit)");
    if (!mobile_valid(span_text(fields[2])))
        return refuse(loading, "mobile: 11 digits that begin with 13 to 19");
    if (!account_number_valid(span_text(fields[3])))
        return refuse(loading, "account: 5 to 34 digits and capital letters");
    snprintf(account->mobile, sizeof(account->mobile), "%s", fields[2]);
    snprintf(account->number, sizeof(account->number), "%s", fields[3]);
    return 0;
}

static int parse_terms(struct loading *loading, char **fields, struct bk_account *account) {
    uint32_t account_class, status, opening, joint, credit, minor;
    if (!bk_word_find(bk_words_class, fields[4], &account_class))
        return refuse(loading, "class: 1, 2 or 3");
    if (!bk_word_find(bk_words_status, fields[5], &status))
        return refuse(loading, "status: open, not-activated, closed or blocked");
    if (!bk_word_find(bk_words_opening, fields[6], &opening))
        return refuse(loading, "opening: remote or counter");
    if (!parse_fen(fields[7], &account->balance_fen))
        return refuse(loading, "balance_fen: a whole number of fen, not negative");
    if (!bk_word_find(bk_words_yes, fields[8], &joint) ||
        !bk_word_find(bk_words_yes, fields[9], &credit) ||
        !bk_word_find(bk_words_yes, fields[10], &minor))
        return refuse(loading, "joint, credit, minor: yes or no");
    account->account_class = (enum account_class)account_class;
    account->status = (enum account_status)status;
    account->opening = (enum account_opening)opening;
    account->joint = joint;
    account->credit = credit;
    account->minor = minor;
    return 0;
}

static int parse_line(struct loading *loading, char *line) {
    char *fields[FIELDS];
    size_t count = 0;
    for (char *rest = line; rest != NULL;) {
        char *field = strsep(&rest, ",");
        if (count < FIELDS)
            fields[count] = field;
        count++;
    }
    if (count != FIELDS)
        return refuse(loading, "%zu fields, not %d: %s", count, FIELDS, BK_ACCOUNTS_HEADER);
    struct bk_account account = {0};
    int failed = parse_person(loading, fields, &account);
    if (!failed)
        failed = parse_terms(loading, fields, &account);
    if (failed)
        return failed;
    struct bk_accounts *accounts = &loading->accounts;
    if (accounts->count == BK_ACCOUNTS_MAX)
        return refuse(loading, "more than %d accounts", BK_ACCOUNTS_MAX);
    if (accounts->count == loading->cap) {
        loading->cap = loading->cap > 0 ? loading->cap * 2 : 64;
        accounts->rows = xrealloc(accounts->rows, loading->cap * sizeof(*accounts->rows));
    }
    account.name = xstrdup(fields[0]);
    accounts->rows[accounts->count++] = account;
    return 0;
}

static int read_lines(struct loading *loading, FILE *file) {
    char line[LINE_SIZE];
    bool header = false;
    while (fgets(line, sizeof(line), file) != NULL) {
        loading->line++;
        size_t size = strcspn(line, "\r\n");
        if (line[size] == '\0' && size == sizeof(line) - 1)
            return refuse(loading, "the line is longer than %zu bytes", sizeof(line) - 2);
        line[size] = '\0';
        if (size == 0 || line[0] == '#')
            continue;
        int failed = 0;
        if (header)
            failed = parse_line(loading, line);
        else if (strcmp(line, BK_ACCOUNTS_HEADER) != 0)
            failed = refuse(loading, "the first line must be: %s", BK_ACCOUNTS_HEADER);
        header = true;
        if (failed)
            return failed;
    }
    if (ferror(file))
        return refuse(loading, "cannot be read: %s", strerror(errno));
    if (!header)
        return refuse(loading, "the file is empty; its first line must be: %s", BK_ACCOUNTS_HEADER);
    return 0;
}

static int index_numbers(struct loading *loading) {
    struct bk_accounts *accounts = &loading->accounts;
    accounts->by_number = hmap_new();
    for (size_t i = 0; i < accounts->count; i++) {
        struct bk_account *account = &accounts->rows[i];
        if (hmap_put(accounts->by_number, span_text(account->number), account) != NULL)
            return refuse(loading, "the account of entry %zu is there twice", i + 1);
    }
    return 0;
}

int bk_accounts_load(const char *path, int64_t now_ms, struct bk_accounts *accounts_out,
                     char *reason_out, size_t reason_size) {
    struct loading loading = {
        .path = path, .now_ms = now_ms, .reason = reason_out, .reason_size = reason_size};
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return refuse(&loading, "cannot be opened: %s", strerror(errno));
    int failed = read_lines(&loading, file);
    fclose(file);
    if (!failed)
        failed = index_numbers(&loading);
    if (failed) {
        bk_accounts_deinit(&loading.accounts);
        return failed;
    }
    *accounts_out = loading.accounts;
    return 0;
}

void bk_accounts_deinit(struct bk_accounts *accounts) {
    for (size_t i = 0; i < accounts->count; i++)
        free(accounts->rows[i].name);
    free(accounts->rows);
    if (accounts->by_number != NULL)
        hmap_free(accounts->by_number);
    *accounts = (struct bk_accounts){0};
}

struct bk_account *bk_accounts_find(const struct bk_accounts *accounts, struct span number) {
    if (number.size == 0 || number.size > ACCOUNT_NUMBER_MAX)
        return NULL;
    return hmap_get(accounts->by_number, number);
}

const char *bk_account_refusal(const struct bk_account *account, bool debit) {
    if (account->deceased)
        return "MD07";
    if (account->status == ACCOUNT_CLOSED)
        return debit ? "AC05" : "AC07";
    if (account->status != ACCOUNT_OPEN)
        return "AC06";
    return account->dormant ? "NOCM" : "";
}

const char *bk_class_name(enum account_class account_class) {
    switch (account_class) {
    case ACCOUNT_CLASS_I:
        return "I";
    case ACCOUNT_CLASS_II:
        return "II";
    case ACCOUNT_CLASS_III:
        return "III";
    case ACCOUNT_CLASS_NONE:
        break;
    }
    return "";
}
