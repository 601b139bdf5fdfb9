"""Types and values of the component model: random ones, as text of components, as C, and as the specification's definitions.py has them.

A type is a string, such as 'u8', or a tuple: ('list', T), ('tuple', [T]), ('record', [(NAME, T)]), ('variant', [(NAME, T or None)]),
('enum', [NAME]), ('flags', [NAME]), ('option', T), ('result', T or None, T or None). A value is a number (float: its bits), a text, a
list, for flags a set; of variants (CASE, VALUE), of options None or (VALUE,), of results (0 or 1, VALUE).
"""
import importlib.util
import itertools
import struct
import sys

NUMBERS = {'u8': (0, 8), 's8': (1, 8), 'u16': (0, 16), 's16': (1, 16), 'u32': (0, 32), 's32': (1, 32), 'u64': (0, 64), 's64': (1, 64)}
NAMED = 'record', 'variant', 'enum', 'flags'
LABELS = ['a', 'b-c', 'int', 'self', 'd0', 'class', 'long-label', 'F-g', 'at', 'flat', 'x', 'result', 'val', 'v', 'c']


def random_type(rng, depth):
    kinds = ['number'] * 4 + ['bool', 'char', 'f32', 'f64', 'string', 'string']
    if depth > 0:
        kinds += ['list', 'list', 'tuple', 'record', 'variant', 'enum', 'flags', 'option', 'result'] * 3
    kind = rng.choice(kinds)

    def inner():
        return random_type(rng, depth - 1)

    def perhaps():
        return inner() if rng.random() < 0.7 else None
    labels = rng.sample(LABELS, rng.randint(1, 6))
    return {'number': lambda: rng.choice(list(NUMBERS)), 'list': lambda: ('list', inner()), 'option': lambda: ('option', inner()),
            'tuple': lambda: ('tuple', [inner() for _ in labels[:4]]), 'record': lambda: ('record', [(n, inner()) for n in labels]),
            'variant': lambda: ('variant', [(n, perhaps()) for n in labels]), 'result': lambda: ('result', perhaps(), perhaps()),
            'enum': lambda: ('enum', [f'e{k}' for k in range(rng.choice([1, 3, 256, 257]))]),
            'flags': lambda: ('flags', [f'f{k}' for k in range(rng.choice([1, 7, 8, 9, 16, 17, 32]))])}.get(kind, lambda: kind)()


def random_float(rng, bits):
    nan = {32: 0x7fc00000, 64: 0x7ff8 << 48}[bits]
    code = {32: 'If', 64: 'Qd'}[bits]
    chosen = rng.choice([rng.getrandbits(bits), 0, 1 << (bits - 1), nan])
    value = struct.unpack(code[1], struct.pack(code[0], chosen))[0]
    return chosen if value == value else nan


def random_text(rng):
    alphabet = rng.choice(['abc ', 'a\xe9\xff\x80', 'a\xe9\u20ac', 'a\u20ac\U0001f600\x00\uffff'])
    return ''.join(rng.choice(alphabet) for _ in range(rng.choice([0, 1, 2, 7, 40])))


def random_value(rng, t):
    kind = t if isinstance(t, str) else t[0]
    if kind in NUMBERS:
        signed, bits = NUMBERS[kind]
        return rng.choice([rng.getrandbits(bits), 0, (1 << bits) - 1, 1 << (bits - 1)]) - (signed << (bits - 1))
    if kind in ('variant', 'result'):
        cases = [c for _, c in t[1]] if kind == 'variant' else t[1:]
        case = rng.randrange(len(cases))
        return case, random_value(rng, cases[case]) if cases[case] else None
    return {'bool': lambda: rng.randrange(2), 'char': lambda: ord(rng.choice('a\x00\ud7ff\ue000\U0010ffff\u20ac')),
            'f32': lambda: random_float(rng, 32), 'f64': lambda: random_float(rng, 64), 'string': lambda: random_text(rng),
            'list': lambda: [random_value(rng, t[1]) for _ in range(rng.choice([0, 1, 2, 5]))],
            'tuple': lambda: [random_value(rng, x) for x in t[1]], 'record': lambda: [random_value(rng, x) for _, x in t[1]],
            'enum': lambda: rng.randrange(len(t[1])), 'flags': lambda: {k for k in range(len(t[1])) if rng.random() < 0.5},
            'option': lambda: (random_value(rng, t[1]),) if rng.random() < 0.7 else None}[kind]()


# ---- Text of components ----

