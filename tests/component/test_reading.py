"""Reading components: what validate and inspect say of good ones, and of damaged and hostile ones, under sanitizers."""
import json
import random
import resource
import subprocess

import pytest

from support import components
from support.binary import custom, leb, name, section, signed_leb, vector
from support.verdicts import verdicts

pytestmark = pytest.mark.once  # nothing is compiled

HEADER = b'\0asm\x0d\0\1\0'

# A bit of everything.
CALCULATOR = '''
(component $calculator
  (import "log" (func $log (param "text" string) (param "level" u8)))
  (import "wasi:clocks/wall-clock@0.2.0" (instance $clock
    (type $datetime (record (field "seconds" u64) (field "nanoseconds" u32)))
    (export "datetime" (type $named (eq $datetime)))
    (export "now" (func (result $named)))))
  (alias export $clock "now" (func $now))
  (core module $memory (memory (export "memory") 1) (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 8))
  (core instance $memory (instantiate $memory))
  (core func $log' (canon lower (func $log) (memory (core memory $memory "memory"))))
  (core func $now' (canon lower (func $now) (memory (core memory $memory "memory"))))
  (core module $main
    (import "host" "log" (func (param i32 i32 i32)))
    (import "host" "now" (func (param i32)))
    (import "host" "new" (func (param i32) (result i32)))
    (func (export "sum") (param i32 i32) (result i32) i32.const 0)
    (func (export "open") (param i32) (result i32) i32.const 0)
    (func (export "drop") (param i32)))
  (core module $drop (func (export "drop") (param i32)))
  (core instance $drop (instantiate $drop))
  (type $file (resource (rep i32) (dtor (core func $drop "drop"))))
  (core func $new (canon resource.new $file))
  (core instance $main (instantiate $main
    (with "host" (instance (export "log" (func $log')) (export "now" (func $now')) (export "new" (func $new))))))
  (type $list (list u32))
  (func $sum (param "values" $list) (result u32)
    (canon lift (core func $main "sum") (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
  (export $file' "file" (type $file))
  (type $mode (variant (case "read") (case "at" u64)))
  (export $mode' "mode" (type $mode))
  (type $own (own $file'))
  (func $open (param "size" u32) (result $own) (canon lift (core func $main "open")))
  (export "sum" (func $sum))
  (export "[static]file.open" (func $open))
  (component $wrapper
    (import "f" (func $f (param "values" (list u32)) (result u32)))
    (export "sum" (func $f)))
  (instance $api (instantiate $wrapper (with "f" (func $sum))))
  (export "docs:calculator/api@1.2.3" (instance $api)))
'''


@pytest.fixture(scope='module')
def calculator(tmp_path_factory):
    return components.assemble({'calculator': CALCULATOR}, tmp_path_factory.mktemp('text'))['calculator']


def test_a_good_component_is_valid(run_wasmelt, calculator):
    done = run_wasmelt('validate', '-v', calculator)
    assert (done.returncode, done.stdout, done.stderr) == (0, f'{calculator}: valid\n', '')


def test_imports_and_exports_are_printed_as_in_wit(run_wasmelt, calculator):
    text = run_wasmelt('inspect', calculator).stdout
    assert '\n  import log: func(text: string, level: u8);\n' in text
    assert '''
  import wasi:clocks/wall-clock@0.2.0: interface {
    record datetime { seconds: u64, nanoseconds: u32 }
    now: func() -> datetime;
  }
''' in text
    assert '\n  export sum: func(values: list<u32>) -> u32;\n' in text
    assert '\n  export resource file;\n' in text
    assert '\n  export variant mode { read, at(u64) }\n' in text
    assert '''
  export docs:calculator/api@1.2.3: interface {
    sum: func(values: list<u32>) -> u32;
  }
''' in text


def test_methods_are_printed_in_their_resource(run_wasmelt, tmp_path):
    made = components.assemble({'methods': '''
      (component (import "a:b/c" (instance
        (export "r" (type $r (sub resource)))
        (export "[constructor]r" (func (param "n" u8) (result (own $r))))
        (export "[method]r.get" (func (param "self" (borrow $r)) (param "at" u32) (result (option string))))
        (export "[static]r.both" (func (param "a" (own $r)) (param "b" (borrow $r)))))))'''}, tmp_path)['methods']
    assert '''
  import a:b/c: interface {
    resource r {
      constructor(n: u8);
      get: func(at: u32) -> option<string>;
      both: static func(a: r, b: borrow<r>);
    }
  }
''' in run_wasmelt('inspect', made).stdout


