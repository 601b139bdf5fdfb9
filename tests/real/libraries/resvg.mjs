// node resvg.mjs PACKAGE SVG PNG ... : see resvg.c
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const [folder, ...pairs] = process.argv.slice(2);
const {Resvg, initWasm} = await import(pathToFileURL(path.join(folder, 'index.mjs')));
await initWasm(fs.readFileSync(path.join(folder, 'index_bg.wasm')));
for (let k = 0; k + 1 < pairs.length; k += 2) {
  try {
    const image = new Resvg(fs.readFileSync(pairs[k], 'utf8'));
    console.log(`${image.width} x ${image.height}`);
    const png = image.render().asPng();
    fs.writeFileSync(pairs[k + 1], png);
    console.log(`${png.length} bytes of PNG`);
  } catch (error) {
    console.log(`error: ${error.message ?? error}`);
  }
}
