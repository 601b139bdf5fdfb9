"""The results that an operator may have, if those of another engine are not the only possible ones: NaNs, whose bits the
specification leaves open; 128-bit arithmetic, which few engines have; and relaxed operators, which may do one of several things."""
import math
import re
import struct
from fractions import Fraction

from sweep.values import lanes, packed

# Operators that make NaNs of their own; all others pass bits on.
ARITHMETIC = re.compile(r'^f(32|64)(x\d)?\.(relaxed_)?(add|sub|mul|div|min|max|sqrt|ceil|floor|trunc|nearest|demote\w*|promote\w*|'
                        r'n?madd)(_|$)')


def float_bits(name):
    """The width of the result's lanes if they are the result of float arithmetic."""
    found = ARITHMETIC.match(name)
    return int(found.group(1)) if found else None


def is_nan(value, bits):
    return value << 1 & (1 << bits) - 1 > (0xFF << 24 if bits == 32 else 0x7FF << 53)


def quiet_bit(bits):
    return 1 << (22 if bits == 32 else 51)


def is_canonical(value, bits):
    return is_nan(value, bits) and value & (2 * quiet_bit(bits) - 1) == quiet_bit(bits)


def lane_allowed(got, wanted, bits, canonical):
    """Section 4.3.3, nans: an arithmetic NaN for a NaN, and a canonical one where all NaNs among the operands are."""
    if not is_nan(wanted, bits):
        return got == wanted
    return is_canonical(got, bits) if canonical else is_nan(got, bits) and bool(got & quiet_bit(bits))


def has_only_canonical(args, bits):
    return all(is_canonical(n, bits) or not is_nan(n, bits) for a in args for n in lanes(a, bits))


def allowed(name, args, got, wanted):
    """Whether `got` is right where an engine gave `wanted`."""
    bits = float_bits(name)
    if bits is None or len(got) * 8 < bits:
        return got == wanted
    of = 64 if 'demote' in name else 32 if 'promote' in name else bits
    canonical = has_only_canonical(args, of)
    return all(lane_allowed(g, w, bits, canonical) for g, w in zip(lanes(got, bits), lanes(wanted, bits)))


# ---- 128-bit arithmetic ----

def signed(value, bits):
    return value - (1 << bits) if value >> (bits - 1) else value


def wide(name, args):
    n = [lanes(a, 64)[0] for a in args]
    if name in ('i64.add128', 'i64.sub128'):
        a, b = n[0] | n[1] << 64, n[2] | n[3] << 64
        r = a + b if name == 'i64.add128' else a - b
    else:
        r = signed(n[0], 64) * signed(n[1], 64) if name.endswith('_s') else n[0] * n[1]
    return (r % (1 << 128)).to_bytes(16, 'little')


# ---- Relaxed operators: for each lane of the result the set of what it may be, with None for any quiet NaN ----

def number(value, bits):
    return struct.unpack('<f' if bits == 32 else '<d', packed(bits, [value]))[0]


def bits_of(x, bits):
    """Of a float, or the nearest to an exact fraction, ties to even."""
    if isinstance(x, Fraction):
        x = rounded(x, 24 if bits == 32 else 53, -149 if bits == 32 else -1074, 128 if bits == 32 else 1024)
    return struct.unpack('<I' if bits == 32 else '<Q', struct.pack('<f' if bits == 32 else '<d', x))[0]


def rounded(x, precision, least, limit):
    if x == 0:
        return 0.0
    exponent = max(math.floor(math.log2(abs(x.numerator)) - math.log2(x.denominator)) - precision, least)
    while abs(x) >= Fraction(2) ** (exponent + precision):
        exponent += 1
    n = round(x / Fraction(2) ** exponent) * Fraction(2) ** exponent
    if n == 0:
        return 0.0 if x > 0 else -0.0
    if abs(n) >= Fraction(2) ** limit:
        return math.inf if n > 0 else -math.inf
    return float(n)


def sum_of(x, y, bits):
    """Of two floats or exact fractions, rounded once. Of a zero any sign will do."""
    infinities = [n for n in (x, y) if isinstance(n, float) and math.isinf(n)]
    if infinities:
        r = sum(infinities)
        return {None if math.isnan(r) else bits_of(r, bits)}
    exact = Fraction(x) + Fraction(y)
    return {bits_of(exact, bits)} if exact != 0 else {0, 1 << (bits - 1)}


