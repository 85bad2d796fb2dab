/*
 * The configuration file: every key missing, doubled, bad, out of range; what is not known; how
 * faults are told. Loops over the table, so that a new key is tested on the day it is added.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config.h"

static char folder[64];
static char path[128];

static int make_folder(void **state) {
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/linkgate-config-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/c.ini", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_bytes(const char *bytes, size_t size) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void write_file(const char *text) {
    write_bytes(text, strlen(text));
}

static bool is_of(const struct config_key *key, const char *header) {
    size_t length = strlen(key->section);
    return header[0] == '[' && strncmp(header + 1, key->section, length) == 0 &&
           strncmp(header + 1 + length, "]\n", 2) == 0;
}

static void write_required(FILE *file, const struct config_key *key) {
    if (key->standard == NULL)
        fprintf(file, "%s = /somewhere/%s\n", key->name, key->name);
}

/* A file with every required key but `without`, and with `extra`, which may begin with the header
 * of any section: required keys of that one go below it, as a section stands once. */
static void write_config(const struct config_key *without, const char *extra) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    size_t header = extra[0] == '[' ? strcspn(extra, "\n") + 1 : 0;
    const char *section = "";
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fprintf(file, "%.*s", (int)header, extra);
    for (size_t i = 0; i < count; i++) {
        char line[64];
        snprintf(line, sizeof(line), "\n%s =", keys[i].name);
        if (is_of(&keys[i], extra) && &keys[i] != without && strstr(extra, line) == NULL)
            write_required(file, &keys[i]);
    }
    fputs(extra + header, file);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].standard != NULL || is_of(&keys[i], extra) || &keys[i] == without)
            continue;
        if (strcmp(section, keys[i].section) != 0)
            fprintf(file, "[%s]\n", keys[i].section);
        section = keys[i].section;
        write_required(file, &keys[i]);
    }
    fclose(file);
}

static void assert_fault(const char *expected) {
    struct config config;
    struct buf faults;
    buf_init(&faults);
    assert_int_equal(config_load(path, &config, &faults), -1);
    buf_append_byte(&faults, '\0');
    if (strstr((const char *)faults.data, expected) == NULL)
        fail_msg("no \"%s\" in: %s", expected, (const char *)faults.data);
    assert_non_null(strstr((const char *)faults.data, path));
    buf_deinit(&faults);
}

static void assert_loads(struct config *config_out) {
    struct buf faults;
    buf_init(&faults);
    int result = config_load(path, config_out, &faults);
    buf_append_byte(&faults, '\0');
    if (result != 0)
        fail_msg("%s", (const char *)faults.data);
    buf_deinit(&faults);
}

static void defaults_and_values(void **state) {
    (void)state;
    struct config config;
    write_config(NULL, "[gateway]\n  port = 0 ; any\nname: east\n# a comment\n");
    assert_loads(&config);
    assert_int_equal(config.gateway_port, 0);
    assert_string_equal(config.gateway_name, "east");
    assert_string_equal(config.store_dir, "/somewhere/dir");
    assert_string_equal(config.tls_crl, "");
    assert_int_equal(config.log_segment_mib, 64);
    config_deinit(&config);
}

static void each_default_is_right(void **state) {
    (void)state;
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        char extra[512];
        struct config config;
        if (keys[i].standard == NULL || keys[i].standard[0] == '\0')
            continue;
        snprintf(extra, sizeof(extra), "[%s]\n%s = %s\n", keys[i].section, keys[i].name,
                 keys[i].standard);
        write_config(NULL, extra);
        assert_loads(&config);
        config_deinit(&config);
    }
}

static void each_required_missing(void **state) {
    (void)state;
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        char expected[128];
        if (keys[i].standard != NULL)
            continue;
        write_config(&keys[i], "");
        snprintf(expected, sizeof(expected), "[%s] %s is missing", keys[i].section, keys[i].name);
        assert_fault(expected);
    }
}

static void each_doubled(void **state) {
    (void)state;
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        char text[512], expected[128];
        const char *value = keys[i].type == CONFIG_NUMBER ? keys[i].standard : "/a";
        snprintf(text, sizeof(text), "[%s]\n%s = %s\n%s = %s\n", keys[i].section, keys[i].name,
                 value, keys[i].name, value);
        write_file(text);
        snprintf(expected, sizeof(expected), ":3: [%s] %s is given twice, first in line 2",
                 keys[i].section, keys[i].name);
        assert_fault(expected);
    }
}

