/* What the translator asks of the system that it runs on, beside C and threads (goal.h and process.h have more of it). Each concern has a
 * file for each system: CONCERN_posix.c, CONCERN_linux.c for what Linux does in another way, and CONCERN_windows.c. All of them are
 * compiled everywhere; those for other systems are empty. Paths and arguments are UTF-8 on Windows, and whatever the user gave elsewhere.
 * What fails sets errno. */
#ifndef WASMELT_SYSTEM_SYSTEM_H
#define WASMELT_SYSTEM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/strbuf.h"
#include "base/vec.h"

/* ---- The process and the machine (machine_*.c) ---- */

/* The first thing that the program does: gets the arguments, and makes standard streams carry bytes as they are. */
void system_start(int *argc, char ***argv);

/* The seed of hash tables whose keys come from hostile input. It differs from process to process, so that nobody can make a module whose
 * names or types all fall into one bucket. Nothing that is written out may depend on it. */
uint64_t system_seed(void);

/* A number that nobody can foresee. */
bool system_random(uint64_t *number);

/* How many threads can run at once. */
uint32_t system_processors(void);

/* Whether a stream is a terminal that moves its cursor where escape sequences say. */
bool system_is_terminal(FILE *stream);

/* Appends the path of this program; nothing if it is not known. */
void system_own_path(strbuf *path);

/* Appends the name of the machine and, if `whole`, what its processor can do, as far as the system tells. */
void system_machine(strbuf *s, bool whole);

/* ---- Paths ---- */

#ifdef _WIN32
#define SYSTEM_NOTHING "NUL" /* a file that is empty */
#define SYSTEM_EXECUTABLE ".exe"
#define SYSTEM_PATH_SEPARATOR ';'
#define SYSTEM_TEMPORARY_VARIABLE "TMP"
#else
#define SYSTEM_NOTHING "/dev/null"
#define SYSTEM_EXECUTABLE ""
#define SYSTEM_PATH_SEPARATOR ':'
#define SYSTEM_TEMPORARY_VARIABLE "TMPDIR" /* names the directory for temporary files */
#endif

/* Where the last component of a path begins. */
static inline const char *system_last_component(const char *path) {
    const char *last = path;
    for (const char *at = path; *at; at++)
        if (*at == '/' || (SYSTEM_PATH_SEPARATOR == ';' && (*at == '\\' || (*at == ':' && at == path + 1))))
            last = at + 1;
    return last;
}

/* How much of a path names the directory of its last component: 0 if nothing does. */
static inline size_t system_directory_length(const char *path) {
    size_t length = (size_t)(system_last_component(path) - path);
    bool is_root = length <= 1 || path[length - 1] == ':' || (SYSTEM_PATH_SEPARATOR == ';' && length == 3 && path[1] == ':');
    return is_root ? length : length - 1;
}

/* Whether a path means the same in every working directory. */
static inline bool system_is_absolute(const char *path) {
    if (SYSTEM_PATH_SEPARATOR == ':')
        return path[0] == '/';
    bool is_drive = (path[0] | 32) >= 'a' && (path[0] | 32) <= 'z' && path[1] == ':';
    return (is_drive && (path[2] == '/' || path[2] == '\\')) || (path[0] == '\\' && path[1] == '\\');
}

/* The path without links, to be freed; null if there is no such file. */
char *system_real_path(const char *path);

/* The working directory, to be freed; null if it is not known. */
char *system_current_directory(void);

/* ---- Files by name (files_*.c) ---- */

/* As fopen. */
FILE *system_open(const char *path, const char *mode);

bool system_exists(const char *path);
bool system_can_read(const char *path);

/* Whether it is a program that can be started; what Windows lets a user leave out, .exe, is appended to its path. No other files are
 * programs there: how arguments of scripts (.bat) are quoted depends on the script. */
bool system_complete_program(strbuf *path);

/* Appends the path of a program: `name` itself if it is a path, else where it is in PATH. False if it is not found. */
bool system_find_program(const char *name, strbuf *path);

bool system_is_directory(const char *path);

/* The size of a file; 0 if it is not known. */
uint64_t system_size(const char *path);

/* Whether two paths lead to one existing file. */
bool system_is_same_file(const char *a, const char *b);

/* Whether there is a symbolic link, wherever it leads. */
bool system_is_link(const char *path);

bool system_remove(const char *path);
bool system_remove_directory(const char *path);

/* Removes a directory with all that is in it, as far as possible, and follows no link. */
void system_remove_tree(const char *path);

/* Makes a directory that only this user can use, in the directory `parent`; its name is `prefix` and random letters. Appends its path. */
bool system_make_scratch(const char *parent, const char *prefix, strbuf *path);

/* The directory for temporary files. */
const char *system_temporary_directory(void);

/* The names of what is in a directory but those that begin with a dot, sorted; to be freed with system_free_names. */
typedef VEC(char *) system_names;
bool system_list(const char *directory, system_names *names);
void system_free_names(system_names *names);

/* What tells one version of a file from another. No program can set the time of the last status change. */
typedef struct system_stamp {
    uint64_t device, number, size;
    int64_t written, changed; /* nanoseconds since 1970 */
} system_stamp;

/* Describes a regular file; false if it is none, or if the system does not say. */
bool system_stamp_of(const char *path, system_stamp *stamp);

/* ---- Open files (files_*.c). Each is a descriptor; -1: none. ---- */

enum { SYSTEM_STANDARD_INPUT = 0 };

/* How to open: without waiting for anything if it is a pipe or a device; not if it is a link. */
enum { SYSTEM_AT_ONCE = 1, SYSTEM_NO_LINK = 2 };

/* Opens a file for reading. Child processes do not get it. */
int system_open_input(const char *path, unsigned how);
void system_close(int fd); /* or -1 */

/* Reads at most `size` bytes; 0 at the end, -1 after a failure. A signal to stop (process.h) is a failure. */
int64_t system_read(int fd, void *to, size_t size);

/* Reads until the buffer is full or the file ends; -1 after a failure. */
int64_t system_read_block(int fd, void *to, size_t size);

/* Reads exactly `size` bytes from `offset` on. */
bool system_read_at(int fd, uint64_t offset, void *to, size_t size);

typedef enum opened_kind { OPENED_FILE, OPENED_DIRECTORY, OPENED_OTHER } opened_kind;

/* What it is, and the size of a regular file. */
opened_kind system_kind_of(int fd, uint64_t *size);

/* A file without a name that lasts, which child processes find under `name`. */
typedef struct system_passed {
    int fd;
    strbuf name;
    bool has_file; /* it has to be removed */
} system_passed;
bool system_pass(system_passed *p, const void *bytes, size_t count);
void system_pass_end(system_passed *p);

#endif
