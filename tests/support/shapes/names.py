"""Names that are long, or the same."""
from support.binary import leb, module, name, section, vector
from support.shapes import shape
from support.shapes.parts import DROP, END, I32, call, const, get, only, put, type_of


@shape(1000)
def named_calls(n):
    """Calls of a function that has a long name."""
    names = b'\1' + name(vector([leb(1) + name('"' * 200)]))
    return only([type_of([], [])], [(0, call(1) * n), (0, call(0))], (0, name('name') + names))


@shape(500)
def same_names(n):
    """Functions that all have one name."""
    names = b'\1' + name(vector([leb(k) + name('x' * 10) for k in range(n)]))
    return only([type_of([], [])], [(0, const(k) + DROP + call((k + 7) % n)) for k in range(n)], (0, name('name') + names))


@shape(500)
def meeting_names(n):
    """Names that are the same as what others become."""
    names = b'\1' + name(vector([leb(k) + name(f'x_{k + 1}' if k % 2 else 'x') for k in range(n)]))
    return only([type_of([], [])], [(0, const(k) + DROP + call((k + 7) % n)) for k in range(n)], (0, name('name') + names))


@shape(300)
def local_names(n):
    groups = vector([leb(n) + I32])
    body = b''.join(get(k) + call(0) + put(k) for k in range(n))
    names = b'\2' + name(vector([leb(1) + vector([leb(k) + name('n' * 20) for k in range(n)])]))
    return module(section(1, vector([type_of([I32], [I32]), type_of([], [])])), section(2, vector([name('env') + name('g') + b'\0\0'])),
                  section(3, b'\1\1'), section(7, vector([name('f') + b'\0\1'])), section(10, vector([name(groups + body + END)])),
                  section(0, name('name') + names))
