"""Guests of hosts that are not written in C: --emit=ffi and wasmelt/ffi.h, and the examples in Python and Go."""
import pathlib
import re
import shutil
import subprocess
import sys
import textwrap

import pytest

from support.package import installed

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / 'examples'
PYTHON = '/usr/bin/python3'


@pytest.fixture(scope='module')
def package(build, tmp_path_factory):
    return installed(build, tmp_path_factory.mktemp('package'))


def commands(file, mark):
    """The commands in the comment at the beginning of an example."""
    text = file.read_text().split('\n\n', 3)
    lines = re.findall(rf'^{mark}(?:    |\t) *(.*)$', (EXAMPLES / file).read_text()[:1200], re.M)
    return ' '.join(lines).replace(' \\ ', ' ') if not text else '\n'.join(lines)
