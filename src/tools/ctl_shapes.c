/*
 * The shapes of banks and their lists, of orders, rules and limits, and of the gateway itself; and
 * the list of all shapes. Links, transfers and cases: ctl_shapes_life.c; money: ctl_shapes_money.c; a
 * bank's day: ctl_shapes_report.c.
 */
#include "tools/ctl_shape_macros.h"

/* ---- answers to orders ---- */

const struct ctl_shape ctl_shape_done = {
    "order", "What every order prints.",
    (const struct ctl_field[]){
        MADE("result", NULL, "text: \"done\", or \"waits\": for a second person"),
        MADE("approval", NULL, "hex or null: with \"waits\", its id"),
        MADE("expires_at", NULL, "time or null: with \"waits\", until when it can be approved"),
        MADE("command", NULL, "text or null: with \"waits\", what the second person must run"),
        END}};

static const struct ctl_shape reasons = {
    "refusal's parts", "Why not.",
    (const struct ctl_field[]){
        ONE(Refusal, "reason", WORD, reason, "ISO 20022 code, or empty"),
        ONE(Refusal, "detail", WORD, detail, "the gateway's own name of it"),
        ONE(Refusal, "text", WORD, text, "for people: why, and what to do"),
        ONE(Refusal, "field", WORD, field, "of the order that it is about, or empty"),
        ONE(Refusal, "retry", WORD, retry, "NEVER, NEW_ID or SAME_ID_LATER"), END}};

const struct ctl_shape ctl_shape_refusal = {
    "refusal", "What is printed, with exit status 1, when the gateway refuses.",
    (const struct ctl_field[]){OBJECT(Reply, "refusal", refusal, reasons, ""), END}};

/* ---- banks ---- */

const struct ctl_shape ctl_shape_pin = {
    "pin", "A pin of a bank.",
    (const struct ctl_field[]){
        ONE(PinRow, "pin", HEX, pin, "SHA-256 of the certificate's public key"),
        ONE(PinRow, "added_at", TIME, added_at_ms, ""),
        ONE(PinRow, "certificate_expires_at", TIME, expires_at_ms,
            "of the certificate last seen with it; null: none was seen yet"),
        END}};

const struct ctl_shape ctl_shape_bank = {
    "bank", "A partner bank.",
    (const struct ctl_field[]){
        ONE(BankRow, "code", BANK, code, ""), ONE(BankRow, "name", WORD, name, ""),
        ONE(BankRow, "active", FLAG, active, "not disabled"),
        ONE(BankRow, "online", FLAG, online, "it has a session"),
        ONE(BankRow, "roles", ROLES, roles, "class1, class2, issuer"),
        MANY(BankRow, "denied", KINDS, denied, "kinds of requests that it may not send"),
        ROWS(BankRow, "pins", pins, ctl_shape_pin, "two at most"),
        ONE(BankRow, "added_at", TIME, added_at_ms, ""),
        ONE(BankRow, "changed_at", TIME, changed_at_ms, ""),
        ONE(BankRow, "last_notice", COUNT, last_notice, "number of the last notice made for it"),
        ONE(BankRow, "acked_notice", COUNT, acked_notice, "up to here it has acknowledged"),
        ONE(BankRow, "unanswered", COUNT, unanswered,
            "transfers that it was instructed of and that have no outcome"),
        ONE(BankRow, "unknown", COUNT, unknown, "of these, UNKNOWN ones"),
        ONE(BankRow, "uncredited", COUNT, uncredited,
            "accepted pulls that it did not confirm in time"),
        ONE(BankRow, "questions", COUNT, questions, "views of accounts that it asked for, out"),
        ONE(BankRow, "held_notice", NUMBER, held_notice,
            "number or null: it has seen a later state of this store, as far as this notice; its "
            "traffic is held until `bank resync`"),
        ONE(BankRow, "held_since", TIME, held_since_ms, "null: it is not held"), END}};

/* ---- two people ---- */

static const struct ctl_shape order_field = {
    "order field", "One thing that an order says.",
    (const struct ctl_field[]){ONE(OrderField, "name", WORD, name, ""),
                               ONE(OrderField, "value", WORD, value, ""), END}};

