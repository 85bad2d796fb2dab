/*
 * Peers that are slow or mean no good, by the thousand, from one loop in a process of its own.
 *
 * Invariant: the process runs at SCHED_IDLE: it takes no processor time from the gateway or the
 * honest bank. What the bank loses is what the gateway spends on the peers, not what they spend
 * themselves. Whoever is turned away comes again after a pause, for as long as the run lasts.
 * Nothing that it does moves money.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/bench.h"
#include "domain/identifier.h"
#include "util/clock.h"
#include "wire/partner.h"

#define PEERS_MAX 1000u
#define PEERS_PER_BANK 16u /* [limits] connections_per_bank */
#define BANKS_MAX (PEERS_MAX / PEERS_PER_BANK + 1)
#define EVENTS_MAX 256
#define READ_SIZE 65536u
#define GARBAGE_SIZE 4096u
#define SMALL_WINDOW 4096
#define TICK_MS 50
#define DRIP_MS 200   /* between two bytes of a slow peer */
#define AGAIN_MS 100  /* from the end of a connection to the next */
#define RUSH_MS 5     /* the same, for those that live by it */
#define FLOOD_ROOM 64 /* requests said in one go */

/* How a peer behaves, step by step. Without a bank it has no TLS of its own. */
struct manner {
    const char *name;
    const char *text;
    uint32_t peers;
    uint32_t banks;    /* whose certificates they have; 0: none */
    int64_t again_ms;  /* to the next connection */
    bool drips_hello;  /* the ClientHello, byte by byte */
    bool drips_frame;  /* after Hello, a frame, byte by byte */
    bool garbage;      /* random bytes at once */
    bool leaves;       /* as soon as it is connected */
    bool leaves_ready; /* as soon as Hello is answered */
    bool floods;       /* fills its window with requests that are refused */
    bool repeats;      /* the same, always with one request id */
    bool deaf;         /* never reads, with a small window of TCP's */
};

static const struct manner manners[] = {
    {"silent", "connect and say nothing", 1000, 0, AGAIN_MS, .leaves = false},
    {"slow-tls", "send their ClientHello a byte at a time", 1000, 63, AGAIN_MS,
     .drips_hello = true},
    {"slow-frames", "are greeted, then send a frame a byte at a time", 1000, 63, AGAIN_MS,
     .drips_frame = true},
    {"deaf", "are greeted, then ask and never read (zero window)", 1000, 63, AGAIN_MS,
     .floods = true, .deaf = true},
    {"garbage", "send 4 KiB of noise, and come again", 1000, 0, RUSH_MS, .garbage = true},
    {"connect-flood", "connect, reset, and come again", 1000, 0, RUSH_MS, .leaves = true},
    {"tls-flood", "shake hands, say Hello, leave, and come again", 1000, 63, RUSH_MS,
     .leaves_ready = true},
    {"bank-flood", "one bank, its 16 connections' windows full of requests", 16, 1, AGAIN_MS,
     .floods = true},
    {"replays", "the same, with one request id for all", 16, 1, AGAIN_MS, .floods = true,
     .repeats = true},
};
#define MANNERS (sizeof(manners) / sizeof(manners[0]))

struct peer {
    struct crowd *crowd;
    const struct manner *manner;
    uint32_t bank;
    int fd;
    struct lg_client *client;
    bool ready;
    int64_t next_ms; /* when it does something by itself */
    size_t dripped;
};

struct crowd {
    const struct bench_files *files;
    struct clock clock;
    int epoll_fd;
    struct lg_context *contexts[BANKS_MAX];
    struct peer peers[PEERS_MAX];
    uint32_t count;
    struct buf payload;
    uint8_t random[10];
    uint8_t bytes[READ_SIZE];
};

const char *bench_hostile_name(size_t kind, const char **text_out) {
    if (kind > MANNERS)
        return NULL;
    *text_out = kind < MANNERS ? manners[kind].text : "all of these at once";
    return kind < MANNERS ? manners[kind].name : "all";
}

static int64_t now_ms(const struct crowd *crowd) {
    return clock_boot_ms(&crowd->clock);
}

/* ---- what floods say ---- */

