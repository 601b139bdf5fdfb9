"""What try, catch and throw make."""
from support.binary import leb, vector
from support.shapes import shape
from support.shapes.parts import END, EXNREF, H, block, const, function, get, put


@shape(25)
def owned(n):
    """Local variables with exceptions, and as many ways out of the function by one."""
    one = b'\x02\x69\x1f\x40\1\3\0\x10\1\x0b' + const(0) + b'\x0f\x0b'
    return function(b''.join(one + put(k + 2) + H for k in range(n)) + get(0), [(n, EXNREF)], tags=1)


@shape(25)
def owned_stack(n):
    """Exceptions on the operand stack."""
    one = b'\x02\x69\x1f\x40\1\3\0\x10\1\x0b' + const(0) + b'\x0f\x0b'
    return function(one * n + b'\x0a', tags=1)


@shape(200)
def tries(n):
    return function(block(b'\x1f\x40\1\0\0\0' + H + END) * n + get(0), tags=1)


@shape(100)
def nested_tries(n):
    body = H
    for _ in range(n):
        body = block(b'\x1f\x40\1\2\0' + body + H + END)
    return function(body + get(0), tags=1)


@shape(100)
def legacy_tries(n):
    return function((b'\x06\x40' + H + b'\x07\0' + H + b'\x19' + H + END) * n + get(0), tags=1)


@shape(50)
def nested_legacy_tries(n):
    return function((b'\x06\x40' + H) * n + (b'\x19' + H + END) * n + get(0), tags=1)


@shape(200)
def throws(n):
    return function((get(0) + b'\x04\x40\x08\0' + END) * n + get(0), tags=1)


@shape(100)
def rethrows(n):
    return function((b'\x06\x40' + H + b'\x19' + H + b'\x09\0' + END) * n + get(0), tags=1)


@shape(200)
def catches(n):
    """One try with as many clauses."""
    return function(block(b'\x1f\x40' + vector([b'\0' + leb(k) + b'\0' for k in range(n)]) + H + END) + get(0), tags=n)
