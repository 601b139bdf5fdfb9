"""What tests have compiled before is not compiled again: not by another test, another run or the run with the other compiler.

Compilers that are called by name, by tests or by what they start, are links to ccache, in a folder that comes first in PATH. ccache keeps
objects by what the compiler would read: a change in the emitted C, in a header, in flags or in the compiler compiles. It knows a file
again by its path, too: commands name files relative to where they run. What compiles and links in one command is not kept. Where ccache is
not installed everything is compiled. $CCACHE_DIR says where objects are (.cache/ccache), CCACHE_DISABLE=1 does without.
"""
import os
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINKS = ROOT / '.cache' / 'compilers'
COMPILERS = ['cc', 'c++', 'gcc', 'g++', 'clang', 'clang++', 'clang-19',
             'aarch64-linux-gnu-gcc', 'riscv64-linux-gnu-gcc', 'powerpc64le-linux-gnu-gcc',
             's390x-linux-gnu-gcc', 'i686-linux-gnu-gcc', 'arm-linux-gnueabihf-gcc', 'x86_64-w64-mingw32-gcc',
             'x86_64-linux-gnu-gcc']  # musl-gcc calls the last


def set_up():
    """For this process and those that it starts."""
    ccache = shutil.which('ccache')
    if not ccache:
        return
    os.environ.setdefault('CCACHE_DIR', str(ROOT / '.cache' / 'ccache'))
    os.environ.setdefault('CCACHE_MAXSIZE', '3G')
    os.environ.setdefault('CCACHE_DEPEND', '1')  # with -MD, what is not there yet is not preprocessed first
    LINKS.mkdir(parents=True, exist_ok=True)
    for name in COMPILERS:
        link = LINKS / name
        if not find(name):
            link.unlink(missing_ok=True)
        elif not link.exists():
            replace_by_link(link, ccache)
    os.environ['PATH'] = f'{LINKS}{os.pathsep}{path_without_links()}'


def path_without_links():
    return os.pathsep.join(folder for folder in os.environ['PATH'].split(os.pathsep) if folder != str(LINKS))


def find(program):
    """The path of a program in PATH itself, or None: not that of the link to ccache which is called in its place."""
    return shutil.which(program, path=path_without_links())


def replace_by_link(path, target):
    """At once: another process may do the same."""
    new = path.with_name(f'{path.name}.{os.getpid()}')
    new.symlink_to(target)
    new.replace(path)
