/* A host that gives words.wasm strings, arrays and callbacks. The module's allocator makes the room; the host works
 * there with plain pointers, which stay valid however the memory grows.
 *
 *     clang --target=wasm32-wasi -mexec-model=reactor -O2 -Wl,--export=malloc -Wl,--export=free \
 *         -Wl,--export-table -Wl,--growable-table words.c -o words.wasm
 *     wasmelt words.wasm --emit=lib
 *     cc host.c libwords.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

/* ---- Room in the module's memory. These run inside wasmelt_run: what fails ends in a trap. ---- */

static void *at(words *w, uint32_t address, uint64_t size) {
    return wasmelt_memory_need(words_memory(w), address, size);
}

/* `size` bytes from the module's malloc: the host's pointer to them, and their address in *address. */
static void *allocate(words *w, uint32_t size, uint32_t *address) {
    *address = words_malloc(w, size);
    if (!*address)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    return at(w, *address, size);
}

static uint32_t give_string(words *w, const char *text) {
    uint32_t address;
    strcpy(allocate(w, (uint32_t)strlen(text) + 1, &address), text);
    return address;
}

/* ---- What the module imports ---- */

/* The first argument is `context_host` of the imports: here the place of the instance. */
void WASMELT_IMPORT(words, host, report)(void *context, uint32_t message) {
    words *w = *(words **)context;
    const char *text = wasmelt_memory_string(words_memory(w), message, NULL);
    printf("report: %s\n", text ? text : "(no string)");
}

/* A function pointer of the module's is an index into its table; the host takes what is there and calls it. Whatever
 * the module passes, an address, an index, is checked: it is the module that may be wrong, never the host. */
void WASMELT_IMPORT(words, host, sort)(void *context, uint32_t address, uint32_t count, uint32_t before) {
    static const wasmelt_valtype numbers[] = {WASMELT_F64, WASMELT_F64}, truth[] = {WASMELT_I32};
    static const wasmelt_type type = {.params = numbers, .param_count = 2, .results = truth, .result_count = 1};
    words *w = *(words **)context;
    double *values = at(w, address, (uint64_t)count * sizeof *values);
    if (address % _Alignof(double))
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    const void *ref = NULL;
    wasmelt_table_get(words___indirect_function_table(w), before, &ref);
    const wasmelt_func *f = ref;
    if (!wasmelt_func_has_type(f, &type))
        wasmelt_trap_raise(WASMELT_TRAP_INDIRECT_CALL_TYPE);
    uint32_t (*is_before)(void *, double, double) = (uint32_t(*)(void *, double, double))f->code;
    for (uint32_t k = 1; k < count; k++)
        for (uint32_t j = k; j > 0 && is_before(f->instance, values[j], values[j - 1]); j--) {
            double swapped = values[j];
            values[j] = values[j - 1];
            values[j - 1] = swapped;
        }
}

/* ---- A function of the host's that the module calls back ---- */

typedef struct visitor {
    words *w;
    uint32_t longest;
} visitor;

static void visit(void *context, uint32_t word, uint32_t length, uint32_t user) {
    visitor *v = context;
    printf("word for %u: %.*s\n", (unsigned)user, (int)length, (const char *)at(v->w, word, length));
    if (length > v->longest)
        v->longest = length;
}

/* Puts it into the module's table, at a new end; its index is what C in the module calls a function pointer. */
static uint32_t add_callback(words *w, wasmelt_func *f, visitor *v) {
    static const wasmelt_valtype three[] = {WASMELT_I32, WASMELT_I32, WASMELT_I32};
    static const wasmelt_type type = {.params = three, .param_count = 3};
    uint64_t index = UINT64_MAX;
    if (wasmelt_func_init(f, (wasmelt_code)visit, v, &type))
        index = wasmelt_table_grow(words___indirect_function_table(w), 1, f);
    if (index == UINT64_MAX)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    return (uint32_t)index;
}

/* ---- Using all that ---- */

static void use(void *argument) {
    words *w = argument;
    words__initialize(w); /* once, before anything else: what C runs before main */

    uint32_t array;
    double *values = allocate(w, 5 * sizeof *values, &array); /* an array, filled in place: nothing is copied */
    memcpy(values, (double[]){2.5, 40, -1, 7, 3}, 5 * sizeof *values);
    uint64_t before = words_memory(w)->size;
    words_free(w, words_malloc(w, 40 << 20)); /* the memory grows, and stays where it is */
    printf("grown: %s, in the same place: %s\n", words_memory(w)->size > before ? "yes" : "no",
           values == at(w, array, 5 * sizeof *values) ? "yes" : "no");
    double median = words_median(w, array, 5);
    printf("median %g, sorted %g .. %g\n", median, values[0], values[4]);
    words_median(w, array, 0);

    visitor v = {.w = w};
    static wasmelt_func callback; /* lives as long as the table that refers to it */
    uint32_t text = give_string(w, "strings go in and out");
    uint32_t count = words_each_word(w, text, add_callback(w, &callback, &v), 42);
    printf("%u words, the longest of %u letters\n", (unsigned)count, (unsigned)v.longest);

    uint32_t capitals = words_capitals(w, text);
    const char *result = wasmelt_memory_string(words_memory(w), capitals, NULL);
    printf("%s\n", result ? result : "(no string)");
    words_free(w, capitals);
    words_free(w, text);
    words_free(w, array);
}

int main(void) {
    words *w;
    words_imports imports = {.context_host = &w};
    wasmelt_error error;
    if (words_instantiate(&imports, &w, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    wasmelt_trap_code trap = wasmelt_run(use, w, NULL);
    words_instance_free(w);
    if (trap == WASMELT_TRAP_NONE)
        return EXIT_SUCCESS;
    fprintf(stderr, "trap: %s\n", wasmelt_trap_message(trap));
    return EXIT_FAILURE;
}
