"""What the runtime does to a process (docs/reference-process.md): its system calls, from strace, phase by phase, and what is left of it in /proc
after the end."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MASK = {'rt_sigprocmask'}
# What each phase may do: it opens no file, and starts no thread.
PHASES = {
    'prepare': {'rt_sigaction', 'sigaltstack', 'getpid', 'gettid', 'prlimit64', 'mmap', 'mprotect', 'brk', 'futex'},
    'instance': {'mmap', 'mprotect', 'munmap', 'brk', 'getrandom', 'rt_sigaction'} | MASK,
    'calls': MASK,
    'grow': {'mprotect'} | MASK,
    'traps': MASK,
    'until': {'rt_sigaction', 'timer_create', 'timer_settime', 'clock_gettime', 'gettid', 'getpid', 'rt_sigreturn'} | MASK,
    'free': {'munmap', 'mprotect', 'brk', 'rt_sigaction'},
    'leave': {'timer_delete', 'sigaltstack', 'munmap', 'mprotect', 'rt_sigaction', 'getpid', 'brk'},
}
SIGNALS = {'SIGSEGV', 'SIGBUS', 'SIGRT_32', 'SIGRTMAX'}


@pytest.fixture(scope='module')
def host(run_wasmelt, runtime_archive, tmp_path_factory):
    if not shutil.which('strace') or subprocess.run(['strace', 'true'], capture_output=True).returncode:
        pytest.skip('strace is not installed, or may not trace here')
    folder = tmp_path_factory.mktemp('process')
    (folder / 'app.wat').write_text((HERE / 'process.wat').read_text())
    done = run_wasmelt(folder / 'app.wat', '--emit=c', '--interrupt=signal', '-o', folder)
    assert done.returncode == 0, done.stderr
    # All of the runtime: a constructor in it would be one of the program.
    compiler = os.environ.get('CC', 'gcc')
    subprocess.run([compiler, '-std=c11', '-D_GNU_SOURCE', '-O1', '-Wall', '-Wextra', '-Werror', f'-I{folder}', f'-I{ROOT / "include"}',
                    folder / 'app.c', HERE / 'process_host.c', '-Wl,--whole-archive', runtime_archive, '-Wl,--no-whole-archive',
                    '-pthread', '-lm', '-o', folder / 'host'], check=True)
    (folder / 'empty.c').write_text('#include <unistd.h>\nint main(void) { close(dup(0)); return 0; }\n')
    dynamic = subprocess.run(['readelf', '-d', folder / 'host'], capture_output=True, text=True, check=True).stdout
    needed = [f'-l:{library}' for library in re.findall(r'\(NEEDED\).*\[(.*)\]', dynamic)]
    subprocess.run([compiler, folder / 'empty.c', '-Wl,--no-as-needed', *needed, '-o', folder / 'empty'], check=True)
    return folder / 'host'


def trace(program, *arguments):
    """What it printed, and its system calls, as (name, line)."""
    log = program.with_suffix('.log')
    done = subprocess.run(['strace', '-f', '-o', log, program, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found = [re.match(r'\d+\s+((\w+)\(.*|--- .*)', line) for line in log.read_text().splitlines()]
    return done.stdout, [(m[2] or 'signal', m[1]) for m in found if m]


def phases(calls):
    """{phase: its calls}."""
    parts, name = {}, 'begin'
    for call, line in calls:
        marker = re.match(r'write\(-1, "(\w+)"', line)
        if marker:
            name = marker[1]
        else:
            parts.setdefault(name, []).append((call, line))
    return parts


@pytest.mark.parametrize('promise', [False, True])
def test_each_system_call_is_a_documented_one(host, promise):
    _, calls = trace(host, 'promise' if promise else '-')
    parts = phases(calls)
    for name, allowed in PHASES.items():
        others = [line for call, line in parts.get(name, []) if call not in allowed | {'signal'}]
        assert not others, (name, others)
    # A call makes one system call before and, as nothing was blocked, none after it; none with the promise.
    assert len(parts.get('calls', [])) == (0 if promise else 100)
    for name in PHASES:
        for call, line in parts.get(name, []):
            if call == 'rt_sigaction':
                assert re.search(r'\((\w+)', line)[1] in SIGNALS, line


def test_nothing_happens_before_it_is_used(host):
    """No constructor: up to the first call in main the process does what an empty program does."""
    names = []
    for program in [host, host.with_name('empty')]:
        calls = trace(program)[1]
        names.append([call for call, _ in calls[:next(k for k, (_, line) in enumerate(calls) if line.startswith('dup(0)'))]])
    assert names[0] == names[1]


def test_nothing_is_left(host):
    told = trace(host)[0].split('----\n')
    assert len(told) == 3 and told[0] == told[1]


def test_no_constructor(runtime_archive):
    sections = subprocess.run(['objdump', '-h', runtime_archive], capture_output=True, text=True, check=True).stdout
    assert '.fini_array' in sections and '.init_array' not in sections and '.ctors' not in sections and '.preinit_array' not in sections
