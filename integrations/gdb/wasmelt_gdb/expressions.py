"""Expressions of the user: those of C, with the names and types of the program.

    p->next[3].x   *this   &counter   values[0] + 2 * n   (unsigned char)c   sizeof(struct point)   *values@3   ns::total   p.0

The names come from a `scope`, which has variable(name), and type(name), which give None if there is none, and memory()."""
import re

from wasmelt_gdb import GuestError
from wasmelt_gdb.types import CHAR, DOUBLE, FLOAT, INT, LONG, Made, UNSIGNED, ULONG, array_of, pointer_to
from wasmelt_gdb.values import Value, arithmetic
from wasmelt_gdb.places import Place

TOKEN = re.compile(r'''\s*(?:(?P<number>0[xX][0-9a-fA-F]+|\d+\.\d+(?:[eE][+-]?\d+)?|\d+)(?P<suffix>[uUlLfF]*)
                          |(?P<word>[A-Za-z_$][\w$]*)|(?P<char>'(?:\\.|[^'\\])+')
                          |(?P<sign>::|->|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>()\[\].@]))''', re.VERBOSE)
LEVELS = [['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<', '>', '<=', '>='], ['<<', '>>'], ['@'], ['+', '-'], ['*', '/', '%']]
BASIC = {'int': INT, 'char': CHAR, 'double': DOUBLE, 'float': FLOAT, 'void': Made('void', 'void', 1),
         'short': Made('base_type', 'short', 2, encoding='signed'), 'unsigned short': Made('base_type', 'unsigned short', 2, encoding='unsigned'),
         'unsigned char': Made('base_type', 'unsigned char', 1, encoding='unsigned_char'), 'unsigned int': UNSIGNED, 'unsigned': UNSIGNED,
         'long': Made('base_type', 'long', 4, encoding='signed'), 'unsigned long': Made('base_type', 'unsigned long', 4, encoding='unsigned'),
         'long long': LONG, 'unsigned long long': ULONG}
ESCAPED = {'n': 10, 't': 9, 'r': 13, '0': 0, 'a': 7, 'b': 8, 'f': 12, 'v': 11}
MOST_DEPTH = 100
MOST_WORDS = 2000


def _tokens(text):
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise GuestError(f'Invalid character "{text[at:].lstrip()[:1]}" in expression.')
        # The member of a tuple's member: 1.0 behind a dot is no number.
        if match['number'] and '.' in match['number'] and found and found[-1][1] == '.':
            first, second = match['number'].split('.')[:2]
            found += [('number', first, ''), ('sign', '.', ''), ('number', second, '')]
        else:
            kind = match.lastgroup if match.lastgroup != 'suffix' else 'number'
            found.append((kind, match[kind], match['suffix'] or ''))
        at = match.end()
    if len(found) > MOST_WORDS:
        raise GuestError('The expression is too long.')
    return found


