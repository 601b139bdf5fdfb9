"""`wasmelt run --invoke`: exports of components that are called with values as text, and what is said of text that is wrong. What reads and
prints text runs with sanitizers, in the emitted C and in the runtime."""
import os
import pathlib
import random
import shutil
import struct
import subprocess

import pytest

from support import components

ROOT = pathlib.Path(__file__).resolve().parents[2]
SANITIZED = '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'

# Functions that return their first parameter: it is at the beginning of what is passed in memory, because there is another one that is large.
# Its default is none, so that it can be left out.
ECHOES = {
    'list-u8': '(list u8)', 'list-s8': '(list s8)', 'list-u16': '(list u16)', 'list-s16': '(list s16)', 'list-u32': '(list u32)',
    'list-s32': '(list s32)', 'list-u64': '(list u64)', 'list-s64': '(list s64)', 'list-f32': '(list f32)', 'list-f64': '(list f64)',
    'list-bool': '(list bool)', 'list-char': '(list char)', 'text': 'string', 'texts': '(list string)', 'pair': '(tuple u8 string)',
    'ones': '(list (tuple u8))', 'maybe': '(option u32)', 'maybes': '(option (option u32))', 'outcome': '(result u8 (error string))',
    'outcomes': '(result (option u8) (error $color))', 'any': '(list (result))', 'failed': '(list (result (error u8)))', 'three': '(list u8 3)',
    'a-point': '$point', 'all-none': '$options', 'a-shape': '$shape', 'colors': '(list $color)', 'a-color': '(option $color)',
    'all-rights': '(list $rights)', 'deep': '(list (list (list (option (tuple $point $shape)))))',
}
TYPES = {
    'point': '(record (field "x" f64) (field "the-name" (option string)))',
    'options': '(record (field "a" (option u8)) (field "b" (option bool)))',
    'shape': '(variant (case "none") (case "circle" f32) (case "box" (tuple u8 u8)) (case "of-points" (list $point)))',
    'color': '(enum "red" "ok" "DARK-blue2")',
    'rights': '(flags "read" "write" "exec")',
}
REALLOC = '(memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))'
COMPONENT = f'''(component {components.MEMORY}
  (core module $m
    (func (export "same") (param i32) (result i32) (local.get 0))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "nothing"))
    (func (export "trap") (param i32 i32) unreachable))
  (core instance $i (instantiate $m))
  {''.join(f"(type ${n}-type {t}) (export ${n} '{n}' (type ${n}-type))".replace("'", '"') for n, t in TYPES.items())}
  {''.join(f"""(func (export "{n}") (param "value" {t}) (param "room" (option (tuple {'u64 ' * 16}))) (result {t})
      (canon lift (core func $i "same") {REALLOC}))""" for n, t in ECHOES.items())}
  (func $add (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
  (export "add" (func $add))
  (export "program" (func $add)) (export "calls" (func $add)) (export "exports" (func $add)) (export "u8" (func $add)) (export "point2" (func $add))
  (func (export "nothing") (canon lift (core func $i "nothing")))
  (func (export "trap") (param "text" string) (canon lift (core func $i "trap") {REALLOC}))
  (type $thing-type (resource (rep i32))) (export $thing "thing" (type $thing-type))
  (func (export "use-thing") (param "a" (own $thing)) (param "b" u32) (canon lift (core func $i "trap")))
  (instance $sums (export "sum" (func $add)) (export "only" (func $add)))
  (export "test:sums/first@1.2.0" (instance $sums))
  (export "test:sums/second" (instance $sums)))'''


# Runs the executable's main for each text, in one process: a start with sanitizers takes a tenth of a second. The texts come on standard input,
# each with a zero byte behind it; after what each call has printed follows a zero byte, and on standard output its status.
DRIVER = r'''
#include <stdio.h>
#include <stdlib.h>
int program_main(int argc, char **argv);
int main(void) {
    char *text = NULL;
    size_t room = 0;
    while (getdelim(&text, &room, 0, stdin) > 0) {
        const int status = program_main(3, (char *[]){"calls", "--invoke", text, NULL});
        fputc(0, stderr);
        printf("%c%c", 0, status);
    }
    free(text);
    return 0;
}
'''


@pytest.fixture(scope='module')
def component(tmp_path_factory):
    return components.assemble({'calls': COMPONENT}, tmp_path_factory.mktemp('component'))['calls']


