"""Names in modules, of files and in arguments reach a terminal as one line of visible characters."""
import json
import re
import subprocess

import pytest

from tests.support.binary import custom, leb, module, name, section, vector

pytestmark = pytest.mark.once

HOSTILE = [b'*/ int pwned=1; /*', '\u202e\u2066evil\u2069'.encode(), '\u009b31mCSI\u009d0;title\u009c'.encode(), b'\x1b[31mred', b'??/??/', b'a\\\nb',
           b'x"\n#error pwn\n', b'\\u0022', b'%s%n', '\ufeffbom\u2028ls\u2029ps'.encode(), '\U000e0001tag'.encode(), 'zero\u200bwidth\u00adsoft\u2060'.encode(),
           '\u3164\uffa0\u115f'.encode(), '\ufff9\U0001d173\ufffe\U000f0000'.encode(), b'\x7f\r\b']
INVALID = b'\xff\xc0\xaf\xed\xa0\x80'
# What a terminal, an editor or a log could misunderstand.
UNSEEN = re.compile('[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u115f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\U0001d173\U000e0000-\U0010ffff]')


def hostile(imports=False, modname=b'*/\xc2\x9b31m', functions=HOSTILE):
    """Functions that call each other, the last of which traps, called like that."""
    first = len(HOSTILE) if imports else 0
    calls = [name(b'\0\x10' + leb(first + k + 1) + b'\x01\x0b') for k in range(len(functions) - 1)] + [name(b'\0\0\x0b')]
    exports = [name('_start') + b'\0' + leb(first)]
    exports += [name(h) + b'\0' + leb(first) for h in HOSTILE] if imports else []
    names = b'\0' + name(name(modname)) + b'\1' + name(vector([leb(first + k) + name(f) for k, f in enumerate(functions)]))
    return module(section(1, vector([b'\x60\0\0'])), *([section(2, vector([name(h) + name(h) + b'\0\0' for h in HOSTILE]))] if imports else []),
                  section(3, vector([b'\0'] * len(functions))), section(7, vector(exports)), section(10, vector(calls)), custom('name', names))


def check(output, lines=None):
    """Fit to be shown; as many lines as it should have."""
    text = output.decode()
    assert not UNSEEN.search(text), ascii(UNSEEN.search(text))
    assert lines is None or len(text.splitlines()) == lines, text
    return text


def run(wasmelt, *args, **kwargs):
    return subprocess.run([wasmelt, *args], capture_output=True, timeout=120, **kwargs)


@pytest.mark.parametrize('flags', [['-g'], ['-g', '-O0', '--split=2'], []], ids=' '.join)
def test_backtraces(wasmelt, tmp_path, flags):
    (tmp_path / 't.wasm').write_bytes(hostile())
    done = run(wasmelt, *flags, '--cflags=-fno-inline', tmp_path / 't.wasm', '-o', tmp_path / 't')
    assert done.returncode == 0, done.stderr
    trapped = subprocess.run([tmp_path / 't'], capture_output=True)
    assert trapped.returncode == 134
    text = check(trapped.stderr, None if not flags else 1 + len(HOSTILE))
    assert '\\1b[31mred' in text or not flags


def test_sources_in_backtraces(wasmelt, tmp_path, compile_wasi):
    file = '\x1b[31m\n   0: forged at \u202efile.c'
    wasm = compile_wasi('#line 1 "' + file.replace('\x1b', '\\033').replace('\n', '\\012') + '"\nint main(void) { __builtin_trap(); }\n', flags=['-g', '-O0'])
    assert run(wasmelt, '-g', wasm, '-o', tmp_path / 't').returncode == 0
    trapped = subprocess.run([tmp_path / 't'], capture_output=True)
    text = check(trapped.stderr)
    assert text.splitlines()[1].startswith('   0: ') and 'forged' in text.splitlines()[1] and ' at ' in text.splitlines()[1]


def test_messages_about_files(wasmelt, tmp_path):
    for k, part in enumerate([b'\x1b[31m\nwasmelt: note: all is well', '\u202egnp.c'.encode(), INVALID]):
        folder = tmp_path / str(k)
        folder.mkdir()
        path = bytes(folder) + b'/' + part + b'.wasm'
        for contents in None, b'junk', hostile(), hostile(True):
            if contents is not None:
                with open(path, 'wb') as file:
                    file.write(contents)
            for command in [], ['validate'], ['validate', '--list'], ['validate', '-v'], ['inspect'], ['--emit=lib', '-v', '-O0', '-o', folder / 'x.a'], ['run']:
                done = run(wasmelt, *command, path, cwd=folder)
                one = command[:1] != ['inspect'] and '-v' not in command and b'Try' not in done.stderr and contents is None
                check(done.stderr, 1 if one else None)
                check(done.stdout)
        made = (folder / 'x.a').exists()
        assert made


