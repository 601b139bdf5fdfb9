// Compiles MoonBit programs to modules with structs and arrays: node compile.mjs EDITOR.js WORKER.js FOLDER PROGRAM.mbt ...
// FOLDER gets a PROGRAM.wasm of each.
// EDITOR.js, the language's web editor (npm's @moonbit/moonpad-monaco), contains the sources of the standard library, which are compiled with
// the program: what it has compiled is for JavaScript only. WORKER.js is the compiler (@moonbit/moonc-worker), made to answer messages.
import fs from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

const LIBRARY = 'moonbitlang/core/';
const [editor, worker, folder, ...programs] = process.argv.slice(2);

/** The files in the editor, by path: assigned as variables of base64. */
function filesIn(editor) {
  const text = fs.readFileSync(editor, 'utf8');
  const encoded = new Map(), files = new Map();
  for (const [, variable, base64] of text.matchAll(/([\w$]+) = \w+\("([A-Za-z0-9+\/=]*)"\)/g)) encoded.set(variable, base64);
  for (const [, path, variable] of text.matchAll(/\["(\/lib\/core\/[^"]+)"\] = ([\w$]+)/g))
    if (encoded.has(variable)) files.set(path, Buffer.from(encoded.get(variable), 'base64').toString());
  return files;
}

/** call(FUNCTION, PARAMETERS): what the compiler answers (the protocol is that of npm's comlink). */
function compilerIn(worker) {
  const waiting = new Map();
  let receive;
  globalThis.addEventListener = (kind, handler) => { if (kind === 'message') receive = handler; };
  globalThis.postMessage = ({id, ...answer}) => waiting.get(id)(answer);
  globalThis.require = createRequire(import.meta.url); // as it is a script, not a module
  vm.runInThisContext(fs.readFileSync(worker, 'utf8'));
  return (name, parameters) => new Promise((resolve, reject) => {
    const id = String(waiting.size);
    waiting.set(id, answer => (answer.name === 'throw' ? reject(new Error(answer.value.value.message)) : resolve(answer.value)));
    receive({origin: '*', data: {id, type: 'APPLY', path: [name], argumentList: [{type: 'RAW', value: parameters}]}});
  });
}

/** Tests stand between the functions, and need packages that the functions do not. */
function withoutTests(text) {
  const isTest = part => /^(\s*(\/\/|#).*\n)*\s*(async )?test\b/.test(part);
  return text.split('\n///|\n').filter(part => !isTest(part)).join('\n///|\n');
}

const files = filesIn(editor);
const call = compilerIn(worker);
const packages = new Map(JSON.parse(files.get('/lib/core/_build/packages.json')).packages.map(p => [p.rel, p]));
const built = new Map(); // by name, each after what it depends on

async function build(parameters) {
  const result = await call('buildPackage', {target: 'wasm-gc', errorFormat: 'human', enableValueTracing: false,
    noOpt: false, ...parameters});
  if (!result.core) throw new Error(`${parameters.pkg}: ${result.diagnostics.join('\n')}`);
  return result;
}

async function buildLibrary(name) {
  if (built.has(name)) return;
  const {files: sources, deps, 'root-path': root} = packages.get(name);
  const needed = deps.map(d => ({name: d.path.slice(LIBRARY.length), alias: d.alias}));
  for (const d of needed) await buildLibrary(d.name);
  const isOurs = ([, {backend, optlevel}]) => backend.includes('WasmGC') && optlevel.includes('Release');
  const aliases = new Map(needed.map(d => [d.name, d.alias]));
  built.set(name, await build({
    mbtFiles: Object.entries(sources).filter(isOurs).map(([path]) => [path, withoutTests(files.get(path.replace('moonbit-core:', '')))]),
    miFiles: [...built].map(([name, {mi}]) => [`/lib/core/${name}:${aliases.get(name) ?? name}`, mi]), indirectImportMiFiles: [],
     stdMiFiles: [], pkg: LIBRARY + name, pkgSources: [`${LIBRARY}${name}:${root}`], isMain: false}));
}

/** An import is `@alias.`, the alias the last part of the package's name. */
async function compile(program) {
  const text = fs.readFileSync(program, 'utf8');
  const mentioned = new Set([...text.matchAll(/@(?:\w+\/)*(\w+)\./g)].map(([, alias]) => alias));
  for (const name of packages.keys()) if (name === 'prelude' || mentioned.has(name.split('/').at(-1))) await buildLibrary(name);
  const main = await build({
    mbtFiles: [[program, text]], miFiles: [], indirectImportMiFiles: [], stdMiFiles: [...built].map(([name, {mi}]) => [`/lib/core/${name}:${name}`, mi]),
    pkg: 'program', pkgSources: ['program:/'], isMain: true});
  const {result} = await call('linkCore', {
    coreFiles: [...[...built.values()].map(b => b.core), main.core], main: 'program', pkgSources: ['moonbitlang/core:/lib/core', 'program:/'],
    target: 'wasm-gc', exportedFunctions: [], outputFormat: 'wasm', testMode: false, debug: false, noOpt: false, sourceMap: false, sources: {},
    stopOnMain: false});
  fs.writeFileSync(path.join(folder, path.basename(program, '.mbt') + '.wasm'), result);
}

await buildLibrary('error'); // which others use without saying so
for (const program of programs) await compile(program);
