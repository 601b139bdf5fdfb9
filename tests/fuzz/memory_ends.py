"""Random functions that load around the end of a memory and use what they load in part, on some ways, in functions that are called, or not
at all: what C compilers would leave out, put off or load less of. A load beyond the end must trap in any case, and before anything behind
it (lower/needed.c, lower/forced.c). Without --strict-loads."""

FUNCTIONS, HELPERS, ROUNDS = 24, 6, 6
END = 65536
LOADS32 = {'i32.load': 4, 'i32.load8_u': 1, 'i32.load8_s': 1, 'i32.load16_u': 2, 'i32.load16_s': 2}
LOADS64 = {'i64.load': 8, 'i64.load8_u': 1, 'i64.load16_s': 2, 'i64.load32_u': 4, 'i64.load32_s': 4}
LOADS128 = ['v128.load', 'v128.load8x8_u', 'v128.load32x2_s', 'v128.load32_splat', 'v128.load64_zero', 'v128.load32_zero']
LANEWISE = ['i8x16.add', 'i16x8.mul', 'v128.and', 'v128.xor', 'i32x4.sub', 'i8x16.min_u', 'i16x8.lt_u', 'i32x4.extmul_low_i16x8_u',
            'i8x16.narrow_i16x8_s', 'i8x16.swizzle']
UNARY = ['i16x8.extend_low_i8x16_u', 'i64x2.extend_low_i32x4_s', 'i32x4.extend_high_i16x8_s', 'i8x16.neg', 'v128.not']
MASKS = [0, 1, 7, 255, 256, 0xFF00, 0xFFFFFF, 0x1000000, 0x7FFFFFFF, 0xFF000000, 0xFFFFFFFF]


class Body:
    """One function's code; `budget` bounds its size. $p and $q are addresses around the end, $c and $d decide about ways."""

    def __init__(self, rng, budget, helpers):
        self.rng, self.budget, self.helpers, self.labels, self.ways = rng, budget, helpers, 0, 0

    def way(self):
        """A condition that no other one tells."""
        self.ways += 1
        return f'(i32.and (i32.shr_u (local.get {self.rng.choice(["$c", "$d"])}) (i32.const {self.ways % 32})) (i32.const 1))'

    def address(self):
        rng = self.rng
        base = f'(local.get {rng.choice(["$p", "$p", "$q"])})'
        return base if rng.random() < 0.7 else f'(i32.add {base} (i32.const {rng.choice([1, 2, 4, -4])}))'

    def load(self, names):
        name = self.rng.choice(list(names))
        return f'({name} offset={self.rng.choice([0, 0, 0, 1, 2, 4, 8])} {self.address()})'

    def number(self, depth=0):
        """An i32."""
        rng = self.rng
        kind = rng.random()
        if depth > 3 or kind < 0.2:
            return rng.choice(['(local.get $x)', '(local.get $y)', '(local.get $c)', f'(i32.const {rng.choice([0, 1, 3, 255, -1])})'])
        if kind < 0.45:
            return self.load(LOADS32)
        if kind < 0.6:
            return f'(i32.{rng.choice(["add", "sub", "mul", "and", "or", "xor", "shl", "shr_u", "rotl"])} {self.number(depth + 1)} {self.number(depth + 1)})'
        if kind < 0.7:
            operator = rng.choice(['and', 'and', 'or', 'shl', 'shr_u', 'shr_s', 'mul', 'rem_u', 'lt_u', 'gt_s', 'eq', 'rotr'])
            constant = rng.choice(MASKS) if operator != 'rem_u' else rng.choice([1, 8, 10, 256])
            return f'(i32.{operator} {self.number(depth + 1)} (i32.const {constant}))'
        if kind < 0.75:
            return f'(i32.{rng.choice(["eqz", "extend8_s", "extend16_s", "clz"])} {self.number(depth + 1)})'
        if kind < 0.83:
            return f'(i32.wrap_i64 {self.wide(depth + 1)})'
        if kind < 0.88:
            return f'(select {self.number(depth + 1)} {self.number(depth + 1)} {self.way()})'
        if kind < 0.92:
            shape, lanes = rng.choice([('i8x16', 16), ('i16x8', 8)])
            return f'({shape}.extract_lane_u {rng.randrange(lanes)} {self.vector(depth + 1)})'
        if kind < 0.95:
            return f'(i32x4.extract_lane {rng.randrange(4)} {self.vector(depth + 1)})'
        if kind < 0.97:
            return '(global.get $g)'
        if kind < 0.985 and self.helpers:
            return f'(call $h{rng.randrange(self.helpers)} {self.number(depth + 1)} {self.number(depth + 1)} (local.get $p))'
        return f'(i32.div_u {self.number(depth + 1)} {self.number(depth + 1)})'

    def wide(self, depth):
        """An i64."""
        rng = self.rng
        kind = rng.random()
        if depth > 3 or kind < 0.15:
            return '(local.get $w)'
        if kind < 0.6:
            return self.load(LOADS64)
        if kind < 0.75:
            return f'(i64.{rng.choice(["add", "mul", "xor", "shl", "shr_u", "and"])} {self.wide(depth + 1)} {self.load(LOADS64)})'
        if kind < 0.9:
            return f'(i64.{rng.choice(["and", "shr_u", "shl", "shr_s"])} {self.wide(depth + 1)} (i64.const {rng.choice([1, 8, 24, 31, 32, 255, 0xFFFFFFFF])}))'
        return f'(i64.extend_i32_u {self.number(depth + 1)})'

    def vector(self, depth):
        rng = self.rng
        kind = rng.random()
        if depth > 3 or kind < 0.15:
            return '(local.get $v)'
        if kind < 0.55:
            return self.load(LOADS128)
        if kind < 0.7:
            return f'({rng.choice(LANEWISE)} {self.vector(depth + 1)} {self.vector(depth + 1)})'
        if kind < 0.8:
            return f'({rng.choice(UNARY)} {self.vector(depth + 1)})'
        if kind < 0.9:
            lanes = ' '.join(str(rng.randrange(32)) for _ in range(16))
            return f'(i8x16.shuffle {lanes} {self.vector(depth + 1)} {self.vector(depth + 1)})'
        return f'(i32x4.replace_lane {rng.randrange(4)} {self.vector(depth + 1)} {self.number(depth + 1)})'

    def store(self):
        rng = self.rng
        name, value = rng.choice([('i32.store', self.number(1)), ('i32.store8', self.number(1)), ('i64.store32', self.wide(1)),
                                  ('i64.store', self.wide(1)), ('v128.store', self.vector(1))])
        address = rng.choice([self.address(), '(local.get $p)', f'(i32.const {rng.choice([64, 64, 72])})'])
        return f'({name} {address} {value})'

    def code(self, depth, labels):
        rng, out = self.rng, []
        for _ in range(rng.randint(1, 4)):
            if self.budget <= 0:
                break
            self.budget -= 1
            kind = rng.random()
            if kind < 0.3:
                out.append(f'(local.set {rng.choice(["$x", "$y"])} {self.number()})')
            elif kind < 0.37:
                out.append(f'(local.set $w {self.wide(0)})')
            elif kind < 0.42:
                out.append(f'(local.set $v {self.vector(0)})')
            elif kind < 0.5:
                out.append(self.store())
            elif kind < 0.53:
                out.append(f'(global.set $g {self.number()})')
            elif kind < 0.57:
                out.append(f'(drop {self.number()})')
            elif kind < 0.61 and self.helpers:
                out.append(f'(drop (call $h{rng.randrange(self.helpers)} {self.number()} {self.number()} (local.get $p)))')
            elif kind < 0.64:
                out.append(f'(call $out {self.number()})')
            elif kind < 0.8 and depth < 4:
                condition = rng.choice([self.way(), self.way(), self.number()])
                otherwise = f'(else {self.code(depth + 1, labels)})' if rng.random() < 0.5 else ''
                out.append(f'(if {condition} (then {self.code(depth + 1, labels)}) {otherwise})')
            elif kind < 0.88 and depth < 4:
                self.labels += 1
                label = f'$b{self.labels}'
                out.append(f'(block {label} {self.code(depth + 1, [label, *labels])})')
            elif kind < 0.91 and depth < 4 and depth > 0:
                self.labels += 1
                label = f'$l{self.labels}'
                out.append(f'(loop {label} {self.code(depth + 1, labels)} (local.set $n (i32.sub (local.get $n) (i32.const 1)))'
                           f'(br_if {label} (i32.gt_s (local.get $n) (i32.const 0))))')
            elif kind < 0.95 and labels:
                out.append(f'(br_if {rng.choice(labels)} {rng.choice([self.way(), self.way(), self.number()])})')
            elif kind < 0.97:
                out.append(f'(if {self.way()} (then (return {self.number()})))')
            elif kind < 0.98:
                out.append(f'(if {self.way()} (then (unreachable)))')
            else:
                out.append(f'(local.set $q {self.number()})')
        return ' '.join(out)


