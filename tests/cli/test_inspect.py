"""wasmelt inspect: what it prints about a module, for people and as JSON."""
import json
import pathlib
import resource
import subprocess

import pytest

from support.binary import beyond_limits, custom, leb, module, name, section

pytestmark = pytest.mark.once  # nothing is compiled

ROOT = pathlib.Path(__file__).resolve().parents[2]

PROGRAM = '''
#include <stdio.h>
static int big[10000];
int main(int argc, char **argv) { char text[argc * 9]; snprintf(text, 9, "%s", argv[0]); puts(text); return big[argc]; }
'''

EVERYTHING = '''
(module $everything
  (type $pair (func (param i32 i64) (result f32 f64)))
  (import "env" "callback" (func $callback (param i32 externref)))
  (import "env" "limit" (global $limit i32))
  (memory (export "memory") 2 16)
  (memory 1 1)
  (table (export "table") 4 8 funcref)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (global (export "__heap_base") i32 (i32.const 70000))
  (func $pair (export "pair") (type $pair) (f32.const 1) (f64.const 2))
  (func $small (export "malloc") (param i32) (result i32) (i32.extend8_s (local.get 0)))
  (func (export "free") (param i32))
  (func $start (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))
  (start $start)
  (elem (i32.const 0) $pair)
  (data (i32.const 65536) "behind the stack"))
'''


@pytest.fixture
def inspect(run_wasmelt):
    """inspect(FILE): what the JSON says."""
    def run(file):
        done = run_wasmelt('inspect', '--json', file)
        assert done.returncode == 0 and done.stderr == ''
        return json.loads(done.stdout)
    return run


def write(folder, *sections):
    file = folder / 'm.wasm'
    file.write_bytes(module(*sections))
    return file


def names(items):
    return [item['name'] for item in items]


# ---- What it says ----

def test_everything(inspect, assemble):
    file = assemble(EVERYTHING, 'everything')
    data = file.read_bytes()
    told = inspect(file)
    assert told['schema'] == 1 and told['file'] == str(file) and told['bytes'] == len(data)
    kinds = [s['section'] for s in told['sections']]
    assert kinds[:4] == ['type', 'import', 'function', 'table'] and told['sections'][-1]['section'] == 'data'
    for s in told['sections']:
        assert data[s['offset'] - 2:s['offset']] == bytes([s['id'], s['size']])  # all shorter than 128 bytes
    assert told['imports'] == [
        {'module': 'env', 'name': 'callback', 'provided_by': 'host', 'kind': 'func', 'index': 0, 'type': 1,
         'signature': '(i32, externref) -> ()'},
        {'module': 'env', 'name': 'limit', 'provided_by': 'host', 'kind': 'global', 'index': 0, 'value_type': 'i32', 'mutable': False}]
    assert told['types'][1] == {'kind': 'func', 'params': ['i32', 'externref'], 'results': []}
    exports = {e['name']: e for e in told['exports']}
    assert exports['pair']['signature'] == '(i32, i64) -> (f32, f64)' and exports['pair']['index'] == 1
    assert exports['memory'] == {'name': 'memory', 'kind': 'memory', 'index': 0, 'minimum': 2, 'maximum': 16,
                                 'page_size': 65536, 'index_type': 'i32', 'shared': False}
    assert exports['table']['element'] == 'funcref' and exports['table']['maximum'] == 8
    assert told['globals'][2]['value'] == 70000 and told['globals'][0]['imported']
    assert told['functions']['defined'] == 4 and told['functions']['imported'] == 1 and told['functions']['start'] == 4
    sizes = [f['bytes'] for f in told['functions']['largest']]
    assert sizes == sorted(sizes, reverse=True) and sum(sizes) == told['functions']['bytes']
    assert told['data'] == {'segments': 1, 'bytes': 16,
                            'list': [{'offset': len(data) - 16, 'bytes': 16, 'memory': 0, 'address': 65536}]}
    assert told['heap_base'] == 70000
    assert [(a['name'], a['role'], a['signature']) for a in told['allocators']] == [
        ('malloc', 'allocate', '(i32) -> i32'), ('free', 'free', '(i32) -> ()')]
    assert told['wasmelt'] == {'translates': True, 'problem': None, 'use': 'hosted', 'linkage': 'final', 'dwarf': False, 'host_imports': 2,
                               'host_modules': [{'name': 'env', 'imports': 2}]}


