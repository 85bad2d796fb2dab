/*
 * linkgatectl run inside a test, against a stand-in that gives recorded answers over a real socket.
 */
#ifndef LG_TESTS_TOOLS_STAND_IN_H
#define LG_TESTS_TOOLS_STAND_IN_H

#include "tools/ctl.h"

#define PIN "a1bc29536b8d474064537ed31c83b36c704f9a716ed8e7709c11a69bee7297fd"
#define BANK "102100099996"
#define BANK_NUMBER UINT64_C(102100099996)
#define OTHER "305100000013"
#define OTHER_NUMBER UINT64_C(305100000013)
#define ID_TEXT "01000000000000000000000000000000"

struct tool_world {
    char folder[64];
    char path[96];
    char *out;
    char *errors;
    const char *input; /* what the next run reads; NULL: nothing */
};
extern struct tool_world world;

int tool_set_up(void **state);
int tool_tear_down(void **state);

/* Runs `linkgatectl --socket PATH line`, words parted by blanks ("~" in a word is a blank). */
enum ctl_exit tool_run(const char *line);
/* The same against answers, which are freed. */
enum ctl_exit tool_run_against(const char *line, struct buf *answers, size_t count);
/* The last request that was answered, until the next one; of the test. */
const ctl_request *tool_asked(void);
/* The frame of a reply to the request of that number, from 1 on. */
struct buf tool_frame(ctl_reply *reply, uint64_t correlation);
struct buf tool_done(uint64_t correlation);
struct buf tool_refusal(uint64_t correlation);
/* A bank's answer; a step of a life at TOOL_STEP_MS, by BANK. */
#define TOOL_STEP_MS 1782873000000 /* 2026-07-01 10:30:00 in Shanghai */
struct buf tool_bank(uint64_t correlation, uint64_t code, char *name, bool online);
Linkgate__Admin__V1__HistoryRow tool_step(char *event, char *state);
/* world.out with the lines of a story joined again, which are broken for the terminal. */
void tool_join_lines(void);
void assert_says(const char *text, const char *part);
void assert_silent_on(const char *text, const char *part);
/* --json's answer; to be freed. */
json_t *tool_json(void);

#endif
