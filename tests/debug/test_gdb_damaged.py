"""What the extension for gdb reads may be damaged in any way: it says so, and goes on. Its parts that need no gdb are run here."""
import random
import sys

import pytest
from support.binary import sections
from support.debugged import O1_C, SHAPES_C, ZOO_CC
from support.debugging import ROOT, build_wasm

sys.path.insert(0, str(ROOT / 'integrations' / 'gdb'))
from wasmelt_gdb import GuestError, careful, lines, places, scopes, show, types, values  # noqa: E402
from wasmelt_gdb.binary import Module  # noqa: E402

pytestmark = pytest.mark.once  # compiled by compilers that are named


class Frame:
    """A call in which all locals, globals and bytes of memory are alike."""

    def read(self, address, size):
        if address + size > 1 << 17:
            raise GuestError('<out of bounds>')
        return b'\1' * size
    memory = read

    def local(self, _index):
        return 1024
    global_ = local

    def frame_base(self):
        return 4096

    def function_name(self, _index):
        return None


def shown(data):
    """The texts of all variables of a module."""
    found, frame = [], Frame()
    with careful():
        module = Module(data)
        index = scopes.Index(module)
        for body in module.bodies:
            entry = index.function(body)
            if entry is None:
                continue
            for run in lines.runs(index.rows(entry.unit), *body):
                for level in scopes.levels(entry, [run]):
                    for variable in level.arguments() + level.locals():
                        try:
                            with careful():
                                type_ = types.Type(variable.type())
                                code = scopes.expression(variable, [run], True)
                                place = places.evaluate(code, frame, variable.unit, type_.size)
                                found.append(f'{level.name} {type_.name()} {variable.name} = {show.show_top(values.Value(type_, frame, place))}')
                        except GuestError as error:
                            found.append(f'{variable.name}: {error}')
    return found


@pytest.mark.parametrize('version', [4, 5])
@pytest.mark.parametrize('source', ['shapes.c', 'zoo.cc', 'o1.c'])
def test_damaged_debug_information_is_an_error_for_the_user(tmp_path, version, source):
    text = {'shapes.c': SHAPES_C, 'zoo.cc': ZOO_CC, 'o1.c': O1_C.replace('#include <stdio.h>', 'int printf(const char *, ...);')}[source]
    flags = [f'-gdwarf-{version}', '-O1' if source == 'o1.c' else '-O0'] + ['-fno-exceptions', '-fno-rtti'] * (source == 'zoo.cc')
    alone = ['-nostdlib', '-Wl,--no-entry', '-Wl,--export-all', '-Wl,--allow-undefined']  # the C library has debug information, too
    whole = build_wasm(tmp_path, 'm', {source: text}, flags, alone, wasi=False).read_bytes()
    texts = shown(whole)
    assert len(texts) > 10 and sum(' = ' in t for t in texts) > 5 and not any('makes no sense' in t for t in texts)
    debug = [(inside, end) for number, _, inside, end in sections(whole) if number == 0 and whole[inside + 1:end].startswith(b'.debug_')]
    draw = random.Random(f'{version}{source}')
    errors = 0
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(draw.choice([1, 5, 50])):
            begin, end = draw.choice(debug)
            damaged[draw.randrange(begin + 16, max(end, begin + 17))] = draw.choice([0, 1, 0x16, 0x7F, 0x80, 0xFF, draw.randrange(256)])
        try:
            shown(bytes(damaged))
        except GuestError:
            errors += 1
    assert errors > 0


def test_bytes_that_are_not_known_have_no_value():
    """An optimised variable may be known in part: pieces that no expression describes, or that are longer than what it describes."""
    unit = type('unit', (), {'address_size': 4})
    numbers = types.Made('array_type', 'int[4]', 16, types.INT)
    five = b'\x35\x9f'  # DW_OP_lit5, DW_OP_stack_value
    unknown, four, sixteen = b'\x93\x04', b'\x93\x04', b'\x93\x10'
    for code, text in ((unknown + five + four + unknown + five + four, '{<optimized out>, 5, <optimized out>, 5}'),
                       (five + four + unknown, '{5, <optimized out>, <optimized out>, <optimized out>}'),
                       (five + sixteen, '<optimized out>'), (five, '{5, 0, <optimized out>, <optimized out>}')):
        try:
            shown_as = show.show(values.Value(numbers, Frame(), places.evaluate(code, Frame(), unit, 16)))
        except places.OptimizedOut as error:
            shown_as = str(error)
        assert shown_as == text
