"""The extension for gdb: variables of the source, from the module's own debug information."""
import pathlib
import re
import shutil
import subprocess

import pytest
from support.debugged import O1_C, SHAPES_C, ZOO_CC, ZOO_RS
from support.debugging import ROOT, build_wasm, run_gdb


def after(out, command):
    """What gdb printed for a command that follows an `echo`."""
    return re.search(rf'^>{re.escape(command)}\n(.*?)(?=^>|\Z)', out, re.MULTILINE | re.DOTALL).group(1)


def asked(app, arguments, stops, *commands, first=()):
    """What gdb prints for each of these commands at a breakpoint."""
    script = [c for stop in stops for c in (f'break {stop}', 'run' if stop is stops[0] else 'continue')]
    for command in commands:
        script += [f'echo >{command}\\n', command]
    out = run_gdb(app, arguments, [*script, 'echo >\\n'], first)
    return lambda command: after(out, command).rstrip('\n')


@pytest.mark.parametrize('version', [4, 5])
def test_variables_of_c(tmp_path, app, version):
    module = build_wasm(tmp_path, 'shapes', {'shapes.c': SHAPES_C}, [f'-gdwarf-{version}', '-O0'])
    said = asked(app(module, '-O0'), [], ['shapes.c:36'], 'guest locals', 'guest args', 'guest print first.next->corners[1]',
                 'guest print *first.next->corners@2', 'guest print middle[1] * 2 + global', 'guest print &first.colour',
                 'guest whatis first.measure', 'guest print (unsigned char)first.sign', 'guest print sizeof(struct shape)', 'guest print k',
                 'guest print nothing', 'guest print first.nothing', 'guest print *first.next->next', 'guest print 1 +', 'print $guest("global") + 1')
    first = ('{name = 0xADDRESS "first", colour = GREEN, corners = {{x = 1, y = 2}, {x = 3, y = 4}, {x = 5, y = 6}}, area = 0.25, '
             'either = {number = 16909060, bytes = "\\004\\003\\002\\001"}, low = 5, high = 17, sign = -3 \'\\375\', round = true, weight = 0.1, '
             'big = -5000000000, next = 0xADDRESS, measure = 0xADDRESS <measure>}')
    shown = re.sub(r'0x[0-9a-f]+', '0xADDRESS', said('guest locals'))
    assert shown.splitlines() == [
        'square = 9', 'k = 0', f'first = {first}', 'numbers = {1, 2, 3, 0 <repeats 17 times>}', 'middle = (int *) 0xADDRESS']
    assert re.fullmatch(r'argc = 1\nargv = \(char \*\*\) 0x[0-9a-f]+', said('guest args'))
    assert said('guest print first.next->corners[1]') == '{x = 3, y = 4}'
    assert said('guest print *first.next->corners@2') == '{{x = 1, y = 2}, {x = 3, y = 4}}'
    assert said('guest print middle[1] * 2 + global') == '13'
    assert re.fullmatch(r'\(enum colour \*\) 0x[0-9a-f]+', said('guest print &first.colour'))
    assert said('guest whatis first.measure') == 'type = int (*)(const struct shape *)'
    assert said('guest print (unsigned char)first.sign') == "253 '\\375'"
    assert said('guest print sizeof(struct shape)') == '72'
    assert said('guest print k') == '0'
    assert said('guest print nothing') == 'No symbol "nothing" in current context.'
    assert said('guest print first.nothing') == 'a value of type struct shape has no member nothing'
    assert said('guest print 1 +') == "A syntax error in expression, near `'."
    assert said('print $guest("global") + 1') == '$1 = 8'


def test_statics_of_a_function_and_what_is_not_set_up_yet(tmp_path, app):
    module = build_wasm(tmp_path, 'shapes', {'shapes.c': SHAPES_C}, ['-g', '-O0'])
    program = app(module, '-O0')
    said = asked(program, [], ['f_measure'], 'guest locals', 'next', 'guest locals', 'guest print s->name')
    assert said('next').endswith('calls++;')
    lines = after(run_gdb(program, [], ['break f_measure', 'run', 'echo >a\\n', 'guest locals', 'echo >b\\n']), 'a')
    assert 'calls = 40' in lines and 'total = <not set up yet: the function has just been entered>' in lines
    assert said('guest print s->name').endswith('"first"')


