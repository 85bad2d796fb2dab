/*
 * The table of commands, and the words of a line.
 *
 * Invariant: every command answers its session exactly once, an unknown one and a wrong option
 * included. What a command does stands in ask_*.c, local.c and show.c.
 */
#include "bank/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"

static void command_help(const struct bk_call *call);

static const struct {
    const char *name;
    void (*run)(const struct bk_call *call);
    const char *help;
} commands[] = {
    {"status", bk_command_status, "connections, open requests, last notice"},
    {"wait", bk_command_wait, "[timeout_ms=30000]: until a connection to the gateway works"},

    {"open-link", bk_command_open_link,
     "class2=NUMBER class1_bank=CODE class1=NUMBER [name= id= mobile= class= opening= scopes= "
     "single_fen= daily_fen= daily_count= yearly_fen= ends_on= consent=0 agreement=0 timeout_ms= "
     "request_id=]: name, id and mobile are those of the class2 account's holder if not given; "
     "scopes: collect, pay, pay-fallback, balance, products, with commas and no spaces between"},
    {"rebind", bk_command_rebind,
     "LINK class1_bank=CODE class1=NUMBER [as open-link]: another account in place of the bound "
     "one"},
    {"resume", bk_command_resume,
     "LINK [name= id= mobile= consent=0 timeout_ms= request_id=]: go on with fresh elements"},
    {"amend", bk_command_amend,
     "LINK scopes= single_fen= daily_fen= daily_count= yearly_fen= [agreement=0 ends_on= "
     "request_id=]: other scopes and limits; those not given are none"},
    {"challenge", bk_command_challenge, "LINK [timeout_ms= request_id=]: send the customer a code"},
    {"resend-code", bk_command_resend_code,
     "LINK [timeout_ms= request_id=]: another code in place of the one that is out"},
    {"answer", bk_command_answer, "LINK CODE [timeout_ms= request_id=]: the code that was typed"},
    {"withdraw-consent", bk_command_withdraw_consent, "LINK [request_id=]"},
    {"close-link", bk_command_close_link, "LINK [reason=CUST request_id=]"},
    {"get-link", bk_command_get_link, "LINK, or request_id=ID: what the gateway holds"},
    {"list-links", bk_command_list_links,
     "[after= max= state= account=]: a page of what the gateway holds; go on with after=next"},

    {"apply-card", bk_command_apply_card,
     "class1_bank=CODE [class2=NUMBER name= id= mobile= delivery=mail|counter to= consent=0 "
     "timeout_ms= request_id=]: for another bank's card; the person as in open-link"},
    {"card-status", bk_command_card_status,
     "CARD EVENT [number= reason= request_id=]: tell the gateway what became of a card of this "
     "bank: taken, issued (number=), dispatched, lost, activated, refused (reason=)"},
    {"cancel-card", bk_command_cancel_card, "CARD [reason=CUST request_id=]"},
    {"get-card", bk_command_get_card, "CARD: what the gateway holds"},

    {"hold", bk_command_hold,
     "LINK [by=bank|customer|court blocks=all reason= legal= expires_in_ms= request_id=]: blocks: "
     "debit1, credit1, debit2, credit2, orders"},
    {"lift", bk_command_lift, "LINK HOLD [by=bank reason= request_id=]"},
    {"report", bk_command_report,
     "NUMBER EVENT [class= opening= in_day_fen= in_year_fen= out_day_fen= out_year_fen= "
     "request_id=]: tell the gateway what became of an account: "
     "activated, card-refused, class, closed, blocked, unblocked, deceased, mobile, document, "
     "dormant, limit: what its class may still take in and give out"},
    {"balance", bk_command_balance, "LINK [timeout_ms=]: of the other bank's account"},
    {"overview", bk_command_overview,
     "LINK, or account=NUMBER [after= timeout_ms=]: the balances at the other ends of all links of "
     "this bank's own account; go on with after=next"},
    {"totals", bk_command_totals,
     "[window= after=] or list=holdings|loans [from=]: what the gateway has of a window adds up "
     "to; "
     "the open one if not given; holdings and loans come in pieces: go on with from=next"},
    {"recon-page", bk_command_recon_page,
     "[window=|list=holdings|loans after= max=]: the gateway's rows of a window, of the links, of "
     "holdings or loans; go on with after=next"},
    {"recon-list", bk_command_recon_list,
     "WINDOW|links|holdings|loans FILE [day=]: this bank's own list, from its own books, as a "
     "file; day: "
     "its "
     "business date, if not as the gateway told it"},
    {"recon-upload", bk_command_recon_upload,
     "FILE: sends such a list to the gateway, which compares it"},
    {"recon-result", bk_command_recon_result,
     "SHA256 [from= max=]: what came of that list; go on with from=next"},
    {"position", bk_command_position,
     "[after=BANK max=]: what this bank owes and may owe, and what it has with each other bank; go "
     "on "
     "with after=next"},
    {"account-status", bk_command_account_status, "LINK [timeout_ms=]: of the same"},

    {"transfer", bk_command_transfer,
     "link=ID dir=push|pull fen=N [timeout_ms= currency=CNY purpose= remittance= request_id= "
     "final=1]: final=1 waits beyond UNKNOWN; a request_id that was used before only asks the "
     "gateway again. kind=payment or kind=bill merchant=NAME payee=NUMBER payee_bank=CODE "
     "[payee_name= merchant_id= category= order= terminal=]: pays somebody, by pull from the "
     "linked "
     "account, by push from the own. kind=non-bound-in, non-bound-out, counter-in, counter-out "
     "other=NUMBER [other_name=]: somebody else's account at the Class I bank; cash-in, cash-out, "
     "loan-own, loan-other"},
    {"return", bk_command_return,
     "TRANSFER fen=N [reason=CUST remittance= timeout_ms= request_id= final=1]: money back"},
    {"cancel", bk_command_cancel,
     "TRANSFER, or submit=REQUEST [reason=CUST timeout_ms= request_id=]: bar it"},
    {"confirm-credit", bk_command_confirm_credit,
     "TRANSFER: say that the money of a pull is there, where a fault rule kept it back"},
    {"get-transfer", bk_command_get_transfer, "ID, or request_id=ID: what the gateway holds"},
    {"list-transfers", bk_command_list_transfers,
     "[after= max= link= state= from_ms= to_ms= min_fen= max_fen=]: as list-links"},
    {"load", bk_command_load,
     "link=ID[,ID...]|all count=N [inflight=32 push=50 amount=100 returns=0 cancels=0 "
     "timeout_ms=]: N transfers over these links, push in percent, until each is final; what was "
     "refused because a bank was away goes again under a new id; in percent, accepted pulls are "
     "returned and transfers cancelled"},

    {"case-open", bk_command_case_open,
     "TRANSFER text= [subject=outcome|amount|not-credited|not-authorised|other request_id=], or "
     "LINK "
     "link=1 text= [subject=not-authorised|link-diff|other request_id=]"},
    {"case-answer", bk_command_case_answer,
     "CASE [outcome=explained|admitted|denied text= close=1 request_id=]"},
    {"case-get", bk_command_case_get, "CASE: what the gateway holds"},
    {"adjust", bk_command_adjust,
     "CASE debtor=BANK creditor=BANK fen= text= [request_id=]: propose that one owes the other"},
    {"adjust-answer", bk_command_adjust_answer,
     "ADJUSTMENT [reject=1 request_id=]: accept it; decline it, or take back one's own"},
    {"adjust-get", bk_command_adjust_get, "ADJUSTMENT: what the gateway holds"},
    {"event", bk_command_event,
     "LINK [type=cash-deposit fen= place= ago_ms=0 request_id=]: what happened at a counter to "
     "this "
     "bank's account of the link: cash-deposit, cash-withdrawal, transfer, card-replaced, "
     "card-lost, "
     "details, service"},
    {"refer", bk_command_refer,
     "bank=CODE [account=NUMBER name= id= mobile= purpose=REFERRAL consent=1 request_id=]: a "
     "person, "
     "a customer of ours or another, to that bank"},
    {"product-publish", bk_command_product_publish,
     "CODE sha256=HEX [version=1 state=on-sale|suspended|withdrawn kind=wealth|fund|deposit|loan "
     "name= risk=1 min_fen=100 step_fen=1 person_max_fen= term_days= rate= cut_off= confirm_days=1 "
     "payout_days= partner=CODE lead_share= lead_interest_share= daily_rate= instalments= "
     "grace_days= quota_fen= from_ms= until_ms= price= price_date=YYYY-MM-DD banks=CODE,...|all "
     "request_id=]: as an issuer; all terms, and how it is sold"},
    {"product-state", bk_command_product_state,
     "CODE version=N [state=suspended|on-sale|withdrawn request_id=]: the rest stays as it was"},
    {"product-get", bk_command_product_get,
     "CODE [issuer=OWN version=]: a product as the gateway holds it"},
    {"product-list", bk_command_product_list,
     "[after= max= kind= risk_max= issuer=]: the catalogue, as far as this bank may see it; after: "
     "what changed since that number"},
    {"place-order", bk_command_place_order,
     "link=ID issuer=CODE product=CODE fen=N [pays=2 level=5 assessed=TODAY version= sha256= "
     "consent=HEX currency=CNY timeout_ms= request_id= final=1]: of a product, in this bank's own "
     "channel; version and sha256 are those that this bank was told last; pays: the class of the "
     "account; final=1 waits until it is paid"},
    {"cancel-order", bk_command_cancel_order, "ORDER [reason=CUST request_id=]"},
    {"redeem", bk_command_redeem,
     "ORDER [units=0 request_id=]: in 1/10,000; 0: all; of a deposit: withdraws"},
    {"get-order", bk_command_get_order, "ORDER: what the gateway holds"},
    {"list-holdings", bk_command_list_holdings,
     "LINK [issuer= product= all=1 after= max=]: orders that hold units, or all; go on with "
     "after=next"},
    {"order-result", bk_command_order_result,
     "ORDER confirmed|refused|lapsed [units= price=1000000 fen= on=TODAY reason=AM21 reference= "
     "request_id=]: as the issuer; what is not given is all that was paid"},
    {"payout", bk_command_payout,
     "ORDER [purpose=redemption|income|maturity units= price= fen= request_id= final=1]: as the "
     "issuer; what is not given is what was redeemed, or is left, as it was bought"},
    {"offer-loan", bk_command_offer_loan,
     "LINK product=CODE fen=MAXIMUM [version=1 until_ms=0 request_id=]: as the lead: the customer "
     "of "
     "that link may apply"},
    {"apply-loan", bk_command_apply_loan,
     "LOAN fen=N sha256=HEX [account=2 consent=HEX authorisations=2 timeout_ms= request_id=]: the "
     "account that is paid and pays back, 1 or 2; the text of the product; for how many of the "
     "lenders an authorisation is sent"},
    {"decide-loan", bk_command_decide_loan,
     "LOAN [fen=LIMIT | decline=CODE] [request_id=]: this lender's word"},
    {"draw-loan", bk_command_draw_loan,
     "LOAN fen=N [timeout_ms= request_id= final=1]: of both lenders"},
    {"repay-loan", bk_command_repay_loan,
     "LOAN fen=N [interest_fen=0 timeout_ms= request_id= final=1]: what the customer pays, and "
     "what "
     "of it is interest"},
    {"quote-repayment", bk_command_quote_repayment, "LOAN [date=TODAY]: what is owed then"},
    {"loan-status", bk_command_loan_status,
     "LOAN schedule instalments=DATE:FEN,... | LOAN waived fen=N | LOAN written-off|cancelled "
     "[reason=NARR] [request_id=]: what the lead rules"},
    {"get-loan", bk_command_get_loan, "LOAN: as the gateway holds it"},
    {"list-loans", bk_command_list_loans, "LINK [after= max=]: go on with after=next"},
    {"window", bk_command_window,
     "[window=0 after=]: a settlement window and this bank's nets, as the gateway holds them; 0 is "
     "the one that is open"},
    {"settle", bk_command_settle,
     "window=N with=CODE fen=N [reference= request_id=]: that net was paid"},

    {"account", bk_command_account,
     "NUMBER CHANGE [to=VALUE]: block, unblock, close, reopen, activate, class (to=1), mobile "
     "(to=NUMBER), holder (to=ID-NUMBER,NAME), deceased, dormant, awake, step-up, no-step-up; the "
     "gateway hears of it by `report` alone"},
    {"confirm", bk_command_confirm, "TRANSFER: the customer confirmed a debit that waits for it"},
    {"decline", bk_command_decline, "TRANSFER [reason=MS02]: the customer did not"},

    {"accounts", bk_command_accounts, "[NUMBER]: accounts and balances"},
    {"payees", bk_command_payees, "whom this bank paid for its customers, and how much"},
    {"links", bk_command_links, "links that this bank knows"},
    {"postings", bk_command_postings,
     "[limit=1000]: what was posted, refused or barred for others"},
    {"transfers", bk_command_transfers, "[limit=1000]: what became of our own"},
    {"cases", bk_command_cases, "[limit=1000]: as the last notice told them"},
    {"adjustments", bk_command_adjustments, "[limit=1000]: likewise"},
    {"loans", bk_command_loans, "[limit=1000]: as the gateway told them last"},
    {"debts", bk_command_debts,
     "[limit=1000]: loans in this bank's own book: its share lent and got back, and what its "
     "customers were paid and paid"},
    {"cards", bk_command_cards, "[limit=1000]: applications, likewise"},
    {"orders", bk_command_orders, "[limit=1000]: as the last notice told them"},
    {"lots", bk_command_lots,
     "[limit=1000]: as an issuer: what was paid for its products, by its own book"},
    {"products", bk_command_products, "[limit=1000]: as the last notice told them"},
    {"windows", bk_command_windows, "[limit=1000]: settlement windows, likewise"},
    {"events", bk_command_events,
     "[limit=1000]: what other banks reported, and whom they referred"},
    {"notices", bk_command_notices, "[limit=1000]: the last ones, with what happened"},
    {"system", bk_command_system,
     "who takes part, what day it is, and the last alert of this bank's exposure"},
    {"books", bk_command_books, "sums of what moved, and balances"},
    {"sms", bk_command_sms, "MOBILE: the last message that a customer got, with its code"},

    {"fault", bk_command_fault, "RULE: one rule more (see linkgate-bank --help-faults)"},
    {"faults-clear", bk_command_faults_clear, "forget all rules"},
    {"disconnect", bk_command_disconnect, "cut all connections; they come back"},
    {"raw-request", bk_command_raw_request,
     "kind=N [payload=HEX timeout_ms=]: any request; prints the answer"},
    {"raw-frame", bk_command_raw_frame, "HEX: any bytes inside TLS, as they are"},
    {"stop", bk_command_stop, "end the bank"},
    {"help", command_help, "this list"},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

void bk_command_run(struct bk_session *session, int count, char **words) {
    const struct bk_call call = {session, count, words};
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, words[0]) == 0) {
            commands[i].run(&call);
            return;
        }
    }
    bk_session_error(session, "no such command: `help` lists them");
}

