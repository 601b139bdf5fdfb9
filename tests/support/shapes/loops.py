"""Loops, and switches in them."""
import random

from support.binary import leb, vector
from support.shapes import shape
from support.shapes.parts import ADD, END, G, H, I32, MUL, block, const, function, get, put


@shape(1000)
def loops(n):
    return function(block(G + b'\x0d\0', b'\x03') * n + get(0))


@shape(100)
def loops_that_store(n):
    """Each begins where the one before has ended."""
    count = get(0) + const(4) + ADD + b'\x22\0' + const(100) + b'\x48\x0d\0'
    return function(block(get(0) + get(1) + b'\x36\2\0' + count, b'\x03') * n + get(0))


@shape(30)
def loops_to_a_limit(n):
    """Each begins where the one before has ended, which the first has done at the parameter already."""
    count = get(0) + const(1) + ADD + b'\x22\0' + get(1) + b'\x48\x0d\0'
    return function(block(get(0) + get(1) + b'\x36\2\0' + count, b'\x03') * n + get(0))


@shape(10)
def loops_of_steps(n):
    """Loops in each of which twenty locals become more, and say where something is stored."""
    body = b''.join(get(2 + k) + const(4 * k + 4) + ADD + b'\x22' + leb(2 + k) + get(1) + b'\x36\2\0' for k in range(20))
    count = get(0) + const(1) + ADD + b'\x22\0' + get(1) + b'\x48\x0d\0'
    return function(block(body + count, b'\x03') * n + get(0), [(20, I32)])


@shape(500)
def local_loop(n):
    """A loop that moves each local to the next."""
    body = b''.join(get(k + 3) + put(k + 2) for k in range(n)) + G + put(n + 2) + G + b'\x0d\0'
    return function(block(body, b'\x03') + get(2), [(n + 1, I32)])


@shape(500)
def nested_loops(n):
    return function(b'\x03\x40' * n + (G + b'\x0d\0' + END) * n + get(0))


@shape(20)
def nested_loops_of_globals(n):
    """Each takes its numbers from a global, or from an import, and goes on with one further out."""
    set_ = b'\x23\0' + put(1) + get(1) + b'\x23\0' + b'\x6b\x45\x04\x40' + G + put(0) + get(1) + const(3) + b'\x77' + put(1) + END
    set_ += b'\x23\0' + put(0) + b'\x23\0' + get(0) + b'\x28\2\x0c\x47' + put(1)
    leave = b'\x23\0' + get(0) + b'\x75\x0d\2' + b'\x23\0' + b'\x04\x7f' + get(0) + b'\x05' + const(31) + END + get(1) + MUL + put(1)
    return function(b'\x02\x40' * 3 + (set_ + b'\x03\x40') * n + (leave + END) * n + END * 3 + get(0))


@shape(40)
def nested_counted_loops(n):
    body = get(1) + const(3) + ADD + put(1)
    for k in range(n):
        count = get(2 + k) + const(1) + ADD + b'\x22' + leb(2 + k) + get(0) + b'\x48\x0d\0'
        body = const(0) + put(2 + k) + block(body + count, b'\x03')
    return function(body + get(1), [(n, I32)])


@shape(300)
def rotations(n):
    """Loops that each move eight locals around, read before any is set."""
    one = b''.join(get(k) for k in range(8)) + b''.join(put((8 - k) % 8) for k in range(8)) + G + b'\x0d\0'
    return function(block(one, b'\x03') * n + get(1), [(8, I32)])


@shape(1000)
def exits_of_a_loop(n):
    """A loop that ends where one of n numbers is not zero."""
    tests = b''.join(get(0) + b'\x28\2' + leb(4 * k) + b'\x0d\1' for k in range(n))
    return function(block(block(tests + get(0) + const(4) + ADD + put(0) + b'\x0c\0', b'\x03')) + get(0))


@shape(300)
def repeats(n):
    """A loop with branches back to it that test and set twenty locals."""
    one = b''.join(get(2 + k % 20) + b'\x0d\0' + get(2 + k * 7 % 20) + get(1) + ADD + put(2 + k * 11 % 20) for k in range(n))
    return function(block(one, b'\x03') + get(2), [(20, I32)])


@shape(300)
def repeats_by_constants(n):
    one = b''.join(get(2 + k % 8) + const(k % 64) + b'\x46\x0d\0' + get(2 + k % 8) + const(1) + ADD + put(2 + k * 3 % 8) for k in range(n))
    return function(block(one, b'\x03') + get(2), [(8, I32)])


@shape(300)
def repeats_by_tables(n):
    one = b''.join(block(get(2 + k % 8) + b'\x0e\2\0\1\0') + get(2 + k % 8) + const(1) + ADD + put(2 + k * 3 % 8) for k in range(n))
    return function(block(one, b'\x03') + get(2), [(8, I32)])


@shape(1000)
def state_machine(n):
    body = get(0) + b'\x0e' + leb(n - 1) + b''.join(map(leb, range(n)))
    for k in range(n):
        body = block(body) + const(k * 7 % n) + put(0) + H + b'\x0c' + leb(n - 1 - k)
    return function(block(body, b'\x03') + get(0))


@shape(500)
def interpreter(n):
    """Cases that compute with locals that live through the loop."""
    body = get(0) + b'\x0e' + leb(n - 1) + b''.join(map(leb, range(n)))
    for k in range(n):
        work = get(2 + k % 30) + get(2 + k * 7 % 30) + ADD + put(2 + k * 11 % 30) + get(2 + k % 30) + b'\x28\2\0' + put(0)
        body = block(body) + work + b'\x0c' + leb(n - 1 - k)
    return function(block(body, b'\x03') + get(2), [(30, I32)])


@shape(1000)
def random_tables(n):
    """Blocks, loops and tests of twenty variables, with branches to wherever they may go: one switch in C."""
    rng, code, opened = random.Random(7), b'', []
    for _ in range(n):
        kind = rng.random()
        if kind < .28:
            opened.append(b'\x03\x40' if kind > .25 and opened.count(b'\x03\x40') < 12 else b'\x02\x40')
            code += opened[-1]
        elif kind < .5 and opened:
            code += END
            opened.pop()
        elif kind < .8 and opened:
            targets = [leb(rng.randrange(min(len(opened), 20))) for _ in range(rng.randrange(1, 8))]
            tested = get(rng.randrange(20))
            code += tested + b'\x0d' + targets[0] if kind > .6 else block(tested + b'\x0e' + vector(targets) + leb(0))
        else:
            code += get(rng.randrange(20)) + get(rng.randrange(20)) + ADD + put(rng.randrange(20))
    return function(code + END * len(opened) + get(0), [(18, I32)])
