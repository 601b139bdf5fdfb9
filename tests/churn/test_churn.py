"""Nothing of what a heap holds is left behind: a few seconds of the hour (docs/testing.md)."""
import subprocess
import sys

from support.npm import ROOT

import pytest


@pytest.mark.once
def test_a_few_seconds_of_churn(build, cc):
    # Medians of eight samples each are compared: of two, a single one taken beside a large heap would decide.
    command = [sys.executable, ROOT / 'tests/churn/run.py', '--seconds', '8', '--samples', '24', '--cc', cc, '--build', build]
    r = subprocess.run(command, capture_output=True, text=True)
    assert r.returncode == 0 and r.stdout.endswith('flat\n'), r.stdout + r.stderr