def test_all_functions_and_their_calls(inspect, assemble):
    told = inspect(assemble('''(module
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (table 1 funcref)
      (func $a (call $c) (call $b) (call $c) (call_indirect (i32.const 0)))
      (func $b (return_call $a))
      (func $c (export "c") (call $exit (i32.const 0)) (call $c)))'''))
    assert [(f['index'], f['calls']) for f in told['functions']['list']] == [(1, [2, 3]), (2, [1]), (3, [0, 3])]
    assert told['functions']['largest'][0] == {key: told['functions']['list'][0][key] for key in ('index', 'name', 'offset', 'bytes')}
    assert told['imports'][0]['provided_by'] == 'wasmelt' and told['heap_base'] is None


def test_data_segments(inspect, assemble):
    told = inspect(assemble('''(module (import "e" "g" (global i32)) (memory 1) (memory 1)
      (data (memory 1) (i32.const 7) "active") (data "passive") (data (global.get 0) "there"))'''))
    assert [(d['bytes'], d['memory'], d['address']) for d in told['data']['list']] == [(6, 1, 7), (7, None, None), (5, 0, None)]


def test_features_and_where(inspect, assemble):
    file = assemble(EVERYTHING)
    data = file.read_bytes()
    features = {f['name']: f for f in inspect(file)['features']}
    assert set(features) == {'sign extension', 'multiple values', 'reference types', 'bulk memory', 'multiple memories'}
    extension = features['sign extension']
    assert extension['instructions'] == 1 and data[extension['offset']] == 0xc0 and extension['function'] == 2
    fill = features['bulk memory']
    assert data[fill['offset']:fill['offset'] + 2] == b'\xfc\x0b' and fill['function'] == 4
    assert features['multiple values']['instructions'] == 0 and data[features['multiple values']['offset']] == 0x60


@pytest.mark.parametrize('text, feature', [
    ('(func (result v128) (v128.const i32x4 1 2 3 4))', 'SIMD'),
    ('(global (mut i64) (i64.const 0)) (export "g" (global 0))', 'mutable globals'),
    ('(memory i64 1)', '64-bit memories and tables'),
    ('(memory 1 2 shared)', 'threads'),
    ('(func (return_call 0))', 'tail calls'),
    ('(func (drop (ref.null extern)))', 'reference types'),
    ('(func (drop (i32.trunc_sat_f32_s (f32.const 1))))', 'saturating conversions'),
    ('(global i32 (i32.add (i32.const 1) (i32.const 2)))', 'extended constant expressions'),
    ('(tag)', 'exceptions'),
    ('(func (param i32) (result i32) (local.get 0) (block (param i32) (result i32)))', 'multiple values'),
    ('(memory 1) (data "passive")', 'bulk memory'),
])
def test_feature(inspect, assemble, text, feature):
    assert names(inspect(assemble(f'(module {text})'))['features']) == [feature]


def test_nothing_beyond_the_first_version(inspect, run_wasmelt, assemble):
    file = assemble('(module (memory 1) (func (drop (i32.load (i32.const 0)))))')
    assert inspect(file)['features'] == []
    assert 'Features beyond WebAssembly 1.0\n  none\n' in run_wasmelt('inspect', file).stdout


def test_compact_imports(inspect, tmp_path):
    file = write(tmp_path, section(1, b'\1\x60\0\0'), section(2, b'\1' + name('a') + b'\0\x7e\0\0\2' + name('b') + name('c')))
    told = inspect(file)
    assert names(told['imports']) == ['b', 'c'] and {i['module'] for i in told['imports']} == {'a'}
    assert names(told['features']) == ['compact import sections']


def test_branch_hints(inspect, tmp_path):
    body = b'\0\x20\0\x04\x40\x0b\x0b'  # local.get 0, if, end, end
    hint = b'\1' + b'\0' + b'\1' + b'\3' + b'\1\1'  # function 0, the instruction at 3 is usually taken
    file = write(tmp_path, section(1, b'\1\x60\1\x7f\0'), section(3, b'\1\0'), custom('metadata.code.branch_hint', hint),
                 section(10, b'\1' + bytes([len(body)]) + body))
    feature, = inspect(file)['features']
    assert feature['name'] == 'branch hints' and file.read_bytes()[feature['offset']] == 0x04


# ---- What can be done with it ----

