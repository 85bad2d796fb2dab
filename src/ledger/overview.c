/*
 * The view of all links of one of a bank's own accounts: a question to each other bank, asked side by
 * side, and one answer.
 *
 * Invariants: each part that waits has one question that is out, and each such question one part; the
 * overview is answered once, by whatever ends the last of them (an answer, or the deadline that all
 * of them share), and is gone with that; no balance is told of a link that does not allow it when it
 * is told.
 */
#include <stdlib.h>

#include "ledger/questions.h"
#include "store/overview.h"
#include "wire/message.h"

/* The account whose links they are, by the index that has it. */
struct own_account {
    enum live_kind side;
    struct digest key;
};

/* ---- which links ---- */

static int account_of_link(struct apply *apply, const struct id *id, struct own_account *out) {
    struct link link;
    int result = link_load_own(apply, id, &link);
    if (result && result != (int)REFUSAL_FROZEN)
        return result;
    bool class2 = link.class2_bank == apply->command->bank;
    *out = (struct own_account){class2 ? LIVE_CLASS2 : LIVE_CLASS1,
                                class2 ? link.class2_key : link.class1_key};
    return 0;
}

/* An account is of one class: it stands on one side of all its links. */
static int account_of_number(struct apply *apply, struct span number, struct own_account *out) {
    struct id first;
    out->side = LIVE_CLASS2;
    out->key = apply_account_key(apply->ledger, apply->command->bank, number);
    int result = store_next_live(apply->store, out->side, &out->key, NULL, &first);
    APPLY_TRY(result);
    if (result)
        out->side = LIVE_CLASS1;
    return 0;
}

/* ---- what is asked of each ---- */

static enum overview_status status_of(int refused) {
    switch (refused) {
    case 0:
        return OVERVIEW_WAITING;
    case REFUSAL_SCOPE:
        return OVERVIEW_NO_SCOPE;
    case REFUSAL_BANK_OFFLINE:
        return OVERVIEW_OFFLINE;
    case REFUSAL_PEER_SUSPENDED:
    case REFUSAL_PEER_HELD:
        return OVERVIEW_SUSPENDED;
    default:
        return OVERVIEW_NOT_ACTIVE;
    }
}

/* 0, or why nobody is asked of that link. What is due is done first. */
static int check_part(struct apply *apply, const struct id *id, struct link *link_out) {
    int result = link_touch_own(apply, id, link_out);
    if (result == 0)
        result = question_check(apply, link_out, MESSAGE_QUERY_OVERVIEW);
    if (result)
        return result;
    bank_code other = apply->command->bank == link_out->class2_bank ? link_out->class1_bank
                                                                    : link_out->class2_bank;
    return apply_check_peer(apply, other, "", REFUSAL_BANK_OFFLINE);
}

static int ask_part(struct apply *apply, const struct store_overview *overview,
                    const struct link *link, struct store_overview_part *part) {
    struct store_question question = {
        .asked_by = overview->asked_by,
        .request = overview->request,
        .link = link->id,
        .message = MESSAGE_QUERY_OVERVIEW,
        .deadline_ms = question_deadline_ms(apply),
        .overview = overview->id,
    };
    int result = question_send(apply, link, &question);
    part->question = question.id;
    return result;
}

/* Fills the parts, and asks of those that may be. waiting_out: how many. */
static int ask_all(struct apply *apply, const struct own_account *account, const struct id *after,
                   struct store_overview *overview, uint32_t *waiting_out) {
    struct id id = *after;
    int result;
    while ((result = store_next_live(apply->store, account->side, &account->key, &id, &id)) == 0) {
        struct link link;
        if (overview->count == OVERVIEW_PARTS_MAX) {
            overview->next = overview->parts[OVERVIEW_PARTS_MAX - 1].link;
            return 0;
        }
        struct store_overview_part *part = &overview->parts[overview->count++];
        part->link = id;
        result = check_part(apply, &id, &link);
        if (result < 0 || result == APPLY_BROKEN)
            return result;
        part->status = status_of(result);
        if (result == 0) {
            result = ask_part(apply, overview, &link, part);
            ++*waiting_out;
        }
        if (result < 0 || result == APPLY_BROKEN)
            return result;
    }
    return result < 0 ? result : 0;
}

/* ---- what is told ---- */

