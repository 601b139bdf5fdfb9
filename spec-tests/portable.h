/* What the runner uses of POSIX, for Windows as well. There the object with a script's modules is the program itself, which exports all it
 * has: run.py --whole. */
#ifndef SPEC_TESTS_PORTABLE_H
#define SPEC_TESTS_PORTABLE_H

#if !defined(_WIN32)

#include <dlfcn.h>

#else

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

/* Reads a line into *line, which is allocated, and made longer where necessary. Returns its length, or -1 at the end. */
static inline ssize_t getline(char **line, size_t *room, FILE *f) {
    size_t length = 0;
    for (int c; (c = getc(f)) != EOF;) {
        if (length + 2 > *room) {
            *room = 2 * *room + 128;
            *line = realloc(*line, *room);
            if (!*line)
                abort();
        }
        (*line)[length++] = (char)c;
        (*line)[length] = 0;
        if (c == '\n')
            break;
    }
    return length > 0 ? (ssize_t)length : -1;
}

enum { RTLD_NOW, RTLD_LOCAL };

static inline void *dlopen(const char *file, int flags) {
    (void)file, (void)flags;
    return GetModuleHandleA(NULL);
}

static inline void *dlsym(void *object, const char *name) {
    return (void *)GetProcAddress(object, name);
}

static inline const char *dlerror(void) {
    return "there is no such module";
}

#endif

#endif