def test_use(inspect, compile_wasi, assemble):
    assert inspect(compile_wasi(PROGRAM))['wasmelt']['use'] == 'program'
    assert inspect(assemble('(module (func (export "f")))'))['wasmelt']['use'] == 'library'
    # the right names, but a type that WASI does not give the function
    odd = '(module (import "wasi_snapshot_preview1" "fd_close" (func (param i64))) (func (export "_start")))'
    assert inspect(assemble(odd))['wasmelt']['host_modules'] == [{'name': 'wasi_snapshot_preview1', 'imports': 1}]


SPAWN = '(import "wasi" "thread-spawn" (func (param i32) (result i32))) (import "env" "memory" (memory 1 2 shared))'
START = '(func (export "_start"))'
THREAD = '(func (export "wasi_thread_start") (param i32 i32))'


@pytest.mark.parametrize('text, use', [
    (START, 'program'),
    ('(func (export "_start") (param i32))', 'library'),
    ('(memory 1)', 'library'),
    (f'(import "env" "f" (func)) {START}', 'hosted'),
    (f'(import "env" "memory" (memory 1 2 shared)) {START}', 'program'),
    (f'(import "env" "memory" (memory 1 2)) {START}', 'hosted'),
    (f'{SPAWN} (export "memory" (memory 0)) {START} {THREAD}', 'program'),
    (f'{SPAWN} (export "memory" (memory 0)) {START}', 'hosted'),
])
def test_a_program_is_what_an_executable_can_be_made_of(inspect, run_wasmelt, assemble, tmp_path, text, use):
    file = assemble(f'(module {text})')
    assert inspect(file)['wasmelt']['use'] == use
    assert (run_wasmelt(file, '-O0', '-o', tmp_path / 'app').returncode == 0) == (use == 'program')


def test_unsupported_is_named_and_the_rest_told(inspect, run_wasmelt, tmp_path):
    file = tmp_path / 'm.wasm'
    file.write_bytes(beyond_limits())
    told = inspect(file)
    verdict = told['wasmelt']
    assert verdict['translates'] is False
    assert verdict['problem']['message'] == 'not supported: functions that have so many locals'
    assert names(told['exports']) == ['f'] and told['types'][0]['kind'] == 'func'
    text = run_wasmelt('inspect', file)
    assert text.returncode == 0
    at = verdict['problem']['offset']
    assert f'cannot translate it yet: not supported: functions that have so many locals, at byte 0x{at:x}' in text.stdout


def test_verdict_is_that_of_translation(inspect, run_wasmelt, assemble, tmp_path):
    """What nobody can reach is not lowered, so it may be unsupported."""
    unreachable = write(tmp_path, section(1, b'\2\x5f\1\x7f\0\x60\0\0'), section(3, b'\1\1'), section(10, b'\1\6\0\xfb\1\0\x1a\x0b'))
    assert inspect(unreachable)['wasmelt']['translates'] is True
    assert run_wasmelt(unreachable, '--emit=c', '-o', tmp_path / 'c').returncode == 0


@pytest.mark.parametrize('data, message', [
    (b'', 'unexpected end'),
    (b'\0asm\2\0\0\0', 'unknown binary version'),
    (b'\0asm\x0c\0\1\0', 'a component in a format older or newer'),
    (module(section(1, b'\1\x60\0\1\x7f'), section(3, b'\1\0'), section(10, b'\1\2\0\x0b')), 'type mismatch'),
])
def test_invalid_module(run_wasmelt, tmp_path, data, message):
    file = tmp_path / 'bad.wasm'
    file.write_bytes(data)
    for option in ((), ('--json',)):
        done = run_wasmelt('inspect', *option, file)
        assert done.returncode == 1 and done.stdout == '' and message in done.stderr
        assert done.stderr == run_wasmelt('validate', file).stderr


def test_source_lines(inspect, run_wasmelt, compile_wasi):
    with_lines = compile_wasi(PROGRAM, flags=('-g', '-O1'))
    assert inspect(with_lines)['wasmelt']['dwarf'] is True
    assert '-g shows them' in run_wasmelt('inspect', with_lines).stdout
    assert inspect(compile_wasi(PROGRAM, flags=('-O1', '-Wl,--strip-all')))['wasmelt']['dwarf'] is False


# ---- The shadow stack ----

def test_stack_of_a_program(inspect, run_wasmelt, compile_wasi):
    file = compile_wasi(PROGRAM)
    stack = inspect(file)['shadow_stack']
    assert stack['overflow'] == 'overwrites data' and stack['low_is_exact'] is False
    assert stack['low'] < stack['high'] - 65536
    assert 'an overflow overwrites data' in run_wasmelt('inspect', file).stdout


