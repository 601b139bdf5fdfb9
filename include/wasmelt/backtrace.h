/* Where a trap happened: the WebAssembly functions that were running, innermost first.
 *
 * At a trap the frames are noted as addresses, which takes microseconds, and nothing before. When they are asked for, they are turned into
 * names and lines, from the symbol table and the debug information of the files that contain the code. What is known about a frame depends
 * on how it was compiled:
 *
 *   wasmelt                 names; functions that the C compiler has inlined into others do not appear
 *   wasmelt -g              names, including inlined functions; indices; and byte offsets in the module
 *   wasmelt -g, with DWARF  names, including inlined functions; indices; and source lines
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

/* A call that was running. Strings live until the visitor returns. They come from the module, whose author may have put anything into them:
 * control characters, line ends. wasmelt_backtrace_print escapes these; other code that prints them has to do so, too. */
typedef struct wasmelt_frame {
    const char *name;         /* of the function: from the name section (Rust's as in the source), else its name in C */
    const char *module;       /* the module's name in C, or null */
    uint32_t index;           /* of the function in its module, or WASMELT_NO_FUNCTION */
    uint32_t function_offset; /* byte offset in the module's file of the function's body; 0: not known */
    uint32_t offset;          /* byte offset of the code; 0: not known */
    const char *file;         /* source file, as named by the module's DWARF and --debug-prefix-map, or null */
    uint32_t line;            /* line of `file`, or 0 */
} wasmelt_frame;

/* Makes each trap from now on (except WASMELT_TRAP_EXIT) note its frames, or no longer. In an executable made by wasmelt this is on from
 * the start, in a host it is off. The environment variable WASMELT_BACKTRACE=0 keeps it off, whatever this function is told. Any thread. */
void wasmelt_backtrace_enable(bool on);

/* Calls `visit` for each frame that the last trap of the calling thread noted, until it returns false. At most 64 native frames are noted.
 * Call it after wasmelt_run has returned and before modules are unloaded. Reads the files that contain the code. Any thread, each for its
 * own traps. Returns whether there were more frames than were noted. */
bool wasmelt_backtrace_visit(bool (*visit)(void *context, const wasmelt_frame *frame), void *context);

/* Prints these frames, one on each line:
 *     0: divide at src/main.c:5
 *     1: main at byte 0x1f4
 *     2: f12 */
void wasmelt_backtrace_print(FILE *out);

/* Makes each trap from now on end the process by abort(), or no longer. The message and the frames are printed on standard error first, and
 * nothing is unwound, so that a core dump or a debugger shows the frames of the trap. In an executable the environment variable
 * WASMELT_ABORT=1 does this. Any thread. */
void wasmelt_abort_on_trap(bool on);

#ifdef __cplusplus
}
#endif
#endif
