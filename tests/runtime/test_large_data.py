"""Data segments of many bytes: they are in several C files, each of which takes a C compiler little memory. The size of the C is
in proportion to the module, wherever in memory its bytes go."""
import os
import pathlib
import random
import resource
import subprocess

import pytest

from support.binary import leb, module, name, section, signed_leb, vector

ROOT = pathlib.Path(__file__).resolve().parents[2]
MIB = 1 << 20
NOISE = random.Random(1).randbytes(13 * MIB)
HOST = '''
#include "m.h"
#include <stdio.h>
struct copy { m *instance; unsigned at, from, length; };
static void copy(void *argument) {
    struct copy *c = argument;
    m_init(c->instance, c->at, c->from, c->length);
}
int main(void) {
    m *instance;
    if (m_instantiate(&instance, NULL) != WASMELT_OK)
        return 1;
    struct copy calls[] = {COPIES};
    for (unsigned k = 0; k < sizeof calls / sizeof *calls; k++) {
        calls[k].instance = instance;
        wasmelt_trap_code trap = wasmelt_run(copy, &calls[k], NULL);
        if (trap == WASMELT_TRAP_NONE)
            fwrite(wasmelt_memory_at(m_memory(instance), calls[k].at, calls[k].length), 1, calls[k].length, stdout);
        else
            fputs(wasmelt_trap_message(trap), stderr);
    }
    m_instance_free(instance);
    return 0;
}
'''


def passive(content):
    """A module that copies its segment where it is told to."""
    body = b'\0\x20\0\x20\1\x20\2\xfc\x08\0\0\x0b'
    return module(section(1, vector([b'\x60\3\x7f\x7f\x7f\0'])), section(3, b'\1\0'), section(5, b'\1\0' + leb(256)),
                  section(7, vector([name('init') + b'\0\0', name('memory') + b'\2\0'])), section(12, b'\1'),
                  section(10, vector([name(body)])), section(11, vector([b'\1' + name(content)])))


def active(segments, pages):
    return module(section(5, b'\1\0' + leb(pages)), section(7, vector([name('memory') + b'\2\0'])),
                  section(11, vector([b'\0\x41' + signed_leb(at if at < 1 << 31 else at - (1 << 32)) + b'\x0b' + name(content)
                                      for at, content in segments])))


@pytest.mark.once
@pytest.mark.parametrize('options', [(), ('--split=1',), ('--split=3',), ('--split=2', '-g')], ids=' '.join)
def test_copies_across_parts(run_wasmelt, build, tmp_path, options):
    copies = [(5, 4 * MIB - 4, 9), (0, 0, 13 * MIB), (7, 12 * MIB - 1, MIB + 1), (1, 13 * MIB, 0), (8 * MIB + 1, 1, 8 * MIB - 1)]
    outside = [(0, 13 * MIB - 8, 9), (8 * MIB + 1, 1, 8 * MIB)]  # of the segment, of the memory
    (tmp_path / 'm.wasm').write_bytes(passive(NOISE))
    (tmp_path / 'host.c').write_text(HOST.replace('COPIES', ', '.join(f'{{NULL, {a}, {b}, {c}}}' for a, b, c in copies + outside)))
    done = run_wasmelt('m.wasm', '--emit=lib', '-o', 'libm.a', '-O0', *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    subprocess.run(['cc', '-std=c11', f'-I{ROOT / "include"}', 'host.c', 'libm.a', build / 'lib' / 'libwasmelt_rt.a',
                    '-lpthread', '-lm', '-o', 'host'], cwd=tmp_path, check=True)
    ran = subprocess.run([tmp_path / 'host'], capture_output=True, check=True)
    assert ran.stdout == b''.join(NOISE[at:at + length] for _, at, length in copies)
    assert ran.stderr == b'out of bounds memory access' * len(outside)


@pytest.mark.parametrize('kind', ['active', 'passive'])
def test_each_file_takes_little_memory(run_wasmelt, tmp_path, cc, kind):
    data = passive(NOISE) if kind == 'passive' else active([(1000, NOISE)], 256)
    (tmp_path / 'm.wasm').write_bytes(data)
    assert run_wasmelt('m.wasm', '--emit=c', '-o', 'c', cwd=tmp_path).returncode == 0
    files = sorted((tmp_path / 'c').glob('*.c'))
    assert max(f.stat().st_size for f in files) <= 3 * 4 * MIB
    assert len([f for f in files if f.stat().st_size > MIB]) == 4

    def limit():
        resource.setrlimit(resource.RLIMIT_DATA, (150 * MIB, 150 * MIB))
    for file in files:
        subprocess.run([cc, '-O2', '-I', ROOT / 'include', '-c', file, '-o', file.with_suffix('.o')], check=True, preexec_fn=limit,
                       env=dict(os.environ, CCACHE_DISABLE='1'))


@pytest.mark.once
def test_an_edit_changes_few_files(run_wasmelt, tmp_path):
    """Of the data, in the middle."""
    def files(content):
        (tmp_path / 'm.wasm').write_bytes(active([(1000, content)], 256))
        assert run_wasmelt('m.wasm', '--emit=c', '-o', 'c', cwd=tmp_path).returncode == 0
        return {f.name: f.read_bytes() for f in (tmp_path / 'c').glob('*.[ch]')}
    before, after = files(NOISE), files(NOISE[:6 * MIB] + b'other' + NOISE[6 * MIB + 5:])
    assert [f for f in before if before[f] != after[f]] == ['m_1.c']


@pytest.mark.parametrize('step', [9, 4096, 9000, 16384, 65536, 600000])
def test_small_segments_far_apart(run_wasmelt, tmp_path, step):
    """An image of the memory would hold all that lies between."""
    data = active([(k * step, b'x') for k in range(4000)], 4000 * step // 65536 + 1)
    (tmp_path / 'm.wasm').write_bytes(data)
    done = run_wasmelt('m.wasm', '--emit=shared', '-o', 'm.so', '-O0', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / 'm.so').stat().st_size <= 20 * len(data)
