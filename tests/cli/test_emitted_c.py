"""What a reader of the emitted C relies on."""
import re

import pytest

pytestmark = pytest.mark.once

FAR = '(i32.store (i32.const 8) (local.get 0))' * 80  # more lines than a reader sees at a time

MODULE = f'''(module
  (type $t (func (param i32 i64) (result f32)))
  (import "env" "table" (table $other 1 funcref))
  (memory 1)
  (table $own 3 funcref)
  (tag $tag)
  (elem (table $own) (i32.const 0) func $thrower)
  (func $thrower (param i32 i64) (result f32) (throw $tag))
  (func (export "far") (param i32)
    (block $a
      (block $b
        (br_if $a (i32.load (local.get 0)))
        (br_if $b (i32.load offset=4 (local.get 0)))
        (local.set 0 (i32.const 9))
        {FAR})
      (i32.store (i32.const 12) (i32.const 1)))
    (i32.store (i32.const 16) (i32.const 2))
    (i32.store (i32.const 20) (i32.const 3)))
  (func (export "loop") (param i32)
    (loop $l
      (if (i32.load (local.get 0)) (then (local.set 0 (i32.const 5)) {FAR} (br_if $l (i32.load (i32.const 0)))))
      (local.set 0 (i32.load (i32.const 8)))
      {FAR}
      (br $l)))
  (func (export "call") (param i32) (result f32)
    (call_indirect $other (type $t) (local.get 0) (i64.const 3) (local.get 0)))
  (func (export "try") (param i32) (result f32) (local f32)
    (try (do (local.set 1 (call $thrower (local.get 0) (i64.const 0))) (local.set 0 (i32.const 4)))
      (catch $tag (local.set 0 (i32.const 7))))
    (f32.add (local.get 1) (f32.convert_i32_u (local.get 0))))
  (func (export "switch") (param i32)
    (block $x (block $y (block $z (br_table $x $y $z (local.get 0))) (i32.store (i32.const 0) (i32.const 1))) (drop (i32.const 0)))))
'''


@pytest.fixture(params=[[], ['--split=3'], ['-g']], ids=['one file', 'split', '-g'])
def emitted(request, assemble, run_wasmelt, tmp_path):
    done = run_wasmelt(assemble(MODULE), '--emit=c', *request.param, '-o', tmp_path / 'c')
    assert done.returncode == 0, done.stderr
    return ''.join(file.read_text() for file in sorted((tmp_path / 'c').glob('*.[ch]')))


def test_a_jump_that_goes_far_and_its_goal_have_the_same_number(emitted):
    jumps = set(re.findall(r'(?:break|continue); /\* (\w+ \d+) \*/', emitted))
    goals = set(re.findall(r'[{}] /\* (\w+ \d+) \*/', emitted))
    assert jumps and jumps == goals
    assert any(j.startswith('loop') for j in jumps)


def test_each_exit_that_is_taken_is_named_where_it_goes_on(emitted):
    for body in re.split(r'^\}$', emitted, flags=re.M):
        taken = set(re.findall(r'\bbr = ([1-9]\d*);', body))
        named = set(re.findall(r'br = 0; /\* (\d+) \*/|br <= (\d+)|case (\d+):', body))
        assert taken <= {n for groups in named for n in groups}, body


def test_a_type_has_its_number_beside_it(emitted):
    types = dict(re.findall(r'^typedef (.*);\n#define TYPE\d+ (0[0-7]+)u$', emitted, re.M))
    assert types['f32 (*type0)(void *, u32, u64)'] == '01' '1' '2' '0' '3'
    assert re.search(r'entry\(self->table0, p0, TYPE0\)', emitted)


def test_a_try_tests_once(emitted):
    body = emitted[emitted.index('wasmelt_catch') - 600:emitted.index('wasmelt_catch')]
    assert body[body.rindex('f_thrower' if 'f_thrower' in body else 'f0'):].count('unwinding()') == 1


def test_switches_end_in_a_jump(emitted):
    assert re.search(r'switch \(p0\)', emitted)
    for last in re.findall(r'(.*)\n\s*\}\n', emitted[emitted.index('switch (p0)'):])[:1]:
        assert last.strip() in ('break;', 'return;'), last


def test_nothing_is_left_over(emitted):
    assert not re.search(r'[^\t\n ] {2,}[^ /*]', re.sub(r'"[^"\n]*"|/\*.*?\*/', 'x', emitted, flags=re.S)), 'doubled spaces'
    assert not re.search(r'[^_]\(\(\w+\)\)', emitted), 'doubled parentheses'
    assert not re.search(r'[ \t]$', emitted, re.M)
    assert '\n\n\n' not in emitted


def test_a_number_that_is_multiplied_by_a_constant_is_loaded_alone_unless_its_address_may_walk(assemble, run_wasmelt, tmp_path):
    """So that a loop over an array may still become one of vectors."""
    done = run_wasmelt(assemble('''(module (memory 1)
      (func (export "at_a_constant") (i32.store (i32.const 8) (i32.add (i32.mul (i32.load (i32.const 8)) (i32.const 69069)) (i32.const 5))))
      (func (export "constant_first") (result i64) (i64.mul (i64.const 77777) (i64.load (i32.const 16))))
      (func (export "at_a_parameter") (param i32)
        (i64.store (i32.const 24) (i64.mul (i64.load offset=3 (local.get 0)) (i64.const 12345))))
      (func (export "walking") (param i32)
        (loop $l (i32.store (local.get 0) (i32.mul (i32.load (local.get 0)) (i32.const 333)))
          (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 4))))))
      (func (export "at_a_local") (param i32) (local i32)
        (local.set 1 (i32.load (local.get 0))) (i32.store (i32.const 32) (i32.mul (i32.load (local.get 1)) (i32.const 444))))
      (func (export "narrow") (result i32) (i32.mul (i32.load16_u (i32.const 8)) (i32.const 555)))
      (func (export "by_a_variable") (param i32) (result i32) (i32.mul (i32.load (i32.const 8)) (local.get 0)))
      (func (export "added") (result i32) (i32.add (i32.load (i32.const 8)) (i32.const 666))))'''), '--emit=c', '-o', f'{tmp_path}/')
    assert done.returncode == 0, done.stderr
    emitted, = (file.read_text() for file in tmp_path.glob('*.c'))
    assert re.findall(r'\w+_loaded\(.*?\)\)|(?<=\* )\d+(?=;)', emitted) == [
        'i32_loaded(I32(8, 0))', 'i64_loaded(I64(16, 0))', 'i64_loaded(I64(p0, 3))', '12345', '333', '444', '555']


@pytest.mark.parametrize('constant, literal', [
    ('f64.const 10', '10.0'), ('f64.const 4294967296', '4294967296.0'), ('f64.const 0.1', '0.1'), ('f64.const -2.5', '-2.5'),
    ('f64.const 1e20', '1e+20'), ('f64.const 0.30000000000000004', '0.30000000000000004'), ('f64.const 5e-324', '5e-324'),
    ('f32.const 100000', '100000.0f'), ('f32.const 1e6', '1e+06f'), ('f32.const 16777217', '16777216.0f'), ('f32.const 0.1', '0.1f')])
def test_numbers_are_written_as_people_write_them(assemble, run_wasmelt, tmp_path, constant, literal):
    done = run_wasmelt(assemble(f'(module (func (export "f") (result {constant[:3]}) ({constant})))'), '--emit=c', '-o', tmp_path / 'm.c')
    assert done.returncode == 0, done.stderr
    assert re.search(r'return (.*);', (tmp_path / 'm.c').read_text()).group(1) == literal
