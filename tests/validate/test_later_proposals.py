"""A module that uses a proposal later than WebAssembly 3.0 is refused by the proposal's name, not as malformed. The bytes are Binaryen's."""
import subprocess

import pytest

from support.binary import HEADER, name, section, vector

pytestmark = pytest.mark.once  # nothing is compiled

FUNC = section(3, b'\1\0')


def types(*each):
    return section(1, vector(each))


def body(code):
    return types(b'\x60\0\0') + FUNC + section(10, vector([name(b'\0' + code + b'\x0b')]))


@pytest.mark.parametrize('sections, proposal', [
    (types(b'\x60\0\0', b'\x5d\0'), 'stack switching'),                      # (type (cont 0))
    (types(b'\x60\1\x68\0'), 'stack switching'),                             # a parameter: contref
    (types(b'\x60\1\x63\x75\0'), 'stack switching'),                         # (ref null nocont)
    (body(b'\xe2\0'), 'stack switching'),                                    # suspend
    (types(b'\x4e\2\x4d\1\x5f\0\x4c\0\x5f\0'), 'custom descriptors'),        # (struct) with one that describes it
    (types(b'\x5f\0', b'\x60\1\x64\x62\0\0'), 'custom descriptors'),         # (ref (exact 0))
    (body(b'\xfb\x22\0'), 'custom descriptors'),                             # ref.get_desc
    (types(b'\x65\x5f\0'), 'shared-everything threads'),                     # (shared (struct))
    (types(b'\x60\1\x63\x65\x6e\0'), 'shared-everything threads'),           # (ref null (shared any))
    (section(6, b'\1\x7f\3\x41\0\x0b'), 'shared-everything threads'),        # a shared global
    (body(b'\xfe\4'), 'shared-everything threads'),                          # pause
    (types(b'\x60\1\x67\0'), 'string references'),                           # stringref
    (body(b'\xfb\x82\1\0'), 'string references'),                            # string.const
    (section(14, b'\0\1\1a'), 'string references'),                          # literals
    (section(2, b'\1\1m\1f\x20\0'), 'custom descriptors'),                  # (func (exact 0))
    (body(b'\x41\0\xfe\x10\x12\1\0\x1a'), 'shared-everything threads'),    # i32.atomic.load acqrel
    (body(b'\x41\0\xfb\x1f\x1a'), 'shared-everything threads'),             # ref.i31_shared
    (body(b'\x41\0\x28\x22\0'), 'multibyte array access'),                 # i32.load of an array
    (body(b'\xfc\x12\0'), 'memory control'),                              # memory.discard
    (body(b'\xfc\x30\1\0'), 'half precision'),                               # f32.load_f16
    (body(b'\xfd\xb0\2'), 'half precision'),                                 # f16x8.abs
])
def test_the_proposal_is_named(sanitized, tmp_path, sections, proposal):
    module = tmp_path / 'm.wasm'
    module.write_bytes(HEADER + sections)
    done = subprocess.run([sanitized, 'validate', module], capture_output=True, text=True)
    assert done.returncode == 1 and f'error: not supported: {proposal} (at byte 0x' in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize('sections, message', [
    (section(15, b''), 'malformed section id'),
    (section(2, b'\1\1m\1f\x21\0'), 'malformed import kind'),
    (types(b'\x5c\0'), 'malformed definition type'),
    (types(b'\x60\1\x59\0'), 'malformed value type'),
    (types(b'\x60\1\x63\x59\0'), 'malformed heap type'),
    (types(b'\x60\1\x63\xe8\x7e\0'), 'malformed heap type'),  # two bytes, whose first has the seven bits of contref
    (section(6, b'\1\x7f\4\x41\0\x0b'), 'malformed mutability'),
    (body(b'\xe7'), 'illegal opcode 0xe7'),
    (body(b'\xfb\x28'), 'illegal opcode 0xfb 0x28'),
    (body(b'\xfd\xe0\2'), 'illegal opcode 0xfd 0x160'),
])
def test_what_nobody_has_proposed_is_malformed(sanitized, tmp_path, sections, message):
    module = tmp_path / 'm.wasm'
    module.write_bytes(HEADER + sections)
    done = subprocess.run([sanitized, 'validate', module], capture_output=True, text=True)
    assert done.returncode == 1 and f'error: {message}' in done.stderr
