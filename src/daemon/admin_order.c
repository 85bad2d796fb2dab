/*
 * Orders from the admin socket as commands of the ledger.
 *
 * Invariant: what is not of the right shape is refused here; whether it may be carried out, by how
 * many people, is the ledger's to say. A command carries the uid that the kernel named. An ID number
 * or an account number that is searched for leaves here as its keyed hash only.
 */
#include <string.h>

#include "daemon/admin_asking.h"
#include "domain/calendar.h"
#include "domain/identifier.h"
#include "util/text.h"
#include "verify/backup.h"
#include "wire/message.h"

struct command *asking_command(const struct asking *asking, enum command_kind kind) {
    struct command *command = command_new(kind);
    command->uid = asking->peer->uid;
    command->origin.kind = ORIGIN_ADMIN;
    command->origin.connection = asking->client;
    command->origin.correlation = asking->request->correlation;
    return command;
}

int asking_submit(const struct asking *asking, struct command *command) {
    message_encode_internal(command);
    if (asking->gateway->submit(asking->gateway->context, command))
        return ADMIN_PENDING;
    command_free(command);
    return asking_refuse_busy(asking);
}

#define NAME_TEXT "A name has 1 to 64 bytes of plain UTF-8."
#define ROLES_TEXT "Give one or more of class1, class2, issuer."
#define PIN_TEXT "A pin is a SHA-256: 64 hex digits, not all 0."
#define NO_BANK_TEXT "That is not a bank code. See `bank list`."
#define NO_ID_TEXT "An id has 16 bytes: 32 hex digits."

static bool name_right(struct span name) {
    return name.size > 0 && name.size <= BANK_NAME_MAX && text_is_clean(name);
}

static bool roles_right(uint32_t roles) {
    return roles != 0 && (roles & ~BANK_ROLES_ALL) == 0;
}

static bool take_digest(ProtobufCBinaryData bytes, struct digest *digest_out) {
    if (bytes.len != DIGEST_SIZE)
        return false;
    memcpy(digest_out->bytes, bytes.data, DIGEST_SIZE);
    return true;
}

/* All zero would be no pin. */
static bool take_pin(ProtobufCBinaryData bytes, struct digest *pin_out) {
    static const struct digest none;
    return take_digest(bytes, pin_out) && !digest_equal(pin_out, &none);
}

static int check_bank_add(const struct asking *asking) {
    const Linkgate__Admin__V1__BankAdd *order = asking->request->bank_add;
    struct span name = span_text(order->name);
    if (!asking_bank_code_right(order->code))
        return asking_refuse_field(
            asking, "code",
            "A bank code has twelve digits, and the last is a check digit of the "
            "others. Check it with the bank.");
    if (!name_right(name))
        return asking_refuse_field(asking, "name", NAME_TEXT);
    if (!roles_right(order->roles))
        return asking_refuse_field(asking, "roles", ROLES_TEXT);
    if (order->n_pins < 1 || order->n_pins > BANK_PINS_MAX)
        return asking_refuse_field(
            asking, "pins", "Give one or two pins (SHA-256 of the certificate's public key).");
    for (size_t i = 0; i < order->n_pins; i++) {
        struct digest pin;
        if (!take_pin(order->pins[i], &pin))
            return asking_refuse_field(asking, "pins", PIN_TEXT);
    }
    if (order->n_pins == 2 && memcmp(order->pins[0].data, order->pins[1].data, DIGEST_SIZE) == 0)
        return asking_refuse_field(asking, "pins", "The two pins are the same. Give it once.");
    return -1;
}

int order_bank_add(const struct asking *asking) {
    const Linkgate__Admin__V1__BankAdd *order = asking->request->bank_add;
    int answered = check_bank_add(asking);
    if (answered >= 0)
        return answered;
    struct command *command = asking_command(asking, COMMAND_BANK_ADD);
    struct bank *bank = &command->body.bank_add;
    bank->code = order->code;
    memcpy(bank->name, order->name, strlen(order->name));
    bank->active = true;
    bank->roles = order->roles;
    bank->pin_count = (uint32_t)order->n_pins;
    for (size_t i = 0; i < order->n_pins; i++)
        memcpy(bank->pins[i].bytes, order->pins[i].data, DIGEST_SIZE);
    return asking_submit(asking, command);
}

