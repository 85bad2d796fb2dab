/*
 * A folder of its own for a test of the bank, with text files in it.
 */
#ifndef LG_TESTS_BANK_FOLDER_H
#define LG_TESTS_BANK_FOLDER_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define FOLDER_PATH_SIZE 128

struct folder {
    char path[64];
};

static inline void folder_open(struct folder *folder) {
    snprintf(folder->path, sizeof(folder->path), "/tmp/linkgate-bank-test-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
}

static inline int folder_remove(const char *path, const struct stat *status, int kind,
                                struct FTW *place) {
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void folder_close(struct folder *folder) {
    assert_int_equal(nftw(folder->path, folder_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* The path of name in it, written to path_out; with text, the file is made. */
static inline const char *folder_file(const struct folder *folder, const char *name,
                                      const char *text, char path_out[FOLDER_PATH_SIZE]) {
    snprintf(path_out, FOLDER_PATH_SIZE, "%s/%s", folder->path, name);
    if (text != NULL) {
        FILE *file = fopen(path_out, "w");
        assert_non_null(file);
        assert_true(fputs(text, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    return path_out;
}

#endif
