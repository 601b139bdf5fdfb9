"""The command line: options, messages, exit statuses, what is written where."""
import os
import signal
import subprocess
import time

import pytest

HELLO = '#include <stdio.h>\nint main(int argc, char **argv) { printf("hello %s\\n", argv[argc - 1]); return 7; }\n'
ADD = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'


def test_help_and_version(run_wasmelt):
    done = run_wasmelt('--help')
    assert done.returncode == 0 and done.stderr == ''
    for option in ('--emit', '--cc', '--split', '--bounds', '--name', '-v', '--version'):
        assert option in done.stdout
    assert run_wasmelt('--version').stdout.startswith('wasmelt ')


@pytest.mark.parametrize('args, message', [
    ([], 'no input file'),
    (['a.wasm', 'b.wasm'], 'more than one input file'),
    (['--emti=c', 'a.wasm'], "did you mean '--emit'?"),
    (['--emit=pascal', 'a.wasm'], 'must be one of exe c obj lib shared'),
    (['--split=0', 'a.wasm'], 'takes a number'),
    (['--name=1x', 'a.wasm'], 'not a C identifier'),
    (['-o'], 'needs an argument'),
    (['validate'], 'no file to validate'),
])
def test_wrong_usage_is_status_2(run_wasmelt, args, message):
    done = run_wasmelt(*args)
    assert done.returncode == 2
    assert message in done.stderr and '--help' in done.stderr
    assert done.stdout == ''


def test_missing_file_and_directory(run_wasmelt, tmp_path):
    done = run_wasmelt(tmp_path / 'nowhere.wasm')
    assert done.returncode == 1 and 'No such file' in done.stderr
    done = run_wasmelt(tmp_path)
    assert done.returncode == 1 and 'is a directory' in done.stderr


def test_executable(run_wasmelt, compile_wasi, tmp_path, cc):
    app = tmp_path / 'app'
    done = run_wasmelt(compile_wasi(HELLO), '-o', app, '--cc', cc)
    assert (done.returncode, done.stdout, done.stderr) == (0, '', '')
    ran = subprocess.run([app, 'you'], capture_output=True, text=True)
    assert (ran.stdout, ran.returncode) == ('hello you\n', 7)


def test_default_output_name(run_wasmelt, compile_wasi, tmp_path):
    compile_wasi(HELLO, 'greeter')
    assert run_wasmelt('greeter.wasm', '-O0', cwd=tmp_path).returncode == 0
    assert os.access(tmp_path / 'greeter', os.X_OK)


def test_verbose_shows_the_commands(run_wasmelt, compile_wasi, tmp_path):
    done = run_wasmelt(compile_wasi(HELLO), '-v', '-g', '-O1', '-o', tmp_path / 'app')
    assert done.returncode == 0
    compile_line, link_line = done.stderr.splitlines()
    assert ' -O1 -g ' in compile_line and ' -c ' in compile_line and 'libwasmelt_rt.a' in link_line


def test_emit_c_to_directory_and_file(run_wasmelt, assemble, tmp_path):
    module = assemble(ADD, 'adder')
    assert run_wasmelt(module, '--emit=c', '-o', tmp_path / 'dir').returncode == 0
    assert sorted(os.listdir(tmp_path / 'dir')) == ['adder.c', 'adder.h']
    assert run_wasmelt(module, '--emit=c', '-o', tmp_path / 'x' / 'other.c').returncode == 0
    assert sorted(os.listdir(tmp_path / 'x')) == ['other.c', 'other.h']
    assert 'other_add' in (tmp_path / 'x' / 'other.h').read_text()


@pytest.mark.parametrize('kind, name', [('obj', 'm.o'), ('lib', 'libm.a'), ('shared', 'm.so')])
def test_other_kinds(run_wasmelt, assemble, tmp_path, kind, name):
    assert run_wasmelt(assemble(ADD), '--emit', kind, '-o', tmp_path / name).returncode == 0
    symbols = subprocess.run(['nm', '-g', tmp_path / name], capture_output=True, text=True).stdout
    assert 'm_module' in symbols
    if kind != 'shared':
        assert (tmp_path / 'm.h').exists() and 'm_add' in symbols