int order_bank_disable(const struct asking *asking) {
    uint64_t code = asking->request->bank_disable->code;
    if (!asking_bank_code_right(code))
        return asking_refuse_field(asking, "code", NO_BANK_TEXT);
    struct command *command = asking_command(asking, COMMAND_BANK_DISABLE);
    command->body.bank_disable.code = code;
    return asking_submit(asking, command);
}

int order_unfreeze(const struct asking *asking) {
    const Linkgate__Admin__V1__Unfreeze *order = asking->request->unfreeze;
    enum object_kind kind = asking_object_kind(order->kind);
    struct id id;
    if (kind == OBJECT_NONE)
        return asking_refuse_field(asking, "kind",
                                   "Only links, transfers, orders and loans can be frozen.");
    if (!asking_take_id(order->id, &id))
        return asking_refuse_field(asking, "id", NO_ID_TEXT);
    struct command *command = asking_command(asking, COMMAND_UNFREEZE);
    command->body.unfreeze.kind = kind;
    command->body.unfreeze.object = id;
    return asking_submit(asking, command);
}

int order_clock_accept_now(const struct asking *asking) {
    struct command *command = asking_command(asking, COMMAND_CLOCK_ACCEPT);
    command->body.clock_accept.wall_ms = asking->gateway->wall_ms(asking->gateway->context);
    return asking_submit(asking, command);
}

/* ---- banks and their pins ---- */

int order_bank_enable(const struct asking *asking) {
    uint64_t code = asking->request->bank_enable->code;
    if (!asking_bank_code_right(code))
        return asking_refuse_field(asking, "code", NO_BANK_TEXT);
    struct command *command = asking_command(asking, COMMAND_BANK_ENABLE);
    command->body.bank_enable.code = code;
    return asking_submit(asking, command);
}

int order_bank_resync(const struct asking *asking) {
    const Linkgate__Admin__V1__BankResync *order = asking->request->bank_resync;
    if (!asking_bank_code_right(order->code))
        return asking_refuse_field(asking, "code", NO_BANK_TEXT);
    if (order->notice == 0)
        return asking_refuse_field(asking, "notice",
                                   "Give the number that `bank show` says holds the bank.");
    struct command *command = asking_command(asking, COMMAND_BANK_RESYNC);
    command->body.bank_resync = (struct bank_resync){order->code, order->notice};
    return asking_submit(asking, command);
}

static int check_bank_set(const struct asking *asking) {
    const Linkgate__Admin__V1__BankSet *order = asking->request->bank_set;
    if (!asking_bank_code_right(order->code))
        return asking_refuse_field(asking, "code", NO_BANK_TEXT);
    if (!order->set_name && !order->set_roles && !order->set_denied)
        return asking_refuse_field(asking, "", "Say what is to be set: name, roles, denied.");
    if (order->set_name && !name_right(span_text(order->name)))
        return asking_refuse_field(asking, "name", NAME_TEXT);
    if (order->set_roles && !roles_right(order->roles))
        return asking_refuse_field(asking, "roles", ROLES_TEXT);
    for (size_t i = 0; order->set_denied && i < order->n_denied; i++) {
        const struct command_row *row = command_row_of_message(order->denied[i], MESSAGE_REQUEST);
        if (row == NULL || row->roles == 0 || row->direction != MESSAGE_REQUEST)
            return asking_refuse_field(asking, "denied", "That is no request that banks send.");
    }
    return -1;
}

