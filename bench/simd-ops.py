#!/usr/bin/env python3
"""How many machine instructions each vector instruction becomes.

    bench/simd-ops.py [--cc gcc] [--flags=-march=x86-64-v3] [--simde] [--above N] [--assembly NAME]

Compiles a function for each row of opcodes.def that has vectors, with operands in registers, and counts. A loop or a
call is marked, since it costs more than its length. --simde adds a column with Debian's SIMDe (libsimde-dev) in place of
include/wasmelt/code/simd.h.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from harness import simde  # noqa: E402

ROOT = HERE.parent
TYPES = {'v': 'v128', 'i': 'u32', 'I': 'u64', 'f': 'f32', 'F': 'f64', 'p': 'u8 *', '': 'void'}
SHUFFLES = {  # some that programs have, as they are emitted
    'interleave': 'i8x16_shuffle(a0, a1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)',
    'lanes32': 'i32x4_shuffle(a0, a1, 1, 0, 3, 2)',
    'halves': 'i64x2_shuffle(a0, a1, 1, 2)',
    'window': 'v128_window(a0, a1, 5)',
    'even16': 'i16x8_shuffle(a0, a1, 0, 2, 4, 6, 8, 10, 12, 14)',
    'reverse': 'i8x16_shuffle(a0, a1, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)',
    'mixed': 'i8x16_shuffle(a0, a1, 0, 19, 3, 27, 5, 30, 31, 2, 1, 17, 12, 8, 9, 29, 16, 4)',
}


def function(name, signature, body):
    takes, gives = signature.split(':')
    parameters = ', '.join(f'{TYPES[t]} a{k}' for k, t in enumerate(takes)) or 'void'
    return f'{TYPES[gives]} op_{name}({parameters});\n{TYPES[gives]} op_{name}({parameters}) {{ {body} }}\n'


def bodies(relaxed):
    """(name, signature, the statement that is the instruction) of each."""
    for op in simde.operations(relaxed):
        name, takes = op.name.replace('.', '_'), op.signature.split(':')[0]
        if 'SHUFFLE' in op.immediates:
            for kind, call in SHUFFLES.items():
                yield f'shuffle_{kind}', op.signature, f'return {call};'
        elif 'MEMARG' in op.immediates:
            lane = 'LANE' in op.immediates
            if 'store' in name:
                access = f"{op.c}_IN(a0, 0, 0)" if lane else f"{op.c}(a0)"  # V128 takes the pointer
                yield name, op.signature, f'{access} = {lane_of(name) if lane else "a1"};'
            else:
                yield name, op.signature, f'return {op.c}(a0{", a1, 1" if lane else ""});'
        elif op.c != '%b':
            text = op.c.replace('%l', '1')
            for k in range(len(takes)):
                text = text.replace(f'%{k}', f'a{k}')
            yield name, op.signature, f'return {text};'


def lane_of(name):
    width = re.search(r'store(\d+)_lane', name)[1]
    return {'8': '(u8)i8x16_extract_lane_u(a1, 1)', '16': '(u16)i16x8_extract_lane_u(a1, 1)',
            '32': 'i32x4_extract_lane(a1, 1)', '64': 'i64x2_extract_lane(a1, 1)'}[width]


def compile_functions(config, with_simde):
    """{name: its lines of assembly}"""
    source = '#include <wasmelt/code/simd.h>\n' + ''.join(function(*b) for b in bodies(not config.simde))
    with tempfile.TemporaryDirectory() as folder:
        flags = simde.flags(pathlib.Path(folder)) if with_simde else []
        text = subprocess.run([*config.cc.split(), f'-O{config.opt}', '-std=gnu11', '-ffp-contract=off', '-fno-math-errno', '-w',
                               f'-I{ROOT / "include"}', *config.flags.split(), *flags, '-fno-asynchronous-unwind-tables', '-S',
                               '-x', 'c', '-', '-o', '-'],
                              input=source, text=True, check=True, capture_output=True).stdout
    found, lines = {}, None
    for line in text.splitlines():
        label = re.match(r'op_(\w+):', line)
        if label:
            lines = found.setdefault(label[1], [])
        elif lines is not None and (re.match(r'\t[a-z]', line) or line.startswith('.L')):
            lines.append(line.strip().replace('\t', ' '))
    return found


def cost(lines):
    count = sum(not (line.endswith(':') or line.startswith('ret')) for line in lines)
    labels = [line[:-1] for line in lines if line.endswith(':')]
    jumps = any(re.match(r'(j|b\.|b |cb)', line) and any(label in line for label in labels) for line in lines)
    calls = any(re.match(r'(call|bl|jmp|b)\b [^.]', line) for line in lines)
    return count, f'{count}{" jumps" if jumps else ""}{" calls" if calls else ""}'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cc', default='gcc', metavar='COMMAND')
    parser.add_argument('--opt', default='2', metavar='LEVEL')
    parser.add_argument('--flags', default='', metavar='FLAGS')
    parser.add_argument('--simde', action='store_true')
    parser.add_argument('--above', type=int, default=0, metavar='N', help='only what takes more than N instructions, or, with --simde, more or less than there')
    parser.add_argument('--assembly', metavar='NAME', help='print what these become: a regular expression')
    config = parser.parse_args()
    columns = {'wasmelt': compile_functions(config, False)}
    if config.simde:
        columns['simde'] = compile_functions(config, True)
    sums = {column: 0 for column in columns}
    for name, _, _ in bodies(not config.simde):
        costs = {column: cost(found[name]) for column, found in columns.items()}
        for column in columns:
            sums[column] += costs[column][0]
        if config.assembly:
            if re.search(config.assembly, name):
                for column, found in columns.items():
                    print(f'{name}, {column}:\n    ' + '\n    '.join(found[name]))
        elif costs['wasmelt'][0] > config.above and (not config.simde or not config.above or len(set(c[0] for c in costs.values())) > 1):
            print(f'{name:36}' + ''.join(f'{text:>16}' for _, text in costs.values()))
    if not config.assembly:
        print(f'{"sum":36}' + ''.join(f'{sums[column]:>16}' for column in columns))


if __name__ == '__main__':
    main()