def test_the_module_has_to_be_the_one_that_was_translated(tmp_path, app):
    module = build_wasm(tmp_path, 'shapes', {'shapes.c': SHAPES_C}, ['-g', '-O0'])
    program = app(module, '-O0')
    kept = tmp_path / 'elsewhere' / 'kept.wasm'
    kept.parent.mkdir()
    shutil.copy(module, kept)
    module.unlink()
    said = asked(program, [], ['shapes.c:36'], 'guest locals', f'guest module {kept}', 'guest print square')
    assert said('guest locals').endswith('is not there: name it with `guest module FILE`.')
    assert said(f'guest module {kept}') == f'shapes: {kept}'
    assert said('guest print square') == '9'
    module.write_bytes(kept.read_bytes() + b'\0\2\1x')
    said = asked(program, [], ['shapes.c:36'], 'guest locals')
    # The bytes that were translated are all there: what follows them is of no interest.
    assert 'square = 9' in said('guest locals')
    damaged = bytearray(kept.read_bytes())
    damaged[-1] ^= 1
    module.write_bytes(damaged)
    said = asked(program, [], ['shapes.c:36'], 'guest locals')
    assert said('guest locals').endswith('it has changed.')


def test_gdb_loads_the_installed_extension_by_itself(tmp_path, wasmelt, cc):
    """With a prefix whose scripts the user lets gdb load: as with /usr, whose are let without being asked."""
    module = build_wasm(tmp_path, 'shapes', {'shapes.c': SHAPES_C}, ['-g', '-O0'])
    prefix = tmp_path / 'prefix'
    build = wasmelt.parent.parent
    subprocess.run(['cmake', '--install', build, '--prefix', prefix], check=True, stdout=subprocess.DEVNULL)
    installed = prefix / 'share' / 'gdb' / 'auto-load'
    assert (installed / 'wasmelt' / 'wasmelt-gdb.py').exists()
    program = tmp_path / 'app'
    subprocess.run([prefix / 'bin' / 'wasmelt', '-g', '-O0', '--cc', cc, module, '-o', program], check=True)
    trusts = [f'set auto-load safe-path {installed}']
    said = asked(program, [], ['shapes.c:36'], 'guest print square', first=trusts)
    assert said('guest print square') == '9'
    declined = run_gdb(program, [], ['guest locals'], [f'set auto-load safe-path {tmp_path}/other'])
    assert 'auto-loading has been declined' in declined and 'Undefined command: "guest"' in declined


def test_what_is_missing_is_said(tmp_path, app):
    module = build_wasm(tmp_path, 'shapes', {'shapes.c': SHAPES_C}, ['-g', '-O0'])
    program = app(module, '-O0')
    commands = ['guest backtrace', 'guest locals', 'guest print 1', 'guest up', 'guest frame 0', 'print $guest("1")']
    stripped, bare = tmp_path / 'stripped', tmp_path / 'bare'
    subprocess.run(['strip', '-o', bare, program], check=True)
    subprocess.run(['strip', '-g', '-o', stripped, program], check=True)

    def all_say(path, reason, *, begin=(), also=True):
        asked_for = [*commands, 'guest module'] if also else commands
        out = run_gdb(path, [], [*begin, *(part for command in asked_for for part in (f'echo >{command}\\n', command)), 'echo >\\n'],
                      [f'source {ROOT / "integrations" / "gdb" / "wasmelt-gdb.py"}'])  # which stripped programs do not name
        assert {command: after(out, command).rstrip('\n') for command in asked_for} == dict.fromkeys(asked_for, reason)
    all_say(bare, f'{bare} has no symbols, because it was translated without `wasmelt -g`, or because they have been removed (by `strip` or the '
            'like): then name the file as it was before with `symbol-file FILE`.')
    all_say(stripped, 'The debug information of the module has been removed (by `strip -g` or the like): name the file as it was before with '
            '`symbol-file FILE`.', begin=['break exit', 'run'])
    all_say(program, 'The program is not being run.', also=False)
    all_say(program, 'The program is not being run.', begin=['run'])
    out = run_gdb(program, [], ['file', *commands], [f'source {ROOT / "integrations" / "gdb" / "wasmelt-gdb.py"}'])
    assert out.count('No program is loaded: name it with `file FILE`.') == len(commands)


