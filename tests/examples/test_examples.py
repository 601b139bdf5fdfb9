"""The examples: built as their comments say, and run."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / 'examples'


def test_hello(run_wasmelt, tmp_path, cc):
    wasm, app = tmp_path / 'hello.wasm', tmp_path / 'hello'
    subprocess.run(['clang', '--target=wasm32-wasi', '-O2', EXAMPLES / 'hello' / 'hello.c', '-o', wasm], check=True)
    done = run_wasmelt(wasm, '-o', app, '--cc', cc)
    assert done.returncode == 0, done.stderr
    (tmp_path / 'text').write_text('first line\nsecond line\n')
    command = [app, '--dir', f'{tmp_path}::/docs:ro', '--env', 'GREETING=hi', 'reader', '/docs/text']
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[:3] == ['hello from WebAssembly, reader', 'GREETING is hi', '/docs/text begins: first line']
    assert lines[3].startswith('the year is ')
    lines = subprocess.run([app, 'reader', '/docs/text'], capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[1] == '/docs/text: cannot be opened from here'


def test_library(run_wasmelt, build, tmp_path, cc):
    wasm = tmp_path / 'codec.wasm'
    subprocess.run(['clang', '--target=wasm32', '-O2', '-nostdlib', '-Wl,--no-entry', EXAMPLES / 'library' / 'codec.c',
                    '-o', wasm], check=True)
    done = run_wasmelt(wasm, '--emit=lib', '-o', tmp_path / 'libcodec.a', '--cc', cc)
    assert done.returncode == 0, done.stderr
    subprocess.run([cc, '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', f'-I{tmp_path}',
                    EXAMPLES / 'library' / 'host.c', tmp_path / 'libcodec.a', build / 'lib' / 'libwasmelt_rt.a', '-lm',
                    '-lpthread', '-o', tmp_path / 'host'], check=True)
    ran = subprocess.run([tmp_path / 'host', 'wwwwwwaaasm'], capture_output=True, text=True, check=True)
    assert ran.stdout == ('11 bytes, 8 packed, back: wwwwwwaaasm\n'
                          'trap: out of bounds memory access\n'
                          '11 bytes, 8 packed, back: wwwwwwaaasm\n')
