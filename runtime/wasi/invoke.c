/* Calling an export with arguments from a command line. Integers are decimal, octal (0...) or hexadecimal (0x...), signed or unsigned;
 * floating-point numbers are as for strtod. Results are printed one on each line, integers as signed numbers. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/code/main.h>

#include "../allocator.h"
#include "../not_unwound.h"
#include "../plain.h"

enum { STATUS_USAGE = 2 };

/* ---- Arguments ---- */

static bool parse_integer(const char *text, unsigned bits, uint64_t *value) {
    char *end;
    errno = 0;
    if (*text == '-') {
        long long n = strtoll(text, &end, 0);
        *value = (uint64_t)n;
        return end != text && *end == 0 && errno == 0 && n >= INT64_MIN >> (64 - bits);
    }
    *value = strtoull(text, &end, 0);
    return end != text && *end == 0 && errno == 0 && *value <= UINT64_MAX >> (64 - bits);
}

static bool parse(const char *text, wasmelt_valtype type, wasmelt_value *value) {
    uint64_t integer;
    char *end = NULL;
    bool ok;
    switch (type) {
    case WASMELT_I32:
        ok = parse_integer(text, 32, &integer);
        value->i32 = (uint32_t)integer;
        return ok;
    case WASMELT_I64:
        return parse_integer(text, 64, &value->i64);
    case WASMELT_F32:
        value->f32 = strtof(text, &end);
        break;
    case WASMELT_F64:
        value->f64 = strtod(text, &end);
        break;
    default:
        return false;
    }
    return end != text && *end == 0;
}

static const char *type_name(wasmelt_valtype type) {
    switch (type) {
    case WASMELT_I32:
        return "an i32";
    case WASMELT_I64:
        return "an i64";
    case WASMELT_F32:
        return "an f32";
    case WASMELT_F64:
        return "an f64";
    case WASMELT_V128:
        return "a v128, which cannot be given here";
    default:
        return "a reference, which cannot be given here";
    }
}

static bool parse_all(const wasmelt_type *type, char **arguments, wasmelt_value *values) {
    uint32_t count = 0;
    while (arguments[count])
        count++;
    if (count != type->param_count) {
        fprintf(stderr, "wasmelt: error: the function takes %u argument%s, not %u\n", (unsigned)type->param_count,
                type->param_count == 1 ? "" : "s", (unsigned)count);
        return false;
    }
    for (uint32_t k = 0; k < count; k++)
        if (!parse(arguments[k], type->params[k], &values[k])) {
            fprintf(stderr, "wasmelt: error: argument %u, '", (unsigned)k + 1);
            wasmelt_rt_plain_print(stderr, arguments[k], strlen(arguments[k]));
            fprintf(stderr, "': is to be %s\n", type_name(type->params[k]));
            return false;
        }
    return true;
}

/* ---- Results ---- */

/* Prints the shortest text that gives the same number when read. */
static void print_float(double value, bool is_single) {
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (is_single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value)
            break;
    }
    puts(text);
}

static void print(const wasmelt_value *value, wasmelt_valtype type) {
    switch (type) {
    case WASMELT_I32:
        printf("%" PRId32 "\n", (int32_t)value->i32);
        break;
    case WASMELT_I64:
        printf("%" PRId64 "\n", (int64_t)value->i64);
        break;
    case WASMELT_F32:
        print_float((double)value->f32, true);
        break;
    case WASMELT_F64:
        print_float(value->f64, false);
        break;
    case WASMELT_V128:
        fputs("0x", stdout);
        for (int k = 15; k >= 0; k--)
            printf("%02x", value->v128[k]);
        putchar('\n');
        break;
    default:
        puts(value->externref ? "a reference" : "null");
    }
}

int wasmelt_main_invoke(const wasmelt_func *function, char **arguments, wasmelt_trap *trap) {
    const wasmelt_type *type = function->type;
    uint32_t most = type->param_count > type->result_count ? type->param_count : type->result_count;
    wasmelt_value *values = wasmelt_rt_allocate_zeroed((size_t)most + 1, sizeof *values);
    int status = STATUS_USAGE;
    if (!values) {
        fputs("wasmelt: error: out of memory\n", stderr);
    } else if (parse_all(type, arguments, values)) {
        status = 0;
        if (wasmelt_call(function, values, values, trap) == WASMELT_TRAP_NONE)
            for (uint32_t k = 0; k < type->result_count; k++)
                print(&values[k], type->results[k]);
        if (fflush(stdout) != 0) {
            perror("wasmelt: standard output");
            status = STATUS_USAGE;
        }
    }
    wasmelt_rt_release(values);
    return status;
}