def test_split_files_compile_to_the_same_program(run_wasmelt, compile_wasi, tmp_path):
    module = compile_wasi(HELLO)
    assert run_wasmelt(module, '--emit=c', '--split=3', '-o', tmp_path / 'c').returncode == 0
    assert sorted(p.name for p in (tmp_path / 'c').glob('*.c')) == [
        'program_0.c', 'program_1.c', 'program_2.c', 'program_data.c']
    assert run_wasmelt(module, '--split=3', '-o', tmp_path / 'app', '-O0').returncode == 0
    assert subprocess.run([tmp_path / 'app', 'x'], capture_output=True, text=True).stdout == 'hello x\n'


def test_explicit_bounds(run_wasmelt, compile_wasi, tmp_path):
    done = run_wasmelt(compile_wasi(HELLO), '--bounds=explicit', '-o', tmp_path / 'app')
    assert done.returncode == 0, done.stderr
    assert subprocess.run([tmp_path / 'app', 'x'], capture_output=True, text=True).stdout == 'hello x\n'


def test_text_and_standard_input(run_wasmelt, wasmelt, tmp_path, assemble):
    text = tmp_path / 't.wat'
    text.write_text(ADD)
    assert run_wasmelt('validate', '-v', text).stdout == f'{text}: valid\n'
    data = assemble(ADD).read_bytes()
    done = subprocess.run([wasmelt, 'validate', '-v', '-'], input=data,
                          capture_output=True)
    assert done.stdout == b'-: valid\n'


def test_imports_nobody_provides(run_wasmelt, assemble, tmp_path):
    done = run_wasmelt(assemble('(module (import "env" "draw" (func)) (func (export "_start")))'), '-o', tmp_path / 'a')
    assert done.returncode == 1
    assert '"env" "draw"' in done.stderr and '--emit=' in done.stderr
    assert not (tmp_path / 'a').exists()


def test_no_start(run_wasmelt, assemble, tmp_path):
    done = run_wasmelt(assemble(ADD), '-o', tmp_path / 'a')
    assert done.returncode == 1 and '_start' in done.stderr


def test_unsupported_feature_is_named(run_wasmelt, tmp_path):
    done = run_wasmelt(write_gc(tmp_path), '--emit=c', '-o', tmp_path / 'c')
    assert done.returncode == 1
    assert 'not supported: garbage collection' in done.stderr and 'at byte 0x' in done.stderr


def write_gc(folder):
    """(module (type $s (struct (field i32))) (func (export "f") (drop (struct.new_default $s))))"""
    file = folder / 'gc.wasm'
    file.write_bytes(b'\0asm\1\0\0\0' + b'\1\x08\2\x5f\1\x7f\0\x60\0\0' + b'\3\2\1\1' + b'\7\5\1\1f\0\0' +
                     b'\x0a\x08\1\6\0\xfb\1\0\x1a\x0b')
    return file


def test_failed_compiler_leaves_nothing(run_wasmelt, compile_wasi, tmp_path):
    done = run_wasmelt(compile_wasi(HELLO), '--cc=false', '-o', tmp_path / 'app', env={**os.environ, 'TMPDIR': tmp_path})
    assert done.returncode == 1 and "'false' failed" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ['program.c', 'program.wasm']
    done = run_wasmelt(compile_wasi(HELLO), '--cc=no-such-compiler', '-o', tmp_path / 'app')
    assert done.returncode == 1 and "'no-such-compiler' not found" in done.stderr


def test_interrupted_leaves_nothing(wasmelt, compile_wasi, tmp_path):
    slow = tmp_path / 'slow-cc'
    slow.write_text('#!/bin/sh\nexec sleep 60\n')
    slow.chmod(0o755)
    module = compile_wasi(HELLO)
    process = subprocess.Popen([wasmelt, module, '--cc', slow, '-o', tmp_path / 'app'],
                               env={**os.environ, 'TMPDIR': str(tmp_path)})
    deadline = time.monotonic() + 20
    while not any(p.name.startswith('wasmelt-') for p in tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == -signal.SIGTERM
    assert sorted(p.name for p in tmp_path.iterdir()) == ['program.c', 'program.wasm', 'slow-cc']


def test_validate_several_files(run_wasmelt, assemble, tmp_path):
    good, bad = assemble(ADD, 'good'), tmp_path / 'bad.wasm'
    bad.write_bytes(b'\0asm\2\0\0\0')
    done = run_wasmelt('validate', good, bad)
    assert done.returncode == 1 and done.stdout == ''
    assert done.stderr == f'wasmelt: {bad}: error: unknown binary version (at byte 0x4)\n'
    done = run_wasmelt('validate', '--list', good, bad)
    assert done.stdout == f'{good}: valid\n{bad}: malformed: unknown binary version (at byte 0x4)\n'
