"""Random nests of blocks, loops, ifs and br_tables whose ways are logged: what Binaryen's generator seldom makes and
lower/structure.c has to get right. Each function draws its conditions from a generator of numbers and traps when its
fuel is used up, so that every way ends. On the way it loads and stores at locals plus constants, around zero, where
sums wrap: what lower/addresses.c knows of a local on one way must not be used on another."""
import random

FUNCTIONS, STARTS, FUEL = 40, 12, 60
DEEPEST = 14

PRELUDE = '''(import "fuzzing-support" "log-i32" (func $out (param i32)))
  (memory 1) (global $x (mut i32) (i32.const 0)) (global $fuel (mut i32) (i32.const 0))
  (func $log (param i32) (call $out (local.get 0)))
  (func $next (result i32)
    (if (i32.eqz (global.get $fuel)) (then (unreachable)))
    (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))
    (global.set $x (i32.add (i32.mul (global.get $x) (i32.const 1664525)) (i32.const 1013904223)))
    (i32.rem_u (i32.shr_u (global.get $x) (i32.const 16)) (i32.const 11)))'''


class Body:
    """One function's code; `budget` bounds its size."""

    def __init__(self, rng, budget):
        self.rng, self.budget, self.labels, self.logged = rng, budget, 0, 0

    def label(self):
        self.labels += 1
        return f'$b{self.labels}'

    def log(self):
        self.logged += 1
        return f'(call $log (i32.const {self.logged}))'

    def value(self):
        return self.rng.choice(['(call $next)', f'(i32.and (call $next) (i32.const {self.rng.choice([1, 3, 7])}))'])

    def address(self):
        """Mostly not below zero, seldom far above."""
        constant = self.rng.choice([0, 4, 8, 12, 16, 20, 24, 32, -4, -8, 65536, -65536])
        return f'(i32.add (local.get {self.rng.choice("012")}) (i32.const {constant}))'

    def access(self):
        """One or two of: another value for a local, a store, a load that is logged."""
        rng, out = self.rng, []
        for _ in range(rng.randint(1, 2)):
            kind = rng.random()
            if kind < 0.2:
                value = f'(i32.sub (i32.mul (call $next) (i32.const 4)) (i32.const {rng.choice([0, 4, 8, 16])}))'
                out.append(f'(local.set {rng.choice("012")} {value})')
            elif kind < 0.4:
                out.append(f'(local.set {rng.choice("012")} {self.address()})')
            elif kind < 0.6:
                out.append(f'(i32.store offset={rng.choice([0, 0, 4, 16])} {self.address()} (call $next))')
            else:
                out.append(f'(call $log (i32.load offset={rng.choice([0, 0, 4, 16])} {self.address()}))')
        return ' '.join(out)

    def table_nest(self, depth, labels):
        """Blocks around a br_table, with code after each of them."""
        rng = self.rng
        names = [self.label() for _ in range(rng.randint(2, 7))]
        inside = names + labels
        targets = [rng.choice(inside if rng.random() < 0.35 else names) for _ in range(rng.randint(2, 2 * len(names)))]
        text = (self.code(depth + 1, inside) if rng.random() < 0.3 else '') + f'(br_table {" ".join(targets)} {self.value()})'
        for k, name in enumerate(names):
            outer = names[k + 1:] + labels
            loop = rng.random() < 0.1
            text = f'(loop {name} (drop (call $next)) {text})' if loop else f'(block {name} {text})'
            if rng.random() < 0.85:
                text += self.log()
            if rng.random() < 0.3:
                text += self.code(depth + 1, outer)
            way = rng.random()
            if outer and way < 0.45:
                text += f'(br {rng.choice(outer)})'
            elif outer and way < 0.6:
                text += f'(br_if {rng.choice(outer)} {self.value()})'
        return text

    def code(self, depth, labels):
        rng, out = self.rng, []
        for _ in range(rng.randint(1, 5)):
            if self.budget <= 0:
                break
            self.budget -= 1
            kind = rng.random()
            if 0.25 <= kind < 0.45 and depth < DEEPEST:
                out.append(self.table_nest(depth, labels))
            elif 0.45 <= kind < 0.6 and labels:
                out.append(f'(br_if {rng.choice(labels)} {self.value()})' + self.log())
            elif 0.6 <= kind < 0.7 and depth < DEEPEST:
                name = self.label()
                then = self.code(depth + 1, [name] + labels)
                otherwise = f'(else {self.code(depth + 1, [name] + labels)})' if rng.random() < 0.5 else ''
                out.append(f'(if {name} {self.value()} (then {then}) {otherwise})')
            elif 0.7 <= kind < 0.8 and depth < DEEPEST:
                name = self.label()
                out.append(f'(loop {name} (drop (call $next)) {self.code(depth + 1, [name] + labels)})')
            elif 0.8 <= kind < 0.86 and labels:
                return ' '.join([*out, f'(br {rng.choice(labels)})'])
            elif 0.86 <= kind < 0.88:
                return ' '.join([*out, '(return)'])
            else:
                out.append(self.log() if rng.random() < 0.5 else self.access())
        return ' '.join(out)


def module(rng):
    """A module's text: each function, started from several numbers, is an export."""
    parts = [PRELUDE]
    for k in range(FUNCTIONS):
        parts.append(f'(func $go{k} (local i32 i32 i32) {Body(rng, rng.choice([8, 12, 20, 40, 80])).code(0, [])})')
        for start in range(STARTS):
            parts.append(f'(func (export "run{k}_{start}") (global.set $x (i32.const {start * 0x9E3779B1 & 0xFFFFFFFF})) '
                         f'(global.set $fuel (i32.const {FUEL}))'
                         f'(memory.fill (i32.const 0) (i32.const 0) (i32.const 256)) (call $go{k}))')
    return '(module ' + '\n  '.join(parts) + ')\n'
