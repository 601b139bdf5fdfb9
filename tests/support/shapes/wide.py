"""Types of as many values as they may have, and functions of as many locals."""
from support.binary import leb, module, name, section, vector
from support.shapes import shape
from support.shapes.parts import ADD, DROP, END, I32, WIDE, call, const, get, only, put, type_of


@shape(100)
def wide_functions(n):
    """Each has all parameters that a function may have."""
    return only([type_of([I32] * WIDE, [])], [(0, const(k) + DROP) for k in range(n)])


@shape(100)
def wide_exports(n):
    return only([type_of([I32] * WIDE, [])], [(0, b'')], exports_=vector([name(f'e{k}') + b'\0\0' for k in range(n)]))


@shape(100)
def wide_imports(n):
    return only([type_of([I32] * WIDE, [])], [], imports_=vector([name('env') + name(f'i{k}') + b'\0\0' for k in range(n)]))


@shape(100)
def wide_results(n):
    return only([type_of([], [I32] * WIDE)], [(0, const(k) + DROP + b'\0') for k in range(n)])


@shape(100)
def wide_blocks(n):
    """Blocks that take and give a thousand values."""
    return only([type_of([], []), type_of([I32] * WIDE, [I32] * WIDE), type_of([], [I32] * WIDE)],
                [(0, call(1) + b'\x02\1\x0b' * n + b'\0'), (2, b'\0')])


@shape(100)
def wide_calls_on_stack(n):
    return only([type_of([], []), type_of([I32] * WIDE, [I32] * WIDE), type_of([], [I32] * WIDE)],
                [(0, call(1) + call(2) * n + b'\0'), (2, b'\0'), (1, b'\0')])


@shape(20)
def wide_targets(n):
    """A br_table to n blocks, each of which gives a thousand values."""
    body = call(1) + const(0) + b'\x0e' + leb(n - 1) + b''.join(map(leb, range(n)))
    return only([type_of([], []), type_of([], [I32] * WIDE)], [(0, b'\x02\1' * n + body + (END + DROP * WIDE + call(1)) * n + DROP * WIDE), (1, b'\0')])


@shape(500)
def wide_tags(n):
    return only([type_of([I32] * WIDE, []), type_of([], [])], [(1, b'')], (13, vector([b'\0\0'] * n)), (7, vector([name('t') + b'\4' + leb(n - 1)])))


@shape(5)
def many_locals(n):
    """Functions with many locals, of all of which something is read."""
    groups = vector([leb(WIDE) + I32])
    body = b''.join(get(k) for k in range(WIDE)) + ADD * (WIDE - 1) + DROP
    return module(section(1, vector([type_of([], [])] * n)), section(3, vector([leb(0)] * n)), section(7, vector([name('f') + b'\0\0'])),
                  section(10, vector([name(groups + const(k) + put(0) + body + END) for k in range(n)])))
