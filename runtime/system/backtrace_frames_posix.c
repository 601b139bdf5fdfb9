/* Backtraces, when somebody asks: the addresses that a trap has noted are turned into frames with what the loaded files contain: symbol
 * tables, with -g the tables of wasmelt/code/debug.h, and DWARF, which is read by backtrace_lines_posix.c. Nothing here allocates, so that
 * it may also run at the trap. */
#if !defined(_WIN32) && !defined(__APPLE__) && !defined(WASMELT_NO_BACKTRACES)

#include "../backtrace.h"

#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include <wasmelt/code/debug.h>

#include "../not_unwound.h"
#include "../plain.h"
#include "elf_image.h"

static const backtrace_lines *_Atomic line_reader; /* null: what is known comes from symbol tables */

void wasmelt_rt_backtrace_read_lines(const backtrace_lines *reader) {
    line_reader = reader;
}

/* ---- Loaded files ---- */

static const char executable[] = "/proc/self/exe";
static int kept_executable = -1;

void wasmelt_rt_backtrace_keep_executable(void) {
    kept_executable = open(executable, O_RDONLY | O_CLOEXEC);
}

typedef struct object {
    uintptr_t address; /* the address to find */
    uintptr_t base;
    char path[1024];
    bool found;
} object;

static int match_object(struct dl_phdr_info *info, size_t size, void *argument) {
    object *o = argument;
    (void)size;
    for (int k = 0; k < info->dlpi_phnum; k++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[k];
        uintptr_t start = info->dlpi_addr + p->p_vaddr;
        if (p->p_type != PT_LOAD || o->address < start || o->address - start >= p->p_memsz)
            continue;
        o->base = info->dlpi_addr;
        snprintf(o->path, sizeof o->path, "%s", info->dlpi_name && *info->dlpi_name ? info->dlpi_name : executable);
        o->found = true;
        return 1;
    }
    return 0;
}

/* ---- One file ---- */

/* Consecutive frames that are in one file. */
typedef struct part {
    object o;
    elf_image image;
    dwarf_sections s;
    dwarf_address addresses[NOTED_FRAMES];
    unsigned count;
    bool (*visit)(void *context, const wasmelt_frame *frame);
    void *context;
    const wasmelt_debug_func *inner; /* the function reported last, if it belongs to the same native frame */
    bool stopped;
} part;

/* ---- The tables of emitted code ---- */

typedef struct func_search {
    const part *p;
    const char *symbol;
    size_t length; /* length of the name without what compilers add: .constprop.0, .part.1, .cold */
    const wasmelt_debug_module *module;
    const wasmelt_debug_func *func;
    bool any;
} func_search;

/* What is appended to the name of a function for the second C function that it is made of: that makes tail calls; that calls itself. */
static const char *const second_names[] = {"_tail", "_again"};

/* The length of the symbol's beginning that is the name of a function. */
static size_t without_second_name(const char *symbol, size_t length) {
    for (size_t k = 0; k < sizeof second_names / sizeof *second_names; k++) {
        size_t end = strlen(second_names[k]);
        if (length > end && memcmp(symbol + length - end, second_names[k], end) == 0)
            return length - end;
    }
    return length;
}

static bool is_symbol(const char *name, const func_search *f) {
    size_t length = strlen(name);
    if (strncmp(name, f->symbol, length) != 0)
        return false;
    return f->length == length || without_second_name(f->symbol, f->length) == length;
}

static void search_module(void *context, uintptr_t address, size_t size) {
    func_search *f = context;
    const wasmelt_debug_module *m = (const void *)(f->p->o.base + address);
    if (size < sizeof *m || m->version != WASMELT_DEBUG_VERSION)
        return;
    f->any = true;
    for (uint32_t k = 0; !f->func && k < m->count; k++)
        if (is_symbol(m->funcs[k].symbol, f)) {
            f->module = m;
            f->func = &m->funcs[k];
        }
}

static func_search find_func(const part *p, const char *symbol) {
    func_search f = {.p = p, .symbol = symbol, .length = strcspn(symbol, ".")};
    wasmelt_rt_elf_objects(&p->image, "wasmelt_debug_module_functions", search_module, &f);
    return f;
}

typedef struct offset_search {
    const part *p;
    const char *file;
    uint32_t line, offset;
} offset_search;

static void search_file(void *context, uintptr_t address, size_t size) {
    offset_search *s = context;
    const wasmelt_debug_file *f = (const void *)(s->p->o.base + address);
    if (size < sizeof *f || f->version != WASMELT_DEBUG_VERSION || strcmp(f->file, s->file) != 0)
        return;
    for (uint32_t k = 0; k < f->count && f->lines[k].line <= s->line; k++)
        s->offset = f->lines[k].offset;
}

/* ---- Frames ---- */

/* The name of the WebAssembly function in the symbol of code without tables: f_NAME, or f12 for a function without a name, and with
 * MODULE_2 before it if functions are shared between files. Null if it does not look like the symbol of a generated function. */
