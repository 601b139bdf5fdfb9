"""A component that is a program of preview 1 with wit-component's adapter becomes that program, exactly. Anything else is translated as it is,
or refused, and says what it is."""
import filecmp
import json
import random
import re
import shutil
import subprocess

import pytest

import component.adapters as adapters
from support import components
from support.binary import HEADER as MODULE_HEADER
from support.binary import leb, name, section, vector

pytestmark = pytest.mark.once


# Programs that use different parts of WASI, and so different parts of the adapter.
PROGRAMS = {
    'nothing': 'int main(void) { return 7; }',
    'show': r'''
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
extern char **environ;
int main(int argc, char **argv) {
    char line[100];
    for (int k = 1; k < argc; k++)
        printf("%s|", argv[k]);
    for (char **e = environ; *e; e++)
        printf(" %s", *e);
    if (fgets(line, sizeof line, stdin))
        printf(" read %s", line);
    fprintf(stderr, "%d arguments\n", argc);
    return argc > 3 ? 9 : 0;
}''',
    'files': r'''
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
int main(void) {
    struct stat st;
    struct timespec now;
    char text[50] = "";
    FILE *f = fopen("made", "w");
    if (!f || fputs("some text", f) < 0 || fclose(f) != 0)
        return 1;
    f = fopen("made", "r");
    printf("%s %d", fgets(text, sizeof text, f), stat("made", &st));
    printf(" %s %d %d", text, (int)st.st_size, mkdir("folder", 0777));
    printf(" %d", rename("made", "folder/moved"));
    int count = 0;
    for (DIR *d = opendir("folder"); d && readdir(d);)
        count++;
    printf(" %d %d %d\n", count, clock_gettime(CLOCK_MONOTONIC, &now), open("/etc/passwd", O_RDONLY) < 0 ? errno : 0);
    return 0;
}'''.replace('%s %d", fgets(text, sizeof text, f), stat', '%d %d", fgets(text, sizeof text, f) != NULL, stat'),
}
VERSIONS = ['1.0.0', '1.8.1', components.JCO]  # of jco, with different adapters


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    """made/plain/NAME.wasm are modules, made/VERSION/NAME.wasm components of these."""
    folder = tmp_path_factory.mktemp('made')
    (folder / 'plain').mkdir()
    jobs = []
    for title, text in PROGRAMS.items():
        (folder / f'{title}.c').write_text(text)
        module = folder / 'plain' / f'{title}.wasm'
        subprocess.run(['clang', '--target=wasm32-wasi', '-O2', folder / f'{title}.c', '-o', module], check=True)
        for version in VERSIONS:
            (folder / version).mkdir(exist_ok=True)
            jobs.append(['module', module, folder / version / f'{title}.wasm', components.adapter(version=version)])
    components.run_well(jobs)
    return folder


def test_the_pinned_version_is_among_those_that_are_known():
    assert set(VERSIONS) <= set(adapters.VERSIONS)


def c_files(run_wasmelt, source, goal, *flags):
    done = run_wasmelt(source, '--emit=c', '--main', '-o', goal, *flags)
    assert done.returncode == 0, done.stderr
    return sorted(path.name for path in goal.iterdir())


@pytest.mark.parametrize('version', VERSIONS)
@pytest.mark.parametrize('program', PROGRAMS)
def test_the_c_is_that_of_the_program(run_wasmelt, made, tmp_path, program, version):
    names = c_files(run_wasmelt, made / 'plain' / f'{program}.wasm', tmp_path / 'a')
    assert c_files(run_wasmelt, made / version / f'{program}.wasm', tmp_path / 'b') == names
    assert filecmp.cmpfiles(tmp_path / 'a', tmp_path / 'b', names, shallow=False) == (names, [], [])


def test_executables_do_the_same(run_wasmelt, made, tmp_path):
    results = []
    for kind in ('plain', components.JCO):
        app, folder = tmp_path / kind, tmp_path / f'{kind}-folder'
        folder.mkdir()
        assert run_wasmelt(made / kind / 'show.wasm', '-O0', '-o', app).returncode == 0
        show = subprocess.run([app, '--env', 'A=b', '--', 'one', 'two', 'three'], input='line\n', capture_output=True, text=True)
        assert run_wasmelt(made / kind / 'files.wasm', '-O0', '-o', app).returncode == 0
        files = subprocess.run([app, '--dir', f'{folder}::/'], capture_output=True, text=True)
        results.append([(done.returncode, done.stdout, done.stderr) for done in (show, files)])
        assert (folder / 'folder' / 'moved').read_text() == 'some text'
    assert results[0] == results[1]
    assert results[1][0] == (9, 'one|two|three| A=b read line\n', '4 arguments\n')


