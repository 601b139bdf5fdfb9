"""RLBox's own tests of a sandbox with integrations/rlbox, and examples/rlbox. They need a clone of https://github.com/PLSysSec/rlbox, whose
folder WASMELT_RLBOX names, and Catch2 (Debian: catch2)."""
import os
import pathlib
import shutil
import subprocess

import pytest

from support.examples import by_hand, installed_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
RLBOX = os.environ.get('WASMELT_RLBOX')

pytestmark = pytest.mark.skipif(not RLBOX, reason='WASMELT_RLBOX names no clone of RLBox')


@pytest.fixture(scope='module')
def package(build, tmp_path_factory):
    return installed_environment(build, tmp_path_factory.mktemp('package'))


@pytest.fixture(scope='module', params=['gcc', 'clang'])
def built(package, request, tmp_path_factory):
    cc, out = request.param, tmp_path_factory.mktemp('rlbox')
    env = {**package, 'CC': cc, 'CXX': {'gcc': 'g++', 'clang': 'clang++'}[cc]}
    subprocess.run(['cmake', '-S', ROOT / 'integrations' / 'rlbox', '-B', out, '-G', 'Ninja', f'-DRLBOX_SOURCE={RLBOX}',
                    '-DCMAKE_CXX_FLAGS=-Wall -Wextra'], check=True, env=env, stdout=subprocess.DEVNULL)
    done = subprocess.run(['cmake', '--build', out, '-j2'], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
    assert 'rlbox_wasmelt_sandbox.hpp:' not in done.stdout, done.stdout  # no warning in our header
    return out


@pytest.mark.parametrize('memory', ['exported', 'imported'])
@pytest.mark.parametrize('way', ['linked', 'loaded'])
@pytest.mark.parametrize('kind', ['plain', 'embedders_variables', 'small_heap', 'catching'])
def test_variant(built, kind, way, memory):
    passes(built, f'{kind}_{way}_{memory}')


@pytest.mark.parametrize('name', ['example', 'span'])
def test_program(built, name):
    passes(built, name)


@pytest.mark.parametrize('compiler', ['gcc', 'clang'])
def test_example_by_its_commands(package, compiler, tmp_path):
    shutil.copytree(ROOT / 'examples' / 'rlbox', tmp_path, dirs_exist_ok=True)
    done = by_hand(tmp_path / 'host.cpp', {**package, 'RLBOX': RLBOX}, compiler)
    assert done.stdout.splitlines() == ['colour is green', 'number is 7', '2 pairs', 'caught: out of bounds memory access']


def passes(built, name):
    done = subprocess.run(['ctest', '--test-dir', built, '-R', f'^{name}$', '--output-on-failure'], capture_output=True, text=True)
    assert done.returncode == 0 and '100% tests passed, 0 tests failed out of 1' in done.stdout, done.stdout
