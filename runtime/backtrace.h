/* Between trap.c's hook and the executables' main; wasmelt/backtrace.h is for everybody. Only what asks for
 * backtraces pulls this in. */
#ifndef WASMELT_RUNTIME_BACKTRACE_H
#define WASMELT_RUNTIME_BACKTRACE_H

#include <wasmelt/backtrace.h>

/* What executables do at the start: WASMELT_BACKTRACE and WASMELT_ABORT decide. */
void backtrace_install(void);

#endif
