"""Nothing of what a heap holds is left behind: a few seconds of the hour (docs/testing.md)."""
import subprocess
import sys

from support.npm import ROOT


def test_a_few_seconds_of_churn(build, cc):
    command = [sys.executable, ROOT / 'tests/churn/run.py', '--seconds', '8', '--samples', '8', '--cc', cc, '--build', build]
    r = subprocess.run(command, capture_output=True, text=True)
    assert r.returncode == 0 and r.stdout.endswith('flat\n'), r.stdout + r.stderr
