"""A prefix that Wasmelt was installed to."""
import pytest

from support import package


@pytest.fixture(scope='session')
def installed(build):
    """The same folder in each run, so that the compiler cache knows what was compiled there. Tests only read it."""
    return package.installed(build, build / 'prefix-of-tests')
