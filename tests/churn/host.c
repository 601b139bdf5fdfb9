/* host SECONDS [SAMPLES]: makes and drops objects, instances, stores, handles and finalizers for so long, and prints, at equal intervals
 * (60 by default), what the process has: while it works, and at rest, when all is dropped and collected. Ends with a verdict: exit status 0
 * if nothing has grown.
 *
 * At rest the process must be what it was: that is compared between the first third of the samples, but for the very first, and the last.
 */
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "churn.h"

#define MEBIBYTE (UINT64_C(1) << 20)

enum { HANDLES = 16, MOST_SAMPLES = 1000 };

/* One instance and what the host keeps for it. */
typedef struct desk {
    churn *instance;
    wasmelt_heap *heap;
    wasmelt_ref *handles[HANDLES];
    uint64_t seed;
} desk;

static atomic_uint_fast64_t made, finalized;

static void stop(const char *what) {
    fprintf(stderr, "churn: %s\n", what);
    exit(2);
}

/* ---- What the module imports ---- */

static void finalize(void *data) {
    free(data);
    atomic_fetch_add(&finalized, 1);
}

void *wasmelt_import_churn_host_0outside(void *context) {
    desk *d = context;
    void *data = malloc(40), *reference = data ? wasmelt_extern_new(d->heap, data, finalize) : NULL;
    if (!reference)
        stop("no room for an externref");
    atomic_fetch_add(&made, 1);
    return reference;
}

/* A handle for the object, in place of another, whose object is the result. */
wasmelt_object *wasmelt_import_churn_host_0exchange(void *context, wasmelt_object *o) {
    desk *d = context;
    wasmelt_ref **slot = &d->handles[d->seed++ % HANDLES];
    wasmelt_object *before = *slot ? wasmelt_ref_get(*slot) : NULL;
    wasmelt_ref_release(*slot);
    *slot = wasmelt_ref_new(d->heap, o);
    return before;
}

typedef struct call {
    desk *desk;
    uint64_t seed;
} call;

static void inner(void *argument) {
    const call *c = argument;
    churn_inner(c->desk->instance, c->seed);
}

void wasmelt_import_churn_host_0nested(void *context, uint64_t seed) {
    if (wasmelt_run(inner, &(call){context, seed}, NULL) != WASMELT_TRAP_UNCAUGHT_EXCEPTION)
        stop("a nested run did not end in an exception");
}

/* ---- Instances ---- */

static void begin(desk *d, const wasmelt_options *options) {
    memset(d, 0, sizeof *d);
    wasmelt_error error;
    if (churn_instantiate_with(&(churn_imports){d}, options, &d->instance, &error) != WASMELT_OK)
        stop(error.message);
    d->heap = ((wasmelt_instance *)d->instance)->heap;
}

static void end(desk *d) {
    for (int k = 0; k < HANDLES; k++)
        wasmelt_ref_release(d->handles[k]);
    churn_instance_free(d->instance);
}

static void round_of(void *argument) {
    const call *c = argument;
    churn_round(c->desk->instance, c->seed);
}

static void fill(void *argument) {
    churn_fill(((desk *)argument)->instance);
}

static void drop_all(void *argument) {
    churn_drop_all(((desk *)argument)->instance);
}

static void do_round(desk *d, uint64_t seed) {
    wasmelt_trap trap;
    if (wasmelt_run(round_of, &(call){d, seed}, &trap) != WASMELT_TRAP_NONE)
        stop(wasmelt_trap_message(trap.code));
}

/* With a heap of its own, which it fills. */
static void short_life(uint64_t seed) {
    desk d;
    begin(&d, &(wasmelt_options){.heap = {.maximum_bytes = 80 * MEBIBYTE}});
    do_round(&d, seed);
    if (wasmelt_run(fill, &d, NULL) != WASMELT_TRAP_OUT_OF_RESOURCES)
        stop("a heap that was filled did not end in a trap");
    end(&d);
}

static void *short_life_on_a_thread(void *seed) {
    short_life(*(uint64_t *)seed);
    return NULL;
}

/* In the store of another: what it has made, and the other keeps, lives on. */
static void guest_of(const desk *owner, uint64_t seed) {
    desk d;
    begin(&d, &(wasmelt_options){.store = ((wasmelt_instance *)owner->instance)->store});
    do_round(&d, seed);
    end(&d);
}

static void do_rounds(desk *d, uint64_t number) {
    do_round(d, number);
    if (number % 20 == 0)
        guest_of(d, number);
    if (number % 50 == 0)
        short_life(number);
    pthread_t thread;
    if (number % 50 == 25 && (pthread_create(&thread, NULL, short_life_on_a_thread, &number) != 0 || pthread_join(thread, NULL) != 0))
        stop("no thread");
}

/* ---- What the process has ---- */

typedef struct sample {
    uint64_t resident, virtual, mappings, malloced, alive, used, externs;
} sample;

static uint64_t lines_of(const char *path) {
    FILE *f = fopen(path, "r");
    uint64_t lines = 0;
    for (int c; f && (c = getc(f)) != EOF;)
        lines += c == '\n';
    if (f)
        fclose(f);
    return lines;
}

