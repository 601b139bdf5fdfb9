"""The example of a host with a library that is garbage collected: its text needs another assembler than wat2wasm."""
import pathlib
import subprocess

from support import binaryen

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / 'examples' / 'objects'


def test_objects_are_kept_by_handles(run_wasmelt, wasmelt, runtime_archive, cc, tmp_path):
    done = run_wasmelt(binaryen.assemble(EXAMPLE / 'notes.wat', tmp_path / 'notes.wasm'), '--emit=lib', '--cc', cc, '-o', tmp_path / 'libnotes.a')
    assert (done.returncode, done.stderr) == (0, '')
    include = EXAMPLE.parents[1] / 'include'
    subprocess.run([cc, '-Wall', '-Wextra', '-Werror', f'-I{include}', f'-I{tmp_path}', EXAMPLE / 'host.c', tmp_path / 'libnotes.a', runtime_archive,
                    '-lpthread', '-lm', '-o', tmp_path / 'host'], check=True)
    ran = subprocess.run([tmp_path / 'host'], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.splitlines()) == (0, [
        'kept: note 0', 'kept: note 1', 'kept: note 2', '200000 notes, 1001 deep: all in 32 MiB', 'left: less than 64 KiB: yes; collected: yes'])
