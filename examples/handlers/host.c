/* A host that has signal handlers of its own. First the runtime installs none: the host's is asked about every fault, and hands those of
 * modules on. Then the runtime has its own, before the host's or after them, and takes them off again.
 *
 *     clang --target=wasm32 -O1 -nostdlib -Wl,--no-entry -Wl,--max-memory=104857600 ../survive/faults.c -o faults.wasm
 *     wasmelt faults.wasm --emit=lib
 *     cc host.c libfaults.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "faults.h"

static sigjmp_buf after_own_fault;
static volatile sig_atomic_t faults_seen;
static char *volatile nowhere;

static void handle(int number, siginfo_t *info, void *context) {
    faults_seen++;
    if (wasmelt_handle_fault(number, info, context))
        return;
    siglongjmp(after_own_fault, 1); /* not a module's; another host would report it and end */
}

static void peek(void *instance) {
    faults_peek(instance, 0xFFFFFFFF);
}

static void recurse(void *instance) {
    faults_recurse(instance, 100000000);
}

static void show(const char *what, void (*call)(void *), faults *instance) {
    printf("%s: %s\n", what, wasmelt_trap_message(wasmelt_run(call, instance, NULL)));
}

static bool put_on(void (*handler)(int, siginfo_t *, void *), struct sigaction *before) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    return sigaction(SIGSEGV, &action, &before[0]) == 0 && sigaction(SIGBUS, &action, &before[1]) == 0;
}

static bool host_is_first(void) {
    struct sigaction now;
    return sigaction(SIGSEGV, NULL, &now) == 0 && now.sa_sigaction == handle;
}

static void fault_in_host(const char *what) {
    if (sigsetjmp(after_own_fault, 1) == 0)
        *nowhere = 1;
    else
        printf("%s\n", what);
}

int main(void) {
    struct sigaction before[2];
    faults *instance;
    wasmelt_install_handlers(false); /* before anything else of the runtime */
    if (!put_on(handle, before) || faults_instantiate(&instance, NULL) != WASMELT_OK)
        return EXIT_FAILURE;
    show("address", peek, instance);
    show("recursion", recurse, instance);
    fault_in_host("the host's own fault");
    printf("%d faults came to the host's handler\n", (int)faults_seen);

    wasmelt_remove_handlers(); /* there are none, but from here on another choice counts */
    wasmelt_install_handlers(true);
    if (!wasmelt_thread_prepare()) /* the runtime's are put on now: after the host's, so they come first */
        return EXIT_FAILURE;
    show("address, with the runtime's handlers", peek, instance);
    fault_in_host("the host's own fault, which the runtime's passed on");
    printf("%d faults came to the host's handler\n", (int)faults_seen);

    bool removed = wasmelt_remove_handlers();
    printf("taken off: %s, the host's are back: %s\n", removed ? "yes" : "no", host_is_first() ? "yes" : "no");
    faults_instance_free(instance);
    return EXIT_SUCCESS;
}
