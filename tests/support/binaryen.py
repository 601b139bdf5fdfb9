"""Modules from text that wat2wasm cannot read, by npm's binaryen. Its start takes a second of processor time: each text is assembled once,
into .cache."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from support import npm

VERSION = '132.0.0'
CACHE = pathlib.Path(__file__).resolve().parents[2] / '.cache' / 'assembled'


def tool(name):
    return npm.install('binaryen', VERSION) / 'bin' / name


def assemble(source, goal, *flags):
    """Writes the module made of the text in the file `source` to `goal`, which is returned."""
    key = '\0'.join([VERSION, *flags]).encode() + b'\0' + source.read_bytes()
    kept = CACHE / f'{hashlib.sha256(key).hexdigest()}.wasm'
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            made = pathlib.Path(scratch) / 'made.wasm'
            subprocess.run(['node', tool('wasm-as'), '-all', *flags, source, '-o', made], check=True)
            os.replace(made, kept)
    shutil.copy(kept, goal)
    return goal
