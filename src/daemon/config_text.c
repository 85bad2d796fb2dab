/*
 * The text of a configuration file: read whole and given to inih line by line.
 *
 * Invariant: what inih sees is a plain file of known sections, each once, with lines that it takes
 * whole; everything else was told with its line. Whatever the path names (a device, a pipe, a
 * picture) costs bounded time and memory. A byte order mark and CR LF, which Windows' editors
 * write, are taken silently. What keys mean is config.c's.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/config_internal.h"
#include "util/text.h"

#define BLANKS " \t\r"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* ---- the file ---------------------------------------------------------------------------------- */

static bool refuse_open(struct loading *loading, int error) {
    char memory[1024];
    struct passwd user;
    struct passwd *found = NULL;
    (void)getpwuid_r(geteuid(), &user, memory, sizeof(memory), &found);
    const char *name = found != NULL ? found->pw_name : "of this process";
    if (error == ENOENT)
        config_fault(loading, 0,
                     "%s; name an existing file with --config, or make one to begin with: "
                     "linkgated --help-config >FILE",
                     strerror(error));
    else if (error == EACCES)
        config_fault(loading, 0, "%s; let the user %s read the file and enter its folder",
                     strerror(error), name);
    else
        config_fault(loading, 0, "%s; name an existing file with --config", strerror(error));
    return false;
}

static bool is_fit(struct loading *loading, int fd) {
    struct stat status;
    if (fstat(fd, &status) != 0)
        return refuse_open(loading, errno);
    if (!S_ISREG(status.st_mode))
        config_fault(loading, 0, "is no regular file; name the configuration file itself");
    else if ((status.st_mode & S_IWOTH) != 0)
        config_fault(loading, 0,
                     "every user of this machine may change it; chmod o-w, and look "
                     "whether somebody did");
    else if (status.st_size > CONFIG_BYTES_MAX)
        config_fault(loading, 0, "is larger than %d bytes; is it the right file?",
                     CONFIG_BYTES_MAX);
    else
        return true;
    return false;
}

static bool read_all(struct loading *loading, int fd) {
    ssize_t got = 1;
    while (got != 0 && loading->text.size <= CONFIG_BYTES_MAX) {
        got = read(fd, buf_reserve(&loading->text, 4096), 4096);
        if (got < 0 && errno != EINTR) {
            config_fault(loading, 0, "cannot be read: %s; check the disk", strerror(errno));
            return false;
        }
        loading->text.size += got > 0 ? (size_t)got : 0;
    }
    return true;
}

bool config_text_open(struct loading *loading) {
    /* O_NONBLOCK: a pipe in its place must not hang the start. */
    int fd = open(loading->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return refuse_open(loading, errno);
    bool read = is_fit(loading, fd) && read_all(loading, fd);
    close(fd);
    size_t mark = strlen(BYTE_ORDER_MARK);
    if (loading->text.size >= mark && memcmp(loading->text.data, BYTE_ORDER_MARK, mark) == 0)
        buf_consume(&loading->text, mark);
    return read;
}

/* ---- its lines --------------------------------------------------------------------------------- */

#define NO_SECTION "[?]" /* below a header that is wrong, so that its keys are nobody's */

static void open_section(struct loading *loading, const char *name) {
    char known[160] = "";
    size_t used = 0;
    for (size_t i = 0; i < loading->section_count; i++) {
        used += (size_t)snprintf(known + used, sizeof(known) - used, "%s[%s]", i > 0 ? ", " : "",
                                 loading->sections[i]);
        ENSURE(used < sizeof(known));
        if (strcmp(loading->sections[i], name) != 0)
            continue;
        if (loading->section_line[i] != 0)
            config_fault(loading, loading->line,
                         "[%s] stands twice, first in line %d; put its keys together", name,
                         loading->section_line[i]);
        else
            loading->section_line[i] = loading->line;
        return;
    }
    config_fault(loading, loading->line, "there is no section [%s]; the sections are %s",
                 config_shown(name), known);
}

/* A line that begins, at `at`, with '['. */
static void take_header(struct loading *loading, char *at) {
    char *end = strchr(at, ']');
    const char *behind = end != NULL ? end + 1 + strspn(end + 1, BLANKS) : "";
    if (end == NULL) {
        config_fault(loading, loading->line,
                     "neither a [section], nor 'key = value': the name has no end; write [name]");
    } else if (*behind != '\0' && *behind != ';' && *behind != '#') {
        config_fault(loading, loading->line,
                     "there is something behind the section's name; begin a new line");
    } else if (end - at >= CONFIG_NAME_SIZE) {
        config_fault(loading, loading->line, "no section has so long a name; shorten it");
    } else {
        *end = '\0';
        open_section(loading, at + 1);
        *end = ']';
        return;
    }
    memcpy(at, NO_SECTION, sizeof(NO_SECTION));
}

/* True: inih may have it. */
static bool take_line(struct loading *loading, char *line) {
    char *at = line + strspn(line, BLANKS);
    if (*at == '\0' || *at == '#' || *at == ';')
        return false;
    if (strlen(line) > CONFIG_LINE_BYTES_MAX) {
        config_fault(loading, loading->line, "the line is longer than %d bytes; shorten it",
                     CONFIG_LINE_BYTES_MAX);
        return false;
    }
    if (*at == '[') {
        take_header(loading, at);
        return true;
    }
    size_t name = strcspn(at, "=:");
    const char *comment = strchr(at, ';');
    if (at[name] != '\0' && name > 0 && (comment == NULL || comment > at + name))
        return true;
    config_fault(loading, loading->line,
                 "neither a [section], nor 'key = value', nor a comment; "
                 "correct the line, or begin it with #");
    return false;
}

/* The next line's bytes without its end; false when there is none, or nothing to go on with. */
static bool next_bytes(struct loading *loading, struct span *line_out) {
    struct buf *text = &loading->text;
    if (loading->at >= text->size)
        return false;
    if (loading->line >= CONFIG_LINES_MAX) {
        config_fault(loading, loading->line, "a file has at most %d lines; shorten it",
                     CONFIG_LINES_MAX);
        return false;
    }
    loading->line++;
    const uint8_t *start = text->data + loading->at;
    const uint8_t *end = memchr(start, '\n', text->size - loading->at);
    size_t size = end != NULL ? (size_t)(end - start) : text->size - loading->at;
    loading->at += size + 1;
    if (memchr(start, '\0', size) != NULL) {
        config_fault(loading, loading->line,
                     "holds a NUL byte, so this is no text file; save it as plain text (UTF-8)");
        return false;
    }
    *line_out = span_of(start, size);
    return true;
}

char *config_text_line(char *line, int size, void *context) {
    struct loading *loading = context;
    struct span bytes;
    if (!next_bytes(loading, &bytes))
        return NULL;
    /* A byte more than is taken, so that a line which is too long is seen to be. */
    char text[CONFIG_LINE_BYTES_MAX + 2 + sizeof(NO_SECTION)];
    size_t kept = bytes.size <= CONFIG_LINE_BYTES_MAX ? bytes.size : CONFIG_LINE_BYTES_MAX + 1;
    memcpy(text, bytes.data, kept);
    text[kept] = '\0';
    bool taken = take_line(loading, text);
    ENSURE(kept + 2 <= (size_t)size);
    snprintf(line, (size_t)size, "%s\n", taken ? text : "");
    return line;
}
