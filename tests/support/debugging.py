"""Programs with debug information, for tests of what is made of it."""
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


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


def need(program):
    if not shutil.which(program):
        pytest.skip(f'{program} is not installed')
