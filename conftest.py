"""Fixtures shared by all tests: the build, the command, running it."""
import fcntl
import functools
import itertools
import os
import pathlib
import shutil
import subprocess

import pytest

from support import compiled
from support.hosts import CORE, RUNTIME, sanitized_runtime
from support.kept import keep, versions

ROOT = pathlib.Path(__file__).resolve().parent
WASI_TOOLS = 'clang', 'wasm-ld', 'wasm-opt', '/usr/lib/wasm32-wasi/libc.a'

pytest_plugins = ['support.processor_time']
compiled.set_up()


# Those that take longest come first, the longest at the front: then all processes end at about the same time. From --processor-time.
LONGEST = ['spec-tests/test_suite.py', 'tests/build/test_cross.py', 'tests/runtime/test_runtime.py', 'tests/interrupt/test_interrupt.py',
           'tests/real/test_replay.py', 'tests/build/test_compile_time.py', 'tests/wasi/test_wasi.py',
           'tests/fuzz/test_random_objects.py', 'tests/real/test_giants.py', 'tests/component/test_names.py', 'tests/component/test_programs.py',
           'tests/wasi/test_threads.py', 'tests/cases/test_wat_cases.py', 'tests/real/test_moonbit.py', 'tests/build/test_large_functions.py',
           'tests/runtime/test_images.py', 'tests/bench/test_run.py', 'tests/build/test_ccache.py', 'tests/debug/test_traps.py',
           'tests/build/test_cmake.py']


# The compilers of tests with the fixture `cc`: the one that Wasmelt is compiled with, and that the command calls, unless others are named.
OWN = os.path.basename(os.environ.get('CC', 'gcc').split()[0])
COMPILERS = os.environ.get('WASMELT_TEST_COMPILERS', OWN).split()


# Fixtures that are other builds of Wasmelt.
OTHER_BUILDS = {'sanitized', 'memory_sanitized', 'sanitized_archive', 'wasmelt_by_gcc'}


def pytest_addoption(parser):
    parser.addoption('--quick', action='store_true', help='leave out tests marked not_quick and those that need another build of Wasmelt')


def leave_out(config, items, is_left_out):
    config.hook.pytest_deselected(items=list(filter(is_left_out, items)))
    items[:] = itertools.filterfalse(is_left_out, items)


def pytest_collection_modifyitems(config, items):
    rank = {file: k for k, file in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.split('::')[0], len(LONGEST)))
    if config.getoption('--quick'):
        leave_out(config, items, lambda item: item.get_closest_marker('not_quick') or OTHER_BUILDS & set(item.fixturenames))
    if 'gcc' not in COMPILERS:
        leave_out(config, items, lambda item: item.get_closest_marker('once') and not item.get_closest_marker('each_run'))


def bring_up_to_date(folder, *options, target=(), **environment):
    """Configures, unless that was done and there are no options, and builds: one process at a time, as tests run in several."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / '.building', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if options or not (folder / 'CMakeCache.txt').exists():
            subprocess.run(['cmake', '-S', ROOT, '-B', folder, *options], check=True, stdout=subprocess.DEVNULL,
                           env={**os.environ, **environment})
        subprocess.run(['cmake', '--build', folder, *target, '-j2'], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope='session')
def build():
    """The build folder ($WASMELT_BUILD, else build/), brought up to date."""
    folder = pathlib.Path(os.environ.get('WASMELT_BUILD', ROOT / 'build')).resolve()
    bring_up_to_date(folder)
    return folder


def translator_with(sanitizers, **environment):
    """The translator built with these sanitizers, in a folder beside the build; with a compiler of its own, in one for all builds."""
    plain = pathlib.Path(os.environ.get('WASMELT_BUILD', ROOT / 'build')).resolve()
    folder = plain.with_name(f'{"build" if environment else plain.name}-{"sanitized" if sanitizers == "ON" else sanitizers}')
    bring_up_to_date(folder, f'-DWASMELT_SANITIZE={sanitizers}', '-DWASMELT_WERROR=ON', '-DCMAKE_BUILD_TYPE=Debug',
                     '-DWASMELT_RUNTIME_WITH_COMMAND=OFF', target=['--target', 'wasmelt'], **environment)
    return folder / 'bin' / 'wasmelt'


@pytest.fixture(scope='session')
def sanitized():
    """A build of the translator with AddressSanitizer and UndefinedBehaviorSanitizer."""
    return translator_with('ON')


@pytest.fixture(scope='session')
def memory_sanitized():
    """A build of the translator with MemorySanitizer, which Clang has."""
    if not shutil.which('clang'):
        pytest.skip('clang is not installed')
    return translator_with('memory', CC='clang')


@pytest.fixture(scope='session')
def runtime_archive(build):
    """The runtime's static library."""
    return build / 'lib' / 'libwasmelt_rt.a'


