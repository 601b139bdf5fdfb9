"""Installing Wasmelt, for tests of what is installed."""
import fcntl
import pathlib
import re
import subprocess


def installed(build, prefix):
    """The folder `prefix` with what is installed in it, and nothing else: one process at a time."""
    prefix.mkdir(exist_ok=True)
    with open(build / '.installing', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = subprocess.run(['cmake', '--install', build, '--prefix', prefix], check=True, capture_output=True, text=True).stdout
        files = {pathlib.Path(path) for path in re.findall(r'^-- (?:Installing|Up-to-date): (.+)$', said, re.M)}
        for file in prefix.rglob('*'):
            if not file.is_dir() and file not in files:
                file.unlink()
    return prefix