static void each_empty(void **state) {
    (void)state;
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        char text[256];
        snprintf(text, sizeof(text), "[%s]\n%s =\n", keys[i].section, keys[i].name);
        write_file(text);
        assert_fault("has no value");
    }
}

static void assert_number_refused(const struct config_key *key, const char *value) {
    char extra[256], expected[128];
    snprintf(extra, sizeof(extra), "[%s]\n%s = %s\n", key->section, key->name, value);
    write_config(NULL, extra);
    snprintf(expected, sizeof(expected), "[%s] %s is '%s'; it must be a whole number from %" PRId64,
             key->section, key->name, value, key->min);
    assert_fault(expected);
}

static void each_number_out_of_range(void **state) {
    (void)state;
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        char value[32];
        if (keys[i].type != CONFIG_NUMBER)
            continue;
        snprintf(value, sizeof(value), "%" PRId64, keys[i].max + 1);
        assert_number_refused(&keys[i], value);
        snprintf(value, sizeof(value), "%" PRId64, keys[i].min - 1);
        assert_number_refused(&keys[i], value);
        assert_number_refused(&keys[i], "99999999999999999999999");
        assert_number_refused(&keys[i], "0x10");
        assert_number_refused(&keys[i], "1.5");
        assert_number_refused(&keys[i], "ten");
        assert_number_refused(&keys[i], "10 ms");
    }
}

static void each_path_relative(void **state) {
    (void)state;
    size_t count;
    const struct config_key *keys = config_keys(&count);
    for (size_t i = 0; i < count; i++) {
        char text[256];
        if (keys[i].type != CONFIG_PATH)
            continue;
        snprintf(text, sizeof(text), "[%s]\n%s = here/x\n", keys[i].section, keys[i].name);
        write_file(text);
        assert_fault(":2: ");
        assert_fault("must be an absolute path");
    }
}

/* The key is wrong as `value` in any case: `expected` is said about it, with line and remedy. */
static void assert_value_fault(const char *section, const char *line, const char *expected) {
    char extra[512];
    snprintf(extra, sizeof(extra), "[%s]\n%s\n", section, line);
    write_config(NULL, extra);
    assert_fault(expected);
}

static void unknown_names(void **state) {
    (void)state;
    assert_value_fault("gateway", "prot = 1", "[gateway] has no key 'prot'; it has: name, host");
    assert_value_fault("gateway", "Port = 1", "[gateway] has no key 'Port'; it has: name, host");
    assert_value_fault("gateway", "po\x1b[2Jrt = 1", "has no key '(not plain text)'");
    assert_value_fault("bridge", "port = 1",
                       "there is no section [bridge]; the sections are "
                       "[gateway], [tls], ");
    assert_value_fault("bri\x1b[2Jdge", "port = 1", "there is no section [(not plain text)");
    assert_value_fault("", "port = 1", "there is no section []");
    assert_value_fault("x123456789012345678901234567890123456789012345678901234567890", "port = 1",
                       "no section has so long a name");
    write_file("port = 1\n");
    assert_fault(":1: 'port' stands before the first [section]");
}

static void doubled_sections(void **state) {
    (void)state;
    write_file("[gateway]\nport = 1\n\n[tls]\n[gateway]\nname = a\n");
    assert_fault(":5: [gateway] stands twice, first in line 1; put its keys together");
    write_file("[gateway]\nport = 1\n[gateway]\nport = 1\n");
    assert_fault(":3: [gateway] stands twice");
    assert_fault(":4: [gateway] port is given twice, first in line 2");
}

static void what_is_no_ini(void **state) {
    (void)state;
    const char *expected = "neither a [section], nor 'key = value'";
    assert_value_fault("gateway", "port", expected);
    assert_value_fault("gateway", "= 7", expected);
    assert_value_fault("gateway", "port ; = 7", expected);
    assert_value_fault("gateway", "<gateway port=\"1\"/>\nport 1", expected);
    write_config(NULL, "[gateway\nport = 1\n");
    assert_fault(expected);
    assert_value_fault("gateway] port = 1\n[limits", "window = 3", "behind the section's name");
    /* All of them, and each with its line. */
    write_file("one\ntwo\n");
    assert_fault(":1: neither");
    assert_fault(":2: neither");
}

