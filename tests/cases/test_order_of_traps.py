"""If several traps are possible, the specification decides which one ends a call: that of the operand evaluated first. Functions
with two or three trapping instructions, beside and inside each other, are called with each combination of operands that fails."""
import itertools
import random
import subprocess

import pytest

from support.cases import Case, run_native

DIVIDE, OVERFLOW, CONVERT = 'integer divide by zero', 'integer overflow', 'invalid conversion to integer'
MEMORY, TABLE = 'out of bounds memory access', 'out of bounds table access'
FAR = 'i32:0xfffffff0'

# An instruction with an i32 as its result: its parameters' types, its text, and for arguments what comes of them. A result
# is a small number, and not zero where the instruction is one of LEAVES.
LEAVES = {
    'div_u': ('i32', '(i32.div_u (i32.const 3) {0})', {'i32:1': None, 'i32:0': DIVIDE}),
    'div_s': ('i32 i32', '(i32.div_s {0} {1})', {'i32:3 i32:1': None, 'i32:3 i32:0': DIVIDE, 'i32:0x80000000 i32:-1': OVERFLOW}),
    'rem_s': ('i32', '(i32.rem_s (i32.const 3) {0})', {'i32:5': None, 'i32:0': DIVIDE}),
    'div_s64': ('i64 i64', '(i32.wrap_i64 (i64.div_s {0} {1}))',
                {'i64:3 i64:1': None, 'i64:3 i64:0': DIVIDE, 'i64:0x8000000000000000 i64:-1': OVERFLOW}),
    'rem_u64': ('i64', '(i32.wrap_i64 (i64.rem_u (i64.const 3) {0}))', {'i64:5': None, 'i64:0': DIVIDE}),
    'trunc': ('f64', '(i32.trunc_f64_s {0})', {'f64:3': None, 'f64:0x7ff8000000000000': CONVERT, 'f64:1e30': OVERFLOW}),
    'trunc_u': ('f32', '(i32.wrap_i64 (i64.trunc_f32_u {0}))', {'f32:3': None, 'f32:0x7fc00000': CONVERT, 'f32:-3': OVERFLOW}),
    'load': ('i32', '(i32.load {0})', {'i32:8': None, FAR: MEMORY}),
    'load_offset': ('i32', '(i32.load8_u offset=4 {0})', {'i32:4': None, FAR: MEMORY}),
    'load_second': ('i32', '(i32.load16_s 1 {0})', {'i32:8': None, FAR: MEMORY}),
    'load_wide': ('i64', '(i32.load 2 {0})', {'i64:8': None, 'i64:0x100000000': MEMORY}),
    'load_shared': ('i32', '(i32.load 3 {0})', {'i32:8': None, FAR: MEMORY}),
    'load_beyond': ('i32', '(i32.load offset=0x80000000 {0})', {'i32:8': MEMORY}),
    'load_vector': ('i32', '(i32x4.extract_lane 0 (v128.load {0}))', {'i32:8': None, FAR: MEMORY}),
    'atomic': ('i32', '(i32.atomic.load 3 {0})', {'i32:8': None, 'i32:9': 'unaligned atomic', FAR: MEMORY}),
    'table_get': ('i32', '(i32.add (i32.const 3) (ref.is_null (table.get $refs {0})))', {'i32:1': None, 'i32:9': TABLE}),
    'indirect': ('i32', '(call_indirect $funcs (result i32) {0})',
                 {'i32:0': None, 'i32:1': 'uninitialized element', 'i32:2': 'indirect call type mismatch', 'i32:9': 'undefined element'}),
    'unreachable': ('i32', '(block (result i32) (if {0} (then (unreachable))) (i32.const 3))', {'i32:0': None, 'i32:1': 'unreachable'}),
}

