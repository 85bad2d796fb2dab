/*
 * What the bank does with one request of the gateway's, apart from how and when it is answered.
 */
#ifndef LG_BANK_ASKED_H
#define LG_BANK_ASKED_H

#include "bank/bank.h"
#include "bank/deferrals.h"

/* A decoded request. */
struct bk_question {
    struct bk_incoming incoming;
    union {
        struct verify_account verify;
        struct recheck_account recheck;
        struct issue_challenge issue;
        struct check_challenge check;
        struct ask_account ask;
        struct ask_card card;
        struct order_instruction order;
        struct post_instruction post;
        struct inquire_posting inquire;
        struct cancel_posting cancel;
    } body;
    struct bk_fault fault;
};

/* Only a Class I bank is asked this. */
bool bk_asked_of_class1(uint32_t kind);
/* False: no request of the gateway's to a bank. */
bool bk_asked_known(uint32_t kind);
/* From the question's incoming; subject_out is what fault rules look at. 0; otherwise it cannot be
 * read as what it says it is. */
int bk_asked_decode(struct bk_question *question, struct arena *arena,
                    struct bk_fault_subject *subject_out) MUST_USE;
/* Acts and appends the answer's payload to out. REFUSAL_NONE, or what to refuse it with. The caller
 * commits before anything is sent. */
enum refusal_code bk_asked_act(struct bk_bank *bank, const struct bk_question *question,
                               struct buf *out) MUST_USE;

#endif
