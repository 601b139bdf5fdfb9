"""WebAssembly's binary format: writes modules byte by byte, and splits them into sections. Nothing is checked here, because most
users want invalid modules."""

HEADER = b'\0asm\1\0\0\0'


def leb(n, width=1):
    """Unsigned LEB128, of at least `width` bytes."""
    out = bytearray()
    while n > 0x7F or len(out) + 1 < width:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes([*out, n])


def signed_leb(n):
    out = bytearray()
    while not -64 <= n < 64:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes([*out, n & 0x7F])


def read_leb(data, at):
    """(the unsigned number at `at`, where it ends)"""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value, at


def name(text):
    """A string, or any bytes, behind its length."""
    text = text if isinstance(text, bytes) else text.encode()
    return leb(len(text)) + text


def vector(items):
    return leb(len(items)) + b''.join(items)


def section(number, contents):
    return bytes([number]) + name(contents)


def custom(title, contents=b''):
    return section(0, name(title) + contents)


def module(*sections):
    return HEADER + b''.join(sections)


def sections(data):
    """(id, where it begins, where its contents begin, where they end) for each; IndexError if the last is cut off."""
    at = len(HEADER)
    while at < len(data):
        length, begin = read_leb(data, at + 1)
        yield data[at], at, begin, begin + length
        at = begin + length


def beyond_limits():
    """A module that is valid and not translated: its functions have so many locals. Every function has the same body."""
    count, body = 32, name(b'\1' + leb(50000) + b'\x7f\x0b')
    return module(section(1, vector([b'\x60\0\0'])), section(3, vector([b'\0'] * count)), section(7, b'\1\1f\0\0'),
                  section(10, vector([body] * count)))
