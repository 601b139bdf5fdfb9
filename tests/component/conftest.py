"""Components as C libraries, for the tests of this folder."""
import pathlib
import subprocess
import textwrap

import pytest

from support import components

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def library(tmp_path, wasmelt, cc):
    """library(NAME, TEXT, HOST, STANDARD, OPTION...): what a program with the component as a library prints."""
    def run(name, text, host, standard, *options):
        components.assemble({name: textwrap.dedent(text)}, tmp_path)
        compiler = {'gcc': 'g++', 'clang': 'clang++'}[cc] if '+' in standard else cc
        (tmp_path / ('host.cpp' if '+' in standard else 'host.c')).write_text(host)
        flags = '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'
        subprocess.run([wasmelt, f'{name}.wasm', '--emit=lib', *options, f'--cc={cc} {" ".join(flags)}'], cwd=tmp_path, check=True)
        assert sorted(p.name for p in tmp_path.glob('*.[ah]')) == sorted([f'lib{name}.a', f'{name}.h'])
        runtime = wasmelt.parents[1]
        subprocess.run([compiler, f'-std={standard}', *flags, '-I', ROOT / 'include', *tmp_path.glob('host.c*'), f'lib{name}.a', runtime / 'lib' / 'libwasmelt_rt.a',
                        '-lm', '-lpthread', '-o', 'host'], cwd=tmp_path, check=True)
        done = subprocess.run([tmp_path / 'host'], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()
    return run
