/* Between trap.c's hook and the executables' main; wasmelt/backtrace.h is for everybody. Only what asks for
 * backtraces pulls this in. */
#ifndef WASMELT_RUNTIME_BACKTRACE_H
#define WASMELT_RUNTIME_BACKTRACE_H

#include <wasmelt/backtrace.h>

#pragma GCC visibility push(hidden)

/* What executables do at the start: WASMELT_BACKTRACE and WASMELT_ABORT decide. */
void wasmelt_rt_backtrace_install(void);

/* Opens the executable for backtraces to come, before the process gives up access to files. */
void wasmelt_rt_backtrace_keep_executable(void);

#pragma GCC visibility pop

#endif
