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

static void write_file(const char *text) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A file with every required key but `without`, and `extra` at the end. */
static void write_config(const struct config_key *without, const char *extra) {
    size_t count;
    const struct config_key *keys = config_keys(&count);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].standard == NULL && &keys[i] != without)
            fprintf(file, "[%s]\n%s = /somewhere/%s\n", keys[i].section, keys[i].name,
                    keys[i].name);
    }
    fputs(extra, file);
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

static void unknown_names(void **state) {
    (void)state;
    write_config(NULL, "[gateway]\nprot = 1\n");
    assert_fault("[gateway] has no key 'prot'; it has: name, host, port");
    write_config(NULL, "[bridge]\nport = 1\n");
    assert_fault("there is no section [bridge]");
    write_file("port = 1\n");
    assert_fault("there is no section []");
}

static void what_is_no_ini(void **state) {
    (void)state;
    write_config(NULL, "[gateway]\nport\n");
    assert_fault("neither a [section], nor 'key = value'");
    write_config(NULL, "[gateway\nport = 1\n");
    assert_fault("neither a [section]");
    char text[1024];
    memset(text, 'x', sizeof(text));
    memcpy(text, "[tls]\nca = /", 12);
    memcpy(text + 1000, "\n[log]\nspares = 0\n", 19);
    write_file(text);
    assert_fault(":2: the line is longer than");
    assert_fault(":4: [log] spares is '0'");
    write_file("[gateway]\nname = a\xe2\x80\xae"
               "b\n");
    assert_fault(":2: [gateway] name is not plain text");
    unlink(path);
    assert_fault("name an existing file with --config");
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
    write_config(NULL, "[log]\nsegment_mib = 100\nmax_mib = 300\n");
    assert_fault("less than four segments");
    write_config(NULL, "[limits]\nconnections = 10\nhandshakes = 11\n");
    assert_fault("handshakes is more than connections");
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

/* The printed table, with the required keys filled in, is a file that loads. */
static void printed_keys_load(void **state) {
    (void)state;
    char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);
    config_print_keys(memory);
    fclose(memory);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        size_t length = strlen(line);
        bool empty_value = length > 2 && strcmp(line + length - 2, " =") == 0;
        if (line[0] != '#' || line[1] == ' ')
            fprintf(file, "%.180s%s\n", line, empty_value ? " /x" : "");
        else
            fprintf(file, "%s\n", empty_value ? "" : line + 1);
    }
    fclose(file);
    free(text);
    /* "#key = " with an empty default is left commented out. */
    struct config config;
    struct buf faults;
    buf_init(&faults);
    int result = config_load(path, &config, &faults);
    buf_append_byte(&faults, '\0');
    if (result != 0 && strstr((const char *)faults.data, "has no value") == NULL)
        fail_msg("%s", (const char *)faults.data);
    if (result == 0)
        config_deinit(&config);
    buf_deinit(&faults);
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
        cmocka_unit_test(what_is_no_ini),
        cmocka_unit_test(faults_are_bounded),
        cmocka_unit_test(together),
        cmocka_unit_test(credentials),
        cmocka_unit_test(what_a_reload_may_change),
        cmocka_unit_test(printed_keys_load),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
