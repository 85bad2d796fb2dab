/*
 * Commands that wait for the ledger, in a line for each bank. Of one bank they leave in the order in
 * which they came; the banks take turns, so that none waits for all that another one has sent. A
 * bank that asks for less than its turns would give it is owed the rest, up to a bound, and comes
 * first: what piled up while the disk was slow need not leave one by one between the floods of others.
 */
#ifndef LG_ENGINE_BANK_QUEUE_H
#define LG_ENGINE_BANK_QUEUE_H

#include <sys/queue.h>

#include "domain/command.h"

#define BANK_QUEUE_BUCKETS 256u
/* A round goes on for the lines that still hold something until they have left so many commands,
 * or so many times what the lines that hold no more have left. */
#define BANK_QUEUE_QUANTUM 32u
#define BANK_QUEUE_RATIO 4u
/* Turns that a bank may be owed. */
#define BANK_QUEUE_CREDIT 128u

struct bank_line {
    bank_code bank; /* 0: operators and the gateway itself */
    struct command *first, *last;
    size_t used; /* of what is scarce; since `generation` began */
    uint64_t generation;
    size_t served; /* commands that left it; since `round` began */
    uint64_t round;
    uint64_t credit;        /* turns that it is owed, those of laps up to `paid` */
    uint64_t paid, taken;   /* laps: the last one that counts in credit; that of its last turn */
    struct bank_line *next; /* in its bucket; as many as there are banks */
    TAILQ_ENTRY(bank_line) in_turns; /* while it holds something: in owed, or in turns */
};
TAILQ_HEAD(bank_lines, bank_line);

struct bank_queue {
    struct command *urgent; /* before all lines, the last one first */
    struct bank_lines owed; /* lines with credit, before the turns */
    struct bank_lines turns;
    uint64_t lap; /* each line among the turns has one turn in it */
    struct bank_line *buckets[BANK_QUEUE_BUCKETS];
    uint64_t generation;
    uint64_t round;
    size_t served,
        emptied;         /* in this round: by all lines, and by those of them that hold no more */
    size_t count, bytes; /* of all commands */
};

void bank_queue_init(struct bank_queue *queue);
/* Frees what still waits. */
void bank_queue_deinit(struct bank_queue *queue);
/* Takes the command, behind the others of its bank. */
void bank_queue_push(struct bank_queue *queue, struct command *command);
/* Takes the command, before everything else. */
void bank_queue_push_front(struct bank_queue *queue, struct command *command);
/* The next one, of a line that has used no more than that (bank 0 uses nothing); NULL if there is
 * none. Borrowed; it is what bank_queue_pop gives then. */
struct command *bank_queue_peek(struct bank_queue *queue, size_t used_max);
struct command *bank_queue_pop(struct bank_queue *queue);
/* How much of what is scarce was in use before and after a command of that bank; forgotten when a new
 * generation begins. Who gives back what another one took has used nothing. */
void bank_queue_use(struct bank_queue *queue, bank_code bank, size_t before, size_t after);
void bank_queue_forget_use(struct bank_queue *queue);
/* A round begins: what leaves together, and of what everybody waits for the end. */
void bank_queue_begin_round(struct bank_queue *queue);
/* It should end: some line has left all that it held, and the others have had their part by now. */
bool bank_queue_round_over(const struct bank_queue *queue);
/* All that has left in this round is of the line that is next, and more than its part. */
bool bank_queue_one_alone(const struct bank_queue *queue);

#endif
