"""Programs that other people compiled from Kotlin, and one written as text, with structs and arrays: they print what they must.

No package has them, so a folder is named that holds what is wanted of these, from sightglass and wasm-micro-runtime:

    WASMELT_KOTLIN=DIR     kotlin-richards.wasm (a component), splay.wasm, kotlin_wasm_wasi_example_wasm_wasi_{dev,prod}.wasm
"""
import os
import pathlib
import re
import subprocess

import pytest

from support.emitted import WARNINGS

HERE = pathlib.Path(__file__).resolve().parent / 'kotlin'
INCLUDE = HERE.parents[2] / 'include'
FOLDER = os.environ.get('WASMELT_KOTLIN')
pytestmark = pytest.mark.skipif(not FOLDER, reason='WASMELT_KOTLIN names no folder with the modules')

# A program, what it reads, and what it prints.
BENCHMARKS = {
    'kotlin-richards': ('120\n', ['iterations: 120', 'queue count: 278640', 'hold count: 111360', 'verified']),
    'splay': ('8000,540,5\n', ['tree size: 8000', 'samples: 450', 'verified']),
}


def number(data, at):
    """The LEB128 number at an offset, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7f) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def core_module(component):
    """The first core module in a component: section 1. A core module is its own."""
    if component[:8] == b'\0asm\1\0\0\0':
        return component
    at = 8
    while at < len(component):
        size, start = number(component, at + 1)
        if component[at] == 1:
            return component[start:start + size]
        at = start + size
    raise AssertionError('no core module')


def module_named(name):
    path = pathlib.Path(FOLDER) / f'{name}.wasm'
    if not path.exists():
        pytest.skip(f'{path.name} is not in WASMELT_KOTLIN')
    return path


@pytest.mark.parametrize('level', ['-O0', '-O2'])
@pytest.mark.parametrize('name', BENCHMARKS)
def test_a_benchmark_prints_what_it_must(run_wasmelt, runtime_archive, cc, name, level, tmp_path):
    module, library, app = tmp_path / 'core.wasm', tmp_path / 'libprogram.a', tmp_path / 'app'
    module.write_bytes(core_module(module_named(name).read_bytes()))
    workload, printed = BENCHMARKS[name]
    (tmp_path / 'default.input').write_text(workload)
    done = run_wasmelt(module, '--emit=lib', '--name=program', level, '--cc', cc, WARNINGS, '-o', library)
    assert (done.returncode, done.stderr) == (0, '')
    subprocess.run([cc, '-Wall', '-Wextra', '-Werror', f'-I{INCLUDE}', f'-I{tmp_path}', HERE / 'bench.c', library, runtime_archive, '-lpthread',
                    '-lm', '-o', app], check=True)
    ran = subprocess.run([app, tmp_path], capture_output=True, text=True, timeout=300)
    assert (ran.stdout, ran.stderr, ran.returncode) == (''.join(f'[{name}] {line}\n' for line in printed), '', 0)


def without_times(text):
    return re.sub(r'\d+', 'TIME', text)


@pytest.mark.parametrize('kind', ['dev', 'prod'])
def test_a_program_prints_what_it_does_in_the_engine(run_wasmelt, node, cc, kind):
    module = module_named(f'kotlin_wasm_wasi_example_wasm_wasi_{kind}')
    ran = run_wasmelt('run', '-O1', '--cc', cc, '--invoke', 'main', module)
    expected = subprocess.run([node, '--no-warnings', HERE / 'run.mjs', module, 'main'], capture_output=True, text=True, timeout=300)
    assert expected.stdout.startswith('Hello from Kotlin via WASI\n')
    assert (without_times(ran.stdout), ran.stderr, ran.returncode) == (without_times(expected.stdout), '', 0)
