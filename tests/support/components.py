"""Components, made by the tools of npm's jco: from modules of WASI preview 1 with wit-component's adapter, and from text."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from support import npm

TOOLS = '0.15.0'  # of @bytecodealliance/jco-transpile
SHIM = '0.25.0'
JCO = '1.35.0'
CACHE = pathlib.Path(__file__).resolve().parents[2] / '.cache' / 'assembled'

# Of a component's text: a core instance with a memory, of which the first 4096 bytes are never given out, and `realloc`.
MEMORY = '''
  (core module $memory (memory (export "memory") 1)
    (global $end (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $end) (i32.const 7)) (i32.const -8)))
      (global.set $end (i32.add (local.get $at) (local.get 3)))
      (local.get $at)))
  (core instance $memory (instantiate $memory))
'''

SCRIPT = '''
import { $init, tools } from './vendor/wasm-tools.js';
import fs from 'node:fs';
await $init;
async function transpile(bytes, name, folder) {
    const bindgen = await import('./vendor/js-component-bindgen-component.js');
    await bindgen.$init;
    fs.mkdirSync(folder);
    const map = ['cli', 'clocks', 'filesystem', 'http', 'io', 'random', 'sockets'].map(p => [`wasi:${p}/*`, `@bytecodealliance/preview2-shim/${p}#*`]);
    for (const version of ['0.3.0', '0.3.0-rc-2026-03-15'])
        map.push(...['cli', 'clocks', 'filesystem', 'http', 'random', 'sockets'].map(p => [`wasi:${p}/*@${version}`, `@bytecodealliance/preview3-shim/${p}#*`]));
    for (const [file, contents] of bindgen.generate(bytes, {name, noTypescript: true, map}).files)
        fs.writeFileSync(folder + '/' + file, contents);
}
for (const [kind, from, to, adapter, under] of JSON.parse(fs.readFileSync(0, 'utf8'))) {
    try {
        if (kind == 'transpile')
            await transpile(fs.readFileSync(from), 'component', to);
        else
            fs.writeFileSync(to, kind == 'text' ? tools.parse(fs.readFileSync(from, 'utf8'))
            : kind == 'print' ? tools.print(fs.readFileSync(from))
            : kind == 'embed' ? tools.componentNew(tools.componentEmbed({binary: fs.readFileSync(from), witPath: adapter}),
                under ? [['wasi_snapshot_preview1', fs.readFileSync(under)]] : [])
            : kind == 'world' ? tools.componentNew(tools.componentEmbed({dummy: true, witPath: from, features: {tag: 'all'}}), [])
            : tools.componentNew(fs.readFileSync(from), adapter ? [['wasi_snapshot_preview1', fs.readFileSync(adapter)]] : []));
    } catch (error) {
        fs.writeFileSync(to + '.error', String(error.payload ?? error));
    }
}
'''


def adapter(kind='command', version=JCO):
    """The adapter that a version of jco has; of these, few differ."""
    return npm.install('@bytecodealliance/jco', version) / 'lib' / f'wasi_snapshot_preview1.{kind}.wasm'


def run_well(jobs):
    """The same, where all must succeed."""
    run(jobs)
    for job in jobs:
        error = pathlib.Path(f'{job[2]}.error')
        assert not error.exists(), error.read_text()


def run(jobs):
    """Each job: [KIND, input file, output file, adapter or None]. 'text' becomes a binary; 'module' a component, with the adapter; 'print'
    makes text of a component; 'world', of a folder of WIT, a component with all imports and exports of its world, and functions that trap;
    'transpile' makes a folder with component.js, jco's output, which runs under Node; 'embed' a component of a module and, in the adapter's place, a folder of WIT; a fifth member is an adapter.
    Where one fails, a file OUTPUT.error has the reason."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        scope = folder / 'node_modules' / '@bytecodealliance'
        scope.mkdir(parents=True)
        (scope / 'preview2-shim').symlink_to(npm.install('@bytecodealliance/preview2-shim', SHIM))
        # A module finds others from where it really is: so its folder is copied.
        shutil.copytree(npm.install('@bytecodealliance/jco-transpile', TOOLS) / 'vendor', folder / 'vendor')
        (folder / 'package.json').write_text('{"type": "module"}')
        (folder / 'script.mjs').write_text(SCRIPT)
        subprocess.run(['node', folder / 'script.mjs'], input=json.dumps([[str(x) if x else None for x in job] for job in jobs]),
                       text=True, check=True)


def program_0_3(source, imports, folder, *flags):
    """A component of WASI 0.3, folder/STEM.wasm, of a program in C that calls the functions of these interfaces itself: only its arguments
    and output come from preview 1's adapter."""
    module, made, wit = (folder / f'{source.stem}{end}' for end in ('.module', '.wasm', '.wit'))
    subprocess.run(['clang', '--target=wasm32-wasi', '-mexec-model=reactor', '-O2', '-Wall', '-Wextra', '-Werror', *flags, source, '-o', module],
                   check=True)
    shutil.copytree(npm.install('@bytecodealliance/jco', JCO) / 'lib' / 'wit' / 'builtin' / '0.3.0', wit / 'deps')
    imported = ' '.join(f'import {interface}@0.3.0;' for interface in imports)
    (wit / 'world.wit').write_text(f'package test:program;\nworld program {{ {imported} export wasi:cli/run@0.3.0; }}')
    run_well([['embed', module, made, wit, adapter('reactor')]])
    return made


def assemble(texts, folder):
    """{NAME: text} as binaries NAME.wasm in the folder; each text is assembled once, into .cache. The paths by name."""
    CACHE.mkdir(parents=True, exist_ok=True)
    kept = {name: CACHE / f'{hashlib.sha256((TOOLS + text).encode()).hexdigest()}.component.wasm' for name, text in texts.items()}
    jobs = []
    for name, text in texts.items():
        if not kept[name].exists():
            (folder / f'{name}.wat').write_text(text)
            jobs.append(['text', folder / f'{name}.wat', folder / f'{name}.made', None])
    if jobs:
        run_well(jobs)
    made = {}
    for name in texts:
        if (folder / f'{name}.made').exists():
            os.replace(shutil.copy(folder / f'{name}.made', CACHE / f'{os.getpid()}-{name}'), kept[name])
        made[name] = folder / f'{name}.wasm'
        shutil.copy(kept[name], made[name])
    return made
