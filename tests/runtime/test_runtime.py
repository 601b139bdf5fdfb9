"""The runtime core by itself: C programs against its interface, each case in a process of its own, with both
compilers and under the sanitizers."""
import os
import pathlib
import re
import subprocess

import pytest

from support.hosts import CORE, compile_objects

pytestmark = pytest.mark.once  # the settings name compilers


HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
HEAP_PROGRAMS = ['heaps', 'collecting', 'heap_exceptions', 'heap_hosts', 'heap_full', 'heap_interior']
PROGRAMS = ['traps', 'stacks', 'memories', 'limits', 'tables', 'types', 'instances', 'stores', 'waits', 'exceptions', 'signals', 'fibers',
            *HEAP_PROGRAMS]
WARNINGS = ['-Wall', '-Wextra', '-Werror']
COMMON = ['-D_GNU_SOURCE', '-g', '-pthread', f'-I{ROOT / "include"}', f'-I{ROOT / "runtime"}', *WARNINGS]
SETTINGS = {
    'gcc': ['gcc', '-std=c11', '-O2'],
    'clang': ['clang', '-std=c11', '-O2'],
    'address': ['gcc', '-std=c11', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'],
    'thread': ['gcc', '-std=c11', '-O1', '-fsanitize=thread'],
    'portable': ['gcc', '-std=c11', '-O2', '-DWASMELT_PORTABLE_PARKING'],  # what is used where there is no futex
    'torture': ['gcc', '-std=c11', '-O2', '-DWASMELT_HEAP_TORTURE=5'],  # a collection at every fifth allocation
    'torture-clang': ['clang', '-std=c11', '-O3', '-DWASMELT_HEAP_TORTURE=7'],
    'torture-address': ['gcc', '-std=c11', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined',
                        '-DWASMELT_HEAP_TORTURE=9'],
}
WITH_THREADS = [program for program in PROGRAMS if 'pthread_create' in (HERE / f'{program}.c').read_text()]
ONLY = {'thread': WITH_THREADS, 'portable': ['waits'], 'torture': HEAP_PROGRAMS, 'torture-clang': HEAP_PROGRAMS, 'torture-address': HEAP_PROGRAMS}


@pytest.fixture(scope='module')
def built(tmp_path_factory):
    """built(SETTING, PROGRAM): the program's path; the runtime is compiled once for each setting. What two settings would make the same
    of, as most files are without a word of WASMELT_HEAP_TORTURE, the compiler cache knows, if the commands differ in nothing else."""
    folder = tmp_path_factory.mktemp('runtime')

    def build(setting, program):
        out = folder / setting
        if not out.exists():
            compile_objects([*SETTINGS[setting], *COMMON], [*CORE, HERE / 'case.c', HERE / 'handmade.c'], out)
        app = out / program
        if not app.exists():
            # The names of the tests' sources may be those of the runtime's.
            compile_objects([*SETTINGS[setting], *COMMON], [HERE / f'{program}.c'], out / 'cases')
            subprocess.run([*SETTINGS[setting], '-pthread', out / 'cases' / f'{program}.o', *out.glob('*.o'), '-o', app],
                           check=True)
        return app
    return build


def cases():
    for program in PROGRAMS:
        for name in re.findall(r'^CASE\((\w+)\)', (HERE / f'{program}.c').read_text(), re.MULTILINE):
            for setting in SETTINGS:
                if program not in ONLY.get(setting, PROGRAMS):
                    continue
                yield pytest.param(setting, program, name, id=f'{program}-{name}-{setting}')


@pytest.mark.parametrize('setting, program, name', cases())
def test_case(built, setting, program, name):
    app = built(setting, program)
    environment = dict(os.environ, ASAN_OPTIONS='detect_leaks=1', TSAN_OPTIONS='halt_on_error=1')
    done = subprocess.run([app, name], capture_output=True, text=True, errors='replace', timeout=240, env=environment)
    if setting in ('address', 'thread', 'torture-address') and done.returncode == 2 and 'usage:' in done.stderr:
        pytest.skip('not with this sanitizer')
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize('level', ['-O1', '-O2', '-O3'])
@pytest.mark.parametrize('compiler', ['gcc', 'clang'])
@pytest.mark.parametrize('setting', ['gcc', 'torture'])
def test_what_each_compiler_keeps_of_an_array(built, tmp_path, setting, compiler, level):
    """What a compiler leaves of a pointer to an array depends on its level, and nothing else does."""
    objects = built(setting, 'heap_interior').parent.glob('*.o')
    macros = [flag for flag in SETTINGS[setting] if flag.startswith('-D')]
    subprocess.run([compiler, '-std=c11', level, *macros, *COMMON, HERE / 'heap_interior.c', *objects, '-o', tmp_path / 'app'], check=True)
    done = subprocess.run([tmp_path / 'app', 'loops_over_arrays'], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]


def test_public_headers_in_cpp(built, tmp_path):
    objects = [*built('gcc', 'traps').parent.glob('*.o')]
    app = tmp_path / 'host'
    subprocess.run(['g++', '-std=c++17', *WARNINGS, '-pthread', f'-I{ROOT / "include"}', HERE / 'host.cpp',
                    *[o for o in objects if o.name not in ('case.o', 'handmade.o')], '-o', app], check=True)
    done = subprocess.run([app], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, 'out of bounds memory access\n')