@pytest.fixture(scope='module')
def call(component, wasmelt, runtime_archive, tmp_path_factory):
    """call([TEXT, ...]): for each (status, standard output, messages)."""
    folder, cc = tmp_path_factory.mktemp('invoke'), os.environ.get('CC', 'gcc')
    (folder / 'home' / 'lib').mkdir(parents=True)
    (folder / 'home' / 'include').symlink_to(ROOT / 'include')
    (folder / 'driver.c').write_text(DRIVER)
    command = [cc, '-std=c11', '-D_GNU_SOURCE', '-g', '-O1', *SANITIZED, '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}']
    sources = [folder / 'driver.c', *(ROOT / 'runtime' / 'component' / f'{name}.c' for name in ('wave', 'wave_read', 'wave_print'))]
    for source in sources:
        subprocess.run([*command, '-c', source, '-o', folder / f'{source.name}.o'], check=True)
    runtime = shutil.copy(runtime_archive, folder / 'home' / 'lib')
    subprocess.run(['ar', 'r', runtime, *(folder / f'{source.name}.o' for source in sources)], check=True)
    command = [wasmelt, 'run', '-O0', '--cc', f'{cc} {" ".join(SANITIZED)}', '--cflags', '-Wall -Wextra -Werror -Dmain=program_main', '--invoke', 'add(1, 2)', component]
    env = dict(os.environ, XDG_CACHE_HOME=str(folder / 'cache'), WASMELT_HOME=str(folder / 'home'))

    def call(texts):
        done = subprocess.run(command, input=b''.join(t.encode() + b'\0' for t in texts), capture_output=True, env=env, timeout=600)
        assert done.returncode == 0 and b'Sanitizer' not in done.stderr and b'runtime error' not in done.stderr, done.stderr.decode()
        outs, statuses = [], []
        rest = done.stdout
        for _ in texts:
            out, _, rest = rest.partition(b'\0')
            outs.append(out.decode())
            statuses.append(rest[0])
            rest = rest[1:]
        return list(zip(statuses, outs, done.stderr.decode().split('\0')))
    return call


# ---- Known answers ----

ANSWERS = [
    ('add(1, 2)', '3'), (' add (4294967295 , 1,) // sum\n', '0'), ('nothing()', '()'), ('test:sums/first.only@1.2.0(2, 3)', '5'),
    ('test:sums/first.only(2, 3)', '5'), ('test:sums/first@1.2.0#sum(2, 3)', '5'), ('test:sums/second.sum(20, 3)', '23'),
    ('list-u8([0, 255,])', '[0, 255]'), ('list-s8([-128, 127, -0])', '[-128, 127, 0]'), ('list-u16([65535])', '[65535]'), ('list-s16([-32768])', '[-32768]'),
    ('list-u64([18446744073709551615])', '[18446744073709551615]'), ('list-s64([-9223372036854775808, 9223372036854775807])', '[-9223372036854775808, 9223372036854775807]'),
    ('list-u32([])', '[]'), ('list-bool([true, false])', '[true, false]'),
    ('list-f64([0.1, 1e21, 1.5e-7, -0, inf, -inf, nan, 123.25, 1E2])', '[0.1, 1000000000000000000000, 0.00000015, -0, inf, -inf, nan, 123.25, 100]'),
    ('list-f32([0.1, 3.4028235e38, 16777216, -2.5e0])', '[0.1, 340282350000000000000000000000000000000, 16777216, -2.5]'),
    ("list-char(['a', '\\n', '\\'', '\"', '\\u{1F600}', 'é', '\\\\'])", "['a', '\\n', '\\'', '\\\"', '😀', 'é', '\\\\']"),
    ('text("")', '""'), ('text("a\\tb\\u{e9}☃\\"\\\\")', '"a\\tbé☃\\"\\\\"'), ('text("\\u{0}\\u{202e}\\u{7f}")', '"\\u{0}\\u{202e}\\u{7f}"'), ("text(\"it's\")", '"it\\\'s"'),
    ('text("""\n  one\n    two\\n\n  """)', '"one\\n  two\\n"'), ('text("""\n""")', '""'), ('text("""\r\n a\r\n b\r\n """)', '"a\\nb"'),
    ('texts(["x", "",])', '["x", ""]'), ('pair((1, "x"))', '(1, "x")'), ('ones([(5,)])', '[(5)]'),
    ('maybe(5)', 'some(5)'), ('maybe(some(5))', 'some(5)'), ('maybe(none)', 'none'), ('maybe()', 'none'), ('maybes(some(none))', 'some(none)'), ('maybes(some(5))', 'some(some(5))'),
    ('outcome(7)', 'ok(7)'), ('outcome(ok(7), none)', 'ok(7)'), ('outcome(err("no"))', 'err("no")'), ('outcomes(ok(none))', 'ok(none)'), ('outcomes(err(%ok))', 'err(%ok)'),
    ('any([ok, err])', '[ok, err]'), ('failed([ok, err(3)])', '[ok, err(3)]'), ('three([1, 2, 3])', '[1, 2, 3]'),
    ('a-point({the-name: "n", x: -0.5})', '{x: -0.5, the-name: some("n")}'), ('a-point({%x: 1,})', '{x: 1}'), ('all-none({:})', '{:}'), ('all-none({b: none, a: 1})', '{a: some(1)}'),
    ('a-shape(%none)', '%none'), ('a-shape(circle(3.25))', 'circle(3.25)'), ('a-shape(box((1, 2)))', 'box((1, 2))'), ('a-shape(of-points([{x: 1}, {x: 2}]))', 'of-points([{x: 1}, {x: 2}])'),
    ('colors([red, %ok, DARK-blue2])', '[red, %ok, DARK-blue2]'), ('a-color(red)', 'some(red)'), ('all-rights([{}, {exec, read}])', '[{}, {read, exec}]'),
    ('deep([[], [[none, ({x: 1}, %none)]]])', '[[], [[none, some(({x: 1}, %none))]]]'),
]


