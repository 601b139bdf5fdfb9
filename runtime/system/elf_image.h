/* A loaded ELF file, mapped for reading: its sections and symbols by name or address. The file is trusted to be the one that was loaded,
 * but every offset in it is checked. Nothing is allocated. */
#ifndef WASMELT_RUNTIME_ELF_IMAGE_H
#define WASMELT_RUNTIME_ELF_IMAGE_H

#include "../dwarf_line.h"

#pragma GCC visibility push(hidden)

typedef struct elf_image {
    const uint8_t *bytes; /* null: not open */
    size_t size;
} elf_image;

/* Maps the file. False if it cannot be read or is not an ELF file for machines with this size of pointers. */
bool wasmelt_rt_elf_open(elf_image *i, const char *path);
bool wasmelt_rt_elf_map(elf_image *i, int fd); /* `fd` remains the caller's */
void wasmelt_rt_elf_close(elf_image *i);

/* The contents of a section; empty if there is none, or if it is compressed. */
dwarf_bytes wasmelt_rt_elf_section(const elf_image *i, const char *name);

/* The name of the function in the symbol table that contains `address`, an address as in the file; null if there is none. */
const char *wasmelt_rt_elf_function_at(const elf_image *i, uintptr_t address);

/* Visits data objects in the symbol table whose names begin with `prefix`. Addresses are as in the file. */
void wasmelt_rt_elf_objects(const elf_image *i, const char *prefix, void (*visit)(void *context, uintptr_t address, size_t size),
                            void *context);

#pragma GCC visibility pop

#endif
