/*
 * Words of the command line as names, ids, codes and numbers. Times are in ctl_times.c.
 *
 * Invariant: what is not right is said with the word itself, what a right one looks like, and, where
 * it helps, where to find it; nothing is sent to the gateway that is known to be wrong. Lists of
 * names are the domain's own.
 */
#include "tools/ctl_values.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "domain/adjustment.h"
#include "domain/approval.h"
#include "domain/bank.h"
#include "domain/card.h"
#include "domain/event.h"
#include "domain/funds.h"
#include "domain/inquiry.h"
#include "domain/link.h"
#include "domain/loan_state.h"
#include "domain/product.h"
#include "domain/product_order_state.h"
#include "domain/recon.h"
#include "domain/transfer.h"

#define WORD_MAX 48
#define NEAR 2 /* letters that may differ from what was meant */

/* ---- names ---- */

static const char *role_name(uint32_t bit) {
    static const char *const names[] = {"class1", "class2", "issuer"};
    return bit < 3 ? names[bit] : "";
}

static const char *scope_name(uint32_t scope) {
    static const char *const names[] = {[LINK_SCOPE_COLLECT] = "COLLECT",
                                        [LINK_SCOPE_PAY] = "PAY",
                                        [LINK_SCOPE_PAY_FALLBACK] = "PAY_FALLBACK",
                                        [LINK_SCOPE_BALANCE] = "BALANCE",
                                        [LINK_SCOPE_PRODUCTS] = "PRODUCTS"};
    return scope > 0 && scope <= LINK_SCOPE_PRODUCTS ? names[scope] : "";
}

static const char *block_name(uint32_t block) {
    static const char *const names[] = {[HOLD_BLOCK_DEBIT_CLASS1] = "DEBIT_CLASS1",
                                        [HOLD_BLOCK_CREDIT_CLASS1] = "CREDIT_CLASS1",
                                        [HOLD_BLOCK_DEBIT_CLASS2] = "DEBIT_CLASS2",
                                        [HOLD_BLOCK_CREDIT_CLASS2] = "CREDIT_CLASS2",
                                        [HOLD_BLOCK_ORDERS] = "ORDERS"};
    return block > 0 && block <= HOLD_BLOCK_ORDERS ? names[block] : "";
}

const char *ctl_kind_name(uint32_t kind) {
    const struct command_row *row = command_row_of_message(kind, MESSAGE_REQUEST);
    if (kind == MESSAGE_POSTING_RESULT)
        return "POSTING_RESULT";
    return row != NULL ? row->name : NULL;
}

static const char *kind_name(uint32_t kind) {
    const char *name = ctl_kind_name(kind);
    return name != NULL ? name : "";
}

static const char *link_name(uint32_t state) {
    return link_state_name((enum link_state)state);
}

static const char *transfer_name(uint32_t state) {
    return transfer_state_name((enum transfer_state)state);
}

static const char *case_name(uint32_t state) {
    return case_state_name((enum case_state)state);
}

static const char *funds_name(uint32_t state) {
    return funds_state_name((enum funds_state)state);
}

static const char *event_name(uint32_t state) {
    return event_state_name((enum event_state)state);
}

static const char *card_name(uint32_t state) {
    return card_state_name((enum card_state)state);
}

static const char *adjustment_name(uint32_t state) {
    return adjustment_state_name((enum adjustment_state)state);
}

static const char *product_name(uint32_t state) {
    return product_state_name((enum product_state)state);
}

static const char *product_order_name(uint32_t state) {
    return product_order_state_name((enum product_order_state)state);
}

static const char *loan_name(uint32_t state) {
    return loan_state_name((enum loan_state)state);
}

static const char *approval_name(uint32_t state) {
    return approval_state_name((enum approval_state)state);
}

static const char *transfer_kind(uint32_t kind) {
    return transfer_kind_name((enum transfer_kind)kind);
}

static const char *order_name(uint32_t kind) {
    const struct command_row *row = command_row((enum command_kind)kind);
    return row != NULL ? row->name : "";
}

static const char *list_name(uint32_t kind) {
    return recon_kind_name((enum recon_kind)kind);
}