def test_programs_without_g_do_not_name_the_extension(tmp_path, run_wasmelt, cc):
    module = build_wasm(tmp_path, 'shapes', {'shapes.c': SHAPES_C}, ['-g', '-O0'])
    for flags, there in ([], False), (['-g'], True):
        assert run_wasmelt('--cc', cc, module, '-o', tmp_path / 'app', *flags).returncode == 0
        names = subprocess.run(['readelf', '-S', '-W', tmp_path / 'app'], capture_output=True, text=True, check=True).stdout
        assert ('.debug_gdb_scripts' in names) == there
        assert str(ROOT) in (tmp_path / 'app').read_bytes().decode('latin-1') or not there


def test_variables_of_cplusplus(tmp_path, app):
    module = build_wasm(tmp_path, 'zoo', {'zoo.cc': ZOO_CC}, ['-g', '-O0', '-fno-exceptions', '-fno-rtti'], ['-nostdlib++'])
    seal = ('{<zoo::Animal> = {_vptr$Animal = 0xADDRESS, name = 0xADDRESS "seal", age = 3}, <zoo::Swims> = {depth = 30}, '
            'food = zoo::Food::Fish, hungry = true}')
    said = asked(app(module, '-O0'), [], ['zoo.cc:35'], 'guest print *this', 'guest print age + 1', 'guest print by', 'guest print this->food',
                 'guest print animals', 'guest print born', 'guest print zoo::Animal::born', 'guest print (zoo::Food)4', 'guest backtrace 2',
                 'guest up', 'guest locals', 'guest print list.items[1]', 'guest whatis list', 'guest whatis animal', 'guest print animal.name')
    assert re.sub('0x[0-9a-f]+', '0xADDRESS', said('guest print *this')) == seal
    assert said('guest print age + 1') == '4'
    assert re.fullmatch(r'\(const int &\) @0x[0-9a-f]+: 1', said('guest print by'))
    assert said('guest print this->food') == said('guest print (zoo::Food)4') == 'zoo::Food::Fish'
    assert said('guest print animals') == '2' and said('guest print born') == said('guest print zoo::Animal::born') == '11'
    assert re.match(r'#0  zoo::Seal::dive \(this=0x\w+, by=@0x\w+: 1, other=0x\w+\) at .*/zoo\.cc:35\n'
                    r'#1  main \(argc=1, argv=0x\w+\) at .*/zoo\.cc:51\n', said('guest backtrace 2'))
    shown = re.sub('0x[0-9a-f]+', '0xADDRESS', said('guest locals')).splitlines()
    assert shown[:3] == [f'seal = {seal}', 'list = {items = {0.5, 1.5, 1}}',
                         'both = {<Left> = {<Base> = {b = 1}, _vptr$Left = 0xADDRESS, l = 2}, '
                         '<Right> = {<Base> = {b = 1}, _vptr$Right = 0xADDRESS, r = 3}, own = 4}']
    assert 'wide = 233' in shown
    assert said('guest print list.items[1]') == '1.5' and said('guest whatis list') == 'type = zoo::List<double, 3>'
    assert said('guest whatis animal') == 'type = const zoo::Animal &' and said('guest print animal.name').endswith(' "seal"')


