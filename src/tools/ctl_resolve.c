/*
 * transfer resolve: the instructed bank's word on an UNKNOWN transfer, on paper.
 *
 * Invariant: the bank's document is read here and goes nowhere: the gateway gets its digest.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "tools/ctl_commands.h"
#include "tools/ctl_order.h"
#include "tools/ctl_values.h"

/* The digest of all bytes of a file; false: it cannot be read, or is empty. */
static bool digest_file(const char *path, struct digest *digest_out) {
    char bytes[4096];
    size_t size, total = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    struct sha256_run *run = sha256_run_new();
    while ((size = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        sha256_run_add(run, span_of(bytes, size));
        total += size;
    }
    bool whole = !ferror(file) && total > 0;
    if (total == 0)
        errno = ENODATA;
    fclose(file);
    sha256_run_end(run, digest_out);
    return whole;
}

struct resolve_words {
    char *reference, *book_date, *reason, *word;
};

static char *copy_of(const char *text) {
    return xstrdup(text != NULL ? text : "");
}

static void words_free(struct resolve_words *words) {
    free(words->reference);
    free(words->book_date);
    free(words->reason);
    free(words->word);
}

/* One of the three outcomes, with what goes with it. */
static enum ctl_exit check_options(struct ctl_session *session) {
    const char *const *values = session->args->values;
    bool posted = values[CTL_WAS_POSTED] != NULL;
    bool refused = values[CTL_WAS_REFUSED] != NULL;
    bool undone = values[CTL_WAS_UNDONE] != NULL;
    bool booked = values[CTL_REFERENCE] != NULL && values[CTL_DATE] != NULL;
    if (posted + refused + undone != 1)
        return ctl_wrong(session, "give one of --posted, --refused CODE, --undone");
    if (posted && !booked)
        return ctl_wrong(session,
                         "--posted needs --reference and --date: where the bank booked it");
    if (!posted && (values[CTL_REFERENCE] != NULL || values[CTL_DATE] != NULL))
        return ctl_wrong(session, "--reference and --date go with --posted");
    if (values[CTL_WORD] == NULL || values[CTL_DOCUMENT] == NULL)
        return ctl_wrong(session, "give --word and --document: what the bank's people wrote");
    return CTL_OK;
}

static void fill_outcome(const char *const *values, struct resolve_words *words,
                         Linkgate__Admin__V1__TransferResolve *order) {
    *words = (struct resolve_words){copy_of(values[CTL_REFERENCE]), copy_of(values[CTL_DATE]),
                                    copy_of(values[CTL_WAS_REFUSED]), copy_of(values[CTL_WORD])};
    order->outcome = LINKGATE__ADMIN__V1__RESOLVED_OUTCOME__RESOLVED_OUTCOME_UNDONE;
    if (values[CTL_WAS_POSTED] != NULL)
        order->outcome = LINKGATE__ADMIN__V1__RESOLVED_OUTCOME__RESOLVED_OUTCOME_POSTED;
    else if (values[CTL_WAS_REFUSED] != NULL)
        order->outcome = LINKGATE__ADMIN__V1__RESOLVED_OUTCOME__RESOLVED_OUTCOME_REFUSED;
    order->reference = words->reference;
    order->book_date = words->book_date;
    order->reason = words->reason;
    order->word = words->word;
}

enum ctl_exit ctl_transfer_resolve(struct ctl_session *session) {
    const char *path = session->args->values[CTL_DOCUMENT];
    struct id transfer;
    struct digest document;
    struct resolve_words words;
    Linkgate__Admin__V1__TransferResolve order;
    linkgate__admin__v1__transfer_resolve__init(&order);
    enum ctl_exit result = ctl_take_id(session, session->args->words[0], &transfer);
    if (result == CTL_OK)
        result = check_options(session);
    if (result == CTL_OK && !digest_file(path, &document))
        result = ctl_wrong(session, "cannot read the document %s: %s", path, strerror(errno));
    if (result != CTL_OK)
        return result;
    fill_outcome(session->args->values, &words, &order);
    order.transfer = ctl_id_bytes(&transfer);
    order.document_sha256 = (ProtobufCBinaryData){DIGEST_SIZE, document.bytes};
    ctl_request request = ctl_request_of(CTL_ORDER(TRANSFER_RESOLVE));
    request.transfer_resolve = &order;
    result = ctl_give(session, &request, "The transfer has its outcome.");
    words_free(&words);
    return result;
}