static sample look(const desk *d) {
    uint64_t pages[2] = {0};
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%" SCNu64 " %" SCNu64, &pages[0], &pages[1]) != 2)
        stop("/proc/self/statm cannot be read");
    fclose(f);
    wasmelt_heap_statistics heap;
    wasmelt_heap_get_statistics(d->heap, &heap);
    return (sample){pages[1] * 4096,
                    pages[0] * 4096,
                    lines_of("/proc/self/maps"),
                    mallinfo2().uordblks,
                    heap.alive_bytes,
                    heap.used_bytes,
                    atomic_load(&made) - atomic_load(&finalized)};
}

/* Drops all. Twice, as what the first collection lets go may hold other things: finalizers run behind it. */
static sample rest(desk *d) {
    for (int k = 0; k < HANDLES; k++) {
        wasmelt_ref_release(d->handles[k]);
        d->handles[k] = NULL;
    }
    wasmelt_run(drop_all, d, NULL);
    if (!wasmelt_collect(d->heap) || !wasmelt_collect(d->heap))
        stop("no collection");
    malloc_trim(0);
    return look(d);
}

static void print_sample(double seconds, uint64_t rounds, const sample *busy, const sample *idle) {
    printf("%7.0f s %9" PRIu64
           " rounds | at work: %6.1f MiB resident, heap %6.1f MiB | at rest: %6.2f MiB resident, %8.0f MiB reserved, %" PRIu64
           " mappings, malloc %6.1f KiB, heap %5.1f MiB, alive %6.1f KiB, externs %" PRIu64 "\n",
           seconds, rounds, (double)busy->resident / MEBIBYTE, (double)busy->used / MEBIBYTE, (double)idle->resident / MEBIBYTE,
           (double)idle->virtual / MEBIBYTE, idle->mappings, (double)idle->malloced / 1024, (double)idle->used / MEBIBYTE,
           (double)idle->alive / 1024, idle->externs);
    fflush(stdout);
}

/* ---- Verdict ---- */

static sample busies[MOST_SAMPLES], idles[MOST_SAMPLES];

static int compare(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The middle one of a figure from sample `from` to `to`. */
static uint64_t median(const sample *samples, size_t offset, int from, int to) {
    uint64_t values[MOST_SAMPLES];
    for (int k = from; k < to; k++)
        memcpy(&values[k - from], (const char *)&samples[k] + offset, sizeof *values);
    qsort(values, (size_t)(to - from), sizeof *values, compare);
    return values[(to - from) / 2];
}

/* Whether a figure has grown by more than what it may. */
static bool has_grown(const char *name, const sample *samples, size_t offset, int count, uint64_t slack) {
    uint64_t before = median(samples, offset, 1, 1 + count / 3), after = median(samples, offset, count - count / 3, count);
    bool grown = after > before + slack;
    printf("%-24s %12" PRIu64 " -> %12" PRIu64 "   (may grow by %" PRIu64 ")%s\n", name, before, after, slack, grown ? "   GROWN" : "");
    return grown;
}

static bool all_flat(int count) {
    uint64_t work = median(busies, offsetof(sample, resident), 1, 1 + count / 3);
    int grown = 0;
    grown += has_grown("resident, at work", busies, offsetof(sample, resident), count, work / 2 + 16 * MEBIBYTE);
    /* Now and then what is in use is in one huge page more. */
    grown += has_grown("resident, at rest", idles, offsetof(sample, resident), count, 4 * MEBIBYTE);
    grown += has_grown("reserved, at rest", idles, offsetof(sample, virtual), count, 64 * MEBIBYTE); /* an arena of malloc's */
    grown += has_grown("mappings, at rest", idles, offsetof(sample, mappings), count, 8);
    grown += has_grown("malloc, at rest", idles, offsetof(sample, malloced), count, 64 << 10);
    grown += has_grown("alive, at rest", idles, offsetof(sample, alive), count, 256 << 10); /* the stack may mention some by chance */
    grown += has_grown("externs, at rest", idles, offsetof(sample, externs), count, 16);
    return grown == 0;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 0;
    int samples = argc > 2 ? atoi(argv[2]) : 60, taken = 0;
    if (seconds <= 0 || samples < 6 || samples > MOST_SAMPLES)
        stop("usage: host SECONDS [SAMPLES]");
    desk d;
    begin(&d, &(wasmelt_options){.heap = {.maximum_bytes = 256 * MEBIBYTE}});
    double begun = now();
    for (uint64_t number = 1; taken < samples; number++) {
        do_rounds(&d, number);
        double passed = now() - begun;
        if (passed < seconds * (taken + 1) / samples)
            continue;
        busies[taken] = look(&d);
        idles[taken] = rest(&d);
        print_sample(passed, number, &busies[taken], &idles[taken]);
        taken++;
    }
    bool flat = all_flat(taken);
    end(&d);
    uint64_t left = atomic_load(&made) - atomic_load(&finalized);
    printf("%" PRIu64 " externs made, %" PRIu64 " left at the end\n", atomic_load(&made), left);
    puts(flat && left == 0 ? "flat" : "NOT FLAT");
    return !(flat && left == 0);
}