@pytest.mark.parametrize('flags, found_by', [((), 'its name'), (('-Wl,--strip-all',), 'first mutable global')])
def test_stack_first(inspect, run_wasmelt, compile_wasi, flags, found_by):
    file = compile_wasi(PROGRAM, flags=('-O2', '-Wl,--stack-first,-z,stack-size=131072', *flags))
    stack = inspect(file)['shadow_stack']
    assert (stack['low'], stack['high'], stack['overflow']) == (0, 131072, 'traps')
    assert found_by in stack['found_by'] or not flags  # old linkers write no names of globals
    assert 'an overflow traps' in run_wasmelt('inspect', file).stdout


def test_stack_with_exported_symbols(inspect, compile_wasi):
    file = compile_wasi(PROGRAM, flags=('-O0', '-Wl,--no-check-features,--export=__data_end,--export=__stack_pointer'))
    told = inspect(file)
    stack = told['shadow_stack']
    data_end = told['globals'][next(e['index'] for e in told['exports'] if e['name'] == '__data_end')]['value']
    assert stack['found_by'] in ('its name', 'its export') and stack['low'] == data_end and stack['low_is_exact']
    assert stack['high'] - stack['low'] in range(65536, 65536 + 16) and stack['overflow'] == 'overwrites data'


@pytest.mark.parametrize('text, stack', [
    ('(memory 1) (global (mut i32) (i32.const 4096)) (func (global.set 0 (i32.const 1)))', None),  # takes no frames
    ('(global (mut i32) (i32.const 4096))', None),                                                 # no memory
    ('(memory 1) (global $__stack_pointer (mut i32) (i32.const 4096))', (4096, None, 'unknown')),  # no data, or of zeros
    ('(memory 1) (global $__stack_pointer (mut i32) (i32.const 0))', (None, None, 'unknown')),
    ('(import "env" "__stack_pointer" (global (mut i32))) (memory 1)', (None, None, 'unknown')),
    ('(memory 1) (global $__stack_pointer (mut i32) (i32.const 4096)) (data "x")', (4096, None, 'unknown')),
    ('(memory 1) (global $__stack_pointer (mut i32) (i32.const 4096)) (data (i32.const 4096) "x")', (4096, 0, 'traps')),
    ('(memory 1) (global $__stack_pointer (mut i32) (i32.const 4096)) (data (i32.const 9) "xyz")', (4096, 12, 'overwrites data')),
    ('''(memory 1) (global $__stack_pointer (mut i32) (i32.const 4096)) (data (i32.const 5000) "x")
        (global (export "__stack_low") i32 (i32.const 1024))''', (4096, 1024, 'traps')),
])
def test_stack(inspect, assemble, tmp_path, text, stack):
    source, file = tmp_path / 's.wat', tmp_path / 's.wasm'
    source.write_text(f'(module {text})')
    subprocess.run(['wat2wasm', '--enable-all', '--debug-names', source, '-o', file], check=True)
    told = inspect(file)['shadow_stack']
    assert (told and (told['high'], told['low'], told['overflow'])) == stack


# ---- Memories ----

HOST = '''
#include <stdio.h>
#include "m.h"
int main(void) {
    m *instance;
    if (m_instantiate(&instance, NULL) != WASMELT_OK)
        return 1;
    printf("%llu\\n", (unsigned long long)m_memory(instance)->reserved);
    m_instance_free(instance);
    return 0;
}
'''


@pytest.mark.parametrize('memory, bounds', [('1', 'guard'), ('1 2', 'guard'), ('i64 1 3', 'explicit')])
def test_reserved_bytes_are_those_of_the_runtime(inspect, run_wasmelt, build, assemble, tmp_path, memory, bounds):
    file = assemble(f'(module (memory (export "memory") {memory}))')
    told = inspect(file)['memories'][0]
    assert told['bounds'] == bounds
    assert run_wasmelt(file, '--emit=lib', '-O0', '-o', tmp_path / 'libm.a').returncode == 0
    (tmp_path / 'host.c').write_text(HOST)
    subprocess.run(['cc', f'-I{ROOT}/include', tmp_path / 'host.c', tmp_path / 'libm.a', build / 'lib' / 'libwasmelt_rt.a',
                    '-lpthread', '-lm', '-o', tmp_path / 'host'], check=True)
    reserved = int(subprocess.run([tmp_path / 'host'], capture_output=True, check=True).stdout)
    page = int(subprocess.run(['getconf', 'PAGESIZE'], capture_output=True, check=True).stdout)
    assert reserved == told['reserved_bytes'] + page


