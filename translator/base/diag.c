#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/say.h"

void diag_init(diag *d) {
    *d = (diag){.offset = DIAG_NO_OFFSET, .func = DIAG_NO_FUNC};
}

bool diag_fail(diag *d, size_t offset, const char *format, ...) {
    if (d->failed)
        return false;
    d->failed = true;
    d->offset = offset;
    va_list args;
    va_start(args, format);
    vsnprintf(d->message, sizeof d->message, format, args);
    va_end(args);
    return false;
}

bool diag_unsupported(diag *d, size_t offset, const char *feature, const char *what) {
    if (!d->failed)
        d->unsupported = true;
    return diag_fail(d, offset, "not supported: %s%s%s", feature, what ? ": " : "", what ? what : "");
}

void diag_print(const diag *d, const char *file, const char *func_name) {
    say(stderr, "wasmelt: %s: error: %s", file, d->message);
    if (d->offset != DIAG_NO_OFFSET) {
        fprintf(stderr, " (at byte 0x%zx", d->offset);
        if (d->func != DIAG_NO_FUNC)
            fprintf(stderr, ", in function %u", (unsigned)d->func);
        if (d->func != DIAG_NO_FUNC && func_name)
            say(stderr, " \"%s\"", func_name);
        fputc(')', stderr);
    }
    fputc('\n', stderr);
}
