"""Random loops over arrays that count an index: what lower/counting.c makes checks of before the loop, and what it must leave alone. They test
at their beginning or end, with signs or without, against variables, constants and lengths; begin below zero or near the end of what an
index can be; have other ways out, stores before and behind accesses, indices and arrays that change on the way, and arrays that are null.
A run that traps is followed by one that tells what it has done up to then."""

FUNCTIONS = 30
ARRAYS = ['$p', '$q', '$r']
ABOVE = ['gt', 'ge']

PRELUDE = '''(type $ints (array (mut i32))) (type $bytes (array (mut i8)))
  (global $p (mut (ref null $ints)) (ref.null $ints)) (global $r (mut (ref null $bytes)) (ref.null $bytes))
  (global $sum (mut i32) (i32.const 0))
  (func $count (global.set $sum (i32.add (global.get $sum) (i32.const 1))))
  (func $reset (param $length i32) (local $i i32)
    (global.set $sum (i32.const 0))
    (global.set $p (array.new_default $ints (local.get $length)))
    (global.set $r (array.new $bytes (i32.const 5) (i32.const 24)))
    (loop $l
      (if (i32.lt_u (local.get $i) (local.get $length)) (then
        (array.set $ints (global.get $p) (local.get $i) (i32.mul (local.get $i) (i32.const 7)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $l)))))
  (func (export "told") (result i32) (local $i i32) (local $h i32)
    (loop $l
      (if (i32.lt_u (local.get $i) (array.len (global.get $p))) (then
        (local.set $h (i32.add (i32.mul (local.get $h) (i32.const 31)) (array.get $ints (global.get $p) (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $l))))
    (local.set $i (i32.const 0))
    (loop $l
      (local.set $h (i32.add (i32.mul (local.get $h) (i32.const 31)) (array.get_s $bytes (global.get $r) (local.get $i))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 24))))
    (i32.add (local.get $h) (global.get $sum)))'''


class Loop:
    def __init__(self, rng):
        self.rng = rng

    def index(self):
        return self.rng.choice(['(local.get $i)'] * 16 + ['(i32.add (local.get $i) (i32.const 1))', '(local.get $n)', '(local.get $j)'])

    def read(self):
        array = self.rng.choice(ARRAYS)
        kind = '_' + self.rng.choice('su') + ' $bytes' if array == '$r' else ' $ints'
        return f'(array.get{kind} (local.get {array}) {self.index()})'

    def value(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.5:
            return self.read()
        if kind < 0.7:
            return f'(i32.{rng.choice(["add", "sub", "mul", "xor"])} {self.read()} {self.read()})'
        if kind < 0.75:
            return f'(select {self.read()} (local.get $s) {self.read()})'
        if kind < 0.78:
            return f'(i32.div_s (local.get $s) {self.read()})'
        return rng.choice(['(local.get $i)', '(local.get $s)', '(i32.const 3)', '(array.len (local.get $p))'])

    def statement(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.35:
            return f'(local.set $s (i32.add (i32.mul (local.get $s) (i32.const 31)) {self.value()}))'
        if kind < 0.65:
            array = rng.choice(ARRAYS)
            return f'(array.set {"$bytes" if array == "$r" else "$ints"} (local.get {array}) {self.index()} {self.value()})'
        if kind < 0.75:
            return f'(br_if $out (i32.eq {self.read()} (i32.const {rng.choice([7, 21, 63, 5])})))'
        if kind < 0.8:
            return f'(if (i32.and {self.value()} (i32.const 1)) (then {self.statement()}))'
        if kind < 0.94:
            return '(global.set $sum (i32.add (global.get $sum) (local.get $s)))'
        return rng.choice(['(local.set $j (i32.add (local.get $j) (i32.const 2)))', '(call $count)', '(drop ' + self.read() + ')',
                           '(local.set $q (local.get $p))', '(local.set $i (i32.add (local.get $i) (i32.const 1)))',
                           '(local.set $n (i32.sub (local.get $n) (i32.const 1)))', f'(br_if $next {self.read()})',
                           f'(if {self.read()} (then (return (local.get $s))))'])

    def code(self):
        rng = self.rng
        op, sign = rng.choice(['lt', 'le', 'lt', 'le', *ABOVE]), rng.choice('su')
        step = rng.choice([1, 1, 1, 1, 2, 5, -1, 0x40000000])
        limit = rng.choice(['(local.get $n)'] * 4 + ['(array.len (local.get $p))', '(i32.const 9)', '(i32.const -1)', '(i32.const 0x7fffffff)'])
        if rng.random() < 0.3:  # the other way around
            mirrored = {'lt': 'gt', 'le': 'ge', 'gt': 'lt', 'ge': 'le'}[op]
            test = f'(i32.{mirrored}_{sign} {limit} (local.get $i))'
        else:
            test = f'(i32.{op}_{sign} (local.get $i) {limit})'
        body = [self.statement() for _ in range(rng.randrange(1, 6))]
        burn = '(br_if $out (i32.eqz (local.tee $f (i32.sub (local.get $f) (i32.const 1)))))'
        body.insert(0 if rng.random() < 0.1 or '$next' in ' '.join(body) else len(body), burn)
        move = f'(local.set $i (i32.add (local.get $i) (i32.const {step})))'
        text = '\n    '.join(body)
        if rng.random() < 0.5:
            return f'(block $out (loop $next (br_if $out (i32.eqz {test}))\n    {text}\n    {move} (br $next)))'
        return f'(block $out (loop $next {text}\n    {move} (br_if $next {test})))'


def module(rng):
    """A module's text: each function, started from several indices over arrays of several lengths, is an export."""
    parts = [PRELUDE]
    for k in range(FUNCTIONS):
        parts.append(f'(func $go{k} (param $p (ref $ints)) (param $q (ref null $ints)) (param $r (ref $bytes)) (param $i i32) (param $n i32) '
                     f'(result i32) (local $s i32) (local $j i32) (local $f i32) (local.set $f (i32.const 60))\n    {Loop(rng).code()} '
                     f'(i32.add (local.get $s) (i32.mul (local.get $i) (i32.const 1000))))')
        for run in range(8):
            second = rng.choice(['(ref.null $ints)', '(array.new $ints (i32.const 4) (i32.const 11))', '(global.get $p)'])
            start, limit = rng.choice([0, 0, 0, 1, 5, -1, -3, 0x7ffffff8, -0x80000000]), rng.choice([0, 3, 10, 11, 12, 20, 24, 30, -1, -5])
            parts.append(f'(func (export "run{k}_{run}") (result i32) (call $reset (i32.const {rng.choice([0, 1, 10, 11, 12, 20, 30])}))\n    '
                         f'(call $go{k} (ref.as_non_null (global.get $p)) {second} (ref.as_non_null (global.get $r)) (i32.const {start}) '
                         f'(i32.const {limit})))')
            parts.append(f'(export "told{k}_{run}" (func $told))')
    text = '(module ' + '\n  '.join(parts) + ')\n'
    return text.replace('(func (export "told")', '(func $told')
