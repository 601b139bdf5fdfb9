/* Lines and inlined functions of backtraces, from DWARF. Linked into hosts that enable backtraces, and into executables made with -g. */
#if !defined(_WIN32) && !defined(__APPLE__) && !defined(WASMELT_NO_BACKTRACES)

#include "../backtrace.h"

static void find(const elf_image *image, dwarf_sections *s, dwarf_address *addresses, unsigned count) {
    *s = (dwarf_sections){
        .lines = {wasmelt_rt_elf_section(image, ".debug_line"), wasmelt_rt_elf_section(image, ".debug_line_str"),
                  wasmelt_rt_elf_section(image, ".debug_str")},
        .info = wasmelt_rt_elf_section(image, ".debug_info"),
        .abbrev = wasmelt_rt_elf_section(image, ".debug_abbrev"),
        .str_offsets = wasmelt_rt_elf_section(image, ".debug_str_offsets"),
        .addr = wasmelt_rt_elf_section(image, ".debug_addr"),
        .rnglists = wasmelt_rt_elf_section(image, ".debug_rnglists"),
        .ranges = wasmelt_rt_elf_section(image, ".debug_ranges"),
    };
    wasmelt_rt_dwarf_find_lines(s, addresses, count);
    wasmelt_rt_dwarf_find_calls(s, addresses, count);
}

static const char *call_name(const dwarf_sections *s, const dwarf_call *call) {
    dwarf_string name = wasmelt_rt_dwarf_call_name(s, call);
    return wasmelt_rt_dwarf_string_length(name) != SIZE_MAX ? (const char *)name.data : NULL;
}

/* ---- Paths ---- */

typedef struct path_search {
    uint32_t wanted, dir;
    bool wants_dir, found;
    dwarf_string name;
} path_search;

static bool search_path(void *context, const dwarf_file *f) {
    path_search *s = context;
    if (f->is_dir != s->wants_dir || f->index != s->wanted)
        return true;
    s->name = f->name;
    s->dir = f->dir;
    s->found = true;
    return false;
}

static bool find_path(const dwarf_line_unit *u, path_search *s) {
    wasmelt_rt_dwarf_line_files(u, search_path, s);
    return s->found && wasmelt_rt_dwarf_string_length(s->name) != SIZE_MAX;
}

static void put_path(const dwarf_line_unit *u, uint32_t file, char *path, size_t size) {
    path_search f = {.wanted = file};
    path[0] = 0;
    if (!find_path(u, &f))
        return;
    path_search d = {.wanted = f.dir, .wants_dir = true};
    bool in_dir = f.name.data[0] != '/' && find_path(u, &d) && d.name.data[0] != 0;
    snprintf(path, size, "%s%s%s", in_dir ? (const char *)d.name.data : "", in_dir ? "/" : "", (const char *)f.name.data);
}

void wasmelt_backtrace_enable(bool on) {
    static const backtrace_lines reader = {find, call_name, put_path};
    wasmelt_rt_backtrace_read_lines(&reader);
    wasmelt_rt_backtrace_enable(on);
}

#endif