def test_memory_with_small_pages(inspect, tmp_path):
    told = inspect(write(tmp_path, section(5, b'\1\x09\3\5\0')))
    assert told['memories'] == [{'imported': False, 'minimum': 3, 'maximum': 5, 'page_size': 1, 'index_type': 'i32',
                                 'shared': False, 'reserved_bytes': 5, 'bounds': 'explicit'}]
    assert names(told['features']) == ['custom page sizes']


# ---- Names ----

ODD = ['quote " and \\', 'line\nbreak', 'tab\t', '\x1b[31mred', '\x00', '\x7f', '\x9b31m', '\u202eright to left', '\ufffd', 'żółć 🦊', '']


def test_odd_names_survive(inspect, run_wasmelt, tmp_path):
    exports = section(7, leb(len(ODD)) + b''.join(name(n) + b'\0\0' for n in ODD))
    file = write(tmp_path, section(1, b'\1\x60\0\0'), section(3, b'\1\0'), exports, section(10, b'\1\2\0\x0b'),
                 *(custom(n) for n in ODD))
    told = inspect(file)
    assert names(told['exports']) == ODD
    assert names(told['sections'])[4:] == ODD
    for option in ('--json', '--verbose'):
        shown = run_wasmelt('inspect', option, file).stdout
        assert not any(ord(c) < 32 and c != '\n' or c in '\x7f\x9b\u202e' for c in shown)
        assert 'żółć 🦊' in shown


def test_file_name_that_is_no_text(wasmelt, tmp_path):
    file = bytes(tmp_path) + b'/\xff\x1b\xc3'
    with open(file, 'wb') as f:
        f.write(module())
    done = subprocess.run([wasmelt, 'inspect', '--json', file], capture_output=True, check=True)
    assert json.loads(done.stdout)['file'] == f'{tmp_path}/\ufffd\x1b\ufffd'
    done = subprocess.run([wasmelt, 'inspect', file], capture_output=True, check=True)
    assert done.stdout.decode().startswith(f'{tmp_path}/\\ff\\1b\\c3: 8 bytes\n')


def test_names_of_functions(inspect, run_wasmelt, assemble):
    file = assemble('(module (func $first (drop (i32.const 1))) (func $second))')
    data = file.read_bytes()
    named = file.with_name('named.wasm')
    named.write_bytes(data + custom('name', b'\1' + name(b'\2\0' + name('first "one"') + b'\1' + name('zwölf\n'))))
    assert [f['name'] for f in inspect(named)['functions']['largest']] == ['first "one"', 'zwölf\n']
    assert 'function 0 "first \\22one\\22"' in run_wasmelt('inspect', named).stdout
    exported = assemble('(module (func (export "by this") (drop (i32.const 1))))')
    assert 'function 0 "by this"' in run_wasmelt('inspect', exported).stdout


# ---- Custom sections ----

def test_producers_and_target_features(inspect, run_wasmelt, tmp_path):
    producers = b'\2' + name('language') + b'\1' + name('C11') + name('') + name('processed-by') + b'\1' + name('clang') + name('19.1')
    features = b'\2+' + name('simd128') + b'-' + name('atomics')
    file = write(tmp_path, custom('producers', producers), custom('target_features', features))
    told = inspect(file)
    assert told['producers'] == [{'field': 'language', 'name': 'C11', 'version': ''},
                                 {'field': 'processed-by', 'name': 'clang', 'version': '19.1'}]
    assert told['target_features'] == [{'prefix': '+', 'name': 'simd128'}, {'prefix': '-', 'name': 'atomics'}]
    text = run_wasmelt('inspect', file).stdout
    assert '  processed-by  clang 19.1\n' in text and '  +simd128\n' in text


@pytest.mark.parametrize('content', [b'', b'\xff\xff\xff\xff\x0f', b'\1', b'\1\x01\xff', b'\xff', b'\1' + name('language') + b'\xff\x01'])
def test_malformed_custom_sections_are_no_error(inspect, tmp_path, content):
    told = inspect(write(tmp_path, custom('producers', content), custom('target_features', content), custom('name', content)))
    assert told['producers'] == [] and told['target_features'] == []


