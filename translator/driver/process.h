/* Running other programs, and being stopped while they run. */
#ifndef WASMELT_DRIVER_PROCESS_H
#define WASMELT_DRIVER_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

enum { PROCESS_NOT_FOUND = -1, PROCESS_STOPPED = -2, PROCESS_TOO_LONG = -3 };

/* Runs a program found in PATH and waits. Its exit status (128 + number for a signal), or one of
 * the above. `command` ends with null. */
int process_run(const char *const *command);

/* The same; PROCESS_TOO_LONG if it was ended because it had worked for so many seconds of processor time, or for as many as this
 * process was limited to. */
int process_run_for(const char *const *command, uint64_t seconds);

/* The same as process_run, with what it writes to standard output added to `output`. */
int process_capture(const char *const *command, strbuf *output);

/* Several commands, at most `at_a_time` at once; `started` is told of each before it starts. Ends
 * at the first that fails, once those running are done; its status as above, or 0. */
typedef struct command_list {
    const char *const **commands;
    size_t count;
    const char *directory; /* where they run; null: where this process does */
    void (*started)(void *context, size_t which);
    void *context;
} command_list;
int process_run_all(const command_list *list, uint32_t at_a_time);

/* From now on SIGINT, SIGTERM and SIGHUP stop the children, and make the functions above return
 * PROCESS_STOPPED, so that the caller can clean up. */
void process_catch_signals(void);

/* Nonzero once such a signal came. */
extern volatile sig_atomic_t process_stopped_by;

/* Ends this process by the signal that stopped it, if one did. */
void process_end_if_stopped(void);

#endif
