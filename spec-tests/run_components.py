#!/usr/bin/env python3
"""Runs the component-model repository's scripts: what functions of components return, and that they trap.

    spec-tests/run_components.py DIR [--list] [--wasmelt COMMAND] [--cc COMPILER] [--only WORD]

DIR is the folder test/ of a copy of the component-model repository, with its .wast files. Each instance that a script makes becomes a C library
by `wasmelt --emit=c`, and a host in C that calls it as the script says. assert_return and assert_trap are counted: as they should be, not
supported by wasmelt, not run by this (needs a host), refused as text by npm's jco, as the specification says where scripts say
otherwise, or wrong. --list names all but the first. The exit
status is 1 if one is wrong."""
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
sys.path.insert(0, str(ROOT / 'spec-tests'))

from components import component_in, forms, head, unquote  # noqa: E402
from support import components  # noqa: E402

WORD = re.compile(r'"(?:[^"\\]|\\.)*"|;;[^\n]*|[()]|[^\s()";]+')


# What scripts assert although the specification says otherwise.
OTHERWISE = {
    # "For now" calls from a component to one inside it, or back, trap. CanonicalABI.md (ComponentInstance.may_enter_from) explains why they do not.
    ('async/trap-on-reenter.wast', 'g'),
    # A task is to have gone on although its caller has not waited since: by CanonicalABI.md only who waits lets others run, so that the next
    # call finds the callee busy and has not started.
    ('async/sync-streams.wast', 'run')}


class NotRun(Exception):
    """The script asks for something that this does not do."""


# ---- Scripts ----

def parse(text):
    """The form as nested lists of words."""
    stack = [[]]
    for match in WORD.finditer(text):
        word = match[0]
        if word == '(':
            stack.append([])
        elif word == ')':
            done = stack.pop()
            stack[-1].append(done)
        elif not word.startswith(';;'):
            stack[-1].append(word)
    return stack[0][0]


class Instance:
    def __init__(self, where, text):
        self.where, self.text, self.traps, self.calls = where, text, False, []


def instances(folder, only):
    """The instances that the scripts make, with the calls of each: (line, whether it traps, function, arguments, results)."""
    for file in sorted(folder.rglob('*.wast')):
        if only and only not in str(file):
            continue
        definitions, named, current = {}, {}, None
        for line, form in forms(file.read_text()):
            kind, where = head(form), f'{file.relative_to(folder)}:{line}'
            if kind in ('component', 'module'):
                name = re.match(r'\(\s*component\s+(?:definition\s+|instance\s+)?(\$\S+)?\s*(\$\S+)?', form)
                if re.match(r'\(\s*component\s+definition\b', form):
                    definitions[name[1]] = re.sub(r'^\(\s*component\s+definition\b', '(component', form)
                    continue
                text = form
                if re.match(r'\(\s*component\s+instance\b', form):
                    text = definitions[(name[2] or name[1]).rstrip(')')]
                current = Instance(where, text)
                named[name[1]] = current
                yield current
            elif kind in ('assert_return', 'assert_trap', 'invoke'):
                trapping = component_in(form) if kind == 'assert_trap' else None
                if trapping:
                    made = Instance(where, trapping)
                    made.traps = True
                    yield made
                    continue
                whole = parse(form)
                call = whole if kind == 'invoke' else whole[1]
                if call[0] != 'invoke':
                    continue
                target = named[call[1]] if call[1].startswith('$') else current
                rest = call[2:] if call[1].startswith('$') else call[1:]
                results = whole[2:] if kind == 'assert_return' else []
                target.calls.append((where, kind, rest[0][1:-1], rest[1:], results))


# ---- Values in C ----

class Header:
    """What NAME.h declares."""

    def __init__(self, text):
        self.text = text
        self.structs = {m[2]: self.members(m[1]) for m in re.finditer(r'^typedef struct \w+ \{\n(.*?)^\} (\w+);', text, re.M | re.S)}
        self.macros = dict(re.findall(r'^#define (\w+) (.+)', text, re.M))

    @staticmethod
    def members(body):
        found = {}
        for line in body.splitlines():
            m = re.match(r'(\t+)(.+?)(\w+)(?:\[\d+\])?;$', line)
            if m:
                found[('val.' if len(m[1]) > 1 else '') + m[3]] = m[2].strip()
        return found

    def function(self, export):
        """(NAME, result type, parameter types) of the function under the comment with the export's name."""
        m = re.search(r'/\* ' + re.escape(export.replace('*', '.').replace('/', '.')) + r' \*/\n(.+?)(\w+)\(m \*self(.*)\);', self.text)
        if not m:
            raise NotRun(f'no function {export}')
        return m[2], m[1].strip(), [re.sub(r'\s*\w+$', '', p.strip()) for p in m[3].split(',')[1:]]

    def label(self, ctype, text):
        macro = ctype.removesuffix('_t').upper() + '_' + re.sub(r'\W', '_', text).upper()
        if macro not in self.macros:
            raise NotRun(f'label {text} of {ctype}')
        return macro


