/* A loaded ELF file, mapped for reading: sections and symbols by name or address. The file is trusted to be what
 * was loaded, but every offset in it is checked. Nothing is allocated. */
#ifndef WASMELT_RUNTIME_ELF_IMAGE_H
#define WASMELT_RUNTIME_ELF_IMAGE_H

#include "dwarf_line.h"

#pragma GCC visibility push(hidden)

typedef struct elf_image {
    const uint8_t *bytes; /* null: not open */
    size_t size;
} elf_image;

/* False if the file cannot be read or is no ELF file of this machine's class. */
bool wasmelt_rt_elf_open(elf_image *i, const char *path);
bool wasmelt_rt_elf_map(elf_image *i, int fd); /* the caller's */
void wasmelt_rt_elf_close(elf_image *i);

/* Empty if there is none, or it is compressed. */
dwarf_bytes wasmelt_rt_elf_section(const elf_image *i, const char *name);

/* The function in the symbol table whose code holds `address`, in the file's terms; null if there is none. */
const char *wasmelt_rt_elf_function_at(const elf_image *i, uintptr_t address);

/* Visits data objects in the symbol table whose names begin with `prefix`: their addresses in the file's terms. */
void wasmelt_rt_elf_objects(const elf_image *i, const char *prefix, void (*visit)(void *context, uintptr_t address, size_t size),
                            void *context);

#pragma GCC visibility pop

#endif
