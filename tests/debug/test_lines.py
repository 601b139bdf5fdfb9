"""The module's line tables as the translator reads them, compared with llvm-dwarfdump; and tables that make no sense."""
import random
import re
import subprocess

import pytest

from support.binary import custom, leb, read_leb, section, sections
from support.debugging import MAIN_C, build_wasm, need

pytestmark = pytest.mark.once

INLINE_H = '''\
#define TWICE(x) ((x) + (x))
static inline int average(const int *values, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    return count ? sum / count : 0;
}
'''
SEVERAL_C = {
    'include/inline.h': INLINE_H,
    'source/one.c': '#include "../include/inline.h"\nint one(int *v, int n) {\n\n    return average(v, n) + TWICE(n);\n}\n',
    'two.c': '#include "include/inline.h"\nint one(int *v, int n);\nint two(int n) {\n    int v[4] = {n, 2, n, 4};\n'
             '#line 1000 "generated.y"\n    return one(v, 4)\n        + average(v, n);\n}\nint unused(int n) { return n; }\n',
}
CLASS_CC = {'class.cc': '''\
template <typename T> struct Stack {
    T items[8];
    int count = 0;
    void push(T item) { items[count++ & 7] = item; }
    T pop() {
        return items[--count & 7];
    }
};
struct Shape {
    virtual int area() const { return 0; }
};
struct Square : Shape {
    int side;
    explicit Square(int s) : side(s) {}
    int area() const override { return side * side; }
};
extern "C" int run(int n) {
    Stack<int> stack;
    for (int i = 0; i < n; i++)
        stack.push(Square(i).area());
    auto last = [&] { return stack.pop(); };
    return last() + last();
}
'''}
PROGRAMS = {
    'main': ({'main.c': MAIN_C}, [], [], True),
    'several': (SEVERAL_C, [], ['-nostdlib', '-Wl,--no-entry', '-Wl,--export=two'], False),
    'class': (CLASS_CC, ['-fno-exceptions', '-fno-rtti'], ['-nostdlib', '-Wl,--no-entry', '-Wl,--export=run'], False),
}


# ---- What llvm-dwarfdump says ----

def dump(module, what):
    return subprocess.run(['llvm-dwarfdump', what, module], capture_output=True, text=True, check=True).stdout


def compilation_directories(module):
    """Of each unit by the place of its line table."""
    found = {}
    for unit in dump(module, '--debug-info').split('Compile Unit:')[1:]:
        table = re.search(r'DW_AT_stmt_list\s+\((0x[0-9a-f]+)\)', unit)
        directory = re.search(r'DW_AT_comp_dir\s+\("(.*)"\)', unit)
        if table and directory:
            found[int(table.group(1), 16)] = directory.group(1)
    return found


def join(*parts):
    path = ''
    for part in parts:
        path = part if part.startswith('/') or not path else f'{path}/{part}' if part else path
    return path


def expected_lines(module, code_size):
    """A list with the place of each byte of the code section: (line, path), or None."""
    directories_by_table = compilation_directories(module)
    places = [None] * code_size
    for unit in dump(module, '--debug-line').split('debug_line[')[1:]:
        new = int(re.search(r'version: (\d+)', unit).group(1)) >= 5
        own = directories_by_table.get(int(unit[:10], 16), '')
        dirs = {int(k): v for k, v in re.findall(r'include_directories\[\s*(\d+)\] = "(.*)"', unit)}
        files = {}
        for index, name, in_dir in re.findall(r'file_names\[\s*(\d+)\]:\s+name: "(.*)"\s+dir_index: (\d+)', unit):
            directory = dirs.get(int(in_dir), '') if new or int(in_dir) else ''
            base = (dirs[0] if new else own)
            files[int(index)] = join(base, '' if directory == base else directory, name)
        rows = re.findall(r'^0x([0-9a-f]{16})\s+(\d+)\s+\d+\s+(\d+)\s+\d+\s+\d+ (.*)$', unit, re.MULTILINE)
        sequence = []
        for address, line, file, flags in rows:
            sequence.append((int(address, 16), int(line), files.get(int(file))))
            if 'end_sequence' in flags:
                if 0 < sequence[0][0] < code_size:
                    for (begin, line, path), (end, _, _) in zip(sequence, sequence[1:]):
                        places[begin:end] = [(line, path) if line else None] * (end - begin)
                sequence = []
    return places


