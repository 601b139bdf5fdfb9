"""A prefix that Wasmelt was installed to."""
import subprocess

import pytest


@pytest.fixture(scope='session')
def installed(build, tmp_path_factory):
    prefix = tmp_path_factory.mktemp('prefix')
    subprocess.run(['cmake', '--install', build, '--prefix', prefix], check=True, stdout=subprocess.DEVNULL)
    return prefix
