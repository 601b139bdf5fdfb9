"""Names of components, interfaces, types, functions, fields and parameters that mean something in C or C++, or that become equal when they
are turned into C: whatever they are, the C and its header compile."""
import os
import pathlib
import random
import re
import subprocess

import pytest

from support import components

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Words of C, C++ and their headers; what the C of components calls its own; what other names become.
WORDS = '''int class new namespace template operator this typename auto register restrict bool true signed wchar-t size-t uint32-t int8-t float
  time-t wasmelt-string wasmelt-run wasmelt-error null errno stdin linux unix i386 assert main malloc printf read self context options instance
  error result results imports caller core0 call0 make0 make-all destroy0 params0 type0 lift0 canon0 func0 base host rep ptr len tag val ok err
  is-some is-err items f0 a0 p0 at flat bits c v x u8 u32 f64 any32 string list list-u8 elements-list-u8 elements-list-u8-t list-u8-t
  option-string tuple2-u8-u8 own-r borrow-r drop-r r r-t constructor-r method-r-x static-r-x a a-b a-b-c b b-c c-d d d-e e instantiate
  instantiate-with instance-free imports-t m0-module module void resource0 least8-max atomic-max max min none trap interface near
  extern C a-2 a-b-2 exports program program-make load store lift lower u32-2 x-t x-t-t and or not xor concept requires alignas noreturn
  complex ABI NULL EOF INT32-MAX'''.split()
NAMES = '''core0 make load store lift lower self wasmelt i32 c a0 int class X a_b sig uint8 size_t type0 INT8 core0wasm'''.split()