class Types:
    """Defines types in a component, which imports those that need a name."""

    def __init__(self):
        self.lines, self.count = [], 0

    def define(self, t):
        """The text that stands for the type."""
        if isinstance(t, str):
            return t
        kind = t[0]

        def optional(x):
            return f' {self.define(x)}' if x else ''
        if kind in ('list', 'option'):
            body = f'({kind} {self.define(t[1])})'
        elif kind == 'tuple':
            body = f'(tuple {" ".join(self.define(x) for x in t[1])})'
        elif kind == 'record':
            body = '(record %s)' % ' '.join(f'(field "{n}" {self.define(x)})' for n, x in t[1])
        elif kind == 'variant':
            body = '(variant %s)' % ' '.join(f'(case "{n}"{optional(x)})' for n, x in t[1])
        elif kind == 'result':
            error = f' (error {self.define(t[2])})' if t[2] else ''
            body = f'(result{optional(t[1])}{error})'
        else:
            body = f'({kind} {" ".join(chr(34) + n + chr(34) for n in t[1])})'
        number = self.count
        self.count += 1
        self.lines.append(f'(type $d{number} {body})')
        if kind not in NAMED:
            return f'$d{number}'
        self.lines.append(f'(import "t{number}" (type $t{number} (eq $d{number})))')
        return f'$t{number}'


# ---- C ----

def label(name):
    return name.replace('-', '_').lower() + ('_' if name in ('int', 'self', 'class') else '')


def case_members(t):
    """Of each case: its name in the union val, and its type."""
    return [(label(n), x) for n, x in t[1]] if t[0] == 'variant' else [('ok', t[1]), ('err', t[2])]


def fields(t):
    return [(label(n), x) for n, x in t[1]] if t[0] == 'record' else [(f'f{k}', x) for k, x in enumerate(t[1])]


def set_in_c(t, place, v):
    """Statements that set what `place` names."""
    kind = t if isinstance(t, str) else t[0]
    if kind in ('f32', 'f64'):
        bits = int(kind[1:])
        return [f'memcpy(&{place}, &(uint{bits}_t){{{v}u{"ll" if bits == 64 else ""}}}, {bits // 8});']
    if kind in ('u64', 's64'):
        return [f'{place} = ({"u" if kind == "u64" else ""}int64_t){v % 2**64}ull;']
    if kind == 's32':
        return [f'{place} = (int32_t){v % 2**32}u;']
    if kind == 'string':
        data = v.encode()
        return [f'{place}.ptr = (uint8_t[]){{{", ".join(map(str, data)) or 0}}};', f'{place}.len = {len(data)};']
    if kind == 'list':
        lines = [f'{place}.len = {len(v)};', f'{place}.ptr = room({max(len(v), 1)} * sizeof *{place}.ptr);']
        return lines + [line for k, x in enumerate(v) for line in set_in_c(t[1], f'{place}.ptr[{k}]', x)]
    if kind in ('tuple', 'record'):
        return [line for (n, x), value in zip(fields(t), v) for line in set_in_c(x, f'{place}.{n}', value)]
    if kind in ('variant', 'result'):
        name, payload = case_members(t)[v[0]]
        return [f'{place}.{"tag" if kind == "variant" else "is_err"} = {v[0]};'] + (set_in_c(payload, f'{place}.val.{name}', v[1]) if payload else [])
    if kind == 'option':
        return [f'{place}.is_some = {int(v is not None)};'] + (set_in_c(t[1], f'{place}.val', v[0]) if v is not None else [])
    if kind == 'flags':
        return [f'{place} = {sum(1 << k for k in v)}u;']
    return [f'{place} = {v};']


def print_in_c(t, place, names=None):
    """Statements that print what `place` names as `printed` prints the value."""
    names = names or (f'k{k}' for k in itertools.count())
    kind = t if isinstance(t, str) else t[0]
    if kind in ('f32', 'f64'):
        bits = int(kind[1:])
        return [f'{{ uint{bits}_t bits; memcpy(&bits, &{place}, sizeof bits); printf("%llu ", (unsigned long long)bits); }}']
    if kind == 'string':
        k = next(names)
        return [f'printf("%zu: ", {place}.len);', f'for (size_t {k} = 0; {k} < {place}.len; {k}++) printf("%d ", {place}.ptr[{k}]);']
    if kind == 'list':
        k = next(names)
        inside = print_in_c(t[1], f'{place}.ptr[{k}]', names)
        return [f'printf("%zu: ", {place}.len);', f'for (size_t {k} = 0; {k} < {place}.len; {k}++) {{', *inside, '}']
    if kind in ('tuple', 'record'):
        return [line for n, x in fields(t) for line in print_in_c(x, f'{place}.{n}', names)]
    if kind in ('variant', 'result'):
        tag = f'{place}.{"tag" if kind == "variant" else "is_err"}'
        lines = [f'printf("%d ", (int){tag});']
        for case, (n, x) in enumerate(case_members(t)):
            lines += [f'if ((int){tag} == {case}) {{', *print_in_c(x, f'{place}.val.{n}', names), '}'] if x else []
        return lines
    if kind == 'option':
        return [f'printf("%d ", {place}.is_some);', f'if ({place}.is_some) {{', *print_in_c(t[1], f'{place}.val', names), '}']
    if kind in ('s8', 's16', 's32', 's64'):
        return [f'printf("%lld ", (long long){place});']
    return [f'printf("%llu ", (unsigned long long){place});']


