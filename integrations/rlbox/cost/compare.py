#!/usr/bin/env python3
"""compare.py NAME=PROGRAM ...: runs the programs alternately, and prints the least that each has measured of each kind of crossing."""
import subprocess
import sys

ROUNDS = 5


def main():
    programs = dict(argument.split('=', 1) for argument in sys.argv[1:])
    least = {name: {} for name in programs}
    for _ in range(ROUNDS):
        for name, program in programs.items():
            for line in subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines():
                kind, nanoseconds = line.split()
                least[name][kind] = min(float(nanoseconds), least[name].get(kind, float('inf')))
    kinds = list(next(iter(least.values())))
    print('ns', *kinds, sep='\t')
    for name, measured in least.items():
        print(name, *(f'{measured[kind]:.2f}' for kind in kinds), sep='\t')


if __name__ == '__main__':
    main()
