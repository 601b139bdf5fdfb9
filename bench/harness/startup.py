"""From exec to the first instruction of _start, for a module with a 16 MiB data image and for one with none."""
import os
import random
import statistics
import struct
import time

from harness.process import must

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
IMAGE = 16 << 20
IMAGE_START = 1 << 20


def leb(n):
    out = b''
    while n >= 128:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def signed_leb(n):
    out = b''
    while n >= 64:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def with_image(wasm):
    """The module with one active data segment of random bytes behind its other sections."""
    data = random.Random(1).randbytes(IMAGE)
    body = leb(1) + b'\0\x41' + signed_leb(IMAGE_START) + b'\x0b' + leb(IMAGE) + data
    return wasm + b'\x0b' + leb(len(body)) + body


def start_once(binary):
    """Nanoseconds from just before the process is made to the clock it read."""
    reader, writer = os.pipe()
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    child = os.posix_spawn(binary, [binary], {}, file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1)])
    os.close(writer)
    with os.fdopen(reader, 'rb') as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return struct.unpack('<Q', answer)[0] - before


def measure(config, say):
    folder = config.work / 'startup'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'guest.wat').write_text(GUEST)
    (folder / 'native.c').write_text(NATIVE)
    must(['wat2wasm', folder / 'guest.wat', '-o', folder / 'small.wasm'])
    (folder / 'image.wasm').write_bytes(with_image((folder / 'small.wasm').read_bytes()))
    must(['gcc', '-O2', folder / 'native.c', '-o', folder / 'native'])
    rows = {'native': {'binary': folder / 'native'}}
    for name in ('small', 'image'):
        say(f'building the {name} module')
        cost = must([config.wasmelt, folder / f'{name}.wasm', '-o', folder / name, '--progress=never'])
        rows[f'wasmelt {name}'] = {'binary': folder / name, 'build': cost.cpu, 'build_memory': cost.memory}
    samples = {name: [] for name in rows}
    for _ in range(30 if config.quick else 200):
        for name, row in rows.items():
            samples[name].append(start_once(str(row['binary'])))
    for name, row in rows.items():
        row['size'] = row.pop('binary').stat().st_size
        row['median'] = statistics.median(samples[name]) / 1e9
        row['fastest'] = min(samples[name]) / 1e9
    return rows
