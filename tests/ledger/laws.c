/*
 * See laws.h.
 */
#include "ledger/laws.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "verify/verify.h"

static void found(void *context, const struct verify_finding *finding) {
    const bool *quiet = context;
    char id[ID_TEXT_SIZE];
    if (*quiet && finding->law == LAW_I18 && finding->kind == OBJECT_NONE)
        return;
    id_format(&finding->object, id);
    fail_msg("%s: object %d %s, bank %012llu: %s", law_name(finding->law), (int)finding->kind, id,
             (unsigned long long)finding->bank, finding->text);
}

static void check(struct world *world, bool quiet) {
    struct verify_sink sink = {.found = found, .context = &quiet};
    struct verify_counts counts;
    assert_int_equal(verify_store(world->store, quiet, &sink, &counts), 0);
}

void laws_check(struct world *world) {
    check(world, false);
}

void laws_check_quiet(struct world *world) {
    check(world, true);
}
