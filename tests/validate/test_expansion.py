"""How much C and memory a module may cost: a constant multiple of its size, whatever the shape of hostile code. Modules that
would cost more are refused, with a message that says where."""
import resource
import subprocess

import pytest

from support.binary import leb, module, name, section, vector
from support.shapes import SHAPES, make

pytestmark = pytest.mark.once  # nothing is compiled

I32, EMPTY, END, DROP = b'\x7f', b'\x40', b'\x0b', b'\x1a'
WIDE = 1000  # values: as many as a type may have
BYTES_FOR_BYTE = 40


def type_of(params, results):
    return b'\x60' + leb(params) + I32 * params + leb(results) + I32 * results


def get(local):
    return b'\x20' + leb(local)


def block(body, opcode=b'\x02', type_=EMPTY):
    return opcode + type_ + body + END


def br(label, opcode=b'\x0c'):
    return opcode + leb(label)


def br_if(label):
    return get(0) + br(label, b'\x0d')


def br_table(*labels):
    return get(0) + b'\x0e' + leb(len(labels) - 1) + b''.join(map(leb, labels))


def call(function):
    return b'\x10' + leb(function)


def functions(types, bodies, locals_=b'\0', tags=b''):
    """bodies: (type, code); the first is exported."""
    return module(section(1, vector(types)), section(3, vector([leb(t) for t, _ in bodies])), tags,
                  section(7, vector([name('f') + b'\0\0'])),
                  section(10, vector([name(locals_ + code + END) for _, code in bodies])))


@pytest.fixture
def translate(wasmelt, tmp_path):
    """translate(MODULE): the finished process, with the bytes of C that it wrote. It has a gigabyte and 20 s."""
    def run(data):
        file, out = tmp_path / 'm.wasm', tmp_path / 'c'
        file.write_bytes(data)
        assert subprocess.run([wasmelt, 'validate', file], capture_output=True).returncode == 0

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
            resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        done = subprocess.run([wasmelt, file, '--emit=c', '-o', out], capture_output=True, text=True, preexec_fn=limit)
        done.size = sum(f.stat().st_size for f in out.glob('*')) if out.exists() else 0
        return done
    return run


# ---- Control ----

def arms(n):
    """A loop around a switch, each of whose n cases sets a local and goes on with the loop."""
    body = br_table(*range(n))
    for k in range(n):
        body = block(body) + get(k) + b'\x21' + leb((k + 1) % n) + br(n - 1 - k)
    return functions([type_of(1, 0)], [(0, block(body, b'\x03'))], b'\1' + leb(n) + I32)


def far_targets(n):
    """Tables that all name the same fifty labels."""
    body = block(br_if(0) + br_table(*range(50))) * n
    for _ in range(50):
        body = block(body)
    return functions([type_of(1, 0)], [(0, body)])


def exits(n):
    """Out of sixty loops to n places, each a call behind a block."""
    inner = b''.join(br_if(60 + k) for k in range(n))
    for _ in range(60):
        inner = block(inner, b'\x03')
    body = b'\x02\x40' * n + inner + (END + get(0) + call(0)) * n
    return functions([type_of(1, 0)], [(0, body)])


def hidden_cases(n):
    """Tables in whose cases loops are left for a place that the table does not name."""
    def after(body):
        return block(body) + get(0) + call(0)
    leave = block(br_table(0, 2, 0)) + get(0) + b'\x04\x40' + block(br_if(2), b'\x03') + END + get(0) + call(0)
    return functions([type_of(1, 0)], [(0, block(after(after(leave))) * n)])


def else_ifs(n):
    return functions([type_of(1, 0)], [(0, (get(0) + b'\x04\x40' + get(0) + call(0) + b'\x05') * n + END * n)])


@pytest.mark.parametrize('shape', [arms, far_targets, exits, hidden_cases, else_ifs])
@pytest.mark.parametrize('size', [200, 20000])
def test_control(translate, shape, size):
    data = shape(size)
    done = translate(data)
    # Whoever compiles it is told that the function is large; nothing else is said.
    said = [line for line in done.stderr.splitlines() if ': note: function 0 (' not in line]
    assert (done.returncode, said) == (0, [])
    assert done.size <= BYTES_FOR_BYTE * len(data) + 10000


# ---- A thousand values moved by two bytes ----

VALUES = get(0) * WIDE
SUM = b'\x6a' * (WIDE - 1)


def branches(n):
    return functions([type_of(1, 0), type_of(0, WIDE)], [(0, block(VALUES + br_if(0) * n, type_=b'\1') + SUM + DROP)])


def branches_out_of_the_function(n):
    return functions([type_of(1, WIDE)], [(0, VALUES + br_if(0) * n)])


def nested_blocks(n):
    body = b'\x02\1' * n + VALUES + b''.join(br_if(k) for k in range(n)) + END * n
    return functions([type_of(1, 0), type_of(0, WIDE)], [(0, body + SUM + DROP)])


def table(n):
    body = b'\x02\1' * n + VALUES + br_table(*range(n)) + (END + get(0) + b'\x6a') * n
    return functions([type_of(1, 0), type_of(0, WIDE)], [(0, body + SUM + DROP)])


