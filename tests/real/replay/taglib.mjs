// Tags of MP3 files, some with text that is no UTF-8 or UTF-16, for which TagLib throws: node taglib.mjs PACKAGE MODULE, whose
// modules are one for WASI with the exceptions of WebAssembly 3.0, and one of emscripten's with the older instructions.
import {readFileSync} from 'node:fs';
import {WASI} from 'node:wasi';

const [, , folder, file] = process.argv;
const size = n => [n >> 21 & 127, n >> 14 & 127, n >> 7 & 127, n & 127];
const frame = (id, encoding, bytes) => [...Buffer.from(id), ...size(bytes.length + 1), 0, 0, encoding, ...bytes];
const audio = Array(8).fill([0xff, 0xfb, 0x90, 0x00, ...Array(413).fill(0)]).flat();
function mp3(version, ...frames) {
  const tag = frames.flat();
  return new Uint8Array([...Buffer.from('ID3'), version, 0, 0, ...size(tag.length), ...tag, ...audio]);
}
const LATIN = 0, UTF16 = 1, UTF8 = 3;
const utf8 = s => [...Buffer.from(s)], utf16 = s => [0xff, 0xfe, ...Buffer.from(s, 'utf16le')];
const files = [
  mp3(4, frame('TIT2', UTF8, utf8('Título \u{1d11e}')), frame('TPE1', LATIN, utf8('Artist')), frame('TDRC', LATIN, utf8('1999'))),
  mp3(4, frame('TIT2', UTF8, [0x41, 0xc3, 0x28, 0xff, 0x42]), frame('TALB', UTF8, utf8('Album'))), // no UTF-8
  mp3(3, frame('TIT2', UTF16, utf16('with a lone \ud834 surrogate')), frame('TPE1', UTF16, utf16('\udd1e first'))),
  mp3(4, frame('TXXX', UTF8, [...utf8('key'), 0, 0xed, 0xa0, 0x80]), frame('TCON', UTF8, [0xf8, 0x88, 0x80, 0x80, 0x80])),
  mp3(4, frame('APIC', LATIN, utf8('image/png\0\x03\0\x89PNG')), frame('TRCK', LATIN, utf8('7/12'))).subarray(0, -700),
  new Uint8Array(audio), new Uint8Array([1, 2, 3]), new Uint8Array()];
const changes = {title: 'Changed \u{1d11e}', artist: 'x'.repeat(200), year: '2001'};
let read = 0, refused = 0;

async function withWasi() {
  const wasi = new WASI({version: 'preview1', returnOnExit: true});
  const {instance} = await WebAssembly.instantiate(readFileSync(file), wasi.getImportObject());
  wasi.initialize(instance);
  const tl = instance.exports;
  const put = bytes => { const at = tl.malloc(bytes.length || 1); new Uint8Array(tl.memory.buffer).set(bytes, at); return at; };
  const msgpack = Buffer.concat([Buffer.from([0x80 | Object.keys(changes).length]),
    ...Object.entries(changes).flat().map(s => Buffer.concat([Buffer.from([0xd9, Buffer.byteLength(s)]), Buffer.from(s)]))]);
  const out = tl.malloc(8);
  for (const bytes of files) {
    const at = put(bytes), got = tl.tl_read_tags(0, at, bytes.length, out);
    if (got) read++, tl.free(got);
    else refused++, tl.tl_get_last_error(), tl.tl_get_last_error_code(), tl.tl_clear_error();
    if (!tl.tl_write_tags(0, at, bytes.length, put(msgpack), msgpack.length, out, out + 4)) {
      const written = new DataView(tl.memory.buffer).getUint32(out, true), n = new DataView(tl.memory.buffer).getUint32(out + 4, true);
      if (written && n) tl.free(tl.tl_read_tags(0, written, n, out)), tl.free(written);
    }
    tl.free(tl.tl_read_id3v2_frames(0, at, bytes.length, 0, out));
    tl.free(at);
  }
}

async function withEmscripten() {
  const {default: create} = await import(`${folder}/dist/taglib-wrapper.js`);
  const tl = await create({wasmBinary: readFileSync(file)});
  for (const bytes of files) {
    const handle = tl.createFileHandle();
    if (handle.loadFromBuffer(bytes) && handle.isValid()) {
      read++;
      for (const get of ['getFormat', 'getProperties', 'getAudioProperties', 'getPictures', 'getChapters', 'getId3v2Frames']) handle[get]?.('TIT2');
      handle.setProperty('TITLE', changes.title);
      handle.setProperty('COMMENT', '\ud834 alone');
      handle.save();
      handle.getBuffer();
    } else refused++;
    handle.destroy();
  }
}

await (file.endsWith('wasi.wasm') ? withWasi() : withEmscripten());
if (process.env.SHOW) console.log({read, refused});
if (read < 4 || refused < 2) throw Error(`${read} files read, ${refused} refused`);
