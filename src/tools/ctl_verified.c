/*
 * Findings, gathered for a table or for JSON.
 *
 * Invariant: however many there are, a bounded number is kept and all are counted.
 */
#include "tools/ctl_verified.h"

#include <inttypes.h>
#include <string.h>

#include "domain/identifier.h"
#include "tools/ctl_table.h"

static const struct ctl_column columns[] = {
    {"LAW", "law", CTL_CELL_TEXT},   {"OBJECT", "kind", CTL_CELL_TEXT}, {"ID", "id", CTL_CELL_TEXT},
    {"BANK", "bank", CTL_CELL_TEXT}, {"FOUND", "text", CTL_CELL_TEXT},  {NULL, NULL, CTL_CELL_TEXT},
};

void ctl_verified_init(struct ctl_verified *verified, struct ctl_session *session) {
    *verified = (struct ctl_verified){
        .session = session,
        .findings = ctl_json_array(),
    };
    ctl_progress_init(&verified->progress, session);
}

void ctl_verified_deinit(struct ctl_verified *verified) {
    json_decref(verified->findings);
    verified->findings = NULL;
}

static json_t *text_or_null(const char *text) {
    return text[0] != '\0' ? json_string(text) : json_null();
}

void ctl_verified_add(struct ctl_verified *verified, const char *law, const char *law_text,
                      const char *kind, const char *id, bank_code bank, const char *text) {
    char code[BANK_CODE_TEXT_SIZE] = "";
    if (verified->count++ >= CTL_FINDINGS_MAX)
        return;
    if (bank != 0)
        bank_code_format(bank, code);
    json_t *finding = json_object();
    ctl_json_set(finding, "law", json_string(law));
    ctl_json_set(finding, "law_text", json_string(law_text));
    ctl_json_set(finding, "kind", text_or_null(kind));
    ctl_json_set(finding, "id", text_or_null(id));
    ctl_json_set(finding, "bank", text_or_null(code));
    ctl_json_set(finding, "text", json_string(text));
    ctl_json_add(verified->findings, finding);
}

static const char *kind_name(enum object_kind kind) {
    switch (kind) {
    case OBJECT_NONE:
        return "";
    case OBJECT_LINK:
        return "link";
    case OBJECT_TRANSFER:
        return "transfer";
    case OBJECT_BANK:
        return "bank";
    case OBJECT_CASE:
        return "case";
    case OBJECT_APPROVAL:
        return "approval";
    case OBJECT_QUESTION:
        return "question";
    case OBJECT_FUNDS:
        return "funds";
    case OBJECT_CARD:
        return "card";
    case OBJECT_EVENT:
        return "event";
    case OBJECT_ADJUSTMENT:
        return "adjustment";
    case OBJECT_PRODUCT:
        return "product";
    case OBJECT_RULES:
        return "rules";
    case OBJECT_WINDOW:
        return "window";
    case OBJECT_ORDER:
        return "order";
    case OBJECT_LOAN:
        return "loan";
    }
    return "";
}

void ctl_verified_found(void *context, const struct verify_finding *finding) {
    char id[2 * ID_SIZE + 1] = "";
    if (!id_is_zero(&finding->object))
        hex_format(finding->object.bytes, ID_SIZE, id);
    ctl_verified_add(context, law_name(finding->law), law_text(finding->law),
                     kind_name(finding->kind), id, finding->bank, finding->text);
}

/* ---- how far it is ---- */

void ctl_verified_progress(void *context, const char *stage, uint64_t done, uint64_t of) {
    struct ctl_verified *verified = context;
    ctl_progress_show(&verified->progress, stage, done, of);
}

/* ---- what came of it ---- */

json_t *ctl_verified_json(const struct ctl_verified *verified) {
    json_t *object = json_object();
    ctl_json_set(object, "right", json_boolean(verified->count == 0));
    ctl_json_set(object, "found", json_integer((json_int_t)verified->count));
    ctl_json_set(object, "findings", json_incref(verified->findings));
    for (const struct ctl_field *field = ctl_shape_verification.fields; field->key != NULL;
         field++) {
        if (json_object_get(object, field->key) == NULL)
            ctl_json_set(object, field->key, json_null());
    }
    return object;
}

void ctl_verified_print(const struct ctl_verified *verified, FILE *to) {
    if (verified->count > 0)
        ctl_print_table(verified->findings, columns, to);
}

void ctl_verified_print_end(const struct ctl_verified *verified, const char *what, FILE *to) {
    if (verified->count == 0)
        fprintf(to, "%s is right: nothing was found.\n", what);
    else if (verified->count > CTL_FINDINGS_MAX)
        fprintf(to,
                "%s is NOT right: %" PRIu64 " findings: the first %d are listed, and there are "
                "%" PRIu64 " more.\n",
                what, verified->count, CTL_FINDINGS_MAX, verified->count - CTL_FINDINGS_MAX);
    else
        fprintf(to, "%s is NOT right: %" PRIu64 " finding%s.\n", what, verified->count,
                verified->count == 1 ? "" : "s");
}
