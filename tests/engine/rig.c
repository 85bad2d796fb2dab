/*
 * The engine's tests' rig: see rig.h. It knows what banks send and what they are told; of the engine
 * it knows the public side only.
 */
#include "engine/rig.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/secret.h"
#include "util/logline.h"

#define MINUTE_MS 60000
#define SPIN_MAX 100000 /* turns of rig_run: more is a loop */

/* ---- the folder and the clock ---- */

static int64_t boot_us(void *context) {
    const struct rig *rig = context;
    return rig->book->boot_us;
}

static int64_t wall_ms(void *context) {
    const struct rig *rig = context;
    return rig->book->wall_ms;
}

void rig_advance(struct rig *rig, int64_t ms) {
    rig->book->boot_us += ms * 1000;
    rig->book->wall_ms += ms;
}

static void on_step(void *context, enum engine_step step) {
    struct rig *rig = context;
    uint64_t count = ++rig->book->steps[step];
    if (rig->kill_at > 0 && step == rig->kill_step && count == rig->kill_at)
        _exit(137);
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *ftw) {
    (void)status;
    (void)flag;
    (void)ftw;
    return remove(path);
}

void rig_remove(const char *dir) {
    (void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void rig_copy(const char *from, const char *to) {
    char command[500];
    snprintf(command, sizeof(command), "cp -r '%s' '%s'", from, to);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): names are our own */
}

void rig_init(struct rig *rig) {
    memset(rig, 0, sizeof(*rig));
    log_set_level(LOG_CRIT);
    snprintf(rig->dir, sizeof(rig->dir), "/tmp/linkgate-engine-XXXXXX");
    assert_non_null(mkdtemp(rig->dir));
    rig->book =
        mmap(NULL, sizeof(*rig->book), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(rig->book != MAP_FAILED);
    rig->book->boot_us = 1000000;
    rig->book->wall_ms = RIG_START_MS;
    uint8_t root[32];
    memset(root, 7, sizeof(root));
    rig->keyring = keyring_from_root(root);
    arena_init(&rig->arena, 65536, 0);
    rig->config = (struct engine_config){
        .dir = rig->dir,
        .keyring = rig->keyring,
        .clock = {boot_us, wall_ms, rig},
        .map_bytes = (uint64_t)64 << 20,
        .log = {.segment_bytes = (uint64_t)256 << 10,
                .max_bytes = (uint64_t)64 << 20,
                .keep_ms = 3600000,
                .spares = 2,
                .io = log_io_system()},
        .bounds = engine_bounds_default(),
        .step = on_step,
        .step_context = rig,
    };
}

void rig_deinit(struct rig *rig) {
    rig_close(rig);
    rig_remove(rig->dir);
    keyring_free(rig->keyring);
    arena_deinit(&rig->arena);
    munmap(rig->book, sizeof(*rig->book));
}

int rig_open(struct rig *rig) {
    rig->reason[0] = '\0';
    rig->failed = false;
    rig->job_out = false;
    return engine_open(&rig->config, &rig->engine, rig->reason, sizeof(rig->reason));
}

void rig_must_open(struct rig *rig) {
    int rc = rig_open(rig);
    if (rc != 0)
        fail_msg("engine_open: %d: %s", rc, rig->reason);
}

void rig_close(struct rig *rig) {
    engine_close(rig->engine);
    rig->engine = NULL;
}

void rig_stop(struct rig *rig) {
    uint32_t job_batches = rig->job_batches;
    engine_drain(rig->engine);
    rig->job_batches = 0;
    rig_run(rig);
    rig->job_batches = job_batches;
    if (!rig->failed)
        assert_true(engine_drained(rig->engine));
    rig_close(rig);
}

/* ---- commands ---- */

static struct digest pin_of(bank_code bank) {
    struct digest pin;
    memset(pin.bytes, (int)(bank % 251) + 1, sizeof(pin.bytes));
    return pin;
}

static struct id request_id(struct rig *rig) {
    uint8_t serial[10] = {0};
    put_be64(serial, ++rig->book->serial);
    return uuid7_make(rig->book->wall_ms, serial);
}

static struct span text(struct rig *rig, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static struct span text(struct rig *rig, const char *format, ...) {
    char line[128];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    return arena_copy(&rig->arena, span_of(line, (size_t)size));
}

struct command *rig_command(struct rig *rig, enum command_kind kind, bank_code bank) {
    struct command *command = command_new(kind);
    command->bank = bank;
    command->timeout_ms = rig->timeout_ms;
    if (bank != 0)
        command->pin = pin_of(bank);
    return command;
}

void rig_submit(struct rig *rig, struct command *command) {
    assert_true(engine_submit(rig->engine, command));
}

struct command *rig_operator(struct rig *rig, enum command_kind kind) {
    struct command *command = rig_command(rig, kind, 0);
    command->uid = 1000;
    command->origin = (struct origin){ORIGIN_ADMIN, 1, 1};
    return command;
}

void rig_submit_operator(struct rig *rig, struct command *command) {
    message_encode_internal(command);
    assert_true(engine_submit_reserved(rig->engine, command));
}

struct command *rig_message(struct rig *rig, bank_code bank, enum command_kind kind,
                            struct buf *payload) {
    struct command *command = rig_command(rig, kind, bank);
    command->payload = arena_copy(&command->arena, buf_span(payload));
    buf_deinit(payload);
    struct refusal refusal = {.code = REFUSAL_NONE};
    if (message_decode_command(command, rig->book->wall_ms, &refusal) != 0)
        fail_msg("kind %d: %s %s", (int)kind, refusal_row(refusal.code)->detail, refusal.field);
    command->origin = (struct origin){ORIGIN_BANK, bank, 0};
    return command;
}

static struct span resident_id(struct rig *rig, uint64_t serial) {
    static const unsigned weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    char body[32];
    snprintf(body, sizeof(body), "99999919500101%03u", (unsigned)(serial % 1000));
    unsigned sum = 0;
    for (size_t i = 0; i < 17; i++)
        sum += weights[i] * (unsigned)(body[i] - '0');
    return text(rig, "%s%c", body, "10X98765432"[sum % 11]);
}

static void open_link(struct rig *rig) {
    unsigned long long serial = ++rig->book->serial;
    struct open_link open = {
        .request = request_id(rig),
        .class2 = {BANK_A, text(rig, "62170000%012llu", serial), ACCOUNT_CLASS_II,
                   ACCOUNT_OPENING_REMOTE},
        .class1 = {BANK_B, text(rig, "62280000%012llu", serial), ACCOUNT_CLASS_I,
                   ACCOUNT_OPENING_FACE_TO_FACE},
        .person = {SPAN_LITERAL("Zhang San"), ID_TYPE_RESIDENT, resident_id(rig, serial),
                   SPAN_LITERAL("13800000001")},
        .scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT),
        .limits = {INT64_MAX, INT64_MAX, 0, 0},
        .agreement.present = true,
        .agreement.version = SPAN_LITERAL("2026-1"),
        .agreement.at_ms = rig->book->wall_ms - MINUTE_MS,
        .agreement.channel = SPAN_LITERAL("APP"),
        .consent.present = true,
        .consent.recipient = BANK_B,
        .consent.purpose = SPAN_LITERAL("ACCOUNT_LINK"),
        .consent.fields = CONSENT_FIELDS_ALL,
        .consent.at_ms = rig->book->wall_ms - MINUTE_MS,
    };
    memset(open.agreement.sha256.bytes, 1, DIGEST_SIZE);
    memset(open.consent.sha256.bytes, 2, DIGEST_SIZE);
    struct buf payload;
    buf_init(&payload);
    partner_encode_open_link(&open, &payload);
    rig_submit(rig, rig_message(rig, BANK_A, COMMAND_OPEN_LINK, &payload));
}

struct command *rig_transfer_command(struct rig *rig, size_t index) {
    const struct row *row = &rig->book->rows[index];
    struct submit_transfer submit = {
        .request = row->request,
        .link = rig->book->links[row->link],
        .kind = TRANSFER_BOUND_PAIR,
        .direction = row->push ? TRANSFER_PUSH : TRANSFER_PULL,
        .amount = {row->fen, "CNY"},
        .end_to_end_id = text(rig, "E%zu", index),
        .remittance = SPAN_LITERAL("savings"),
        .debtor_name = SPAN_LITERAL("Zhang San"),
        .creditor_name = SPAN_LITERAL("Zhang San"),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD"),
    };
    struct buf payload;
    buf_init(&payload);
    partner_encode_submit_transfer(&submit, &payload);
    struct command *command = rig_message(rig, BANK_A, COMMAND_SUBMIT_TRANSFER, &payload);
    command->origin.correlation = index + 1;
    return command;
}

size_t rig_new_row(struct rig *rig, int64_t fen) {
    struct book *book = rig->book;
    assert_true(book->row_count < RIG_ROWS);
    size_t index = book->row_count++;
    book->rows[index] = (struct row){
        .request = request_id(rig),
        .link = (uint32_t)(index % RIG_LINKS),
        .fen = fen,
        .push = index % 2 == 0,
    };
    return index;
}

void rig_send_row(struct rig *rig, size_t row) {
    rig->book->rows[row].submitted = true;
    rig_submit(rig, rig_transfer_command(rig, row));
}

size_t rig_transfer(struct rig *rig, int64_t fen) {
    size_t row = rig_new_row(rig, fen);
    rig_send_row(rig, row);
    rig_run(rig);
    return row;
}

/* ---- what bank B answers ---- */

static void answer_verification(struct rig *rig, const struct effect *effect, struct buf *out) {
    struct verify_account ask;
    assert_int_equal(partner_decode_verify_account(effect->payload, &rig->arena, &ask), 0);
    struct verify_account_reply reply = {
        .link = ask.link,
        .verification = ask.verification,
        .name = ELEMENT_MATCH,
        .id_number = ELEMENT_MATCH,
        .mobile = ELEMENT_MATCH,
        .account = ELEMENT_MATCH,
        .account_class = ACCOUNT_CLASS_I,
        .status = ACCOUNT_OPEN,
    };
    partner_encode_verify_account_reply(&reply, out);
}

static void answer_issue(struct rig *rig, const struct effect *effect, struct buf *out) {
    struct issue_challenge ask;
    assert_int_equal(partner_decode_issue_challenge(effect->payload, &rig->arena, &ask), 0);
    struct issue_challenge_reply reply = {
        .link = ask.link,
        .challenge = ask.challenge,
        .outcome = CHALLENGE_SENT,
        .masked_mobile = SPAN_LITERAL("138****0001"),
        .lifetime_ms = 5 * MINUTE_MS,
    };
    partner_encode_issue_challenge_reply(&reply, out);
}

static void answer_check(struct rig *rig, const struct effect *effect, struct buf *out) {
    struct check_challenge ask;
    assert_int_equal(partner_decode_check_challenge(effect->payload, &rig->arena, &ask), 0);
    struct check_challenge_reply reply = {
        .link = ask.link, .attempt = ask.attempt, .outcome = CHALLENGE_RIGHT};
    partner_encode_check_challenge_reply(&reply, out);
}

/* Posted, always: also when it is only asked about. */
static void answer_posting(struct rig *rig, const struct effect *effect, struct buf *out) {
    char hex[ID_TEXT_SIZE];
    id_format(&effect->exchange, hex);
    struct posting_result result = {
        .transfer = effect->exchange,
        .outcome = POSTING_POSTED,
        .reference = text(rig, "B%s", hex + 12),
        .book_date = SPAN_LITERAL("2026-12-23"),
    };
    partner_encode_posting_result(&result, out);
}

struct command *rig_answer(struct rig *rig, const struct effect *effect) {
    struct buf payload;
    buf_init(&payload);
    enum command_kind kind = COMMAND_POSTING_ANSWER;
    switch ((int)effect->message) {
    case MESSAGE_VERIFY_ACCOUNT:
        kind = COMMAND_VERIFY_ANSWER;
        answer_verification(rig, effect, &payload);
        break;
    case MESSAGE_ISSUE_CHALLENGE:
        kind = COMMAND_ISSUE_ANSWER;
        answer_issue(rig, effect, &payload);
        break;
    case MESSAGE_CHECK_CHALLENGE:
        kind = COMMAND_CHECK_ANSWER;
        answer_check(rig, effect, &payload);
        break;
    case MESSAGE_POST_INSTRUCTION:
    case MESSAGE_INQUIRE_POSTING:
        answer_posting(rig, effect, &payload);
        break;
    default:
        return NULL;
    }
    struct command *command = rig_message(rig, effect->bank, kind, &payload);
    command->origin.kind = ORIGIN_NONE;
    return command;
}

/* ---- what is told ---- */

static struct row *row_of(struct rig *rig, const struct effect *effect) {
    struct book *book = rig->book;
    uint64_t correlation = effect->origin.correlation;
    if (effect->kind == EFFECT_REPLY)
        return correlation > 0 && correlation <= book->row_count ? &book->rows[correlation - 1]
                                                                 : NULL;
    for (size_t i = book->row_count; i > 0; i--) {
        if (id_equal(&book->rows[i - 1].request, &effect->request))
            return &book->rows[i - 1];
    }
    return NULL;
}

static void told_row(struct rig *rig, struct row *row, const struct effect *effect) {
    row->last_refused = effect->refused;
    row->last_code = effect->refused ? effect->refusal.code : REFUSAL_NONE;
    if (!effect->refused) {
        struct transfer_view view;
        assert_int_equal(partner_decode_transfer_reply(effect->payload, &rig->arena, &view), 0);
        if (row->told > 0 && !row->refused)
            assert_true(id_equal(&row->transfer, &view.transfer));
        row->transfer = view.transfer;
        row->last_state = view.state;
    }
    if (row->told++ == 0) {
        row->refused = row->last_refused;
        row->code = row->last_code;
        row->state = row->last_state;
    }
}

static void told_link(struct rig *rig, const struct effect *effect) {
    struct link_view view;
    assert_false(effect->refused);
    assert_int_equal(partner_decode_link_reply(effect->payload, &rig->arena, &view), 0);
    struct book *book = rig->book;
    struct buf payload;
    buf_init(&payload);
    if (view.state == LINK_ACTIVE) {
        assert_true(book->link_count < RIG_LINKS);
        book->links[book->link_count++] = view.link;
    } else if (!view.has_challenge) {
        struct start_challenge start = {request_id(rig), view.link};
        partner_encode_start_challenge(&start, &payload);
        rig_submit(rig, rig_message(rig, BANK_A, COMMAND_START_CHALLENGE, &payload));
    } else {
        struct answer_challenge answer = {request_id(rig), view.link, SPAN_LITERAL("123456")};
        partner_encode_answer_challenge(&answer, &payload);
        rig_submit(rig, rig_message(rig, BANK_A, COMMAND_ANSWER_CHALLENGE, &payload));
    }
}

static void told_answer(struct rig *rig, const struct effect *effect) {
    if (effect->origin.kind == ORIGIN_ADMIN) {
        rig->book->operator_granted += !effect->refused && id_is_zero(&effect->object);
        rig->book->operator_refused += effect->refused;
        if (!id_is_zero(&effect->object))
            rig->book->waits = effect->object;
        rig->book->operator_code = effect->refused ? effect->refusal.code : REFUSAL_NONE;
        return;
    }
    struct row *row = row_of(rig, effect);
    if (row != NULL)
        told_row(rig, row, effect);
    else if (effect->message >= MESSAGE_OPEN_LINK && effect->message <= MESSAGE_GET_LINK)
        told_link(rig, effect);
}

static void told_send(struct rig *rig, const struct effect *effect) {
    rig->book->sends += effect->kind == EFFECT_SEND;
    rig->book->inquiries += effect->kind == EFFECT_INQUIRE;
    struct command *answer = rig->mute ? NULL : rig_answer(rig, effect);
    if (answer != NULL)
        assert_true(engine_submit_reserved(rig->engine, answer));
}

void rig_told(struct rig *rig, const struct release *release) {
    for (size_t i = 0; i < release->effects.count; i++) {
        const struct effect *effect = &release->effects.items[i];
        switch (effect->kind) {
        case EFFECT_REPLY:
        case EFFECT_ANSWER:
            told_answer(rig, effect);
            break;
        case EFFECT_SEND:
        case EFFECT_INQUIRE:
            told_send(rig, effect);
            break;
        case EFFECT_WAIT:
        case EFFECT_DONE:
            break;
        case EFFECT_NOTICE:
            rig->book->notices++;
            break;
        case EFFECT_BANK:
            rig->book->banks++;
            break;
        case EFFECT_ORDER:
        case EFFECT_RULES:
        case EFFECT_WINDOW:
            break;
        case EFFECT_ALARM:
            rig->book->alarms++;
            break;
        case EFFECT_TELL:
            break;
        }
    }
}

static bool fails(struct rig *rig, int rc) {
    rig->failed = rig->may_fail && rc != 0;
    if (!rig->failed)
        assert_int_equal(rc, 0);
    return rig->failed;
}

static int step_job(struct rig *rig, bool released, bool *ran_out) {
    *ran_out = false;
    if (!rig->job_out && !engine_job_take(rig->engine, &rig->job))
        return 0;
    bool waits = !released &&
                 (rig_status(rig).queued > 0 || engine_due_us(rig->engine) <= rig->book->boot_us);
    rig->job_age = rig->job_out ? rig->job_age + released : 0;
    rig->job_out = rig->job_age < rig->job_batches && !waits;
    if (rig->job_out)
        return 0;
    engine_job_run(&rig->job);
    *ran_out = true;
    return engine_job_done(rig->engine, &rig->job);
}

struct command *rig_query(struct rig *rig, size_t row) {
    struct get_transfer get = {.request = rig->book->rows[row].request};
    struct buf payload;
    buf_init(&payload);
    partner_encode_get_transfer(&get, &payload);
    struct command *command = rig_message(rig, BANK_A, COMMAND_GET_TRANSFER, &payload);
    command->origin.correlation = row + 1;
    return command;
}

void rig_run(struct rig *rig) {
    for (int turn = 0; turn < SPIN_MAX && !rig->failed; turn++) {
        struct release *release = NULL;
        bool ran = false;
        if (fails(rig, engine_run(rig->engine, &release)))
            return;
        bool released = release != NULL;
        if (released) {
            rig_told(rig, release);
            engine_give_back(rig->engine, release);
        }
        if (fails(rig, step_job(rig, released, &ran)))
            return;
        if (!released && !ran && engine_due_us(rig->engine) > rig->book->boot_us)
            return;
    }
    if (!rig->failed)
        fail_msg("the engine does not come to rest");
}

/* ---- whole steps ---- */

void rig_approve(struct rig *rig, uint32_t uid, int64_t wall_ms) {
    struct command *command = rig_operator(rig, COMMAND_APPROVE);
    command->uid = uid;
    command->body.decision = (struct decision){rig->book->waits, wall_ms};
    rig_submit_operator(rig, command);
    rig_run(rig);
}

static void add_bank(struct rig *rig, bank_code code, uint32_t roles, const char *name) {
    struct command *command = rig_operator(rig, COMMAND_BANK_ADD);
    struct bank *bank = &command->body.bank_add;
    bank->code = code;
    bank->active = true;
    bank->roles = roles;
    bank->pin_count = 1;
    bank->pins[0] = pin_of(code);
    snprintf(bank->name, sizeof(bank->name), "%s", name);
    rig_submit_operator(rig, command);
    rig_run(rig);
    rig_approve(rig, RIG_UID_TWO, 0);
}

void rig_connect(struct rig *rig) {
    const bank_code banks[] = {BANK_A, BANK_B};
    for (size_t i = 0; i < 2; i++) {
        struct command *command = rig_command(rig, COMMAND_BANK_UP, banks[i]);
        message_encode_internal(command);
        assert_true(engine_submit_reserved(rig->engine, command));
    }
    rig_run(rig);
}

void rig_set_up(struct rig *rig) {
    add_bank(rig, BANK_A, BANK_ROLE_CLASS2, "A");
    add_bank(rig, BANK_B, BANK_ROLE_CLASS1, "B");
    assert_int_equal(rig->book->operator_granted, 2);
    rig_connect(rig);
    for (size_t i = 0; i < RIG_LINKS; i++) {
        open_link(rig);
        rig_run(rig);
    }
    assert_int_equal(rig->book->link_count, RIG_LINKS);
}

struct engine_status rig_status(struct rig *rig) {
    struct engine_status status;
    engine_status(rig->engine, &status);
    return status;
}

struct digest rig_digest(struct rig *rig) {
    struct digest digest;
    assert_int_equal(store_digest(engine_store(rig->engine), &digest), 0);
    return digest;
}
