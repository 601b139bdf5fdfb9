"""Modules from text that wat2wasm cannot read, by npm's binaryen. Its start takes a second of processor time: each text is assembled once."""
import subprocess

from support import npm
from support.kept import keep

VERSION = '132.0.0'


def tool(name):
    return npm.install('binaryen', VERSION) / 'bin' / name


def assemble(source, goal, *flags):
    """Writes the module made of the text in the file `source` to `goal`, which is returned."""
    def make(made):
        subprocess.run(['node', tool('wasm-as'), '-all', *flags, source, '-o', made], check=True)
    return keep(goal, ['wasm-as', VERSION, *flags, source.read_text()], make)
