#!/usr/bin/env python3
"""Runs the official WebAssembly test suite against wasmelt.

Every module of a script is translated, compiled to an object, linked with the others, loaded and instantiated
through the public embedding API (runner.c); what the script asserts is checked there. Modules that must be
rejected go to `wasmelt validate`.

The suite, which get.py makes, is looked for in --suite, $WASMELT_SPEC_SUITE, spec-tests/suite and
../shared/spec-suite: a folder with index.json and the scripts, or suite.tar.xz with them.
"""
import argparse
import collections
import concurrent.futures
import glob
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
HOW_TO_GET = """the official suite was not run, as it is not here. To make it, from its repositories or from folders of .wast files:
  spec-tests/get.py        (what it takes: spec-tests/get.py --help)"""

SKIP_TEXT = 'text format: wasmelt reads binaries'
TRANSLATE_SECONDS = 600  # for one module, its C compiler included
LINK_SECONDS = 300       # for all modules of a script
VALIDATE_SECONDS = 300   # for all modules of a script that must be rejected


class SuiteMissing(Exception):
    pass


def run_tool(command, seconds, folder=None):
    """The finished process; when it takes too long, it and all it started are ended and TimeoutExpired goes up with
    what it had printed."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors='replace',
                          start_new_session=True, cwd=folder) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        except BaseException as e:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            if isinstance(e, subprocess.TimeoutExpired):
                raise subprocess.TimeoutExpired(command, seconds, out, err) from None
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


# ---- The suite ----

def find_suite(given):
    places = [given, os.environ.get('WASMELT_SPEC_SUITE'), HERE / 'suite', ROOT.parent / 'shared' / 'spec-suite']
    for place in places:
        if place and (pathlib.Path(place) / 'index.json').is_file():
            return pathlib.Path(place)
    raise SuiteMissing(HOW_TO_GET)


def unpack(suite):
    """The folder that holds the groups; an archive is unpacked once, into the cache."""
    archive = suite / 'suite.tar.xz'
    if not archive.is_file():
        return suite
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()[:16]
    goal = ROOT / '.cache' / f'spec-suite-{digest}'
    if not goal.is_dir():
        goal.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=goal.parent) as scratch:
            with tarfile.open(archive) as tar:
                tar.extractall(pathlib.Path(scratch) / 'suite')
            try:
                os.rename(pathlib.Path(scratch) / 'suite', goal)
            except OSError:  # another process was faster
                if not goal.is_dir():
                    raise
    inner = goal / 'out'
    return inner if inner.is_dir() else goal


def wanted(entry, names):
    return not names or any(n in (entry['group'], f"{entry['group']}/{entry['name']}", f"@{entry['feature']}") for n in names)


# ---- Words of the runner's language (values.h) ----

def hexed(text):
    return 'x' + text.encode('utf-8', 'surrogatepass').hex()


def name_word(name):
    return hexed(name) if name is not None else '-'


def argument(value):
    kind, number = value['type'], value.get('value')
    if number == 'null':
        return f'null:{kind}'
    if kind == 'v128':
        return 'v128:' + b''.join(int(n).to_bytes(4, 'little') for n in number).hex()
    return f'{kind}:{number}'


def lane(number, kind, exact):
    """`exact`: the one NaN that the deterministic profile has, for any."""
    if exact and number.startswith('nan:'):
        return str({'f32': 0x7FC00000, 'f64': 0x7FF8000000000000}[kind])
    return number[4:] if number.startswith('nan:') else number


def result(value, exact=False):
    kind, number = value['type'], value.get('value')
    if kind == 'either':
        return '|'.join(result(v, exact) for v in value['values'])
    if kind == 'refnull' or number == 'null':
        return f'null:{kind}'
    if kind == 'v128':
        return f"v128:{value['lane_type']}:" + ','.join(lane(n, value['lane_type'], exact) for n in number)
    if number is None:
        return f'ref:{kind}'
    return f'{kind}:{lane(number, kind, exact)}'


# ---- The emitted C ----

COMMENTS_AND_STRINGS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"', re.DOTALL)


def has_goto(folder):
    for file in folder.iterdir():
        text = file.read_text(errors='replace')
        if 'goto' in text and re.search(r'\bgoto\b', COMMENTS_AND_STRINGS.sub(' ', text)):
            return True
    return False


# ---- Modules ----

# What became of a module: an object file, whose module has the C name `name`; or the feature that is missing; or why it failed.
Compiled = collections.namedtuple('Compiled', 'name file gap failure', defaults=(None, None, None, None))


class Modules:
    """Translates and compiles each module once: of those in the suite, every third has the bytes of another. Commands name the files
    of the work folder relatively and the same in each run, so that a compiler cache knows them."""

    def __init__(self, config, work):
        self.config, self.work = config, work
        self.level = ([] if config.opt == 'default' else ['-O' + config.opt]) + ['--deterministic'] * config.deterministic + ['--c=plain'] * config.plain
        self.lock = threading.Lock()
        self.results = {}  # by the module's bytes: a future of what became of it

    def get(self, module):
        digest = hashlib.sha256(module.read_bytes()).hexdigest()[:16]
        with self.lock:
            first = digest not in self.results
            result = self.results.setdefault(digest, concurrent.futures.Future())
        if first:
            try:
                result.set_result(self.compile(module, 'm' + digest))
            except BaseException as e:
                result.set_exception(e)
                raise
        return result.result()

    def compile(self, module, name):
        flags = f'-fPIC -fvisibility=hidden -Wall -Wextra -Werror -MD -MF {name}.d'
        try:
            run = run_tool([self.config.wasmelt, module, '--emit=obj', '--imports=named', '--name=' + name, '--keep', name, '-j1',
                            '--cc', self.config.cc, *self.level, '--cflags=' + flags, '-o', name + '.o'], TRANSLATE_SECONDS, self.work)
        except subprocess.TimeoutExpired:
            return Compiled(failure=f'translating and compiling took more than {TRANSLATE_SECONDS} s')
        message = run.stderr.strip()
        if run.returncode == 0 and not has_goto(self.work / name):
            return Compiled(name, self.work / (name + '.o'))
        if run.returncode == 1 and 'error: not supported: ' in message:
            return Compiled(gap=message.split('not supported: ')[1].split(' (')[0].split(':')[0])
        why = message[:2000] or f'wasmelt ended with status {run.returncode}'
        return Compiled(failure=why if run.returncode else 'the emitted C has a goto')


# ---- One script ----

class Script:
    """Gets a script's modules compiled, links them and makes the runner's commands from its own."""

    def __init__(self, config, entry, folder, work, modules):
        self.config, self.entry, self.folder, self.work, self.modules = config, entry, folder, work, modules
        self.stale = {s['line'] for s in entry.get('stale', ())}
        self.gaps = {}      # reason of each gap met, with the message
        self.outcomes = []  # (line, type, outcome, reason)
        self.lines = []
        self.pending = []   # (line, type) of commands given to the runner, in order
        self.rejects = []
        self.objects = {}   # C name of a module: its object file

    def note(self, command, outcome, reason=''):
        self.outcomes.append((command['line'], command['type'], outcome, reason))

    def compile(self, command):
        """The C name of a command's module, or None; or the feature that is missing, or None."""
        made = self.modules.get(self.folder / command['filename'])
        if made.failure:
            self.note(command, 'fail', made.failure)
        if made.name:
            self.objects[made.name] = made.file
        return made.name, made.gap

    def emit(self, command, *words):
        self.lines.append(' '.join(str(w) for w in words))
        self.pending.append((command['line'], command['type']))

    def module(self, command, verb):
        name = name_word(command.get('name'))
        module, gap = self.compile(command)
        if module:
            self.emit(command, verb, command['line'], name, module)
        elif gap:
            self.emit(command, 'gap', command['line'], name, hexed(gap))
        else:
            self.lines.append(f"gap {command['line']} {name} {hexed('(its module failed)')}")

    def failing_module(self, command):
        verb = 'unlinkable' if command['type'] == 'assert_unlinkable' else 'uninstantiable'
        module, gap = self.compile(command)
        if module:
            self.emit(command, verb, command['line'], hexed(command['text']), module)
        elif gap:
            self.note(command, 'gap', gap)

    def action(self, command, how):
        action = command['action']
        where = name_word(action.get('module')), hexed(action['field'])
        expected = command.get('expected', []) if how == 'return' else []
        is_exact = self.config.deterministic and 'neg' not in action['field']  # f64x2.neg of a canonical NaN may have either sign
        results = [result(v, is_exact) for v in expected]
        if action['type'] == 'get':
            self.emit(command, 'get', command['line'], *where, '=', *results)
        else:
            self.emit(command, 'invoke', command['line'], how, hexed(command.get('text', '')), *where,
                      *[argument(v) for v in action['args']], '=', *results)

    def prepare(self, commands):
        actions = {'action': 'action', 'assert_return': 'return', 'assert_trap': 'trap',
                   'assert_exhaustion': 'exhaustion', 'assert_exception': 'exception'}
        for c in commands:
            kind = c['type']
            if c['line'] in self.stale:
                self.note(c, 'skip', 'stale: ' + next(s['why'] for s in self.entry['stale'] if s['line'] == c['line']))
            elif kind == 'module':
                self.module(c, 'module')
            elif kind == 'module_definition':
                self.module(c, 'define')
            elif kind == 'module_instance':
                self.emit(c, 'instance', c['line'], name_word(c.get('instance')), name_word(c.get('module')))
            elif kind == 'register':
                self.lines.append(f"register {c['line']} {name_word(c.get('name'))} {hexed(c['as'])}")
            elif kind in actions:
                self.action(c, actions[kind])
            elif kind in ('assert_unlinkable', 'assert_uninstantiable'):
                self.failing_module(c)
            elif kind == 'thread':
                shared = name_word(c.get('shared_module'))
                self.lines.append(f"thread {c['line']} {name_word(c['name'])} {shared}")
                self.prepare(c['commands'])
                self.lines.append('end')
            elif kind == 'wait':
                self.emit(c, 'wait', c['line'], name_word(c['thread']))
            elif c.get('module_type') == 'text':
                self.note(c, 'skip', SKIP_TEXT)
            elif kind.endswith('_custom'):
                self.note(c, 'skip', 'custom sections are not checked')
            else:
                self.rejects.append(c)

    def check_rejects(self):
        """Modules that must be rejected, and for the reason that the script gives. Ours reads the functions' bodies
        when it validates them and types' indices when it decodes them, so the other class is right if the message
        begins like the script's, or the body just ended."""
        if not self.rejects:
            return
        files = [str(self.folder / c['filename']) for c in self.rejects]
        end = 'no answer'
        try:
            run = run_tool([self.config.wasmelt, 'validate', '--list', *files], VALIDATE_SECONDS)
            out = run.stdout
            if run.returncode not in (0, 1):
                end = f'the validator ended with status {run.returncode}: {run.stderr.strip()[-500:]}'
        except subprocess.TimeoutExpired as e:
            out, end = e.stdout, f'the validator took more than {VALIDATE_SECONDS} s'
        verdicts = dict(line.split(': ', 1) for line in out.splitlines() if ': ' in line)
        for c, file in zip(self.rejects, files):
            found, _, message = verdicts.get(file, end).partition(': ')
            wanted = c['type'].removeprefix('assert_')
            reasons = c['text'].split()[0], 'unexpected end'
            if found == wanted or found in ('malformed', 'invalid') and message.startswith(reasons):
                self.note(c, 'pass')
            else:
                self.note(c, 'fail', f"{verdicts.get(file, end)}, but it is {wanted}: {c['text']}")

    def link(self, goal):
        """Whether there is a shared object with all modules of the script; or a program with the runner as well."""
        whole = self.config.whole
        rest = [*whole, '-static'] if whole else ['-shared', '-Wl,--as-needed']
        try:
            run = run_tool([*shlex.split(self.config.cc), '-o', goal, *self.objects.values(), *rest, '-lm'], LINK_SECONDS)
            why = run.stderr.strip()[:2000] if run.returncode else None
        except subprocess.TimeoutExpired:
            why = f'linking took more than {LINK_SECONDS} s'
        if why is not None:
            self.outcomes.append((0, 'script', 'fail', why or 'the linker failed'))
        return why is None

    def run_commands(self):
        if not self.lines:
            return
        script, linked = self.work / 'script', self.work / ('whole.exe' if self.config.whole else 'modules.so')
        script.write_text('\n'.join(self.lines) + '\n')
        if not self.link(linked):
            return
        end = ''
        try:
            program = [linked] if self.config.whole else []
            run = run_tool([*self.config.runner, *program, script, linked], self.config.timeout)
            out = run.stdout
            if not out.endswith('done\n') or run.returncode != 0:
                end = f'the runner ended with status {run.returncode}: {run.stderr.strip()[-500:]}'
        except subprocess.TimeoutExpired as e:
            out, end = e.stdout, f'the runner took more than {self.config.timeout} s'
        answers = collections.defaultdict(collections.deque)
        for line in out.splitlines():
            number, _, rest = line.partition(' ')
            if number.isdigit():
                answers[int(number)].append(rest)
        for number, kind in self.pending:
            answer = answers[number].popleft() if answers[number] else 'fail ' + (end or 'no answer')
            what, _, reason = answer.partition(' ')
            self.outcomes.append((number, kind, 'pass' if what == 'ok' else what, reason))
        if end and all(o[2] != 'fail' for o in self.outcomes):
            self.outcomes.append((0, 'script', 'fail', end))

    def run(self):
        commands = json.loads((self.folder / f"{self.entry['name']}.json").read_text())['commands']
        self.prepare(commands)
        self.check_rejects()
        self.run_commands()
        return self.outcomes