def test_json(run_wasmelt, calculator):
    found = json.loads(run_wasmelt('inspect', '--json', calculator).stdout)
    assert (found['schema'], found['kind'], found['bytes']) == (1, 'component', calculator.stat().st_size)
    assert found['name'] == 'calculator'
    assert [m['functions'] for m in found['core_modules']] == [1, 3, 1]
    assert [m['imports'] for m in found['core_modules']] == [0, 3, 0]
    data = calculator.read_bytes()
    for inside in found['core_modules'] + found['components']:
        assert data[inside['offset']:inside['offset'] + 4] == b'\0asm'
    assert [(c['core_modules'], c['imports'], c['exports']) for c in found['components']] == [(0, 1, 1)]
    assert found['canonical_functions'] == {'lift': 2, 'lower': 2, 'resource.new': 1}
    assert [(i['kind'], i['name']) for i in found['imports']] == [('func', 'log'), ('instance', 'wasi:clocks/wall-clock@0.2.0')]
    assert found['imports'][0]['wit'] == 'log: func(text: string, level: u8);'
    assert {s['section'] for s in found['sections']} >= {'core module', 'component', 'canon', 'import', 'export', 'alias', 'type'}
    assert found['wasmelt'] == {'translates': True, 'problem': None, 'use': 'library'}


def test_what_is_not_translated_is_said_with_the_place(run_wasmelt, calculator, tmp_path):
    for command in [['-o', tmp_path / 'app'], ['--emit=c', '--main', '-o', tmp_path / 'c'], ['--emit=shared', '-o', tmp_path / 'l.so']]:
        done = run_wasmelt(calculator, *command)
        assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith(f'wasmelt: {calculator}: error: not supported: ') and 'at byte 0x' in done.stderr
        assert '--emit=lib makes a C library' in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == []


# ---- Messages ----

@pytest.mark.parametrize('content, said, offset', [
    (HEADER[:6], 'unexpected end', None),
    (b'\0asm\x0c\0\1\0', 'unknown binary version: a component in a format older or newer than 0x0d', 4),
    (HEADER + b'\x0d\0', 'malformed section id', 8),
    (HEADER + b'\7\5\1', 'length out of bounds', 10),
    (HEADER + section(7, b'\0\0'), 'section size mismatch', 11),
    (HEADER + section(7, vector([b'\x3e'])), 'invalid leading byte (0x3e) for component defined type', 11),
    (HEADER + section(7, vector([b'\x70\0'])), 'unknown type 0: type index out of bounds', 12),
    (HEADER + section(7, vector([b'\x6e' + vector([name('A1-b'), name('a1-B')])])), 'flag name `a1-B` conflicts with previous name `A1-b`', 18),
    (HEADER + section(8, vector([b'\0\0\0\0\0'])), 'unknown core func 0', 13),
    (HEADER + section(1, b'\0asm\1\0\0\0' + section(1, b'\1\x61')), 'malformed definition type', 21),
    (HEADER + section(11, vector([b'\0' + name('UPPER lower') + b'\1\0'])), '`UPPER lower` is not a valid extern name', 12),
    (HEADER + section(9, b'\0\0\0'), 'not supported: values of components', 10),
], ids=lambda x: x if isinstance(x, str) else '')
def test_message(run_wasmelt, tmp_path, content, said, offset):
    file = tmp_path / 'bad.wasm'
    file.write_bytes(content)
    done = run_wasmelt('validate', file)
    assert done.returncode == 1 and done.stdout == ''
    assert done.stderr.startswith(f'wasmelt: {file}: error: {said}') and len(done.stderr.splitlines()) == 1
    assert offset is None or f'(at byte {offset:#x}' in done.stderr
    assert run_wasmelt('inspect', file).stderr == done.stderr


def test_a_bad_function_inside_is_named_with_its_place_in_the_file(run_wasmelt, tmp_path):
    module = b'\0asm\1\0\0\0' + section(1, b'\1\x60\0\1\x7f') + section(3, b'\1\0') + section(10, b'\1\2\0\x0b')
    file = tmp_path / 'bad.wasm'
    file.write_bytes(HEADER + custom('padding', b'x' * 100) + section(1, module))
    done = run_wasmelt('validate', '--list', file)
    offset = file.read_bytes().index(module) + len(module) - 1
    assert done.stdout.startswith(f'{file}: invalid: type mismatch') and f'(at byte {offset:#x})' in done.stdout
    assert 'in function 0' in run_wasmelt('validate', file).stderr


