/*
 * Payees, in memory and as rows of the bank's store.
 *
 * Invariant: memory equals the rows of BK_PAYEES; a payee once known stays, under the name that it
 * had first. Moving its balance is the books'.
 */
#include "bank/payees.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/words.h"
#include "util/hmap.h"

#define KEY_SIZE (8 + ACCOUNT_NUMBER_MAX)

static struct span key_of(bank_code bank, struct span number, uint8_t bytes[KEY_SIZE]) {
    put_be64(bytes, bank);
    memcpy(bytes + 8, number.data, number.size);
    return span_of(bytes, 8 + number.size);
}

void bk_payee_save(struct bk_db *db, const struct bk_account *payee) {
    uint8_t key[KEY_SIZE];
    uint8_t bytes[160];
    struct buf row = {bytes, 0, sizeof(bytes)};
    buf_append_be64(&row, (uint64_t)payee->balance_fen);
    bk_row_text(&row, span_text(payee->name));
    ENSURE(row.data == bytes);
    bk_db_put(db, BK_PAYEES, key_of(payee->payee_at, span_text(payee->number), key),
              buf_span(&row));
}

static struct bk_account *add(struct bk_payees *payees, bank_code bank, struct span number,
                              struct span name) {
    if (payees->count == payees->cap) {
        payees->cap = payees->cap > 0 ? payees->cap * 2 : 16;
        payees->rows = xrealloc(payees->rows, payees->cap * sizeof(struct bk_account *));
    }
    struct bk_account *payee = xcalloc(1, sizeof(*payee));
    payee->payee_at = bank;
    payee->status = ACCOUNT_OPEN;
    memcpy(payee->number, number.data, number.size);
    payee->name = xcalloc(1, name.size + 1);
    bk_text_copy(payee->name, name.size + 1, name);
    payees->rows[payees->count++] = payee;
    uint8_t key[KEY_SIZE];
    ENSURE(hmap_put(payees->by_place, key_of(bank, number, key), payee) == NULL);
    return payee;
}

static bool load(void *context, struct span key, struct span value) {
    struct bk_payees *payees = context;
    struct reader place = reader_over(key);
    struct reader reader = reader_over(value);
    bank_code bank = reader_be64(&place);
    int64_t balance_fen = (int64_t)reader_be64(&reader);
    struct span name = bk_row_read_text(&reader);
    reader.failed |= place.failed || place.rest.size > ACCOUNT_NUMBER_MAX;
    bk_row_done(&reader, "bk_payee");
    add(payees, bank, place.rest, name)->balance_fen = balance_fen;
    return true;
}

void bk_payees_open(struct bk_payees *payees, struct bk_db *db) {
    *payees = (struct bk_payees){.db = db, .by_place = hmap_new()};
    bk_db_each(db, BK_PAYEES, load, payees);
}

void bk_payees_deinit(struct bk_payees *payees) {
    for (size_t i = 0; i < payees->count; i++) {
        free(payees->rows[i]->name);
        free(payees->rows[i]);
    }
    free(payees->rows);
    if (payees->by_place != NULL)
        hmap_free(payees->by_place);
    *payees = (struct bk_payees){0};
}

struct bk_account *bk_payees_find(const struct bk_payees *payees, bank_code bank,
                                  struct span number) {
    uint8_t key[KEY_SIZE];
    if (number.size == 0 || number.size > ACCOUNT_NUMBER_MAX)
        return NULL;
    return hmap_get(payees->by_place, key_of(bank, number, key));
}

struct bk_account *bk_payees_take(struct bk_payees *payees, bank_code bank, struct span number,
                                  struct span name) {
    struct bk_account *payee = bk_payees_find(payees, bank, number);
    if (payee != NULL)
        return payee;
    if (bank == 0 || !account_number_valid(number) || name.size > PERSON_NAME_MAX ||
        payees->count == BK_PAYEES_MAX)
        return NULL;
    payee = add(payees, bank, number, name);
    bk_payee_save(payees->db, payee);
    return payee;
}

struct bk_account *bk_payees_product(struct bk_payees *payees, struct span code) {
    struct bk_account *product = bk_payees_find(payees, BK_AT_PRODUCTS, code);
    if (product != NULL || code.size == 0 || code.size > ACCOUNT_NUMBER_MAX ||
        payees->count == BK_PAYEES_MAX)
        return product;
    product = add(payees, BK_AT_PRODUCTS, code, code);
    bk_payee_save(payees->db, product);
    return product;
}
