/* A program that uses parser.c without trusting it: what comes out of the sandbox is tainted until it was checked, and a trap inside is an
 * exception here. RLBOX is a clone of https://github.com/PLSysSec/rlbox.
 *
 *     clang --target=wasm32-wasi -mexec-model=reactor -O2 -Wl,--export=malloc -Wl,--export=free -Wl,--export=parse -Wl,--export=attack \
 *         -Wl,--export-table -Wl,--growable-table parser.c -o parser.wasm
 *     wasmelt parser.wasm --emit=lib --name=parser_wasm -o libparser_wasm.a
 *     c++ -std=c++17 host.cpp -I$RLBOX/code/include libparser_wasm.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#define RLBOX_USE_EXCEPTIONS
#define RLBOX_SINGLE_THREADED_INVOCATIONS
#define RLBOX_WASMELT_CATCH_TRAPS
#define RLBOX_USE_STATIC_CALLS() rlbox_wasmelt_sandbox_lookup_symbol
#define RLBOX_WASMELT_MODULE parser_wasm

#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "parser.h"      /* the library's own header: RLBox reads the types of functions from it */
#include "parser_wasm.h" /* made by wasmelt */
#include "rlbox_wasmelt_sandbox.hpp"

#include "rlbox.hpp"

using rlbox::tainted;
using sandbox_type = rlbox::rlbox_wasmelt_sandbox;
using sandbox_t = rlbox::rlbox_sandbox<sandbox_type>;

static const auto at_most_100_bytes = [](std::unique_ptr<char[]> text) -> std::unique_ptr<char[]> {
    return text && std::strlen(text.get()) <= 100 ? std::move(text) : nullptr;
};

static void found(sandbox_t &, tainted<const char *, sandbox_type> key, tainted<const char *, sandbox_type> value) {
    auto checked_key = key.copy_and_verify_string(at_most_100_bytes), checked_value = value.copy_and_verify_string(at_most_100_bytes);
    if (checked_key && checked_value)
        std::printf("%s is %s\n", checked_key.get(), checked_value.get());
}

int main() {
    sandbox_t sandbox;
    sandbox.create_sandbox();
    const char text[] = "colour = green\nnumber=7\n";
    auto copy = sandbox.malloc_in_sandbox<char>(sizeof text);
    rlbox::memcpy(sandbox, copy, text, sizeof text);
    auto callback = sandbox.register_callback(found);
    auto pairs = sandbox.invoke_sandbox_function(parse, copy, callback);
    std::printf("%d pairs\n", pairs.copy_and_verify([](int n) { return n >= 0 && n <= 100 ? n : -1; }));
    try {
        sandbox.invoke_sandbox_function(attack);
    } catch (const std::runtime_error &error) {
        std::printf("caught: %s\n", error.what());
    }
    callback.unregister();
    sandbox.free_in_sandbox(copy);
    sandbox.destroy_sandbox();
}
