/* How much stack the functions of compiled files need: for small systems, where code counts it (wasmelt/small.h). */
#ifndef WASMELT_DRIVER_STACK_USAGE_H
#define WASMELT_DRIVER_STACK_USAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "driver/cli.h"

/* Makes compilers write the size of each function's frame into a file beside the object. */
#define STACK_USAGE_FLAG "-fstack-usage"

/* Stores the largest frame of the functions in these objects, which were compiled so. False if some compiler did not say it. */
bool stack_usage_read(const string_list *objects, uint64_t *largest);

#endif