const struct ctl_names ctl_roles = {role_name, 0, 3};
const struct ctl_names ctl_scopes = {scope_name, 1, LINK_SCOPE_PRODUCTS + 1};
const struct ctl_names ctl_blocks = {block_name, 1, HOLD_BLOCK_ORDERS + 1};
const struct ctl_names ctl_kinds = {kind_name, 1, BANK_KINDS};
const struct ctl_names ctl_link_states = {link_name, 1, LINK_STATES};
const struct ctl_names ctl_transfer_states = {transfer_name, 1, TRANSFER_STATES};
const struct ctl_names ctl_case_states = {case_name, 1, CASE_STATES};
const struct ctl_names ctl_event_states = {event_name, 1, EVENT_STATES};
const struct ctl_names ctl_card_states = {card_name, 1, CARD_STATES};
const struct ctl_names ctl_adjustment_states = {adjustment_name, 1, ADJUSTMENT_STATES};
const struct ctl_names ctl_product_states = {product_name, 1, PRODUCT_STATES};
const struct ctl_names ctl_product_order_states = {product_order_name, 1, PRODUCT_ORDER_STATES};
const struct ctl_names ctl_loan_states = {loan_name, 1, LOAN_STATES};
const struct ctl_names ctl_funds_states = {funds_name, 1, FUNDS_STATES};
const struct ctl_names ctl_approval_states = {approval_name, 1, APPROVAL_STATES};
const struct ctl_names ctl_lists = {list_name, RECON_HOLDINGS, RECON_LOANS + 1};
const struct ctl_names ctl_transfer_kinds = {transfer_kind, 1, TRANSFER_KINDS};
const struct ctl_names ctl_orders = {order_name, COMMAND_BANK_ADD, COMMAND_FETCH_NOTICES};

void ctl_names_list(const struct ctl_names *names, char *text_out, size_t size) {
    size_t used = 0;
    text_out[0] = '\0';
    for (uint32_t i = names->first; i < names->count && used < size; i++) {
        const char *name = names->name_of(i);
        if (name[0] != '\0')
            used +=
                (size_t)snprintf(text_out + used, size - used, "%s%s", used > 0 ? " " : "", name);
    }
}

size_t ctl_distance(const char *a, const char *b) {
    size_t row[WORD_MAX + 1];
    size_t a_size = strlen(a);
    size_t b_size = strlen(b);
    if (a_size > WORD_MAX || b_size > WORD_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            size_t best = corner + (same ? 0 : 1);
            corner = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        }
    }
    return row[b_size];
}

const char *ctl_names_near(const struct ctl_names *names, const char *text) {
    const char *found = NULL;
    size_t least = NEAR + 1;
    for (uint32_t i = names->first; i < names->count; i++) {
        const char *name = names->name_of(i);
        size_t distance = name[0] != '\0' ? ctl_distance(name, text) : SIZE_MAX;
        if (distance < least) {
            least = distance;
            found = name;
        }
    }
    return found;
}

/* Upper or lower case, "-" for "_". */
static bool same_name(const char *name, const char *text, size_t size) {
    if (name[0] == '\0' || strlen(name) != size)
        return false;
    for (size_t i = 0; i < size; i++) {
        char letter = text[i] == '-' ? '_' : text[i];
        if (tolower((unsigned char)letter) != tolower((unsigned char)name[i]))
            return false;
    }
    return true;
}

static bool find_name(const struct ctl_names *names, const char *text, size_t size,
                      uint32_t *number_out) {
    for (uint32_t i = names->first; i < names->count; i++) {
        if (same_name(names->name_of(i), text, size)) {
            *number_out = i;
            return true;
        }
    }
    return false;
}

static enum ctl_exit no_such_name(struct ctl_session *session, const struct ctl_names *names,
                                  const char *what, const char *text, size_t size) {
    char list[1024];
    char word[WORD_MAX + 1];
    snprintf(word, sizeof(word), "%.*s", (int)(size < WORD_MAX ? size : WORD_MAX), text);
    const char *near = ctl_names_near(names, word);
    ctl_names_list(names, list, sizeof(list));
    return ctl_wrong(session, "'%s' is no %s%s%s%s; there are: %s", word, what,
                     near != NULL ? " (did you mean " : "", near != NULL ? near : "",
                     near != NULL ? "?)" : "", list);
}

enum ctl_exit ctl_take_name(struct ctl_session *session, enum ctl_option option,
                            const struct ctl_names *names, const char *what, uint32_t *number_out) {
    const char *text = session->args->values[option];
    if (text == NULL || find_name(names, text, strlen(text), number_out))
        return CTL_OK;
    return no_such_name(session, names, what, text, strlen(text));
}

enum ctl_exit ctl_take_names(struct ctl_session *session, enum ctl_option option,
                             const struct ctl_names *names, const char *what,
                             void (*take)(void *context, uint32_t number), void *context) {
    const char *text = session->args->values[option];
    while (text != NULL) {
        size_t size = strcspn(text, ",");
        uint32_t number;
        if (!find_name(names, text, size, &number))
            return no_such_name(session, names, what, text, size);
        take(context, number);
        text = text[size] == ',' ? text + size + 1 : NULL;
    }
    return CTL_OK;
}

static void take_bit(void *context, uint32_t number) {
    uint32_t *bits = context;
    *bits |= 1u << number;
}

