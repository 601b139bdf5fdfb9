"""A small suite whose scripts expect wrong results: run.py must report exactly these as failures."""
import json
import pathlib
import subprocess

import pytest

pytestmark = pytest.mark.once  # about the runner of the suite, not about what it compiles

HERE = pathlib.Path(__file__).resolve().parent

MODULE = '''(module
  (memory (export "memory") 1)
  (global (export "seven") i32 (i32.const 7))
  (func (export "seven-plus") (param i32) (result i32) (i32.add (i32.const 7) (local.get 0)))
  (func (export "two") (result i32 i64) (i32.const 1) (i64.const 2))
  (func (export "canonical") (result f32) (f32.const -nan))
  (func (export "arithmetic") (result f32) (f32.const nan:0x400001))
  (func (export "signalling") (result f32) (f32.const nan:0x200000))
  (func (export "minus-zero") (result f64) (f64.const -0))
  (func (export "null") (result funcref) (ref.null func))
  (func $itself (export "itself") (result funcref) (ref.func $itself))
  (func (export "same") (param externref) (result externref) (local.get 0))
  (func (export "outside") (drop (i32.load (i32.const 65536))))
  (func $endless (export "endless") (call $endless))
  (func (export "spin") (loop (br 0))))'''

LINKS = '(module (import "spectest" "global_i32" (global i32)))'
DOES_NOT_LINK = '(module (import "spectest" "no such thing" (func)))'
TRAPS = '(module (memory 1) (data (i32.const 65536) "x"))'


class Suite:
    def __init__(self, folder, build):
        self.folder, self.build, self.index = folder, build, []

    def module(self, text, name):
        """The name of a script's module file; bytes are taken as they are."""
        file = self.folder / 'g' / name
        file.parent.mkdir(exist_ok=True)
        if isinstance(text, bytes):
            file.with_suffix('.wasm').write_bytes(text)
        else:
            file.with_suffix('.wat').write_text(text)
            subprocess.run(['wat2wasm', '--no-check', file.with_suffix('.wat'), '-o', file.with_suffix('.wasm')],
                           check=True)
        return f'../{name}.wasm'

    def script(self, name, commands, stale=()):
        """Lines are numbered by the commands' places, from 1."""
        folder = self.folder / 'g' / name
        folder.mkdir(parents=True)
        commands = [{'line': k + 1, **c} for k, c in enumerate(commands)]
        (folder / f'{name}.json').write_text(json.dumps({'commands': commands}))
        self.index.append({'group': 'g', 'name': name, 'feature': 'f', 'stale': [{'line': n, 'why': 'w'} for n in stale]})

    def run(self):
        """The outcomes, as {(script, line): (outcome, reason)}, and the exit status."""
        (self.folder / 'index.json').write_text(json.dumps(self.index))
        out = self.folder / 'out.json'
        done = subprocess.run([HERE / 'run.py', '--suite', self.folder, '--build', self.build, '--json', out, '--opt', '0',
                               '--timeout', '10', 'g'], capture_output=True, text=True)
        assert out.exists(), done.stderr
        rows = json.loads(out.read_text())
        assert len({(r['name'], r['line']) for r in rows}) == len(rows), 'more than one outcome for a command'
        return {(r['name'], r['line']): (r['outcome'], r['reason']) for r in rows}, done.returncode


@pytest.fixture
def suite(tmp_path, build):
    return Suite(tmp_path, build)


def load(suite):
    return {'type': 'module', 'module_type': 'binary', 'filename': suite.module(MODULE, 'm')}


def call(kind, field, args=(), **more):
    return {'type': kind, 'action': {'type': 'invoke', 'field': field, 'args': list(args)}, **more}


def returns(field, *expected, args=()):
    return call('assert_return', field, args, expected=list(expected))


def value(kind, number=None):
    return {'type': kind} if number is None else {'type': kind, 'value': str(number)}


