/* RLBox's tests of a sandbox, for one kind of ours: CMakeLists.txt defines which. */
#define RLBOX_USE_EXCEPTIONS
#define RLBOX_ENABLE_DEBUG_ASSERTIONS
#define RLBOX_SINGLE_THREADED_INVOCATIONS
#ifdef LINKED
#define RLBOX_USE_STATIC_CALLS() rlbox_wasmelt_sandbox_lookup_symbol
#define RLBOX_WASMELT_MODULE glue
#include "glue.h"
#endif
#include "rlbox_wasmelt_sandbox.hpp"

#include <cstdlib>

#ifdef RLBOX_EMBEDDER_PROVIDES_TLS_STATIC_VARIABLES
RLBOX_WASMELT_SANDBOX_STATIC_VARIABLES();
#endif

#define TestName NAME
#define TestType rlbox::rlbox_wasmelt_sandbox
static const wasmelt_options options = [] {
    wasmelt_options o{};
#ifdef MOST_BYTES
    o.memory.maximum_bytes = MOST_BYTES;
#endif
    return o;
}();
#ifdef LINKED
#define CreateSandbox(sandbox) sandbox.create_sandbox(true, &options)
#else
#define CreateSandbox(sandbox) sandbox.create_sandbox(std::getenv("GLUE"), "glue", true, &options)
#define CreateSandboxFallible(sandbox) sandbox.create_sandbox("does_not_exist", "glue", false)
#endif
#include "test_sandbox_glue.inc.cpp"
