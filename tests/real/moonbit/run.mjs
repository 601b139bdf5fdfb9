// What host.c does, in a JavaScript engine: node run.mjs MODULE
import fs from 'node:fs';

const units = [];
const imports = {spectest: {print_char: unit => { units.push(unit & 0xffff); }}};
const {instance} = await WebAssembly.instantiate(fs.readFileSync(process.argv[2]), imports);
instance.exports._start();
fs.writeSync(1, Buffer.from(Uint16Array.from(units).buffer));
