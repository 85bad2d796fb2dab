/*
 * Overviews: I15, I18.
 *
 * Invariant: an overview waits for at least one of its parts; each part that waits has the one
 * question that is out for it, and no other part has any.
 */
#include "verify/checks.h"

/* An overview has no deadline of its own, and is told of under the object that has: its question. */
static struct about of(const struct store_overview *overview,
                       const struct store_overview_part *part) {
    struct about about_it = about_bank(overview->asked_by);
    if (part != NULL && !id_is_zero(&part->question))
        about_it = about(OBJECT_QUESTION, &part->question);
    return about_it;
}

static void check_part(struct look *look, const struct store_overview *overview,
                       const struct store_overview_part *part) {
    struct store_question question;
    bool waits = part->status == OVERVIEW_WAITING;
    if (part->status > OVERVIEW_NOT_ACTIVE || waits == id_is_zero(&part->question))
        look_found(look, LAW_I15, of(overview, part),
                   "a part of an overview is of status %d and asks otherwise", (int)part->status);
    if (id_is_zero(&part->question))
        return;
    int rc = store_get_question(look->store, &part->question, &question);
    enum got got = look_got(look, rc, of(overview, part));
    bool right = got == GOT && id_equal(&question.overview, &overview->id) &&
                 question.asked_by == overview->asked_by && id_equal(&question.link, &part->link) &&
                 id_equal(&question.request, &overview->request);
    if (got != GOT_DAMAGED && !right)
        look_found(look, LAW_I15, of(overview, part),
                   "a part of an overview waits for a question that is not of it");
}

void check_overview(struct look *look, const struct store_overview *overview) {
    bool waits = false;
    for (uint32_t i = 0; i < overview->count; i++) {
        const struct store_overview_part *part = &overview->parts[i];
        check_part(look, overview, part);
        waits = waits || part->status == OVERVIEW_WAITING;
        if (i > 0 && id_compare(&overview->parts[i - 1].link, &part->link) >= 0)
            look_found(look, LAW_I15, of(overview, part),
                       "the parts of an overview are not in the order of their links");
    }
    if (!waits)
        look_found(look, LAW_I15, of(overview, NULL), "an overview waits for nothing");
    if (look->at_rest)
        look_found(look, LAW_I18, of(overview, NULL), "an overview still waits");
}

bool check_part_of(struct look *look, const struct store_question *question) {
    struct store_overview overview;
    int rc = store_get_overview(look->store, &question->overview, &overview);
    enum got got = look_got(look, rc, about(OBJECT_QUESTION, &question->id));
    bool found = got == GOT_DAMAGED;
    for (uint32_t i = 0; got == GOT && i < overview.count; i++)
        found = found || id_equal(&overview.parts[i].question, &question->id);
    return found;
}
