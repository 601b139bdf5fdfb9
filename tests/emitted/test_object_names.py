"""Structs and their fields have in C the names of the name section, after their numbers. Only types of which objects are made
have functions that make them."""
import pytest

from support.binary import custom, leb, module, name, section, vector

pytestmark = pytest.mark.once  # nothing is compiled

# (struct (field (mut i32)) (field (mut i32))), (struct (field i64)), (func)
TYPES = section(1, vector([b'\x5f\2\x7f\1\x7f\1', b'\x5f\1\x7e\0', b'\x60\0\0']))
# (drop (struct.get 0 1 (struct.new 0 (i32.const 1) (i32.const 2))))
CODE = section(3, b'\1\2') + section(7, b'\1\1f\0\0') + section(10, vector([name(b'\0\x41\1\x41\2\xfb\0\0\xfb\2\0\1\x1a\x0b')]))


def names(types, fields):
    of_types = vector([leb(k) + name(n) for k, n in types.items()])
    of_fields = vector([b'\0' + vector([leb(k) + name(n) for k, n in fields.items()])])
    return custom('name', b'\4' + name(of_types) + b'\x0a' + name(of_fields))


@pytest.fixture
def emitted(run_wasmelt, tmp_path):
    def run(*sections):
        file = tmp_path / 'm.wasm'
        file.write_bytes(module(TYPES, CODE, *sections))
        done = run_wasmelt(file, '--emit=obj', '-O1', '--cflags=-Wall -Wextra -Werror', '-o', tmp_path / 'm.o')
        assert (done.returncode, done.stderr) == (0, '')
        done = run_wasmelt(file, '--emit=c', '-o', tmp_path / 'c')
        return (tmp_path / 'c' / 'm.c').read_text()
    return run


def test_without_names(emitted):
    text = emitted()
    assert 'typedef struct type0 { object head; u32 f0; u32 f1; } type0;' in text


def test_names(emitted):
    text = emitted(names({0: b'point'}, {1: b'y'}))
    assert 'typedef struct type0_point { object head; u32 f0; u32 f1_y; } type0_point;' in text
    assert 'new_type0_point(self, 1, 2)' in text


@pytest.mark.parametrize('hostile', [b'*/ int', b'"', b'\\', b'int', b'default', b'first', b'head', b'x' * 1000, b'\xc3\xa9', b''])
def test_hostile_names(emitted, hostile):
    emitted(names({0: hostile, 1: hostile, 77: hostile}, {0: hostile, 1: hostile, 9: hostile}))


def test_only_what_is_made_has_a_maker(emitted):
    text = emitted()
    assert 'new_type0(' in text and 'new_type1' not in text and '_default(' not in text