def constant(items):
    """`(u32.const 1)`, or `u32.const 1` in a list of a field."""
    return items[0] if len(items) == 1 and isinstance(items[0], list) else items


def member(text):
    return re.sub(r'\W', '_', text).lower()


def parts(header, ctype, value):
    """What a value consists of: (statement or condition, None) for one number, or (member, value) of each part and further statements."""
    kind, rest = value[0], value[1:]
    fields = header.structs.get(ctype, {})
    if kind == 'tuple.const':
        return [], [(f'.f{k}', fields[f'f{k}'], x) for k, x in enumerate(rest)]
    if kind == 'record.const':
        return [], [('.' + member(x[1][1:-1]), fields[member(x[1][1:-1])], constant(x[2:])) for x in rest]
    if kind == 'list.const':
        return [('.len', str(len(rest)))], [(f'.ptr[{k}]', fields['ptr'].rstrip('* '), x) for k, x in enumerate(rest)]
    if kind == 'variant.const':
        name = rest[0][1:-1]
        payload = [(f'.val.{member(name)}', fields[f'val.{member(name)}'], constant(rest[1:]))] if rest[1:] else []
        return [('.tag', header.label(ctype, name))], payload
    if kind in ('option.some', 'option.none'):
        return [('.is_some', str(int(bool(rest))))], [('.val', fields['val'], constant(rest))] if rest else []
    if kind in ('result.ok', 'result.err'):
        which = kind.removeprefix('result.')
        return [('.is_err', str(int(which == 'err')))], [(f'.val.{which}', fields[f'val.{which}'], constant(rest))] if rest else []
    if kind == 'enum.const':
        return [('', header.label(ctype, rest[0][1:-1]))], []
    if kind == 'flags.const':
        return [('', ' | '.join(header.label(ctype, x[1:-1]) for x in rest) or '0')], []
    if kind == 'char.const':
        return [('', str(ord(unquote(rest[0]).decode())))], []
    if kind == 'bool.const':
        return [('', rest[0])], []
    if re.fullmatch(r'[us](8|16|32|64)\.const', kind):
        return [('', f'({ctype}){int(rest[0].replace("_", ""), 0) % 2**64}u')], []
    if re.fullmatch(r'f(32|64)\.const', kind) and re.fullmatch(r'[-+]?[\d.]+(e[-+]?\d+)?', rest[0]):
        return [('', f'({ctype}){rest[0]}')], []
    raise NotRun(' '.join(map(str, value))[:60])


def set_value(header, ctype, place, value):
    if value[0] == 'str.const':
        data = unquote(value[1])
        return [f'{place}.ptr = (uint8_t[]){{{", ".join(map(str, data)) or 0}}};', f'{place}.len = {len(data)};']
    numbers, inside = parts(header, ctype, value)
    lines = [f'{place}.ptr = calloc({len(inside) + 1}, sizeof *{place}.ptr);'] if value[0] == 'list.const' else []
    lines += [f'{place}{name} = {number};' for name, number in numbers]
    return lines + [line for name, part, x in inside for line in set_value(header, part, place + name, x)]


def check_value(header, ctype, place, value):
    if value[0] == 'str.const':
        data = unquote(value[1])
        return [f'ok = ok && {place}.len == {len(data)} && memcmp({place}.ptr, (uint8_t[]){{{", ".join(map(str, data)) or 0}}}, {len(data)}) == 0;']
    numbers, inside = parts(header, ctype, value)
    lines = [f'ok = ok && {place}{name} == {number};' for name, number in numbers]
    return lines + [line for name, part, x in inside for line in check_value(header, part, place + name, x)]


# ---- Hosts ----

def call_in_c(header, number, call):
    _, kind, export, arguments, results = call
    name, result, params = header.function(export)
    lines = [f'static void call{number}(void *instance) {{ m *self = instance; (void)self;', 'ok = 1;']
    for k, (ctype, value) in enumerate(zip(params, arguments, strict=True)):
        lines += [f'{ctype} a{k};', *set_value(header, ctype, f'a{k}', value)]
    text = f'{name}(self{"".join(f", a{k}" for k in range(len(params)))})'
    if result == 'void' or not results:
        return lines + [f'{text}; }}']
    return lines + [f'{result} r = {text};', *check_value(header, result, 'r', results[0]), '}']


