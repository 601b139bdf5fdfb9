"""Structs, arrays and casts."""
from support.binary import leb, name, signed_leb, vector
from support.shapes import shape
from support.shapes.parts import ADD, ANY, DROP, END, I32, OBJECTS, block, const, get, only, put, type_of


@shape(1000)
def object_globals(n):
    one = ANY + b'\0' + const(7) + b'\xd0\x6e\xfb\0\0' + END
    return only(OBJECTS, [], (6, vector([one] * n)))


@shape(1000)
def deep_object_global(n):
    """A list of n objects, one in the other, in one constant."""
    return only(OBJECTS, [], (6, vector([ANY + b'\0' + const(7) * n + b'\xd0\x6e' + b'\xfb\0\0' * n + END])))


@shape(1000)
def array_globals(n):
    """Constants with arrays of as many elements as there may be."""
    size = min(n, 10000)
    one = ANY + b'\0' + (const(7) + b'\xfb\x1c') * size + b'\xfb\x08\1' + leb(size) + END
    return only(OBJECTS, [], (6, vector([one] * max(n // size, 1))))


@shape(1000)
def array_of_objects(n):
    size = min(n, 10000)
    one = ANY + b'\0' + (const(7) + b'\xd0\x6e\xfb\0\0') * size + b'\xfb\x08\1' + leb(size) + END
    return only(OBJECTS, [], (6, vector([one] * max(n // size, 1))))


def sum_of_objects(count):
    """A constant with an array of objects that have the numbers 0, 1 ..., and f: () -> i32, which adds them."""
    one = b'\x63\1\0' + b''.join(const(k) + b'\xd0\x6e\xfb\0\0' for k in range(count)) + b'\xfb\x08\1' + leb(count) + END
    step = get(1) + b'\x23\0' + get(0) + b'\xfb\x0b\1' + b'\xfb\x16\0' + b'\xfb\2\0\0' + ADD + put(1)
    loop = block(step + get(0) + const(1) + ADD + b'\x22\0' + const(count) + b'\x49\x0d\0', b'\x03')
    code = name(vector([leb(2) + I32]) + loop + get(1) + END)
    return only([*OBJECTS, type_of([], [I32])], [(2, b'')], (6, vector([one])), (10, vector([code])))


@shape(1000)
def arrays(n):
    """One function that makes an array of n elements."""
    size = min(n, 10000)
    one = get(0) * size + b'\xfb\x08\2' + leb(size) + DROP
    return only([*OBJECTS, b'\x5e\x7f\1', type_of([I32], [])], [(3, one * max(n // size, 1))])


@shape(1000)
def numbers_in_arrays(n):
    size = min(n, 10000)
    one = b''.join(const(k % 64) for k in range(size)) + b'\xfb\x08\2' + leb(size) + DROP
    return only([*OBJECTS, b'\x5e\x7f\1', type_of([], [])], [(3, one * max(n // size, 1))])


@shape(200)
def arrays_of_arrays(n):
    """Each element is the next array; all with one index."""
    return only([b'\x5e\x63\0\1', type_of([b'\x63\0', I32], [])], [(1, get(0) + (get(1) + b'\xfb\x0b\0') * n + DROP)])


@shape(200)
def indices_of_indices(n):
    """Each element is the next index into the same array."""
    return only([b'\x5e\x7f\1', type_of([b'\x63\0', I32], [])], [(1, (get(0) + get(1) + b'\xfb\x0b\0' + put(1)) * n)])


@shape(500)
def array_lengths(n):
    return only([*OBJECTS, type_of([b'\x63\1'], [I32])], [(2, const(0) + (get(0) + b'\xfb\x0f' + ADD) * n)])


@shape(1000)
def element_sets(n):
    """Stores to elements of an array, each of which checks the reference and the index."""
    return only([b'\x5e\x7f\1', type_of([b'\x63\0', I32], [])], [(1, (get(0) + get(1) + get(1) + b'\xfb\x0e\0') * n)])


@shape(1000)
def struct_sets(n):
    size = 10000
    return only([b'\x5f' + vector([b'\x7f\1'] * size), type_of([b'\x63\0'], [])],
                [(1, b''.join(get(0) + const(k) + b'\xfb\5\0' + leb(k % size) for k in range(n)))])


@shape(1000)
def wide_structs(n):
    """Types of ten thousand fields, and functions that make objects of them."""
    size = min(n, 10000)
    count = max(n // size, 1)
    kinds = [b'\x5f' + vector([[b'\x7f\1', b'\x6e\1', b'\x7c\1'][(f + k) % 3] for f in range(size)]) for k in range(count)]
    return only([*kinds, type_of([], [])], [(count, b''.join(b'\xfb\1' + leb(k) + DROP for k in range(count)))])


@shape(1000)
def new_wide_structs(n):
    """Many objects of a type of many fields."""
    return only([b'\x5f' + vector([b'\x7f\1'] * 10000), type_of([], [])], [(1, b'\xfb\1\0\x1a' * n)])


@shape(1000)
def rec_group(n):
    """A group of types each of which refers to the next."""
    group = b'\x4e' + vector([b'\x5f\1\x63' + signed_leb((k + 1) % n) + b'\1' for k in range(n)])
    return only([group, type_of([], [])], [(n, b'\xfb\1' + leb(n - 1) + DROP)])


@shape(200)
def all_made(n):
    """As many types of objects, and objects of all of them."""
    kinds = [b'\x5f' + vector([[b'\x7f\1', b'\x7e\1', b'\x7c\1'][k // 3 ** d % 3] for d in range(9)]) for k in range(n)]
    return only([*kinds, type_of([], [])], [(n, b''.join(b'\xfb\1' + leb(k) + DROP for k in range(n)))])


@shape(200)
def deep_types(n):
    """Hierarchies of types as deep as they may be, and casts to all of them."""
    kinds = [(b'\x50\0' if k % 63 == 0 else b'\x50\1' + leb(k - 1)) + b'\x5f\0' for k in range(n)]
    body = b''.join(get(0) + b'\xfb\x15' + signed_leb(k) + DROP for k in range(n))
    return only([*kinds, type_of([ANY], [])], [(n, body)])


@shape(500)
def casts(n):
    return only([*OBJECTS, type_of([ANY], [])], [(2, (get(0) + b'\xfb\x15\0' + DROP) * n)])


@shape(500)
def ref_casts(n):
    return only([*OBJECTS, type_of([ANY], [])], [(2, (get(0) + b'\xfb\x17\0' + DROP) * n)])


@shape(300)
def external_references(n):
    return only([type_of([ANY], [ANY])], [(0, get(0) + b'\xfb\x1b\xfb\x1a' * n)])


NEXT = b'\x5f\1\x63\0\0'  # struct of a reference to the next of its kind


@shape(500)
def exits_on_null(n):
    """A loop that ends where one of n steps along a list finds its end."""
    steps = (get(0) + b'\xd5\1' + b'\xfb\2\0\0' + put(0)) * n
    return only([NEXT, type_of([b'\x63\0', I32], [I32])], [(1, block(block(steps + b'\x0c\0', b'\x03')) + get(1))])
