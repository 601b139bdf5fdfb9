"""Startup images: memories begin as the specification says, however their bytes get there; pages are shared with the
file until they are written to."""
import os
import pathlib
import random
import re
import subprocess

import pytest

from support import binary
from support.binary import leb, section, signed_leb, vector

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = 65536


def module(memories, segments):
    """memories: minimum sizes in pages, exported as memory, memory1...; segments: (memory, offset, bytes), in order. An
    offset that is a list is that of a global."""
    offsets = [offset[0] for _, offset, _ in segments if isinstance(offset, list)]
    global_section = section(6, vector([b'\x7f\0\x41' + signed_leb(offset) + b'\x0b' for offset in offsets]))
    data, globals_used = [], 0
    for memory, offset, content in segments:
        if isinstance(offset, list):
            place = b'\x23' + leb(globals_used)
            globals_used += 1
        else:
            place = b'\x41' + signed_leb(offset)
        data.append(b'\x02' + leb(memory) + place + b'\x0b' + binary.name(content))
    names = ['memory' + (str(k) if k else '') for k in range(len(memories))]
    return binary.module(section(5, vector([b'\0' + leb(pages) for pages in memories])), global_section,
                         section(7, vector([binary.name(name) + b'\x02' + leb(k) for k, name in enumerate(names)])),
                         section(11, vector(data))), names


def expected(memories, segments):
    """(memories after instantiation, whether it traps)."""
    contents = [bytearray(pages * PAGE) for pages in memories]
    for memory, offset, content in segments:
        at = offset[0] if isinstance(offset, list) else offset
        if at + len(content) > len(contents[memory]):
            return b''.join(contents), True
        contents[memory][at:at + len(content)] = content
    return b''.join(contents), False


def noise(length, seed=1):
    return random.Random(seed).randbytes(length)


@pytest.fixture
def host(run_wasmelt, build, tmp_path):
    """host(WASM, HOW, CC): a program whose module is linked or loaded."""
    def make(wasm, how='linked', cc='gcc', *options, source=(HERE / 'images.c').read_text()):
        (tmp_path / 'host.c').write_text(source)
        (tmp_path / 'm.wasm').write_bytes(wasm)
        emit = ['--emit=shared', '-o', tmp_path / 'm.so'] if how == 'shared' else ['--emit=lib', '-o', tmp_path / 'libm.a']
        done = run_wasmelt(tmp_path / 'm.wasm', *emit, '--cc', cc, '-O1', *options)
        assert done.returncode == 0, done.stderr
        runtime = build / 'lib' / 'libwasmelt_rt.a'
        libraries = ['-DSHARED', '-Wl,--whole-archive', runtime, '-Wl,--no-whole-archive', '-rdynamic', '-ldl'] if how == 'shared' \
            else [tmp_path / 'libm.a', runtime]
        subprocess.run([cc, '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', tmp_path / 'host.c',
                        *libraries, '-lpthread', '-lm', '-o', tmp_path / 'host'], check=True)

        def run(*args):
            return subprocess.run([tmp_path / 'host', *args], cwd=tmp_path, capture_output=True, check=True)
        return run
    return make


SHAPES = {
    'one large segment': ([8], [(0, 1024, noise(200000))]),
    'to the last byte of a memory': ([4], [(0, 100000, noise(4 * PAGE - 100000))]),
    'a whole number of pages': ([6], [(0, PAGE, noise(4 * PAGE))]),
    'from the first byte': ([6], [(0, 0, noise(150001))]),
    'neighbours, gaps and an empty segment': ([10], [
        (0, 5000, noise(70000)), (0, 75000, noise(60000, 2)), (0, 135001, noise(10, 3)), (0, 135013, b''),
        (0, 150000, noise(100000, 4)), (0, 600000, noise(99, 5))]),
    'out of order': ([10], [(0, 300000, noise(90000)), (0, 100, noise(200000, 2)), (0, 250000, noise(50000, 3))]),
    'overlapping': ([10], [(0, 1000, noise(300000)), (0, 150000, noise(100, 2)), (0, 900, noise(101, 3))]),
    'a later one that overlaps through a global': ([10], [(0, 1000, noise(300000)), (0, [150000], noise(9000, 2)),
                                                          (0, 150100, noise(200000, 3))]),
    'two memories': ([5, 7], [(1, 3000, noise(200000)), (0, 100, noise(200000, 2)), (1, 250000, noise(150000, 3))]),
    'far apart': ([300], [(0, 100, noise(140000)), (0, 290 * PAGE + 7, noise(140000, 2))]),
    'large with small gaps and larger ones': ([30], [
        (0, 100, noise(70000)), (0, 70200, noise(40000, 2)), (0, 150000, noise(20, 3)), (0, 170000, noise(20000, 4)),
        (0, 255000, noise(30, 5)), (0, 262144, noise(70000, 6)), (0, 400000, b'x'), (0, 400001, noise(99999, 7))]),
    'many small ones far apart': ([300], [(0, 65000 * k, noise(9, k)) for k in range(300)]),
    'many small ones near each other': ([64], [(0, 9000 * k, noise(9, k)) for k in range(300)]),
    'small': ([1], [(0, 8, b'abc')]),
    'the second out of bounds': ([4], [(0, 20, noise(200000)), (0, 4 * PAGE - 5, b'123456'), (0, 10, b'never')]),
    'the first out of bounds': ([2], [(0, -1 & 0xFFFFFFFF, b'1'), (0, 10, noise(100000))]),
    'no room for any': ([1], [(0, 1000, noise(70000))]),
}


def wrapped(segments):
    """i32.const takes signed numbers."""
    return [(m, o if isinstance(o, list) or o < 1 << 31 else o - (1 << 32), b) for m, o, b in segments]


