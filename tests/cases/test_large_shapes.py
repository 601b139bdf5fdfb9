"""Functions of unusual size and shape, generated: thousands of nested blocks, locals, parameters, cases. Each must be
translated and compiled in a time that fits its size, and give the answer known from how it was made."""
import subprocess

import pytest

from support.cases import Case, run_native


@pytest.fixture(scope='session')
def runner(build):
    subprocess.run(['cmake', '--build', build, '--target', 'case-runner'], check=True, stdout=subprocess.DEVNULL)
    return build / 'bin' / 'case-runner'


@pytest.fixture
def check(wasmelt, runner, assemble, tmp_path, cc):
    """check(WAT, CASE_LINES): at -O1, with gcc and clang."""
    def run(text, script):
        case = Case(script)
        assert case.script
        assert run_native(wasmelt, runner, assemble(text), case, tmp_path, cc) == []
    return run


def function(params, body, result='i32', before=''):
    return f'(module {before} (func (export "run") (param {params}) (result {result}) {body}))'


def test_nested_blocks(check):
    depth = 5000
    body = '(block ' * depth + ' '.join(f'(br_if {k} (i32.eq (local.get 0) (i32.const {k})))' for k in range(0, depth, 97))
    # The end of each block counts; a branch to label k leaves k + 1 blocks and skips what stands in them.
    body += '(local.set 1 (i32.add (local.get 1) (i32.const 1))))' * depth + '(local.get 1)'
    check(f'(module (func (export "run") (param i32) (result i32) (local i32) {body}))',
          f''';; call run i32:-1 -> i32:{depth}
              ;; call run i32:0 -> i32:{depth - 1}
              ;; call run i32:97 -> i32:{depth - 98}
              ;; call run i32:4947 -> i32:{depth - 4948}''')


def test_nested_ifs(check):
    depth = 2000
    body = ''.join(f'(if (i32.gt_u (local.get 0) (i32.const {k})) (then (local.set 1 (i32.const {k}))' for k in range(depth))
    body += '))' * depth + '(local.get 1)'
    check(f'(module (func (export "run") (param i32) (result i32) (local i32) {body}))',
          f''';; call run i32:0 -> i32:0
              ;; call run i32:300 -> i32:299
              ;; call run i32:-1 -> i32:{depth - 1}''')


def test_nested_ifs_in_the_else_arm(check):
    depth = 750
    body = ''.join(f'(if (result i32) (i32.eq (local.get 0) (i32.const {k})) (then (i32.const {k * 3})) (else '
                   for k in range(depth)) + '(i32.const -1)' + '))' * depth
    check(function('i32', body), f''';; call run i32:0 -> i32:0
              ;; call run i32:99 -> i32:297
              ;; call run i32:5000 -> i32:-1''')


def test_a_chain_of_ifs_longer_than_C_compilers_take(check):
    depth = 3000
    body = ''.join(f'(if (i32.eq (local.get 0) (i32.const {k})) (then (local.set 0 (i32.const {k * 3}))) (else '
                   for k in range(depth)) + '(local.set 0 (i32.const -1))' + '))' * depth + '(local.get 0)'
    check(function('i32', body), f''';; call run i32:0 -> i32:0
              ;; call run i32:2999 -> i32:8997
              ;; call run i32:5000 -> i32:-1''')


@pytest.mark.parametrize('step, returned', [
    ('(if (i32.eq (global.get 0) (local.get 0)) (then (return)))', None),
    ('(br_if 0 (i32.eq (global.get 0) (local.get 0)))', None),
    ('(block (br_if 0 (i32.ne (global.get 0) (local.get 0))) (global.set 0 (i32.const -7)) (return))', -7),
    ('(if (i32.eq (global.get 0) (local.get 0)) (then (global.set 0 (i32.const -8)) (br 1)))', -8)])
