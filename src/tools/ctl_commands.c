/*
 * The table of commands, and the program around it.
 *
 * Invariant: a command is in this table or does not exist: --help, completion, the man page's and the
 * documents' tests all read it. Arguments are checked before the gateway is asked, so that exit
 * status 1 always means its word and not ours.
 */
#include "tools/ctl_commands.h"

#include <string.h>

#include "tools/ctl_values.h"

#define B(name) CTL_BIT(name)
#define PAGES (B(LIMIT) | B(AFTER) | B(FROM) | B(TO))

static const struct ctl_command commands[] = {
    {"status", "", 0, COMMAND_NONE, NULL, &ctl_shape_status, NULL,
     "How the gateway is: state, what waits for somebody, alarms, banks, queues, log, disk.",
     ctl_status_show},
    {"watch", "", B(INTERVAL) | B(TIMES), COMMAND_NONE, NULL, &ctl_shape_status, NULL,
     "Status, again and again, until Ctrl-C.\nWith --json one object a line. It goes on when the "
     "gateway does not answer, and says so.",
     ctl_watch},
    {"alarms", "", 0, COMMAND_NONE, NULL, &ctl_shape_alarm, "alarms",
     "The last alarms since the gateway's start, the oldest first.\nThe journal has all of them "
     "(journalctl -u linkgated -p warning).",
     ctl_alarm_list},
    {"verify", "",
     B(STORE) | B(KEYS) | B(CONFIG) | B(FROM_BACKUP) | B(TEMP) | B(LIVE) | B(LINK) | B(TRANSFER),
     COMMAND_NONE, NULL, &ctl_shape_verification, NULL,
     "Look whether a stopped gateway's store, or a backup, is right.\nEvery page, row and law, and "
     "the log, whose commands are applied again beside it as far as it\nreaches back. Nothing in "
     "the folder is changed. With --live a running gateway is asked, object\nby object. Exit "
     "status "
     "1: something is wrong; 3: it could not be looked at.",
     ctl_verify},

    {"bank list", "", 0, COMMAND_NONE, NULL, &ctl_shape_bank, "banks", "All banks of the registry.",
     ctl_bank_list},
    {"bank show", "CODE", 0, COMMAND_NONE, NULL, &ctl_shape_bank, NULL,
     "One bank: rights, pins and their certificates, notices, what it owes an answer to.",
     ctl_bank_show},
    {"bank add", "CODE", B(NAME) | B(ROLES) | B(PIN), COMMAND_BANK_ADD, NULL, &ctl_shape_done, NULL,
     "Register a partner bank.\nCODE is its 12-digit bank code; the bank may connect with a "
     "certificate for\nurn:linkgate:bank:CODE whose key has one of the pins.",
     ctl_bank_add},
    {"bank set", "CODE", B(NAME) | B(ROLES) | B(DENY) | B(ALLOW), COMMAND_BANK_SET, NULL,
     &ctl_shape_done, NULL,
     "Change a bank's name, roles, or which requests it may send.\nWhat is not given stays as it "
     "is. KIND is a kind of request, as docs/protocol.md names it.",
     ctl_bank_set},
    {"bank enable", "CODE", 0, COMMAND_BANK_ENABLE, NULL, &ctl_shape_done, NULL,
     "Let a disabled bank connect again.", ctl_bank_enable},
    {"bank disable", "CODE", 0, COMMAND_BANK_DISABLE, NULL, &ctl_shape_done, NULL,
     "Cut a bank off, at once.\nIts connections are closed before this returns, and its requests "
     "are refused.",
     ctl_bank_disable},
    {"bank resync", "CODE", 0, COMMAND_BANK_RESYNC, NULL, &ctl_shape_done, NULL,
     "Say that a held bank is reconciled.\nA bank is held when it shows that it has seen a later "
     "state of this store: an old backup\nwas put back. docs/operations.md says what to compare "
     "first.",
     ctl_bank_resync},
    {"bank pin list", "CODE", 0, COMMAND_NONE, NULL, &ctl_shape_pin, "pins",
     "A bank's pins, and until when their certificates hold.", ctl_pin_list},
    {"bank pin add", "CODE PIN", 0, COMMAND_PIN_ADD, NULL, &ctl_shape_done, NULL,
     "Let a bank connect with another key, too.\nPIN is the SHA-256 of the public key, 64 hex "
     "digits: certs/pin prints it. Two at a time let\na certificate roll over.",
     ctl_pin_add},
    {"bank pin remove", "CODE PIN", 0, COMMAND_PIN_REMOVE, NULL, &ctl_shape_done, NULL,
     "Let a key be good no more, at once.\nSessions with it are cut before this returns. A bank "
     "without a pin cannot connect.",
     ctl_pin_remove},

    {"link list", "", B(STATE) | B(BANK) | B(HELD) | B(AMENDING) | PAGES, COMMAND_NONE,
     &ctl_link_states, &ctl_shape_link, "links", "Links, oldest first.", ctl_link_list},
    {"link show", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_link_detail, NULL,
     "One link: its terms, what it waits for, its holds, its history.", ctl_link_show},
    {"link explain", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_story, NULL,
     "The story of a link: what happened and why, on which evidence, what it waits for, what to "
     "do.",
     ctl_link_explain},
    {"link search", "", B(ACCOUNT) | B(ID_NUMBER) | B(BANK), COMMAND_SEARCH, NULL, &ctl_shape_link,
     "links",
     "Links of an account, or of a person.\nThe number is read from the terminal or a pipe, never "
     "from the command line, which others\ncan see. The gateway looks for its keyed hash, and "
     "records that you searched.",
     ctl_link_search},
    {"link hold", "ID", B(BLOCK) | B(REASON) | B(REFERENCE) | B(UNTIL), COMMAND_HOLD_PLACE, NULL,
     &ctl_shape_done, NULL,
     "Suspend a link, in whole or in part.\nWhat is blocked and not posted yet is cancelled at the "
     "banks if it still can be.",
     ctl_link_hold},
    {"link lift", "ID HOLD", 0, COMMAND_HOLD_LIFT, NULL, &ctl_shape_done, NULL,
     "Lift an operator's or the gateway's hold.\nHOLD is its id, as link show has it. Banks lift "
     "their own.",
     ctl_link_lift},
    {"link unmask", "ID", 0, COMMAND_UNMASK, NULL, &ctl_shape_done, NULL,
     "Ask for a link's whole account numbers.\nOnce approved, they can be read for a quarter of an "
     "hour with link numbers.",
     ctl_link_unmask},
    {"link numbers", "APPROVAL", 0, COMMAND_READ_UNMASKED, NULL, &ctl_shape_unmasked, NULL,
     "The account numbers that link unmask was approved for.\nFor the one who asked, and each "
     "reading is recorded.",
     ctl_link_numbers},

    {"search", "", B(ACCOUNT) | B(ID_NUMBER) | B(BANK), COMMAND_SEARCH, NULL, &ctl_shape_found,
     NULL,
     "All that an account or a person has here: links, applications for cards, orders, loans.\nThe "
     "number is read from the terminal or a pipe, and the search recorded, as for link search.\n"
     "Applications for cards are found by the person's number alone.",
     ctl_search},

    {"limit show", "LINK", 0, COMMAND_NONE, NULL, &ctl_shape_limits_detail, NULL,
     "What a link's Class II account used of the limits of its class, and the link of its agreed "
     "ones.\nUsed, reserved and left, by day and by year, and when each begins anew.",
     ctl_limit_show},
    {"limit search", "", B(ACCOUNT) | B(BANK), COMMAND_SEARCH, NULL, &ctl_shape_limits_detail, NULL,
     "The same, of the link of an account.\nThe number is read from the terminal or a pipe, and "
     "the "
     "search recorded, as for link search.",
     ctl_limit_search},

    {"transfer list", "",
     B(STATE) | B(BANK) | B(LINK) | B(KIND) | B(MIN) | B(MAX) | B(CONFLICT) | PAGES, COMMAND_NONE,
     &ctl_transfer_states, &ctl_shape_transfer, "transfers", "Transfers, oldest first.",
     ctl_transfer_list},
    {"transfer show", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_transfer_detail, NULL,
     "One transfer: what it waits for, returns, its history.", ctl_transfer_show},
    {"transfer explain", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_story, NULL,
     "The story of a transfer: what happened and why, what it waits for, what to do.",
     ctl_transfer_explain},
    {"transfer resolve", "ID",
     B(WAS_POSTED) | B(REFERENCE) | B(DATE) | B(WAS_REFUSED) | B(WAS_UNDONE) | B(WORD) |
         B(DOCUMENT),
     COMMAND_TRANSFER_RESOLVE, NULL, &ctl_shape_done, NULL,
     "Give its bank's word on an UNKNOWN transfer, on paper.\nFor a bank that cannot say it itself "
     "any more. One of --posted, --refused, --undone; always\n--word and --document. It counts as "
     "the bank's answer: what the bank says against it later is a\nconflict.",
     ctl_transfer_resolve},
    {"object unfreeze", "KIND ID", 0, COMMAND_UNFREEZE, NULL, &ctl_shape_done, NULL,
     "Let a frozen object go on.\nKIND is link, transfer, order or loan. An object is frozen when "
     "a "
     "rule of the ledger was broken on\nit: find out why first.",
     ctl_object_unfreeze},
    {"net list", "", 0, COMMAND_NONE, NULL, &ctl_shape_nets, NULL,
     "What banks owe each other, and each bank's position.\nA net is + when due to the first bank "
     "of the pair, a position's net when due to the bank.",
     ctl_net_list},

    {"window list", "", B(LIMIT) | B(AFTER), COMMAND_NONE, NULL, &ctl_shape_window, "windows",
     "Settlement windows, oldest first.", ctl_window_list},
    {"window show", "NUMBER", 0, COMMAND_NONE, NULL, &ctl_shape_window_detail, NULL,
     "One settlement window and its nets.\nA net is + when due to the first bank.",
     ctl_window_show},
    {"window close", "NUMBER", 0, COMMAND_WINDOW_CLOSE, NULL, &ctl_shape_done, NULL,
     "Close the window that is open, now.\nThe next one opens at once, and what is accepted from "
     "then on enters it. The banks are told\ntheir nets.",
     ctl_window_close},
    {"window settle", "NUMBER", B(PAIR) | B(REFERENCE) | B(MULTILATERAL), COMMAND_WINDOW_SETTLE,
     NULL, &ctl_shape_done, NULL,
     "Say that two banks' net of a closed window was paid, or settle all that are left.\nBanks say "
     "so of theirs themselves; --pair and --reference are for when one of them cannot.\n"
     "--multilateral moves what the banks have paid in: all of them, or none. With the last "
     "net\nthe window is SETTLED. Without either it is settled as the rules of its business date "
     "say\n(mode in window show).",
     ctl_window_settle},
    {"window abort", "NUMBER", B(DEFAULTER), COMMAND_WINDOW_ABORT, NULL, &ctl_shape_done, NULL,
     "Carry what is not settled of a closed window over into the open one.\nNo transfer is undone, "
     "and no position changes.",
     ctl_window_abort},

    {"recon compare", "FILE", 0, COMMAND_RECON_COMPARE, NULL, &ctl_shape_upload, NULL,
     "Compare a bank's own list of transfers, links, holdings or loans with the gateway's.\nFILE "
     "is as docs/reconciliation.md says. What is wrong with it is told with the line, and\nthen "
     "nothing of it is kept. Exit status 0: it was compared; how many rows differ is printed.",
     ctl_recon_compare},
    {"recon export", "CODE FILE", B(WINDOW) | B(LIST_OF), COMMAND_NONE, NULL, &ctl_shape_export,
     NULL,
     "Write the gateway's own list of a bank's window, links, holdings or loans into a file.\nFILE "
     "is as docs/reconciliation.md says, for the bank with that code. A window that is still\nopen "
     "goes on: export it once it is closed. Holdings and loans are those of now.",
     ctl_recon_export},
    {"recon list", "", B(LIMIT) | B(AFTER), COMMAND_NONE, NULL, &ctl_shape_upload, "uploads",
     "The lists that came, oldest first, and what comparing them gave.", ctl_recon_list},
    {"recon show", "LIST", B(LIMIT) | B(AFTER), COMMAND_NONE, NULL, &ctl_shape_difference,
     "differences", "What differs in one list, row by row.\nLIST is its number in recon list.",
     ctl_recon_show},
    {"report", "CODE", B(DATE) | B(CSV), COMMAND_NONE, NULL, &ctl_shape_report, NULL,
     "What a bank's day was: transfers, links, refusals, position, nets, cases, holdings, "
     "loans.\nCODE is the bank's. It is gathered page by page; a bar says how far it is on a "
     "terminal.",
     ctl_report},

    {"position show", "CODE", 0, COMMAND_NONE, NULL, &ctl_shape_exposure, NULL,
     "What a bank owes and may owe: the formula with its terms, and each pair.\nA transfer is "
     "refused CAP or LIQUIDITY when exposure and amount are above the bound.",
     ctl_position_show},
    {"cap show", "CODE", 0, COMMAND_NONE, NULL, &ctl_shape_exposure, NULL,
     "What is agreed with a bank, and what is left of it.", ctl_cap_show},
    {"cap set", "CODE", B(NET_DEBIT_CAP) | B(WARN) | B(PREFUNDED), COMMAND_CAP_SET, NULL,
     &ctl_shape_done, NULL,
     "Set what a bank may owe, and when it is told.\nA cap below what it owes already is granted: "
     "nothing new goes out until that has fallen.",
     ctl_cap_set},
    {"cap set-pair", "CODE COUNTERPARTY", B(CAP), COMMAND_PAIR_CAP_SET, NULL, &ctl_shape_done, NULL,
     "Set what a bank may owe to one other bank.", ctl_cap_set_pair},
    {"funds in", "CODE CNY", B(REFERENCE), COMMAND_FUNDS_BEGIN, NULL, &ctl_shape_done, NULL,
     "Note that a bank pays into its prefunded balance.\nThe balance grows once it is confirmed.",
     ctl_funds_in},
    {"funds out", "CODE CNY", B(REFERENCE), COMMAND_FUNDS_BEGIN, NULL, &ctl_shape_done, NULL,
     "Pay out of a bank's prefunded balance.\nReserved at once; at most what neither goes out "
     "already nor covers what it owes.",
     ctl_funds_out},
    {"funds confirm", "ID", B(REFERENCE), COMMAND_FUNDS_END, NULL, &ctl_shape_done, NULL,
     "Say that the payment was seen: the balance moves.", ctl_funds_confirm},
    {"funds cancel", "ID", 0, COMMAND_FUNDS_END, NULL, &ctl_shape_done, NULL,
     "Say that the payment will not be.", ctl_funds_cancel},
    {"funds list", "", B(STATE) | B(BANK) | PAGES, COMMAND_NONE, &ctl_funds_states,
     &ctl_shape_funds, "funds", "Payments into and out of balances, oldest first.", ctl_funds_list},

    {"case list", "", B(STATE) | B(BANK) | B(OVERDUE) | PAGES, COMMAND_NONE, &ctl_case_states,
     &ctl_shape_case, "cases", "Inquiries between banks about transfers and links, oldest first.",
     ctl_case_list},
    {"case show", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_case_detail, NULL,
     "One case, step by step.\nWhat the banks wrote is between them.", ctl_case_show},
    {"card list", "", B(STATE) | B(BANK) | PAGES, COMMAND_NONE, &ctl_card_states, &ctl_shape_card,
     "cards", "Applications for cards of the Class I bank, oldest first.", ctl_card_list},
    {"card show", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_card_detail, NULL,
     "One application, what it waits for, and its steps.\nOf a number the last four are shown.",
     ctl_card_show},
    {"card explain", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_story, NULL,
     "The story of an application for a card: what happened, what it waits for, what to do.",
     ctl_card_explain},
    {"event list", "", B(STATE) | B(BANK) | PAGES, COMMAND_NONE, &ctl_event_states,
     &ctl_shape_event, "events",
     "What banks told each other of their counters, and whom they referred, oldest first.\nPlaces "
     "and persons are between the banks.",
     ctl_event_list},
    {"event show", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_event, NULL,
     "One event or referral, with the consent that it has.\nPlaces and persons are between the "
     "banks.",
     ctl_event_show},
    {"adjustment list", "", B(STATE) | B(BANK) | PAGES, COMMAND_NONE, &ctl_adjustment_states,
     &ctl_shape_adjustment, "adjustments",
     "What two banks agreed, or are to agree, that one owes the other, oldest first.",
     ctl_adjustment_list},
    {"adjustment show", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_adjustment, NULL,
     "One adjustment.\nWhat the banks wrote is between them.", ctl_adjustment_show},
    {"product list", "", B(STATE) | B(BANK) | B(LIMIT) | B(AFTER), COMMAND_NONE,
     &ctl_product_states, &ctl_shape_product, "products",
     "The catalogue: what issuing banks sell, in the order in which it changed last.\n--bank gives "
     "what that bank may see.",
     ctl_product_list},
    {"product show", "ISSUER CODE", 0, COMMAND_NONE, NULL, &ctl_shape_product, NULL,
     "One product as it is, with what is sold of it.\nISSUER is its bank's code, CODE the issuer's "
     "own.",
     ctl_product_show},
    {"product history", "ISSUER CODE", B(LIMIT) | B(AFTER), COMMAND_NONE, NULL, &ctl_shape_product,
     "products", "The versions of a product, oldest first.\n--json has all of each.",
     ctl_product_history},

    {"order list", "",
     B(STATE) | B(BANK) | B(LINK) | B(ISSUER) | B(PRODUCT) | B(LATE) | B(UNKNOWN) | B(OPEN) | PAGES,
     COMMAND_NONE, &ctl_product_order_states, &ctl_shape_product_order, "orders",
     "Orders of products, oldest first.\n--bank gives those that the bank placed, and those of its "
     "products.",
     ctl_order_list},
    {"order show", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_product_order_detail, NULL,
     "One order: where its money and its product stand, what is due when, its history.",
     ctl_order_show},
    {"order explain", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_story, NULL,
     "The story of an order: what happened and why, where the money is, what is due, what to do.",
     ctl_order_explain},
    {"holding list", "", B(BANK) | B(LINK) | B(ISSUER) | B(PRODUCT) | PAGES, COMMAND_NONE, NULL,
     &ctl_shape_holding, "holdings",
     "What customers hold: the orders that have units, oldest first.\nWhat they are worth is "
     "reckoned at the latest price that the issuer published.",
     ctl_holding_list},
    {"holding search", "", B(ACCOUNT) | B(ID_NUMBER) | B(BANK) | B(ISSUER) | B(PRODUCT),
     COMMAND_SEARCH, NULL, &ctl_shape_holding, "holdings",
     "The same, of an account or a person.\nThe number is read from the terminal or a pipe, and "
     "the "
     "search recorded, as for link search.",
     ctl_holding_search},
    {"loan list", "", B(STATE) | B(BANK) | B(LINK) | B(PRODUCT) | B(UNKNOWN) | B(OPEN) | PAGES,
     COMMAND_NONE, &ctl_loan_states, &ctl_shape_loan, "loans",
     "Invitations, applications and loans of two lenders, oldest first.", ctl_loan_list},
    {"loan show", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_loan_detail, NULL,
     "One loan: terms, decisions, what each lender lent, what is owed today, its history.",
     ctl_loan_show},
    {"loan explain", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_story, NULL,
     "The story of a loan: what happened and why, who has lent and got back what, what to do.",
     ctl_loan_explain},

    {"approval list", "", B(STATE) | PAGES, COMMAND_NONE, &ctl_approval_states, &ctl_shape_approval,
     "approvals", "Orders that need, or needed, a second person.", ctl_approval_list},
    {"approval show", "ID", 0, COMMAND_NONE, NULL, &ctl_shape_approval, NULL,
     "One of them: what exactly was requested, by whom, until when.", ctl_approval_show},
    {"approval approve", "ID", B(YES), COMMAND_APPROVE, NULL, &ctl_shape_done, NULL,
     "Approve what another user requested: it is carried out.\nSays what will be done and asks, "
     "unless --yes. Nobody approves an order of their own.",
     ctl_approval_approve},
    {"approval reject", "ID", 0, COMMAND_REJECT, NULL, &ctl_shape_done, NULL,
     "Reject it, or take your own back: it is never carried out.", ctl_approval_reject},
    {"audit list", "", B(UID) | B(OF_ORDER) | PAGES, COMMAND_NONE, NULL, &ctl_shape_audit, "audit",
     "What operators ordered, decided and searched, oldest first.", ctl_audit_list},

    {"rules list", "", B(LIMIT) | B(AFTER), COMMAND_NONE, NULL, &ctl_shape_rules, "rules",
     "Documents of rules that were loaded, oldest first.", ctl_rules_list},
    {"rules show", "", B(AT), COMMAND_NONE, NULL, &ctl_shape_rules_in_force, NULL,
     "The rules in force now, or at another time: limits, kinds, calendar, numbers.\nTIME may lie "
     "ahead: what was loaded for then is shown.",
     ctl_rules_show},
    {"rules load", "FILE", B(BEGIN) | B(YES), COMMAND_RULES_LOAD, NULL, &ctl_shape_done, NULL,
     "Load rules that begin on a day to come.\nFILE is JSON, as docs/operations.md says. Says what "
     "will change and from when, and asks, unless\n--yes. What was to be in force from its first "
     "day on is replaced.",
     ctl_rules_load},

    {"quarantine list", "", 0, COMMAND_NONE, NULL, &ctl_shape_quarantine, "quarantine",
     "Commands that crashed the gateway.\nHELD ones are refused until released or dropped.",
     ctl_quarantine_list},
    {"quarantine release", "DIGEST", 0, COMMAND_QUARANTINE_RELEASE, NULL, &ctl_shape_done, NULL,
     "Let a command that was set aside be sent again.", ctl_quarantine_release},
    {"quarantine drop", "DIGEST", 0, COMMAND_QUARANTINE_DROP, NULL, &ctl_shape_done, NULL,
     "Refuse a command that was set aside for good.", ctl_quarantine_drop},
    {"backup", "DIR", 0, COMMAND_BACKUP, NULL, &ctl_shape_backup, NULL,
     "Copy store and log into a new folder while the gateway works, and verify the copy.\nDIR is "
     "on "
     "the gateway's machine and is made by its user. It exists when it is whole, and not\nbefore. "
     "The key file is not in it: keep a copy of that apart.",
     ctl_backup},
    {"restore", "BACKUP DIR", 0, COMMAND_NONE, NULL, &ctl_shape_restored, NULL,
     "Put a backup into a stopped gateway's [store] dir.\nAsks no gateway. A store that is there "
     "is "
     "not touched: move DIR/store away first. A log that is\nthere stays, and what it holds behind "
     "the backup is applied at the start. docs/operations.md\nsays when to leave it.",
     ctl_restore},
    {"clock show", "", 0, COMMAND_NONE, NULL, &ctl_shape_clock, NULL,
     "Ledger time, wall time, and whether one follows the other.", ctl_clock_show},
    {"clock accept", "", 0, COMMAND_CLOCK_ACCEPT, NULL, &ctl_shape_done, NULL,
     "Say that the wall clock is right.\nEnds a hold at start, or lets ledger time follow a "
     "difference above a minute.",
     ctl_clock_accept},
};

const struct ctl_command *ctl_commands(size_t *count_out) {
    *count_out = sizeof(commands) / sizeof(commands[0]);
    return commands;
}

enum ctl_exit ctl_main(int argc, char **argv, FILE *in, FILE *out, FILE *errors) {
    struct ctl_args args;
    if (argc > 1 && strcmp(argv[1], "complete") == 0)
        return ctl_complete(argc - 2, argv + 2, out);
    if (ctl_parse(argc, argv, &args, errors) != 0)
        return CTL_USAGE;
    if (args.version) {
        fprintf(out, "linkgatectl %s\n", LINKGATE_VERSION);
        return CTL_OK;
    }
    if (args.help) {
        ctl_print_help(args.command, out);
        return CTL_OK;
    }
    struct ctl_session session = {.args = &args, .in = in, .out = out, .errors = errors, .fd = -1};
    enum ctl_exit result = args.command->run(&session);
    ctl_session_close(&session);
    return result;
}
