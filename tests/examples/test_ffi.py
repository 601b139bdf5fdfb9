"""wasmelt/ffi.h and --emit=ffi: a guest of a host that has only the shared object, here Python's ctypes by examples/python/guest.py; and
plain entry points, as NAME_ffi.h declares them."""
import os
import pathlib
import re
import subprocess
import textwrap

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

WAT = '''
(module
  (import "env" "log" (func $log (param i32)))
  (import "env" "mix" (func $mix (param i32 i64 f32 f64) (result f64)))
  (import "env" "again" (func $again (param i64) (result i64)))
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
  (func (export "log") (param i32) (call $log (local.get 0)) (global.set 0 (i32.const 6)))

  (table (export "table") 3 externref) (table $deeps funcref (elem $deep))
  (tag $tag (export "tag") (param i32))
  (global (export "kept") (mut externref) (ref.null extern))
  (global (export "wide") v128 (v128.const i32x4 1 2 3 4))
  (func (export "turn") (param v128 externref f64) (result f64 externref v128)
    (local.get 2) (local.get 1) (i8x16.add (local.get 0) (global.get 2)))
  (func (export "self") (param funcref) (result funcref) 
    (if (result funcref) (ref.is_null (local.get 0)) (then (table.get $deeps (i32.const 0))) (else (local.get 0))))
  (func (export "spin") (loop (br 0)))
  (func (export "throw") (param i32) (throw $tag (local.get 0)))
  (export "again" (func $again))
  (func (export "new") (result i32) (i32.const 1)) (func (export "free") (result i32) (i32.const 2))
  (func (export "instantiate") (result i32) (i32.const 3)) (func (export "instance_new") (result i32) (i32.const 4))
  (func (export "instance_free") (result i32) (i32.const 5)) (func (export "module") (result i32) (i32.const 6))
  (func (export "a */ \\\\ \\22-\\c3\\a4") (result i32) (i32.const 7)) (func (export "") (result i32) (i32.const 8)))
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
guest.provide('env', 'again', 'I:I', lambda a: a + 1)
'''


@pytest.fixture(scope='module')
def folder(wasmelt, tmp_path_factory):
    """Where the shared object is."""
    made = tmp_path_factory.mktemp('ffi')
    (made / 'm.wat').write_text(WAT)
    subprocess.run(['wat2wasm', '--enable-all', 'm.wat', '-o', 'm.wasm'], cwd=made, check=True)
    subprocess.run([wasmelt, 'm.wasm', '--emit=ffi', '--interrupt=signal', '--cflags=-Wall -Wextra -Werror'], cwd=made, check=True)
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
            g.provide('env', 'again', 'I:I', log)
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


# ---- Plain entry points ----

def header(folder):
    """The plain declarations of m_ffi.h: what parsers without a preprocessor get."""
    return ''.join(line for line in (folder / 'm_ffi.h').read_text().splitlines(True) if not line.startswith(('#', 'extern "C" {', '}')))


