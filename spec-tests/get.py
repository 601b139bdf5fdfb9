#!/usr/bin/env python3
"""Makes the official test suite that run.py runs: from WebAssembly's repositories, at the commits below, or from folders
that are there already. Each script becomes a folder GROUP/NAME with its commands as NAME.json and its modules (README.md
has the form); text becomes binary by a public assembler (npm's @bytecodealliance/jco-transpile, which is wasm-tools).

    spec-tests/get.py                      # clones, into a scratch folder, what it needs; writes spec-tests/suite
    spec-tests/get.py --testsuite DIR      # from a folder of .wast files that is laid out like WebAssembly/testsuite;
                                           # --spec and --threads likewise: those that are not named are cloned
    spec-tests/get.py --only --testsuite DIR   # nothing is cloned: only the groups of the folders named
"""
import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

import wast

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / 'tests'))
from support import npm  # noqa: E402

Repository = collections.namedtuple('Repository', 'url commit')
REPOSITORIES = {
    'testsuite': Repository('https://github.com/WebAssembly/testsuite', '193e551ff22663995b1ac95dc62344133669e14b'),
    'spec': Repository('https://github.com/WebAssembly/spec', '285a9032950cbad6a9f84de11183008e286092a2'),
    'threads': Repository('https://github.com/WebAssembly/threads', '979d0fcb994439423d63b2f0a8a7332d6285dd84'),
}
ASSEMBLER = ('@bytecodealliance/jco-transpile', '0.15.0')
ASSEMBLER_NEEDS = ('@bytecodealliance/preview2-shim', '0.25.0')

# Where a group's scripts are: repository, pattern. A script of a later group may have the name of an earlier one's.
GROUPS = [
    ('core', 'testsuite', '*.wast'),
    ('custom', 'testsuite', 'custom/*.wast'),
    ('threads', 'testsuite', 'proposals/threads/*.wast'),
    ('custom-page-sizes', 'testsuite', 'proposals/custom-page-sizes/*.wast'),
    ('wide-arithmetic', 'testsuite', 'proposals/wide-arithmetic/*.wast'),
    # memory_grow is lost when the testsuite flattens the folders; the others have grown since.
    ('core-extra', 'spec', 'test/core/memory_grow.wast'),
    ('core-extra', 'spec', 'test/core/return_call.wast'),
    ('core-extra', 'spec', 'test/core/return_call_indirect.wast'),
    ('threads-upstream', 'threads', 'test/core/threads/*.wast'),
    ('threads-upstream', 'threads', 'test/core/exports.wast'),
    ('threads-upstream', 'threads', 'test/core/imports.wast'),
    ('threads-upstream', 'threads', 'test/core/memory.wast'),
]

SECOND_TABLE = 'asserts that a second table is invalid; valid since 2.0'
SECOND_MEMORY = 'asserts that a second memory is invalid; valid in 3.0 (multi-memory)'
# Assertions that a later version of the language has overtaken: run.py leaves these lines out.
STALE = {
    'custom/branch_hint': {85: 'custom-section check; the module itself is valid'},
    'threads/imports': {309: SECOND_TABLE, 313: SECOND_TABLE, 317: SECOND_TABLE,
                        404: SECOND_MEMORY, 408: SECOND_MEMORY, 412: SECOND_MEMORY},
    'threads/memory': {14: SECOND_MEMORY, 15: SECOND_MEMORY},
    'threads-upstream/imports': {482: SECOND_MEMORY, 486: SECOND_MEMORY, 490: SECOND_MEMORY},
    'threads-upstream/memory': {14: SECOND_MEMORY, 15: SECOND_MEMORY},
}


# ---- Values ----

NULLS = {'func': 'funcref', 'extern': 'externref', 'any': 'anyref', 'exn': 'exnref', 'none': 'nullref',
         'nofunc': 'nullfuncref', 'noextern': 'nullexternref', 'noexn': 'nullexnref'}
REFERENCES = {'ref.func': 'funcref', 'ref.extern': 'externref', 'ref.host': 'anyref', 'ref.i31': 'i31ref',
              'ref.struct': 'structref', 'ref.array': 'arrayref', 'ref.eq': 'eqref', 'ref.any': 'anyref', 'ref.exn': 'exnref'}
LANE_BITS = {'i8': 8, 'i16': 16, 'i32': 32, 'i64': 64}


