/* Waiting until another thread of the test waits, in place of a time in which a busy machine may not even start it. */
#ifndef TESTS_ASLEEP_H
#define TESTS_ASLEEP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Whether the kernel has put the thread of this number (gettid) to sleep; also true of one that has ended. */
static inline bool is_asleep(int thread) {
    char path[64], text[256];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread);
    FILE *f = fopen(path, "r");
    if (!f)
        return true;
    size_t length = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[length] = 0;
    const char *name_end = strrchr(text, ')'); /* the state stands behind the name, which may have any characters */
    return !name_end || name_end[1] != ' ' || name_end[2] == 'S' || name_end[2] == 'Z' || name_end[2] == 'X';
}

/* Returns when the thread that stores its number there has fallen asleep or ended: twice in a row, as a lock may hold it up for a moment
 * before. */
static inline void wait_until_asleep(atomic_int *thread) {
    for (int seen = 0; seen < 2; usleep(1000))
        seen = *thread != 0 && is_asleep(*thread) ? seen + 1 : 0;
}

#endif
