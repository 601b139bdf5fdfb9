"""Runs a command and says what it cost."""
import collections
import os
import signal
import subprocess
import tempfile
import time

# Seconds elapsed, seconds of processor time (user and system), peak resident bytes, seconds of processor time without the system's.
Cost = collections.namedtuple('Cost', 'status output errors wall cpu memory user')


class Failed(Exception):
    """A command that had to succeed did not."""


def run(command, cwd=None, timeout=600):
    """Runs the command to its end or to the timeout, when its status is None. Costs include its children that it
    waited for."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        child = subprocess.Popen([str(c) for c in command], cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                 start_new_session=True)
        late = False

        def stop(*_):
            nonlocal late
            late = True
            os.killpg(child.pid, signal.SIGKILL)
        previous = signal.signal(signal.SIGALRM, stop)
        signal.alarm(timeout)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except KeyboardInterrupt:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, previous)
        wall = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return Cost(None if late else child.returncode, out.read().decode(errors='replace'),
                    err.read().decode(errors='replace'), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, usage.ru_utime)


def must(command, **kwargs):
    """Like run, for commands that build things: failure is an exception that shows what they said."""
    cost = run(command, **kwargs)
    if cost.status != 0:
        what = 'ran out of time' if cost.status is None else f'failed with {cost.status}'
        raise Failed(f'{" ".join(str(c) for c in command)} {what}:\n{cost.errors[-2000:]}')
    return cost