RIGHT = [
    returns('seven-plus', value('i32', 6), args=[value('i32', 4294967295)]),
    returns('two', value('i32', 1), value('i64', 2)),
    returns('canonical', value('f32', 'nan:canonical')),
    returns('canonical', value('f32', 'nan:arithmetic')),
    returns('arithmetic', value('f32', 'nan:arithmetic')),
    returns('minus-zero', value('f64', 1 << 63)),
    returns('null', value('funcref', 'null')),
    returns('null', value('refnull')),
    returns('itself', value('funcref')),
    returns('same', value('externref', 3), args=[value('externref', 3)]),
    returns('same', value('externref'), args=[value('externref', 0)]),
    returns('seven-plus', {'type': 'either', 'values': [value('i32', 1), value('i32', 7)]}, args=[value('i32', 0)]),
    {'type': 'assert_return', 'action': {'type': 'get', 'field': 'seven'}, 'expected': [value('i32', 7)]},
    call('assert_trap', 'outside', text='out of bounds memory access'),
    call('assert_exhaustion', 'endless', text='call stack exhausted'),
    call('action', 'null'),
]

WRONG = [
    returns('seven-plus', value('i32', 7), args=[value('i32', 4294967295)]),
    returns('seven-plus', value('i64', 6), args=[value('i32', 4294967295)]),
    returns('seven-plus', value('i32', 7)),
    returns('two', value('i32', 1)),
    returns('two', value('i32', 1), value('i64', 3)),
    returns('arithmetic', value('f32', 'nan:canonical')),
    returns('signalling', value('f32', 'nan:arithmetic')),
    returns('minus-zero', value('f64', 0)),
    returns('minus-zero', value('f64', 'nan:canonical')),
    returns('null', value('funcref')),
    returns('itself', value('funcref', 'null')),
    returns('itself', value('refnull')),
    returns('same', value('externref', 4), args=[value('externref', 3)]),
    returns('same', value('externref'), args=[value('externref', 'null')]),
    returns('seven-plus', {'type': 'either', 'values': [value('i32', 1), value('i32', 2)]}, args=[value('i32', 0)]),
    returns('outside'),
    returns('no such function'),
    {'type': 'assert_return', 'action': {'type': 'get', 'field': 'seven'}, 'expected': [value('i32', 8)]},
    {'type': 'assert_return', 'action': {'type': 'get', 'field': 'memory'}, 'expected': [value('i32', 7)]},
    {'type': 'assert_return', 'action': {'type': 'get', 'module': '$other', 'field': 'seven'}, 'expected': []},
    call('assert_trap', 'outside', text='integer divide by zero'),
    call('assert_trap', 'null', text='out of bounds memory access'),
    call('assert_exhaustion', 'outside', text='call stack exhausted'),
    call('assert_exhaustion', 'null', text='call stack exhausted'),
    call('action', 'outside'),
]


def test_right_expectations_pass(suite):
    suite.script('s', [load(suite), *RIGHT])
    outcomes, status = suite.run()
    assert [o for o in outcomes.items() if o[1][0] != 'pass'] == []
    assert len(outcomes) == len(RIGHT) + 1 and status == 0


def test_wrong_expectations_fail(suite):
    suite.script('s', [load(suite), *WRONG])
    outcomes, status = suite.run()
    assert outcomes.pop(('s', 1))[0] == 'pass'
    assert [WRONG[line - 2] for (_, line), (outcome, _) in outcomes.items() if outcome != 'fail'] == []
    assert len(outcomes) == len(WRONG) and status == 1


def test_modules_that_should_not_be(suite):
    def wants(kind, text, file):
        return {'type': kind, 'module_type': 'binary', 'filename': file, 'text': text}
    good, links = suite.module(MODULE, 'good'), suite.module(LINKS, 'links')
    no_link, traps = suite.module(DOES_NOT_LINK, 'no_link'), suite.module(TRAPS, 'traps')
    bad_type = suite.module('(module (func (result i32)))', 'bad_type')
    bad_magic = suite.module(b'\0asx\1\0\0\0', 'bad_magic')
    suite.script('right', [
        wants('assert_invalid', 'type mismatch', bad_type),
        wants('assert_malformed', 'magic header not detected', bad_magic),
        wants('assert_unlinkable', 'unknown import', no_link),
        wants('assert_uninstantiable', 'out of bounds memory access', traps),
    ])
    suite.script('wrong', [
        wants('assert_invalid', 'type mismatch', good),
        wants('assert_malformed', 'magic header not detected', good),
        wants('assert_malformed', 'length out of bounds', bad_type),
        wants('assert_unlinkable', 'unknown import', links),
        wants('assert_unlinkable', 'incompatible import type', no_link),
        wants('assert_unlinkable', 'unknown import', traps),
        wants('assert_uninstantiable', 'out of bounds memory access', links),
        wants('assert_uninstantiable', 'out of bounds memory access', no_link),
        wants('assert_uninstantiable', 'out of bounds table access', traps),
        {'type': 'module', 'module_type': 'binary', 'filename': bad_type},
        {'type': 'module', 'module_type': 'binary', 'filename': no_link},
        {'type': 'module', 'module_type': 'binary', 'filename': traps},
    ])
    outcomes, _ = suite.run()
    assert all((outcome == 'pass') == (name == 'right') for (name, _), (outcome, _) in outcomes.items()), outcomes
    assert all(outcome == 'fail' for (name, _), (outcome, _) in outcomes.items() if name == 'wrong'), outcomes
    assert len(outcomes) == 16