def run_script(config, entry, base, modules):
    with tempfile.TemporaryDirectory(prefix='wasmelt-spec-') as work:
        try:
            folder = base / entry['group'] / entry['name']
            return Script(config, entry, folder, pathlib.Path(work), modules).run()
        except (OSError, KeyError, ValueError) as e:
            return [(0, 'script', 'fail', f'{type(e).__name__}: {e}')]


# ---- Reports ----

COLUMNS = ('pass', 'fail', 'gap', 'skip')


def count_outcomes(results, feature_of):
    rows = collections.defaultdict(collections.Counter)
    for (group, name), outcomes in results.items():
        for _, kind, outcome, _ in outcomes:
            rows[group, feature_of[group, name]][outcome] += 1
    return rows


def print_table(rows):
    print(f"{'group':18} {'feature':18}" + ''.join(f'{c:>8}' for c in COLUMNS) + f"{'total':>8}")
    total = collections.Counter()
    for (group, feature), counts in sorted(rows.items()):
        print(f'{group:18} {feature:18}' + ''.join(f'{counts[c]:8}' for c in COLUMNS) + f'{sum(counts.values()):8}')
        total.update(counts)
    print(f"{'total':37}" + ''.join(f'{total[c]:8}' for c in COLUMNS) + f'{sum(total.values()):8}')
    return total


