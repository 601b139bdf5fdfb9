"""get.py: a script is converted to the form that run.py reads."""
import json
import pathlib
import struct
import subprocess

import pytest

import wast

pytestmark = pytest.mark.once  # nothing is compiled

HERE = pathlib.Path(__file__).resolve().parent

SCRIPT = r'''
(module $m (func (export "two\u{e9}") (param f32) (result i32 f64) (unreachable))) ;; (comment)
(module binary "\00asm" "\01\00\00\00")
(module definition $d (memory 1)) (; nested (; blocks ;) ;)
(module instance $i $d)
(register "name" $m)
(assert_return (invoke $m "two\u{e9}" (f32.const -0x1.8p-149)) (i32.const -1) (f64.const nan:canonical))
(assert_return (invoke "v" (v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 -1)) (v128.const f32x4 1 nan:arithmetic inf -nan))
(assert_return (get "g") (either (ref.null) (ref.extern 7) (ref.null any)))
(assert_trap (module (@name "annotated") (func $start (unreachable)) (start $start)) "unreachable")
(assert_malformed (module quote "(func" "))") "unexpected token")
(assert_invalid (module quote "(func (result i32))") "type mismatch")
(thread $T (shared (module $m)) (register "mem" $m) (invoke "run"))
(wait $T)
'''


@pytest.fixture(scope='module')
def converted(tmp_path_factory):
    """The commands of SCRIPT, the folder that they are in, and the row of index.json."""
    folder = tmp_path_factory.mktemp('get')
    (folder / 'scripts').mkdir()
    (folder / 'scripts' / 'all.wast').write_text(SCRIPT)
    subprocess.run([HERE / 'get.py', '--only', '--testsuite', folder / 'scripts', '-o', folder / 'suite'], check=True)
    row, = json.loads((folder / 'suite' / 'index.json').read_text())
    script = folder / 'suite' / row['json']
    return json.loads(script.read_text())['commands'], script.parent, row


def test_every_command_is_there_in_order_with_its_line(converted):
    commands, _, row = converted
    assert (row['group'], row['name'], row['feature']) == ('core', 'all', 'core')
    assert [c['line'] for c in commands] == list(range(2, 15))
    assert [c['type'] for c in commands] == [
        'module', 'module', 'module_definition', 'module_instance', 'register', 'assert_return', 'assert_return',
        'assert_return', 'assert_uninstantiable', 'assert_malformed', 'assert_invalid', 'thread', 'wait']


def test_modules_are_binary_unless_their_text_must_not_parse(converted):
    commands, folder, _ = converted
    forms = {c['filename']: (c['module_type'], c['form']) for c in commands if 'filename' in c}
    assert list(forms.values()) == [('binary', 'text'), ('binary', 'binary'), ('binary', 'text'), ('binary', 'text'),
                                    ('text', 'quote'), ('binary', 'quote')]
    for name, (kind, _) in forms.items():
        assert (folder / name).read_bytes().startswith(b'\0asm\1\0\0\0') == (kind == 'binary')


def test_names_values_and_threads(converted):
    commands, _, _ = converted
    scalar, vector, references = (c for c in commands if c['type'] == 'assert_return')
    assert scalar['action'] == {'type': 'invoke', 'module': '$m', 'field': 'twoé',
                                'args': [{'type': 'f32', 'value': str(1 << 31 | 2)}]}
    assert scalar['expected'] == [{'type': 'i32', 'value': '4294967295'}, {'type': 'f64', 'value': 'nan:canonical'}]
    assert vector['action']['args'] == [{'type': 'v128', 'lane_type': 'i32',
                                         'value': [str(n) for n in struct.unpack('<4I', bytes([*range(1, 16), 255]))]}]
    assert vector['expected'] == [{'type': 'v128', 'lane_type': 'f32',
                                   'value': ['1065353216', 'nan:arithmetic', '2139095040', '4290772992']}]
    assert references['expected'] == [{'type': 'either', 'values': [
        {'type': 'refnull'}, {'type': 'externref', 'value': '7'}, {'type': 'anyref', 'value': 'null'}]}]
    thread = next(c for c in commands if c['type'] == 'thread')
    assert (thread['name'], thread['shared_module']) == ('$T', '$m')
    assert [c['type'] for c in thread['commands']] == ['register', 'action']


@pytest.mark.parametrize('kind, text, bits', [
    ('f64', '0x1.fffffffffffffp-1023', 0x0010000000000000),  # a tie, to the even
    ('f64', '1e-400', 0),
    ('f64', '4.9406564584124654e-324', 1),
    ('f64', '1_000.5', 0x408F440000000000),
    ('f32', '340282356779733661637539395458142568447', 0x7F7FFFFF),  # just below what rounds to infinity
    ('f32', '0x1.000001p0', 0x3F800000),
    ('f32', '0x1.000003p0', 0x3F800002),
    ('f32', '-nan:0x20_0000', 0xFFA00000),
    ('f64', '-inf', 0xFFF0000000000000),
    ('i32', '-0x8000_0000', 0x80000000),
    ('i8', '-1', 255),
])
def test_constants_are_rounded_to_nearest(kind, text, bits):
    assert wast.number(text, kind) == str(bits)


def test_an_output_that_is_there_stays_as_it_is(tmp_path):
    done = subprocess.run([HERE / 'get.py', '--only', '-o', tmp_path], capture_output=True, text=True)
    assert done.returncode == 1 and 'is there already' in done.stderr
