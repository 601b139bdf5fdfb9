"""gdb and perf on native executables: the source's lines and the module's names."""
import re
import shutil
import subprocess

import pytest
from support.debugging import build_wasm, need, run_gdb


@pytest.fixture
def gdb():
    """gdb(APP, ARGUMENTS, COMMAND, ...): what gdb prints without the extension."""
    return lambda app, arguments, *commands: run_gdb(app, arguments, commands, ['set auto-load python-scripts off'])


@pytest.mark.parametrize('version', [4, 5])
def test_gdb_stops_at_a_line_of_the_source_and_steps_by_its_lines(gdb, app, main_c, tmp_path, version):
    program = app(main_c(f'-gdwarf-{version}', '-O0'), '-O0')
    out = gdb(program, ['2'], 'break main.c:12', 'run', 'bt', 'next', 'next', 'info source', 'delete', 'continue')
    assert 'Breakpoint 1 at 0x' in out and f'file {tmp_path}/main.c, line 12.' in out
    assert re.search(r'Breakpoint 1, f_main \(self=0x\w+, .*\) at .*/main\.c:12\n12\t        printf\("sum', out)
    assert re.search(r'#0  f_main .* at .*/main\.c:12\n#1 .* f___main_void ', out)
    # The loop's head, then its body.
    assert re.search(r'^10\t    for .*\n11\t        sum \+= i', out, re.MULTILINE)
    assert f'Located in {tmp_path}/main.c' in out
    assert 'exited with code 012' in out


@pytest.mark.parametrize('level', ['-O1', '-O2'])
def test_gdb_stops_and_shows_calls_in_optimised_code(gdb, app, main_c, level):
    program = app(main_c('-g', '-O1'), level)
    out = gdb(program, ['2'], 'break main.c:12', 'run', 'bt')
    # Which line of the loop the compilers name for what they have moved is up to them, and whether they take printf into it.
    assert re.search(r'^(#0 .*f_printf .*\n#1|#0) .*f_main .* at .*/main\.c:1[0-2]\n#\d .*f___main_void ', out, re.MULTILINE)


def test_gdb_shows_the_c_of_a_module_without_dwarf(gdb, app, assemble, tmp_path):
    module = assemble('''(module
  (func $triple (param $n i32) (result i32) (i32.mul (local.get $n) (i32.const 3)))
  (func (export "_start")
    (if (i32.ne (call $triple (i32.const 14)) (i32.const 42)) (then unreachable))))''')
    plain = module.with_name('plain.wasm')
    subprocess.run(['wat2wasm', '--debug-names', module.with_suffix('.wat'), '-o', plain], check=True)
    out = gdb(app(plain, '-O0', f'--keep={tmp_path / "c"}'), [], 'break f_triple', 'run', 'bt', 'finish')
    assert re.search(r'Breakpoint 1, f_triple \(self=0x\w+, p0_n=14\) at .*/c/plain\.c:\d+\n\d+\t\treturn p0_n \* 3u?;', out)
    assert re.search(r'#1 .* f__start .* at .*/c/plain\.c:\d+', out)
    assert re.search(r'Value returned is \$1 = 42', out)


def test_functions_of_another_file_have_its_lines(gdb, app, tmp_path):
    """Some functions with lines, some without, in one C file: each has its own."""
    sources = {'main.c': 'int helper(int);\nint bare(int);\nint main(int argc, char **argv) {\n    return helper(argc)\n'
                         '        + bare(argc);\n}\n',
               'part/helper.c': '#line 70 "grammar.y"\nint helper(int n) {\n    return n\n        * 7;\n}\n'}
    folder = tmp_path / 'sources'
    folder.mkdir()
    (folder / 'bare.c').write_text('int bare(int n) {\n    return n / (n - 1);\n}\n')
    subprocess.run(['clang', '--target=wasm32-wasi', '-O0', '-c', 'bare.c', '-o', 'bare.o'], cwd=folder, check=True)
    module = build_wasm(folder, 'both', sources, ['-g', '-O0'], ['bare.o'])
    program = app(module, '-O0')
    out = gdb(program, ['x'], 'break grammar.y:72', 'run', 'bt', 'finish', 'break f_bare', 'continue')
    assert re.search(r'#0  f_helper .* at .*grammar\.y:72\n#1 .* f_main .* at .*/main\.c:4\n', out)
    assert re.search(r'Breakpoint 2, f_bare \(self=0x\w+, p0=2\) at both\.wasm\.c:\d+', out)


def test_perf_shows_the_functions_names(app, tmp_path, cc):
    need('perf')
    text = '''
#include <stdio.h>
__attribute__((noinline)) static unsigned scramble(unsigned x, int rounds) {
    for (int i = 0; i < rounds; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
    }
    return x;
}
static unsigned (*volatile call)(unsigned, int) = scramble;
int main(int argc, char **argv) {
    printf("%u\\n", call(1, 100000000));
    return 0;
}
'''
    # Where the C compiler inlines it the caller is shown, as with any C.
    program = app(build_wasm(tmp_path, 'spin', {'spin.c': text}, ['-g', '-O1']), '--cflags=-fno-inline')
    data = tmp_path / 'perf.data'
    done = subprocess.run(['perf', 'record', '-e', 'cpu-clock:u', '-o', data, program], capture_output=True, text=True,
                          timeout=120)
    if not data.exists() or done.returncode != 0:
        pytest.skip(f'perf cannot record here: {done.stderr.strip()[:100]}')
    report = subprocess.run(['perf', 'report', '-i', data, '--stdio', '-s', 'sym'], capture_output=True, text=True,
                            timeout=120).stdout
    assert re.search(r'^\s*(9\d|100)\.\d+%\s+\[\.\] f_scramble(\.\S+)?\s*$', report, re.MULTILINE), report
    if shutil.which('addr2line'):
        lines = subprocess.run(['perf', 'report', '-i', data, '--stdio', '-s', 'srcline'], capture_output=True, text=True,
                               timeout=300).stdout
        assert re.search(r'%\s+spin\.c:[4-7]', lines), lines
