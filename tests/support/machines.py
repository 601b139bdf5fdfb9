"""Machines other than this one: their cross compilers (Debian's) and the emulators that run what these make."""
import collections
import pathlib
import shutil

Machine = collections.namedtuple('Machine', 'name triple emulator')
ROOT = pathlib.Path(__file__).resolve().parents[2]
MACHINES = [Machine(*row.split()) for row in '''
    riscv64 riscv64-linux-gnu     qemu-riscv64
    ppc64le powerpc64le-linux-gnu qemu-ppc64le
    s390x   s390x-linux-gnu       qemu-s390x
    i686    i686-linux-gnu        qemu-i386
    arm     arm-linux-gnueabihf   qemu-arm
'''.split('\n') if row.strip()]


def compiler(machine):
    return f'{machine.triple}-gcc'


def flags(machine):
    """What the compiler needs to be told where wasmelt does not call it."""
    return ['-msse2', '-mfpmath=sse'] if machine.name == 'i686' else []


def emulation(machine):
    """The command that stands before a program's name."""
    system = f'/usr/{machine.triple}'
    if machine.name != 'i686':
        return [machine.emulator, '-L', system]
    # A program that starts threads hangs in qemu-i386 7.2, unless it is the dynamic linker that qemu starts.
    return [machine.emulator, '-L', system, f'{system}/lib/ld-linux.so.2', '--library-path', f'{system}/lib']


def missing(machine):
    """What has to be installed, or ''."""
    tools = [tool for tool in (compiler(machine), machine.emulator) if not shutil.which(tool)]
    library = pathlib.Path(f'/usr/{machine.triple}/include/stdio.h')
    return ', '.join(tools + [str(library)] * (not library.exists()))
