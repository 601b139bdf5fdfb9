"""Library modules from npm in native programs: their results are those of the packages' own JavaScript."""
import base64
import pathlib
import re
import subprocess

import pytest

from support import npm
from support.emitted import WARNINGS

HERE = pathlib.Path(__file__).resolve().parent / 'libraries'
INCLUDE = HERE.parents[2] / 'include'


@pytest.fixture(scope='session')
def make_host(run_wasmelt, build, tmp_path_factory):
    """make_host(SOURCE, {NAME: MODULE}, OPTION, ...): the program made of a host and its modules, once."""
    made = {}

    def make(source, modules, *options):
        if source not in made:
            folder = tmp_path_factory.mktemp('library')
            for name, module in modules.items():
                done = run_wasmelt(module, '--emit=lib', f'--name={name}', '-o', folder / f'lib{name}.a', WARNINGS,
                                   *options, timeout=None)
                assert (done.returncode, done.stderr) == (0, '')
            app = folder / 'host'
            subprocess.run(['gcc', '-g', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror', f'-I{INCLUDE}', f'-I{folder}', HERE / source,
                            *folder.glob('lib*.a'), build / 'lib' / 'libwasmelt_rt.a', '-lpthread', '-lm', '-o', app], check=True)
            made[source] = app
        return made[source]
    return make


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, '')
    return done.stdout


def in_utf16(paths, folder):
    """Copies of text files in the encoding that these libraries take."""
    copies = []
    for path in paths:
        copy = folder / f'{len(copies)}-{path.name}'
        copy.write_bytes(path.read_text().encode('utf-16-le'))
        copies.append(copy)
    return copies


@pytest.fixture(scope='session')
def lexer():
    return npm.install('es-module-lexer', '3.0.5')


@pytest.fixture
def scripts(lexer, tmp_path):
    """JavaScript of all kinds: from packages, and some that is short, wrong or not Latin."""
    texts = [
        'import a, {b as c} from "./\U0001F600\u00e9.js"; export {c as d}; export default a; import("x" + a); import.meta.url',
        'import json from "./a.json" with {type: "json"}; export * as all from "all"; export let x = 1, {y, z} = x;',
        'import {unfinished from "nowhere"',
        '',
    ]
    written = [tmp_path / f'{k}.js' for k in range(len(texts))]
    for path, text in zip(written, texts):
        path.write_text(text)
    packages = [*lexer.glob('dist/*.js'), npm.install('@resvg/resvg-wasm', '2.6.2') / 'index.mjs',
                npm.install('web-tree-sitter', '0.27.1') / 'web-tree-sitter.js']
    return in_utf16([*written, *sorted(packages)], tmp_path)


def test_es_module_lexer(make_host, lexer, node, scripts, tmp_path):
    embedded = re.search(r'A="(AGFzbQ[A-Za-z0-9+/=]*)"', (lexer / 'dist' / 'lexer.minimal.js').read_text()).group(1)
    module = tmp_path / 'lexer.wasm'
    module.write_bytes(base64.b64decode(embedded))
    printed = output(make_host('lexer.c', {'lexer': module}, '-O1'), *scripts)
    assert 'error at ' in printed and 'import type' in printed and 'export at' in printed
    assert printed == output(node, HERE / 'lexer.mjs', lexer, *scripts)


def test_argon2(make_host, node):
    package = npm.install('argon2-browser', '1.18.0')
    jobs = ['0 1024 1 1 password somesalt', '1 256 3 2 p\u00e4ssword-with-accents saltsaltsalt', '2 4096 2 4 x saltsalt',
            '2 30000 1 1 grows-the-memory 0123456789abcdef', '0 1024 1 1 password short']
    words = ' '.join(jobs).split()
    printed = output(make_host('argon2.c', {'argon2': package / 'dist' / 'argon2.wasm'}, '-O1'), *words)
    assert printed.count('verified: 1') == 4 and printed.count('another password: 0') == 4 and 'Salt is too short' in printed
    assert printed == output(node, HERE / 'argon2.cjs', package, *words)


def test_tree_sitter(make_host, lexer, node, scripts, tmp_path):
    package = npm.install('web-tree-sitter', '0.27.1')
    grammars = {name: npm.install(f'tree-sitter-{name}', version) / f'tree-sitter-{name}.wasm'
                for name, version in [('json', '0.24.8'), ('javascript', '0.25.0')]}
    documents = in_utf16([lexer / 'package.json', package / 'package.json'], tmp_path)
    pairs = [word for script in scripts for word in ('javascript', script)] + [word for d in documents for word in ('json', d)]
    host = make_host('tree_sitter.c', {'ts': package / 'web-tree-sitter.wasm', **grammars}, '-O0')
    printed = output(host, *pairs)
    assert '(import_statement' in printed and '(document (object (pair' in printed and 'ERROR' in printed
    assert printed == output(node, HERE / 'tree_sitter.mjs', package, ','.join(map(str, grammars.values())), *pairs)


