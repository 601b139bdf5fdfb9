/* Finds copies of the runtime in the process, where objects are ELF. The kernel knows the address of a copy's signal handler. The object
 * that contains this address has an ELF note: name "Wasmelt", type COPY_VERSION, contents: the distance from the contents to the
 * runtime_copy, in as many bytes as a pointer has. Copies share nothing else; their symbols are hidden. */
#if !defined(_WIN32) && !defined(__APPLE__)

#include "copies.h"

#include <wasmelt/target.h>

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

#include "../not_unwound.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#if WASMELT_SMALL_ADDRESSES
#define DISTANCE_BYTES 4
#define DISTANCE ".long"
#else
#define DISTANCE_BYTES 8
#define DISTANCE ".quad"
#endif
/* clang-format off */
__asm__(".pushsection .note.wasmelt,\"a\",%note\n"
        ".balign 4\n"
        ".long 8, " TEXT(DISTANCE_BYTES) ", " TEXT(COPY_VERSION) "\n"
        ".asciz \"Wasmelt\"\n"
        "0: " DISTANCE " wasmelt_rt_copy - 0b\n"
        ".popsection\n");
/* clang-format on */

/* Null in a static program, which loads no objects. Of the functions for loading objects, this is the one about which the linker does not
 * warn in a static program. */
extern __typeof__(dlsym) dlsym __attribute__((weak)); /* NOLINT(readability-redundant-declaration): makes it weak */

typedef struct search {
    uintptr_t address; /* an address in the object to find */
    runtime_copy *copy;
    const char *name; /* of its file; empty for the program */
} search;

static bool holds(const struct dl_phdr_info *info, uintptr_t address) {
    for (unsigned k = 0; k < info->dlpi_phnum; k++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[k];
        if (p->p_type == PT_LOAD && address - (info->dlpi_addr + p->p_vaddr) < p->p_memsz)
            return true;
    }
    return false;
}

/* Searches the notes of a segment, which are aligned like the segment. */
static runtime_copy *find_in_notes(const char *notes, size_t size, size_t align) {
    size_t at = 0;
    ElfW(Nhdr) note;
    while (size - at >= sizeof note) {
        memcpy(&note, notes + at, sizeof note);
        size_t name = at + sizeof note, desc = name + ((note.n_namesz + align - 1) & ~(align - 1));
        at = desc + ((note.n_descsz + align - 1) & ~(align - 1));
        if (at > size)
            break;
        intptr_t distance;
        if (note.n_type == COPY_VERSION && note.n_namesz == 8 && note.n_descsz == sizeof distance &&
            memcmp(notes + name, "Wasmelt", 8) == 0) {
            memcpy(&distance, notes + desc, sizeof distance);
            return (runtime_copy *)((uintptr_t)notes + desc + (uintptr_t)distance);
        }
    }
    return NULL;
}

static int visit(struct dl_phdr_info *info, size_t size, void *argument) {
    search *s = argument;
    (void)size;
    if (!holds(info, s->address))
        return 0;
    s->name = info->dlpi_name;
    for (unsigned k = 0; k < info->dlpi_phnum && !s->copy; k++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[k];
        if (p->p_type == PT_NOTE)
            s->copy = find_in_notes((const char *)(info->dlpi_addr + p->p_vaddr), p->p_memsz, p->p_align == 8 ? 8 : 4);
    }
    return 1;
}

runtime_copy *wasmelt_rt_copy_of(const struct sigaction *action) {
    if (!(action->sa_flags & SA_SIGINFO))
        return NULL;
    search s = {.address = (uintptr_t)action->sa_sigaction};
    dl_iterate_phdr(visit, &s);
    return s.copy && s.copy->handler == action->sa_sigaction ? s.copy : NULL;
}

/* ---- Whether this copy stays loaded ---- */

static atomic_bool stays;

/* The file name of the object that contains this copy; empty for the program itself, also if it is static. */
static const char *own_file(void) {
    search s = {.address = (uintptr_t)&wasmelt_rt_copy};
    dl_iterate_phdr(visit, &s);
    return s.name && s.name[0] ? s.name : NULL;
}

bool wasmelt_rt_copy_stays(void) {
    if (!stays && (!dlsym || !own_file()))
        stays = true;
    return stays;
}

/* For calling functions of another object, of which control-flow integrity in this object knows nothing. */
#if defined(__clang__)
__attribute__((no_sanitize("cfi-icall", "function")))
#endif
static bool
keep_loaded(const char *file) {
    void *(*open_object)(const char *, int) = NULL;
    int (*close_object)(void *) = NULL;
    if (!dlsym)
        return false;
    *(void **)&open_object = dlsym(RTLD_DEFAULT, "dlopen");
    *(void **)&close_object = dlsym(RTLD_DEFAULT, "dlclose");
    if (!open_object || !close_object)
        return false;
    void *self = open_object(file, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
    return self && close_object(self) == 0; /* NOLINT(clang-analyzer-core.CallAndMessage): it does not see what is set by address */
}

void wasmelt_rt_copy_stay(void) {
    if (!wasmelt_rt_copy_stays())
        stays = keep_loaded(own_file());
}

#endif
