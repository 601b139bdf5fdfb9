"""A module compiles without a warning, wherever in it structs, arrays, i31 and their types occur."""
import pytest

from support.binary import leb, module, name, section, vector

# (struct (field (mut i32))), (array (mut i8)), (func (param anyref) (result anyref)), (func)
TYPES = section(1, vector([b'\x5f\1\x7f\1', b'\x5e\x78\1', b'\x60\1\x6e\1\x6e', b'\x60\0\0']))
FUNC, EXPORT = section(3, b'\1\3'), section(7, b'\1\1f\0\0')


def code(instructions, locals_=b'\0'):
    return section(10, vector([name(locals_ + instructions + b'\x0b')]))


def const(n):
    return b'\x41' + leb(n)


I31 = const(1) + b'\xfb\x1c'
INSTRUCTIONS = {
    'struct.new': const(1) + b'\xfb\0\0\x1a',
    'struct.new_default': b'\xfb\1\0\x1a',
    'array.new': const(1) + const(2) + b'\xfb\6\1\x1a',
    'array.new_default': const(2) + b'\xfb\7\1\x1a',
    'array.new_fixed': const(2) + b'\xfb\x08\1\1\x1a',
    'array.new_data': const(0) + const(0) + b'\xfb\x09\1\0\x1a',
    'ref.i31': I31 + b'\x1a',
    'any.convert_extern': b'\xd0\x6f\xfb\x1a\x1a',
}
OPERANDS = {
    '(ref null none)': b'\xd0\x71\x1a',
    '(ref null 0)': b'\xd0\0\xfb\2\0\0\x1a',                    # struct.get
    '(ref null 1)': b'\xd0\1\xfb\x0f\x1a',                      # array.len
    '(ref null any)': b'\xd0\x6e\xfb\x14\x6c\x1a',              # ref.test
    '(ref null eq)': b'\xd0\x6d\xd0\x6d\xd3\x1a',               # ref.eq
    '(ref null i31)': b'\2\x6c\xd0\x6c\x0b\x1a',                # a block's result
}


@pytest.fixture
def compiles(run_wasmelt, cc, tmp_path):
    def run(data):
        file = tmp_path / 'm.wasm'
        file.write_bytes(data)
        done = run_wasmelt(file, '--emit=obj', '--cc', cc, '-O1', '--cflags=-Wall -Wextra -Werror', '-o', tmp_path / 'm.o')
        assert (done.returncode, done.stderr) == (0, '')
    return run


@pytest.mark.parametrize('what, instructions', [*INSTRUCTIONS.items(), *OPERANDS.items()])
def test_instructions(compiles, what, instructions):
    count = section(12, b'\1') if what == 'array.new_data' else b''
    data = section(11, b'\1\1\0') if count else b''
    compiles(module(TYPES, FUNC, EXPORT, count) + code(instructions) + data)


def test_a_local(compiles):
    compiles(module(TYPES, FUNC, EXPORT) + code(b'', b'\1\1\x6e'))


@pytest.mark.parametrize('sections', [
    [section(2, b'\1\1a\1b\0\2')],                          # an imported function's type
    [section(2, b'\1\1a\1b\3\x6e\0')],                      # an imported global
    [section(6, b'\1\x6d\0\xd0\x6d\x0b')],
    [section(4, b'\1\x63\0\0\0')],                            # a table
    [section(9, b'\1\5\x6c\0')],                            # an element segment
], ids=['import', 'imported global', 'global', 'table', 'elements'])
def test_declarations(compiles, sections):
    compiles(module(TYPES, *sections))


@pytest.mark.parametrize('where', ['null in a function', 'local', 'block'])
def test_modules_that_only_name_such_types(compiles, where):
    """No type, global or signature of theirs is of a struct, and no instruction makes one."""
    types = section(1, b'\1\x60\0\0')
    body = {'null in a function': code(b'\xd0\x6e\x1a'), 'local': code(b'', b'\1\1\x6e'), 'block': code(b'\2\x6d\xd0\x6d\x0b\x1a')}[where]
    compiles(module(types, section(3, b'\1\0'), EXPORT) + body)
