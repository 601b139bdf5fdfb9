#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "cli.h"

void report_name(strbuf *s, span name) {
    for (size_t at = 0; at < name.length;) {
        uint32_t code;
        size_t length = utf8_next(name.bytes + at, name.length - at, &code);
        if (at + length > 100)
            break;
        if (utf8_is_control(code) || code == 0xFFFD)
            strbuf_put(s, '.');
        else
            strbuf_append(s, (const char *)name.bytes + at, length);
        at += length;
    }
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
