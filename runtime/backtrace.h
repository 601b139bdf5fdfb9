/* Backtraces for trap.c and for the main function of executables; wasmelt/backtrace.h is the public interface. Only programs that ask for
 * backtraces link this in. */
#ifndef WASMELT_RUNTIME_BACKTRACE_H
#define WASMELT_RUNTIME_BACKTRACE_H

#include <wasmelt/backtrace.h>

#pragma GCC visibility push(hidden)

/* Called at the start of an executable: switches on what the variables WASMELT_BACKTRACE and WASMELT_ABORT ask for. */
void wasmelt_rt_backtrace_install(void);

/* Opens the executable for later backtraces, before the process gives up access to files. */
void wasmelt_rt_backtrace_keep_executable(void);

#pragma GCC visibility pop

#endif
