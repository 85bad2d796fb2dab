/*
 * The table of keys as text: --help-config, which is also the installed example.
 *
 * Invariant: what is printed is a file that loads once the files that it names are there. The same
 * table as a page for people is made by docs/generate.
 */
#include <inttypes.h>
#include <string.h>

#include "daemon/config.h"

#define COLUMNS_MAX 98u

/* Words of text as comment lines. */
static void print_comment(FILE *to, const char *text) {
    size_t column = 0;
    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        if (column == 0 || column + 1 + word > COLUMNS_MAX) {
            fprintf(to, "%s# ", column > 0 ? "\n" : "");
            column = 2;
        } else {
            fputc(' ', to);
            column++;
        }
        fprintf(to, "%.*s", (int)word, text);
        column += word;
        text += word + strspn(text + word, " ");
    }
    fputc('\n', to);
}

void config_range(const struct config_key *key, char text_out[CONFIG_RANGE_SIZE]) {
    if (key->type == CONFIG_NUMBER)
        snprintf(text_out, CONFIG_RANGE_SIZE, "%" PRId64 " to %" PRId64 "%s%s", key->min, key->max,
                 key->unit[0] != '\0' ? " " : "", key->unit);
    else
        snprintf(text_out, CONFIG_RANGE_SIZE, "%s of at most %" PRId64 " bytes",
                 key->type == CONFIG_PATH ? "path" : "text", key->max);
}

static void print_key(FILE *to, const struct config_key *key) {
    char range[CONFIG_RANGE_SIZE];
    char text[512];
    bool number = key->type == CONFIG_NUMBER;
    bool none = key->standard != NULL && key->standard[0] == '\0';
    config_range(key, range);
    snprintf(text, sizeof(text), "%s%s%s%s%s%s", key->help, number ? " " : "", number ? range : "",
             number ? "." : "", none ? " Default: none." : "", key->reloadable ? " (reload)" : "");
    print_comment(to, text);
    fprintf(to, "%s%s = %s\n", key->standard == NULL ? "" : "#", key->name, key->example);
}

void config_print_keys(FILE *to) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    const char *section = "";
    fputs(
        "# linkgated's configuration: every key. Those that are commented out show their default,\n"
        "# or an example where there is none; the others must be given. (reload): a reload\n"
        "# changes it, anything else wants a restart. To look whether all is right:\n"
        "#   linkgated --check --config FILE\n",
        to);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(section, keys[i].section) != 0)
            fprintf(to, "\n[%s]\n", keys[i].section);
        section = keys[i].section;
        print_key(to, &keys[i]);
    }
}
