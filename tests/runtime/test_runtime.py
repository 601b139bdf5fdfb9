"""The runtime core by itself: C programs against its interface, each case in a process of its own, as it is built and under
the sanitizers."""
import functools
import os
import re
import subprocess

import pytest

from support.hosts import SANITIZERS, compile_objects, compile_with_macro
from support.runtime_programs import FLAGS, FOLDER, HEAP_PROGRAMS, ROOT, WARNINGS

PROGRAMS = ['traps', 'stacks', 'memories', 'limits', 'tables', 'types', 'instances', 'stores', 'waits', 'exceptions', 'signals', 'fibers',
            *HEAP_PROGRAMS]
OWN = os.environ.get('CC', 'gcc')
SETTINGS = {  # compiler and flags; what the runtime is compiled with if not as in the build: a sanitizer, a macro
    'own': ([OWN, '-O2'], None, None),
    'address': (['gcc', '-O1', *SANITIZERS['address']], 'address', None),
    'thread': (['gcc', '-O1', *SANITIZERS['thread']], 'thread', None),  # the cases with threads
    'portable': (['gcc', '-O2'], None, 'WASMELT_PORTABLE_PARKING'),  # what is used where there is no futex
    'torture': (['gcc', '-O2'], None, 'WASMELT_HEAP_TORTURE=5'),  # a collection at every fifth allocation
    'torture-clang': (['clang', '-O3'], None, 'WASMELT_HEAP_TORTURE=7'),
    'torture-address': (['gcc', '-O1', *SANITIZERS['address']], 'address', 'WASMELT_HEAP_TORTURE=9'),
}
ONLY = {'portable': ['waits'], 'torture': HEAP_PROGRAMS, 'torture-clang': HEAP_PROGRAMS, 'torture-address': HEAP_PROGRAMS}


def command(setting):
    words, _, macro = SETTINGS[setting]
    return [*words, *FLAGS, *([f'-D{macro}'] if macro else [])]


@pytest.fixture(scope='module')
def runtime(tmp_path_factory, runtime_archive, sanitized_archive):
    """runtime(SETTING): what a program is linked with."""
    folder = tmp_path_factory.mktemp('runtime')

    @functools.lru_cache(maxsize=None)
    def make(setting):
        _, sanitizer, macro = SETTINGS[setting]
        own = compile_objects(command(setting), [FOLDER / 'case.c', FOLDER / 'handmade.c'], folder / setting)
        if macro:
            own += compile_with_macro(command(setting), macro, folder / f'{setting}-runtime')
        return [*own, sanitized_archive('gcc', sanitizer) if sanitizer else runtime_archive, '-lm']
    return make


@pytest.fixture(scope='module')
def ran(request, tmp_path_factory, runtime):
    """ran(SETTING, PROGRAM): how the cases that were asked for have ended, each in a process of its own: {NAME: (STATUS, what it said)}."""
    folder = tmp_path_factory.mktemp('cases')
    asked = [item.callspec.params for item in request.session.items if item.module is request.module and item.originalname == 'test_case']

    @functools.lru_cache(maxsize=None)
    def run(setting, program):
        # The names of the tests' sources may be those of the runtime's.
        app = folder / setting / f'{program}.app'
        compiled = compile_objects(command(setting), [FOLDER / f'{program}.c'], folder / setting)
        subprocess.run([*SETTINGS[setting][0], '-pthread', *compiled, *runtime(setting), '-o', app], check=True)
        output = folder / f'{setting}-{program}'
        output.mkdir()
        names = [case['name'] for case in asked if (case['setting'], case['program']) == (setting, program)]
        environment = dict(os.environ, ASAN_OPTIONS='detect_leaks=1', TSAN_OPTIONS='halt_on_error=1')
        subprocess.run([app, '--each', *names], cwd=output, stdin=subprocess.DEVNULL, timeout=240 * len(names), env=environment)
        return {name: (int((output / f'{name}.status').read_text()), (output / f'{name}.output').read_text(errors='replace'))
                for name in names if (output / f'{name}.status').exists()}
    return run


def with_threads(text):
    """The names of the functions of a program, its cases among them, that make threads or call others that do."""
    bodies = dict(re.findall(r'^(?:CASE\(|\w.*?)(\w+)(?:\)|\(.*\)) \{\n((?:(?!\}).*\n)*)', text, re.MULTILINE))
    found = {'pthread_create'}
    while True:
        more = {name for name, body in bodies.items() if found & set(re.findall(r'\w+', body))} - found
        if not more:
            return found
        found |= more


def cases():
    for program in PROGRAMS:
        text = (FOLDER / f'{program}.c').read_text()
        threads = with_threads(text)
        for name in re.findall(r'^CASE\((\w+)\)', text, re.MULTILINE):
            for setting in SETTINGS:
                if program not in ONLY.get(setting, PROGRAMS) or (setting == 'thread' and name not in threads):
                    continue
                yield pytest.param(setting, program, name, id=f'{program}-{name}-{setting}', marks=[] if setting == 'own' else pytest.mark.once)


@pytest.mark.parametrize('setting, program, name', cases())
def test_case(ran, setting, program, name):
    status, said = ran(setting, program)[name]
    if setting in ('address', 'thread', 'torture-address') and status == 2 and 'usage:' in said:
        pytest.skip('not with this sanitizer')
    assert status == 0, said[-3000:]


@pytest.mark.once
@pytest.mark.parametrize('level', ['-O1', '-O2', '-O3'])
@pytest.mark.parametrize('compiler', ['gcc', 'clang'])
@pytest.mark.parametrize('setting', ['own', 'torture'])
def test_what_each_compiler_keeps_of_an_array(runtime, tmp_path, setting, compiler, level):
    """What a compiler leaves of a pointer to an array depends on its level, and nothing else does."""
    macro = SETTINGS[setting][2]
    subprocess.run([compiler, level, *FLAGS, *([f'-D{macro}'] if macro else []), FOLDER / 'heap_interior.c', *runtime(setting), '-o', tmp_path / 'app'],
                   check=True)
    done = subprocess.run([tmp_path / 'app', 'loops_over_arrays'], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]


def test_public_headers_in_cpp(runtime_archive, tmp_path):
    app = tmp_path / 'host'
    subprocess.run(['g++', '-std=c++17', *WARNINGS, '-pthread', f'-I{ROOT / "include"}', FOLDER / 'host.cpp', runtime_archive, '-lm', '-o', app], check=True)
    done = subprocess.run([app], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, 'out of bounds memory access\n')
