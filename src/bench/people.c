/*
 * Made-up customers for the load generator, and the way both stand-in banks connect and read. Numbers pass
 * their check digits and belong to nobody: the region 999999 does not exist.
 */
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "domain/calendar.h"
#include "domain/identifier.h"
#include "wire/partner.h"

#define ARENA_CHUNK (32u << 10)
#define ARENA_BUDGET (1u << 20)

static char resident_check(const char *digits) {
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (size_t i = 0; i < 17; i++)
        sum += weights[i] * (digits[i] - '0');
    return "10X98765432"[sum % 11];
}

void bench_person(uint32_t index, struct bench_person *person_out) {
    int64_t first_day = day_from_civil((struct civil_date){1970, 1, 1});
    struct civil_date born = civil_from_day(first_day + index / 1000);
    snprintf(person_out->class2, sizeof(person_out->class2), "62%014u", index);
    snprintf(person_out->class1, sizeof(person_out->class1), "61%014u", index);
    snprintf(person_out->mobile, sizeof(person_out->mobile), "138%08u", index);
    char text[64];
    snprintf(text, sizeof(text), "999999%04d%02d%02d%03u", born.year, born.month, born.day,
             index % 1000);
    memcpy(person_out->id_number, text, 17);
    person_out->id_number[17] = resident_check(text);
    person_out->id_number[18] = '\0';
}

void bench_fail(struct bench_shared *shared, const char *text) {
    if (__atomic_exchange_n(&shared->failed, 1, __ATOMIC_ACQ_REL) == 0)
        snprintf(shared->failure, sizeof(shared->failure), "%s", text);
}

struct lg_session *bench_connect(const struct bench_files *files, bank_code code,
                                 const struct lg_handler *handler, char *reason_out,
                                 size_t reason_size) {
    char name[BANK_CODE_TEXT_SIZE];
    char ca[512];
    char certificate[512];
    char key[512];
    bank_code_format(code, name);
    snprintf(ca, sizeof(ca), "%s/ca.crt", files->pki);
    snprintf(certificate, sizeof(certificate), "%s/%s.crt", files->pki, name);
    snprintf(key, sizeof(key), "%s/%s.key", files->pki, name);
    const struct lg_files paths = {.ca = ca, .certificate = certificate, .key = key};
    struct lg_context *context;
    if (lg_context_new(&paths, &context, reason_out, reason_size) != 0)
        return NULL;
    const struct lg_config config = {.software = "linkgate-bench", .window = LG_WINDOW_MAX};
    const struct lg_target target = {.host = files->host, .port = files->port};
    struct lg_session *session = NULL;
    if (lg_session_open(&target, context, &config, handler, &session, reason_out, reason_size) != 0)
        session = NULL;
    lg_context_free(context);
    return session;
}

void bench_arena_init(struct arena *arena) {
    arena_init(arena, ARENA_CHUNK, ARENA_BUDGET);
}

struct span bench_payload(const struct lg_envelope *envelope) {
    return span_of(envelope->payload.data, envelope->payload.size);
}

int bench_read_notice(const struct lg_envelope *envelope, struct arena *arena,
                      uint64_t *sequence_out) {
    struct span payload = bench_payload(envelope);
    struct notice_place place = {.sequence = 0};
    struct span event;
    struct transfer_view transfer;
    struct link_view link;
    int failed = 0;
    if (envelope->kind == MESSAGE_LINK_NOTICE)
        failed = partner_decode_link_notice(payload, arena, &place, &link, &event);
    else if (envelope->kind == MESSAGE_TRANSFER_NOTICE)
        failed = partner_decode_transfer_notice(payload, arena, &place, &transfer, &event);
    if (!failed)
        *sequence_out = place.sequence;
    return failed;
}
