"""Pinned packages from npm, in .cache (or $WASMELT_NPM_CACHE): each is fetched once and shared by all tests."""
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get('WASMELT_NPM_CACHE', ROOT / '.cache' / 'npm'))


def install(name, version):
    """The folder of the package's files, downloaded if it is not there yet. Dependencies are not installed."""
    goal = CACHE / f"{name.replace('/', '+')}@{version}"
    if goal.is_dir():
        return goal
    if shutil.which('npm') is None:
        raise RuntimeError('npm is needed to download test modules')
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        subprocess.run(['npm', 'pack', '--loglevel=error', f'{name}@{version}', '--pack-destination', scratch], check=True,
                       stdout=subprocess.DEVNULL)
        archive, = pathlib.Path(scratch).glob('*.tgz')
        unpacked = pathlib.Path(scratch) / 'unpacked'
        unpacked.mkdir()
        subprocess.run(['tar', 'xzf', archive, '-C', unpacked, '--strip-components=1'], check=True)
        try:
            unpacked.rename(goal)
        except OSError:  # another process was faster
            if not goal.is_dir():
                raise
    return goal
