// Assembles modules for get.py: each line of the standard input is {"text", "to"}, the text of a module and the file
// that its binary form goes to. A module that has no such form is an error, which names the file.
//
//   node convert.mjs FOLDER < JOBS      FOLDER: an npm folder that holds @bytecodealliance/jco-transpile
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';

const vendor = path.resolve(process.argv[2], 'node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.js');
const { $init, tools } = await import(pathToFileURL(vendor));
await $init;

let failed = 0;
for await (const line of readline.createInterface({ input: process.stdin })) {
    const job = JSON.parse(line);
    try {
        fs.writeFileSync(job.to, tools.parse(job.text));
    } catch (e) {
        console.error(`${job.to}: ${String(e.payload ?? e.message).split('\n')[0]}`);
        failed++;
    }
}
process.exit(failed ? 1 : 0);