def print_reasons(results, outcome, title):
    reasons = collections.Counter(r for outcomes in results.values() for _, _, o, r in outcomes if o == outcome)
    if reasons:
        print(f'\n{title}:')
        for reason, count in reasons.most_common():
            print(f'{count:8}  {reason}')
    return reasons


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('names', nargs='*', metavar='GROUP[/NAME]|@FEATURE',
                        help='what to run: groups, scripts, or those of a feature as index.json has it (default: everything)')
    parser.add_argument('--suite', help='folder with index.json')
    parser.add_argument('--build', default=os.environ.get('WASMELT_BUILD', ROOT / 'build'), help='build folder')
    parser.add_argument('--cc', default='gcc', help='C compiler')
    parser.add_argument('--opt', default='1', help='its optimisation level, or default: that of wasmelt')
    parser.add_argument('--deterministic', action='store_true', help='modules are translated so, and NaNs have one pattern of bits')
    parser.add_argument('--plain', action='store_true', help='modules are translated with --c=plain; what that has not is a gap')
    parser.add_argument('--runner', help='command that runs what --cc compiles for: an emulator with its spec-runner')
    parser.add_argument('--whole', metavar='FILES', help="for systems whose shared objects cannot leave functions to the program: what a "
                        "script's modules are linked with to a program, namely the runner and the runtime; --runner then runs programs")
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--timeout', type=int, default=120, help='seconds for one script to run')
    parser.add_argument('--json', help='write every outcome there')
    parser.add_argument('--verbose', action='store_true', help='name each script as it ends')
    config = parser.parse_args()
    build = pathlib.Path(config.build).resolve()
    config.wasmelt = build / 'bin' / 'wasmelt'
    config.whole = [file for word in shlex.split(config.whole or '') for file in glob.glob(word) or [word]]
    config.runner = shlex.split(config.runner) if config.runner else [build / 'bin' / 'spec-runner']
    if shutil.which(config.cc.split()[0]) is None:
        sys.exit(f'{config.cc}: not found')
    try:
        suite = find_suite(config.suite)
    except SuiteMissing as e:
        sys.exit(str(e))
    if not (build / 'CMakeCache.txt').exists():
        subprocess.run(['cmake', '-S', ROOT, '-B', build], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(['cmake', '--build', build, '--target', 'wasmelt', 'spec-runner'], check=True,
                   stdout=subprocess.DEVNULL)
    base = unpack(suite)
    entries = [e for e in json.loads((suite / 'index.json').read_text()) if wanted(e, config.names)]
    if not entries:
        sys.exit('no such group or script: ' + ' '.join(config.names))
    feature_of = {(e['group'], e['name']): e['feature'] for e in entries}
    results = {}
    with tempfile.TemporaryDirectory(prefix='wasmelt-spec-') as work, concurrent.futures.ThreadPoolExecutor(config.jobs) as pool:
        modules = Modules(config, pathlib.Path(work))
        jobs = {pool.submit(run_script, config, e, base, modules): e for e in entries}
        for job in concurrent.futures.as_completed(jobs):
            e = jobs[job]
            results[e['group'], e['name']] = job.result()
            failed = sum(o[2] == 'fail' for o in job.result())
            if config.verbose or failed:
                print(f"{e['group']}/{e['name']}: {failed} failed of {len(job.result())}", flush=True)
    for (group, name), outcomes in sorted(results.items()):
        for line, kind, outcome, reason in outcomes:
            if outcome == 'fail':
                print(f"FAILED {group}/{name}:{line} {kind}: {reason.splitlines()[0] if reason else ''}")
    total = print_table(count_outcomes(results, feature_of))
    print_reasons(results, 'skip', 'Skipped')
    met = print_reasons(results, 'gap', 'Gaps: modules that are not translated')
    if config.json:
        rows = [{'group': g, 'name': n, 'line': o[0], 'type': o[1], 'outcome': o[2], 'reason': o[3]}
                for (g, n), outcomes in sorted(results.items()) for o in outcomes]
        pathlib.Path(config.json).write_text(json.dumps(rows, indent=0))
    print(f"{total['pass']} passed, {total['fail']} failed, {total['gap']} gaps, {total['skip']} skipped")
    return 1 if total['fail'] or met else 0


if __name__ == '__main__':
    sys.exit(main())
