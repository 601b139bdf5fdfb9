// node lexer.mjs PACKAGE FILE... : see lexer.c
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const [folder, ...files] = process.argv.slice(2);
const {init, parse} = await import(pathToFileURL(path.join(folder, 'dist/lexer.minimal.js')));
await init();
for (const file of files) {
  try {
    const [imports, exports] = parse(fs.readFileSync(file, 'utf16le'));
    for (const {t, s, e, ss, se, d, a} of imports)
      console.log(`import type ${t} at ${s}..${e} in ${ss}..${se}, dynamic ${d}, attributes ${a}`);
    for (const {s, e, ls, le} of exports) console.log(`export at ${s}..${e}, local ${ls}..${le}`);
  } catch (error) {
    console.log(`error at ${error.idx}`);
  }
}
