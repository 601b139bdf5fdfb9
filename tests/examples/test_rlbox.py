"""RLBox's own tests of a sandbox with integrations/rlbox, and the example there. They need a clone of https://github.com/PLSysSec/rlbox, whose
folder WASMELT_RLBOX names, and Catch2 (Debian: catch2)."""
import os
import pathlib
import subprocess

import pytest

from support.package import installed

ROOT = pathlib.Path(__file__).resolve().parents[2]
RLBOX = os.environ.get('WASMELT_RLBOX')

pytestmark = pytest.mark.skipif(not RLBOX, reason='WASMELT_RLBOX names no clone of RLBox')


@pytest.fixture(scope='module', params=['gcc', 'clang'])
def built(build, request, tmp_path_factory):
    cc = request.param
    prefix, out = installed(build, tmp_path_factory.mktemp('package')), tmp_path_factory.mktemp('rlbox')
    env = {**os.environ, 'CC': cc, 'CXX': {'gcc': 'g++', 'clang': 'clang++'}[cc], 'CMAKE_PREFIX_PATH': str(prefix)}
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


def passes(built, name):
    done = subprocess.run(['ctest', '--test-dir', built, '-R', f'^{name}$', '--output-on-failure'], capture_output=True, text=True)
    assert done.returncode == 0 and '100% tests passed, 0 tests failed out of 1' in done.stdout, done.stdout
