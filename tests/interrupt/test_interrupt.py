"""Ending runs from outside: host.c and objects.c, whose cases run in a process each, with modules translated for signals, for polling and for neither, and
under the sanitizers."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from support import binaryen
from support.hosts import SANITIZERS, WITHOUT_COMPONENTS, compile_objects, compile_with_macro

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SOURCES = [HERE / 'host.c', HERE / 'objects.c']
GUESTS = ['guest', 'start', 'objects']
CASES = [case for f in SOURCES for case in re.findall(r'^CASE\((\w+)\)', f.read_text(), re.MULTILINE)]
WITHOUT_SIGNALS = ''.join(t[t.index('#ifndef POLLS_ONLY'):t.rindex('#endif')] for t in (f.read_text() for f in SOURCES))
ADDRESS, THREAD = (['-O1', *SANITIZERS[sanitizer]] for sanitizer in ('address', 'thread'))
TORTURE = 'WASMELT_HEAP_TORTURE=7'
SETTINGS = {  # compiler, --interrupt, flags
    'own': (os.environ.get('CC', 'gcc'), 'signal', ['-O2']),
    'address': ('gcc', 'signal', [*ADDRESS, f'-D{TORTURE}']),
    'thread': ('gcc', 'signal', [*THREAD, '-DDELAYED_SIGNALS']),
    'poll': ('gcc', 'poll', ['-O2', '-DPOLLS_ONLY']),
    'poll-thread': ('gcc', 'poll', [*THREAD, '-DPOLLS_ONLY']),
    'link-time': ('gcc', 'signal', ['-O2', '-flto=auto']),
}
# Those in which nothing but loops and calls of the guest's own runs until it is ended.
THREAD_CASES = ['any_endless_function_ends_at_any_time', 'threads_are_ended_apart', 'a_deadline_ends_any_endless_function',
                'a_function_of_the_host_comes_to_its_end', 'a_function_of_the_host_may_look_itself', 'a_signal_handler_asks']


@pytest.fixture(scope='module')
def hosts(build, runtime_archive, sanitized_archive, tmp_path_factory):
    """hosts(SETTING): the program's path."""
    folder = tmp_path_factory.mktemp('interrupt')
    for name in GUESTS[:2]:
        subprocess.run(['wat2wasm', '--enable-all', '--no-check', HERE / f'{name}.wat', '-o', folder / f'{name}.wasm'], check=True)
    binaryen.assemble(HERE / 'objects.wat', folder / 'objects.wasm')

    def make(setting):
        cc, how, flags = SETTINGS[setting]
        out = folder / setting
        if out.exists():
            return out / 'host'
        out.mkdir()
        for name in GUESTS:
            subprocess.run([build / 'bin' / 'wasmelt', folder / f'{name}.wasm', '--emit=c', f'--interrupt={how}', '-o', out], check=True)
        own = shutil.copytree(HERE, out / 'own', ignore=shutil.ignore_patterns('*.py', '*.wat', '__pycache__'))
        command = [cc, '-std=c11', '-D_GNU_SOURCE', '-g', *flags, '-pthread', '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}']
        objects = [*compile_objects([*command, '-I.'], [out / f'{name}.c' for name in GUESTS], out / 'guests'),
                   *compile_objects([*command, '-I..'], [own / file.name for file in SOURCES], own)]
        if setting == 'address':
            objects += compile_with_macro(command, TORTURE, out / 'runtime')
        if setting == 'link-time':
            objects += compile_objects(command, WITHOUT_COMPONENTS, out / 'runtime')
        else:
            objects.append(sanitized_archive('gcc', 'address' if setting == 'address' else 'thread') if flags[0] == '-O1' else runtime_archive)
        subprocess.run([*command, *objects, '-lm', '-o', out / 'host'], check=True)
        return out / 'host'
    return make


def all_cases():
    for setting, (_, how, flags) in SETTINGS.items():
        for case in CASES:
            if how == 'poll' and f'CASE({case})' in WITHOUT_SIGNALS:
                continue
            if '-DDELAYED_SIGNALS' in flags and case not in THREAD_CASES:
                continue
            yield pytest.param(setting, case, id=f'{case}-{setting}', marks=[] if setting == 'own' else pytest.mark.once)


