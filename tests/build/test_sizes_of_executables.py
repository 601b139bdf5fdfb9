"""What an executable is made of: the size of one of an empty program, which is that of the runtime that every program gets."""
import pathlib
import platform
import subprocess

import pytest

EMPTY = '(module (memory (export "memory") 1) (func (export "_start")))'
MOST_BYTES = 85_000  # a tenth more than it is


@pytest.fixture
def executable(assemble, run_wasmelt, tmp_path):
    def make(*options):
        path = tmp_path / 'program'
        done = run_wasmelt(assemble(EMPTY), *options, '-o', path)
        assert done.returncode == 0, done.stderr
        assert subprocess.run([path]).returncode == 0
        return path
    return make


def names(path):
    return subprocess.run(['nm', path], capture_output=True, text=True, check=True).stdout


def test_only_an_executable_made_with_g_contains_what_reads_lines(executable):
    assert 'wasmelt_rt_dwarf_' not in names(executable('--cflags=-w'))  # with flags, all symbols are there
    assert 'wasmelt_rt_dwarf_' in names(executable('-g'))


def test_an_empty_program_is_small(executable, build):
    cache = pathlib.Path(build, 'CMakeCache.txt').read_text()
    if platform.machine() != 'x86_64' or 'CMAKE_BUILD_TYPE:STRING=Debug' in cache or 'WASMELT_SANITIZE:STRING=OFF' not in cache:
        pytest.skip('the size is that of an optimised build for x86-64')
    assert executable().stat().st_size <= MOST_BYTES


def test_an_executable_keeps_the_names_of_the_modules_functions_only(executable):
    assert [line.split()[-1] for line in names(executable()).splitlines()] == ['f__start']
    assert 'wasmelt_rt_' in names(executable('-g'))


def test_without_strip_an_executable_keeps_all_names(executable, monkeypatch):
    monkeypatch.setenv('STRIP', 'no-such-program')
    assert 'wasmelt_rt_' in names(executable())
