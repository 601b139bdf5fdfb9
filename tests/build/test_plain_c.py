"""C for any compiler (--c=plain): TinyCC, which knows neither vectors nor atomics nor variables of threads, compiles it, and it computes
the same; GCC and Clang find nothing in it that is not in C11. What cannot be said in such C is refused when translating."""
import pathlib
import shutil
import subprocess

import pytest

from support.cases import FILES, Case, assemble, run_native

pytestmark = pytest.mark.once

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / 'include'
REFUSED = 'error: not supported: in plain C: '


@pytest.fixture(scope='session')
def runner(build):
    subprocess.run(['cmake', '--build', build, '--target', 'case-runner'], check=True, stdout=subprocess.DEVNULL)
    return build / 'bin' / 'case-runner'


@pytest.mark.skipif(not shutil.which('tcc'), reason='no tcc')
def test_cases_with_a_small_compiler(wasmelt, runner, tmp_path):
    done, failures = 0, []
    for file in FILES:
        case = Case(file.read_text())
        if case.invalid is not None or case.options:
            continue
        folder = tmp_path / file.stem[:40]
        folder.mkdir(exist_ok=True)
        found = run_native(wasmelt, runner, assemble(file, folder), case, folder, 'tcc', ('--c=plain',))
        if found and REFUSED in found[0]:
            continue
        failures += [f'{file.stem}: {why}' for why in found]
        done += 1
    assert failures == []
    assert done > 50


# Signatures, switches, calls of all kinds, a table, passive segments, several results, tail calls, numbers of 128 bits.
MODULE = '''
(module
  (import "env" "log" (func $log (param i32)))
  (import "env" "memory" (memory $second 1))
  (memory $first (export "memory") 1 4)
  (table 3 funcref)
  (elem (i32.const 0) $plus $minus)
  (data $later "later")
  (data (memory $first) (i32.const 8) "now")
  (type $two (func (param i64 i64) (result i64)))
  (global $g (mut f64) (f64.const nan:0x4000000000001))
  (func $plus (type $two) (i64.add (local.get 0) (local.get 1)))
  (func $minus (type $two) (i64.sub (local.get 0) (local.get 1)))
  (func $pair (param i32) (result i32 i64) (local.get 0) (i64.extend_i32_s (local.get 0)))
  (func $count (export "count") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (return_call $count (i32.sub (local.get 0) (i32.const 1))))
  (func (export "run") (param i32 f32 f64) (result f64)
    (local $sum i64)
    (memory.init $first $later (i32.const 0) (i32.const 0) (i32.const 5))
    (call $log (memory.grow $first (i32.const 1)))
    (block $out (block $one (block $zero
      (br_table $zero $one $out (local.get 0)))
      (local.set $sum (call_indirect (type $two) (i64.load (i32.const 3)) (i64.load32_s (i32.const 5)) (local.get 0))))
      (i64.store16 offset=2 (i32.const 1) (i64.const 77)))
    (call $pair (local.get 0))
    (local.set $sum (i64.add (local.get $sum)))
    (drop)
    (f32.store (i32.const 17) (f32.nearest (f32.min (local.get 1) (f32.neg (local.get 1)))))
    (i32.store8 $second (i32.const 17) (i32.clz (i32.trunc_sat_f32_s (local.get 1))))
    (global.set $g (f64.copysign (local.get 2) (global.get $g)))
    (f64.add (global.get $g) (f64.convert_i64_u (i64.rotl (local.get $sum) (i64.ctz (local.get $sum)))))))
'''


@pytest.mark.parametrize('level', ['-O0', '-O2'])
def test_it_is_c11_and_nothing_else(wasmelt, assemble, tmp_path, cc, level):
    """With warnings, as code for any compiler is also read by other tools."""
    subprocess.run([wasmelt, assemble(MODULE), '--c=plain', '--emit=c', '--name=all', '-o', tmp_path], check=True)
    flags = ['-std=c11', '-pedantic-errors', '-Wall', '-Wextra', '-Werror', level]
    subprocess.run([cc, *flags, '-I', INCLUDE, '-c', 'all.c'], check=True, cwd=tmp_path)
    text = (tmp_path / 'all.c').read_text() + (tmp_path / 'all.h').read_text()
    assert '__' not in text.replace('__cplusplus', '')


