"""A br_table whose many entries share few targets: a constant array says which case each index goes to, as C compilers take time that
grows with the square of the number of labels. Any other one has its indices as labels."""
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MASK = 0xFFFFFFFF


def entries(count, targets):
    """For each index a target, so that no two in a row are the same."""
    return [k * 7 % 11 % targets for k in range(count)]


def nest(labels, table, arms):
    """Blocks, a table in the innermost of them, and behind each end of a block an arm; the last label is the default."""
    names = ' '.join(labels[k] for k in table)
    code = f'(br_table {names} {labels[-1]} (local.get 0))'
    for label, arm in zip(labels, arms):
        code = f'(block {label} {code}) {arm}'
    return code


def module(count, depth=0):
    """f(i), with a second table at the beginning of a case, and sum(n): what f gives for all up to n. A function of more than `depth`
    levels becomes one flat switch."""
    second = nest(['$x', '$y'], entries(count, 2), ['(return (i32.const 5))', '(return (i32.const 6))'])
    body = nest(['$a', '$b', '$c', '$d'], entries(count, 3), [second, '(return (i32.const 1))', '(return (i32.const 2))', '(return (i32.const 3))'])
    for _ in range(depth):
        body = f'(if (local.get 1) (then {body}) (else (local.set 1 (i32.const 0))))'
    return f'''(module
      (func $f (param i32 i32) (result i32) {body} (unreachable))
      (func (export "sum") (param $n i32) (result i32) (local $i i32) (local $sum i32)
        (loop $next
          (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (call $f (local.get $i) (i32.const 1))))
          (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
        (i32.add (i32.mul (local.get $sum) (i32.const 31)) (call $f (i32.const -1) (i32.const 1)))))'''


def expected(count, up_to):
    first, second, total = entries(count, 3), entries(count, 2), 0
    for k in [*range(up_to), MASK]:
        value = 3 if k >= count else [5 + second[k], 1, 2][first[k]]
        total = (total * 31 + value) & MASK
    return total


@pytest.mark.parametrize('depth', [0, 80], ids=['nested', 'flat'])
@pytest.mark.parametrize('count', [100, 12000])
def test_every_index_goes_to_its_case(run_wasmelt, assemble, tmp_path, cc, count, depth):
    wasm = assemble(module(count, depth))
    assert run_wasmelt(wasm, '--emit=c', '-o', '.', cwd=tmp_path).returncode == 0
    text = ''.join(file.read_text() for file in tmp_path.glob('m*.c'))
    tables = re.findall(r'static const u16 (case_of\d+)\[\] = \{', text)
    assert len(set(tables)) == len(tables) == (2 if count > 1000 else 0)
    assert len(re.findall(r'\bcase \d+:', text)) < (300 if count > 1000 else 600)
    for source in tmp_path.glob('m*.c'):
        subprocess.run([cc, '-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-I', ROOT / 'include', '-c', source], cwd=tmp_path, check=True)
    done = run_wasmelt('run', '--cc', cc, '--invoke', 'sum', wasm, str(count + 10), cwd=tmp_path, env=dict(os.environ, XDG_CACHE_HOME=str(tmp_path)))
    assert (done.stdout, done.stderr) == (f'{expected(count, count + 10)}\n', '')
