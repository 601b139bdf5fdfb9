"""Modules of one shape, in any size: their size is linear in WebAssembly, but the time that C compilers take may not be."""
import random

from support.binary import leb, module, name, section, signed_leb, vector

I32, I64, F64, V128, EXNREF, FUNCREF = b'\x7f', b'\x7e', b'\x7c', b'\x7b', b'\x69', b'\x70'
EMPTY, END, DROP = b'\x40', b'\x0b', b'\x1a'
RESULTS = 10  # types 0 to 9 are (), (i32) and so on


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


G, H = call(0), call(1)
ADD, SUB, MUL, XOR = b'\x6a', b'\x6b', b'\x6c', b'\x73'


# ---- One function ----

def owned(n):
    """Local variables with exceptions, and as many ways out of the function by one."""
    one = b'\x02\x69\x1f\x40\1\3\0\x10\1\x0b' + const(0) + b'\x0f\x0b'
    return function(b''.join(one + put(k + 2) + H for k in range(n)) + get(0), [(n, EXNREF)], tags=1)


def owned_stack(n):
    """Exceptions on the operand stack."""
    one = b'\x02\x69\x1f\x40\1\3\0\x10\1\x0b' + const(0) + b'\x0f\x0b'
    return function(one * n + b'\x0a', tags=1)


def tries(n):
    return function(block(b'\x1f\x40\1\0\0\0' + H + END) * n + get(0), tags=1)


def nested_tries(n):
    body = H
    for _ in range(n):
        body = block(b'\x1f\x40\1\2\0' + body + H + END)
    return function(body + get(0), tags=1)


def legacy_tries(n):
    return function((b'\x06\x40' + H + b'\x07\0' + H + b'\x19' + H + END) * n + get(0), tags=1)


def nested_legacy_tries(n):
    return function((b'\x06\x40' + H) * n + (b'\x19' + H + END) * n + get(0), tags=1)


def throws(n):
    return function((get(0) + b'\x04\x40\x08\0' + END) * n + get(0), tags=1)


def rethrows(n):
    return function((b'\x06\x40' + H + b'\x19' + H + b'\x09\0' + END) * n + get(0), tags=1)


def chain(n):
    """f(f(f(x))) of operators."""
    steps = [get(1) + ADD, const(5) + MUL, get(1) + XOR, const(3) + b'\x77', get(0) + SUB]
    return function(get(0) + b''.join(steps[k % 5] for k in range(n)))


def same_chain(n):
    return function(get(0) + (get(1) + ADD) * n)


def own_chain(n):
    """Each step takes the last value twice."""
    return function(get(0) + (b'\x22\0' + get(0) + MUL + get(1) + XOR) * n)


def float_chain(n):
    steps = [b'\x20\3\xa0', b'\x44' + b'\0' * 6 + b'\xf0\x3f' + b'\xa2', b'\x20\3\xa3', b'\x9f', b'\x20\3\xa5']
    return function(b'\x20\2' + b''.join(steps[k % 5] for k in range(n)) + b'\x21\2' + get(0), [(2, F64)])


def vector_chain(n):
    steps = [b'\x20\3\xfd\xae\1', b'\x20\3\xfd\xb5\1', b'\xfd\xa0\1', b'\x20\3\xfd\x0e', b'\x20\3\xfd\x51']
    return function(b'\x20\2' + b''.join(steps[k % 5] for k in range(n)) + b'\xfd\x1b\0', [(2, V128)])


def balanced(n):
    """A tree of operators."""
    level = [get(k % 2) for k in range(n)]
    while len(level) > 1:
        level = [level[k] + level[k + 1] + (ADD if k % 4 else MUL) for k in range(0, len(level) - 1, 2)] + level[len(level) & ~1:]
    return function(level[0])


def deep_stack(n):
    """Operands first, all operators behind."""
    return function((get(0) + const(7) + XOR) * n + ADD * (n - 1))


def calls_on_stack(n):
    return function(G * n + ADD * (n - 1))


def loads_on_stack(n):
    return function(b''.join(get(0) + b'\x28\2' + leb(4 * k) for k in range(n)) + ADD * (n - 1))


def comparisons(n):
    return function(get(0) + (get(1) + b'\x48' + get(1) + ADD) * n)


def selects(n):
    return function(get(0) + (get(1) + get(0) + b'\x1b') * n)


def selects_of_selects(n):
    """Each decides the next."""
    return function((get(0) + get(1)) * n + get(0) + b'\x1b' * n)


def divisions(n):
    return function(get(0) + (get(1) + b'\x6d') * n)


def converting(n):
    return function(get(0) + b'\xb7\xaa' * n)


def saturating(n):
    return function(b'\x20\2' + b'\xfc\2\xb7' * n + b'\x21\2' + get(0), [(2, F64)])


def vector_minima(n):
    return function(get(2) + b'\x20\3\xfd\xe8\1\x20\3\xfd\xe9\1\xfd\xf8\1\xfd\xfa\1' * n + put(2) + get(0), [(2, V128)])


def minima(n):
    return function(b'\x20\2' + b'\x20\3\xa4\x20\3\xa5' * n + b'\x21\2' + get(0), [(2, F64)])