def our_lines(print_lines, module, code_size):
    done = print_lines(module)
    assert done.returncode == 0 and done.stderr == '', done.stderr
    changes = []
    for line in done.stdout.splitlines():
        address, number, path = line.split(' ', 2)
        changes.append((int(address, 16), (int(number), path) if int(number) else None))
    places = [None] * code_size
    for (begin, place), (end, _) in zip(changes, [*changes[1:], (code_size, None)]):
        places[begin:end] = [place] * (end - begin)
    return places


def named_sections(data):
    """(id, name of a custom section, where its contents begin, where they end)"""
    for number, _, begin, end in sections(data):
        name = ''
        if number == 0:
            length, at = read_leb(data, begin)
            begin = at + length
            name = data[at:begin].decode()
        yield number, name, begin, end


def code_size(module):
    return next(end - begin for number, _, begin, end in named_sections(module.read_bytes()) if number == 10)


@pytest.mark.parametrize('optimize', ['-O0', '-O2'])
@pytest.mark.parametrize('version', [2, 3, 4, 5])
@pytest.mark.parametrize('program', PROGRAMS)
def test_every_byte_has_the_line_that_llvm_says(print_lines, tmp_path, program, version, optimize):
    need('llvm-dwarfdump')
    sources, compile_flags, link_flags, wasi = PROGRAMS[program]
    module = build_wasm(tmp_path, program, sources, [f'-gdwarf-{version}', optimize, *compile_flags], link_flags, wasi)
    size = code_size(module)
    expected = expected_lines(module, size)
    assert len({place for place in expected if place}) > 4
    ours = our_lines(print_lines, module, size)
    different = [(hex(at), a, b) for at, (a, b) in enumerate(zip(expected, ours)) if a != b]
    assert not different, different[:5]


# ---- Tables that make no sense ----

def debug_ranges(data):
    return [(begin, end) for number, name, begin, end in named_sections(data) if name.startswith('.debug_')]


@pytest.mark.parametrize('version', [4, 5])
def test_damaged_tables_do_no_harm(print_lines, tmp_path, version):
    """Bytes changed at random, half of them in .debug_line, most of those at its beginning: no report of a sanitizer,
    no hang."""
    sources, compile_flags, link_flags, wasi = PROGRAMS['several']
    module = build_wasm(tmp_path, 'm', sources, [f'-gdwarf-{version}', '-O1'], link_flags, wasi)
    good = module.read_bytes()
    line = next((b, e) for _, name, b, e in named_sections(good) if name == '.debug_line')
    chance = random.Random(version)
    for round_number in range(100):
        bad = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            begin, end = line if chance.random() < 0.5 else chance.choice(debug_ranges(good))
            if chance.random() < 0.5:
                end = min(end, begin + 64)
            bad[chance.randrange(begin, end)] = chance.choice([0, 1, 0x7f, 0x80, 0xff, chance.randrange(256)])
        module.write_bytes(bad)
        done = print_lines(module)
        assert done.returncode in (0, 4), (round_number, done.stderr[-2000:])


def with_section(module, name, contents):
    return module + custom(name, contents)


def line_unit(body, header, version=4):
    """A unit with the given program behind a header whose tables are given."""
    fixed = bytes([1, 1, 1, 256 - 5, 14, 13]) + bytes([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]) + header
    start = version.to_bytes(2, 'little') + (bytes([4, 0]) if version == 5 else b'')
    rest = len(fixed).to_bytes(4, 'little') + fixed + body
    return len(start + rest).to_bytes(4, 'little') + start + rest


ONE_FILE = b'\0' + b'a.c\0\0\0\0' + b'\0'
# From address 2 on, line 7; one byte further: the end.
PROGRAM = bytes([0, 5, 2, 2, 0, 0, 0, 3, 6, 1, 2, 1, 0, 1, 1])


@pytest.fixture
def small_module(assemble):
    return assemble('(module (func (export "f") (result i32) i32.const 1))').read_bytes()


