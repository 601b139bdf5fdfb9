"""What a native executable prints when it traps: the reason, then the wasm functions, innermost first."""
import os
import subprocess

import pytest

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