def zeros_counted(n):
    return function(get(0) + (b'\x22\0\x67' + get(0) + b'\x68' + ADD) * n)


def shifts(n):
    return function(get(0) + (get(1) + b'\x74' + get(1) + ADD) * n)


def bits_counted(n):
    return function(get(0) + (b'\x69' + get(1) + XOR) * n)


def rounding(n):
    return function(b'\x20\2' + b'\x9e\x9b\x20\3\xa0\x9d\x20\3\xa6' * n + b'\x21\2' + get(0), [(2, F64)])


def unsigned_conversions(n):
    return function(b'\x20\2' + b'\xb1\xba' * n + b'\x21\2' + get(0), [(2, F64)])


def memory_sizes(n):
    """Growing by what there is."""
    return function(get(0) + (const(0) + b'\x40\0' + ADD + b'\x3f\0' + ADD) * n)


def live_locals(n):
    return function(b''.join(G + put(k + 2) for k in range(n)) + H + b''.join(get(k + 2) for k in range(n)) + ADD * (n - 1), [(n, I32)])


def local_loop(n):
    """A loop that moves each local to the next."""
    body = b''.join(get(k + 3) + put(k + 2) for k in range(n)) + G + put(n + 2) + G + b'\x0d\0'
    return function(block(body, b'\x03') + get(2), [(n + 1, I32)])


def calls(n):
    return function(H * n + get(0))


def calls_of_calls(n):
    return function(get(0) + (get(1) + call(2)) * n)


def small_calls(n):
    """Calls of one function that is small enough to be inlined in all places."""
    small = (get(0) + const(5) + ADD + get(1) + XOR + put(0)) * 3 + get(0)
    return function(get(0) + (get(1) + call(3)) * n, more=[(0, small)])


def indirect_calls(n):
    return function(get(0) + (get(1) + get(0) + b'\x11\0\0') * n)