static const char *name_by_symbol(const char *symbol, char *buffer, size_t size) {
    const char *shared = strstr(symbol, "_2f");
    const char *name = shared ? shared + strlen("_2") : symbol;
    size_t digits = name[0] == 'f' ? strspn(name + 1, "0123456789") : 0;
    if (strncmp(name, "f_", 2) == 0)
        name += 2;
    else if (digits == 0 || (name[1 + digits] && name[1 + digits] != '.' && name[1 + digits] != '_'))
        return NULL;
    snprintf(buffer, size, "%.*s", (int)strcspn(name, "."), name);
    buffer[without_second_name(buffer, strlen(buffer))] = 0;
    return buffer;
}

/* Reports a frame of a function that may be the module's, at this line. */
static void give_frame(part *p, const char *symbol, const dwarf_line_unit *u, uint32_t file, uint32_t line) {
    char name[256], path[4096];
    wasmelt_frame f = {.index = WASMELT_NO_FUNCTION};
    func_search found = find_func(p, symbol);
    if (found.any && !found.func)
        return;
    if (found.func) {
        f.name = found.func->name ? found.func->name : name_by_symbol(symbol, name, sizeof name);
        f.module = found.module->name;
        f.index = found.func->index;
        f.function_offset = found.func->offset;
    } else {
        f.name = name_by_symbol(symbol, name, sizeof name);
    }
    if (!f.name)
        return;
    path[0] = 0;
    if (u->version > 0)
        line_reader->put_path(u, file, path, sizeof path);
    if (found.func && path[0] && found.func->line) {
        f.file = path;
        f.line = line;
    } else if (found.func && path[0]) {
        const char *slash = strrchr(path, '/');
        offset_search offset = {.p = p, .file = slash ? slash + 1 : path, .line = line};
        wasmelt_rt_elf_objects(&p->image, "wasmelt_debug_file_lines", search_file, &offset);
        f.offset = offset.offset;
    }
    /* A compiler may split a function and inline one half into the other. That is not a call: skip the first half, which seems to be at the
     * beginning of the function. */
    if (found.func && found.func == p->inner && (f.file ? f.line == found.func->line : f.offset == f.function_offset))
        return;
    p->inner = found.func;
    p->stopped = !p->visit(p->context, &f);
}

/* Reports the functions of one native frame, innermost first. The place where one was inlined is the position in the next one. */
static void give_address(part *p, const dwarf_address *a) {
    uint32_t file = a->file, line = a->line;
    p->inner = NULL;
    if (a->call_count == 0) {
        const char *symbol = wasmelt_rt_elf_function_at(&p->image, (uintptr_t)a->address);
        if (symbol)
            give_frame(p, symbol, &a->unit, file, line);
        return;
    }
    for (unsigned k = a->call_count; k-- > 0 && !p->stopped;) {
        const char *symbol = line_reader->call_name(&p->s, &a->calls[k]);
        if (symbol)
            give_frame(p, symbol, &a->unit, file, line);
        file = a->calls[k].file;
        line = a->calls[k].line;
    }
}

static void give_part(part *p) {
    bool is_kept = kept_executable >= 0 && strcmp(p->o.path, executable) == 0;
    if (is_kept ? !wasmelt_rt_elf_map(&p->image, kept_executable) : !wasmelt_rt_elf_open(&p->image, p->o.path))
        return;
    if (line_reader)
        line_reader->find(&p->image, &p->s, p->addresses, p->count);
    for (unsigned k = 0; k < p->count && !p->stopped; k++)
        give_address(p, &p->addresses[k]);
    wasmelt_rt_elf_close(&p->image);
}

bool wasmelt_backtrace_visit(bool (*visit)(void *context, const wasmelt_frame *frame), void *context) {
    const noted_frames *noted = wasmelt_rt_backtrace_noted();
    /* Too large for an alternate signal stack. */
    part *p = mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return noted->cut;
    p->visit = visit;
    p->context = context;
    for (unsigned k = 0; k < noted->count && !p->stopped; k++) {
        object o = {.address = noted->frames[k]};
        dl_iterate_phdr(match_object, &o);
        if (!o.found)
            continue;
        if (p->count > 0 && strcmp(o.path, p->o.path) != 0) {
            give_part(p);
            p->count = 0;
        }
        p->o = o;
        p->addresses[p->count++].address = noted->frames[k] - o.base;
    }
    if (p->count > 0 && !p->stopped)
        give_part(p);
    munmap(p, sizeof *p);
    return noted->cut;
}

/* ---- Printing ---- */

typedef struct printer {
    FILE *out;
    int count;
} printer;

static bool print_frame(void *context, const wasmelt_frame *f) {
    printer *p = context;
    fprintf(p->out, "  %2d: ", p->count++);
    wasmelt_rt_plain_print(p->out, f->name, strlen(f->name));
    if (f->file) {
        fputs(" at ", p->out);
        wasmelt_rt_plain_print(p->out, f->file, strlen(f->file));
        fprintf(p->out, ":%u", (unsigned)f->line);
    }
    if (!f->file && f->offset)
        fprintf(p->out, " at byte 0x%x", (unsigned)f->offset);
    fputc('\n', p->out);
    return true;
}

void wasmelt_backtrace_print(FILE *out) {
    printer p = {.out = out};
    if (wasmelt_backtrace_visit(print_frame, &p))
        fputs("  ...\n", out);
}

#endif
