// What case_runner.c does, in a JavaScript engine: checks that what cases expect is what another implementation
// answers. Of a trap only that it happened: messages are each engine's own.
import { readFileSync } from 'node:fs';

const view = new DataView(new ArrayBuffer(8));
const logged = [];
const host = {
  log: (a) => void logged.push(BigInt(a >>> 0)),
  log64: (a) => void logged.push(BigInt.asUintN(64, a)),
  twice: (a) => (logged.push(BigInt(a >>> 0)), a * 2),
  fail: () => { throw new WebAssembly.RuntimeError('host'); },
  pair: (a) => [a + 1, BigInt(a >>> 0) << 32n],
};

function decode(word) {
  const [type, digits] = word.split(':');
  const bits = BigInt('0x' + digits);
  view.setBigUint64(0, bits, true);
  return { i32: () => view.getInt32(0, true), i64: () => bits, f32: () => view.getFloat32(0, true),
    f64: () => view.getFloat64(0, true), externref: () => (bits ? Number(bits) : null) }[type]();
}

// Types of results are not to be had in JavaScript: the expected answer names them.
function encode(value, type) {
  view.setBigUint64(0, 0n, true);
  if (type === 'i32') view.setInt32(0, value, true);
  else if (type === 'i64') view.setBigInt64(0, value, true);
  else if (type === 'f32') view.setFloat32(0, value, true);
  else if (type === 'f64') view.setFloat64(0, value, true);
  else if (type === 'externref') view.setBigUint64(0, BigInt(value ?? 0), true);
  else view.setBigUint64(0, value ? 1n : 0n, true);
  return `${type}:${view.getBigUint64(0, true).toString(16)}`;
}

const text = (hex) => Buffer.from(hex, 'hex').toString('utf8');

function run(line, exports) {
  const [verb, ...words] = line.split(' ');
  if (verb === 'call') {
    const arrow = words.indexOf('->');
    const types = words.slice(arrow + 1);
    let results = exports[text(words[0].slice(1))](...words.slice(1, arrow).map(decode));
    results = types.length > 1 ? results : types.length ? [results] : [];
    return ['returned', ...results.map((r, k) => encode(r, types[k]))].join(' ');
  }
  const memory = new Uint8Array(exports.memory?.buffer ?? 0), address = Number(words[0]);
  if (verb === 'write') {
    const bytes = Buffer.from(words[1], 'hex');
    if (address + bytes.length > memory.length) return 'out of bounds';
    memory.set(bytes, address);
    return 'ok';
  }
  if (verb === 'read') {
    const end = address + Number(words[1]);
    return end > memory.length ? 'out of bounds' : Buffer.from(memory.slice(address, end)).toString('hex');
  }
  return ['logged', ...logged.splice(0)].join(' ');
}

let instance;
try {
  const module = new WebAssembly.Module(readFileSync(process.argv[2]));
  instance = new WebAssembly.Instance(module, { host });
  console.log('instantiated');
} catch (error) {
  console.log(error instanceof WebAssembly.RuntimeError ? 'trap' : `failed ${error.message}`);
}
for (const line of instance ? readFileSync(0, 'utf8').split('\n') : []) {
  if (!line) continue;
  try {
    console.log(run(line, instance.exports));
  } catch (error) {
    const trapped = error instanceof WebAssembly.RuntimeError || error instanceof RangeError ||
      error instanceof WebAssembly.Exception;
    console.log(trapped ? 'trap' : `failed ${error.message}`);
  }
}
