"""Long code has branches that are never taken, which use a number of each type; it computes what it did without."""
import os
import pathlib
import subprocess

import pytest

from support.shapes import make

ROOT = pathlib.Path(__file__).resolve().parents[2]
STEPS = 2000
STEP = '(local.set 0 ({0}.add ({0}.mul (local.get 0) (local.get 0)) (local.get 0)))'


def module(steps):
    return '(module ' + ''.join(f'(func (export "{t}") (param {t}) (result {t}) {STEP.format(t) * steps} (local.get 0))'
                                for t in ('i32', 'i64', 'f32', 'f64')) + ')'


def expected(bits):
    x = 3
    for _ in range(STEPS):
        x = (x * x + x) % 2 ** bits
    return x - 2 ** bits if x >> bits - 1 else x  # as it is printed


@pytest.mark.parametrize('dialect, standard', [('gnu', 'gnu11'), ('plain', 'c11')])
def test_branches_use_numbers(run_wasmelt, assemble, cc, tmp_path, dialect, standard):
    assert run_wasmelt(assemble(module(STEPS)), '--emit=c', '--c=' + dialect, '-o', '.', cwd=tmp_path).returncode == 0
    text = (tmp_path / 'm.c').read_text()
    for t in 'u32', 'u64', 'f32', 'f64':
        assert 2 <= text.count(f'\tseam_{t}(p0);') <= 4
    subprocess.run([cc, f'-std={standard}', '-O1', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', f'-I{ROOT}/include', 'm.c'], cwd=tmp_path, check=True)


@pytest.mark.parametrize('name, argument, result', [('i32', '3', expected(32)), ('i64', '3', expected(64)), ('f32', '0', 0), ('f64', '0', 0)])
def test_it_computes_the_same(run_wasmelt, assemble, cc, tmp_path, name, argument, result):
    done = run_wasmelt('run', '--cc', cc, '--invoke', name, assemble(module(STEPS)), argument, cwd=tmp_path,
                       env=dict(os.environ, XDG_CACHE_HOME=str(tmp_path)))
    assert (done.stdout, done.stderr) == (f'{result}\n', '')


def test_code_that_is_not_long_has_none(run_wasmelt, assemble, tmp_path):
    assert run_wasmelt(assemble(module(500)), '--emit=c', '-o', '.', cwd=tmp_path).returncode == 0
    assert 'seam' not in (tmp_path / 'm.c').read_text()


@pytest.mark.parametrize('count, seams', [(200, 0), (1000, 4)])
def test_vectors_have_seams_more_often(run_wasmelt, tmp_path, count, seams):
    """Each operator is several instructions: 7 KB of shifts by a variable took GCC 8 s."""
    (tmp_path / 'm.wasm').write_bytes(make('vector shifts', count))
    assert run_wasmelt('m.wasm', '--emit=c', '-o', '.', cwd=tmp_path).returncode == 0
    assert (tmp_path / 'm.c').read_text().count('\tseam') == seams
