/*
 * What goes into the ledger. Everything that can change anything is a command; so are the queries
 * that must see a bank's own writes. A command owns its memory (arena); spans in its body point
 * into it. DESIGN.md §2.
 */
#ifndef LG_DOMAIN_COMMAND_H
#define LG_DOMAIN_COMMAND_H

#include "domain/command_row.h"
#include "domain/message.h"
#include "domain/order.h"
#include "domain/recon_row.h"
#include "util/arena.h"

/* Where the answer goes: volatile, never logged, zero at replay. */
enum origin_kind { ORIGIN_NONE = 0, ORIGIN_BANK = 1, ORIGIN_ADMIN = 2, ORIGIN_INTERNAL = 3 };
struct origin {
    enum origin_kind kind;
    uint64_t connection;  /* id of the connection, never reused within a process */
    uint64_t correlation; /* the requester's */
};

struct bank_up {
    uint64_t last_notice_sequence;
    struct digest last_notice_token;
    bool has_token;
};
struct fetch_notices {
    uint64_t after_sequence;
    uint32_t max;
};
struct boot {
    struct digest store_id;
    uint32_t software_version;
};

struct command {
    enum command_kind kind;
    /* The bank that sent it; BANK_UP, BANK_DOWN, FETCH_NOTICES: whom it is about; else 0. */
    bank_code bank;
    struct digest pin;   /* of the session it came on; zero if none */
    uint32_t uid;        /* operator's, with operators' commands */
    uint32_t timeout_ms; /* of the envelope */
    struct origin origin;
    struct span payload; /* the exact bytes received; what the log keeps */
    union {
        struct boot boot;
        struct bank_up bank_up;
        struct bank bank_add;
        struct bank_disable bank_disable;
        struct unfreeze unfreeze;
        struct clock_accept clock_accept;
        struct fetch_notices fetch_notices;
        struct open_link open_link;
        struct verify_account_reply verify_answer;
        struct start_challenge start_challenge;
        struct issue_challenge_reply issue_answer;
        struct answer_challenge answer_challenge;
        struct check_challenge_reply check_answer;
        struct close_link close_link;
        struct get_link get_link;
        struct submit_transfer submit_transfer;
        struct posting_result posting_answer;
        struct confirm_credit confirm_credit;
        struct get_transfer get_transfer;
        struct ack_notices ack_notices;
        struct bank_enable bank_enable;
        struct bank_set bank_set;
        struct bank_resync bank_resync;
        struct rules_load rules_load;
        struct bank_pin bank_pin;
        struct hold_order hold_order;
        struct quarantine_order quarantine_order;
        struct decision decision;
        struct search search;
        struct unmask unmask;
        struct start_challenge resend_challenge;
        struct amend_link amend_link;
        struct rebind_link rebind_link;
        struct resume_link resume_link;
        struct place_hold place_hold;
        struct lift_hold lift_hold;
        struct report_account report_account;
        struct recheck_account_reply recheck_answer;
        struct list_links list_links;
        struct withdraw_consent withdraw_consent;
        struct apply_card apply_card;
        struct card_status card_status;
        struct ask_card_reply card_answer;
        struct get_card get_card;
        struct cancel_card cancel_card;
        struct step_up step_up;
        struct cancel_transfer cancel_transfer;
        struct submit_return submit_return;
        struct list_transfers list_transfers;
        struct query_account query_account;
        struct query_overview query_overview;
        struct balance_answer balance_answer;
        struct status_answer status_answer;
        struct open_case open_case;
        struct answer_case answer_case;
        struct get_case get_case;
        struct query_position query_position;
        struct propose_adjustment propose_adjustment;
        struct accept_adjustment accept_adjustment;
        struct get_adjustment get_adjustment;
        struct recon_row recon_row;
        struct transfer_resolve transfer_resolve;
        struct recon_order recon_order;
        struct cap_set cap_set;
        struct pair_cap_set pair_cap_set;
        struct funds_begin funds_begin;
        struct funds_end funds_end;
        struct query_totals query_totals;
        struct recon_page_query recon_page;
        struct upload_recon upload_recon;
        struct recon_result_query recon_result;
        struct window_order window_order;
        struct confirm_settlement confirm_settlement;
        struct get_window get_window;
        struct publish_product publish_product;
        struct list_products list_products;
        struct get_product get_product;
        union order_body order;
        union loan_body loan;
        struct offline_event offline_event;
        struct referral referral;
    } body;
    struct command *next; /* in whatever queue holds it */
    struct arena arena;
};

/* The request id of a request that changes something; NULL for all others. Borrowed. */
const struct id *command_request_id(const struct command *command);

/* An empty command with its arena (budget in bytes; 0: COMMAND_ARENA_BUDGET). */
#define COMMAND_ARENA_BUDGET (1u << 20)
struct command *command_new(enum command_kind kind);
void command_free(struct command *command);

#endif
