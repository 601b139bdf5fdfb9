/* What crossing into a sandbox costs: prints the nanoseconds of processor time for each kind of crossing, the least of several rounds. With
 * the name of a kind and a number: crosses so often, and prints nothing. Compiled once for each kind of sandbox (CMakeLists.txt). */
#ifndef THREADS
#define RLBOX_SINGLE_THREADED_INVOCATIONS
#endif
#ifdef WASM2C
#define RLBOX_USE_STATIC_CALLS() rlbox_wasm2c_sandbox_lookup_symbol
#define RLBOX_WASM2C_MODULE_NAME guest
#include "guest_wasm2c.h"
#include "rlbox_wasm2c_sandbox.hpp"
using sandbox_type = rlbox::rlbox_wasm2c_sandbox;
#else
#define RLBOX_USE_STATIC_CALLS() rlbox_wasmelt_sandbox_lookup_symbol
#define RLBOX_WASMELT_MODULE guest_wasm
#include "guest_wasm.h"
#include "rlbox_wasmelt_sandbox.hpp"
using sandbox_type = rlbox::rlbox_wasmelt_sandbox;
#endif
#include "rlbox.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "guest.h"

using rlbox::tainted;
using sandbox_t = rlbox::rlbox_sandbox<sandbox_type>;
template <typename T> using in_sandbox = tainted<T, sandbox_type>;

enum { ROUNDS = 15 };

static int count = 1000000;
static const char *only; /* the kind to do once, or null */

static double now() {
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

template <typename T> static void measure(const char *what, T crossings) {
    if (only) {
        if (std::strcmp(what, only) == 0)
            crossings();
        return;
    }
    double least = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        double begun = now();
        crossings();
        double took = now() - begun;
        least = took < least ? took : least;
    }
    std::printf("%s %.2f\n", what, least / count);
}

static in_sandbox<int> called(sandbox_t &, in_sandbox<int> n) {
    return n;
}

/* The compiler has to have the pointer here, and to assume that memory changes. */
template <typename T> static void need(in_sandbox<T *> &pointer) {
    __asm__ volatile("" : : "r"(pointer.UNSAFE_unverified()) : "memory");
}

int main(int argc, char **argv) {
    if (argc == 3) {
        only = argv[1];
        count = std::atoi(argv[2]);
    }
    static sandbox_t others[8], sandbox; /* a program has several */
    for (auto &other : others)
        other.create_sandbox();
    sandbox.create_sandbox();
    auto callback = sandbox.register_callback(called);
    auto numbers = sandbox.malloc_in_sandbox<int>(4);
    auto pointers = sandbox.malloc_in_sandbox<int *>(4);
    *pointers = numbers;
    volatile int sink = 0;
    measure("call", [&] {
        for (int k = 0; k < count; k++)
            sink = sandbox.invoke_sandbox_function(add, k, 1).UNSAFE_unverified();
    });
    measure("callback", [&] { sink = sandbox.invoke_sandbox_function(repeat, callback, count).UNSAFE_unverified(); });
    measure("call-with-pointer", [&] {
        for (int k = 0; k < count; k++)
            need(numbers = sandbox.invoke_sandbox_function(same, numbers));
    });
    measure("pointer-stored", [&] {
        for (int k = 0; k < count; k++) {
            *pointers = numbers;
            need(pointers);
        }
    });
    measure("pointer-loaded", [&] {
        for (int k = 0; k < count; k++) {
            numbers = *pointers;
            need(numbers);
        }
    });
    numbers = numbers + 1;
    measure("pointer-added", [&] {
        for (int k = 0; k < count; k++) {
            numbers = numbers + (k & 1 ? 1 : -1);
            need(numbers);
        }
    });
    callback.unregister();
    for (auto &other : others)
        other.destroy_sandbox();
    sandbox.destroy_sandbox();
}
