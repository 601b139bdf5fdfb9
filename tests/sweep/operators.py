"""Functions that try operators, and the modules that they make. Each row of opcodes.def that computes is tried, by its
signature, with operands that are unknown to the C compiler (loaded from memory), constants, and both."""
import itertools
import pathlib
import random
import re

from support import binary
from sweep import values

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROW = re.compile(r'^OP\((\w+), "([^"]*)", (\w+), (\w+), (\w+), "([^"]*)", (\w+), (.*), (C_\w+)(\(.*\))?\)$')
COMPUTING = ('C_CALL', 'C_LANE', 'C_SHUFFLE', 'C_BINARY', 'C_TEXT', 'C_WIDE')
SHAPE = re.compile('|'.join(values.SHAPES))

OPERANDS = 0            # where a host puts operands, 16 bytes for each
RESULTS = 64            # where the results begin, 16 bytes for each
MOST_RESULTS = 16       # of one function

TYPES = {'i': 0x7F, 'I': 0x7E, 'f': 0x7D, 'F': 0x7C, 'v': 0x7B}
LOADS = {'i': b'\x28\x00', 'I': b'\x29\x00', 'f': b'\x2A\x00', 'F': b'\x2B\x00', 'v': b'\xFD\x00\x00'}
STORES = {'i': b'\x36\x00', 'I': b'\x37\x00', 'f': b'\x38\x00', 'F': b'\x39\x00', 'v': b'\xFD\x0B\x00'}
SIZES = {'i': 4, 'I': 8, 'f': 4, 'F': 8, 'v': 16}
SPLATS = {'i8x16': (0x0F, 'i'), 'i16x8': (0x10, 'i'), 'i32x4': (0x11, 'i'), 'i64x2': (0x12, 'I'), 'f32x4': (0x13, 'f'), 'f64x2': (0x14, 'F')}
ADDRESS = b'\x41\x00'  # i32.const 0


