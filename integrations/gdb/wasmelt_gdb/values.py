"""Values of the program: their parts, and arithmetic with them. How they are printed: show.py."""
import struct

from wasmelt_gdb import GuestError
from wasmelt_gdb.dwarf import Block
from wasmelt_gdb.places import Place, evaluate
from wasmelt_gdb.types import BOOL, DOUBLE, INT, LONG, RECORDS, Type, ULONG, UNSIGNED, pointer_to

MOST_BYTES = 1 << 24


class Value:
    """A value of some type: bytes in the memory, or bytes that are not there (`data`); or a part of such bytes (`bits`)."""

    def __init__(self, type_, memory, place, bits=None):
        self.type, self.memory, self.place, self.bits = type_, memory, place, bits

    # ---- Contents ----

    def bytes(self):
        size = self.type.size
        if size > MOST_BYTES:
            raise GuestError(f'a value of {size} bytes is too large to be shown')
        if self.place.data is not None:
            return self.place.contents(size)
        return self.memory.read(self.place.address, size)

    def number(self):
        """The value of a number, a character, an enumerator or a pointer."""
        bare = self.type.bare()
        if bare.tag == 'array_type':
            return self.address()
        encoding = self.type.encoding()
        data = self.bytes()
        if encoding == 'float':
            if len(data) == 16:
                return _binary128(data)
            if len(data) not in (4, 8):
                raise GuestError(f'floating-point numbers of {len(data)} bytes are not known')
            return struct.unpack('<f' if len(data) == 4 else '<d', data)[0]
        if encoding is None and not (bare.is_pointer() or bare.tag in ('reference_type', 'rvalue_reference_type', 'ptr_to_member_type')):
            raise GuestError(f'a value of type {self.type.name()} is no number')
        number = int.from_bytes(data, 'little')
        width = 8 * len(data)
        if self.bits:
            low, width = self.bits
            number = number >> low & ((1 << width) - 1)
        if encoding in ('signed', 'signed_char') and width and number >> (width - 1):
            number -= 1 << width
        return number

    def address(self):
        if self.place.address is None or self.bits:
            raise GuestError('the value is not in memory')
        return self.place.address

    # ---- Parts ----

    def at(self, type_, address):
        return Value(type_, self.memory, Place(address=address & ((1 << 8 * self.type.address_size) - 1)))

    def follow_reference(self):
        value = self
        while value.type.is_reference():
            value = value.at(value.type.bare().target(), value.number())
        return value

    def dereference(self):
        value = self.follow_reference()
        bare = value.type.bare()
        if bare.tag == 'array_type':
            return value.element(0)
        if not bare.is_pointer():
            raise GuestError(f'a value of type {value.type.name()} is no pointer')
        target = bare.target()
        if target.bare().tag == 'void':
            raise GuestError('a pointer to void leads to no value')
        return value.at(target, value.number())

    def element(self, index):
        value = self.follow_reference()
        bare = value.type.bare()
        if bare.is_pointer():
            target = bare.target()
            return value.at(target, value.number() + index * target.size)
        if bare.tag != 'array_type':
            raise GuestError(f'a value of type {value.type.name()} has no elements')
        return value.part(bare.element(), index * bare.element().size)

    def part(self, type_, offset):
        if self.place.data is None:
            return self.at(type_, self.place.address + offset)
        if offset < 0:
            raise GuestError('the element is not there')
        return Value(type_, self.memory, self.place.part(offset, type_.size))

    def member_of(self, entry):
        """The part of a record that a member's entry describes."""
        type_ = Type(entry.type(), self.type.address_size)
        where = entry.get('data_member_location', 0)
        if isinstance(where, Block):
            place = evaluate(bytes(where), self.memory, entry.unit, type_.size, [self.address()])
            return Value(type_, self.memory, place)
        width = entry.get('bit_size')
        if not width:
            return self.part(type_, where)
        if 'data_bit_offset' in entry.attributes:
            low = entry.get('data_bit_offset')
            where, low = low // (8 * type_.size) * type_.size, low % (8 * type_.size)
        else:
            low = 8 * type_.size - entry.get('bit_offset', 0) - width
        part = self.part(type_, where)
        part.bits = (low, width)
        return part

    def member(self, name):
        """The member with this name, of a record, its base classes, and records without a name in it."""
        value = self.follow_reference()
        if value.type.is_pointer():
            value = value.dereference()
        found = value._find(name, 0)
        if found is None:
            raise GuestError(f'a value of type {value.type.name()} has no member {name}')
        return found

    def _find(self, name, depth):
        bare = self.type.bare()
        if bare.tag not in RECORDS or depth > 50:
            return None
        for entry in bare.members():
            if entry.tag == 'member' and entry.name in (name, f'__{name}' if name.isdigit() else name):
                return self.member_of(entry)
        variant = self.variant()
        if variant is not None and variant.name == name:
            return self.member_of(variant)
        for entry in bare.members():
            if entry.tag == 'inheritance' or entry.name is None:
                found = self.member_of(entry)._find(name, depth + 1)
                if found is not None:
                    return found
        return None

    def variant(self):
        """The member that an enumeration of Rust has now, or None."""
        part = self.type.variant_part()
        if part is None:
            return None
        selector, chosen = part.refer('discr'), None
        found = self.member_of(selector).number() if selector is not None else None
        for child in part.children:
            if child.tag != 'variant':
                continue
            wanted = child.get('discr_value')
            if isinstance(wanted, int) and found is not None:
                mask = (1 << 8 * Type(selector.type()).size) - 1
                if wanted & mask == found & mask:
                    chosen = child
                    break
            elif wanted is None:
                chosen = child
        members = [c for c in chosen.children if c.tag == 'member'] if chosen is not None else []
        return members[0] if members else None

    # ---- Arithmetic ----

    def pointer(self):
        """The value's address as a value."""
        return self.made(pointer_to(self.type), self.address())

    def made(self, type_, number):
        size = type_.size
        if type_.encoding() == 'float':
            data = struct.pack('<f' if size == 4 else '<d', number)
        else:
            data = (int(number) & ((1 << 8 * size) - 1)).to_bytes(size, 'little')
        return Value(type_, self.memory, Place(data=data))

    def cast(self, type_):
        value = self.follow_reference()
        bare = type_.bare()
        if bare.is_pointer() or type_.encoding() is not None:
            number = value.number()
            return self.made(type_, number if type_.encoding() == 'float' else int(bool(number) if type_.encoding() == 'bool' else number))
        return Value(type_, value.memory, value.place)

    def truth(self):
        return self.follow_reference().number() != 0


