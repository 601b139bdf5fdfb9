// A host in C++ that runs one module twice at once, each instance with a context and streams of its
// own.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <wasmelt/wasi.h>

#include "app.h"

static int64_t append(void *context, const void *bytes, size_t length) {
    static_cast<std::string *>(context)->append(static_cast<const char *>(bytes), length);
    return static_cast<int64_t>(length);
}

static int64_t take(void *context, void *bytes, size_t length) {
    auto *text = static_cast<std::string *>(context);
    size_t part = text->copy(static_cast<char *>(bytes), length);
    text->erase(0, part);
    return static_cast<int64_t>(part);
}

static void start(void *instance) {
    app__start(static_cast<app *>(instance));
}

struct guest {
    std::string in, out;
    wasmelt_wasi *wasi = wasmelt_wasi_new();
    app *instance = nullptr;

    explicit guest(const char *name, const char *input) : in(input) {
        static const wasmelt_wasi_stream input_stream = {take, nullptr},
                                         output_stream = {nullptr, append};
        wasmelt_error error;
        if (!wasi || !wasmelt_wasi_add_arg(wasi, name) ||
            wasmelt_wasi_set_stream(wasi, 0, &input_stream, &in) != 0 ||
            wasmelt_wasi_set_stream(wasi, 1, &output_stream, &out) != 0)
            std::abort();
        app_imports imports = {wasi};
        if (app_instantiate(&imports, &instance, &error) != WASMELT_OK)
            std::abort();
    }
    ~guest() {
        app_instance_free(instance);
        wasmelt_wasi_free(wasi);
    }
    int run() {
        wasmelt_trap trap;
        wasmelt_trap_code code = wasmelt_run(start, instance, &trap);
        return code == WASMELT_TRAP_EXIT ? trap.exit_status : code == WASMELT_TRAP_NONE ? 0 : -1;
    }
};

int main() {
    guest a("first", "7\n"), b("second", "5\n");
    int status_a = a.run(), status_b = b.run();
    std::printf("%d %s%d %s", status_a, a.out.c_str(), status_b, b.out.c_str());
}
