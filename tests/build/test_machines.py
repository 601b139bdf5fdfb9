"""Programs for machines other than this one: under qemu-user they print what they print here."""
import os
import re
import subprocess

import pytest

from support import binaryen, machines, stores
from support.machines import MACHINES
from support.runtime_programs import FLAGS, FOLDER, HEAP_PROGRAMS

pytestmark = pytest.mark.once

# _start stores what the expressions are, which compute with what is in memory so that the C compiler knows nothing of it, and prints it.
FIRST = 1024  # where the first result is; each has 16 bytes
PROGRAM = r'''
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2 2 shared)
  (data (i32.const 64)
    "\01\00\a0\7f\23\81\ff\7f" ;; two floats that are signalling NaNs
    "\88\99\aa\bb\cc\dd\ee\ff\01\02\03\04\05\06\07\f8")
  (data $later "0123456789abcdef")
  (global $counted (mut i32) (i32.const 0x01020304))
  (type $two (func (param v128 v128) (result v128)))
  (table 1 funcref)
  (elem (i32.const 0) $passed)
  (func $passed (type $two) (i32x4.sub (local.get 0) (local.get 1)))
  (func (export "_start")
    %s
    (i32.store (i32.const 0) (i32.const %d))
    (i32.store (i32.const 4) (i32.const %d))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))
'''


def at(address):
    return f'(i32.const {address})'


def atomics():
    """Each atomic instruction with operands that have all their bits set, so that wrapping and extending show."""
    for kind, widths in ('i32', ('', '8', '16')), ('i64', ('', '8', '16', '32')):
        load, all_bits = f'{kind}.load offset=72', f'({kind}.const -1)'
        for width in widths:
            suffix = '_u' if width else ''
            above = f'({kind}.const {5 << int(width) if width else 0})'
            yield kind, f'({kind}.atomic.load{width}{suffix} {at(72)})'
            for name in 'add', 'sub', 'and', 'or', 'xor', 'xchg':
                yield kind, f'({kind}.atomic.rmw{width}.{name}{suffix} {at(80)} ({load} {at(0)}))'
            # One that finds what it expects, as only so many bits of that count, and one that does not.
            yield kind, f'({kind}.atomic.rmw.xchg {at(72)} ({kind}.const 0x89abcdef))'
            yield kind, f'({kind}.atomic.rmw{width}.cmpxchg{suffix} {at(72)} ({kind}.or ({load} {at(0)}) {above}) ({load} {at(8)}))'
            yield kind, f'({kind}.load {at(72)})'
            yield kind, f'({kind}.atomic.rmw{width}.cmpxchg{suffix} {at(80)} {all_bits} {all_bits})'
            yield kind, f'({kind}.load {at(80)})'


def accesses():
    """Loads and stores of all widths, at even and odd addresses."""
    for address in 72, 75:
        for kind, loads in (('i32', ('', '8_s', '8_u', '16_s', '16_u')), ('i64', ('', '8_s', '8_u', '16_s', '16_u', '32_s', '32_u'))):
            for load in loads:
                yield kind, f'({kind}.load{load} {at(address)})'
    for address in 256, 259:
        value = '(i64.load offset=8 (i32.const 64))'
        for store in 'i64.store', 'i64.store8', 'i64.store16', 'i64.store32':
            yield 'i64', f'(i64.load ({store} {at(address)} {value}) {at(256)})'
        for store in 'i32.store', 'i32.store8', 'i32.store16':
            yield 'i64', f'(i64.load ({store} {at(address)} (i32.wrap_i64 {value})) {at(256)})'
        yield 'i64', f'(i64.load (f64.store {at(address)} (f64.convert_i64_s {value})) {at(256)})'
        yield 'f64', f'(f64.mul (f64.load {at(address)}) (f64.promote_f32 (f32.load {at(73)})))'
    # Bytes of a data segment are used as what they are; so are globals that the host may read.
    yield 'i64', f'(i64.load (memory.init $later {at(270)} {at(3)} {at(8)}) {at(270)})'
    yield 'i32', '(i32.load (global.set $counted (i32.add (global.get $counted) (i32.load (i32.const 76)))) (i32.const 256))'
    yield 'i32', '(global.get $counted)'


