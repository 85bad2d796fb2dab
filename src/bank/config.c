/*
 * One table of keys, and the reading of a file by it.
 *
 * Invariant: a configuration is either complete and in range or refused with the line at fault:
 * unknown, doubled and missing keys are faults, and nothing is guessed. Nothing is opened but the
 * file itself.
 */
#include "bank/config.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "domain/identifier.h"
#include "util/text.h"

#define CONTROL_PATH_MAX 107 /* of sun_path */

enum key_type { KEY_TEXT, KEY_NUMBER, KEY_CODE, KEY_ROLES, KEY_BY_ITSELF };

struct key {
    const char *section;
    const char *name;
    enum key_type type;
    size_t offset;
    const char *fallback; /* NULL: must be given */
    uint32_t min, max;    /* of numbers */
    const char *help;
};

#define AT(field) offsetof(struct bk_config, field)

static const struct key keys[] = {
    {"gateway", "host", KEY_TEXT, AT(host), NULL, 0, 0, "name or address of the gateway"},
    {"gateway", "port", KEY_NUMBER, AT(port), NULL, 1, 65535, "its port"},
    {"gateway", "connections", KEY_NUMBER, AT(connections), "1", 1, BK_CONNECTIONS_MAX,
     "connections kept open to it"},
    {"gateway", "window", KEY_NUMBER, AT(window), "1024", 1, 4096,
     "requests that it may have in flight on each"},
    {"gateway", "reconnect_min_ms", KEY_NUMBER, AT(reconnect_min_ms), "100", 1, 600000,
     "wait before the first reconnect; doubles with each failure"},
    {"gateway", "reconnect_max_ms", KEY_NUMBER, AT(reconnect_max_ms), "5000", 1, 600000,
     "the longest wait"},
    {"bank", "code", KEY_CODE, AT(code), NULL, 0, 0, "this bank's 12-digit code"},
    {"bank", "roles", KEY_ROLES, AT(roles), "class1,class2", 0, 0,
     "class1 (holds full accounts), class2 (holds linked ones), or both"},
    {"bank", "settle", KEY_BY_ITSELF, AT(settles), "by-hand", 0, 0,
     "by-hand, or auto: confirms its nets when a settlement window is closed"},
    {"orders", "answer", KEY_BY_ITSELF, AT(sells), "by-hand", 0, 0,
     "by-hand, or auto: as an issuer, confirms orders, sends back what was not allotted or is "
     "cancelled, and pays out what is redeemed or due"},
    {"orders", "price", KEY_NUMBER, AT(price), "1000000", 1, UINT32_MAX,
     "auto: at which price units are confirmed, in 1/1,000,000 CNY"},
    {"orders", "allotted", KEY_NUMBER, AT(allotted), "100", 0, 100,
     "auto: how much of each order is confirmed, in percent; 0: orders are refused"},
    {"orders", "redeem_price", KEY_NUMBER, AT(redeem_price), "0", 0, UINT32_MAX,
     "auto: at which price units are paid out; 0: the one at which they were bought"},
    {"loans", "limit_fen", KEY_NUMBER, AT(lends_fen), "0", 0, UINT32_MAX,
     "as a lender: approves each application by itself, up to so much; 0: loans are decided by "
     "hand"},
    {"tls", "ca", KEY_TEXT, AT(ca), NULL, 0, 0, "CA that signed the gateway's certificate"},
    {"tls", "crl", KEY_TEXT, AT(crl), "", 0, 0, "its revocation list; empty: not checked"},
    {"tls", "certificate", KEY_TEXT, AT(certificate), NULL, 0, 0, "this bank's certificate"},
    {"tls", "key", KEY_TEXT, AT(key), NULL, 0, 0, "its private key"},
    {"data", "dir", KEY_TEXT, AT(data_dir), NULL, 0, 0,
     "folder of the bank's own store and of sms.txt; made if missing"},
    {"data", "map_mib", KEY_NUMBER, AT(map_mib), "1024", 1, 1048576,
     "largest size of the store in MiB"},
    {"data", "accounts", KEY_TEXT, AT(accounts), NULL, 0, 0, "accounts file (see --help-accounts)"},
    {"data", "faults", KEY_TEXT, AT(faults), "", 0, 0, "fault script (see --help-faults)"},
    {"data", "control", KEY_TEXT, AT(control), NULL, 0, 0, "path of the control socket"},
    {"challenge", "lifetime_ms", KEY_NUMBER, AT(code_lifetime_ms), "300000", 1, 600000,
     "how long a one-time code is good"},
    {"challenge", "tries", KEY_NUMBER, AT(code_tries), "3", 1, 10,
     "wrong codes after which a challenge is over"},
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

struct reading {
    FILE *file;
    const char *path;
    unsigned line;
    bool given[KEYS];
    struct bk_config *config;
    char *reason;
    size_t reason_size;
    bool failed;
};

static void refuse(struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void refuse(struct reading *reading, const char *format, ...) {
    if (reading->failed)
        return;
    char text[384];
    va_list arguments;
    va_start(arguments, format);
    /* The analyzer does not know va_start here. NOLINTNEXTLINE(clang-analyzer-valist*) */
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    text_make_clean(text);
    reading->failed = true;
    if (reading->line > 0)
        snprintf(reading->reason, reading->reason_size, "%s:%u: %s", reading->path, reading->line,
                 text);
    else
        snprintf(reading->reason, reading->reason_size, "%s: %s", reading->path, text);
}

static void set_number(struct reading *reading, const struct key *key, const char *value) {
    char *end;
    errno = 0;
    unsigned long number = strtoul(value, &end, 10);
    bool digits = value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0;
    if (!digits || number < key->min || number > key->max) {
        refuse(reading, "%s: write a whole number from %u to %u", key->name, key->min, key->max);
        return;
    }
    uint32_t checked = (uint32_t)number;
    memcpy((char *)reading->config + key->offset, &checked, sizeof(checked));
}

static void set_text(struct reading *reading, const struct key *key, const char *value) {
    if (strlen(value) >= BK_PATH_SIZE)
        refuse(reading, "%s: at most %d bytes", key->name, BK_PATH_SIZE - 1);
    else if (*value == '\0' && key->fallback == NULL)
        refuse(reading, "%s is empty: %s", key->name, key->help);
    else
        snprintf((char *)reading->config + key->offset, BK_PATH_SIZE, "%s", value);
}

static void set_roles(struct reading *reading, const struct key *key, const char *value) {
    uint32_t roles = 0;
    char copy[64];
    snprintf(copy, sizeof(copy), "%s", value);
    for (char *rest = copy; rest != NULL;) {
        char *word = strsep(&rest, ", ");
        if (strcmp(word, "class1") == 0)
            roles |= BANK_ROLE_CLASS1;
        else if (strcmp(word, "class2") == 0)
            roles |= BANK_ROLE_CLASS2;
        else if (*word != '\0')
            refuse(reading, "%s: write class1, class2 or class1,class2", key->name);
    }
    if (roles == 0)
        refuse(reading, "%s: write class1, class2 or class1,class2", key->name);
    reading->config->roles = roles;
}

static void set_by_itself(struct reading *reading, const struct key *key, const char *value) {
    bool by_itself = strcmp(value, "auto") == 0;
    if (!by_itself && strcmp(value, "by-hand") != 0)
        refuse(reading, "%s: write by-hand or auto", key->name);
    memcpy((char *)reading->config + key->offset, &by_itself, sizeof(by_itself));
}

static void set(struct reading *reading, const struct key *key, const char *value) {
    switch (key->type) {
    case KEY_TEXT:
        set_text(reading, key, value);
        break;
    case KEY_NUMBER:
        set_number(reading, key, value);
        break;
    case KEY_CODE:
        if (!bank_code_parse(span_text(value), &reading->config->code))
            refuse(reading, "%s: 12 digits with a right check digit (999100000011 is one)",
                   key->name);
        break;
    case KEY_BY_ITSELF:
        set_by_itself(reading, key, value);
        break;
    case KEY_ROLES:
        set_roles(reading, key, value);
        break;
    }
}

static int on_pair(void *context, const char *section, const char *name, const char *value) {
    struct reading *reading = context;
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(keys[i].section, section) != 0 || strcmp(keys[i].name, name) != 0)
            continue;
        if (reading->given[i])
            refuse(reading, "[%s] %s is given twice: keep one", section, name);
        reading->given[i] = true;
        set(reading, &keys[i], value);
        return 1;
    }
    refuse(reading, "no key '%s' in section [%s]: see linkgate-bank --help-config", name, section);
    return 1;
}