enum ctl_exit ctl_take_bits(struct ctl_session *session, enum ctl_option option,
                            const struct ctl_names *names, const char *what, uint32_t *bits_out) {
    uint32_t bits = 0;
    enum ctl_exit result = ctl_take_names(session, option, names, what, take_bit, &bits);
    if (result == CTL_OK && session->args->values[option] != NULL)
        *bits_out = bits;
    return result;
}

/* ---- ids, codes, digests ---- */

enum ctl_exit ctl_take_id(struct ctl_session *session, const char *text, struct id *id_out) {
    if (id_parse(text, id_out))
        return CTL_OK;
    size_t digits = strspn(text, "0123456789abcdefABCDEF-");
    if (text[digits] == '\0')
        return ctl_wrong(session,
                         "'%s' is no id: it has %zu hex digits, and an id has 32; copy the whole "
                         "of it from a list",
                         text, digits);
    return ctl_wrong(session, "'%s' is no id; an id has 32 hex digits, as the lists show them",
                     text);
}

enum ctl_exit ctl_take_bank(struct ctl_session *session, const char *text, uint64_t *code_out) {
    if (bank_code_parse(span_text(text), code_out))
        return CTL_OK;
    size_t digits = strspn(text, "0123456789");
    if (digits == BANK_CODE_DIGITS && text[digits] == '\0')
        return ctl_wrong(session,
                         "'%s' is no bank code: its last digit, a check digit of the others, is "
                         "wrong; compare it with what the bank wrote, or see linkgatectl bank list",
                         text);
    return ctl_wrong(session,
                     "'%s' is no bank code; it has twelve digits, the last a check digit of the "
                     "others; linkgatectl bank list shows those that are registered",
                     text);
}

enum ctl_exit ctl_take_bank_option(struct ctl_session *session, uint64_t *code_out) {
    const char *text = session->args->values[CTL_BANK];
    return text == NULL ? CTL_OK : ctl_take_bank(session, text, code_out);
}

enum ctl_exit ctl_take_pin(struct ctl_session *session, const char *text,
                           uint8_t pin_out[DIGEST_SIZE]) {
    if (hex_parse(text, pin_out, DIGEST_SIZE))
        return CTL_OK;
    return ctl_wrong(session,
                     "'%s' is no pin; a pin has 64 hex digits: the SHA-256 of the certificate's "
                     "public key, which certs/pin prints",
                     text);
}

enum ctl_exit ctl_take_digest(struct ctl_session *session, const char *text,
                              uint8_t digest_out[DIGEST_SIZE]) {
    if (hex_parse(text, digest_out, DIGEST_SIZE))
        return CTL_OK;
    return ctl_wrong(
        session, "'%s' is no digest; linkgatectl quarantine list shows them, 64 hex digits", text);
}

/* ---- numbers ---- */

enum ctl_exit ctl_take_number(struct ctl_session *session, enum ctl_option option, int64_t least,
                              int64_t most, int64_t *number_out) {
    const char *text = session->args->values[option];
    char *end;
    if (text == NULL)
        return CTL_OK;
    long long number = strtoll(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || number < least || number > most)
        return ctl_wrong(session, "%s %s is no number from %lld to %lld",
                         ctl_option_row(option)->name, text, (long long)least, (long long)most);
    *number_out = number;
    return CTL_OK;
}

#define FEN_DIGITS_MAX 15
#define FEN_RULE "say it in CNY, from 0 to 999999999999999.99, like 1000 or 12.34"

static bool parse_fen(const char *text, int64_t *fen_out) {
    size_t digits = strspn(text, "0123456789");
    size_t decimals = text[digits] == '.' ? strspn(text + digits + 1, "0123456789") : 0;
    if (digits < 1 || digits > FEN_DIGITS_MAX || decimals > 2 ||
        (text[digits] == '.' && (decimals == 0 || text[digits + 1 + decimals] != '\0')) ||
        (text[digits] != '.' && text[digits] != '\0'))
        return false;
    int64_t fen = strtoll(text, NULL, 10) * 100;
    if (decimals > 0)
        fen += (text[digits + 1] - '0') * 10;
    if (decimals > 1)
        fen += text[digits + 2] - '0';
    *fen_out = fen;
    return true;
}

enum ctl_exit ctl_take_amount(struct ctl_session *session, const char *text, int64_t *fen_out) {
    if (parse_fen(text, fen_out))
        return CTL_OK;
    return ctl_wrong(session, "'%s' is no amount; " FEN_RULE, text);
}

enum ctl_exit ctl_take_fen(struct ctl_session *session, enum ctl_option option, int64_t *fen_out) {
    const char *text = session->args->values[option];
    if (text == NULL || parse_fen(text, fen_out))
        return CTL_OK;
    return ctl_wrong(session, "%s %s is no amount; " FEN_RULE, ctl_option_row(option)->name, text);
}