TYPES = {
    'own-of-no-resource': ('(component (type $t u8) (type (own $t)))', 'type index 0 is not a resource type'),
    'borrowed-result': ('(component (import "r" (type $r (sub resource))) (import "f" (func (result (borrow $r)))))', 'cannot contain a `borrow`'),
    'lift-of-another-type': ('''(component (core module $m (func (export "f") (param i64)))
        (core instance $i (instantiate $m)) (func (param "a" u32) (canon lift (core func $i "f"))))''', 'lowered parameter types do not match'),
    'lift-without-memory': ('''(component (core module $m (func (export "f") (param i32 i32)))
        (core instance $i (instantiate $m)) (func (param "a" string) (canon lift (core func $i "f"))))''', 'option `memory` is required'),
    'lower-to-another-type': ('''(component (import "f" (func $f (param "a" f32)))
        (core func $g (canon lower (func $f))) (core module $m (import "" "f" (func (param i32))))
        (core instance (instantiate $m (with "" (instance (export "f" (func $g)))))))''', 'core functions of different types'),
    'foreign-resource': ('(component (import "r" (type $r (sub resource))) (core func (canon resource.new $r)))', 'not a local resource'),
    'two-imports-are-two-resources': ('''(component
        (component $c (import "a" (type $a (sub resource))) (import "f" (func (param "x" (own $a)))))
        (import "p" (type $p (sub resource))) (import "q" (type $q (sub resource))) (import "f" (func $f (param "x" (own $q))))
        (instance (instantiate $c (with "a" (type $p)) (with "f" (func $f)))))''', 'resource types are not the same'),
    'each-instance-has-its-own-resources': ('''(component
        (component $c (type $r (resource (rep i32))) (export "r" (type $r)))
        (instance $a (instantiate $c)) (instance $b (instantiate $c))
        (component $d (import "r" (type $r (sub resource))) (import "s" (type (eq $r))))
        (instance (instantiate $d (with "r" (type $a "r")) (with "s" (type $b "r")))))''', 'resource types are not the same'),
    'no-such-export': ('''(component (import "i" (instance $i (export "f" (func))))
        (alias export $i "g" (func)))''', 'has no export named `g`'),
    'type-without-a-name': ('(component (type $t (record (field "a" u8))) (import "f" (func (param "x" $t))))', 'not valid to be used as import'),
    'exported-type-in-an-import': ('''(component (type $r (resource (rep i32))) (export $e "r" (type $r))
        (import "f" (func (result (own $e)))))''', 'not valid to be used as import'),
    'outer-resource': ('(component (type $r (resource (rep i32))) (component (alias outer 1 0 (type))))', 'transitively refers to resources'),
}


@pytest.fixture(scope='module')
def wrong_types(tmp_path_factory):
    return components.assemble({key: text for key, (text, _) in TYPES.items()}, tmp_path_factory.mktemp('types'))


@pytest.mark.parametrize('key', TYPES)
def test_types_have_to_fit(run_wasmelt, wrong_types, key):
    done = run_wasmelt('validate', '--list', wrong_types[key])
    assert ': invalid: ' in done.stdout and TYPES[key][1] in done.stdout


# ---- Hostile input ----

def test_truncated_at_every_byte(sanitized, tmp_path, calculator):
    data = calculator.read_bytes()
    answers = verdicts(sanitized, tmp_path, [data[:n] for n in range(len(data))])
    assert sum(a == 'valid' for a in answers) < 60  # what ends between sections may be a component of its own
    assert all('at byte' in a for a in answers if a != 'valid')


