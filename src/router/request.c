/*
 * Requests of banks that wait for their answers.
 *
 * Invariant: a waiting request is found under (connection, correlation id), stands in its peer's
 * list, and, once the ledger granted it, in the chain of those that wait for its id at that bank.
 * It goes when it is answered or its connection is gone, whichever is first; then an answer for it
 * finds nobody, which is right: the bank asks again on another connection.
 */
#include <stdlib.h>
#include <string.h>

#include "router/internal.h"

struct origin_key {
    uint64_t connection;
    uint64_t correlation;
};

struct request_key {
    bank_code bank;
    struct id id;
};

static struct span origin_span(const struct origin_key *key) {
    return span_of(key, sizeof(*key));
}

static struct span request_span(const struct request_key *key) {
    return span_of(key, sizeof(*key));
}

static struct request *take_spare(struct router *router) {
    struct request *request = TAILQ_FIRST(&router->spare_requests);
    if (request == NULL)
        return xcalloc(1, sizeof(*request));
    TAILQ_REMOVE(&router->spare_requests, request, entry);
    router->spare_request_count--;
    memset(request, 0, sizeof(*request));
    return request;
}

static void give_spare(struct router *router, struct request *request) {
    if (router->spare_request_count >= SPARE_MAX) {
        free(request);
        return;
    }
    TAILQ_INSERT_HEAD(&router->spare_requests, request, entry);
    router->spare_request_count++;
}

void waiter_spare_free(struct router *router) {
    struct request *request;
    while ((request = TAILQ_FIRST(&router->spare_requests)) != NULL) {
        TAILQ_REMOVE(&router->spare_requests, request, entry);
        free(request);
    }
}

static void chain(struct router *router, struct request *request) {
    struct request_key key = {request->peer->bank, request->id};
    request->next_same = hmap_put(router->requests, request_span(&key), request);
    if (request->next_same != NULL)
        request->next_same->previous_same = request;
}

static void unchain(struct router *router, struct request *request) {
    struct request_key key = {request->peer->bank, request->id};
    struct request *next = request->next_same;
    if (next != NULL)
        next->previous_same = request->previous_same;
    if (request->previous_same != NULL)
        request->previous_same->next_same = next;
    else if (next != NULL)
        hmap_put(router->requests, request_span(&key), next);
    else
        hmap_remove(router->requests, request_span(&key));
}

bool router_request(struct router *router, struct router_peer *peer, uint64_t correlation,
                    enum message_kind kind) {
    struct origin_key key = {peer->connection, correlation};
    if (hmap_get(router->origins, origin_span(&key)) != NULL)
        return false;
    struct request *request = take_spare(router);
    request->peer = peer;
    request->correlation = correlation;
    request->kind = kind;
    hmap_put(router->origins, origin_span(&key), request);
    TAILQ_INSERT_TAIL(&peer->requests, request, entry);
    peer->in_flight++;
    return true;
}

void waiter_granted(struct router *router, const struct effect *effect) {
    struct origin_key key = {effect->origin.connection, effect->origin.correlation};
    struct request *request = hmap_get(router->origins, origin_span(&key));
    if (request == NULL || request->has_id)
        return;
    request->has_id = true;
    request->id = effect->request;
    chain(router, request);
}

/* Out of all lists; the caller still has it. */
static void end(struct router *router, struct request *request) {
    struct origin_key key = {request->peer->connection, request->correlation};
    ENSURE(hmap_remove(router->origins, origin_span(&key)) == request);
    TAILQ_REMOVE(&request->peer->requests, request, entry);
    request->peer->in_flight--;
    if (request->has_id)
        unchain(router, request);
}

static void tell(struct router *router, struct request *request, const struct effect *effect) {
    struct router_message message = {
        .kind = request->kind,
        .direction = effect->refused ? MESSAGE_REFUSAL : MESSAGE_REPLY,
        .correlation = request->correlation,
        .payload = effect->payload,
        .refusal = effect->refused ? &effect->refusal : NULL,
    };
    struct router_peer *peer = request->peer;
    end(router, request);
    give_spare(router, request);
    peer->send(peer, &message);
}

void waiter_reply(struct router *router, const struct effect *effect) {
    struct origin_key key = {effect->origin.connection, effect->origin.correlation};
    struct request *request = hmap_get(router->origins, origin_span(&key));
    if (request != NULL)
        tell(router, request, effect);
}

void waiter_answer(struct router *router, const struct effect *effect) {
    struct request_key key = {effect->bank, effect->request};
    struct request *request = hmap_get(router->requests, request_span(&key));
    while (request != NULL) {
        struct request *next = request->next_same;
        tell(router, request, effect);
        request = next;
    }
}

void waiter_drop_all(struct router *router, struct router_peer *peer) {
    struct request *request;
    while ((request = TAILQ_FIRST(&peer->requests)) != NULL) {
        /* The analyzer loses the list after a turn. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
        end(router, request);
        give_spare(router, request);
    }
}
