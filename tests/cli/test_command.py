"""The command line: options, messages, exit statuses, which files are written."""
import os
import pathlib
import re
import resource
import signal
import subprocess
import time

import pytest

from support.binary import beyond_limits

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]
HELLO = '#include <stdio.h>\nint main(int argc, char **argv) { printf("hello %s\\n", argv[argc - 1]); return 7; }\n'
ADD = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'


def test_help_and_version(run_wasmelt):
    done = run_wasmelt('--help')
    assert done.returncode == 0 and done.stderr == ''
    for option in ('--emit', '--cc', '--split', '--bounds', '--name', '-v', '--version'):
        assert option in done.stdout
    assert 'validate' in done.stdout
    assert run_wasmelt('--version').stdout.startswith('wasmelt ')
    done = run_wasmelt('validate', '--help')
    assert done.returncode == 0 and '--list' in done.stdout and '--emit' not in done.stdout


@pytest.mark.parametrize('args, message', [
    ([], 'no input file'),
    (['a.wasm', 'b.wasm'], 'more than one input file'),
    (['rnu', 'a.wasm'], "unknown command 'rnu'; did you mean 'run'?"),
    (['inspct', 'a.wasm', 'b'], "unknown command 'inspct'; did you mean 'inspect'?"),
    (['compile', 'a.wasm'], "unknown command 'compile'; a module is translated without one: wasmelt INPUT\n"),
    (['version'], "unknown command 'version'; did you mean '--version'?"),
    (['-v', 'run', 'a.wasm'], 'the command comes first: wasmelt run\n'),
    (['-version'], "unknown option '-version'; did you mean '--version'?"),
    (['-output=x', 'a.wasm'], "unknown option '-output=x'; did you mean '--output'?"),
    (['-g3', 'a.wasm'], "unknown option '-g3': -g takes no argument\n"),
    (['--emti=c', 'a.wasm'], "did you mean '--emit'?"),
    (['-split=3', 'a.wasm'], "did you mean '--split'?"),
    (['-W', 'a.wasm'], "'--cflags=-W'"),
    (['-Wl,-z,now', 'a.wasm'], "'--ldflags=-Wl,-z,now'"),
    (['-lm', 'a.wasm'], "'--ldflags=-lm'"),
    (['-std=c11', 'a.wasm'], "'--cflags=-std=c11'"),
    (['-fPIC', 'a.wasm'], "'--cflags=-fPIC'"),
    (['-shared', 'a.wasm'], "'--emit=shared'"),
    (['run', '-I.', 'a.wasm'], "'--cflags=-I.'"),
    (['validate', '-Wall', 'a.wasm'], "unknown option '-Wall'\n"),
    (['-x', 'a.wasm'], "unknown option '-x'\n"),
    (['--emit=pascal', 'a.wasm'], 'must be one of exe c obj lib shared'),
    (['--split=0', 'a.wasm'], 'takes a number'),
    (['--name=1x', 'a.wasm'], 'not a C identifier'),
    (['--name=_x', 'a.wasm'], "names that begin with _ are C's own"),
    (['--name=' + 'x' * 101, 'a.wasm'], 'longer than 100 characters'),
    (['--imports=named', 'a.wasm'], 'is for libraries'),
    (['--imports=named', '--emit=c', '--main', 'a.wasm'], 'is for libraries'),
    (['--imports-never-throw', 'a.wasm'], 'is for libraries'),
    (['-o'], 'needs an argument'),
    (['validate'], 'no file to validate'),
    (['validate', '--emit=c', 'a.wasm'], "--emit is no option of 'wasmelt validate'"),
    (['--list', 'a.wasm'], '--list is no option of translation'),
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


@pytest.mark.each_run
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


def compiled_with(run_wasmelt, module, tmp_path, *args):
    done = run_wasmelt(module, '-v', '--emit=obj', '-o', tmp_path / 'module.o', *args)
    assert done.returncode == 0, done.stderr
    words = next(line for line in done.stderr.splitlines() if ' -c ' in line).split()
    return words[next(k for k, word in enumerate(words) if word in ('gcc', 'clang')) + 1:]


def test_default_optimisation_is_what_the_guide_says(run_wasmelt, assemble, tmp_path):
    guide = (ROOT / 'docs' / 'guide-compile.md').read_text()
    flags = re.search(r'`wasmelt -v` shows too:\n\n((?:    .*\n)+)', guide)[1].split()
    words = compiled_with(run_wasmelt, assemble(ADD), tmp_path, '--cc=gcc')
    assert words[:len(flags)] == flags
    assert words[len(flags)].startswith('-I')
    words = compiled_with(run_wasmelt, assemble(ADD), tmp_path, '--cc=clang')
    assert '-O2' in words and not [word for word in words if word.startswith('-fno-tree')]


@pytest.mark.parametrize('level', ['0', '1', '2', '3', 's', 'g'])
def test_a_level_that_is_asked_for_is_the_compilers(run_wasmelt, assemble, tmp_path, level):
    words = compiled_with(run_wasmelt, assemble(ADD), tmp_path, '--cc=gcc', f'-O{level}')
    assert [word for word in words if word.startswith('-O')] == [f'-O{level}']
    assert not [word for word in words if word.startswith(('-fno-tree', '--param', '-fipa'))]


def test_emit_c_to_directory_and_file(run_wasmelt, assemble, tmp_path):
    module = assemble(ADD, 'adder')
    assert run_wasmelt(module, '--emit=c', '-o', tmp_path / 'dir').returncode == 0
    assert sorted(os.listdir(tmp_path / 'dir')) == ['adder.c', 'adder.h']
    assert run_wasmelt(module, '--emit=c', '-o', tmp_path / 'x' / 'other.c').returncode == 0
    assert sorted(os.listdir(tmp_path / 'x')) == ['other.c', 'other.h']
    assert 'other_add' in (tmp_path / 'x' / 'other.h').read_text()


@pytest.mark.each_run
@pytest.mark.parametrize('kind, name', [('obj', 'm.o'), ('lib', 'libm.a'), ('shared', 'm.so')])
def test_other_kinds(run_wasmelt, assemble, tmp_path, kind, name):
    assert run_wasmelt(assemble(ADD), '--emit', kind, '-o', tmp_path / name).returncode == 0
    symbols = subprocess.run(['nm', '-g', tmp_path / name], capture_output=True, text=True).stdout
    assert 'm_module' in symbols
    if kind != 'shared':
        assert (tmp_path / 'm.h').exists() and 'm_add' in symbols


@pytest.mark.each_run
def test_split_files_compile_to_the_same_program(run_wasmelt, compile_wasi, tmp_path):
    module = compile_wasi(HELLO)
    assert run_wasmelt(module, '--emit=c', '--split=3', '-o', tmp_path / 'c').returncode == 0
    assert sorted(p.name for p in (tmp_path / 'c').glob('*.c')) == [
        'program_0.c', 'program_1.c', 'program_2.c', 'program_data.c', 'program_huge.c', 'program_large.c']
    assert run_wasmelt(module, '--split=3', '-o', tmp_path / 'app', '-O0').returncode == 0
    assert subprocess.run([tmp_path / 'app', 'x'], capture_output=True, text=True).stdout == 'hello x\n'


@pytest.mark.not_quick
@pytest.mark.each_run
def test_explicit_bounds(run_wasmelt, compile_wasi, tmp_path):
    done = run_wasmelt(compile_wasi(HELLO), '--bounds=explicit', '-o', tmp_path / 'app')
    assert done.returncode == 0, done.stderr
    assert subprocess.run([tmp_path / 'app', 'x'], capture_output=True, text=True).stdout == 'hello x\n'


@pytest.mark.not_quick
def test_explicit_bounds_need_little_address_space(run_wasmelt, compile_wasi, tmp_path):
    module = compile_wasi('#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n'
                          'int main(void) { char *a = malloc(50000000); memset(a, 1, 50000000);'
                          ' printf("%d\\n", a[49999999]); return 0; }')
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    for bounds, expected in (('explicit', (0, '1\n')), ('guard', (125, ''))):
        assert run_wasmelt(module, '-O1', f'--bounds={bounds}', '-o', tmp_path / bounds).returncode == 0
        ran = subprocess.run([tmp_path / bounds], capture_output=True, text=True, preexec_fn=limit)
        assert (ran.returncode, ran.stdout) == expected, ran.stderr


def test_files_of_the_user_are_not_overwritten(run_wasmelt, assemble, tmp_path):
    """Names that we choose from the input's name: the user may have such a file."""
    module, header = assemble(ADD, 'math'), tmp_path / 'math.h'
    header.write_text('double sin(double);\n')
    for arguments in (['--emit=c', '-o', tmp_path], ['--emit=obj', '-o', tmp_path / 'math.o']):
        done = run_wasmelt(module, *arguments)
        assert done.returncode == 1 and 'math.h: error: exists and was not made by wasmelt' in done.stderr
        assert sorted(p.name for p in tmp_path.iterdir()) == ['math.h', 'math.wasm', 'math.wat']
    assert header.read_text() == 'double sin(double);\n'
    header.unlink()
    for _ in range(2):
        assert run_wasmelt(module, '--emit=c', '-o', tmp_path).returncode == 0


def test_failure_leaves_what_was_there(run_wasmelt, assemble, tmp_path):
    module, out = assemble(ADD), tmp_path / 'out'
    assert run_wasmelt(module, '--emit=c', '-o', out).returncode == 0
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    module.write_bytes(module.read_bytes()[:-1])
    assert run_wasmelt(module, '--emit=c', '-o', out).returncode == 1
    assert before == {p.name: p.read_bytes() for p in out.iterdir()}
    assert run_wasmelt(module, '--emit=c', '-o', tmp_path / 'new').returncode == 1
    assert not (tmp_path / 'new').exists()


def test_input_is_not_overwritten(run_wasmelt, assemble):
    module = assemble(ADD)
    before = module.read_bytes()
    done = run_wasmelt(module, '--emit=obj', '-o', module)
    assert done.returncode == 1 and 'is the input' in done.stderr
    assert module.read_bytes() == before


def test_output_may_be_a_link_or_a_pipe(run_wasmelt, wasmelt, compile_wasi, tmp_path):
    """A link stays a link, and a pipe (or /dev/null) a pipe."""
    module = compile_wasi(HELLO)
    link, goal, pipe = tmp_path / 'link', tmp_path / 'goal', tmp_path / 'pipe'
    goal.write_text('')
    link.symlink_to(goal)
    assert run_wasmelt(module, '-O0', '-o', link).returncode == 0
    assert link.is_symlink() and subprocess.run([goal, 'x'], capture_output=True).stdout == b'hello x\n'
    os.mkfifo(pipe)
    process = subprocess.Popen([wasmelt, module, '-O0', '-o', pipe])
    assert pipe.read_bytes().startswith(b'\x7fELF')
    assert process.wait() == 0 and pipe.is_fifo()


@pytest.mark.parametrize('output, reason', [('nowhere/app', 'No such file'), ('folder', 'Is a directory'), ('file/app', 'Not a dir')])
def test_output_that_cannot_be_written(run_wasmelt, compile_wasi, tmp_path, output, reason):
    """Said before compiling: the compiler is not even called."""
    (tmp_path / 'folder').mkdir()
    (tmp_path / 'file').write_text('')
    done = run_wasmelt(compile_wasi(HELLO), '--cc=false', '-o', tmp_path / output)
    assert done.returncode == 1
    assert f'{tmp_path / output}: error: {reason}' in done.stderr and len(done.stderr.splitlines()) == 1


def test_keep(run_wasmelt, assemble, tmp_path):
    done = run_wasmelt(assemble(ADD), '--emit=lib', '--keep', tmp_path / 'kept', '-o', tmp_path / 'libm.a')
    assert done.returncode == 0
    assert sorted(p.name for p in (tmp_path / 'kept').iterdir()) == ['m.c', 'm.h']
    assert (tmp_path / 'm.h').read_text() == (tmp_path / 'kept' / 'm.h').read_text()


def test_names_made_from_file_names(run_wasmelt, assemble, tmp_path):
    module = assemble(ADD)
    for file, name in (('7-zip.core.wasm', 'm7_zip_core'), ('-dash.wasm', 'm_dash'), ('\u00fc.wasm', 'm__')):
        (tmp_path / file).write_bytes(module.read_bytes())
        assert run_wasmelt('--emit=c', '-o', 'c', '--', file, cwd=tmp_path).returncode == 0
        assert f'{name.replace("_", "_0")}_add' in (tmp_path / 'c' / f'{name}.h').read_text()
    done = run_wasmelt(module, '--emit=c', '--name=one', '-o', tmp_path / 'two.c')
    assert done.returncode == 2 and '--name=one' in done.stderr


def test_what_the_header_includes_is_no_name(run_wasmelt, assemble, tmp_path):
    module = assemble(ADD)
    include = pathlib.Path(__file__).resolve().parents[2] / 'include'
    text = subprocess.run(['gcc', '-std=gnu11', f'-I{include}', '-E', '-P', '-'], input='#include <wasmelt/wasmelt.h>\n',
                          capture_output=True, text=True, check=True).stdout
    names = set(re.findall(r'^extern [^(]*?(\w+) \(|^typedef [^;{(]*?(\w+);', text, re.MULTILINE))
    names = sorted({a or b for a, b in names if not (a or b).startswith(('_', 'wasmelt'))})
    assert 'remove' in names and 'size_t' in names
    for name in names:
        done = run_wasmelt(module, '--emit=c', f'--name={name}', '-o', tmp_path / 'c')
        assert done.returncode == 0, done.stderr
        own = re.search(r'_instance_free\((\w+) \*self', (tmp_path / 'c' / f'{name}.h').read_text())[1]
        assert own == (name.replace('_', '_0') if '_' in name else name + 'wasm')


def test_text_with_an_error(run_wasmelt, wasmelt, tmp_path):
    text = tmp_path / 't.wat'
    text.write_text('(module (func (result i32) (i32.add)')
    done = run_wasmelt('validate', text)
    assert done.returncode == 1 and f'{text}:1:' in done.stderr and 'wat2wasm failed' in done.stderr
    done = run_wasmelt('validate', text, env={**os.environ, 'PATH': '/nowhere'})
    assert done.returncode == 1 and 'wat2wasm is needed' in done.stderr
    done = subprocess.run([wasmelt, 'validate', '-v', '-'], input=ADD, capture_output=True, text=True)
    assert done.stdout == '-: valid\n'


@pytest.mark.parametrize('lines, limit, said', [('until [ $(ulimit -t) != unlimited ]; do :; done; ulimit -t >&2; exit 1', None, ['11', 'wat2wasm failed']),
                                                ('while :; do :; done', 1, ['wat2wasm took too long'])], ids=['limited', 'endless'])
def test_text_that_keeps_wat2wasm_busy(wasmelt, tmp_path, lines, limit, said):
    assembler = tmp_path / 'wat2wasm'
    assembler.write_text(f'#!/bin/sh\n{lines}\n')
    assembler.chmod(0o755)
    (tmp_path / 't.wat').write_text('(' + ' ' * 100000)

    def lower():
        if limit:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
    done = subprocess.run([wasmelt, 'validate', 't.wat'], cwd=tmp_path, env={**os.environ, 'PATH': str(tmp_path)}, capture_output=True, text=True,
                          preexec_fn=lower, timeout=120)
    assert done.returncode == 1
    for words in said:
        assert words in done.stderr


def test_names_in_messages_cannot_control_the_terminal(run_wasmelt, assemble, tmp_path):
    module = assemble('(module (import "\\1b[31m" "x" (func)) (func (export "_start")))')
    done = run_wasmelt(module, '-o', tmp_path / 'a')
    assert done.returncode == 1 and '\x1b' not in done.stderr and '"\\1b[31m" "x"' in done.stderr


def test_long_names_in_messages_are_cut_between_characters(run_wasmelt, assemble, tmp_path):
    name = 'a' + 'ż' * 80
    module = assemble(f'(module (import "{name}" "\\c2\\9b31m" (func)) (func (export "_start")))')
    done = run_wasmelt(module, '-o', tmp_path / 'a')
    assert f'"{name[:50]}..." "\\c2\\9b31m"' in done.stderr


def test_runtime_is_found_where_it_is_installed(build, compile_wasi, tmp_path):
    subprocess.run(['cmake', '--install', build, '--prefix', tmp_path / 'usr'], check=True, stdout=subprocess.DEVNULL)
    module, command = compile_wasi(HELLO), tmp_path / 'usr' / 'bin' / 'wasmelt'
    done = subprocess.run([command, module, '-v', '-O0', '-o', tmp_path / 'app'], capture_output=True, text=True)
    assert done.returncode == 0
    assert f'-I{tmp_path}/usr/include' in done.stderr and f'{tmp_path}/usr/lib' in done.stderr
    done = subprocess.run([command, module], env={**os.environ, 'WASMELT_HOME': str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1 and 'WASMELT_HOME' in done.stderr


def test_progress_on_a_terminal(wasmelt, compile_wasi, tmp_path):
    module = compile_wasi(HELLO)
    for options, shown in (([], True), (['--progress=never'], False)):
        ours, theirs = os.openpty()
        subprocess.run([wasmelt, module, '--split=2', '-O0', '-o', tmp_path / 'app', *options], stderr=theirs, check=True)
        os.write(theirs, b'#')
        text = b''
        while not text.endswith(b'#'):
            text += os.read(ours, 10000)
        os.close(ours)
        os.close(theirs)
        assert (b'[5/5] program_' in text) == shown
        assert text.endswith(b'\r\x1b[K#' if shown else b'#')


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


def test_import_with_a_name_of_wasi_and_another_type(run_wasmelt, assemble, tmp_path):
    module = assemble('(module (import "wasi_snapshot_preview1" "fd_write" (func)) (func (export "_start")))')
    done = run_wasmelt(module, '-o', tmp_path / 'a')
    assert done.returncode == 1 and '"fd_write" (of another type than WASI\'s)' in done.stderr


def test_object_file_is_to_be_linked_first(run_wasmelt, tmp_path):
    (tmp_path / 'a.c').write_text(HELLO)
    subprocess.run(['clang', '--target=wasm32-wasi', '-c', 'a.c', '-o', 'a.wasm'], cwd=tmp_path, check=True)
    done = run_wasmelt('a.wasm', cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, 'wasmelt: a.wasm: error: is an object file: link it first, with clang or wasm-ld\n')


COMPRESSED = 'the file is compressed by {}, so it has to be decompressed first'


@pytest.mark.parametrize('content, message', [
    (b'', 'the file is empty'), (b'\x1f\x8b\x08\0', COMPRESSED.format('gzip')), (b'BZh9', COMPRESSED.format('bzip2')),
    (b'\x1f', 'not a WebAssembly binary'), (b'\x7fELF\2\1\1', 'not a WebAssembly binary, but native code: compile for wasm32-wasi'),
    (b'<html>', 'not a WebAssembly binary, but HTML or XML, as servers answer with'),
    (b'version https://git-lfs.github.com/spec/v1\n',
     "not a WebAssembly binary, but what Git LFS keeps in its place: 'git lfs pull' gets the module")])
def test_other_files_are_called_that(run_wasmelt, tmp_path, content, message):
    (tmp_path / 'a.wasm').write_bytes(content)
    done = run_wasmelt('a.wasm', cwd=tmp_path)
    assert done.returncode == 1 and done.stderr.endswith(f': {message} (at byte 0x0)\n') and done.stderr.count('\n') == 1


def test_no_directory_for_temporary_files(run_wasmelt, compile_wasi, tmp_path):
    done = run_wasmelt(compile_wasi(HELLO), '-o', tmp_path / 'a', env={**os.environ, 'TMPDIR': str(tmp_path / 'none')})
    assert done.returncode == 1 and f'wasmelt: {tmp_path / "none"}: error: ' in done.stderr and 'TMPDIR' in done.stderr


def test_no_start(run_wasmelt, assemble, tmp_path):
    done = run_wasmelt(assemble(ADD), '-o', tmp_path / 'a')
    assert done.returncode == 1 and '_start' in done.stderr


def test_what_is_not_translated_is_named(run_wasmelt, tmp_path):
    file = tmp_path / 'large.wasm'
    file.write_bytes(beyond_limits())
    done = run_wasmelt(file, '--emit=c', '-o', tmp_path / 'c')
    assert done.returncode == 1
    assert 'not supported: functions that have so many locals' in done.stderr and 'at byte 0x' in done.stderr


@pytest.mark.parametrize('emit', ['exe', 'obj'])
def test_a_compiler_that_makes_nothing_is_said_to(run_wasmelt, assemble, tmp_path, emit):
    wasm = assemble('(module (func (export "_start")))')
    done = run_wasmelt(wasm, '--cc=/bin/true', f'--emit={emit}', '-o', tmp_path / 'a')
    assert (done.returncode, done.stderr) == (1, "wasmelt: error: '/bin/true' reported success, but made nothing\n")
    assert not (tmp_path / 'a').exists()


@pytest.mark.parametrize('option, said', [
    ('--wasi-dir=', '--wasi-dir=: names no directory'), ('--wasi-dir=::/data', '--wasi-dir=::/data: names no directory'),
    ('--wasi-env=', '--wasi-env=: names no variable'), ('--wasi-env==x', '--wasi-env==x: names no variable')])
def test_grants_of_nothing_are_wrong(run_wasmelt, option, said):
    """They made executables that did nothing but fail."""
    done = run_wasmelt(option, 'a.wasm')
    assert done.returncode == 2 and f'error: {said}\n' in done.stderr


def test_failed_compiler_leaves_nothing(run_wasmelt, compile_wasi, tmp_path):
    done = run_wasmelt(compile_wasi(HELLO), '--cc=false', '-o', tmp_path / 'app', env={**os.environ, 'TMPDIR': tmp_path})
    assert done.returncode == 1 and "'false' failed" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ['program.c', 'program.wasm']
    done = run_wasmelt(compile_wasi(HELLO), '--cc=no-such-compiler', '-o', tmp_path / 'app')
    assert done.returncode == 1 and "'no-such-compiler' not found" in done.stderr


@pytest.mark.not_quick
@pytest.mark.parametrize('kind', ['exe', 'lib', 'obj', 'c'])
def test_what_the_users_flags_make_is_removed(run_wasmelt, compile_wasi, tmp_path, kind):
    """With -save-temps or -MD the C compiler writes more files beside its objects."""
    (tmp_path / 'scratch').mkdir()
    done = run_wasmelt(compile_wasi(HELLO), '--cflags=-MD -save-temps=obj', f'--emit={kind}', '-o', tmp_path / 'made',
                       env={**os.environ, 'TMPDIR': str(tmp_path / 'scratch')})
    assert done.returncode == 0 and list((tmp_path / 'scratch').iterdir()) == []


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


def test_interrupted_while_reading(wasmelt, tmp_path):
    process = subprocess.Popen([wasmelt, '-', '-o', tmp_path / 'app'], stdin=subprocess.PIPE, env={**os.environ, 'TMPDIR': str(tmp_path)},
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # which tests in the background ignore
    deadline = time.monotonic() + 20
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == -signal.SIGINT
    assert list(tmp_path.iterdir()) == []


def test_validate_several_files(run_wasmelt, assemble, tmp_path):
    good, bad = assemble(ADD, 'good'), tmp_path / 'bad.wasm'
    bad.write_bytes(b'\0asm\2\0\0\0')
    done = run_wasmelt('validate', good, bad)
    assert done.returncode == 1 and done.stdout == ''
    assert done.stderr == f'wasmelt: {bad}: error: unknown binary version (at byte 0x4)\n'
    done = run_wasmelt('validate', '--list', good, bad)
    assert done.stdout == f'{good}: valid\n{bad}: malformed: unknown binary version (at byte 0x4)\n'


@pytest.mark.parametrize('content, said', [(b'\0asm\x0c\0\1\0', 'a component in a format older or newer than 0x0d'),
                                           (b' (component (core module))', 'is a component in the text format')], ids=['earlier', 'text'])
@pytest.mark.parametrize('command', [[], ['--emit=c'], ['run'], ['validate'], ['inspect']], ids=lambda c: c[0] if c else 'translate')
def test_a_component_that_cannot_be_read_is_called_one(run_wasmelt, tmp_path, command, content, said):
    (tmp_path / 'c.wasm').write_bytes(content)
    done = run_wasmelt(*command, 'c.wasm', cwd=tmp_path)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert said in done.stderr


def test_validate_goes_on_and_says_each_reason_once(run_wasmelt, assemble, tmp_path):
    good, bad, other = assemble(ADD, 'good'), tmp_path / 'bad.wasm', tmp_path / 'other.wasm'
    bad.write_bytes(b'\0asm\2\0\0\0')
    other.write_bytes(b'\0asm\1\0\0\0\x0a\1\1')
    missing = tmp_path / 'missing.wasm'
    done = run_wasmelt('validate', '-v', bad, missing, tmp_path, other, good)
    assert done.returncode == 1 and done.stdout == f'{good}: valid\n'
    assert [line.split(': ')[1] for line in done.stderr.splitlines()] == [str(bad), str(missing), str(tmp_path), str(other)]
    done = run_wasmelt('validate', '--list', bad, missing, good)
    assert [line.split(': ')[1] for line in done.stdout.splitlines()] == ['malformed', 'unreadable', 'valid']


def test_validate_quietly(run_wasmelt, assemble, tmp_path):
    good, bad = assemble(ADD, 'good'), tmp_path / 'bad.wasm'
    bad.write_bytes(b'\0asm\2\0\0\0')
    done = run_wasmelt('validate', '-q', good, bad)
    assert (done.returncode, done.stdout, done.stderr) == (1, '', '')
    assert run_wasmelt('validate', '--quiet', good).returncode == 0
    done = run_wasmelt('validate', '-q', tmp_path / 'missing.wasm')  # that nothing was checked is no silent matter
    assert done.returncode == 1 and 'No such file' in done.stderr


def test_validate_standard_input_once(run_wasmelt, wasmelt, assemble):
    data = assemble(ADD).read_bytes()
    done = subprocess.run([wasmelt, 'validate', '-v', '-', '-'], input=data, capture_output=True)
    assert done.returncode == 2 and b'standard input' in done.stderr