def vectors():
    """What depends on the order of lanes, or changes how many there are."""
    a, b = '(v128.load (i32.const 72))', '(v128.load (i32.const 77))'
    shapes = {'i8x16': 16, 'i16x8': 8, 'i32x4': 4, 'i64x2': 2}
    for bits in '8x8', '16x4', '32x2':
        for sign in 's', 'u':
            yield 'v128', f'(v128.load{bits}_{sign} {at(74)})'
    for bits, last in ('8', 15), ('16', 7), ('32', 3), ('64', 1):
        yield 'v128', f'(v128.load{bits}_splat {at(74)})'
        yield 'v128', f'(v128.load{bits}_lane {last} {at(74)} {a})'
        yield 'i64', f'(i64.load (v128.store{bits}_lane {last // 2} {at(300)} {a}) {at(300)})'
    yield 'v128', f'(v128.load32_zero {at(74)})'
    yield 'v128', f'(v128.load64_zero {at(74)})'
    for shape, lanes in shapes.items():
        scalar, sign = ('i64' if lanes == 2 else 'i32'), ('_u' if lanes > 4 else '')
        yield scalar, f'({shape}.extract_lane{sign} {lanes - 1} {a})'
        yield 'v128', f'({shape}.replace_lane {lanes // 2} {a} ({scalar}.load {at(79)}))'
        yield 'v128', f'({shape}.splat ({scalar}.load {at(79)}))'
        yield 'i32', f'({shape}.bitmask {a})'
        yield 'i32', f'({shape}.all_true {a})'
        yield 'v128', f'({shape}.shr_s {a} (i32.const 3))'
        yield 'v128', f'({shape}.gt_s {a} {b})'
        yield 'v128', f'({shape}.add {a} {b})'
    for wide, narrow in ('i16x8', 'i8x16'), ('i32x4', 'i16x8'), ('i64x2', 'i32x4'):
        for sign in 's', 'u':
            for half in 'low', 'high':
                yield 'v128', f'({wide}.extend_{half}_{narrow}_{sign} {a})'
                yield 'v128', f'({wide}.extmul_{half}_{narrow}_{sign} {a} {b})'
            if wide != 'i64x2':
                yield 'v128', f'({narrow}.narrow_{wide}_{sign} {a} {b})'
                yield 'v128', f'({wide}.extadd_pairwise_{narrow}_{sign} {a})'
    yield 'v128', f'(i32x4.dot_i16x8_s {a} {b})'
    yield 'v128', f'(i16x8.q15mulr_sat_s {a} {b})'
    yield 'v128', f'(i8x16.swizzle {a} (v128.const i8x16 15 3 2 1 0 200 7 6 5 4 8 9 10 11 12 13))'
    yield 'v128', f'(i8x16.shuffle 3 17 2 31 0 1 16 5 6 20 21 9 10 11 15 14 {a} {b})'
    yield 'v128', f'(i8x16.shuffle 2 3 16 17 0 1 30 31 6 7 20 21 10 11 14 15 {a} {b})'
    yield 'v128', f'(i8x16.shuffle 4 5 6 7 28 29 30 31 8 9 10 11 16 17 18 19 {a} {b})'
    yield 'v128', f'(i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 {a} {b})'
    yield 'v128', f'(f64x2.convert_low_i32x4_s {a})'
    yield 'v128', f'(f64x2.convert_low_i32x4_u {a})'
    yield 'v128', f'(f64x2.promote_low_f32x4 (f32x4.convert_i32x4_u {a}))'
    yield 'v128', f'(f32x4.demote_f64x2_zero (f64x2.convert_low_i32x4_s {a}))'
    yield 'v128', f'(i32x4.trunc_sat_f64x2_u_zero (f64x2.convert_low_i32x4_s {a}))'
    yield 'v128', '(v128.const i16x8 1 2 3 4 5 6 7 8)'
    yield 'v128', f'(call $passed {a} {b})'
    yield 'v128', f'(call_indirect (type $two) {b} {a} (i32.const 0))'


def promotions():
    """A NaN is quiet when it has been promoted, whatever else is in it."""
    for address in 64, 68:
        yield 'i64', f'(i64.and (i64.reinterpret_f64 (f64.promote_f32 (f32.load {at(address)}))) (i64.const 0x7ff8000000000000))'
    yield 'v128', f'(v128.and (f64x2.promote_low_f32x4 (v128.load {at(64)})) (v128.const i64x2 0x7ff8000000000000 0x7ff8000000000000))'


