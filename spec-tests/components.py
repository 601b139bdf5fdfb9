#!/usr/bin/env python3
"""How much of the component-model repository's scripts the validation of components covers.

    spec-tests/components.py DIR [--list] [--wasmelt COMMAND]

DIR is the folder test/ of a copy of the component-model repository, with its .wast files. Components that a script defines must be valid,
those of assert_invalid invalid, those of assert_malformed malformed or invalid; nothing is run. Text becomes binary by npm's jco, which
itself refuses some (counted as 'refused as text'). --list names what is answered otherwise. The exit status is 1 if a valid component is
called invalid or malformed."""
import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests'))

from support import components  # noqa: E402

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|;;[^\n]*|\(;|;\)|[()]')


def forms(text):
    """(line, text) of each top-level form."""
    depth = comment = start = 0
    for token in TOKEN.finditer(text):
        word = token[0]
        if word in ('(;', ';)'):
            comment += 1 if word == '(;' else -1
        elif comment:
            continue
        elif word == '(':
            if depth == 0:
                start = token.start()
            depth += 1
        elif word == ')':
            depth -= 1
            if depth == 0:
                yield text.count('\n', 0, start) + 1, text[start:token.end()]


def head(form):
    return re.match(r'\(\s*([a-z_]+)', form)[1]


def component_in(form):
    """The first component in the form."""
    inner = form[1:]
    return next((text for _, text in forms(inner[inner.index('('):]) if head(text) == 'component'), None)


def unquote(text):
    def character(match):
        escape = match[1]
        return bytes([int(escape, 16)]) if len(escape) == 2 else {'n': b'\n', 't': b'\t', '"': b'"', "'": b"'", '\\': b'\\'}[escape]
    parts = [token[0][1:-1] for token in TOKEN.finditer(text) if token[0][0] == '"']
    return b''.join(re.sub(rb'\\([0-9a-fA-F]{2}|.)', lambda m: character([None, m[1].decode()]), part.encode()) for part in parts)


def cases(folder):
    """(expected, where, kind, content): kind is 'text' or 'binary'."""
    for file in sorted(folder.rglob('*.wast')):
        for line, form in forms(file.read_text()):
            kind = head(form)
            text = form if kind == 'component' else component_in(form) if kind.startswith('assert') else None
            expected = {'assert_invalid': 'invalid', 'assert_malformed': 'malformed'}.get(kind, 'valid')
            if text is None or re.match(r'\(\s*component\s+instance', text):
                continue
            where = f'{file.relative_to(folder)}:{line}'
            text = re.sub(r'^\(\s*component\s+definition\b', '(component', text)
            quoted = re.match(r'\(\s*component\s+(\$\S+\s+)?(quote|binary)\b', text)
            if quoted:
                content = unquote(text)
                yield expected, where, 'binary' if quoted[2] == 'binary' else 'text', content
            else:
                yield expected, where, 'text', text.encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--wasmelt', default=pathlib.Path(os.environ.get('WASMELT_BUILD', ROOT / 'build')) / 'bin' / 'wasmelt')
    options = parser.parse_args()
    found = list(cases(options.folder))
    counts = collections.Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        jobs = []
        for number, (_, _, kind, content) in enumerate(found):
            (folder / f'{number}.wat').write_bytes(content)
            if kind == 'text':
                jobs.append(['text', folder / f'{number}.wat', folder / f'{number}.wasm', None])
            else:
                (folder / f'{number}.wasm').write_bytes(content)
        components.run(jobs)
        there = [number for number in range(len(found)) if (folder / f'{number}.wasm').exists()]
        done = subprocess.run([options.wasmelt, 'validate', '--list', *(folder / f'{n}.wasm' for n in there)], capture_output=True, text=True)
        answers = dict(zip(there, (line.split(': ', 1)[1] for line in done.stdout.splitlines()), strict=True))
    for number, (expected, where, _, _) in enumerate(found):
        answer = answers.get(number, 'refused as text')
        short = 'not supported' if 'not supported' in answer else answer.split(':')[0]
        counts[expected, short] += 1
        if expected != short and short != 'refused as text' and not (expected == 'malformed' and short == 'invalid'):
            wrong.append((expected, where, answer))
    for (expected, answer), count in sorted(counts.items()):
        print(f'{expected:10} {answer:16} {count}')
    for expected, where, answer in wrong if options.list else ():
        print(f'{where}: {expected} expected: {answer}')
    return 1 if counts['valid', 'invalid'] + counts['valid', 'malformed'] else 0


if __name__ == '__main__':
    sys.exit(main())
