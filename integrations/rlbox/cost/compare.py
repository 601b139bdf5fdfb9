#!/usr/bin/env python3
"""compare.py [--instructions] NAME=PROGRAM ...: runs the programs alternately, and prints the least that each has measured of each kind of
crossing. --instructions: how many instructions of the processor each kind takes, which other load does not change (by valgrind)."""
import re
import subprocess
import sys

ROUNDS = 5
CROSSINGS = 100000


def measure(programs):
    """The least nanoseconds, by program and kind."""
    least = {name: {} for name in programs}
    for _ in range(ROUNDS):
        for name, program in programs.items():
            for line in output(program).splitlines():
                kind, nanoseconds = line.split()
                least[name][kind] = min(float(nanoseconds), least[name].get(kind, float('inf')))
    return least


def count(programs):
    """Instructions, by program and kind: what CROSSINGS more take."""
    kinds = [line.split()[0] for line in output(next(iter(programs.values()))).splitlines()]
    return {name: {kind: (instructions(program, kind, 2 * CROSSINGS) - instructions(program, kind, CROSSINGS)) / CROSSINGS
                   for kind in kinds} for name, program in programs.items()}


def instructions(program, kind, crossings):
    done = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', program, kind, str(crossings)], check=True,
                          capture_output=True, text=True)
    return int(re.search(r'Collected : (\d+)', done.stderr).group(1))


def output(program):
    return subprocess.run([program], check=True, capture_output=True, text=True).stdout


def main():
    arguments = sys.argv[1:]
    counted = arguments[0] == '--instructions'
    programs = dict(argument.split('=', 1) for argument in arguments[counted:])
    figures = count(programs) if counted else measure(programs)
    kinds = list(next(iter(figures.values())))
    print('instructions' if counted else 'ns', *kinds, sep='\t')
    for name, of_kind in figures.items():
        print(name, *(f'{of_kind[kind]:.2f}' for kind in kinds), sep='\t')


if __name__ == '__main__':
    main()
