// node tree_sitter.mjs PACKAGE GRAMMARS GRAMMAR FILE ... : see tree_sitter.c. GRAMMARS: the wasm files, separated by commas.
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const [folder, grammars, ...pairs] = process.argv.slice(2);
const {Language, Parser} = await import(pathToFileURL(path.join(folder, 'web-tree-sitter.js')));
await Parser.init();
const languages = {};
for (const grammar of grammars.split(','))
  languages[path.basename(grammar, '.wasm').replace('tree-sitter-', '')] = await Language.load(grammar);
for (let k = 0; k + 1 < pairs.length; k += 2) {
  const parser = new Parser();
  parser.setLanguage(languages[pairs[k]]);
  const tree = parser.parse(fs.readFileSync(pairs[k + 1], 'utf16le'));
  console.log(tree.rootNode.toString());
  tree.delete();
  parser.delete();
}
