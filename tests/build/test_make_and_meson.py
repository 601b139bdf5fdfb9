"""The examples for make and Meson, with Wasmelt found by pkg-config in the prefix it was installed to."""
import os
import pathlib
import shutil
import subprocess

import pytest

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / 'examples'


@pytest.fixture
def environment(installed):
    """Without any other way to Wasmelt than the package."""
    pc, = installed.glob('lib*/**/wasmelt.pc')
    return dict(os.environ, PKG_CONFIG_PATH=str(pc.parent))


@pytest.fixture
def examples(tmp_path):
    """A copy, so that nothing is written among the sources."""
    return shutil.copytree(EXAMPLES, tmp_path / 'examples')


def build(*command, **kwargs):
    done = subprocess.run(command, capture_output=True, text=True, **kwargs)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert 'warning:' not in done.stdout + done.stderr
    return done.stdout


def check(folder):
    """That the program and the host were made, and work."""
    said = subprocess.run([folder / 'hello', 'you'], capture_output=True, text=True, check=True).stdout
    assert said.startswith('hello from WebAssembly, you\n')
    said = subprocess.run([folder / 'host', 'wwwwwwaaasm'], capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[0] == '11 bytes, 8 packed, back: wwwwwwaaasm'


@pytest.mark.once
def test_pkg_config(environment, installed):
    def answer(*args):
        return subprocess.run(['pkg-config', *args, 'wasmelt'], env=environment, capture_output=True, text=True, check=True).stdout

    assert pathlib.Path(answer('--variable=prefix').strip()).resolve() == installed
    assert os.access(answer('--variable=wasmelt').strip(), os.X_OK)
    assert '-ffp-contract=off' in answer('--variable=module_cflags')
    assert '-fno-tree-pta' in answer('--variable=module_optimize_gcc')
    assert answer('--variable=module_optimize_clang').strip() == '-O2'
    assert '-lwasmelt_rt' in answer('--libs')


def test_make(examples, environment, cc):
    folder = examples / 'make'
    build('make', f'CC={cc}', cwd=folder, env=environment)
    check(folder)
    assert 'Nothing to be done' in build('make', f'CC={cc}', cwd=folder, env=environment)
    build('make', 'clean', cwd=folder)
    assert [path.name for path in folder.iterdir()] == ['Makefile']


@pytest.mark.once
def test_meson(examples, environment):
    if not shutil.which('meson'):
        pytest.skip('meson is not installed')
    folder = examples / 'meson'
    build('meson', 'setup', 'out', cwd=folder, env=environment)
    build('meson', 'compile', '-C', 'out', cwd=folder, env=environment)
    check(folder / 'out')
    assert 'no work to do' in build('ninja', '-C', 'out', cwd=folder, env=environment)
