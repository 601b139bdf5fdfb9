"""What tests have compiled before is not compiled again: not by another test, another run or the run with the other compiler.

ccache keeps it, by what the compiler would read: a change in the emitted C, in a header or in flags compiles. Where it is not
installed everything is compiled. $CCACHE_DIR says where (.cache/ccache), CCACHE_DISABLE=1 does without.
"""
import os
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]


def set_up():
    """For this process and those that it starts. CMake takes the launcher where it configures a folder for the first time."""
    if shutil.which('ccache'):
        os.environ.setdefault('CCACHE_DIR', str(ROOT / '.cache' / 'ccache'))
        os.environ.setdefault('CCACHE_MAXSIZE', '3G')
        os.environ.setdefault('CCACHE_DEPEND', '1')  # with -MD, what is not there yet is not preprocessed first
        os.environ.setdefault('CMAKE_C_COMPILER_LAUNCHER', 'ccache')


def cached(compiler):
    """The command, as one string, that compiles with this compiler what is not there yet. The cache knows a file again by its path, too:
    give wasmelt's --keep a relative one."""
    return f'ccache {compiler}' if shutil.which('ccache') else compiler
