"""Yosys, a 31 MB module: Verilog to a netlist. Compiling it takes minutes."""
import pathlib
import shutil

import pytest

pytestmark = pytest.mark.slow
SOURCE = pathlib.Path(__file__).with_name('blinky.v')
SCRIPT = 'read_verilog /files/blinky.v; synth_ice40 -top blinky -json /files/blinky.json; write_verilog /files/out.v'


@pytest.fixture(scope='module')
def app(native, yosys):
    return native(yosys / 'yosys.core.wasm', '-O0')


def test_version(app, run_native):
    done = run_native(app, {}, '-V')
    assert done.returncode == 0
    assert done.stdout.startswith(b'Yosys 0.55 ')


def test_synthesis_gives_the_same_netlist_as_under_node(app, run_native, run_node, yosys, unpack_share, tmp_path):
    share = unpack_share(yosys / 'resources-yosys.js')
    results = {}
    for side in ('native', 'node'):
        folder, scratch = tmp_path / side, tmp_path / f'{side}-tmp'
        folder.mkdir()
        scratch.mkdir()
        shutil.copy(SOURCE, folder)
        directories = {'/files': folder, '/share': share, '/tmp': scratch}
        arguments = directories, '-q', '-p', SCRIPT
        done = run_native(app, *arguments) if side == 'native' else run_node(yosys / 'yosys.core.wasm', *arguments)
        assert done.returncode == 0, done.stderr
        results[side] = done.stdout, done.stderr, {file.name: file.read_bytes() for file in folder.iterdir()}
    assert results['native'] == results['node']
    assert sorted(results['native'][2]) == ['blinky.json', 'blinky.v', 'out.v']