@pytest.mark.parametrize('setting, case', all_cases())
def test_case(hosts, setting, case):
    environment = dict(os.environ, ASAN_OPTIONS='detect_leaks=1', TSAN_OPTIONS='halt_on_error=1')
    done = subprocess.run([hosts(setting), case, '30'], capture_output=True, text=True, errors='replace', timeout=300, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]


OWN = r'''(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (memory (export "memory") 1)
  (func $loop (export "loop") (param i32) (local $i i32)
    (loop $again
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get 0))))
    (drop (call $yield))))'''


@pytest.mark.once
@pytest.mark.parametrize('how', ['never', 'signal', 'poll'])
def test_what_is_emitted(assemble, run_wasmelt, tmp_path, how):
    done = run_wasmelt(assemble(OWN), '--emit=c', '--name=app', f'--interrupt={how}', '-o', tmp_path)
    assert done.returncode == 0, done.stderr
    c = (tmp_path / 'app.c').read_text()
    loop = c[c.index('for (;;)'):]
    assert ('stop_if_asked' in loop[:loop.index('}')]) == (how == 'poll')  # no code in a loop but where it was asked for
    assert ('STOPPABLE' in c) == (how == 'signal')
    assert ('.stoppable' in c) == (how == 'signal')
    if how == 'never':
        assert 'interrupt' not in c and 'stop_if_asked' not in c


LOOP = r'''(module
  (memory (export "memory") 1)
  (func (export "sum") (param i32) (result i32) (local $i i32)
    (loop $again
      (local.set $i (i32.add (local.get $i) (i32.load (local.get 0))))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 4)))))
    (local.get $i)))'''


@pytest.mark.once
def test_code_is_the_same_but_for_its_section(assemble, run_wasmelt, tmp_path):
    """What may be stopped anywhere has not an instruction more for that, where it calls nothing."""
    wasm, code = assemble(LOOP), {}
    for how in ['never', 'signal']:
        out = tmp_path / how
        assert run_wasmelt(wasm, '--emit=c', '--name=app', f'--interrupt={how}', '-o', out).returncode == 0
        subprocess.run(['gcc', '-O2', f'-I{ROOT / "include"}', '-c', out / 'app.c', '-o', out / 'app.o'], check=True)
        listing = subprocess.run(['objdump', '-d', '--no-show-raw-insn', '--no-addresses', out / 'app.o'], capture_output=True, text=True,
                                 check=True).stdout
        code[how] = listing[listing.index('<f_sum>:'):].split('\n\n')[0]
    assert code['never'].count('\n') > 5 and code['signal'] == code['never']


@pytest.mark.parametrize('option, status', [('--timeout=0.2', 124), ('--timeout=60', 0)])
def test_timeout_of_an_executable(assemble, run_wasmelt, tmp_path, option, status):
    body = '(loop (br 0))' if status else ''
    wasm = assemble(f'(module (memory (export "memory") 1) (func (export "_start") {body}))')
    assert run_wasmelt(wasm, '-o', tmp_path / 'app').returncode == 0
    done = subprocess.run([tmp_path / 'app', option], capture_output=True, text=True, timeout=30)
    assert done.returncode == status
    assert done.stderr == ('wasmelt: the program has run as long as --timeout allows\n' if status else '')
    assert run_wasmelt('run', option, wasm).returncode == status


@pytest.mark.parametrize('value', ['-1', 'nan', '1e3', '', '0x10', '1.2.3', '5s', '99999999999999'])
def test_no_time(assemble, run_wasmelt, tmp_path, value):
    wasm = assemble('(module (memory (export "memory") 1) (func (export "_start")))')
    assert run_wasmelt(wasm, '-o', tmp_path / 'app').returncode == 0
    done = subprocess.run([tmp_path / 'app', f'--timeout={value}'], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (2, f'wasmelt: {value}: not a time in seconds, as 2.5\n')