def program(results):
    """Of (type, expression) each."""
    stores = [f'({kind}.store (i32.const {FIRST + 16 * k}) {value})' for k, (kind, value) in enumerate(results)]
    return PROGRAM % ('\n    '.join(stores), FIRST, 16 * len(stores))


PROGRAMS = {function.__name__: program(function()) for function in (accesses, atomics, promotions, vectors)}


# What structures of WASI hold, into which a guest looks itself.
FILES = r'''
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    char text[] = "some text", read_back[16] = "";
    int fd = open("/files/made", O_CREAT | O_RDWR | O_TRUNC, 0666);
    struct iovec parts[] = {{text, 5}, {text + 5, 4}};
    printf("%d %s %s\n", argc, argv[1], getenv("NAME"));
    printf("wrote %d\n", (int)writev(fd, parts, 2));
    printf("at %d\n", (int)lseek(fd, -7, SEEK_END));
    printf("read %d %s\n", (int)read(fd, read_back, 15), read_back);
    struct stat st;
    int told = fstat(fd, &st);
    printf("size %lld links %d file %d %d\n", (long long)st.st_size, (int)st.st_nlink, S_ISREG(st.st_mode), told);
    struct timespec times[2] = {{1, 2000}, {4600000000, 123456000}};
    futimens(fd, times);
    fstat(fd, &st);
    printf("changed %lld %ld\n", (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec / 1000);
    close(fd);
    DIR *folder = opendir("/files");
    int seen = 0;
    for (struct dirent *e; folder && (e = readdir(folder));)
        seen += strcmp(e->d_name, "made") == 0 && e->d_type == DT_REG;
    printf("seen %d\n", seen);
    printf("missing %d\n", open("/files/none", O_RDONLY) < 0 ? errno : 0);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    printf("now %d\n", now.tv_sec > 1600000000 && now.tv_sec < 16000000000);
    printf("%.17g %s\n", strtod("1.1e-300", NULL) / 3, unlink("/files/made") == 0 ? "gone" : "there");
    return 3;
}
'''


@pytest.fixture(scope='module')
def environment(tmp_path_factory):
    """One cache, in which each machine's runtime is kept."""
    return dict(os.environ, XDG_CACHE_HOME=str(tmp_path_factory.mktemp('cache')))


def installed(machine):
    if machines.missing(machine):
        pytest.skip('not installed: ' + machines.missing(machine))
    return machine


@pytest.fixture(params=MACHINES, ids=lambda machine: machine.name)
def machine(request):
    return installed(request.param)


def run_both(machine, wasmelt, module, folder, environment, *arguments):
    """What the program prints; the same here and there, or the test fails."""
    for options in ['-o', 'here'], ['--cc', machines.compiler(machine), '-o', 'there']:
        done = subprocess.run([wasmelt, module, '-O1', *options], cwd=folder, env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, '')
    here = subprocess.run([folder / 'here', *arguments], capture_output=True)
    there = subprocess.run([*machines.emulation(machine), folder / 'there', *arguments], capture_output=True)
    assert (there.returncode, there.stderr) == (here.returncode, b'')
    return here.stdout, there.stdout


