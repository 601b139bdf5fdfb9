"""From exec to the first instruction of _start, for a module with a 16 MiB data image and for one with none, directly
and by `wasmelt run`; making and freeing instances of libraries of the same two kinds."""
import os
import pathlib
import random
import statistics
import struct
import time

from harness.process import must
from support.binary import name, section, signed_leb, vector

HERE = pathlib.Path(__file__).resolve().parent
# Writes the monotonic clock, read as the first thing, to standard output.
GUEST = '''(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 320)
  (func (export "_start")
    (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 0)))
    (i32.store (i32.const 16) (i32.const 0))
    (i32.store (i32.const 20) (i32.const 8))
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)))))
'''
NATIVE = '''#include <time.h>
#include <unistd.h>
int main(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    unsigned long long n = t.tv_sec * 1000000000ull + (unsigned long long)t.tv_nsec;
    return write(1, &n, sizeof n) != sizeof n;
}
'''
LIBRARY = '''(module
  (memory (export "memory") 320)
  (table 100 funcref)
  (elem (i32.const 0) $add $add)
  (global $stack (mut i32) (i32.const 65536))
  (func $add (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
'''
PROGRAM = '(module (memory (export "memory") 1) (func (export "_start")))'
IMAGE = 16 << 20
IMAGE_START = 1 << 20


def with_image(wasm):
    """The module with one active data segment of random bytes behind its other sections."""
    data = random.Random(1).randbytes(IMAGE)
    return wasm + section(11, vector([b'\0\x41' + signed_leb(IMAGE_START) + b'\x0b' + name(data)]))


KINDS = {'small': lambda wasm: wasm, 'image': with_image}


def start_once(command, environment):
    """Nanoseconds from just before the process is made to the clock it read."""
    reader, writer = os.pipe()
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    child = os.posix_spawn(command[0], command, environment, file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1)])
    os.close(writer)
    with os.fdopen(reader, 'rb') as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return struct.unpack('<Q', answer)[0] - before


def measure_starts(config, say, folder):
    (folder / 'guest.wat').write_text(GUEST)
    (folder / 'native.c').write_text(NATIVE)
    must(['wat2wasm', folder / 'guest.wat', '-o', folder / 'small.wasm'])
    (folder / 'image.wasm').write_bytes(with_image((folder / 'small.wasm').read_bytes()))
    must(['gcc', '-O2', folder / 'native.c', '-o', folder / 'native'])
    rows = {'native': {'command': [folder / 'native'], 'size': folder / 'native'}}
    environment = {'XDG_CACHE_HOME': str(folder / 'cache'), 'PATH': os.environ['PATH']}
    for name in ('small', 'image'):
        say(f'building the {name} module')
        cost = must([config.wasmelt, folder / f'{name}.wasm', '-o', folder / name, '--progress=never'])
        rows[f'wasmelt {name}'] = {'command': [folder / name], 'size': folder / name, 'build': cost.cpu,
                                   'build_memory': cost.memory}
        run = [config.wasmelt, 'run', folder / f'{name}.wasm']
        start_once([str(word) for word in run], environment)  # compiles
        time.sleep(3.1)  # until the file counts as settled
        rows[f'wasmelt run {name}'] = {'command': run, 'size': folder / f'{name}.wasm'}
    samples = {name: [] for name in rows}
    for _ in range(30 if config.quick else 200):
        for name, row in rows.items():
            samples[name].append(start_once([str(word) for word in row['command']], environment))
    for name, row in rows.items():
        del row['command']
        row['size'] = row['size'].stat().st_size
        row['median'] = statistics.median(samples[name]) / 1e9
        row['fastest'] = min(samples[name]) / 1e9
    return rows


def build_library(config, folder, name, wat, source, change=lambda wasm: wasm):
    """The program of one of the C files here and a module, which it sees as `library_module`."""
    text, module, archive, host = (folder / n for n in (f'{name}.wat', f'{name}.wasm', f'lib{name}.a', f'host-{name}'))
    text.write_text(PROGRAM)
    must(['wat2wasm', text, '-o', module])
    said = must([config.wasmelt, module, '-v', '-o', host]).errors.split()  # a program, to see what it is linked with
    include = next(word for word in said if word.startswith('-I'))
    runtime = next(word for word in said if word.endswith('libwasmelt_rt.a'))
    text.write_text(wat)
    must(['wat2wasm', text, '-o', module])
    module.write_bytes(change(module.read_bytes()))
    must([config.wasmelt, module, '--emit=lib', '--name=library', '-o', archive, '--progress=never'])
    must(['gcc', '-O2', include, HERE / source, archive, runtime, '-lpthread', '-lm', '-o', host])
    return host


def build_kinds(config, say, folder, source):
    """Of each kind of library its name, and the program of one of the C files here with it."""
    for name, change in KINDS.items():
        say(f'building the {name} library')
        yield name, build_library(config, folder, f'library-{name}', LIBRARY, source, change)


def measure_instances(config, say, folder):
    rows = {}
    for name, host in build_kinds(config, say, folder, 'instantiate.c'):
        times = [int(line) for line in must([host]).output.split()]
        rows[name] = {'median': statistics.median(times) / 1e9, 'fastest': min(times) / 1e9}
    return rows


def measure(config, say):
    folder = config.work / 'startup'
    folder.mkdir(parents=True, exist_ok=True)
    return {'starts': measure_starts(config, say, folder), 'instances': measure_instances(config, say, folder)}
