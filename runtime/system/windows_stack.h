/* What the files for Windows have in common about stacks. */
#ifndef WASMELT_RUNTIME_SYSTEM_WINDOWS_STACK_H
#define WASMELT_RUNTIME_SYSTEM_WINDOWS_STACK_H

/* What remains of a stack for handling its exhaustion. */
enum { STACK_LEFT = 64 * 1024 };

#endif
