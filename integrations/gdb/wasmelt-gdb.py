"""Shows the source variables of WebAssembly modules that were translated with `wasmelt -g`. gdb loads this script by
itself (docs/guide-debug.md)."""
import os
import sys


def _load():
    # Not __file__, which gdb does not set before version 14.
    directory = os.path.dirname(os.path.realpath(_load.__code__.co_filename))
    if directory not in sys.path:
        sys.path.insert(0, directory)
    import wasmelt_gdb.commands
    wasmelt_gdb.commands.register()


_load()
