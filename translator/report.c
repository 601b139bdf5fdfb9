#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

void report_name(strbuf *s, span name) {
    for (size_t k = 0; k < name.length && k < 100; k++)
        strbuf_put(s, name.bytes[k] < 0x20 || name.bytes[k] == 0x7F ? '.' : (char)name.bytes[k]);
}

void report_diag(const diag *d, const char *file, const module *m) {
    strbuf name = {0};
    if (d->func != DIAG_NO_FUNC && d->func < m->func_count)
        report_name(&name, m->funcs[d->func].name);
    diag_print(d, file, name.count > 0 ? name.data : NULL);
    strbuf_free(&name);
}

int report_errno(const char *path) {
    fprintf(stderr, "wasmelt: %s: error: %s\n", path, strerror(errno));
    return EXIT_INPUT;
}