class Parser:
    """Evaluates while it reads: both sides of && and ||, too."""

    def __init__(self, text, scope):
        self.tokens, self.at, self.scope, self.depth = _tokens(text), 0, scope, 0

    def peek(self, offset=0):
        return self.tokens[self.at + offset] if self.at + offset < len(self.tokens) else ('end', '', '')

    def accept(self, *signs):
        kind, text, _ = self.peek()
        if kind == 'sign' and text in signs:
            self.at += 1
            return text
        return None

    def expect(self, sign):
        if not self.accept(sign):
            found = self.peek()[1]
            raise GuestError(f'A syntax error in expression, near `{found}\'.')

    def whole(self):
        value = self.expression()
        if self.at < len(self.tokens):
            raise GuestError(f'A syntax error in expression, near `{"".join(t[1] for t in self.tokens[self.at:])}\'.')
        return value

    def expression(self):
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise GuestError('The expression is nested too deeply.')
        value = self.binary(0)
        self.depth -= 1
        return value

    def binary(self, level):
        if level == len(LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while operator := self.accept(*LEVELS[level]):
            if operator in ('&&', '||'):
                right = self.binary(level + 1)
                left = self.number(int(left.truth() or right.truth() if operator == '||' else left.truth() and right.truth()))
                continue
            right = self.binary(level + 1)
            if operator == '@':
                count = right.number()
                if not 0 < count <= 100000:
                    raise GuestError('Invalid number of elements.')
                left = left.at(array_of(left.type, count), left.address())
            else:
                left = arithmetic(operator, left, right)
        return left

    def unary(self):
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise GuestError('The expression is nested too deeply.')
        try:
            return self._unary()
        finally:
            self.depth -= 1

    def _unary(self):
        operator = self.accept('*', '&', '-', '+', '!', '~')
        if operator:
            value = self.unary()
            if operator == '*':
                return value.dereference()
            value = value.follow_reference()
            if operator == '&':
                return value.pointer()
            if operator == '!':
                return self.number(int(not value.truth()))
            zero = self.number(0)
            if operator == '~':
                return arithmetic('^', value, self.number(-1))
            return arithmetic('-' if operator == '-' else '+', zero, value)
        if self.peek()[:2] == ('word', 'sizeof'):
            self.at += 1
            type_ = self.type_in_brackets() or self.unary().follow_reference().type
            return Value(UNSIGNED, self.scope.memory(), Place(data=type_.size.to_bytes(4, 'little')))
        type_ = self.type_in_brackets()
        if type_:
            return self.unary().cast(type_)
        return self.postfix()

    def type_in_brackets(self):
        """The type in ( ), or None, and then nothing is taken."""
        start = self.at
        if self.accept('('):
            type_ = self.type_name()
            if type_ and self.accept(')'):
                return type_
        self.at = start
        return None

    def type_name(self):
        words, qualifiers = [], ('const', 'volatile', 'struct', 'union', 'enum', 'class', 'signed')
        while self.peek()[0] == 'word' or (words and self.peek()[1] == '::'):
            kind, text, _ = self.peek()
            self.at += 1
            if text not in qualifiers or (text == 'signed' and self.peek()[0] != 'word'):
                words.append('int' if text == 'signed' else text)
        if not words:
            return None
        name = re.sub(r' ?:: ?', '::', ' '.join(words))
        type_ = BASIC.get(name) or (None if self.scope.variable(name) else self.scope.type(name))
        if type_ is None:
            return None
        while self.accept('*', '&'):
            type_ = pointer_to(type_)
        return type_

    def postfix(self):
        value = self.primary()
        while True:
            if self.accept('['):
                index = self.expression().number()
                self.expect(']')
                value = value.element(index)
            elif self.accept('.', '->'):
                kind, text, _ = self.peek()
                if kind not in ('word', 'number'):
                    raise GuestError(f'A syntax error in expression, near `{text}\'.')
                self.at += 1
                value = value.member(text)
            else:
                return value

    def primary(self):
        kind, text, suffix = self.peek()
        self.at += 1
        if kind == 'number':
            return self.literal(text, suffix.lower())
        if kind == 'char':
            inner = text[1:-1]
            code = ESCAPED.get(inner[1], ord(inner[1])) if inner[0] == '\\' else ord(inner[0])
            return Value(CHAR, self.scope.memory(), Place(data=bytes([code & 0xFF])))
        if kind == 'word' or text == '::':
            name = text
            while self.peek()[1] == '::' or name.endswith('::'):
                name += self.peek()[1]
                self.at += 1
            name = name.lstrip(':')
            value = self.scope.variable(name)
            if value is None:
                if name in ('true', 'false'):
                    return self.number(int(name == 'true'))
                raise GuestError(f'No symbol "{name}" in current context.')
            return value
        if text == '(':
            value = self.expression()
            self.expect(')')
            return value
        raise GuestError(f'A syntax error in expression, near `{text}\'.')

    def literal(self, text, suffix):
        if '.' in text:
            return Value(DOUBLE, self.scope.memory(), Place(data=b'')).made(DOUBLE, float(text))
        number = int(text, 0) if text[:2] in ('0x', '0X') else int(text)
        if number >> 64:
            raise GuestError('Numeric constant too large.')
        unsigned = 'u' in suffix
        type_ = (UNSIGNED if number >> 31 or unsigned else INT) if number < 1 << 32 else ULONG if number >> 63 or unsigned else LONG
        return Value(type_, self.scope.memory(), Place(data=b'')).made(type_, number)

    def number(self, number):
        return Value(INT, self.scope.memory(), Place(data=b'')).made(INT, number)


def value_of(text, scope):
    if not text.strip():
        raise GuestError('Argument required (expression to compute).')
    return Parser(text, scope).whole()
