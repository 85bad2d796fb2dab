/*
 * The one dispatcher of the admin socket.
 *
 * Invariant: nothing is done for a request before its row in the table below was found and its
 * right checked against the peer; an order without a row cannot be carried out. Orders that change
 * the ledger leave as commands with the operator's uid and are not answered here; listings leave
 * for the bulk thread. It does not know sockets or threads.
 */
#include "daemon/admin.h"

#include <stdlib.h>
#include <string.h>

#include "domain/identifier.h"
#include "util/text.h"
#include "wire/message.h"

/* One request on its way through the dispatcher. */
struct asking {
    const struct admin_gateway *gateway;
    const struct admin_peer *peer;
    uint64_t client;
    const admin_request *request;
    struct buf *out;
};

bool admin_may(const struct admin_policy *policy, const struct admin_peer *peer,
               enum admin_right right) {
    if (peer->uid == 0 || peer->uid == policy->daemon_uid)
        return true;
    for (size_t i = 0; i <= peer->group_count && i <= ADMIN_GROUPS_MAX; i++) {
        uint32_t gid = i == peer->group_count ? peer->gid : peer->groups[i];
        if (policy->has_group && gid == policy->group)
            return true;
        if (right == ADMIN_READ && policy->has_read_group && gid == policy->read_group)
            return true;
    }
    return false;
}

static int refuse(const struct asking *asking, enum refusal_code code, const char *field,
                  const char *text) {
    struct refusal refusal = {.code = code, .field = field};
    admin_append_refusal(asking->request->correlation, &refusal, text, asking->out);
    return ADMIN_ANSWERED;
}

static int refuse_field(const struct asking *asking, const char *field, const char *text) {
    return refuse(asking, REFUSAL_FIELD_INVALID, field, text);
}

static int refuse_busy(const struct asking *asking) {
    return refuse(asking, REFUSAL_BUSY, "",
                  "The gateway is busy with other orders. Try again in a moment.");
}

static bool bank_code_right(uint64_t code) {
    char text[BANK_CODE_TEXT_SIZE];
    bank_code parsed;
    if (code > 999999999999u)
        return false;
    bank_code_format(code, text);
    return bank_code_parse(span_of(text, BANK_CODE_DIGITS), &parsed) && parsed == code;
}

/* ---- orders that go to the ledger -------------------------------------------------------------- */

static struct command *new_command(const struct asking *asking, enum command_kind kind) {
    struct command *command = command_new(kind);
    command->uid = asking->peer->uid;
    command->origin.kind = ORIGIN_ADMIN;
    command->origin.connection = asking->client;
    command->origin.correlation = asking->request->correlation;
    return command;
}

static int submit(const struct asking *asking, struct command *command) {
    message_encode_internal(command);
    if (asking->gateway->submit(asking->gateway->context, command))
        return ADMIN_PENDING;
    command_free(command);
    return refuse_busy(asking);
}

static int check_bank_add(const struct asking *asking) {
    const Linkgate__Admin__V1__BankAdd *order = asking->request->bank_add;
    struct span name = span_text(order->name);
    if (!bank_code_right(order->code))
        return refuse_field(asking, "code",
                            "A bank code has twelve digits, and the last is a check digit of the "
                            "others. Check it with the bank.");
    if (name.size == 0 || name.size > BANK_NAME_MAX || !text_is_clean(name))
        return refuse_field(asking, "name", "A name has 1 to 64 bytes of plain UTF-8.");
    if (order->roles == 0 || order->roles > 7)
        return refuse_field(asking, "roles", "Give one or more of class1, class2, issuer.");
    if (order->n_pins < 1 || order->n_pins > BANK_PINS_MAX)
        return refuse_field(asking, "pins",
                            "Give one or two pins (SHA-256 of the certificate's public key).");
    for (size_t i = 0; i < order->n_pins; i++) {
        static const uint8_t zero[DIGEST_SIZE];
        if (order->pins[i].len != DIGEST_SIZE ||
            memcmp(order->pins[i].data, zero, DIGEST_SIZE) == 0)
            return refuse_field(asking, "pins", "A pin is a SHA-256: 64 hex digits, not all 0.");
    }
    if (order->n_pins == 2 && memcmp(order->pins[0].data, order->pins[1].data, DIGEST_SIZE) == 0)
        return refuse_field(asking, "pins", "The two pins are the same. Give it once.");
    return -1;
}

