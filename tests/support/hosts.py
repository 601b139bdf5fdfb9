"""C programs around modules."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run_host(run_wasmelt, build, cc, wasm, source, folder, level='1', flags=(), timeout=60):
    """Compiles the module as the library `m`, and a program around it, whose text this is; its standard output. Fails unless it succeeds."""
    done = run_wasmelt(wasm, '--emit=lib', '--name=m', '--cc', cc, f'-O{level}', '-o', folder / 'libm.a', '--cflags=-Wall -Wextra -Werror', *flags)
    assert done.returncode == 0, done.stderr
    (folder / 'host.c').write_text(source)
    subprocess.run([cc, '-Wall', '-Wextra', '-Werror', '-g', f'-I{ROOT / "include"}', f'-I{folder}', folder / 'host.c', folder / 'libm.a',
                    build / 'lib' / 'libwasmelt_rt.a', '-lm', '-lpthread', '-o', folder / 'host'], check=True)
    ran = subprocess.run([folder / 'host'], capture_output=True, text=True, timeout=timeout)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