int order_bank_set(const struct asking *asking) {
    const Linkgate__Admin__V1__BankSet *order = asking->request->bank_set;
    int answered = check_bank_set(asking);
    if (answered >= 0)
        return answered;
    struct command *command = asking_command(asking, COMMAND_BANK_SET);
    struct bank_set *set = &command->body.bank_set;
    struct bank denied = {0};
    set->code = order->code;
    set->what = (order->set_name ? BANK_SET_NAME : 0) | (order->set_roles ? BANK_SET_ROLES : 0) |
                (order->set_denied ? BANK_SET_DENIED : 0);
    if (order->set_name)
        memcpy(set->name, order->name, strlen(order->name));
    if (order->set_roles)
        set->roles = order->roles;
    for (size_t i = 0; order->set_denied && i < order->n_denied; i++)
        bank_deny_kind(&denied, order->denied[i], true);
    set->denied = denied.denied;
    return asking_submit(asking, command);
}

static int order_pin(const struct asking *asking, enum command_kind kind, uint64_t code,
                     ProtobufCBinaryData bytes) {
    struct digest pin;
    if (!asking_bank_code_right(code))
        return asking_refuse_field(asking, "code", NO_BANK_TEXT);
    if (!take_pin(bytes, &pin))
        return asking_refuse_field(asking, "pin", PIN_TEXT);
    struct command *command = asking_command(asking, kind);
    command->body.bank_pin = (struct bank_pin){.code = code, .pin = pin};
    return asking_submit(asking, command);
}

int order_pin_add(const struct asking *asking) {
    const Linkgate__Admin__V1__PinAdd *order = asking->request->pin_add;
    return order_pin(asking, COMMAND_PIN_ADD, order->code, order->pin);
}

int order_pin_remove(const struct asking *asking) {
    const Linkgate__Admin__V1__PinRemove *order = asking->request->pin_remove;
    return order_pin(asking, COMMAND_PIN_REMOVE, order->code, order->pin);
}

/* ---- holds ---- */

static int check_hold(const struct asking *asking, const Linkgate__Admin__V1__HoldPlace *order) {
    struct span reason = span_text(order->reason);
    struct span reference = span_text(order->reference);
    if (order->blocks == 0 || (order->blocks & ~HOLD_BLOCKS_ALL) != 0)
        return asking_refuse_field(asking, "blocks", "Say what it blocks.");
    if (reason.size > 0 && !reason_code_valid(reason))
        return asking_refuse_field(asking, "reason",
                                   "A reason is an ISO 20022 code: four letters.");
    if (reference.size > LEGAL_REFERENCE_MAX || !text_is_clean(reference))
        return asking_refuse_field(asking, "reference", "A reference has up to 64 bytes of UTF-8.");
    if (order->expires_at_ms != 0 &&
        order->expires_at_ms <= asking->gateway->wall_ms(asking->gateway->context))
        return asking_refuse_field(asking, "expires_at_ms", "That time is over already.");
    return -1;
}

int order_hold_place(const struct asking *asking) {
    const Linkgate__Admin__V1__HoldPlace *order = asking->request->hold_place;
    struct id link;
    if (!asking_take_id(order->link, &link))
        return asking_refuse_field(asking, "link", NO_ID_TEXT);
    int answered = check_hold(asking, order);
    if (answered >= 0)
        return answered;
    struct command *command = asking_command(asking, COMMAND_HOLD_PLACE);
    struct hold_order *hold = &command->body.hold_order;
    hold->link = link;
    hold->blocks = order->blocks;
    memcpy(hold->reason, order->reason, strlen(order->reason));
    memcpy(hold->legal_reference, order->reference, strlen(order->reference));
    hold->expires_at_ms = order->expires_at_ms;
    return asking_submit(asking, command);
}

int order_hold_lift(const struct asking *asking) {
    const Linkgate__Admin__V1__HoldLift *order = asking->request->hold_lift;
    struct hold_order hold = {0};
    if (!asking_take_id(order->link, &hold.link))
        return asking_refuse_field(asking, "link", NO_ID_TEXT);
    if (!asking_take_id(order->hold, &hold.hold))
        return asking_refuse_field(asking, "hold", NO_ID_TEXT);
    struct command *command = asking_command(asking, COMMAND_HOLD_LIFT);
    command->body.hold_order = hold;
    return asking_submit(asking, command);
}

/* ---- transfers ---- */

