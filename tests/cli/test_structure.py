"""The folders of the translator include each other in one direction only, as docs/architecture.md draws it."""
import collections
import pathlib
import re

import pytest

pytestmark = pytest.mark.once  # nothing is compiled

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRANSLATOR = ROOT / 'translator'
RUNTIME = ROOT / 'runtime'

# What each folder may include, beside itself.
ALLOWED = {
    'base': {'runtime'},
    'system': {'base'},
    'wasm': {'base', 'runtime'},
    'read': {'base', 'system', 'wasm', 'runtime'},
    'validate': {'base', 'wasm', 'read', 'runtime'},
    'component': {'base', 'wasm', 'read', 'validate'},
    'debug': {'base', 'wasm', 'read', 'runtime'},
    'options.h': set(),
    'lower': {'base', 'wasm', 'read', 'runtime', 'options.h'},
    'translate.h': {'base', 'wasm', 'options.h'},
    'emit': {'base', 'system', 'wasm', 'read', 'debug', 'lower', 'translate.h'},
    'translate.c': {'base', 'system', 'wasm', 'debug', 'lower', 'emit', 'translate.h'},
    'canon': {'base', 'component', 'emit', 'runtime', 'translate.h'},
    'inspect': {'base', 'wasm', 'read', 'component', 'runtime', 'translate.h'},
    'driver': {'base', 'system', 'wasm', 'read', 'validate', 'component', 'debug', 'lower', 'emit', 'canon', 'inspect', 'runtime',
               'translate.h'},
}
# Of the runtime: what both must agree on, and three pieces of code that both are built with.
FACTS = 'facts/'
CODE = {'component/wave_begin.h', 'dwarf_line.h', 'plain.h'}


def included():
    """(FOLDER, what it includes, where), of all files."""
    for path in sorted(TRANSLATOR.rglob('*')):
        if path.suffix not in ('.c', '.h', '.def'):
            continue
        folder = path.relative_to(TRANSLATOR).parts[0]
        for name in re.findall(r'#include "([^"]+)"', path.read_text()):
            first = name.split('/')[0]
            yield folder, 'runtime' if first == '..' else first, f'{path.relative_to(TRANSLATOR)} includes {name}'


def test_includes_go_in_one_direction():
    assert [where for folder, target, where in included() if target != folder and target not in ALLOWED[folder]] == []


def test_the_list_has_nothing_that_is_not_so():
    found = collections.defaultdict(set)
    for folder, target, _ in included():
        found[folder].add(target)
    unused = {(folder, target) for folder, targets in ALLOWED.items() for target in targets - found[folder]}
    assert unused <= {('translate.c', 'base'), ('translate.c', 'wasm')}


def test_there_is_no_cycle():
    order = list(ALLOWED)
    for folder, targets in ALLOWED.items():
        assert all(order.index(target) < order.index(folder) for target in targets - {'runtime'}), folder


def test_of_the_runtime_only_what_both_must_agree_on_is_included():
    names = {where.rsplit('../runtime/', 1)[-1] for _, target, where in included() if target == 'runtime'}
    facts = {name for name in names if name.startswith(FACTS)}
    assert names - facts == CODE
    assert facts >= {FACTS + path.name for path in (RUNTIME / FACTS).glob('*.h')}


def test_each_fact_is_used_by_the_runtime_too_and_includes_nothing_of_it():
    sources = [p for p in RUNTIME.rglob('*') if p.suffix in ('.c', '.h')]
    used = {name for p in sources for name in re.findall(r'#include "(?:\.\./)?facts/([^"]+)"', p.read_text())}
    for path in (RUNTIME / FACTS).glob('*.h'):
        assert path.name in used
        assert [name for name in re.findall(r'#include "([^"]+)"', path.read_text()) if '/' in name] == []


def test_only_the_driver_starts_processes_or_opens_files_by_name():
    """Printing goes to streams that are handed on; translate.c opens the C files that it writes."""
    calls = re.compile(r'\b(process_\w+|goal_open|system_(open|remove|list|make|pass)\w*|fork|execv\w*|posix_spawn\w*|open|openat'
                       r'|fopen|unlink|rename)\(')
    outside = [str(p.relative_to(TRANSLATOR)) for p in sorted(TRANSLATOR.rglob('*.c'))
               if p.relative_to(TRANSLATOR).parts[0] not in ('driver', 'system') and calls.search(p.read_text())]
    assert outside == ['translate.c']


def test_what_is_written_depends_on_no_order_of_equal_elements():
    """qsort keeps them in order in some C libraries only (base/sort.h)."""
    assert [path for path in TRANSLATOR.rglob('*.c') if re.search(r'\bqsort(_r)?\(', path.read_text())] == []


# Headers that every system has: those of C, threads, and what compilers bring.
PORTABLE = set('assert complex ctype errno float inttypes limits locale math setjmp stdalign stdarg stdatomic stdbool stddef stdint '
               'stdio stdlib stdnoreturn string time pthread unwind sanitizer/asan_interface'.split())

def headers(path):
    return set(re.findall(r'#include <([^>]+)\.h>', path.read_text()))


def asking(root):
    """The files that include another header of angle brackets than those that every system has."""
    return {str(path.relative_to(root)) for path in root.rglob('*.[ch]')
            if {name for name in headers(path) if not name.startswith('wasmelt/')} - PORTABLE}


def test_what_the_system_offers_is_asked_for_in_one_folder():
    assert {name for name in asking(RUNTIME) if not name.startswith('system/')} == set()
    outside = {name for name in asking(TRANSLATOR) if not name.startswith('system/')}
    assert outside == {'base/forget.h', 'driver/cache_posix.c', 'driver/hash.c', 'options.h'}  # a sanitizer, libsodium, sig_atomic_t


def test_each_file_for_a_system_is_compiled_only_there():
    """All of them are handed to the compiler everywhere, so that nobody who builds the runtime has to choose."""
    guards = {'linux': '#if defined(__linux__)', 'posix': '#if !defined(_WIN32)', 'windows': '#if defined(_WIN32)',
              'other': '#if !defined(__linux__)', 'mac': '#if defined(__APPLE__)', 'none': '#if defined(_WIN32) || ',
              'small': '#include <wasmelt/target.h>\n\n#if WASMELT_SMALL_SYSTEM\n'}
    for path in [*(RUNTIME / 'system').glob('*_*.c'), *(TRANSLATOR / 'system').glob('*_*.c')]:
        code = re.sub(r'\A/\*.*?\*/\n', '', path.read_text(), flags=re.S)
        assert code.startswith(guards[path.stem.rsplit('_', 1)[1]]) and code.endswith('#endif\n'), path