def loops(n):
    return functions([type_of(1, 0), type_of(WIDE, WIDE)], [(0, VALUES + b'\x03\1\x0b' * n + SUM + DROP)])


def ifs(n):
    return functions([type_of(1, 0), type_of(WIDE, WIDE)], [(0, VALUES + (get(0) + b'\x04\1\x05\x0b') * n + SUM + DROP)])


def calls(n):
    callee = b''.join(get(k) for k in range(WIDE))
    return functions([type_of(1, 0), type_of(WIDE, WIDE)], [(0, VALUES + call(1) * n + SUM + DROP), (1, callee)])


def calls_to_itself(n):
    """Each sets all locals to zero."""
    return functions([type_of(1, 0)], [(0, (get(0) + b'\x04\x40' + get(0) + br(0, b'\x12') + END) * n)], b'\1' + leb(50000) + I32)


MOVES = [branches, branches_out_of_the_function, nested_blocks, table, loops, ifs, calls, calls_to_itself]


@pytest.mark.parametrize('shape', MOVES)
def test_few_moves_of_many_values(translate, shape):
    assert translate(shape(1 if shape == calls_to_itself else 15)).returncode == 0


@pytest.mark.parametrize('shape', MOVES)
@pytest.mark.parametrize('size', [1000, 20000])
def test_many_moves_of_many_values(translate, shape, size):
    done = translate(shape(size))
    assert done.returncode == 1 and done.size == 0 and len(done.stderr.splitlines()) == 1
    assert 'error: not supported: a function that moves so many values (at byte 0x' in done.stderr
    assert ', in function 0' in done.stderr


def test_many_functions_just_below_the_limit(translate):
    """Each is small enough; that the module becomes hundreds of megabytes is noticed as they are written."""
    def data(count):
        def code(k): # each has another constant: functions with the same code would become one
            return name(b'\0' + b'\x41' + bytes([k]) + DROP + VALUES + br_if(0) * 90 + END)
        return module(section(1, vector([type_of(1, WIDE)])), section(3, vector([b'\0'] * count)),
                      section(7, vector([name(f'f{k}') + b'\0' + leb(k) for k in range(count)])),
                      section(10, vector([code(k) for k in range(count)])))
    assert translate(data(1)).returncode == 0
    done = translate(data(60))
    assert done.returncode == 1 and 'not supported: a module that becomes so much C' in done.stderr


# ---- Declarations ----

def test_many_functions_with_many_parameters(translate):
    done = translate(functions([type_of(WIDE, 0)], [(0, b'')] * 1000))
    assert done.returncode == 1 and 'error: not supported: functions that have so many parameters' in done.stderr


@pytest.mark.parametrize('count, fits', [(10, True), (1000, False)])
def test_functions_with_many_locals(translate, count, fits):
    done = translate(functions([type_of(0, 0)], [(0, b'')] * count, b'\1' + leb(50000) + I32))
    assert (done.returncode == 0) == fits
    assert fits or 'error: not supported: functions that have so many locals' in done.stderr


def test_many_exports_of_a_function_with_many_parameters(translate):
    done = translate(module(section(1, vector([type_of(WIDE, 0)])), section(3, b'\1\0'),
                            section(7, vector([name(f'e{k}') + b'\0\0' for k in range(1000)])),
                            section(10, vector([name(b'\0' + END)]))))
    assert done.returncode == 1 and 'error: not supported: functions that have so many parameters' in done.stderr


@pytest.mark.parametrize('where', ['export', 'name section'])
def test_calls_of_a_function_with_a_long_name(translate, where):
    long = 'n' * 20000
    data = module(section(1, vector([type_of(0, 0)])), section(3, b'\1\0'),
                  section(7, vector([name(long if where == 'export' else 'f') + b'\0\0'])),
                  section(10, vector([name(b'\0' + call(0) * 20000 + END)])))
    if where != 'export':
        data += section(0, name('name') + b'\1' + name(vector([b'\0' + name(long)])))
    done = translate(data)
    assert done.returncode == 0 and done.size <= BYTES_FOR_BYTE * len(data)


@pytest.mark.parametrize('count, fits', [(4096, True), (4097, False), (100000, False)])
def test_many_memories(translate, count, fits):
    done = translate(module(section(5, vector([b'\0\0'] * count)), section(7, vector([name('m') + b'\2' + leb(count - 1)]))))
    assert (done.returncode == 0) == fits
    assert fits or 'error: not supported: so many memories' in done.stderr


# ---- All shapes ----

@pytest.mark.parametrize('shape', SHAPES)
def test_what_a_shape_becomes_is_in_proportion(translate, shape):
    """C for each byte of the module. Memories take most, of which there may be 4,096; then the descriptions of types, 54."""
    n = 4 * SHAPES[shape][1]
    done = translate(make(shape, n))
    refused = 'not supported' in done.stderr
    assert refused or done.returncode == 0, done.stderr
    assert refused or done.size < (110 if shape == 'memories' else 60) * len(make(shape, n)) + 10000
