/*
 * The inside of a bank for a test: accounts, payees and books over a real store that can be closed
 * and opened again.
 */
#ifndef LG_TESTS_BANK_TILL_H
#define LG_TESTS_BANK_TILL_H

#include "bank/folder.h"

#include "bank/books.h"
#include "bank/changes.h"

#define NOW_MS 1798732799000 /* 2026-12-31 23:59:59 in Shanghai */
#define OWN 999100000020     /* the bank */
#define MAP_BYTES (UINT64_C(64) << 20)
#define PERSON "Wang Min,999999199001010016,13800000001,"

static const char accounts_text[] = BK_ACCOUNTS_HEADER
    "\n" PERSON "OPEN1,1,open,counter,1000,no,no,no\n" PERSON
    "BLOCKED1,1,blocked,counter,1000,no,no,no\n" PERSON
    "CLOSED1,1,closed,counter,1000,no,no,no\n" PERSON "SMALL3,3,open,remote,199999,no,no,no\n";

struct world {
    struct folder folder;
    struct bk_db *db;
    struct bk_accounts accounts;
    struct bk_payees payees;
    struct bk_books books;
};

static inline void open_bank(struct world *world) {
    char path[FOLDER_PATH_SIZE];
    char reason[256] = "";
    if (bk_accounts_load(folder_file(&world->folder, "accounts", NULL, path), NOW_MS,
                         &world->accounts, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    if (bk_db_open(world->folder.path, MAP_BYTES, &world->db, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    bk_changes_open(world->db, &world->accounts);
    bk_payees_open(&world->payees, world->db);
    bk_books_open(&world->books, OWN, world->db, &world->accounts, &world->payees);
}

static inline void close_bank(struct world *world) {
    bk_db_close(world->db);
    bk_payees_deinit(&world->payees);
    bk_accounts_deinit(&world->accounts);
}

/* A kill: what was not committed is gone. */
static inline void reopen(struct world *world) {
    close_bank(world);
    open_bank(world);
}

static inline void open_world(struct world *world) {
    char path[FOLDER_PATH_SIZE];
    folder_open(&world->folder);
    folder_file(&world->folder, "accounts", accounts_text, path);
    open_bank(world);
}

static inline void close_world(struct world *world) {
    close_bank(world);
    folder_close(&world->folder);
}

#endif
