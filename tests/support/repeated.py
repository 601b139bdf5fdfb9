"""Modules of random code that is repeated, for bench/compile_time.py: in sequence, each time with other constants, inside of itself, or in
functions that are called. What one turn leaves in locals, globals and memory goes into the next one, which is how the time of a C compiler
comes to grow faster than its input."""
import random

from support.binary import leb
from support.shapes.parts import ADD, END, G, H, I32, block, call, const, function, get, put

CONSTANTS = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 100, 255, 1000, 65535, 0x7fffffff, -1, -4]
BINARY = [0x6a, 0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4d]
UNARY = [0x45, 0x67, 0x68, 0x69, 0xc0, 0xc1]
DIVISIONS = [0x6d, 0x6e, 0x6f, 0x70]
OF_I64 = [0x7c, 0x7d, 0x7e, 0x83, 0x84, 0x85, 0x86, 0x88]
OF_F64 = [0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5]
TO_I32 = [b'\xaa', b'\xfc\2', b'\xfc\3']
STORES = [b'\x36\2', b'\x3a\0', b'\x3b\1']
COMPARISONS = [0x48, 0x49, 0x4a, 0x47, 0x46, 0x4d]
WAYS = ['sequence', 'sequence', 'constants', 'nested', 'nested', 'functions', 'calls']


class Writer:
    """Random code over two parameters and some locals, all of them i32."""

    def __init__(self, rng, locals_):
        self.rng, self.variables = rng, 2 + locals_

    def variable(self):
        return self.rng.randrange(self.variables)

    def leaf(self):
        kind = self.rng.randrange(5)
        if kind < 2:
            return get(self.variable())
        if kind == 2:
            return const(self.rng.choice(CONSTANTS))
        return get(self.variable()) + b'\x28\2' + leb(4 * self.rng.randrange(8)) if kind == 3 else b'\x23\0'

    def value(self, depth):
        """Code that leaves an i32."""
        rng = self.rng
        if depth == 0 or rng.random() < .2:
            return self.leaf()
        a, b = self.value(depth - 1), self.value(depth - 1)
        return rng.choices([
            lambda: a + b + bytes([rng.choice(BINARY)]),
            lambda: a + bytes([rng.choice(UNARY)]),
            lambda: a + b + self.value(depth - 1) + b'\x1b',
            lambda: G,
            lambda: a + b + bytes([rng.choice(DIVISIONS)]),
            lambda: a + block(b + b'\x05' + self.value(depth - 1), b'\x04', I32),
            lambda: a + b'\xad' + b + b'\xac' + bytes([rng.choice(OF_I64)]) + b'\xa7',
            lambda: a + b'\xb7' + b + b'\xb8' + bytes([rng.choice(OF_F64)]) + rng.choice(TO_I32),
        ], [11, 2, 2, 1, 1, 1, 1, 1])[0]()

    def step(self):
        """The end of a loop: whether to go on, perhaps by a local that counts."""
        if self.rng.random() < .5:
            return self.value(1) + b'\x0d\0'
        v = self.variable()
        count = get(v) + const(self.rng.choice([1, 1, 2, 4, -1])) + ADD + b'\x22' + leb(v)
        return count + self.value(0) + bytes([self.rng.choice(COMPARISONS)]) + b'\x0d\0'

    def statement(self, depth, labels):
        """Code that leaves nothing, inside of so many blocks."""
        rng = self.rng
        if depth == 0:
            return self.value(2) + put(self.variable())

        def inside():
            return self.code(depth - 1, labels + 1)
        return rng.choices([
            lambda: self.value(2) + put(self.variable()),
            lambda: self.value(1) + self.value(2) + rng.choice(STORES) + leb(4 * rng.randrange(8)),
            lambda: self.value(2) + b'\x24\0',
            lambda: self.value(1) + block(inside() + (b'\x05' + inside() if rng.random() < .5 else b''), b'\x04'),
            lambda: block(inside() + self.step(), b'\x03'),
            lambda: block(inside() + self.value(1) + b'\x0d' + leb(rng.randrange(labels + 1)) + inside()),
            lambda: self.value(1) + (b'\x0d' + leb(rng.randrange(labels)) if labels else put(self.variable())),
            lambda: block(block(self.value(1) + b'\x0e\3' + bytes(rng.randrange(2 + labels) for _ in range(4))) + inside()),
            lambda: H,
            lambda: self.value(1) + block(get(0) + b'\x0f', b'\x04'),
        ], [7, 2, 1, 2, 3, 2, 1, 1, 1, 1])[0]()

    def code(self, depth, labels=0):
        return b''.join(self.statement(depth, labels) for _ in range(self.rng.randrange(1, 4)))


def constants(rng, count, size):
    """The same code each time, with other numbers."""
    seed, code = rng.random(), b''
    while len(code) < size:
        again = Writer(random.Random(seed), count)
        code += const(len(code)) + put(again.variable()) + again.code(2)
    return code


def nested(writer, size):
    rng = writer.rng
    before, behind = writer.code(1), writer.code(1)
    opens = rng.choice([b'\x02\x40', b'\x03\x40', writer.value(1) + b'\x04\x40'])
    leaves = rng.choice([b'', writer.value(1) + b'\x0d\0', writer.value(1) + b'\x0d' + leb(rng.randrange(3))])
    n = size // len(before + opens + leaves + behind + END) + 1
    return b'\x02\x40' * 3 + (before + opens) * n + (leaves + behind + END) * n + END * 3


def called(writer, size, way):
    """Calls of one function, or of as many, each of which has the code."""
    code = writer.code(2)
    arguments = get(writer.variable()) + get(writer.variable())
    if way == 'calls':
        return function((arguments + call(3) + put(writer.variable())) * (size // 8) + get(0), more=[(0, code + get(0))])
    n = size // (len(code) + 16) + 1
    calls = b''.join(arguments + call(3 + k) + put(writer.variable()) for k in range(n))
    return function(calls + get(0), more=[(0, code + get(0) + const(k) + ADD) for k in range(n)])


def make(seed, size):
    """A module of about as many bytes."""
    rng = random.Random(seed)
    way = rng.choice(WAYS)
    count = 0 if way in ('functions', 'calls') else rng.choice([0, 1, 2, 4])
    writer = Writer(rng, count)
    if way in ('functions', 'calls'):
        return called(writer, size, way)
    if way == 'sequence':
        code = writer.code(2)
        code *= size // len(code) + 1
    else:
        code = constants(rng, count, size) if way == 'constants' else nested(writer, size)
    return function(code + get(0), [(count, I32)] if count else [])
