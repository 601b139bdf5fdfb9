"""Compiling for Windows by mingw-w64: a library in a host, which runs under wine."""
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CC = 'x86_64-w64-mingw32-gcc'
WINE = shutil.which('wine64') or shutil.which('wine64', path='/usr/lib/wine')
needs_compiler = pytest.mark.skipif(not shutil.which(CC), reason=f'not installed: {CC}')
needs_wine = pytest.mark.skipif(not WINE, reason='not installed: wine64')
pytestmark = needs_compiler

MODULE = '''(module
  (func (export "_start"))
  (memory (export "memory") 1 3)
  (tag $e (param i32))
  (func $deep (export "deep") (param i32) (result i32)
    (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func $throw (param i32) (throw $e (local.get 0)))
  (func (export "caught") (param i32) (result i32)
    (try (result i32) (do (call $throw (local.get 0)) (i32.const 0)) (catch $e)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "div") (param i32) (result i32) (i32.div_s (i32.const 7) (local.get 0))))'''
# Twice what breaks: the stack must be whole after its end was met, and a host's own thread be like the first.
HOST = '''
#include <pthread.h>
#include <stdio.h>
#include <wasmelt/wasmelt.h>
#include "m.h"
typedef struct job { m *instance; char what; unsigned argument, result; } job;
static void go(void *argument) {
    job *j = argument;
    switch (j->what) {
    case 'd': j->result = WASMELT_EXPORT(m, deep)(j->instance, j->argument); break;
    case 'c': j->result = WASMELT_EXPORT(m, caught)(j->instance, j->argument); break;
    case 'l': j->result = WASMELT_EXPORT(m, load)(j->instance, j->argument); break;
    case 'g': j->result = WASMELT_EXPORT(m, grow)(j->instance, j->argument); break;
    case '/': j->result = WASMELT_EXPORT(m, div)(j->instance, j->argument); break;
    }
}
static void *all(void *instance) {
    static const job jobs[] = {{.what = 'l'}, {.what = 'l', .argument = 65536}, {.what = 'l', .argument = 0xfffffffc},
        {.what = 'g', .argument = 1}, {.what = 'l', .argument = 65536}, {.what = 'g', .argument = 5}, {.what = '/'},
        {.what = 'd'}, {.what = 'c', .argument = 42}, {.what = 'd'}, {.what = '/', .argument = 7}};
    for (unsigned k = 0; k < sizeof jobs / sizeof *jobs; k++) {
        job j = jobs[k];
        j.instance = instance;
        wasmelt_trap_code code = wasmelt_run(go, &j, NULL);
        printf("%c: %s %d\\n", j.what, wasmelt_trap_message(code), code ? 0 : (int)j.result);
    }
    return NULL;
}
int main(void) {
    m *instance;
    wasmelt_error e;
    if (m_instantiate(&instance, &e) != WASMELT_OK)
        return 1;
    all(instance);
    pthread_t thread;
    pthread_create(&thread, NULL, all, instance);
    pthread_join(thread, NULL);
    m_instance_free(instance);
    wasmelt_usage usage;
    wasmelt_get_usage(&usage);
    printf("%d\\n", (int)usage.memories);
    return 0;
}
'''
EXPECTED = '''l: no trap 0
l: out of bounds memory access 0
l: out of bounds memory access 0
g: no trap {before}
l: {second}
g: no trap -1
/: integer divide by zero 0
d: call stack exhausted 0
c: no trap 42
d: call stack exhausted 0
/: no trap 1
'''


@pytest.fixture
def module(tmp_path):
    (tmp_path / 'm.wat').write_text(MODULE)
    subprocess.run(['wat2wasm', '--enable-exceptions', 'm.wat'], cwd=tmp_path, check=True)
    return tmp_path


@needs_wine
@pytest.mark.parametrize('options', [[], ['--bounds=explicit']])
def test_a_library_traps_throws_and_grows(module, options, run_wasmelt, tmp_path):
    done = run_wasmelt('m.wasm', '--emit=lib', f'--cc={CC}', *options, cwd=module)
    assert (done.returncode, done.stderr) == (0, '')
    done = run_wasmelt('runtime', f'--cc={CC}', '-o', 'runtime.a', cwd=module)
    assert (done.returncode, done.stderr) == (0, '')
    (module / 'host.c').write_text(HOST)
    subprocess.run([CC, '-O1', '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', 'host.c', 'libm.a', 'runtime.a', '-static', '-lpthread',
                    '-o', 'host.exe'], cwd=module, check=True)
    environment = {**os.environ, 'WINEDEBUG': '-all', 'WINEPREFIX': str(tmp_path / 'wine')}
    run = subprocess.run([WINE, 'host.exe'], cwd=module, env=environment, stdout=subprocess.PIPE, text=True, timeout=300)
    first = EXPECTED.format(before=1, second='no trap 0')
    again = EXPECTED.format(before=2, second='no trap 0').replace('l: out of bounds memory access 0', 'l: no trap 0', 1)
    assert run.returncode == 0
    assert run.stdout == first + again + '0\n'


@pytest.mark.parametrize('options, what', [(['-o', 'm.exe'], 'executables'), (['--emit=shared'], 'shared objects'),
                                           (['--emit=ffi'], 'shared objects')])
def test_what_there_is_not(module, options, what, run_wasmelt):
    done = run_wasmelt('m.wasm', f'--cc={CC}', *options, cwd=module)
    assert done.returncode == 1
    assert done.stderr == f'wasmelt: error: not supported: {what} for Windows; --emit=lib and --emit=obj are, for modules without WASI\n'
