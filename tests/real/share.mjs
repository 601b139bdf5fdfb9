// Writes out the files that a YoWASP package passes its programs: node share.mjs RESOURCES.js DIRECTORY
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const [resources, directory] = process.argv.slice(2);
const {filesystem} = await import(pathToFileURL(resources));

function write(tree, where) {
  fs.mkdirSync(where, {recursive: true});
  for (const [name, value] of Object.entries(tree)) {
    const to = path.join(where, name);
    if (value instanceof URL) fs.copyFileSync(value, to);
    else if (typeof value === 'string' || value instanceof Uint8Array) fs.writeFileSync(to, value);
    else write(value, to);
  }
}
write(filesystem, directory);