# What takes operands A and B, which are small numbers, and gives an i32: text, and a trap of its own by an operand X. The
# results of A and B are needed: C compilers leave out loads whose value they find to be useless (docs/architecture.md).
SHAPES = {
    'add': ('(i32.add A B)', None),
    'compare': ('(i32.lt_s A B)', None),
    'deep': ('(i32.sub (i32.mul (i32.xor A (i32.const 1)) (i32.const 5)) (i32.add (i32.clz B) (i32.const 2)))', None),
    # Compilers leave out a load that their choice of an arm does not need.
    'arms': ('(i32.add (i32.xor (local.tee $x A) (local.tee $y B)) (select (local.get $x) (local.get $y) X))', ('i32', {'i32:0': None, 'i32:1': None})),
    'arm and condition': ('(select A (i32.const 1) B)', None),
    # A call is no obstacle to loads if it is seen to write nothing.
    'call': ('(call $far A B)', None),
    'inlined call': ('(call $near A B)', None),
    'call of an import': ('(call $twice (i32.add A B))', None),
    'division': ('(i32.div_u A B)', None),
    'signed division': ('(i32.div_s A (i32.or B (i32.const -8)))', None),
    'address': ('(i32.load (i32.add A B))', None),
    'locals': ('(local.set $x A) (local.set $y B) (i32.add (local.get $x) (local.get $y))', None),
    'tee': ('(i32.add (local.tee $x A) (i32.add (local.get $x) B))', None),
    'br_if': ('(block (result i32) (br_if 0 A B) (i32.const 77) (i32.add))', None),
    'br_table': ('(block (result i32) (i32.add (i32.const 77) (block (result i32) (br_table 0 1 A B))))', None),
    'if': ('(if (result i32) (i32.sub A B) (then (i32.const 1)) (else (global.get $g)))', None),
    'two results': ('(block (result i32 i32) A B) (i32.add)', None),
    'global': ('A (global.set $g B) (i32.add (i32.const 1))', None),
    'dropped': ('(drop A) (drop B) (i32.const 1)', None),
    'grow': ('(i32.add A (memory.grow (i32.shr_u B (i32.const 8))))', None),
    'fill': ('(memory.fill A B (i32.const 0)) (i32.const 1)', None),
    'store': ('(i32.store A B) (i32.const 1)', None),
    'store beyond': ('(i32.store offset=0x80000000 A B) (i32.const 1)', ('', {'': MEMORY})),
    'store with own trap': ('(i32.store X (i32.add A B)) (i32.const 1)', ('i32', {'i32:8': None, FAR: MEMORY})),
    'wide store': ('(f64.store 2 X (f64.convert_i32_s (i32.sub A B))) (i32.const 1)', ('i64', {'i64:8': None, 'i64:-9': MEMORY})),
    'store to shared memory': ('(i64.store32 3 X (i64.extend_i32_u (i32.add A B))) (i32.const 1)',
                               ('i32', {'i32:8': None, FAR: MEMORY})),
    'store of a vector': ('(v128.store X (i32x4.splat (i32.add A B))) (i32.const 1)', ('i32', {'i32:8': None, FAR: MEMORY})),
    'lane load': ('(i32x4.all_true (v128.load32_lane 0 X (i32x4.splat (i32.add A B))))',
                  ('i32', {'i32:8': None, FAR: MEMORY})),
    'lane store': ('(v128.store32_lane 0 X (i32x4.splat (i32.add A B))) (i32.const 1)', ('i32', {'i32:8': None, FAR: MEMORY})),
    'atomic add': ('(i32.atomic.rmw.add 3 X (i32.add A B))',
                   ('i32', {'i32:8': None, 'i32:9': 'unaligned atomic', FAR: MEMORY})),
    'indirect call': ('(call_indirect $funcs (param i32) (result i32) (i32.add A B) X)',
                      ('i32', {'i32:3': None, 'i32:0': 'indirect call type mismatch', 'i32:9': 'undefined element'})),
    'table set': ('(table.set $refs (i32.add A (i32.const 90)) (table.get $refs (i32.rem_u B (i32.const 2))))'
                  '(i32.const 1)', ('', {'': TABLE})),
}
MODULE = '''(module
  (import "host" "twice" (func $twice (param i32) (result i32)))
  (memory (export "memory") 1) (memory 1) (memory i64 1) (memory 1 1 shared) (; wat2wasm has numbers for them ;)
  (table $refs 4 externref) (table $funcs (export "t") 4 funcref) (elem (table $funcs) (i32.const 0) func $three)
  (elem (table $funcs) (i32.const 2) func $far $same) (global $g (mut i32) (i32.const 0))
  (data (i32.const 8) "\\03\\00\\00\\00") (data (memory 1) (i32.const 8) "\\03\\00") (data (memory 2) (i64.const 8) "\\03\\00\\00\\00")
  (data (memory 3) (i32.const 8) "\\03\\00\\00\\00")
  (func $three (result i32) (i32.const 3))
  (func $same (param i32) (result i32) (local.get 0))
  (func $near (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1)))
  (func $far (param i32 i32) (result i32) (global.set $g (i32.sub (local.get 0) (local.get 1)))
    (loop (br_if 0 (i32.eqz (i32.load (i32.const 8))))) (i32.add (local.get 0) (local.get 1)))
'''


