"""Operators, each of which takes the result of another one."""
from support.shapes import shape
from support.shapes.parts import ADD, F64, G, H, I32, I64, MUL, SUB, V128, XOR, const, function, get, only, put, type_of


FLOATS = get(0) + b'\xb7' + put(2) + get(1) + b'\xb7' + put(3)  # locals 2 and 3 are no constants
VECTORS = get(0) + b'\xfd\x11' + put(2) + get(1) + b'\xfd\x11' + put(3)
LANE = b'\xfd\x1b\0'  # i32x4.extract_lane 0


@shape(2000)
def chain(n):
    """f(f(f(x))) of operators."""
    steps = [get(1) + ADD, const(5) + MUL, get(1) + XOR, const(3) + b'\x77', get(0) + SUB]
    return function(get(0) + b''.join(steps[k % 5] for k in range(n)))


@shape(2000)
def same_chain(n):
    return function(get(0) + (get(1) + ADD) * n)


@shape(2000)
def own_chain(n):
    """Each step takes the last value twice."""
    return function(get(0) + (b'\x22\0' + get(0) + MUL + get(1) + XOR) * n)


@shape(2000)
def balanced(n):
    """A tree of operators."""
    level = [get(k % 2) for k in range(n)]
    while len(level) > 1:
        level = [level[k] + level[k + 1] + (ADD if k % 4 else MUL) for k in range(0, len(level) - 1, 2)] + level[len(level) & ~1:]
    return function(level[0])


@shape(2000)
def deep_stack(n):
    """Operands first, all operators behind."""
    return function((get(0) + const(7) + XOR) * n + ADD * (n - 1))


@shape(1000)
def divisions(n):
    return function(get(0) + (get(1) + b'\x6d') * n)


@shape(200)
def shifts(n):
    return function(get(0) + (get(1) + b'\x74' + get(1) + ADD) * n)


@shape(2000)
def comparisons(n):
    return function(get(0) + (get(1) + b'\x48' + get(1) + ADD) * n)


@shape(2000)
def selects(n):
    return function(get(0) + (get(1) + get(0) + b'\x1b') * n)


@shape(1000)
def selects_of_selects(n):
    """Each decides the next."""
    return function((get(0) + get(1)) * n + get(0) + b'\x1b' * n)


@shape(500)
def zeros_counted(n):
    return function(get(0) + (b'\x22\0\x67' + get(0) + b'\x68' + ADD) * n)


@shape(500)
def bits_counted(n):
    return function(get(0) + (b'\x69' + get(1) + XOR) * n)


@shape(500)
def wide_sums(n):
    return only([type_of([I64, I64], [I64, I64])], [(0, get(0) + get(1) + (get(0) + get(1) + b'\xfc\x13') * n)])


@shape(300)
def wide_products(n):
    return only([type_of([I64, I64], [I64, I64])], [(0, get(0) + get(1) + b'\xfc\x16' * n)])


@shape(2000)
def float_chain(n):
    steps = [b'\x20\3\xa0', b'\x44' + b'\0' * 6 + b'\xf0\x3f' + b'\xa2', b'\x20\3\xa3', b'\x9f', b'\x20\3\xa5']
    return function(FLOATS + get(2) + b''.join(steps[k % 5] for k in range(n)) + b'\xaa', [(2, F64)])


@shape(300)
def minima(n):
    return function(FLOATS + get(2) + b'\x20\3\xa4\x20\3\xa5' * n + b'\xaa', [(2, F64)])


@shape(300)
def rounding(n):
    return function(FLOATS + get(2) + b'\x9e\x9b\x20\3\xa0\x9d\x20\3\xa6' * n + b'\xaa', [(2, F64)])


@shape(1000)
def converting(n):
    return function(get(0) + b'\xb7\xaa' * n)


@shape(500)
def saturating(n):
    return function(b'\x20\2' + b'\xfc\2\xb7' * n + b'\x21\2' + get(0), [(2, F64)])


@shape(500)
def unsigned_conversions(n):
    return function(b'\x20\2' + b'\xb1\xba' * n + b'\x21\2' + get(0), [(2, F64)])


@shape(500)
def checked_conversions(n):
    return function(b'\x20\2' + b'\xaa\xb7\xab\xb8' * n + put(2) + get(0), [(2, F64)])


@shape(2000)
def vector_chain(n):
    steps = [b'\x20\3\xfd\xae\1', b'\x20\3\xfd\xb5\1', b'\xfd\xa0\1', b'\x20\3\xfd\x0e', b'\x20\3\xfd\x51']
    return function(VECTORS + get(2) + b''.join(steps[k % 5] for k in range(n)) + LANE, [(2, V128)])


@shape(200)
def vector_minima(n):
    return function(VECTORS + get(2) + b'\x20\3\xfd\xe8\1\x20\3\xfd\xe9\1\xfd\xf8\1\xfd\xfa\1' * n + LANE, [(2, V128)])


@shape(500)
def vector_ceilings(n):
    return function(VECTORS + get(2) + b'\xfd\x67' * n + LANE, [(2, V128)])


@shape(300)
def swizzles(n):
    return function(VECTORS + get(2) + (get(3) + b'\xfd\x0e') * n + LANE, [(2, V128)])


@shape(300)
def vector_shifts(n):
    return function(VECTORS + (get(2) + get(1) + b'\xfd\xab\1' + put(2)) * n + get(2) + LANE, [(2, V128)])


@shape(300)
def bits_of_vectors_counted(n):
    return function(VECTORS + get(2) + (b'\xfd\x62' + get(3) + b'\xfd\x7b') * n + LANE, [(2, V128)])


@shape(300)
def bounds_by_select(n):
    """The least of a number and a constant, as often as there are constants."""
    return function(b''.join(get(0) + const(k) + get(0) + const(k) + b'\x48\x1b' + get(1) + ADD + put(0) for k in range(n)) + get(0))


@shape(1000)
def live_locals(n):
    return function(b''.join(G + put(k + 2) for k in range(n)) + H + b''.join(get(k + 2) for k in range(n)) + ADD * (n - 1), [(n, I32)])
