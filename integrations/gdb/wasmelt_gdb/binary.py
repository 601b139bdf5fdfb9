"""Bytes: a cursor, and the sections of a module."""
import unicodedata

from wasmelt_gdb import GuestError

# Characters of other categories that are not shown, as in runtime/plain.c.
UNSEEN = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, *range(0xFE00, 0xFE10), 0xFFA0}


def plain(data):
    """Text of the module, which may be hostile, as it is printed: what could change how a line is shown is in hexadecimal, \\1b, as
    in the backtraces and #line directives of runtime/plain.h."""
    text = data.decode('utf-8', 'surrogateescape')
    if text.isascii() and text.isprintable():
        return text
    return ''.join(c if unicodedata.category(c) not in ('Cc', 'Cf', 'Cn', 'Co', 'Cs', 'Zl', 'Zp') and ord(c) not in UNSEEN
                   else ''.join(f'\\{byte:02x}' for byte in c.encode('utf-8', 'surrogateescape'))
                   for c in text)


class Cursor:
    """Reads little-endian numbers from bytes. Raises GuestError behind their end."""

    def __init__(self, data, at=0, end=None):
        self.data, self.at, self.end = data, at, len(data) if end is None else end

    def take(self, count):
        if count > self.end - self.at:
            raise GuestError('the debug information ends too early')
        self.at += count
        return self.data[self.at - count:self.at]

    def fixed(self, count, signed=False):
        return int.from_bytes(self.take(count), 'little', signed=signed)

    def uleb(self):
        value = shift = 0
        while True:
            byte = self.fixed(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
            if shift > 70:
                raise GuestError('a number in the debug information is too long')

    def sleb(self):
        start = self.at
        value = self.uleb()
        bits = 7 * (self.at - start)
        return value - (1 << bits) if value >> (bits - 1) & 1 else value

    def text(self):
        end = self.data.find(b'\0', self.at, self.end)
        if end < 0:
            raise GuestError('the debug information ends too early')
        text = self.data[self.at:end]
        self.at = end + 1
        return plain(text)

    def initial_length(self):
        """The length that begins a unit, and the size of offsets in it."""
        length = self.fixed(4)
        return (self.fixed(8), 8) if length == 0xFFFFFFFF else (length, 4)


class Module:
    """The sections of a module: custom ones by name, and where the code is."""

    def __init__(self, data):
        self.data = data
        self.customs = {}
        self.code_start = 0  # offset in the module of the address 0 of DWARF
        self.bodies = []  # addresses (start, end) of each function's body
        if data[:4] != b'\0asm':
            raise GuestError('it is no WebAssembly module')
        c = Cursor(data, 8)
        while c.at < c.end:
            number, size = c.fixed(1), c.uleb()
            inside = Cursor(data, c.at, min(c.at + size, c.end))
            if number == 0:
                name = inside.take(inside.uleb()).decode('utf-8', 'replace')
                self.customs.setdefault(name, data[inside.at:inside.end])
            elif number == 10:
                self.code_start = inside.at
                for _ in range(inside.uleb()):
                    length = inside.uleb()
                    start = inside.at - self.code_start
                    self.bodies.append((start, start + length))
                    inside.take(length)
            c.at = inside.end

    def section(self, name):
        return self.customs.get(name, b'')
