"""Measures memories: growing by many threads or processes at once, compared with the kernel's own cost of that; and what idle
instances keep."""
import statistics

from harness.process import must
from harness.startup import build_kinds, build_library

# 1 if all could be had.
GROWING = '''(module
  (memory (export "memory") 0)
  (func (export "grow") (param $pages i32) (result i32)
    (loop $next
      (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (return (i32.const 0))))
      (br_if $next (local.tee $pages (i32.sub (local.get $pages) (i32.const 1)))))
    (i32.const 1))
  (func (export "grow_and_touch") (param $pages i32) (result i32) (local $at i32)
    (loop $next
      (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (return (i32.const 0))))
      (loop $touch
        (i32.store (local.get $at) (i32.const 1))
        (br_if $touch (i32.and (local.tee $at (i32.add (local.get $at) (i32.const 4096))) (i32.const 0xffff))))
      (br_if $next (local.tee $pages (i32.sub (local.get $pages) (i32.const 1)))))
    (i32.const 1)))
'''
COUNTS = 1, 2, 4, 8
PAGES = 128  # 8 MiB each


def measure_growth(config, say, folder):
    """{(kind, count, touch): {'plain': seconds of one step of one of them, 'wasmelt': the same}}"""
    say('building what grows')
    host = build_library(config, folder, 'growing', GROWING, 'growth.c')
    rows, rounds = {}, 1 if config.quick else 9
    for touch in ('leave', 'touch'):
        for kind in ('threads', 'processes'):
            for count in COUNTS:
                say(f'{count} {kind}, {touch}')
                times = {'plain': [], 'wasmelt': []}
                for _ in range(rounds):
                    for who, list_of in times.items():
                        output = must([host, who, kind, count, PAGES, 3, touch]).output
                        list_of += [int(line) for line in output.split()]
                rows[f'{count} {kind}, {touch}'] = {who: statistics.median(t) / count / PAGES / 1e9 for who, t in times.items()}
    return rows


def measure_idle(config, say, folder):
    rows = {}
    for name, host in build_kinds(config, say, folder, 'idle.c'):
        for count in (1, 1000):
            own, resident, tables = (int(line) * 1024 / count for line in must([host, count]).output.split())
            rows[f'{name}, {count}'] = {'own': own, 'resident': resident, 'tables': tables}
    return rows


def measure(config, say):
    folder = config.work / 'memory'
    folder.mkdir(parents=True, exist_ok=True)
    return {'growth': measure_growth(config, say, folder), 'idle': measure_idle(config, say, folder)}
