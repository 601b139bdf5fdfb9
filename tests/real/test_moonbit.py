"""Programs of MoonBit, whose compiler makes modules with structs and arrays: what they print natively is what a JavaScript engine prints.
They use the language's library for JSON, big integers, maps, sets, queues, sorting and text."""
import pathlib
import subprocess

import pytest

from support import npm
from support.emitted import WARNINGS, assert_no_goto

HERE = pathlib.Path(__file__).resolve().parent / 'moonbit'
INCLUDE = HERE.parents[2] / 'include'
# A program, and words that it prints.
PROGRAMS = {
    'numbers': ['100! = 93326215443944152681699238856', 'pi: 31415926535897932384626433832795', '2^521 - 1 is prime: true'],
    'documents': ['[1, 2.5e3, -0, 1e400, 12345678901234567890]: [1,2500,', 'Unexpected end of file', 'boolean: 15552', 'sum: 972004.25'],
    'collections': ['differing: 0', '363 people, 1000 in all', 'true true [0, 2, 17, 24,'],
    'text': ['Grüße, 世界 \U0001F600! 13 12', '(1+2)*3-4/8 = 8.5', '2*(3]: ] at 4', '1.7976931348623157e+308'],
}
ROUND = 256 << 10  # bytes allocated between two collections


@pytest.fixture(scope='module')
def modules(node, tmp_path_factory):
    """The folder of the compiled programs: PROGRAM.wasm."""
    try:
        compiler = npm.install('@moonbit/moonpad-monaco', '0.1.202602255') / 'dist'
    except (subprocess.CalledProcessError, RuntimeError):
        pytest.skip("MoonBit's compiler cannot be had from npm")
    folder = tmp_path_factory.mktemp('moonbit')
    sources = [HERE / f'{name}.mbt' for name in PROGRAMS]
    subprocess.run([node, HERE / 'compile.mjs', compiler / 'moonpad-monaco.js', compiler / 'moonc-worker.js', folder, *sources], check=True,
                   capture_output=True, text=True, timeout=600)
    return folder


@pytest.fixture(scope='module')
def printed_by_engine(node, modules):
    """printed_by_engine(PROGRAM): what it prints, in UTF-16."""
    made = {}

    def printed(name):
        if name not in made:
            made[name] = subprocess.run([node, HERE / 'run.mjs', modules / f'{name}.wasm'], check=True, capture_output=True, timeout=300).stdout
        return made[name]
    return printed


@pytest.mark.parametrize('name', PROGRAMS)
def test_a_program_prints_what_it_does_in_the_engine(run_wasmelt, runtime_archive, modules, printed_by_engine, cc, name, tmp_path):
    library, app = tmp_path / 'libprogram.a', tmp_path / 'app'
    done = run_wasmelt(modules / f'{name}.wasm', '--emit=lib', '--name=program', '-O2', '--cc', cc, WARNINGS, '--keep', tmp_path / 'c',
                       '-o', library)
    assert (done.returncode, done.stderr) == (0, '')
    assert_no_goto(tmp_path / 'c')
    subprocess.run([cc, '-g', '-Wall', '-Wextra', '-Werror', f'-I{INCLUDE}', f'-I{tmp_path}', HERE / 'host.c', library, runtime_archive,
                    '-lpthread', '-lm', '-o', app], check=True)
    expected = printed_by_engine(name)
    for words in PROGRAMS[name]:
        assert words in expected.decode('utf-16-le')
    rare = subprocess.run([app], capture_output=True, timeout=300)
    assert (rare.stdout, rare.stderr, rare.returncode) == (expected, b'', 0)
    often = subprocess.run([app, str(ROUND)], capture_output=True, timeout=300)
    assert (often.stdout, often.returncode) == (expected, 0)
    assert int(often.stderr) > 10