@pytest.mark.once
@pytest.mark.parametrize('how', ['linked', 'shared', 'split', 'explicit'])
@pytest.mark.parametrize('shape', SHAPES)
def test_memories_at_first(host, shape, how):
    memories, segments = SHAPES[shape]
    wasm, names = module(memories, wrapped(segments))
    options = {'split': ['--split=2'], 'explicit': ['--bounds=explicit']}.get(how, [])
    run = host(wasm, how if how == 'shared' else 'linked', 'gcc', *options)
    content, traps = expected(memories, segments)
    for way in 'dump', 'without-files':
        done = run(way, *names)
        assert done.stderr.startswith(b'2 out of bounds memory access' if traps else b'0 \n')
        assert done.stdout == content


LARGE_SHAPES = {  # for more than one C file
    'images': ([210], [(0, 4000, noise(9 << 20)), (0, 10 << 20, noise(1 << 20, 2)), (0, 12 << 20, noise(50, 3)),
                       (0, (12 << 20) + 50, noise(70000, 4))]),
    'overlapping': ([160], [(0, 4000, noise(9 << 20)), (0, 8000, noise(1 << 19, 2)), (0, 9000, noise(70000, 4))]),
}


@pytest.mark.once
@pytest.mark.parametrize('options', [(), ('--split=2',)], ids=' '.join)
@pytest.mark.parametrize('shape', LARGE_SHAPES)
def test_large_memories_at_first(host, shape, options):
    memories, segments = LARGE_SHAPES[shape]
    wasm, names = module(memories, segments)
    run = host(wasm, 'linked', 'gcc', *options)
    assert run('dump', *names).stdout == run('without-files', *names).stdout == expected(memories, segments)[0]


def test_pages_come_from_the_file(host, cc):
    """20 idle instances have nothing of their own of an image; one that writes a byte has that page; copied, all of it."""
    wasm, names = module([64], [(0, 1000, noise(3000000))])
    for how in 'linked', 'shared':
        run = host(wasm, how, cc)
        lines = dict(line.split(' ', 1) for line in run('many').stdout.decode().splitlines())
        assert lines['idle'] == '0'
        assert int(lines['written']) <= PAGE
        assert lines['same'] == '1 1'
        copied = int(re.search(rb'resident (\d+)', run('without-files', *names).stderr).group(1))
        assert copied >= 2900000


def test_a_replaced_file_is_not_mapped(host, tmp_path):
    """What is at the object's path by the time of instantiation is another file."""
    wasm, names = module([64], [(0, 1000, noise(3000000))])
    text = (HERE / 'images.c').read_text()
    text = text.replace('return dlsym', 'if (rename("other.so", "m.so") != 0)\n        exit(1);\n    return dlsym')
    run = host(wasm, 'shared', source=text)
    (tmp_path / 'other.so').write_bytes(bytes(8 << 20))
    assert run('dump', *names).stdout == expected([64], [(0, 1000, noise(3000000))])[0]


def test_active_segments_are_dropped(run_wasmelt, tmp_path):
    """memory.init from one that is part of an image, after instantiation: nothing, or a trap."""
    (tmp_path / 'm.wat').write_text(f'''(module (memory 3) (data (i32.const 5) "{'x' * 70000}") (data $passive "abcdef")
        (func (export "init") (param i32) (result i32)
          (memory.init 0 (i32.const 0) (i32.const 0) (local.get 0))
          (data.drop 0)
          (memory.init $passive (i32.const 7) (i32.const 1) (i32.const 4))
          (i32.load (i32.const 7))))''')
    env = dict(os.environ, XDG_CACHE_HOME=str(tmp_path))
    done = run_wasmelt('run', '-O0', '--invoke', 'init', tmp_path / 'm.wat', '0', env=env)
    assert (done.returncode, done.stdout) == (0, f'{int.from_bytes(b"bcde", "little")}\n')
    done = run_wasmelt('run', '-O0', '--invoke', 'init', tmp_path / 'm.wat', '1', env=env)
    assert done.returncode == 134 and 'out of bounds memory access' in done.stderr


@pytest.mark.parametrize('options', [(), ('--confine',)], ids=['open', 'confined'])
def test_an_executable_maps_its_own_file(run_wasmelt, assemble, tmp_path, options):
    """Also when it may open no files by the time the memory is made."""
    text = noise(300000).hex()
    wasm = assemble(f'''(module
        (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 6)
        (data (i32.const 8192) "{"".join(chr(92) + text[k:k + 2] for k in range(0, len(text), 2))}")
        (func (export "_start")
          (i32.store (i32.const 0) (i32.const 8192))
          (i32.store (i32.const 4) (i32.const 300000))
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
          (i32.store (i32.const 0) (i32.const 32))
          (i32.store (i32.const 4) (i32.const 1))
          (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)))))''', 'program')
    app = tmp_path / 'app'
    assert run_wasmelt(wasm, '-O1', '-o', app).returncode == 0
    process = subprocess.Popen([app, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    content = process.stdout.read(300000)
    maps = pathlib.Path(f'/proc/{process.pid}/maps').read_text() if content else ''
    open_files = len(os.listdir(f'/proc/{process.pid}/fd')) if content else 0
    _, errors = process.communicate(b'x')
    if b'no Landlock' in errors:
        pytest.skip('the kernel has no Landlock')
    assert content == noise(300000)
    sizes = [int(end, 16) - int(start, 16) for start, end, path in
             re.findall(rf'^(\w+)-(\w+) rw-p \w+ \S+ \d+ +({re.escape(str(app))})$', maps, re.MULTILINE)]
    assert max(sizes) >= 300000
    # The streams and their copies, and for backtraces the executable that a confined program could not open: no file is
    # kept open for the image.
    assert open_files <= 6 + len(options)
