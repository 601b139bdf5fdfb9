"""Stores across the end of a memory trap and write nothing, after what computes their values: a host that tries all widths, for machines where
compilers or processors make several stores of one."""
import subprocess

from support import machines

MODULE = '''
(module
  (memory (export "memory") 1 1)
  (func $before (result i32) (i32.store (i32.const 0) (i32.const 42)) (i32.const 7))
  (func (export "call") (param i32) (i32.store (local.get 0) (call $before)))
  (func (export "i64") (param i32) (i64.store (local.get 0) (i64.const -1)))
  (func (export "i32") (param i32) (i32.store (local.get 0) (i32.const -1)))
  (func (export "i16") (param i32) (i32.store16 (local.get 0) (i32.const -1)))
  (func (export "narrow") (param i32) (i64.store32 offset=2 (local.get 0) (i64.const -1)))
  (func (export "f32") (param i32) (f32.store (local.get 0) (f32.const -1)))
  (func (export "f64") (param i32) (f64.store (local.get 0) (f64.const -1)))
  (func (export "lane") (param i32) (v128.store64_lane 1 (local.get 0) (v128.const i64x2 -1 -1)))
  (func (export "v128") (param i32) (v128.store (local.get 0) (v128.const i64x2 -1 -1))))
'''
HOST = '''
#include <string.h>
#include "m.h"
static m *instance;
#define STORE(name) static void name##_it(void *at) { m_##name(instance, *(uint32_t *)at); }
STORE(i64) STORE(i32) STORE(i16) STORE(narrow) STORE(f32) STORE(f64) STORE(lane) STORE(v128) STORE(call)
static const struct { void (*store)(void *); uint32_t width; } all[] = {
    {i64_it, 8}, {i32_it, 4}, {i16_it, 2}, {narrow_it, 6}, {f32_it, 4}, {f64_it, 8}, {lane_it, 8}, {v128_it, 16}};
int main(void) {
    static const uint8_t none[32];
    wasmelt_error error;
    if (m_instantiate(&instance, &error) != WASMELT_OK)
        return 100;
    const uint8_t *end = m_memory(instance)->base + 65536;
    for (int k = 0; k < 8; k++) {
        uint32_t last = 65536 - all[k].width;
        for (uint32_t at = last + 1; at < 65536; at++)
            if (wasmelt_run(all[k].store, &at, NULL) != WASMELT_TRAP_MEMORY_BOUNDS || memcmp(end - 32, none, 32) != 0)
                return k + 1;
        if (wasmelt_run(all[k].store, &last, NULL) != WASMELT_TRAP_NONE || memcmp(end - 32, none, 32) == 0)
            return 50 + k;
        memset((uint8_t *)end - 32, 0, 32);
    }
    uint32_t outside = 65533;
    if (wasmelt_run(call_it, &outside, NULL) != WASMELT_TRAP_MEMORY_BOUNDS || m_memory(instance)->base[0] != 42)
        return 99;
    return 0;
}
'''


def check(wasmelt, cc, emulation, runtime, module, bounds, folder):
    (folder / 'host.c').write_text(HOST)
    for command in ([wasmelt, module, '--emit=lib', '--cc', cc, f'--bounds={bounds}'],
                    [cc, f'-I{machines.ROOT / "include"}', 'host.c', 'libm.a', runtime, '-lm', '-lpthread', '-latomic', '-o', 'host']):
        subprocess.run(command, check=True, cwd=folder)
    assert subprocess.run([*emulation, folder / 'host']).returncode == 0
