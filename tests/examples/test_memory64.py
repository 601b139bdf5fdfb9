"""A module with 64-bit addresses, by its typed header: strings and arrays through its allocator, limits of the host's."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

MODULE = '''
#include <stddef.h>
#include <stdint.h>
#define EXPORT(name) __attribute__((export_name(name)))
extern unsigned char __heap_base;
static uint64_t used;
EXPORT("allocate") void *allocate(uint64_t size) {
    uint64_t start = (uint64_t)&__heap_base + used, pages = (start + size + 65535) / 65536;
    uint64_t now = __builtin_wasm_memory_size(0);
    if (size > UINT64_C(1) << 40 || (pages > now && __builtin_wasm_memory_grow(0, pages - now) == SIZE_MAX))
        return 0;
    used += size;
    return (void *)start;
}
EXPORT("sum") double sum(const double *values, uint64_t count) {
    double total = 0;
    for (uint64_t k = 0; k < count; k++)
        total += values[k];
    return total;
}
'''

HOST = r'''
#include <stdio.h>
#include "far.h"

enum { COUNT = 1000000 };

static void use(void *argument) {
    far *w = argument;
    wasmelt_memory *memory = far_memory(w);
    uint64_t address = far_allocate(w, COUNT * sizeof(double));
    double *values = wasmelt_memory_need(memory, address, COUNT * sizeof(double));
    for (int k = 0; k < COUNT; k++)
        values[k] = k;
    uint64_t more = far_allocate(w, (uint64_t)20 << 20);
    printf("%.0f, more: %s\n", far_sum(w, address, COUNT), more ? "yes" : "no");
    printf("the same place: %d\n", values == wasmelt_memory_at(memory, address, COUNT * sizeof(double)));
    printf("beyond: %d\n", wasmelt_memory_at(memory, UINT64_MAX - 4, 8) != NULL);
    far_sum(w, UINT64_C(1) << 63, 1);
}

static void show(uint64_t limit) {
    wasmelt_options options = {.memory = {.maximum_bytes = limit}};
    far *w;
    if (far_instantiate_with(&options, &w, NULL) != WASMELT_OK)
        return;
    printf("%s\n", wasmelt_trap_message(wasmelt_run(use, w, NULL)));
    far_instance_free(w);
}

int main(void) {
    show(0);
    show((uint64_t)16 << 20);
    return 0;
}
'''

ANSWER = '499999500000, more: {}\nthe same place: 1\nbeyond: 0\nout of bounds memory access\n'


def test_memory64(run_wasmelt, build, tmp_path, cc):
    (tmp_path / 'far.c').write_text(MODULE)
    (tmp_path / 'host.c').write_text(HOST)
    subprocess.run(['clang', '--target=wasm64', '-O2', '-nostdlib', '-Wl,--no-entry', 'far.c', '-o', 'far.wasm'], cwd=tmp_path,
                   check=True)
    done = run_wasmelt('far.wasm', '--emit=lib', '-o', 'libfar.a', '--cc', cc, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, '')
    subprocess.run([cc, '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', 'host.c', 'libfar.a',
                    build / 'lib' / 'libwasmelt_rt.a', '-lpthread', '-lm', '-o', 'host'], cwd=tmp_path, check=True)
    ran = subprocess.run([tmp_path / 'host'], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, ANSWER.format('yes') + ANSWER.format('no'))
