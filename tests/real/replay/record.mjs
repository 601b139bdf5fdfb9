// Loaded before a program (node --import) that uses a WebAssembly module through JavaScript of its own: writes down
// everything that passes between the two, for replay.c to do the same to the module compiled natively.
//
//   RECORD_TO       folder for trace.bin and imports.h
//   RECORD_MODULE   the module's size in bytes, which tells it from others
//   RECORD_CHECKS   if set, the memory's checksum whenever JavaScript gets control: to find the first difference
//
// Before each event, what JavaScript wrote to the memory and to imported globals since it had control stands as WRITE and
// GLOBAL. Of the functions that it puts into the table only those that the module exports are known: other elements stay
// null, and a call of one would be seen as a difference. An exception that goes through either of the two is recorded with
// its tag and payload, if the module imports or exports the tag.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const CALL = 1, IMPORT = 2, WRITE = 3, GROW = 4, RETURN = 5, RESULT = 6, TABLE_CALL = 7, TRAP = 8, FINISH = 9, CHECK = 10, GLOBAL = 11, TABLE_SET = 12, TABLE_GROW = 13, THROW = 14, UNCAUGHT = 15;
// Of an exception: of JavaScript, of a tag that only the module knows, or of a tag of the list.
const FOREIGN = 0, PRIVATE = 1, TAGGED = 2;
const I32 = 0x7f, I64 = 0x7e, F32 = 0x7d, F64 = 0x7c;
const PAGE = 65536, BLOCK = 4096;

// ---- The module's function types ----

function read(bytes) {
  let at = 8;
  const leb = () => {
    for (let r = 0, shift = 0; ; shift += 7) {
      const b = bytes[at++];
      r += (b & 127) * 2 ** shift;
      if (b < 128) return r;
    }
  };
  const name = () => { const n = leb(); at += n; return new TextDecoder().decode(bytes.subarray(at - n, at)); };
  const list = item => Array.from({length: leb()}, item);
  const limits = () => { const flags = bytes[at++]; const min = leb(); return [flags, min, flags & 1 ? leb() : 0]; };
  const m = {types: [], imports: [], functions: [], tags: [], exports: []};
  while (at < bytes.length) {
    const id = bytes[at++], end = leb() + at;
    if (id === 1) m.types = list(() => { if (bytes[at++] !== 0x60) throw Error('not a function type'); return {params: list(() => bytes[at++]), results: list(() => bytes[at++])}; });
    if (id === 2) list(() => {
      const i = {module: name(), name: name(), kind: bytes[at++]};
      if (i.kind === 0) m.functions.push(i.type = leb());
      else if (i.kind === 1) at++, i.limits = limits();
      else if (i.kind === 2) i.limits = limits();
      else if (i.kind === 3) i.type = bytes[at++], i.mutable = bytes[at++];
      else at++, m.tags.push(i.type = leb());
      m.imports.push(i);
    });
    if (id === 3) list(() => m.functions.push(leb()));
    if (id === 13) list(() => m.tags.push((at++, leb())));
    if (id === 7) m.exports = list(() => ({name: name(), kind: bytes[at++], index: leb()}));
    at = end;
  }
  return m;
}

// ---- The trace ----

const folder = process.env.RECORD_TO;
const out = fs.openSync(path.join(folder, 'trace.bin'), 'w');
let pieces = [], size = 0;
function put(buffer) {
  pieces.push(buffer);
  size += buffer.length;
  if (size > 1 << 20) flush();
}
function flush() {
  fs.writeSync(out, Buffer.concat(pieces));
  pieces = [], size = 0;
}
const u32 = n => { const b = Buffer.alloc(4); b.writeUInt32LE(n >>> 0); return b; };
function value(type, v) {
  const b = Buffer.alloc(8);
  if (type === I32) b.writeInt32LE(Number(v) | 0);
  else if (type === I64) b.writeBigUInt64LE(BigInt.asUintN(64, BigInt(v)));
  else if (type === F32) b.writeFloatLE(Number(v));
  else if (type === F64) b.writeDoubleLE(Number(v));
  else if (type !== undefined) throw Error('a type that JavaScript does not pass');
  return b;
}
const text = s => { const b = Buffer.from(s); return Buffer.concat([u32(b.length), b]); };
const values = (types, list) => Buffer.concat([u32(types.length), ...types.map((t, k) => value(t, list[k]))]);

