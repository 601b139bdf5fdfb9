"""Loads, stores, and what else is kept outside of local variables."""
from support.binary import leb, name, vector
from support.shapes import shape
from support.shapes.parts import ADD, DROP, END, I32, I64, block, const, function, get, only, put, type_of


@shape(3000)
def stores(n):
    return function(b''.join(get(0) + get(1) + b'\x36\2' + leb(4 * k) for k in range(n)) + get(0))


@shape(2000)
def loads_and_stores(n):
    return function(b''.join(get(1) + get(0) + b'\x28\2' + leb(4 * k) + b'\x36\2' + leb(8 * k) for k in range(n)) + get(0))


@shape(2000)
def loads_on_stack(n):
    return function(b''.join(get(0) + b'\x28\2' + leb(4 * k) for k in range(n)) + ADD * (n - 1))


@shape(1000)
def loads_in_ifs(n):
    return function((get(0) + block(get(1) + b'\x28\2\0' + put(1), b'\x04')) * n + get(0))


@shape(500)
def loads_of_64_bits_in_ifs(n):
    one = get(0) + block(get(1) + b'\x29\3\0' + put(1), b'\x04')
    return only([type_of([I32, I64], [])], [(0, one * n)], (5, b'\1\4\1'))


@shape(500)
def loads_beyond_the_minimum_in_ifs(n):
    """The memory may have no bytes at all."""
    one = get(0) + block(get(1) + b'\x29\3\0' + put(1), b'\x04')
    return only([type_of([I32, I64], [])], [(0, one * n)], (5, b'\1\4\0'))


@shape(1000)
def loads_of_loads(n):
    """Each load is the index of the next."""
    return function(get(0) + b'\x28\2\4' * n)


@shape(1000)
def far_loads(n):
    """At offsets beyond the guard, so that code checks them."""
    return function((get(0) + b'\x28\2' + leb(0xF0000000) + DROP) * n + get(0))


@shape(1000)
def vector_stores(n):
    return function((get(0) + get(1) + b'\xfd\x00\4\0' + get(1) + b'\xfd\x00\4\x10' + b'\xfd\xae\1\xfd\x0b\4\0') * n + get(0))


@shape(500)
def memory_sizes(n):
    """Growing by what there is."""
    return function(get(0) + (const(0) + b'\x40\0' + ADD + b'\x3f\0' + ADD) * n)


SHARED = (5, b'\1\3\1\1')


@shape(500)
def atomic_loads(n):
    """Each loads from where the one before says."""
    return only([type_of([I32], [I32])], [(0, get(0) + b'\xfe\x10\2\0' * n)], SHARED)


@shape(500)
def atomic_exchanges(n):
    return only([type_of([I32, I32], [I32])], [(0, get(0) + (get(1) + get(0) + b'\xfe\x48\2\0') * n)], SHARED)


@shape(3000)
def global_sets(n):
    return function((b'\x23\0' + get(0) + ADD + b'\x24\0') * n + get(0))


@shape(500)
def moved_globals(n):
    sets = b''.join(b'\x23' + leb(k) + b'\x24' + leb((k * 7 + 1) % n) for k in range(n))
    return only([type_of([], [])], [(0, sets)], (6, vector([I32 + b'\1' + const(k) + END for k in range(n)])), (7, vector([name('f') + b'\0\0'])))


@shape(1000)
def sets_of_tables(n):
    return function((get(0) + b'\xd0\x70\x26\0') * n + get(0))
