/* What executables made from modules and from components share: options, the context that they make, and exit status. */
#ifndef WASMELT_WASI_COMMAND_H
#define WASMELT_WASI_COMMAND_H

#include "context.h"

#pragma GCC visibility push(hidden)

enum { STATUS_USAGE = 2, STATUS_RESOURCES = 125, STATUS_TRAP = 134 };

/* What options said, apart from what is in the context. */
typedef struct given {
    const char *argv0;
    const char *invoke; /* the export to call; null: _start */
    bool heap_statistics;
    uint64_t timeout;        /* nanoseconds that it may take; 0: any */
    uint64_t fuel;           /* units; 0: any */
    uint64_t stack_bytes;    /* limit of the stack; 0: as much as there is */
    wasmelt_options options; /* limits of the instance, and of those of threads */
    char **arguments;        /* the program's own arguments, without argv[0] */
    bool confined;
    string_list listen, connect; /* HOST:PORT, for components */
} given;

/* Runs the program in the context, and returns the exit status. */
typedef int command_run(const void *program, wasmelt_wasi *w, const given *g);

/* The main function of an executable: makes a context as the command and the options in argv say, and runs the program with it. */
int wasmelt_rt_command(command_run *run_program, const void *program, const wasmelt_command *command, char **argv);

/* Calls the function with so much stack as is given; stores in *status if there was not enough. */
void wasmelt_rt_command_with_stack(const given *g, void (*body)(void *argument), void *argument, int *status);

/* Gives this thread the fuel that is given, if any. Returns an exit status, not 0 if the program does not count it. */
int wasmelt_rt_command_fuel(const given *g, bool counts_fuel);

/* Print messages, and return the exit status: about an option; that the system, or an operator's limit, does not give the program what it
 * begins with; how a call has ended, which may have been well; why an instance could not be made. */
int wasmelt_rt_command_fail(const char *what, const char *why);
int wasmelt_rt_command_refuse(const char *why);
int wasmelt_rt_command_report(wasmelt_trap trap);
static inline int command_not_made(const wasmelt_error *error) {
    switch (error->status) {
    case WASMELT_TRAPPED:
        return wasmelt_rt_command_report(error->trap);
    case WASMELT_OUT_OF_MEMORY:
    case WASMELT_OVER_LIMIT:
        return wasmelt_rt_command_refuse(error->message);
    default:
        return wasmelt_rt_command_fail("error", error->message);
    }
}

#pragma GCC visibility pop

#endif