/* False: no room. */
static bool say_submit(struct peer *peer) {
    struct crowd *crowd = peer->crowd;
    if (!peer->manner->repeats)
        put_be64(crowd->random + 2, get_be64(crowd->random + 2) + 1);
    struct submit_transfer request = {
        .request = uuid7_make(clock_wall_ms(&crowd->clock), crowd->random),
        .link = uuid7_make(clock_wall_ms(&crowd->clock), crowd->random), /* of nobody */
        .kind = TRANSFER_BOUND_PAIR,
        .direction = TRANSFER_PUSH,
        .amount = {1, "CNY"},
        .end_to_end_id = SPAN_LITERAL("FLOOD"),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD"),
    };
    if (!peer->manner->repeats || crowd->payload.size == 0) {
        buf_clear(&crowd->payload);
        partner_encode_submit_transfer(&request, &crowd->payload);
    }
    const struct lg_request message = {.kind = MESSAGE_SUBMIT_TRANSFER,
                                       .payload =
                                           lg_bytes_of(crowd->payload.data, crowd->payload.size),
                                       .timeout_ms = 60000};
    return lg_client_request(peer->client, &message, peer) == 0;
}

static void flood(struct peer *peer) {
    for (int i = 0; i < FLOOD_ROOM && say_submit(peer); i++)
        continue;
}

static void on_ready(void *context, const struct lg_greeting *greeting) {
    struct peer *peer = context;
    (void)greeting;
    peer->ready = true;
    peer->next_ms = 0;
}

/* ---- a connection ---- */

static void hang_up(struct peer *peer, bool reset) {
    struct linger linger = {1, 0};
    if (reset)
        (void)setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    if (peer->fd >= 0)
        close(peer->fd);
    lg_client_free(peer->client);
    peer->fd = -1;
    peer->client = NULL;
    peer->next_ms = now_ms(peer->crowd) + peer->manner->again_ms;
}

