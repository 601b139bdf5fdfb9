// Requests through llhttp of undici, built with SIMD: node llhttp.mjs PACKAGE
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const bytes = require(`${process.argv[2]}/lib/llhttp/llhttp_simd-wasm.js`);
const said = [];
let memory;
const slice = (at, n) => Buffer.from(memory.buffer).toString('latin1', at, at + n);
const span = what => (p, at, n) => (said.push(what, slice(at, n)), 0);
const event = what => () => (said.push(what), 0);
const {instance: {exports: llhttp}} = await WebAssembly.instantiate(bytes, {env: {
  wasm_on_url: span('url'), wasm_on_status: span('status'), wasm_on_header_field: span('field'),
  wasm_on_header_value: span('value'), wasm_on_body: span('body'), wasm_on_message_begin: event('begin'),
  wasm_on_headers_complete: event('headers'), wasm_on_message_complete: event('complete')}});
memory = llhttp.memory;
llhttp._initialize();
const long = 'x'.repeat(5000);
const texts = [
  `GET /${long}?a=b HTTP/1.1\r\nHost: example.org\r\nAccept: ${'text/html, '.repeat(40)}\r\nX-${long}: ${long}\r\n\r\n`,
  'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.0\r\n\r\n',
  `GET / HTTP/1.1\r\nBad${'é'}Header: ${long}\0\r\n\r\n`, 'GET / HTTP/9.9\r\n\r\n'];
const parser = llhttp.llhttp_alloc(1);
const room = llhttp.malloc(65536);
for (const cut of [1 << 20, 100, 17, 1])
  for (const text of texts) {
    llhttp.llhttp_reset(parser);
    for (let at = 0; at < text.length; at += cut) {
      const part = Buffer.from(text.slice(at, at + cut), 'latin1');
      new Uint8Array(memory.buffer).set(part, room);
      if (cut === 1 && at > 300) break;
      const status = llhttp.llhttp_execute(parser, room, part.length);
      said.push(status);
      if (status) break;
    }
  }
if (!said.includes('complete') || !said.some(s => typeof s === 'number' && s)) throw Error('unexpected');
