"""What takes a compiler or an assembler long, and comes out the same each time, is made once, into .cache/assembled: modules, for the most part.
What ccache does for C (compiled.py)."""
import functools
import hashlib
import os
import pathlib
import shutil
import tempfile

from support import compiled

KEPT = compiled.ROOT / '.cache' / 'assembled'


@functools.lru_cache(maxsize=None)
def versions(*programs):
    """Tells these programs, or files, from other versions of them: text for a key."""
    found = []
    for program in programs:
        path = pathlib.Path(compiled.find(program) or program)
        if path.exists():
            found.append((program, path.stat().st_size, path.stat().st_mtime_ns))
    return repr(found)


def keep(goal, key, make):
    """The file `goal`, made by make(PATH) unless there was one before of this key, texts that say all that it depends on."""
    digest = hashlib.sha256('\0'.join(map(str, key)).encode()).hexdigest()
    kept = KEPT / f'{digest}{goal.suffix}'
    if not kept.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
            made = pathlib.Path(scratch) / goal.name
            make(made)
            os.replace(made, kept)
    shutil.copyfile(kept, goal)
    return goal