let module, memory, shadow; // the memory as wasm left it
const globals = []; // {global, type, value as wasm left it}
function gotControl() {
  for (const g of globals) g.value = g.global.value;
  if (!memory) return;
  const now = new Uint8Array(memory.buffer);
  if (shadow?.length === now.length) shadow.set(now);
  else shadow = Buffer.from(now);
}
function losesControl() {
  globals.forEach((g, k) => {
    if (g.global.value !== g.value) put(Buffer.concat([u32(GLOBAL), u32(k), value(g.type, g.value = g.global.value)]));
  });
  if (!memory) return;
  if (process.env.RECORD_CHECKS) put(Buffer.concat([u32(CHECK), u32(zlib.crc32(shadow))]));
  const now = Buffer.from(memory.buffer);
  if (now.length > shadow.length) {
    put(Buffer.concat([u32(GROW), u32((now.length - shadow.length) / PAGE)]));
    shadow = Buffer.concat([shadow, Buffer.alloc(now.length - shadow.length)]);
  }
  for (let at = 0; at < now.length; at += BLOCK) {
    if (now.compare(shadow, at, at + BLOCK, at, at + BLOCK) === 0) continue;
    let first = at, last = at + BLOCK - 1;
    while (now[first] === shadow[first]) first++;
    while (now[last] === shadow[last]) last--;
    put(Buffer.concat([u32(WRITE), u32(first), u32(last + 1 - first), now.subarray(first, last + 1)]));
  }
}

const tags = []; // {tag, types, name: of the export, or empty: those that the module imports come first}
function exception(e) {
  if (!(e instanceof WebAssembly.Exception)) return u32(FOREIGN);
  const k = tags.findIndex(t => e.is(t.tag));
  if (k < 0) return u32(PRIVATE);
  const {tag, types, name} = tags[k];
  return Buffer.concat([u32(TAGGED), u32(k), text(name), values(types, types.map((_, n) => e.getArg(tag, n)))]);
}

// What JavaScript calls in place of a function of the module.
function called(f, type, event) {
  return (...args) => {
    losesControl();
    put(Buffer.concat([event, values(type.params, args)]));
    let result;
    try {
      result = f(...args);
    } catch (e) {
      gotControl();
      put(e instanceof WebAssembly.RuntimeError ? u32(TRAP) : Buffer.concat([u32(UNCAUGHT), exception(e)]));
      throw e;
    }
    gotControl();
    put(Buffer.concat([u32(RESULT), value(type.results[0], result)]));
    return result;
  };
}

// What the module calls in place of a function of JavaScript.
function calling(f, type, index) {
  return (...args) => {
    gotControl();
    put(Buffer.concat([u32(IMPORT), u32(index), values(type.params, args)]));
    let result;
    try {
      result = f(...args);
    } catch (e) {
      losesControl();
      if (e instanceof WebAssembly.RuntimeError) throw Error('an import that traps', {cause: e});
      put(Buffer.concat([u32(THROW), exception(e)]));
      throw e;
    }
    losesControl();
    put(Buffer.concat([u32(RETURN), value(type.results[0], result)]));
    return result;
  };
}

// ---- In place of JavaScript's own ----

const C_TYPES = {[I32]: ['uint32_t', 'i32', 'WASMELT_I32'], [I64]: ['uint64_t', 'i64', 'WASMELT_I64'],
                 [F32]: ['float', 'f32', 'WASMELT_F32'], [F64]: ['double', 'f64', 'WASMELT_F64']};

