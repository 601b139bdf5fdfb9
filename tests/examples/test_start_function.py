"""Functions called by a start function find the instance at the address that the host gave for it."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

MODULE = '''(module
  (import "env" "seen" (func $seen (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "here")
  (func $start (call $seen (i32.const 8)))
  (start $start))'''

HOST = r'''
#include <stdio.h>
#include "early.h"

void WASMELT_IMPORT(early, env, seen)(void *context, uint32_t address) {
    early *e = *(early **)context;
    printf("%s\n", wasmelt_memory_string(early_memory(e), address, NULL));
    wasmelt_trap_raise(WASMELT_TRAP_HOST);
}

int main(void) {
    early *e = NULL;
    wasmelt_error error;
    wasmelt_status status = early_instantiate(&(early_imports){.context_env = &e}, &e, &error);
    printf("%d %s %d\n", status == WASMELT_TRAPPED, error.message, e != NULL);
    early_instance_free(e);
    wasmelt_options tight = {.memory = {.maximum_bytes = 1}};
    status = early_instantiate_with(&(early_imports){.context_env = &e}, &tight, &e, &error);
    printf("%d %d\n", status == WASMELT_OVER_LIMIT, e != NULL);
    return 0;
}
'''


def test_start_function_calls_the_host(run_wasmelt, build, assemble, tmp_path, cc):
    done = run_wasmelt(assemble(MODULE, 'early'), '--emit=lib', '-o', tmp_path / 'libearly.a', '--cc', cc)
    assert (done.returncode, done.stderr) == (0, '')
    (tmp_path / 'host.c').write_text(HOST)
    for level in ('-O0', '-O2'):
        subprocess.run([cc, level, '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', 'host.c', 'libearly.a',
                        build / 'lib' / 'libwasmelt_rt.a', '-lpthread', '-lm', '-o', 'host'], cwd=tmp_path, check=True)
        ran = subprocess.run([tmp_path / 'host'], capture_output=True, text=True)
        assert (ran.returncode, ran.stdout) == (0, 'here\n1 the host ended the call 1\n1 0\n')