def wide_calls(n):
    wide = type_of([I32] * 1000, [])
    return function((get(0) * 1000 + call(3)) * (n // 1000 + 1) + get(0), more=[(4, b'')], types=[wide])


def stores(n):
    return function(b''.join(get(0) + get(1) + b'\x36\2' + leb(4 * k) for k in range(n)) + get(0))


def loads_and_stores(n):
    return function(b''.join(get(1) + get(0) + b'\x28\2' + leb(4 * k) + b'\x36\2' + leb(8 * k) for k in range(n)) + get(0))


def loads_in_ifs(n):
    return function((get(0) + block(get(1) + b'\x28\2\0' + put(1), b'\x04')) * n + get(0))


def loads_of_64_bits_in_ifs(n):
    one = get(0) + block(get(1) + b'\x29\3\0' + put(1), b'\x04')
    return only([type_of([I32, I64], [])], [(0, one * n)], (5, b'\1\4\1'))


def loads_of_loads(n):
    """Each load is the index of the next."""
    return function(get(0) + b'\x28\2\4' * n)


def far_loads(n):
    """At offsets beyond the guard, so that code checks them."""
    return function((get(0) + b'\x28\2' + leb(0xF0000000) + DROP) * n + get(0))


def vector_stores(n):
    return function((get(0) + get(1) + b'\xfd\x00\4\0' + get(1) + b'\xfd\x00\4\x10' + b'\xfd\xae\1\xfd\x0b\4\0') * n + get(0))


def global_sets(n):
    return function((b'\x23\0' + get(0) + ADD + b'\x24\0') * n + get(0))


def moved_globals(n):
    sets = b''.join(b'\x23' + leb(k) + b'\x24' + leb((k * 7 + 1) % n) for k in range(n))
    return only([type_of([], [])], [(0, sets)], (6, vector([I32 + b'\1' + const(k) + END for k in range(n)])), (7, vector([name('f') + b'\0\0'])))


def ifs(n):
    return function((get(0) + block(get(0) + const(1) + ADD + put(0) + get(1) + get(0) + SUB + put(1), b'\x04')) * n + get(0))


def calling_ifs(n):
    return function((G + block(H, b'\x04')) * n + get(0))


def blocks_of_values(n):
    """Ten values that stay on the stack, and come from one of two places at the end of each block; all on the same condition."""
    one = block(get(0) + b'\x0d\0' + ADD + get(1), type_=b'\4')
    return function(b''.join(get(k % 2) for k in range(10)) + one * n + DROP * 9, types=[type_of([I32] * 10, [I32] * 10)])


def nested_ifs(n):
    return function((G + b'\x04\x40') * n + H + END * n + get(0))


def nested_blocks(n):
    return function(b'\x02\x40' * n + (get(0) + b'\x0d\0' + H) + (END + G + put(0)) * n + get(0))


def exits_of_one(n):
    return function(block((G + b'\x0d\0') * n) + get(0))


def exits_of_many(n):
    return function(b'\x02\x40' * n + b''.join(G + b'\x0d' + leb(k) for k in range(n)) + (END + H) * n + get(0))


def exits_with_values(n):
    """Blocks around each other, with an exit to each that takes a value along."""
    return function(b'\x02\x7f' * n + get(0) + b''.join(G + b'\x0d' + leb(k) for k in range(n)) + (END + put(0) + H + get(0)) * n)


def counted_exits(n):
    """f(a, b) = a + n - b, for b below n: an exit to each of n blocks with a value, to which what follows each block adds one."""
    exits = b''.join(get(1) + const(k) + b'\x46\x0d' + leb(k) for k in range(n))
    return function(b'\x02\x7f' * n + get(0) + exits + (END + put(0) + get(0) + const(1) + ADD) * n)


def casts_to_blocks(n):
    """The same with references, which are tested."""
    tests = b''.join(b'\xfb\x18\3' + leb(k) + ANY + b'\0' for k in range(n))
    return only([*OBJECTS, type_of([ANY], [])], [(2, (b'\x02' + ANY) * n + get(0) + tests + (END + put(0) + get(0)) * n + DROP)])


def exits_to_locals(n):
    """Blocks around each other, behind each of which another local is set."""
    exits = b''.join(G + b'\x0d' + leb(k) for k in range(n))
    sets = b''.join(END + G + put(2 + k) for k in range(n))
    return function(b'\x02\x40' * n + exits + sets + get(2) + b''.join(get(2 + k) + ADD for k in range(n)), [(n, I32)])


def loops(n):
    return function(block(G + b'\x0d\0', b'\x03') * n + get(0))


def loops_that_store(n):
    """Each begins where the one before has ended."""
    count = get(0) + const(4) + ADD + b'\x22\0' + const(100) + b'\x48\x0d\0'
    return function(block(get(0) + get(1) + b'\x36\2\0' + count, b'\x03') * n + get(0))


def nested_loops(n):
    return function(b'\x03\x40' * n + (G + b'\x0d\0' + END) * n + get(0))


def nested_counted_loops(n):
    body = get(1) + const(3) + ADD + put(1)
    for k in range(n):
        count = get(2 + k) + const(1) + ADD + b'\x22' + leb(2 + k) + get(0) + b'\x48\x0d\0'
        body = const(0) + put(2 + k) + block(body + count, b'\x03')
    return function(body + get(1), [(n, I32)])


def switch(n):
    """A table of n targets, each of which calls."""
    body = get(0) + b'\x0e' + leb(n - 1) + b''.join(map(leb, range(n)))
    return function(b'\x02\x40' * n + body + (END + H) * n + get(0))


def state_machine(n):
    body = get(0) + b'\x0e' + leb(n - 1) + b''.join(map(leb, range(n)))
    for k in range(n):
        body = block(body) + const(k * 7 % n) + put(0) + H + b'\x0c' + leb(n - 1 - k)
    return function(block(body, b'\x03') + get(0))


def interpreter(n):
    """Cases that compute with locals that live through the loop."""
    body = get(0) + b'\x0e' + leb(n - 1) + b''.join(map(leb, range(n)))
    for k in range(n):
        work = get(2 + k % 30) + get(2 + k * 7 % 30) + ADD + put(2 + k * 11 % 30) + get(2 + k % 30) + b'\x28\2\0' + put(0)
        body = block(body) + work + b'\x0c' + leb(n - 1 - k)
    return function(block(body, b'\x03') + get(2), [(30, I32)])


def switches(n):
    one = block(block(block(get(0) + b'\x0e\3\0\1\2\1')  + H) + H)
    return function(one * n + get(0))


def same_targets(n):
    return function(block(block(get(0) + b'\x0e' + leb(n) + b'\0\1\1' * (n // 3) + b'\0' * (n - n // 3 * 3 + 1)) + H) + get(0))


def tail_calls(n):
    return function((G + b'\x04\x40' + get(0) + get(1) + b'\x12\2' + END) * n + get(0))


def other_tail_calls(n):
    return function((G + b'\x04\x40' + get(0) + get(1) + b'\x12\3' + END) * n + get(0), more=[(0, get(0) + get(1) + b'\x12\2')])


# ---- Many things ----

def functions(n):
    more = [(0, get(0) + const(k) + ADD) for k in range(n)]
    return function(b''.join(get(0) + get(1) + call(3 + k) + put(0) for k in range(n)) + get(0), more=more)


def functions_in_a_row(n):
    """Each calls the next."""
    more = [(0, get(0) + const(k) + ADD + get(1) + call(min(4 + k, n + 2))) for k in range(n)]
    return function(get(0) + get(1) + call(3), more=more)


def functions_in_a_cycle(n):
    """Each calls the next, and the last one the first."""
    more = [(0, get(1) + b'\x04\x7f' + get(0) + const(k) + ADD + get(1) + call(3 + (k + 1) % n) + b'\x05' + get(0) + END) for k in range(n)]
    return function(get(0) + get(1) + call(3), more=more)


def functions_that_double(n):
    """Each calls the next one twice."""
    more = [(0, (get(0) + get(1) + call(min(4 + k, n + 2))) * 2 + ADD) for k in range(n - 1)] + [(0, get(0))]
    return function(get(0) + get(1) + call(3), more=more)


def exports(n):
    return module(section(1, vector([TYPES[0]])), section(3, b'\1\0'),
                  section(7, vector([name(f'e{k}') + b'\0\0' for k in range(n)])), section(10, vector([name(b'\0' + get(0) + END)])))


def exported_functions(n):
    return module(section(1, vector([TYPES[0]])), section(3, vector([b'\0'] * n)),
                  section(7, vector([name(f'e{k}') + b'\0' + leb(k) for k in range(n)])),
                  section(10, vector([name(b'\0' + get(0) + const(k) + ADD + END) for k in range(n)])))


def imports(n):
    used = b''.join(call(k) for k in range(n))
    return module(section(1, vector([type_of([], [])])), section(2, vector([name('env') + name(f'i{k}') + b'\0\0' for k in range(n)])),
                  section(3, b'\1\0'), section(7, vector([name('f') + b'\0' + leb(n)])), section(10, vector([name(b'\0' + used + END)])))


def import_modules(n):
    used = b''.join(call(k) for k in range(n))
    return module(section(1, vector([type_of([], [])])), section(2, vector([name(f'm{k}') + name('i') + b'\0\0' for k in range(n)])),
                  section(3, b'\1\0'), section(7, vector([name('f') + b'\0' + leb(n)])), section(10, vector([name(b'\0' + used + END)])))


def globals_(n):
    return module(section(6, vector([I32 + b'\1' + const(k) + END for k in range(n)])),
                  section(7, vector([name('g') + b'\3' + leb(n - 1)])))


def computed_globals(n):
    return module(section(2, vector([name('env') + name('g') + b'\3\x7f\0'])),
                  section(6, vector([I32 + b'\1\x23\0' + END for _ in range(n)])), section(7, vector([name('g') + b'\3' + leb(n - 1)])))


def reference_globals(n):
    return module(section(6, vector([FUNCREF + b'\1\xd0\x70' + END for _ in range(n)])), section(7, vector([name('g') + b'\3' + leb(n - 1)])))


def exported_globals(n):
    return module(section(6, vector([I32 + b'\1' + const(k) + END for k in range(n)])),
                  section(7, vector([name(f'g{k}') + b'\3' + leb(k) for k in range(n)])))


def elements(n):
    return module(section(1, vector([TYPES[0]])), section(3, b'\1\0'), section(4, b'\1\x70\0' + leb(n)),
                  section(7, vector([name('t') + b'\1\0'])), section(9, vector([b'\0' + const(0) + END + leb(n) + b'\0' * n])),
                  section(10, vector([name(b'\0' + get(0) + END)])))


def element_expressions(n):
    return module(section(1, vector([TYPES[0]])), section(3, b'\1\0'), section(4, b'\1\x70\0' + leb(n)),
                  section(7, vector([name('t') + b'\1\0'])),
                  section(9, vector([b'\4' + const(0) + END + vector([b'\xd2\0\x0b'] * n)])),
                  section(10, vector([name(b'\0' + get(0) + END)])))


def element_segments(n):
    return module(section(1, vector([TYPES[0]])), section(3, b'\1\0'), section(4, b'\1\x70\0' + leb(n)),
                  section(7, vector([name('t') + b'\1\0'])),
                  section(9, vector([b'\0' + const(k) + END + b'\1\0' for k in range(n)])),
                  section(10, vector([name(b'\0' + get(0) + END)])))


def data_segments(n):
    return module(section(5, b'\1\0\x80\x08'), section(7, vector([name('m') + b'\2\0'])),
                  section(11, vector([b'\0' + const(k * 1000 % 60000000) + END + b'\1x' for k in range(n)])))


def passive_segments(n):
    return function(b''.join(const(0) + const(0) + const(0) + b'\xfc\x08' + leb(k) + b'\0' for k in range(n)) + get(0),
                    data=b'')[:0] + module(
        section(1, vector([type_of([], [])])), section(3, b'\1\0'), section(5, b'\1\0\1'), section(7, vector([name('f') + b'\0\0'])),
        section(12, leb(n)),
        section(10, vector([name(b'\0' + b''.join(const(0) * 3 + b'\xfc\x08' + leb(k) + b'\0' for k in range(n)) + END)])),
        section(11, vector([b'\1\1x'] * n)))


def types(n):
    """As many function types, each of a function in a table."""
    kinds = [I32, I64, F64]
    all_types = [type_of([kinds[k // 3 ** d % 3] for d in range(9)], []) for k in range(n)]
    return module(section(1, vector(all_types)), section(3, vector([leb(k) for k in range(n)])), section(4, b'\1\x70\0' + leb(n)),
                  section(7, vector([name('t') + b'\1\0'])),
                  section(9, vector([b'\0' + const(0) + END + vector([leb(k) for k in range(n)])])),
                  section(10, vector([name(b'\0' + END)] * n)))


def tables(n):
    return module(section(4, vector([b'\x70\0\1'] * n)), section(7, vector([name('t') + b'\1' + leb(n - 1)])))


def memories(n):
    return module(section(5, vector([b'\0\0'] * n)), section(7, vector([name('m') + b'\2' + leb(n - 1)])))


def tags(n):
    return module(section(1, vector([type_of([I32], [])])), section(13, vector([b'\0\0'] * n)),
                  section(7, vector([name('t') + b'\4' + leb(n - 1)])))


# ---- Wide types, long constants, objects, names ----

def only(types_, codes, *more, imports_=b'', exports_=None):
    """A module of functions [(type, body without its END)], the first of which is exported, with sections of `more` by number."""
    exported = vector([name('f') + b'\0\0']) if exports_ is None else exports_
    parts = {1: vector(types_), 2: imports_, 3: vector([leb(t) for t, _ in codes]), 7: exported if codes else b'',
             10: vector([name(b'\0' + code + END) for _, code in codes]), **dict(more)}
    order = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11, 0]
    return module(*[section(k, parts[k]) for k in order if parts.get(k)])


WIDE = 1000


def wide_functions(n):
    """Each has all parameters that a function may have."""
    return only([type_of([I32] * WIDE, [])], [(0, const(k) + DROP) for k in range(n)])


def wide_exports(n):
    return only([type_of([I32] * WIDE, [])], [(0, b'')], exports_=vector([name(f'e{k}') + b'\0\0' for k in range(n)]))


def wide_imports(n):
    return only([type_of([I32] * WIDE, [])], [], imports_=vector([name('env') + name(f'i{k}') + b'\0\0' for k in range(n)]))


def wide_results(n):
    return only([type_of([], [I32] * WIDE)], [(0, const(k) + DROP + b'\0') for k in range(n)])


def wide_blocks(n):
    """Blocks that take and give a thousand values."""
    return only([type_of([], []), type_of([I32] * WIDE, [I32] * WIDE), type_of([], [I32] * WIDE)],
                [(0, call(1) + b'\x02\1\x0b' * n + b'\0'), (2, b'\0')])


def wide_calls_on_stack(n):
    return only([type_of([], []), type_of([I32] * WIDE, [I32] * WIDE), type_of([], [I32] * WIDE)],
                [(0, call(1) + call(2) * n + b'\0'), (2, b'\0'), (1, b'\0')])


def wide_targets(n):
    """A br_table to n blocks, each of which gives a thousand values."""
    body = call(1) + const(0) + b'\x0e' + leb(n - 1) + b''.join(map(leb, range(n)))
    return only([type_of([], []), type_of([], [I32] * WIDE)], [(0, b'\x02\1' * n + body + (END + DROP * WIDE + call(1)) * n + DROP * WIDE), (1, b'\0')])


def wide_tags(n):
    return only([type_of([I32] * WIDE, []), type_of([], [])], [(1, b'')], (13, vector([b'\0\0'] * n)), (7, vector([name('t') + b'\4' + leb(n - 1)])))


def long_constant(n):
    """One constant expression."""
    return only([], [], (6, vector([I32 + b'\0' + b'\x23\0' + b''.join(const(k) + ADD for k in range(n)) + END])),
                (7, vector([name('g') + b'\3\1'])), imports_=vector([name('env') + name('g') + b'\3\x7f\0']))


def long_constants(n):
    one = I32 + b'\0' + b'\x23\0' + b''.join(const(k) + ADD for k in range(20)) + END
    return only([], [], (6, vector([one] * n)), (7, vector([name('g') + b'\3' + leb(n)])), imports_=vector([name('env') + name('g') + b'\3\x7f\0']))


# 0: struct of an i32 and any reference; 1: array of any references
OBJECTS = [b'\x5f\2\x7f\1\x6e\1', b'\x5e\x6e\1']
ANY = b'\x6e'


def object_globals(n):
    one = ANY + b'\0' + const(7) + b'\xd0\x6e\xfb\0\0' + END
    return only(OBJECTS, [], (6, vector([one] * n)))


def deep_object_global(n):
    """A list of n objects, one in the other, in one constant."""
    return only(OBJECTS, [], (6, vector([ANY + b'\0' + const(7) * n + b'\xd0\x6e' + b'\xfb\0\0' * n + END])))


def array_globals(n):
    """Constants with arrays of as many elements as there may be."""
    size = min(n, 10000)
    one = ANY + b'\0' + (const(7) + b'\xfb\x1c') * size + b'\xfb\x08\1' + leb(size) + END
    return only(OBJECTS, [], (6, vector([one] * max(n // size, 1))))


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


def arrays(n):
    """One function that makes an array of n elements."""
    size = min(n, 10000)
    one = get(0) * size + b'\xfb\x08\2' + leb(size) + DROP
    return only([*OBJECTS, b'\x5e\x7f\1', type_of([I32], [])], [(3, one * max(n // size, 1))])


def numbers_in_arrays(n):
    size = min(n, 10000)
    one = b''.join(const(k % 64) for k in range(size)) + b'\xfb\x08\2' + leb(size) + DROP
    return only([*OBJECTS, b'\x5e\x7f\1', type_of([], [])], [(3, one * max(n // size, 1))])


def wide_structs(n):
    """Types of ten thousand fields, and functions that make objects of them."""
    size = min(n, 10000)
    count = max(n // size, 1)
    kinds = [b'\x5f' + vector([[b'\x7f\1', b'\x6e\1', b'\x7c\1'][(f + k) % 3] for f in range(size)]) for k in range(count)]
    return only([*kinds, type_of([], [])], [(count, b''.join(b'\xfb\1' + leb(k) + DROP for k in range(count)))])


def new_wide_structs(n):
    """Many objects of a type of many fields."""
    return only([b'\x5f' + vector([b'\x7f\1'] * 10000), type_of([], [])], [(1, b'\xfb\1\0\x1a' * n)])


def struct_sets(n):
    size = 10000
    return only([b'\x5f' + vector([b'\x7f\1'] * size), type_of([b'\x63\0'], [])],
                [(1, b''.join(get(0) + const(k) + b'\xfb\5\0' + leb(k % size) for k in range(n)))])


def element_sets(n):
    """Stores to elements of an array, each of which checks the reference and the index."""
    return only([b'\x5e\x7f\1', type_of([b'\x63\0', I32], [])], [(1, (get(0) + get(1) + get(1) + b'\xfb\x0e\0') * n)])


def arrays_of_arrays(n):
    """Each element is the next array; all with one index."""
    return only([b'\x5e\x63\0\1', type_of([b'\x63\0', I32], [])], [(1, get(0) + (get(1) + b'\xfb\x0b\0') * n + DROP)])


def indices_of_indices(n):
    """Each element is the next index into the same array."""
    return only([b'\x5e\x7f\1', type_of([b'\x63\0', I32], [])], [(1, (get(0) + get(1) + b'\xfb\x0b\0' + put(1)) * n)])


def rec_group(n):
    """A group of types each of which refers to the next."""
    group = b'\x4e' + vector([b'\x5f\1\x63' + signed_leb((k + 1) % n) + b'\1' for k in range(n)])
    return only([group, type_of([], [])], [(n, b'\xfb\1' + leb(n - 1) + DROP)])


def all_made(n):
    """As many types of objects, and objects of all of them."""
    kinds = [b'\x5f' + vector([[b'\x7f\1', b'\x7e\1', b'\x7c\1'][k // 3 ** d % 3] for d in range(9)]) for k in range(n)]
    return only([*kinds, type_of([], [])], [(n, b''.join(b'\xfb\1' + leb(k) + DROP for k in range(n)))])


def deep_types(n):
    """Hierarchies of types as deep as they may be, and casts to all of them."""
    kinds = [(b'\x50\0' if k % 63 == 0 else b'\x50\1' + leb(k - 1)) + b'\x5f\0' for k in range(n)]
    body = b''.join(get(0) + b'\xfb\x15' + signed_leb(k) + DROP for k in range(n))
    return only([*kinds, type_of([ANY], [])], [(n, body)])


def ref_casts(n):
    return only([*OBJECTS, type_of([ANY], [])], [(2, (get(0) + b'\xfb\x17\0' + DROP) * n)])


def many_locals(n):
    """Functions with many locals, of all of which something is read."""
    groups = vector([leb(WIDE) + I32])
    body = b''.join(get(k) for k in range(WIDE)) + ADD * (WIDE - 1) + DROP
    code = vector([name(groups + body + END)] * 1)
    return module(section(1, vector([type_of([], [])] * n)), section(3, vector([leb(0)] * n)), section(7, vector([name('f') + b'\0\0'])),
                  section(10, vector([name(groups + const(k) + put(0) + body + END) for k in range(n)])), code[:0])


def named_calls(n):
    """Calls of a function that has a long name."""
    names = b'\1' + name(vector([leb(1) + name('"' * 200)]))
    return only([type_of([], [])], [(0, call(1) * n), (0, call(0))], (0, name('name') + names))


def same_names(n):
    """Functions that all have one name."""
    names = b'\1' + name(vector([leb(k) + name('x' * 10) for k in range(n)]))
    return only([type_of([], [])], [(0, const(k) + DROP + call((k + 7) % n)) for k in range(n)], (0, name('name') + names))


def meeting_names(n):
    """Names that are the same as what others become."""
    names = b'\1' + name(vector([leb(k) + name(f'x_{k + 1}' if k % 2 else 'x') for k in range(n)]))
    return only([type_of([], [])], [(0, const(k) + DROP + call((k + 7) % n)) for k in range(n)], (0, name('name') + names))


def local_names(n):
    groups = vector([leb(n) + I32])
    body = b''.join(get(k) + call(0) + put(k) for k in range(n))
    names = b'\2' + name(vector([leb(1) + vector([leb(k) + name('n' * 20) for k in range(n)])]))
    return module(section(1, vector([type_of([I32], [I32]), type_of([], [])])), section(2, vector([name('env') + name('g') + b'\0\0'])),
                  section(3, b'\1\1'), section(7, vector([name('f') + b'\0\1'])), section(10, vector([name(groups + body + END)])),
                  section(0, name('name') + names))


def separate_bytes(n):
    """A byte of data here and there, so that there is a startup image."""
    return only([], [], (5, b'\1\0\x80\x08'), (11, vector([b'\0' + const(k * 2) + END + b'\1\xff' for k in range(n)])),
                (7, vector([name('m') + b'\2\0'])))


def noise(n):
    data = bytes((k * k * 2654435761 >> 13) & 0xFF for k in range(n))
    return only([], [], (5, b'\1\0' + leb(n // 65536 + 1)), (11, vector([b'\0' + const(0) + END + name(data)])), (7, vector([name('m') + b'\2\0'])))


def sets_of_tables(n):
    return function((get(0) + b'\xd0\x70\x26\0') * n + get(0))


def ifs_of_one_condition(n):
    """All on the same parameter, one after another; each stores."""
    return function(b''.join(get(0) + block(get(1) + const(k) + b'\x36\2\0', b'\x04') for k in range(n)) + get(0))


def catches(n):
    """One try with as many clauses."""
    return function(block(b'\x1f\x40' + vector([b'\0' + leb(k) + b'\0' for k in range(n)]) + H + END) + get(0), tags=n)


def casts(n):
    return only([*OBJECTS, type_of([ANY], [])], [(2, (get(0) + b'\xfb\x15\0' + DROP) * n)])


def wide_sums(n):
    return only([type_of([I64, I64], [I64, I64])], [(0, get(0) + get(1) + (get(0) + get(1) + b'\xfc\x13') * n)])


def wide_products(n):
    return only([type_of([I64, I64], [I64, I64])], [(0, get(0) + get(1) + b'\xfc\x16' * n)])


def swizzles(n):
    return function(get(2) + (get(3) + b'\xfd\x0e') * n + put(2) + get(0), [(2, V128)])


def array_lengths(n):
    return only([*OBJECTS, type_of([b'\x63\1'], [I32])], [(2, const(0) + (get(0) + b'\xfb\x0f' + ADD) * n)])


SHARED = (5, b'\1\3\1\1')


def atomic_loads(n):
    """Each loads from where the one before says."""
    return only([type_of([I32], [I32])], [(0, get(0) + b'\xfe\x10\2\0' * n)], SHARED)


def atomic_exchanges(n):
    return only([type_of([I32, I32], [I32])], [(0, get(0) + (get(1) + get(0) + b'\xfe\x48\2\0') * n)], SHARED)


def vector_ceilings(n):
    return function(get(2) + b'\xfd\x67' * n + b'\xfd\x1b\0', [(2, V128)])


def checked_conversions(n):
    return function(b'\x20\2' + b'\xaa\xb7\xab\xb8' * n + put(2) + get(0), [(2, F64)])


def external_references(n):
    return only([type_of([ANY], [ANY])], [(0, get(0) + b'\xfb\x1b\xfb\x1a' * n)])


def repeats(n):
    """A loop with branches back to it that test and set twenty locals."""
    one = b''.join(get(2 + k % 20) + b'\x0d\0' + get(2 + k * 7 % 20) + get(1) + ADD + put(2 + k * 11 % 20) for k in range(n))
    return function(block(one, b'\x03') + get(2), [(20, I32)])


def repeats_by_constants(n):
    one = b''.join(get(2 + k % 8) + const(k % 64) + b'\x46\x0d\0' + get(2 + k % 8) + const(1) + ADD + put(2 + k * 3 % 8) for k in range(n))
    return function(block(one, b'\x03') + get(2), [(8, I32)])


def repeats_by_tables(n):
    one = b''.join(block(get(2 + k % 8) + b'\x0e\2\0\1\0') + get(2 + k % 8) + const(1) + ADD + put(2 + k * 3 % 8) for k in range(n))
    return function(block(one, b'\x03') + get(2), [(8, I32)])


def loops_of_steps(n):
    """Loops in each of which twenty locals become more, and say where something is stored."""
    body = b''.join(get(2 + k) + const(4 * k + 4) + ADD + b'\x22' + leb(2 + k) + get(1) + b'\x36\2\0' for k in range(20))
    count = get(0) + const(1) + ADD + b'\x22\0' + get(1) + b'\x48\x0d\0'
    return function(block(body + count, b'\x03') * n + get(0), [(20, I32)])


def random_tables(n):
    """Blocks, loops and tests of twenty variables, with branches to wherever they may go: one switch in C."""
    rng, code, depth = random.Random(7), b'', 0
    for _ in range(n):
        kind = rng.random()
        if kind < .28:
            code += b'\x02\x40' if kind < .25 else b'\x03\x40'
            depth += 1
        elif kind < .5 and depth:
            code += END
            depth -= 1
        elif kind < .8 and depth:
            targets = [leb(rng.randrange(min(depth, 20))) for _ in range(rng.randrange(1, 8))]
            tested = get(rng.randrange(20))
            code += tested + b'\x0d' + targets[0] if kind > .6 else block(tested + b'\x0e' + vector(targets) + leb(0))
        else:
            code += get(rng.randrange(20)) + get(rng.randrange(20)) + ADD + put(rng.randrange(20))
    return function(code + END * depth + get(0), [(18, I32)])


# The function, and an n for which compilers take some tenths of a second.
SHAPES = {
    'owned': (owned, 25), 'owned stack': (owned_stack, 25), 'tries': (tries, 200), 'nested tries': (nested_tries, 100),
    'legacy tries': (legacy_tries, 100), 'nested legacy tries': (nested_legacy_tries, 50), 'throws': (throws, 200), 'rethrows': (rethrows, 100),
    'chain': (chain, 2000), 'same chain': (same_chain, 2000), 'own chain': (own_chain, 2000), 'float chain': (float_chain, 2000),
    'vector chain': (vector_chain, 2000), 'balanced': (balanced, 2000), 'deep stack': (deep_stack, 2000), 'calls on stack': (calls_on_stack, 1000),
    'loads on stack': (loads_on_stack, 2000), 'comparisons': (comparisons, 2000), 'selects': (selects, 2000), 'divisions': (divisions, 1000), 'selects of selects': (selects_of_selects, 1000),
    'converting': (converting, 1000), 'saturating': (saturating, 500), 'minima': (minima, 300), 'zeros counted': (zeros_counted, 500), 'shifts': (shifts, 200), 'bits counted': (bits_counted, 500), 'unsigned conversions': (unsigned_conversions, 500), 'rounding': (rounding, 300), 'vector minima': (vector_minima, 200), 'memory sizes': (memory_sizes, 500), 'live locals': (live_locals, 1000), 'local loop': (local_loop, 500), 'calls': (calls, 3000),
    'calls of calls': (calls_of_calls, 2000), 'small calls': (small_calls, 500), 'indirect calls': (indirect_calls, 1000), 'wide calls': (wide_calls, 5000), 'stores': (stores, 3000),
    'loads and stores': (loads_and_stores, 2000), 'loads in ifs': (loads_in_ifs, 1000), 'loads of loads': (loads_of_loads, 1000), 'far loads': (far_loads, 1000), 'vector stores': (vector_stores, 1000), 'global sets': (global_sets, 3000), 'moved globals': (moved_globals, 500), 'ifs': (ifs, 1500), 'ifs of one condition': (ifs_of_one_condition, 1000),
    'calling ifs': (calling_ifs, 1000), 'nested ifs': (nested_ifs, 1000), 'nested blocks': (nested_blocks, 1000),
    'exits with values': (exits_with_values, 50), 'counted exits': (counted_exits, 50), 'casts to blocks': (casts_to_blocks, 50), 'exits to locals': (exits_to_locals, 50),
    'exits of one': (exits_of_one, 1000), 'exits of many': (exits_of_many, 400), 'loops': (loops, 1000), 'loops that store': (loops_that_store, 100), 'nested loops': (nested_loops, 500),
    'nested counted loops': (nested_counted_loops, 40), 'loads of 64 bits in ifs': (loads_of_64_bits_in_ifs, 500), 'blocks of values': (blocks_of_values, 300),
    'arrays of arrays': (arrays_of_arrays, 200), 'indices of indices': (indices_of_indices, 200),
    'switch': (switch, 1000), 'state machine': (state_machine, 1000), 'interpreter': (interpreter, 500), 'switches': (switches, 500),
    'same targets': (same_targets, 5000), 'tail calls': (tail_calls, 300), 'other tail calls': (other_tail_calls, 300),
    'functions': (functions, 1000), 'functions in a row': (functions_in_a_row, 1000), 'functions in a cycle': (functions_in_a_cycle, 500), 'functions that double': (functions_that_double, 500), 'exports': (exports, 1000),
    'exported functions': (exported_functions, 1000), 'imports': (imports, 1000), 'import modules': (import_modules, 1000), 'globals': (globals_, 3000),
    'computed globals': (computed_globals, 1000), 'reference globals': (reference_globals, 1000), 'exported globals': (exported_globals, 1000),
    'elements': (elements, 10000), 'element expressions': (element_expressions, 1000), 'element segments': (element_segments, 1000),
    'data segments': (data_segments, 1000), 'passive segments': (passive_segments, 1000), 'types': (types, 1000), 'tables': (tables, 500),
    'memories': (memories, 50), 'tags': (tags, 1000),
    'wide functions': (wide_functions, 100), 'wide exports': (wide_exports, 100), 'wide imports': (wide_imports, 100),
    'wide results': (wide_results, 100), 'wide blocks': (wide_blocks, 100), 'wide calls on stack': (wide_calls_on_stack, 100),
    'wide targets': (wide_targets, 20), 'wide tags': (wide_tags, 500), 'long constant': (long_constant, 1000), 'long constants': (long_constants, 100),
    'object globals': (object_globals, 1000), 'deep object global': (deep_object_global, 1000), 'array globals': (array_globals, 1000),
    'array of objects': (array_of_objects, 1000), 'arrays': (arrays, 1000), 'numbers in arrays': (numbers_in_arrays, 1000), 'wide structs': (wide_structs, 1000),
    'new wide structs': (new_wide_structs, 1000), 'struct sets': (struct_sets, 1000), 'element sets': (element_sets, 1000), 'rec group': (rec_group, 1000), 'all made': (all_made, 200),
    'deep types': (deep_types, 200), 'many locals': (many_locals, 5), 'named calls': (named_calls, 1000), 'same names': (same_names, 500),
    'meeting names': (meeting_names, 500), 'local names': (local_names, 300), 'separate bytes': (separate_bytes, 1000), 'noise': (noise, 10000),
    'wide sums': (wide_sums, 500), 'wide products': (wide_products, 300), 'swizzles': (swizzles, 300), 'array lengths': (array_lengths, 500),
    'atomic loads': (atomic_loads, 500), 'atomic exchanges': (atomic_exchanges, 500), 'vector ceilings': (vector_ceilings, 500),
    'checked conversions': (checked_conversions, 500), 'external references': (external_references, 300), 'repeats': (repeats, 300),
    'repeats by constants': (repeats_by_constants, 300), 'repeats by tables': (repeats_by_tables, 300), 'loops of steps': (loops_of_steps, 10),
    'random tables': (random_tables, 1000), 'sets of tables': (sets_of_tables, 1000), 'catches': (catches, 200), 'casts': (casts, 500), 'ref casts': (ref_casts, 500),
}


def make(shape, n):
    return SHAPES[shape][0](n)
