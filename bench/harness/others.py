"""Programs of others' writing, for bench/run.py run --others: fetched at fixed commits, never part of this project. What the default
flags are chosen by is one half of them; the other half, which the choice has not seen, says whether it was good."""
import collections
import hashlib
import pathlib
import re
import shutil

from harness.process import must
from harness.variants import Program

HERE = pathlib.Path(__file__).resolve().parent

Collection = collections.namedtuple('Collection', 'url commit folder')
COLLECTIONS = {
    'embench-iot': Collection('https://github.com/embench/embench-iot', '09c2ed8c3b7008c95d08b038de4a3f6dc103ed70', '.'),
    'coremark': Collection('https://github.com/eembc/coremark', 'd5fad6bd094899101a4e5fd53af7298160ced6ab', '.'),
    'PolyBenchC-4.2.1': Collection('https://github.com/MatthiasJReisinger/PolyBenchC-4.2.1', '3e872547cef7e5c9909422ef1e6af03cf4e56072', '.'),
    'llvm-test-suite': Collection('https://github.com/llvm/llvm-test-suite', '3c0a28f12509091808c051c80ca867d9085cd8fb', 'SingleSource/Benchmarks'),
}

# C of many years, some of it from before the standard.
OLD_C = ['-std=gnu17', '-w', '-Wno-implicit-int', '-Wno-implicit-function-declaration', '-Wno-int-conversion', '-ffp-contract=off']

# Embench: how often the benchmark is repeated, for a few tenths of a second.
EMBENCH = {'aha-mont64': 900, 'crc32': 500, 'depthconv': 900, 'edn': 600, 'huffbench': 800, 'matmult-int': 600, 'md5sum': 1000,
           'nettle-aes': 700, 'nettle-sha256': 700, 'nsichneu': 900, 'picojpeg': 900, 'qrduino': 900, 'sglib-combined': 700, 'slre': 700,
           'statemate': 900, 'tarfind': 900, 'ud': 900, 'wikisort': 2000, 'xgboost': 300}

# PolyBench: programs and the sizes of their data, in place of sets that run for a hundredth of a second or for several.
POLYBENCH = {
    'linear-algebra/blas/gemm': 'NI=500 NJ=500 NK=500', 'linear-algebra/blas/syr2k': 'M=400 N=400', 'linear-algebra/blas/trmm': 'M=500 N=500',
    'linear-algebra/kernels/2mm': 'NI=350 NJ=350 NK=350 NL=350', 'linear-algebra/kernels/doitgen': 'NQ=100 NR=100 NP=100',
    'linear-algebra/solvers/cholesky': 'N=500', 'linear-algebra/solvers/gramschmidt': 'M=400 N=400', 'linear-algebra/solvers/lu': 'N=500',
    'linear-algebra/solvers/ludcmp': 'N=500', 'stencils/adi': 'TSTEPS=100 N=200', 'stencils/fdtd-2d': 'TMAX=200 NX=400 NY=400',
    'stencils/heat-3d': 'TSTEPS=100 N=80', 'stencils/jacobi-2d': 'TSTEPS=200 N=500', 'stencils/seidel-2d': 'TSTEPS=100 N=400',
    'medley/deriche': 'W=2048 H=1080', 'medley/floyd-warshall': 'N=500', 'medley/nussinov': 'N=1000', 'datamining/correlation': 'M=500 N=500'}

# LLVM's test suite: what needs no library of C++, neither files nor arguments, and runs for more than some hundredths of a second.
# Those with a star run on the smaller of the two sizes that they have.
LLVM = {
    'BenchmarkGame': 'fannkuch n-body nsieve-bits partialsums puzzle recursive spectral-norm',
    'CoyoteBench': 'almabench* huffbench* lpbench*',
    'McGill': 'chomp misr queens*',
    'Misc': 'ReedSolomon* evalloop fbench ffbench fp-convert* himenobmtxpa mandel mandel-2 matmul_f64_4x4 oourafft perlin pi '
            'richards_benchmark salsa20* whetstone',
    'Shootout': 'ary3 fib2 hash* heapsort* lists* matrix methcall* random sieve strcat',
    'Stanford': 'Bubblesort FloatMM Puzzle Treesort'}


