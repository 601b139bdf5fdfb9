/* For the files of this folder, and the cache, where there is POSIX. */
#ifndef WASMELT_SYSTEM_POSIX_H
#define WASMELT_SYSTEM_POSIX_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Opens a directory only to look up names in it. */
#ifdef O_PATH
#define POSIX_O_PATH O_PATH
#else
#define POSIX_O_PATH O_RDONLY
#endif

/* Times of a file, in nanoseconds since 1970. */
#ifdef __APPLE__
#define st_mtim st_mtimespec
#define st_ctim st_ctimespec
#endif

extern char **environ; /* NOLINT(readability-redundant-declaration): not every C library declares it */

/* Whether a directory, open or named, shows what processes have open (/proc). */
bool posix_is_on_procfs(int directory, const char *name);

/* Writes all of it; false with errno set. */
bool posix_write_all(int fd, const void *bytes, size_t count);

/* Copies the rest of the file `in` to `out`, both open; false with errno set. */
bool posix_copy_bytes(int in, int out);

enum { POSIX_RANDOM_NAME = 8 + 16 + 1 };

/* Makes a name that is almost certainly unused: the prefix, of at most eight characters, and random letters and digits that nobody can
 * foresee. */
bool posix_random_name(const char *prefix, char name[POSIX_RANDOM_NAME]);

#endif