/* What a part's link says by now: of what may not be told any more nothing is. */
static int show_part(struct apply *apply, const struct store_overview *overview,
                     const struct store_overview_part *part, struct link *link,
                     struct overview_account *out) {
    int result = store_get_link(apply->store, &part->link, link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    bool asks_class1 = overview->asked_by == link->class2_bank;
    *out = (struct overview_account){
        .link_state = link->state,
        .status = part->status,
        .balance = {
            .link = part->link,
            .bank = asks_class1 ? link->class1_bank : link->class2_bank,
            .masked = span_text(asks_class1 ? link->class1_masked : link->class2_masked),
        }};
    if (part->status != OVERVIEW_ANSWERED && part->status != OVERVIEW_DECLINED)
        return 0;
    int refused =
        link->frozen ? (int)REFUSAL_FROZEN : question_check(apply, link, MESSAGE_QUERY_OVERVIEW);
    if (refused) {
        out->status = status_of(refused);
        return 0;
    }
    out->balance.available_fen = part->available_fen;
    out->balance.booked_fen = part->booked_fen;
    out->balance.as_of_ms = part->as_of_ms;
    out->balance.currency = span_text(part->currency);
    out->balance.reason = span_text(part->reason);
    return 0;
}

/* Encodes the reply into the ledger's scratch. */
static int show(struct apply *apply, const struct store_overview *overview) {
    struct overview_view view = {.count = overview->count, .next = overview->next};
    struct link *links = xcalloc(OVERVIEW_PARTS_MAX, sizeof *links);
    struct overview_bought *bought = xcalloc(OVERVIEW_PARTS_MAX, sizeof *bought);
    int result = 0;
    for (uint32_t i = 0; i < overview->count && result == 0; i++) {
        const struct store_overview_part *part = &overview->parts[i];
        result = show_part(apply, overview, part, &links[i], &view.accounts[i]);
        if (result == 0)
            result = overview_add_bought(apply, &part->link, &bought[i], &view.accounts[i]);
    }
    if (result == 0) {
        buf_clear(&apply->ledger->scratch);
        message_encode_overview_reply(&view, &apply->ledger->scratch);
    }
    free(bought);
    free(links);
    return result;
}

int overview_ask(struct apply *apply) {
    const struct query_overview *query = &apply->command->body.query_overview;
    struct store_overview overview = {.asked_by = apply->command->bank, .request = query->request};
    struct own_account account;
    uint32_t waiting = 0;
    int result = apply_check_bank(apply);
    if (result == 0)
        result = id_is_zero(&query->link)
                     ? account_of_number(apply, query->account_number, &account)
                     : account_of_link(apply, &query->link, &account);
    if (result)
        return result;
    overview.id = apply_new_id(apply);
    result = ask_all(apply, &account, &query->after, &overview, &waiting);
    if (result == 0)
        result = question_count(apply, waiting);
    if (result > 0 && result != APPLY_BROKEN)
        apply_restart(apply);
    if (result)
        return result;
    if (waiting > 0) {
        store_put_overview(apply->store, &overview, true);
        apply_wait(apply, &overview.request);
        return 0;
    }
    result = show(apply, &overview);
    if (result == 0)
        apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return result;
}

/* ---- what comes back ---- */

/* The overview of that question, and its part in it. */
static int load(struct apply *apply, const struct store_question *question,
                struct store_overview *overview_out, struct store_overview_part **part_out) {
    int result = store_get_overview(apply->store, &question->overview, overview_out);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    for (uint32_t i = 0; i < overview_out->count; i++) {
        if (!id_equal(&overview_out->parts[i].question, &question->id))
            continue;
        *part_out = &overview_out->parts[i];
        return 0;
    }
    return APPLY_BROKEN;
}

static bool waits(const struct store_overview *overview) {
    for (uint32_t i = 0; i < overview->count; i++) {
        if (overview->parts[i].status == OVERVIEW_WAITING)
            return true;
    }
    return false;
}

static void take(const struct balance_answer *answer, struct store_overview_part *part) {
    part->question = (struct id){{0}};
    part->status = OVERVIEW_NO_ANSWER;
    if (answer == NULL)
        return;
    part->status = answer->reason.size ? OVERVIEW_DECLINED : OVERVIEW_ANSWERED;
    apply_copy_text(part->reason, sizeof part->reason, answer->reason);
    if (part->status == OVERVIEW_DECLINED)
        return;
    part->available_fen = answer->available_fen;
    part->booked_fen = answer->booked_fen;
    part->as_of_ms = answer->as_of_ms;
    apply_copy_text(part->currency, sizeof part->currency, answer->currency);
}

int overview_told(struct apply *apply, const struct store_question *question,
                  const struct balance_answer *answer) {
    struct store_overview overview;
    struct store_overview_part *part;
    int result = load(apply, question, &overview, &part);
    if (result)
        return result;
    take(answer, part);
    if (waits(&overview)) {
        store_put_overview(apply->store, &overview, false);
        return 0;
    }
    APPLY_TRY(store_drop_overview(apply->store, &overview.id));
    result = show(apply, &overview);
    if (result == 0)
        apply_answer(apply, overview.asked_by, &overview.request, MESSAGE_QUERY_OVERVIEW,
                     buf_span(&apply->ledger->scratch));
    return result;
}

int overview_discard(struct apply *apply, const struct store_question *question) {
    struct store_overview overview;
    struct store_overview_part *part;
    int result = load(apply, question, &overview, &part);
    if (result)
        return result < 0 ? result : 0;
    take(NULL, part);
    if (!waits(&overview))
        return store_drop_overview(apply->store, &overview.id);
    store_put_overview(apply->store, &overview, false);
    return 0;
}
