"""What each part of structs and arrays costs in instructions: loops that do one thing in each turn, under callgrind, without what the
turn does beside it."""
import re

from harness.collector import BENCH, BINARYEN, NODE
from harness.process import Failed, must, run
from support import npm

PRELUDE = '''
  (type $list (struct (field (mut (ref null $list))) (field i32)))
  (type $base (sub (struct (field (mut i32)))))
  (type $open (sub $base (struct (field (mut i32)) (field i32))))
  (type $below (sub $open (struct (field (mut i32)) (field i32) (field i32))))
  (type $leaf (sub final $base (struct (field (mut i32)) (field f64))))
  (type $ints (array (mut i32)))
  (type $bases (array (mut (ref null $base))))
  (type $lists (array (mut (ref null $list))))
  (type $unary (func (param i32) (result i32)))
  (global $bases (mut (ref null $bases)) (ref.null $bases))
  (global $lists (mut (ref null $lists)) (ref.null $lists))
  (global $kept (mut (ref null $list)) (ref.null $list))
  (global $function (mut (ref null $unary)) (ref.null $unary))
  (elem declare func $same)
  (func $same (type $unary) (local.get 0))
  (func $prepare (param $ring i32) (local $i i32)
    (global.set $bases (array.new_default $bases (i32.const 8)))
    (loop $l
      (array.set $bases (global.get $bases) (local.get $i)
        (if (result (ref $base)) (i32.and (local.get $i) (i32.const 1))
          (then (struct.new $leaf (local.get $i) (f64.const 1)))
          (else (struct.new $below (local.get $i) (i32.const 2) (i32.const 3)))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8))))
    (global.set $lists (array.new_default $lists (local.get $ring)))
    (global.set $kept (struct.new_default $list))
    (global.set $function (ref.func $same)))'''

OBJECT = '(ref.as_non_null (array.get $bases (global.get $bases) (i32.and (local.get $i) (i32.const 7))))'
OPEN = OBJECT.replace('(i32.const 7)', '(i32.const 6)')
LEAF = '(ref.as_non_null (array.get $bases (global.get $bases) (i32.or (i32.and (local.get $i) (i32.const 7)) (i32.const 1))))'
NEW = '(struct.new $list (ref.null $list) (local.get $i))'


def after(code):
    return f'(block (result i32) {code} (local.get $i))'


# name in the module: (what is told, or None; what a turn computes, an i32; the loop that does all but that)
LOOPS = {
    'empty': (None, '(local.get $i)', None),
    'object': ('array.get of a reference, the array in a global: null, bounds, null',
               after(f'(drop (ref.eq {OBJECT} (global.get $kept)))'), 'empty'),
    'member': ('struct.get of an i32', f'(struct.get $base 0 {OBJECT})', 'object'),
    'leaf': (None, f'(struct.get $base 0 {LEAF})', 'empty'),
    'test_final': ('ref.test of a type without subtypes', f'(i32.add (struct.get $base 0 {OBJECT}) (ref.test (ref $leaf) {OBJECT}))', 'member'),
    'test_open': ('ref.test of a type with subtypes', f'(i32.add (struct.get $base 0 {OBJECT}) (ref.test (ref $open) {OBJECT}))', 'member'),
    'cast_final': ('ref.cast to a type without subtypes', f'(struct.get $leaf 0 (ref.cast (ref $leaf) {LEAF}))', 'leaf'),
    'cast_open': ('ref.cast to a type with subtypes', f'(struct.get $base 0 (ref.cast (ref $open) {OPEN}))', 'member'),
    'call_ref': ('call_ref of a function that returns its operand', '(call_ref $unary (local.get $i) (ref.as_non_null (global.get $function)))', 'empty'),
    'struct_new': ('struct.new of a reference and an i32 (24 bytes)', after(f'(drop {NEW})'), 'empty'),
    'array_new': ('array.new_default of 4 i32', after('(drop (array.new_default $ints (i32.const 4)))'), 'empty'),
    'array_unknown': ('array.new_default of 0 to 7 i32', after('(drop (array.new_default $ints (i32.and (local.get $i) (i32.const 7))))'), 'empty'),
    'store_new': ('struct.set of a reference, with the barrier', after(f'(struct.set $list 0 (ref.as_non_null (global.get $kept)) {NEW})'), 'struct_new'),
    'store_null': ('struct.set of null', after('(struct.set $list 0 (ref.as_non_null (global.get $kept)) (ref.null $list))'), 'empty'),
    'i31': ('ref.i31 and i31.get_s', '(i31.get_s (ref.i31 (local.get $i)))', 'empty'),
}