def test_run(run_wasmelt, made, tmp_path):
    env = {'PATH': '/usr/bin:/bin', 'HOME': str(tmp_path), 'XDG_CACHE_HOME': str(tmp_path)}
    for _ in range(2):
        assert run_wasmelt('run', made / components.JCO / 'nothing.wasm', env=env).returncode == 7
    done = run_wasmelt('run', made / components.JCO / 'show.wasm', 'a b', env=env, input='')
    assert (done.returncode, done.stdout, done.stderr) == (0, 'a b|', '2 arguments\n')


def test_a_component_from_standard_input(wasmelt, made, tmp_path):
    with open(made / components.JCO / 'nothing.wasm', 'rb') as component:
        done = subprocess.run([wasmelt, '-', '--emit=c', '-o', tmp_path / 'c'], stdin=component, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_inspect_says_that_it_is_a_program(run_wasmelt, made):
    component = made / components.JCO / 'show.wasm'
    assert 'translates it as a program of WASI preview 1, without the adapter' in run_wasmelt('inspect', component).stdout
    found = json.loads(run_wasmelt('inspect', '--json', component).stdout)
    assert found['wasmelt'] == {'translates': True, 'problem': None, 'use': 'program'}
    assert len(found['core_modules']) == 4 and len(found['components']) == 1
    assert {i['name'].split('@')[0] for i in found['imports']} >= {'wasi:cli/environment', 'wasi:io/streams', 'wasi:filesystem/preopens'}
    assert found['exports'][0]['wit'].split(' ', 1)[1] == 'interface {\n  run: func() -> result;\n}'


def test_a_function_imported_twice(run_wasmelt, assemble, tmp_path):
    """wit-component gives the second import another name, which no host knows."""
    module = assemble('''(module
      (import "wasi_snapshot_preview1" "sched_yield" (func $a (result i32)))
      (import "wasi_snapshot_preview1" "sched_yield" (func $b (result i32)))
      (memory (export "memory") 1)
      (func (export "_start") (drop (call $a)) (drop (call $b))))''')
    (tmp_path / 'in').mkdir()
    component = tmp_path / 'in' / module.name
    components.run_well([['module', module, component, components.adapter()]])
    assert b'sched_yield [v2]' in component.read_bytes()
    texts = []
    for source, goal in ((module, tmp_path / 'a'), (component, tmp_path / 'b')):
        names = c_files(run_wasmelt, source, goal)
        texts.append([re.sub(r'byte 0x[0-9a-f]+', 'byte', (goal / name).read_text()) for name in names])
    assert texts[0] == texts[1]  # but for offsets, as the name makes the module longer


def test_what_the_program_has_that_is_not_translated_is_where_it_is_in_the_file(run_wasmelt, tmp_path):
    count, body = 32, name(b'\1' + leb(50000) + b'\x7f\x0b')
    module = MODULE_HEADER + b''.join([
        section(1, vector([b'\x60\0\0', b'\x60\0\1\x7f'])), section(2, vector([name('wasi_snapshot_preview1') + name('sched_yield') + b'\0\1'])),
        section(3, vector([b'\0'] * count)), section(5, vector([b'\0\1'])),
        section(7, vector([name('memory') + b'\2\0', name('_start') + b'\0\1'])), section(10, vector([body] * count))])
    (tmp_path / 'plain.wasm').write_bytes(module)
    components.run_well([['module', tmp_path / 'plain.wasm', tmp_path / 'in.wasm', components.adapter()]])
    plain, inside = (run_wasmelt(tmp_path / f'{n}.wasm', '--emit=c', '--main', '-o', tmp_path / n).stderr for n in ('plain', 'in'))
    offsets = [int(re.search(r'at byte 0x([0-9a-f]+)', text)[1], 16) for text in (plain, inside)]
    assert 'not supported' in inside and offsets[1] - offsets[0] == (tmp_path / 'in.wasm').read_bytes().index(module)


# ---- What is not peeled ----

def is_whole(run_wasmelt, component):
    """Whether the adapter is translated, too: shown by what `inspect` says; the C can be made."""
    goal = component.with_suffix('.whole')
    done = run_wasmelt(component, '--emit=c', '--main', '-o', goal)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(goal)
    return 'translates it as a program of WASI 0.2' in run_wasmelt('inspect', component).stdout


def refused(run_wasmelt, component, said):
    """The one line, which is the same whatever is asked for."""
    goal = component.with_suffix('.out')
    done = run_wasmelt(component, '-o', goal)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and not goal.exists(), done.stderr
    assert done.stderr.startswith(f'wasmelt: {component}: error: not supported: components other than programs of WASI 0.2 and 0.3: '), done.stderr
    assert said in done.stderr and '(at byte 0x' in done.stderr, done.stderr
    assert run_wasmelt('validate', component).returncode == 0
    assert run_wasmelt('run', component, env={'PATH': '/usr/bin:/bin', 'XDG_CACHE_HOME': str(component.parent)}).stderr == done.stderr
    assert json.loads(run_wasmelt('inspect', '--json', component).stdout)['wasmelt']['use'] != 'program'


def test_an_adapter_that_does_something_else(run_wasmelt, made, tmp_path):
    """One operator is another, in functions that the program uses and in others."""
    original = components.adapter().read_bytes()
    jobs, count = [], 0
    for at in [m.start() for m in re.finditer(rb'\x6a\x21', original)][:240:3]:  # i32.add, local.set: i32.sub instead
        changed = bytearray(original)
        changed[at] = 0x6B
        (tmp_path / f'adapter{at}.wasm').write_bytes(changed)
        jobs.append(['module', made / 'plain' / 'files.wasm', tmp_path / f'c{at}.wasm', tmp_path / f'adapter{at}.wasm'])
    components.run(jobs)
    for _, _, component, _ in jobs:
        if not component.exists():
            continue
        text = run_wasmelt('inspect', component).stdout
        # The change may be in a function that the program does not use, and which is therefore not in the component.
        assert 'translates it as a program of WASI' in text
        count += 'of WASI 0.2' in text
    assert count >= 3


def test_something_else_given_to_the_adapter(run_wasmelt, made, tmp_path):
    """Standard error for standard output, by the component around the adapter."""
    components.run_well([['print', made / components.JCO / 'show.wasm', tmp_path / 'show.wat', None]])
    text = (tmp_path / 'show.wat').read_text()
    lines = {which: re.search(rf'\(export "get-{which}" \(func (\S+)\)\)', text)[1] for which in ('stdout', 'stderr')}
    swapped = text.replace(f'(export "get-stdout" (func {lines["stdout"]}))', f'(export "get-stdout" (func {lines["stderr"]}))')
    assert swapped != text
    (tmp_path / 'swapped.wat').write_text(swapped)
    components.run_well([['text', tmp_path / 'swapped.wat', tmp_path / 'swapped.wasm', None]])
    assert is_whole(run_wasmelt, tmp_path / 'swapped.wasm') and not is_whole(run_wasmelt, made / components.JCO / 'show.wasm')
    assert run_wasmelt(tmp_path / 'swapped.wasm', '-O0', '-o', tmp_path / 'swapped').returncode == 0
    done = subprocess.run([tmp_path / 'swapped', 'one'], input='', capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ('', '2 arguments\none|')


OTHERS = {
    'empty': ('(component)', 'this one exports nothing'),
    'library': ('''(component (core module $m (func (export "f") (result i32) i32.const 1)) (core instance $i (instantiate $m))
      (func $f (result u32) (canon lift (core func $i "f"))) (export "f" (func $f)))''', 'this one exports "f"'),
    'newer': ('''(component (core module $m (func (export "run") (result i32) i32.const 0)) (core instance $i (instantiate $m))
      (func $f (result (result)) (canon lift (core func $i "run")))
      (instance $run (export "run" (func $f))) (export "wasi:cli/run@0.4.0" (instance $run)))''', 'this one exports "wasi:cli/run@0.4.0"'),
}
WHOLE = {
    'of-itself': '''(component (core module $m (func (export "run") (result i32) i32.const 0)) (core instance $i (instantiate $m))
      (func $f (result (result)) (canon lift (core func $i "run")))
      (instance $run (export "run" (func $f))) (export "wasi:cli/run@0.2.0" (instance $run)))''',
    'composed': '''(component (component $inner
        (core module $m (func (export "run") (result i32) i32.const 1)) (core instance $i (instantiate $m))
        (func $f (result (result)) (canon lift (core func $i "run")))
        (instance $run (export "run" (func $f))) (export "wasi:cli/run@0.2.0" (instance $run)))
      (instance $made (instantiate $inner))
      (alias export $made "wasi:cli/run@0.2.0" (instance $run))
      (export "wasi:cli/run@0.2.0" (instance $run)))''',
}


@pytest.fixture(scope='module')
def others(tmp_path_factory):
    return components.assemble({key: text for key, (text, _) in OTHERS.items()} | WHOLE, tmp_path_factory.mktemp('others'))


@pytest.mark.parametrize('key', OTHERS)
def test_other_components(run_wasmelt, others, key):
    refused(run_wasmelt, others[key], OTHERS[key][1])


@pytest.mark.parametrize('key', WHOLE)
def test_programs_without_adapter(run_wasmelt, others, tmp_path, key):
    assert is_whole(run_wasmelt, others[key])
    assert run_wasmelt(others[key], '-O0', '-o', tmp_path / 'app').returncode == 0
    assert subprocess.run([tmp_path / 'app']).returncode == (key == 'composed')


def test_a_composition_around_a_program(run_wasmelt, made, tmp_path):
    """The program is a component inside another: what that one gives it could be a file system of its own."""
    inner = (made / components.JCO / 'nothing.wasm').read_bytes()
    components.run_well([['print', made / components.JCO / 'nothing.wasm', tmp_path / 'inner.wat', None]])
    imports = re.findall(r'\(import "(wasi:[^"]+)"', (tmp_path / 'inner.wat').read_text())
    assert imports
    header = b'\0asm\x0d\0\1\0'
    component = tmp_path / 'outer.wasm'
    component.write_bytes(header + section(4, inner))
    refused(run_wasmelt, component, 'this one exports nothing')


def test_a_library_with_the_adapter_for_libraries(run_wasmelt, assemble, tmp_path):
    module = assemble('(module (import "wasi_snapshot_preview1" "sched_yield" (func $y (result i32))) (memory (export "memory") 1)'
                      ' (func (export "_initialize") (drop (call $y))))')
    component = tmp_path / 'library.wasm'
    components.run_well([['module', module, component, components.adapter('reactor')]])
    refused(run_wasmelt, component, 'this one exports nothing')


def test_one_module_more(run_wasmelt, made, tmp_path):
    data = (made / components.JCO / 'nothing.wasm').read_bytes()
    extra = section(1, MODULE_HEADER + section(5, vector([b'\0\1']))) + section(2, vector([b'\0\4' + b'\0']))
    component = tmp_path / 'more.wasm'
    component.write_bytes(data + extra)
    assert is_whole(run_wasmelt, component)


def test_fingerprints_are_those_of_the_adapters(build):
    """The list of known functions has those of the adapters of today."""
    subprocess.run(['cmake', '--build', build, '--target', 'adapter-fingerprints'], check=True, stdout=subprocess.DEVNULL)
    program, = build.rglob('adapter-fingerprints')
    known = set(adapters.GOAL.read_text().splitlines())
    for version in VERSIONS:
        rows = adapters.fingerprints(program, components.adapter(version=version))
        assert len(rows) > 40 and set(rows) <= known


def test_the_name_of_a_function_cannot_break_a_message(run_wasmelt, tmp_path):
    component = tmp_path / 'name.wasm'
    component.write_bytes(b'\0asm\x0d\0\1\0' + section(7, vector([b'\x42\0'])) + section(10, vector([b'\0' + name('a' * 300) + b'\5\0'])))
    done = run_wasmelt(component, '-o', tmp_path / 'x')
    assert done.returncode == 1 and len(done.stderr) < 600 and done.stderr.isprintable() is False and len(done.stderr.splitlines()) == 1


def test_damaged_components_of_programs(sanitized, made, tmp_path):
    data = (made / components.JCO / 'show.wasm').read_bytes()
    after = data.rindex(b'\0asm\1\0\0\0')  # the fixup and what connects the modules
    rng = random.Random(5)
    for number in range(60):
        copy = bytearray(data)
        for _ in range(rng.randrange(1, 3)):
            copy[rng.randrange(after if number % 2 else len(data) // 2, len(data))] = rng.randrange(256)
        (tmp_path / f'{number}.wasm').write_bytes(copy)
        done = subprocess.run([sanitized, 'inspect', '--json', tmp_path / f'{number}.wasm'], capture_output=True, text=True, errors='replace', timeout=60)
        assert done.returncode in (0, 1) and 'Sanitizer' not in done.stderr and 'runtime error' not in done.stderr, done.stderr[-2000:]


def test_nothing_is_read_that_was_not_written(memory_sanitized, made):
    for version in VERSIONS:
        done = subprocess.run([memory_sanitized, 'inspect', made / version / 'files.wasm'], capture_output=True, text=True, timeout=300)
        assert 'translates it as a program' in done.stdout and done.stderr == ''
