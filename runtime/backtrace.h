/* Backtraces for trap.c and for the main function of executables; wasmelt/backtrace.h is the public interface. Only programs that ask for
 * backtraces link this in. */
#ifndef WASMELT_RUNTIME_BACKTRACE_H
#define WASMELT_RUNTIME_BACKTRACE_H

#include <wasmelt/backtrace.h>

#include "dwarf_info.h"
#include "system/elf_image.h"

#pragma GCC visibility push(hidden)

/* Called at the start of an executable: switches on what the variables WASMELT_BACKTRACE and WASMELT_ABORT ask for. */
void wasmelt_rt_backtrace_install(void);

/* What wasmelt_backtrace_enable does, without the lines. */
void wasmelt_rt_backtrace_enable(bool on);

/* The return addresses that the thread's last trap has noted, innermost first. */
enum { NOTED_FRAMES = 64 };

typedef struct noted_frames {
    uintptr_t frames[NOTED_FRAMES];
    unsigned count;
    bool cut; /* there were more frames than fit */
} noted_frames;

/* Those of this thread. */
const noted_frames *wasmelt_rt_backtrace_noted(void);

/* How lines and inlined functions are found. Backtraces are given the functions, instead of calling them, so that an executable which was
 * made without -g and has no lines does not contain them. */
typedef struct backtrace_lines {
    /* Stores in *s what the file has of DWARF, and fills everything but the addresses. */
    void (*find)(const elf_image *image, dwarf_sections *s, dwarf_address *addresses, unsigned count);

    /* The name of a function that was inlined; null if there is none. It lives as long as the file is mapped. */
    const char *(*call_name)(const dwarf_sections *s, const dwarf_call *call);

    /* Writes the path of a file of a unit whose version is not 0; "" if it is not known. */
    void (*put_path)(const dwarf_line_unit *unit, uint32_t file, char *path, size_t size);
} backtrace_lines;

/* From now on backtraces find lines. Any thread. */
void wasmelt_rt_backtrace_read_lines(const backtrace_lines *reader);

/* Opens the executable for later backtraces, before the process gives up access to files. */
void wasmelt_rt_backtrace_keep_executable(void);

#pragma GCC visibility pop

#endif