def result(form):
    """What a script expects, as JSON has it."""
    head, rest = form.head, form[1:]
    if head == 'either':
        return {'type': 'either', 'values': [result(v) for v in rest]}
    if head == 'v128.const':
        kind, _, _ = rest[0].partition('x')
        return {'type': 'v128', 'lane_type': kind, 'value': [wast.number(lane, kind) for lane in rest[1:]]}
    if head == 'ref.null':
        return {'type': NULLS[rest[0]], 'value': 'null'} if rest else {'type': 'refnull'}
    if head in REFERENCES:
        return {'type': REFERENCES[head]} | ({'value': rest[0]} if rest else {})
    kind = head.removesuffix('.const')
    return {'type': kind, 'value': wast.number(rest[0], kind)}


def argument(form):
    """What a script passes: the lanes of a vector are always given as four of 32 bits."""
    value = result(form)
    if value['type'] != 'v128':
        return value
    bits, kind = 0, value['lane_type']
    width = LANE_BITS.get(kind) or int(kind[1:])
    for k, lane in enumerate(value['value']):
        bits |= int(lane) << (k * width)
    return {'type': 'v128', 'lane_type': 'i32', 'value': [str(bits >> shift & 0xFFFFFFFF) for shift in (0, 32, 64, 96)]}


def is_name(x):
    return isinstance(x, wast.Atom) and x.startswith('$')


def action(form):
    rest = list(form[1:])
    out = {'type': form.head} | ({'module': rest.pop(0)} if is_name(rest[0]) else {})
    out['field'] = rest.pop(0).decode()
    return out | ({'args': [argument(a) for a in rest]} if form.head == 'invoke' else {})


# ---- Scripts ----

def plain(text):
    """The text with escapes for what turns text around or is not seen, which the assembler refuses: only strings have any."""
    return ''.join(f'\\u{{{ord(c):x}}}' if unicodedata.category(c) == 'Cf' else c for c in text)


COMMANDS = {'module', 'register', 'invoke', 'get', 'thread', 'wait', 'script', 'input', 'output'}


class Converter:
    """Turns one script into commands, and notes which modules are to be assembled."""

    def __init__(self, text, folder, name, jobs):
        self.text, self.folder, self.name, self.jobs = text, folder, name, jobs
        self.files = 0

    def file(self, suffix):
        name = f'{self.name}.{self.files}.{suffix}'
        self.files += 1
        return name

    def module(self, form, must_parse=True):
        """The fields that name a module's file; its name, if it has one, beside them."""
        rest = [x for x in form[1:3] if isinstance(x, wast.Atom)]
        name = {'name': next(x for x in rest if is_name(x))} if any(map(is_name, rest)) else {}
        strings = b''.join(x for x in form if isinstance(x, wast.String))
        if 'binary' in rest:
            file = self.file('wasm')
            (self.folder / file).write_bytes(strings)
            return name, {'filename': file, 'module_type': 'binary', 'form': 'binary'}
        if 'quote' in rest and not must_parse:
            file = self.file('wat')
            (self.folder / file).write_bytes(strings)
            return name, {'filename': file, 'module_type': 'text', 'form': 'quote'}
        file = self.file('wasm')
        text = strings.decode() if 'quote' in rest else re.sub(r'^\(module\s+definition\b', '(module', self.text[form.begin:form.end])
        self.jobs.append({'text': plain(text), 'to': str(self.folder / file)})
        return name, {'filename': file, 'module_type': 'binary', 'form': 'quote' if 'quote' in rest else 'text'}

    def whole_module(self, forms):
        """A script of one module without its parenthesis."""
        file = self.file('wasm')
        self.jobs.append({'text': plain(self.text), 'to': str(self.folder / file)})
        return [{'type': 'module', 'line': forms[0].line, 'filename': file, 'module_type': 'binary', 'form': 'text'}]

    def command(self, form):
        head, rest = form.head, list(form[1:])
        start = {'type': head, 'line': form.line}
        if head == 'module' and rest and rest[0] == 'instance':
            names = dict(zip(('instance', 'module'), rest[1:]))
            return start | {'type': 'module_instance'} | names
        if head == 'module':
            kind = 'module_definition' if rest and rest[0] == 'definition' else 'module'
            name, file = self.module(form)
            return start | {'type': kind} | name | file
        if head == 'register':
            return start | ({'name': rest[1]} if len(rest) > 1 else {}) | {'as': rest[0].decode()}
        if head in ('invoke', 'get'):
            return start | {'type': 'action', 'action': action(form)}
        if head == 'thread':
            shared = {'shared_module': rest.pop(1)[1][1]} if rest[1].head == 'shared' else {}
            return start | {'name': rest[0]} | shared | {'commands': [self.command(c) for c in rest[1:]]}
        if head == 'wait':
            return start | {'thread': rest[0]}
        return self.assertion(form, start, rest)

    def assertion(self, form, start, rest):
        subject = rest[0]
        if subject.head == 'module':
            if form.head == 'assert_trap':
                start['type'] = 'assert_uninstantiable'
            _, file = self.module(subject, must_parse=not form.head.startswith('assert_malformed'))
            return start | file | {'text': rest[1].decode()}
        if form.head == 'assert_return':
            return start | {'action': action(subject), 'expected': [result(v) for v in rest[1:]]}
        return start | {'action': action(subject)} | ({'text': rest[1].decode()} if len(rest) > 1 else {})

    def commands(self):
        forms = wast.read(self.text)
        if forms and not (forms[0].head in COMMANDS or forms[0].head.startswith('assert_')):
            return self.whole_module(forms)
        return [self.command(f) for f in forms]