static void call_up(struct peer *peer) {
    struct crowd *crowd = peer->crowd;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(crowd->files->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int small = SMALL_WINDOW;
    peer->ready = false;
    peer->dripped = 0;
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (peer->fd >= 0 && peer->manner->deaf)
        (void)setsockopt(peer->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = peer};
    if (peer->fd < 0 ||
        (connect(peer->fd, (struct sockaddr *)&address, sizeof(address)) != 0 &&
         errno != EINPROGRESS) ||
        epoll_ctl(crowd->epoll_fd, EPOLL_CTL_ADD, peer->fd, &event) != 0) {
        hang_up(peer, false);
        return;
    }
    if (peer->manner->banks > 0) {
        const struct lg_config config = {.software = "hostile", .window = LG_WINDOW_MAX};
        const struct lg_handler handler = {.context = peer, .ready = on_ready};
        peer->client = lg_client_new(crowd->contexts[peer->bank], &config, &handler, now_ms(crowd));
    }
    peer->next_ms = INT64_MAX;
}

/* All that waits, or one byte. False: the connection is over. */
static bool send_some(struct peer *peer, bool one) {
    struct lg_bytes out = lg_client_output(peer->client);
    if (out.size == 0)
        return true;
    ssize_t sent = send(peer->fd, out.data, one ? 1 : out.size, MSG_NOSIGNAL);
    if (sent > 0)
        lg_client_sent(peer->client, (size_t)sent);
    return sent > 0 || errno == EAGAIN || errno == EWOULDBLOCK;
}

static bool send_garbage(struct peer *peer) {
    uint8_t noise[GARBAGE_SIZE];
    ENSURE(getrandom(noise, sizeof(noise), 0) == (ssize_t)sizeof(noise));
    return send(peer->fd, noise, sizeof(noise), MSG_NOSIGNAL) > 0;
}

/* A byte of a frame that is announced as long, in a record of its own. */
static void drip_frame(struct peer *peer) {
    static const uint8_t head[] = {0, 0, 0, 0xea, 0x60};
    const uint8_t byte = peer->dripped < sizeof(head) ? head[peer->dripped] : 0;
    peer->dripped++;
    lg_client_send_raw(peer->client, lg_bytes_of(&byte, 1));
}

/* What it does by itself. False: the connection is over. */
static bool act(struct peer *peer) {
    const struct manner *manner = peer->manner;
    if (manner->leaves || (manner->leaves_ready && peer->ready))
        return false;
    if (manner->garbage)
        return send_garbage(peer);
    if (peer->client == NULL)
        return true;
    if (manner->drips_hello) {
        peer->next_ms = now_ms(peer->crowd) + DRIP_MS;
        return send_some(peer, true);
    }
    if (peer->ready && manner->drips_frame) {
        peer->next_ms = now_ms(peer->crowd) + DRIP_MS;
        drip_frame(peer);
    }
    if (peer->ready && manner->floods)
        flood(peer);
    return send_some(peer, false);
}

/* False: the connection is over. */
static bool listen_to(struct peer *peer) {
    struct crowd *crowd = peer->crowd;
    if (peer->manner->deaf && peer->ready)
        return true;
    for (;;) {
        ssize_t got = recv(peer->fd, crowd->bytes, sizeof(crowd->bytes), 0);
        if (got < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK;
        if (got == 0)
            return false;
        if (peer->client == NULL)
            continue;
        lg_client_feed(peer->client, lg_bytes_of(crowd->bytes, (size_t)got), now_ms(crowd));
        if (lg_client_state(peer->client) == LG_STATE_ENDED)
            return false;
        if (peer->manner->deaf && peer->ready)
            return true;
    }
}

static void on_event(struct peer *peer, uint32_t events) {
    if (peer->fd < 0)
        return;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0 || !listen_to(peer) || !act(peer))
        hang_up(peer, peer->manner->leaves);
}

static void on_tick(struct crowd *crowd) {
    int64_t now = now_ms(crowd);
    for (uint32_t i = 0; i < crowd->count; i++) {
        struct peer *peer = &crowd->peers[i];
        if (peer->next_ms > now)
            continue;
        if (peer->fd < 0)
            call_up(peer);
        else if (!act(peer))
            hang_up(peer, false);
    }
}

/* ---- the crowd ---- */

static void load_context(struct crowd *crowd, uint32_t bank) {
    char paths[3][512];
    char reason[LG_REASON_SIZE];
    const char *pki = crowd->files->pki;
    snprintf(paths[0], sizeof(paths[0]), "%s/ca.crt", pki);
    snprintf(paths[1], sizeof(paths[1]), "%s/hostile-%u.crt", pki, bank);
    snprintf(paths[2], sizeof(paths[2]), "%s/hostile-%u.key", pki, bank);
    const struct lg_files files = {.ca = paths[0], .certificate = paths[1], .key = paths[2]};
    if (lg_context_new(&files, &crowd->contexts[bank], reason, sizeof(reason)) != 0) {
        (void)fprintf(stderr, "linkgate-bench: %s\n", reason);
        _exit(1);
    }
}

/* All: a ninth of the places for each manner; the two floods of one bank keep theirs. */
static void gather(struct crowd *crowd, size_t kind) {
    for (size_t m = kind < MANNERS ? kind : 0; m < MANNERS; m++) {
        const struct manner *manner = &manners[m];
        uint32_t share = PEERS_MAX / (uint32_t)MANNERS;
        uint32_t places = kind < MANNERS || manner->peers < share ? manner->peers : share;
        for (uint32_t i = 0; i < places && crowd->count < PEERS_MAX; i++) {
            uint32_t bank = manner->banks > 1 ? crowd->count / PEERS_PER_BANK : 0;
            crowd->peers[crowd->count] =
                (struct peer){.crowd = crowd, .manner = manner, .bank = bank, .fd = -1};
            if (manner->banks > 0 && crowd->contexts[bank] == NULL)
                load_context(crowd, bank);
            crowd->count++;
        }
        if (kind < MANNERS)
            break;
    }
}

void bench_hostile(const struct bench_files *files, size_t kind) {
    struct crowd *crowd = xcalloc(1, sizeof(*crowd));
    struct sched_param none = {0};
    struct rlimit files_max;
    crowd->files = files;
    crowd->clock = clock_system();
    crowd->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (getrlimit(RLIMIT_NOFILE, &files_max) == 0) {
        files_max.rlim_cur = files_max.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files_max);
    }
    ENSURE(crowd->epoll_fd >= 0);
    ENSURE(sched_setscheduler(0, SCHED_IDLE, &none) == 0);
    ENSURE(getrandom(crowd->random, sizeof(crowd->random), 0) == (ssize_t)sizeof(crowd->random));
    gather(crowd, kind);
    for (;;) {
        struct epoll_event events[EVENTS_MAX];
        int count = epoll_wait(crowd->epoll_fd, events, EVENTS_MAX, TICK_MS / 10);
        for (int i = 0; i < count; i++)
            on_event(events[i].data.ptr, events[i].events);
        on_tick(crowd);
    }
}
