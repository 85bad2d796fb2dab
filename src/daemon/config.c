/*
 * Reads the configuration file against the table of keys.
 *
 * Invariant: what config_load gives out was checked whole: every key is known, given at most once,
 * in its range, and none that is needed is missing; all faults of a file are told at once, each
 * with its line and remedy. It does not open what the paths name: that is check.c's.
 */
#include "daemon/config.h"

#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

#define KEYS_MAX 64         /* rows of the table, for marks on the stack */
#define FILE_LINES_MAX 4096 /* a file of ours has some forty */
#define LINE_BYTES_MAX 190  /* what inih's line buffer takes whole */
#define CREDENTIALS_PREFIX "$CREDENTIALS_DIRECTORY/"

struct loading {
    const char *path;
    FILE *file;
    int line;
    int given_at[KEYS_MAX]; /* line; 0: not yet */
    int fault_count;
    struct config *config;
    struct buf *faults;
};

static void fault(struct loading *loading, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fault(struct loading *loading, int line, const char *format, ...) {
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
    if (used == 0)
        fault(loading, loading->line,
              "there is no section [%s]; the sections are [gateway], [tls], [store], [log], "
              "[limits], [session], [admin], [journal]",
              section);
    else
        fault(loading, loading->line, "[%s] has no key '%s'; it has: %s", section, name, known);
}

static void read_number(struct loading *loading, const struct config_key *key, const char *value) {
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (!text_is_digits(span_text(value)) || *end != '\0' || errno != 0 || number < key->min ||
        number > key->max) {
        fault(loading, loading->line,
              "[%s] %s is '%s'; it must be a whole number from %" PRId64 " to %" PRId64 "%s%s",
              key->section, key->name, value, key->min, key->max, key->unit[0] != '\0' ? " " : "",
              key->unit);
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
        fault(loading, loading->line,
              "[%s] %s is '%s'; it must be an absolute path, or begin with " CREDENTIALS_PREFIX,
              key->section, key->name, value);
        return NULL;
    }
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (folder == NULL || folder[0] != '/') {
        fault(loading, loading->line,
              "[%s] %s names a credential, and there are none; start by systemd with "
              "LoadCredential=%s:FILE, or name a file",
              key->section, key->name, value + prefix);
        return NULL;
    }
    size_t size = strlen(folder) + 1 + strlen(value + prefix) + 1;
    char *path = xmalloc(size);
    snprintf(path, size, "%s/%s", folder, value + prefix);
    return path;
}

static void read_text(struct loading *loading, const struct config_key *key, const char *value) {
    if (!text_is_clean(span_text(value)) || strlen(value) > (size_t)key->max) {
        fault(loading, loading->line,
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

static int take_key(void *context, const char *section, const char *name, const char *value) {
    struct loading *loading = context;
    size_t count;
    const struct config_key *keys = config_keys(&count);
    size_t i = 0;
    while (i < count && (strcmp(keys[i].section, section) != 0 || strcmp(keys[i].name, name) != 0))
        i++;
    if (i == count) {
        fault_unknown(loading, section, name);
    } else if (loading->given_at[i] != 0) {
        fault(loading, loading->line, "[%s] %s is given twice, first in line %d; remove one",
              section, name, loading->given_at[i]);
    } else {
        loading->given_at[i] = loading->line;
        if (value[0] == '\0')
            fault(loading, loading->line, "[%s] %s has no value; give one or remove the line",
                  section, name);
        else if (keys[i].type == CONFIG_NUMBER)
            read_number(loading, &keys[i], value);
        else
            read_text(loading, &keys[i], value);
    }
    return 1;
}

/* Counts the lines, which inih does not tell, and refuses those that it would cut in two. */
static char *next_line(char *line, int size, void *context) {
    struct loading *loading = context;
    if (loading->line >= FILE_LINES_MAX || fgets(line, size, loading->file) == NULL)
        return NULL;
    loading->line++;
    size_t used = strlen(line);
    bool whole = used > 0 && line[used - 1] == '\n';
    if (!whole && !feof(loading->file)) {
        int byte;
        while ((byte = fgetc(loading->file)) != EOF && byte != '\n')
            used++;
    }
    if (used > LINE_BYTES_MAX) {
        fault(loading, loading->line, "the line is longer than %d bytes; shorten it",
              LINE_BYTES_MAX);
        line[0] = '\0';
    }
    return line;
}

static void set_standard(struct config *config, const struct config_key *key) {
    const char *standard = key->standard != NULL ? key->standard : "";
    if (key->type != CONFIG_NUMBER)
        *text_of(config, key) = xstrdup(standard);
    else
        *number_of(config, key) = strtoll(standard, NULL, 10);
}

static void check_together(struct loading *loading) {
    struct config *config = loading->config;
    if (config->log_max_mib < 4 * config->log_segment_mib)
        fault(loading, 0,
              "[log] max_mib is %" PRId64 ", less than four segments of %" PRId64
              " MiB; raise it or lower segment_mib",
              config->log_max_mib, config->log_segment_mib);
    if (config->limits_handshakes > config->limits_connections)
        fault(loading, 0, "[limits] handshakes is more than connections; lower it");
}

static void check_missing(struct loading *loading) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].standard == NULL && loading->given_at[i] == 0)
            fault(loading, 0, "[%s] %s is missing; give it: %s", keys[i].section, keys[i].name,
                  keys[i].help);
    }
}

static void read_file(struct loading *loading) {
    ini_allow_multiline = false;
    int bad_line = ini_parse_stream(next_line, loading, take_key, loading);
    if (bad_line > 0)
        fault(loading, bad_line, "neither a [section], nor 'key = value', nor a comment");
    if (loading->line >= FILE_LINES_MAX)
        fault(loading, loading->line, "a file has at most %d lines; shorten it", FILE_LINES_MAX);
    if (ferror(loading->file))
        fault(loading, 0, "cannot be read: %s", strerror(errno));
}

int config_load(const char *path, struct config *config_out, struct buf *faults_out) {
    struct config config = {0};
    struct loading loading = {.path = path, .config = &config, .faults = faults_out};
    size_t count;
    const struct config_key *keys = config_keys(&count);
    ENSURE(count <= KEYS_MAX);
    loading.file = fopen(path, "re");
    if (loading.file == NULL) {
        fault(&loading, 0, "%s; name an existing file with --config", strerror(errno));
        return -1;
    }
    for (size_t i = 0; i < count; i++)
        set_standard(&config, &keys[i]);
    read_file(&loading);
    fclose(loading.file);
    check_missing(&loading);
    check_together(&loading);
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

void config_print_keys(FILE *to) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    const char *section = "";
    fputs("# linkgated's configuration: every key, commented out with its default.\n"
          "# Keys without a default must be given. (reload): SIGHUP changes it.\n",
          to);
    for (size_t i = 0; i < count; i++) {
        const struct config_key *key = &keys[i];
        if (strcmp(section, key->section) != 0)
            fprintf(to, "\n[%s]\n", key->section);
        section = key->section;
        fprintf(to, "# %s", key->help);
        if (key->type == CONFIG_NUMBER)
            fprintf(to, " %" PRId64 " to %" PRId64 "%s%s.", key->min, key->max,
                    key->unit[0] != '\0' ? " " : "", key->unit);
        fputs(key->reloadable ? " (reload)\n" : "\n", to);
        if (key->standard == NULL)
            fprintf(to, "%s =\n", key->name);
        else
            fprintf(to, "#%s = %s\n", key->name, key->standard);
    }
}
