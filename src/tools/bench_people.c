/*
 * Made-up customers for the load generator, and the way both stand-in banks connect. Numbers pass
 * their check digits and belong to nobody: the region 999999 does not exist.
 */
#include <stdio.h>
#include <string.h>

#include "client/socket.h"
#include "domain/calendar.h"
#include "domain/identifier.h"
#include "tools/bench.h"
#include "util/clock.h"

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

struct client_socket *bench_connect(const struct bench_files *files, bank_code code,
                                    const struct client_handler *handler,
                                    struct client_context **context_out, char *reason_out,
                                    size_t reason_size) {
    char name[BANK_CODE_TEXT_SIZE];
    char ca[512];
    char certificate[512];
    char key[512];
    bank_code_format(code, name);
    snprintf(ca, sizeof(ca), "%s/ca.crt", files->pki);
    snprintf(certificate, sizeof(certificate), "%s/%s.crt", files->pki, name);
    snprintf(key, sizeof(key), "%s/%s.key", files->pki, name);
    struct client_files paths = {ca, NULL, certificate, key};
    if (client_context_new(&paths, context_out, reason_out, reason_size) != 0)
        return NULL;
    struct client_config config = {.software = "linkgate-bench", .window = CLIENT_WINDOW_MAX};
    struct client_target target = {files->host, files->port, 0};
    struct clock clock = clock_system();
    struct client_socket *socket = NULL;
    if (client_socket_open(&target, *context_out, &config, handler, clock_boot_ms(&clock), &socket,
                           reason_out, reason_size) != 0)
        return NULL;
    return socket;
}
