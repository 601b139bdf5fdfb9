"""C programs around modules."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNTIME = sorted((ROOT / 'runtime').rglob('*.c'))
CORE = [source for source in RUNTIME if source.parent.name not in ('wasi', 'wasi2', 'component')]


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