@pytest.mark.parametrize('kind', ['shared', 'ffi'])
def test_a_shared_object_shows_its_module(wasmelt, assemble, tmp_path, cc, kind):
    subprocess.run([wasmelt, assemble('(module (func (export "f")))'), '--c=plain', f'--emit={kind}', '--cc', cc, '-O0', '--name=shown',
                    '-o', tmp_path / 'shown.so'], check=True)
    assert ' shown_module\n' in subprocess.run(['nm', '-D', '--defined-only', tmp_path / 'shown.so'], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize('module, what', [
    ('(module (memory 1) (func (export "f") (v128.store (i32.const 0) (v128.const i64x2 1 2))))', 'vectors'),
    ('(module (func (export "f") (param v128)))', 'vectors'),
    ('(module (tag $t) (func (export "f") (throw $t)))', 'exceptions'),
    ('(module (memory (export "m") 1 1 shared))', 'shared memories and atomic instructions'),
    ('(module (memory 1) (func (export "f") (drop (i32.atomic.load (i32.const 0)))))', 'shared memories and atomic instructions'),
])
def test_what_it_has_not_is_refused(run_wasmelt, assemble, tmp_path, module, what):
    done = run_wasmelt(assemble(module), '--c=plain', '--emit=c', '-o', tmp_path / 'out.c')
    assert (done.returncode, REFUSED + what in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize('options, named', [(['-g'], '-g'), (['--fuel'], '--fuel'), (['--interrupt=poll'], '--interrupt'), (['--split=3'], '--split'),
                                            (['--bounds=either'], '--bounds=either'), (['--bounds=guard'], '--bounds=guard')])
def test_options_that_it_does_not_go_with(run_wasmelt, assemble, tmp_path, options, named):
    done = run_wasmelt(assemble('(module)'), '--c=plain', '--emit=c', *options, '-o', tmp_path / 'out.c')
    assert (done.returncode, f'--c=plain does not go with {named}\n' in done.stderr) == (2, True)


# Larger than the guard of a thread's stack, over which it would step.
FRAME = 3000
DEEP = f'''
(module
  (func $f (export "f") (param f64) (result f64)
    (local {'f64 ' * FRAME})
    {''.join(f'(local.set {k} (f64.add (local.get {k - 1}) (f64.const 1)))' for k in range(1, FRAME))}
    (call $f (local.get {FRAME - 1}))
    {''.join(f'(f64.add (local.get {k}))' for k in range(1, FRAME))}))
'''
HOST = r'''
#include "deep.h"
#include <pthread.h>
#include <stdio.h>

static void call(void *context) {
    deep_f(context, 1);
}

static void *on_a_thread(void *context) {
    wasmelt_trap trap;
    return (void *)(size_t)(wasmelt_run(call, context, &trap) == WASMELT_TRAP_STACK_EXHAUSTED);
}

int main(void) {
    deep *instance;
    wasmelt_error error;
    pthread_t thread;
    void *ended;
    if (deep_instantiate(&instance, &error) != WASMELT_OK)
        return 2;
    for (int k = 0; k < 3; k++)
        if (!on_a_thread(instance) || pthread_create(&thread, NULL, on_a_thread, instance) != 0 || pthread_join(thread, &ended) != 0 || !ended)
            return 1;
    deep_instance_free(instance);
    return 0;
}
'''


@pytest.mark.skipif(not shutil.which('tcc'), reason='no tcc')
def test_recursion_with_large_frames_ends_at_the_end_of_the_stack(wasmelt, runtime_archive, assemble, tmp_path):
    (tmp_path / 'host.c').write_text(HOST)
    for command in ([wasmelt, assemble(DEEP), '--c=plain', '--emit=c', '--name=deep', '-o', tmp_path],
                    ['tcc', '-I', INCLUDE, '-c', 'deep.c'],
                    ['gcc', '-I', INCLUDE, 'host.c', 'deep.o', runtime_archive, '-lm', '-lpthread', '-o', 'host']):
        subprocess.run(command, check=True, cwd=tmp_path)
    assert subprocess.run([tmp_path / 'host']).returncode == 0