def test_names_in_backtraces_are_those_of_the_source(tmp_path, app):
    module = build_wasm(tmp_path, 'zoo', {'zoo.cc': ZOO_CC}, ['-g', '-O0', '-fno-exceptions', '-fno-rtti'], ['-nostdlib++'])
    said = asked(app(module, '-O0'), [], ['zoo.cc:15'], 'bt 3', 'bt -no-filters 1')
    assert re.match(r'#0  zoo::Animal::eats \(this=0x\w+, amount=31\) at .*/zoo\.cc:15\n#1 .* zoo::Seal::eats \(this=0x\w+, amount=31\) at .*'
                    r'/zoo\.cc:38\n#2 .* zoo::Seal::dive \(this=0x\w+, by=1, other=0x\w+\) at .*/zoo\.cc:35', said('bt 3'))
    assert re.match(r'#0  f_zoo__Animal__eats', said('bt -no-filters 1'))


def test_what_a_module_names_is_printed_safely_and_is_no_command(tmp_path, app):
    """Names of files, functions and variables, with control characters; one that would be a command behind gdb's `demangle`."""
    (tmp_path / 'bare.c').write_text('void bare(int n) __asm__("_Z4barev\\nshell touch touched");\nvoid bare(int n) { if (n) __builtin_trap(); }\n')
    subprocess.run(['clang', '--target=wasm32-wasi', '-c', 'bare.c', '-o', 'bare.o'], cwd=tmp_path, check=True)
    source = ('#line 1 "ev\\033[31mil\\n.c"\nvoid bare(int) __asm__("_Z4barev\\nshell touch touched");\n'
              '__attribute__((export_name("_start"))) void start(void) {\n    int vaar = 7;\n    bare(vaar);\n}\n')
    module = build_wasm(tmp_path, 'm', {'m.c': source}, ['-g', '-O0'], ['-nostdlib', '-Wl,--no-entry', 'bare.o'])
    module.write_bytes(module.read_bytes().replace(b'vaar\0', b'v\x1b\x9br\0'))
    out = run_gdb(app(module, '-O0'), [], [f'cd {tmp_path}', 'break wasmelt_trap_unreachable', 'run', 'bt 3', 'up 2', 'guest locals', 'info source'])
    assert all(c.isprintable() or c in '\n\t' for c in out) and not (tmp_path / 'touched').exists(), out
    assert re.search(r'#1 .* _Z4barev\\0ashell touch touched \(.*\n#2 .* start .* at .*/ev\\1b\[31mil\\0a\.c:4\n', out), out
    assert 'v\\1b\\9br = 7' in out


@pytest.mark.parametrize('version', [4, 5])
def test_variables_in_optimised_code(tmp_path, app, version):
    """Lists of locations: variables in locals of WebAssembly, constants, calls that the module's compiler has inlined."""
    module = build_wasm(tmp_path, 'o1', {'o1.c': O1_C}, [f'-gdwarf-{version}', '-O1'])
    script = ['break o1.c:8', 'run', 'echo >first\\n', 'guest locals', 'guest args', 'guest up', 'guest locals', 'continue', 'echo >second\\n',
              'guest locals', 'delete', 'break o1.c:18', 'continue', 'echo >price\\n', 'guest print all', 'guest args', 'guest print *list', 'delete',
              'break o1.c:26', 'continue', 'echo >square\\n', 'guest backtrace 2', 'guest args', 'bt 2', 'guest up', 'guest print first.next->price',
              'echo >\\n']
    out = run_gdb(app(module, '-O0'), [], script)
    first = after(out, 'first').splitlines()
    assert first[:6] == ['part = <optimized out>', 'k = <optimized out>', 'total = 3', 'from = <optimized out>', 'count = 4', 'scale = 3']
    assert re.match(r'#1  main \(argc=1, argv=<optimized out>\) at .*/o1\.c:32', first[6])
    assert first[7] == 'values = {1, 2, 3, 1}' and 'n = <optimized out>' in first
    assert 'total = 9' in after(out, 'second')
    price = after(out, 'price').splitlines()
    assert price[0] == '3' and price[2:5] == ['factor = <optimized out>', 'extra = 10', '{weight = 7, price = 2.5, next = 0x0}']
    square = after(out, 'square').splitlines()
    assert re.fullmatch(r'#0  square \(of=24\) at .*/o1\.c:26', square[0]) and re.match(r'#1  main \(argc=1, .*/o1\.c:34', square[1])
    assert square[3] == 'of = 24' and re.match('#0  square .*:26', square[4]) and re.match('main .*:34', square[5]) and square[-1] == '2.5'


