"""Measures translating real modules: time, memory, size of the C, and the cost of compiling it."""
import shutil

from harness.process import must, run
from support import npm

# Package, version, file; small ones first. Where a translator refuses a module the table says so.
MODULES = [
    ('@yowasp/nextpnr-ice40', '0.8.621', 'gen/icepll.core.wasm'),
    ('@yowasp/nextpnr-ice40', '0.8.621', 'gen/icepack.core.wasm'),
    ('sql.js', '1.16.0', 'dist/sql-wasm.wasm'),
    ('@sqlite.org/sqlite-wasm', '3.41.2', 'sqlite-wasm/jswasm/sqlite3.wasm'),
    ('@yowasp/nextpnr-ice40', '0.8.621', 'gen/nextpnr-ice40.core.wasm'),
    ('esbuild-wasm', '0.28.2', 'esbuild.wasm'),
    ('@swc/wasm', '1.16.18', 'wasm_bg.wasm'),
    ('@yowasp/yosys', '0.55.944', 'gen/yosys.core.wasm'),
    ('@duckdb/duckdb-wasm', '1.32.0', 'dist/duckdb-mvp.wasm'),
    ('@yowasp/clang', '22.0.0-git20542-10', 'gen/llvm.core.wasm'),
]
QUICK = 4
COMPILED = MODULES[3]  # 0.87 MB: what C compilers are timed on
QUICK_COMPILED = MODULES[0]
WASM2C_TIMEOUT = 300


def find(module):
    package, version, file = module
    return npm.install(package, version) / file


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def translate_with(command, wasm, folder):
    """What it cost and how many bytes of C and headers came out."""
    cost = run(command, timeout=WASM2C_TIMEOUT)
    files = [p for p in folder.iterdir() if p.suffix in ('.c', '.h')]
    size = wasm.stat().st_size
    result = {'wasm': size, 'wall': cost.wall, 'cpu': cost.cpu, 'memory': cost.memory, 'c': sum(f.stat().st_size for f in files)}
    if cost.status != 0:
        result['failure'] = 'out of time' if cost.status is None else cost.errors.strip().splitlines()[-1][:200]
    return result


def wasmelt_command(config, wasm, folder):
    return [config.wasmelt, wasm, '--emit=c', '-o', folder]


def wasm2c_command(wasm, folder):
    return ['wasm2c', wasm, '-n', 'm', '-o', folder / 'm.c']


def w2c2_command(config, wasm, folder):
    return [config.w2c2 / 'w2c2', wasm, folder / 'm.c']


def measure_translation(config, say):
    rows = {}
    for module in MODULES[:QUICK] if config.quick else MODULES:
        wasm = find(module)
        say(f'translating {wasm.name}')
        folder = fresh(config.work / 'translate')
        rows[wasm.name] = {'wasmelt': min((translate_with(wasmelt_command(config, wasm, fresh(folder)), wasm, folder)
                                           for _ in range(1 if config.quick else 3)), key=lambda r: r['cpu'])}
        validated = run([config.wasmelt, 'validate', wasm])
        rows[wasm.name]['validate'] = {'wasm': wasm.stat().st_size, 'cpu': validated.cpu, 'wall': validated.wall,
                                       'memory': validated.memory, 'c': 0}
        if shutil.which('wasm2c'):
            rows[wasm.name]['wasm2c'] = translate_with(wasm2c_command(wasm, fresh(folder)), wasm, folder)
        if config.w2c2:
            rows[wasm.name]['w2c2'] = translate_with(w2c2_command(config, wasm, fresh(folder)), wasm, folder)
    fresh(config.work / 'translate').rmdir()
    return rows


def wasmelt_flags(config, cc, level):
    """What the command compiles C with, level None: by default; as it says itself, about a module with nothing in it."""
    empty = config.work / 'compile' / 'empty.wasm'
    empty.write_bytes(b'\0asm\1\0\0\0')
    said = must([config.wasmelt, empty, '--emit=obj', '-o', empty.with_suffix('.o'), '-v', '--cc', cc, '--progress=never',
                 *([f'-O{level}'] if level else [])]).errors
    words = next(line for line in said.splitlines() if ' -c ' in line).split()
    return words[words.index(cc) + 1:words.index('-c')]


def wasm2c_flags(config, cc, level):
    return [f'-O{level}'] if level else None


def w2c2_flags(config, cc, level):
    return [f'-O{level}', f'-I{config.w2c2}'] if level else None


def compile_c(cc, folder, flags):
    """Each C file on its own, one after the other: processor time summed, memory of the hungriest."""
    total = {'cpu': 0.0, 'wall': 0.0, 'memory': 0, 'files': 0, 'object': 0}
    for file in sorted(folder.glob('*.c')):
        cost = run([cc, '-w', *flags, '-c', file, '-o', file.with_suffix('.o')], timeout=3600)
        if cost.status != 0:
            total['failure'] = cost.errors.strip().splitlines()[0][:200] if cost.errors.strip() else 'out of time'
            break
        total['cpu'] += cost.cpu
        total['wall'] += cost.wall
        total['memory'] = max(total['memory'], cost.memory)
        total['files'] += 1
        total['object'] += file.with_suffix('.o').stat().st_size
    return total


def measure_compilation(config, say):
    wasm = find(QUICK_COMPILED if config.quick else COMPILED)
    translators = {'wasmelt': (lambda f: wasmelt_command(config, wasm, f), wasmelt_flags)}
    if shutil.which('wasm2c'):
        translators['wasm2c'] = (lambda f: wasm2c_command(wasm, f), wasm2c_flags)
    if config.w2c2:
        translators['w2c2'] = (lambda f: w2c2_command(config, wasm, f), w2c2_flags)
    rows = {'module': wasm.name, 'wasm': wasm.stat().st_size, 'compilers': {}}
    for name, (command, flags_of) in translators.items():
        folder = fresh(config.work / 'compile')
        made = translate_with(command(folder), wasm, folder)
        if 'failure' in made:
            say(f'{name}: {made["failure"]}')
            continue
        for cc in ('gcc', 'clang'):
            for level in ('1', '2', None):
                flags = flags_of(config, cc, level)
                if flags is not None:
                    how = f'-O{level}' if level else 'default'
                    say(f'compiling {wasm.name} from {name} with {cc} {how}')
                    rows['compilers'][f'{name} {cc} {how}'] = compile_c(cc, folder, flags)
    fresh(config.work / 'compile').rmdir()
    return rows
