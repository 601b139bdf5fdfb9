"""Programs with debug information, and the tools that read it."""
import pathlib
import subprocess

import pytest
from support.debugging import MAIN_C, ROOT, build_wasm
from support.hosts import compile_objects


@pytest.fixture(scope='session')
def print_lines(tmp_path_factory):
    """print_lines(MODULE): the finished process that prints the translator's view of a module's lines; built with
    sanitizers."""
    tool = tmp_path_factory.mktemp('lines') / 'lines'
    translator = ROOT / 'translator'
    sources = [p for part in ('base', 'debug', 'read', 'system', 'wasm') for p in sorted((translator / part).glob('*.c'))]
    sources += [ROOT / 'runtime' / 'dwarf_line.c', ROOT / 'runtime' / 'plain.c']
    command = ['gcc', '-std=c11', '-D_GNU_SOURCE', '-g', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined',
               f'-I{translator}', f'-I{ROOT / "include"}']
    objects = compile_objects(command, sources, tool.parent / 'translator')
    objects += compile_objects(command, [pathlib.Path(__file__).with_name('lines.c')], tool.parent / 'own')
    subprocess.run([*command, *objects, '-o', tool], check=True)

    def run(module):
        return subprocess.run([tool, module], capture_output=True, text=True, errors='replace', timeout=60)
    return run


@pytest.fixture
def app(tmp_path, run_wasmelt, cc):
    """app(MODULE, FLAG, ...): an executable made of the module with -g, without a message."""
    def build(module, *flags):
        done = run_wasmelt('-g', '--cc', cc, module, '-o', tmp_path / 'app', *flags)
        assert done.returncode == 0 and done.stderr == '', done.stderr
        return tmp_path / 'app'
    return build


@pytest.fixture
def main_c(tmp_path):
    """main_c(FLAG, ...): main.wasm, compiled from main.c beside it."""
    def make(*flags):
        return build_wasm(tmp_path, 'main', {'main.c': MAIN_C}, flags or ['-g', '-O0'])
    return make


SMALL_C = '''\
static int divide(int a, int b) {
    return a / b;
}

int main(int argc, char **argv) {
    int sum = 0;
    for (int i = 0; i < argc; i++)
        sum += argv[i][0];
    return divide(sum, argc - 1);
}
'''


@pytest.fixture
def small(tmp_path):
    """small(FLAG, ...): small.wasm, which divides by zero when run without arguments."""
    def make(*flags):
        return build_wasm(tmp_path, 'small', {'small.c': SMALL_C}, flags or ['-g', '-O0'])
    return make
