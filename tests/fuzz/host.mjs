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
    // An i31 is a number here, as an anyref and as an externref.
    default: return typeof value === 'number' ? `i31 ${value}` : `ref ${value === null ? 'null' : 'some'}`;
  }
}

// The types of exported functions, which JavaScript does not tell: read off the binary. A reference's is {family, nullable}.
function typesOfExports(bytes) {
  let at = 8;
  const u32 = () => { let r = 0, s = 0, b; do { b = bytes[at++]; r |= (b & 127) << s; s += 7; } while (b & 128); return r >>> 0; };
  const name = () => { const n = u32(); at += n; };
  const numbers = {0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64', 0x7b: 'v128', 0x78: 'i8', 0x77: 'i16'};
  const families = {0x74: 'exn', 0x69: 'exn', 0x73: 'func', 0x70: 'func', 0x72: 'extern', 0x6f: 'extern'};
  const types = [], funcs = [], exports = [];
  const globals = [], mutable = [], tags = []; // imported
  // The family of a concrete type is known when all types are.
  const reference = (nullable, heap) => ({nullable, get family() {
    return heap >= 64 && heap < 128 ? families[heap] ?? 'any' : types[heap < 64 ? heap : heap - 128].kind === 'func' ? 'func' : 'any'; }});
  // Abstract heap types are one byte of 0x40 to 0x7f, which the type indices (from 64 on in two bytes) are moved away from.
  const heap = () => { const one = bytes[at] < 128, n = u32(); return one || n < 64 ? n : n + 128; };
  const type = () => {
    const code = bytes[at++];
    if (numbers[code]) return numbers[code];
    return code === 0x63 || code === 0x64 ? reference(code === 0x63, heap()) : reference(true, code);
  };
  const list = () => Array.from({length: u32()}, type);
  const field = () => { type(); at++; };
  const subtype = () => {
    let form = bytes[at++];
    if (form === 0x50 || form === 0x4f) { for (let n = u32(); n > 0; n--) u32(); form = bytes[at++]; }
    if (form === 0x60) types.push({kind: 'func', params: list(), results: list()});
    else {
      for (let n = form === 0x5f ? u32() : 1; n > 0; n--) field();
      types.push({kind: 'object'});
    }
  };
  const limits = () => { const flags = bytes[at++]; u32(); if (flags & 1) u32(); };
  while (at < bytes.length) {
    const id = bytes[at++], size = u32(), end = at + size;
    if (id === 1) for (let n = u32(); n > 0; n--) {
      let many = 1;
      if (bytes[at] === 0x4e) { at++; many = u32(); }
      while (many-- > 0) subtype();
    }
    if (id === 2) for (let n = u32(); n > 0; n--) {
      name(); name();
      const kind = bytes[at++];
      if (kind === 0) funcs.push(u32());
      else if (kind === 1) { type(); limits(); } else if (kind === 2) limits(); else if (kind === 4) { at++; tags.push(types[u32()].params); }
      else { globals.push(type()); mutable.push(bytes[at++] === 1); }
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

const foreign = {}; // what an external reference refers to
const zero = (t) => (t === 'i64' ? 0n : t.family ? (t.nullable ? null : foreign) : 0);
const named = (t) => (t.family ? {func: 'anyfunc', any: 'anyref'}[t.family] ?? 'externref' : t);

// Each import that is no function: zero, null, or a tag of its own.
function objects(bytes, module, support) {
  const {globals, mutable, tags} = typesOfExports(bytes);
  const imports = {'fuzzing-support': {...support}};
  for (const {module: from, name, kind, type} of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    if (kind === 'global') {
      const t = globals.shift(), is = mutable.shift();
      imports[from][name] = is ? new WebAssembly.Global({value: named(t), mutable: true}, zero(t)) : zero(t);
    } else if (kind === 'tag') {
      imports[from][name] = new WebAssembly.Tag({parameters: tags.shift().map(named)});
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
  return type.family ? reference(type.family, k) : round === 0 ? (k + 1) * 7 : floats[at];
}

// A null, an i31 or something external, the struct or array that was returned last; what does not fit is the engine's to refuse.
let kept = null;
function reference(family, k) {
  const which = (round + k) % 3;
  if (which === 0 || family === 'func') return null;
  return which === 2 ? kept : family === 'extern' ? foreign : round * 7 + k;
}

function keep(type, value) {
  if (type.family === 'any' && typeof value === 'object' && value !== null && value !== foreign) kept = value;
}

function call(index) {
  const {name, params} = exports[index];
  const args = params.map(argument);
  return instance.exports[name](...args);
}

function callCatch(index) {
  if (index >>> 0 >= exports.length) return 1;
  try { call(index >>> 0); return 0; } catch (e) {
    if (e instanceof RangeError) out.push('exhausted'); // what the module sees from here on depends on how much stack there is
    return 1;
  }
}

const support = {
  'log-i32': (v) => { out.push(`log ${show('i32', v)}`); },
  'log-i64': (v) => { out.push(`log ${show('i64', v)}`); },
  'log-f32': (v) => { out.push(`log ${show('f32', v)}`); },
  'log-f64': (v) => { out.push(`log ${show('f64', v)}`); },
  'log-anyref': (v) => { out.push(`log ${show({}, v)}`); },
  'log-externref': (v) => { out.push(`log ${show({}, v)}`); },
  'log-funcref': (v) => { out.push(`log ${show({}, v)}`); },
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
    results.forEach((t, r) => { out.push(show(t, values[r])); keep(t, values[r]); });
  } catch (e) {
    out.push(e instanceof RangeError ? 'exhausted' : 'trap');
  }
}
process.stdout.write(out.map((line) => line + '\n').join(''));
