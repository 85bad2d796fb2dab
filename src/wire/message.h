/*
 * Messages: bytes to values and back, for both sides of the wire.
 *
 * All checking of bytes from outside happens in these functions: shape, UTF-8, lengths, enums,
 * unknown fields (refused in requests, tolerated in answers), identifiers' check digits, amounts'
 * sign. What they accept needs no second look. Order of checks within shape: message readable →
 * unknown fields → fields in the order of their numbers. Of a field that is there twice the last
 * one counts. What does not fit the arena's budget is not readable.
 */
#ifndef LG_WIRE_MESSAGE_H
#define LG_WIRE_MESSAGE_H

#include "domain/command.h"
#include "domain/refusal.h"

#define WIRE_REFUSED 1 /* refusal_out says why */

/* ---- what banks send to the gateway ------------------------------------------------------- */

/* Fills command->body from command->payload for kinds COMMAND_OPEN_LINK and above (a request's or
 * an answer's payload by kind; see command_row_of_message). Memory comes from command->arena.
 * Kinds below 1000 are read by message_decode_internal: one entry for replay.
 * now_ms: ledger time, for checks that a later time cannot turn round (a birth date in the future)
 * only: what was once accepted is read again later, for replay and when the bank sends it again.
 * Whether a date is still to come is therefore the ledger's to check.
 * Answers (command_row: direction REPLY): unknown fields and enum values are tolerated (value 0);
 * only an unreadable message or a bad id is refused. */
int message_decode_command(struct command *command, int64_t now_ms,
                           struct refusal *refusal_out) MUST_USE;

/* Payload of commands that do not come from banks (BOOT, TICK, BANK_UP, BANK_ADD, ...), made from
 * body into the arena, and back. Fixed big-endian layouts, private to this program's log. */
void message_encode_internal(struct command *command);
int message_decode_internal(struct command *command) MUST_USE; /* 0, or WIRE_REFUSED: damaged */

/* ---- what the gateway sends to banks; payload bytes appended to out ------------------------- */
void message_encode_verify_account(const struct verify_account *message, struct buf *out);
void message_encode_issue_challenge(const struct issue_challenge *message, struct buf *out);
void message_encode_check_challenge(const struct check_challenge *message, struct buf *out);
void message_encode_post_instruction(const struct post_instruction *message, struct buf *out);
void message_encode_recheck_account(const struct recheck_account *message, struct buf *out);
void message_encode_cancel_posting(const struct cancel_posting *message, struct buf *out);
/* AskBalance and AskAccountStatus, which have the same fields. */
void message_encode_ask_account(const struct ask_account *message, struct buf *out);
void message_encode_inquire_posting(const struct inquire_posting *message, struct buf *out);
void message_encode_link_reply(const struct link_view *view, struct buf *out);
void message_encode_link_notice(const struct notice_place *place, const struct link_view *view,
                                const char *event, struct buf *out);
void message_encode_transfer_reply(const struct transfer_view *view, struct buf *out);
void message_encode_transfer_notice(const struct notice_place *place,
                                    const struct transfer_view *view, const char *event,
                                    struct buf *out);
/* event: link_event_name, transfer_event_name; "" for none. next: zero when there are no more. A page
 * is built from its entries, each appended as it comes, so that nobody holds a hundred views. The
 * longest link (all its holds, an amendment) is 2,515 bytes and the longest transfer 572: 25 such
 * links and 100 such transfers are a page. So a page takes no more once its entries are
 * MESSAGE_PAGE_ENTRIES_MAX bytes: below that one more entry, next and the envelope fit a frame. A
 * case with all its texts is 5,144 bytes, the state of the system with
 * SYSTEM_NOTICE_PARTICIPANTS_MAX banks 35,246. */
#define MESSAGE_PAGE_ENTRIES_MAX 62000u
#define LINK_ENTRY_MAX 2600u
#define TRANSFER_ENTRY_MAX 600u
void message_encode_link_page_entry(const struct link_view *view, struct buf *out);
void message_encode_transfer_page_entry(const struct transfer_view *view, struct buf *out);
void message_encode_link_page_next(const struct id *next, struct buf *out);
void message_encode_transfer_page_next(const struct id *next, struct buf *out);
void message_encode_report_account_reply(const struct report_account_reply *reply, struct buf *out);
void message_encode_balance_reply(const struct balance_answer *answer, struct buf *out);
void message_encode_overview_reply(const struct overview_view *view, struct buf *out);
void message_encode_account_status_reply(const struct status_answer *answer, struct buf *out);
void message_encode_position_reply(const struct position_view *view, struct buf *out);
void message_encode_position_alert(const struct position_alert *alert, struct buf *out);
/* A page of totals; its rows are few. */
void message_encode_totals_reply(const struct totals_page *page, struct buf *out);
/* Entries of pages and results, each appended as it comes; what stands behind them comes last. */
#define RECON_ENTRY_MAX 320u /* a difference with both its rows */
void message_encode_recon_page_entry(const struct recon_item *item, struct buf *out);
void message_encode_recon_page_next(const struct id *next, struct buf *out);
void message_encode_upload_reply(const struct upload_reply *reply, struct buf *out);
void message_encode_result_entry(const struct recon_difference *difference, struct buf *out);
void message_encode_result_end(const struct result_reply *reply, struct buf *out);
void message_encode_case_reply(const struct case_view *view, struct buf *out);
void message_encode_case_notice(const struct notice_place *place, const struct case_view *view,
                                struct buf *out);
