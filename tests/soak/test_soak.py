"""Whatever threads do with instances, nothing is left behind: ten seconds of the hour (docs/testing.md)."""
import subprocess
import sys

from support.npm import ROOT


def test_ten_seconds(build, cc):
    command = [sys.executable, ROOT / 'tests/soak/run.py', '--seconds', '8', '--rounds', '8', '--cc', cc, '--build', build]
    r = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert r.returncode == 0 and r.stdout.endswith('flat\n'), r.stdout + r.stderr