def host(header, instance):
    lines = ['#include "m.h"', '#include <stdio.h>', '#include <stdlib.h>', '#include <string.h>', 'static _Bool ok;']
    runs, skipped = [], {}
    for number, call in enumerate(instance.calls):
        try:
            lines += call_in_c(header, number, call)
        except NotRun as reason:
            skipped[number] = str(reason)
            continue
        runs.append(f'trap = wasmelt_run(call{number}, self, NULL); printf("{number} %s\\n", trap ? wasmelt_trap_message(trap) : ok ? "returned" : "other value");')
    lines += ['int main(void) { m *self; wasmelt_error e; wasmelt_trap_code trap; (void)trap;',
              'if (m_instantiate(&self, &e) != WASMELT_OK) { printf("instantiate %s\\n", e.message); return 0; }', *runs, 'm_instance_free(self); return 0; }']
    return '\n'.join(lines), skipped


def run(instance, folder, options):
    """{number of the call, or 'instantiate': what happened}; or a word for all."""
    done = subprocess.run([options.wasmelt, 'm.wasm', '--emit=c', '-o', '.'], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        return 'not supported: ' + done.stderr.split('not supported: ')[-1].strip() if 'not supported: ' in done.stderr else 'wrong: ' + done.stderr.strip()
    header = Header((folder / 'm.h').read_text())
    if 'wasmelt_import_' in header.text:
        return 'not run: needs a host'
    text, skipped = host(header, instance)
    (folder / 'host.c').write_text(text)
    sources = ['host.c', *(p.name for p in folder.glob('m*.c'))]
    runtime = pathlib.Path(options.wasmelt).resolve().parents[1] / 'lib' / 'libwasmelt_rt.a'
    built = subprocess.run([*options.cc.split(), '-std=gnu11', '-O0', '-w', '-I', ROOT / 'include', *sources, runtime, '-lm', '-lpthread', '-o', 'host'], cwd=folder,
                           capture_output=True, text=True)
    if built.returncode != 0:
        return 'wrong: does not compile: ' + built.stderr[:2000]
    done = subprocess.run(['./host'], cwd=folder, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        return f'wrong: ended with {done.returncode}: {done.stderr[:2000]}'
    happened = {n: f'not run: {reason}' for n, reason in skipped.items()}
    for line in done.stdout.splitlines():
        first, rest = line.split(' ', 1)
        happened[int(first) if first.isdigit() else first] = rest
    return happened


def verdict(kind, happened):
    if happened.startswith(('not ', 'wrong', 'refused')):
        return happened
    traps = happened not in ('returned', 'other value')
    return 'right' if traps == (kind == 'assert_trap') and happened != 'other value' else f'wrong: {happened}'


def verdicts(instance, answer):
    """(kind, where, verdict) of each assertion."""
    if instance.traps:
        happened = answer if isinstance(answer, str) else answer.get('instantiate', 'returned')
        yield 'assert_trap', instance.where, verdict('assert_trap', happened)
    for number, call in enumerate(instance.calls):
        happened = answer if isinstance(answer, str) else answer.get(number, f'wrong: {answer.get("instantiate", "did not come so far")}')
        said = verdict(call[1], happened)
        if said.startswith('wrong') and (call[0].split(':')[0], call[2]) in OTHERWISE:
            said = 'not as scripts say but as the specification does'
        if call[1] != 'invoke':
            yield call[1], call[0], said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--only', help='scripts whose path contains the word')
    parser.add_argument('--cc', default='gcc')
    parser.add_argument('--wasmelt', default=pathlib.Path(os.environ.get('WASMELT_BUILD', ROOT / 'build')) / 'bin' / 'wasmelt')
    options = parser.parse_args()
    options.wasmelt = pathlib.Path(options.wasmelt).resolve()
    found = [i for i in list(instances(options.folder, options.only)) if i.traps or i.calls]
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        folders = [pathlib.Path(scratch) / str(k) for k in range(len(found))]
        for instance, folder in zip(found, folders):
            folder.mkdir()
            (folder / 'm.wat').write_text(instance.text)
        components.run([['text', folder / 'm.wat', folder / 'm.wasm', None] for folder in folders])
        for instance, folder in zip(found, folders):
            answer = run(instance, folder, options) if (folder / 'm.wasm').exists() else 'refused as text'
            for kind, where, said in verdicts(instance, answer):
                counts[kind, said.split(':')[0]] += 1
                if said != 'right' and (options.list or said.startswith('wrong')):
                    print(f'{where}: {kind}: {said}')
    for (kind, said), count in sorted(counts.items()):
        print(f'{kind}: {count} {said}')
    sys.exit(any(said == 'wrong' for _, said in counts))


if __name__ == '__main__':
    main()