/* inih tells its handler no line numbers as Debian builds it, so they are counted here. */
static char *read_line(char *line, int size, void *context) {
    struct reading *reading = context;
    if (fgets(line, size, reading->file) == NULL)
        return NULL;
    reading->line++;
    if (strchr(line, '\n') == NULL && !feof(reading->file))
        refuse(reading, "the line is longer than %d bytes: shorten it", size - 2);
    return line;
}

static void fill_in(struct reading *reading) {
    reading->line = 0;
    for (size_t i = 0; i < KEYS; i++) {
        if (reading->given[i])
            continue;
        if (keys[i].fallback == NULL)
            refuse(reading, "[%s] %s is missing: add it (%s)", keys[i].section, keys[i].name,
                   keys[i].help);
        else
            set(reading, &keys[i], keys[i].fallback);
    }
    const struct bk_config *config = reading->config;
    if (strlen(config->control) > CONTROL_PATH_MAX)
        refuse(reading, "[data] control: at most %d bytes, the kernel wants it so",
               CONTROL_PATH_MAX);
    if (config->reconnect_min_ms > config->reconnect_max_ms)
        refuse(reading, "[gateway] reconnect_min_ms is above reconnect_max_ms: lower it");
}

int bk_config_load(const char *path, struct bk_config *config_out, char *reason_out,
                   size_t reason_size) {
    struct bk_config config = {0};
    struct reading reading = {
        .path = path, .config = &config, .reason = reason_out, .reason_size = reason_size};
    reading.file = fopen(path, "re");
    if (reading.file == NULL) {
        refuse(&reading, "cannot be opened: %s", strerror(errno));
        return -1;
    }
    int bad_line = ini_parse_stream(read_line, &reading, on_pair, &reading);
    fclose(reading.file);
    if (bad_line != 0) {
        reading.line = bad_line > 0 ? (unsigned)bad_line : 0;
        refuse(&reading, "neither [section] nor name = value");
    }
    fill_in(&reading);
    if (reading.failed)
        return -1;
    *config_out = config;
    return 0;
}

void bk_config_help(FILE *out) {
    const char *section = "";
    for (size_t i = 0; i < KEYS; i++) {
        const struct key *key = &keys[i];
        if (strcmp(section, key->section) != 0)
            fprintf(out, "%s[%s]\n", *section != '\0' ? "\n" : "", key->section);
        section = key->section;
        fprintf(out, "  %-18s %s", key->name, key->help);
        if (key->type == KEY_NUMBER)
            fprintf(out, "; %u to %u", key->min, key->max);
        if (key->fallback == NULL)
            fprintf(out, " (required)\n");
        else
            fprintf(out, " (default: %s)\n", *key->fallback != '\0' ? key->fallback : "none");
    }
}
