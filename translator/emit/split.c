/* In comes the number of files, out goes where each of them begins. A file would ideally begin where its share of the
 * code does, but then whatever grows shifts the functions behind it from file to file. So near that place, in a window
 * of an eighth of a file, it begins with the function whose name has the smallest hash: that is the same one after an
 * edit unless it fell out of the window, or one that is smaller came in, either of which takes an edit of about the
 * window's size. Names, because bodies mention other functions by index, and all change when one is added. */
#include "emit/split.h"

/* FNV-1a, its bits then mixed so that the order of names that differ at their ends means nothing. */
static uint64_t hash(const char *name) {
    uint64_t h = 14695981039346656037u;
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 1099511628211u;
    h = (h ^ h >> 32) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

/* What a function adds to its file, in bytes of wasm: a body, and what each takes that has hardly any. */
#define BYTES_PER_FUNCTION 40

static uint64_t weight(const generator *g, uint32_t function) {
    return g->m->funcs[function].body.length + BYTES_PER_FUNCTION;
}

/* Bytes of wasm from which on functions stand in these files, and are compiled with -O1 and -O0: above the first, what GCC
 * and Clang do at -O2 takes minutes or gigabytes for some of them; above the second, so does what they do at -O1
 * (docs/guide-compile.md). */
static const size_t special_sizes[SPECIAL_FILES] = {[FILE_LARGE] = 192 * 1024, [FILE_HUGE] = 512 * 1024};

/* Code without a branch takes compilers time that grows with its square at all levels but -O0, and so do many locals, at -O2
 * (bench/compile_time.py). Hash functions and products of large numbers, written out, have 30 KiB without a branch; more is
 * hardly ever anything but initialisation. */
#define MOST_STRAIGHT ((size_t)64 * 1024)
#define MOST_LOCALS 1500

/* SPECIAL_FILES for one that stands among the others. */
static special_kind kind_of(const generator *g, uint32_t function) {
    const func *f = &g->m->funcs[function];
    if (f->body.length > special_sizes[FILE_HUGE] || f->notes.straight > MOST_STRAIGHT)
        return FILE_HUGE;
    return f->body.length > special_sizes[FILE_LARGE] || f->notes.local_count > MOST_LOCALS ? FILE_LARGE : SPECIAL_FILES;
}

code_size split_measure(const generator *g) {
    code_size size = {0};
    for (uint32_t k = g->m->imported_funcs; k < g->m->func_count; k++) {
        if (!g->calls.reachable[k])
            continue;
        size_t length = g->m->funcs[k].body.length;
        special_kind kind = kind_of(g, k);
        if (kind == SPECIAL_FILES) {
            size.usual += length;
            continue;
        }
        if (size.count[kind]++ == 0 || length > g->m->funcs[size.largest[kind]].body.length)
            size.largest[kind] = k;
    }
    return size;
}

/* Appends the functions of the kind, and gives their weight. */
static uint64_t add_functions(const generator *g, special_kind kind, split_order *order) {
    uint64_t total = 0;
    for (uint32_t k = g->m->imported_funcs; k < g->m->func_count; k++) {
        if (!g->calls.reachable[k] || kind_of(g, k) != kind)
            continue;
        *vec_push(&order->functions) = k;
        total += weight(g, k);
    }
    return total;
}

void split_none(const generator *g, split_order *order) {
    for (uint32_t k = g->m->imported_funcs; k < g->m->func_count; k++)
        if (g->calls.reachable[k])
            *vec_push(&order->functions) = k;
    for (int kind = 0; kind < SPECIAL_FILES; kind++)
        order->special[kind] = order->functions.count;
}

/* Chooses the function with which each file, from the second on, begins. */
static void place_starts(const generator *g, uint64_t total, uint32_t files, split_order *order) {
    const uint32_t *functions = order->functions.data;
    uint64_t half_window = total / files / 16, at = 0; /* what is before the function */
    size_t best = SIZE_MAX;                            /* of those in the window of the file that begins next */
    if (order->functions.count > 0)
        *vec_push(&order->starts) = 0;
    for (size_t k = 0; k < order->functions.count; k++) {
        /* Windows that are behind: those of several files, if a function is larger than a file. */
        while (order->starts.count < files && at > total * order->starts.count / files + half_window) {
            size_t start = best == SIZE_MAX ? k : best;
            if (vec_last(&order->starts) == start)
                break;
            *vec_push(&order->starts) = start;
            best = SIZE_MAX;
        }
        if (order->starts.count < files && vec_last(&order->starts) != k && at + half_window >= total * order->starts.count / files &&
            (best == SIZE_MAX || hash(g->func_names[functions[k]]) < hash(g->func_names[functions[best]])))
            best = k;
        at += weight(g, functions[k]);
    }
    if (best != SIZE_MAX && order->starts.count < files)
        *vec_push(&order->starts) = best;
}

void split_plan(const generator *g, uint32_t files, split_order *order) {
    uint64_t total = add_functions(g, SPECIAL_FILES, order);
    place_starts(g, total, files, order);
    for (int kind = 0; kind < SPECIAL_FILES; kind++) {
        order->special[kind] = order->functions.count;
        add_functions(g, kind, order);
    }
}

void split_free(split_order *order) {
    vec_free(&order->functions);
    vec_free(&order->starts);
}

/* For each function the number of the C file that it stands in. */
static const uint32_t *files_of(const generator *g, const split_order *order) {
    uint32_t *files = arena_array(g->arena, g->m->func_count, sizeof *files), file = 0;
    size_t next = 0;
    for (size_t at = 0; at < order->functions.count; at++) {
        bool begins = next < order->starts.count && order->starts.data[next] == at;
        next += begins;
        for (int kind = 0; kind < SPECIAL_FILES; kind++)
            begins |= order->special[kind] == at;
        file += begins;
        files[order->functions.data[at]] = file;
    }
    return files;
}

const bool *split_find_local(const generator *g, const split_order *order) {
    const module *m = g->m;
    const uint32_t *files = files_of(g, order), *call = m->calls, *code = g->calls.code;
    bool *local = arena_array(g->arena, m->func_count, sizeof *local);
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++)
        local[k] = true;
    for (uint32_t k = 0; k < m->func_count; k++) {
        const func *f = &m->funcs[k];
        if (f->is_referenced || k == m->start) /* NAME_data.c mentions it */
            local[code[k]] = false;
        for (uint32_t c = 0; g->calls.reachable[k] && c < f->notes.call_count; c++) {
            uint32_t callee = code[call[c] & ~CALL_CAUGHT];
            if (files[callee] != files[k])
                local[callee] = false;
        }
        call += f->notes.call_count;
    }
    return local;
}
