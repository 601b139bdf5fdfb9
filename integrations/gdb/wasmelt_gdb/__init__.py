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


class GuestError(Exception):
    """What cannot be done, in words for the user."""
