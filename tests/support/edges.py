"""Modules in which operators, conditions and stores have operands about which a C compiler knows something: constants at the
limits of types, narrow loads, comparisons, the same variable twice. Each line has something about which compilers warn in code
that people write."""
CONSTANTS = {'i32': [0, 1, -1, 2, 31, 32, 33, 127, 128, 255, 256, -128, 32767, 32768, 65535, 65536, 2**31 - 1, -2**31],
             'i64': [0, 1, -1, 63, 64, 255, 256, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, -2**31, 2**63 - 1, -2**63]}
BINARY = 'add sub mul and or xor shl shr_u shr_s rotl rotr div_u div_s rem_u rem_s'.split()
COMPARE = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'.split()
UNARY = {'i32': 'clz ctz popcnt extend8_s extend16_s'.split(), 'i64': 'clz ctz popcnt extend8_s extend16_s extend32_s'.split()}
LOADS = {'i32': 'load8_u load8_s load16_u load16_s load'.split(), 'i64': 'load8_u load8_s load16_u load16_s load32_u load32_s load'.split()}
STORES = {'i32': 'store8 store16 store'.split(), 'i64': 'store8 store16 store32 store'.split()}
FLOATS = 'f32 f64'.split()


def expression(rng, t, depth):
    """An operand of the type, as text."""
    kind = rng.random()
    if t in FLOATS:
        if depth <= 0 or kind < 0.3:
            return rng.choice([f'({t}.const {rng.choice(["0", "-0", "1", "inf", "nan", "-nan:0x1", "1e30", "2147483648", "0x1p-149"])})', f'(local.get ${t})'])
        if kind < 0.6:
            return f'({t}.{rng.choice("add sub mul div min max copysign".split())} {expression(rng, t, depth - 1)} {expression(rng, t, depth - 1)})'
        if kind < 0.8:
            return f'({t}.{rng.choice("abs neg sqrt ceil floor trunc nearest".split())} {expression(rng, t, depth - 1)})'
        source = rng.choice(['i32', 'i64'])
        return f'({t}.convert_{source}_{rng.choice("su")} {expression(rng, source, depth - 1)})'
    if depth <= 0 or kind < 0.15:
        return rng.choice([f'({t}.const {rng.choice(CONSTANTS[t])})', f'(local.get ${t})', f'(local.get ${t}p)', f'(global.get ${t}g)'])
    if kind < 0.4:
        left = expression(rng, t, depth - 1)
        right = left if rng.random() < 0.2 else expression(rng, t, depth - 1)
        return f'({t}.{rng.choice(BINARY)} {left} {right})'
    if kind < 0.7 and t == 'i32':
        other = rng.choice(['i32', 'i64', 'f32', 'f64'])
        left = expression(rng, other, depth - 1)
        right = left if rng.random() < 0.2 else expression(rng, other, depth - 1)
        return f'(i32.{rng.choice(COMPARE)} {left} {right})' if other == 'i32' else \
            f'({other}.{rng.choice(COMPARE if other == "i64" else "eq ne lt gt le ge".split())} {left} {right})'
    if kind < 0.76:
        return f'(i32.eqz {expression(rng, "i32", depth - 1)})' if t == 'i32' else f'(i64.extend_i32_{rng.choice("su")} {expression(rng, "i32", depth - 1)})'
    if kind < 0.82:
        return f'({t}.{rng.choice(LOADS[t])} offset={rng.choice([0, 1, 65535])} {expression(rng, "i32", depth - 1)})'
    if kind < 0.86:
        return f'({t}.{rng.choice(UNARY[t])} {expression(rng, t, depth - 1)})'
    if kind < 0.9:
        source = rng.choice(FLOATS)
        return f'({t}.trunc{rng.choice(["", "_sat"])}_{source}_{rng.choice("su")} {expression(rng, source, depth - 1)})'
    if kind < 0.93:
        return f'(i32.wrap_i64 {expression(rng, "i64", depth - 1)})' if t == 'i32' else f'(i64.eqz {expression(rng, "i64", 0)}) (i64.extend_i32_u)'
    if kind < 0.97:
        return f'(select {expression(rng, t, depth - 1)} {expression(rng, t, depth - 1)} {expression(rng, "i32", depth - 1)})'
    return f'(local.tee ${t} {expression(rng, t, depth - 1)})'


def statement(rng, depth):
    t = rng.choice(['i32', 'i64'])
    kind = rng.random()
    condition = expression(rng, 'i32', rng.randrange(4))
    if kind < 0.2:
        return f'({t}.{rng.choice(STORES[t])} {expression(rng, "i32", 1)} {expression(rng, t, 2)})'
    if kind < 0.3:
        return f'(local.set ${t} {expression(rng, t, rng.randrange(4))})'
    if kind < 0.35:
        return f'(drop {expression(rng, t, 2)})'
    if kind < 0.4:
        return f'(global.set ${t}g {expression(rng, t, 2)})'
    if kind < 0.45:
        return f'(if {condition} (then (return {expression(rng, "i32", 1)})))'
    if kind < 0.5:
        return f'(drop (call $f{rng.randrange(3)} {expression(rng, "i32", 1)} {expression(rng, "i64", 1)}))'
    body = ' '.join(statement(rng, depth - 1) for _ in range(rng.randrange(3))) if depth > 0 else ''
    if kind < 0.6:
        return f'(if {condition} (then {body}))'
    if kind < 0.7:
        return f'(if {condition} (then {body}) (else {statement(rng, 0)}))'
    if kind < 0.8:
        return f'(block {body} (br_if 0 {condition}) {statement(rng, 0)})'
    if kind < 0.87:
        return f'(loop {body} (br_if 0 {condition}))'
    labels = ' '.join(str(rng.randrange(4)) for _ in range(rng.randrange(1, 5)))
    return f'(block (block (block (block (br_table {labels} {condition})) {statement(rng, 0)}) {statement(rng, 0)}) {body})'


def module(rng, functions=100):
    lines = ['(module (memory (export "memory") 1 2)', '(global $i32g (mut i32) (i32.const 0)) (global $i64g (mut i64) (i64.const 0))']
    for k in range(functions):
        body = '\n    '.join(statement(rng, 2) for _ in range(rng.randrange(1, 4)))
        lines.append(f'  (func $f{k} (export "f{k}") (param $i32p i32) (param $i64p i64) (result i32) (local $i32 i32) (local $i64 i64) '
                     f'(local $f32 f32) (local $f64 f64)\n    {body}\n    {expression(rng, "i32", 3)})')
    return '\n'.join([*lines, ')'])