FEW, MANY = 20000, 120000
NODE_BYTES = 24
ROUND = 4 << 20  # bytes between two collections
MAXIMUM = 256 << 20  # valgrind has no address space for more
# (what, entries of a ring of the newest objects: these survive)
SURVIVORS = (('minor collection, for each byte that survives and is moved (a tenth)', 17500), ('the same, left in place (two fifths)', 70000))
TURNS = 2400000


def loop(name, body, ring):
    return f'''
  (func (export "{name}") (param $n i32) (param $unused i32) (result i64) (local $i i32) (local $s i32)
    (call $prepare (i32.const {ring}))
    (loop $l
      (local.set $s (i32.xor (local.get $s) {body}))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (i64.extend_i32_u (local.get $s)))'''


def text():
    loops = [loop(name, body, 1) for name, (_, body, _) in LOOPS.items()]
    rings = [loop(f'ring{ring}', after(f'(array.set $lists (global.get $lists) (i32.rem_u (local.get $i) (i32.const {ring})) {NEW})'), ring)
             for ring in (1, *(ring for _, ring in SURVIVORS))]
    return f'(module {PRELUDE} {"".join(loops)} {"".join(rings)})\n'


def count(config, host, name, turns, *options):
    cost = run(['valgrind', '--tool=callgrind', f'--callgrind-out-file={config.work / "callgrind.out"}', *options, host, name, turns, 0, MAXIMUM])
    counted = re.search(r'Collected : (\d+)', cost.errors)
    if cost.status != 0 or not counted:
        raise Failed(f'callgrind on {name}:\n{cost.errors[-2000:]}')
    return int(counted[1])


def per_turn(config, host, name):
    return (count(config, host, name, MANY) - count(config, host, name, FEW)) / (MANY - FEW)


def per_byte(config, host, ring):
    """Of collections only, beyond what they take when nothing survives."""
    only = '--toggle-collect=wasmelt_rt_heap_collect'
    collections = TURNS * NODE_BYTES // ROUND
    more = count(config, host, f'ring{ring}', TURNS, only) - count(config, host, 'ring1', TURNS, only)
    return more / (collections * ring * NODE_BYTES)


def measure(config, say):
    folder = config.work / 'gc'
    folder.mkdir(parents=True, exist_ok=True)
    source, wasm = folder / 'costs.wat', folder / 'costs.wasm'
    source.write_text(text())
    must([npm.install(*NODE) / 'bin' / 'node', npm.install(*BINARYEN) / 'bin' / 'wasm-as', '-all', source, '-o', wasm])
    root, archive = BENCH.parent, config.wasmelt.parents[1] / 'lib' / 'libwasmelt_rt.a'
    rows = {}
    for cc in ('gcc', 'clang'):
        library, host = folder / f'costs-{cc}.a', folder / f'costs-{cc}'
        must([config.wasmelt, wasm, '--emit=lib', '--name=gc', '--cc', cc, *([f'-O{config.opt}'] if config.opt else []),
              *(f'--cflags={flag}' for flag in config.cflags.split()), '--progress=never', '-o', library])
        must([cc, '-O2', f'-I{root / "include"}', BENCH / 'harness' / 'gc_host.c', library, archive, '-lpthread', '-lm', '-o', host])
        say(f'counting {cc}')
        turns = {name: per_turn(config, host, name) for name in LOOPS}
        for name, (what, _, beside) in LOOPS.items():
            if what:
                rows.setdefault(what, {})[cc] = turns[name] - turns[beside]
        for what, ring in SURVIVORS:
            rows.setdefault(what, {})[cc] = per_byte(config, host, ring)
    return rows
