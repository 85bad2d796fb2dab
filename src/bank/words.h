/*
 * The words of commands, fault rules and files for the values of messages. One table for each.
 */
#ifndef LG_BANK_WORDS_H
#define LG_BANK_WORDS_H

#include "util/bytes.h"

#define BK_WORDS_SIZE 224 /* room for all words of any table, with ", " between */

/* A table ends with a name of NULL. */
struct bk_word {
    const char *name;
    uint32_t value;
};

extern const struct bk_word bk_words_class[];   /* 1, 2, 3 */
extern const struct bk_word bk_words_status[];  /* open, not-activated, closed, blocked */
extern const struct bk_word bk_words_opening[]; /* remote, counter */
extern const struct bk_word bk_words_yes[];     /* no, yes */
extern const struct bk_word bk_words_side[];    /* debit, credit */
extern const struct bk_word bk_words_scope[];
extern const struct bk_word bk_words_block[];
extern const struct bk_word bk_words_authority[];
extern const struct bk_word bk_words_report[];   /* events of ReportAccount */
extern const struct bk_word bk_words_delivery[]; /* of a card */
extern const struct bk_word bk_words_card[];     /* events of CardStatus */
extern const struct bk_word bk_words_overview[];
extern const struct bk_word bk_words_recon[]; /* of reconciliation, beside transfers */
extern const struct bk_word bk_words_event[]; /* types of OfflineEvent */
extern const struct bk_word bk_words_kind[];  /* of transfers */
extern const struct bk_word bk_words_subject[];
extern const struct bk_word bk_words_outcome[]; /* of cases */

bool bk_word_find(const struct bk_word *words, const char *name, uint32_t *value_out);
/* "": none. */
const char *bk_word_of(const struct bk_word *words, uint32_t value);
/* "a, b, c" of those values whose bit (1 << value) is set; all with UINT32_MAX. */
void bk_words_list(const struct bk_word *words, uint32_t bits, char text_out[BK_WORDS_SIZE]);
/* Words with commas between; "all" is every one, "" none. False: a word is not in the table. */
bool bk_words_bits(const struct bk_word *words, const char *text, uint32_t *bits_out);

/* With its NUL; a text that does not fit leaves "". */
void bk_text_copy(char *text_out, size_t size, struct span text);

#endif
