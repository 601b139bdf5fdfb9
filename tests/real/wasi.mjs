// Runs a WASI command in a JavaScript engine: node wasi.mjs MODULE ARGV0 [GUEST=HOST[,GUEST=HOST]...] [ARGUMENT ...]
// The third argument is empty for a program without directories.
import fs from 'node:fs';
import {WASI} from 'node:wasi';

const [file, argv0, directories, ...args] = process.argv.slice(2);
const preopens = Object.fromEntries(directories ? directories.split(',').map(pair => pair.split('=')) : []);
const wasi = new WASI({version: 'preview1', args: [argv0, ...args], env: {}, preopens, returnOnExit: true});
const {instance} = await WebAssembly.instantiate(fs.readFileSync(file), wasi.getImportObject());
process.exitCode = wasi.start(instance);
