"""Clang and its linker, a 75 MB module: compiled to a native executable, it compiles and links a C and a C++ program to
the same bytes as under Node, and what it made runs. Compiling Clang takes several minutes."""
import pathlib
import shlex
import subprocess

import pytest

from support import npm

pytestmark = pytest.mark.slow
HERE = pathlib.Path(__file__).resolve().parent

C = '#include <stdio.h>\nint main(int argc, char **argv) { printf("%s %d %.3f\\n", "c", argc, 3.14159); return 9; }\n'
CPP = '''
#include <iostream>
#include <map>
#include <string>
int main() {
    std::map<std::string, int> counts;
    for (auto word : {"a", "b", "a"})
        counts[word]++;
    for (auto &[word, count] : counts)
        std::cout << word << "=" << count << "\\n";
    return 0;
}
'''
PROGRAMS = [('clang', 'program.c', C, 'c 1 3.142\n', 9), ('clang++', 'program.cc', CPP, 'a=2\nb=1\n', 0)]


@pytest.fixture(scope='module')
def clang():
    return npm.install('@yowasp/clang', '22.0.0-git20542-10') / 'gen'


@pytest.fixture(scope='module')
def app(native, clang):
    return native(clang / 'llvm.core.wasm', '-O0')


@pytest.fixture
def root(clang, tmp_path):
    """The programs' file system: sources, headers and libraries below /usr, /tmp for objects."""
    folder = tmp_path / 'root'
    (folder / 'usr').mkdir(parents=True)
    (folder / 'tmp').mkdir()
    subprocess.run(['tar', 'xf', clang / 'llvm-resources.tar', '-C', folder / 'usr'], check=True)
    for _, name, text, _, _ in PROGRAMS:
        (folder / name).write_text(text)
    return folder


def build(run, driver, source):
    """What the driver would do, since a WASI program cannot start others: it says which steps there are."""
    plan = run([driver, '-###', '-fno-exceptions', source, '-o', 'out.wasm'])
    steps = [shlex.split(line) for line in plan.stderr.splitlines() if line.startswith(' "')]
    assert len(steps) == 2, plan.stderr
    for step in steps:
        command = ['clang'] + step[step.index('-cc1'):] if '-cc1' in step else step
        done = run(command)
        assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize('driver, source, text, output, status', PROGRAMS, ids=['c', 'c++'])
def test_compiles_as_under_node(app, clang, node, root, run_wasmelt, tmp_path, driver, source, text, output, status):
    def natively(command):
        return subprocess.run([app, '--dir', f'{root}::/', '--argv0', command[0], '--', *command[1:]],
                              capture_output=True, text=True)

    def under_node(command):
        return subprocess.run([node, '--no-warnings', HERE / 'wasi.mjs', clang / 'llvm.core.wasm', command[0], f'/={root}',
                               *command[1:]], capture_output=True, text=True)

    made = {}
    for side, run in (('native', natively), ('node', under_node)):
        build(run, driver, source)
        made[side] = (root / 'out.wasm').read_bytes()
    assert made['native'] == made['node']
    program = tmp_path / 'program'
    assert run_wasmelt(root / 'out.wasm', '-O1', '-o', program, timeout=None).returncode == 0
    ran = subprocess.run([program], capture_output=True, text=True)
    assert (ran.stdout, ran.returncode) == (output, status)
