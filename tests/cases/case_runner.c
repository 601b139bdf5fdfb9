/* Runs the script of a case against a module in a shared object, through the public interface. The script comes on
 * standard input, an answer in one line goes out for each of its lines, and one more before all: how instantiation
 * ended.
 *
 *   case_runner OBJECT
 *   call xNAME TYPE:VALUE...  NAME, like all bytes, in hexadecimal; VALUE the bits, in hexadecimal
 *                             -> TYPE:VALUE... or trap MESSAGE
 *   write ADDRESS BYTES       into the memory exported as "memory"         -> ok, or out of bounds
 *   read ADDRESS LENGTH       -> bytes
 *   log                       what the module gave to the imported functions of "host" since the last such line
 *
 * The host offers log (i32), log64 (i64), twice (i32 -> i32), fail (traps), pair (i32 -> i32 i64). */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/wasmelt.h>

enum { MOST_VALUES = 2048, MOST_LOGGED = 4096 };

static wasmelt_instance *instance;
static uint64_t logged[MOST_LOGGED];
static size_t logged_count;

/* ---- What the host offers ---- */

static void note(uint64_t value) {
    if (logged_count < MOST_LOGGED)
        logged[logged_count++] = value;
}

static void host_log(void *context, uint32_t a) {
    (void)context;
    note(a);
}

static void host_log64(void *context, uint64_t a) {
    (void)context;
    note(a);
}

static uint32_t host_twice(void *context, uint32_t a) {
    (void)context;
    note(a);
    return a * 2;
}

static void host_fail(void *context) {
    (void)context;
    wasmelt_trap_raise(WASMELT_TRAP_HOST);
}

typedef struct pair {
    uint32_t v0;
    uint64_t v1;
} pair;

static pair host_pair(void *context, uint32_t a) {
    (void)context;
    return (pair){a + 1, (uint64_t)a << 32};
}

static const wasmelt_valtype i32[] = {WASMELT_I32}, i64[] = {WASMELT_I64}, i32_i64[] = {WASMELT_I32, WASMELT_I64};

#define TYPE(p, n, r, m)                                                                                                                   \
    {                                                                                                                                      \
        .kind = WASMELT_TYPE_FUNC, .is_final = true, .supertype = WASMELT_NO_TYPE, .group_size = 1, .params = p, .param_count = n,         \
        .results = r, .result_count = m                                                                                                    \
    }

static const struct {
    const char *name;
    wasmelt_code code;
    wasmelt_type type;
} offered[] = {
    {"log", (wasmelt_code)host_log, TYPE(i32, 1, NULL, 0)},      {"log64", (wasmelt_code)host_log64, TYPE(i64, 1, NULL, 0)},
    {"twice", (wasmelt_code)host_twice, TYPE(i32, 1, i32, 1)},   {"fail", (wasmelt_code)host_fail, TYPE(NULL, 0, NULL, 0)},
    {"pair", (wasmelt_code)host_pair, TYPE(i32, 1, i32_i64, 2)},
};
enum { OFFERED = sizeof offered / sizeof *offered };

/* ---- Values ---- */

static void print_value(wasmelt_valtype t, const wasmelt_value *v) {
    uint32_t bits;
    switch (t) {
    case WASMELT_I32:
        printf(" i32:%" PRIx32, v->i32);
        break;
    case WASMELT_I64:
        printf(" i64:%" PRIx64, v->i64);
        break;
    case WASMELT_F32:
        memcpy(&bits, &v->f32, sizeof bits);
        printf(" f32:%" PRIx32, bits);
        break;
    case WASMELT_F64:
        printf(" f64:%" PRIx64, v->i64);
        break;
    case WASMELT_EXTERNREF:
        printf(" externref:%" PRIxPTR, (uintptr_t)v->externref);
        break;
    default:
        printf(" ref:%d", v->funcref != NULL);
    }
}

static bool parse_value(const char *text, wasmelt_value *v) {
    const char *colon = strchr(text, ':');
    if (!colon)
        return false;
    uint64_t bits = strtoull(colon + 1, NULL, 16);
    memset(v, 0, sizeof *v);
    if (strncmp(text, "i32", 3) == 0 || strncmp(text, "f32", 3) == 0)
        v->i32 = (uint32_t)bits;
    else if (strncmp(text, "externref", 9) == 0)
        v->externref = (void *)(uintptr_t)bits;
    else
        v->i64 = bits;
    return true;
}