def test_known_answers(call):
    answers = call([text for text, _ in ANSWERS])
    assert [(text, *got) for (text, _), got in zip(ANSWERS, answers)] == [(text, 0, f'{answer}\n', '') for text, answer in ANSWERS]


WRONG = [
    ('add', 'at the end: arguments in brackets are expected'), ('', 'arguments in brackets'), ('add(1', 'at the end: "," is expected'), ('add(1)', 'at character 6, ")": "," is expected'),
    ('add(1, 2, 3)', 'at character 11, "3)": ")" is expected'), ('add(1, 2) x', 'at character 11, "x": nothing is expected'), ('add(1, -1)', 'at character 8, "-1)": this is too small for u32'),
    ('add(1, 4294967296)', 'too large for u32; the function is add(u32,u32)->u32'), ('add(1, 1.0)', 'an integer is expected, of type u32'), ('add(1, 01)', '")" is expected'),
    ('add(1, 0x10)', 'is expected'), ('list-u8([256])', 'too large for u8'), ('list-s64([9223372036854775808])', 'too large for s64'), ('list-u64([18446744073709551616])', 'too large for u64'),
    ('list-f64([0x1])', 'is expected'), ('list-f64([.5])', 'a number is expected, of type f64'), ('list-f32([infinity])', 'a number is expected, of type f32'), ('list-bool([1])', 'true or false is expected'),
    ("list-char(['ab'])", "\"b'])\": ' is expected"), ("list-char([''])", 'a character is expected'), ("list-char(['\\u{d800}'])", 'no surrogate'), ("list-char(['\\u{1100000}'])", 'hexadecimal'),
    ('text("a', 'a string is expected'), ('text("\\x")', 'after a backslash'), ('text("a\nb")', 'a string is expected'), ('text("""a""")', 'a new line is expected'), ('text("""\n a\n  """)', 'at least 2 blanks'),
    ('pair((1))', '"," is expected'), ('pair(1, "x")', '"(" is expected'), ('maybes(5)', 'some(...) or none is expected'), ('outcomes(5)', 'ok or err is expected'), ('outcome(ok)', '"(" is expected'),
    ('three([1, 2])', '"," is expected'), ('three([1, 2, 3, 4])', '"]" is expected'), ('a-point({})', 'a field is expected'), ('a-point({:})', 'the field x is missing'), ('a-point({y: 1})', 'one of x, the-name is expected'),
    ('a-point({x: 1, x: 2})', 'the field is there twice'), ('all-none({a 1})', '":" is expected'), ('a-shape(circle)', '"(" is expected'), ('a-shape(square(1))', 'one of none, circle, box, of-points is expected'),
    ('all-rights([{read, read}])', 'the flag is there twice'), ('all-rights([{fly}])', 'one of read, write, exec'), ('sum(1, 2)', 'several functions have this name: test:sums/first.sum@1.2.0, test:sums/second.sum'),
    ('nobody()', 'nobody: no function is exported under this name; there are '), ('use-thing(1, 2)', 'cannot be called: there is no text for handles, streams, futures and error contexts; the function is use-thing(own<thing>,u32)'), ('list-u8([1 2])', '"," is expected'), ('list-u8([,])', 'an integer is expected'),
    ('list-u8([\x1b[31m])', '\\1b[31m'), ('deep(' + '[' * 60000, 'is expected'), ('deep(' + '[' * 60000 + ']' * 60000 + ')', 'is expected'),
]


