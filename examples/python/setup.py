"""Makes a wheel of extension.c: a library in WebAssembly inside of a module of Python's own. Whoever installs the wheel needs neither a
compiler nor Wasmelt nor an engine. Here it takes clang, Wasmelt, and Python's headers, setuptools and wheel.

    python3 -m pip wheel -q --no-build-isolation --no-deps --no-index -w dist .
    python3 -m pip install -q --no-deps --no-index --target installed dist/packed-1.0-*.whl
    cd / && PYTHONPATH="$OLDPWD/installed" python3 -c 'import packed; print(packed.encode(b"aaaaaaaabbbbccd"))'
"""
import pathlib
import subprocess

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext


def flags(kind):
    return subprocess.run(['pkg-config', kind, 'wasmelt'], check=True, capture_output=True, text=True).stdout.split()


class build_with_guest(build_ext):
    def build_extension(self, extension):
        folder = pathlib.Path(self.build_temp)
        folder.mkdir(parents=True, exist_ok=True)
        wasm, library = str(folder / 'codec.wasm'), str(folder / 'libcodec.a')
        subprocess.run(['clang', '--target=wasm32', '-O2', '-nostdlib', '-Wl,--no-entry', '../library/codec.c', '-o', wasm], check=True)
        subprocess.run(['wasmelt', wasm, '--emit=lib', '--cflags=-fPIC', '-o', library], check=True)
        extension.extra_compile_args = [f'-I{folder}', *flags('--cflags')]
        # The runtime's functions are the extension's own business: two such extensions in a process do not meet.
        extension.extra_link_args = [library, '-Wl,--exclude-libs,ALL', *flags('--libs')]
        super().build_extension(extension)


setup(name='packed', version='1.0', ext_modules=[Extension('packed', ['extension.c'])], cmdclass={'build_ext': build_with_guest})
