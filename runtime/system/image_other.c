/* Startup images are copied. */
#if !defined(__linux__)

#include <string.h>

#include <wasmelt/code/support.h>

#include "../image.h"

void wasmelt_rt_image_hold_files(void) {
}

void wasmelt_rt_image_release_files(void) {
}

void wasmelt_memory_image(wasmelt_memory *m, uint64_t address, const void *image, uint64_t length, wasmelt_image_source *source) {
    (void)source;
    if (!wasmelt_memory_in_bounds(m, address, length))
        wasmelt_trap_memory();
    memcpy(m->base + address, image, (size_t)length);
}

#endif
