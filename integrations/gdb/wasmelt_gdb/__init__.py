"""The source variables of WebAssembly modules in gdb.

binary      the sections of a module
dwarf       units and entries of its debug information
lines       its line tables
places      where a variable is: expressions of DWARF
types       types of variables
values      values of these types: members, elements, arithmetic, and how they are printed
expressions what the user writes
scopes      which variables there are at an address of the module
process     the stopped process: functions, locals and memory of modules in gdb's frames
commands    gdb's commands

Only process and commands need gdb. Nothing here changes the process.
"""
import contextlib


class GuestError(Exception):
    """What cannot be done, in words for the user."""


@contextlib.contextmanager
def careful():
    """Debug information may be damaged in any way. What Python says of that becomes a GuestError."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, UnicodeError, ValueError) as error:
        raise GuestError(f'the debug information makes no sense ({type(error).__name__}: {error})') from None
