#!/usr/bin/env python3
"""Mutations: small modules with a bit of everything, damaged at random, through every reader of the translator.

    tests/fuzz/mutate.py [--count N] [--seed N] [--build DIR] [--jobs N] [--keep DIR] [MODULE...]

The modules are those given, else the cases of tests/cases, the suite's that lie unpacked in .cache, and some made
here: with DWARF, branch hints, compact imports, producers. Build with -DWASMELT_SANITIZE=ON for it.

Each damaged module goes through `validate`; a valid one, and some of the others, through `inspect` and
`inspect --json`; a valid one through `--emit=c` with and without `-g`, and of the C some through the C compiler.
Reported, with the module's number, is what must not be: a crash or a sanitizer's report, more than 10 s or 2 GB,
output that is no JSON, a refusal that is not one line, C with a warning, or far more of it than of the module.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests'))

from support.binary import HEADER, leb, name, read_leb, sections  # noqa: E402

SECONDS, MEGABYTES = 10, 2048
LONGEST_SEED = 16384
MOST_C = 20000, 64  # bytes: of any module, and for each of its own
EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x3FFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFF, 0x7FFFFFFF, 0x80000000,
            0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)


# ---- Modules as sections ----

def split(data):
    """[(id, contents)]; what cannot be read is left out."""
    found = []
    try:
        found.extend((number, bytes(data[begin:end])) for number, _, begin, end in sections(data))
    except IndexError:
        pass
    return found


def join(sections, rng=None):
    """With `rng`, a length here and there is wrong, or longer than it need be."""
    out = bytearray(HEADER)
    for number, contents in sections:
        length, width = len(contents), 1
        if rng and rng.random() < 0.02:
            width = rng.randrange(1, 7)
        if rng and rng.random() < 0.005:
            length = rng.choice((max(0, length - 1), length + 1, length * 2, rng.choice(EXTREMES)))
        out += bytes([number]) + leb(length, width) + contents
    return bytes(out)


# ---- Damage ----

def damage_bytes(rng, data, donor):
    """One change within bytes whose meaning is not looked at."""
    if not data:
        return rng.randbytes(rng.randrange(4))
    at = rng.randrange(len(data))
    kind = rng.randrange(9)
    if kind == 0:
        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]
    if kind == 1:
        return data[:at] + bytes([rng.randrange(256)]) + data[at + 1:]
    if kind == 2:  # truncated
        return data[:at]
    if kind == 3:  # a LEB replaced
        try:
            _, end = read_leb(data, at)
        except IndexError:
            end = at + 1
        return data[:at] + leb(rng.choice(EXTREMES), rng.choice((1, 1, 5, 10))) + data[end:]
    if kind == 4:  # an integer of fixed size replaced
        size = rng.choice((1, 2, 4, 8))
        value = rng.choice(EXTREMES) % (1 << 8 * size)
        return data[:at] + value.to_bytes(size, 'little') + data[at + size:]
    if kind == 5:  # a piece left out
        return data[:at] + data[at + rng.randrange(1, 9):]
    if kind == 6:  # a piece repeated
        end = at + rng.randrange(1, 33)
        return data[:end] + data[at:end] * rng.choice((1, 1, 2, 50)) + data[end:]
    if kind == 7 and donor:  # a piece of another
        start = rng.randrange(len(donor))
        end = start + rng.randrange(1, 65)
        return data[:at] + donor[start:end] + data[at + (end - start if rng.random() < 0.5 else 0):]
    return data[:at] + rng.randbytes(rng.randrange(1, 9)) + data[at:]


def damage_custom(rng, contents, donor):
    """Within a custom section, leaving its name be mostly: what a reader of it sees is a valid module's."""
    try:
        length, at = read_leb(contents, 0)
    except IndexError:
        return contents
    if rng.random() < 0.05:
        return damage_bytes(rng, contents, donor)
    return contents[:at + length] + damage_bytes(rng, contents[at + length:], donor)


def damage(rng, seeds):
    """A seed with one to eight changes."""
    sections = split(rng.choice(seeds))
    other = split(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 1, 1, 1, 2, 2, 3, 5, 8))):
        if not sections:
            break
        at = rng.randrange(len(sections))
        customs = [k for k, s in enumerate(sections) if s[0] == 0]
        if customs and rng.random() < 0.5:
            at = rng.choice(customs)
        number, contents = sections[at]
        kind = rng.random()
        if kind < 0.85:
            change = damage_custom if number == 0 else damage_bytes
            same = [s[1] for s in other if s[0] == number]
            sections[at] = (number, change(rng, contents, rng.choice(same) if same else contents))
        elif kind < 0.88:
            sections.insert(rng.randrange(len(sections) + 1), sections[at])
        elif kind < 0.91:
            del sections[at]
        elif kind < 0.93:
            to = rng.randrange(len(sections))
            sections[at], sections[to] = sections[to], sections[at]
        elif other:
            foreign = rng.choice(other)
            if kind < 0.96 or foreign[0] == 0:
                sections.insert(rng.randrange(len(sections) + 1), foreign)
            else:  # in the place of its own kind
                sections = [foreign if s[0] == foreign[0] else s for s in sections]
    data = join(sections, rng)
    return damage_bytes(rng, data, None) if rng.random() < 0.05 else data


