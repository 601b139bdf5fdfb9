"""Reads scripts of the official suite (.wast): S-expressions, and the constants in them as bit patterns.

An expression is an Atom, a String, or a Form. Each knows where it stands in the text, so that a module can be handed on
as it was written."""
import fractions
import re

TOKEN = re.compile(r'''
    (?P<space>[ \t\r\n]+|;;[^\n]*)
  | (?P<block>\(;)
  | (?P<open>\((?:@(?:"(?:[^"\\]|\\.)*"|[^\s()";,]+))?)
  | (?P<close>\))
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<atom>[^\s()";]+)
  | (?P<other>.)                                   # a semicolon in an annotation
''', re.VERBOSE | re.DOTALL)
BLOCK = re.compile(r'\(;|;\)')
ESCAPE = re.compile(r'\\(?:u\{([0-9a-fA-F_]+)\}|([0-9a-fA-F]{2})|(.))', re.DOTALL)
SIMPLE = {'t': '\t', 'n': '\n', 'r': '\r', '"': '"', "'": "'", '\\': '\\'}


class Atom(str):
    """A keyword, a number or a name."""


class String(bytes):
    """What a string literal stands for."""


class Form(list):
    """A parenthesis: its expressions, `begin` and `end` in the text, and the line that it begins in."""

    def __init__(self, begin, line):
        super().__init__()
        self.begin, self.end, self.line = begin, None, line

    @property
    def head(self):
        return self[0] if self and isinstance(self[0], Atom) else None


def unescaped(literal):
    """The bytes of a string literal."""
    out, at = bytearray(), 1
    for escape in ESCAPE.finditer(literal, 1, len(literal) - 1):
        out += literal[at:escape.start()].encode()
        point, byte, simple = escape.groups()
        out += chr(int(point.replace('_', ''), 16)).encode() if point else bytes([int(byte, 16)]) if byte else SIMPLE[simple].encode()
        at = escape.end()
    return String(out + literal[at:-1].encode())


def end_of_block(text, at):
    depth = 1
    while depth:
        mark = BLOCK.search(text, at)
        depth += 1 if mark.group() == '(;' else -1
        at = mark.end()
    return at


def read(text):
    """The forms of a script, in order. Annotations are left out: only modules, which are handed on as text, have any."""
    root = Form(0, 1)
    open_forms, at, line = [root], 0, 1
    while at < len(text):
        token = TOKEN.match(text, at)
        end = end_of_block(text, token.end()) if token.lastgroup == 'block' else token.end()
        if token.lastgroup == 'open':
            open_forms.append(Form(at, line))
        elif token.lastgroup == 'close':
            form = open_forms.pop()
            form.end = end
            if text[form.begin + 1] != '@':
                open_forms[-1].append(form)
        elif token.lastgroup == 'string':
            open_forms[-1].append(unescaped(token.group()))
        elif token.lastgroup == 'atom':
            open_forms[-1].append(Atom(token.group()))
        line += text.count('\n', at, end)
        at = end
    if len(open_forms) != 1:
        raise SyntaxError(f'line {open_forms[-1].line}: not closed')
    return root


# ---- Constants ----

# Bits of the fraction, and the largest exponent.
FORMATS = {'f32': (23, 127), 'f64': (52, 1023)}


def integer(text, bits):
    value = int(text.replace('_', ''), 0) if 'x' in text else int(text.replace('_', ''))
    return value % (1 << bits)


def exact(text):
    """The value of a float's digits."""
    text = text.replace('_', '').lower()
    if not text.startswith('0x'):
        return fractions.Fraction(text.rstrip('.') if text.endswith('.') else text.replace('.e', 'e'))
    digits, _, exponent = text[2:].partition('p')
    whole, _, fraction = digits.partition('.')
    return fractions.Fraction(int((whole + fraction) or '0', 16)) / 16 ** len(fraction) * fractions.Fraction(2) ** int(exponent or 0)


def rounded(value, fraction_bits, largest):
    """The bits, without sign, of the float nearest to a value, the even one of two (IEEE 754, section 4.3.1)."""
    if value == 0:
        return 0
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    if fractions.Fraction(2) ** exponent > value:
        exponent -= 1
    exponent = max(exponent, 1 - largest)
    digits = round(value / fractions.Fraction(2) ** (exponent - fraction_bits)) # to even
    return digits + ((exponent + largest - 1) << fraction_bits)


def float_bits(text, kind):
    """The bit pattern of a float, or a class of NaNs as the text has it."""
    if text in ('nan:canonical', 'nan:arithmetic'):
        return text
    fraction_bits, largest = FORMATS[kind]
    sign = 1 if text.startswith('-') else 0
    digits = text.lstrip('+-')
    infinity = (2 * largest + 1) << fraction_bits
    if digits == 'inf':
        bits = infinity
    elif digits.startswith('nan'):
        bits = infinity | (int(digits[4:].replace('_', ''), 16) if ':' in digits else 1 << (fraction_bits - 1))
    else:
        bits = rounded(exact(digits), fraction_bits, largest)
    return str(bits | sign << (32 if kind == 'f32' else 64) - 1)


def number(text, kind):
    """A constant of a number type or of a vector's lane, as a string."""
    return float_bits(text, kind) if kind in FORMATS else str(integer(text, int(kind[1:])))
