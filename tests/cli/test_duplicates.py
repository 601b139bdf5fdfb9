"""Functions with the same code are emitted once; with -g, each is emitted under its own name."""
import re

import pytest

pytestmark = pytest.mark.once  # nothing is compiled

MODULE = '''(module
  (func $a (export "a") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 12345)))
  (func $b (export "b") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 12345)))
  (func $c (export "c") (param i32) (result i32) (i32.mul (call $b (local.get 0)) (i32.const 54321)))
  (func $another (param i64) (result i32) (i32.const 12345))
  (func $local (param i32) (result i32) (local i32) (i32.mul (local.get 0) (i32.const 12345))))'''


@pytest.mark.parametrize('options, expected', [([], 1), (['--split=2'], 1), (['-g'], 2)], ids=['one file', 'split', '-g'])
def test_the_same_code_is_emitted_once(assemble, run_wasmelt, tmp_path, options, expected):
    done = run_wasmelt(assemble(MODULE), '--emit=c', *options, '-o', tmp_path / 'c')
    assert (done.returncode, done.stderr) == (0, '')
    text = ''.join(file.read_text() for file in (tmp_path / 'c').iterdir())
    assert len(re.findall(r'12345', text)) == expected
    assert len(re.findall(r'54321', text)) == 1
    assert ('and 1 more with the same code' in text) == (expected == 1)
