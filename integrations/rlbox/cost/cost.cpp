/* What crossing into a sandbox costs: prints the nanoseconds of processor time for each kind of crossing, the least of several rounds.
 * Compiled once for each kind of sandbox (CMakeLists.txt). */
#define RLBOX_SINGLE_THREADED_INVOCATIONS
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
#include <ctime>

#include "guest.h"

using rlbox::tainted;
using sandbox_t = rlbox::rlbox_sandbox<sandbox_type>;
template <typename T> using in_sandbox = tainted<T, sandbox_type>;

enum { ROUNDS = 15, COUNT = 1000000 };

static double now() {
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

template <typename T> static void measure(const char *what, T crossings) {
    double least = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        double begun = now();
        crossings();
        double took = now() - begun;
        least = took < least ? took : least;
    }
    std::printf("%s %.2f\n", what, least / COUNT);
}

static in_sandbox<int> called(sandbox_t &, in_sandbox<int> n) {
    return n;
}

int main() {
    static sandbox_t others[8], sandbox; /* a program has several */
    for (auto &other : others)
        other.create_sandbox();
    sandbox.create_sandbox();
    auto callback = sandbox.register_callback(called);
    auto numbers = sandbox.malloc_in_sandbox<int>(4);
    auto pointers = sandbox.malloc_in_sandbox<int *>(4);
    volatile int sink = 0;
    measure("call", [&] {
        for (int k = 0; k < COUNT; k++)
            sink = sandbox.invoke_sandbox_function(add, k, 1).UNSAFE_unverified();
    });
    measure("callback", [&] { sink = sandbox.invoke_sandbox_function(repeat, callback, static_cast<int>(COUNT)).UNSAFE_unverified(); });
    measure("call-with-pointer", [&] {
        for (int k = 0; k < COUNT; k++)
            numbers = sandbox.invoke_sandbox_function(same, numbers);
    });
    measure("pointer-stored", [&] {
        for (int k = 0; k < COUNT; k++) {
            *pointers = numbers;
            __asm__ volatile("" ::: "memory");
        }
    });
    measure("pointer-loaded", [&] {
        for (int k = 0; k < COUNT; k++) {
            numbers = *pointers;
            __asm__ volatile("" ::: "memory");
        }
    });
    callback.unregister();
    for (auto &other : others)
        other.destroy_sandbox();
    sandbox.destroy_sandbox();
}
