/* The running children of this process: what process.c needs of each system. */
#ifndef WASMELT_SYSTEM_CHILDREN_H
#define WASMELT_SYSTEM_CHILDREN_H

#include <stddef.h>

/* How many can run at once. */
extern const size_t children_most;

size_t children_count(void);

/* Starts a command in `directory`, or in the current directory if that is null, while fewer than children_most run. Returns 0, or a status
 * as process_run does. */
int children_start(const char *directory, const char *const *command);

/* Waits for a child to end and returns its status, as process_run does. */
int children_wait(void);

#endif
