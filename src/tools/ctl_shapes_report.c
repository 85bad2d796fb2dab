/*
 * The shapes of a bank's daily report.
 */
#include "tools/ctl_report.h"
#include "tools/ctl_shape_macros.h"

const struct ctl_shape ctl_shape_report_links = {
    "report's links", "Links of a bank, on either side of them.",
    (const struct ctl_field[]){
        MADE("opened", NULL, "number: requested on that day"),
        MADE("activated", NULL, "number: that became ACTIVE on that day"),
        MADE("ended", NULL, "number: that became REJECTED, EXPIRED or CLOSED on that day"),
        MADE("live", NULL, "number: that had not ended at the end of that day"),
        MADE("active", NULL, "number: of these, ones that had become ACTIVE"), END}};

const struct ctl_shape ctl_shape_report_transfers = {
    "report's transfers", "Transfers of one sort that were received on that day.",
    (const struct ctl_field[]){MADE("kind", NULL, "text: as docs/protocol.md has it"),
                               MADE("direction", NULL, "text: PUSH or PULL"),
                               MADE("side", NULL, "text: OUT (the bank is the debtor's) or IN"),
                               MADE("state", NULL, "text: that they are in now"),
                               MADE("count", NULL, "number"), MADE("currency", NULL, "text"),
                               MADE("sum_fen", NULL, "fen"), END}};

const struct ctl_shape ctl_shape_report_refusals = {
    "report's refusals", "Requests of the bank that were refused on that day for one reason.",
    (const struct ctl_field[]){
        ONE(RefusalCount, "reason", WORD, reason, "ISO 20022 code, or empty"),
        ONE(RefusalCount, "detail", WORD, detail, "the gateway's own name of it"),
        ONE(RefusalCount, "count", COUNT, count, ""), END}};

const struct ctl_shape ctl_shape_report_cases = {
    "report's cases", "Cases that the bank opened or must answer.",
    (const struct ctl_field[]){MADE("opened", NULL, "number: on that day"),
                               MADE("closed", NULL, "number: on that day"),
                               MADE("open", NULL, "number: not closed at the end of that day"),
                               MADE("overdue", NULL, "number: whose answer is late now"), END}};

const struct ctl_shape ctl_shape_report_holdings = {
    "report's holdings", "Orders with units that the bank placed, or of its own products.",
    (const struct ctl_field[]){
        MADE("count", NULL, "number"),
        MADE("distributed_fen", NULL, "fen: what the units cost of others' products that it sold"),
        MADE("issued_fen", NULL, "fen: what the units cost of its own products"), END}};

const struct ctl_shape ctl_shape_report_loans = {
    "report's loans", "Loans of which the bank is a lender, OUTSTANDING or OVERDUE.",
    (const struct ctl_field[]){
        MADE("count", NULL, "number"),
        MADE("principal_fen", NULL, "fen: that this lender has lent and not got back"),
        MADE("interest_paid_fen", NULL, "fen: that this lender got of them"),
        MADE("overdue", NULL, "number: of these, OVERDUE"),
        MADE("overdue_fen", NULL, "fen: this lender's principal of the OVERDUE ones"), END}};

const struct ctl_shape ctl_shape_report = {
    "report", "A bank's day.",
    (const struct ctl_field[]){
        MADE("bank", NULL, "bank code"), MADE("name", NULL, "text: of the bank"),
        MADE("date", NULL, "text: the day, of Shanghai: 2026-07-01"),
        MADE("from", NULL, "time: its begin"), MADE("until", NULL, "time: and its end"),
        MADE("made_at", NULL, "time: when the report was made"),
        MADE("complete", NULL, "true or false: the day was over by then"),
        MADE("links", &ctl_shape_report_links, "object"),
        MADE("transfers", &ctl_shape_report_transfers, "array of objects"),
        MADE("refusals", &ctl_shape_report_refusals, "array of objects"),
        MADE("positions", &ctl_shape_position, "array of objects: as they are now"),
        MADE("exposure", &ctl_shape_exposure, "object: what it owes and may owe, as it is now"),
        MADE("nets", &ctl_shape_net, "array of objects: of all windows, as they are now"),
        MADE("cases", &ctl_shape_report_cases, "object"),
        MADE("holdings", &ctl_shape_report_holdings, "object: as they are now"),
        MADE("loans", &ctl_shape_report_loans, "object: as they are now"), END}};
