"""How values are printed: as gdb does for C and C++, and in Rust's syntax for Rust."""
import struct

from wasmelt_gdb import GuestError, careful
from wasmelt_gdb.places import OptimizedOut, Place
from wasmelt_gdb.types import RECORDS, RUST, Type
from wasmelt_gdb.values import Value

MOST_ELEMENTS, MOST_DEPTH, MOST_TEXT, MOST_VALUES = 200, 20, 200, 10000

_shown = 0  # values since the outermost one


def show(value, depth=0):
    """The text of a value; never fails: what cannot be read is said in its place."""
    global _shown
    _shown = _shown + 1 if depth else 1
    if _shown > MOST_VALUES:
        return '...'
    try:
        with careful():
            return _show(value, depth)
    except GuestError as error:
        text = str(error)
        return text if text.startswith('<') else f'<{text}>'


def show_top(value):
    """With the type of a pointer, as `print` does."""
    text = show(value)
    bare = value.type.bare()
    if bare.is_pointer() and value.type.language != RUST and not bare.target().is_character():
        return f'({value.type.name()}) {text}'
    if value.type.is_reference() and value.type.language != RUST:
        return f'({value.type.name()}) {text}'
    return text


def _show(value, depth):
    bare = value.type.bare()
    if depth > MOST_DEPTH:
        return '{...}'
    if bare.tag in RECORDS:
        return (_rust_record if value.type.language == RUST else _record)(value, bare, depth)
    if bare.tag == 'array_type':
        return _array(value, bare, depth)
    if value.type.is_reference():
        return f'@0x{value.number():x}: {show(value.follow_reference(), depth + 1)}'
    if bare.is_pointer():
        return _pointer(value, bare)
    if bare.tag == 'enumeration_type':
        return _enumerator(value, bare)
    if bare.tag == 'void' or bare.tag == 'unspecified_type':
        return 'void'
    if bare.tag == 'subroutine_type':
        return f'{{{value.type.name()}}}'
    if bare.tag == 'ptr_to_member_type' and bare.size > 4:
        return f'0x{value.bytes().hex()}'
    return scalar(value)


def scalar(value):
    number, encoding = value.number(), value.type.encoding()
    if encoding == 'float':
        return _float(number, value.type.size)
    if encoding == 'bool':
        return {0: 'false', 1: 'true'}.get(number, str(number))
    if encoding in ('signed_char', 'unsigned_char') and value.type.size == 1 and value.type.language != RUST:
        return f"{number} '{_escaped(bytes([number & 0xFF]), chr(39))}'"
    if encoding == 'utf' or (value.type.language == RUST and value.type.bare().get('name') == 'char'):
        return f"{number} '{chr(number) if 32 <= number < 0x110000 and not 0xD800 <= number < 0xE000 else f'u{number:x}'}'"
    if encoding is None:
        return f'0x{number:x}'
    return str(number)


def _float(number, size):
    if number != number or number in (float('inf'), float('-inf')):
        return {True: 'nan', False: 'inf' if number > 0 else '-inf'}[number != number]
    if size == 4:  # the fewest digits that mean this number
        for digits in range(6, 10):
            text = f'{number:.{digits}g}'
            if struct.pack('<f', float(text)) == struct.pack('<f', number):
                return text
    text = repr(number)
    return text[:-2] if text.endswith('.0') else text


ESCAPES = {7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 27: '\\033', 92: '\\\\'}


def _escaped(data, quote):
    """Bytes as in a literal of C; UTF-8 remains what it is."""
    if len(data) == 1:
        byte = data[0]
        if byte < 0x80:
            return f'\\{quote}' if chr(byte) == quote else ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f'\\{byte:03o}')
        return f'\\{byte:03o}'
    text = data.decode('utf-8', 'surrogateescape')
    parts = []
    for c in text:
        code = ord(c)
        if code < 0x80:
            parts.append(_escaped(bytes([code]), quote))
        elif 0xDC80 <= code <= 0xDCFF:
            parts.append(f'\\{code - 0xDC00:03o}')
        else:
            parts.append(c if c.isprintable() else f'\\u{code:04x}')
    return ''.join(parts)


def quoted(data, cut=False):
    return f'"{_escaped(data, chr(34)) if len(data) != 1 else _escaped(data, chr(34))}"' + ('...' if cut else '')


def _pointer(value, bare):
    address, target = value.number(), bare.target()
    if target.bare().tag == 'subroutine_type':
        name = value.memory.function_name(address) if address else None
        return f'0x{address:x}' + (f' <{name}>' if name else '')
    if address and target.is_character() and target.size == 1 and value.type.language != RUST:
        return f'0x{address:x} {_text_at(value.memory, address)}'
    return f'0x{address:x}'


def _text_at(memory, address):
    data = b''
    while len(data) < MOST_TEXT:
        try:
            part = memory.read(address + len(data), min(MOST_TEXT - len(data), 64))
        except GuestError:
            try:
                part = memory.read(address + len(data), 1)
            except GuestError as error:
                return f'<{error}>' if not data else quoted(data) + f'<{error}>'
        data += part
        if b'\0' in part:
            return quoted(data[:data.index(b'\0')])
    return quoted(data, True)


