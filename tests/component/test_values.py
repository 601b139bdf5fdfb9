"""Values of all types between hosts and components: C that wasmelt makes passes them as the canonical ABI says, in memory and as core values.

Random types and values. With the folder design/mvp/canonical-abi of the component-model repository in $COMPONENT_MODEL_ABI, what is put into
the memory is compared with what the specification's definitions.py puts there, byte for byte.
"""
import os
import pathlib
import random
import subprocess

import pytest

from support import canonical, components

FLAT = {**{n: 'i32' for n in ('bool', 'u8', 's8', 'u16', 's16', 'u32', 's32', 'char', 'enum', 'flags')}, 'u64': 'i64', 's64': 'i64', 'f32': 'f32',
        'f64': 'f64'}
ENCODINGS = {'utf8': 'utf8', 'utf16': 'utf16', 'latin1+utf16': 'latin1+utf16'}
START, ROOM, PADDING = 1024, 1 << 16, 17
SANITIZED = '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'


def join(a, b):
    return a if a == b else 'i32' if {a, b} == {'i32', 'f32'} else 'i64'


def flat(t):
    """The core types of a value, written down here once more."""
    kind = t if isinstance(t, str) else t[0]
    if kind in ('string', 'list'):
        return ['i32', 'i32']
    if kind in ('tuple', 'record'):
        return [f for _, x in canonical.fields(t) for f in flat(x)]
    if kind in ('variant', 'result', 'option'):
        joined = []
        for x in [t[1]] if kind == 'option' else [x for _, x in canonical.case_members(t)]:
            for k, f in enumerate(flat(x) if x else []):
                joined[k:k + 1] = [join(joined[k], f) if k < len(joined) else f]
        return ['i32', *joined]
    return [FLAT[kind]]


def component(types, encoding):
    """Each type T, wrapped in a record w, has three functions: bytes-K takes it in memory, and returns the memory; echo-K takes it there and
    returns it; through-K takes it as core values, if it fits, and returns what the host's host-K makes of it."""
    defined = canonical.Types()
    wraps = [defined.define(t) for t in types]
    options = f'(memory (core memory $memory "memory")) (realloc (core func $memory "realloc")) string-encoding={ENCODINGS[encoding]}'
    padding = ' '.join(f'(param "p{k}" u8)' for k in range(PADDING))
    imports, lowers, core_imports, core, given, lifts = [], [], [], [], [], []
    for k, (t, w) in enumerate(zip(types, wraps)):
        f = flat(t)
        params = f if len(f) <= 16 else ['i32']
        direct = len(f) == 1
        imports.append(f'(import "host{k}" (func $host{k} (param "v" {w}) (result {w})))')
        lowers.append(f'(core func $host{k} (canon lower (func $host{k}) {options}))')
        core_imports.append(f'(import "" "host{k}" (func $host{k} (param {" ".join(params)}{"" if direct else " i32"}){f" (result {f[0]})" if direct else ""}))')
        given.append(f'(export "host{k}" (func $host{k}))')
        arguments = ' '.join(f'(local.get {n})' for n in range(len(params)))
        core.append(f'(func (export "through{k}") (param {" ".join(params)}) (result {f[0] if direct else "i32"})'
                    + (f' (call $host{k} {arguments}))' if direct else f' (call $host{k} {arguments} (i32.const 64)) (i32.const 64))'))
        result = {'i32': 'i32.load', 'i64': 'i64.load', 'f32': 'f32.load', 'f64': 'f64.load'}[f[0]]
        if direct and t not in ('f32', 'f64') and canonical_size(t) < 4:
            result = f'i32.load{8 * canonical_size(t)}_{"s" if t in ("s8", "s16") else "u"}'
        core.append(f'(func (export "echo{k}") (param i32) (result {f[0] if direct else "i32"}) local.get 0{" " + result if direct else ""})')
        lifts += [f'(func (export "{kind}{k}") (param "v" {w}) {pad} (result {r}) (canon lift (core func $main "{core_name}") {options}))'
                  for kind, pad, r, core_name in (('bytes', padding, '(list u8)', 'bytes'), ('echo', padding, w, f'echo{k}'), ('through', '', w, f'through{k}'))]
    newline = '\n'
    return f'''(component
{newline.join(defined.lines)}
{newline.join(imports)}
(core module $memory (memory (export "memory") {ROOM >> 16}){canonical.REALLOC}
  (func (export "end") (result i32) global.get $end) (func (export "reset") (global.set $end (i32.const {START}))
    (memory.fill (i32.const 0) (i32.const 0) (i32.const {ROOM}))))
(core instance $memory (instantiate $memory))
{newline.join(lowers)}
(core module $main (import "memory" "memory" (memory 1)) (import "memory" "end" (func $end (result i32)))
{newline.join(core_imports)}
  (func (export "bytes") (param i32) (result i32) (i32.store (i32.const 12) (call $end)) (i32.const 8))
{newline.join(core)})
(core instance $main (instantiate $main (with "memory" (instance $memory)) (with "" (instance {" ".join(given)}))))
{newline.join(lifts)}
(func (export "reset") (canon lift (core func $memory "reset"))))'''