static int bank_add(const struct asking *asking) {
    const Linkgate__Admin__V1__BankAdd *order = asking->request->bank_add;
    int answered = check_bank_add(asking);
    if (answered >= 0)
        return answered;
    struct command *command = new_command(asking, COMMAND_BANK_ADD);
    struct bank *bank = &command->body.bank_add;
    bank->code = order->code;
    memcpy(bank->name, order->name, strlen(order->name));
    bank->active = true;
    bank->roles = order->roles;
    bank->pin_count = (uint32_t)order->n_pins;
    for (size_t i = 0; i < order->n_pins; i++)
        memcpy(bank->pins[i].bytes, order->pins[i].data, DIGEST_SIZE);
    return submit(asking, command);
}

static int bank_disable(const struct asking *asking) {
    uint64_t code = asking->request->bank_disable->code;
    if (!bank_code_right(code))
        return refuse_field(asking, "code", "That is not a bank code. See `bank list`.");
    struct command *command = new_command(asking, COMMAND_BANK_DISABLE);
    command->body.bank_disable.code = code;
    return submit(asking, command);
}

static int unfreeze(const struct asking *asking) {
    const Linkgate__Admin__V1__Unfreeze *order = asking->request->unfreeze;
    struct id id;
    if (order->kind != LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_LINK &&
        order->kind != LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_TRANSFER)
        return refuse_field(asking, "kind", "Only links and transfers can be frozen.");
    if (!id_from_span(span_of(order->id.data, order->id.len), &id))
        return refuse_field(asking, "id", "An id has 16 bytes: 32 hex digits.");
    struct command *command = new_command(asking, COMMAND_UNFREEZE);
    command->body.unfreeze.kind = order->kind == LINKGATE__ADMIN__V1__OBJECT_KIND__OBJECT_KIND_LINK
                                      ? OBJECT_LINK
                                      : OBJECT_TRANSFER;
    command->body.unfreeze.object = id;
    return submit(asking, command);
}

static int clock_accept(const struct asking *asking) {
    struct command *command = new_command(asking, COMMAND_CLOCK_ACCEPT);
    command->body.clock_accept.wall_ms = asking->gateway->wall_ms(asking->gateway->context);
    return submit(asking, command);
}

/* ---- questions about the gateway itself, and its quarantine ------------------------------------ */

static int inquire(const struct asking *asking, enum admin_inquiry_kind kind,
                   const struct digest *digest) {
    struct admin_inquiry *inquiry =
        admin_inquiry_new(kind, asking->client, asking->request->correlation);
    if (digest != NULL)
        inquiry->digest = *digest;
    if (asking->gateway->inquire(asking->gateway->context, inquiry))
        return ADMIN_PENDING;
    free(inquiry);
    return refuse_busy(asking);
}

static int get_status(const struct asking *asking) {
    return inquire(asking, ADMIN_STATUS, NULL);
}

static int get_clock(const struct asking *asking) {
    return inquire(asking, ADMIN_CLOCK, NULL);
}

static int list_quarantine(const struct asking *asking) {
    return inquire(asking, ADMIN_QUARANTINE_LIST, NULL);
}

static int decide_quarantine(const struct asking *asking, enum admin_inquiry_kind kind,
                             ProtobufCBinaryData bytes) {
    struct digest digest;
    if (bytes.len != DIGEST_SIZE)
        return refuse_field(asking, "digest", "A digest has 64 hex digits. See `quarantine list`.");
    memcpy(digest.bytes, bytes.data, DIGEST_SIZE);
    return inquire(asking, kind, &digest);
}

static int release_quarantine(const struct asking *asking) {
    return decide_quarantine(asking, ADMIN_QUARANTINE_RELEASE,
                             asking->request->quarantine_release->digest);
}

