// Runs a WASI module; says on standard error what compiling and running it took, without the engine's own start.
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const wasi = new WASI({ version: 'preview1', returnOnExit: true, args: process.argv.slice(2) });
const bytes = readFileSync(process.argv[2]);
const start = process.hrtime.bigint(), cpu = process.cpuUsage();
const { instance } = await WebAssembly.instantiate(bytes, wasi.getImportObject());
const status = wasi.start(instance);
const wall = Number(process.hrtime.bigint() - start) / 1e9, used = process.cpuUsage(cpu);
console.error(`cost ${wall} ${(used.user + used.system) / 1e6} ${used.user / 1e6}`);
process.exit(status);