def test_a_hang_costs_its_script_only(suite):
    suite.script('hangs', [load(suite), returns('null', value('refnull')), returns('spin'), returns('null')])
    suite.script('fine', [load(suite), *RIGHT])
    outcomes, status = suite.run()
    assert [outcomes['hangs', k][0] for k in (1, 2, 3, 4)] == ['pass', 'pass', 'fail', 'fail']
    assert 'took more than 10 s' in outcomes['hangs', 3][1]
    assert all(outcome == 'pass' for (name, _), (outcome, _) in outcomes.items() if name == 'fine')
    assert status == 1


def test_modules_with_the_same_bytes_are_apart(suite):
    """They are compiled once, in one script and in several; what they hold is not shared."""
    text = '''(module (global $g (mut i32) (i32.const 5))
                 (func (export "more") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))'''
    first, second = ({'type': 'module', 'module_type': 'binary', 'filename': suite.module(text, name)} for name in ('x', 'y'))
    for script in ('s', 't'):
        suite.script(script, [first, returns('more', value('i32', 6)), returns('more', value('i32', 7)),
                              second, returns('more', value('i32', 6)), returns('more', value('i32', 8))])
    outcomes, _ = suite.run()
    assert [outcomes[script, k][0] for script in ('s', 't') for k in range(1, 7)] == ['pass', 'pass', 'pass', 'pass', 'pass', 'fail'] * 2


def test_what_depends_on_a_failed_module_is_no_pass(suite):
    broken = {'type': 'module', 'module_type': 'binary', 'filename': suite.module('(module (func (result i32)))', 'bad')}
    suite.script('s', [broken, returns('seven-plus', value('i32', 7), args=[value('i32', 0)])])
    outcomes, status = suite.run()
    assert outcomes['s', 1][0] == 'fail' and outcomes['s', 2][0] != 'pass' and status == 1


def test_stale_lines_and_text_are_skipped(suite):
    text = {'type': 'assert_malformed', 'module_type': 'text', 'filename': 'x.wat', 'text': 'unexpected token'}
    suite.script('s', [load(suite), returns('null'), text], stale=[2])
    outcomes, status = suite.run()
    assert [outcomes['s', k][0] for k in (1, 2, 3)] == ['pass', 'skip', 'skip'] and status == 0


def test_threads(suite):
    inner = [{'type': 'register', 'line': 101, 'as': 'shared', 'name': '$shared'},
             {'type': 'assert_return', 'line': 102, 'expected': [value('i32', 7)],
              'action': {'type': 'get', 'module': '$shared', 'field': 'seven'}},
             {'type': 'assert_return', 'line': 103, 'expected': [value('i32', 8)],
              'action': {'type': 'get', 'module': '$shared', 'field': 'seven'}},
             {'type': 'assert_return', 'line': 104, 'expected': [value('i32', 7)],
              'action': {'type': 'get', 'field': 'seven'}}]  # no current instance there
    suite.script('s', [{**load(suite), 'name': '$shared'},
                       {'type': 'thread', 'name': '$t', 'shared_module': '$shared', 'commands': inner},
                       {'type': 'wait', 'thread': '$t'}])
    outcomes, status = suite.run()
    assert {k[1]: o[0] for k, o in outcomes.items()} == {1: 'pass', 102: 'pass', 103: 'fail', 104: 'fail', 3: 'pass'}
    assert status == 1