@pytest.mark.parametrize('contents, malformed', [
    (line_unit(PROGRAM, ONE_FILE), False),
    (line_unit(PROGRAM, ONE_FILE) + b'\xff\xff\xff\x7f', True),
    (line_unit(PROGRAM, ONE_FILE) + line_unit(PROGRAM, ONE_FILE, version=9), True),
    (line_unit(PROGRAM, ONE_FILE) + line_unit(b'\0\xff\xff\xff\x0f', ONE_FILE), True),
    # Four thousand million files of no bytes each, and of a byte that is not there.
    (line_unit(PROGRAM, ONE_FILE) + line_unit(b'', b'\0\0' + b'\0' + b'\xff\xff\xff\xff\x0f', version=5), True),
    (line_unit(PROGRAM, ONE_FILE) + line_unit(b'', b'\0\0' + b'\1\2\x0b' + b'\xff\xff\xff\xff\x0f', version=5), True),
], ids=['good', 'cut', 'version', 'opcode', 'no-bytes', 'no-files'])
def test_what_is_malformed_is_left_out_and_said(print_lines, tmp_path, small_module, run_wasmelt, contents, malformed):
    module = tmp_path / 'm.wasm'
    module.write_bytes(with_section(small_module, '.debug_line', contents))
    done = print_lines(module)
    assert done.returncode == 0
    assert '2 7 a.c\n3 0 \n' in done.stdout
    assert done.stderr == ('malformed\n' if malformed else '')
    done = run_wasmelt('-g', '--emit=c', module, '-o', tmp_path / 'out')
    assert done.returncode == 0
    assert ('makes no sense' in done.stderr) == malformed
    assert '#line 7 "a.c"' in (tmp_path / 'out' / 'm.c').read_text()


def test_units_that_share_a_long_declaration(tmp_path, small_module, run_wasmelt):
    """Units of 14 bytes, each of which would go over all attributes: quadratic time, were there no end to it."""
    count = 100000
    unit = bytes([10, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1, 0, 0])
    module = with_section(small_module, '.debug_line', line_unit(PROGRAM, ONE_FILE))
    module = with_section(module, '.debug_abbrev', b'\1\x11\0' + b'\3\x19' * count + b'\0\0\0')
    (tmp_path / 'm.wasm').write_bytes(with_section(module, '.debug_info', unit * count))
    done = run_wasmelt('-g', '--emit=c', tmp_path / 'm.wasm', '-o', tmp_path / 'out', timeout=60)
    assert done.returncode == 0, done.stderr


def test_code_that_the_linker_dropped_has_no_lines(print_lines, tmp_path, small_module):
    """Linkers leave rows of dropped functions at impossible addresses."""
    module = tmp_path / 'm.wasm'
    for address in (b'\0\0\0\0', b'\xff\xff\xff\xff', b'\xfe\xff\xff\xff'):
        module.write_bytes(with_section(small_module, '.debug_line',
                                        line_unit(PROGRAM[:3] + address + PROGRAM[7:], ONE_FILE)))
        assert print_lines(module).returncode == 4


def changed(module, count):
    """The module with some instructions more in its first function, and all other sections as they were: what is left by
    tools that know nothing of debug information."""
    out = module[:8]
    for number, begin, inside, end in sections(module):
        contents = module[inside:end]
        if number == 10:
            functions, at = read_leb(contents, 0)
            size, body = read_leb(contents, at)
            groups, code = read_leb(contents, body)
            for _ in range(groups):
                code = read_leb(contents, code)[1] + 1
            contents = leb(functions) + leb(size + count) + contents[body:code] + b'\1' * count + contents[code:]
        out += section(number, contents)
    return out


@pytest.mark.parametrize('count', [1, 2, 3, 8])
def test_lines_that_do_not_fit_the_code_are_left_out_and_said(tmp_path, main_c, run_wasmelt, count):
    module = main_c('-g', '-O1')
    done = run_wasmelt('-g', '--emit=c', '--name=app', module, '-o', tmp_path / 'whole')
    assert done.returncode == 0 and done.stderr == ''
    assert f'"{tmp_path}/main.c"' in (tmp_path / 'whole' / 'app.c').read_text()
    module.write_bytes(changed(module.read_bytes(), count))
    done = run_wasmelt('-g', '--emit=c', '--name=app', module, '-o', tmp_path / 'changed')
    assert done.returncode == 0
    assert re.fullmatch(r'wasmelt: .*main\.wasm: warning: the debug information does not fit the code, .* are left out\n', done.stderr)
    text = (tmp_path / 'changed' / 'app.c').read_text()
    assert f'"{tmp_path}/main.c"' not in text and not re.search(r'\bp0_\w', text)
    assert run_wasmelt('--emit=c', '--name=app', module, '-o', tmp_path / 'without').stderr == ''