@pytest.mark.parametrize('name', PROGRAMS)
def test_numbers(machine, name, wasmelt, environment, assemble, tmp_path):
    here, there = run_both(machine, wasmelt, assemble(PROGRAMS[name]), tmp_path, environment)
    different = [k for k in range(0, len(here), 16) if here[k:k + 16] != there[k:k + 16]]
    assert len(here) >= 48 and [(here[k:k + 16].hex(), there[k:k + 16].hex(), k // 16) for k in different] == []


def test_files(machine, wasmelt, environment, compile_wasi, tmp_path):
    (tmp_path / 'files').mkdir()
    here, there = run_both(machine, wasmelt, compile_wasi(FILES), tmp_path, environment,
                           '--dir', f'{tmp_path}/files::/files', '--env', 'NAME=value', 'first')
    assert here.count(b'\n') == 10 and there == here


# Every kind of field and element, before and after collections: a list whose nodes are among many that are dropped, an old array that is
# written to, and i31s that have the bits of addresses. The program prints what it finds in the last of 200,000 nodes, and sums over all.
OBJECTS = '''
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (type $base (sub (struct (field $small i8) (field $next (mut (ref null $base))))))
  (type $node (sub $base (struct (field $small i8) (field $next (mut (ref null $base))) (field $wide (mut i64)) (field $short i16)
    (field $any (mut anyref)) (field $double f64) (field $float f32) (field $vector v128) (field $extern externref))))
  (type $bytes (array (mut i8)))
  (type $wides (array (mut i64)))
  (type $vectors (array (mut v128)))
  (type $refs (array (mut anyref)))
  (tag $thrown (param (ref $node) i64))
  (data $data "0123456789abcdefghijklmnopqrstuvwxyz")
  (elem $elements anyref (item (ref.i31 (i32.const -5))) (item (struct.new $base (i32.const 77) (ref.null none))))
  (global $old (ref $refs) (array.new_default $refs (i32.const 500)))
  (func $make (param $k i32) (param $next (ref null $base)) (result (ref $node))
    (struct.new $node (local.get $k) (local.get $next) (i64.mul (i64.extend_i32_u (local.get $k)) (i64.const 0x100000001))
      (i32.sub (i32.const 0) (local.get $k)) (ref.i31 (i32.mul (local.get $k) (i32.const 0x10101)))
      (f64.convert_i32_s (local.get $k)) (f32.convert_i32_s (local.get $k)) (i32x4.splat (local.get $k))
      (extern.convert_any (ref.i31 (local.get $k)))))
  (func $throw (param $n (ref $node)) (throw $thrown (local.get $n) (struct.get $node $wide (local.get $n))))
  (func (export "_start") (local $k i32) (local $list (ref null $base)) (local $n (ref null $node)) (local $sum i64)
    (local $wides (ref null $wides)) (local $bytes (ref null $bytes)) (local $vectors (ref null $vectors)) (local $refs (ref null $refs))
    (local.set $wides (array.new $wides (i64.const -3) (i32.const 3)))
    (loop $again
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (local.set $n (call $make (local.get $k) (local.get $list)))
      (drop (call $make (local.get $k) (local.get $n)))
      (drop (array.new $refs (local.get $n) (i32.const 9)))
      (if (i32.eqz (i32.and (local.get $k) (i32.const 3)))
        (then (local.set $list (local.get $n))
          (array.set $refs (global.get $old) (i32.rem_u (local.get $k) (i32.const 500)) (local.get $n))))
      (br_if $again (i32.lt_u (local.get $k) (i32.const 200000))))
    (i32.store (i32.const 16) (struct.get_s $node $small (local.get $n)))
    (i64.store (i32.const 24) (struct.get $node $wide (local.get $n)))
    (i32.store (i32.const 32) (struct.get_u $node $short (local.get $n)))
    (f64.store (i32.const 40) (struct.get $node $double (local.get $n)))
    (f32.store (i32.const 48) (struct.get $node $float (local.get $n)))
    (v128.store (i32.const 64) (struct.get $node $vector (local.get $n)))
    (i32.store (i32.const 52)
      (i31.get_s (ref.cast (ref i31) (any.convert_extern (struct.get $node $extern (local.get $n))))))
    (loop $through
      (local.set $n (ref.cast (ref $node) (local.get $list)))
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31))
        (i64.add (struct.get $node $wide (local.get $n))
          (i64.extend_i32_s (i31.get_s (ref.cast (ref i31) (struct.get $node $any (local.get $n))))))))
      (br_if $through (i32.eqz (ref.is_null (local.tee $list (struct.get $node $next (local.get $n)))))))
    (i64.store (i32.const 80) (local.get $sum))
    (local.set $k (i32.const 0))
    (loop $all
      (if (ref.test (ref $node) (array.get $refs (global.get $old) (local.get $k)))
        (then (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31))
          (struct.get $node $wide (ref.cast (ref $node) (array.get $refs (global.get $old) (local.get $k))))))))
      (br_if $all (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 500))))
    (i64.store (i32.const 88) (local.get $sum))
    (i64.store (i32.const 96) (array.get $wides (local.get $wides) (i32.const 2)))
    (local.set $bytes (array.new_data $bytes $data (i32.const 3) (i32.const 20)))
    (local.set $vectors (array.new_data $vectors $data (i32.const 1) (i32.const 2)))
    (local.set $refs (array.new_elem $refs $elements (i32.const 0) (i32.const 2)))
    (array.copy $refs $refs (global.get $old) (i32.const 7) (local.get $refs) (i32.const 0) (i32.const 2))
    (i32.store (i32.const 104) (array.get_u $bytes (local.get $bytes) (i32.const 19)))
    (v128.store (i32.const 112) (array.get $vectors (local.get $vectors) (i32.const 1)))
    (i32.store (i32.const 128) (i31.get_s (ref.cast (ref i31) (array.get $refs (global.get $old) (i32.const 7)))))
    (i32.store (i32.const 132) (struct.get_u $base $small (ref.cast (ref $base) (array.get $refs (global.get $old) (i32.const 8)))))
    (block $caught (result (ref $node) i64)
      (try_table (catch $thrown $caught) (call $throw (call $make (i32.const 1234567) (ref.null none))))
      (unreachable))
    (local.set $sum)
    (local.set $n)
    (i64.store (i32.const 136) (local.get $sum))
    (f64.store (i32.const 144) (struct.get $node $double (local.get $n)))
    (i32.store (i32.const 0) (i32.const 16))
    (i32.store (i32.const 4) (i32.const 136))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
'''


def test_objects(machine, wasmelt, environment, tmp_path):
    (tmp_path / 'm.wat').write_text(OBJECTS)
    here, there = run_both(machine, wasmelt, binaryen.assemble(tmp_path / 'm.wat', tmp_path / 'm.wasm'), tmp_path, environment, '--heap=64M')
    different = [k for k in range(0, len(here), 8) if here[k:k + 8] != there[k:k + 8]]
    assert len(here) == 136 and [(16 + k, here[k:k + 8].hex(), there[k:k + 8].hex()) for k in different] == []


# What programs of tests/runtime measure of a process is the emulator's.
MEASURED = 'memory_goes_back', 'tables_go_back', 'memory_of_blocks_comes_at_once'


@pytest.mark.slow
@pytest.mark.parametrize('program', HEAP_PROGRAMS)
def test_heap(machine, program, wasmelt, environment, tmp_path):
    """The collector's own tests, in C."""
    subprocess.run([wasmelt, 'runtime', '--cc', machines.compiler(machine)], check=True, cwd=tmp_path, env=environment)
    sources = [FOLDER / name for name in (f'{program}.c', 'case.c', 'handmade.c')]
    subprocess.run([machines.compiler(machine), '-O2', *machines.flags(machine), *FLAGS, *sources,
                    'libwasmelt_rt.a', '-lm', '-latomic', '-o', 'app'], check=True, cwd=tmp_path)
    cases = [name for name in re.findall(r'^CASE\((\w+)\)', sources[0].read_text(), re.MULTILINE) if name not in MEASURED]
    failed = {}
    for case in cases:
        done = subprocess.run([*machines.emulation(machine), tmp_path / 'app', case], capture_output=True, text=True)
        if done.returncode != 0:
            failed[case] = done.returncode, done.stderr[-300:]
    assert cases and failed == {}


# What _start does depends on how many arguments there are.
TRAPS = '''
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data $segment "0123456789")
  (table $table 3 externref)
  (func $deep (param i32) (result i32) (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
  (func (export "_start")
    (drop (call $args (i32.const 0) (i32.const 4)))
%s  ))
'''
TRAPPING = '''
(drop (i64.load (i32.const 65529)))
(drop (i32.load offset=4294967295 (i32.const -1)))
(i64.store offset=4294967290 (i32.const 8) (i64.const 1))
(drop (v128.load offset=65521 (i32.const 0)))
(memory.fill (i32.const 65535) (i32.const 1) (i32.const -1))
(memory.copy (i32.const 1) (i32.const 2) (i32.const -1))
(memory.init $segment (i32.const 0) (i32.const 1) (i32.const -1))
(table.fill $table (i32.const 1) (ref.null extern) (i32.const -1))
(drop (i32.atomic.load offset=1 (i32.const 64)))
(drop (i32.div_s (i32.const -2147483648) (i32.load8_s (i32.const 4096))))
(drop (call $deep (i32.const 0)))
(drop (i32.load (i32.mul (memory.grow (i32.const 100)) (i32.const 6553600))))
'''.strip().splitlines()


def test_traps(machine, wasmelt, environment, assemble, tmp_path):
    cases = ''.join(f'    (if (i32.eq (i32.load (i32.const 0)) (i32.const {k + 1})) (then {text}))\n' for k, text in enumerate(TRAPPING))
    module = assemble(TRAPS % cases)
    for k, text in enumerate(TRAPPING):
        arguments = ['x'] * k
        if k == 0:
            run_both(machine, wasmelt, module, tmp_path, environment, *['x'] * 30)  # does nothing
        here = subprocess.run([tmp_path / 'here', *arguments], capture_output=True, text=True)
        there = subprocess.run([*machines.emulation(machine), tmp_path / 'there', *arguments], capture_output=True, text=True)
        assert (text, there.returncode, there.stderr.splitlines()[:1]) == (text, here.returncode, here.stderr.splitlines()[:1])
        assert here.returncode == (134 if text is not TRAPPING[-1] else 0)


# ---- RISC-V: its narrow atomics are functions, and it has no unaligned stores ----

RISCV = next(machine for machine in MACHINES if machine.name == 'riscv64')
riscv = pytest.mark.skipif(bool(machines.missing(RISCV)), reason='not installed: ' + machines.missing(RISCV))
ATOMICS = '''
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (i32.atomic.rmw8.add_u (i32.const 8) (i32.const 3)))
    (drop (i32.atomic.rmw16.cmpxchg_u (i32.const 8) (i32.const 3) (i32.const 9)))
    (call $exit (i32.atomic.load8_u (i32.const 8)))))
'''


@riscv
def test_atomics_of_bytes_on_riscv(wasmelt, environment, assemble, tmp_path):
    subprocess.run([wasmelt, assemble(ATOMICS), '--cc', machines.compiler(RISCV), '-o', 'app'], check=True, cwd=tmp_path, env=environment)
    assert subprocess.run([*machines.emulation(RISCV), tmp_path / 'app']).returncode == 9


@pytest.fixture(scope='module')
def riscv_runtime(wasmelt, tmp_path_factory):
    folder = tmp_path_factory.mktemp('riscv')
    subprocess.run([wasmelt, 'runtime', '--cc', machines.compiler(RISCV)], check=True, cwd=folder)
    return folder / 'libwasmelt_rt.a'


@riscv
@pytest.mark.parametrize('bounds', ['guard', 'explicit'])
def test_a_store_across_the_end_writes_nothing_on_riscv(wasmelt, riscv_runtime, assemble, tmp_path, bounds):
    stores.check(wasmelt, machines.compiler(RISCV), machines.emulation(RISCV), riscv_runtime, assemble(stores.MODULE), bounds, tmp_path)


# ---- Pointers of 32 bits ----

@pytest.fixture(params=[machine for machine in MACHINES if machine.name in ('i686', 'arm')], ids=lambda machine: machine.name)
def small(request):
    return installed(request.param)


def test_memories_share_the_address_space(small, wasmelt, environment, assemble, tmp_path):
    """None takes so much that there is nothing left for others, although each may grow to 4 GiB, which is all that there is."""
    memories = ''.join(f'(memory $m{k} 1)' for k in range(60))
    growing = ''.join(f'(if (i32.ne (memory.grow $m{k} (i32.const 3)) (i32.const 1)) (then (call $exit (i32.const {k + 1}))))'
                      for k in range(60))
    module = assemble(f'(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) {memories}'
                      f'(export "memory" (memory 0)) (func (export "_start") {growing}))')
    run_both(small, wasmelt, module, tmp_path, environment)


def test_what_is_refused(small, wasmelt, assemble, tmp_path):
    cc = machines.compiler(small)
    module = assemble('(module (memory 1) (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))')
    for options, ok in ([], False), (['--bounds=explicit'], True):
        subprocess.run([wasmelt, module, '--emit=c', '--name=m', *options, '-o', 'c'], cwd=tmp_path, check=True)
        done = subprocess.run([cc, *machines.flags(small), '-w', '-c',
                               f'-I{machines.ROOT / "include"}', 'c/m.c', '-o', 'm.o'], cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode == 0) == ok
        assert ok or 'translate with --bounds=explicit' in done.stderr
