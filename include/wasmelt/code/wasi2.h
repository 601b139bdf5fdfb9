/* The functions of WASI 0.2 and 0.3 that the runtime has, as the code of programs calls them: wasmelt_wasi2_ID for each row of
 * wasi_0_2.def, wasmelt_wasi3_ID for those of wasi_0_3.def that are not the same. Only generated code includes this. One thread at a time
 * uses a host. */
#ifndef WASMELT_CODE_WASI2_H
#define WASMELT_CODE_WASI2_H

#include <wasmelt/target.h>

#include <wasmelt/code/component.h>
#include <wasmelt/wasi2.h>

/* A call of one of the functions: values that are not core values are lifted and lowered by what `canon` says. */
typedef struct wasmelt_wasi2_call {
    wasmelt_wasi2 *host;
    wasmelt_canon_call *canon;
    const u32 *resources;                                /* the numbers of those in the function's type */
    const struct wasmelt_canon_element *const *elements; /* what streams and futures in the function's type carry */
    bool is_0_3;                                         /* values have the layout that they have in 0.3 */
    struct wasmelt_wasi3_work *work;                     /* what is left to do of the call; null: it has returned */
} wasmelt_wasi2_call;

#define WASI2_FUNC(interface, name, id, type, result, parameters) result wasmelt_wasi2_##id parameters;
#include <wasmelt/wasi_0_2.def>
#undef WASI2_FUNC

#define WASI3_SAME(interface, name, id, type)
#define WASI3_FUNC(interface, name, id, type, result, parameters) result wasmelt_wasi3_##id parameters;
#include <wasmelt/wasi_0_3.def>
#undef WASI3_FUNC
#undef WASI3_SAME

/* Ends the call of a function that is async: the state of the call, with its handle if it has not returned; or waits until it has. */
u32 wasmelt_wasi3_end(wasmelt_wasi2_call *c);
void wasmelt_wasi3_end_waiting(wasmelt_wasi2_call *c);

/* Whether there is a host for an instance; else the error is set. */
bool wasmelt_wasi2_is_given(const wasmelt_wasi2 *host, wasmelt_error *error);

/* Destroys a resource of the host, of whatever type, when its last handle has been dropped. */
void wasmelt_wasi2_drop(wasmelt_wasi2 *host, u32 representation);

/* Ends the program, which has called a function that the host does not have: says which one, and traps. */
__attribute__((noreturn, cold)) void wasmelt_wasi2_missing(const char *interface, const char *name);

/* A program: makes an instance, with limits for each module in it; calls its wasi:cli/run, and says whether that was successful (null: it
 * is only called by --invoke); and frees it. */
typedef struct wasmelt_wasi2_program {
    wasmelt_status (*make)(wasmelt_wasi2 *host, const wasmelt_options *options, void **program, wasmelt_error *error);
    bool (*run)(void *program);
    void (*free)(void *program);
    bool counts_fuel;                       /* the modules in it were translated with --fuel */
    const struct wasmelt_wave_calls *calls; /* what --invoke can call (wasmelt/code/wave.h); null: nothing */
} wasmelt_wasi2_program;

/* As wasmelt_main (wasmelt/wasi.h), for a component: the same options but --heap-statistics, and also
 * --listen HOST:PORT and --connect HOST:PORT; --invoke takes a call as text. The exit status is 0 or 1, as
 * wasi:cli/run says, if the program does not end in another way. */
int wasmelt_wasi2_main(const wasmelt_wasi2_program *program, const wasmelt_command *command, int argc, char **argv);

#endif
