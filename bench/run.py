#!/usr/bin/env python3
"""Measures Wasmelt against native code, V8 and wasm2c, all in one run.

    bench/run.py [--quick] [OPTION ...] [PART ...]

Parts (default: all):
  run        time of the programs in bench/programs: native, wasmelt, wasm2c, V8; interleaved, medians
  simd       the same for the vector kernels in bench/simd; on x86-64 for the oldest machine and for x86-64-v3
  threads    the same for the programs with threads in bench/threads, natively by POSIX threads
  translate  speed and peak memory of the translation of real modules (npm), and the size of the C
  compile    time and memory of the C compiler on the C of one module
  startup    from exec to the first instruction of _start, with a 16 MiB data image
  gc         programs that allocate structs and arrays, and kernels over them, against V8
  memory     growth by many threads' or processes' instances at once, beside the system calls alone; idle instances

Prints tables; --json and --svg write files. Needs the packages that .ci/setup.sh installs, and npm.
"""
import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'tests')]
from harness import collector, compiling, costs, memory, programs, report, startup, variants  # noqa: E402

PARTS = ('run', 'simd', 'threads', 'translate', 'compile', 'startup', 'memory', 'gc')


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('parts', nargs='*', metavar='PART', help=', '.join(PARTS))
    parser.add_argument('--quick', action='store_true', help='a tenth of the work, few rounds, small modules only')
    parser.add_argument('--programs', metavar='A,B', help='only these programs')
    parser.add_argument('--variants', metavar='A,B', help='only these columns, for example native-gcc,wasmelt-gcc')
    parser.add_argument('--others', action='store_true',
                        help='run: instead of our programs those of Embench, CoreMark, PolyBench and LLVM, which are fetched with git; '
                             'wasm by the newest clang-N')
    parser.add_argument('--sources', type=pathlib.Path, metavar='DIR',
                        help='--others: a folder with embench-iot, coremark, PolyBenchC-4.2.1 and llvm-test-suite, instead of fetching them')
    parser.add_argument('--half', choices=('tuned', 'judged'),
                        help='--others: only the half that flags are chosen by, or the half that the choice is judged by')
    parser.add_argument('--rounds', type=int, metavar='N', help='runs of each program with each variant (5)')
    parser.add_argument('--opt', metavar='LEVEL',
                        help='C optimisation of what translators emit (what wasmelt does by default; 2 for the others)')
    parser.add_argument('--cflags', default='', metavar='FLAGS', help='more flags for the C that wasmelt emits')
    parser.add_argument('--metric', choices=('cpu', 'user', 'wall'),
                        help="what is compared: processor time (default; other load disturbs it least), that without the system's "
                             '(default with --others), or elapsed time')
    parser.add_argument('--callgrind', action='store_true', help='count instructions instead of time (not for V8)')
    parser.add_argument('--costs', action='store_true',
                        help='gc: the instructions that each part takes instead (with callgrind)')
    parser.add_argument('--simde', action='store_true',
                        help='simd: columns with SIMDe (Debian: libsimde-dev) in place of include/wasmelt/code/simd.h')
    parser.add_argument('--wasm2c', action='append', default=[], metavar='DIR',
                        help='a newer wabt as a further column: its folder with bin/wasm2c and wasm2c/ sources')
    parser.add_argument('--w2c2', type=pathlib.Path, metavar='DIR',
                        help='translate, compile: w2c2 as a further row: the folder with the command and w2c2_base.h')
    parser.add_argument('--wasmelt', type=pathlib.Path, metavar='FILE',
                        help='the command (default: $WASMELT_BUILD/bin/wasmelt, else build/bin/wasmelt)')
    parser.add_argument('--work', type=pathlib.Path, metavar='DIR', help='where binaries go (build/bench)')
    parser.add_argument('--json', type=pathlib.Path, metavar='FILE')
    parser.add_argument('--svg', type=pathlib.Path, metavar='FILE')
    config = parser.parse_args()
    for part in config.parts:
        if part not in PARTS:
            parser.error(f'no part {part!r}; there are {", ".join(PARTS)}')
    config.parts = config.parts or list(PARTS)
    config.rounds = config.rounds or (3 if config.quick else 5)
    build = pathlib.Path(os.environ.get('WASMELT_BUILD', HERE.parent / 'build')).resolve()
    config.wasmelt = (config.wasmelt or build / 'bin' / 'wasmelt').resolve()
    config.work = (config.work or build / 'bench').resolve()
    config.metric = config.metric or ('user' if config.others else 'cpu')
    config.sources = config.sources and config.sources.resolve()
    if config.w2c2:
        config.w2c2 = config.w2c2.resolve()
        if not (config.w2c2 / 'w2c2').is_file() or not (config.w2c2 / 'w2c2_base.h').is_file():
            parser.error(f'{config.w2c2} has no w2c2 and w2c2_base.h')
    config.scale = 2 if config.callgrind else 10 if config.quick else 100
    if not config.wasmelt.exists():
        parser.error(f'{config.wasmelt} is not there: build it, or name it with --wasmelt')
    return config