const struct ctl_shape ctl_shape_approval = {
    "approval", "An order that needs a second person.",
    (const struct ctl_field[]){
        ONE(ApprovalRow, "id", HEX, id, ""),
        ONE(ApprovalRow, "order", WORD, order, "BANK_ADD, ..."),
        ONE(ApprovalRow, "state", WORD, state, "WAITING, DONE, REFUSED, REJECTED or EXPIRED"),
        ONE(ApprovalRow, "requested_by", COUNT32, requested_by, "uid"),
        ONE(ApprovalRow, "requested_at", TIME, requested_at_ms, ""),
        ONE(ApprovalRow, "expires_at", TIME, expires_at_ms, ""),
        ONE(ApprovalRow, "decided_at", TIME, decided_at_ms, ""),
        ONLY(ApprovalRow, "decided_by", COUNT32, decided_by, "decided_at", "uid, or null"),
        OBJECT(ApprovalRow, "refusal", refusal, reasons, "when REFUSED"),
        ONE(ApprovalRow, "payload_sha256", HEX, payload_sha256, "of the exact order"),
        ROWS(ApprovalRow, "fields", fields, order_field, "what it says"), END}};

const struct ctl_shape ctl_shape_rules = {
    "rules", "A document of rules that was loaded.",
    (const struct ctl_field[]){
        ONE(RulesRow, "number", COUNT, number, "sequence of the command that loaded it"),
        ONE(RulesRow, "name", WORD, name, ""),
        ONE(RulesRow, "source", TEXT, source, "who set these rules, where; or null"),
        ONE(RulesRow, "begins", WORD, begins, "its first day, in Shanghai"),
        ONE(RulesRow, "periods", COUNT32, periods, "how many it has"),
        ONE(RulesRow, "loaded_at", TIME, loaded_at_ms, ""),
        ONE(RulesRow, "uid", COUNT32, uid, "who requested it"),
        ONE(RulesRow, "approver", COUNT32, approver, "who approved it"), END}};

static const struct ctl_shape rule_shape = {
    "rule", "One value that is in force.",
    (const struct ctl_field[]){MADE("name", NULL, "as in a document: buckets.II-IN"),
                               MADE("value", NULL, "for people"), END}};

const struct ctl_shape ctl_shape_rules_in_force = {
    "rules in force", "All rules of one moment.",
    (const struct ctl_field[]){
        MADE("at", NULL, "time asked for"),
        MADE("from", NULL, "time: in force since then; null: from the beginning"),
        MADE("until", NULL, "time: replaced then by what is loaded already, or null"),
        MADE("number", NULL, "of the document that set them, or null: those of the program"),
        MADE("rules", &rule_shape, "each value"), END}};

static const struct ctl_shape bucket_shape = {
    "bucket", "A limit of an account's class, over all links of the account.",
    (const struct ctl_field[]){
        ONE(BucketRow, "bucket", WORD, bucket, "II-IN, II-OUT, III-IN or III-OUT"),
        ONE(BucketRow, "period", WORD, period, "DAY or YEAR, in Shanghai"), CNY,
        ONE(BucketRow, "limit_fen", FEN, limit_fen, "by the rules in force"),
        ONE(BucketRow, "used_fen", FEN, used_fen, "by accepted transfers"),
        ONE(BucketRow, "reserved_fen", FEN, reserved_fen,
            "by those that are on their way, UNKNOWN ones too"),
        ONE(BucketRow, "has_word", FLAG, has_word, "the account's own bank said what may be used"),
        ONLY(BucketRow, "word_fen", FEN, word_fen, "has_word",
             "its word: at most so much, used and reserved; or null"),
        ONE(BucketRow, "left_fen", FEN, left_fen, ""),
        ONE(BucketRow, "resets_at", TIME, resets_at_ms, "when the next day or year begins"), END}};

static const struct ctl_shape agreed_shape = {
    "agreed", "A limit that banks and customer agreed on for one link.",
    (const struct ctl_field[]){
        ONE(AgreedRow, "period", WORD, period, "SINGLE, DAY or YEAR"), CNY,
        ONE(AgreedRow, "agreed", FLAG, agreed, "there is such a limit"),
        ONLY(AgreedRow, "limit_fen", FEN, limit_fen, "agreed", "or null"),
        ONE(AgreedRow, "taken_fen", FEN, taken_fen, "used and reserved"),
        ONLY(AgreedRow, "left_fen", FEN, left_fen, "agreed", "or null"),
        ONE(AgreedRow, "limit_count", COUNT32, limit_count, "transfers; 0: none agreed"),
        ONE(AgreedRow, "taken_count", COUNT32, taken_count, "likewise"),
        ONE(AgreedRow, "resets_at", TIME, resets_at_ms, "when the next day or year begins"), END}};