// A function in C for each import, and the list of them.
function describe(imports) {
  let code = '', list = '';
  const functions = module.imports.filter(i => i.kind === 0);
  functions.forEach((i, k) => {
    const {params, results} = module.types[i.type];
    const c = t => t === undefined ? 'void' : C_TYPES[t][0];
    const parameters = params.map((t, n) => `, ${c(t)} a${n}`).join('');
    const list = params.map((t, n) => `{.${C_TYPES[t][1]} = a${n}}`).join(', ') || '{0}';
    const call = `replay_import(${k}, (const wasmelt_value[]){${list}})`;
    code += `static ${c(results[0])} import_${k}(void *context${parameters}) {\n    (void)context;\n    ` +
            (results.length ? `return ${call}.${C_TYPES[results[0]][1]};\n}\n` : `${call};\n}\n`);
    code += `static const wasmelt_valtype types_${k}[] = {${[...params, ...results].map(t => C_TYPES[t][2]).join(', ') || '0'}};\n`;
  });
  functions.forEach((i, k) => {
    const {params, results} = module.types[i.type];
    list += `    {${JSON.stringify(i.module)}, ${JSON.stringify(i.name)}, (wasmelt_code)import_${k}, types_${k}, ${params.length}, ${results.length}},\n`;
  });
  const given = module.imports.find(i => i.kind === 2), table = module.imports.find(i => i.kind === 1);
  const sizeOf = what => what.length ?? what.buffer.byteLength / PAGE; // now; the module may ask for less
  const limitsOf = i => i ? `.minimum = ${sizeOf(imports[i.module][i.name])}, .maximum = ${i.limits[2]}, .has_maximum = ${i.limits[0] & 1},` : '';
  const imported = module.imports.filter(i => i.kind === 3), tags = module.imports.filter(i => i.kind === 4);
  const initial = i => C_TYPES[i.type][1] === 'i32' ? `{.i32 = ${imports[i.module][i.name].value ?? imports[i.module][i.name]}u}`.replace('-1u', '0xffffffffu') : (() => { throw Error('a global that is no i32'); })();
  fs.writeFileSync(path.join(folder, 'imports.h'), `${code}
static const imported functions[] = {\n${list || '    {0}\n'}};
enum { FUNCTIONS = ${functions.length} };
static const char *const memory_import[2] = {${given ? `${JSON.stringify(given.module)}, ${JSON.stringify(given.name)}` : '0, 0'}};
static const char *const table_import[2] = {${table ? `${JSON.stringify(table.module)}, ${JSON.stringify(table.name)}` : '0, 0'}};
static const wasmelt_memory_type memory_type = {${limitsOf(given)} ${given?.limits[0] & 2 ? '.shared = true,' : ''} .page_size_log2 = 16};
static const wasmelt_table_type table_type = {${limitsOf(table)} .element = WASMELT_FUNCREF};
enum { GLOBALS = ${imported.length} };
static wasmelt_value globals[GLOBALS + 1] = {${imported.map(initial).join(', ') || '{0}'}};
static const struct { const char *module, *name; wasmelt_valtype type; bool is_mutable; } global_imports[GLOBALS + 1] = {
${imported.map(i => `    {${JSON.stringify(i.module)}, ${JSON.stringify(i.name)}, ${C_TYPES[i.type][2]}, ${!!i.mutable}},\n`).join('')}    {0, 0, 0, false}};
${tags.map((i, k) => `static const wasmelt_valtype tag_types_${k}[] = {${module.types[i.type].params.map(t => C_TYPES[t][2]).join(', ') || '0'}};\n`).join('')}
enum { TAGS = ${tags.length} };
static const struct { const char *module, *name; const wasmelt_valtype *types; uint32_t params; } tag_imports[TAGS + 1] = {
${tags.map((i, k) => `    {${JSON.stringify(i.module)}, ${JSON.stringify(i.name)}, tag_types_${k}, ${module.types[i.type].params.length}},\n`).join('')}    {0, 0, 0, 0}};
static const char *const memory_export = ${JSON.stringify(module.exports.find(e => e.kind === 2)?.name ?? null)?.replace('null', '0')};
static const char *const table_export = ${JSON.stringify(module.exports.find(e => e.kind === 1)?.name ?? null)?.replace('null', '0')};
`);
}

