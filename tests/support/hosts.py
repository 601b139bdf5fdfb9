"""C programs around modules."""
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNTIME = sorted((ROOT / 'runtime').rglob('*.c'))
WITHOUT_COMPONENTS = [source for source in RUNTIME if source.parent.name not in ('wasi2', 'component')]
CORE = [source for source in WITHOUT_COMPONENTS if source.parent.name != 'wasi']


def compile_objects(command, sources, folder):
    """The objects that `command` makes of C files, in the folder: each by a call of its own in the source's directory, as the compiler cache
    (compiled.py) keeps nothing else. Files of one name may be compiled into different folders. Debug information may name the directory where
    the same file was compiled before."""
    folder.mkdir(exist_ok=True)
    objects = []
    for source in sources:
        plain = folder / f'{source.stem}.o'
        objects.append(plain if plain not in objects else folder / f'{source.parent.name}-{source.stem}.o')
        assert objects[-1] not in objects[:-1], source
        subprocess.run([*command, '-c', source.name, '-o', objects[-1]], cwd=source.parent, check=True, env=dict(os.environ, CCACHE_NOHASHDIR='1'))
    return objects


# ---- The runtime, compiled otherwise than in the build ----

SANITIZERS = {'address': ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'], 'thread': ['-fsanitize=thread']}


def sanitized_runtime(cc, sanitizer, folder, sources=RUNTIME):
    """A library in the folder. The command is the same in all tests, as the compiler cache tells commands apart by their words."""
    command = [cc, '-std=c11', '-D_GNU_SOURCE', '-g', '-O1', *SANITIZERS[sanitizer], '-pthread', '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}']
    objects = compile_objects(command, sources, folder)
    subprocess.run(['ar', 'rcs', folder / 'libwasmelt_rt.a', *objects], check=True)
    return folder / 'libwasmelt_rt.a'


def sources_that_see(macro):
    """The runtime's sources which a macro makes something else of: they name it, or include a header that does, or one that includes that."""
    texts = {path: path.read_text() for path in (ROOT / 'runtime').rglob('*.[ch]')}
    found = {path for path, text in texts.items() if macro in text}
    while True:
        more = {path for path, text in texts.items()
                if any((path.parent / name).resolve() in found for name in re.findall(r'^#include "(.+)"', text, re.M))} - found
        if not more:
            return sorted(path for path in found if path.suffix == '.c')
        found |= more


def compile_with_macro(command, macro, folder):
    """Objects of the runtime with this macro ('NAME=VALUE'), which the command may have already, to be linked before a library that has the
    others."""
    flag = f'-D{macro}'
    return compile_objects([*(word for word in command if word != flag), flag], sources_that_see(macro.split('=')[0]), folder)


def run_host(run_wasmelt, build, cc, wasm, source, folder, level='1', flags=(), timeout=60):
    """Compiles the module as the library `m`, and a program around it, whose text this is; its standard output. Fails unless it succeeds."""
    done = run_wasmelt(wasm, '--emit=lib', '--name=m', '--cc', cc, f'-O{level}', '-o', folder / 'libm.a', '--cflags=-Wall -Wextra -Werror', *flags)
    assert done.returncode == 0, done.stderr
    (folder / 'host.c').write_text(source)
    host, = compile_objects([cc, '-Wall', '-Wextra', '-Werror', '-g', f'-I{ROOT / "include"}', '-I.'], [folder / 'host.c'], folder)
    subprocess.run([cc, host, folder / 'libm.a', build / 'lib' / 'libwasmelt_rt.a', '-lm', '-lpthread', '-o', folder / 'host'], check=True)
    ran = subprocess.run([folder / 'host'], capture_output=True, text=True, timeout=timeout)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
