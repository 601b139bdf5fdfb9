/* The main function of executables whose main function is not written by the translator: it has all parts. */
#include <wasmelt/code/main.h>

int wasmelt_main(const wasmelt_module *module, const wasmelt_command *command, int argc, char **argv) {
    static const wasmelt_main_parts all = {wasmelt_main_invoke, &wasmelt_main_with_threads};
    return wasmelt_main_of(module, &all, command, argc, argv);
}