class World:
    """A random world in WIT with names from WORDS."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def names(self, count):
        """So many, of which no two are equal but for capitals."""
        found = {}
        for word in self.random.sample(WORDS, count):
            found.setdefault(word.lower(), '%' + word)
        return list(found.values())

    def type(self, types):
        basic = ['u8', 'u32', 's64', 'f64', 'bool', 'char', 'string', 'list<u8>', 'tuple<u8, u8>', 'option<string>', 'result<_, string>', 'list<u32>']
        kind = self.random.choice(['', '', '', 'list<{}>', 'option<{}>', 'tuple<{}, u8>', 'result<{}>'])
        name = self.random.choice([*basic, *types])
        return kind.format(name) if kind else name

    def params(self, types):
        return ', '.join(f'{n}: {self.type(types)}' for n in self.names(self.random.randrange(4)))

    def function(self, types):
        return f'func({self.params(types)}) -> {self.type(types)};'

    def declare(self, name, types):
        fields = self.names(self.random.randrange(1, 5))
        kind = self.random.choice(['record', 'variant', 'enum', 'flags', 'resource', 'alias'])
        if kind == 'record':
            return f'record {name} {{ {", ".join(f"{f}: {self.type(types)}" for f in fields)} }}'
        if kind == 'variant':
            return f'variant {name} {{ {", ".join(f"{f}({self.type(types)})" if self.random.random() < .6 else f for f in fields)} }}'
        if kind == 'resource':
            methods = ' '.join(f'{f}: {self.random.choice(["", "static "])}{self.function([*types, name])}' for f in fields if f.lower() != name.lower())
            return f'resource {name} {{ constructor({self.params(types)}); {methods} }}'
        if kind == 'alias':
            return f'type {name} = list<{self.type(types)}>;'
        return f'{kind} {name} {{ {", ".join(fields)} }}'

    def interface(self, count):
        lines, types = [], []
        for k, name in enumerate(self.names(count)):
            if k < count // 2:
                lines.append(self.declare(name, types))
                types.append(name)
            else:
                lines.append(f'{name}: {self.function(types)}')
        return '\n'.join(lines)

    def text(self):
        names = self.names(6)
        interfaces = '\n'.join(f'interface {n} {{ {self.interface(14)} }}' for n in names)
        world = '\n'.join(f'{self.random.choice(["import", "export"])} {n};' for n in names)
        functions = '\n'.join(f'{self.random.choice(["import", "export"])} {n}: func({self.params([])}) -> u32;'
                              for n in self.names(12) if n.lower() not in (x.lower() for x in names))
        return f'package a:b;\n{interfaces}\nworld w {{ {world}\n{functions} }}'


SEEDS = range(int(os.environ.get('WASMELT_NAME_SEEDS', 4)))


@pytest.fixture(scope='module')
def worlds(tmp_path_factory):
    folder = tmp_path_factory.mktemp('worlds')
    for seed in SEEDS:
        (folder / str(seed)).mkdir()
        (folder / str(seed) / 'w.wit').write_text(World(seed).text())
    components.run_well([['world', folder / str(seed), folder / f'{seed}.wasm', None] for seed in SEEDS])
    return folder


def compiles(wasmelt, file, name, folder, cc):
    """Whether the C compiles, and the header in strict C and in C++."""
    subprocess.run([wasmelt, file, '--emit=c', f'--name={name}', '-o', folder], check=True, capture_output=True)
    use = f'#include <stdio.h>\n#include "{name}.h"\n#include <unistd.h>\n'
    cxx = {'gcc': 'g++', 'clang': 'clang++'}.get(cc)
    for compiler, language, text in [(cc, 'gnu11', f'#include "{name}.c"'), (cc, 'c11', use), *([(cxx, 'c++20', use)] if cxx else [])]:
        done = subprocess.run([compiler, f'-std={language}', *(['-pedantic'] if language == 'c11' else []), '-Wall', '-Wextra', '-Werror', '-fsyntax-only',
                               '-I', ROOT / 'include', '-I', folder, '-x', 'c++' if '+' in language else 'c', '-'], input=text, capture_output=True, text=True)
        assert done.returncode == 0, f'{compiler} {name}: {done.stderr[:3000]}'


@pytest.mark.parametrize('seed', SEEDS)
def test_names_of_types_and_functions_compile(wasmelt, worlds, tmp_path, seed, cc):
    compiles(wasmelt, worlds / f'{seed}.wasm', NAMES[seed % len(NAMES)], tmp_path, cc)


# What a component of each name would call as its C calls something else.
EVERY = '''package a:b;
interface types {
  enum least8 { max } enum fast8 { max } enum atomic { max, min } enum trap { none } enum status { ok }
  record elements-list-u8 { list-u8: list<u8>, x: list<list<u8>> } record list-u8 { a: u8 } resource r { constructor(); x: func(); }
  record fast8-t { a: u8 } record %string { a: list<string> }
  use-all: func(a: least8, b: fast8, c: atomic, d: trap, e: elements-list-u8, f: list-u8, g: r, h: status, i: fast8-t, j: %string);
}
world w { import types; export e: interface { use types.{elements-list-u8, r}; f: func(e: elements-list-u8, r: r) -> list<elements-list-u8>; }
  export all: func(); export %u32: func(); export list-u8: func() -> list<u8>; export elements-list-u8: func(); export m0-module: func();
  export instantiate: func(); export run: func(); export create: func(); export %string: func(a: string); export t: func(); export value: func(); }
'''


@pytest.fixture(scope='module')
def every(tmp_path_factory):
    folder = tmp_path_factory.mktemp('every')
    (folder / 'wit').mkdir()
    (folder / 'wit' / 'w.wit').write_text(EVERY)
    components.run_well([['world', folder / 'wit', folder / 'every.wasm', None]])
    return folder / 'every.wasm'


@pytest.mark.parametrize('name', NAMES)
def test_names_of_components_compile(wasmelt, every, tmp_path, name, cc):
    compiles(wasmelt, every, name, tmp_path, cc)


def test_no_component_has_a_numbered_name_of_its_own_c(wasmelt, every, tmp_path):
    """`run0` is a function in the C of an asynchronous component, so the names of a component run0 begin with run0wasm."""
    text = ''.join(file.read_text() for file in (ROOT / 'translator' / 'canon').glob('*.c')).replace('\\t', ' ').replace('\\n', ' ')
    kinds = sorted({*re.findall(r'\b([a-z]+)%z?u\(', text), *re.findall(r'static [\w ]*\b([a-z]+)%z?u\b', text)})
    assert {'call', 'core', 'run', 'steps'} <= set(kinds)
    for kind in kinds:
        done = subprocess.run([wasmelt, every, '--emit=c', f'--name={kind}0', '-o', tmp_path], capture_output=True, text=True)
        assert f'"{kind}0" has a meaning in C' in done.stderr, kind


def test_names_that_become_equal_get_numbers(wasmelt, tmp_path):
    """The first keeps it; a free function and a method, a type and its handle, and what belongs to two interfaces."""
    (tmp_path / 'wit').mkdir()
    (tmp_path / 'wit' / 'w.wit').write_text('''package a:b;
interface c { resource r { x: func(); } method-r-x: func(); d-e: func(size-t: u32, int: u32, self: u32, plain: u32) -> r; }
interface c-d { e: func(); }
world w { export c; export c-d; }''')
    components.run_well([['world', tmp_path / 'wit', tmp_path / 'w.wasm', None]])
    subprocess.run([wasmelt, tmp_path / 'w.wasm', '--emit=c', '-o', tmp_path / 'out'], check=True)
    header = (tmp_path / 'out' / 'w.h').read_text()
    for name in 'w_a_b_c_method_r_x(', 'w_a_b_c_method_r_x_2(', 'w_a_b_c_d_e(', 'w_a_b_c_d_e_2(':
        assert header.count(f' {name}') == 1, header
    assert '(w *self, uint32_t size_t_, uint32_t int_, uint32_t self_, uint32_t plain)' in header
