"""Calls, and functions that call each other."""
from support.shapes import shape
from support.shapes.parts import ADD, DROP, END, G, H, I32, XOR, block, call, const, function, get, put, type_of


@shape(3000)
def calls(n):
    return function(H * n + get(0))


@shape(2000)
def calls_of_calls(n):
    return function(get(0) + (get(1) + call(2)) * n)


@shape(1000)
def calls_on_stack(n):
    return function(G * n + ADD * (n - 1))


@shape(500)
def small_calls(n):
    """Calls of one function that is small enough to be inlined in all places."""
    small = (get(0) + const(5) + ADD + get(1) + XOR + put(0)) * 3 + get(0)
    return function(get(0) + (get(1) + call(3)) * n, more=[(0, small)])


@shape(200)
def calls_of_loops(n):
    """Calls of one function with a loop that is small enough to be inlined in all places."""
    count = get(0) + const(1) + ADD + b'\x22\0' + get(1) + b'\x48\x0d\0'
    small = block(get(0) + get(1) + b'\x36\2\0' + count, b'\x03') + get(0)
    return function((get(0) + get(1) + call(3) + put(0)) * n + get(0), more=[(0, small)])


@shape(200)
def calls_of_divisions(n):
    """Calls of one small function that makes a number of a float and divides by it."""
    small = const(16) + b'\x23\0\xb7' + get(0) + b'\xb8\xa5\xfc\2\x6f' + DROP + get(0)
    return function((get(1) + get(0) + call(3) + put(0)) * n + get(0), more=[(0, small)])


@shape(1000)
def indirect_calls(n):
    return function(get(0) + (get(1) + get(0) + b'\x11\0\0') * n)


@shape(5000)
def wide_calls(n):
    wide = type_of([I32] * 1000, [])
    return function((get(0) * 1000 + call(3)) * (n // 1000 + 1) + get(0), more=[(4, b'')], types=[wide])


@shape(300)
def tail_calls(n):
    return function((G + b'\x04\x40' + get(0) + get(1) + b'\x12\2' + END) * n + get(0))


@shape(300)
def other_tail_calls(n):
    return function((G + b'\x04\x40' + get(0) + get(1) + b'\x12\3' + END) * n + get(0), more=[(0, get(0) + get(1) + b'\x12\2')])


@shape(1000)
def functions(n):
    more = [(0, get(0) + const(k) + ADD) for k in range(n)]
    return function(b''.join(get(0) + get(1) + call(3 + k) + put(0) for k in range(n)) + get(0), more=more)


@shape(1000)
def functions_in_a_row(n):
    """Each calls the next."""
    more = [(0, get(0) + const(k) + ADD + get(1) + call(min(4 + k, n + 2))) for k in range(n)]
    return function(get(0) + get(1) + call(3), more=more)


@shape(500)
def functions_in_a_cycle(n):
    """Each calls the next, and the last one the first."""
    more = [(0, get(1) + b'\x04\x7f' + get(0) + const(k) + ADD + get(1) + call(3 + (k + 1) % n) + b'\x05' + get(0) + END) for k in range(n)]
    return function(get(0) + get(1) + call(3), more=more)


@shape(500)
def functions_that_double(n):
    """Each calls the next one twice."""
    more = [(0, (get(0) + get(1) + call(min(4 + k, n + 2))) * 2 + ADD) for k in range(n - 1)] + [(0, get(0))]
    return function(get(0) + get(1) + call(3), more=more)
