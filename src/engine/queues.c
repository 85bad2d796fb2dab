/*
 * Lists of commands and tasks, in order of arrival.
 *
 * Invariant: last is the end of the chain that begins with first. Bounds are their users'; whoever
 * shares one between threads holds a lock.
 */
#include "engine/queues.h"

void command_queue_add(struct command_queue *queue, struct command *command) {
    command->next = NULL;
    if (queue->last != NULL)
        queue->last->next = command;
    else
        queue->first = command;
    queue->last = command;
    queue->count++;
    queue->bytes += sizeof(*command) + command->arena.used;
}

void command_queue_free(struct command_queue *queue) {
    while (queue->first != NULL) {
        struct command *next = queue->first->next;
        command_free(queue->first);
        queue->first = next;
    }
    *queue = (struct command_queue){0};
}

void task_queue_add(struct task_queue *queue, struct threads_task *task) {
    task->next = NULL;
    if (queue->last != NULL)
        queue->last->next = task;
    else
        queue->first = task;
    queue->last = task;
    queue->count++;
}

struct threads_task *task_queue_pop(struct task_queue *queue) {
    struct threads_task *task = queue->first;
    if (task == NULL)
        return NULL;
    queue->first = task->next;
    if (queue->first == NULL)
        queue->last = NULL;
    queue->count--;
    return task;
}

void task_queue_tell(struct threads_task *task) {
    while (task != NULL) {
        struct threads_task *next = task->next;
        task->done(task);
        task = next;
    }
}