# What such a script begins with: it declares to ctypes what the header declares.
PLAIN = '''
import ctypes
import re
from ctypes import byref, c_char_p, c_double, c_float, c_int32, c_uint32, c_uint64, c_void_p
m = ctypes.CDLL('./m.so')
NUMBERS = {'int': ctypes.c_int, 'int32_t': c_int32, 'uint32_t': c_uint32, 'uint64_t': c_uint64, 'float': c_float, 'double': c_double}
def known(declared):
    words = re.sub(r' ?[pr]?[0-9]*$', '', declared) if declared[-1] in '0123456789' else declared.strip()
    base = words.replace('const', '').split()[0]
    return (None if words == 'void' else c_char_p if words.startswith('const char *') else
            c_void_p if '*' in declared else NUMBERS[base])
plain = re.sub(r'/[*].*?[*]/', '', open('plain.h').read(), flags=re.S)
for result, name, parameters in re.findall(r'^(?!typedef)([^;\\n]*?)(\\w+)[(](.*)[)];$', plain, re.M):
    function = getattr(m, name)
    function.restype = known(result.strip())
    function.argtypes = [known(one) for one in re.sub(r'[(][*]code[)][(]void[)]', '*code', parameters).split(', ') if one != 'void']
types = re.findall(r'^typedef (\\w+) wasmelt_import_m_env_0(\\w+)[(]', plain, re.M)
assert types == [('void', 'log'), ('double', 'mix'), ('uint64_t', 'again')]
def error():
    return m.wasmelt_ffi_error(guest).decode()
logged = []
@ctypes.CFUNCTYPE(None, c_void_p, c_uint32)
def log(context, number):
    logged.append((context, number))
    if number == 7:
        result = c_uint32()
        assert m.m_divide(guest, 7, 7, byref(result)) == 0 and result.value == 1
        assert m.m_divide(guest, 7, 0, byref(result)) == 1 and error() == 'integer divide by zero' and result.value == 1
    if number == 13:
        m.wasmelt_ffi_fail(guest, b'unlucky')
@ctypes.CFUNCTYPE(c_double, c_void_p, c_uint32, c_uint64, c_float, c_double)
def mix(context, *numbers):
    return sum(numbers)
@ctypes.CFUNCTYPE(c_uint64, c_void_p, c_uint64)
def again(context, number):
    return number + 1
guest = m.m_instance_new()
wasi = m.wasmelt_wasi_new()
assert m.m_divide(guest, 1, 1, byref(c_uint32())) == 1 and error() == 'the guest has not been started'
assert m.m_memory(guest, byref(c_uint64())) is None and m.m_count(guest) is None and error() == 'the guest has not been started'
assert m.m_instantiate(guest) == 1 and 'env' in error()
assert m.wasmelt_ffi_provide_wasi(guest, wasi) == 0
for name, function in {'log': log, 'mix': mix, 'again': again}.items():
    assert m.wasmelt_ffi_provide(guest, b'env', name.encode(), ctypes.cast(function, c_void_p), 44) == 0
assert m.m_instantiate(guest) == 0 and error() == ''
assert m.m_instantiate(guest) == 1 and 'has been started' in error()
'''


@pytest.fixture
def plain(folder):
    """plain(SCRIPT): the same for plain entry points."""
    (folder / 'plain.h').write_text(header(folder))

    def run(script):
        done = subprocess.run(['/usr/bin/python3', '-c', PLAIN + textwrap.dedent(script)], cwd=folder, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ''), done.stderr
    return run


def test_plain_calls_take_and_return_values_of_all_kinds(plain):
    plain('''
        a, b, c, d, e = c_uint32(), c_uint64(), c_float(), c_double(), c_void_p()
        assert m.m_mixed(guest, 2**32 - 1, 2**40, 0.5, 0.25, byref(d)) == 0 and d.value == 2**32 - 1 + 2**40 + 0.75
        assert m.m_several(guest, 2**64 - 1, 1.5, byref(c), byref(b), byref(a)) == 0
        assert (c.value, b.value, a.value) == (1.5, 2**64 - 1, 2**32 - 1)
        wide = (ctypes.c_uint8 * 16)()
        assert m.m_turn(guest, bytes(range(16)), 0x123456789AB, -0.5, byref(d), byref(e), byref(wide)) == 0
        assert (d.value, e.value, bytes(wide)[:5], wide[12]) == (-0.5, 0x123456789AB, bytes([1, 1, 2, 3, 6]), 16)
        assert m.m_self(guest, None, byref(e)) == 0 and e.value
        deep = e.value
        assert m.m_self(guest, deep, byref(e)) == 0 and e.value == deep
        assert m.m_again(guest, 41, byref(b)) == 0 and b.value == 42
    ''')


def test_plain_calls_end_by_traps_exceptions_and_exit(plain):
    plain('''
        a = c_uint32(77)
        for k in range(50):
            for function, arguments, message in ((m.m_divide, (1, 0, byref(a)), 'integer divide by zero'), (m.m_throw, (5,), 'uncaught exception'),
                                                 (m.m_load, (2**31, byref(a)), 'out of bounds memory access'), (m.m_log, (13,), 'unlucky'),
                                                 (m.m_deep, (), 'call stack exhausted')):
                assert function(guest, *arguments) == 1 and error() == message and a.value == 77, error()
        assert m.m_log(guest, 7) == 0 and error() == '' and logged[-1] == (44, 7)
        assert m.m_end(guest, 3) == 2 and m.wasmelt_ffi_exit_status(guest) == 3 and error() == 'the guest has ended with status 3'
        assert m.m_divide(guest, 7, 2, byref(a)) == 0 and a.value == 3
        m.m_instance_free(guest)
        m.wasmelt_wasi_free(wasi)
    ''')