/* Returns how many bytes there are; `text` is overwritten by them. */
static size_t decode_bytes(char *text) {
    size_t n = 0;
    unsigned byte;
    for (const char *p = text; sscanf(p, "%2x", &byte) == 1; p += 2)
        text[n++] = (char)byte;
    text[n] = 0;
    return n;
}

/* ---- Lines of the script ---- */

static void run_call(char *rest) {
    static wasmelt_value values[MOST_VALUES];
    char *name = strtok_r(rest, " ", &rest);
    if (name)
        name++;
    size_t length = name ? decode_bytes(name) : 0;
    wasmelt_extern e;
    if (!name || !wasmelt_export_n(instance, name, length, &e) || e.kind != WASMELT_EXTERN_FUNC) {
        printf("no such function\n");
        return;
    }
    uint32_t count = 0;
    for (char *word; count < MOST_VALUES && (word = strtok_r(NULL, " ", &rest)); count++)
        if (!parse_value(word, &values[count]))
            break;
    if (count != e.func->type->param_count || e.func->type->result_count > MOST_VALUES) {
        printf("wrong number of arguments\n");
        return;
    }
    wasmelt_trap_code code = wasmelt_call(e.func, values, values, NULL);
    if (code != WASMELT_TRAP_NONE) {
        printf("trap %s\n", wasmelt_trap_message(code));
        return;
    }
    printf("returned");
    for (uint32_t k = 0; k < e.func->type->result_count; k++)
        print_value(e.func->type->results[k], &values[k]);
    printf("\n");
}

static void *memory_at(uint64_t address, uint64_t length) {
    wasmelt_extern e;
    if (!wasmelt_export(instance, "memory", &e) || e.kind != WASMELT_EXTERN_MEMORY)
        return NULL;
    return wasmelt_memory_at(e.memory, address, length);
}

static void run_write(char *rest) {
    uint64_t address = strtoull(rest, &rest, 0);
    rest += strspn(rest, " ");
    size_t length = decode_bytes(rest);
    void *place = memory_at(address, length);
    if (place)
        memcpy(place, rest, length);
    printf("%s\n", place ? "ok" : "out of bounds");
}

static void run_read(char *rest) {
    uint64_t address = strtoull(rest, &rest, 0), length = strtoull(rest, NULL, 0);
    const uint8_t *place = memory_at(address, length);
    for (uint64_t k = 0; place && k < length; k++)
        printf("%02x", place[k]);
    printf("%s\n", place ? "" : "out of bounds");
}

static void run_log(void) {
    printf("logged");
    for (size_t k = 0; k < logged_count; k++)
        printf(" %" PRIu64, logged[k]);
    printf("\n");
    logged_count = 0;
}

static void run_script(void) {
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        line[strcspn(line, "\n")] = 0;
        if (strncmp(line, "call ", 5) == 0)
            run_call(line + 5);
        else if (strncmp(line, "write ", 6) == 0)
            run_write(line + 6);
        else if (strncmp(line, "read ", 5) == 0)
            run_read(line + 5);
        else if (strcmp(line, "log") == 0)
            run_log();
        else
            printf("unknown line\n");
    }
    free(line);
}

int main(int argc, char **argv) {
    static wasmelt_func funcs[OFFERED];
    wasmelt_import imports[OFFERED];
    for (int k = 0; k < OFFERED; k++) {
        if (!wasmelt_func_init(&funcs[k], offered[k].code, NULL, &offered[k].type))
            return 3;
        imports[k] = (wasmelt_import){"host", offered[k].name, {.kind = WASMELT_EXTERN_FUNC, .func = &funcs[k]}};
    }
    void *object = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
    const wasmelt_module *module = object ? dlsym(object, "tested_module") : NULL;
    if (!module) {
        fprintf(stderr, "%s\n", argc == 2 ? dlerror() : "usage: case_runner OBJECT");
        return 2;
    }
    wasmelt_error error;
    wasmelt_status status = wasmelt_instantiate(module, imports, OFFERED, &instance, &error);
    if (status == WASMELT_OK) {
        printf("instantiated\n");
        run_script();
    } else if (status == WASMELT_TRAPPED) {
        printf("trap %s\n", wasmelt_trap_message(error.trap.code));
    } else {
        printf("failed %s\n", error.message);
    }
    wasmelt_instance_free(instance);
    dlclose(object);
    return 0;
}