static void lines_too_long(void **state) {
    (void)state;
    static const size_t sizes[] = {191, 192, 200, 1000, 1000000};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char *text = malloc(sizes[i] + 64);
        memset(text, 'x', sizes[i] + 64);
        memcpy(text, "[log]\nspares = ", 15);
        size_t end = 6 + sizes[i]; /* behind the line */
        memcpy(text + end, "\nkeep_hours = x\n", 17);
        write_bytes(text, end + 17);
        assert_fault(":2: the line is longer than 190 bytes; shorten it");
        assert_fault(":3: [log] keep_hours is 'x'");
        /* As a comment it may be. */
        text[6] = '#';
        memcpy(text + end, "\nkeep_hours = 1\n", 17);
        write_bytes(text, end + 17);
        assert_fault("[tls] ca is missing; give it, for example ca = /etc/");
        free(text);
    }
}

static void values_that_people_write(void **state) {
    (void)state;
    const char *number = "it must be a whole number from 0 to 600000, in ms and without the unit";
    assert_value_fault("gateway", "drain_ms = 10s", number);
    assert_value_fault("gateway", "drain_ms = 10 ms", number);
    assert_value_fault("gateway", "drain_ms = 1e3", number);
    assert_value_fault("gateway", "drain_ms = 1,000", number);
    assert_value_fault("gateway", "drain_ms = +5", number);
    assert_value_fault("gateway", "drain_ms = \xef\xbc\x95", number); /* a full-width 5 */
    assert_value_fault("gateway", "drain_ms = 5 # ms", number);
    assert_value_fault("gateway", "name = \"east\"", "is in quotes; write it without them");
    assert_value_fault("gateway", "name = 'east'", "is in quotes");
    assert_value_fault("gateway",
                       "name = a\xe2\x80\xae"
                       "b",
                       "[gateway] name is not plain text");
    assert_value_fault("gateway", "name = a\x07", "is not plain text");
    assert_value_fault("gateway", "name = \xb1\xb1\xbe\xa9", "is not plain text"); /* GBK */
    assert_value_fault("tls", "crl = ~/crl.pem", "must be an absolute path");
    assert_value_fault("tls", "crl = $HOME/crl.pem", "must be an absolute path");
    assert_value_fault("tls", "crl = C:\\crl.pem", "must be an absolute path");
}

static void what_editors_do(void **state) {
    (void)state;
    struct config config;
    write_config(NULL, "[gateway]\r\nport = 5\r\n\r\n# a comment\r\nname = east\r\n");
    assert_loads(&config);
    assert_int_equal(config.gateway_port, 5);
    assert_string_equal(config.gateway_name, "east");
    config_deinit(&config);
    write_file("\xef\xbb\xbf[gateway]\nport = x\n");
    assert_fault(":2: [gateway] port is 'x'");
    write_bytes("\xff\xfe[\0g\0a\0t\0e\0", 12);
    assert_fault(":1: holds a NUL byte, so this is no text file");
    write_bytes("[gateway]\nport = 1\0 2\nname = x\n", 32);
    assert_fault(":2: holds a NUL byte");
    write_bytes("\x7f"
                "ELF\2\1\1\0\0\0\0",
                12);
    assert_fault(":1: holds a NUL byte");
    write_file("");
    assert_fault("[store] keys is missing");
}

static void what_is_no_file_of_ours(void **state) {
    (void)state;
    char own[sizeof(path)];
    memcpy(own, path, sizeof(path));
    unlink(path);
    assert_fault("No such file or directory; name an existing file with --config");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_fault("is no regular file");
    unlink(path);
    memcpy(path, folder, sizeof(folder));
    assert_fault("is no regular file");
    memcpy(path, "/dev/zero", 10);
    assert_fault("is no regular file");
    memcpy(path, own, sizeof(path));
    write_config(NULL, "");
    assert_int_equal(chmod(path, 0666), 0);
    assert_fault("every user of this machine may change it; chmod o-w");
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, 1024 * 1024 + 1), 0);
    assert_fault("is larger than 1048576 bytes");
    unlink(path);
    FILE *file = fopen(path, "we");
    for (int i = 0; i < 5000; i++)
        fputs("#\n", file);
    fclose(file);
    assert_fault(":4096: a file has at most 4096 lines");
}

static void places(void **state) {
    (void)state;
    struct config config;
    char place[256], expected[256];
    write_file("[tls]\nca = /a\ncertificate = /b\nkey = /c\n\n[store]\ndir = /d\nkeys = /e\n");
    assert_loads(&config);
    config_place(&config, "store", "dir", place, sizeof(place));
    snprintf(expected, sizeof(expected), "%s:7", path);
    assert_string_equal(place, expected);
    config_place(&config, "gateway", "host", place, sizeof(place));
    assert_string_equal(place, path);
    config_deinit(&config);
}

