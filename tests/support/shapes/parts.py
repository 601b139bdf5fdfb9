"""How the shapes are written: instructions, types, and modules of one function or of several."""
from support.binary import leb, module, name, section, signed_leb, vector

I32, I64, F64, V128, EXNREF, FUNCREF, ANY = b'\x7f', b'\x7e', b'\x7c', b'\x7b', b'\x69', b'\x70', b'\x6e'
EMPTY, END, DROP = b'\x40', b'\x0b', b'\x1a'
ADD, SUB, MUL, XOR = b'\x6a', b'\x6b', b'\x6c', b'\x73'
WIDE = 1000  # values: as many as a type may have


def get(k):
    return b'\x20' + leb(k)


def put(k):
    return b'\x21' + leb(k)


def const(k):
    return b'\x41' + signed_leb(k)


def call(k):
    return b'\x10' + leb(k)


def block(body, opcode=b'\x02', type_=EMPTY):
    return opcode + type_ + body + END


def type_of(params, results):
    return b'\x60' + vector(params) + vector(results)


# 0: (i32, i32) -> i32, of f; 1: () -> i32; 2: () -> (); 3: (i32) -> ()
TYPES = [type_of([I32, I32], [I32]), type_of([], [I32]), type_of([], []), type_of([I32], [])]
# 0: struct of an i32 and any reference; 1: array of any references
OBJECTS = [b'\x5f\2\x7f\1\x6e\1', b'\x5e\x6e\1']
G, H = call(0), call(1)  # the imports of `function`


def function(body, locals_=(), more=(), types=(), tags=0, data=b''):
    """A module whose function 0 has this body, with a memory, a table, and imports g: () -> i32 and h: () -> ()."""
    groups = vector([leb(count) + kind for count, kind in locals_])
    bodies = [name(groups + body + END), *[name(vector([]) + code + END) for _, code in more]]
    return module(section(1, vector([*TYPES, *types])),
                  section(2, vector([name('env') + name(n) + b'\0' + leb(t) for n, t in (('g', 1), ('h', 2))])),
                  section(3, vector([leb(0), *[leb(t) for t, _ in more]])),
                  section(4, b'\1\x70\0\x08'), section(5, b'\1\0\1'),
                  section(13, vector([b'\0\2'] * tags)) if tags else b'',
                  section(6, vector([I32 + b'\1' + const(0) + END])),
                  section(7, vector([name('f') + b'\0\2', name('memory') + b'\2\0', name('t') + b'\1\0'])),
                  section(10, vector(bodies)), data)


def only(types_, codes, *more, imports_=b'', exports_=None):
    """A module of functions [(type, body without its END)], the first of which is exported, with sections of `more` by number."""
    exported = vector([name('f') + b'\0\0']) if exports_ is None else exports_
    parts = {1: vector(types_), 2: imports_, 3: vector([leb(t) for t, _ in codes]), 7: exported if codes else b'',
             10: vector([name(b'\0' + code + END) for _, code in codes]), **dict(more)}
    order = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11, 0]
    return module(*[section(k, parts[k]) for k in order if parts.get(k)])
