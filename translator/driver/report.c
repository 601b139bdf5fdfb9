#include "driver/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/say.h"
#include "driver/cli.h"

void report_name(strbuf *s, span name) {
    say_quoted(s, name.bytes, name.length, 100);
}

void report_diag(const diag *d, const char *file, const module *m) {
    strbuf name = {0};
    if (d->func != DIAG_NO_FUNC && d->func < m->func_count)
        report_name(&name, m->funcs[d->func].name);
    diag_print(d, file, name.count > 0 ? name.data : NULL);
    strbuf_free(&name);
}

int report_errno(const char *path) {
    say(stderr, "wasmelt: %s: error: %s\n", path, strerror(errno));
    return EXIT_INPUT;
}