const struct ctl_shape ctl_shape_limits_detail = {
    "account limits", "What is used, reserved and left of a link's limits.",
    (const struct ctl_field[]){
        ONE(LimitsDetail, "link", HEX, link, ""),
        ONE(LimitsDetail, "class2_bank", BANK, class2_bank, ""),
        ONE(LimitsDetail, "class2_account", TEXT, class2_masked, "last four digits"),
        ONE(LimitsDetail, "class2_class", COUNT32, class2_class, "2 or 3"),
        ONE(LimitsDetail, "opening", WORD, opening, "REMOTE or FACE_TO_FACE"),
        ONE(LimitsDetail, "funded", FLAG, funded,
            "money came in from the bound account, for which Class III waits"),
        ONE(LimitsDetail, "at", TIME, at_ms, ""),
        ONE(LimitsDetail, "rules", NUMBER, rules,
            "number of the document that set the limits; null: those of the program"),
        ROWS(LimitsDetail, "buckets", buckets, bucket_shape, "of its class"),
        ROWS(LimitsDetail, "agreed", agreed, agreed_shape, "of the link alone"), END}};

const struct ctl_shape ctl_shape_audit = {
    "audit", "An order, decision or search of an operator's.",
    (const struct ctl_field[]){
        ONE(AuditRow, "sequence", COUNT, sequence, "of the command"),
        ONE(AuditRow, "at", TIME, at_ms, ""), ONE(AuditRow, "order", WORD, order, ""),
        ONE(AuditRow, "uid", COUNT32, uid, "who"),
        ONE(AuditRow, "two", FLAG, two, "carried out for two people"),
        ONLY(AuditRow, "approver", COUNT32, approver, "two", "uid, or null"),
        ONE(AuditRow, "refusal", TEXT, refusal, "detail of the refusal; null: granted"),
        ONE(AuditRow, "kind", TEXT, kind, "of the object: LINK, TRANSFER, BANK, CASE, APPROVAL"),
        ONE(AuditRow, "object", HEX, object, "for an order that waits: its approval"),
        ONE(AuditRow, "bank", BANK, bank, ""),
        ONE(AuditRow, "key", HEX, key, "of a search: the keyed hash that was looked for"),
        ONE(AuditRow, "found", COUNT32, found, "and how many links it gave"), END}};

/* ---- banks' lists ---- */

const struct ctl_shape ctl_shape_upload = {
    "list of a bank", "A bank's own list, and what comparing it with the gateway's gave.",
    (const struct ctl_field[]){
        ONE(UploadRow, "number", COUNT, number, ""),
        ONE(UploadRow, "sha256", HEX, sha256, "of its lines, but for the last"),
        ONE(UploadRow, "bank", BANK, bank, "whose list it is"),
        ONE(UploadRow, "kind", WORD, kind, "MONEY, LINKS"),
        ONE(UploadRow, "window", NUMBER, window, "of money"),
        ONE(UploadRow, "business_date", WORD, business_date, ""),
        ONE(UploadRow, "count", COUNT, count, "rows"),
        CNY,
        ONE(UploadRow, "debit_fen", FEN, debit_fen, "what the bank pays"),
        ONE(UploadRow, "credit_fen", FEN, credit_fen, "what it gets"),
        ONE(UploadRow, "state", WORD, state,
            "COMING, WHOLE (waits to be compared), COMPARED (the ledger gets its rows), JUDGED"),
        ONE(UploadRow, "came_at", TIME, came_at_ms, ""),
        ONE(UploadRow, "compared_at", TIME, compared_at_ms, ""),
        ONE(UploadRow, "differences", COUNT, differences, "rows that recon show has"),
        ONE(UploadRow, "judged", COUNT, judged, "of these, once JUDGED: what the ledger has had"),
        ONE(UploadRow, "matched", COUNT, matched, "rows of that class, as all below"),
        ONE(UploadRow, "amount_diff", COUNT, amount_diff, ""),
        ONE(UploadRow, "status_diff", COUNT, status_diff, ""),
        ONE(UploadRow, "missing_here", COUNT, missing_here, "the gateway does not have them"),
        ONE(UploadRow, "missing_there", COUNT, missing_there, "the bank does not have them"),
        ONE(UploadRow, "date_shift", COUNT, date_shift, "in a window beside this one"),
        ONE(UploadRow, "duplicate", COUNT, duplicate, ""),
        ONE(UploadRow, "done", COUNT, done, "of what is being done with it now"),
        ONE(UploadRow, "of", COUNT, of, "and of how much; 0: it waits, or all is done"),
        END}};