static void faults_are_bounded(void **state) {
    (void)state;
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs("[tls]\n", file);
    for (int i = 0; i < 1000; i++)
        fprintf(file, "x%d = 1\n", i);
    fclose(file);
    struct config config;
    struct buf faults;
    buf_init(&faults);
    assert_int_equal(config_load(path, &config, &faults), -1);
    int lines = 0;
    for (size_t i = 0; i < faults.size; i++)
        lines += faults.data[i] == '\n';
    assert_int_equal(lines, CONFIG_FAULTS_MAX);
    buf_deinit(&faults);
}

static void together(void **state) {
    (void)state;
    write_file("[log]\nsegment_mib = 100\nmax_mib = 300\n");
    assert_fault(":3: [log] max_mib is 300, less than four segments");
    write_file("[log]\nsegment_mib = 1024\nmax_mib = 4095\n");
    assert_fault(":3: [log] max_mib is 4095, less than four segments");
    write_file("[limits]\nconnections = 10\n");
    assert_fault(":2: [limits] handshakes is 64, more than connections (10)");
}

static void credentials(void **state) {
    (void)state;
    struct config config;
    write_config(NULL, "[tls]\ncrl = $CREDENTIALS_DIRECTORY/crl.pem\n");
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_fault("LoadCredential=crl.pem:FILE");
    setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", 1);
    assert_loads(&config);
    assert_string_equal(config.tls_crl, "/run/credentials/x/crl.pem");
    config_deinit(&config);
    unsetenv("CREDENTIALS_DIRECTORY");
}

static void what_a_reload_may_change(void **state) {
    (void)state;
    struct config a, b;
    write_config(NULL, "");
    assert_loads(&a);
    write_config(NULL, "[tls]\ncrl = /new\n[admin]\ngroup = ops\n[journal]\nlevel = 7\n");
    assert_loads(&b);
    assert_null(config_fixed_difference(&a, &b));
    config_deinit(&b);
    write_config(NULL, "[gateway]\nport = 1\n");
    assert_loads(&b);
    const struct config_key *key = config_fixed_difference(&a, &b);
    assert_non_null(key);
    assert_string_equal(key->name, "port");
    config_deinit(&b);
    write_config(NULL, "[admin]\nsocket = /other\n");
    assert_loads(&b);
    assert_string_equal(config_fixed_difference(&a, &b)->name, "socket");
    config_deinit(&b);
    config_deinit(&a);
}

/* The printed table is a file that loads, and does so with every line in force. */
static void printed_keys_load(void **state) {
    (void)state;
    setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", 1);
    for (int all = 0; all < 2; all++) {
        char *text = NULL;
        size_t size, count;
        struct config config;
        FILE *memory = open_memstream(&text, &size);
        config_print_keys(memory);
        fclose(memory);
        for (char *at = text; all && at != NULL; at = strchr(at + 1, '\n')) {
            if (at[0] == '\n' && at[1] == '#' && at[2] != ' ')
                at[1] = ' ';
        }
        write_file(text);
        free(text);
        assert_loads(&config);
        (void)config_keys(&count);
        size_t given = 0;
        for (size_t i = 0; i < count; i++)
            given += config.line_of[i] > 0;
        assert_int_equal(given, all ? count : 5);
        config_deinit(&config);
    }
    unsetenv("CREDENTIALS_DIRECTORY");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_and_values),
        cmocka_unit_test(each_default_is_right),
        cmocka_unit_test(each_required_missing),
        cmocka_unit_test(each_doubled),
        cmocka_unit_test(each_empty),
        cmocka_unit_test(each_number_out_of_range),
        cmocka_unit_test(each_path_relative),
        cmocka_unit_test(unknown_names),
        cmocka_unit_test(doubled_sections),
        cmocka_unit_test(what_is_no_ini),
        cmocka_unit_test(lines_too_long),
        cmocka_unit_test(values_that_people_write),
        cmocka_unit_test(what_editors_do),
        cmocka_unit_test(what_is_no_file_of_ours),
        cmocka_unit_test(places),
        cmocka_unit_test(faults_are_bounded),
        cmocka_unit_test(together),
        cmocka_unit_test(credentials),
        cmocka_unit_test(what_a_reload_may_change),
        cmocka_unit_test(printed_keys_load),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
