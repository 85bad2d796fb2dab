/*
 * Reads the configuration file against the table of keys.
 *
 * Invariant: what config_load gives out was checked whole: every key is known, given at most once,
 * in its range, and none that is needed is missing; all faults of a file are told at once, each
 * with its line and remedy. It does not open what the paths name: that is check.c's.
 */
#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config_internal.h"
#include "util/text.h"

#define CREDENTIALS_PREFIX "$CREDENTIALS_DIRECTORY/"

void config_fault(struct loading *loading, int line, const char *format, ...) {
    char text[512];
    char place[16] = "";
    if (++loading->fault_count > CONFIG_FAULTS_MAX)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (line > 0)
        snprintf(place, sizeof(place), ":%d", line);
    buf_append(loading->faults, loading->path, strlen(loading->path));
    buf_append(loading->faults, place, strlen(place));
    buf_append(loading->faults, ": ", 2);
    buf_append(loading->faults, text, strlen(text));
    buf_append_byte(loading->faults, '\n');
}

const char *config_shown(const char *text) {
    return text_is_clean(span_text(text)) ? text : "(not plain text)";
}

static char **text_of(struct config *config, const struct config_key *key) {
    return (char **)(void *)((char *)config + key->offset);
}

static int64_t *number_of(struct config *config, const struct config_key *key) {
    return (int64_t *)(void *)((char *)config + key->offset);
}

static void fault_unknown(struct loading *loading, const char *section, const char *name) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    char known[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i].section, section) == 0 && used < sizeof(known))
            used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
                                     used > 0 ? ", " : "", keys[i].name);
    }
    /* A section that is not known was told by its header. */
    if (used > 0)
        config_fault(loading, loading->line, "[%s] has no key '%s'; it has: %s", section,
                     config_shown(name), known);
    else if (section[0] == '\0')
        config_fault(loading, loading->line,
                     "'%s' stands before the first [section]; put it below its own",
                     config_shown(name));
}

static void read_number(struct loading *loading, const struct config_key *key, const char *value) {
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (!text_is_digits(span_text(value)) || *end != '\0' || errno != 0 || number < key->min ||
        number > key->max) {
        config_fault(loading, loading->line,
                     "[%s] %s is '%s'; it must be a whole number from %" PRId64 " to %" PRId64
                     "%s%s%s",
                     key->section, key->name, config_shown(value), key->min, key->max,
                     key->unit[0] != '\0' ? ", in " : "", key->unit,
                     key->unit[0] != '\0' ? " and without the unit" : "");
        return;
    }
    *number_of(loading->config, key) = number;
}

/* The path as it is meant, or NULL after a fault. */
static char *resolve_path(struct loading *loading, const struct config_key *key,
                          const char *value) {
    size_t prefix = strlen(CREDENTIALS_PREFIX);
    if (strncmp(value, CREDENTIALS_PREFIX, prefix) != 0) {
        if (value[0] == '/')
            return xstrdup(value);
        config_fault(
            loading, loading->line,
            "[%s] %s is '%s'; it must be an absolute path, or begin with " CREDENTIALS_PREFIX,
            key->section, key->name, value);
        return NULL;
    }
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (folder == NULL || folder[0] != '/') {
        config_fault(
            loading, loading->line,
            "[%s] %s names a credential, and there are none; start by systemd with "
            "LoadCredential=%s:FILE, or name a file; to check by hand, set CREDENTIALS_DIRECTORY "
            "to the folder of %s",
            key->section, key->name, value + prefix, value + prefix);
        return NULL;
    }
    size_t size = strlen(folder) + 1 + strlen(value + prefix) + 1;
    char *path = xmalloc(size);
    snprintf(path, size, "%s/%s", folder, value + prefix);
    return path;
}

static void read_text(struct loading *loading, const struct config_key *key, const char *value) {
    if (!text_is_clean(span_text(value)) || strlen(value) > (size_t)key->max) {
        config_fault(loading, loading->line,
                     "[%s] %s is not plain text of at most %" PRId64 " bytes; remove control and "
                     "direction marks",
                     key->section, key->name, key->max);
        return;
    }
    char *text = key->type == CONFIG_PATH ? resolve_path(loading, key, value) : xstrdup(value);
    if (text == NULL)
        return;
    char **place = text_of(loading->config, key);
    free(*place);
    *place = text;
}

/* Where the table has it; behind its end if it does not. */
static size_t row_of(const char *section, const char *name) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    size_t i = 0;
    while (i < count && (strcmp(keys[i].section, section) != 0 || strcmp(keys[i].name, name) != 0))
        i++;
    return i;
}