const struct ctl_shape ctl_shape_export = {
    "exported list", "What the file of a bank's window, or of its links, adds up to.",
    (const struct ctl_field[]){MADE("count", NULL, "number: rows"),
                               MADE("debit_fen", NULL, "fen: what the bank pays"),
                               MADE("credit_fen", NULL, "fen: what it gets"), END}};

const struct ctl_shape ctl_shape_difference = {
    "difference", "A row in which a bank's list and the gateway's differ.",
    (const struct ctl_field[]){
        ONE(DifferenceRow, "index", COUNT, index, ""),
        ONE(DifferenceRow, "class", WORD, class_, "AMOUNT_DIFF ..."),
        ONE(DifferenceRow, "id", HEX, id, "of the transfer, link, order or loan"),
        ONE(DifferenceRow, "debtor", BANK, debtor,
            "of a link: the Class II bank; an order: who placed it; a loan: the lead"),
        ONE(DifferenceRow, "creditor", BANK, creditor, "the Class I bank; the issuer; the partner"),
        ONE(DifferenceRow, "currency", TEXT, currency, ""),
        ONE(DifferenceRow, "their_fen", FEN, their_fen, "0: the bank does not have it"),
        ONE(DifferenceRow, "our_fen", FEN, our_fen, "0: the gateway does not have it"),
        ONE(DifferenceRow, "their_state", TEXT, their_state, ""),
        ONE(DifferenceRow, "our_state", TEXT, our_state, ""),
        ONE(DifferenceRow, "their_kind", TEXT, their_kind, "of a transfer"),
        ONE(DifferenceRow, "our_kind", TEXT, our_kind, ""),
        ONE(DifferenceRow, "reference", TEXT, reference, "the bank's"),
        ONE(DifferenceRow, "book_date", TEXT, book_date, "the bank's"),
        ONE(DifferenceRow, "our_window", NUMBER, our_window, ""),
        ONE(DifferenceRow, "their_accounts", TEXT, their_accounts, "of a link: last four of both"),
        ONE(DifferenceRow, "our_accounts", TEXT, our_accounts, ""),
        ONE(DifferenceRow, "their_product", TEXT, their_product, "of a holding"),
        ONE(DifferenceRow, "our_product", TEXT, our_product, ""),
        ONE(DifferenceRow, "their_units", NUMBER, their_units, "of a holding, in 1/10,000"),
        ONE(DifferenceRow, "our_units", NUMBER, our_units, ""),
        ONE(DifferenceRow, "their_interest_fen", FEN, their_interest_fen,
            "of a loan: what the lender got"),
        ONE(DifferenceRow, "our_interest_fen", FEN, our_interest_fen, ""),
        END}};

/* ---- the gateway ---- */

const struct ctl_shape ctl_shape_quarantine = {
    "set-aside command", "A command that was being applied when the gateway crashed.",
    (const struct ctl_field[]){
        ONE(QuarantineRow, "digest", HEX, digest, ""),
        ONE(QuarantineRow, "state", WORD, state, "SEEN once, HELD (refused), DROPPED (for good)"),
        ONE(QuarantineRow, "command", WORD, command, "its kind"),
        ONE(QuarantineRow, "bank", BANK, bank, "who sent it"),
        ONE(QuarantineRow, "since", TIME, since_ms, ""),
        ONE(QuarantineRow, "crashes", COUNT32, crashes, ""), END}};

const struct ctl_shape ctl_shape_clock = {
    "clock", "Ledger time beside wall time.",
    (const struct ctl_field[]){
        ONE(Clock, "state", WORD, state,
            "RUNS; OFF: a difference that is not followed; HELD: nothing is served"),
        ONE(Clock, "ledger_time", TIME, ledger_ms, ""), ONE(Clock, "wall_time", TIME, wall_ms, ""),
        ONE(Clock, "difference_ms", SIGNED, difference_ms, "wall less ledger"),
        ONE(Clock, "text", WORD, text, "for people"), END}};

