"""The extension for gdb: variables of the source, from the module's own debug information."""
import re
import shutil
import subprocess

import pytest
from support.debugging import ROOT, build_wasm, run_gdb

SHAPES_C = '''\
#include <stdbool.h>
enum colour { RED, GREEN = 5 };
typedef unsigned char byte;
struct point { int x, y; };
union either { int number; byte bytes[4]; };
struct shape {
    const char *name;
    enum colour colour;
    struct point corners[3];
    double area;
    union either either;
    unsigned low : 3, high : 5;
    signed char sign;
    bool round;
    float weight;
    long long big;
    struct shape *next;
    int (*measure)(const struct shape *);
};
static int measure(const struct shape *s) {
    static int calls = 40;
    calls++;
    int total = s->corners[0].x + calls;
    return total;
}
static struct shape last = {"last", RED, {{1, 2}, {3, 4}, {5, 6}}, 0.25, {0x01020304}, 5, 17, -3, true, 0.1f, -5000000000, 0, measure};
int global = 7;
int main(int argc, char **argv) {
    struct shape first = last;
    int numbers[20] = {1, 2, 3}, *middle = numbers + 1;
    first.name = "first";
    first.colour = GREEN;
    first.next = &last;
    for (int k = 0; k < 2; k++) {
        int square = (k + 3) * (k + 3);
        global += square;
    }
    return measure(&first) + *middle - global;
}
'''


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


def test_programs_without_g_do_not_name_the_extension(tmp_path, run_wasmelt, cc):
    module = build_wasm(tmp_path, 'shapes', {'shapes.c': SHAPES_C}, ['-g', '-O0'])
    for flags, there in ([], False), (['-g'], True):
        assert run_wasmelt('--cc', cc, module, '-o', tmp_path / 'app', *flags).returncode == 0
        names = subprocess.run(['readelf', '-S', '-W', tmp_path / 'app'], capture_output=True, text=True, check=True).stdout
        assert ('.debug_gdb_scripts' in names) == there
        assert str(ROOT) in (tmp_path / 'app').read_bytes().decode('latin-1') or not there