static int drop_quarantine(const struct asking *asking) {
    return decide_quarantine(asking, ADMIN_QUARANTINE_DROP,
                             asking->request->quarantine_drop->digest);
}

/* ---- listings ---------------------------------------------------------------------------------- */

static struct admin_listing *new_listing(const struct asking *asking, enum admin_listing_kind kind,
                                         uint32_t max) {
    struct admin_listing *listing =
        admin_listing_new(kind, asking->client, asking->request->correlation);
    listing->max = max == 0 || max > ADMIN_PAGE_ROWS_MAX ? ADMIN_PAGE_ROWS_MAX : max;
    return listing;
}

static int start_listing(const struct asking *asking, struct admin_listing *listing) {
    if (asking->gateway->list(asking->gateway->context, listing))
        return ADMIN_PENDING;
    admin_listing_free(listing);
    return refuse_busy(asking);
}

/* An empty id is none; false: neither that nor an id. */
static bool take_id(ProtobufCBinaryData bytes, struct id *id_out) {
    return bytes.len == 0 || id_from_span(span_of(bytes.data, bytes.len), id_out);
}

static int drop_listing(const struct asking *asking, struct admin_listing *listing,
                        const char *field) {
    admin_listing_free(listing);
    return refuse_field(asking, field, "An id has 16 bytes: 32 hex digits.");
}

static int list_banks(const struct asking *asking) {
    const Linkgate__Admin__V1__ListBanks *order = asking->request->list_banks;
    struct admin_listing *listing = new_listing(asking, ADMIN_LIST_BANKS, order->max);
    listing->after_bank = order->after;
    return start_listing(asking, listing);
}

static int list_links(const struct asking *asking) {
    const Linkgate__Admin__V1__ListLinks *order = asking->request->list_links;
    struct admin_listing *listing = new_listing(asking, ADMIN_LIST_LINKS, order->max);
    listing->state = order->state;
    listing->bank = order->bank;
    if (!take_id(order->after, &listing->after))
        return drop_listing(asking, listing, "after");
    return start_listing(asking, listing);
}

static int list_transfers(const struct asking *asking) {
    const Linkgate__Admin__V1__ListTransfers *order = asking->request->list_transfers;
    struct admin_listing *listing = new_listing(asking, ADMIN_LIST_TRANSFERS, order->max);
    listing->state = order->state;
    if (!take_id(order->after, &listing->after))
        return drop_listing(asking, listing, "after");
    if (!take_id(order->link, &listing->link))
        return drop_listing(asking, listing, "link");
    return start_listing(asking, listing);
}

static int show(const struct asking *asking, enum admin_listing_kind kind,
                ProtobufCBinaryData bytes) {
    struct admin_listing *listing = new_listing(asking, kind, 1);
    if (!id_from_span(span_of(bytes.data, bytes.len), &listing->after))
        return drop_listing(asking, listing, "id");
    return start_listing(asking, listing);
}

static int get_link(const struct asking *asking) {
    return show(asking, ADMIN_SHOW_LINK, asking->request->get_link->id);
}

static int get_transfer(const struct asking *asking) {
    return show(asking, ADMIN_SHOW_TRANSFER, asking->request->get_transfer->id);
}

/* Copies a currency that may be empty; false: it is none. */
static bool take_currency(const char *text, char currency_out[CURRENCY_SIZE]) {
    size_t size = strlen(text);
    if (size >= CURRENCY_SIZE)
        return false;
    memcpy(currency_out, text, size + 1);
    return true;
}

static int drop_currency(const struct asking *asking, struct admin_listing *listing) {
    admin_listing_free(listing);
    return refuse_field(asking, "after_currency", "A currency has three letters.");
}

static int list_nets(const struct asking *asking) {
    const Linkgate__Admin__V1__ListNets *order = asking->request->list_nets;
    struct admin_listing *listing = new_listing(asking, ADMIN_LIST_NETS, order->max);
    listing->after_is_given = order->after_low != 0;
    listing->after_net.window = order->after_window;
    listing->after_net.low = order->after_low;
    listing->after_net.high = order->after_high;
    if (!take_currency(order->after_currency, listing->after_net.currency))
        return drop_currency(asking, listing);
    return start_listing(asking, listing);
}

