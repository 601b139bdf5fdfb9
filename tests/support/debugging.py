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


def run_gdb(app, arguments, commands, first=()):
    """What gdb prints. `first`: commands before the program is read; by default they let it load the extension."""
    need('gdb')
    first = first or [f'set auto-load safe-path {ROOT / "integrations" / "gdb"}']
    settings = ('set pagination off', 'set confirm off', 'set width 0', 'set debuginfod enabled off')
    script = [x for command in first for x in ('-iex', command)] + [x for c in (*settings, *commands) for x in ('-ex', c)]
    done = subprocess.run(['gdb', '-q', '-nx', '-batch', *script, '--args', app, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors='replace', timeout=120)
    if 'ptrace: Operation not permitted' in done.stdout:
        pytest.skip('tracing processes is not permitted here')
    return done.stdout