class Operator:
    def __init__(self, row):
        self.id, self.name, prefix, code, self.immediates, signature, feature, effects, form, _ = row
        self.prefix, self.code = int(prefix, 0), int(code, 0)
        self.operands, self.results = signature.split(':')
        self.traps = 'FX_TRAPS' in effects
        self.is_wide = form == 'C_WIDE'
        self.is_relaxed = feature == 'FEATURE_RELAXED_SIMD'
        self.lanes = int(re.search(r', (\d+)\)', row[9]).group(1)) if form == 'C_LANE' else 0
        self.shapes = list(dict.fromkeys(reversed(SHAPE.findall(self.name)))) or ['i8x16', 'f32x4', 'i64x2']
        self.size = sum(SIZES[r] for r in self.results)

    def encoded(self, immediate):
        opcode = bytes([self.prefix]) + binary.leb(self.code) if self.prefix else bytes([self.code])
        return opcode + immediate

    def immediate_choices(self):
        if self.lanes:
            return [bytes([0]), bytes([self.lanes - 1])]
        if self.immediates == 'IMM_SHUFFLE':
            return [bytes(p) for p in (range(16), range(16, 32), range(5, 21), [0, 1, 2, 3, 16, 17, 18, 19] * 2, [31, 0] * 8,
                                       [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
                                       [2, 3, 0, 1, 18, 19, 16, 17, 6, 7, 4, 5, 22, 23, 20, 21], [15 - k for k in range(16)])]
        return [b'']

    def choices(self, k):
        return values.operands(self.operands[k], self.shapes)


def operators():
    """All rows that compute and whose operands have names in signatures."""
    found = []
    for line in (ROOT / 'translator/wasm/opcodes.def').read_text().splitlines():
        row = ROW.match(line)
        if row and row.group(9) in COMPUTING and row.group(6)[0] not in '*:':
            found.append(Operator(row.groups()))
    return found


class Function:
    """Computes the operator: of constants, or None for an operand that is loaded; several times if all are constants."""

    def __init__(self, op, immediate, form, rows):
        self.op, self.immediate, self.form, self.rows = op, immediate, form, rows

    def operands_of(self, row, call):
        return tuple(c if c is not None else v for c, v in zip(row, call))

    def code(self):
        letters = list(self.op.operands) if self.form == 'local' else []
        letters += list(self.op.results) if self.op.is_wide else []
        body = b''.join(self.one(row, RESULTS + 16 * k) for k, row in enumerate(self.rows))
        return binary.name(binary.vector([b'\x01' + bytes([TYPES[letter]]) for letter in letters]) + body + b'\x0B')

    def one(self, row, at):
        parts = [self.operand(k, letter, row[k]) for k, letter in enumerate(self.op.operands)]
        if self.form == 'local':
            parts = [p + b'\x21' + binary.leb(k) for k, p in enumerate(parts)] + [b'\x20' + binary.leb(k) for k in range(len(parts))]
        value = b''.join(parts) + self.op.encoded(self.immediate)
        if not self.op.is_wide:
            return ADDRESS + value + STORES[self.op.results] + binary.leb(at)
        low = len(self.op.operands) if self.form == 'local' else 0
        stores = [ADDRESS + b'\x20' + binary.leb(low + k) + STORES['I'] + binary.leb(at + 8 * k) for k in (0, 1)]
        return value + b'\x21' + binary.leb(low + 1) + b'\x21' + binary.leb(low) + b''.join(stores)

    def operand(self, k, letter, constant):
        if constant is None:
            return ADDRESS + LOADS[letter] + binary.leb(OPERANDS + 16 * k)
        encoded = self.uniform(constant) if self.form == 'splat' and letter == 'v' else None
        encoded = encoded or scalar(letter, constant)
        if self.form == 'call':
            encoded += b'\x10' + binary.leb(list(TYPES).index(letter))
        return encoded

    def uniform(self, constant):
        for shape in self.op.shapes:
            width = 16 // int(shape.split('x')[1])
            code, letter = SPLATS[shape]
            if constant == constant[:width] * (16 // width):
                return scalar(letter, constant[:width].ljust(SIZES[letter], b'\0')) + b'\xFD' + binary.leb(code)
        return None


def scalar(letter, data):
    if letter == 'i':
        return b'\x41' + binary.signed_leb(int.from_bytes(data, 'little', signed=True))
    if letter == 'I':
        return b'\x42' + binary.signed_leb(int.from_bytes(data, 'little', signed=True))
    return {'f': b'\x43', 'F': b'\x44', 'v': b'\xFD\x0C'}[letter] + data


def module(functions):
    """Exports each function under its number, and the memory. The first five functions give back what they are given."""
    types = [b'\x60' + binary.vector([bytes([t])]) + binary.vector([bytes([t])]) for t in TYPES.values()]
    types.append(b'\x60\x00\x00')
    bodies = [binary.name(b'\x00\x20\x00\x0B')] * len(TYPES) + [f.code() for f in functions]
    exports = [binary.name(str(k)) + b'\x00' + binary.leb(len(TYPES) + k) for k in range(len(functions))]
    exports.append(binary.name('memory') + b'\x02\x00')
    kinds = [*range(len(TYPES)), *[len(TYPES)] * len(functions)]
    return binary.module(binary.section(1, binary.vector(types)), binary.section(3, binary.vector([binary.leb(k) for k in kinds])),
                         binary.section(5, b'\x01\x00\x01'), binary.section(7, binary.vector(exports)),
                         binary.section(10, binary.vector(bodies)))


# ---- What is tried ----

FORMS = ('plain', 'splat', 'local', 'call')
FOLDED = re.compile(r'f(32|64)(x\d)?\.(add|sub|mul|div|relaxed_n?madd)$')


def forms(op):
    """How constants come to the operator. Zeros and ones are only hidden from the compiler where they are operands in the
    module (translator/emit/operator.c): if it learns by itself, through a local or a call, that it multiplies by one, a
    signalling NaN stays one."""
    return FORMS[:2] if FOLDED.match(op.name) else FORMS


def some(rng, items, count):
    return list(items) if len(items) <= count else rng.sample(list(items), count)


def tuples(rng, lists, count):
    """All combinations, or so many of them."""
    total = 1
    for items in lists:
        total *= len(items)
    if total <= count:
        return list(itertools.product(*lists))
    return [tuple(rng.choice(items) for items in lists) for _ in range(count)]


def tried(op, effort, rng):
    """(function, operands of each call). `effort` is the number of constants for each operand."""
    lists = [op.choices(k) for k in range(len(op.operands))]
    for immediate in some(rng, op.immediate_choices(), max(2, effort // 2)):
        yield Function(op, immediate, 'plain', [(None,) * len(lists)]), tuples(rng, lists, effort * effort * 4)
        for k, items in enumerate(lists if len(lists) > 1 else []):
            for constant in some(rng, items, effort):
                row = tuple(constant if n == k else None for n in range(len(lists)))
                yield Function(op, immediate, rng.choice(forms(op)), [row]), tuples(rng, lists, effort * 6)
        count = 1 if op.traps else MOST_RESULTS
        rows = tuples(rng, lists, effort * (effort if op.traps else MOST_RESULTS))
        for at in range(0, len(rows), count):
            yield Function(op, immediate, rng.choice(forms(op)), rows[at:at + count]), [(b'',) * len(lists)]