LOCALS = '(local $x i32) (local $y i32) (local $w i64) (local $v v128) (local $n i32)'


def module(rng):
    """A module's text: each function, called with addresses at some distances from the end, is an export."""
    parts = ['(import "fuzzing-support" "log-i32" (func $out (param i32)))',
             '(memory 1 1) (global $g (mut i32) (i32.const 0))',
             '(func $reset (memory.fill (i32.const 0) (i32.const 90) (i32.const 256))'
             f' (memory.fill (i32.const {END - 256}) (i32.const 165) (i32.const 256)) (global.set $g (i32.const 7)))']
    for k in range(HELPERS):
        body = Body(rng, rng.choice([1, 2, 5]), 0)
        parts.append(f'(func $h{k} (param $c i32) (param $d i32) (param $p i32) (result i32) (local $q i32) {LOCALS}'
                     f' (local.set $n (i32.const 2)) (local.set $q (i32.const 128)) {body.code(0, [])} {body.number()})')
    for k in range(FUNCTIONS):
        body = Body(rng, rng.choice([2, 3, 5, 10, 20]), HELPERS)
        parts.append(f'(func $f{k} (param $p i32) (param $q i32) (param $c i32) (param $d i32) (result i32) {LOCALS}'
                     f' (local.set $n (i32.const 2)) {body.code(0, [])} {body.number()})')
        for start in range(ROUNDS):
            near = END - rng.randrange(20)
            other = rng.choice([128, END - rng.randrange(20)])
            # The host's arguments are numbers of which the lowest bits vary.
            parts.append(f'(func (export "run{k}_{start}") (param $a i32) (param $b i32) (result i32) (call $reset)'
                         f'(call $f{k} (i32.add (i32.const {near}) (i32.and (local.get $a) (i32.const 3))) (i32.const {other})'
                         f' (i32.mul (local.get $a) (i32.const 0x9E3779B1)) (i32.mul (local.get $b) (i32.const 0x85EBCA6B))))')
    return '(module ' + '\n  '.join(parts) + ')\n'
