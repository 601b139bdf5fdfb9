"""Blocks, conditions and switches."""
from support.binary import leb
from support.shapes import shape
from support.shapes.parts import ADD, ANY, DROP, END, G, H, I32, MUL, OBJECTS, SUB, block, const, function, get, only, put, type_of


@shape(1500)
def ifs(n):
    return function((get(0) + block(get(0) + const(1) + ADD + put(0) + get(1) + get(0) + SUB + put(1), b'\x04')) * n + get(0))


@shape(1000)
def ifs_of_one_condition(n):
    """All on the same parameter, one after another; each stores."""
    return function(b''.join(get(0) + block(get(1) + const(k) + b'\x36\2\0', b'\x04') for k in range(n)) + get(0))


@shape(1000)
def calling_ifs(n):
    return function((G + block(H, b'\x04')) * n + get(0))


@shape(1000)
def nested_ifs(n):
    return function((G + b'\x04\x40') * n + H + END * n + get(0))


@shape(300)
def blocks_of_values(n):
    """Ten values that stay on the stack, and come from one of two places at the end of each block; all on the same condition."""
    one = block(get(0) + b'\x0d\0' + ADD + get(1), type_=b'\4')
    return function(b''.join(get(k % 2) for k in range(10)) + one * n + DROP * 9, types=[type_of([I32] * 10, [I32] * 10)])


@shape(300)
def ifs_of_values(n):
    """Ten values on the stack, of which either branch of each if makes others."""
    one = G + block(ADD + get(1) + b'\x05' + MUL + get(0), b'\x04', b'\4')
    return function(b''.join(get(k % 2) for k in range(10)) + one * n + DROP * 9, types=[type_of([I32] * 10, [I32] * 10)])


@shape(1000)
def nested_blocks(n):
    return function(b'\x02\x40' * n + (get(0) + b'\x0d\0' + H) + (END + G + put(0)) * n + get(0))


@shape(1000)
def exits_of_one(n):
    return function(block((G + b'\x0d\0') * n) + get(0))


@shape(400)
def exits_of_many(n):
    return function(b'\x02\x40' * n + b''.join(G + b'\x0d' + leb(k) for k in range(n)) + (END + H) * n + get(0))


@shape(50)
def exits_with_values(n):
    """Blocks around each other, with an exit to each that takes a value along."""
    return function(b'\x02\x7f' * n + get(0) + b''.join(G + b'\x0d' + leb(k) for k in range(n)) + (END + put(0) + H + get(0)) * n)


@shape(50)
def counted_exits(n):
    """f(a, b) = a + n - b, for b below n: an exit to each of n blocks with a value, to which what follows each block adds one."""
    exits = b''.join(get(1) + const(k) + b'\x46\x0d' + leb(k) for k in range(n))
    return function(b'\x02\x7f' * n + get(0) + exits + (END + put(0) + get(0) + const(1) + ADD) * n)


@shape(50)
def exits_to_locals(n):
    """Blocks around each other, behind each of which another local is set."""
    exits = b''.join(G + b'\x0d' + leb(k) for k in range(n))
    sets = b''.join(END + G + put(2 + k) for k in range(n))
    return function(b'\x02\x40' * n + exits + sets + get(2) + b''.join(get(2 + k) + ADD for k in range(n)), [(n, I32)])


@shape(50)
def casts_to_blocks(n):
    """The same with references, which are tested."""
    tests = b''.join(b'\xfb\x18\3' + leb(k) + ANY + b'\0' for k in range(n))
    return only([*OBJECTS, type_of([ANY], [])], [(2, (b'\x02' + ANY) * n + get(0) + tests + (END + put(0) + get(0)) * n + DROP)])


@shape(1000)
def switch(n):
    """A table of n targets, each of which calls."""
    body = get(0) + b'\x0e' + leb(n - 1) + b''.join(map(leb, range(n)))
    return function(b'\x02\x40' * n + body + (END + H) * n + get(0))


@shape(500)
def switches(n):
    one = block(block(block(get(0) + b'\x0e\3\0\1\2\1')  + H) + H)
    return function(one * n + get(0))


@shape(5000)
def same_targets(n):
    return function(block(block(get(0) + b'\x0e' + leb(n) + b'\0\1\1' * (n // 3) + b'\0' * (n - n // 3 * 3 + 1)) + H) + get(0))
