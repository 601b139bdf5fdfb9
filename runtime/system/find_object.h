/* The unwinder of a GCC that was built for glibc 2.35 or newer asks glibc for the unwind tables of an address. With another C library
 * (musl-gcc), the function for this does not exist, and programs with backtraces would not link: this one is used instead. Without unwind
 * tables, which musl-gcc does not ask the linker for, the unwinder would end the process. */
#ifndef WASMELT_RUNTIME_FIND_OBJECT_H
#define WASMELT_RUNTIME_FIND_OBJECT_H

#include <features.h>
#include <stdbool.h>

#ifdef __GLIBC__

static inline bool can_unwind(void) {
    return true;
}

#else

#include <elf.h>
#include <link.h>
#include <stdint.h>

/* The struct of glibc's dlfcn.h. */
struct dl_find_object {
    unsigned long long flags;
    void *map_start, *map_end, *link_map, *eh_frame;
    unsigned long long reserved[7];
};

typedef struct object_search {
    uintptr_t address;
    struct dl_find_object *result;
} object_search;

/* Finds the object that contains the address, if it has unwind tables. */
static int find_object(struct dl_phdr_info *info, size_t size, void *argument) {
    object_search *s = argument;
    uintptr_t tables = 0;
    (void)size;
    s->result->map_start = s->result->map_end = NULL;
    for (unsigned k = 0; k < info->dlpi_phnum; k++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[k];
        uintptr_t start = info->dlpi_addr + p->p_vaddr;
        if (p->p_type == PT_GNU_EH_FRAME)
            tables = start;
        if (p->p_type == PT_LOAD && s->address >= start && s->address - start < p->p_memsz) {
            s->result->map_start = (void *)start;
            s->result->map_end = (void *)(start + p->p_memsz);
        }
    }
    s->result->eh_frame = (void *)tables;
    return s->result->map_start && tables;
}

__attribute__((weak)) int _dl_find_object(void *address, struct dl_find_object *result);
__attribute__((weak)) int _dl_find_object(void *address, struct dl_find_object *result) {
    object_search s = {(uintptr_t)address, result};
    *result = (struct dl_find_object){0};
    return dl_iterate_phdr(find_object, &s) ? 0 : -1;
}

/* Whether there are unwind tables for this code. */
static inline bool can_unwind(void) {
    struct dl_find_object o;
    return _dl_find_object(__builtin_return_address(0), &o) == 0;
}

#endif
#endif
