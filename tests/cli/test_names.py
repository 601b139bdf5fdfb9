"""Names that a module chooses do not meet those that the emitted C has of itself."""
import subprocess

import pytest

# Exports called like the C's own functions, types and data; functions called like others' second entries.
MODULE = '''(module
  (type $pair (func (param i32) (result i32 i32)))
  (memory 1) (data (i32.const 0) "abc") (data "passive")
  (table 2 funcref) (elem (i32.const 0) $main $x)
  (func $main (export "f_main") (type $pair) (local.get 0) (local.get 0))
  (func (export "init")) (func (export "fini")) (func (export "start")) (func (export "data0")) (func (export "type0"))
  (func (export "type1")) (func (export "results")) (func (export "results_ii")) (func (export "module"))
  (func (export "instantiate")) (func (export "imports")) (func (export "self")) (func (export "mem"))
  (func (export "f_other") (drop (drop (call_indirect (type $pair) (i32.const 1) (i32.const 0))))
    (memory.init 1 (i32.const 0) (i32.const 0) (i32.const 1)))
  (func $other (export "func7"))
  (func $x (export "x") (param i32) (result i32) (return_call $y (local.get 0)))
  (func $x_tail (export "x_tail") (param i32) (result i32) (i32.add (call $x (local.get 0)) (i32.const 1)))
  (func $y (param i32) (result i32) (return_call $x (local.get 0)))
  (start $other))'''


@pytest.mark.parametrize('flags', [[], ['--split=2'], ['-g'], ['--emit=shared']], ids=' '.join)
def test_exports_may_have_any_name(run_wasmelt, tmp_path, cc, flags):
    (tmp_path / 'm.wat').write_text(MODULE)
    subprocess.run(['wat2wasm', '--enable-all', '--debug-names', tmp_path / 'm.wat', '-o', tmp_path / 'm.wasm'], check=True)
    done = run_wasmelt('--emit=lib', '-O0', '--cc', cc, '--name=m', '--cflags=-Wall -Wextra -Werror', *flags,
                       tmp_path / 'm.wasm', '-o', tmp_path / 'result')
    assert done.returncode == 0, done.stderr
    if '--emit=shared' not in flags:
        header = (tmp_path / 'm.h').read_text()
        for name in ('f_main', 'f_other', 'x', 'x_tail', 'init', 'start', 'fini'):
            assert f' m_{name}(m *' in header


@pytest.mark.parametrize('name', ['types', 'records', 'imports', 'tags', 'command', 'params0', 'invoke12', 'elem0', 'func1', 'caught', 'init'])
def test_files_may_have_any_name(run_wasmelt, tmp_path, name):
    (tmp_path / f'{name}.wat').write_text(MODULE.replace('(start $other)', '(tag) (start $other)'))
    done = run_wasmelt('--emit=lib', '-O0', tmp_path / f'{name}.wat', '-o', tmp_path / 'result', '--cflags=-Wall -Wextra -Werror')
    assert done.returncode == 0, done.stderr
