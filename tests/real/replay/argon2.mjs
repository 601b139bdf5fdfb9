// Password hashes by argon2, built with SIMD: node argon2.mjs PACKAGE
import {readFileSync} from 'node:fs';

let memory;
const bytes = readFileSync(`${process.argv[2]}/dist/argon2-simd.wasm`);
const {instance: {exports: m}} = await WebAssembly.instantiate(bytes, {a: {
  a: (to, from, n) => { new Uint8Array(memory.buffer).copyWithin(to, from, from + n); return to; },
  b: size => { memory.grow(Math.ceil((size - memory.buffer.byteLength) / 65536)); return 1; }}});
memory = m.c; // the exports' names are minified: c memory, d constructors, e argon2_hash_ext, f malloc
m.d();
const put = text => { const b = Buffer.from(`${text}\0`), at = m.f(b.length); new Uint8Array(memory.buffer).set(b, at); return at; };
const password = put('password'), salt = put('somesalt'), hash = m.f(32), encoded = m.f(512);
let seen = '';
for (const [time, space, parallel, type] of [[1, 1024, 1, 0], [2, 512, 2, 1], [3, 2048, 4, 2]]) {
  const status = m.e(time, space, parallel, password, 8, salt, 8, hash, 32, encoded, 512, type, 0x13);
  const text = Buffer.from(memory.buffer).toString('latin1', encoded, encoded + 200).split('\0')[0];
  seen += `${status} ${text}\n`;
}
if (process.env.SHOW) console.log(seen);
if (!/^0 \$argon2d\$v=19\$m=1024,t=1,p=1\$/.test(seen)) throw Error(seen);
