"""The words that mean something in C: those that translator/emit/reserved.def has to have.

python3 -m tests.support.c_names WASMELT > translator/emit/reserved.def writes the list anew: what was in it and what is new on
this machine. WASMELT is the command: what the emitted C calls things is found by translating the cases.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

from tests.support import compiled
from tests.support.binary import module, name, section, vector

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / 'include'
LIST = ROOT / 'translator' / 'emit' / 'reserved.def'

KEYWORDS = '''alignas alignof asm auto bool break case char const constexpr continue default do double else enum extern false float for
fortran goto if inline int long nullptr register restrict return short signed sizeof static static_assert struct switch
thread_local true typedef typeof typeof_unqual union unsigned void volatile while
and and_eq bitand bitor catch char16_t char32_t char8_t class co_await co_return co_yield compl concept const_cast consteval
constinit decltype delete dynamic_cast explicit export friend mutable namespace new noexcept not not_eq operator or or_eq
private protected public reflexpr reinterpret_cast requires static_cast std synchronized template this throw try typeid typename
using virtual wchar_t xor xor_eq import module final override
main wasmelt i32 i64 f32 f64 v128 i8x16 i16x8 i32x4 i64x2 f32x4 f64x2'''.split()

# Later editions of C and other C libraries than the one that is looked at.
OTHERS = '''arc4random arc4random_buf arc4random_uniform fmaximum fminimum memalignment memset_explicit strlcat strlcpy
unreachable wcslcat wcslcpy reallocarray recallocarray freezero getprogname setprogname strtonum strmode pledge unveil
kqueue kevent issetugid closefrom fgetln fparseln'''.split()

HEADERS = '''assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic
stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
aio arpa/inet cpio dirent dlfcn fcntl fmtmsg fnmatch ftw glob grp iconv langinfo libgen monetary mqueue net/if netdb netinet/in
netinet/tcp nl_types poll pthread pwd regex sched search semaphore spawn strings sys/ipc sys/mman sys/msg sys/resource
sys/select sys/sem sys/shm sys/socket sys/stat sys/statvfs sys/time sys/times sys/types sys/uio sys/un sys/utsname sys/wait
syslog tar termios ulimit unistd utime utmpx wordexp
alloca argp argz byteswap crypt elf endian envz err error execinfo fts getopt ifaddrs libintl link malloc mcheck memory mntent
obstack paths printf pty resolv shadow stdio_ext sysexits syscall ucontext utmp values
sys/epoll sys/eventfd sys/file sys/inotify sys/ioctl sys/mount sys/param sys/personality sys/prctl sys/ptrace sys/random
sys/reboot sys/sendfile sys/signalfd sys/swap sys/syscall sys/sysinfo sys/sysmacros sys/timerfd sys/timex sys/user sys/vfs
sys/xattr sys/auxv sys/fsuid sys/klog sys/quota sys/statfs sys/ucontext netinet/ip netinet/udp netinet/ether net/ethernet'''.split()

# A program with what the cases have not: many constant globals, and one that refers to an exception.
PROGRAM = module(section(1, vector([b'\x60\0\0'])), section(3, vector([b'\0'])), section(5, vector([b'\0\1'])),
                 section(6, vector([b'\x7F\0\x41\7\x0B'] * 101 + [b'\x7E\0\x42\7\x0B'] * 101 + [b'\x69\1\xD0\x69\x0B'])),
                 section(7, vector([name('_start') + b'\0\0', name('memory') + b'\2\0'])), section(10, vector([b'\2\0\x0B'])))
# A library of which a global and a table refer to structs, for the collector to find.
OBJECTS = module(section(1, vector([b'\x5F\0'])), section(4, vector([b'\x6E\0\2'])), section(6, vector([b'\x63\0\1\xD0\0\x0B'])),
                 section(7, vector([name('t') + b'\1\0', name('g') + b'\3\0'])))

# All that emitted C may include, for GCC and Clang and for any compiler; simd_x86.h and the like are what simd.h includes on a machine.
OWN = [['wasmelt', 'wasi', 'names', *(f'code/{h.stem}' for h in sorted((INCLUDE / 'wasmelt' / 'code').glob('*.h'))
                                      if not h.stem.startswith('simd_') and h.stem not in ('plain', 'wide'))],
       ['wasmelt', 'code/plain', 'code/core', 'wasi', 'code/quiet']]


def macros(cc, source):
    done = subprocess.run([cc, '-D_GNU_SOURCE', f'-I{INCLUDE}', '-E', '-dM', '-x', 'c', '-'], input=source, capture_output=True,
                          text=True, check=True)
    return {re.match(r'#define (\w+)', line)[1] for line in done.stdout.splitlines()}


def declared(source, flags=()):
    """Names that C code declares outside of functions: functions, objects, types, tags, constants of enumerations."""
    with tempfile.NamedTemporaryFile('w', suffix='.c') as file:
        file.write(source)
        file.flush()
        # Not by ccache: to it all commands with the same flags are one, as the preprocessor prints nothing with -fsyntax-only.
        done = subprocess.run([compiled.find('clang'), '-D_GNU_SOURCE', f'-I{INCLUDE}', *flags, '-fsyntax-only', '-fno-color-diagnostics',
                               '-Xclang', '-ast-dump', file.name], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:2000]
    names = set()
    for line in done.stdout.splitlines():
        found = re.match(r'(?:[|`]-\w+Decl|[| ] [|`]-EnumConstantDecl) 0x\w+ (.*)', line)
        if not found:
            continue
        rest = found[1]
        while re.search(r'<[^<>]*>', rest):
            rest = re.sub(r'<[^<>]*>', '', rest)
        rest = re.sub(r"'.*|(prev|parent) 0x\w+|\S+:\d+(:\d+)?|\b(implicit|used|referenced|invalid|struct|union|enum)\b", '', rest)
        word = re.search(r'[A-Za-z_]\w*', rest)
        if word:
            names.add(word[0])
    return names


def exists(header):
    return subprocess.run(['gcc', '-D_GNU_SOURCE', '-fsyntax-only', '-x', 'c', '-'], input=f'#include <{header}.h>\n', text=True,
                          capture_output=True).returncode == 0


def of_c_library():
    """What the headers that are on this machine declare and define, and what its C library exports."""
    source = ''.join(f'#include <{h}.h>\n' for h in HEADERS if exists(h))
    names = macros('gcc', source) | macros('clang', source) | declared(source)
    for library in 'libc.so.6', 'libm.so.6':
        path = subprocess.run(['gcc', f'-print-file-name={library}'], capture_output=True, text=True, check=True).stdout.strip()
        done = subprocess.run(['nm', '-D', '--defined-only', path], capture_output=True, text=True, check=True)
        names |= {line.split()[-1].split('@')[0] for line in done.stdout.splitlines()}
    return names


def of_own_headers():
    """What the headers that emitted code includes declare and define, <immintrin.h> and the like among it."""
    names = set()
    for headers in OWN:
        source = ''.join(f'#include <wasmelt/{h}.h>\n' for h in headers)
        names |= macros('gcc', source) | macros('clang', source) | declared(source)
    return names


def of_emitted_c(wasmelt, modules):
    """What the C of the modules declares outside of functions, but for what carries the module's name or is a numbered one's."""
    names = set()
    with tempfile.TemporaryDirectory() as folder:
        for k, file in enumerate(modules):
            to = f'{folder}/{k}'
            as_program = [wasmelt, file, '--wasi-dir=.', '--wasi-env=A=b', '--name=mmm', '-g', '-O0', f'--keep={to}', '-o', f'{to}.out']
            as_library = [wasmelt, file, '--emit=c', '--name=mmm', '-g', '-o', to]
            if any(subprocess.run(command, capture_output=True).returncode == 0 for command in (as_program, as_library)):
                names |= declared(f'#include "{to}/mmm.c"\n', [f'-I{to}', '-w'])
    return {n for n in names if not re.match(r'mmm($|_)|wasmelt_|f(\d|_)', n)}


def matters(name):
    """Whether a module or an export could be called so: see emit/symbols.c. Names of macros are known by their capitals, names of
    the runtime and of compilers by their beginning, and numbered ones by theirs."""
    return (name[0] not in '_0123456789' and name != name.upper() and not name.startswith('wasmelt_') and
            not re.fullmatch(r'(params|results|mutability|elem|invoke|type|import_table|import_memory)\d+', name) and
            not re.fullmatch(r'[A-Za-z0-9]+_\d\w*', name) and
            not re.match(r'([if](32|64)|v128|i8x16|i16x8|i32x4|i64x2|f32x4|f64x2)_', name))


def listed():
    return re.findall(r'RESERVED\((\w+)\)', LIST.read_text())


HEAD = '''/* Words that mean something in C or C++, in a header of a C library, in a header that emitted C includes, or in emitted C
 * itself. A module or an export with such a name gets another name in C (emit/symbols.c). The words are sorted by their bytes.
 * tests/support/c_names.py writes this file; tests/cli/test_names.py checks that all such words of the machine on which it
 * runs are here. Each row is a word. */
'''


def text(words):
    lines, line = [], ''
    for word in sorted(words):
        entry = f'RESERVED({word})'
        if len(line) + 1 + len(entry) > 125:
            lines.append(line)
            line = ''
        line += (' ' if line else '') + entry
    return HEAD + '\n'.join([*lines, line]) + '\n'


def samples(folder):
    for stem, content in ('program', PROGRAM), ('objects', OBJECTS):
        (folder / f'{stem}.wasm').write_bytes(content)
    return [*sorted(folder.glob('*.wasm')), *sorted((ROOT / 'tests' / 'cases').glob('*.wat')), *sorted((ROOT / 'examples').rglob('*.wat'))]


def all_words(wasmelt):
    with tempfile.TemporaryDirectory() as folder:
        emitted = of_emitted_c(wasmelt, samples(pathlib.Path(folder)))
    return {*KEYWORDS, *OTHERS} | {n for n in of_c_library() | of_own_headers() | emitted if matters(n)}


if __name__ == '__main__':
    sys.stdout.write(text({*listed(), *all_words(sys.argv[1])} if '--anew' not in sys.argv else all_words(sys.argv[1])))