const struct ctl_shape ctl_shape_alarm = {
    "alarm", "Something that somebody should look into.",
    (const struct ctl_field[]){
        ONE(Alarm, "at", TIME, at_ms, ""), ONE(Alarm, "text", WORD, text, ""),
        ONE(Alarm, "object", HEX, object, "the link, transfer or case"),
        ONE(Alarm, "bank", BANK, bank, "that it is about, or that caused it"), END}};

static const struct ctl_shape session_count = {
    "bank's sessions", "How a bank is connected.",
    (const struct ctl_field[]){ONE(SessionCount, "bank", BANK, bank, ""),
                               ONE(SessionCount, "sessions", COUNT32, sessions, ""),
                               ONE(SessionCount, "certificate_expires_at", TIME,
                                   certificate_expires_ms,
                                   "the first to end of those that it is connected with"),
                               END}};

static const struct ctl_shape expiry = {
    "expiry", "What expires within 30 days.",
    (const struct ctl_field[]){
        ONE(Expiry, "what", WORD, what, "CERTIFICATE (the gateway's), CRL or PIN"),
        ONE(Expiry, "bank", BANK, bank, "of a pin"), ONE(Expiry, "pin", HEX, pin, ""),
        ONE(Expiry, "expires_at", TIME, expires_at_ms, ""), END}};

const struct ctl_shape ctl_shape_open_work = {
    "open work", "What waits for somebody.",
    (const struct ctl_field[]){
        ONE(OpenWork, "unknown", COUNT, unknown, "transfers"),
        ONE(OpenWork, "oldest_unknown_at", TIME, oldest_unknown_at_ms, ""),
        ONE(OpenWork, "uncredited", COUNT, uncredited,
            "accepted pulls that were not confirmed in time"),
        ONE(OpenWork, "unanswered", COUNT, unanswered,
            "transfers that wait for the instructed bank, UNKNOWN ones too"),
        ONE(OpenWork, "approvals_waiting", COUNT32, approvals_waiting, "for a second person"),
        ONE(OpenWork, "cases_open", COUNT, cases_open, ""),
        ONE(OpenWork, "cases_overdue", COUNT, cases_overdue, ""),
        ONE(OpenWork, "orders_open", COUNT, orders_open, "of products, as the next four"),
        ONE(OpenWork, "orders_unknown", COUNT, orders_unknown,
            "whose issuer did not answer an instruction"),
        ONE(OpenWork, "orders_late_confirmation", COUNT, orders_late_confirmation, ""),
        ONE(OpenWork, "orders_late_refund", COUNT, orders_late_refund, ""),
        ONE(OpenWork, "orders_late_payout", COUNT, orders_late_payout, ""),
        ONE(OpenWork, "loans_open", COUNT, loans_open, ""),
        ONE(OpenWork, "loans_unknown", COUNT, loans_unknown,
            "of which a draw or repayment has no outcome"),
        ONE(OpenWork, "loans_overdue", COUNT, loans_overdue, ""),
        ONE(OpenWork, "counted_all", FLAG, counted_all,
            "false: there is so much of it that the numbers are at least these"),
        END}};

#define COUNTER(key, member, help) ONE(Status, key, COUNT, member, help)