def printed(t, v):
    kind = t if isinstance(t, str) else t[0]
    if kind == 'string':
        return f'{len(v.encode())}: ' + ''.join(f'{b} ' for b in v.encode())
    if kind == 'list':
        return f'{len(v)}: ' + ''.join(printed(t[1], x) for x in v)
    if kind in ('tuple', 'record'):
        return ''.join(printed(x, value) for (_, x), value in zip(fields(t), v))
    if kind in ('variant', 'result'):
        payload = case_members(t)[v[0]][1]
        return f'{v[0]} ' + (printed(payload, v[1]) if payload else '')
    if kind == 'option':
        return f'{int(v is not None)} ' + (printed(t[1], v[0]) if v is not None else '')
    return f'{sum(1 << k for k in v) if kind == "flags" else v} '


# ---- definitions.py ----

def load_definitions(folder):
    spec = importlib.util.spec_from_file_location('definitions', folder / 'definitions.py')
    made = importlib.util.module_from_spec(spec)
    sys.modules['definitions'] = made
    spec.loader.exec_module(made)
    made.DETERMINISTIC_PROFILE = True
    return made


def reference_type(d, t):
    def of(x):
        return reference_type(d, x) if x else None
    if isinstance(t, str):
        return getattr(d, f'{t.capitalize()}Type')()
    if t[0] == 'tuple':
        return d.TupleType([of(x) for x in t[1]])
    if t[0] == 'record':
        return d.RecordType([d.FieldType(n, of(x)) for n, x in t[1]])
    if t[0] == 'variant':
        return d.VariantType([d.CaseType(n, of(x)) for n, x in t[1]])
    if t[0] == 'result':
        return d.ResultType(of(t[1]), of(t[2]))
    return {'list': d.ListType, 'option': d.OptionType, 'enum': d.EnumType, 'flags': d.FlagsType}[t[0]](of(t[1]) if t[0] in ('list', 'option') else t[1])


def reference_value(t, v):
    kind = t if isinstance(t, str) else t[0]
    if kind in ('f32', 'f64'):
        whole, real = ('<I', '<f') if kind == 'f32' else ('<Q', '<d')
        return struct.unpack(real, struct.pack(whole, v))[0]
    if kind in ('variant', 'result'):
        names = [n for n, _ in t[1]] if kind == 'variant' else ['ok', 'error']
        payload = case_members(t)[v[0]][1]
        return {names[v[0]]: reference_value(payload, v[1]) if payload else None}
    return {'bool': lambda: bool(v), 'char': lambda: chr(v), 'string': lambda: (v, 'utf8', len(v.encode())),
            'list': lambda: [reference_value(t[1], x) for x in v],
            'tuple': lambda: {str(k): reference_value(x, y) for k, (x, y) in enumerate(zip(t[1], v))},
            'record': lambda: {n: reference_value(x, y) for (n, x), y in zip(t[1], v)}, 'enum': lambda: {t[1][v]: None},
            'flags': lambda: {n: k in v for k, n in enumerate(t[1])},
            'option': lambda: {'none': None} if v is None else {'some': reference_value(t[1], v[0])}}.get(kind, lambda: v)()


def reference_memory(d, types, values, encoding, start, size):
    """The memory after lowering the values as parameters, up to the end of what the allocator below has given; it begins at `start`."""
    memory = bytearray(size)
    end = start

    class Context(d.LiftLowerContext):
        def reallocate(self, old, old_bytes, alignment, new_bytes):
            nonlocal end
            at = d.align_to(end, alignment)
            end = at + new_bytes
            kept = min(old_bytes, new_bytes)
            memory[at:at + kept] = memory[old:old + kept]
            return at
    options = d.CanonicalOptions()
    options.memory, options.string_encoding = d.MemInst(memory, 'i32'), encoding
    context = Context(options, d.ComponentInstance(d.Store()))
    d.lower_flat_values(context, 16, [reference_value(t, v) for t, v in zip(types, values)], [reference_type(d, t) for t in types])
    return bytes(memory[:end])


# An allocator that gives each block new bytes, aligned as asked for; its end is $end. As in reference_memory.
REALLOC = '''
    (global $end (mut i32) (i32.const 1024))
    (func (export "realloc") (param $old i32) (param $size i32) (param $alignment i32) (param $new i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $end) (i32.sub (local.get $alignment) (i32.const 1))) (i32.sub (i32.const 0) (local.get $alignment))))
      (global.set $end (i32.add (local.get $at) (local.get $new)))
      (memory.copy (local.get $at) (local.get $old) (select (local.get $size) (local.get $new) (i32.lt_u (local.get $size) (local.get $new))))
      (local.get $at))
'''
