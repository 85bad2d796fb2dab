/*
 * The stage: one thread that moves bytes between the test, the scripted gateway and the bank's
 * control socket.
 */
#include "bank/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "bank/accounts.h"
#include "bank/bank.h"

#define PATIENCE_MS 30000
#define AGAIN_MS 5

static int listen_anywhere(uint16_t *port_out) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port_out = ntohs(address.sin_port);
    return fd;
}

void stage_open(struct stage *stage) {
    *stage = (struct stage){.gateway_fd = -1, .control_fd = -1, .roles = "class1,class2"};
    folder_open(&stage->folder);
    pki_open(&stage->pki);
    pki_issue_uri(&stage->pki, "gateway", "urn:linkgate:gateway");
    pki_issue_uri(&stage->pki, "bank", "urn:linkgate:bank:999100000011");
    peer_init(&stage->peer, &stage->pki, "gateway");
    stage->peer.heartbeat_ms = 600000;
    stage->listener = listen_anywhere(&stage->port);
}

static void close_fd(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void stage_close(struct stage *stage) {
    stage_kill(stage);
    close_fd(&stage->listener);
    command_free(stage->command);
    buf_deinit(&stage->control_in);
    peer_deinit(&stage->peer);
    pki_close(&stage->pki);
    folder_close(&stage->folder);
}

static void write_files(const struct stage *stage, const char *faults) {
    char path[FOLDER_PATH_SIZE];
    char text[2048];
    const char *dir = stage->folder.path;
    folder_file(&stage->folder, "accounts",
                BK_ACCOUNTS_HEADER "\nWang Min,999999199001010016,13800000001," STAGE_ACCOUNT
                                   ",1,open,counter,1000,no,no,no\n",
                path);
    folder_file(&stage->folder, "faults", faults, path);
    snprintf(
        text, sizeof(text),
        "[gateway]\nhost = 127.0.0.1\nport = %u\nreconnect_min_ms = 1\n"
        "reconnect_max_ms = 20\n[bank]\ncode = 999100000011\nroles = %s\n[tls]\nca = %s/ca.crt\n"
        "certificate = %s/bank.crt\nkey = %s/bank.key\n[data]\ndir = %s/data\nmap_mib = 64\n"
        "accounts = %s/accounts\nfaults = %s/faults\ncontrol = %s/control\n%s",
        stage->port, stage->roles, stage->pki.folder, stage->pki.folder, stage->pki.folder, dir,
        dir, dir, dir, stage->settings != NULL ? stage->settings : "");
    folder_file(&stage->folder, "bank.ini", text, path);
}

/* As from somebody who does not wait for the end. */
static void ask_to_stop_again(void) {
    (void)raise(SIGTERM);
    (void)raise(SIGINT);
    (void)raise(SIGHUP);
}

static _Noreturn void be_bank(const struct stage *stage) {
    static struct bk_bank bank;
    char path[FOLDER_PATH_SIZE];
    char reason[512];
    /* A test that fails leaves its bank behind. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    folder_file(&stage->folder, "bank.ini", NULL, path);
    if (bk_config_load(path, &bank.config, reason, sizeof(reason)) ||
        bk_bank_open(&bank, reason, sizeof(reason))) {
        fprintf(stderr, "the bank does not start: %s\n", reason);
        _exit(1);
    }
    bk_bank_run(&bank);
    ask_to_stop_again();
    bk_bank_close(&bank);
    ask_to_stop_again();
    _exit(0);
}

static int dial_control(const struct stage *stage) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/control", stage->folder.path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

void stage_start(struct stage *stage, const char *faults) {
    write_files(stage, faults);
    stage->bank = fork();
    assert_true(stage->bank >= 0);
    if (stage->bank == 0)
        be_bank(stage);
    stage_greet(stage);
    stage->control_fd = dial_control(stage);
}

static int end_by(struct stage *stage, int signal) {
    int status = 0;
    if (stage->bank > 0) {
        assert_int_equal(kill(stage->bank, signal), 0);
        assert_int_equal(waitpid(stage->bank, &status, 0), stage->bank);
    }
    stage->bank = 0;
    return status;
}

void stage_stop(struct stage *stage) {
    int status = end_by(stage, SIGTERM);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void stage_kill(struct stage *stage) {
    (void)end_by(stage, SIGKILL);
    close_fd(&stage->control_fd);
    close_fd(&stage->gateway_fd);
    buf_clear(&stage->control_in);
}

void stage_cut(struct stage *stage) {
    close_fd(&stage->gateway_fd);
}

/* ---- moving bytes -------------------------------------------------------------------------- */

void stage_flush(struct stage *stage) {
    struct span output;
    while (stage->gateway_fd >= 0 && (output = peer_output(&stage->peer)).size > 0) {
        ssize_t size = send(stage->gateway_fd, output.data, output.size, MSG_NOSIGNAL);
        if (size < 0)
            return;
        peer_sent(&stage->peer, (size_t)size);
    }
}

static void read_gateway(struct stage *stage) {
    static uint8_t bytes[65536];
    ssize_t size = recv(stage->gateway_fd, bytes, sizeof(bytes), 0);
    if (size <= 0) {
        close_fd(&stage->gateway_fd);
        return;
    }
    peer_feed(&stage->peer, span_of(bytes, (size_t)size));
    stage_flush(stage);
}

static void read_control(struct stage *stage) {
    uint8_t *to = buf_reserve(&stage->control_in, 65536);
    ssize_t size = recv(stage->control_fd, to, 65536, 0);
    assert_true(size > 0);
    stage->control_in.size += (size_t)size;
}

/* Waits for one of the three and moves what is there. */
static void move(struct stage *stage) {
    struct pollfd fds[3] = {{stage->listener, POLLIN, 0},
                            {stage->gateway_fd, POLLIN, 0},
                            {stage->control_fd, POLLIN, 0}};
    if (stage->gateway_fd >= 0)
        fds[0].fd = -1;
    assert_true(poll(fds, 3, PATIENCE_MS) > 0);
    if (fds[0].revents != 0) {
        stage->gateway_fd = accept4(stage->listener, NULL, NULL, SOCK_CLOEXEC);
        assert_true(stage->gateway_fd >= 0);
        peer_again(&stage->peer);
    }
    if (fds[1].revents != 0)
        read_gateway(stage);
    if (fds[2].revents != 0)
        read_control(stage);
}

void stage_greet(struct stage *stage) {
    do
        move(stage);
    while (stage->gateway_fd < 0 || !stage->peer.greeted);
    assert_int_equal(peer_next(&stage->peer)->kind, MESSAGE_HELLO);
}

const struct envelope *stage_expect(struct stage *stage, uint32_t kind) {
    while (true) {
        const struct envelope *envelope = peer_next(&stage->peer);
        if (envelope == NULL) {
            move(stage);
            continue;
        }
        if (envelope->kind == MESSAGE_ACK_NOTICES && kind != MESSAGE_ACK_NOTICES)
            continue;
        assert_int_equal(envelope->kind, kind);
        return envelope;
    }
}

bool stage_is_cut(struct stage *stage) {
    size_t before = stage->peer.count;
    while (stage->gateway_fd >= 0 && stage->peer.count == before)
        move(stage);
    return stage->gateway_fd < 0;
}

const struct command *stage_decode(struct stage *stage, const struct envelope *envelope) {
    struct refusal refusal;
    command_free(stage->command);
    stage->command = command_new(command_row_of_message(envelope->kind, envelope->direction)->kind);
    stage->command->payload = envelope->payload;
    assert_int_equal(message_decode_command(stage->command, 0, &refusal), 0);
    return stage->command;
}

/* ---- the controller ------------------------------------------------------------------------ */

void stage_order(struct stage *stage, const char *command) {
    char line[1024];
    int size = snprintf(line, sizeof(line), "%s\n", command);
    assert_int_equal(send(stage->control_fd, line, (size_t)size, MSG_NOSIGNAL), size);
}

/* Takes one line from what came; false: there is none yet. */
static bool take_line(struct stage *stage) {
    struct buf *in = &stage->control_in;
    const uint8_t *end = in->size > 0 ? memchr(in->data, '\n', in->size) : NULL;
    if (end == NULL)
        return false;
    size_t size = (size_t)(end - in->data);
    assert_true(size < sizeof(stage->line));
    memcpy(stage->line, in->data, size);
    stage->line[size] = '\0';
    buf_consume(in, size + 1);
    return true;
}

const char *stage_answer(struct stage *stage) {
    do {
        while (!take_line(stage))
            move(stage);
    } while (strncmp(stage->line, "{\"result\"", 9) != 0);
    return stage->line;
}

void stage_do(struct stage *stage, const char *command, const char *expected) {
    stage_order(stage, command);
    if (strstr(stage_answer(stage), expected) == NULL)
        fail_msg("%s: '%s' does not hold '%s'", command, stage->line, expected);
}

void stage_await(struct stage *stage, const char *command, const char *expected) {
    for (int turn = 0; turn < PATIENCE_MS / AGAIN_MS; turn++) {
        stage_order(stage, command);
        if (strstr(stage_answer(stage), expected) != NULL)
            return;
        (void)poll(NULL, 0, AGAIN_MS);
    }
    fail_msg("%s: '%s' does not hold '%s'", command, stage->line, expected);
}

/* Reads the whole answer. */
static bool has_row(struct stage *stage, const char *expected) {
    bool found = false;
    do {
        while (!take_line(stage))
            move(stage);
        found = found || strstr(stage->line, expected) != NULL;
    } while (strncmp(stage->line, "{\"result\"", 9) != 0);
    return found;
}

void stage_await_row(struct stage *stage, const char *command, const char *expected) {
    for (int turn = 0; turn < PATIENCE_MS / AGAIN_MS; turn++) {
        stage_order(stage, command);
        if (has_row(stage, expected))
            return;
        (void)poll(NULL, 0, AGAIN_MS);
    }
    fail_msg("%s: no row holds '%s'", command, expected);
}
