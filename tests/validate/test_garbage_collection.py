"""What needs a garbage collector is valid, and refused by its name and place before any C is written."""
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


def refused(run_wasmelt, folder, data, what):
    file, out = folder / 'm.wasm', folder / 'c'
    file.write_bytes(data)
    valid = run_wasmelt('validate', file)
    assert (valid.returncode, valid.stderr) == (0, '')
    done = run_wasmelt(file, '--emit=c', '-o', out)
    assert done.returncode == 1 and not out.exists()
    start = f'wasmelt: {file}: error: not supported: garbage collection: {what} (at byte 0x'
    assert done.stderr.startswith(start) and len(done.stderr.splitlines()) == 1, done.stderr
    place = done.stderr[len(start):].rstrip(')\n').split(', ')
    return int(place[0], 16), place[1:]


@pytest.mark.parametrize('what, instructions', [*INSTRUCTIONS.items(), *OPERANDS.items()])
def test_instructions(run_wasmelt, tmp_path, what, instructions):
    count = section(12, b'\1') if what == 'array.new_data' else b''
    data = section(11, b'\1\1\0') if count else b''
    before = module(TYPES, FUNC, EXPORT, count)
    body = code(instructions)
    at, place = refused(run_wasmelt, tmp_path, before + body + data, what)
    assert len(before) < at < len(before + body) and place == ['in function 0']


def test_a_local(run_wasmelt, tmp_path):
    before = module(TYPES, FUNC, EXPORT)
    at, place = refused(run_wasmelt, tmp_path, before + code(b'', b'\1\1\x6e'), '(ref null any)')
    assert at > len(before) and place == ['in function 0']


@pytest.mark.parametrize('what, sections', [
    ('(ref null any)', [section(2, b'\1\1a\1b\0\2')]),                          # an imported function's type
    ('(ref null any)', [section(2, b'\1\1a\1b\3\x6e\0')]),                      # an imported global
    ('(ref null eq)', [section(6, b'\1\x6d\0\xd0\x6d\x0b')]),
    ('(ref null 0)', [section(4, b'\1\x63\0\0\0')]),                            # a table
    ('(ref null i31)', [section(9, b'\1\5\x6c\0')]),                            # an element segment
], ids=['import', 'imported global', 'global', 'table', 'elements'])
def test_declarations(run_wasmelt, tmp_path, what, sections):
    data = module(TYPES, *sections)
    at, place = refused(run_wasmelt, tmp_path, data, what)
    assert len(module(TYPES)) < at < len(data) and place in ([], ['in function 0'])


def test_types_alone_need_no_collector(run_wasmelt, tmp_path):
    """And neither does what cannot be reached."""
    file = tmp_path / 'm.wasm'
    file.write_bytes(module(TYPES, FUNC, code(INSTRUCTIONS['struct.new'])))
    assert run_wasmelt(file, '--emit=c', '-o', tmp_path / 'c').returncode == 0