const char *bk_call_option(const struct bk_call *call, const char *name) {
    size_t size = strlen(name);
    for (int i = 1; i < call->count; i++) {
        if (strncmp(call->words[i], name, size) == 0 && call->words[i][size] == '=')
            return call->words[i] + size + 1;
    }
    return NULL;
}

const char *bk_call_word(const struct bk_call *call, int index) {
    for (int i = 1; i < call->count; i++) {
        if (strchr(call->words[i], '=') == NULL && index-- == 0)
            return call->words[i];
    }
    return NULL;
}

static bool complain(const struct bk_call *call, const char *name, const char *text) {
    char line[BK_WORDS_SIZE + 64];
    snprintf(line, sizeof(line), "%s: %s", name, text);
    bk_session_error(call->session, line);
    return false;
}

bool bk_call_fen(const struct bk_call *call, const char *name, int64_t *value_out) {
    const char *text = bk_call_option(call, name);
    if (text == NULL)
        return true;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        return complain(call, name, "a whole number of 64 bits");
    *value_out = value;
    return true;
}

bool bk_call_number(const struct bk_call *call, const char *name, uint32_t *value_out) {
    int64_t value = *value_out;
    if (!bk_call_fen(call, name, &value))
        return false;
    if (value < 0 || value > UINT32_MAX)
        return complain(call, name, "a whole number from 0 to 4294967295");
    *value_out = (uint32_t)value;
    return true;
}

