/*
 * The lists that threads.c hands from one thread to another. They know no locks.
 */
#ifndef LG_ENGINE_QUEUES_H
#define LG_ENGINE_QUEUES_H

#include "engine/threads.h"

/* Zero-initialised is empty; taken over whole. */
struct command_queue {
    struct command *first, *last;
    size_t count, bytes;
};
void command_queue_add(struct command_queue *queue, struct command *command);
void command_queue_free(struct command_queue *queue);

struct task_queue {
    struct threads_task *first, *last;
    size_t count;
};
void task_queue_add(struct task_queue *queue, struct threads_task *task);
/* NULL: none. */
struct threads_task *task_queue_pop(struct task_queue *queue);
/* Calls done of each, from that one on. */
void task_queue_tell(struct threads_task *task);

#endif