def test_linkage(inspect, run_wasmelt, tmp_path):
    assert inspect(write(tmp_path, custom('linking', b'\2')))['wasmelt']['linkage'] == 'object'
    file = write(tmp_path, custom('dylink.0'))
    assert inspect(file)['wasmelt']['linkage'] == 'dynamic'
    assert 'dynamic linking' in run_wasmelt('inspect', file).stdout


# ---- How it is said ----

def test_text(run_wasmelt, assemble):
    file = assemble(EVERYTHING)
    shown = run_wasmelt('inspect', file)
    assert shown.returncode == 0 and shown.stderr == ''
    for line in (f'{file}: {file.stat().st_size} bytes', '  translates it as a library for a host: wasmelt INPUT --emit=lib',
                 '  the host has to provide 2 imports of "env"', '  func    "pair"' + 24 * ' ' + '(i32, i64) -> (f32, f64)',
                 '  0: 2 to 16 pages; 128 KiB to 1 MiB', '     reserves 6 GiB of address space; bounds are checked by guard pages',
                 '  0: funcref, 4 to 8 elements', '  4 functions of'):
        assert line in shown.stdout


def test_every_member_is_documented(inspect, assemble, tmp_path):
    def members(value):
        if isinstance(value, dict):
            yield from value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from members(inner)
    tagged = assemble(EVERYTHING.rstrip()[:-1] + '(tag (param i32)))')
    gc = write(tmp_path, section(1, b'\2\x5f\1\x7f\0\x60\0\0'), section(3, b'\1\1'), section(7, b'\1\1f\0\0'),
               section(10, b'\1\6\0\xfb\1\0\x1a\x0b'), custom('producers', b'\1' + name('language') + b'\1' + name('C') + name('')),
               custom('target_features', b'\1+' + name('x')))
    found = {m for file in (tagged, gc) for m in members(inspect(file))}
    assert len(found) > 40
    text = (ROOT / 'docs' / 'inspect.md').read_text()
    assert [m for m in sorted(found) if f'`{m}`' not in text and f'`{m}[]`' not in text] == []


def test_long_lists_are_cut(run_wasmelt, tmp_path):
    sections = [custom(f'number {k}') for k in range(100)]
    file = write(tmp_path, *sections)
    assert '  ... 60 more: -v lists them' in run_wasmelt('inspect', file).stdout
    assert '"number 99"' in run_wasmelt('inspect', '-v', file).stdout


def test_usage(run_wasmelt):
    assert run_wasmelt('inspect').returncode == 2
    assert run_wasmelt('inspect', 'a.wasm', 'b.wasm').returncode == 2
    assert run_wasmelt('inspect', '--emit=c', 'a.wasm').returncode == 2
    assert run_wasmelt('inspect', 'no-such-file.wasm').returncode == 1


def test_standard_input_and_text(wasmelt):
    done = subprocess.run([wasmelt, 'inspect', '--json', '-'], input=EVERYTHING, capture_output=True, text=True, check=True)
    assert names(json.loads(done.stdout)['exports'])[:2] == ['memory', 'table']


# ---- Hostile input ----

@pytest.mark.not_quick
def test_much_is_said_in_little_memory(wasmelt, tmp_path):
    """A hundred thousand imports of a function with a thousand parameters: sixty megabytes of JSON."""
    count = 100000
    params = b'\x7b' * 1000
    file = write(tmp_path, section(1, b'\1\x60' + leb(1000) + params + b'\0'), section(2, leb(count) + b'\0\0\0\0' * count))
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (80 << 20, 80 << 20))
    done = subprocess.run([wasmelt, 'inspect', '--json', file], capture_output=True, preexec_fn=limit)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 60000000 and len(json.loads(done.stdout)['imports']) == count



def test_mutations_do_no_harm(sanitized, assemble, tmp_path):
    """Every valid mutation gives valid JSON; the translator runs with sanitizers."""
    data = assemble(EVERYTHING).read_bytes()
    file, valid = tmp_path / 'x.wasm', 0
    for at in range(8, len(data), 2):
        flip = (0x01, 0x80)[at // 2 % 2]
        file.write_bytes(data[:at] + bytes([data[at] ^ flip]) + data[at + 1:])
        done = subprocess.run([sanitized, 'inspect', '--json', file], capture_output=True, timeout=60)
        assert done.returncode in (0, 1) and b'Sanitizer' not in done.stderr
        if done.returncode == 0:
            json.loads(done.stdout)
            valid += 1
    assert valid > 20
