"""What tests made is not made again as long as nothing changes: C by compilers called by name (support/compiled.py), modules (support/kept.py)."""
import os
import shutil
import subprocess

import pytest

import conftest
from support import kept
from support.compiled import SCRIPTS, find
from support.hosts import compile_objects

pytestmark = pytest.mark.once


def hits_and_misses():
    said = subprocess.run(['ccache', '--print-stats'], capture_output=True, text=True, check=True).stdout
    counts = {name: int(value) for name, value in (line.split('\t') for line in said.splitlines())}
    return counts['direct_cache_hit'] + counts['preprocessed_cache_hit'], counts['cache_miss']


@pytest.mark.skipif(not shutil.which('ccache'), reason='ccache is not installed')
def test_a_call_by_name_compiles_once(cc, tmp_path, monkeypatch):
    assert shutil.which(cc) == str(SCRIPTS / cc) != find(cc)
    monkeypatch.setenv('CCACHE_DIR', str(tmp_path / 'cache'))
    monkeypatch.delenv('CCACHE_DISABLE', raising=False)
    results = []
    for name, number, expected in ('first', 1, (0, 1)), ('second', 1, (1, 1)), ('third', 2, (1, 2)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / 'host.h').write_text(f'enum {{ NUMBER = {number} }};\n')
        (folder / 'host.c').write_text('#include "host.h"\nint main(void) { return NUMBER; }\n')
        made, = compile_objects([cc, '-g', '-I.'], [folder / 'host.c'], folder / 'objects')
        subprocess.run([cc, made, '-o', folder / 'host'], check=True)
        results.append(subprocess.run([folder / 'host']).returncode)
        assert hits_and_misses() == expected
    assert results == [1, 1, 2]


def test_no_object_replaces_another(tmp_path):
    sources = [tmp_path / name / 'x.c' for name in ('a', 'b', 'other/b')]
    for number, source in enumerate(sources):
        source.parent.mkdir(parents=True)
        source.write_text(f'int x{number};\n')
    made = compile_objects(['gcc'], sources[:2], tmp_path / 'objects')
    assert [f'x{number}'.encode() in path.read_bytes() for path in made for number in (0, 1)] == [True, False, False, True]
    with pytest.raises(AssertionError):
        compile_objects(['gcc'], sources, tmp_path / 'others')


def test_what_is_kept_is_made_once_for_each_key(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, 'KEPT', tmp_path / 'kept')
    made = []

    def get(*key):
        def make(goal):
            made.append(key)
            goal.write_text(' '.join(key))
        return kept.keep(tmp_path / 'goal', key, make).read_text()
    assert [get('a', 'b'), get('a'), get('a', 'b'), get('ab')] == ['a b', 'a', 'a b', 'ab']
    assert made == [('a', 'b'), ('a',), ('ab',)]


def test_versions_know_a_program_that_changed(tmp_path, monkeypatch):
    program = tmp_path / 'assembler'
    program.write_text('#!/bin/sh\n')
    program.chmod(0o755)
    monkeypatch.setenv('PATH', f'{tmp_path}{os.pathsep}{os.environ["PATH"]}')
    before = kept.versions('assembler')
    kept.versions.cache_clear()
    assert kept.versions('assembler') == before
    program.write_text('#!/bin/sh\nexit 0\n')
    kept.versions.cache_clear()
    assert kept.versions('assembler') != before


def test_the_files_that_come_first_are_there():
    assert [file for file in conftest.LONGEST if not (conftest.ROOT / file).exists()] == []
