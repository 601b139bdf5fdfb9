"""Operands at the limits of each type and lane shape, as bytes, little-endian."""
import struct

INTEGERS = {
    8: [0, 1, 2, 7, 8, 0x7F, 0x80, 0x81, 0xFE, 0xFF],
    16: [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFE, 0x7FFF, 0x8000, 0x8001, 0xFF7F, 0xFFFF],
    32: [0, 1, 2, 31, 32, 33, 0x7F, 0x80, 0x81, 0xFF, 0x7FFF, 0x8000, 0x8001, 0xFFFF, 0x10000, 0x12345678, 0x7FFFFFFE, 0x7FFFFFFF,
         0x80000000, 0x80000001, 0xFFFF7FFF, 0xFFFFFFFE, 0xFFFFFFFF],
    64: [0, 1, 2, 63, 64, 0x80, 0xFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, 0x100000001,
         0x100000081, 0x100008001, 0x20000000000001, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0x8000000000000001,
         0xFFFFFFFF00000000, 0xFFFFFFFF7FFFFFFF, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF],
}
FLOATS = {
    # zeros, ones, halves, whole numbers; subnormals and the least and greatest normal; infinities; quiet and signalling NaNs
    32: [0, 0x80000000, 0x3F800000, 0xBF800000, 0x3F000000, 0xBF000000, 0x3FC00000, 0x40200000, 0x3F7FFFFF, 0xBF7FFFFF,
         0x00000001, 0x807FFFFF, 0x00800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000,
         0x7FC00000, 0xFFC00000, 0x7FC12345, 0x7FA00000, 0xFF800001,
         # where conversions to integers end, and where fractions do
         0x4EFFFFFF, 0x4F000000, 0xCF000000, 0xCF000001, 0x4F7FFFFF, 0x4F800000, 0x5EFFFFFF, 0x5F000000, 0xDF000000, 0xDF000001,
         0x5F7FFFFF, 0x5F800000, 0x4AFFFFFF, 0x4B000001, 0x3DCCCCCD],
    64: [0, 0x8000000000000000, 0x3FF0000000000000, 0xBFF0000000000000, 0x3FE0000000000000, 0xBFE0000000000000,
         0x3FF8000000000000, 0x4004000000000000, 0x3FEFFFFFFFFFFFFF, 0xBFEFFFFFFFFFFFFF,
         0x0000000000000001, 0x800FFFFFFFFFFFFF, 0x0010000000000000, 0x7FEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFF,
         0x7FF0000000000000, 0xFFF0000000000000,
         0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000012345678, 0x7FF4000000000000, 0xFFF0000000000001,
         0x41DFFFFFFFC00000, 0x41DFFFFFFFE00000, 0x41E0000000000000, 0xC1E0000000000000, 0xC1E0000000100000, 0xC1E0000000200000,
         0x41EFFFFFFFE00000, 0x41EFFFFFFFF00000, 0x41F0000000000000, 0x43DFFFFFFFFFFFFF, 0x43E0000000000000, 0xC3E0000000000000,
         0xC3E0000000000001, 0x43EFFFFFFFFFFFFF, 0x43F0000000000000, 0x432FFFFFFFFFFFFF, 0x4330000000000001,
         # where floats of 32 bits end
         0x47EFFFFFE0000000, 0x47EFFFFFF0000000, 0x36A0000000000000, 0x3690000000000000, 0x3FB999999999999A],
}
CODES = {8: 'B', 16: 'H', 32: 'I', 64: 'Q'}
SHAPES = {'i8x16': (INTEGERS, 8), 'i16x8': (INTEGERS, 16), 'i32x4': (INTEGERS, 32), 'i64x2': (INTEGERS, 64),
          'f32x4': (FLOATS, 32), 'f64x2': (FLOATS, 64)}


def packed(bits, values):
    return struct.pack(f'<{len(values)}{CODES[bits]}', *values)


def lanes(data, bits):
    return struct.unpack(f'<{len(data) * 8 // bits}{CODES[bits]}', data)


def vectors(shape):
    """Each edge in all lanes, and the edges side by side in several orders."""
    table, bits = SHAPES[shape]
    edges, count = table[bits], 128 // bits
    uniform = [packed(bits, [e] * count) for e in edges]
    mixed = [packed(bits, [edges[(at + step * k) % len(edges)] for k in range(count)])
             for step in (1, 5) for at in range(0, len(edges), 2)]
    return uniform + mixed


def operands(letter, shapes):
    """What an operand of the type may be; vectors after the shapes that the operator's name mentions."""
    if letter == 'v':
        return [v for shape in shapes for v in vectors(shape)]
    table, bits = {'i': (INTEGERS, 32), 'I': (INTEGERS, 64), 'f': (FLOATS, 32), 'F': (FLOATS, 64)}[letter]
    return [packed(bits, [e]) for e in table[bits]]
