/*
 * The periodic question to the Class I bank whether the bound account is still what it was.
 *
 * Invariant: nobody waits for the answer, so that it gives way to any other exchange of the link and is
 * put again later.
 */
#include "ledger/handler.h"
#include "wire/message.h"

int recheck_start(struct apply *apply, struct link *link) {
    const struct id nobody = {{0}};
    struct link_private secret;
    int64_t due = link_due_ms(link);
    APPLY_TRY(store_get_link_private(apply->store, &link->id, &secret));
    struct recheck_account question = {
        .link = link->id,
        .recheck = apply_new_id(apply),
        .verification = link->evidence.verification,
        .requesting_bank = link->class2_bank,
        .account_number = secret.class1_number,
    };
    buf_clear(&apply->ledger->scratch);
    message_encode_recheck_account(&question, &apply->ledger->scratch);
    return link_exchange_send(apply, link, LINK_EXCHANGE_RECHECK, &question.recheck, &nobody,
                              apply->rules->recheck_timeout_ms, due);
}

int recheck_timeout(struct apply *apply, struct link *link) {
    link->recheck_due_ms = apply->now_ms + apply->rules->recheck_again_ms;
    return link_exchange_end(apply, link);
}