static enum posting_outcome outcome_of(Linkgate__Admin__V1__ResolvedOutcome outcome) {
    switch ((int)outcome) {
    case LINKGATE__ADMIN__V1__RESOLVED_OUTCOME__RESOLVED_OUTCOME_POSTED:
        return POSTING_POSTED;
    case LINKGATE__ADMIN__V1__RESOLVED_OUTCOME__RESOLVED_OUTCOME_REFUSED:
        return POSTING_REFUSED;
    case LINKGATE__ADMIN__V1__RESOLVED_OUTCOME__RESOLVED_OUTCOME_UNDONE:
        return POSTING_UNDONE;
    default:
        return POSTING_NONE;
    }
}

/* What goes with the outcome is there, and nothing else. */
static int check_booking(const struct asking *asking,
                         const Linkgate__Admin__V1__TransferResolve *order,
                         enum posting_outcome outcome) {
    struct span reference = span_text(order->reference);
    struct span reason = span_text(order->reason);
    bool posted = outcome == POSTING_POSTED;
    int64_t day;
    if (posted != (reference.size > 0) || reference.size > REFERENCE_MAX ||
        !text_is_clean(reference))
        return asking_refuse_field(asking, "reference",
                                   "What was posted has the bank's reference, up to 35 bytes; what "
                                   "was not has none.");
    if (posted ? !date_parse(span_text(order->book_date), &day) : order->book_date[0] != '\0')
        return asking_refuse_field(asking, "book_date",
                                   "What was posted has a book date, YYYY-MM-DD; what was not has "
                                   "none.");
    if (reason.size > 0 ? posted || !reason_code_valid(reason) : outcome == POSTING_REFUSED)
        return asking_refuse_field(asking, "reason",
                                   "What was refused has its reason, an ISO 20022 code of four "
                                   "letters; what was posted has none.");
    return -1;
}

static int check_resolve(const struct asking *asking,
                         const Linkgate__Admin__V1__TransferResolve *order) {
    struct span word = span_text(order->word);
    struct digest document;
    struct id id;
    enum posting_outcome outcome = outcome_of(order->outcome);
    if (!asking_take_id(order->transfer, &id))
        return asking_refuse_field(asking, "transfer", NO_ID_TEXT);
    if (outcome == POSTING_NONE)
        return asking_refuse_field(asking, "outcome", "Say posted, refused or undone.");
    int answered = check_booking(asking, order, outcome);
    if (answered >= 0)
        return answered;
    if (word.size == 0 || word.size > BANK_WORD_MAX || !text_is_clean(word))
        return asking_refuse_field(asking, "word",
                                   "Give what the bank's people wrote: 1 to 280 bytes of UTF-8.");
    if (!take_pin(order->document_sha256, &document))
        return asking_refuse_field(asking, "document_sha256",
                                   "Give the SHA-256 of the bank's document.");
    return -1;
}

int order_transfer_resolve(const struct asking *asking) {
    const Linkgate__Admin__V1__TransferResolve *order = asking->request->transfer_resolve;
    int answered = check_resolve(asking, order);
    if (answered >= 0)
        return answered;
    struct command *command = asking_command(asking, COMMAND_TRANSFER_RESOLVE);
    struct transfer_resolve *resolve = &command->body.transfer_resolve;
    resolve->outcome = outcome_of(order->outcome);
    memcpy(resolve->reference, order->reference, strlen(order->reference));
    memcpy(resolve->book_date, order->book_date, strlen(order->book_date));
    memcpy(resolve->reason, order->reason, strlen(order->reason));
    memcpy(resolve->word, order->word, strlen(order->word));
    if (!asking_take_id(order->transfer, &resolve->transfer) ||
        !take_pin(order->document_sha256, &resolve->document)) {
        command_free(command);
        return asking_refuse_field(asking, "transfer", NO_ID_TEXT);
    }
    return asking_submit(asking, command);
}

/* ---- the quarantine ---- */

