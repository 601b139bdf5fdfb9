/* For the programs that tests make of parts of the translator. */
#ifndef WASMELT_TESTS_READ_FILE_H
#define WASMELT_TESTS_READ_FILE_H

#include <stdio.h>
#include <stdlib.h>

#include "wasm/module.h"

/* The bytes of a file. Ends the program with status 2 if it cannot be read. */
static span read_file(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0)
        exit(2);
    size_t size = (size_t)ftell(f);
    uint8_t *bytes = malloc(size);
    rewind(f);
    if (!bytes || fread(bytes, 1, size, f) != size)
        exit(2);
    fclose(f);
    return (span){bytes, size};
}

#endif
