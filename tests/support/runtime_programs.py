"""The C programs that test the runtime by itself: where they are, and what they are compiled with."""
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / 'tests/runtime'
HEAP_PROGRAMS = ['heaps', 'collecting', 'heap_exceptions', 'heap_hosts', 'heap_full', 'heap_interior']
WARNINGS = ['-Wall', '-Wextra', '-Werror']
FLAGS = ['-std=c11', '-D_GNU_SOURCE', '-g', '-pthread', f'-I{ROOT / "include"}', f'-I{ROOT / "runtime"}', *WARNINGS]