def test_many_early_returns_are_no_switch(check, assemble, run_wasmelt, tmp_path, step, returned):
    count = 150
    body = f'{step} (global.set 0 (i32.add (global.get 0) (i32.const 1)))' * count
    text = f'''(module (global (mut i32) (i32.const 0)) (func $f (param i32) {body})
                (func (export "run") (param i32) (result i32) (global.set 0 (i32.const 0)) (call $f (local.get 0)) (global.get 0)))'''
    check(text, '\n'.join(f';; call run i32:{k} -> i32:{k if returned is None else returned}' for k in (0, 1, 49, 50, 51, 52, 53, 99, 149))
          + f'\n;; call run i32:{count} -> i32:{count}\n;; call run i32:-1 -> i32:{count}')
    assert run_wasmelt(assemble(text), '--emit=c', '-o', tmp_path / 'c.c').returncode == 0
    assert 'switch' not in (tmp_path / 'c.c').read_text()


def test_results_handed_on_through_blocks(check):
    """Branches from inside take values to each of the blocks, whose results go on to the one around."""
    depth = 200
    body = '(block (result i32) ' * depth
    body += ''.join(f'(drop (br_if {k} (i32.const {k + 1}) (i32.eq (local.get 0) (i32.const {k}))))' for k in range(depth))
    body += '(i32.const -7)' + ')' * depth
    check(function('i32', body), f''';; call run i32:0 -> i32:1
              ;; call run i32:150 -> i32:151
              ;; call run i32:{depth - 1} -> i32:{depth}
              ;; call run i32:5000 -> i32:-7''')


def test_nested_loops(check):
    depth = 1000
    body = '(loop ' * depth + '(local.set 1 (i32.add (local.get 1) (i32.const 1)))'
    # Every loop repeats once for each unit of the argument that is left.
    body += '(if (local.get 0) (then (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br 1))))' * depth + '(local.get 1)'
    check(f'(module (func (export "run") (param i32) (result i32) (local i32) {body}))',
          ''';; call run i32:0 -> i32:1
             ;; call run i32:5 -> i32:6''')


def test_loop_left_from_deep_inside(check):
    depth = 1000
    body = '(loop (block ' * depth
    body += f'(br_if {2 * depth - 1} (local.get 0)) (br_if {2 * depth} (i32.const 1) (i32.const 1)) drop'
    body += '))' * depth
    text = f'(module (func (export "run") (param i32) (result i32) {body} (i32.const 7)))'
    # Label 2 * depth - 1 is the outermost loop: with a true argument it would never end, so only the other way is run.
    check(text, ';; call run i32:0 -> i32:1')


def test_many_locals(check):
    count = 10000
    body = ''.join(f'(local.set {k + 1} (i64.add (local.get {k}) (i64.const 1)))' for k in range(count))
    check(f'(module (func (export "run") (param i64) (result i64) (local {"i64 " * count}) {body} (local.get {count})))',
          f';; call run i64:5 -> i64:{count + 5}')


def test_many_parameters_and_results(check):
    count = 600
    gets = ' '.join(f'(local.get {count - 1 - k})' for k in range(count))
    values = [k * 2654435761 % 2**32 for k in range(count)]
    args = ' '.join(f'i32:{v}' for v in values)
    check(f'(module (func $turn (param {"i32 " * count}) (result {"i32 " * count}) {gets}) (func (export "run") '
          f'(param {"i32 " * count}) (result {"i32 " * count}) {gets} call $turn))', f';; call run {args} -> {args}')