@pytest.fixture(scope='session')
def sanitized_archive(tmp_path_factory):
    """sanitized_archive(COMPILER, SANITIZER): the runtime's static library, compiled with 'address' or 'thread'; by others than gcc, as many
    tests use it by that, without WASI and components."""
    folder = tmp_path_factory.mktemp('sanitized')
    return functools.lru_cache(maxsize=None)(lambda cc, sanitizer: sanitized_runtime(cc, sanitizer, folder / f'{cc}-{sanitizer}',
                                                                                     RUNTIME if cc == 'gcc' else CORE))


@pytest.fixture(scope='session')
def wasmelt(build):
    return build / 'bin' / 'wasmelt'


@pytest.fixture(scope='session')
def wasmelt_by_gcc():
    """The command as gcc compiles it, in runs with another compiler."""
    if OWN == 'gcc':
        pytest.skip('for runs with another compiler than gcc')
    bring_up_to_date(ROOT / 'build', target=['--target', 'wasmelt'], CC='gcc')
    return ROOT / 'build' / 'bin' / 'wasmelt'


@pytest.fixture(scope='session')
def run_wasmelt(wasmelt):
    """run_wasmelt(ARGUMENT, ...): the finished process, with text output."""
    def run(*args, timeout=300, **kwargs):
        return subprocess.run([wasmelt, *args], capture_output=True, text=True, errors='replace', timeout=timeout, **kwargs)
    return run


@pytest.fixture
def assemble(tmp_path):
    """assemble(TEXT, NAME='m'): the path of the binary module made of text."""
    def make(text, name='m'):
        source, binary = tmp_path / f'{name}.wat', tmp_path / f'{name}.wasm'
        source.write_text(text)
        subprocess.run(['wat2wasm', '--enable-all', source, '-o', binary], check=True)
        return binary
    return make


@pytest.fixture
def compile_wasi(tmp_path):
    """compile_wasi(C_TEXT, NAME='program', FLAGS=()): a WASI command module by clang."""
    def make(text, name='program', flags=('-O2',)):
        source, binary = tmp_path / f'{name}.c', tmp_path / f'{name}.wasm'
        source.write_text(text)

        def compile_to(goal):
            subprocess.run(['clang', '--target=wasm32-wasi', *flags, source.name, '-o', goal], cwd=tmp_path, check=True)
        if any(flag.startswith('-g') for flag in flags) and not any('-compilation-dir=' in flag for flag in flags):
            # Debug information names the folder.
            compile_to(binary)
        else:
            keep(binary, [versions(*WASI_TOOLS), *flags, name, text], compile_to)
        return binary
    return make


def pytest_unconfigure(config):
    """Where the official suite is missing, a run of the tests says so last, where nobody overlooks it."""
    reporter = config.pluginmanager.get_plugin('terminalreporter')
    for report in reporter.stats.get('skipped', ()) if reporter else ():
        if report.nodeid.endswith('::test_official_suite'):
            print('\n' + report.longrepr[2].removeprefix('Skipped: '))


@pytest.fixture(params=COMPILERS)
def cc(request):
    """The C compiler of this run; with WASMELT_TEST_COMPILERS='gcc clang', each of them."""
    return request.param


@pytest.fixture(params=[cc for cc in ('gcc', 'clang') if shutil.which(cc)])
def each_cc(request):
    """Each of the compilers in every run: code by one goes with a runtime by the other."""
    return request.param