def test_bit_flips_and_random_bytes(sanitized, tmp_path, calculator):
    data, damaged, rng = calculator.read_bytes(), [], random.Random(7)
    for bit in range(64, len(data) * 8, 3):
        copy = bytearray(data)
        copy[bit // 8] ^= 1 << bit % 8
        damaged.append(bytes(copy))
    for _ in range(1000):
        copy = bytearray(data)
        for _ in range(rng.randrange(1, 5)):
            copy[rng.randrange(8, len(copy))] = rng.choice([0, 1, 2, 0x7F, 0x80, 0xFF, rng.randrange(256)])
        damaged.append(bytes(copy))
    answers = verdicts(sanitized, tmp_path, damaged)
    assert {a.split(':')[0] for a in answers} == {'valid', 'malformed', 'invalid'}


def test_damaged_components_are_inspected_or_refused(sanitized, tmp_path, calculator):
    data, rng = calculator.read_bytes(), random.Random(8)
    for _ in range(60):
        copy = bytearray(data)
        copy[rng.randrange(8, len(copy))] = rng.randrange(256)
        (tmp_path / 'x.wasm').write_bytes(copy)
        done = subprocess.run([sanitized, 'inspect', '--json', tmp_path / 'x.wasm'], capture_output=True, text=True, errors='replace', timeout=60)
        assert done.returncode in (0, 1) and 'Sanitizer' not in done.stderr and 'runtime error' not in done.stderr, done.stderr[-2000:]
        assert done.returncode == 1 or json.loads(done.stdout)


def limited(wasmelt, file, *command, megabytes=512, seconds=20):
    return subprocess.run([wasmelt, *command, file], capture_output=True, text=True, timeout=seconds,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20)))


@pytest.mark.parametrize('number', range(2, 13))
@pytest.mark.parametrize('count', [0xFFFFFFFF, 1000000])
def test_huge_counts_take_no_memory(wasmelt, tmp_path, number, count):
    file = tmp_path / 'huge.wasm'
    file.write_bytes(HEADER + section(number, leb(count)))
    done = limited(wasmelt, file, 'validate', megabytes=256)
    assert done.returncode == 1 and done.stderr.startswith(f'wasmelt: {file}: error: ') and 'out of memory' not in done.stderr


def nested_components(depth):
    data = HEADER
    for _ in range(depth):
        data = HEADER + section(4, data)
    return data


def nested_types(depth, opening, inner):
    """`depth` types, each in the next."""
    data = inner
    for _ in range(depth):
        data = opening + data
    return HEADER + section(7, b'\1' + data)


def chain(count, wrap):
    """`count` types, each made of the one before."""
    return HEADER + section(7, vector([b'\x70\x7f', *(wrap(signed_leb(k)) for k in range(count))]))


@pytest.mark.parametrize('content', [
    nested_components(2000),
    nested_types(100000, b'\x42\1\1', b'\x42\0'),
    nested_types(100000, b'\x41\1\1', b'\x41\0'),
    chain(100000, lambda index: b'\x70' + index),
    chain(100000, lambda index: b'\x6f\2' + index + index),
], ids=['components', 'instance-types', 'component-types', 'list-of-list', 'tuple-of-two'])
def test_deep_nesting_is_refused(wasmelt, tmp_path, content):
    file = tmp_path / 'deep.wasm'
    file.write_bytes(content)
    done = limited(wasmelt, file, 'validate')
    assert done.returncode == 1 and 'deep' in done.stderr and len(done.stderr.splitlines()) == 1


def doubling(levels):
    """Types that each have the one before twice, in a list so that values stay small: a tree of 2^levels leaves."""
    types = [b'\x70\x7f']
    for k in range(levels):
        types += [b'\x6f\2' + signed_leb(2 * k) * 2, b'\x70' + signed_leb(2 * k + 1)]
    return types


@pytest.mark.parametrize('levels, status', [(22, 0), (40, 1)])
def test_types_of_exponential_size_take_neither_time_nor_memory_nor_output(wasmelt, tmp_path, levels, status):
    types = doubling(levels)
    func = b'\x40' + vector([name('a') + signed_leb(len(types) - 1)]) + b'\1\0'
    file = tmp_path / 'wide.wasm'
    file.write_bytes(HEADER + section(7, vector([*types, func])) + section(10, vector([b'\0' + name('f') + b'\1' + leb(len(types))])))
    done = limited(wasmelt, file, 'inspect', megabytes=160)
    assert done.returncode == status and len(done.stdout) < 1 << 18
    assert '...' in done.stdout if status == 0 else 'not supported: types of this size' in done.stderr


def test_nothing_is_read_that_was_not_written(memory_sanitized, calculator, wrong_types, tmp_path):
    data, rng = calculator.read_bytes(), random.Random(9)
    for number in range(200):
        copy = bytearray(data)
        copy[rng.randrange(8, len(copy))] = rng.randrange(256)
        (tmp_path / f'{number}.wasm').write_bytes(copy)
    for command in (['validate', '-q', *wrong_types.values(), *tmp_path.iterdir()], ['inspect', calculator]):
        done = subprocess.run([memory_sanitized, *command], capture_output=True, text=True, errors='replace', timeout=300)
        assert 'Sanitizer' not in done.stderr and done.returncode in (0, 1), done.stderr[-3000:]