static int list_positions(const struct asking *asking) {
    const Linkgate__Admin__V1__ListPositions *order = asking->request->list_positions;
    struct admin_listing *listing = new_listing(asking, ADMIN_LIST_POSITIONS, order->max);
    listing->after_is_given = order->after_bank != 0;
    listing->after_position.bank = order->after_bank;
    if (!take_currency(order->after_currency, listing->after_position.currency))
        return drop_currency(asking, listing);
    return start_listing(asking, listing);
}

/* ---- the table --------------------------------------------------------------------------------- */

static const struct row {
    Linkgate__Admin__V1__Request__OrderCase order;
    enum admin_right right;
    int (*carry_out)(const struct asking *asking);
} table[] = {
    {ADMIN_ORDER(BANK_ADD), ADMIN_CHANGE, bank_add},
    {ADMIN_ORDER(BANK_DISABLE), ADMIN_CHANGE, bank_disable},
    {ADMIN_ORDER(UNFREEZE), ADMIN_CHANGE, unfreeze},
    {ADMIN_ORDER(CLOCK_ACCEPT), ADMIN_CHANGE, clock_accept},
    {ADMIN_ORDER(QUARANTINE_RELEASE), ADMIN_CHANGE, release_quarantine},
    {ADMIN_ORDER(QUARANTINE_DROP), ADMIN_CHANGE, drop_quarantine},
    {ADMIN_ORDER(GET_STATUS), ADMIN_READ, get_status},
    {ADMIN_ORDER(GET_CLOCK), ADMIN_READ, get_clock},
    {ADMIN_ORDER(LIST_BANKS), ADMIN_READ, list_banks},
    {ADMIN_ORDER(LIST_LINKS), ADMIN_READ, list_links},
    {ADMIN_ORDER(GET_LINK), ADMIN_READ, get_link},
    {ADMIN_ORDER(LIST_TRANSFERS), ADMIN_READ, list_transfers},
    {ADMIN_ORDER(GET_TRANSFER), ADMIN_READ, get_transfer},
    {ADMIN_ORDER(LIST_NETS), ADMIN_READ, list_nets},
    {ADMIN_ORDER(LIST_POSITIONS), ADMIN_READ, list_positions},
    {ADMIN_ORDER(LIST_QUARANTINE), ADMIN_READ, list_quarantine},
};

static const struct row *row_of(const admin_request *request) {
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (table[i].order == request->order_case)
            return &table[i];
    }
    return NULL;
}

static int decide(const struct asking *asking, const struct admin_policy *policy) {
    const struct row *row = row_of(asking->request);
    if (row == NULL || !admin_request_known(asking->request))
        return refuse(asking, REFUSAL_UNSUPPORTED, "",
                      "This gateway knows no such order. Use the linkgatectl of its version.");
    if (!admin_may(policy, asking->peer, row->right))
        return refuse(asking, REFUSAL_NOT_GRANTED, "",
                      row->right == ADMIN_CHANGE
                          ? "Your user may not give orders here. Be root, the daemon's user, or a "
                            "member of the group that [admin] group names."
                          : "Your user may not ask here. Be root, the daemon's user, or a member "
                            "of a group that [admin] group or read_group names.");
    return row->carry_out(asking);
}

int admin_dispatch(const struct admin_gateway *gateway, const struct admin_policy *policy,
                   const struct admin_peer *peer, uint64_t client, struct span body,
                   struct buf *out) {
    struct arena received;
    arena_init(&received, 4096, ADMIN_REQUEST_BUDGET);
    int outcome = ADMIN_MALFORMED;
    const admin_request *request = admin_request_unpack(body, &received);
    if (request != NULL) {
        struct asking asking = {gateway, peer, client, request, out};
        outcome = decide(&asking, policy);
    }
    arena_deinit(&received);
    return outcome;
}

void admin_append_outcome(uint64_t correlation, bool refused, const struct refusal *refusal,
                          struct buf *out) {
    if (refused)
        admin_append_refusal(correlation, refusal, NULL, out);
    else
        admin_append_done(correlation, out);
}
