"""Branch hints (the custom section "metadata.code.branch_hint") become expectations in the C. A malformed section gives no hints,
and is not an error."""
import re
import subprocess

import pytest

from support.binary import custom, leb, sections, vector

pytestmark = pytest.mark.once  # nothing is compiled

TEXT = '''(module
  (import "m" "f" (func $f (param i32)))
  (func (export "if") (param i32) {locals}
    (if (local.get 0) (then (call $f (i32.const 1))) (else (call $f (i32.const 2)))))
  (func (export "br_if") (param i32) {locals}
    (block (br_if 0 (i32.gt_s (local.get 0) (i32.const 7))) (call $f (i32.const 3)))
    (call $f (i32.const 4)))
  (func (export "loop") (param i32)
    (loop (call $f (local.get 0)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))'''
NAME = b'metadata.code.branch_hint'


def hints(*functions):
    """(FUNC, (OFFSET, VALUE), ...) each."""
    return vector([leb(f) + vector([leb(at) + leb(1) + bytes([value]) for at, value in of]) for f, *of in functions])


def hint_section(content, name=NAME):
    return custom(name, content)


def with_section(wasm, *added):
    """The module with these before its code section."""
    data = wasm.read_bytes()
    at = next(begin for number, begin, _, _ in sections(data) if number == 10)
    wasm.write_bytes(data[:at] + b''.join(added) + data[at:])
    return wasm


# Offsets in the bodies: the count of locals is at 0.
IF, BR_IF, LOOP = 3, 8, 14
GOOD = [(1, (IF, 1)), (2, (BR_IF, 0)), (3, (LOOP, 1))]


@pytest.fixture
def conditions(assemble, run_wasmelt, tmp_path):
    """conditions(SECTION, ...): what the ifs of the three functions test."""
    def get(*sections, locals_=''):
        wasm = with_section(assemble(TEXT.replace('{locals}', locals_)), *sections)
        made = run_wasmelt(wasm, '--emit=obj', '--name=m', '--imports-never-throw', f'--keep={tmp_path / "c"}', '-o', tmp_path / 'm.o',
                           '--cflags=-Wall -Wextra -Werror')
        assert (made.returncode, made.stderr) == (0, '')
        return re.findall(r'^\t+if \((.*)\) (?:{|break;|continue;|return\b.*|f_f\(.*\);)$', (tmp_path / 'c' / 'm.c').read_text(), re.M)
    return get


@pytest.fixture(scope='module')
def kept():
    """What is made once for all tests."""
    return {}


@pytest.fixture
def without_hints(conditions, kept):
    """What the ifs test where there are no hints."""
    return kept['conditions'] if 'conditions' in kept else kept.setdefault('conditions', conditions())


def test_without_hints_there_are_none(without_hints):
    plain = without_hints
    assert len(plain) == 3 and not any('likely(' in c or 'unlikely(' in c for c in plain), plain


@pytest.mark.parametrize('values, macros', [
    ((1, 1, 1), ('likely', 'unlikely', 'unlikely')),  # the last two are negated: what they guard is skipped, or left
    ((0, 0, 0), ('unlikely', 'likely', 'likely')),
    ((0, 1, 0), ('unlikely', 'unlikely', 'likely')),
])
def test_hints_become_expectations(conditions, values, macros):
    found = conditions(hint_section(hints(*((k + 1, (at, v)) for k, (at, v) in enumerate(zip((IF, BR_IF, LOOP), values))))))
    for condition, macro in zip(found, macros, strict=True):
        assert condition.startswith(macro + '('), found


def test_offsets_count_from_the_locals(conditions):
    """With one declaration of locals, two bytes more."""
    section = hint_section(hints((1, (IF + 2, 1)), (2, (BR_IF + 2, 1)), (3, (LOOP, 1))))
    found = conditions(section, locals_='(local i64 i64)')
    assert [c.split('(')[0] for c in found] == ['likely', 'unlikely', 'unlikely']


@pytest.mark.parametrize('section', [
    hints((1, (IF - 2, 1)), (2, (BR_IF - 1, 0)), (3, (1, 1))),          # other instructions, and the middle of one
    hints(),
    hints((1,), (2,), (3,)),
], ids=['elsewhere', 'empty', 'empty functions'])
def test_hints_on_other_instructions_mean_nothing(conditions, without_hints, section):
    assert conditions(hint_section(section)) == without_hints


BAD = {
    'nothing': b'',
    'too many functions': leb(4) + hints(*GOOD)[1:],
    'a huge count': leb(0xFFFFFFFF) + hints(*GOOD)[1:],
    'a huge count of hints': leb(1) + leb(1) + leb(0xFFFFFFFF) + b'\3\1\1',
    'bytes after it': hints(*GOOD) + b'\0',
    'a value that there is not': hints((1, (IF, 2))),
    'a size that is not 1': leb(1) + leb(1) + leb(1) + leb(IF) + leb(2) + b'\1\1',
    'cut off': hints(*GOOD)[:-1],
    'a function twice': hints((1, (IF, 1)), (1, (IF, 1))),
    'functions out of order': hints(*reversed(GOOD)),
    'offsets out of order': hints((1, (IF, 1), (IF - 1, 1))),
    'an offset twice': hints((1, (IF, 1), (IF, 0))),
    'an offset behind the function': hints((1, (IF, 1), (1000, 1))),
    'an offset of 2^32 - 1': hints((1, (IF, 1), (0xFFFFFFFF, 1))),
    'an import': hints((0, (IF, 1)), *GOOD),
    'a function that there is not': hints(*GOOD, (4, (IF, 1))),
    'an overlong number': leb(1) + leb(1) + leb(1) + leb(IF, 6) + b'\1\1',
}


@pytest.mark.parametrize('section', BAD.values(), ids=BAD)
def test_a_malformed_section_is_ignored_whole(conditions, without_hints, sanitized, tmp_path, section):
    assert conditions(hint_section(section)) == without_hints
    done = subprocess.run([sanitized, 'validate', tmp_path / 'm.wasm'], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, '')


def test_of_several_sections_the_first_counts(conditions):
    found = conditions(hint_section(hints((1, (IF, 1)))), hint_section(hints((1, (IF, 0)))))
    assert found[0].startswith('likely(')


def test_other_sections_are_not_hints(conditions, without_hints):
    for name in (b'metadata.code.branch_hint2', b'metadata.code.branch_hin', b'branch_hint'):
        assert conditions(hint_section(hints(*GOOD), name)) == without_hints