def _binary128(data):
    """A floating-point number of 16 bytes, rounded to a double."""
    number = int.from_bytes(data, 'little')
    exponent, fraction = number >> 112 & 0x7FFF, number & ((1 << 112) - 1)
    sign = -1.0 if number >> 127 else 1.0
    if exponent == 0x7FFF:
        return sign * (float('nan') if fraction else float('inf'))
    try:
        return sign * (fraction / 2.0 ** 112 + (1 if exponent else 0)) * 2.0 ** ((exponent or 1) - 16383)
    except OverflowError:
        return sign * (float('inf') if exponent > 16383 else 0.0)


def common_type(a, b):
    """The type of the result of an operator on two numbers, as in C."""
    if 'float' in (a.type.encoding(), b.type.encoding()):
        return DOUBLE
    kinds = [(max(v.type.size, 4), v.type.encoding() in ('unsigned', 'unsigned_char') and v.type.size >= 4) for v in (a, b)]
    size = max(width for width, _ in kinds)
    is_unsigned = any(width == size and unsigned for width, unsigned in kinds)
    return (ULONG if is_unsigned else LONG) if size > 4 else UNSIGNED if is_unsigned else INT


def arithmetic(operator, a, b):
    """The result of a binary operator."""
    a, b = a.follow_reference(), b.follow_reference()
    if operator in ('==', '!=', '<', '>', '<=', '>='):
        x, y = a.number(), b.number()
        result = {'==': x == y, '!=': x != y, '<': x < y, '>': x > y, '<=': x <= y, '>=': x >= y}[operator]
        return a.made(BOOL, result)
    pointers = [v.type.is_pointer() or v.type.bare().tag == 'array_type' for v in (a, b)]
    if operator in '+-' and any(pointers):
        return _pointer_arithmetic(operator, a, b, pointers)
    type_, x, y = common_type(a, b), a.number(), b.number()
    if type_ is DOUBLE and operator not in '+-*/':
        raise GuestError(f'{operator} is not for floating-point numbers')
    if operator in '/%' and y == 0 and type_ is not DOUBLE:
        raise GuestError('division by zero')
    if operator == '/' and type_ is DOUBLE:
        return a.made(type_, x / y if y else float('nan') if x == 0 or x != x else float('inf') * (1 if x > 0 else -1))
    if operator in '/%':
        quotient = abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)
        return a.made(type_, quotient if operator == '/' else x - quotient * y)
    if operator in ('<<', '>>'):
        y = min(max(y, 0), 64)
        return a.made(type_, x << y if operator == '<<' else x >> y)
    return a.made(type_, {'+': lambda: x + y, '-': lambda: x - y, '*': lambda: x * y, '&': lambda: x & y, '|': lambda: x | y,
                          '^': lambda: x ^ y}[operator]())


def _pointer_arithmetic(operator, a, b, pointers):
    if all(pointers):
        if operator == '+':
            raise GuestError('two pointers have no sum')
        return a.made(INT, (a.number() - b.number()) // max(_target(a).size, 1))
    pointer, number = (a, b) if pointers[0] else (b, a)
    if not pointers[0] and operator == '-':
        raise GuestError('a pointer cannot be subtracted from a number')
    target = _target(pointer)
    offset = number.number() * max(target.size, 1)
    return pointer.made(pointer_to(target), pointer.number() + (offset if operator == '+' else -offset))


def _target(value):
    bare = value.type.bare()
    return bare.element() if bare.tag == 'array_type' else bare.target()
