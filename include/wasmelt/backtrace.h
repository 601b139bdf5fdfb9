/* Where a trap happened: the WebAssembly functions that were running, innermost first.
 *
 * A trap's frames are noted as addresses, which takes microseconds at the trap and nothing before; they become
 * names and lines when they are asked for, from the symbol table and the debug information of the files that the
 * code is in. What is known of a frame depends on how it was compiled:
 *
 *   wasmelt                 names; functions that the C compiler has inlined into others do not appear
 *   wasmelt -g              names, with the inlined ones, indices, and bytes of the module
 *   wasmelt -g, with DWARF  names, with the inlined ones, indices, and lines of the source
 *   stripped                nothing */
#ifndef WASMELT_BACKTRACE_H
#define WASMELT_BACKTRACE_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <wasmelt/trap.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WASMELT_NO_FUNCTION UINT32_MAX

/* A call that was running. Strings live until the visitor returns. They are what the module says, who may have put anything
 * into them: control characters, line ends. wasmelt_backtrace_print escapes those; who prints them otherwise has to. */
typedef struct wasmelt_frame {
    const char *name;         /* of the function: from the name section, else as in C: an export's, or f12 */
    const char *module;       /* the name that the module has in C, or null */
    uint32_t index;           /* of the function in its module, or WASMELT_NO_FUNCTION */
    uint32_t function_offset; /* byte of the module's file at which the function's body begins; 0: not known */
    uint32_t offset;          /* byte from which the code is; 0: not known */
    const char *file;         /* source, as its DWARF and --debug-prefix-map name it, or null */
    uint32_t line;            /* of `file`, or 0 */
} wasmelt_frame;

/* Has every trap from now on (not WASMELT_TRAP_EXIT) note its frames, or no longer. In an executable made by wasmelt
 * it is on from the start, in a host off. The environment variable WASMELT_BACKTRACE=0 keeps it off, whatever is
 * said here. Any thread. */
void wasmelt_backtrace_enable(bool on);

/* Calls `visit` for each frame that the calling thread's last trap noted, until it returns false; at most 64 native
 * frames are kept. To be called after wasmelt_run has returned and before modules are unloaded. Reads the files
 * that the code is in. Any thread, each for its own traps. Returns whether more frames were there than were noted. */
bool wasmelt_backtrace_visit(bool (*visit)(void *context, const wasmelt_frame *frame), void *context);

/* Prints these frames, a line each:
 *     0: divide at src/main.c:5
 *     1: main at byte 0x1f4
 *     2: f12 */
void wasmelt_backtrace_print(FILE *out);

/* Has every trap from now on end the process by abort(), with the message and the frames on standard error, before
 * anything is unwound, so that a core dump or a debugger shows the frames of the trap; or no longer. For an
 * executable the environment variable WASMELT_ABORT=1 says so. Any thread. */
void wasmelt_abort_on_trap(bool on);

#ifdef __cplusplus
}
#endif
#endif
