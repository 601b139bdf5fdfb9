"""Expressions of DWARF: where a variable is, or what it is.

The expression's code is given a `frame`, which has memory(address, size), local(index), global_(index) and
frame_base()."""
from wasmelt_gdb import GuestError
from wasmelt_gdb.binary import Cursor


class OptimizedOut(GuestError):
    def __init__(self):
        super().__init__('<optimized out>')


class Place:
    """In linear memory (`address`), or nowhere, but with the contents `data`; `known` has a 1 for each byte of these that is known."""

    def __init__(self, address=None, data=None, known=None):
        self.address, self.data = address, data
        self.known = b'\1' * len(data) if known is None and data is not None else known

    def contents(self, size):
        """The first bytes of what is nowhere."""
        if len(self.data) < size or 0 in self.known[:size]:
            raise OptimizedOut
        return self.data[:size]

    def part(self, offset, size):
        return Place(data=self.data[offset:offset + size], known=self.known[offset:offset + size])


MASK = (1 << 64) - 1


def _signed(value):
    return value - (1 << 64) if value >> 63 else value


def _number(item):
    return int.from_bytes(item[:8], 'little') if isinstance(item, bytes) else item


BINARY = {
    0x1a: lambda a, b: a & b, 0x1c: lambda a, b: a - b, 0x1e: lambda a, b: a * b, 0x21: lambda a, b: a | b,
    0x22: lambda a, b: a + b, 0x24: lambda a, b: a << min(b, 64), 0x25: lambda a, b: a >> min(b, 64),
    0x26: lambda a, b: _signed(a) >> min(b, 64), 0x27: lambda a, b: a ^ b,
    0x29: lambda a, b: int(a == b), 0x2a: lambda a, b: int(_signed(a) >= _signed(b)),
    0x2b: lambda a, b: int(_signed(a) > _signed(b)), 0x2c: lambda a, b: int(_signed(a) <= _signed(b)),
    0x2d: lambda a, b: int(_signed(a) < _signed(b)), 0x2e: lambda a, b: int(a != b),
}
MOST_STEPS = 10000


def evaluate(code, frame, unit, size, start=()):
    """The place that an expression describes, of a variable with this size; `start`: what is on its stack. Raises OptimizedOut."""
    if not code:
        raise OptimizedOut
    c, stack, pieces = Cursor(code), list(start), []
    steps, is_value, place = 0, False, None

    def pop():
        if not stack:
            raise GuestError('the debug information of the variable makes no sense')
        return stack.pop()

    def finish():
        """The place that has been described so far."""
        nonlocal is_value, place
        if place is None:
            if not stack:
                raise OptimizedOut
            item = pop()
            if is_value or isinstance(item, bytes):
                place = Place(data=item if isinstance(item, bytes) else (item & MASK).to_bytes(8, 'little'))
            else:
                place = Place(address=item & 0xFFFFFFFF if unit.address_size == 4 else item & MASK)
        made, place, is_value = place, None, False
        return made

    while c.at < c.end:
        steps += 1
        if steps > MOST_STEPS:
            raise GuestError('the debug information of the variable does not end')
        op = c.fixed(1)
        if op == 0x03:
            stack.append(c.fixed(unit.address_size))
            if stack[-1] == (1 << 8 * unit.address_size) - 1:  # what linkers write for what they have dropped
                raise OptimizedOut
        elif op in (0xa1, 0xfb, 0xa2, 0xfc):
            from wasmelt_gdb.dwarf import AddressIndex
            stack.append(unit.address(AddressIndex(c.uleb())))
        elif op == 0x06:  # deref
            where = _number(pop())
            if c.end - c.at == 1 and c.data[c.at] == 0x9f and size != unit.address_size:
                place, c.at = Place(address=where & 0xFFFFFFFF), c.end  # a variable of any size that a pointer leads to
            else:
                stack.append(int.from_bytes(frame.memory(where & 0xFFFFFFFF, unit.address_size), 'little'))
        elif op == 0x94:
            count = c.fixed(1)
            stack.append(int.from_bytes(frame.memory(_number(pop()) & 0xFFFFFFFF, count), 'little'))
        elif 0x08 <= op <= 0x0f:
            stack.append(c.fixed(1 << (op - 8) // 2, op % 2 == 1) & MASK)
        elif op == 0x10:
            stack.append(c.uleb())
        elif op == 0x11:
            stack.append(c.sleb() & MASK)
        elif op == 0x12:
            item = pop()
            stack += [item, item]
        elif op == 0x13:
            pop()
        elif op in (0x14, 0x15):
            index = 1 if op == 0x14 else c.fixed(1)
            if index >= len(stack):
                raise GuestError('the debug information of the variable makes no sense')
            stack.append(stack[-1 - index])
        elif op == 0x16:
            a, b = pop(), pop()
            stack += [a, b]
        elif op == 0x17:
            a, b, d = pop(), pop(), pop()
            stack += [a, d, b]
        elif op == 0x19:
            stack.append(abs(_signed(_number(pop()))))
        elif op in (0x1b, 0x1d):
            b, a = _number(pop()), _number(pop())
            if b == 0:
                raise GuestError('the debug information of the variable divides by zero')
            quotient = abs(_signed(a)) // abs(_signed(b)) * (1 if _signed(a) * _signed(b) >= 0 else -1)
            stack.append((quotient if op == 0x1b else a % b) & MASK)
        elif op == 0x1f:
            stack.append(-_number(pop()) & MASK)
        elif op == 0x20:
            stack.append(~_number(pop()) & MASK)
        elif op == 0x23:
            stack.append(_number(pop()) + c.uleb() & MASK)
        elif op in BINARY:
            b, a = _number(pop()), _number(pop())
            stack.append(BINARY[op](a, b) & MASK)
        elif op in (0x28, 0x2f):
            offset = c.fixed(2, True)
            if op == 0x2f or _number(pop()) != 0:
                c.at += offset
                if not 0 <= c.at <= c.end:
                    raise GuestError('the debug information of the variable makes no sense')
        elif 0x30 <= op <= 0x4f:
            stack.append(op - 0x30)
        elif op == 0x91:
            stack.append(frame.frame_base() + c.sleb() & MASK)
        elif op == 0xed:  # WebAssembly: a local, a global, an item of the operand stack, a global with a fixed number
            kind = c.fixed(1)
            index = c.fixed(4) if kind == 3 else c.uleb()
            if kind == 0:
                stack.append(frame.local(index))
            elif kind in (1, 3):
                stack.append(frame.global_(index))
            else:
                raise OptimizedOut
        elif op == 0x9f:
            is_value = True
        elif op == 0x9e:
            place = Place(data=c.take(c.uleb()))
        elif op == 0xa8:  # convert: sizes of integers need no change here
            c.uleb()
        elif op == 0x96:
            pass
        elif op == 0x93:
            length = c.uleb()
            try:
                part = finish()
                data = frame.memory(part.address, length) if part.data is None else part.contents(length)
            except OptimizedOut:
                data = None
            pieces.append((length, data))
        else:
            raise OptimizedOut
    if pieces:
        if all(data is None for _, data in pieces):
            raise OptimizedOut
        return Place(data=b''.join(bytes(length) if data is None else data for length, data in pieces),
                     known=b''.join(bytes([data is not None]) * length for length, data in pieces))
    return finish()