def canonical_size(t):
    kind = t if isinstance(t, str) else t[0]
    if kind in ('enum', 'flags'):
        count = len(t[1])
        return (1 if count <= 256 else 2) if kind == 'enum' else 1 if count <= 8 else 2 if count <= 16 else 4
    if kind in ('variant', 'result', 'option'):
        return 1
    return {'bool': 1, 'u8': 1, 's8': 1, 'u16': 2, 's16': 2}.get(kind, 4)


def host(types, values):
    lines = ['#include "values.h"', '#include <stdio.h>', '#include <stdlib.h>', '#include <string.h>',
             'static union { char bytes[1 << 20]; long double aligned; } all;', 'static size_t used;',
             'static void *room(size_t n) { void *p = all.bytes + used; used += (n + 15) / 16 * 16; if (used > sizeof all) abort(); return p; }']
    body = []
    zeros = ', '.join('0' for _ in range(PADDING))
    for k, (t, list_of_values) in enumerate(zip(types, values)):
        for v in list_of_values:
            body += ['{ used = 0;', f'HOLDER{k} v, w;', *canonical.set_in_c(t, 'v', v),
                     'values_reset(self);', f'values_list_u8_t b = values_bytes{k}(self, v, {zeros});',
                     'for (size_t k = 0; k < b.len; k++) printf("%02x", b.ptr[k]);', 'puts("");',
                     'values_reset(self);', f'w = values_echo{k}(self, v, {zeros});', *canonical.print_in_c(t, 'w'), 'puts("");',
                     'values_reset(self);', f'w = values_through{k}(self, v);', *canonical.print_in_c(t, 'w'), 'puts(""); }']
    return lines, body


def c_types(header, count):
    """The C types of the values, as the prototypes say."""
    return [next(line.split(f' wasmelt_import_values_host{k}(')[0] for line in header.splitlines() if f' wasmelt_import_values_host{k}(' in line)
            for k in range(count)]


def build_and_run(tmp_path, wasmelt, types, values, encoding, compiler, flags=()):
    components.assemble({'values': component(types, encoding)}, tmp_path)
    done = subprocess.run([wasmelt, 'values.wasm', '--emit=c', '-o', '.'], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines, body = host(types, values)
    names = c_types((tmp_path / 'values.h').read_text(), len(types))
    for k, name in enumerate(names):
        lines += [f'typedef {name} HOLDER{k};', f'{name} wasmelt_import_values_host{k}(void *context, {name} v) {{ (void)context; return v; }}']
    # Each value has a function of its own: one large one takes compilers long.
    runs, functions = [], []
    for n, start in enumerate(k for k, line in enumerate(body) if line.startswith('{ used')):
        end = next((k for k in range(start + 1, len(body)) if body[k].startswith('{ used')), len(body))
        functions += [f'static void value{n}(values *self) {{', *body[start:end], '}']
        runs.append(f'value{n}(self);')
    (tmp_path / 'host.c').write_text('\n'.join([*lines, *functions, 'static void run(void *instance) { values *self = instance;', *runs, '}',
                                                'int main(void) { (void)room; values *self; wasmelt_error e; values_imports imports = {0};',
                                                'if (values_instantiate(&imports, &self, &e) != WASMELT_OK) { puts(e.message); return 1; }',
                                                'wasmelt_trap_code trap = wasmelt_run(run, self, NULL);',
                                                'if (trap)', '\tputs(wasmelt_trap_message(trap));', 'values_instance_free(self); return trap != 0; }']))
    sources = ['values.c', *sorted(p.name for p in tmp_path.glob('values_m*.c')), 'host.c']
    root = pathlib.Path(__file__).resolve().parents[2]
    runtime = wasmelt.parents[1] / 'lib' / 'libwasmelt_rt.a'
    subprocess.run([compiler, '-std=gnu11', '-O0', '-Wall', '-Wextra', '-Werror', *flags, '-I', root / 'include', *sources, runtime, '-lm', '-lpthread', '-o',
                    'host'], cwd=tmp_path, check=True)
    done = subprocess.run([tmp_path / 'host'], capture_output=True, text=True, errors='replace', timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout.splitlines()


def definitions():
    folder = os.environ.get('COMPONENT_MODEL_ABI')
    return canonical.load_definitions(pathlib.Path(folder)) if folder else None


@pytest.mark.parametrize('encoding', ENCODINGS)
@pytest.mark.parametrize('seed', range(int(os.environ.get('SEEDS', '2'))))
def test_values_come_back_as_they_were(tmp_path, wasmelt, cc, seed, encoding):
    rng = random.Random(f'{seed} {encoding}')
    types = [canonical.random_type(rng, rng.choice([0, 1, 2, 3])) for _ in range(12)]
    values = [[canonical.random_value(rng, t) for _ in range(3)] for t in types]
    printed = iter(build_and_run(tmp_path, wasmelt, types, values, encoding, cc, SANITIZED))
    d = definitions()
    for t, of_type in zip(types, values):
        for v in of_type:
            memory = next(printed)
            if d:
                expected = canonical.reference_memory(d, [t] + ['u8'] * PADDING, [v] + [0] * PADDING, encoding, START, ROOM)
                found = bytes.fromhex(memory)
                assert found[START:] == expected[START:], (t, v)
            assert (t, v, next(printed)) == (t, v, canonical.printed(t, v))
            assert (t, v, next(printed)) == (t, v, canonical.printed(t, v))
    assert next(printed, None) is None
