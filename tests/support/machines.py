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


def emulation(machine):
    """The command that stands before a program's name."""
    return [machine.emulator, '-L', f'/usr/{machine.triple}']


def missing(machine):
    """What has to be installed, or ''."""
    tools = [tool for tool in (compiler(machine), machine.emulator) if not shutil.which(tool)]
    library = pathlib.Path(f'/usr/{machine.triple}/include/stdio.h')
    return ', '.join(tools + [str(library)] * (not library.exists()))
