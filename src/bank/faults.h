/*
 * The fault script: what the bank gets wrong, and how. One rule a line:
 *
 *   MATCH... -> ACTION
 *
 * bk_faults_help prints the language; it is the whole documentation.
 */
#ifndef LG_BANK_FAULTS_H
#define LG_BANK_FAULTS_H

#include <stdio.h>

#include "domain/message.h"
#include "util/fatal.h"

#define BK_FAULTS_MAX 256

enum bk_action {
    BK_ACT_NONE,
    BK_ACT_REFUSE,
    BK_ACT_DELAY,
    BK_ACT_DELAY_POST,
    BK_ACT_DROP,
    BK_ACT_DROP_ANSWER,
    BK_ACT_ANSWER_TWICE,
    BK_ACT_DISCONNECT_BEFORE_POST,
    BK_ACT_DISCONNECT_AFTER_POST,
    BK_ACT_WRONG_CLASS,
    BK_ACT_WRONG_ELEMENT,
    BK_ACT_OTHER_HOLDER,
    BK_ACT_STEP_UP,
    BK_ACT_CONTRADICT,
    BK_ACT_TWICE,
    BK_ACT_TOO_MUCH
};

enum bk_element { BK_ELEMENT_NAME, BK_ELEMENT_ID_NUMBER, BK_ELEMENT_MOBILE, BK_ELEMENT_ACCOUNT };

struct bk_fault {
    enum bk_action action;
    char reason[REASON_SIZE]; /* REFUSE, CONTRADICT */
    uint32_t ms;              /* DELAY, DELAY_POST */
    enum bk_element element;  /* WRONG_ELEMENT */
    char method[17];          /* STEP_UP */
};

struct bk_fault_rule {
    uint32_t kind; /* enum message_kind; 0: any */
    char account[ACCOUNT_NUMBER_MAX + 1];
    enum posting_side side;
    int64_t fen;
    uint64_t nth, every;
    uint64_t seen; /* messages that fitted all the rest */
    struct bk_fault fault;
};

struct bk_faults {
    struct bk_fault_rule rules[BK_FAULTS_MAX];
    size_t count;
};

/* What a rule looks at. */
struct bk_fault_subject {
    uint32_t kind;
    struct span account; /* empty: the message names none */
    enum posting_side side;
    int64_t fen;
};

/* 0, or negative with reason_out. */
int bk_faults_load(const char *path, struct bk_faults *faults, char *reason_out,
                   size_t reason_size) MUST_USE;
/* One rule more, at the end. */
int bk_faults_add(struct bk_faults *faults, const char *rule, char *reason_out,
                  size_t reason_size) MUST_USE;
/* The first rule that fires decides; all count what they see. A rule without a kind never fires for
 * our own messages: ConfirmCredit, OrderResult, Payout, DecideLoan, DrawLoan. */
struct bk_fault bk_faults_match(struct bk_faults *faults, const struct bk_fault_subject *subject);
void bk_faults_help(FILE *out);

#endif
