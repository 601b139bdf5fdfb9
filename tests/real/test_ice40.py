"""The tools around iCE40 FPGAs: icepll, nextpnr-ice40 and icepack, which take a netlist to a bitstream."""
import hashlib
import pathlib
import shutil

import pytest

pytestmark = pytest.mark.once

NETLIST = pathlib.Path(__file__).with_name('blinky.json')  # what Yosys makes of blinky.v


@pytest.mark.parametrize('options', [(), ('-O0',), ('--bounds=explicit',), ('--strict-loads',), ('--split=3',)],
                         ids=lambda options: ' '.join(options) or 'default')
def test_icepll(native, run_native, ice40, cc, options):
    done = run_native(native(ice40 / 'icepll.core.wasm', '--cc', cc, *options), {}, '-i', '12', '-o', '60')
    assert (done.returncode, done.stderr) == (0, b'')
    assert len(done.stdout) == 246
    assert hashlib.sha1(done.stdout).hexdigest() == '2aaaf17fa969d8df16b7b26301855851820c6b8b'


@pytest.mark.parametrize('arguments', [('-i', '12', '-o', '60', '-m'), ('-h',), ('-i', 'x'), ('-i', '16', '-o', '275', '-S')],
                         ids=' '.join)
def test_icepll_answers_as_under_node(native, run_native, run_node, ice40, arguments):
    module = ice40 / 'icepll.core.wasm'
    ours, theirs = run_native(native(module), {}, *arguments), run_node(module, {}, *arguments)
    assert (ours.returncode, ours.stdout, ours.stderr) == (theirs.returncode, theirs.stdout, theirs.stderr)


@pytest.mark.slow
def test_netlist_to_bitstream(native, run_native, run_node, ice40, unpack_share, tmp_path):
    """Place and route, pack and unpack give the same files, byte for byte, and the same messages."""
    share = unpack_share(ice40 / 'resources-nextpnr-ice40.js')
    nextpnr, icepack = ice40 / 'nextpnr-ice40.core.wasm', ice40 / 'icepack.core.wasm'
    results = {}
    for side in ('native', 'node'):
        folder = tmp_path / side
        folder.mkdir()
        shutil.copy(NETLIST, folder)

        def run(module, *args):
            directories = {'/files': folder, '/share': share}
            if side == 'node':
                done = run_node(module, directories, *args)
            else:
                done = run_native(native(module, '-O0'), directories, *args)
            assert done.returncode == 0, done.stderr
            return done.stdout + done.stderr
        messages = [
            run(nextpnr, '--hx1k', '--package', 'tq144', '--seed', '1', '--quiet', '--json', '/files/blinky.json',
                '--asc', '/files/blinky.asc'),
            run(icepack, '/files/blinky.asc', '/files/blinky.bin'),
            run(icepack, '-u', '/files/blinky.bin', '/files/back.asc'),
        ]
        results[side] = messages, {file.name: file.read_bytes() for file in folder.iterdir()}
    assert results['native'] == results['node']
    files = results['native'][1]
    assert sorted(files) == ['back.asc', 'blinky.asc', 'blinky.bin', 'blinky.json']
    assert files['blinky.bin'].startswith(b'\xff\x00') and len(files['blinky.bin']) > 30000
