"""What a native executable prints when it traps: the reason, then the WebAssembly functions, innermost first."""
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Calls through a table that a host may change, which the C compiler cannot inline.
MODULE = '''(module
  (memory 1)
  (type $t (func (param i32) (result i32)))
  (table (export "table") 3 3 funcref)
  (elem (i32.const 0) $leaf $middle $deep)
  (func $leaf (export "leaf") (type $t) (i32.load (local.get 0)))
  (func $middle (export "middle") (type $t)
    (i32.add (call_indirect (type $t) (local.get 0) (i32.const 0)) (i32.const 1)))
  (func $deep (export "deep") (type $t)
    (i32.add (call_indirect (type $t) (i32.add (local.get 0) (i32.const 1)) (i32.const 2)) (i32.const 1)))
  (func (export "_start")
    (i32.store (i32.const 0) (call_indirect (type $t) (i32.const 70000) (i32.const %d)))))'''


@pytest.fixture
def trap_in(run_wasmelt, assemble, tmp_path, cc):
    def run(table_index, **environment):
        app = tmp_path / 'app'
        done = run_wasmelt(assemble(MODULE % table_index), '-o', app, '--cc', cc, '-O1')
        assert done.returncode == 0, done.stderr
        return subprocess.run([app], capture_output=True, text=True, timeout=60, env={**os.environ, **environment})
    return run


def test_out_of_bounds_access_names_the_functions(trap_in):
    done = trap_in(1)
    assert done.returncode == 134
    assert done.stderr.splitlines() == ['wasmelt: trap: out of bounds memory access', '   0: leaf', '   1: middle',
                                        '   2: _start']


def test_endless_recursion_shows_the_innermost_calls(trap_in):
    lines = trap_in(2).stderr.splitlines()
    assert lines[:3] == ['wasmelt: trap: call stack exhausted', '   0: deep', '   1: deep']
    assert lines[-1] == '  ...' and len(lines) < 70


def test_backtraces_can_be_switched_off(trap_in):
    assert trap_in(1, WASMELT_BACKTRACE='0').stderr == 'wasmelt: trap: out of bounds memory access\n'


LIBRARY = '''(module
  (memory 1)
  (func $leaf (export "outer_name") (export "another") (param i32) (result i32) (i32.load (local.get 0)))
  (func $caller (export "call") (param i32) (result i32) (i32.add (call $leaf (local.get 0)) (i32.const 1))))'''
HOST = '''
#include <stdio.h>
#include <stdlib.h>
#include "lib.h"
static bool show(void *context, const wasmelt_frame *frame) { (void)context; puts(frame->name ? frame->name : "?"); return true; }
static void call(void *at) { exit((int)lib_call(at, 70000)); }
static void direct(void *at) { exit((int)lib_another(at, 70000)); }
int main(void) {
    lib *l;
    wasmelt_backtrace_enable(true);
    if (lib_instantiate(&l, NULL) != WASMELT_OK || lib_outer_name(l, 8) != 0)
        return 2;
    wasmelt_run(call, l, NULL);
    wasmelt_backtrace_visit(show, NULL);
    wasmelt_run(direct, l, NULL);
    wasmelt_backtrace_visit(show, NULL);
    lib_instance_free(l);
    return 0;
}
'''


@pytest.mark.parametrize('options', [['--split=1'], ['--split=2'], ['--split=2', '-g']], ids=' '.join)
def test_names_are_the_functions_own_whatever_they_are_exported_as(run_wasmelt, build, tmp_path, cc, options):
    """In several files an export is a second symbol at the function's place."""
    (tmp_path / 'lib.wat').write_text(LIBRARY)
    subprocess.run(['wat2wasm', '--debug-names', 'lib.wat'], cwd=tmp_path, check=True)
    done = run_wasmelt('lib.wasm', '--emit=lib', '--cc', cc, '-O1', '--cflags=-fno-inline', *options, '-o', 'liblib.a', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / 'host.c').write_text(HOST)
    subprocess.run([cc, f'-I{ROOT}/include', 'host.c', 'liblib.a', build / 'lib' / 'libwasmelt_rt.a', '-lpthread', '-lm', '-o', 'host'],
                   cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / 'host'], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == ['leaf', 'caller', 'leaf'], done