static int decide_quarantine(const struct asking *asking, enum command_kind kind,
                             ProtobufCBinaryData bytes) {
    struct digest digest;
    if (!take_digest(bytes, &digest))
        return asking_refuse_field(asking, "digest",
                                   "A digest has 64 hex digits. See `quarantine list`.");
    struct command *command = asking_command(asking, kind);
    command->body.quarantine_order.digest = digest;
    return asking_submit(asking, command);
}

int order_quarantine_release(const struct asking *asking) {
    return decide_quarantine(asking, COMMAND_QUARANTINE_RELEASE,
                             asking->request->quarantine_release->digest);
}

int order_quarantine_drop(const struct asking *asking) {
    return decide_quarantine(asking, COMMAND_QUARANTINE_DROP,
                             asking->request->quarantine_drop->digest);
}

/* ---- rules ---- */

/* Whether they may be put into force is the ledger's to say. */
int order_rules_load(const struct asking *asking) {
    ProtobufCBinaryData bytes = asking->request->rules_load->document;
    if (bytes.len > RULES_LOAD_MAX)
        return asking_refuse_field(asking, "document",
                                   "The document is too long. Load it in parts.");
    struct command *command = asking_command(asking, COMMAND_RULES_LOAD);
    struct rules_document *document = arena_zero(&command->arena, sizeof(*document));
    command->body.rules_load.document = document;
    if (rules_document_decode(span_of(bytes.data, bytes.len), document))
        return asking_submit(asking, command);
    command_free(command);
    return asking_refuse_field(asking, "document",
                               "That is no document of rules that this gateway can read. Use the "
                               "linkgatectl of its version.");
}

/* ---- backups: recorded by the ledger, made by the daemon ---- */

int order_backup(const struct asking *asking) {
    const struct admin_gateway *gateway = asking->gateway;
    const char *dir = asking->request->backup->dir;
    char reason[BACKUP_REASON_MAX];
    if (!text_is_clean(span_text(dir)))
        return asking_refuse_field(asking, "dir", "A path is plain UTF-8.");
    if (backup_look(dir, reason, sizeof(reason)) != 0)
        return asking_refuse_field(asking, "dir", reason);
    if (!gateway->reserve_backup(gateway->context, dir))
        return asking_refuse(asking, REFUSAL_BUSY, "",
                             "A backup is being made already. Wait for it; `linkgatectl status` "
                             "tells when it was done.");
    int answered = asking_submit(asking, asking_command(asking, COMMAND_BACKUP));
    if (answered != ADMIN_PENDING)
        gateway->release_backup(gateway->context);
    return answered;
}

/* ---- settlement ---- */

static struct command *window_command(const struct asking *asking, enum command_kind kind,
                                      uint64_t window) {
    struct command *command = asking_command(asking, kind);
    command->body.window_order.window = window;
    return command;
}

int order_window_close(const struct asking *asking) {
    uint64_t window = asking->request->window_close->window;
    return asking_submit(asking, window_command(asking, COMMAND_WINDOW_CLOSE, window));
}

static struct command *all_command(const struct asking *asking, uint64_t window) {
    struct command *command = window_command(asking, COMMAND_WINDOW_SETTLE, window);
    command->body.window_order.settlement = SETTLEMENT_MULTILATERAL;
    return command;
}

int order_window_settle(const struct asking *asking) {
    const Linkgate__Admin__V1__WindowSettle *order = asking->request->window_settle;
    struct span reference = span_text(order->reference);
    if (order->multilateral)
        return asking_submit(asking, all_command(asking, order->window));
    if (!asking_bank_code_right(order->bank))
        return asking_refuse_field(asking, "bank", NO_BANK_TEXT);
    if (!asking_bank_code_right(order->other))
        return asking_refuse_field(asking, "other", NO_BANK_TEXT);
    if (reference.size == 0 || reference.size > REFERENCE_MAX || !text_is_clean(reference))
        return asking_refuse_field(asking, "reference",
                                   "A payment's reference has 1 to 35 bytes of plain UTF-8.");
    struct command *command = window_command(asking, COMMAND_WINDOW_SETTLE, order->window);
    struct window_order *body = &command->body.window_order;
    body->low = order->bank < order->other ? order->bank : order->other;
    body->high = order->bank < order->other ? order->other : order->bank;
    memcpy(body->reference, reference.data, reference.size);
    body->settlement = SETTLEMENT_BILATERAL;
    return asking_submit(asking, command);
}

