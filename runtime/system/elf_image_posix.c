#if !defined(_WIN32) && !defined(__APPLE__) && !defined(WASMELT_NO_BACKTRACES)

#include "elf_image.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../not_unwound.h"

static bool holds(const elf_image *i, uint64_t offset, uint64_t length) {
    return length <= i->size && offset <= i->size - length;
}

static const ElfW(Ehdr) * header(const elf_image *i) {
    return (const void *)i->bytes;
}

static bool is_usable(const elf_image *i) {
    if (!holds(i, 0, sizeof(ElfW(Ehdr))) || memcmp(i->bytes, ELFMAG, SELFMAG) != 0)
        return false;
    const ElfW(Ehdr) *head = header(i);
    return head->e_ident[EI_CLASS] == (sizeof(ElfW(Addr)) == 8 ? ELFCLASS64 : ELFCLASS32) && head->e_shentsize == sizeof(ElfW(Shdr)) &&
           head->e_shoff % sizeof(ElfW(Addr)) == 0 && holds(i, head->e_shoff, (uint64_t)head->e_shnum * sizeof(ElfW(Shdr)));
}

bool wasmelt_rt_elf_map(elf_image *i, int fd) {
    struct stat st;
    *i = (elf_image){0};
    if (fstat(fd, &st) == 0 && st.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes != MAP_FAILED)
            *i = (elf_image){bytes, (size_t)st.st_size};
    }
    if (i->bytes && !is_usable(i))
        wasmelt_rt_elf_close(i);
    return i->bytes != NULL;
}

bool wasmelt_rt_elf_open(elf_image *i, const char *path) {
    *i = (elf_image){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = wasmelt_rt_elf_map(i, fd);
    close(fd);
    return ok;
}

void wasmelt_rt_elf_close(elf_image *i) {
    if (i->bytes)
        munmap((void *)i->bytes, i->size);
    *i = (elf_image){0};
}

/* The header of section `k`; null if the section does not lie within the file. */
static const ElfW(Shdr) * section_header(const elf_image *i, unsigned k) {
    if (k >= header(i)->e_shnum)
        return NULL;
    const ElfW(Shdr) *s = (const ElfW(Shdr) *)(const void *)(i->bytes + header(i)->e_shoff) + k;
    return s->sh_type != SHT_NOBITS && holds(i, s->sh_offset, s->sh_size) ? s : NULL;
}

/* The string at `offset` of a string table; null if it does not end within the table. */
static const char *string_at(const elf_image *i, const ElfW(Shdr) * table, uint64_t offset) {
    if (!table || offset >= table->sh_size || i->bytes[table->sh_offset + table->sh_size - 1] != 0)
        return NULL;
    return (const char *)i->bytes + table->sh_offset + offset;
}

dwarf_bytes wasmelt_rt_elf_section(const elf_image *i, const char *name) {
    if (i->bytes) {
        const ElfW(Shdr) *names = section_header(i, header(i)->e_shstrndx);
        for (unsigned k = 0; k < header(i)->e_shnum; k++) {
            const ElfW(Shdr) *s = section_header(i, k);
            const char *own = s ? string_at(i, names, s->sh_name) : NULL;
            if (own && strcmp(own, name) == 0 && !(s->sh_flags & SHF_COMPRESSED))
                return (dwarf_bytes){i->bytes + s->sh_offset, (size_t)s->sh_size};
        }
    }
    return (dwarf_bytes){(const uint8_t *)"", 0};
}

/* ---- Symbols ---- */

typedef struct symbols {
    const ElfW(Sym) * items;
    size_t count;
    const ElfW(Shdr) * names;
} symbols;

static symbols find_symbols(const elf_image *i) {
    for (unsigned k = 0; i->bytes && k < header(i)->e_shnum; k++) {
        const ElfW(Shdr) *s = section_header(i, k);
        if (s && s->sh_type == SHT_SYMTAB && s->sh_offset % sizeof(ElfW(Addr)) == 0)
            return (symbols){(const void *)(i->bytes + s->sh_offset), s->sh_size / sizeof(ElfW(Sym)), section_header(i, s->sh_link)};
    }
    return (symbols){0};
}

/* Whether the symbol is local or hidden, so a module's own name of a function, not that for hosts. (Linkers make hidden symbols local, but
 * not all of them do.) */
static bool is_own(const ElfW(Sym) * s) {
    return s->st_info >> 4 == STB_LOCAL || ELF64_ST_VISIBILITY(s->st_other) != STV_DEFAULT;
}

const char *wasmelt_rt_elf_function_at(const elf_image *i, uintptr_t address) {
    symbols all = find_symbols(i);
    const ElfW(Sym) *found = NULL;
    for (size_t k = 0; k < all.count && !(found && is_own(found)); k++) {
        const ElfW(Sym) *s = &all.items[k];
        bool is_there = (s->st_info & 0xF) == STT_FUNC && address >= s->st_value && address - s->st_value < s->st_size;
        if (is_there && (!found || is_own(s)))
            found = s;
    }
    return found ? string_at(i, all.names, found->st_name) : NULL;
}

void wasmelt_rt_elf_objects(const elf_image *i, const char *prefix, void (*visit)(void *context, uintptr_t address, size_t size),
                            void *context) {
    symbols all = find_symbols(i);
    for (size_t k = 0; k < all.count; k++) {
        const ElfW(Sym) *s = &all.items[k];
        const char *name = (s->st_info & 0xF) == STT_OBJECT ? string_at(i, all.names, s->st_name) : NULL;
        if (name && strncmp(name, prefix, strlen(prefix)) == 0)
            visit(context, s->st_value, s->st_size);
    }
}

#endif