bool bk_call_id(const struct bk_call *call, const char *name, struct id *value_out) {
    const char *text = bk_call_option(call, name);
    if (text == NULL || id_parse(text, value_out))
        return true;
    return complain(call, name, "32 hex digits");
}

bool bk_call_bank(const struct bk_call *call, const char *name, bank_code *value_out) {
    int64_t value = (int64_t)*value_out;
    if (!bk_call_fen(call, name, &value))
        return false;
    if (value < 0)
        return complain(call, name, "a bank's code");
    *value_out = (bank_code)value;
    return true;
}

bool bk_call_day(const struct bk_call *call, const char *name, int64_t *value_out) {
    const char *text = bk_call_option(call, name);
    if (text == NULL || date_parse(span_text(text), value_out))
        return true;
    return complain(call, name, "a date, YYYY-MM-DD");
}

bool bk_call_choice(const struct bk_call *call, const char *name, const struct bk_word *words,
                    uint32_t *value_out) {
    const char *text = bk_call_option(call, name);
    char list[BK_WORDS_SIZE];
    if (text == NULL || bk_word_find(words, text, value_out))
        return true;
    bk_words_list(words, UINT32_MAX, list);
    return complain(call, name, list);
}

bool bk_call_choices(const struct bk_call *call, const char *name, const struct bk_word *words,
                     uint32_t *bits_out) {
    const char *text = bk_call_option(call, name);
    char list[BK_WORDS_SIZE];
    if (text == NULL || bk_words_bits(words, text, bits_out))
        return true;
    bk_words_list(words, UINT32_MAX, list);
    return complain(call, name, list);
}

struct span bk_call_text(const struct bk_call *call, const char *name, const char *fallback) {
    const char *text = bk_call_option(call, name);
    return span_text(text != NULL ? text : fallback);
}

bool bk_call_word_id(const struct bk_call *call, int index, const char *what,
                     struct id *value_out) {
    const char *text = bk_call_word(call, index);
    if (text != NULL && id_parse(text, value_out))
        return true;
    return complain(call, what, "its id is wanted here, 32 hex digits");
}

static void command_help(const struct bk_call *call) {
    for (size_t i = 0; i < COMMANDS; i++) {
        struct bk_json json = bk_session_line(call->session);
        bk_json_string(&json, "command", commands[i].name);
        bk_json_string(&json, "help", commands[i].help);
        bk_json_end(&json);
    }
    struct bk_json json = bk_session_result(call->session, "granted");
    bk_session_end(call->session, &json);
}
