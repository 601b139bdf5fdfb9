"""wasmelt/ffi.h and --emit=ffi: a guest of a host that has only the shared object, here Python's ctypes by examples/python/guest.py."""
import os
import pathlib
import subprocess
import textwrap

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

WAT = '''
(module
  (import "env" "log" (func $log (param i32)))
  (import "env" "mix" (func $mix (param i32 i64 f32 f64) (result f64)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (memory (export "memory") 1 4)
  (global (export "count") (mut i32) (i32.const 5))
  (func (export "mixed") (param i32 i64 f32 f64) (result f64)
    (call $mix (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (export "several") (param i64 f32) (result f32 i64 i32) (local.get 1) (local.get 0) (i32.const -1))
  (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func $deep (export "deep") (call $deep))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "end") (param i32) (call $exit (local.get 0)))
  (func (export "random") (param i32 i32) (result i32) (call $random (local.get 0) (local.get 1)))
  (func (export "log") (param i32) (call $log (local.get 0)) (global.set 0 (i32.const 6))))
'''

# What a script of a test begins with.
BEGIN = '''
import ctypes
import gc
from guest import Error, Exit, Guest
guest = Guest('./m.so', 'm')
library = guest._library
library.wasmelt_wasi_new.restype = library.wasmelt_ffi_global.restype = ctypes.c_void_p
library.wasmelt_ffi_global.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
library.wasmelt_ffi_provide_wasi.argtypes = [ctypes.c_void_p] * 2
wasi = library.wasmelt_wasi_new()
assert library.wasmelt_ffi_provide_wasi(guest._guest, wasi) == 0
def fails(message, function, *arguments, kind=Error):
    try:
        function(*arguments)
    except kind as error:
        assert message in str(error), str(error)
    else:
        assert False, f'no error, but {message} was expected'
logged = []
def log(number):
    logged.append(number)
    if number == 13:
        raise ValueError('unlucky')
    if number == 7:
        assert guest.call('divide', 7, 7) == 1
        fails('integer divide by zero', guest.call, 'divide', 7, 0)
guest.provide('env', 'log', 'i:', log)
guest.provide('env', 'mix', 'iIfF:F', lambda a, b, c, d: a + b + c + d)
'''


@pytest.fixture(scope='module')
def folder(wasmelt, tmp_path_factory):
    """Where the shared object is."""
    made = tmp_path_factory.mktemp('ffi')
    (made / 'm.wat').write_text(WAT)
    subprocess.run(['wat2wasm', '--enable-all', 'm.wat', '-o', 'm.wasm'], cwd=made, check=True)
    subprocess.run([wasmelt, 'm.wasm', '--emit=ffi'], cwd=made, check=True)
    return made


@pytest.fixture
def python(folder):
    """python(SCRIPT): runs it as a process of its own, in which no assertion may fail."""
    def run(script):
        path = os.pathsep.join([str(ROOT / 'examples' / 'python'), str(folder)])
        done = subprocess.run(['/usr/bin/python3', '-c', BEGIN + textwrap.dedent(script)], cwd=folder, capture_output=True, text=True,
                              env={**os.environ, 'PYTHONPATH': path, 'PYTHONDONTWRITEBYTECODE': '1'})
        assert (done.returncode, done.stderr) == (0, ''), done.stderr
    return run


def test_values_of_all_kinds_go_both_ways(python):
    python('''
        guest.start()
        assert guest.call('mixed', 2**32 - 1, 2**40, 0.5, 0.25) == 2**32 - 1 + 2**40 + 0.75
        assert guest.call('several', 2**64 - 1, 1.5) == (1.5, 2**64 - 1, 2**32 - 1)
    ''')


def test_traps_are_errors_and_the_guest_goes_on(python):
    python('''
        guest.start()
        for k in range(100):
            fails('integer divide by zero', guest.call, 'divide', 1, 0)
            fails('out of bounds memory access', guest.call, 'load', 65536)
            fails('call stack exhausted', guest.call, 'deep')
            assert guest.call('divide', 2**32 - 6, 3) == 2**32 - 2 and guest.error() == ''
    ''')