int order_window_abort(const struct asking *asking) {
    const Linkgate__Admin__V1__WindowAbort *order = asking->request->window_abort;
    if (order->defaulter != 0 && !asking_bank_code_right(order->defaulter))
        return asking_refuse_field(asking, "defaulter", NO_BANK_TEXT);
    struct command *command = window_command(asking, COMMAND_WINDOW_ABORT, order->window);
    command->body.window_order.defaulter = order->defaulter;
    return asking_submit(asking, command);
}

/* ---- decisions, and what is read under them ---- */

static int decide_on(const struct asking *asking, enum command_kind kind,
                     ProtobufCBinaryData bytes) {
    struct id approval;
    if (!asking_take_id(bytes, &approval))
        return asking_refuse_field(asking, "approval", NO_ID_TEXT);
    struct command *command = asking_command(asking, kind);
    command->body.decision.approval = approval;
    command->body.decision.wall_ms = asking->gateway->wall_ms(asking->gateway->context);
    return asking_submit(asking, command);
}

int order_approve(const struct asking *asking) {
    return decide_on(asking, COMMAND_APPROVE, asking->request->approve->approval);
}

int order_reject(const struct asking *asking) {
    return decide_on(asking, COMMAND_REJECT, asking->request->reject->approval);
}

int order_read_unmasked(const struct asking *asking) {
    return decide_on(asking, COMMAND_READ_UNMASKED, asking->request->read_unmasked->approval);
}

int order_unmask(const struct asking *asking) {
    struct id link;
    if (!asking_take_id(asking->request->unmask->link, &link))
        return asking_refuse_field(asking, "link", NO_ID_TEXT);
    struct command *command = asking_command(asking, COMMAND_UNMASK);
    command->body.unmask.link = link;
    return asking_submit(asking, command);
}

/* ---- searching: the number goes no further than here ---- */

static int search_for(const struct asking *asking, enum search_by by, struct digest key) {
    struct command *command = asking_command(asking, COMMAND_SEARCH);
    command->body.search = (struct search){.by = by, .key = key};
    return asking_submit(asking, command);
}

static int search_account(const struct asking *asking) {
    const Linkgate__Admin__V1__Search *order = asking->request->search;
    struct span number = span_text(order->account);
    if (!asking_bank_code_right(order->bank))
        return asking_refuse_field(asking, "bank", NO_BANK_TEXT);
    if (!account_number_valid(number))
        return asking_refuse_field(asking, "account",
                                   "An account number has 5 to 34 digits and capital letters.");
    return search_for(asking, SEARCH_BY_ACCOUNT,
                      ledger_account_key(asking->gateway->keyring, order->bank, number));
}

static int search_person(const struct asking *asking) {
    const Linkgate__Admin__V1__Search *order = asking->request->search;
    char canonical[RESIDENT_ID_SIZE + 1];
    int64_t now_ms = asking->gateway->wall_ms(asking->gateway->context);
    if (order->id_type != ID_TYPE_RESIDENT)
        return asking_refuse_field(asking, "id_type", "Only resident ID cards are known here.");
    if (!resident_id_parse(span_text(order->id_number), now_ms, canonical))
        return asking_refuse_field(asking, "id_number",
                                   "A resident ID number has 18 characters, the last of them a "
                                   "check character.");
    return search_for(
        asking, SEARCH_BY_PERSON,
        ledger_person_key(asking->gateway->keyring, order->id_type, span_text(canonical)));
}

int order_search(const struct asking *asking) {
    const Linkgate__Admin__V1__Search *order = asking->request->search;
    bool account = order->bank != 0 || order->account[0] != '\0';
    bool person = order->id_type != 0 || order->id_number[0] != '\0';
    if (account == person)
        return asking_refuse_field(asking, "", "Search for an account of a bank, or for a person.");
    return account ? search_account(asking) : search_person(asking);
}
