/* A host that has signal handlers of its own: the runtime installs none. The host's is asked about every fault, and hands those of modules
 * on.
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

int main(void) {
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    faults *instance;
    wasmelt_install_handlers(false); /* before anything else of the runtime */
    if (sigaction(SIGSEGV, &action, NULL) != 0 || sigaction(SIGBUS, &action, NULL) != 0 ||
        faults_instantiate(&instance, NULL) != WASMELT_OK)
        return EXIT_FAILURE;
    show("address", peek, instance);
    show("recursion", recurse, instance);
    if (sigsetjmp(after_own_fault, 1) == 0)
        *nowhere = 1;
    else
        puts("the host's own fault");
    printf("%d faults came to the host's handler\n", (int)faults_seen);
    faults_instance_free(instance);
    return EXIT_SUCCESS;
}
