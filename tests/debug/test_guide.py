"""The sessions in docs/guide-debug.md happen as shown there, apart from addresses."""
import re
import subprocess

from support.debugging import ROOT, need

GUIDE = (ROOT / 'docs' / 'guide-debug.md').read_text()
PROGRAM = re.search(r'```c\n(#include <stdio.*?)```', GUIDE, re.DOTALL).group(1)
SESSIONS = re.findall(r'```console\n(.*?)```', GUIDE, re.DOTALL)


def plain(text):
    """Without what differs from one run or machine to the next, or gdb says to a terminal only."""
    return [re.sub(r'0x[0-9a-f]+|\b7\d{4}\b', 'ADDRESS', line) for line in text.splitlines()
            if line and not re.search(r'libthread_db|^\(More stack frames|^Run till exit', line)]


def test_sessions_are_as_shown(tmp_path, wasmelt):
    need('gdb')
    shown, real = [], []
    (tmp_path / 'average.c').write_text(PROGRAM)
    for session in SESSIONS:
        commands = re.findall(r'^\$ (.*)', session, re.MULTILINE)
        in_gdb = re.findall(r'^\(gdb\) (.*)', session, re.MULTILINE)
        for command in commands:
            real.append(f'$ {command}')
            run = re.sub('^wasmelt', str(wasmelt), command)
            if command.startswith('gdb'):
                quiet = f"-nx -batch -iex 'set auto-load safe-path {ROOT}/integrations/gdb' -ex 'set debuginfod enabled off' -ex 'set width 0'"
                run = re.sub('^gdb', f'gdb {quiet} ' + ' '.join(f"-ex 'echo (gdb) {c}\\n' -ex '{c}'" for c in in_gdb), command)
            done = subprocess.run(run, shell=True, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  timeout=120)
            real += plain(done.stdout.replace(str(tmp_path), '/src'))
        shown += plain(session)
    assert real == shown