const struct ctl_shape ctl_shape_status = {
    "status", "How the gateway is.",
    (const struct ctl_field[]){
        ONE(Status, "version", WORD, version, ""),
        ONE(Status, "name", WORD, name, ""),
        ONE(Status, "state", WORD, state, "SERVING, DRAINING, or HELD until the clock is accepted"),
        MANY(Status, "trouble", TEXTS, trouble, "why new work is refused; empty: it is not"),
        ONE(Status, "port", COUNT32, port, ""),
        ONE(Status, "started_at", TIME, started_at_ms, ""),
        ONE(Status, "ledger_version", COUNT32, ledger_version, ""),
        ONE(Status, "store_id", HEX, store_id, ""),
        COUNTER("boot_count", boot_count, "starts of this ledger"),
        OBJECT(Status, "clock", clock, ctl_shape_clock, ""),
        MADE("open_work", &ctl_shape_open_work, "object or null: it cannot be told now"),
        COUNTER("sequence_applied", sequence_applied, "of the last command"),
        COUNTER("sequence_flushed", sequence_flushed, "that is in the store"),
        COUNTER("batch_durable", batch_durable, "of the log"),
        COUNTER("batch_flushed", batch_flushed, ""),
        COUNTER("commands", commands, "since the start, as are the next four"),
        COUNTER("queries", queries, ""),
        COUNTER("refused", refused, ""),
        COUNTER("batches", batches, ""),
        COUNTER("poisoned", poisoned, "commands that broke an invariant"),
        COUNTER("quarantined", quarantined, "held at present"),
        COUNTER("queue_commands", queue_commands, "that wait for the ledger"),
        COUNTER("overlay_keys", overlay_keys, "that are not in the store yet"),
        COUNTER("overlay_bytes", overlay_bytes, ""),
        COUNTER("flushes", flushes, "since the start, as are the next three"),
        COUNTER("flushed_puts", flushed_puts, ""),
        COUNTER("flushed_deletes", flushed_deletes, ""),
        COUNTER("flushed_bytes", flushed_bytes, "of keys and values"),
        COUNTER("log_segments", log_segments, ""),
        COUNTER("log_spares", log_spares, ""),
        COUNTER("log_bytes", log_bytes, ""),
        COUNTER("log_max_bytes", log_max_bytes, "new work is refused above it"),
        COUNTER("log_appended_bytes", log_appended_bytes, "since the start"),
        COUNTER("log_write_us", log_write_us, "the last write"),
        COUNTER("log_free_bytes", log_free_bytes, "left where the log stands; 0: not known"),
        COUNTER("map_bytes", map_bytes, "the store's bound"),
        COUNTER("map_used_bytes", map_used_bytes, ""),
        COUNTER("store_free_bytes", store_free_bytes, "left where the store stands; 0: not known"),
        ONE(Status, "connections", COUNT32, connections, ""),
        ONE(Status, "sessions", COUNT32, sessions, ""),
        ONE(Status, "banks_up", COUNT32, banks_up, ""),
        COUNTER("in_flight", in_flight, "requests of banks that wait for an answer"),
        COUNTER("outstanding", outstanding, "requests to banks that wait for one"),
        COUNTER("waiting", waiting, "instructions that wait for a connection, or room on one"),
        COUNTER("exchanges", exchanges, "not done yet"),
        ROWS(Status, "banks", banks, session_count, "all of the registry"),
        ONE(Status, "certificate_expires_at", TIME, certificate_expires_ms, "the gateway's own"),
        ONE(Status, "crl_expires_at", TIME, crl_expires_ms, "null: there is no CRL"),
        ROWS(Status, "expiring", expiring, expiry, "the soonest first"),
        ONE(Status, "last_backup_at", TIME, last_backup_at_ms,
            "when the last verified backup was begun; null: none is known"),
        MADE("last_backup_age", NULL, "text or null: how long ago that was"),
        COUNTER("last_backup_sequence", last_backup_sequence, "of the last command in it"),
        COUNTER("last_backup_bytes", last_backup_bytes, ""),
        ONE(Status, "backup_required", FLAG, backup_required,
            "the log is kept until a verified backup holds it"),
        ONE(Status, "banks_held", COUNT32, banks_held,
            "that have seen a later state of this store than this one"),
        COUNTER("alarms", alarms, "since the start"),
        ROWS(Status, "recent_alarms", recent_alarms, ctl_shape_alarm, "the last 64"),
        END}};

/* ---- backups ---- */

const struct ctl_shape ctl_shape_backup = {
    "backup", "A backup that was made and verified.",
    (const struct ctl_field[]){
        ONE(BackupState, "state", WORD, state, "DONE, or FAILED: nothing of it is left"),
        ONE(BackupState, "dir", WORD, dir, "on the gateway's machine"),
        ONE(BackupState, "text", WORD, text, "why it failed; else empty"),
        ONE(BackupState, "sequence", COUNT, sequence, "of the last command in it"),
        ONE(BackupState, "bytes", COUNT, bytes, "of all files"),
        ONE(BackupState, "files", COUNT32, files, ""),
        ONE(BackupState, "started_at", TIME, started_at_ms, ""),
        ONE(BackupState, "ended_at", TIME, ended_at_ms, ""), END}};

