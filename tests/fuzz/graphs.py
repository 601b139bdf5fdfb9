"""Random graphs of objects that are changed at random, with a shadow in linear memory: for each object by its number its kind, and the
numbers of what it refers to. Every few changes both are compared, all that the roots lead to: numbers, and that one number is one object. What
differs traps. Types are random, with subtypes, arrays, other fields between references, and fields of a narrower type."""

OBJECTS, MOST_CHILDREN, ROOTS, RUNS = 1500, 12, 24, 6  # at most 65535 objects
COMPARISONS, MOST_COMPARED = 37, 400000  # in a run that makes one object a turn: comparisons, and objects in all of them
SEEN = 128  # where the list of objects to look at begins; before it are the numbers of the roots
RECORD = 4 * (MOST_CHILDREN + 2)  # kind, count, children
SCALARS = ['i8', 'i16', 'i32', 'i64', 'f32', 'f64', 'v128']


class Kind:
    """A struct type: `fields` are those of its supertype and more; `children` are the numbers of those that refer."""

    def __init__(self, rng, number, above):
        self.name, self.above = f'$t{number}', above
        self.fields = list(above.fields) if above else ['i32']
        for _ in range(rng.randrange(1, 6)):
            self.fields.append(rng.choice(['anyref', 'anyref', '(ref null $base)', rng.choice(SCALARS)]))
        while sum('ref' in f for f in self.fields) > MOST_CHILDREN:
            self.fields.pop()
        self.children = [k for k, f in enumerate(self.fields) if 'ref' in f]

    def text(self):
        fields = ' '.join(f'(field (mut {f}))' for f in self.fields)
        return f'(type {self.name} (sub {self.above.name if self.above else "$base"} (struct {fields})))'


def zero(field):
    if 'ref' in field:
        return '(ref.null none)'
    if field == 'v128':
        return '(v128.const i64x2 -1 -1)'
    return f'({"i32" if field in ("i8", "i16") else field}.const 7)'


def new(kind):
    return f'(struct.new {kind.name} (local.get $id) {" ".join(map(zero, kind.fields[1:]))})'


def chain(kinds, each, otherwise):
    """Subtypes come before their supertypes."""
    text = otherwise
    for kind in kinds:
        text = f'(if (ref.test (ref {kind.name}) (local.get $o)) (then {each(kind)} (return))) ' + text
    return text


def getter(kind):
    cases = ' '.join(f'(if (i32.eq (local.get $k) (i32.const {n})) (then (return (struct.get {kind.name} {f} (ref.cast (ref {kind.name}) (local.get $o))))))'
                     for n, f in enumerate(kind.children))
    return cases + ' (ref.null any)'


def setter(kind):
    def value(field):
        return '(local.get $v)' if kind.fields[field] == 'anyref' else '(ref.cast (ref null $base) (local.get $v))'
    return ' '.join(f'(if (i32.eq (local.get $k) (i32.const {n})) (then (struct.set {kind.name} {f} (ref.cast (ref {kind.name}) (local.get $o)) {value(f)})))'
                    for n, f in enumerate(kind.children))


def narrow(kind):
    """Whether child $k takes structs only."""
    cases = ' '.join(f'(if (i32.eq (local.get $k) (i32.const {n})) (then (return (i32.const 1))))'
                     for n, f in enumerate(kind.children) if kind.fields[f] != 'anyref')
    return cases + ' (i32.const 0)'