def _enumerator(value, bare):
    number = value.number()
    pairs = bare.enumerators()
    scope = ''
    if value.type.language == RUST or bare.get('enum_class'):
        scope = f'{value.type.bare().name()}::'
    mask = (1 << 8 * max(value.type.size, 1)) - 1
    for name, constant in pairs:
        if isinstance(constant, int) and constant & mask == number & mask:
            return f'{scope}{name}'
    rest, names = number, []
    for name, constant in pairs:
        if isinstance(constant, int) and constant > 0 and constant & (constant - 1) == 0 and rest > 0 and rest & constant:
            names.append(name)
            rest &= ~constant
    if names and rest == 0:
        return f'({" | ".join(names)})'
    return str(number)


def _repeated(texts):
    """Equal neighbours are counted from ten on, as gdb does."""
    parts, k = [], 0
    while k < len(texts):
        end = k
        while end < len(texts) and texts[end] == texts[k]:
            end += 1
        if end - k >= 10:
            parts.append(f'{texts[k]} <repeats {end - k} times>')
        else:
            parts += texts[k:end]
        k = end
    return ', '.join(parts)


def _array(value, bare, depth):
    count, element = bare.counts()[0], bare.element()
    rust = value.type.language == RUST
    if count is None:
        return '<an array of unknown length>'
    if element.is_character() and element.size == 1 and not rust:
        data = value.bytes()
        text = data.rstrip(b'\0')
        return quoted(text[:MOST_TEXT], len(text) > MOST_TEXT)
    shown = min(count, MOST_ELEMENTS)
    texts = [show(value.element(k), depth + 1) for k in range(shown)]
    more = '...' if count > shown else ''
    return f'[{_repeated(texts)}{more}]' if rust else f'{{{_repeated(texts)}{more}}}'


def _record(value, bare, depth):
    parts = []
    for entry in bare.members():
        if entry.name and entry.name.startswith('_vptr'):
            parts.append(f'{entry.name} = {show(value.member_of(entry), depth + 1)}')
            continue
        try:
            text = show(value.member_of(entry), depth + 1)
        except GuestError as error:
            text = f'<{error}>'
        if entry.tag == 'inheritance':
            parts.append(f'<{Type(entry.type()).name()}> = {text}')
        else:
            parts.append(f'{entry.name} = {text}' if entry.name else text)
    return f'{{{", ".join(parts)}}}'


# ---- Rust ----

def _rust_record(value, bare, depth):
    name = bare.get('name') or ''
    special = _rust_text(value, name) or _rust_sequence(value, bare, name, depth)
    if special is not None:
        return special
    if bare.variant_part() is not None:
        chosen = value.variant()
        if chosen is None:
            return f'{bare.name()}::<unknown variant>'
        inner = value.member_of(chosen)
        return f'{bare.name()}::{chosen.name}{_rust_fields(inner, inner.type.bare(), depth)}'
    title = '' if name.startswith('(') else bare.name()
    fields = _rust_fields(value, bare, depth)
    return f'{title}{fields}' if fields or title else '()'


def _rust_fields(value, bare, depth):
    entries = [e for e in bare.members() if not e.get('artificial')]
    texts = [show(value.member_of(e), depth + 1) for e in entries]
    if not entries:
        return ''
    if all((e.name or '').startswith('__') for e in entries):
        return f'({", ".join(texts)})'
    return f' {{{", ".join(f"{e.name}: {t}" for e, t in zip(entries, texts))}}}'


def _bytes_of(value, address, length):
    shown = min(length, MOST_TEXT)
    return quoted(value.memory.read(address, shown) if shown else b'', length > shown)


def _rust_text(value, name):
    if name in ('&str', '&mut str'):
        return _bytes_of(value, value.member('data_ptr').number(), value.member('length').number())
    if name == 'String' and value._find('vec', 0) is not None:
        vec = value.member('vec')
        return _bytes_of(value, _first_pointer(vec.member('buf')), vec.member('len').number())
    return None


def _rust_sequence(value, bare, name, depth):
    """A slice or a vector, by its elements."""
    if name.startswith(('&[', '&mut [')) and value._find('data_ptr', 0) is not None:
        pointer, count = value.member('data_ptr'), value.member('length').number()
        element, start = pointer.type.bare().target(), pointer.number()
        title = name.split('[')[0]
    elif name.startswith('Vec<') and value._find('buf', 0) is not None:
        parameters = [c for c in bare.entry.children if c.tag == 'template_type_parameter']
        if not parameters:
            return None
        element, count = Type(parameters[0].type()), value.member('len').number()
        start, title = _first_pointer(value.member('buf')), 'vec!'
    else:
        return None
    shown = min(count, MOST_ELEMENTS)
    texts = [show(Value(element, value.memory, Place(address=start + k * element.size)), depth + 1) for k in range(shown)]
    return f'{title}[{_repeated(texts)}{"..." if count > shown else ""}]'


def _first_pointer(value, depth=0):
    """The first pointer in a record: that of a buffer is deep inside, at a place that depends on the version of the library."""
    if value.type.is_pointer():
        return value.number()
    if value.type.bare().tag in RECORDS and depth < 10:
        for entry in value.type.bare().members():
            try:
                return _first_pointer(value.member_of(entry), depth + 1)
            except OptimizedOut:
                raise
            except GuestError:
                continue
    raise GuestError('no pointer is there')
