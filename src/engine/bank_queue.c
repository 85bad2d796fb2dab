/*
 * The banks' lines in front of the ledger.
 *
 * Invariant: a line is among the owed or the turns exactly while it holds a command. The first of the
 * owed, or of the turns if nobody is owed anything, is served next, and goes to the end with what is
 * left of it. A lap of the turns pays every line one command, and each command that leaves a line
 * costs it one. While the owed are served no lap ends: they keep nobody waiting for more than what
 * they are owed. Where something is scarce, a line that has used more than its part of it is passed
 * over, not refused. A line is never given back: there are as many as banks that ever sent something.
 * It bounds nothing: its owner does.
 */
#include "engine/bank_queue.h"

#include <stdlib.h>

#include "util/fatal.h"

void bank_queue_init(struct bank_queue *queue) {
    *queue = (struct bank_queue){0};
    TAILQ_INIT(&queue->owed);
    TAILQ_INIT(&queue->turns);
}

void bank_queue_deinit(struct bank_queue *queue) {
    while (queue->count > 0)
        command_free(bank_queue_pop(queue));
    for (size_t i = 0; i < BANK_QUEUE_BUCKETS; i++) {
        while (queue->buckets[i] != NULL) {
            struct bank_line *line = queue->buckets[i];
            queue->buckets[i] = line->next;
            free(line);
        }
    }
}

static struct bank_line *line_of(struct bank_queue *queue, bank_code bank) {
    struct bank_line **bucket = &queue->buckets[bank % BANK_QUEUE_BUCKETS];
    for (struct bank_line *line = *bucket; line != NULL; line = line->next) {
        if (line->bank == bank)
            return line;
    }
    struct bank_line *line = xcalloc(1, sizeof(*line));
    line->bank = bank;
    line->next = *bucket;
    *bucket = line;
    return line;
}

static size_t served_by(const struct bank_queue *queue, const struct bank_line *line) {
    return line->round == queue->round ? line->served : 0;
}

static size_t bytes_of(const struct command *command) {
    return sizeof(*command) + command->arena.used;
}

static void count_in(struct bank_queue *queue, const struct command *command) {
    queue->count++;
    queue->bytes += bytes_of(command);
}

static void pay(const struct bank_queue *queue, struct bank_line *line) {
    line->credit += queue->lap - line->paid;
    if (line->credit > BANK_QUEUE_CREDIT)
        line->credit = BANK_QUEUE_CREDIT;
    line->paid = queue->lap;
}

static void stand_last(struct bank_queue *queue, struct bank_line *line) {
    if (line->credit > 0)
        TAILQ_INSERT_TAIL(&queue->owed, line, in_turns);
    else
        TAILQ_INSERT_TAIL(&queue->turns, line, in_turns);
}

static struct bank_line *next_of(const struct bank_queue *queue) {
    struct bank_line *line = TAILQ_FIRST(&queue->owed);
    return line != NULL ? line : TAILQ_FIRST(&queue->turns);
}

void bank_queue_push(struct bank_queue *queue, struct command *command) {
    struct bank_line *line = line_of(queue, command->bank);
    command->next = NULL;
    if (line->first == NULL) {
        queue->emptied -= served_by(queue, line);
        line->first = command;
        pay(queue, line);
        stand_last(queue, line);
    } else {
        line->last->next = command;
    }
    line->last = command;
    count_in(queue, command);
}

void bank_queue_push_front(struct bank_queue *queue, struct command *command) {
    command->next = queue->urgent;
    queue->urgent = command;
    count_in(queue, command);
}

static size_t used_by(const struct bank_queue *queue, const struct bank_line *line) {
    return line->generation == queue->generation ? line->used : 0;
}

/* Lines that have used too much go to the end of the turns: they are served when that is forgotten. */
struct command *bank_queue_peek(struct bank_queue *queue, size_t used_max) {
    struct bank_line *line;
    if (queue->urgent != NULL)
        return queue->urgent;
    while ((line = TAILQ_FIRST(&queue->owed)) != NULL) {
        if (used_by(queue, line) <= used_max)
            return line->first;
        TAILQ_REMOVE(&queue->owed, line, in_turns);
        TAILQ_INSERT_TAIL(&queue->turns, line, in_turns);
    }
    const struct bank_line *begin = TAILQ_FIRST(&queue->turns);
    while ((line = TAILQ_FIRST(&queue->turns)) != NULL) {
        if (used_by(queue, line) <= used_max)
            return line->first;
        TAILQ_REMOVE(&queue->turns, line, in_turns);
        TAILQ_INSERT_TAIL(&queue->turns, line, in_turns);
        if (TAILQ_FIRST(&queue->turns) == begin)
            break;
    }
    return NULL;
}

/* Who has had a turn in this lap already begins the next one. */
static struct bank_line *take_turn(struct bank_queue *queue) {
    struct bank_line *line = TAILQ_FIRST(&queue->turns);
    TAILQ_REMOVE(&queue->turns, line, in_turns);
    queue->lap += line->taken == queue->lap;
    line->taken = queue->lap;
    return line;
}

static struct command *pop_of_line(struct bank_queue *queue) {
    struct bank_line *line = TAILQ_FIRST(&queue->owed);
    if (line != NULL)
        TAILQ_REMOVE(&queue->owed, line, in_turns);
    else
        line = take_turn(queue);
    pay(queue, line);
    line->credit -= line->credit > 0;
    struct command *command = line->first;
    line->served = served_by(queue, line) + 1;
    line->round = queue->round;
    queue->served++;
    line->first = command->next;
    if (line->first != NULL)
        stand_last(queue, line);
    else
        queue->emptied += line->served;
    return command;
}

struct command *bank_queue_pop(struct bank_queue *queue) {
    struct command *command = queue->urgent;
    ENSURE(queue->count > 0);
    if (command != NULL)
        queue->urgent = command->next;
    else
        command = pop_of_line(queue);
    command->next = NULL;
    queue->count--;
    queue->bytes -= bytes_of(command);
    return command;
}

void bank_queue_use(struct bank_queue *queue, bank_code bank, size_t before, size_t after) {
    if (bank == 0)
        return;
    struct bank_line *line = line_of(queue, bank);
    size_t used = used_by(queue, line);
    if (after >= before)
        used += after - before;
    else
        used -= used < before - after ? used : before - after;
    line->used = used;
    line->generation = queue->generation;
}

void bank_queue_forget_use(struct bank_queue *queue) {
    queue->generation++;
}

void bank_queue_begin_round(struct bank_queue *queue) {
    queue->round++;
    queue->served = 0;
    queue->emptied = 0;
}

/* Turns are taken one command each: if who is next has had one, every line that still waits has. */
bool bank_queue_round_over(const struct bank_queue *queue) {
    const struct bank_line *next = next_of(queue);
    if (next == NULL || queue->emptied == 0 || served_by(queue, next) == 0)
        return false;
    size_t waiting = queue->served - queue->emptied;
    return waiting >= BANK_QUEUE_QUANTUM && waiting >= queue->emptied * BANK_QUEUE_RATIO;
}

bool bank_queue_one_alone(const struct bank_queue *queue) {
    const struct bank_line *next = next_of(queue);
    return next != NULL && queue->served >= BANK_QUEUE_QUANTUM &&
           served_by(queue, next) == queue->served;
}