def test_long_chain_of_operators(check):
    count = 4000
    body = '(local.get 0) ' + '(i32.add (local.get 1)) (i32.xor (i32.const 3)) ' * (count // 2)
    x = 11
    for _ in range(count // 2):
        x = (x + 5 & 0xFFFFFFFF) ^ 3
    check(function('i32 i32', body), f';; call run i32:11 i32:5 -> i32:{x}')


def test_deep_right_leaning_expression(check):
    count = 5000
    body = '(local.get 0) ' * count + '(i32.const 0) ' + 'i32.sub ' * count
    check(function('i32', body), ';; call run i32:9 -> i32:0')


def test_stack_full_of_pending_loads(check):
    count = 800
    body = ''.join(f'(i32.load8_u (i32.const {k}))' for k in range(count)) + '(memory.fill (i32.const 0) (i32.const 1) (i32.const 65536))'
    body += 'i32.add ' * (count - 1)
    check(function('i32', body, before=f'(memory 1) (data (i32.const 0) "{"abcdefgh" * (count // 8)}")'),
          f''';; call run i32:0 -> i32:{sum(b'abcdefgh') * (count // 8)}
              ;; call run i32:0 -> i32:{count}''')


def test_large_br_table(check):
    count = 1500
    blocks = '(block ' * count + f'(br_table {" ".join(str(k) for k in range(count))} (local.get 0))'
    blocks += ''.join(f') (local.set 1 (i32.add (local.get 1) (i32.const {k})))' + ('(br 2)' if k % 10 == 9 and k < count - 3 else '')
                      for k in range(count))
    total = {}
    for start in (0, 5, 1234, count - 1):
        total[start] = run_cases_of_large_table(start, count)
    check(f'(module (func (export "run") (param i32) (result i32) (local i32) {blocks} (local.get 1)))',
          '\n'.join(f';; call run i32:{start} -> i32:{answer}' for start, answer in total.items()) +
          f'\n;; call run i32:-1 -> i32:{total[count - 1]}')


def run_cases_of_large_table(start, count):
    """What the blocks of test_large_br_table add up to: after case k, (br 2) skips the cases k + 1 and k + 2."""
    total, k = 0, start
    while k < count:
        total += k
        k += 3 if k % 10 == 9 and k < count - 3 else 1
    return total


def test_br_table_of_many_entries_to_few_labels(check):
    count = 6000
    labels = ' '.join(str(k % 3) for k in range(count))
    body = f'(block (block (block (br_table {labels} 2 (local.get 0))) (return (i32.const 10))) (return (i32.const 11))) (i32.const 12)'
    check(function('i32', body), ''';; call run i32:0 -> i32:10
                                    ;; call run i32:5998 -> i32:11
                                    ;; call run i32:5999 -> i32:12
                                    ;; call run i32:6000 -> i32:12''')


def test_many_functions_and_a_full_table(check):
    count = 3000
    functions = ''.join(f'(func $f{k} (result i32) (i32.const {k * 7}))' for k in range(count))
    names = ' '.join(f'$f{k}' for k in range(count))
    check(f'(module (table {count} funcref) (elem (i32.const 0) func {names}) {functions} (func (export "run") (param i32) '
          '(result i32) (call_indirect (result i32) (local.get 0))))',
          ''';; call run i32:0 -> i32:0
             ;; call run i32:2999 -> i32:20993
             ;; call run i32:3000 -> trap "undefined element"''')


def test_else_arms_that_begin_with_a_loop(check):
    """Too deep to be nested: the flat form, where the arm and the loop start at the same place."""
    depth = 100
    body = '(if (local.get 0) (then (local.set 0 (i32.const 0))) (else (loop ' * depth + '(local.set 1 (i32.const 7))'
    body += ')))' * depth + '(local.get 1)'
    check(f'(module (func (export "run") (param i32) (result i32) (local i32) {body}))',
          ''';; call run i32:0 -> i32:7
              ;; call run i32:1 -> i32:0''')


def test_many_globals_and_references(check):
    count = 4000
    globals_ = ' '.join(f'(global $g{k} (mut i32) (i32.const {k * k - 99})) (global $h{k} i64 (i64.const {-k}))' for k in range(count))
    parts = ' '.join(f'(local.set 1 (i64.add (local.get 1) (i64.mul (i64.extend_i32_s (global.get $g{k})) (global.get $h{k}))))'
                     for k in range(0, count, 13))
    total = sum((k * k - 99) * -k for k in range(0, count, 13))
    functions = ' '.join(f'(func $f{k} (result i32) (i32.const {k % 100}))' for k in range(count))
    elements = ' '.join(f'$f{k}' for k in range(count))
    check(f'''(module {globals_} (table {count} funcref) (elem $e func {elements}) {functions}
              (global $last i64 (i64.const 5))
              (func (export "sum") (result i64) (local i32 i64) {parts} (i64.add (local.get 1) (global.get $last)))
              (func (export "nth") (param i32) (result i32)
                (table.init $e (i32.const 0) (i32.const 0) (i32.const {count})) (call_indirect (result i32) (local.get 0))))''',
          f''';; call sum -> i64:{total + 5}
              ;; call nth i32:3987 -> i32:87
              ;; call nth i32:{count} -> trap "undefined element"''')
