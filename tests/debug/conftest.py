"""Programs with debug information, and the tools that look at it."""
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope='session')
def print_lines(tmp_path_factory):
    """print_lines(MODULE): the finished process that prints the translator's view of a module's lines; built with
    sanitizers."""
    tool = tmp_path_factory.mktemp('lines') / 'lines'
    translator = ROOT / 'translator'
    sources = [p for part in ('base', 'debug', 'read', 'wasm') for p in sorted((translator / part).glob('*.c'))]
    subprocess.run(['gcc', '-std=c11', '-D_GNU_SOURCE', '-g', '-O1', '-fsanitize=address,undefined',
                    '-fno-sanitize-recover=undefined', f'-I{translator}', f'-I{ROOT / "include"}', *sources,
                    ROOT / 'runtime' / 'dwarf_line.c', pathlib.Path(__file__).with_name('lines.c'), '-o', tool], check=True)

    def run(module):
        return subprocess.run([tool, module], capture_output=True, text=True, errors='replace', timeout=60)
    return run


def build_wasm(folder, name, sources, compile_flags, link_flags=(), wasi=True):
    """Compiles, then links without an optimisation level: with one, clang would run wasm-opt, which drops debug
    information."""
    objects = []
    for source, text in sources.items():
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if path.suffix in ('.c', '.cc'):
            objects.append(f'{source}.o')
            target = '--target=wasm32-wasi' if wasi else '--target=wasm32'
            subprocess.run(['clang', target, *compile_flags, '-c', source, '-o', objects[-1]], cwd=folder, check=True)
    module = folder / f'{name}.wasm'
    subprocess.run(['clang', '--target=wasm32-wasi' if wasi else '--target=wasm32', *link_flags, *objects, '-o', module],
                   cwd=folder, check=True)
    return module


MAIN_C = '''\
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static int divide(int a, int b) {
    return a / b;
}

int main(int argc, char **argv) {
    int sum = 0;
    for (int i = 0; i < 5; i++) {
        sum += i * argc;
        printf("sum %d\\n", sum);
    }
    int by = argc > 1 ? atoi(argv[1]) : 1;
    return divide(sum, by);
}
'''


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


def need(program):
    if not shutil.which(program):
        pytest.skip(f'{program} is not installed')
