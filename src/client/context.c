/*
 * Certificates, checked and loaded: all of the new or an error that says which file is wrong.
 *
 * Invariant: a context never changes. Connections hold what they need of it by themselves, so that
 * it may go before them.
 */
#include <stdlib.h>

#include "client/internal.h"

int lg_context_new(const struct lg_files *files, struct lg_context **context_out, char *reason_out,
                   size_t reason_size) {
    const struct tls_config config = {.server = false,
                                      .ca_file = files->ca,
                                      .crl_file = files->crl,
                                      .certificate_file = files->certificate,
                                      .key_file = files->key};
    struct tls_context *tls;
    if (tls_context_new(&config, &tls, reason_out, reason_size))
        return LG_FAILED;
    struct lg_context *context = xcalloc(1, sizeof(*context));
    context->tls = tls;
    *context_out = context;
    return 0;
}

void lg_context_free(struct lg_context *context) {
    if (context == NULL)
        return;
    tls_context_free(context->tls);
    free(context);
}

int64_t lg_context_expiry_ms(const struct lg_context *context) {
    return tls_context_expiry(context->tls).certificate_unix_ms;
}
