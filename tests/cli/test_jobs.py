"""--jobs and --split: any number of threads writes the same C, and files stay the same as far as they can."""
import re

import pytest

FUNCTION = '''(func $f{0} (param i32) (result i32) (local i32 i64)
  (block (loop (br_if 1 (i32.eqz (local.get 0)))
    (local.set 1 (i32.add (local.get 1) (i32.load offset={0} (local.get 0))))
    (i32.store8 offset={0} (local.get 1) (i32.shl (local.get 0) (i32.const {0})))
    (local.set 0 (i32.sub (local.get 0) (call $f{1} (local.get 1)))) (br 0)))
  (i32.xor (local.get 1) (i32.const {0})))'''
COUNT = 3000  # some dozens of the runs of functions that threads work on


@pytest.fixture
def module(assemble):
    functions = '\n'.join(FUNCTION.format(k, (k + 1) % COUNT) for k in range(COUNT))
    return assemble(f'(module (memory 1) (export "f" (func $f0)) {functions})')


def translated(run_wasmelt, folder, *arguments):
    done = run_wasmelt(*arguments, '--emit=c', '--name=m', '-o', folder)
    assert (done.returncode, done.stderr) == (0, '')
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize('options', [[], ['--split=5']], ids=['one file', 'five files'])
def test_any_number_of_threads_writes_the_same_files(module, run_wasmelt, tmp_path, options):
    alone = translated(run_wasmelt, tmp_path / '1', module, '-j1', *options)
    assert sum(len(text) for text in alone.values()) > 500_000
    for jobs in '2', '3', '16', '400':
        assert translated(run_wasmelt, tmp_path / jobs, module, f'-j{jobs}', *options) == alone


def test_an_edit_of_a_function_changes_one_of_the_files(assemble, run_wasmelt, tmp_path):
    """But for the comments, which say at which byte a function was."""
    def code(name, edited):
        functions = [FUNCTION.format(k, (k + 1) % COUNT) for k in range(COUNT)]
        functions[COUNT // 3] = functions[COUNT // 3].replace('(i32.xor (local.get 1)', f'(i32.xor {edited}')
        wasm = assemble(f'(module (memory 1) (export "f" (func $f0)) {" ".join(functions)})')
        files = translated(run_wasmelt, tmp_path / name, wasm, '--split=8')
        return {name: re.sub(rb'/\*.*?\*/', b'', text, flags=re.S) for name, text in files.items()}
    before, after = code('before', '(local.get 1)'), code('after', '(i32.mul (local.get 1) (i32.const 77777))')
    assert len(before) > 8 and before.keys() == after.keys()
    assert len([name for name in before if before[name] != after[name]]) == 1
