"""Compiler wrappers: what was compiled before comes from ccache, and distcc compiles on other machines (here: on this one)."""
import os
import re
import socket
import subprocess
import time

import pytest

pytestmark = pytest.mark.once

PROGRAM = '''
#include <stdio.h>
#include <stdlib.h>
int twice(int x) { return 2 * x; }
int main(int argc, char **argv) { printf("%d\\n", twice(atoi(argv[argc - 1]))); return 0; }
'''


@pytest.fixture
def module(compile_wasi):
    return compile_wasi(PROGRAM, flags=('-O1', '-g', '-fdebug-compilation-dir=/folder'))


@pytest.fixture
def cache(tmp_path):
    """cache(ENVIRONMENT): hits and misses since it was asked last."""
    environment = dict(os.environ, CCACHE_DIR=str(tmp_path / 'cache'))
    (tmp_path / 'cache').mkdir()

    class Cache:
        variables = environment

        def counts(self):
            said = subprocess.run(['ccache', '--print-stats'], env=environment, capture_output=True, text=True, check=True).stdout
            counts = {name: int(value) for name, value in (line.split('\t') for line in said.splitlines())}
            subprocess.run(['ccache', '--zero-stats'], env=environment, check=True, stdout=subprocess.DEVNULL)
            assert not sum(value for name, value in counts.items() if 'error' in name)
            return counts['direct_cache_hit'] + counts['preprocessed_cache_hit'], counts['cache_miss']
    return Cache()


@pytest.mark.parametrize('options', [[], ['-g'], ['--keep=kept'], ['-g', '--keep=kept'], ['--emit=shared'],
                                     ['--cflags=-Wall -march=native -ffile-prefix-map=/nowhere=/']], ids=' '.join)
def test_what_was_compiled_before_is_not_compiled_again(run_wasmelt, module, cache, cc, tmp_path, options):
    results = []
    for name, expected in ('first', (0, 6)), ('second', (6, 0)):
        temporary = tmp_path / name
        temporary.mkdir()
        done = run_wasmelt(module, *options, '--cc', f'ccache {cc}', '-O1', '--split=3', '-o', 'app', cwd=tmp_path,
                           env=dict(cache.variables, TMPDIR=str(temporary)))
        assert (done.returncode, done.stderr) == (0, '') and not list(temporary.iterdir())
        assert cache.counts() == expected
        results.append((tmp_path / 'app').read_bytes())
    assert results[0] == results[1]
    if '--emit=shared' not in options:
        assert subprocess.run([tmp_path / 'app', '21'], capture_output=True, text=True).stdout == '42\n'


def test_an_edit_compiles_one_file(run_wasmelt, compile_wasi, cache, tmp_path):
    for text, missed in (PROGRAM, 6), (PROGRAM.replace('2 * x', '2 * x + 7'), 1), (PROGRAM, 0):
        done = run_wasmelt(compile_wasi(text, flags=('-O0',)), '-O0', '--split=3', '-o', tmp_path / 'app',
                           env=dict(cache.variables, CC='ccache gcc'))
        assert done.returncode == 0, done.stderr
        assert cache.counts() == (6 - missed, missed)


def test_as_launcher_of_cmake(installed, module, cache, tmp_path):
    (tmp_path / 'CMakeLists.txt').write_text('''
cmake_minimum_required(VERSION 3.25)
project(user C)
find_package(Wasmelt REQUIRED)
wasmelt_add_executable(program program.wasm SPLIT 2)
''')
    for expected in (0, 5), (5, 0):
        subprocess.run(['cmake', '-S', tmp_path, '-B', tmp_path / 'out', '-G', 'Ninja', f'-DCMAKE_PREFIX_PATH={installed}',
                        '-DCMAKE_C_COMPILER_LAUNCHER=ccache', '-DCMAKE_BUILD_TYPE=RelWithDebInfo'],
                       check=True, stdout=subprocess.DEVNULL, env=cache.variables)
        cache.counts()  # what CMake tried
        subprocess.run(['cmake', '--build', tmp_path / 'out'], check=True, stdout=subprocess.DEVNULL, env=cache.variables)
        assert cache.counts() == expected
        subprocess.run(['rm', '-r', tmp_path / 'out'], check=True)


@pytest.mark.parametrize('where', ['compiler', 'flag', 'separate flag', 'relative folder in PATH'])
def test_paths_of_compiler_and_flags_are_relative_to_where_the_command_runs(run_wasmelt, module, tmp_path, where):
    """Though the C is compiled in a temporary directory where that makes no difference."""
    folder = tmp_path / 'folder'
    folder.mkdir()
    (folder / 'first.h').write_text('#define FIRST 1\n')
    compiler = folder / 'our-cc'
    compiler.write_text('#!/bin/sh\nexec gcc -DOURS "$@"\n')
    compiler.chmod(0o755)
    options = {'compiler': ['--cc=folder/our-cc'], 'flag': ['--cflags=-includefolder/first.h'],
               'separate flag': ['--cflags=-I folder -include first.h'], 'relative folder in PATH': ['--cc=our-cc']}[where]
    done = run_wasmelt(module, *options, '-O0', '-o', 'app', cwd=tmp_path, env=dict(os.environ, PATH=f'folder:{os.environ["PATH"]}'))
    assert (done.returncode, done.stderr) == (0, '')
    assert subprocess.run([tmp_path / 'app', '21'], capture_output=True, text=True).stdout == '42\n'


def test_the_commands_shown_can_be_repeated(run_wasmelt, module, tmp_path):
    done = run_wasmelt(module, '-v', '-O0', '-o', 'app', cwd=tmp_path, env=dict(os.environ, TMPDIR=str(tmp_path)))
    assert re.match(r'cd (\S+) && (gcc|clang) .* -c program\.c -o program\.c\.o\n\2 -o \1/output\.made \1/program\.c\.o ', done.stderr)


@pytest.fixture
def compile_server(tmp_path):
    """distccd for this machine alone: its port and its log."""
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    log = tmp_path / 'distccd.log'
    command = ['distccd', '--no-detach', '--daemon', '--listen', '127.0.0.1', '--allow', '127.0.0.1', '--port', str(port),
               '--jobs', '2', '--log-stderr', '--log-level', 'info']
    with log.open('w') as output:
        # It becomes another user, who may not write where the tests' own ccache keeps objects.
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=output, env=dict(os.environ, CCACHE_DISABLE='1'))
    try:
        for _ in range(100):
            with socket.socket() as s:
                if s.connect_ex(('127.0.0.1', port)) == 0:
                    break
            assert server.poll() is None
            time.sleep(0.1)
        yield port, log
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.mark.parametrize('options', [[], ['-g'], ['--keep=kept']], ids=' '.join)
def test_other_machines_compile(run_wasmelt, module, compile_server, cc, tmp_path, options):
    port, log = compile_server
    environment = dict(os.environ, DISTCC_HOSTS=f'127.0.0.1:{port}', DISTCC_FALLBACK='0', DISTCC_DIR=str(tmp_path / 'distcc'))
    (tmp_path / 'distcc').mkdir()
    done = run_wasmelt(module, *options, '--cc', f'distcc {cc}', '-O1', '--split=3', '-o', 'app', cwd=tmp_path, env=environment)
    assert (done.returncode, done.stderr) == (0, '')
    assert len(re.findall('COMPILE_OK', log.read_text())) == 6
    assert subprocess.run([tmp_path / 'app', '21'], capture_output=True, text=True).stdout == '42\n'