def test_arguments(wasmelt, tmp_path):
    bad = '\x1b[2J\nwasmelt: note: \u202e'
    for args in [f'--{bad}'], [f'--name={bad}', 'a'], [f'--emit={bad}', 'a'], [f'--split={bad}', 'a'], [f'--dump={bad}', 'a'], [f'--debug-prefix-map={bad}', 'a'], \
            [f'--cc={bad}', tmp_path / 't.wasm', '-o', tmp_path / 'x'], ['run', f'--cache-size={bad}', 'a'], ['run', f'--dir={bad}', tmp_path / 't.wasm'], \
            ['run', '--invoke', bad, tmp_path / 't.wasm'], ['cache', bad], [f'-{bad}'], [tmp_path / 't.wasm', '-o', f'/{bad}/x']:
        (tmp_path / 't.wasm').write_bytes(hostile())
        done = run(wasmelt, *args)
        assert done.returncode != 0 and done.stderr
        check(done.stderr)
    assert run(wasmelt, tmp_path / 't.wasm', '-o', tmp_path / 't').returncode == 0
    for args in [f'--dir={bad}'], [f'--wasmelt-{bad}'], [f'--env={bad}']:
        check(subprocess.run([tmp_path / 't', *args], capture_output=True).stderr)


def test_inspection(wasmelt, tmp_path):
    (tmp_path / 't.wasm').write_bytes(hostile(True))
    for flags in [], ['--all']:
        check(run(wasmelt, 'inspect', *flags, tmp_path / 't.wasm').stdout)
    told = run(wasmelt, 'inspect', '--json', tmp_path / 't.wasm').stdout
    check(told)
    assert {i['name'].encode() for i in json.loads(told)['imports']} == set(HOSTILE)


def test_errors_of_linking(wasmelt, build, tmp_path):
    (tmp_path / 't.wasm').write_bytes(hostile(True))
    done = run(wasmelt, tmp_path / 't.wasm', '--emit=obj', '--imports=named', '-O0', '-o', tmp_path / 't.o')
    assert done.returncode == 0, done.stderr
    (tmp_path / 'host.c').write_text('''#include <stdio.h>
        #include "t.h"
        static void f(void *context) { (void)context; }
        int main(void) {
            static const wasmelt_type none;
            wasmelt_func func;
            wasmelt_instance *i;
            wasmelt_error error;
            wasmelt_import given[64];
            wasmelt_func_init(&func, f, NULL, &none);
            for (uint32_t k = 0; k < t_module.import_count; k++) {
                if (wasmelt_instantiate(&t_module, given, k, &i, &error) != WASMELT_UNLINKABLE) return 1;
                puts(error.message);
                given[k] = (wasmelt_import){t_module.imports[k].module.bytes, t_module.imports[k].name.bytes, {.kind = WASMELT_EXTERN_FUNC, .func = &func}};
            }
            return 0;
        }''')
    include = f'-I{wasmelt.parents[2] / "include"}'
    subprocess.run(['gcc', include, f'-I{tmp_path}', tmp_path / 'host.c', tmp_path / 't.o', build / 'lib' / 'libwasmelt_rt.a', '-lm', '-lpthread', '-o',
                    tmp_path / 'host'], check=True)
    check(subprocess.run([tmp_path / 'host'], capture_output=True, check=True).stdout, len(HOSTILE))


@pytest.mark.parametrize('flags', [[], ['-g'], ['--split=2'], ['--imports=named']], ids=' '.join)
def test_emitted_c(wasmelt, tmp_path, cc, flags):
    """Names from the module and of its file stand in comments, strings and directives."""
    path = bytes(tmp_path) + b'/*?? \n#error \x1b[31m\\.wasm'
    with open(path, 'wb') as file:
        file.write(hostile(True))
    done = run(wasmelt, '--emit=c', '--name=t', *flags, '-o', tmp_path / 'c', path)
    assert done.returncode == 0, done.stderr
    for file in (tmp_path / 'c').iterdir():
        text = file.read_text(encoding='ascii')
        assert not re.search(r'[^\n\t -~]', text)
        if file.suffix == '.c':
            subprocess.run([cc, '-std=gnu11', '-trigraphs', '-Wall', '-Wextra', '-Werror', f'-I{wasmelt.parents[2] / "include"}', '-fsyntax-only', file], check=True)