def multiply_add(a, b, c, bits):
    """Rounded once, or after the product too."""
    x, y, z = (number(n, bits) for n in (a, b, c))
    if any(map(math.isnan, (x, y, z))):
        return {None}
    if not (math.isfinite(x) and math.isfinite(y)):
        return {None} if math.isnan(x * y) else sum_of(x * y, z, bits)
    exact = Fraction(x) * Fraction(y)
    return sum_of(exact, z, bits) | sum_of(number(bits_of(exact, bits), bits), z, bits)


def truncated(value, bits, is_signed):
    low, high = (-1 << 31, (1 << 31) - 1) if is_signed else (0, (1 << 32) - 1)
    other = 1 << 31 if is_signed else high
    if is_nan(value, bits):
        return {0, other}
    x = number(value, bits)
    if math.isfinite(x) and low <= math.trunc(x) <= high:
        return {math.trunc(x) % (1 << 32)}
    return {(high if x > 0 else low) % (1 << 32), other}


def dots(a, b):
    """Of 16 bytes by 16, as eight sums: the second factor's sign bit may count as one or as 128; sums may saturate."""
    for k in range(0, 16, 2):
        products = [{signed(a[k + j], 8) * signed(b[k + j], 8), signed(a[k + j], 8) * b[k + j]} for j in (0, 1)]
        sums = {p + q for p in products[0] for q in products[1]}
        yield {s % (1 << 16) for s in sums} | {max(-0x8000, min(0x7FFF, s)) % (1 << 16) for s in sums}


def selected(a, b, mask, bits):
    for x, y, m in zip(lanes(a, bits), lanes(b, bits), lanes(mask, bits)):
        yield {x & m | y & ~m, x if m >> (bits - 1) else y}


def least_or_most(x, y, bits, is_min):
    if is_nan(x, bits) or is_nan(y, bits):
        return {x, y, None}
    p, q = number(x, bits), number(y, bits)
    return {x, y} if p == q else {x if (p < q) == is_min else y}


def relaxed(name, args):
    """(width of the lanes, what each may be)"""
    shape, verb = name.split('.relaxed_')
    bits = 128 // int(shape.split('x')[1])
    if verb == 'swizzle':
        return 8, [{args[0][k & 15]} if k < 16 else {0} if k >= 128 else {0, args[0][k & 15]} for k in args[1]]
    if verb.startswith('trunc'):
        of = 32 if 'f32' in verb else 64
        found = [truncated(n, of, '_s' in verb) for n in lanes(args[0], of)]
        return 32, found + [{0}] * (4 - len(found))
    if verb.endswith('madd'):
        a = lanes(args[0], bits)
        a = [n ^ 1 << (bits - 1) for n in a] if verb == 'nmadd' else a
        return bits, [multiply_add(x, y, z, bits) for x, y, z in zip(a, lanes(args[1], bits), lanes(args[2], bits))]
    if verb == 'laneselect':
        return bits, list(selected(*args, bits))
    if verb in ('min', 'max'):
        return bits, [least_or_most(x, y, bits, verb == 'min') for x, y in zip(lanes(args[0], bits), lanes(args[1], bits))]
    if verb == 'q15mulr_s':
        products = [(signed(x, 16) * signed(y, 16) + 0x4000) >> 15 for x, y in zip(lanes(args[0], 16), lanes(args[1], 16))]
        return 16, [{p % (1 << 16), min(p, 0x7FFF) % (1 << 16)} for p in products]
    sums = list(dots(args[0], args[1]))
    if verb == 'dot_i8x16_i7x16_s':
        return 16, sums
    assert verb == 'dot_i8x16_i7x16_add_s', name
    return 32, [{(signed(p, 16) + signed(q, 16) + c) % (1 << 32) for p in sums[2 * k] for q in sums[2 * k + 1]}
                for k, c in enumerate(lanes(args[2], 32))]