class Function:
    """Operands are numbered as they are evaluated; `cases` are their arguments with what comes of them."""

    def __init__(self):
        self.params, self.cases = [], []

    def operand(self, types, cases):
        """Names of new parameters."""
        first = len(self.params)
        self.params += types.split()
        self.cases.append(list(cases.items()))
        return [f'(local.get {k})' for k in range(first, len(self.params))]

    def leaf(self, name):
        types, text, cases = LEAVES[name]
        return text.format(*self.operand(types, cases))

    def shape(self, name, left, right):
        """`left` and `right` make the operands' text."""
        text, own = SHAPES[name]
        a, b = left(), right()
        x = self.operand(*own) if own else []
        return '(block (result i32) ' + text.replace('A', a).replace('B', b).replace('X', ''.join(x)) + ')'

    def text(self, name, body):
        # The stack's shape is the body's own: no block around it
        return (f'(func (export "{name}") (param {" ".join(self.params)}) (result i32) (local $x i32) (local $y i32)'
                f' {body[len("(block (result i32) "):-1]})')

    def calls(self, name, chosen, most):
        """Lines of a case: those in which something fails, at most so many."""
        lines = []
        for combination in itertools.product(*self.cases):
            trap = next((what for _, what in combination if what), None)
            if trap:
                arguments = ' '.join(argument for argument, _ in combination if argument)
                lines.append(f';; call {name} {arguments} -> trap "{trap}"')
        return lines if len(lines) <= most else chosen.sample(lines, most)


def pairs(chosen, count):
    """`count` functions: a shape with two trapping operands, or one inside another shape with a third."""
    functions, names = [], list(LEAVES)
    every = list(itertools.product(SHAPES, names, names))
    for k, (shape, a, b) in enumerate(chosen.sample(every, count) if count < len(every) else every):
        f = Function()
        left, right = (lambda f=f, a=a: f.leaf(a)), (lambda f=f, b=b: f.leaf(b))
        if k % 3:
            body = f.shape(shape, left, right)
        else:
            inner, third = chosen.choice(['add', 'deep', 'address', 'division', 'call']), chosen.choice(names)
            nested = lambda f=f: f.shape(inner, left, right)
            other = lambda f=f: f.leaf(third)
            body = f.shape(shape, *((nested, other) if chosen.random() < .5 else (other, nested)))
        functions.append((f'f{k}', f, body))
    return functions


def module_of(seed, count, most):
    chosen = random.Random(seed)
    functions = pairs(chosen, count)
    calls = [line for name, f, _ in functions for line in f.calls(name, chosen, most)]
    return MODULE + '\n'.join(f.text(name, body) for name, f, body in functions) + ')', Case('\n'.join(calls))


def check(text, case, flags, wasmelt, runner, folder, cc):
    source, binary = folder / 'm.wat', folder / 'm.wasm'
    source.write_text(text)
    subprocess.run(['wat2wasm', '--enable-all', source, '-o', binary], check=True)
    return run_native(wasmelt, runner, binary, case, folder, cc, flags)


@pytest.fixture(scope='module')
def runner(build):
    subprocess.run(['cmake', '--build', build, '--target', 'case-runner'], check=True, stdout=subprocess.DEVNULL)
    return build / 'bin' / 'case-runner'


@pytest.mark.parametrize('flags', [(), ('--bounds=explicit',)], ids=['guard', 'explicit'])
def test_some(flags, wasmelt, runner, tmp_path, cc):
    text, case = module_of(1, 300, 6)
    assert check(text, case, flags, wasmelt, runner, tmp_path, cc) == []


@pytest.mark.slow
@pytest.mark.parametrize('flags', [(), ('-O0',), ('-O2',), ('--bounds=explicit',), ('--bounds=explicit', '-O0'), ('--bounds=explicit', '-O2')],
                         ids=lambda flags: ' '.join(flags) or 'default')
def test_all(flags, wasmelt, runner, tmp_path, cc):
    text, case = module_of(2, 1 << 30, 8)
    assert check(text, case, flags, wasmelt, runner, tmp_path, cc) == []