# ---- Seeds ----

SOURCE = '''
struct point { int x, y; };
static inline int area(struct point p) { return p.x * p.y; }
__attribute__((noinline)) int sum(const int *v, int n) {
    int s = 0;
    for (int i = 0; i < n; i++)
        s += v[i] > 3 ? v[i] : -v[i];
    return s;
}
int numbers[40] = {1, 2, 3};
__attribute__((export_name("run"))) int run(int n) {
    struct point p = {n, n + 1};
    switch (n) { case 1: return 5; case 2: return sum(numbers, 40); case 3: return -1; }
    return area(p) / n;
}
'''
HINTED = '''
(module (memory 1)
  (func $f (export "f") (param i32) (result i32)
    (block $out
      (@metadata.code.branch_hint "\\00") (br_if $out (local.get 0))
      (@metadata.code.branch_hint "\\01")
      (if (i32.load (i32.const 0)) (then (drop (i32.div_s (i32.const 1) (local.get 0)))) (else (nop))))
    (local.get 0))
  (func (export "g") (param i32)
    (loop $again (@metadata.code.branch_hint "\\01") (br_if $again (local.get 0)))))
'''
LEGACY = '''
(module
  (tag $a (param i32 f64)) (tag $b (export "b")) (import "env" "h" (func $h (param i32)))
  (func $t (export "t") (param i32) (if (local.get 0) (then (throw $a (local.get 0) (f64.const 1)))) (throw $b))
  (func (export "legacy") (param i32) (result i32)
    try $outer (result i32)
      try (result i32)
        local.get 0 call $t i32.const 1
      catch $a
        drop call $h i32.const 2
      delegate $outer
    catch $b
      i32.const 3
    catch_all
      try local.get 0 call $t catch_all rethrow 1 end
      i32.const 4
    end))
'''


def producers():
    rust = name(b'language') + leb(1) + name(b'Rust') + name(b'2021')
    tool = name(b'processed-by') + leb(2) + name(b'rustc') + name(b'1.70') + name(b'walrus') + name(b'0.20 (\xe2\x80\xae)')
    return [(0, name(b'producers') + leb(2) + rust + tool),
            (0, name(b'target_features') + leb(2) + b'+' + name(b'atomics') + b'-' + name(b'simd128')),
            (0, name(b'sourceMappingURL') + name(b'a.map'))]


def compact_imports():
    types = (1, leb(2) + b'\x60\1\x7f\0' + b'\x60\0\1\x7f')
    by_type = name(b'env') + name(b'') + b'\x7f' + leb(2) + name(b'a') + b'\0\0' + name(b'b') + b'\3\x7f\0'
    by_name = name(b'wide') + name(b'') + b'\x7e' + b'\0\1' + leb(2) + name(b'c') + name(b'd')
    code = leb(1) + name(b'\0\x10\1\x10\2\x6a\x10\0\x0b')
    return join([types, (2, leb(2) + by_type + by_name), (3, leb(1) + b'\0'), (10, code)])


def with_dwarf(folder):
    (folder / 's.c').write_text(SOURCE)
    for version in (2, 3, 4, 5):
        for level in ('-O0', '-O2'):
            command = ['clang', '--target=wasm32', f'-gdwarf-{version}', level, '-nostdlib', '-c', 's.c', '-o', 's.o']
            subprocess.run(command, cwd=folder, check=True)
            subprocess.run(['wasm-ld', '--no-entry', '--export-dynamic', 's.o', '-o', 's.wasm'], cwd=folder, check=True)
            yield (folder / 's.wasm').read_bytes()


def assemble(source, folder):
    done = subprocess.run(['wat2wasm', '--enable-all', '--debug-names', source, '-o', folder / 'a.wasm'], capture_output=True)
    return [(folder / 'a.wasm').read_bytes()] if done.returncode == 0 else []


def valid_modules(config):
    files = [f for f in sorted((ROOT / '.cache').glob('spec-suite-*/**/*.wasm')) if f.stat().st_size <= LONGEST_SEED]
    if not files:
        return []
    done = subprocess.run([config.wasmelt, 'validate', '--list', '-q', *files], capture_output=True, text=True, timeout=600)
    return [f.read_bytes() for f, line in zip(files, done.stdout.splitlines()) if line.endswith(': valid')]


