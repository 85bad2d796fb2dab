/*
 * The story of an object, built as JSON (ctl_shape_story) and printed from it.
 */
#ifndef LG_TOOLS_CTL_STORY_H
#define LG_TOOLS_CTL_STORY_H

#include "domain/types.h"
#include "tools/ctl_session.h"

#define CTL_STORY_BANKS 2
#define CTL_BANK_TEXT_SIZE 128
#define CTL_MONEY_SIZE 40
#define CTL_SHORT_TIME_SIZE 32

struct ctl_story_bank {
    char code[16];
    char name[65];
    bool known; /* the gateway told of it: */
    bool online;
    bool active;
    uint64_t unknown;
    bool held; /* it has seen a later state of this store */
};

struct ctl_story {
    struct ctl_session *session;
    const json_t *subject; /* the detail that is told of */
    json_t *told;          /* ctl_shape_story */
    struct ctl_story_bank banks[CTL_STORY_BANKS];
    int64_t now_ms;
};

/* Both banks of the subject are asked for; the story goes without what is not told of them. */
void ctl_story_begin(struct ctl_story *story, struct ctl_session *session, const char *kind,
                     const json_t *subject, const char *bank_key, const char *other_key);
/* The subject's history, a sentence a step. */
void ctl_story_history(struct ctl_story *story, const char *(*sentence_of)(const char *event));
/* Prints it, and frees it. */
enum ctl_exit ctl_story_end(struct ctl_story *story);

/* What an explain command does: gets the object, asks for the rest of its history, tells of it. */
enum ctl_exit ctl_explain(struct ctl_session *session, enum object_kind kind,
                          enum ctl_exit (*get)(struct ctl_session *session, json_t **detail_out),
                          void (*tell)(struct ctl_session *session, const json_t *detail));

/* A line of part "is", "stands", "waits" or "never". */
void ctl_tell(struct ctl_story *story, const char *part, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What an operator can do. command: behind the program's name; NULL: there is none for it. */
void ctl_tell_order(struct ctl_story *story, const char *command, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* " Reason AM04: insufficient funds.", or "" for none. */
void ctl_reason_text(const char *code, char *text_out, size_t size);
/* What an ISO 20022 code means here; NULL: not known. */
const char *ctl_reason_meaning(const char *code);

/* What happened with each event, for people. {Who} stands for who did it, {about} for what it
 * concerned. NULL: no such event. */
const char *ctl_link_sentence(const char *event);
const char *ctl_transfer_sentence(const char *event);
const char *ctl_order_sentence(const char *event);
const char *ctl_loan_sentence(const char *event);
const char *ctl_card_sentence(const char *event);

/* "1234.5678" of units in 1/10,000; "1.023456" of a price in 1/1,000,000 CNY. */
void ctl_units_of(const json_t *object, const char *key, char text_out[CTL_MONEY_SIZE]);
void ctl_price_of(const json_t *object, const char *key, char text_out[CTL_MONEY_SIZE]);
/* ---- members of a subject ---- */

const char *ctl_text_of(const json_t *object, const char *key); /* "": null */
int64_t ctl_number_of(const json_t *object, const char *key);
bool ctl_flag_of(const json_t *object, const char *key);
/* Shanghai's, to the second; "": null. */
void ctl_time_of(const json_t *object, const char *key, char text_out[CTL_SHORT_TIME_SIZE]);
/* ms since 1970; 0: null. */
int64_t ctl_ms_of(const json_t *object, const char *key);
void ctl_money_of(const json_t *object, const char *key, char text_out[CTL_MONEY_SIZE]);
/* Joined by ", "; "nothing" for none. */
void ctl_names_of(const json_t *array, char *text_out, size_t size);
/* "bank 102100099996 (its name)" of a code; "the gateway" for "". */
void ctl_bank_text(const struct ctl_story *story, const char *code,
                   char text_out[CTL_BANK_TEXT_SIZE]);
/* NULL: not one of the two, or nothing is known of it. */
const struct ctl_story_bank *ctl_bank_of(const struct ctl_story *story, const char *code);
/* Says which of the two banks is held, and what is to be done. */
void ctl_tell_held(struct ctl_story *story);
/* "3 h 20 min" */
void ctl_span_text(int64_t ms, char text_out[CTL_SHORT_TIME_SIZE]);
/* Says what was asked of a bank and when it is asked again, if anything is out. */
void ctl_tell_exchange(struct ctl_story *story);

#endif