@pytest.mark.each_run
def test_paths_of_any_bytes_reach_the_compiler(tmp_path, small_module, run_wasmelt, cc):
    """Quotes, backslashes, trigraphs as they are; line ends and bytes that are no UTF-8 as they are printed, since compilers and debuggers
    print paths without a look at them."""
    name = b'a "b"\\n??!\n\xff\xc3\xa9%s.c'
    module = tmp_path / 'm.wasm'
    module.write_bytes(with_section(small_module, '.debug_line', line_unit(PROGRAM, b'\0' + name + b'\0\0\0\0\0')))
    done = run_wasmelt('-g', '--emit=obj', '--cc', cc, '--cflags=-Wall -Wextra -Werror', module, '-o', tmp_path / 'm.o')
    assert done.returncode == 0, done.stderr
    assert b'a "b"\\n??!\\0a\\ff\xc3\xa9%s.c' in (tmp_path / 'm.o').read_bytes()


def test_prefixes_of_paths_are_replaced(tmp_path, main_c, run_wasmelt):
    module = main_c()
    done = run_wasmelt('-g', '--emit=c', module, '-o', tmp_path / 'out', f'--debug-prefix-map={tmp_path}=/src',
                       '--debug-prefix-map=/nowhere=/x')
    assert done.returncode == 0, done.stderr
    text = (tmp_path / 'out' / 'main.c').read_text()
    assert '"/src/main.c"' in text and str(tmp_path / 'main.c') not in text
    done = run_wasmelt('-g', '--debug-prefix-map=nothing', module)
    assert done.returncode == 2 and 'must be OLD=NEW' in done.stderr


def test_paths_do_not_multiply_the_output(sanitized, tmp_path, assemble):
    """A file with a long path at every other instruction: the paths end before they fill memory and disk."""
    count = 60000
    module = tmp_path / 'm.wasm'
    module.write_bytes(assemble(f'(module (global $g (mut i32) (i32.const 0)) (func (export "f") '
                                f'{"(global.set $g (i32.const 1))" * count}))').read_bytes())
    files = b'\0' + b'/a' + b'a' * 4000 + b'\0\0\0\0' + b'/b' + b'b' * 4000 + b'\0\0\0\0' + b'\0'
    # From address 2 on, a row for each of the statements, which have four bytes: its file, line 1.
    rows = bytes([0, 5, 2, 5, 0, 0, 0]) + b''.join(bytes([4, 1 + k % 2, 2, 4, 1]) for k in range(count)) + bytes([0, 1, 1])
    module.write_bytes(with_section(module.read_bytes(), '.debug_line', line_unit(rows, files)))
    done = subprocess.run([sanitized, '-g', '--emit=c', '--split=1', module, '-o', tmp_path / 'out'], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    text = (tmp_path / 'out' / 'm.c').read_bytes()
    assert text.count(b'#line') > 1000 and len(text) < 40 << 20


@pytest.mark.parametrize('seed', range(3))
def test_damaged_tables_never_stop_a_translation(sanitized, tmp_path, seed):
    module = build_wasm(tmp_path, 'm', SEVERAL_C, [f'-gdwarf-{4 + seed % 2}', '-O1'], ['-nostdlib', '-Wl,--no-entry', '-Wl,--export=two'],
                        False)
    good = module.read_bytes()
    chance = random.Random(seed)
    for _ in range(15):
        bad = bytearray(good)
        for _ in range(4):
            bad[chance.randrange(*chance.choice(debug_ranges(good)))] = chance.randrange(256)
        module.write_bytes(bad)
        done = subprocess.run([sanitized, '-g', '--emit=c', module, '-o', tmp_path / 'out'], capture_output=True, text=True,
                              timeout=60)
        assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.each_run
@pytest.mark.parametrize('options', [[], ['--emit=obj'], ['--emit=lib', '--split=2'], ['--keep=c'], ['--emit=shared', '-O0']], ids=str)
def test_builds_in_two_directories_are_the_same_bytes(run_wasmelt, compile_wasi, tmp_path, cc, options):
    """With the directory mapped away, which is all that differs."""
    module = compile_wasi('int main(int argc, char **argv) { return 100 / argc; }', flags=('-g', '-O1'))
    results = []
    for folder in (tmp_path / 'here', tmp_path / 'there' / 'deep'):
        folder.mkdir(parents=True)
        (folder / 'program.wasm').write_bytes(module.read_bytes())
        done = run_wasmelt('-g', 'program.wasm', '--cc', cc, *options, f'--debug-prefix-map={folder}=/src', '-o', 'result', cwd=folder)
        assert done.returncode == 0, done.stderr
        results.append((folder / 'result').read_bytes())
    assert results[0] == results[1] and str(tmp_path).encode() + b'/here' not in results[0]