STATEMENTS = [
    '''
    create table part (id integer primary key, name text not null, price real, parent integer references part);
    insert into part values (1, 'car', 9000.5, null), (2, 'wheel', 120, 1), (3, 'tyre', 80.25, 2), (4, 'valve', null, 3);
    create index by_name on part (name);
    create trigger no_negative before update on part when new.price < 0 begin select raise(abort, 'too cheap'); end;
    select name, printf('%.2f', price), typeof(price) from part order by name desc;
    with recursive tree(id, path) as (select id, name from part where parent is null
      union all select part.id, tree.path || '/' || part.name from part join tree on part.parent = tree.id)
      select reversed(path) from tree order by id;
    with recursive n(k) as (select 1 union all select k + 1 from n where k < 5000)
      insert into part select 100 + k, 'part ' || k, k * 0.75, 1 + k % 4 from n;
    select parent || ': ' || count(*) || ' for ' || printf('%.3f', sum(price)) from part group by parent order by parent;
    select name || ' ' || cast(rank() over (order by price desc) as text) from part order by price desc limit 5;
    select json_group_array(json_object('name', name, 'price', price)) from part where id < 5;
    select group_concat(hex(name), '-'), '\u00e9\u4e16\U0001F600', reversed('abc') from part where id < 4;
    update part set price = -1 where id = 3;
    select 'not reached';
    ''',
    'select * from missing;',
    'select reversed(1, 2);',
    "create virtual table text using fts4(body); insert into text values ('the quick fox'), ('a slow one');"
    "select body from text where text match 'quick';",
    '',
]


@pytest.mark.slow
def test_sql_js(make_host, node, tmp_path):
    package = npm.install('sql.js', '1.16.0')
    files = [tmp_path / f'{k}.sql' for k in range(len(STATEMENTS))]
    for path, text in zip(files, STATEMENTS):
        path.write_text(text)
    printed = output(make_host('sql.c', {'sql': package / 'dist' / 'sql-wasm.wasm'}, '-O1'), *files)
    assert 'evlav/eryt/leehw/rac' in printed and 'error: too cheap' in printed and 'not reached' not in printed
    assert printed == output(node, HERE / 'sql.cjs', package, *files)


DRAWINGS = [
    '''<svg xmlns="http://www.w3.org/2000/svg" width="200" height="120">
    <defs><linearGradient id="g"><stop offset="0" stop-color="#f40"/><stop offset="1" stop-color="navy"/></linearGradient>
    <filter id="blur"><feGaussianBlur stdDeviation="3"/></filter>
    <pattern id="dots" width="10" height="10" patternUnits="userSpaceOnUse"><circle cx="5" cy="5" r="2"/></pattern></defs>
    <rect width="200" height="120" fill="url(#g)"/><rect x="20" y="20" width="80" height="80" rx="12" fill="url(#dots)"/>
    <path d="M110 20 C 200 0 100 120 190 100 Z" fill="#fffc" stroke="black" stroke-width="3" stroke-dasharray="8 3"/>
    <g filter="url(#blur)" transform="rotate(15 60 60)"><ellipse cx="60" cy="60" rx="30" ry="14" fill="lime"/></g></svg>''',
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2000 2000"><path d="M0 0 L2000 2000 M0 2000 L2000 0" stroke="red" '
    'stroke-width="50"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"',
    'no picture at all',
]


@pytest.mark.slow
def test_resvg(make_host, node, tmp_path):
    package = npm.install('@resvg/resvg-wasm', '2.6.2')
    pairs = {'native': [], 'node': []}
    for k, text in enumerate(DRAWINGS):
        svg = tmp_path / f'{k}.svg'
        svg.write_text(text)
        for who, words in pairs.items():
            words += [svg, tmp_path / f'{k}-{who}.png']
    printed = output(make_host('resvg.c', {'resvg': package / 'index_bg.wasm'}, '-O1'), *pairs['native'])
    assert '200 x 120' in printed and printed.count('bytes of PNG') == 2 and printed.count('error: ') == 2
    assert printed == output(node, HERE / 'resvg.mjs', package, *pairs['node'])
    for k in range(2):
        assert (tmp_path / f'{k}-native.png').read_bytes() == (tmp_path / f'{k}-node.png').read_bytes()