def module(rng, objects=OBJECTS):
    kinds, records = [], SEEN + 4 * objects  # where the records begin
    for number in range(rng.randrange(2, 7)):
        kinds.append(Kind(rng, number, rng.choice([None, *kinds])))
    makers = ''.join(f'(if (i32.eq (local.get $kind) (i32.const {k})) (then (call $record (local.get $id) (i32.const {k}) (i32.const {len(kind.children)})) '
                     f'(return {new(kind)})))' for k, kind in enumerate(kinds))
    runs = '\n'.join(f'(func (export "run{k}") (result i32) (call $run (i32.const {rng.randrange(1 << 30)})))' for k in range(RUNS))
    return f'''(module
  (type $base (sub (struct (field (mut i32)))))
  {" ".join(kind.text() for kind in kinds)}
  (type $list (array (mut anyref)))
  (memory {(records + (objects + 1) * RECORD) // 65536 + 1})
  (table $roots {ROOTS} anyref) (table $seen {objects + 1} anyref)
  (global $x (mut i32) (i32.const 0)) (global $next (mut i32) (i32.const 1))
  (func $random (param $n i32) (result i32)
    (global.set $x (i32.add (i32.mul (global.get $x) (i32.const 1664525)) (i32.const 1013904223)))
    (i32.rem_u (i32.shr_u (global.get $x) (i32.const 10)) (local.get $n)))
  (func $at (param $id i32) (result i32) (i32.add (i32.const {records}) (i32.mul (local.get $id) (i32.const {RECORD}))))
  (func $record (param $id i32) (param $kind i32) (param $count i32)
    (i32.store (call $at (local.get $id)) (local.get $kind))
    (i32.store offset=4 (call $at (local.get $id)) (local.get $count))
    (memory.fill (i32.add (call $at (local.get $id)) (i32.const 8)) (i32.const 0) (i32.const {4 * MOST_CHILDREN})))
  ;; 0: null; from 0x10000 on: an i31
  (func $number (param $o anyref) (result i32)
    (if (ref.is_null (local.get $o)) (then (return (i32.const 0))))
    (if (ref.test (ref i31) (local.get $o)) (then (return (i32.add (i32.const 0x10000) (i31.get_u (ref.cast (ref i31) (local.get $o)))))))
    (if (ref.test (ref $base) (local.get $o)) (then (return (struct.get $base 0 (ref.cast (ref $base) (local.get $o))))))
    (i31.get_u (ref.cast (ref i31) (array.get $list (ref.cast (ref $list) (local.get $o)) (i32.const 0)))))
  (func $make (param $id i32) (result anyref) (local $kind i32) (local $l (ref $list)) (local $count i32)
    (local.set $kind (call $random (i32.const {len(kinds) + 1})))
    {makers}
    (local.set $count (call $random (i32.const {MOST_CHILDREN})))
    (local.set $l (array.new $list (ref.null any) (i32.add (local.get $count) (i32.const 1))))
    (array.set $list (local.get $l) (i32.const 0) (ref.i31 (local.get $id)))
    (call $record (local.get $id) (i32.const 99) (local.get $count))
    (local.get $l))
  (func $child (param $o anyref) (param $k i32) (result anyref)
    {chain(kinds, getter, '(array.get $list (ref.cast (ref $list) (local.get $o)) (i32.add (local.get $k) (i32.const 1)))')})
  (func $is_narrow (param $o anyref) (param $k i32) (result i32)
    {chain(kinds, narrow, '(i32.const 0)')})
  (func $set (param $o anyref) (param $k i32) (param $v anyref)
    {chain(kinds, setter, '(array.set $list (ref.cast (ref $list) (local.get $o)) (i32.add (local.get $k) (i32.const 1)) (local.get $v))')})
  ;; Some object, by a way from a root; or null.
  (func $pick (result anyref) (local $o anyref) (local $n anyref) (local $steps i32) (local $count i32)
    (local.set $o (table.get $roots (call $random (i32.const {ROOTS}))))
    (local.set $steps (call $random (i32.const 6)))
    (block $out (loop $l
      (br_if $out (i32.eqz (local.get $steps)))
      (br_if $out (ref.is_null (local.get $o)))
      (local.set $count (i32.load offset=4 (call $at (call $number (local.get $o)))))
      (br_if $out (i32.eqz (local.get $count)))
      (local.set $n (call $child (local.get $o) (call $random (local.get $count))))
      (br_if $out (i32.or (ref.is_null (local.get $n)) (ref.test (ref i31) (local.get $n))))
      (local.set $o (local.get $n))
      (local.set $steps (i32.sub (local.get $steps) (i32.const 1)))
      (br $l)))
    (local.get $o))
  (func $link (param $o anyref) (local $k i32) (local $count i32) (local $v anyref)
    (if (ref.is_null (local.get $o)) (then (return)))
    (local.set $count (i32.load offset=4 (call $at (call $number (local.get $o)))))
    (if (i32.eqz (local.get $count)) (then (return)))
    (local.set $k (call $random (local.get $count)))
    (local.set $v (call $pick))
    (if (i32.eqz (call $random (i32.const 8))) (then (local.set $v (ref.i31 (call $random (i32.const 1000))))))
    (if (call $is_narrow (local.get $o) (local.get $k)) (then
      (if (i32.eqz (ref.test (ref null $base) (local.get $v))) (then (local.set $v (ref.null any))))))
    (call $set (local.get $o) (local.get $k) (local.get $v))
    (i32.store offset=8 (i32.add (call $at (call $number (local.get $o))) (i32.shl (local.get $k) (i32.const 2))) (call $number (local.get $v))))
  (func $change (local $what i32) (local $o anyref) (local $root i32) (local $n i32)
    (local.set $what (call $random (i32.const 10)))
    (local.set $root (call $random (i32.const {ROOTS})))
    (if (i32.lt_u (local.get $what) (i32.const 3)) (then
      (local.set $o (call $make (global.get $next)))
      (global.set $next (i32.add (global.get $next) (i32.const 1)))
      (call $link (local.get $o))
      (call $link (local.get $o))
      (table.set $roots (local.get $root) (local.get $o))
      (i32.store (i32.shl (local.get $root) (i32.const 2)) (call $number (local.get $o)))
      (return)))
    (if (i32.lt_u (local.get $what) (i32.const 8)) (then (call $link (call $pick)) (return)))
    (if (i32.eq (local.get $what) (i32.const 8)) (then
      (local.set $n (call $random (i32.const 200)))
      (loop $l
        (drop (array.new $list (ref.i31 (i32.const 1)) (local.get $n)))
        (br_if $l (local.tee $n (i32.shr_u (local.get $n) (i32.const 1)))))
      (return)))
    (table.set $roots (local.get $root) (ref.null any))
    (i32.store (i32.shl (local.get $root) (i32.const 2)) (i32.const 0)))
  ;; Whether the object is the one of the number; a new one is put on the list of those to look at, which is at {SEEN}.
  (func $expect (param $o anyref) (param $id i32) (param $end i32) (result i32)
    (if (i32.ne (call $number (local.get $o)) (local.get $id)) (then (unreachable)))
    (if (i32.or (i32.eqz (local.get $id)) (i32.ge_u (local.get $id) (i32.const 0x10000))) (then (return (local.get $end))))
    (if (ref.is_null (table.get $seen (local.get $id))) (then
      (table.set $seen (local.get $id) (local.get $o))
      (i32.store (local.get $end) (local.get $id))
      (return (i32.add (local.get $end) (i32.const 4)))))
    (if (i32.eqz (ref.eq (ref.cast eqref (table.get $seen (local.get $id))) (ref.cast eqref (local.get $o)))) (then (unreachable)))
    (local.get $end))
  (func $compare (result i32) (local $at i32) (local $end i32) (local $k i32) (local $id i32) (local $o anyref)
    (table.fill $seen (i32.const 0) (ref.null any) (i32.const {objects + 1}))
    (local.set $at (i32.const {SEEN})) (local.set $end (i32.const {SEEN}))
    (loop $l
      (local.set $end (call $expect (table.get $roots (local.get $k)) (i32.load (i32.shl (local.get $k) (i32.const 2))) (local.get $end)))
      (br_if $l (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const {ROOTS}))))
    (block $out (loop $next
      (br_if $out (i32.eq (local.get $at) (local.get $end)))
      (local.set $id (i32.load (local.get $at)))
      (local.set $o (table.get $seen (local.get $id)))
      (local.set $k (i32.const 0))
      (block $done (loop $l
        (br_if $done (i32.ge_u (local.get $k) (i32.load offset=4 (call $at (local.get $id)))))
        (local.set $end (call $expect (call $child (local.get $o) (local.get $k))
          (i32.load offset=8 (i32.add (call $at (local.get $id)) (i32.shl (local.get $k) (i32.const 2)))) (local.get $end)))
        (local.set $k (i32.add (local.get $k) (i32.const 1)))
        (br $l)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br $next)))
    (table.fill $seen (i32.const 0) (ref.null any) (i32.const {objects + 1}))
    (i32.shr_u (i32.sub (local.get $end) (i32.const {SEEN})) (i32.const 2)))
  (func $run (param $seed i32) (result i32) (local $turn i32) (local $sum i32)
    (global.set $x (local.get $seed)) (global.set $next (i32.const 1))
    (table.fill $roots (i32.const 0) (ref.null any) (i32.const {ROOTS}))
    (memory.fill (i32.const 0) (i32.const 0) (i32.const {SEEN}))
    (loop $l
      (call $change)
      (if (i32.eqz (i32.rem_u (local.get $turn) (i32.const {max(objects // COMPARISONS, objects ** 2 // MOST_COMPARED) + 1}))) (then
        (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (call $compare)))))
      (local.set $turn (i32.add (local.get $turn) (i32.const 1)))
      (br_if $l (i32.lt_u (global.get $next) (i32.const {objects}))))
    (i32.add (local.get $sum) (call $compare)))
  {runs}
)
'''