def test_an_exception_of_the_host_ends_the_call(python):
    python('''
        guest.start()
        fails('ValueError: unlucky', guest.call, 'log', 13)
        number = ctypes.c_int32.from_address(library.wasmelt_ffi_global(guest._guest, b'count'))
        assert number.value == 5
        guest.call('log', 7)
        assert number.value == 6 and logged == [13, 7]
    ''')


def test_the_memory_is_seen_and_grows_in_place(python):
    python('''
        guest.start()
        memory = guest.memory()
        memory[8:12] = bytes([1, 2, 3, 4])
        assert guest.call('load', 8) == 0x04030201 and len(memory) == 65536
        assert guest.call('grow', 1) == 1 and guest.call('grow', 9) == 2**32 - 1
        assert len(guest.memory()) == 2 * 65536 and memory[8] == guest.memory()[8] == 1
        assert guest.call('random', 0, 64) == 0 and any(memory[:64])
    ''')


def test_the_guest_ends_itself(python):
    python('''
        guest.start()
        fails('3', guest.call, 'end', 3, kind=Exit)
        assert guest.error() == 'the guest has ended with status 3'
    ''')


def test_wrong_use_is_an_error(python):
    python('''
        fails('has not been started', guest.call, 'divide', 1, 1)
        fails('imports no function "env" "nothing"', guest.provide, 'env', 'nothing', ':', print)
        fails('imports no function "other" "log"', guest.provide, 'other', 'log', ':', print)
        guest.start()
        fails('has been started', guest.start)
        fails('has been started', guest.provide, 'env', 'log', 'i:', print)
        fails('exports no function "nothing"', guest.call, 'nothing')
        fails('exports no function "memory"', guest.call, 'memory')
        fails('exports no memory "log"', guest.memory, 'log')
        assert library.wasmelt_ffi_global(guest._guest, b'log') is None
    ''')


def test_what_is_missing_is_named(python):
    python('''
        other = Guest('./m.so', 'm')
        fails('env', other.start)
        other.provide('env', 'log', 'i:', log)
        fails('mix', other.start)
    ''')


def test_nothing_is_left(python):
    python('''
        guest.start()
        def mapped():
            return len(open('/proc/self/maps').readlines())
        def round():
            g = Guest('./m.so', 'm')
            g.provide('env', 'log', 'i:', log)
            g.provide('env', 'mix', 'iIfF:F', log)
            library.wasmelt_ffi_provide_wasi(g._guest, wasi)
            g.start()
            fails('unlucky', g.call, 'log', 13)
            fails('zero', g.call, 'divide', 1, 0)
        for k in range(5):
            round()
        gc.collect()
        before = mapped()
        for k in range(200):
            round()
        gc.collect()
        assert mapped() <= before + 2
    ''')


def test_two_objects_have_runtimes_of_their_own(python, folder, wasmelt):
    (folder / 'n.wat').write_text('(module (func (export "trap") unreachable) (func (export "f") (result i32) (i32.const 4)))')
    subprocess.run(['wat2wasm', 'n.wat', '-o', 'n.wasm'], cwd=folder, check=True)
    subprocess.run([wasmelt, 'n.wasm', '--emit=ffi'], cwd=folder, check=True)
    python('''
        guest.start()
        other = Guest('./n.so', 'n')
        other.start()
        for k in range(3):
            fails('unreachable', other.call, 'trap')
            fails('out of bounds', guest.call, 'load', 2**31)
            assert other.call('f') == 4
    ''')


def test_only_the_runtime_and_the_module_are_exported(folder):
    symbols = subprocess.run(['nm', '-D', '--defined-only', folder / 'm.so'], capture_output=True, text=True, check=True).stdout
    names = {line.split()[-1] for line in symbols.splitlines()}
    assert 'm_module' in names and 'wasmelt_ffi_call' in names
    assert {name for name in names if not name.startswith('wasmelt_')} == {'m_module'}
