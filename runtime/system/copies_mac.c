/* Copies of the runtime do not find each other where objects are not ELF: a copy whose handler is not the last one stays loaded. */
#if defined(__APPLE__)

#include "copies.h"

#include <dlfcn.h>
#include <stddef.h>

runtime_copy *wasmelt_rt_copy_of(const struct sigaction *action) {
    (void)action;
    return NULL;
}

static atomic_bool stays;

bool wasmelt_rt_copy_stays(void) {
    return stays;
}

void wasmelt_rt_copy_stay(void) {
    Dl_info own;
    void *self = dladdr(&wasmelt_rt_copy, &own) != 0 ? dlopen(own.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) : NULL;
    if (self && dlclose(self) == 0)
        stays = true;
}

#endif
