/* Backtraces: return addresses taken at the trap by the compiler's unwinder, turned into names by the symbol
 * tables of the files that are loaded. Generated functions are known by their names: "func12", "f_NAME", with the
 * module's name before it where a module is in several files. */
#include "backtrace.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unwind.h>

#include "trap.h"

enum { MAX_FRAMES = 64 };

static _Thread_local struct {
    uintptr_t frames[MAX_FRAMES];
    int count;
    bool cut; /* there were more */
} noted;

static _Unwind_Reason_Code note(struct _Unwind_Context *context, void *argument) {
    (void)argument;
    if (noted.count == MAX_FRAMES) {
        noted.cut = true;
        return _URC_END_OF_STACK;
    }
    int is_fault = 0; /* a frame that a signal interrupted, at the instruction itself */
    uintptr_t at = _Unwind_GetIPInfo(context, &is_fault);
    if (at)
        noted.frames[noted.count++] = is_fault ? at : at - 1; /* within the call, not after it */
    return _URC_NO_REASON;
}

static void note_trap(void) {
    noted.count = 0;
    noted.cut = false;
    _Unwind_Backtrace(note, NULL);
}

void backtrace_install(void) {
    const char *wanted = getenv("WASMELT_BACKTRACE");
    if (!wanted || strcmp(wanted, "0") != 0)
        trap_hook = note_trap;
}

/* ---- Names ---- */

/* A file mapped for reading. */
typedef struct image {
    const uint8_t *bytes;
    size_t size;
} image;

static image map_file(const char *path) {
    struct stat st;
    image i = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes != MAP_FAILED)
            i = (image){bytes, (size_t)st.st_size};
    }
    if (fd >= 0)
        close(fd);
    return i;
}

static bool holds(const image *i, uint64_t offset, uint64_t length) {
    return length <= i->size && offset <= i->size - length;
}

/* The function whose code holds `address`, an address in the file's terms. Null if there is none. The name is
 * within the image and checked to end there. */
static const char *find_symbol(const image *i, uintptr_t address) {
    if (!holds(i, 0, sizeof(ElfW(Ehdr))) || memcmp(i->bytes, ELFMAG, SELFMAG) != 0)
        return NULL;
    const ElfW(Ehdr) *head = (const void *)i->bytes;
    if (head->e_shentsize != sizeof(ElfW(Shdr)) || !holds(i, head->e_shoff, (uint64_t)head->e_shnum * sizeof(ElfW(Shdr))))
        return NULL;
    const ElfW(Shdr) *sections = (const void *)(i->bytes + head->e_shoff);
    for (unsigned k = 0; k < head->e_shnum; k++) {
        const ElfW(Shdr) *table = &sections[k];
        if (table->sh_type != SHT_SYMTAB || table->sh_link >= head->e_shnum || !holds(i, table->sh_offset, table->sh_size))
            continue;
        const ElfW(Shdr) *names = &sections[table->sh_link];
        if (!holds(i, names->sh_offset, names->sh_size) || names->sh_size == 0 ||
            i->bytes[names->sh_offset + names->sh_size - 1] != 0)
            continue;
        const ElfW(Sym) *symbols = (const void *)(i->bytes + table->sh_offset);
        for (size_t s = 0; s < table->sh_size / sizeof *symbols; s++)
            if ((symbols[s].st_info & 0xF) == STT_FUNC && address >= symbols[s].st_value &&
                address - symbols[s].st_value < symbols[s].st_size && symbols[s].st_name < names->sh_size)
                return (const char *)i->bytes + names->sh_offset + symbols[s].st_name;
    }
    return NULL;
}

typedef struct search {
    uintptr_t address;
    uintptr_t base;
    char path[1024];
    bool found;
} search;

static int find_object(struct dl_phdr_info *info, size_t size, void *argument) {
    search *s = argument;
    (void)size;
    for (int k = 0; k < info->dlpi_phnum; k++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[k];
        uintptr_t start = info->dlpi_addr + p->p_vaddr;
        if (p->p_type != PT_LOAD || s->address < start || s->address - start >= p->p_memsz)
            continue;
        s->base = info->dlpi_addr;
        snprintf(s->path, sizeof s->path, "%s", info->dlpi_name && *info->dlpi_name ? info->dlpi_name : "/proc/self/exe");
        s->found = true;
        return 1;
    }
    return 0;
}

/* The wasm name in a symbol; null if it is not a generated function's. */
static const char *wasm_name(const char *symbol, char *buffer, size_t size) {
    const char *name = NULL;
    unsigned index;
    for (const char *at = symbol; at && !name; at = strchr(at, '_') ? strchr(at, '_') + 1 : NULL) {
        if (strncmp(at, "f_", 2) == 0)
            name = at + 2;
        else if (sscanf(at, "func%u", &index) == 1)
            name = at;
    }
    if (!name)
        return NULL;
    snprintf(buffer, size, "%s", name);
    char *part = strchr(buffer, '.'); /* what compilers add: .constprop.0, .part.1, .cold */
    if (part)
        *part = 0;
    size_t length = strlen(buffer);
    if (length > 5 && strcmp(buffer + length - 5, "_tail") == 0)
        buffer[length - 5] = 0;
    return buffer;
}

void backtrace_print(FILE *out) {
    image i = {0};
    char path[1024] = "";
    int shown = 0;
    for (int k = 0; k < noted.count; k++) {
        search s = {.address = noted.frames[k]};
        char name[256];
        dl_iterate_phdr(find_object, &s);
        if (!s.found)
            continue;
        if (strcmp(s.path, path) != 0) {
            if (i.bytes)
                munmap((void *)i.bytes, i.size);
            i = map_file(s.path);
            strcpy(path, s.path);
        }
        const char *symbol = i.bytes ? find_symbol(&i, s.address - s.base) : NULL;
        if (symbol && wasm_name(symbol, name, sizeof name))
            fprintf(out, "  %2d: %s\n", shown++, name);
    }
    if (noted.cut)
        fputs("  ...\n", out);
    if (i.bytes)
        munmap((void *)i.bytes, i.size);
}
