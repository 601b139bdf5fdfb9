/* Error reports. Input is hostile, so an error is a value that travels up, never an exit or a crash:
 * functions return false, and the first error wins. */
#ifndef WASMELT_BASE_DIAG_H
#define WASMELT_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIAG_NO_OFFSET SIZE_MAX
#define DIAG_NO_FUNC UINT32_MAX

typedef struct diag {
    bool failed;
    bool unsupported; /* the input is valid, but not supported */
    size_t offset;    /* byte in the file, or DIAG_NO_OFFSET */
    uint32_t func;    /* function index, or DIAG_NO_FUNC; set before a body is read */
    char message[256];
} diag;

void diag_init(diag *d);

/* Records an error unless there is one already. Always returns false, to be returned. */
bool diag_fail(diag *d, size_t offset, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same for valid input that cannot be translated: the message is "not supported: FEATURE: WHAT" with the offset. `what`: the
 * instruction or type that is not supported, or null. */
bool diag_unsupported(diag *d, size_t offset, const char *feature, const char *what);

/* Prints "wasmelt: FILE: error: MESSAGE (at byte 0x12, in function 3 \"name\")" to stderr.
 * `func_name` may be null. */
void diag_print(const diag *d, const char *file, const char *func_name);

#endif