def relaxed_allowed(name, args, got):
    bits, may = relaxed(name, args)
    for g, choice in zip(lanes(got, bits), may):
        is_quiet = is_nan(g, bits) and bool(g & quiet_bit(bits)) if bits >= 32 else False
        if g not in choice and not (None in choice and is_quiet):
            return False
    return True


def same_choice(name, one, other):
    """Whether two answers to the same operands show one choice; which NaN is no choice."""
    bits = float_bits(name)
    if bits is None:
        return one == other
    return all(p == q or (is_nan(p, bits) and is_nan(q, bits)) for p, q in zip(lanes(one, bits), lanes(other, bits)))


# ---- The deterministic profile: the one answer ----

def canonical(bits):
    return 0x7FC00000 if bits == 32 else 0x7FF8000000000000


def with_canonical(name, answer):
    """The answer with the canonical NaN in place of those that arithmetic made."""
    bits = float_bits(name)
    if bits is None or len(answer) * 8 < bits:
        return answer
    return packed(bits, [canonical(bits) if is_nan(n, bits) else n for n in lanes(answer, bits)])


def in_bits(x, bits):
    """Of the result of one operation on floats of that many bits, computed as float64."""
    if math.isnan(x):
        return canonical(bits)
    try:
        return bits_of(x, bits)
    except OverflowError:
        return bits_of(math.copysign(math.inf, x), bits)


def strict_multiply_add(a, b, c, bits):
    product = number(in_bits(number(a, bits) * number(b, bits), bits), bits)
    return in_bits(product + number(c, bits), bits)


def strict_least_or_most(x, y, bits, is_min):
    if is_nan(x, bits) or is_nan(y, bits):
        return canonical(bits)
    p, q = number(x, bits), number(y, bits)
    if p == q:
        return x | y if is_min else x & y
    return x if (p < q) == is_min else y


def strict_truncated(value, bits, is_signed):
    low, high = (-1 << 31, (1 << 31) - 1) if is_signed else (0, (1 << 32) - 1)
    x = number(value, bits)
    if math.isnan(x):
        return 0
    return int(max(low, min(high, math.trunc(x) if math.isfinite(x) else x))) % (1 << 32)


def strict_dots(a, b):
    for k in range(0, 16, 2):
        yield min(0x7FFF, sum(signed(a[k + j], 8) * signed(b[k + j], 8) for j in (0, 1))) % (1 << 16)


def strict(name, args):
    """What a relaxed operator does: the first of the choices that the specification lists."""
    shape, verb = name.split('.relaxed_')
    bits = 128 // int(shape.split('x')[1])
    if verb == 'swizzle':
        return bytes(args[0][k] if k < 16 else 0 for k in args[1])
    if verb.startswith('trunc'):
        of = 32 if 'f32' in verb else 64
        found = [strict_truncated(n, of, '_s' in verb) for n in lanes(args[0], of)]
        return packed(32, found + [0] * (4 - len(found)))
    if verb.endswith('madd'):
        a = [n ^ 1 << (bits - 1) if verb == 'nmadd' else n for n in lanes(args[0], bits)]
        return packed(bits, [strict_multiply_add(*n, bits) for n in zip(a, lanes(args[1], bits), lanes(args[2], bits))])
    if verb == 'laneselect':
        return bytes(x & m | y & ~m & 0xFF for x, y, m in zip(*args))
    if verb in ('min', 'max'):
        return packed(bits, [strict_least_or_most(x, y, bits, verb == 'min') for x, y in zip(lanes(args[0], bits), lanes(args[1], bits))])
    if verb == 'q15mulr_s':
        products = [(signed(x, 16) * signed(y, 16) + 0x4000) >> 15 for x, y in zip(lanes(args[0], 16), lanes(args[1], 16))]
        return packed(16, [min(p, 0x7FFF) % (1 << 16) for p in products])
    sums = list(strict_dots(args[0], args[1]))
    if verb == 'dot_i8x16_i7x16_s':
        return packed(16, sums)
    assert verb == 'dot_i8x16_i7x16_add_s', name
    return packed(32, [(signed(sums[2 * k], 16) + signed(sums[2 * k + 1], 16) + c) % (1 << 32) for k, c in enumerate(lanes(args[2], 32))])
