/* A guest for tests: a context, a memory that is a plain array, a directory of its own, and the
 * calls that a module would make, with host strings instead of addresses. Each case runs in a
 * process of its own, from this state, and ends with exit status 0 if every check held. */
#ifndef WASI_TEST_GUEST_H
#define WASI_TEST_GUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <wasmelt/wasi.h>
#include <wasmelt/wasmelt.h>

#include "../../runtime/wasi/abi.h"

/* ---- Cases ---- */

typedef struct test_case {
    const char *name;
    void (*run)(int argument);
    int argument;
} test_case;

#define CASE(function, argument)                                                                                                           \
    { #function, function, argument }
#define CASE_WITH(function, argument)                                                                                                      \
    { #function "_" #argument, function, argument }

/* Runs those that the command line names, or all: a line for each that fails, then a count.
 * Options: --walk (paths as on a kernel without openat2), --list. Returns the exit status. */
int run_cases(const test_case *cases, size_t count, int argc, char **argv);

/* Ends the case if the two differ. */
#define SAME(expected, actual) check_same((uint64_t)(expected), (uint64_t)(actual), #actual, __FILE__, __LINE__)
#define CHECK(condition) check(condition, #condition, __FILE__, __LINE__)
void check_same(uint64_t expected, uint64_t actual, const char *what, const char *file, int line);
void check(bool holds, const char *what, const char *file, int line);

/* How often what is tried many times is: less under AddressSanitizer, where the other runs' number takes half a minute. */
#ifdef __SANITIZE_ADDRESS__
enum { MANY_TIMES = 4000 };
#else
enum { MANY_TIMES = 20000 };
#endif

/* ---- The guest ---- */

enum { BOX = 3, READ_ONLY = 4 };

/* Places in the guest's memory. */
enum {
    MEMORY_SIZE = 4 << 20,
    OUT = 0x100, /* results */
    OUT2 = 0x140,
    IOVS = 0x1000,   /* vectors */
    PATH = 0x100000, /* room for 1 MiB each */
    PATH2 = 0x200000,
    BUFFER = 0x300000
};

extern wasmelt_wasi *wasi; /* "box" preopened for reading and writing, "ro" for reading */
extern wasmelt_memory memory;

uint32_t get32(uint32_t address);
uint64_t get64(uint32_t address);
void put32(uint32_t address, uint32_t value);
void put64(uint32_t address, uint64_t value);
uint32_t put_text(uint32_t address, const char *text); /* without its zero; returns the length */

/* Calls with the paths as strings; they return the errno of WASI. */
uint32_t open_with(uint32_t dir, const char *path, uint32_t lookup, uint32_t oflags, uint64_t base, uint64_t inheriting, uint32_t fdflags,
                   uint32_t *fd);
uint32_t open_file(uint32_t dir, const char *path, uint32_t oflags, uint64_t base); /* must work; the descriptor */
uint32_t open_dir(uint32_t dir, const char *path);                                  /* the same */
uint32_t make_dir(uint32_t dir, const char *path);
uint32_t remove_dir(uint32_t dir, const char *path);
uint32_t unlink_file(uint32_t dir, const char *path);
uint32_t symlink_to(const char *target, uint32_t dir, const char *path);
uint32_t link_file(uint32_t dir, const char *path, uint32_t new_dir, const char *new_path);
uint32_t rename_file(uint32_t dir, const char *path, uint32_t new_dir, const char *new_path);
uint32_t stat_path(uint32_t dir, uint32_t lookup, const char *path); /* at OUT */
uint32_t read_link(uint32_t dir, const char *path, uint32_t length); /* at BUFFER, length at OUT */
uint32_t set_path_times(uint32_t dir, uint32_t lookup, const char *path, uint64_t atim, uint64_t mtim, uint32_t flags);

#define READ_WRITE (RIGHTS_FILE)
uint32_t new_file(const char *path); /* in BOX, empty, to read and write */
uint32_t flags_of(uint32_t fd);
uint64_t now(uint32_t clock);
#define SECOND UINT64_C(1000000000)

/* One buffer; the count is stored at OUT. */
uint32_t read_some(uint32_t fd, uint32_t length); /* at BUFFER */
uint32_t write_text(uint32_t fd, const char *text);
uint32_t pread_some(uint32_t fd, uint32_t length, uint64_t offset);
uint32_t pwrite_text(uint32_t fd, const char *text, uint64_t offset);
bool buffer_is(const char *text); /* BUFFER, with the count at OUT */

/* ---- The host's side: the current directory holds box/, ro/ and what a case makes ---- */

void host_file(const char *path, const char *text);
bool host_file_is(const char *path, const char *text);
bool host_exists(const char *path);

/* Run by root, attacks see the case's directory as the root of the file system: a sandbox that does
 * not hold must not cost the machine its files. Leaving brings the case back to the whole file
 * system, in the same directory. */
void enter_jail(void);
void leave_jail(void);

/* A copy of the process, which ends with it. 0 in the copy. */
pid_t accomplice(void);

/* A context that a case makes in addition; `memory` is attached. */
wasmelt_wasi *another_context(void);

#endif