def make_seeds(config, folder):
    """Those with the sections that few modules have are there often enough to be met often."""
    common, special = valid_modules(config), [compact_imports(), *with_dwarf(folder)]
    for text in (HINTED, LEGACY):
        (folder / 'a.wat').write_text(text)
        special += assemble(folder / 'a.wat', folder)
    special.append(join(split(special[-1]) + producers()))
    for case in sorted((ROOT / 'tests/cases').rglob('*.wat')):
        common += assemble(case, folder)
    return common + special * max(1, len(common) // (2 * len(special)))


# ---- Watching ----

class Failure(Exception):
    pass


def watch(config, *command):
    """The finished process, which did what no process may not."""
    command = ['prlimit', f'--cpu={SECONDS}', '--core=0', config.wasmelt, *command]
    shown = ' '.join(str(word) for word in command[4:])
    try:
        done = subprocess.run(command, capture_output=True, timeout=30 * SECONDS, env=config.environment)
    except subprocess.TimeoutExpired:
        raise Failure(f'{shown}: takes too long') from None
    errors = done.stderr.decode(errors='replace')
    if done.returncode in (-24, -9, 128 + 24):
        raise Failure(f'{shown}: takes too long')
    if done.returncode not in (0, 1) or 'Sanitizer' in errors or 'runtime error' in errors or 'out of memory' in errors:
        raise Failure(f'{shown}: status {done.returncode}: {errors[-2500:]}')
    return done, errors


def check_refusal(shown, errors):
    lines = errors.splitlines()
    if len(lines) != 1 or not errors.startswith('wasmelt: '):
        raise Failure(f'{shown}: its answer is not one message: {errors[-500:]}')


def check_inspection(config, module, valid):
    for option in ([], ['--json']):
        done, errors = watch(config, 'inspect', *option, module)
        if valid != (done.returncode == 0):
            raise Failure(f'inspect: status {done.returncode}, but validate differs: {errors}')
        if not valid:
            check_refusal('inspect', errors)
        elif option:
            try:
                json.loads(done.stdout.decode())
            except ValueError as e:
                raise Failure(f'inspect --json: {e}') from None


def check_translation(config, rng, module, folder):
    """Returns whether it was translated."""
    for options in ([], ['-g']):
        target = folder / f'c{len(options)}'
        done, errors = watch(config, module, '--emit=c', '--name=m', *options, '-o', target)
        if done.returncode != 0:
            check_refusal('--emit=c', errors)
            return False
        size = sum(file.stat().st_size for file in target.iterdir())
        if size > MOST_C[0] + MOST_C[1] * module.stat().st_size and not options:
            raise Failure(f'--emit=c: {size} bytes of C of {module.stat().st_size}')
        if rng.random() < config.compile:
            done = subprocess.run([config.cc, '-std=c11', '-fsyntax-only', '-Wall', '-Wextra', '-Werror', '-I',
                                   ROOT / 'include', *sorted(target.glob('*.c'))], capture_output=True, text=True,
                                  errors='replace', timeout=300)
            if done.returncode != 0:
                raise Failure(f'{config.cc}, {options}: {done.stderr[:1500]}')
    return True


def run_number(config, number):
    """(problem, valid, translated) of the module with this number."""
    rng = random.Random(number)
    data = damage(rng, config.seeds)
    with tempfile.TemporaryDirectory(prefix='wasmelt-mutate-') as place:
        folder = pathlib.Path(place)
        module = folder / 'x.wasm'
        module.write_bytes(data)
        valid = translated = False
        try:
            done, errors = watch(config, 'validate', module)
            valid = done.returncode == 0
            if not valid:
                check_refusal('validate', errors)
            if valid or rng.random() < 0.05:
                check_inspection(config, module, valid)
            if valid:
                translated = check_translation(config, rng, module, folder)
        except Failure as failure:
            if config.keep:
                os.makedirs(config.keep, exist_ok=True)
                shutil.copy(module, pathlib.Path(config.keep) / f'{number}.wasm')
            return str(failure), valid, translated
    return None, valid, translated


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('modules', nargs='*', metavar='MODULE')
    parser.add_argument('--count', type=int, default=1000)
    parser.add_argument('--seed', type=int, default=1, help='the first number')
    parser.add_argument('--compile', type=float, default=0.1, help='the part of the C that is compiled')
    parser.add_argument('--cc', default='gcc')
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--keep', help='folder for modules that fail')
    parser.add_argument('--build', default=os.environ.get('WASMELT_BUILD', ROOT / 'build'))
    config = parser.parse_args()
    config.wasmelt = pathlib.Path(config.build).resolve() / 'bin/wasmelt'
    config.environment = {**os.environ, 'ASAN_OPTIONS': f'hard_rss_limit_mb={MEGABYTES}'}
    if config.modules:
        config.seeds = [pathlib.Path(m).read_bytes() for m in config.modules]
    else:
        with tempfile.TemporaryDirectory(prefix='wasmelt-mutate-') as place:
            config.seeds = make_seeds(config, pathlib.Path(place))
    failed = valid = translated = 0
    with concurrent.futures.ThreadPoolExecutor(config.jobs) as pool:
        numbers = range(config.seed, config.seed + config.count)
        for number, result in zip(numbers, pool.map(lambda n: run_number(config, n), numbers)):
            failed += result[0] is not None
            valid += result[1]
            translated += result[2]
            if result[0]:
                print(f'{number}: {result[0]}', flush=True)
    print(f'{config.count} modules of {len(config.seeds)} seeds: {valid} valid, {translated} translated, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
