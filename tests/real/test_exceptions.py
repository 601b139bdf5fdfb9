"""C++ that throws and C that jumps, made into modules by the toolchains that people have: Debian's emscripten and clang
(the older instructions), binaryen's translation of that to exnref, and clang 22 (both). The natively compiled program says
what they must print."""
import pathlib
import shlex
import shutil
import subprocess

import pytest

from support import binaryen, npm
from support.emitted import WARNINGS
from support.kept import keep, versions

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE / 'exceptions'
# setjmp as instructions; its second result goes through a variable that emscripten has in JavaScript.
JUMPS = ['-sSUPPORT_LONGJMP=wasm', SOURCES / 'tempret.c']
PROGRAMS = {'exceptions': ('em++', 'g++', 'cpp', []), 'mixed': ('em++', 'g++', 'cpp', []), 'jumps': ('emcc', 'gcc', 'c', JUMPS)}
ENCODINGS = ['legacy', 'exnref']


def all_sources():
    return ''.join(file.read_text() for file in sorted(SOURCES.iterdir()))


@pytest.fixture(scope='module')
def to_exnref(node, tmp_path_factory):
    """to_exnref(MODULE): the module with try_table in place of try."""
    wasm_opt = binaryen.tool('wasm-opt')

    def translate(module):
        goal = tmp_path_factory.mktemp('exnref') / module.name
        flags = ['--all-features', '--disable-compact-imports', '--translate-to-exnref']

        def make(made):
            subprocess.run([node, '--no-warnings', wasm_opt, *flags, module, '-o', made], check=True)
        return keep(goal, ['wasm-opt', binaryen.VERSION, *flags, module.read_bytes().hex()], make)
    return translate


@pytest.fixture(scope='module')
def emscripten(to_exnref, tmp_path_factory):
    """emscripten(NAME, LEVEL, ENCODING): the module of a program."""
    made = {}

    def make(name, level, encoding):
        if (name, level, encoding) not in made:
            compiler, _, suffix, flags = PROGRAMS.get(name, PROGRAMS['mixed'])
            folder = tmp_path_factory.mktemp('modules')
            module = folder / f'{name}.wasm'
            command = [compiler, level, '-fwasm-exceptions', '-sSTANDALONE_WASM', SOURCES / f'{name}.{suffix}', *flags]
            keep(module, [versions(compiler, 'clang', 'wasm-ld', 'wasm-opt'), *command, all_sources()],
                 lambda goal: subprocess.run([*command, '-o', goal], check=True, cwd=folder))
            made[name, level, encoding] = module if encoding == 'legacy' else to_exnref(module)
        return made[name, level, encoding]
    return make


@pytest.fixture(scope='module')
def printed_natively(tmp_path_factory):
    """printed_natively(NAME): what the program prints when the host's compiler has made it."""
    def run(name):
        app = tmp_path_factory.mktemp('host') / name
        _, compiler, suffix, _ = PROGRAMS[name]
        subprocess.run([compiler, '-O1', '-w', SOURCES / f'{name}.{suffix}', '-o', app], check=True)
        return subprocess.run([app], capture_output=True, text=True, check=True).stdout
    return run


def run_translated(run_wasmelt, module, cc, folder):
    app = folder / 'app'
    done = run_wasmelt(module, '-O1', '-o', app, '--cc', cc, WARNINGS)
    assert (done.returncode, done.stderr) == (0, '')
    return subprocess.run([app], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize('encoding', ENCODINGS)
@pytest.mark.parametrize('level', [pytest.param('-O0', marks=pytest.mark.slow), '-O2'])
@pytest.mark.parametrize('name', PROGRAMS)
def test_prints_what_it_does_natively(emscripten, printed_natively, run_wasmelt, cc, name, level, encoding, tmp_path):
    ran = run_translated(run_wasmelt, emscripten(name, level, encoding), cc, tmp_path)
    assert (ran.stdout, ran.stderr, ran.returncode) == (printed_natively(name), '', 0)


@pytest.mark.parametrize('encoding', ENCODINGS)
def test_what_nobody_catches_ends_the_program(emscripten, run_wasmelt, encoding, tmp_path):
    ran = run_translated(run_wasmelt, emscripten('uncaught', '-O2', encoding), 'gcc', tmp_path)
    assert (ran.stdout, ran.returncode) == ('before\n', 134)
    assert 'uncaught exception' in ran.stderr


@pytest.mark.parametrize('encoding', ENCODINGS)
def test_clang_22_and_its_setjmp(node, printed_natively, run_wasmelt, encoding, tmp_path):
    flags = ['-O2', '-mllvm', '-wasm-enable-sjlj', '-mllvm', f'-wasm-use-legacy-eh={"true" if encoding == "legacy" else "false"}']
    package = '@yowasp/clang', '22.0.0-git20542-10'
    module = keep(tmp_path / 'jumps.wasm', [*package, *flags, all_sources()],
                  lambda goal: compile_by_clang_22(node, npm.install(*package) / 'gen', flags, tmp_path / 'root', goal))
    ran = run_translated(run_wasmelt, module, 'gcc', tmp_path)
    assert (ran.stdout, ran.stderr, ran.returncode) == (printed_natively('jumps'), '', 0)


def compile_by_clang_22(node, clang, flags, root, goal):
    (root / 'usr').mkdir(parents=True)
    (root / 'tmp').mkdir()
    subprocess.run(['tar', 'xf', clang / 'llvm-resources.tar', '-C', root / 'usr'], check=True)
    shutil.copy(SOURCES / 'jumps.c', root)

    def under_node(command):
        done = subprocess.run([node, '--no-warnings', HERE / 'wasi.mjs', clang / 'llvm.core.wasm', command[0], f'/={root}',
                               *command[1:]], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done
    plan = under_node(['clang', '-###', *flags, 'jumps.c', '-lsetjmp', '-o', 'jumps.wasm'])
    steps = [shlex.split(line) for line in plan.stderr.splitlines() if line.startswith(' "')]
    assert len(steps) == 2, plan.stderr
    for step in steps:  # a WASI program cannot start another: the driver only says what to run
        under_node(['clang', *step[step.index('-cc1'):]] if '-cc1' in step else step)
    shutil.copy(root / 'jumps.wasm', goal)