def machine():
    model = 'unknown processor'
    for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines():
        if line.startswith('model name'):
            model = line.split(':', 1)[1].strip()
            break
    first_line = lambda *command: subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[0]  # noqa: E731
    return {'processor': model, 'processors': os.cpu_count(), 'kernel': platform.release(),
            'gcc': first_line('gcc', '--version'), 'clang': first_line('clang', '--version'),
            'wasm2c': 'wabt ' + first_line('wat2wasm', '--version')}


def main():
    config = parse_arguments()
    config.work.mkdir(parents=True, exist_ok=True)
    results = {'machine': machine(), 'scale': config.scale, 'opt': config.opt or 'default', 'cflags': config.cflags}
    say = lambda text: print(text, file=sys.stderr, flush=True)  # noqa: E731
    try:
        for part in config.parts:
            if part == 'run' and config.others:
                results['run'] = programs.measure_others(config, variants.all_of(config), say)
                print(report.run_table(results['run'], 'Run, programs of others') + report.behind(results['run']))
            elif part == 'run':
                results['run'] = programs.measure(config, variants.all_of(config), say)
                print(report.run_table(results['run']))
            elif part == 'simd':
                results['simd'] = programs.measure(config, variants.of_vectors(config), say, 'simd')
                print(report.run_table(results['simd'], 'Vectors'))
            elif part == 'threads':
                results['threads'] = programs.measure(config, variants.of_threads(config), say, 'threads')
                print(report.run_table(results['threads'], 'Threads'))
            elif part == 'translate':
                results['translate'] = compiling.measure_translation(config, say)
                print(report.translation_table(results['translate']))
            elif part == 'compile':
                results['compile'] = compiling.measure_compilation(config, say)
                print(report.compilation_table(results['compile']))
            elif part == 'gc' and config.costs:
                results['costs'] = costs.measure(config, say)
                print(report.costs_table(results['costs']))
            elif part == 'gc':
                results['gc'] = collector.measure(config, say)
                print(report.gc_table(results['gc']))
            elif part == 'memory':
                results['memory'] = memory.measure(config, say)
                print(report.memory_table(results['memory']))
            else:
                results['startup'] = startup.measure(config, say)
                print(report.startup_table(results['startup']))
    finally:  # an interrupted run keeps what it has
        if config.json:
            config.json.write_text(json.dumps(results, indent=1) + '\n')
        if config.svg and 'run' in results:
            config.svg.write_text(report.run_plot(results['run'], results['machine']))
    return 1 if any(p['differs'] for part in ('run', 'simd', 'threads', 'gc') for p in results.get(part, {}).get('programs', {}).values()) else 0


if __name__ == '__main__':
    sys.exit(main())