void message_encode_adjustment_reply(const struct adjustment_view *view, struct buf *out);
void message_encode_adjustment_notice(const struct notice_place *place,
                                      const struct adjustment_view *view, struct buf *out);
void message_encode_product_reply(const struct product_view *view, struct buf *out);
void message_encode_product_notice(const struct notice_place *place,
                                   const struct product_view *view, struct buf *out);
/* Each entry is at most PRODUCT_ENTRY_MAX bytes; the end comes last. */
#define PRODUCT_ENTRY_MAX 1400u
void message_encode_product_page_entry(const struct product_view *view, struct buf *out);
void message_encode_product_page_end(uint64_t next_sequence, bool more, struct buf *out);
void message_encode_order_reply(const struct order_view *view, struct buf *out);
void message_encode_order_notice(const struct notice_place *place, const struct order_view *view,
                                 const char *event, struct buf *out);
/* Each entry is at most ORDER_ENTRY_MAX bytes; next (zero: none) comes last. */
#define ORDER_ENTRY_MAX 800u
void message_encode_holdings_page_entry(const struct order_view *view, struct buf *out);
void message_encode_holdings_page_next(const struct id *next, struct buf *out);
void message_encode_order_instruction(const struct order_instruction *message, struct buf *out);
/* A loan of sixty instalments is below LOAN_ENTRY_MAX bytes. */
#define LOAN_ENTRY_MAX 2400u
void message_encode_loan_reply(const struct loan_view *view, struct buf *out);
void message_encode_loan_notice(const struct notice_place *place, const struct loan_view *view,
                                const char *event, struct buf *out);
void message_encode_loan_page_entry(const struct loan_view *view, struct buf *out);
void message_encode_loan_page_next(const struct id *next, struct buf *out);
void message_encode_loan_quote(const struct loan_quote_view *view, struct buf *out);
void message_encode_window_reply(const struct window_view *view, struct buf *out);
void message_encode_window_notice(const struct notice_place *place, const struct window_view *view,
                                  struct buf *out);
void message_encode_ask_card(const struct ask_card *message, struct buf *out);
void message_encode_card_reply(const struct card_view *view, struct buf *out);
void message_encode_card_notice(const struct notice_place *place, const struct card_view *view,
                                const char *event, struct buf *out);
void message_encode_event_reply(const struct event_view *view, struct buf *out);
void message_encode_event_notice(const struct notice_place *place, const struct event_view *view,
                                 struct buf *out);
void message_encode_refusal(const struct refusal *refusal, struct buf *out);
/* The payload that stands in the log for an answer about a transfer that could not be read: a
 * PostingResult of that transfer with no outcome. */
void message_encode_unread_posting(const struct id *transfer, struct buf *out);

/* ---- session messages, both sides. Decoders: 0 or WIRE_REFUSED. Fields of a later version are
 * tolerated in Hello, where versions are agreed, in its reply and in GoAway. ---- */
void message_encode_hello(const struct hello *message, struct buf *out);
int message_decode_hello(struct span payload, struct arena *arena, struct hello *out,
                         struct refusal *refusal_out) MUST_USE;
void message_encode_hello_reply(const struct hello_reply *message, struct buf *out);
int message_decode_hello_reply(struct span payload, struct arena *arena,
                               struct hello_reply *out) MUST_USE;
void message_encode_system_notice(const struct system_notice *message, struct buf *out);
void message_encode_heartbeat(const struct heartbeat *message, struct buf *out);
int message_decode_heartbeat(struct span payload, struct arena *arena,
                             struct heartbeat *out) MUST_USE;
void message_encode_go_away(const struct go_away *message, struct buf *out);
int message_decode_go_away(struct span payload, struct arena *arena, struct go_away *out) MUST_USE;

#endif
