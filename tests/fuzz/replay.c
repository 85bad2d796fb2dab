/*
 * Runs a fuzz target once over each file of its corpus, with any compiler, so that what a fuzzer
 * once found stays found. Files are taken in the order of their names. It does not look for new
 * inputs: that is libFuzzer's part (-Dfuzzing=true).
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define INPUT_MAX ((size_t)1 << 20) /* a corpus file is small; more is a mistake */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *folder, const char *name) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return -1;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    uint8_t *bytes = malloc(INPUT_MAX);
    if (bytes == NULL)
        abort();
    size_t size = fread(bytes, 1, INPUT_MAX, file);
    fclose(file);
    /* An exact allocation, so that a sanitizer sees a read past the end. */
    uint8_t *input = realloc(bytes, size > 0 ? size : 1);
    if (input == NULL)
        abort();
    fprintf(stderr, "%s: %zu bytes\n", name, size);
    LLVMFuzzerTestOneInput(input, size);
    free(input);
    return 0;
}

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
        return 2;
    }
    struct dirent **entries = NULL;
    int count = scandir(argv[1], &entries, visible, alphasort);
    if (count <= 0) {
        fprintf(stderr, "%s: no inputs\n", argv[1]);
        return 1;
    }
    int failed = 0;
    for (int i = 0; i < count; i++) {
        if (replay_file(argv[1], entries[i]->d_name) != 0)
            failed = 1;
        free(entries[i]);
    }
    free(entries);
    return failed;
}