def fetched(config, name, say):
    """The folder with a collection: below --sources if that is given, else cloned."""
    if config.sources:
        return config.sources / name
    url, commit, part = COLLECTIONS[name]
    folder = config.work / 'others' / 'sources' / name
    if not (folder / 'complete').exists():
        say(f'fetching {url}')
        shutil.rmtree(folder, ignore_errors=True)
        git = ['git', '-C', folder]
        must(['git', 'init', '--quiet', folder])
        must([*git, 'remote', 'add', 'origin', url])
        must([*git, 'fetch', '--quiet', '--depth=1', '--filter=blob:none', 'origin', commit], timeout=3600)
        must([*git, 'checkout', '--quiet', commit, '--', part], timeout=3600)
        (folder / 'complete').touch()
    return folder


def embench(root):
    board = HERE / 'others'
    for name, scale in EMBENCH.items():
        sources = [*sorted((root / 'src' / name).glob('*.c')), root / 'support' / 'main.c', root / 'support' / 'beebsc.c', board / 'board.c']
        yield Program(f'embench-{name}', sources, [*OLD_C, f'-I{root / "support"}', f'-I{root / "src" / name}', f'-I{board}',
                                                   f'-DGLOBAL_SCALE_FACTOR={scale}', '-DWARMUP_HEAT=1', '-DCPU_MHZ=1'])


def coremark(root):
    yield Program('coremark', [*sorted(root.glob('core_*.c')), root / 'posix' / 'core_portme.c'],
                  [*OLD_C, f'-I{root}', f'-I{root / "posix"}', '-DFLAGS_STR="-"', '-DITERATIONS=8000', '-DPERFORMANCE_RUN=1', '-DUSE_CLOCK=1',
                   '-DMAIN_HAS_NOARGC=1', '-DSEED_METHOD=SEED_VOLATILE', '-DCLOCKS_PER_SEC=1000000'])


def polybench(root):
    for name, sizes in POLYBENCH.items():
        source = root / name / f'{pathlib.Path(name).name}.c'
        yield Program(f'polybench-{source.stem}', [source, root / 'utilities' / 'polybench.c'],
                      [*OLD_C, f'-I{root / "utilities"}', f'-I{source.parent}', *(f'-D{size}' for size in sizes.split())])


def llvm(root):
    for group, names in LLVM.items():
        for name in names.split():
            size, name = ['-DSMALL_PROBLEM_SIZE'] if name.endswith('*') else [], name.rstrip('*')
            yield Program(f'{group.lower()}-{name.lower()}', [root / 'SingleSource' / 'Benchmarks' / group / f'{name}.c'],
                          [*OLD_C, *size, '-Dmemalign=aligned_alloc'])


def half(name):
    """'tuned' or 'judged': by a bit of the name's hash, so that nobody chooses."""
    return 'tuned' if hashlib.sha256(name.encode()).digest()[0] & 1 else 'judged'


def wasm_compiler():
    """The newest Clang there is; its objects are linked by the one that has the C library for WebAssembly."""
    found = [f'clang-{n}' for n in range(30, 13, -1) if shutil.which(f'clang-{n}')]
    return found[0] if found else 'clang'


def programs(config, say):
    """The programs; with --programs those of these names, or whose names begin so."""
    readers = {'embench-iot': embench, 'coremark': coremark, 'PolyBenchC-4.2.1': polybench, 'llvm-test-suite': llvm}
    found = [p for name, read in readers.items() for p in read(fetched(config, name, say))]
    if config.half:
        found = [p for p in found if half(p.name) == config.half]
    if config.programs:
        found = [p for p in found if p.name.startswith(tuple(config.programs.split(',')))]
    return found


def comparable(output):
    """What programs print, without the lines that say how long they took."""
    return re.sub(r'^.*(ticks|secs|seconds|Iterations/Sec|MFLOPS|MIPS|Compiler version|time).*\n', '', output, flags=re.M | re.I)
