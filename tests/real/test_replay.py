"""Libraries from npm whose functions JavaScript calls: what passes between a module and its own JavaScript is recorded under
Node, and the module compiled natively has to answer to it in the same way, to the last byte of its memory (replay/)."""
import base64
import os
import pathlib
import re
import subprocess

import pytest

from support import npm
from support.emitted import WARNINGS, assert_no_goto

HERE = pathlib.Path(__file__).resolve().parent / 'replay'
ROOT = pathlib.Path(__file__).resolve().parents[2]

# Program, package, version, and the module or the JavaScript that has it as base64.
SIMD = [
    ('argon2', 'argon2-browser', '1.18.0', 'dist/argon2-simd.wasm'),
    ('llhttp', 'undici', '8.12.4', 'lib/llhttp/llhttp_simd-wasm.js'),
    ('tfjs', '@tensorflow/tfjs-backend-wasm', '4.22.0', 'wasm-out/tfjs-backend-wasm-simd.wasm'),
]
# The same for C++ that throws: with try_table, then with the older instructions.
EXCEPTIONS = [
    pytest.param('taglib', 'taglib-wasm', '1.5.1', 'dist/taglib-wasi.wasm', id='taglib-wasi'),
    pytest.param('taglib', 'taglib-wasm', '1.5.1', 'dist/taglib-web.wasm', id='taglib-web', marks=pytest.mark.slow),
]
LARGE_WITH_EXCEPTIONS = 'ifc', 'web-ifc', '0.0.78', 'web-ifc-node.wasm'


@pytest.fixture(scope='module')
def replayed(node, build, run_wasmelt, tmp_path_factory):
    """replayed(PROGRAM, PACKAGE, VERSION, FILE, OPTION, ...): what replay.c says in the end."""
    def run(program, package, version, file, *options):
        folder = tmp_path_factory.mktemp(program)
        package = npm.install(package, version)
        module = package / file
        if module.suffix == '.js':
            text = re.search(r"'(AGFzbQ[^']*)'", module.read_text())[1]
            module = folder / f'{program}.wasm'
            module.write_bytes(base64.b64decode(text))
        environment = {**os.environ, 'RECORD_TO': str(folder), 'RECORD_MODULE': str(module.stat().st_size)}
        subprocess.run([node, '--no-warnings', '--import', HERE / 'record.mjs', HERE / f'{program}.mjs', package, module],
                       check=True, env=environment)
        shared = folder / 'module.so'
        done = run_wasmelt(module, '--emit=shared', '--name=replayed', '-o', shared, '--keep', 'c', WARNINGS, *options,
                           '--ldflags=-Wl,--wrap=wasmelt_throw_new', timeout=None, cwd=folder)
        assert (done.returncode, done.stderr) == (0, '')
        assert_no_goto(folder / 'c')
        replay = folder / 'replay'
        subprocess.run(['gcc', '-O1', '-Wall', '-Wextra', '-Werror', '-rdynamic', f'-I{ROOT / "include"}', f'-I{folder}',
                        HERE / 'replay.c', '-o', replay, '-Wl,--whole-archive', build / 'lib' / 'libwasmelt_rt.a',
                        '-Wl,--no-whole-archive', '-lpthread', '-lm', '-ldl'], check=True)
        ran = subprocess.run([replay, shared, 'replayed_module', folder / 'trace.bin'], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout
    return run


@pytest.mark.parametrize('program, package, version, file', SIMD, ids=[s[0] for s in SIMD])
def test_vector_library(replayed, program, package, version, file):
    assert 'the same' in replayed(program, package, version, file, '-O1')


@pytest.mark.slow
@pytest.mark.parametrize('options', [('--cc', 'gcc', '-O2', '--cflags=-march=x86-64-v3'), ('--cc', 'clang', '-O2'),
                                     ('--cc', 'clang', '-O3', '--cflags=-march=x86-64-v3')], ids=' '.join)
@pytest.mark.parametrize('program, package, version, file', SIMD, ids=[s[0] for s in SIMD])
def test_vector_library_for_other_machines(replayed, program, package, version, file, options):
    assert 'the same' in replayed(program, package, version, file, *options)


def assert_threw(printed):
    assert 'the same' in printed
    assert re.search(r' ([1-9]\d*) exceptions thrown', printed), printed


@pytest.mark.parametrize('program, package, version, file', EXCEPTIONS)
def test_library_that_throws(replayed, program, package, version, file):
    assert_threw(replayed(program, package, version, file, '-O0'))


@pytest.mark.slow
@pytest.mark.parametrize('options', [('--cc', 'gcc', '-O2'), ('--cc', 'clang', '-O1')], ids=' '.join)
@pytest.mark.parametrize('program, package, version, file', [*EXCEPTIONS, pytest.param(*LARGE_WITH_EXCEPTIONS, id='web-ifc-node')])
def test_library_that_throws_optimised(replayed, program, package, version, file, options):
    assert_threw(replayed(program, package, version, file, *options))


@pytest.mark.slow
def test_large_library_that_throws(replayed):
    assert_threw(replayed(*LARGE_WITH_EXCEPTIONS, '-O0'))


@pytest.mark.slow
def test_database_that_throws(replayed):
    """34 MB of C++ in which queries fail by exceptions; a quarter of an hour of a C compiler."""
    assert_threw(replayed('duckdb', '@duckdb/duckdb-wasm', '1.32.0', 'dist/duckdb-eh.wasm', '-O0'))
