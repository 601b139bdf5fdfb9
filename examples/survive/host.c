/* A host that lets a module fail in every way, goes on, and in the end has given everything back: first on its main
 * thread, then on several at a time.
 *
 *     clang --target=wasm32 -O1 -nostdlib -Wl,--no-entry -Wl,--max-memory=104857600 faults.c -o faults.wasm
 *     wasmelt faults.wasm --emit=lib
 *     cc host.c libfaults.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "faults.h"

/* ---- Ways to fail; each body is called by wasmelt_run, which returns what became of it ---- */

static void divide(void *instance) {
    faults_divide(instance, 1, 0);
}

static void peek(void *instance) {
    faults_peek(instance, 0xFFFFFFFF);
}

static void call(void *instance) {
    faults_call(instance, 12345); /* no such function in its table */
}

static void give_up(void *instance) {
    faults_give_up(instance);
}

static void recurse(void *instance) {
    faults_recurse(instance, UINT32_MAX);
}

static void host_says_no(void *instance) {
    (void)instance;
    wasmelt_trap_raise(WASMELT_TRAP_HOST);
}

static const struct {
    const char *what;
    void (*body)(void *instance);
} ways[] = {
    {"division", divide},     {"address", peek},      {"function pointer", call},
    {"unreachable", give_up}, {"recursion", recurse}, {"host", host_says_no},
};
enum { WAYS = sizeof ways / sizeof *ways };

/* ---- Going on ---- */

typedef struct sum {
    faults *instance;
    uint32_t result;
} sum;

static void hoard(void *argument) {
    sum *s = argument;
    s->result = faults_hoard(s->instance);
}

static void check(void *argument) {
    sum *s = argument;
    s->result = faults_divide(s->instance, 84, 2) + faults_recurse(s->instance, 100);
}

/* Fails in all ways with one instance, which still works afterwards. `says`: prints what happens. */
static bool fail_and_go_on(bool says) {
    faults *instance;
    if (faults_instantiate(&instance, NULL) != WASMELT_OK)
        return false;
    for (int k = 0; k < WAYS; k++) {
        wasmelt_trap_code trap = wasmelt_run(ways[k].body, instance, NULL);
        if (says)
            printf("%s: %s\n", ways[k].what, wasmelt_trap_message(trap));
        if (trap == WASMELT_TRAP_NONE)
            return false;
    }
    sum s = {.instance = instance};
    wasmelt_trap_code trap = wasmelt_run(hoard, &s, NULL); /* growth that fails is an answer, no trap */
    if (says)
        printf("memory: %s with %u pages\n", wasmelt_trap_message(trap), (unsigned)s.result);
    trap = wasmelt_run(check, &s, NULL);
    faults_instance_free(instance);
    return trap == WASMELT_TRAP_NONE && s.result == 142;
}

static void *fail_in_thread(void *failed) {
    for (int k = 0; k < 5; k++)
        if (!fail_and_go_on(false))
            *(bool *)failed = true;
    return NULL;
}

int main(void) {
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    bool failed[THREADS] = {!fail_and_go_on(true)};
    for (int k = 0; k < THREADS; k++)
        if (pthread_create(&threads[k], NULL, fail_in_thread, &failed[k]) != 0)
            return EXIT_FAILURE;
    for (int k = 0; k < THREADS; k++)
        pthread_join(threads[k], NULL);
    for (int k = 0; k < THREADS; k++)
        if (failed[k])
            return EXIT_FAILURE;
    wasmelt_usage left;
    wasmelt_get_usage(&left);
    printf("left over: %u instances, %u bytes of address space\n", (unsigned)left.instances, (unsigned)left.reserved_bytes);
    return EXIT_SUCCESS;
}
