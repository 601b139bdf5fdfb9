/* Memories that threads or processes grow at once, each its own, a page of 64 KiB at a time, with or without touching what
 * they got: instances of the linked module, or the same system calls without any runtime.
 *
 *   growth plain|wasmelt threads|processes COUNT PAGES ROUNDS touch|leave
 *
 * Prints for each round the nanoseconds from when the first begins until the last has grown. Nobody's memory is made or
 * freed meanwhile. */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <wasmelt/wasmelt.h>

extern const wasmelt_module library_module;

enum { MOST = 64 };
static const size_t PAGE = 65536, HOST_PAGE = 4096, RESERVED = (size_t)8 << 30;

static bool plain, touching;
static unsigned pages;

/* Of all in a round, also of processes. */
static struct shared {
    pthread_barrier_t barrier;
    unsigned long long begin[MOST], end[MOST];
} * shared;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static unsigned long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (unsigned long long)t.tv_sec * 1000000000ull + (unsigned long long)t.tv_nsec;
}

static void wait_for_all(void) {
    int r = pthread_barrier_wait(&shared->barrier);
    if (r != 0 && r != PTHREAD_BARRIER_SERIAL_THREAD)
        exit(1);
}

static void grow_plain(unsigned me) {
    char *base = mmap(NULL, RESERVED, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        fail("mmap");
    wait_for_all();
    shared->begin[me] = now();
    for (size_t k = 0; k < pages; k++) {
        char *page = base + k * PAGE;
        if (mprotect(page, PAGE, PROT_READ | PROT_WRITE) != 0)
            fail("mprotect");
        for (size_t at = 0; touching && at < PAGE; at += HOST_PAGE)
            *(volatile int *)(page + at) = 1;
    }
    shared->end[me] = now();
    wait_for_all();
    munmap(base, RESERVED);
}

static void grow_instance(unsigned me) {
    wasmelt_instance *instance;
    wasmelt_error error;
    wasmelt_extern grow;
    if (wasmelt_instantiate(&library_module, NULL, 0, &instance, &error) != WASMELT_OK ||
        !wasmelt_export(instance, touching ? "grow_and_touch" : "grow", &grow)) {
        fprintf(stderr, "%s\n", error.message);
        exit(1);
    }
    wasmelt_value argument = {.i32 = pages}, result;
    wait_for_all();
    shared->begin[me] = now();
    if (wasmelt_call(grow.func, &argument, &result, NULL) != WASMELT_TRAP_NONE || result.i32 != 1)
        fail("growing");
    shared->end[me] = now();
    wait_for_all();
    wasmelt_instance_free(instance);
}

static void *grow_one(void *me) {
    if (plain)
        grow_plain((unsigned)(uintptr_t)me);
    else
        grow_instance((unsigned)(uintptr_t)me);
    return NULL;
}

static unsigned long long elapsed(unsigned count) {
    unsigned long long begin = shared->begin[0], end = shared->end[0];
    for (unsigned k = 1; k < count; k++) {
        begin = shared->begin[k] < begin ? shared->begin[k] : begin;
        end = shared->end[k] > end ? shared->end[k] : end;
    }
    return end - begin;
}

static unsigned long long round_of_threads(unsigned count) {
    pthread_t threads[MOST];
    for (unsigned k = 0; k < count; k++)
        if (pthread_create(&threads[k], NULL, grow_one, (void *)(uintptr_t)k) != 0)
            exit(1);
    for (unsigned k = 0; k < count; k++)
        pthread_join(threads[k], NULL);
    return elapsed(count);
}

static unsigned long long round_of_processes(unsigned count) {
    for (unsigned k = 0; k < count; k++) {
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0) {
            grow_one((void *)(uintptr_t)k);
            _exit(0);
        }
    }
    int status;
    while (wait(&status) > 0)
        if (status != 0)
            exit(1);
    return elapsed(count);
}

int main(int argc, char **argv) {
    unsigned count = argc == 7 ? (unsigned)atoi(argv[3]) : 0;
    if (count < 1 || count > MOST)
        return 2;
    plain = strcmp(argv[1], "plain") == 0;
    pages = (unsigned)atoi(argv[4]);
    touching = strcmp(argv[6], "touch") == 0;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_barrierattr_t attributes;
    if (shared == MAP_FAILED || pthread_barrierattr_init(&attributes) != 0 ||
        pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) != 0 ||
        pthread_barrier_init(&shared->barrier, &attributes, count) != 0)
        fail("barrier");
    for (int k = atoi(argv[5]); k > 0; k--)
        printf("%llu\n", strcmp(argv[2], "threads") == 0 ? round_of_threads(count) : round_of_processes(count));
    return 0;
}