static int take_key(void *context, const char *section, const char *name, const char *value) {
    struct loading *loading = context;
    size_t count;
    const struct config_key *keys = config_keys(&count);
    size_t i = row_of(section, name);
    if (i == count) {
        fault_unknown(loading, section, name);
        return 1;
    }
    int *given_at = &loading->config->line_of[i];
    if (*given_at != 0) {
        config_fault(loading, loading->line, "[%s] %s is given twice, first in line %d; remove one",
                     section, name, *given_at);
        return 1;
    }
    *given_at = loading->line;
    if (value[0] == '\0')
        config_fault(loading, loading->line, "[%s] %s has no value; give one or remove the line",
                     section, name);
    else if (value[0] == '"' || value[0] == '\'')
        config_fault(loading, loading->line, "[%s] %s is in quotes; write it without them", section,
                     name);
    else if (keys[i].type == CONFIG_NUMBER)
        read_number(loading, &keys[i], value);
    else
        read_text(loading, &keys[i], value);
    return 1;
}

static void set_standard(struct config *config, const struct config_key *key) {
    const char *standard = key->standard != NULL ? key->standard : "";
    if (key->type != CONFIG_NUMBER)
        *text_of(config, key) = xstrdup(standard);
    else
        *number_of(config, key) = strtoll(standard, NULL, 10);
}

static int line_of(const struct config *config, const char *section, const char *name) {
    size_t row = row_of(section, name);
    ENSURE(row < CONFIG_KEYS_MAX);
    return config->line_of[row];
}

void config_place(const struct config *config, const char *section, const char *name,
                  char *text_out, size_t size) {
    int line = line_of(config, section, name);
    if (line > 0)
        snprintf(text_out, size, "%s:%d", config->file, line);
    else
        snprintf(text_out, size, "%s", config->file);
}

static void check_together(struct loading *loading) {
    struct config *config = loading->config;
    int max_line = line_of(config, "log", "max_mib");
    int segment_line = line_of(config, "log", "segment_mib");
    if (config->log_max_mib < 4 * config->log_segment_mib)
        config_fault(loading, max_line > 0 ? max_line : segment_line,
                     "[log] max_mib is %" PRId64 ", less than four segments of %" PRId64
                     " MiB; raise it or lower segment_mib",
                     config->log_max_mib, config->log_segment_mib);
    int handshakes_line = line_of(config, "limits", "handshakes");
    int connections_line = line_of(config, "limits", "connections");
    if (config->limits_handshakes > config->limits_connections)
        config_fault(loading, handshakes_line > 0 ? handshakes_line : connections_line,
                     "[limits] handshakes is %" PRId64 ", more than connections (%" PRId64
                     "); lower it, or raise those",
                     config->limits_handshakes, config->limits_connections);
}

static void check_missing(struct loading *loading) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].standard == NULL && loading->config->line_of[i] == 0)
            config_fault(loading, 0, "[%s] %s is missing; give it, for example %s = %s",
                         keys[i].section, keys[i].name, keys[i].name, keys[i].example);
    }
}

static void list_sections(struct loading *loading) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(keys[i].section, keys[i - 1].section) == 0)
            continue;
        ENSURE(loading->section_count < SECTIONS_MAX);
        loading->sections[loading->section_count++] = keys[i].section;
    }
}

static void read_file(struct loading *loading) {
    list_sections(loading);
    if (!config_text_open(loading))
        return;
    ini_allow_multiline = false;
    int bad_line = ini_parse_stream(config_text_line, loading, take_key, loading);
    if (bad_line > 0)
        config_fault(loading, bad_line, "cannot be understood; write 'key = value'");
    check_missing(loading);
    check_together(loading);
}

int config_load(const char *path, struct config *config_out, struct buf *faults_out) {
    struct config config = {.file = xstrdup(path)};
    struct loading loading = {.path = path, .config = &config, .faults = faults_out};
    size_t count;
    const struct config_key *keys = config_keys(&count);
    ENSURE(count <= CONFIG_KEYS_MAX);
    for (size_t i = 0; i < count; i++)
        set_standard(&config, &keys[i]);
    read_file(&loading);
    buf_deinit(&loading.text);
    if (loading.fault_count > 0) {
        config_deinit(&config);
        return -1;
    }
    *config_out = config;
    return 0;
}

void config_deinit(struct config *config) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].type != CONFIG_NUMBER)
            free(*text_of(config, &keys[i]));
    }
    free(config->file);
    memset(config, 0, sizeof(*config));
}

static bool same_value(const struct config *a, const struct config *b,
                       const struct config_key *key) {
    const char *place_a = (const char *)a + key->offset;
    const char *place_b = (const char *)b + key->offset;
    if (key->type == CONFIG_NUMBER)
        return memcmp(place_a, place_b, sizeof(int64_t)) == 0;
    char *text_a;
    char *text_b;
    memcpy(&text_a, place_a, sizeof(text_a));
    memcpy(&text_b, place_b, sizeof(text_b));
    return strcmp(text_a, text_b) == 0;
}

const struct config_key *config_fixed_difference(const struct config *a, const struct config *b) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        if (!keys[i].reloadable && !same_value(a, b, &keys[i]))
            return &keys[i];
    }
    return NULL;
}