def test_wrong_text_is_refused_with_its_place(call):
    for (text, said), (status, out, error) in zip(WRONG, call([text for text, _ in WRONG])):
        assert (status, out) == (2, '') and error.startswith('wasmelt: --invoke: ') and error.count('\n') == 1 and said in error, (text[:100], error)


def test_long_lists_and_texts_and_a_trap(call):
    count = 20000
    numbers, text, trap = call([f'list-u8([{"7," * count}])', f'text("{"é" * count}")', 'trap("text")'])
    assert numbers == (0, f'[{", ".join("7" * count)}]\n', '') and text == (0, f'"{"é" * count}"\n', '')
    assert trap[:2] == (134, '') and 'unreachable' in trap[2]


# ---- Random texts ----

class Texts:
    """A random value of a type in the component's text: how somebody may write it, and how it is printed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def blank(self):
        return self.random.choice(['', '', '', '', ' ', '\n', ' // any, "thing"\n\t'])

    def between(self, opening, items, closing):
        comma = self.random.choice(['', ',']) if items else ''
        return opening + ','.join(f'{self.blank()}{i}{self.blank()}' for i in items) + comma + self.blank() + closing

    def integer(self, bits, signed):
        low, high = (-1 << bits - 1, (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        return str(self.random.choice([low, high, 0, self.random.randint(low, high), max(low, min(high, self.random.randint(-200, 200)))]))

    def number(self, single):
        bits = self.random.getrandbits(32 if single else 64)
        value = struct.unpack('<f' if single else '<d', bits.to_bytes(4 if single else 8, 'little'))[0]
        if value != value:
            return 'nan', 'nan'
        if value in (float('inf'), float('-inf')):
            return ('inf' if value > 0 else '-inf',) * 2
        digits = next(n for n in range(1, 18) if (struct.pack('<f', float(f'{value:.{n - 1}e}')) == struct.pack('<f', value) if single else float(f'{value:.{n - 1}e}') == value))
        shortest, exponent = f'{abs(value):.{digits - 1}e}'.split('e')
        figures, point = shortest.replace('.', ''), int(exponent) + 1
        plain = (f'0.{"0" * -point}{figures}' if point <= 0 else figures + '0' * (point - len(figures)) if point >= len(figures)
                 else f'{figures[:point]}.{figures[point:]}')
        sign = '-' if struct.pack('<d', value)[7] & 0x80 else ''
        return f'{sign}{shortest}e{exponent}'.replace('e+0', 'e+').replace('e-0', 'e-') if self.random.random() < .5 else sign + plain, sign + plain

    def characters(self, count):
        given, shown = '', ''
        for _ in range(count):
            c = self.random.choice(['a', 'Z', ' ', 'é', '☃', '😀', '\n', '\t', '\r', '"', "'", '\\', '\x07'])
            escape = {'\n': '\\n', '\t': '\\t', '\r': '\\r', '"': '\\"', "'": "\\'", '\\': '\\\\', '\x07': '\\u{7}'}.get(c)
            given += escape or self.random.choice([c, f'\\u{{{ord(c):x}}}', f'\\u{{{ord(c):06X}}}'])
            shown += escape or c
        return given, shown

    def label(self, name):
        words = 'true false some none ok err inf nan'.split()
        return (f'%{name}', f'%{name}') if name in words else (self.random.choice(['', '', '%']) + name, name)

    def value(self, kind):
        r = self.random
        if kind[0] in 'us' and kind[1:].isdigit():
            text = self.integer(int(kind[1:]), kind[0] == 's')
            return text, text
        if kind in ('f32', 'f64'):
            return self.number(kind == 'f32')
        if kind == 'bool':
            return (r.choice(['true', 'false']),) * 2
        if kind == 'char':
            return tuple(f"'{t}'" for t in self.characters(1))
        if kind == 'string':
            return tuple(f'"{t}"' for t in self.characters(r.randrange(12)))
        if kind == 'point':
            x, name = self.value('f64'), self.value('option string') if r.random() < .5 else None
            given = [f'x:{self.blank()}{x[0]}', *([f'the-name: {name[0]}'] if name else [])]
            r.shuffle(given)
            return self.between('{', given, '}'), f'{{x: {x[1]}{f", the-name: {name[1]}" if name and name[1] != "none" else ""}}}'
        if kind == 'shape':
            case, payload = r.choice([('none', None), ('circle', 'f32'), ('of-points', 'list point')])
            name = self.label(case)
            return tuple(n + (f'({v})' if payload else '') for n, v in zip(name, self.value(payload) if payload else ('', '')))
        if kind == 'color':
            return self.label(r.choice(['red', 'ok', 'DARK-blue2']))
        if kind == 'rights':
            there = [f for f in ('read', 'write', 'exec') if r.random() < .5]
            return self.between('{', r.sample(there, len(there)), '}'), f'{{{", ".join(there)}}}'
        outer, inner = kind.split(' ', 1)
        if outer == 'list':
            values = [self.value(inner) for _ in range(r.randrange(5))]
            return self.between('[', [v[0] for v in values], ']'), f'[{", ".join(v[1] for v in values)}]'
        given, shown = self.value(inner)  # option
        if r.random() < .3:
            return 'none', 'none'
        return r.choice([f'some( {given})', given] if not inner.startswith('option') else [f'some({given})']), f'some({shown})'


KINDS = {name: name.replace('-', ' ') for name in ECHOES if name.startswith('list-')} | {
    'text': 'string', 'texts': 'list string', 'maybe': 'option u32', 'maybes': 'option option u32', 'a-point': 'point', 'a-shape': 'shape', 'colors': 'list color',
    'a-color': 'option color', 'all-rights': 'list rights'}


def test_random_values_come_back(call):
    texts = Texts(1)
    values = [(name, *texts.value(kind)) for _ in range(6) for name, kind in KINDS.items()]
    answers = call([f'{name}({given})' for name, given, _ in values])
    assert [(given, *got) for (_, given, _), got in zip(values, answers)] == [(given, 0, f'{shown}\n', '') for _, given, shown in values]


def test_damaged_text_is_refused_or_read(call):
    texts, damaged = Texts(2), []
    for _ in range(300):
        name, kind = texts.random.choice(list(KINDS.items()))
        text = f'{name}({texts.value(kind)[0]})'
        at = texts.random.randrange(len(name), len(text) + 1)
        more = texts.random.choice(['', '(', ')', '[', '{', '"', "'", '\\', ',', ':', '-', '%', 'none', '"""', '\\u{', '/', 'é', '9' * 30])
        damaged.append(text[:at] + more + text[at + texts.random.randrange(3):])
    for text, (status, out, error) in zip(damaged, call(damaged)):
        assert status in (0, 2) and (status == 0) == (error == '') and (status == 0) == (out != ''), text


# ---- How it is called ----

@pytest.mark.once
def test_what_the_command_runs(component, wasmelt, tmp_path):
    env = dict(os.environ, XDG_CACHE_HOME=str(tmp_path))
    def run(*args, **more):
        return subprocess.run([wasmelt, 'run', '-O0', *args], **({'env': env, 'capture_output': True} | more))
    assert run('--invoke', 'add(2, 3)', '--max-memory=1M', component).stdout == b'5\n'
    assert run('--invoke', 'add(2, 3)', '--max-memory=1K', component).returncode == 125
    assert run('--invoke', 'add(2, x)', '--max-memory=1K', component).returncode == 2  # before anything is made
    assert b'at character 7, "\\ff\")": this is not UTF-8' in run('--invoke', b'text("\xff")', component).stderr
    for text in 'nobody()', 'sum(1, 2)', 'use-thing(1, 2)', 'add':  # before anything is compiled: what is said is the same
        refused = run('--cc=false', '--invoke', text, component)
        assert refused.returncode == 2 and any(t.startswith(text) and s.encode() in refused.stderr for t, s in WRONG), refused.stderr
    with open('/dev/full', 'w') as full:
        done = run('--invoke', 'add(1, 2)', component, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2 and b'No space left' in done.stderr
    for name in ('print', 'read', 'labels0'):  # what the C that is called calls its own
        path = shutil.copy(component, tmp_path / f'{name}.wasm')
        assert run('--cflags', '-Wall -Wextra -Werror', '--invoke', 'calls(2, 3)', path).stdout == b'5\n'
    imports = '(component (import "host:env/log" (func $f)) (export "log" (func $f)))'
    host = '''(component (import "host:env/log" (func $f)) (core func $l (canon lower (func $f))) (core module $m (import "" "l" (func $l)) (export "l" (func $l)))
      (core instance $i (instantiate $m (with "" (instance (export "l" (func $l)))))) (func (export "log") (canon lift (core func $i "l"))))'''
    made = components.assemble({'empty': '(component)', 'imports': imports, 'host': host}, tmp_path)
    for name, said in ('empty', b'exports no functions'), ('imports', b'exports no functions'), ('host', b'--invoke of components that need another host'):
        assert said in run('--invoke', 'log()', made[name]).stderr, name