const struct ctl_shape ctl_shape_restored = {
    "restored", "A backup that was put in place.",
    (const struct ctl_field[]){
        MADE("dir", NULL, "text: where"),
        MADE("sequence", NULL, "number: of the last command in the backup"),
        MADE("ledger_time", NULL, "time: of that command"),
        MADE("ledger_version", NULL, "number: of the program that wrote it"),
        MADE("bytes", NULL, "number: of the backup's files"),
        MADE("kept_log", NULL,
             "boolean: the log that was there stays, and what it holds behind the backup will be "
             "applied"),
        END}};

/* ---- all of them ---- */

const struct ctl_shape ctl_shape_finding = {
    "finding", "One thing that is wrong with a store.",
    (const struct ctl_field[]){
        MADE("law", NULL, "text: rows, or I1 to I20"),
        MADE("law_text", NULL, "text: what that law says"),
        MADE("kind", NULL, "text or null: link, transfer, case, ...; null: no one object's"),
        MADE("id", NULL, "hex or null: the object"),
        MADE("bank", NULL, "twelve digits or null: the bank that it is about"),
        MADE("text", NULL, "text: what is wrong, without anybody's data"), END}};

const struct ctl_shape ctl_shape_verification = {
    "verification", "What came of a look at a store.",
    (const struct ctl_field[]){
        MADE("right", NULL, "boolean: nothing was found"),
        MADE("found", NULL, "number: findings in all"),
        MADE("findings", &ctl_shape_finding, "array of objects: at most 1000 of them"),
        MADE("rows", NULL, "number or null: rows of the store that were looked at"),
        MADE("links", NULL, "number or null"), MADE("transfers", NULL, "number or null"),
        MADE("notices", NULL, "number or null: that wait for an acknowledgement"),
        MADE("batches", NULL, "number or null: of the log"),
        MADE("commands", NULL, "number or null: in them"),
        MADE("sequence", NULL, "number or null: of the last command that is in the store"),
        MADE("replay", NULL,
             "text or null: how the log was applied again: WHOLE (from the start), FROM_BACKUP, "
             "NONE "
             "(it does not reach back), BROKEN (it could not go on: see findings and note)"),
        MADE("replayed", NULL, "number or null: commands applied again and compared"),
        MADE("tail", NULL, "number or null: commands behind the store, for the next start"),
        MADE("torn", NULL, "boolean or null: the log ends with an unfinished write, no fault"),
        MADE("note", NULL, "text or null: what could not be looked at, and what it takes"), END}};

const struct ctl_shape *ctl_shape_at(size_t index) {
    static const struct ctl_shape *const shapes[] = {
        &ctl_shape_done,
        &ctl_shape_refusal,
        &ctl_shape_status,
        &ctl_shape_alarm,
        &ctl_shape_bank,
        &ctl_shape_pin,
        &ctl_shape_link,
        &ctl_shape_link_detail,
        &ctl_shape_unmasked,
        &ctl_shape_transfer,
        &ctl_shape_transfer_detail,
        &ctl_shape_story,
        &ctl_shape_case,
        &ctl_shape_case_detail,
        &ctl_shape_card,
        &ctl_shape_card_detail,
        &ctl_shape_event,
        &ctl_shape_adjustment,
        &ctl_shape_product,
        &ctl_shape_product_order,
        &ctl_shape_product_order_detail,
        &ctl_shape_holding,
        &ctl_shape_loan,
        &ctl_shape_loan_detail,
        &ctl_shape_found,
        &ctl_shape_approval,
        &ctl_shape_audit,
        &ctl_shape_rules,
        &ctl_shape_rules_in_force,
        &ctl_shape_limits_detail,
        &ctl_shape_nets,
        &ctl_shape_exposure,
        &ctl_shape_funds,
        &ctl_shape_report,
        &ctl_shape_window,
        &ctl_shape_window_detail,
        &ctl_shape_quarantine,
        &ctl_shape_clock,
        &ctl_shape_verification,
        &ctl_shape_backup,
        &ctl_shape_restored,
        &ctl_shape_upload,
        &ctl_shape_export,
        &ctl_shape_difference,
    };
    return index < sizeof(shapes) / sizeof(shapes[0]) ? shapes[index] : NULL;
}
