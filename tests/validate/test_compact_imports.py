"""The compact-import-section proposal: groups of imports that share a module name, or a module name and a type."""
import subprocess

import pytest

from support.binary import HEADER, leb, name, read_leb, section, sections

pytestmark = pytest.mark.once  # nothing is compiled

TYPE = b'\1\5\1\x60\0\1\x7f'  # (func (result i32))
FUNC = b'\0\0'                # an import's kind and type: that function
HELLO = '#include <stdio.h>\nint main(int argc, char **argv) { printf("hello %s\\n", argv[argc - 1]); return 0; }\n'


def imports(entries, count):
    return HEADER + TYPE + section(2, leb(count) + entries)


@pytest.mark.parametrize('name, entries, count', [
    ('typed', b'\1a' b'\0\x7f' b'\2' b'\1b' + FUNC + b'\1c' + FUNC, 1),
    ('shared', b'\1a' b'\0\x7e' + FUNC + b'\2' b'\1b' b'\1c', 1),
    ('empty_groups', b'\1x\0\x7f\0' b'\1x\0\x7e' + FUNC + b'\0', 2),
    ('long_empty_name', b'\1a' b'\x80\x80\0\x7f' b'\1' b'\1b' + FUNC, 1),
    ('beside_plain_ones', b'\1a\1b' + FUNC + b'\1a\0\x7e' + FUNC + b'\1\1c' + b'\0\0' + FUNC, 3),
    ('item_without_name', b'\1a\0\x7f\1\0' + FUNC, 1),
])
def test_valid(run_wasmelt, tmp_path, name, entries, count):
    module = tmp_path / f'{name}.wasm'
    module.write_bytes(imports(entries, count))
    assert run_wasmelt('validate', '-v', module).stdout == f'{module}: valid\n'


@pytest.mark.parametrize('entries, count, message', [
    (b'\1a' b'\1b\x7f' b'\1' b'\1b' + FUNC, 1, 'malformed import kind'),       # the name is not empty
    (b'\1a' b'\1b\x7e' + FUNC + b'\1' b'\1b', 1, 'malformed import kind'),
    (b'\1a' b'\0\xff\x80\0' b'\1' b'\1b' + FUNC, 1, 'malformed import kind'),  # a byte, not a LEB128 number
    (b'\1a' b'\0\x7d' b'\1' b'\1b' + FUNC, 1, 'malformed import kind'),
    (b'\1a' b'\0\x7f' b'\1' b'\0' b'\x7f\0', 1, 'malformed import kind'),     # no groups in groups
    (b'\1a' b'\0\x7e' b'\5\0' b'\0', 1, 'malformed import kind'),              # even if nothing has that type
    (b'\1a' b'\0\x7e' b'\0\1' b'\0', 1, 'unknown type'),
    (b'\1a' b'\0\x7f' b'\3' b'\1b', 1, 'unexpected end'),
    (b'\1a' b'\0\x7f', 1, 'unexpected end'),
    (b'\1a' b'\0\x7e' + FUNC + b'\xff\xff\xff\xff\x0f', 1, 'unexpected end'),
    (b'\1a' b'\0\x7f' b'\1' b'\1b' + FUNC, 2, 'unexpected end'),               # the count is of groups
    (b'\1a' b'\0\x7f' b'\1' b'\1b' + FUNC + b'\0', 1, 'section size mismatch'),
])
def test_malformed(sanitized, tmp_path, entries, count, message):
    module = tmp_path / 'm.wasm'
    module.write_bytes(imports(entries, count))
    done = subprocess.run([sanitized, 'validate', module], capture_output=True, text=True)
    assert done.returncode == 1 and message in done.stderr and len(done.stderr.splitlines()) == 1


def test_long_module_name_for_many_imports(run_wasmelt, tmp_path):
    """A few hundred kilobytes would print as thousands of megabytes, as each import is shown with its module."""
    entries = name(b'a' * 100000) + b'\0\x7e' + FUNC + leb(100000) + b'\1b' * 100000
    module = tmp_path / 'm.wasm'
    module.write_bytes(HEADER + TYPE + section(2, b'\1' + entries))
    done = run_wasmelt('inspect', '--json', module)
    assert done.returncode == 1 and 'too many items' in done.stderr and done.stdout == ''


def compacted(data):
    """The module with its imports, all functions of one module, as one group."""
    at, start, end = next(place for number, *place in sections(data) if number == 2)
    count, here = read_leb(data, start)
    items, modules = b'', set()
    for _ in range(count):
        length, here = read_leb(data, here)
        modules.add(data[here:here + length])
        here += length
        item = here
        length, here = read_leb(data, here)
        here += length
        assert data[here] == 0
        _, here = read_leb(data, here + 1)
        items += data[item:here]
    module, = modules
    return data[:at] + section(2, b'\1' + name(module) + b'\0\x7f' + leb(count) + items) + data[end:]


def test_program(run_wasmelt, compile_wasi, tmp_path):
    plain = compile_wasi(HELLO)
    compact = tmp_path / 'compact.wasm'
    compact.write_bytes(compacted(plain.read_bytes()))
    assert compact.stat().st_size < plain.stat().st_size
    done = run_wasmelt(compact, '-O0', '-o', tmp_path / 'app')
    assert done.returncode == 0, done.stderr
    assert subprocess.run([tmp_path / 'app', 'you'], capture_output=True, text=True).stdout == 'hello you\n'
