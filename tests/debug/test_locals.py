"""-g: locals of WebAssembly that hold parameters and variables of the source have these names in the C. DWARF that makes no sense
does no harm."""
import random
import re
import subprocess

import pytest

from tests.support.binary import sections

SOURCE = '''
static inline int twice(int value) { return value * 2; }
__attribute__((noinline)) int sum(const int *from, int count, int scale) {
    int total = 0;
    for (int item, k = 0; k < count; k++) {
        item = from[k];
        total += item * scale + twice(item);
    }
    return total;
}
__attribute__((noinline)) long long mix(long long first, double second) { return first > (long long)second ? first : -first; }
int main(int argc, char **argv) { return sum((int *)argv, argc, 3) + (int)mix(argc, argc); }
'''


def build(tmp_path, *flags):
    """In two steps: clang lets wasm-opt have what it links, which loses the debug information."""
    (tmp_path / 'm.c').write_text(SOURCE)
    subprocess.run(['clang', '--target=wasm32-wasi', *flags, '-c', 'm.c', '-o', 'm.o'], cwd=tmp_path, check=True)
    subprocess.run(['clang', '--target=wasm32-wasi', 'm.o', '-o', 'm.wasm'], cwd=tmp_path, check=True)
    return tmp_path / 'm.wasm'


def translated(run_wasmelt, module, folder, *options):
    done = run_wasmelt(module, '--emit=c', *options, '-o', folder, timeout=60)
    assert done.returncode == 0, done.stderr
    return ''.join(file.read_text() for file in sorted(folder.glob('*.c')))


@pytest.mark.parametrize('version', [4, 5])
@pytest.mark.parametrize('level', ['-O1', '-O2'])
def test_locals_have_the_names_of_the_source(run_wasmelt, tmp_path, version, level):
    module = build(tmp_path, level, f'-gdwarf-{version}')
    text = translated(run_wasmelt, module, tmp_path / 'with', '-g')
    assert re.search(r'f_sum\(m \*self, u32 p0_from, u32 p1_count, u32 p2(_scale)?\) \{', text)  # -O1 has another variable there later
    assert re.search(r'f_mix\(m \*self, u64 p0_first, f64 p1_second\) \{', text)
    assert level == '-O1' or re.search(r'\bl\d+_total\b', text)
    assert not re.search(r'\bp\d+_\w', translated(run_wasmelt, module, tmp_path / 'without'))


def test_variables_on_the_stack_name_no_local(run_wasmelt, tmp_path):
    text = translated(run_wasmelt, build(tmp_path, '-O0', '-gdwarf-4'), tmp_path / 'c', '-g')
    assert re.search(r'f_sum\(m \*self, u32 p0, u32 p1, u32 p2\) \{', text)


@pytest.mark.parametrize('version', [4, 5])
def test_damaged_debug_information_does_no_harm(run_wasmelt, tmp_path, cc, version):
    whole = build(tmp_path, '-O2', f'-gdwarf-{version}').read_bytes()
    debug = [(begin, end) for number, _, begin, end in sections(whole) if number == 0 and whole[begin + 1:end].startswith(b'.debug_')]
    assert len(debug) > 4
    draw = random.Random(version)
    for k in range(60):
        damaged = bytearray(whole)
        for _ in range(draw.choice([1, 10, 200])):
            begin, end = draw.choice(debug)
            damaged[draw.randrange(begin + 16, max(end, begin + 17))] = draw.choice([0, 1, 0x7F, 0x80, 0xFF, draw.randrange(256)])
        (tmp_path / 'd.wasm').write_bytes(damaged)
        done = run_wasmelt(tmp_path / 'd.wasm', '--emit=c', '-g', '-o', tmp_path / f'c{k}', timeout=60)
        assert done.returncode in (0, 1), done.stderr
        if done.returncode == 0 and k % 10 == 0:
            for file in (tmp_path / f'c{k}').glob('*.c'):
                include = __file__.replace('tests/debug/test_locals.py', 'include')
                subprocess.run([cc, '-w', f'-I{include}', '-fsyntax-only', file], check=True)
