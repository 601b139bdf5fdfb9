"""Backtraces read the executable's own tables: damaged ones do no harm."""
import pathlib
import subprocess

import pytest

from support.debugging import ROOT, need
from support.hosts import compile_objects

pytestmark = pytest.mark.once  # compiled by compilers that are named

PROGRAM = '''
static inline int half(int n) { return n / 2; }
__attribute__((noinline)) int sum(int n) { int s = 0; while (n-- > 0) s += half(n) ^ s; return s; }
int main(int argc, char **argv) { return argv ? sum(argc) + half(sum(3)) : 0; }
'''


@pytest.mark.parametrize('compiler, version', [('gcc', 4), ('gcc', 5), ('clang', 4), ('clang', 5)])
def test_damaged_executables(tmp_path, compiler, version):
    """clang's sanitizer for the reader: it knows of computing with null, which gcc's does not."""
    need('clang')
    (tmp_path / 'p.c').write_text(PROGRAM)
    subprocess.run([compiler, f'-gdwarf-{version}', '-O1', 'p.c', '-o', 'p'], cwd=tmp_path, check=True)
    here = pathlib.Path(__file__).parent
    command = ['clang', '-std=c11', '-D_GNU_SOURCE', '-g', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined',
               '-Wall', '-Wextra', '-Werror', '-I', ROOT / 'runtime']
    objects = compile_objects(command, [here / 'damaged.c', ROOT / 'runtime/dwarf_info.c', ROOT / 'runtime/dwarf_line.c'], tmp_path)
    subprocess.run([*command, *objects, '-o', tmp_path / 'damaged'], check=True)
    done = subprocess.run([tmp_path / 'damaged', tmp_path / 'p', '2000'], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 0
