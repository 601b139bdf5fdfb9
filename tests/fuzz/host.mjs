// What host.c does, in a JavaScript engine: node host.mjs MODULE
import fs from 'node:fs';

const out = [];
const bits = new DataView(new ArrayBuffer(8));

function show(type, value) {
  switch (type) {
    case 'i32': return `i32 ${value >>> 0}`;
    case 'i64': return `i64 ${BigInt.asUintN(64, value)}`;
    case 'f32':
      bits.setFloat32(0, value);
      return Number.isNaN(value) ? 'f32 nan' : `f32 ${bits.getUint32(0)}`;
    case 'f64':
      bits.setFloat64(0, value);
      return Number.isNaN(value) ? 'f64 nan' : `f64 ${bits.getBigUint64(0)}`;
    default: return `ref ${value === null ? 'null' : 'some'}`;
  }
}

// The types of exported functions, which JavaScript does not tell: read off the binary.
function typesOfExports(bytes) {
  let at = 8;
  const u32 = () => { let r = 0, s = 0, b; do { b = bytes[at++]; r |= (b & 127) << s; s += 7; } while (b & 128); return r >>> 0; };
  const name = () => { const n = u32(); at += n; };
  const kinds = {0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64'};
  const types = [], funcs = [], exports = [];
  const globals = [], mutable = [], tags = []; // imported
  const list = () => Array.from({length: u32()}, () => kinds[bytes[at++]] ?? 'ref');
  const limits = () => { const flags = bytes[at++]; u32(); if (flags & 1) u32(); };
  while (at < bytes.length) {
    const id = bytes[at++], size = u32(), end = at + size;
    if (id === 1) for (let n = u32(); n > 0; n--) { at++; types.push({params: list(), results: list()}); }
    if (id === 2) for (let n = u32(); n > 0; n--) {
      name(); name();
      const kind = bytes[at++];
      if (kind === 0) funcs.push(u32());
      else if (kind === 1) { at++; limits(); } else if (kind === 2) limits(); else if (kind === 4) { at++; tags.push(types[u32()].params); }
      else { globals.push(kinds[bytes[at++]] ?? 'ref'); mutable.push(bytes[at++] === 1); }
    }
    if (id === 3) for (let n = u32(); n > 0; n--) funcs.push(u32());
    if (id === 7) for (let n = u32(); n > 0; n--) {
      const length = u32(), text = new TextDecoder().decode(bytes.subarray(at, at + length));
      at += length;
      const kind = bytes[at++], index = u32();
      if (kind === 0) exports.push({name: text, ...types[funcs[index]]});
    }
    at = end;
  }
  return {exports, globals, mutable, tags};
}

// Each import that is no function: zero, null, or a tag of its own.
function objects(bytes, module, support) {
  const {globals, mutable, tags} = typesOfExports(bytes);
  const imports = {'fuzzing-support': {...support}};
  for (const {module: from, name, kind, type} of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    if (kind === 'global') {
      const t = globals.shift(), is = mutable.shift();
      imports[from][name] = new WebAssembly.Global({value: t === 'ref' ? 'externref' : t, mutable: is}, t === 'i64' ? 0n : t === 'ref' ? null : 0);
    } else if (kind === 'tag') {
      imports[from][name] = new WebAssembly.Tag({parameters: tags.shift().map((t) => (t === 'ref' ? 'externref' : t))});
    }
  }
  return imports;
}

const bytes = fs.readFileSync(process.argv[2]);
const {exports} = typesOfExports(bytes);
let instance;

// Arguments of all rounds but the first; the same stand in host.c.
const integers = [0n, 1n, -1n, 2n, 31n, 64n, 127n, 128n, 255n, 32768n, 65535n, 0x7fffffffn, -0x80000000n, 0xffffffffn,
  0x7fffffffffffffffn, -0x8000000000000000n];
const floats = [0, -0, 1, -1, 0.5, -1.5, 255, 65536, 2147483647, -2147483648, 4294967295, 9223372036854775807, 1e-40, 1e300,
  Infinity, -Infinity];
const ROUNDS = 24;
let round = 0;

function argument(type, k) {
  const at = (round * 5 + k * 3) % integers.length;
  const integer = round === 0 ? BigInt((k + 1) * 7) : integers[at];
  if (type === 'i32') return Number(BigInt.asIntN(32, integer));
  if (type === 'i64') return integer;
  return type === 'ref' ? null : round === 0 ? (k + 1) * 7 : floats[at];
}

function call(index) {
  const {name, params} = exports[index];
  const args = params.map(argument);
  return instance.exports[name](...args);
}

function callCatch(index) {
  if (index >>> 0 >= exports.length) return 1;
  try { call(index >>> 0); return 0; } catch { return 1; }
}

const support = {
  'log-i32': (v) => { out.push(`log ${show('i32', v)}`); },
  'log-i64': (v) => { out.push(`log ${show('i64', v)}`); },
  'log-f32': (v) => { out.push(`log ${show('f32', v)}`); },
  'log-f64': (v) => { out.push(`log ${show('f64', v)}`); },
  'log-v128': () => {}, // cannot be called: a vector has no value in JavaScript
  'call-export-catch': callCatch,
  'call-export': (index) => { if (callCatch(index)) throw new Error('trap'); },
  'sleep': (milliseconds, value) => value,
  'throw': () => { throw new Error('thrown'); },
  'table-get': () => null,
  'table-set': () => {},
  'call-ref-catch': () => 0, // host.c cannot know better either
  'call-ref': () => {},
};

let module;
try {
  module = new WebAssembly.Module(bytes);
} catch (e) {
  // Engines refuse to run both encodings of exceptions in one module.
  if (/legacy/.test(e.message)) process.exit(3);
  throw e;
}
try {
  instance = new WebAssembly.Instance(module, objects(bytes, module, support));
} catch (e) {
  // Whatever the start function throws is a result; what instantiation itself refuses is not.
  const exhausted = e instanceof RangeError && /call stack/.test(e.message);
  if (e instanceof WebAssembly.LinkError || (e instanceof RangeError && !exhausted)) throw e;
  out.push(exhausted ? 'exhausted' : 'trap in start');
}
for (; instance && round < ROUNDS; round++) for (let k = 0; k < exports.length; k++) {
  out.push(`call ${k}`);
  try {
    const value = call(k), {results} = exports[k];
    const values = results.length > 1 ? [...value] : [value];
    results.forEach((t, r) => out.push(show(t, values[r])));
  } catch (e) {
    out.push(e instanceof RangeError ? 'exhausted' : 'trap');
  }
}
process.stdout.write(out.map((line) => line + '\n').join(''));
