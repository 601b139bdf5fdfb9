// Runs a library for WASI in a JavaScript engine: node run.mjs MODULE EXPORT
import fs from 'node:fs';
import {WASI} from 'node:wasi';

const [file, name] = process.argv.slice(2);
const wasi = new WASI({version: 'preview1', returnOnExit: true});
const {instance} = await WebAssembly.instantiate(fs.readFileSync(file), wasi.getImportObject());
wasi.initialize(instance);
instance.exports[name]();
