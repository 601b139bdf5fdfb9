"""--processor-time[=LINES]: what tests cost, in seconds of processor time: their own and that of the commands that they waited for.

A fixture is paid by the test that asks first: so there is a table of fixtures beside those of tests and of files. Works with -n too:
each report carries its figures. A fixture's time is without that of the fixtures that it asks for in its turn by getfixturevalue;
those that it names as arguments are made before it. What outlives a test is not counted.
"""
import collections
import os

import pytest

LINES = 25


def processor_time():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def pytest_addoption(parser):
    parser.addoption('--processor-time', nargs='?', type=int, const=LINES, metavar='LINES',
                     help=f'the LINES (default {LINES}) files, tests and fixtures that take most processor time')


class Meter:
    """Measures; in the process that prints, also adds up what reports say."""

    def __init__(self, lines):
        self.lines = lines
        self.fixtures = []  # (name, seconds) of the phase that is running
        self.inner = [0.0]  # seconds of the fixtures made inside the one that is being made
        self.began = 0.0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self):
        self.began = processor_time()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        began = processor_time()
        self.inner.append(0.0)
        yield
        seconds = processor_time() - began
        self.fixtures.append((f'{fixturedef.argname} ({fixturedef.scope})', seconds - self.inner.pop()))
        self.inner[-1] += seconds

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self):
        report = (yield).get_result()
        now = processor_time()
        report.processor_time, report.processor_time_of_fixtures = now - self.began, self.fixtures
        self.began, self.fixtures = now, []

    def pytest_terminal_summary(self, terminalreporter):
        tests, files, functions, fixtures = (collections.Counter() for _ in range(4))
        for reports in terminalreporter.stats.values():
            for report in reports:
                if not hasattr(report, 'processor_time'):
                    continue
                tests[report.nodeid] += report.processor_time
                files[report.nodeid.split('::')[0]] += report.processor_time
                functions[report.nodeid.split('[')[0]] += report.processor_time
                for name, seconds in report.processor_time_of_fixtures:
                    fixtures[name] += seconds
        for what, seconds in (('files', files), ('functions, with all their parameters', functions), ('tests', tests),
                              ('fixtures', fixtures)):
            terminalreporter.section(f'processor time of {what}: {sum(seconds.values()):.1f} s')
            for name, taken in seconds.most_common(self.lines):
                terminalreporter.write_line(f'{taken:8.2f}  {name}')


def pytest_configure(config):
    lines = config.getoption('--processor-time')
    if lines is not None:
        config.pluginmanager.register(Meter(lines), 'processor-time')
