"""What tests have compiled before is not compiled again: not by another test, another run or the run with the other compiler.

Compilers that are called by name, by tests or by what they start, are scripts in a folder that comes first in PATH, which call ccache. It keeps
objects by what the compiler would read: a change in the emitted C, in a header, in flags or in the compiler compiles. It knows a file
again by its path, too: commands name files relative to where they run. What compiles and links in one command is not kept. Where ccache is
not installed everything is compiled. $CCACHE_DIR says where objects are (.cache/ccache), CCACHE_DISABLE=1 does without.

The scripts ask the compiler to list the files that it read (-MD), unless the command does: without a list ccache preprocesses each file first
to know what was read, a quarter of the time of a small one. The lists are in a folder of the process, which goes when it ends.
"""
import atexit
import os
import pathlib
import shutil
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / '.cache' / 'compilers'
COMPILERS = ['cc', 'c++', 'gcc', 'g++', 'clang', 'clang++', 'clang-19',
             'aarch64-linux-gnu-gcc', 'riscv64-linux-gnu-gcc', 'powerpc64le-linux-gnu-gcc',
             's390x-linux-gnu-gcc', 'i686-linux-gnu-gcc', 'arm-linux-gnueabihf-gcc', 'x86_64-w64-mingw32-gcc',
             'x86_64-linux-gnu-gcc']  # musl-gcc calls the last
LISTS = 'WASMELT_TESTS_DEPENDENCY_LISTS'  # the variable that names their folder
SCRIPT = """#!/bin/sh
case " $* " in
*" -c "*) ;;
*) exec {compiler} "$@" ;;
esac
case " $* " in
*" -M"*) ;;
*) [ ! -d "${lists-}" ] || set -- "$@" -MD -MF "$lists/$$.d" ;;
esac
exec {ccache} {compiler} "$@"
""".replace('lists', LISTS)


def set_up():
    """For this process and those that it starts."""
    ccache = shutil.which('ccache')
    if not ccache:
        return
    os.environ.setdefault('CCACHE_DIR', str(ROOT / '.cache' / 'ccache'))
    os.environ.setdefault('CCACHE_MAXSIZE', '3G')
    os.environ.setdefault('CCACHE_DEPEND', '1')  # with a list of what was read, nothing is preprocessed
    lists = os.environ[LISTS] = tempfile.mkdtemp(prefix='dependencies-')
    atexit.register(shutil.rmtree, lists, ignore_errors=True)
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    for name in COMPILERS:
        script, compiler = SCRIPTS / name, find(name)
        if not compiler:
            script.unlink(missing_ok=True)
        else:
            replace(script, SCRIPT.replace('{ccache}', ccache).replace('{compiler}', compiler))
    os.environ['PATH'] = f'{SCRIPTS}{os.pathsep}{path_without_scripts()}'


def path_without_scripts():
    return os.pathsep.join(folder for folder in os.environ['PATH'].split(os.pathsep) if folder != str(SCRIPTS))


def find(program):
    """The path of a program in PATH itself, or None: not that of the script which is called in its place."""
    return shutil.which(program, path=path_without_scripts())


def replace(script, text):
    """At once: another process may do the same."""
    if not script.is_symlink() and script.exists() and script.read_text() == text:
        return
    new = script.with_name(f'{script.name}.{os.getpid()}')
    new.write_text(text)
    new.chmod(0o755)
    new.replace(script)
