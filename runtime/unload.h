/* Unloading the object that the runtime is in. */
#ifndef WASMELT_RUNTIME_UNLOAD_H
#define WASMELT_RUNTIME_UNLOAD_H

#pragma GCC visibility push(hidden)

/* Called before anything is done that unloading has to undo. Any thread. */
void wasmelt_rt_unload_prepare(void);

#pragma GCC visibility pop

#endif
