/* What the hosts of this folder share: native programs around library modules from npm, each printing what the script
 * of the same name prints that makes the same calls of the package's own JavaScript. */
#ifndef HOST_H
#define HOST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <wasmelt/wasmelt.h>

_Noreturn static inline void die(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static inline void check_instance(wasmelt_status status, const wasmelt_error *error) {
    if (status != WASMELT_OK)
        die("instantiation", error->message);
}

/* Runs `body`; a trap ends the program. */
static inline void run(void (*body)(void *), void *argument) {
    wasmelt_trap_code trap = wasmelt_run(body, argument, NULL);
    if (trap != WASMELT_TRAP_NONE)
        die("trap", wasmelt_trap_message(trap));
}

/* What emscripten's modules import to have their memory grown to `bytes`. */
static inline uint32_t grow_to(wasmelt_memory *memory, uint32_t bytes) {
    uint64_t pages = ((uint64_t)bytes + 65535) / 65536;
    return pages <= memory->pages || wasmelt_memory_grow(memory, pages - memory->pages) != UINT64_MAX;
}

static inline uint32_t file_size(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0 || st.st_size > UINT32_MAX)
        die(path, "cannot be read");
    return (uint32_t)st.st_size;
}

/* Reads a file's `size` bytes right into the module's memory. */
static inline void read_file(const char *path, wasmelt_memory *memory, uint32_t address, uint32_t size) {
    FILE *file = fopen(path, "rb");
    if (!file || fread(wasmelt_memory_need(memory, address, size), 1, size, file) != size)
        die(path, "cannot be read");
    fclose(file);
}

/* Nothing may be left of what was made. */
static inline int end(void) {
    wasmelt_usage left;
    wasmelt_get_usage(&left);
    if (left.instances || left.memories)
        die("end", "something was not freed");
    return EXIT_SUCCESS;
}

#endif
