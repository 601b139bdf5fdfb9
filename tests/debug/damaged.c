/* Reads damaged copies of an executable with what backtraces read: damaged EXECUTABLE COUNT. For sanitizers; prints how
 * many calls were found in all. elf_image_posix.c is part of this file, so that a copy need not be a file. */
#include "system/elf_image_posix.c"

#include <stdio.h>
#include <stdlib.h>

#include "dwarf_info.h"

static const char *const sections[] = {".debug_line",     ".debug_info", ".debug_abbrev", ".debug_str", ".debug_ranges",
                                       ".debug_rnglists", ".symtab",     ".strtab",       ".shstrtab"};

static size_t below(size_t limit) {
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % limit);
}

/* Changes a byte of a section, of the file's header, or of anything. */
static void damage(const elf_image *good, uint8_t *bytes, size_t size) {
    size_t which = below(12), begin = 0, length = which == 9 ? 64 : size;
    if (which < 9) {
        dwarf_bytes s = wasmelt_rt_elf_section(good, sections[which]);
        if (s.size == 0)
            return;
        begin = (size_t)(s.data - good->bytes);
        length = below(2) && s.size > 64 ? 64 : s.size;
    }
    size_t at = begin + below(length);
    if (at < size)
        bytes[at] = (uint8_t)(below(3) == 0 ? 0xFF : below(256));
}

static void count_object(void *context, uintptr_t address, size_t size) {
    *(size_t *)context += address != 0 || size != 0;
}

static size_t read_all(const elf_image *i) {
    dwarf_sections s = {.lines = {wasmelt_rt_elf_section(i, ".debug_line"), wasmelt_rt_elf_section(i, ".debug_line_str"),
                                  wasmelt_rt_elf_section(i, ".debug_str")},
                        .info = wasmelt_rt_elf_section(i, ".debug_info"),
                        .abbrev = wasmelt_rt_elf_section(i, ".debug_abbrev"),
                        .str_offsets = wasmelt_rt_elf_section(i, ".debug_str_offsets"),
                        .addr = wasmelt_rt_elf_section(i, ".debug_addr"),
                        .rnglists = wasmelt_rt_elf_section(i, ".debug_rnglists"),
                        .ranges = wasmelt_rt_elf_section(i, ".debug_ranges")};
    dwarf_address addresses[16];
    size_t calls = 0, objects = 0;
    for (int k = 0; k < 16; k++)
        addresses[k].address = 0x1000 + below(0x1000);
    wasmelt_rt_dwarf_find_lines(&s, addresses, 16);
    wasmelt_rt_dwarf_find_calls(&s, addresses, 16);
    for (int k = 0; k < 16; k++) {
        (void)wasmelt_rt_elf_function_at(i, (uintptr_t)addresses[k].address);
        calls += addresses[k].call_count;
        for (unsigned c = 0; c < addresses[k].call_count; c++)
            (void)wasmelt_rt_dwarf_string_length(wasmelt_rt_dwarf_call_name(&s, &addresses[k].calls[c]));
    }
    wasmelt_rt_elf_objects(i, "", count_object, &objects);
    return calls;
}

int main(int argc, char **argv) {
    elf_image good;
    size_t calls = 0;
    if (argc < 3 || !wasmelt_rt_elf_open(&good, argv[1]))
        return 1;
    for (long k = atol(argv[2]); k > 0; k--) {
        size_t size = below(20) == 0 ? 1 + below(good.size) : good.size;
        uint8_t *copy = malloc(size); /* of just this size: what is read behind it is seen */
        memcpy(copy, good.bytes, size);
        for (size_t changes = 1 + below(6); changes > 0; changes--)
            damage(&good, copy, size);
        elf_image bad = {copy, size};
        if (is_usable(&bad))
            calls += read_all(&bad);
        free(copy);
    }
    wasmelt_rt_elf_close(&good);
    printf("%zu\n", calls);
    return 0;
}
