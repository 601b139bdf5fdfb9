/* Instantiation in two steps, which can be done on different threads. */
#ifndef WASMELT_RUNTIME_INSTANCE_H
#define WASMELT_RUNTIME_INSTANCE_H

#include <wasmelt/module.h>

#pragma GCC visibility push(hidden)

/* The first step, which runs no code of the module: resolves imports, and makes memories and tables. `options` and `error` may be null.
 * *instance is null unless this returns WASMELT_OK. */
wasmelt_status wasmelt_rt_instance_make(const wasmelt_module *module, const wasmelt_import *imports, size_t import_count,
                                        const wasmelt_options *options, wasmelt_instance **instance, wasmelt_error *error);

/* The second step, done once: copies segments and runs the start function. False after a trap, which is in `error`. */
bool wasmelt_rt_instance_begin(wasmelt_instance *instance, wasmelt_error *error);

/* What an export of the instance's module is in this instance. */
wasmelt_extern wasmelt_rt_instance_export(wasmelt_instance *instance, const wasmelt_export_desc *d);

/* wasmelt_instance_free, but that it does not look whether others have changed handlers of signals. */
void wasmelt_rt_instance_release(wasmelt_instance *instance);

#pragma GCC visibility pop

#endif
