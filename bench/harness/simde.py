"""SIMDe (Debian: libsimde-dev) in place of Wasmelt's own vector code: a header that gives the names of
include/wasmelt/code/simd.h to SIMDe's functions, made from the table of instructions."""
import collections
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
Operation = collections.namedtuple('Operation', 'name immediates signature c')
ROW = re.compile(r'OP\(\w+, "([^"]+)", 0xFD, \w+, (\w+), "([^"]+)", FEATURE_(?:RELAXED_)?SIMD, [^"]+, "([^"]*)"\)')


def operations(relaxed=True):
    """The vector instructions of opcodes.def; Debian 12's SIMDe has the relaxed ones under older names only."""
    text = (ROOT / 'translator' / 'wasm' / 'opcodes.def').read_text()
    found = [Operation(*row) for row in ROW.findall(text)]
    return [op for op in found if relaxed or 'relaxed' not in op.name]


def unsigned(shape):
    return 'u' + shape[1:]


def simde_name(name):
    """What SIMDe, like wasm_simd128.h, calls an instruction: the sign stands in the shape."""
    shape, _, rest = name.partition('.')
    sign = None
    for part in ('_s', '_u'):
        for end in (part, f'{part}_zero'):
            if rest.endswith(end):
                sign, rest = part, rest[:-len(end)] + end[len(part):]
                break
        if sign:
            break
    if sign == '_u':
        words = rest.split('_')
        if words[0] == 'convert':
            words[-1] = unsigned(words[-1])
        else:
            shape = unsigned(shape)
            if words[0] in ('extend', 'extmul', 'extadd'):
                words[-1] = unsigned(words[-1])
        rest = '_'.join(words)
    return f'simde_wasm_{shape}_{rest}'


LOADS = {'V128_8X8_S': 'i16x8_load8x8', 'V128_8X8_U': 'u16x8_load8x8', 'V128_16X4_S': 'i32x4_load16x4',
         'V128_16X4_U': 'u32x4_load16x4', 'V128_32X2_S': 'i64x2_load32x2', 'V128_32X2_U': 'u64x2_load32x2'}


# The translator says which lanes stay whole; SIMDe has a word for each width.
SHUFFLES = [f'#define {shape}_shuffle(a, b, ...) ((v128)simde_wasm_{shape}_shuffle((simde_v128_t)(a), (simde_v128_t)(b), __VA_ARGS__))'
            for shape in ('i8x16', 'i16x8', 'i32x4', 'i64x2')]
SHUFFLES.append('#define v128_window(a, b, from) i8x16_shuffle(a, b, ' + ', '.join(f'(from) + {k}' for k in range(16)) + ')')


def memory(op):
    if op.c in LOADS:
        return f'#define {op.c}(p) ((v128)simde_wasm_{LOADS[op.c]}(p))'
    if 'LANE' in op.immediates:
        return f'#define {op.c}(p, v, lane) ((v128)simde_wasm_{op.name.replace(".", "_")}(p, (simde_v128_t)(v), lane))'
    return f'#define {op.c}(p) ((v128)simde_wasm_{op.name.replace(".", "_")}(p))'


def header():
    lines = ['/* Made by bench/harness/simde.py. */', '#define WASMELT_CODE_SIMD_H', '#include <wasmelt/code/core.h>',
             '#include <simde/wasm/simd128.h>', 'typedef wasmelt_v128 v128;',
             'typedef v128 __attribute__((aligned(1), may_alias)) any128;', '#define V128(p) (*(any128 *)(p))']
    loads = [op for op in operations(False) if 'MEMARG' in op.immediates and op.name.startswith('v128.load') and op.c != 'V128']
    lines += [memory(op) for op in loads]
    # Loads for their traps alone; only the first byte is touched here, a test of speed needs no more.
    lines += ['INLINE u8 *touched(u8 *p) { (void)*(volatile u8 *)p; return p; }', '#define V_V128(p) V128(touched(p))']
    for op in loads:
        rest = ', v, lane' if 'LANE' in op.immediates else ''
        lines.append(f'#define V_{op.c}(p{rest}) {op.c}(touched(p){rest})')
    for op in operations(False):
        if 'MEMARG' in op.immediates or ('(' not in op.c and 'SHUFFLE' not in op.immediates) or op.c == '%b':
            continue
        name, takes, gives = op.c.partition('(')[0], *op.signature.split(':')
        if 'SHUFFLE' in op.immediates:
            lines += SHUFFLES
            continue
        letters = 'abc'[:len(takes)]
        arguments = [f'(simde_v128_t)({x})' if t == 'v' else f'({x})' for x, t in zip(letters, takes)]
        parameters = list(letters)
        if 'LANE' in op.immediates:
            parameters.append('lane')
            arguments.insert(1, 'lane')
        result = {'v': 'v128', 'i': 'u32', 'I': 'u64', 'f': 'f32', 'F': 'f64'}[gives]
        inner = f'{simde_name(op.name)}({", ".join(arguments)})'
        if gives == 'i' and 'extract' in op.name:
            inner = f'(s32){inner}'
        lines.append(f'#define {name}({", ".join(parameters)}) (({result}){inner})')
    return '\n'.join(lines) + '\n'


def flags(folder):
    """What a C compiler needs to use it; the header is written into the folder."""
    file = folder / 'simde-simd.h'
    file.write_text(header())
    return ['-include', str(file)]