def test_what_the_c_compiler_has_removed_is_not_shown(tmp_path, app):
    module = build_wasm(tmp_path, 'shapes', {'shapes.c': SHAPES_C}, ['-g', '-O0'])
    said = asked(app(module, '-O2'), [], ['shapes.c:36'], 'guest locals', 'guest print last.corners[2]')
    shown = said('guest locals').splitlines()
    assert [line.split(' = ')[0] for line in shown] == ['square', 'k', 'first', 'numbers', 'middle']
    assert shown[0] in ('square = <optimized out>', 'square = 9')
    assert said('guest print last.corners[2]') in ('{x = 5, y = 6}', '<the memory of the module is not known here>')


def rust_to_wasm(folder, name, text):
    """Compiles with a rustc that has a library for WebAssembly; that of a system may be beside one of another source."""
    (folder / f'{name}.rs').write_text(text)
    for rustc in ('/usr/bin/rustc', 'rustc'):
        for target in ('wasm32-wasip1', 'wasm32-wasi'):
            if not shutil.which(rustc):
                continue
            asked_for = subprocess.run([rustc, '--print', 'target-libdir', '--target', target], capture_output=True, text=True)
            if asked_for.returncode == 0 and pathlib.Path(asked_for.stdout.strip()).is_dir():
                subprocess.run([rustc, '--target', target, '-C', 'linker=wasm-ld', '-g', f'{name}.rs', '-o', f'{name}.wasm'], cwd=folder,
                               check=True, capture_output=True)
                return folder / f'{name}.wasm'
    pytest.skip('no rustc with the library for wasm32-wasi is installed')


def test_variables_of_rust(tmp_path, run_wasmelt):
    module = rust_to_wasm(tmp_path, 'zoo', ZOO_RS)
    program = tmp_path / 'app'
    done = run_wasmelt('-g', '-O0', module, '-o', program, timeout=300)
    assert done.returncode == 0, done.stderr
    said = asked(program, [], ['zoo.rs:31'], 'guest locals', 'guest args', 'guest print *points', 'guest print *shape', 'guest print COUNT',
                 'guest print tuple.2', 'guest print points.len', 'bt 2', 'guest up', 'guest print shape.Rect.h', 'guest print points')
    shown = re.sub('0x[0-9a-f]+', '0xADDRESS', said('guest locals')).splitlines()
    result = 'core::result::Result<i32, alloc::string::String>'
    assert {'n = 7', f'bad = {result}::Err("bad")', 'array = [1, 2, 3]', 'colour = zoo::Colour::Green', 'pair = zoo::Pair(3, true)',
            "tuple = (1, 120 'x', -2)", 'some = core::option::Option<u32>::Some(3)', 'none = core::option::Option<u32>::None',
            'owned = "seal"'} < set(shown)
    assert any(re.match(r'holder = zoo::inner::Holder<f32> \{value: 1.5, next: core::option::Option<.*>::Some\(0xADDRESS\)\}', s) for s in shown)
    assert 'name = "seal"' in said('guest args')
    assert said('guest print *points') == said('guest print points') == 'vec![zoo::Point {x: 1, y: 2}, zoo::Point {x: 3, y: 4}]'
    assert said('guest print *shape') == 'zoo::Shape::Rect {w: 3, h: 4}'
    assert said('guest print COUNT') == '7' and said('guest print tuple.2') == '-2' and said('guest print points.len') == '2'
    assert said('guest print shape.Rect.h') == '4'
    assert re.match(r'#0  zoo::describe \(shape=0x\w+, name=\.\.\., points=0x\w+\) at .*zoo\.rs:31\n#1 .* zoo::main \(\) at .*zoo\.rs:37', said('bt 2'))