const originals = new Map(); // by what stands for them: exported functions
function wrapped(bytes, imports, instantiate) {
  if (bytes.length !== Number(process.env.RECORD_MODULE)) return null;
  module = read(bytes);
  describe(imports);
  const given = {};
  let index = 0;
  for (const i of module.imports) {
    given[i.module] ??= {};
    const what = given[i.module][i.name] = imports[i.module][i.name];
    if (i.kind === 2) memory = what;
    if (i.kind === 3) globals.push({global: what instanceof WebAssembly.Global ? what : {value: what}, type: i.type});
    if (i.kind === 4) tags.push({tag: what, types: module.types[i.type].params, name: ''});
    if (i.kind === 0) given[i.module][i.name] = calling(what, module.types[i.type], index++);
  }
  gotControl();
  losesControl();
  const {instance, module: compiled} = instantiate(given);
  const exports = {};
  for (const e of module.exports) {
    const what = instance.exports[e.name];
    if (e.kind === 2) memory = what;
    exports[e.name] = what;
    if (e.kind === 4) tags.push({tag: what, types: module.types[module.tags[e.index]].params, name: e.name});
    if (e.kind !== 0) continue;
    exports[e.name] = called(what, module.types[module.functions[e.index]], Buffer.concat([u32(CALL), text(e.name)]));
    originals.set(exports[e.name], {f: what, name: e.name});
  }
  gotControl();
  return {module: compiled, instance: {exports}};
}

const {instantiate} = WebAssembly;
const {Instance, Module} = WebAssembly;
const asBytes = source => source instanceof ArrayBuffer ? new Uint8Array(source) : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
const compiledBytes = new WeakMap();
WebAssembly.instantiateStreaming = undefined;
WebAssembly.compileStreaming = undefined;
WebAssembly.Module = function (source) {
  const m = new Module(source);
  compiledBytes.set(m, asBytes(source).slice());
  return m;
};
WebAssembly.Module.prototype = Module.prototype; // for instanceof
WebAssembly.Module.imports = Module.imports, WebAssembly.Module.exports = Module.exports, WebAssembly.Module.customSections = Module.customSections;
WebAssembly.compile = async source => new WebAssembly.Module(source);
WebAssembly.Instance = function (m, imports) {
  const bytes = compiledBytes.get(m);
  return (bytes && wrapped(bytes, imports, given => ({instance: new Instance(m, given)}))?.instance) ?? new Instance(m, imports);
};
WebAssembly.Instance.prototype = Instance.prototype;
WebAssembly.instantiate = async (source, imports) => {
  const m = compiledBytes.has(source) ? source : new WebAssembly.Module(source);
  const instance = new WebAssembly.Instance(m, imports);
  return m === source ? instance : {module: m, instance};
};

const {get, set, grow} = WebAssembly.Table.prototype;
WebAssembly.Table.prototype.get = function (index) {
  const f = get.call(this, index);
  if (!module || typeof f !== 'function' || !/^\d+$/.test(f.name)) return f;
  return called(f, module.types[module.functions[Number(f.name)]], Buffer.concat([u32(TABLE_CALL), u32(index)]));
};
WebAssembly.Table.prototype.set = function (index, f) {
  const known = originals.get(f);
  set.call(this, index, known?.f ?? f);
  if (known) put(Buffer.concat([u32(TABLE_SET), u32(index), text(known.name)]));
};
WebAssembly.Table.prototype.grow = function (delta, ...f) {
  put(Buffer.concat([u32(TABLE_GROW), u32(delta)]));
  return grow.call(this, delta, ...f);
};

process.on('exit', () => {
  const bytes = memory ? Buffer.from(memory.buffer) : Buffer.alloc(0);
  losesControl();
  put(Buffer.concat([u32(FINISH), u32(bytes.length / PAGE), u32(zlib.crc32(bytes))]));
  flush();
});