def feature_of(group, name, spec):
    """Of a script of the core group: its folder in the specification's repository."""
    if group not in ('core', 'core-extra'):
        return group
    folders = [p.parent.name for p in (spec / 'test' / 'core').glob(f'*/{name}.wast')] if spec and group == 'core' else []
    return folders[0] if folders else 'core'


def convert(group, path, source, goal, spec, jobs):
    """Writes one script's commands; returns its row of index.json."""
    name = path.stem
    folder = goal / group / name
    folder.mkdir(parents=True)
    commands = Converter(path.read_bytes().decode(), folder, name, jobs).commands()
    lines = ',\n  '.join(json.dumps(c) for c in commands)
    (folder / f'{name}.json').write_text(f'{{"source_filename": {json.dumps(source)},\n "commands": [\n  {lines}]}}\n')
    row = {'group': group, 'name': name, 'feature': feature_of(group, name, spec), 'json': f'{group}/{name}/{name}.json', 'source': source}
    stale = STALE.get(f'{group}/{name}')
    return row | ({'stale': [{'line': line, 'why': why} for line, why in stale.items()]} if stale else {})


# ---- Where everything comes from ----

def clone(name, scratch):
    """The repository's files at its pinned commit."""
    folder, repository = scratch / name, REPOSITORIES[name]
    git = ['git', '-C', folder]
    subprocess.run(['git', 'init', '-q', folder], check=True)
    subprocess.run([*git, 'fetch', '-q', '--depth', '1', repository.url, repository.commit], check=True)
    subprocess.run([*git, '-c', 'advice.detachedHead=false', 'checkout', '-q', 'FETCH_HEAD'], check=True)
    return folder


def assembler(scratch):
    """A folder that Node finds the assembler in."""
    packages = scratch / 'npm' / 'node_modules'
    (packages / '@bytecodealliance').mkdir(parents=True)
    for package in (ASSEMBLER, ASSEMBLER_NEEDS):
        shutil.copytree(npm.install(*package), packages / package[0])
    return packages.parent


def assemble(jobs, scratch):
    lines = ''.join(json.dumps(job) + '\n' for job in jobs)
    subprocess.run(['node', HERE / 'convert.mjs', assembler(scratch)], input=lines, text=True, check=True)


def make(folders, goal, scratch):
    rows, jobs = [], []
    for group, repository, pattern in GROUPS:
        folder = folders.get(repository)
        for path in sorted(folder.glob(pattern)) if folder else []:
            source = str(path.relative_to(folder))
            rows.append(convert(group, path, source if repository == 'testsuite' else f'{repository}:{source}', goal,
                                folders.get('spec'), jobs))
    assemble(jobs, scratch)
    rows.sort(key=lambda row: (row['group'], row['name']))
    (goal / 'index.json').write_text(json.dumps(rows, indent=1) + '\n')
    return rows, jobs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, repository in REPOSITORIES.items():
        parser.add_argument(f'--{name}', metavar='DIR', type=pathlib.Path, help=f'a checkout of {repository.url}')
    parser.add_argument('--only', action='store_true', help='clone nothing')
    parser.add_argument('-o', '--output', metavar='DIR', type=pathlib.Path, default=HERE / 'suite',
                        help='where the suite goes; must not be there yet (spec-tests/suite, where run.py finds it)')
    options = parser.parse_args()
    if options.output.exists():
        sys.exit(f'{options.output} is there already: remove it first, or name another with -o')
    options.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.output.parent, prefix='.suite-') as scratch:
        scratch = pathlib.Path(scratch)
        folders = {name: getattr(options, name) for name in REPOSITORIES if getattr(options, name)}
        for name in REPOSITORIES.keys() - folders.keys() if not options.only else ():
            folders[name] = clone(name, scratch)
        goal = scratch / 'suite'
        goal.mkdir()
        try:
            rows, jobs = make(folders, goal, scratch)
        except (subprocess.CalledProcessError, SyntaxError) as error:
            sys.exit(f'the suite could not be made: {error}')
        goal.rename(options.output)
    print(f'{options.output}: {len(rows)} scripts, {len(jobs)} modules assembled from text')


if __name__ == '__main__':
    main()
