"""The language of cases: what the comments of a .wat file say should happen.

    ;; call NAME VALUE... -> VALUE...      VALUE: i32:-1 i64:0x10 f64:1.5 f32:0x7fc00000 (bits) externref:7 ref:null
    ;; call NAME VALUE... -> trap "message"
    ;; log 1 2 3                           what the imported host functions were given since the last such line
    ;; write ADDRESS "bytes"               the host writes into the memory exported as "memory"
    ;; write ADDRESS "bytes" -> out of bounds
    ;; read ADDRESS "bytes"                what must be there
    ;; repeat N call ...                   the same call and answer N times
    ;; ours call ...                       an answer that the specification leaves open: other engines are not asked
    ;; instantiate -> trap "message"
    ;; invalid "message"                   the translator refuses the module with these words
    ;; assembler binaryen               what wat2wasm cannot read
    ;; option ARGUMENT                     one more argument for the translator

NAME with other characters than letters, digits and -._ is quoted; quoted text has C-like escapes (\\n, \\xNN, \\").
"""
import ast
import pathlib
import re
import shlex
import struct
import subprocess

from support import binaryen

FILES = sorted((pathlib.Path(__file__).resolve().parents[1] / 'cases').glob('*.wat'))
WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')
VERBS = ('call', 'log', 'write', 'read', 'repeat', 'ours', 'instantiate', 'invalid', 'option', 'assembler')


def unquote(word):
    """The bytes that a quoted or bare word stands for."""
    if not word.startswith('"'):
        return word.encode()
    text = ast.literal_eval(word)
    return b''.join(bytes([ord(c)]) if ord(c) < 256 and f'\\x{ord(c):02x}' in word.lower() else c.encode() for c in text)


def encode_value(word):
    """TYPE:BITS as the runner reads it."""
    kind, value = word.split(':')
    if value == 'null':
        return f'{kind}:0'
    if kind in ('f32', 'f64') and not value.startswith('0x'):
        code, bits = ('<f', '<I') if kind == 'f32' else ('<d', '<Q')
        return f'{kind}:{struct.unpack(bits, struct.pack(code, float(value)))[0]:x}'
    width = 32 if kind in ('i32', 'f32') else 64
    return f'{kind}:{int(value, 0) % (1 << width):x}'


class Case:
    """script: lines for the runner; answers: what it must print, the instantiation's first."""

    def __init__(self, text):
        self.script, self.answers, self.options = [], ['instantiated'], []
        self.result_types = []  # for each line of the script
        self.ours = set()  # lines of the script that are not for other engines
        self.invalid = None
        self.assembler = None
        for line in text.splitlines():
            words = WORD.findall(line.strip()[2:]) if line.strip().startswith(';; ') else []
            if words and words[0] in VERBS:
                self.add(words)

    def add(self, words):
        verb, *rest = words
        if verb == 'assembler':
            self.assembler = rest[0]
        elif verb == 'repeat':
            for _ in range(int(rest[0])):
                self.add(rest[1:])
        elif verb == 'ours':
            self.ours.add(len(self.script))
            self.add(rest)
        elif verb == 'call':
            arrow = rest.index('->')
            answer = rest[arrow + 1:]
            self.script.append(' '.join(['call', 'x' + unquote(rest[0]).hex(), *map(encode_value, rest[1:arrow])]))
            if answer[:1] == ['trap']:
                self.answers.append(f'trap {unquote(answer[1]).decode()}')
                self.result_types.append([])
            else:
                values = list(map(encode_value, answer))
                self.answers.append(' '.join(['returned', *values]))
                self.result_types.append([v.split(':')[0] for v in values])
        elif verb == 'log':
            self.script.append('log')
            self.answers.append(' '.join(['logged', *(str(int(w, 0) % (1 << 64)) for w in rest)]))
            self.result_types.append([])
        elif verb in ('write', 'read'):
            data = unquote(rest[1])
            bad = rest[2:] == ['->', 'out', 'of', 'bounds']
            self.script.append(f'{verb} {rest[0]} {data.hex() if verb == "write" else len(data)}')
            self.answers.append('out of bounds' if bad else 'ok' if verb == 'write' else data.hex())
            self.result_types.append([])
        elif verb == 'instantiate':
            self.answers = [f'trap {unquote(rest[2]).decode()}']
        elif verb == 'invalid':
            self.invalid = unquote(rest[0]).decode()
        else:
            self.options.append(rest[0])

    def failures(self, printed):
        """Where the runner's output is not what the case says."""
        lines = printed.splitlines()
        asked = ['instantiate', *self.script]
        found = [f'{asked[k]}: expected "{want}", got "{got}"'
                 for k, (want, got) in enumerate(zip(self.answers, lines)) if want != got]
        if len(lines) != len(self.answers):
            found.append(f'{len(self.answers)} answers expected, {len(lines)} came')
        return found

    def engine_script(self):
        """The script for engine.mjs, which must be told the types of results."""
        return ''.join(f'{line} -> {" ".join(types)}'.rstrip() + '\n' if line.startswith('call') else line + '\n'
                       for k, (line, types) in enumerate(zip(self.script, self.result_types)) if k not in self.ours)

    def engine_answers(self):
        return ['trap' if a.startswith('trap') else a for k, a in enumerate(self.answers) if k - 1 not in self.ours]


def run_native(wasmelt, runner, wasm, case, folder, cc, flags=('-O1',)):
    """Translates, compiles, runs; a list of what went wrong."""
    shared = folder / f'{wasm.stem}-{cc}.so'
    command = [wasmelt, wasm, '--emit=shared', '--name=tested', '-o', shared, '--cc', cc, '-j1', *flags,
               '--cflags=-Wall -Wextra -Werror', *case.options]
    made = subprocess.run(command, capture_output=True, text=True, errors='replace', timeout=300)
    if case.invalid is not None:
        return [] if made.returncode == 1 and case.invalid in made.stderr else [f'not refused with "{case.invalid}": {made.stderr}']
    if made.returncode != 0:
        return [f'{shlex.join(map(str, command))}:\n{made.stderr}']
    ran = subprocess.run([runner, shared], input=''.join(line + '\n' for line in case.script), capture_output=True,
                         text=True, errors='replace', timeout=120)
    if ran.returncode != 0:
        return [f'the runner ended with {ran.returncode}: {ran.stderr}']
    return case.failures(ran.stdout)


def assemble(file, folder):
    """The case's binary module, in the folder."""
    wasm = folder / 'case.wasm'
    if Case(file.read_text()).assembler == 'binaryen':
        return binaryen.assemble(file, wasm, '-g')
    # No check: some cases are about modules that must be refused.
    subprocess.run(['wat2wasm', '--enable-all', '--no-check', '--debug-names', file, '-o', wasm], check=True)
    return wasm
