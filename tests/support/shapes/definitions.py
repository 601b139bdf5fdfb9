"""Many imports, exports, globals, segments or types."""
from support.binary import leb, module, name, section, vector
from support.shapes import shape
from support.shapes.parts import ADD, END, F64, FUNCREF, I32, I64, TYPES, call, const, get, only, type_of


@shape(1000)
def exports(n):
    return module(section(1, vector([TYPES[0]])), section(3, b'\1\0'),
                  section(7, vector([name(f'e{k}') + b'\0\0' for k in range(n)])), section(10, vector([name(b'\0' + get(0) + END)])))


@shape(1000)
def exported_functions(n):
    return module(section(1, vector([TYPES[0]])), section(3, vector([b'\0'] * n)),
                  section(7, vector([name(f'e{k}') + b'\0' + leb(k) for k in range(n)])),
                  section(10, vector([name(b'\0' + get(0) + const(k) + ADD + END) for k in range(n)])))


@shape(1000)
def imports(n):
    used = b''.join(call(k) for k in range(n))
    return module(section(1, vector([type_of([], [])])), section(2, vector([name('env') + name(f'i{k}') + b'\0\0' for k in range(n)])),
                  section(3, b'\1\0'), section(7, vector([name('f') + b'\0' + leb(n)])), section(10, vector([name(b'\0' + used + END)])))


@shape(1000)
def import_modules(n):
    used = b''.join(call(k) for k in range(n))
    return module(section(1, vector([type_of([], [])])), section(2, vector([name(f'm{k}') + name('i') + b'\0\0' for k in range(n)])),
                  section(3, b'\1\0'), section(7, vector([name('f') + b'\0' + leb(n)])), section(10, vector([name(b'\0' + used + END)])))


@shape(3000)
def globals_(n):
    return module(section(6, vector([I32 + b'\1' + const(k) + END for k in range(n)])),
                  section(7, vector([name('g') + b'\3' + leb(n - 1)])))


@shape(1000)
def computed_globals(n):
    return module(section(2, vector([name('env') + name('g') + b'\3\x7f\0'])),
                  section(6, vector([I32 + b'\1\x23\0' + END for _ in range(n)])), section(7, vector([name('g') + b'\3' + leb(n - 1)])))


@shape(1000)
def reference_globals(n):
    return module(section(6, vector([FUNCREF + b'\1\xd0\x70' + END for _ in range(n)])), section(7, vector([name('g') + b'\3' + leb(n - 1)])))


@shape(1000)
def exported_globals(n):
    return module(section(6, vector([I32 + b'\1' + const(k) + END for k in range(n)])),
                  section(7, vector([name(f'g{k}') + b'\3' + leb(k) for k in range(n)])))


@shape(10000)
def elements(n):
    return module(section(1, vector([TYPES[0]])), section(3, b'\1\0'), section(4, b'\1\x70\0' + leb(n)),
                  section(7, vector([name('t') + b'\1\0'])), section(9, vector([b'\0' + const(0) + END + leb(n) + b'\0' * n])),
                  section(10, vector([name(b'\0' + get(0) + END)])))


@shape(1000)
def element_expressions(n):
    return module(section(1, vector([TYPES[0]])), section(3, b'\1\0'), section(4, b'\1\x70\0' + leb(n)),
                  section(7, vector([name('t') + b'\1\0'])),
                  section(9, vector([b'\4' + const(0) + END + vector([b'\xd2\0\x0b'] * n)])),
                  section(10, vector([name(b'\0' + get(0) + END)])))


@shape(1000)
def element_segments(n):
    return module(section(1, vector([TYPES[0]])), section(3, b'\1\0'), section(4, b'\1\x70\0' + leb(n)),
                  section(7, vector([name('t') + b'\1\0'])),
                  section(9, vector([b'\0' + const(k) + END + b'\1\0' for k in range(n)])),
                  section(10, vector([name(b'\0' + get(0) + END)])))


@shape(1000)
def data_segments(n):
    return module(section(5, b'\1\0\x80\x08'), section(7, vector([name('m') + b'\2\0'])),
                  section(11, vector([b'\0' + const(k * 1000 % 60000000) + END + b'\1x' for k in range(n)])))


@shape(1000)
def passive_segments(n):
    inits = b''.join(const(0) * 3 + b'\xfc\x08' + leb(k) + b'\0' for k in range(n))
    return only([type_of([], [])], [(0, inits)], (5, b'\1\0\1'), (12, leb(n)), (11, vector([b'\1\1x'] * n)))


@shape(1000)
def separate_bytes(n):
    """A byte of data here and there, so that there is a startup image."""
    return only([], [], (5, b'\1\0\x80\x08'), (11, vector([b'\0' + const(k * 2) + END + b'\1\xff' for k in range(n)])),
                (7, vector([name('m') + b'\2\0'])))


@shape(10000)
def noise(n):
    data = bytes((k * k * 2654435761 >> 13) & 0xFF for k in range(n))
    return only([], [], (5, b'\1\0' + leb(n // 65536 + 1)), (11, vector([b'\0' + const(0) + END + name(data)])), (7, vector([name('m') + b'\2\0'])))


@shape(1000)
def types(n):
    """As many function types, each of a function in a table."""
    kinds = [I32, I64, F64]
    all_types = [type_of([kinds[k // 3 ** d % 3] for d in range(9)], []) for k in range(n)]
    return module(section(1, vector(all_types)), section(3, vector([leb(k) for k in range(n)])), section(4, b'\1\x70\0' + leb(n)),
                  section(7, vector([name('t') + b'\1\0'])),
                  section(9, vector([b'\0' + const(0) + END + vector([leb(k) for k in range(n)])])),
                  section(10, vector([name(b'\0' + END)] * n)))


@shape(500)
def tables(n):
    return module(section(4, vector([b'\x70\0\1'] * n)), section(7, vector([name('t') + b'\1' + leb(n - 1)])))


@shape(50)
def memories(n):
    return module(section(5, vector([b'\0\0'] * n)), section(7, vector([name('m') + b'\2' + leb(n - 1)])))


@shape(1000)
def tags(n):
    return module(section(1, vector([type_of([I32], [])])), section(13, vector([b'\0\0'] * n)),
                  section(7, vector([name('t') + b'\4' + leb(n - 1)])))


@shape(1000)
def long_constant(n):
    """One constant expression."""
    return only([], [], (6, vector([I32 + b'\0' + b'\x23\0' + b''.join(const(k) + ADD for k in range(n)) + END])),
                (7, vector([name('g') + b'\3\1'])), imports_=vector([name('env') + name('g') + b'\3\x7f\0']))


@shape(100)
def long_constants(n):
    one = I32 + b'\0' + b'\x23\0' + b''.join(const(k) + ADD for k in range(20)) + END
    return only([], [], (6, vector([one] * n)), (7, vector([name('g') + b'\3' + leb(n)])), imports_=vector([name('env') + name('g') + b'\3\x7f\0']))
