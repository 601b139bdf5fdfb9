/* Prints what debug/lines.h says of a module: for each byte of its code section at which the answer changes, the
 * address, the line and the path. Exit status 3: the module is not decoded; 4: no lines. */
#include <stdio.h>

#include "debug/lines.h"
#include "read/module.h"

#include "../support/read_file.h"

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    span input = read_file(argv[1]);
    arena a = {0};
    module m;
    diag d;
    bool malformed = false;
    diag_init(&d);
    debug_lines *lines = NULL;
    int status = 3;
    if (module_read(&m, input, &a, &d)) {
        lines = debug_lines_read(&m, &malformed);
        status = lines ? 0 : 4;
    }
    source_line before = {NO_FILE, 0};
    size_t start = lines ? (size_t)(m.code.bytes - m.input.bytes) : 0;
    for (size_t at = 0; lines && at < m.code.length; at++) {
        source_line p = debug_lines_find(lines, start + at);
        strbuf path = {0};
        if (p.file == before.file && (p.file == NO_FILE || p.line == before.line))
            continue;
        before = p;
        if (p.file != NO_FILE)
            debug_lines_path(lines, p.file, NULL, 0, &path);
        printf("%zx %u %s\n", at, p.file == NO_FILE ? 0 : (unsigned)p.line, path.data ? path.data : "");
        strbuf_free(&path);
    }
    if (malformed)
        fputs("malformed\n", stderr);
    debug_lines_free(lines);
    arena_free(&a);
    free((void *)input.bytes);
    return status;
}