def test_plain_calls_end_at_a_time_and_by_another_thread(plain):
    """As the guide says: inside of a run of the runtime, by a callback."""
    plain('''
        import threading
        BODY = ctypes.CFUNCTYPE(None, c_void_p)
        m.wasmelt_deadline_in.restype, m.wasmelt_deadline_in.argtypes = c_uint64, [c_uint64]
        m.wasmelt_run_until.argtypes = [c_uint64, BODY, c_void_p, c_void_p]
        m.wasmelt_interrupter_new.restype = c_void_p
        m.wasmelt_run_interruptible.argtypes = [c_void_p, BODY, c_void_p, c_void_p]
        m.wasmelt_interrupt.argtypes = [c_void_p, c_int32]
        ended = []
        spin = BODY(lambda _: ended.append((m.m_spin(guest), error())))
        for k in range(3):
            m.wasmelt_run_until(m.wasmelt_deadline_in(50 * 10**6), spin, None, None)
        interrupter = m.wasmelt_interrupter_new()
        threading.Timer(0.05, m.wasmelt_interrupt, [interrupter, 1]).start()
        m.wasmelt_run_interruptible(interrupter, spin, None, None)
        assert ended == [(1, 'interrupted')] * 4
        a = c_uint32()
        assert m.m_divide(guest, 7, 2, byref(a)) == 0 and a.value == 3
    ''')


def test_plain_objects_are_addresses(plain):
    plain('''
        size, a = c_uint64(), c_uint32()
        base = m.m_memory(guest, byref(size))
        ctypes.memmove(base + 8, bytes([1, 2, 3, 4]), 4)
        assert size.value == 65536 and m.m_load(guest, 8, byref(a)) == 0 and a.value == 0x04030201
        assert m.m_grow(guest, 1, byref(a)) == 0 and m.m_memory(guest, byref(size)) == base and size.value == 2 * 65536
        count = c_int32.from_address(m.m_count(guest))
        assert count.value == 5 and m.m_log(guest, 1) == 0 and count.value == 6
        assert ctypes.string_at(m.m_wide(guest), 16) == b''.join(bytes([k, 0, 0, 0]) for k in (1, 2, 3, 4))
        assert c_void_p.from_address(m.m_kept(guest)).value is None and m.m_tag(guest)
        m.wasmelt_table_set.argtypes = m.wasmelt_table_get.argtypes = [c_void_p, c_uint64, c_void_p]
        m.wasmelt_table_set.restype = m.wasmelt_table_get.restype = ctypes.c_bool
        e = c_void_p()
        table = m.m_table(guest)
        assert m.wasmelt_table_set(table, 2, 99) and m.wasmelt_table_get(table, 2, byref(e)) and e.value == 99
        assert not m.wasmelt_table_set(table, 3, 99)
    ''')


def test_plain_names_do_not_meet(plain):
    plain('''
        a = c_uint32()
        names = ['new', 'free', '1instantiate', '1instance_5Fnew', '1instance_5Ffree', '1module', '1a_20_2A_2F_20_5C_20_22_2D_C3_A4', '1']
        for k, name in enumerate(names):
            assert getattr(m, f'm_{name}')(guest, byref(a)) == 0 and a.value == k + 1, name
    ''')


def test_the_plain_header_is_c_and_cpp(folder, cc):
    """Also beside the headers that declare the same functions of the runtime."""
    text = '#include "m_ffi.h"\n#include <wasmelt/names.h>\n#include <wasmelt/ffi.h>\nint f(wasmelt_ffi *g) { return WASMELT_EXPORT(m, instantiate)(g); }\n'
    for compiler, language in (cc, 'c'), ('g++', 'c++'):
        subprocess.run([compiler, '-x', language, '-Wall', '-Wextra', '-Werror', '-fsyntax-only', f'-I{ROOT / "include"}', '-'], input=text, text=True,
                       cwd=folder, check=True)


def test_only_the_runtime_and_the_module_are_exported(folder):
    listed = subprocess.run(['readelf', '-W', '--dyn-syms', folder / 'm.so'], capture_output=True, text=True, check=True).stdout
    rows = [row for row in map(str.split, listed.splitlines()) if len(row) == 8 and row[4] in ('GLOBAL', 'WEAK') and row[6] != 'UND']
    names = {row[7] for row in rows if row[5] != 'HIDDEN'}  # ld lists the bounds of sections, which loaders ignore
    assert 'wasmelt_ffi_call' in names
    assert {name for name in names if not name.startswith('wasmelt_')} == {'m_module', *re.findall(r'^\w.*?\b(m_\w+)\(', header(folder), re.M)}
