/*
 * What the laws share while they look at one store: reading, telling what was found, the sums that
 * are made anew, and histories. Internal to src/verify.
 */
#ifndef LG_VERIFY_LOOK_H
#define LG_VERIFY_LOOK_H

#include "store/catalogue.h"
#include "store/tables.h"
#include "util/hmap.h"
#include "verify/verify.h"

/* Notices whose entries came by one command: so that none is told twice. */
struct told {
    enum object_kind kind;
    struct id object;
    uint32_t entry;
};

/* What is counted of one bank. */
struct bank_sum {
    bank_code code;
    bool registered;
    struct bank_counters counters;
    uint64_t unanswered, unknown, uncredited, questions, events;
    uint64_t event_rows; /* notices of events that stand */
    /* Notices that histories owe it, and of these those after the command of its first row. */
    uint64_t owed, owed_after;
    uint64_t first_sequence; /* of the entry that the first row tells; UINT64_MAX: there is none */
    uint64_t rows, rows_after;
    uint64_t number, sequence; /* of the latest row: its own, and its entry's */
    struct told *told;
    size_t told_count, told_cap;
};

/* What is counted of one bank's money in one currency, and what its row says. */
struct money_sum {
    bank_code bank;
    char currency[CURRENCY_SIZE];
    int64_t reserved_fen, incoming_fen, net_fen;
    int64_t paid_in_fen, going_out_fen; /* of its payments into and out of its balance */
    struct position row;
    struct exposure_terms terms;
};

/* Of one pair, window and currency. */
struct net_sum {
    struct pair_net sum, row;
    bool has_row;
};

/* Of one pair and currency. */
struct pair_sum {
    struct pair_position sum, row;
};

struct look {
    struct store *store;
    const struct verify_sink *sink;
    struct verify_counts *counts;
    bool whole; /* every row is come upon: sums are compared, and damage is told where it stands */
    bool at_rest;
    struct store_meta meta;
    bool has_meta;
    bool dated;             /* meta is as late as the rows */
    struct rulebook book;   /* of all rules that were loaded */
    struct rulebook walked; /* of those whose rows were come upon */
    struct hmap *banks, *moneys, *nets, *pairs, *sold;
    struct id latest[OBJECT_EVENT + 1]; /* of each kind */
    struct audit_row audit;
    int failed; /* negative: reading came to its end */
};

struct about {
    enum object_kind kind;
    struct id id;
    bank_code bank;
};

static inline struct about about(enum object_kind kind, const struct id *id) {
    return (struct about){kind, *id, 0};
}
static inline struct about about_bank(bank_code bank) {
    return (struct about){.bank = bank};
}

void look_init(struct look *look, struct store *store, const struct verify_sink *sink,
               struct verify_counts *counts);
void look_deinit(struct look *look);
void look_found(struct look *look, enum law law, struct about about, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* What a getter gave. Damage was told, or will be, where the row stands; other errors end it. */
enum got { GOT, GOT_NONE, GOT_DAMAGED };
enum got look_got(struct look *look, int rc, struct about about);

enum got look_link(struct look *look, const struct id *id, struct link *link_out);
enum got look_transfer(struct look *look, const struct id *id, struct transfer *transfer_out);
enum got look_case(struct look *look, const struct id *id, struct inquiry_case *case_out);
enum got look_adjustment(struct look *look, const struct id *id, struct adjustment *adjustment_out);
enum got look_card(struct look *look, const struct id *id, struct card *card_out);
enum got look_event(struct look *look, const struct id *id, struct bank_event *event_out);
enum got look_product(struct look *look, const struct id *id, struct product *product_out);
enum got look_window(struct look *look, uint64_t number, struct window *window_out);

/* The id just before: what comes next after it is that object's own row, if it stands. */
struct id look_before(const struct id *id);

/* Made when there is none yet. Borrowed until look_deinit. */
struct bank_sum *look_bank(struct look *look, bank_code code);
struct money_sum *look_money(struct look *look, bank_code code, const char *currency);
struct net_sum *look_net(struct look *look, const struct pair_net *of);
struct pair_sum *look_pair(struct look *look, bank_code low, bank_code high, const char *currency);
/* Three capital letters. */
bool look_currency(const char *currency);
/* Adds, or tells that it wraps (I9). */
void look_add(struct look *look, int64_t *sum, int64_t fen, struct about about);

/* ---- life.c: histories ---- */

/* One object's life: who hears of its steps, and what its record says. */
struct life {
    struct about about;
    const struct history *history;
    uint32_t state;
    int64_t born_ms;
    bank_code first, second; /* the banks that hear of it */
    bool ends_expired;       /* of a link */
};

/* Told each entry, from the first; before is the state that it came upon. */
typedef void life_visit(void *context, uint32_t before, const struct history_entry *entry);
/* Its path, its times, and the notices that it owes. False: it could not be read to its end. */
bool life_check(struct look *look, const struct life *life, life_visit *visit, void *context);
/* I14 of an id: made at that time by that command, after those before it. */
void life_check_id(struct look *look, struct about about, int64_t at_ms, uint64_t sequence);
/* Neither before what came before it, nor later than the store. */
void life_check_time(struct look *look, struct about about, int64_t at_ms, uint64_t sequence,
                     int64_t before_ms, uint64_t before_sequence);
/* The sequence of the entry that a notice tells, if that entry owes one to that bank. */
enum got life_told(struct look *look, bank_code bank, const struct store_notice *notice,
                   uint64_t *sequence_out);

/* ---- notices.c ---- */
void notice_owed(struct look *look, bank_code bank, const struct told *told, uint64_t sequence);
void notice_first(struct look *look, struct bank_sum *sum);
void notice_row(struct look *look, const struct store_row *row);
void notice_finish(struct look *look, struct bank_sum *sum);

#endif
