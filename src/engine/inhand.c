/*
 * The mark that a crash leaves.
 *
 * Invariant: the handler calls only what a signal handler may, touches the commands only to digest
 * them, and writes the digest of the command being applied before anything else: a second fault
 * while the rest is listed leaves a mark that can be read. Counting crashes, and what follows from
 * it, is the quarantine's affair.
 *
 * Fields that the handler reads are volatile, and are written in an order that is right at every
 * instruction of the thread that it interrupts.
 */
#include "engine/inhand.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crypto/sha256_plain.h"

#define MAGIC 0x4c47494e48414e31u /* "LGINHAN1" */
#define SIGNAL_STACK_SIZE ((size_t)64 << 10)

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
#define FATAL_SIGNALS (sizeof(fatal_signals) / sizeof(fatal_signals[0]))

/* The file. Host byte order: it never leaves the machine. */
struct mark {
    uint64_t magic;
    uint32_t crashed; /* set last but for the list */
    int32_t signal;
    uint32_t applying;
    int32_t kind;
    uint64_t bank;
    struct digest digest;
    uint32_t memory; /* it ran out: no command's fault */
    uint32_t listed; /* set after each digest */
    struct digest list[INHAND_MAX];
};

struct inhand {
    struct mark *mark;
    const struct command *volatile batch;
    const struct command *volatile applying;
    volatile pid_t owner; /* thread id; 0: none */
    void *signal_stack;
    stack_t old_stack;
};

static struct inhand *volatile armed;
static struct sigaction old_actions[FATAL_SIGNALS];

void inhand_digest(const struct command *command, struct digest *digest_out) {
    uint8_t source[12];
    uint32_t kind = (uint32_t)command->kind;
    for (int i = 0; i < 4; i++)
        source[i] = (uint8_t)(kind >> (24 - 8 * i));
    for (int i = 0; i < 8; i++)
        source[4 + i] = (uint8_t)(command->bank >> (56 - 8 * i));
    struct sha256_plain sha;
    sha256_plain_init(&sha);
    sha256_plain_add(&sha, source, sizeof(source));
    sha256_plain_add(&sha, command->payload.data, command->payload.size);
    sha256_plain_end(&sha, digest_out);
}

static void list_batch(struct mark *mark, const struct command *command) {
    while (command != NULL && mark->listed < INHAND_MAX) {
        inhand_digest(command, &mark->list[mark->listed]);
        __atomic_store_n(&mark->listed, mark->listed + 1, __ATOMIC_SEQ_CST);
        command = command->next;
    }
}

/* Whether this signal may be the fault of the command being applied: raised by the thread that
 * applies, or sent from outside (a watchdog that saw no progress). */
static bool is_fault_of_command(const struct inhand *inhand, const siginfo_t *info) {
    bool sent = info->si_code <= 0 && info->si_pid != getpid();
    return sent || gettid() == inhand->owner;
}

static void on_fatal_signal(int number, siginfo_t *info, void *unused) {
    (void)unused;
    int saved_errno = errno;
    struct inhand *inhand = armed;
    armed = NULL; /* once */
    if (inhand != NULL) {
        struct mark *mark = inhand->mark;
        const struct command *command = inhand->applying;
        mark->signal = number;
        mark->memory = fatal_is_of_memory();
        if (command != NULL && is_fault_of_command(inhand, info)) {
            mark->kind = (int32_t)command->kind;
            mark->bank = command->bank;
            inhand_digest(command, &mark->digest);
            mark->applying = 1;
        }
        __atomic_store_n(&mark->crashed, 1, __ATOMIC_SEQ_CST);
        list_batch(mark, inhand->batch);
    }
    errno = saved_errno;
    /* SA_RESETHAND: the default action stands again and ends the process on return. */
    raise(number);
}

static int fail(char *reason_out, size_t reason_size, const char *path, const char *what) {
    snprintf(reason_out, reason_size, "%s: %s: %s", path, what, strerror(errno));
    return -1;
}

static void take_crash(struct mark *mark, struct inhand_crash *crash_out) {
    *crash_out = (struct inhand_crash){0};
    if (mark->magic == MAGIC && mark->crashed == 1) {
        crash_out->crashed = true;
        crash_out->signal = mark->signal;
        crash_out->memory = mark->memory == 1;
        crash_out->applying = mark->applying == 1;
        crash_out->digest = mark->digest;
        crash_out->kind = (enum command_kind)mark->kind;
        crash_out->bank = mark->bank;
        crash_out->listed = mark->listed <= INHAND_MAX ? mark->listed : INHAND_MAX;
    }
    memset(mark, 0, sizeof(*mark));
    mark->magic = MAGIC;
}

int inhand_open(const char *path, struct inhand **inhand_out, struct inhand_crash *crash_out,
                char *reason_out, size_t reason_size) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(reason_out, reason_size, path, "cannot open");
    /* Allocated, so that writing the mark does not meet a full disk (SIGBUS). */
    int rc = posix_fallocate(fd, 0, sizeof(struct mark));
    void *map = MAP_FAILED;
    if (rc == 0)
        map = mmap(NULL, sizeof(struct mark), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    else
        errno = rc;
    if (map == MAP_FAILED) {
        rc = fail(reason_out, reason_size, path, "cannot map");
        close(fd);
        return rc;
    }
    close(fd);
    struct inhand *inhand = xcalloc(1, sizeof(*inhand));
    inhand->mark = map;
    take_crash(inhand->mark, crash_out);
    *inhand_out = inhand;
    return 0;
}

void inhand_close(struct inhand *inhand) {
    if (inhand == NULL)
        return;
    inhand_disown(inhand);
    if (armed == inhand) {
        armed = NULL;
        for (size_t i = 0; i < FATAL_SIGNALS; i++)
            ENSURE(sigaction(fatal_signals[i], &old_actions[i], NULL) == 0);
    }
    munmap(inhand->mark, sizeof(*inhand->mark));
    free(inhand);
}

void inhand_arm(struct inhand *inhand) {
    ENSURE(armed == NULL);
    struct sigaction action = {.sa_sigaction = on_fatal_signal};
    action.sa_flags = (int)(SA_SIGINFO | SA_RESETHAND | SA_ONSTACK | SA_NODEFER);
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < FATAL_SIGNALS; i++)
        ENSURE(sigaction(fatal_signals[i], &action, &old_actions[i]) == 0);
    armed = inhand;
}

void inhand_own(struct inhand *inhand) {
    inhand_disown(inhand);
    inhand->signal_stack = xmalloc(SIGNAL_STACK_SIZE);
    stack_t stack = {.ss_sp = inhand->signal_stack, .ss_size = SIGNAL_STACK_SIZE};
    ENSURE(sigaltstack(&stack, &inhand->old_stack) == 0);
    inhand->owner = gettid();
}

void inhand_disown(struct inhand *inhand) {
    if (inhand->owner == gettid())
        ENSURE(sigaltstack(&inhand->old_stack, NULL) == 0);
    if (inhand->owner != 0)
        free(inhand->signal_stack);
    inhand->signal_stack = NULL;
    inhand->owner = 0;
}

void inhand_batch(struct inhand *inhand, const struct command *first) {
    inhand->batch = first;
}

void inhand_applying(struct inhand *inhand, const struct command *command) {
    inhand->applying = command;
}
