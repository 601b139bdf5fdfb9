/* Running other programs, and stopping them when this process gets a signal to stop. */
#ifndef WASMELT_SYSTEM_PROCESS_H
#define WASMELT_SYSTEM_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

enum { PROCESS_NOT_FOUND = -1, PROCESS_STOPPED = -2, PROCESS_TOO_LONG = -3 };

/* Runs a program found in PATH and waits for it. Returns its exit status (128 + number if a signal ended it), or one of the values above.
 * `command` ends with null. */
int process_run(const char *const *command);

/* The same with a limit of processor time, in seconds. Returns PROCESS_TOO_LONG if the program was ended because it reached this limit,
 * or a lower one that this process has. */
int process_run_for(const char *const *command, uint64_t seconds);

/* The same as process_run; appends what the program writes to standard output to `output`. */
int process_capture(const char *const *command, strbuf *output);

/* Runs several commands, at most `at_a_time` at once, and calls `started` before each. After the first that fails it starts no more
 * and waits for those running. Returns the status of the first that failed, as above, or 0. */
typedef struct command_list {
    const char *const **commands;
    size_t count;
    const char *directory; /* where the commands run; null: in the current directory */
    void (*started)(void *context, size_t which);
    void *context;
} command_list;
int process_run_all(const command_list *list, uint32_t at_a_time);

/* From now on SIGINT, SIGTERM and SIGHUP stop the children, and make the functions above return
 * PROCESS_STOPPED, so that the caller can clean up. */
void process_catch_signals(void);

/* The number of the signal to stop that came, or 0. */
extern volatile sig_atomic_t process_stopped_by;

/* Executes a program in place of this process; `words` are its arguments, the first of them its name. Its file, which is in the directory
 * `scratch`, and that directory are removed. Returns -1 with errno set if it could not be started. Where a process cannot become another
 * program, it waits for it, and returns its exit status. */
int process_become(const char *file, char *const *words, const char *scratch);

/* Ends this process by the signal that stopped it, if one did. */
void process_end_if_stopped(void);

#endif
